"""What stands beside the marks of edits on the curves.

Owns these short labels; knows nothing of where they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from playground import numbers as formats
from playground.run.snapshot import Mark

NAMES = {
    "parameter": "weight set",
    "network.layers": "network",
    "training.learning_rate": "rate",
    "training.batch_size": "batch",
    "training.l1": "L1",
    "training.l2": "L2",
    "data.train_share": "training share",
    "data.extra_training": "more training points",
    "data.nested": "nested samples",
    "data.imperfections.position_noise": "noise",
    "training.optimizer": "optimizer",
}
"""By path; other fields are called as the last part of theirs."""
SOURCE, POINTS = "data.source.", "points"
"""Where the digest of own points is another, all that is told of them is one change: of the points."""
PARTS = {"training.optimizer": "optimizer", "training.schedule": "schedule", "training.stop": "stop rule"}
"""What a field inside these is called."""
MOST_NAMED = 2
"""Labels that a sentence about several edits names."""


@lru_cache(maxsize=2048)
def mark_label(mark: Mark) -> str:
    """What an edit changed, in a word or two: `rate 0.1`, `features`, `3 settings`."""
    other = f"{SOURCE}digest" in mark.fields
    names = dict.fromkeys(POINTS if other and path.startswith(SOURCE) else _name(path) for path in mark.fields)
    if len(names) > 1:
        return f"{len(names)} settings"
    name = next(iter(names), "")
    return name if mark.value is None else f"{name} {formats.plain(mark.value, 3)}"


def marks_label(marks: Sequence[Mark]) -> str:
    """The label of edits that stand at one place."""
    kept = _settled(marks)
    labels = dict.fromkeys(map(mark_label, kept))
    return next(iter(labels)) if len(labels) == 1 else f"{len(kept)} edits"


def marks_in_words(marks: Sequence[Mark]) -> str:
    """The edits at one place by their labels, the first few of them: `rate 0.1, L2 0.01 and 3 more`."""
    labels = list(dict.fromkeys(map(mark_label, _settled(marks))))
    more = f" and {len(labels) - MOST_NAMED} more" if len(labels) > MOST_NAMED else ""
    return ", ".join(labels[:MOST_NAMED]) + more


def _settled(marks: Sequence[Mark]) -> list[Mark]:
    """Of edits of the same fields between two steps only the last, as of a slider that was drawn along."""
    return list({(mark.step, mark.fields): mark for mark in marks}.values())


def _name(path: str) -> str:
    for part, name in PARTS.items():
        if path.startswith(f"{part}."):
            return name
    return NAMES.get(path) or path.rsplit(".", 1)[-1].replace("_", " ")
