"""What undo goes back over: the experiment, and the parameters set by hand.

Owns the frozen pairing; knows nothing of how either takes effect.
"""

from __future__ import annotations

from dataclasses import dataclass

from playground.experiment.experiment import Experiment


@dataclass(frozen=True, slots=True)
class Tweak:
    """One parameter set by hand: its flat index, its value before and after, and how often the run had been reset."""

    index: int
    before: float
    after: float
    resets: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """An experiment and the tweaks made to its run, oldest first."""

    experiment: Experiment
    tweaks: tuple[Tweak, ...] = ()


def tweaks_between(old: Document, new: Document, resets: int) -> list[tuple[int, float]]:
    """(index, value) pairs that lead from one document's parameters to another's, in order.

    Only tweaks of the run as it is now count: after a reset the value before an older tweak is another run's.
    """
    shared = 0
    for before, after in zip(old.tweaks, new.tweaks, strict=False):
        if before != after:
            break
        shared += 1
    taken_back = [(tweak.index, tweak.before) for tweak in reversed(old.tweaks[shared:]) if tweak.resets == resets]
    return taken_back + [(tweak.index, tweak.after) for tweak in new.tweaks[shared:]]
