"""What edits have put aside, so that undo brings back the weights and not only the settings.

Owns a few whole runs, keyed by the experiment or the number they belonged to, oldest dropped first, and single values
that were typed over; knows nothing of undo.
"""

from __future__ import annotations

from collections import OrderedDict
from copy import copy
from typing import NamedTuple, TypeVar

import msgspec

from playground.engine.state import RunState
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.past.curves import Sight
from playground.past.lines import Place
from playground.run.checkpoint import Checkpoint

MAX_BYTES = 64_000_000
MOST_LOST = 1_000
"""Runs that had to go are known to have been there; of more the oldest are forgotten, as undo has as many steps."""
Key = Experiment | int
T = TypeVar("T")


class PutAside(msgspec.Struct, frozen=True, eq=False):
    """A run as it was left: its checkpoint without a log, and its beginning (see `Run.beginning`).

    number: of the log's entry with which it was left. place: the moment in the session's past; sight: what its curves
    were then.
    """

    left: Checkpoint
    beginning: int
    number: int
    place: Place
    sight: Sight | None

    @property
    def state(self) -> RunState:
        """The run's buffers."""
        assert self.left.state is not None
        return self.left.state

    @property
    def size(self) -> int:
        """Bytes of the large arrays."""
        state = self.state
        arrays = (state.parameters, state.slots, state.best, state.order, state.probes)
        record = 0 if self.left.record is None else self.left.record.nbytes
        return sum(array.nbytes for array in arrays) + record


class Shelf:
    """The newest states that fit in MAX_BYTES."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, PutAside] = OrderedDict()
        self._lost: dict[Key, None] = {}

    def put(self, key: Key, kept: PutAside) -> None:
        """Keep a run under its experiment or number, instead of an older one."""
        self._kept.pop(key, None)
        self._lost.pop(key, None)
        self._kept[key] = kept
        while len(self._kept) > 1 and sum(each.size for each in self._kept.values()) > MAX_BYTES:
            self._lost[self._kept.popitem(last=False)[0]] = None
        while len(self._lost) > MOST_LOST:
            del self._lost[next(iter(self._lost))]

    def clear(self, but_runs: bool = False) -> None:
        """Nothing is put aside any more; but_runs: but for runs with numbers."""
        for kept in (self._kept, self._lost):
            for key in [key for key in kept if not (but_runs and isinstance(key, int))]:
                del kept[key]

    def has_lost(self, key: Key) -> bool:
        """Whether a run was kept under an equal experiment or number, and had to go for younger ones."""
        return key in self._lost

    def take(self, key: Key) -> PutAside | None:
        """The run last kept under an equal experiment or number; it stays until it is replaced."""
        return self._kept.get(key)


def copied(kept: T) -> T:
    """A book or a run like another; what is written into one is not in the other. Entries are values, and shared."""
    made = copy(kept)
    for name, held in vars(kept).items():
        if isinstance(held, (dict, list)):
            setattr(made, name, held.copy())
    return made


class TypedOver(NamedTuple):
    """The parameter's place and what stood there, in which beginning of the run, and the log's entry that set it."""

    place: int
    value: float
    beginning: int
    number: int


class TypedValues:
    """The values that were typed over."""

    def __init__(self) -> None:
        self._kept: dict[int, TypedOver] = {}

    def remember(self, key: int, kept: TypedOver) -> None:
        """Keep a value under its key."""
        self._kept[key] = kept

    def found(self, key: int, place: int, beginning: int) -> TypedOver | None:
        """What stood at a place; None where nothing is known of this beginning. Raises WrongUse for another place."""
        kept = self._kept.get(key)
        if kept is None or kept.beginning != beginning:
            return None
        if kept.place != place:
            sentence = "Under the key {key} parameter {known} is remembered; got parameter {index}."
            raise WrongUse(sentence, key=key, known=kept.place, index=place)
        return kept

    def clear(self) -> None:
        """Nothing is known any more."""
        self._kept.clear()
