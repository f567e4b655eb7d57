"""How good the network is, beside what is easy and what is possible.

Owns these comparisons: accuracy against the most frequent class and the Bayes limit, or the error of a regression
against always answering the mean. Knows nothing of how they are drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import msgspec

from playground.data import Dataset
from playground.experiment.experiment import Experiment
from playground.figures.curves import step_up
from playground.numbers import MISSING, accuracy, figure
from playground.reference.references import Reference, References
from playground.run.coding import target_unit
from playground.run.snapshot import Metrics

SIMPLE = {"majority": "majority", "linear": "a line", "neighbours": "nearest", "kernel": "kernel"}
"""What the simple models are called beside the bars and on the curves."""


class Bar(msgspec.Struct, frozen=True):
    """One set's figure: how full its bar is (0 … 1, None if unknown) and how it reads."""

    name: str
    share: float | None
    text: str


class Mark(msgspec.Struct, frozen=True):
    """What bars are judged by: where it lies on each of the bars (0 … 1, None for none), and its words."""

    name: str
    shares: tuple[float | None, ...]
    text: str


class Comparison(msgspec.Struct, frozen=True):
    """The title, a bar of each set of the data, and the marks they are judged by."""

    title: str
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]


def compared(
    dataset: Dataset, metrics: Metrics | None, experiment: Experiment, references: References | None = None
) -> Comparison:  # fmt: skip
    """Accuracy for classes, root mean square error for a regression; dashes where nothing is known yet.

    references: what simple models reach on these data, where that is known.
    """
    if dataset.task.is_classification:
        return _accuracy(dataset, metrics, references)
    return _error(dataset, _errors(dataset, metrics, experiment), references)


def _accuracy(dataset: Dataset, metrics: Metrics | None, references: References | None) -> Comparison:
    found = [None if metrics is None else getattr(metrics, f"{name}_accuracy") for name in dataset.sets]
    bars = [Bar(name, share, accuracy(share)) for name, share in zip(dataset.sets, found, strict=True)]
    majority, best = dataset.majority_shares, dataset.best_accuracy
    marks = [Mark("majority", majority, _of_each(dataset.sets, [*map(accuracy, majority)]))]
    if references is not None:
        marks.append(_simple(dataset, references, 1.0, accuracy))
    if best is not None:
        marks.append(Mark("best possible", (best,) * len(bars), accuracy(best)))
    return Comparison("Accuracy", tuple(bars), tuple(marks))


def _errors(dataset: Dataset, metrics: Metrics | None, experiment: Experiment) -> list[float | None]:
    """The root mean square error on each of the sets, in the target's own unit.

    Of other losses than ½ mean square the run has measured it; that one tells it: √(2 · loss), times the targets'
    deviation where they are standardized.
    """
    if metrics is None:
        return [None] * len(dataset.sets)
    unit = target_unit(experiment, dataset)[1] * math.sqrt(2.0)
    found: list[float | None] = []
    for name in dataset.sets:
        error, loss = getattr(metrics, f"{name}_error"), getattr(metrics, f"{name}_loss")
        found.append(error if error is not None or loss is None else unit * math.sqrt(max(loss, 0.0)))
    return found


def _error(dataset: Dataset, errors: Sequence[float | None], references: References | None) -> Comparison:
    """How far answers are off, beside always answering the mean."""
    baselines = dataset.mean_errors
    largest = max(each for each in baselines if each is not None)
    top = step_up(1.25 * largest) if largest > 0 else 1.0
    bars = [
        Bar(name, None if error is None else min(error / top, 1.0), figure(error))
        for name, error in zip(dataset.sets, errors, strict=True)
    ]
    shares = tuple(None if each is None else each / top for each in baselines)
    marks = [Mark("always the mean", shares, _of_each(dataset.sets, [*map(figure, baselines)]))]
    if references is not None:
        marks.append(_simple(dataset, references, top, figure))
    return Comparison("Error, root mean square", tuple(bars), tuple(marks))


def _simple(dataset: Dataset, references: References, top: float, written: Callable[[float | None], str]) -> Mark:
    """The best of the simple models, and in words all of them. On training samples each was left out in turn."""
    best = references.best
    scores: dict[str, float | None] = dict.fromkeys(dataset.sets)
    scores |= {"train": best.left_out, dataset.held_out_name: best.held_out}
    shares = tuple(None if scores[name] is None else min(scores[name] / top, 1.0) for name in dataset.sets)  # type: ignore[operator]
    told = {each.name: _on_both(dataset, each, written) for each in references.all}
    others = [f"{SIMPLE[name]} {text}" for name, text in told.items() if name != "majority"]
    return Mark(SIMPLE[best.name], shares, f"{told[best.name]}; of simple models {', '.join(others)}")


def _on_both(dataset: Dataset, reference: Reference, written: Callable[[float | None], str]) -> str:
    """The score on training samples, each left out in turn, and on held-out ones."""
    figures = written(reference.left_out), written(reference.held_out)
    return _of_each(("train", dataset.held_out_name), figures)


def _of_each(names: Sequence[str], figures: Sequence[str]) -> str:
    """A figure of each set; of the first where the others have none, or the same."""
    if all(each in (figures[0], MISSING) for each in figures):
        return figures[0]
    return ", ".join(f"{each} ({name})" for name, each in zip(names, figures, strict=True))
