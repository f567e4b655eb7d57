"""`playground exercise`: the coming step of a run as a sheet to be worked, or as a NumPy program.

Needs no Qt but for PDF, which it writes without a screen.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from playground.commands.opening import add_settings
from playground.commands.output import say
from playground.commands.parser import SOURCES, whole

DESCRIPTION = f"""\
Write the coming step of a run, operation by operation, as an exercise on paper: with blanks, or with the answers.

FILE ends in .html or .pdf for the sheet, in .py for a small NumPy program that computes the same numbers. {SOURCES}"""
SUFFIXES = (".html", ".pdf", ".py")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of which run and moment, and into which file."""
    add = parser.add_argument
    add("source", metavar="SOURCE", help="whose step")
    add("--out", metavar="FILE", required=True, type=named, help="the file to write")
    add("--answers", action="store_true", help="with the numbers and results filled in")
    add("--epochs", metavar="N", type=whole(0, 10_000_000), default=0, help="train so long before (default: 0)")
    add("--sample", metavar="N", type=whole(1, 100_000), default=1, help="which sample of the batch (default: 1)")
    add_settings(parser)


def named(text: str) -> Path:
    """An argument type: a path with one of the suffixes."""
    if not text.lower().endswith(SUFFIXES):
        raise argparse.ArgumentTypeError(f"expected a name that ends in .html, .pdf or .py; got {text!r}")
    return Path(text)


def run(arguments: argparse.Namespace) -> int:
    """Train, look into the coming step, write."""
    from playground.anatomy.asking import inside
    from playground.commands.opening import opened, wish_of
    from playground.exchange.writing import check_target, write
    from playground.run.session import Session
    from playground.worked.program.writing import step_as_program
    from playground.worked.sheet import step_as_sheet

    check_target(arguments.out)
    session = Session(opened(arguments.source, arguments.settings, wish_of(arguments)))
    session.advance(epochs=arguments.epochs)
    step = inside(session, arguments.sample - 1)
    suffix = arguments.out.suffix.lower()
    if suffix == ".py":
        data = step_as_program(step).encode()
    else:
        page = step_as_sheet(step, arguments.answers)
        data = _pdf(page) if suffix == ".pdf" else page.encode()
    write(arguments.out, data)
    say(f"Wrote {arguments.out}.")
    return 0


def _pdf(page: str) -> bytes:
    from playground.start.startup import check_machine

    screen = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if sys.platform.startswith("linux") and not screen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    check_machine(window=False)
    from playground.views.window.picture import pdf_of

    return pdf_of(page)
