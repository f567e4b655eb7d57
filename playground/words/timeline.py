"""What is said about the timeline: which moment is shown, what its marks are called, how branches are named.

Owns these short sentences; knows nothing of where they stand.
"""

from __future__ import annotations

from playground import numbers as formats
from playground.experiment.difference import changes_between
from playground.past.branches import Branch
from playground.run.snapshot import Mark
from playground.words.marks import mark_label
from playground.words.run import SETS

TITLE = "Timeline"
LIVE, TO_LIVE = "live", "to live"
LIVE_TIP = "The newest moment of the run is shown"
TO_LIVE_TIP = "Back to the newest moment of the run  (Esc on the track)"
DIVERGED = "diverged"
BEGIN, RENAME, DELETE = "Begin a branch", "Rename a branch", "Delete a branch"
BEGIN_TIP = "Go on from the moment that is shown as another run; the one that is there stays  (Enter on the track)"
BRANCHES, BRANCHES_TIP = "Branches …", "The other runs: go on in one, rename, delete"
NO_BRANCHES = "There is one run; a change made at an earlier moment begins another"
GO_ON, RENAME_ENTRY, DELETE_ENTRY = "Go on in it", "Rename …", "Delete"
NAME_LABEL = "Name of the branch"
FIRST, FRESH = "first run", "fresh run"
AT_BEGINNING = "The beginning of the run is shown"
BACK_TIP = "Look at the moment before; nothing is changed"
TRACK_TIP = "Drag to look at any earlier moment of the run; Enter begins a branch there"


def best_loss(watched: str) -> str:
    """The mark of the lowest held-out loss; watched: validation or test."""
    return f"best {SETS.get(watched, watched)} loss"


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


def branch_entry(name: str, epoch: int, present: bool) -> str:
    """A run in the list."""
    where = f"{name},  epoch {formats.spaced(epoch)}"
    return f"{where}  (shown)" if present else where
