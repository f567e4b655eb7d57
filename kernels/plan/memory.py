"""The scratch memory kernels work in.

Owns how large each buffer is, that it starts on a cache line, and what of it is written once: the plan, the places of
the parameters, their marks. Must not know what the other buffers hold at any moment: nothing in them outlives a call.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from kernels.lanes.size import LANES
from kernels.plan import codes, layout

LINE: Final = 64  # bytes of a cache line
STAGED: Final = 1024  # columns of samples gathered ahead of their step

# Positions in `facts`, int64 (1, 8)
SUMMED: Final = 0  # packed parameters whose gradients are sums over lanes
HAS_FROZEN: Final = 1
FACTS: Final = 8

Workspace = tuple[NDArray[Any], ...]


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


def workspace(
    program: NDArray[np.int64],
    numbers: NDArray[np.float64],
    loss: int,
    max_batch: int,
    dtype: DTypeLike = np.float32,
) -> Workspace:
    """Scratch memory for a network, its loss and batches up to `max_batch`; program and numbers: see codes.py.

    The result is opaque; its type never depends on the network, so a new network never recompiles. It may be
    reused by every entry, by one thread at a time.
    """
    plan = layout.arrange(program, loss)
    features, outputs = int(program[0, codes.INPUTS]), int(program[-1, codes.OUTPUTS])
    width = layout.rounded(max(max_batch, 4 * LANES))
    if width // LANES % 2 == 0:
        width += LANES  # an odd number of cache lines a row: rows do not compete for the same cache sets
    ahead = max(STAGED, width)
    rows = aligned(plan.bands * plan.rows, width, dtype)
    rows[features] = 1.0
    packed = aligned(layout.PACKED_ROWS, plan.places.shape[1], dtype)
    packed[[layout.IS_WEIGHT, layout.IS_TRAINED]] = plan.marks
    facts = np.zeros((1, FACTS), np.int64)
    facts[0, SUMMED] = plan.summed
    facts[0, HAS_FROZEN] = plan.plan[:, layout.FROZEN].any()
    widest = int(plan.plan[:, layout.N_IN].max())
    return (
        rows,  # bands of values, slopes, deltas and, where a layer normalizes, normalized values
        aligned(features + outputs + 1, ahead, dtype),  # staged samples: inputs, targets, share
        aligned(width, layout.rounded(widest), dtype),  # a layer's inputs, sample by sample
        packed,  # parameters, gradient, optimizer state, marks, sums
        copied(plan.pairs * width, np.int64),  # where the two factors of each gradient that is a sum over lanes lie
        copied(plan.plan, np.int64),  # one row a layer
        copied(numbers, np.float64),
        copied(plan.places, np.int64),  # the flat parameter at each packed place
        copied(plan.owners, np.int64),  # the layer of each flat parameter
        facts,
        aligned(1, ahead, np.int64),  # the sample in each staged column
        aligned(2, LANES, np.float64),  # sums over samples: loss, right answers
        aligned(3 * len(program), LANES, np.float64),  # of each layer: sum of values, of squares, of saturated slopes
        aligned(plan.rows, LANES, dtype),  # of each unit: the largest slope
    )
