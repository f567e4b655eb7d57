"""`playground race`: variants of an experiment trained side by side, and which comes out first.

Owns its report; who takes part and how they are trained is told by `playground.population`.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from playground.commands.opening import add_settings, opened, wish_of
from playground.commands.output import number, percent, print_json, print_table, say
from playground.commands.parser import SOURCES, choice, whole
from playground.numbers import MISSING, figure, spaced

if TYPE_CHECKING:
    from playground.population.raced import RaceResult
    from playground.population.racing import Standing

OF = ("optimizers", "rates", "initializers", "seeds", "branches")
DESCRIPTION = f"""\
Train up to eight variants of an experiment from their start, side by side, and say which comes out first: without more
the seven optimizers, each at a rate of its own.

{SOURCES}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of what, and for how long."""
    add = parser.add_argument
    add("source", metavar="SOURCE", help="what to race")
    add("--of", metavar="WHAT", type=choice(*OF), default=OF[0],
        help="optimizers (default), rates, initializers, seeds, or the branches of a model file")  # fmt: skip
    add("--epochs", metavar="N", type=whole(0, 2000), default=None,
        help="for each (default: as many as the experiment's own rule says, or 300)")  # fmt: skip
    add("--json", action="store_true", help="print one JSON object")
    add_settings(parser)


def run(arguments: argparse.Namespace) -> int:
    """Train all and report; the exit code is 130 if the user interrupted."""
    from playground.commands.training_loop import prepare_kernels, stopping
    from playground.population.raced import race

    checkpoint = opened(arguments.source, arguments.settings, wish_of(arguments))
    prepare_kernels(checkpoint.experiment.training.precision)
    with stopping() as wish:
        found = race(checkpoint, arguments.of, epochs=arguments.epochs, cancel=wish.asked)
    if found is None:
        say("Interrupted.")
        return 130
    if arguments.json:
        print_json(_report(found))
    else:
        _print(found)
    return 0


def _report(found: RaceResult) -> dict[str, Any]:
    from playground.words.errors import told

    mark = _mark(found)
    return {
        "epochs": found.epochs,
        "mark": mark,
        "standings": [_standing(place, each, mark) for place, each in enumerate(found.standings, 1)],
        "left_out": [{"name": name, "why": told(error)} for name, error in found.left_out],
    }


def _mark(found: RaceResult) -> float | None:
    from playground.population.racing import mark_of

    return mark_of(found.standings)


def _standing(place: int, each: Standing, mark: float | None) -> dict[str, Any]:
    """One of the race, the best first; its curve is of the set that it is judged by."""
    import msgspec

    assert each.member is not None
    return {
        "place": place,
        "name": each.entrant.name,
        "status": each.member.ended,
        "epochs": each.epoch,
        "judged_by": each.watched,
        "train_loss": each.train_loss,
        "loss": each.loss,
        "accuracy": each.accuracy,
        "seconds": each.seconds,
        "seconds_to_mark": None if mark is None else each.seconds_to(mark),
        "digest": each.member.digest,
        "curve": {"epoch": [int(epoch) for epoch in each.history["epoch"].tolist()], "loss": each.losses.tolist()},
        "experiment": msgspec.to_builtins(each.entrant.experiment),
    }


def _print(found: RaceResult) -> None:
    from playground.words.errors import told
    from playground.words.run import SETS

    watched, mark = found.standings[0].watched, _mark(found)
    to_mark = "to mark" if mark is None else f"to {figure(mark, 2)}"
    headings = ["", "name", f"{SETS.get(watched, watched)} loss", "accuracy", "epochs", "ms", to_mark]
    rows = [
        [
            str(place), each.entrant.name, "diverged" if each.diverged else number(each.loss), percent(each.accuracy),
            spaced(each.epoch), figure(1000.0 * each.seconds, 2), _milliseconds(each, mark),
        ]
        for place, each in enumerate(found.standings, 1)
    ]  # fmt: skip
    print_table(headings, rows, right=(0, 2, 3, 4, 5, 6))
    for name, error in found.left_out:
        say(f"{name} is left out: {told(error)}")


def _milliseconds(each: Standing, mark: float | None) -> str:
    """Of computing until its loss was first at most the mark; a dash where it never was."""
    needed = None if mark is None else each.seconds_to(mark)
    return MISSING if needed is None else figure(1000.0 * needed, 2)
