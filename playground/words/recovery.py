"""What is said of work that a crash has left behind.

Owns these sentences; knows nothing of how it was kept.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from playground.numbers import spaced
from playground.run.checkpoint import Checkpoint
from playground.words.saving import listed

DAY = 86_400.0


def title_of(checkpoint: Checkpoint | None, title: str) -> str:
    """The name of the work: the window's title, or that of the data."""
    if title or checkpoint is None:
        return title or "Unsaved work"
    return checkpoint.experiment.title or checkpoint.experiment.source_kind.label


def left_behind(
    epoch: int | None, written: float, now: float, file: str = "", without: Sequence[str] = ()
) -> str:  # fmt: skip
    """How far the work was, from when it is, and of which file: "Epoch 12 400, from 14:03; of moons.nnp". without: the
    runs that it has not, because there was no room for them."""
    then = time.localtime(written)
    moment = time.strftime("%H:%M", then)
    if now - written > DAY or then.tm_yday != time.localtime(now).tm_yday:
        moment = f"{then.tm_mday} {time.strftime('%b', then)}, {moment}"
    told = "Not trained yet" if epoch is None else f"Epoch {spaced(epoch)}"
    return (
        f"{told}, from {moment}"
        + (f"; of {file}" if file else "")
        + (f"; without {listed(without)}" if without else "")
    )


def in_part(title: str, checkpoint: Checkpoint) -> str:
    """Of work that came back without its last steps: how far it is, and that nothing was thrown away."""
    state = checkpoint.state
    where = "" if state is None else f" as of epoch {spaced(state.epoch)}"
    return f"“{title}” is back{where}. Its last part could not be made again; the whole is offered at the next start."
