"""What edits have put aside, so that undo brings back the weights and not only the settings.

Owns a few whole run states, keyed by the experiment they belonged to, oldest dropped first; knows nothing of undo.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from playground.engine.state import RunState
from playground.experiment.experiment import Experiment
from playground.run.recording import Record

MAX_BYTES = 64_000_000


@dataclass(frozen=True, slots=True, eq=False)
class PutAside:
    """A run's state and record at the moment of an edit. number: of the log's entry for that edit."""

    state: RunState
    record: Record
    number: int = 0

    @property
    def size(self) -> int:
        """Bytes of the large arrays."""
        state = self.state
        arrays = (state.parameters, state.slots, state.best, state.order, state.probes)
        return sum(array.nbytes for array in arrays) + self.record.nbytes


class Shelf:
    """The newest states that fit in MAX_BYTES."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Experiment, PutAside] = OrderedDict()

    def put(self, experiment: Experiment, kept: PutAside) -> None:
        """Keep a state under its experiment, instead of an older one."""
        self._kept.pop(experiment, None)
        self._kept[experiment] = kept
        while len(self._kept) > 1 and sum(each.size for each in self._kept.values()) > MAX_BYTES:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        """Nothing is put aside any more."""
        self._kept.clear()

    def take(self, experiment: Experiment) -> PutAside | None:
        """The state last kept for an equal experiment; it stays until it is replaced."""
        return self._kept.get(experiment)
