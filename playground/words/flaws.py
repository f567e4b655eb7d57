"""What is said of imperfections of the data: their names, what each is for, and what it did.

Owns these words; knows nothing of how a flaw is made or shown.
"""

from __future__ import annotations

from playground.data import Data, Dataset
from playground.data.flaws import FlawReport
from playground.numbers import accuracy, loss, plain, spaced
from playground.run.snapshot import SealedLook
from playground.words.network import counted

AMBER = {"leaked_target", "duplicates", "scaling_fit"}
"""Flaws that make the figures better than the network is."""
IDLE = {"imbalance": "a regression has no classes"}
"""Why a flaw does nothing where there are no classes."""
FIRST_LOOK = "Nobody has looked at it yet."


def done_text(kind: str, data: Data, dataset: Dataset) -> str:
    """What an imperfection did to the data, in one line; empty where it did nothing."""
    flaws = data.imperfections
    found = {report.kind: report for report in dataset.done}
    own = found.get(kind)
    match kind:
        case "label_noise" if own is not None:
            what = "labels flipped" if dataset.task.is_classification else "targets moved"
            return f"{_share(own)} {what}"
        case "outliers" if own is not None:
            return f"{_share(own)} points thrown far out"
        case "missing" if own is not None:
            left_out = found.get("imputer")
            then = "" if left_out is None else f", {spaced(left_out.count)} rows out"
            return f"{_share(own)} cells blank{then}"
        case "duplicates" if own is not None:
            return f"{_share(own)} test points are copies"
        case "leaked_target" if own is not None:
            return "An input is the label: scores lie"
        case "irrelevant_features" if own is not None:
            return f"{counted(own.count, 'input')} of noise added"
        case "correlated_features" if own is not None:
            return f"{counted(own.count, 'input')} like a column added"
        case "test_shift" if own is not None:
            way = "right" if flaws.test_shift > 0 else "left"
            return f"{spaced(own.count)} test points moved {way}"
        case "feature_scale" if flaws.feature_scale:
            return f"First input times {plain(flaws.feature_scale[0])}"
        case "feature_shift" if flaws.feature_shift:
            return f"First input plus {plain(flaws.feature_shift[0])}"
        case "extra_training" if data.extra_training:
            times = dataset.train_labels.size / max(1, dataset.train_labels.size - data.extra_training)
            return f"{plain(times, 2)} × the training points"
        case "scaling_fit" if data.scaling_fit == "all":
            scaled = data.scaling != "none"
            return "Test points set the scale: a leak" if scaled else "Nothing is scaled yet"
    return ""


def parts_text(dataset: Dataset) -> str:
    """How many samples each part has: `250 train, 100 valid., 150 test`."""
    sizes = (getattr(dataset, f"{name}_labels").size for name in dataset.sets)
    return ", ".join(
        f"{spaced(size)} {'valid.' if name == 'validation' else name}"
        for name, size in zip(dataset.sets, sizes, strict=True)
    )


def look_text(look: SealedLook | None) -> str:
    """How often a sealed test set was opened, and what the last look showed."""
    if look is None:
        return FIRST_LOOK
    figure = accuracy(look.accuracy) if look.accuracy is not None else f"loss {loss(look.loss)}"
    times = "once" if look.number == 1 else f"{spaced(look.number)} times"
    return f"Looked at {times}: {figure}"


def _share(report: FlawReport) -> str:
    return f"{spaced(report.count)} of {spaced(report.of)}"
