"""`playground open`: the window."""

from __future__ import annotations

import argparse

from playground.commands.opening import add_settings, opened
from playground.commands.parser import SOURCES

DESCRIPTION = f"Open the window.\n\n{SOURCES}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to open."""
    add_settings(parser)
    parser.add_argument("source", metavar="SOURCE", nargs="?", help="what to open (default: the default experiment)")


def run(arguments: argparse.Namespace) -> int:
    """Refuse a bad source before the window opens; then stay until it is closed."""
    from playground.exchange.sources import file_of
    from playground.start import logs
    from playground.start.startup import check_machine

    source = arguments.source
    settings = arguments.settings
    checkpoint = None if source is None and not settings else opened(source, settings)
    check_machine(window=True)
    logs.begin()
    from playground.views.window.launching import launch

    # with fields set it is no longer what the file holds, so that saving asks for a name
    return launch(checkpoint, None if source is None or settings else file_of(source))
