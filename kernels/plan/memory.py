"""The scratch memory kernels work in.

Owns how large each buffer is, that it starts on a cache line, and what of it is written once: the plan, the places of
the parameters, their marks. Must not know what the other buffers hold at any moment: nothing in them outlives a call.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from kernels.lanes.size import LANES
from kernels.plan import arrangement, codes

LINE: Final = 64  # bytes of a cache line
STAGED: Final = 1024  # columns of samples gathered ahead of their step

# Positions in `facts`, int64 (1, 8)
SUMMED: Final = 0  # packed parameters whose gradients are sums over lanes
HAS_FROZEN: Final = 1
FACTS: Final = 8


class Workspace(NamedTuple):
    """Scratch memory; opaque to callers. Its type never depends on the network, so a new network never recompiles."""

    rows: NDArray[Any]
    """Bands of values, slopes, deltas and, where a layer normalizes, normalized values."""
    staged: NDArray[Any]
    """Samples gathered ahead: inputs, targets, share."""
    turned: NDArray[Any]
    """A layer's inputs, sample by sample."""
    packed: NDArray[Any]
    """Parameters, gradient, optimizer state, marks, sums: see the rows of arrangement.py."""
    pairs: NDArray[Any]
    """Where the two factors of each gradient that is a sum over lanes lie."""
    plan: NDArray[Any]
    """One row a layer."""
    numbers: NDArray[Any]
    places: NDArray[Any]
    """The flat parameter at each packed place."""
    owners: NDArray[Any]
    """The layer of each flat parameter."""
    facts: NDArray[Any]
    sample: NDArray[Any]
    """The sample in each staged column."""
    sums: NDArray[Any]
    """Over samples: loss, right answers."""
    moments: NDArray[Any]
    """Of each layer: sum of values, of squares, of saturated slopes."""
    peaks: NDArray[Any]
    """Of each unit: the largest slope."""


class Tangents(NamedTuple):
    """Scratch memory for derivatives: as large as what they are derivatives of."""

    rows: NDArray[Any]
    turned: NDArray[Any]
    packed: NDArray[Any]


def aligned(rows: int, columns: int, dtype: DTypeLike) -> NDArray[Any]:
    """A matrix of zeros that starts on a cache line."""
    kind = np.dtype(dtype)
    size = rows * columns * kind.itemsize
    raw = np.zeros(size + LINE, np.uint8)
    start = -raw.ctypes.data % LINE
    return raw[start : start + size].view(kind).reshape(rows, columns)


def copied(matrix: NDArray[Any], dtype: DTypeLike) -> NDArray[Any]:
    """The matrix, on a cache line."""
    copy = aligned(matrix.shape[0], matrix.shape[1], dtype)
    copy[:] = matrix
    return copy


_arranged: dict[tuple[bytes, int], arrangement.Arrangement] = {}
"""Of small networks the last few; what stands here is only read."""
MOST_ARRANGED: Final = 16
MOST_PLACES: Final = 20_000


def _arrangement(program: NDArray[np.int64], loss: int) -> arrangement.Arrangement:
    """How a network lies in memory; equal small ones are arranged once: a run that is copied has another workspace."""
    key = program.tobytes(), loss
    found = _arranged.get(key)
    if found is None:
        found = arrangement.arrange(program, loss)
        if found.places.size <= MOST_PLACES:
            for oldest in list(_arranged)[: 1 - MOST_ARRANGED]:
                _arranged.pop(oldest, None)
            _arranged[key] = found
    return found


def workspace(
    program: NDArray[np.int64],
    numbers: NDArray[np.float64],
    loss: int,
    max_batch: int,
    dtype: DTypeLike = np.float32,
) -> Workspace:
    """Scratch memory for a network, its loss and batches up to `max_batch`; program and numbers: see codes.py.

    It may be reused by every call, by one thread at a time.
    """
    plan = _arrangement(program, loss)
    features, outputs = int(program[0, codes.INPUTS]), int(program[-1, codes.OUTPUTS])
    width = arrangement.rounded(max(max_batch, 4 * LANES))
    if width // LANES % 2 == 0:
        width += LANES  # an odd number of cache lines a row: rows do not compete for the same cache sets
    ahead = max(STAGED, width)
    rows = aligned(plan.bands * plan.rows, width, dtype)
    rows[features] = 1.0
    packed = aligned(arrangement.PACKED_ROWS, plan.places.shape[1], dtype)
    packed[[arrangement.IS_WEIGHT, arrangement.IS_TRAINED]] = plan.marks
    facts = np.zeros((1, FACTS), np.int64)
    facts[0, SUMMED] = plan.summed
    facts[0, HAS_FROZEN] = plan.plan[:, arrangement.FROZEN].any()
    widest = int(plan.plan[:, arrangement.N_IN].max())
    return Workspace(
        rows=rows,
        staged=aligned(features + outputs + 1, ahead, dtype),
        turned=aligned(width, arrangement.rounded(widest), dtype),
        packed=packed,
        pairs=copied(plan.pairs * width, np.int64),
        plan=copied(plan.plan, np.int64),
        numbers=copied(numbers, np.float64),
        places=copied(plan.places, np.int64),
        owners=copied(plan.owners, np.int64),
        facts=facts,
        sample=aligned(1, ahead, np.int64),
        sums=aligned(2, LANES, np.float64),
        moments=aligned(3 * len(program), LANES, np.float64),
        peaks=aligned(plan.rows, LANES, dtype),
    )


def tangents(space: Workspace) -> Tangents:
    """Scratch memory for derivatives of what a workspace holds."""
    return Tangents(*[
        aligned(each.shape[0], each.shape[1], each.dtype) for each in (space.rows, space.turned, space.packed)
    ])  # fmt: skip
