"""How parameters lie while kernels work on them.

Owns the packed layout and the plan. Callers hand over parameters as one flat buffer (see codes.py); kernels copy them
into the packed layout and back at the end of the call. The copies are exact.

A narrow layer (fewer than 16 inputs) packs each unit's weights followed by its bias. A wide layer packs its weight rows
padded to multiples of 16, and its biases elsewhere. First come all narrow layers and all wide layers' biases without
gaps: their gradients are sums over lanes, of two rows named by `pairs`. Then come the wide weights, whose gradients are
sums of outer products. Padding is zero, and nothing reads it.

Rows of the big matrix come in three bands of equal height: values, slopes, deltas. In each band: inputs, one row of
ones, the units of all layers, one row of zeros.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from kernels import codes
from kernels.activations import LOGIT
from kernels.jit import inline
from kernels.lanes import Array
from kernels.memory import WIDE

# Columns of the plan, int64 (layers, 11)
N_IN: Final = 0
N_OUT: Final = 1
CODE: Final = 2
WEIGHTS: Final = 3  # place of the first weight among the packed parameters
STRIDE: Final = 4  # from one unit's weights to the next
BIAS: Final = 5
BIAS_STEP: Final = 6
BEFORE: Final = 7  # row of the layer's first input
HERE: Final = 8  # row of its first unit
BAND: Final = 9  # height of a band
IS_WIDE: Final = 10

# Rows of the packed parameters
PARAMETERS: Final = 0
GRADIENT: Final = 1
FIRST_MOMENT: Final = 2
SECOND_MOMENT: Final = 3
IS_WEIGHT: Final = 4
SUM: Final = 5


@inline
def make_plan(program: Array, loss: int, plan: Array, rows: Array, pairs: Array) -> int:
    """Fill plan and pairs, set the rows of ones and zeros; returns where the wide weights start.

    The gradient of narrow parameter i is the product of the rows that start at places pairs[0, i] and pairs[1, i].
    """
    features, pitch, band = program[0, codes.INPUTS], rows.shape[1], rows.shape[0] // 3
    for column in range(pitch):
        rows[features, column] = 1
        rows[band - 1, column] = 0
        rows[3 * band - 1, column] = 0
    at, before = 0, 0
    for layer in range(program.shape[0]):
        n_in, n_out = program[layer, codes.INPUTS], program[layer, codes.OUTPUTS]
        wide = n_in >= WIDE
        step = 1 if wide else n_in + 1
        bias = at if wide else at + n_in
        here = features + 1 + program[layer, codes.ROW]
        plan[layer, N_IN], plan[layer, N_OUT], plan[layer, BAND], plan[layer, IS_WIDE] = n_in, n_out, band, wide
        plan[layer, WEIGHTS], plan[layer, STRIDE], plan[layer, BIAS], plan[layer, BIAS_STEP] = at, step, bias, step
        plan[layer, BEFORE], plan[layer, HERE], plan[layer, CODE] = before, here, program[layer, codes.ACTIVATION]
        for unit in range(n_out):
            for k in range(step):
                pairs[0, at + unit * step + k] = (2 * band + here + unit) * pitch
                pairs[1, at + unit * step + k] = (before + k) * pitch
            pairs[1, bias + unit * step] = features * pitch
        at += n_out * step
        before = here
    if loss == codes.BINARY_CROSS_ENTROPY:
        plan[program.shape[0] - 1, CODE] = LOGIT
    narrow = (at + 15) // 16 * 16
    for i in range(at, narrow):
        pairs[0, i], pairs[1, i] = (3 * band - 1) * pitch, (band - 1) * pitch
    at = narrow
    for layer in range(program.shape[0]):
        if plan[layer, IS_WIDE]:
            plan[layer, WEIGHTS], plan[layer, STRIDE] = at, (plan[layer, N_IN] + 15) // 16 * 16
            at += plan[layer, N_OUT] * plan[layer, STRIDE]
    return narrow


@inline
def pack(program: Array, plan: Array, flat: Array, packed: Array, row: int) -> None:
    """packed[row] = flat, with zeros between."""
    for i in range(packed.shape[1]):
        packed[row, i] = 0
    for layer in range(program.shape[0]):
        n_in = plan[layer, N_IN]
        for unit in range(plan[layer, N_OUT]):
            source = program[layer, codes.WEIGHT_OFFSET] + unit * n_in
            target = plan[layer, WEIGHTS] + unit * plan[layer, STRIDE]
            for k in range(n_in):
                packed[row, target + k] = flat[source + k]
            target = plan[layer, BIAS] + unit * plan[layer, BIAS_STEP]
            packed[row, target] = flat[program[layer, codes.BIAS_OFFSET] + unit]


@inline
def unpack(program: Array, plan: Array, packed: Array, row: int, flat: Array) -> bool:
    """flat = packed[row]; is every number finite? Every NaN becomes the one NaN all processors agree on."""
    worst = 0.0  # stays 0 unless a term is infinite or NaN
    for layer in range(program.shape[0]):
        n_in = plan[layer, N_IN]
        for unit in range(plan[layer, N_OUT]):
            target = program[layer, codes.WEIGHT_OFFSET] + unit * n_in
            source = plan[layer, WEIGHTS] + unit * plan[layer, STRIDE]
            for k in range(n_in + 1):
                if k == n_in:
                    target = program[layer, codes.BIAS_OFFSET] + unit - n_in
                    source = plan[layer, BIAS] + unit * plan[layer, BIAS_STEP] - n_in
                x = packed[row, source + k]
                worst += x * 0.0
                flat[target + k] = x if x == x else np.nan
    return worst == 0.0


@inline
def mark_weights(plan: Array, packed: Array) -> None:
    """packed[IS_WEIGHT] = 1 where a weight lies, 0 for biases and padding."""
    for i in range(packed.shape[1]):
        packed[IS_WEIGHT, i] = 0
    for layer in range(plan.shape[0]):
        for unit in range(plan[layer, N_OUT]):
            for k in range(plan[layer, N_IN]):
                packed[IS_WEIGHT, plan[layer, WEIGHTS] + unit * plan[layer, STRIDE] + k] = 1
