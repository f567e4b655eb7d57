"""The small integers that callers and kernels agree on.

Owns every column number and code of the contract between `playground.engine` and the kernels, and their names.
Must not know Numba: reading this file costs nothing, so the engine does, and hands on what others need.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# Columns of `program`, int64 (layers, 24): one row a layer, the last row is the output head, always dense.
KIND: Final = 0
INPUTS: Final = 1
OUTPUTS: Final = 2
ACTIVATION: Final = 3
WEIGHT_OFFSET: Final = 4
BIAS_OFFSET: Final = 5
ROW: Final = 6
FLAGS: Final = 7  # FROZEN or 0
SOURCE: Final = 8  # residual: the layer whose output is added, -1 the network's inputs
STATISTICS_OFFSET: Final = 9  # batch norm: running means, then running variances
CHANNELS: Final = 10  # channels, height, width: of the image that comes in
HEIGHT: Final = 11
WIDTH: Final = 12
KERNEL: Final = 13  # edge of a convolution's kernel or of a pool's window
PADDING: Final = 14
GROUP: Final = 15  # consecutive units that share one gain and shift
PROGRAM_COLUMNS: Final = 24

FROZEN: Final = 1

DENSE: Final = 0
DROPOUT: Final = 1
GAUSSIAN_NOISE: Final = 2
SCALING: Final = 3
BATCH_NORM: Final = 4
LAYER_NORM: Final = 5
RESIDUAL: Final = 6
CONVOLUTION: Final = 7
MAX_POOL: Final = 8
AVERAGE_POOL: Final = 9
FLATTEN: Final = 10

# Kinds that learn: a matrix of weights and biases, or numbers whose gradient has a function of its own.
DOT_PRODUCTS: Final = (DENSE, RESIDUAL)
OWN_GRADIENTS: Final = (SCALING, BATCH_NORM, LAYER_NORM, CONVOLUTION)

# Columns of `numbers`, float64 (layers, 4).
RATE: Final = 0  # share of units dropped; standard deviation of the noise
NORM_EPSILON: Final = 1
KEEP: Final = 2  # share of a batch's own statistics in the new running ones
NUMBER_COLUMNS: Final = 4

# Positions in `settings`, int64 (16,).
LOSS: Final = 0
OPTIMIZER: Final = 1
NESTEROV: Final = 2
BATCH_SIZE: Final = 3
TASK: Final = 4
CHECK_EVERY_STEP: Final = 5
SCHEDULE: Final = 6
MONITOR: Final = 7
PROBING: Final = 8
DATA_SET: Final = 9  # which of the data sets handed over, from 0
SETTINGS: Final = 16

SQUARED_ERROR: Final = 0
BINARY_CROSS_ENTROPY: Final = 1
SOFTMAX_CROSS_ENTROPY: Final = 2
HUBER: Final = 3
ABSOLUTE: Final = 4
HINGE: Final = 5
BINARY_FOCAL: Final = 6
SOFTMAX_FOCAL: Final = 7
NAIVE_BINARY_CROSS_ENTROPY: Final = 8
NAIVE_SOFTMAX_CROSS_ENTROPY: Final = 9

SGD: Final = 0
RMSPROP: Final = 1
ADAM: Final = 2
ADAGRAD: Final = 3
ADAMW: Final = 4
NADAM: Final = 5
LION: Final = 6

CONSTANT: Final = 0
STEP_SCHEDULE: Final = 1
EXPONENTIAL: Final = 2
COSINE: Final = 3
ONE_CYCLE: Final = 4
WARM_UP: Final = 5
REDUCE_ON_PLATEAU: Final = 6

NOTHING: Final = 0  # values of settings[MONITOR]
TRAIN_LOSS: Final = 1
TEST_LOSS: Final = 2

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
GELU_ERF: Final = 11

# Positions in `hyperparameters`, float64 (32,).
LEARNING_RATE: Final = 0
MOMENTUM: Final = 1  # also the first beta of Adam and its relatives, and of Lion
DECAY: Final = 2  # RMSprop's alpha, the second beta
EPSILON: Final = 3
L1: Final = 4
L2: Final = 5
CLIP_NORM: Final = 6  # 0: off; so are the next two
CLIP_VALUE: Final = 7
MAX_NORM: Final = 8
WEIGHT_DECAY: Final = 9  # of AdamW and Lion
LOSS_NUMBER: Final = 10  # Huber's delta, the focal loss's gamma
SCHEDULE_EVERY: Final = 11  # epochs
SCHEDULE_FACTOR: Final = 12
PLATEAU_PATIENCE: Final = 13
PLATEAU_DELTA: Final = 14
EARLY_PATIENCE: Final = 15  # negative: no early stopping
EARLY_DELTA: Final = 16
STOP_LOSS: Final = 17  # negative: off
STOP_ACCURACY: Final = 18  # negative: off
MOMENTUM_DECAY: Final = 19
HYPERPARAMETERS: Final = 32

# Positions in `counters`, int64 (16,).
STEP: Final = 0
EPOCH: Final = 1
POSITION: Final = 2
STATUS: Final = 3
BAD_LAYER: Final = 4
RECORDS: Final = 5  # rows written
NOISE_SEED: Final = 6
CLIPPED: Final = 7
BAD_SAMPLE: Final = 8
COUNTERS: Final = 16

# Values of `counters[STATUS]`, also what `train` returns.
OK: Final = 0
NOT_FINITE: Final = 1
STOPPED_EARLY: Final = 2
GOAL_REACHED: Final = 3

# Positions in `powers`, float64 (4,).
BETA1_POWER: Final = 0
BETA2_POWER: Final = 1
MOMENTUM_DECAY_POWER: Final = 2
MOMENTUM_PRODUCT: Final = 3
POWERS: Final = 4

# Positions in `watch`, float64 (8,).
PLATEAU_BEST: Final = 0
PLATEAU_WAIT: Final = 1
PLATEAU_RATE: Final = 2
EARLY_BEST: Final = 3
EARLY_WAIT: Final = 4
BEST_EPOCH: Final = 5
RATE_TAKEN: Final = 6  # the learning rate of the last step
WATCH: Final = 8

# Columns of `probes`, float64 (layers, 9).
GRADIENT_NORM: Final = 0
UPDATE_RATIO: Final = 1
LARGEST_UPDATE_RATIO: Final = 2
ACTIVATION_MEAN: Final = 3
ACTIVATION_VARIANCE: Final = 4
DEAD_UNITS: Final = 5
SATURATED_SHARE: Final = 6
LARGEST_UPDATE_STEP: Final = 7  # steps made when the largest update ratio was reached
PARAMETER_NORM: Final = 8  # of weights and biases
PROBES: Final = 9

# Columns of `records`, float64 (capacity, 9); `probe_records` (capacity, layers, 9) holds the probes of those moments.
RECORD_EPOCH: Final = 0
RECORD_TRAIN_LOSS: Final = 1
RECORD_TEST_LOSS: Final = 2
RECORD_TRAIN_ACCURACY: Final = 3
RECORD_TEST_ACCURACY: Final = 4
RECORD_PENALTY: Final = 5
RECORD_STEP: Final = 6  # steps made
RECORD_CLIPPED: Final = 7  # clipped ones among them
RECORD_LEARNING_RATE: Final = 8  # that the last step took
RECORD_VALIDATION_LOSS: Final = 9  # 0 where there are no validation data, as its accuracy
RECORD_VALIDATION_ACCURACY: Final = 10
RECORD_COLUMNS: Final = 11

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
        "gelu_erf": GELU_ERF,
    }
)
LOSSES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "squared_error": SQUARED_ERROR,
        "binary_cross_entropy": BINARY_CROSS_ENTROPY,
        "softmax_cross_entropy": SOFTMAX_CROSS_ENTROPY,
        "huber": HUBER,
        "absolute": ABSOLUTE,
        "hinge": HINGE,
        "binary_focal": BINARY_FOCAL,
        "softmax_focal": SOFTMAX_FOCAL,
        "naive_binary_cross_entropy": NAIVE_BINARY_CROSS_ENTROPY,
        "naive_softmax_cross_entropy": NAIVE_SOFTMAX_CROSS_ENTROPY,
    }
)
OPTIMIZERS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "sgd": SGD,
        "rmsprop": RMSPROP,
        "adam": ADAM,
        "adagrad": ADAGRAD,
        "adamw": ADAMW,
        "nadam": NADAM,
        "lion": LION,
    }
)
SCHEDULES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "constant": CONSTANT,
        "step": STEP_SCHEDULE,
        "exponential": EXPONENTIAL,
        "cosine": COSINE,
        "one_cycle": ONE_CYCLE,
        "warm_up": WARM_UP,
        "reduce_on_plateau": REDUCE_ON_PLATEAU,
    }
)
KINDS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "dense": DENSE,
        "dropout": DROPOUT,
        "gaussian_noise": GAUSSIAN_NOISE,
        "scaling": SCALING,
        "batch_norm": BATCH_NORM,
        "layer_norm": LAYER_NORM,
        "residual": RESIDUAL,
        "conv2d": CONVOLUTION,
        "max_pool2d": MAX_POOL,
        "average_pool2d": AVERAGE_POOL,
        "flatten": FLATTEN,
    }
)
RECORDED: Final[Mapping[str, int]] = MappingProxyType(
    {
        "epoch": RECORD_EPOCH,
        "train_loss": RECORD_TRAIN_LOSS,
        "test_loss": RECORD_TEST_LOSS,
        "train_accuracy": RECORD_TRAIN_ACCURACY,
        "test_accuracy": RECORD_TEST_ACCURACY,
        "penalty": RECORD_PENALTY,
        "step": RECORD_STEP,
        "clipped_steps": RECORD_CLIPPED,
        "learning_rate": RECORD_LEARNING_RATE,
        "validation_loss": RECORD_VALIDATION_LOSS,
        "validation_accuracy": RECORD_VALIDATION_ACCURACY,
    }
)
PROBED: Final[Mapping[str, int]] = MappingProxyType(
    {
        "gradient_norm": GRADIENT_NORM,
        "update_ratio": UPDATE_RATIO,
        "largest_update_ratio": LARGEST_UPDATE_RATIO,
        "activation_mean": ACTIVATION_MEAN,
        "activation_variance": ACTIVATION_VARIANCE,
        "dead_units": DEAD_UNITS,
        "saturated_share": SATURATED_SHARE,
        "largest_update_step": LARGEST_UPDATE_STEP,
        "parameter_norm": PARAMETER_NORM,
    }
)
