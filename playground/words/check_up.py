"""What the check-up says, for whoever shows it: each step's title, what was expected, what was found, and why.

Owns how the texts of `resources/check_up` are found and how a step's figures fill their gaps; knows nothing of how a
step is made. The texts are read once, when one is first asked for.
"""

from __future__ import annotations

from functools import cache
from string import Formatter
from typing import Literal

import msgspec

from playground import numbers as formats
from playground import resources
from playground.data import Dataset
from playground.diagnosis.check_up.step import NAMES, Step, StepName
from playground.diagnosis.signals.finding import Figure
from playground.experiment.experiment import Experiment
from playground.words.diagnosis import As, Gaps, figure_value
from playground.words.network import counted

PASSED, NOT_PASSED, NOTHING = "passed", "not passed", "nothing to say"
Written = As | Literal["times", "rate", "units", "columns", "dealt"]
"""How a figure is written; besides those of findings: so many times another, a rate to be typed, hidden units, a number
of columns, and the name of the column or added input with this number."""


class FigureText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"written": "as"}):
    """What a figure is called, and how it is written."""

    label: str
    written: Written


class StepText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a step says, with gaps. plainly: what is expected where no figure was measured. found: by its outcome."""

    title: str
    expected: str
    plainly: str
    why: str
    found: dict[str, str]
    figures: dict[str, FigureText]


@cache
def step_texts() -> dict[StepName, StepText]:
    """What each step says; raises msgspec.ValidationError where the file breaks the form above."""
    return resources.texts("check_up", dict[StepName, StepText])


class Measured(msgspec.Struct, frozen=True):
    """A figure, told. limit: its threshold; empty where it has none. kept: whether the figure lies within it."""

    label: str
    value: str
    limit: str
    kept: bool


class ToldStep(msgspec.Struct, frozen=True):
    """A step in words. number: which of all, from 1. outcome: `passed`, `not passed` or `nothing to say`."""

    number: int
    title: str
    expected: str
    found: str
    why: str
    outcome: str
    figures: tuple[Measured, ...]


def told_step(step: Step, experiment: Experiment, dataset: Dataset) -> ToldStep:
    """All that is to be said of a step about this experiment with these data."""
    text, gaps = step_texts()[step.name], Gaps()
    for figure in step.figures:
        gaps[figure.name] = _value(figure.name, figure.value, step.name, experiment, dataset)
        if figure.threshold is not None:
            gaps[f"{figure.name}_limit"] = _value(figure.name, figure.threshold, step.name, experiment, dataset)
    expected = (text.expected if _names(text.expected) <= gaps.keys() else text.plainly).format_map(gaps)
    found = text.found[step.detail].format_map(gaps)
    return ToldStep(
        NAMES.index(step.name) + 1, text.title, expected, found, text.why, outcome_of(step),
        tuple(_measured(each, step.name, experiment, dataset) for each in step.figures),
    )  # fmt: skip


def _names(text: str) -> set[str]:
    """The gaps of a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def title_of_step(name: StepName) -> str:
    """What a step is called, before it is made."""
    return step_texts()[name].title


def outcome_of(step: Step) -> str:
    """How it went, in a word or three."""
    return NOTHING if step.passed is None else PASSED if step.passed else NOT_PASSED


def _measured(figure: Figure, name: StepName, experiment: Experiment, dataset: Dataset) -> Measured:
    label = step_texts()[name].figures[figure.name].label
    limit, kept = "", True
    if figure.threshold is not None:
        kept = figure.value <= figure.threshold if figure.above else figure.value >= figure.threshold
        limit = _value(figure.name, figure.threshold, name, experiment, dataset)
        limit = f"≤ {limit}" if figure.above else f"≥ {limit}"
    value = _value(figure.name, figure.value, name, experiment, dataset)
    return Measured(f"{label[:1].upper()}{label[1:]}", value, limit, kept)


def _value(figure: str, value: float, name: StepName, experiment: Experiment, dataset: Dataset) -> str:
    written = step_texts()[name].figures[figure].written
    match written:
        case "times":
            return f"{formats.plain(value, 3)} ×"
        case "rate":
            return formats.plain(value, 2)
        case "units":
            return counted(int(value), "hidden unit") if value else "no hidden unit"
        case "columns":
            return counted(int(value), "column")
        case "dealt":
            return _dealt(int(value), experiment, dataset)
        case _:
            return figure_value(written, value, experiment, dataset)


def _dealt(number: int, experiment: Experiment, dataset: Dataset) -> str:
    """A column by its name, or the added input that stands behind them all."""
    if number < len(dataset.columns):
        return dataset.columns[number]
    return experiment.added_inputs[number - len(dataset.columns)].name


# -- in the window -----------------------------------------------------------------------------------------------------

CHECK_UP, ENTRY = "Check-up", "Check-up …"
ENTRY_TIP = "Look for faults step by step, from the data to the features"
AGAIN, STOP = "Make it again", "Stop  (Esc)"
EXPECTED, FOUND, WHY, FINDINGS = "Expected", "Found", "Why this is asked", "What the doctor says"
NOT_MADE, WAITING = "not made", "waiting"
NOT_READY = "The run is not there yet."
AXES: dict[StepName, tuple[str, str]] = {
    "grow": ("held-out score", "parameters"), "rates": ("smoothed loss", "learning rate"),
    "curves": ("training loss", "epoch"), "gradients": ("gradient norm", "layer"),
    "regularization": ("held-out loss", "L2"), "features": ("what the score loses", "column"),
}  # fmt: skip
"""What is drawn of a step, and over what."""


def progress(made: int, passed: int, failed: int, busy: bool) -> str:
    """How far it is: `3 of 10`, and at its end what came of it."""
    if busy or made < len(NAMES):
        return f"{made} of {len(NAMES)} steps"
    rest = made - passed - failed
    return f"{passed} passed, {failed} not passed" + (f", {rest} with nothing to say" if rest else "")


def point_labels(step: Step, experiment: Experiment, dataset: Dataset) -> tuple[str, ...]:
    """What each point of a step's curve stands for, where points are single things; empty of a line."""
    if step.curve is None or step.name in ("rates", "curves"):
        return ()
    values = step.curve.x.tolist()
    if step.name == "gradients":
        return tuple("output" if each == len(experiment.network.layers) else str(int(each) + 1) for each in values)
    if step.name == "features":
        return tuple(_dealt(int(each), experiment, dataset) for each in values)
    return tuple(formats.plain(each) for each in values)
