"""`playground open`: the window."""

from __future__ import annotations

import argparse

from playground.commands.opening import add_settings, opened, wish_of
from playground.commands.parser import SOURCES
from playground.errors import WrongUse

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
    from playground.tables.kinds import is_table

    source = arguments.source
    settings = arguments.settings
    wish = wish_of(arguments)
    table = source if source is not None and wish.target is None and is_table(source) else None
    if table is not None and (settings or wish.option):
        option = wish.option or "--set"
        raise WrongUse("{option} needs --target NAME beside it; without both, the window asks.", option=option)
    asks = table is not None or (source is None and not settings)
    checkpoint = None if asks else opened(source, settings, wish)
    check_machine(window=True)
    logs.begin()
    from playground.views.window.launching import launch

    # with fields set it is no longer what the file holds, so that saving asks for a name
    if table is not None:
        return launch(None, table=table)
    is_file = source is not None and not settings and not is_table(source)
    return launch(checkpoint, file_of(source) if is_file else None)
