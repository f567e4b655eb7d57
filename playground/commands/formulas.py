"""`playground formulas`: a network as mathematics.

Needs no Qt; the kernels only where a run's numbers are wished.
"""

from __future__ import annotations

import argparse

from playground.commands.opening import add_settings
from playground.commands.output import print_json, put
from playground.commands.parser import SOURCES

DESCRIPTION = f"""\
Print a network as mathematics: its layers, loss, optimizer and schedule.

{SOURCES}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which network, in which writing, with which numbers."""
    parser.add_argument("source", metavar="SOURCE", help="whose network")
    parser.add_argument("--numbers", action="store_true", help="with settings, parameters and losses as they stand")
    add_settings(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--latex", action="store_true", help="as LaTeX, for amsmath")
    form.add_argument("--markdown", action="store_true", help="as Markdown with LaTeX between dollars")
    form.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Open, put together, print."""
    from playground.commands.opening import opened, wish_of
    from playground.mathematics.content.sheet import formulas
    from playground.mathematics.latex import latex
    from playground.mathematics.plain import text
    from playground.run.session import Session

    checkpoint = opened(arguments.source, arguments.settings, wish_of(arguments))
    sheet = formulas(Session(checkpoint) if arguments.numbers else checkpoint.experiment, arguments.numbers)
    if arguments.json:
        sections = [
            {
                "title": section.title,
                "lines": [
                    {"text": text(line.formula), "latex": latex(line.formula), "note": line.note}
                    for line in section.lines
                ],
            }
            for section in sheet.sections
        ]
        print_json({"title": sheet.title, "sections": sections})
    else:
        put(sheet.latex() if arguments.latex else sheet.markdown() if arguments.markdown else sheet.text().rstrip("\n"))
    return 0
