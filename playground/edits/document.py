"""What undo goes back over: the experiment, and the parameters set by hand.

Owns the frozen pairing, and which actions lead a run from one document to another; knows nothing of how an action takes
effect.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from playground.experiment.experiment import Experiment
from playground.run.actions import Action, Edit, NewSeed, RestoreParameter, SetParameter


@dataclass(frozen=True, slots=True)
class Tweak:
    """One parameter set by hand: its flat index and its value. `key` is its own: the run keeps what stood there."""

    key: int
    index: int
    value: float


@dataclass(frozen=True, slots=True)
class Document:
    """An experiment and the tweaks made to its run, oldest first."""

    experiment: Experiment
    tweaks: tuple[Tweak, ...] = ()


def actions_between(old: Document, new: Document, back: bool) -> list[Action]:
    """What leads a run of one document to the other, in order; `back`: by undo or redo."""
    actions: list[Action] = []
    if old.experiment != new.experiment:
        only_seed = msgspec.structs.replace(old.experiment, seed=new.experiment.seed) == new.experiment
        fresh = only_seed and not back
        actions.append(NewSeed(new.experiment.seed) if fresh else Edit(new.experiment, back))
    shared = 0
    for before, after in zip(old.tweaks, new.tweaks, strict=False):
        if before != after:
            break
        shared += 1
    actions += [RestoreParameter(tweak.index, tweak.key) for tweak in reversed(old.tweaks[shared:])]
    actions += [SetParameter(tweak.index, tweak.value, tweak.key) for tweak in new.tweaks[shared:]]
    return actions
