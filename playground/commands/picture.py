"""`playground picture`: the window, or one of its panels, as a PNG file."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from playground.commands.opening import add_settings
from playground.commands.output import say
from playground.commands.parser import SOURCES, choice, whole
from playground.errors import WrongUse
from playground.numbers import spaced

DESCRIPTION = f"Draw the window into a PNG file without showing it.\n\n{SOURCES}"
SMALLEST, LARGEST = (1024, 600), 8192
"""The least width and height of the window, and the most of either."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to draw, and how."""
    add = parser.add_argument
    add("source", metavar="SOURCE", help="what to draw")
    add("--out", metavar="PNG", required=True, type=png, help="the file to write")
    add("--epochs", metavar="N", type=whole(0, 10_000_000), default=0, help="train so long before (default: 0)")
    add(
        "--at-epoch",
        metavar="N",
        type=whole(0, 10_000_000),
        default=None,
        help="then look back at this epoch, as the timeline does",
    )
    add("--size", metavar="WxH", type=size, default=(1440, 900), help="of the window (default: 1440x900)")
    add("--theme", metavar="NAME", type=choice("light", "dark", "contrast"), default="light",
        help="light, dark or contrast (default: light)")  # fmt: skip
    add_settings(parser)
    add("--panel", metavar="NAME", default="window", help="one panel alone, such as network or output")


def png(text: str) -> Path:
    """An argument type: a path that ends in .png."""
    if not text.lower().endswith(".png"):
        raise argparse.ArgumentTypeError(f"expected a name that ends in .png; got {text!r}")
    return Path(text)


def size(text: str) -> tuple[int, int]:
    """An argument type: width x height."""
    width, _, height = text.lower().partition("x")
    found = [int(part) if part.isascii() and part.isdigit() and len(part) < 6 else 0 for part in (width, height)]
    if not all(least <= length <= LARGEST for least, length in zip(SMALLEST, found, strict=True)):
        wide, high = map(spaced, SMALLEST)
        raise argparse.ArgumentTypeError(
            f"expected a size such as 1440x900, at least {wide} wide and {high} high, at most {spaced(LARGEST)}; "
            f"got {text!r}"
        )
    return found[0], found[1]


def run(arguments: argparse.Namespace) -> int:
    """Draw and write; nothing is opened on a screen that does not exist."""
    from playground.commands.opening import opened, wish_of
    from playground.exchange.writing import check_target
    from playground.start.startup import check_machine

    check_target(arguments.out)
    checkpoint = opened(arguments.source, arguments.settings, wish_of(arguments))
    screen = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if sys.platform.startswith("linux") and not screen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    check_machine(window=False)
    from playground.views.window.picture import PANELS, render

    if arguments.panel not in PANELS:
        raise WrongUse(f"There is no panel called {arguments.panel!r}; the panels are: {', '.join(PANELS)}.")
    past = arguments.at_epoch
    if past is not None and past > arguments.epochs and checkpoint.state is None:
        raise WrongUse(
            "--at-epoch looks back at a run of {epochs} epochs; got {given}.",
            epochs=spaced(arguments.epochs),
            given=spaced(past),
        )
    render(checkpoint, arguments.out, arguments.epochs, arguments.size, arguments.theme, arguments.panel, past)
    say(f"Wrote {arguments.out}.")
    return 0
