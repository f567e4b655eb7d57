"""What is said about the timeline: which moment is shown, what its marks are called, how branches are named.

Owns these short sentences; knows nothing of where they stand.
"""

from __future__ import annotations

from playground import numbers as formats
from playground.words.run import SETS

TITLE = "Timeline"
LIVE, TO_LIVE = "live", "to live"
LIVE_TIP = "The newest moment of the run is shown"
TO_LIVE_TIP = "Back to the newest moment of the run  (Esc on the track)"
DIVERGED = "diverged"
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
