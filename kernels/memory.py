"""The scratch memory kernels work in.

Owns how large each buffer is and that it starts on a cache line. Must not know what the buffers hold at any moment:
nothing in them outlives a call.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from kernels import codes

LANES: Final = 16  # numbers a kernel handles at once, whatever the processor
LINE: Final = 64  # bytes of a cache line
WIDE: Final = 16  # inputs from which a layer's weight gradient is built as sums of outer products
STAGED: Final = 1024  # columns of samples gathered ahead of their step
PLAN_COLUMNS: Final = 11

Workspace = tuple[NDArray[Any], ...]


def rounded(count: int) -> int:
    """`count` rounded up to whole lanes."""
    return -(-count // LANES) * LANES


def aligned(rows: int, columns: int, dtype: DTypeLike) -> NDArray[Any]:
    """A matrix of zeros that starts on a cache line."""
    kind = np.dtype(dtype)
    size = rows * columns * kind.itemsize
    raw = np.zeros(size + LINE, np.uint8)
    start = -raw.ctypes.data % LINE
    return raw[start : start + size].view(kind).reshape(rows, columns)


def packed_size(program: NDArray[np.int64]) -> int:
    """Length of the packed parameters (see layout.py)."""
    narrow, wide = 0, 0
    for n_in, n_out in program[:, [codes.INPUTS, codes.OUTPUTS]].tolist():
        narrow += n_out if n_in >= WIDE else n_out * (n_in + 1)
        wide += n_out * rounded(n_in) if n_in >= WIDE else 0
    return rounded(narrow) + wide


def workspace(program: NDArray[np.int64], max_batch: int, dtype: DTypeLike = np.float32) -> Workspace:
    """Scratch memory for a network of this shape and batches up to `max_batch`.

    The result is opaque; its type never depends on the network, so a new network never recompiles. It may be
    reused by every entry, by one thread at a time.
    """
    features, outputs = int(program[0, codes.INPUTS]), int(program[-1, codes.OUTPUTS])
    width = rounded(max(max_batch, 4 * LANES))
    if width // LANES % 2 == 0:
        width += LANES  # an odd number of cache lines a row: rows do not compete for the same cache sets
    rows = features + 1 + int(program[:, codes.OUTPUTS].sum()) + 1  # inputs, ones, units, zeros
    ahead = max(STAGED, width)
    size = packed_size(program)
    return (
        aligned(3 * rows, width, dtype),  # three bands: values, slopes, deltas
        aligned(features + outputs + 1, ahead, dtype),  # staged samples: inputs, targets, share
        aligned(width, rounded(int(program[:, codes.INPUTS].max())), dtype),  # a layer's inputs, sample by sample
        aligned(6, size, dtype),  # packed: parameters, gradient, optimizer state, weight marks, sums
        aligned(2, size, np.int64),  # where the two factors of each narrow gradient lie
        aligned(program.shape[0], PLAN_COLUMNS, np.int64),  # the plan, one row a layer
        aligned(1, ahead, np.int64),  # the sample in each staged column
        aligned(2, LANES, np.float64),  # sums over samples: loss, right answers
    )
