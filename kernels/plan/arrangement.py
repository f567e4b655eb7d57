"""How parameters and units lie while kernels work on them.

Owns the packed layout and the plan, both made in plain Python when a workspace is made: compiled code only reads them,
so a new kind of layer costs no compile time here. Callers hand over parameters as one flat buffer (see codes.py);
`places` says where each packed parameter comes from. The copies are exact.

Packed parameters lie in three parts. First, without gaps, what gets its gradient as a sum over lanes of the product of
two rows, named by `pairs`: narrow dense layers (fewer than 16 inputs), each unit's weights followed by its bias, and
the biases of wide ones. Then layers whose parameters serve several units or are not trained (gains, shifts, statistics,
kernels), in the order of the flat buffer. Last the wide weights, every unit's padded to a multiple of 16: their
gradients are sums of outer products. Padding is zero, and nothing reads it.

Rows of the big matrix come in bands of equal height: values, slopes, deltas, and normalized values where a layer
normalizes. In each band: inputs, one row of ones, the units of all layers, one row of zeros.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kernels.plan import codes
from kernels.plan.codes import DOT_PRODUCTS, OWN_GRADIENTS

Array = NDArray[Any]
Integers = NDArray[np.int64]

# Columns of the plan, int64 (layers, 32)
KIND: Final = 0
N_IN: Final = 1  # numbers that each unit's weights read; 0: no weights
N_OUT: Final = 2
CODE: Final = 3
WEIGHTS: Final = 4  # place of the first weight among the packed parameters
STRIDE: Final = 5  # from one unit's weights to the next
BIAS: Final = 6
BIAS_STEP: Final = 7
BEFORE: Final = 8  # row of the first unit of the layer before
HERE: Final = 9  # row of its first unit
BAND: Final = 10  # height of a band
IS_WIDE: Final = 11
SOURCE: Final = 12  # residual: row of the first unit that is added
SOURCE_COUNT: Final = 13
ADDS: Final = 14  # what it gives to the deltas before it is added to what lies there
SOURCE_ADDS: Final = 15
STATISTICS: Final = 16
GROUP: Final = 17
CHANNELS: Final = 18
HEIGHT: Final = 19
WIDTH: Final = 20
KERNEL: Final = 21
PADDING: Final = 22
FROZEN: Final = 23
NUMBER: Final = 24  # of the layer, from 0
NEEDS: Final = 25  # the deltas before it are needed
SOURCE_NEEDS: Final = 26
WEIGHED: Final = 27  # row of the first unit its weights read
STRIP: Final = 28  # its trained parameters lie in two strips: place and length of each
STRIP_LENGTH: Final = 29
OTHER_STRIP: Final = 30
OTHER_LENGTH: Final = 31
PLAN_COLUMNS: Final = 32

# Rows of the packed parameters
PARAMETERS: Final = 0
GRADIENT: Final = 1
FIRST_MOMENT: Final = 2
SECOND_MOMENT: Final = 3
IS_WEIGHT: Final = 4  # 1 where penalties and weight decay apply: trained weights
SUM: Final = 5  # of gradients; while training, the parameters before a step that is probed
IS_TRAINED: Final = 6
PACKED_ROWS: Final = 7

LOGIT: Final = 32  # sigmoid of a head whose loss is computed from z itself
NAIVE_SIGMOID: Final = 33
NAIVE_SOFTMAX: Final = 34
HEADS: Final = {
    codes.BINARY_CROSS_ENTROPY: LOGIT,
    codes.BINARY_FOCAL: LOGIT,
    codes.NAIVE_BINARY_CROSS_ENTROPY: NAIVE_SIGMOID,
    codes.NAIVE_SOFTMAX_CROSS_ENTROPY: NAIVE_SOFTMAX,
}
WIDE: Final = 16  # inputs from which a layer's weight gradient is built as sums of outer products


def rounded(count: int) -> int:
    """`count` rounded up to whole lanes."""
    return -(-count // 16) * 16


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What `arrange` makes of a program.

    plan (layers, 32); places (1, packed) the flat parameter at each packed place, -1 for padding; owners (1, P) the
    layer of each flat parameter; marks (2, packed) is-weight and is-trained; pairs (2, summed) see `narrow_gradients`,
    in rows and not yet in numbers; summed: packed places before which the first part ends; rows: height of a band;
    bands: how many.
    """

    plan: Integers
    places: Integers
    owners: Integers
    marks: Array
    pairs: Integers
    summed: int
    rows: int
    bands: int


def arrange(program: Integers, loss: int) -> Arrangement:
    """The plan of a network and the places of its parameters."""
    features = int(program[0, codes.INPUTS])
    rows = features + 1 + int(program[:, codes.OUTPUTS].sum()) + 1  # inputs, ones, units, zeros
    plan = np.zeros((len(program), PLAN_COLUMNS), np.int64)
    for layer, row in enumerate(program.tolist()):
        _describe(plan, layer, row, features, rows)
    plan[-1, CODE] = HEADS.get(loss, plan[-1, CODE])
    _say_what_adds(plan, program)
    places, pairs = _first_part(plan, program, features, rows)
    summed = rounded(len(places))
    padding = summed - len(places)
    places += [-1] * padding
    pairs += [(3 * rows - 1, rows - 1)] * padding
    places += _own_part(plan, program, len(places))
    places += [-1] * (rounded(len(places)) - len(places))
    flat = np.concatenate([np.array(places, np.int64), *_wide_part(plan, program, len(places))]).reshape(1, -1)
    _name_strips(plan)
    owners = _owners(program)
    return Arrangement(
        plan=plan,
        places=flat,
        owners=owners,
        marks=_marks(program, plan, flat[0], owners[0]),
        pairs=np.array(pairs, np.int64).reshape(-1, 2).T,
        summed=summed,
        rows=rows,
        bands=4 if np.isin(plan[:, KIND], (codes.BATCH_NORM, codes.LAYER_NORM)).any() else 3,
    )


def _describe(plan: Integers, layer: int, row: list[int], features: int, rows: int) -> None:
    """Everything about a layer that does not depend on where parameters lie."""
    line = plan[layer]
    line[KIND], line[N_OUT], line[CODE] = row[codes.KIND], row[codes.OUTPUTS], row[codes.ACTIVATION]
    line[BAND], line[NUMBER], line[FROZEN] = rows, layer, row[codes.FLAGS] & codes.FROZEN
    line[HERE] = features + 1 + row[codes.ROW]
    line[BEFORE] = line[WEIGHED] = plan[layer - 1, HERE] if layer else 0
    line[N_IN] = row[codes.INPUTS]
    line[CHANNELS], line[HEIGHT], line[WIDTH] = row[codes.CHANNELS], row[codes.HEIGHT], row[codes.WIDTH]
    line[KERNEL], line[PADDING], line[GROUP] = row[codes.KERNEL], row[codes.PADDING], max(row[codes.GROUP], 1)
    if row[codes.KIND] == codes.RESIDUAL:
        source = row[codes.SOURCE]
        line[SOURCE] = line[WEIGHED] = plan[source, HERE] if source >= 0 else 0
        line[SOURCE_COUNT] = plan[source, N_OUT] if source >= 0 else features
        line[N_IN] = line[SOURCE_COUNT] if line[SOURCE_COUNT] != line[N_OUT] else 0
    line[IS_WIDE] = row[codes.KIND] in DOT_PRODUCTS and line[N_IN] >= WIDE


def _say_what_adds(plan: Integers, program: Integers) -> None:
    """From the head down: who is the first to write the deltas of a layer, and whose deltas nobody needs."""
    trained = [i for i in range(len(plan)) if not plan[i, FROZEN] and parameter_count(program[i], plan[i])]
    lowest = trained[0] if trained else len(plan)
    written: set[int] = set()
    for layer in range(len(plan) - 1, -1, -1):
        plan[layer, NEEDS] = lowest <= layer - 1
        plan[layer, ADDS] = layer - 1 in written
        written.add(layer - 1)
        if plan[layer, KIND] == codes.RESIDUAL:
            source = int(program[layer, codes.SOURCE])
            plan[layer, SOURCE_NEEDS] = lowest <= source
            plan[layer, SOURCE_ADDS] = source in written
            written.add(source)


def parameter_count(row: Integers, line: Integers) -> int:
    """Trainable parameters of a layer, from its row of the program and its line of the plan."""
    outputs, kind = int(row[codes.OUTPUTS]), int(row[codes.KIND])
    if kind == codes.DENSE or (kind == codes.RESIDUAL and line[N_IN] > 0):
        return outputs * (int(line[N_IN]) + 1)
    if kind == codes.CONVOLUTION:
        return filters(row) * (int(row[codes.CHANNELS] * row[codes.KERNEL] ** 2) + 1)
    return 2 * (outputs // int(line[GROUP])) if kind in OWN_GRADIENTS else 0


def filters(row: Integers) -> int:
    """Channels that a convolution puts out."""
    edge = 2 * int(row[codes.PADDING]) - int(row[codes.KERNEL]) + 1
    return int(row[codes.OUTPUTS]) // ((int(row[codes.HEIGHT]) + edge) * (int(row[codes.WIDTH]) + edge))


def _first_part(plan: Integers, program: Integers, features: int, rows: int) -> tuple[list[int], list[tuple[int, int]]]:
    """Places and pairs of narrow weights and of all biases of dot products."""
    places: list[int] = []
    pairs: list[tuple[int, int]] = []
    for line, row in zip(plan, program.tolist(), strict=True):
        if line[KIND] not in DOT_PRODUCTS or (line[KIND] == codes.RESIDUAL and line[N_IN] == 0):
            continue
        n_in, wide = int(line[N_IN]), bool(line[IS_WIDE])
        line[WEIGHTS] = len(places)
        line[STRIDE] = line[BIAS_STEP] = 1 if wide else n_in + 1
        line[BIAS] = len(places) + (0 if wide else n_in)
        for unit in range(int(line[N_OUT])):
            delta = 2 * rows + int(line[HERE]) + unit
            for k in range(0 if wide else n_in):
                places.append(row[codes.WEIGHT_OFFSET] + unit * n_in + k)
                pairs.append((delta, int(line[WEIGHED]) + k))
            places.append(row[codes.BIAS_OFFSET] + unit)
            pairs.append((delta, features))
    return places, pairs


def _own_part(plan: Integers, program: Integers, start: int) -> list[int]:
    """Places of gains, shifts, statistics and kernels."""
    places: list[int] = []
    for line, row in zip(plan, program, strict=True):
        if line[KIND] not in OWN_GRADIENTS:
            continue
        biases = filters(row) if line[KIND] == codes.CONVOLUTION else int(line[N_OUT] // line[GROUP])
        weights = parameter_count(row, line) - biases
        line[STRIDE], line[BIAS_STEP] = weights // biases, 1
        for column, offset, count in (
            (WEIGHTS, codes.WEIGHT_OFFSET, weights),
            (BIAS, codes.BIAS_OFFSET, biases),
            (STATISTICS, codes.STATISTICS_OFFSET, 2 * biases if line[KIND] == codes.BATCH_NORM else 0),
        ):
            line[column] = start + len(places)
            places += range(int(row[offset]), int(row[offset]) + count)
    return places


def _wide_part(plan: Integers, program: Integers, start: int) -> list[Integers]:
    """Places of wide weights, an array a layer."""
    parts: list[Integers] = []
    for line, row in zip(plan, program.tolist(), strict=True):
        if not line[IS_WIDE]:
            continue
        n_in, n_out = int(line[N_IN]), int(line[N_OUT])
        line[WEIGHTS], line[STRIDE] = start, rounded(n_in)
        places = np.full((n_out, rounded(n_in)), -1, np.int64)
        places[:, :n_in] = row[codes.WEIGHT_OFFSET] + np.arange(n_out * n_in).reshape(n_out, n_in)
        parts.append(places.ravel())
        start += places.size
    return parts


def _name_strips(plan: Integers) -> None:
    """Where each layer's trained parameters lie; a narrow layer's biases lie between its weights."""
    for line in plan:
        if not line[STRIDE]:
            continue
        units = line[N_OUT] if line[KIND] in DOT_PRODUCTS else line[STATISTICS] - line[BIAS]
        line[STRIP], line[STRIP_LENGTH] = line[WEIGHTS], units * line[STRIDE]
        line[OTHER_STRIP] = line[BIAS]
        line[OTHER_LENGTH] = 0 if line[KIND] in DOT_PRODUCTS and not line[IS_WIDE] else units


def _owners(program: Integers) -> Integers:
    """The layer of each flat parameter; layers follow each other in the buffer."""
    starts = np.minimum(program[:, codes.WEIGHT_OFFSET], program[:, codes.BIAS_OFFSET])
    size = int(program[-1, codes.BIAS_OFFSET] + program[-1, codes.OUTPUTS])
    owners = np.searchsorted(starts, np.arange(size), side="right") - 1
    return owners.astype(np.int64).reshape(1, -1)


def _marks(program: Integers, plan: Integers, places: Integers, owners: Integers) -> Array:
    """Row 0: trained weights of dot products and convolutions; row 1: everything trained. 1 or 0."""
    marks = np.zeros((2, len(places)))
    real = np.flatnonzero(places >= 0)
    layer, flat = owners[places[real]], places[real]
    trained = plan[layer, FROZEN] == 0
    multiplies = np.isin(plan[layer, KIND], (*DOT_PRODUCTS, codes.CONVOLUTION))
    weights = multiplies & (flat < program[layer, codes.BIAS_OFFSET])
    statistics = (plan[layer, KIND] == codes.BATCH_NORM) & (flat >= program[layer, codes.STATISTICS_OFFSET])
    marks[0, real] = weights & trained
    marks[1, real] = trained & ~statistics
    return marks
