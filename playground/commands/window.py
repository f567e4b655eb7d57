"""`playground open`: the window."""

from __future__ import annotations

import argparse

from playground.commands.parser import SOURCES

DESCRIPTION = f"Open the window.\n\n{SOURCES}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to open."""
    parser.add_argument("source", metavar="SOURCE", nargs="?", help="what to open (default: the default experiment)")


def run(arguments: argparse.Namespace) -> int:
    """Refuse a bad source before the window opens; then stay until it is closed."""
    from playground.exchange.sources import file_of, open_source
    from playground.start.startup import check_machine

    source = arguments.source
    checkpoint = None if source is None else open_source(source)
    check_machine(window=True)
    from playground.views.window.launching import launch

    return launch(checkpoint, None if source is None else file_of(source))
