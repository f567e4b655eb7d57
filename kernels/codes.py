"""The small integers that callers and kernels agree on.

Owns every column number and code of the contract between `playground.engine` and the kernels.
Must not know Numba: reading this file costs nothing, so anyone may.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Columns of `program`, int64 (layers, 8): one row a layer, the last row is the output head.
KIND: Final = 0
INPUTS: Final = 1
OUTPUTS: Final = 2
ACTIVATION: Final = 3
WEIGHT_OFFSET: Final = 4
BIAS_OFFSET: Final = 5
ROW: Final = 6
FLAGS: Final = 7
PROGRAM_COLUMNS: Final = 8

DENSE: Final = 0

# Positions in `codes`, int64 (8,).
LOSS: Final = 0
OPTIMIZER: Final = 1
NESTEROV: Final = 2
BATCH_SIZE: Final = 3
TASK: Final = 4
CHECK_EVERY_STEP: Final = 5

SQUARED_ERROR: Final = 0
BINARY_CROSS_ENTROPY: Final = 1
SOFTMAX_CROSS_ENTROPY: Final = 2

SGD: Final = 0
RMSPROP: Final = 1
ADAM: Final = 2

REGRESSION: Final = 0
CLASSIFICATION: Final = 1

LINEAR: Final = 0
RELU: Final = 1
LEAKY_RELU: Final = 2
ELU: Final = 3
GELU: Final = 4
SILU: Final = 5
SOFTPLUS: Final = 6
TANH: Final = 7
SIGMOID: Final = 8
SINE: Final = 9
SOFTMAX: Final = 10

# Positions in `hyper`, float64 (8,).
LEARNING_RATE: Final = 0
MOMENTUM: Final = 1  # also Adam's beta1
DECAY: Final = 2  # RMSprop's alpha, Adam's beta2
EPSILON: Final = 3
L1: Final = 4
L2: Final = 5
CLIP_NORM: Final = 6

# Positions in `state`, int64 (8,).
STEP: Final = 0
EPOCH: Final = 1
POSITION: Final = 2
STATUS: Final = 3
BAD_LAYER: Final = 4
RECORDS: Final = 5

# Values of `state[STATUS]`, also what `train` returns.
OK: Final = 0
NOT_FINITE: Final = 1

# Columns of `records`, float64 (capacity, 6).
RECORD_EPOCH: Final = 0
RECORD_TRAIN_LOSS: Final = 1
RECORD_TEST_LOSS: Final = 2
RECORD_TRAIN_ACCURACY: Final = 3
RECORD_TEST_ACCURACY: Final = 4
RECORD_PENALTY: Final = 5
RECORD_COLUMNS: Final = 6

ACTIVATIONS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "linear": LINEAR,
        "relu": RELU,
        "leaky_relu": LEAKY_RELU,
        "elu": ELU,
        "gelu": GELU,
        "silu": SILU,
        "softplus": SOFTPLUS,
        "tanh": TANH,
        "sigmoid": SIGMOID,
        "sine": SINE,
        "softmax": SOFTMAX,
    }
)
LOSSES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "squared_error": SQUARED_ERROR,
        "binary_cross_entropy": BINARY_CROSS_ENTROPY,
        "softmax_cross_entropy": SOFTMAX_CROSS_ENTROPY,
    }
)
OPTIMIZERS: Final[Mapping[str, int]] = MappingProxyType({"sgd": SGD, "rmsprop": RMSPROP, "adam": ADAM})
