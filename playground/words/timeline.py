"""What is said about the timeline: which moment is shown, what its marks are called, how branches are named.

Owns these short sentences; knows nothing of where they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from playground import numbers as formats
from playground.experiment.difference import LAYERS, changes_between
from playground.experiment.experiment import Experiment
from playground.past.branches import Branch
from playground.run.snapshot import Mark
from playground.words.marks import mark_label
from playground.words.network import layer_title
from playground.words.run import SETS

TITLE = "Timeline"
LIVE, TO_LIVE = "live", "to live"
LIVE_TIP = "The newest moment of the run is shown"
TO_LIVE_TIP = "Back to the newest moment of the run  (Esc on the track)"
DIVERGED = "diverged"
BEGIN, RENAME, DELETE = "Begin a branch", "Rename a branch", "Delete a branch"
BEGIN_TIP = "Go on from the moment that is shown as another run; the one that is there stays  (Enter on the track)"
BRANCHES, BRANCHES_TIP = "Branches …", "The other runs: go on in one, compare, rename, delete"
NOT_YET = "Training is still being prepared; begin the branch again in a moment"
NO_BRANCHES = "There is one run; a change made at an earlier moment begins another"
GO_ON, RENAME_ENTRY, DELETE_ENTRY, COMPARE_ENTRY = "Go on in it", "Rename …", "Delete", "Compare …"
COMPARE, COMPARE_TIP = "Compare with the last branch …", "Maps, settings and figures of both runs side by side"
NO_COMPARE = "There is no other run to compare with, or it is not known any more how it stood"
NOT_KNOWN = "It is not known any more how this run stood: only so many bytes of runs are kept"
DIFFERENCE, NO_MAP = "difference", "no map"
DIFFERING, NOTHING_DIFFERS = "Settings that differ", "None: only chance, or what was set by hand"
NAME_LABEL = "Name of the branch"
FIRST, FRESH = "first run", "fresh run"
AT_BEGINNING = "The beginning of the run is shown"
BACK_TIP = "Look at the moment before; nothing is changed"


class Gap(Protocol):
    """A figure of two runs: see `figures.comparing`."""

    @property
    def first(self) -> float | None: ...
    @property
    def second(self) -> float | None: ...
    @property
    def better(self) -> int | None: ...


def best_loss(watched: str) -> str:
    """The mark of the lowest held-out loss; watched: validation or test."""
    return f"best {SETS.get(watched, watched)} loss"


def rate_drop(rate: float) -> str:
    """The mark of a moment at which the schedule has lowered the rate."""
    return f"rate drops to {formats.plain(rate, 3)}"


def looking_texts(epoch: int | None, end: int | None) -> tuple[str, ...]:
    """That an earlier moment is shown, the longest wording first; nothing of none."""
    if epoch is None or end is None:
        return ()
    now, last = formats.counter(epoch), formats.counter(end)
    return f"Looking at epoch {now} of {last}", f"Epoch {now} of {last}", f"{now} of {last}", now


def moment_spoken(epoch: float | None, end: float | None, marks: str = "") -> str:
    """What the track says of itself to who does not see it."""
    where = f"epoch {formats.spaced(epoch)} of {formats.spaced(end)}"
    return f"{where}, {marks}" if marks else where


def switch_to(name: str) -> str:
    """The step that leads to another run."""
    return f"Switch to {name}"


def branch_name(branch: Branch, parent: Branch | None) -> str:
    """How a run is called: as the user has called it, or by what it does otherwise than the run it has left."""
    if branch.name:
        return branch.name
    if branch.parent is None:
        return FIRST
    if parent is None:
        return f"run {formats.spaced(branch.number)}"
    changes = changes_between(parent.experiment, branch.experiment)
    if any(path.startswith("data.source") for path in changes):
        return branch.experiment.source_kind.label
    fields = tuple(path for path in changes if path not in ("title", "notes"))
    if not fields:
        return FRESH if branch.left_at is None else f"run {formats.spaced(branch.number)}"
    value = changes[fields[0]]
    number = float(value) if len(fields) == 1 and isinstance(value, (int, float)) else None
    return mark_label(Mark(0, fields, number))


def names_of(branches: Sequence[Branch]) -> dict[int, str]:
    """How each run is called, by its number."""
    known = {each.number: each for each in branches}
    return {
        each.number: branch_name(each, None if each.parent is None else known.get(each.parent)) for each in branches
    }


def branch_entry(number: int, name: str, epoch: int, present: bool) -> str:
    """A run in the list: the number is that on its curve."""
    where = f"{formats.spaced(number)}   {name},  epoch {formats.spaced(epoch)}"
    return f"{where}  (shown)" if present else where


def comparing(first: str, second: str) -> str:
    """What stands above two runs side by side."""
    return f"{first} and {second}"


def at_moment(name: str, epoch: int) -> str:
    """A run at a moment."""
    return f"{name}, epoch {formats.spaced(epoch)}"


def verdict(names: tuple[str, str], loss: Gap, accuracy: Gap) -> str:
    """Which of two runs is better on held-out samples, and by how much."""
    told = []
    for what, found, write in (("loss", loss, formats.loss), ("accuracy", accuracy, formats.accuracy)):
        if found.first is None or found.second is None:
            continue
        figures = f"{write(found.first)} and {write(found.second)}"
        better = "not comparable" if found.first != found.second else "equal"
        if found.better is not None:
            better = f"{names[found.better]} is better by {write(abs(found.first - found.second))}"
        told.append(f"Held-out {what} {figures}: {better}.")
    return "  ".join(told) or "There are no held-out samples to judge by."


def differing(first: Experiment, second: Experiment) -> tuple[tuple[str, str, str], ...]:
    """The settings in which two experiments differ: the path in words, and both values."""
    there, back = changes_between(first, second), changes_between(second, first)
    paths = [path for path in dict.fromkeys((*there, *back)) if path not in ("title", "notes")]
    rows = []
    for path in paths:
        if path == LAYERS:
            one, other = (_layers(each) for each in (first, second))
            if one != other:
                rows.append(("layers", one, other))
        else:
            rows.append((_setting(path), _value(first, path), _value(second, path)))
    return tuple(rows)


def _layers(experiment: Experiment) -> str:
    return ", ".join(layer_title(experiment, place) for place in range(len(experiment.network.layers))) or "none"


def _setting(path: str) -> str:
    return path.split(".", 1)[-1].replace(".", " ").replace("_", " ")


def _value(experiment: Experiment, path: str) -> str:
    """A setting as it would be typed; a dash where this experiment has none."""
    found: Any = msgspec.to_builtins(experiment)
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, dict):
        found = found.get("name") or found.get("kind")
    if found is None:
        return formats.MISSING
    if isinstance(found, list):
        return ", ".join(map(str, found)) or "none"
    if isinstance(found, (int, float)) and not isinstance(found, bool):
        return formats.plain(float(found))
    return {True: "on", False: "off"}.get(found, str(found).replace("_", " "))
