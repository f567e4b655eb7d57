"""The state of a run in few bytes.

Owns the form; knows nothing of which states are kept. Whatever is unpacked has the same bytes as what was packed.
"""

from __future__ import annotations

import msgspec
import numpy as np

from playground.engine.state import BAD_LAYER, BAD_SAMPLE, COUNTERS, POWERS, PROBES, RECORDS, STATUS, WATCH, RunState

OVERHEAD = 250
"""Bytes of the objects around a packed state, about."""


class Frame(msgspec.Struct, frozen=True):
    """The sizes of a state's arrays, equal for most states of a run.

    slots: which of the two rows of the optimizer's memory are there; the others are zeros. best: whether the parameters
    of the best epoch are there.
    """

    dtype: str
    parameters: int
    samples: int
    layers: int
    slots: tuple[bool, bool]
    best: bool

    @property
    def layout(self) -> np.dtype[np.void]:
        """A packed state as one value with fields; the rows of the optimizer's memory that are there are in `slots`."""
        size, rows = (self.parameters,), (sum(self.slots), self.parameters)
        return np.dtype([
            ("parameters", self.dtype, size), ("powers", np.float64, (POWERS,)),
            ("order", order_type(self.samples), (self.samples,)), ("chance", np.uint64, (4,)),
            ("counters", np.int64, (COUNTERS,)), ("watch", np.float64, (WATCH,)),
            ("best", self.dtype, size if self.best else (0,)), ("probes", np.float64, (self.layers, PROBES)),
            ("slots", self.dtype, rows),
        ])  # fmt: skip


class Packed(msgspec.Struct, frozen=True, eq=False):
    """A state: the sizes, and all arrays one behind the other."""

    frame: Frame
    data: bytes

    @property
    def size(self) -> int:
        """Bytes, the objects around them counted."""
        return len(self.data) + OVERHEAD


def order_type(samples: int) -> type[np.unsignedinteger]:
    """The smallest type that counts so many samples."""
    return np.uint8 if samples <= 2**8 else np.uint16 if samples <= 2**16 else np.uint32


def pack(state: RunState) -> Packed:
    """A copy of a state; how its last call ended is no part of it."""
    parameters, slots, order, counters = state.parameters, state.slots, state.order, state.counters.copy()
    counters[[STATUS, BAD_LAYER, RECORDS, BAD_SAMPLE]] = 0, 0, 0, -1
    kept = (bool(slots[0].any()), bool(slots[1].any()))
    frame = Frame(
        parameters.dtype.name, parameters.size, order.size, len(state.probes), kept, state.best.size > 0
    )  # fmt: skip
    parts = [
        parameters, state.powers, order.astype(order_type(order.size)), state.chance, counters, state.watch, state.best,
        state.probes, *(slots[row] for row in (0, 1) if kept[row]),
    ]  # fmt: skip
    return Packed(frame, b"".join([part.tobytes() for part in parts]))


def unpack(packed: Packed) -> RunState:
    """The state again, in arrays of its own."""
    frame, place = packed.frame, 0

    def take(count: int, dtype: type[np.generic] | str) -> np.ndarray:
        nonlocal place
        found = np.frombuffer(packed.data, dtype, count, place)
        place += found.nbytes
        return found

    size, dtype = frame.parameters, frame.dtype
    parameters, powers = take(size, dtype).copy(), take(POWERS, np.float64).copy()
    order = take(frame.samples, order_type(frame.samples)).astype(np.int64)
    chance, counters = take(4, np.uint64).copy(), take(COUNTERS, np.int64).copy()
    watch, best = take(WATCH, np.float64).copy(), take(size if frame.best else 0, dtype).copy()
    probes = take(frame.layers * PROBES, np.float64).reshape(frame.layers, PROBES).copy()
    slots = np.zeros((2, size), dtype)
    for row in (0, 1):
        if frame.slots[row]:
            slots[row] = take(size, dtype)
    return RunState(parameters, slots, powers, order, chance, counters, watch, best, probes)
