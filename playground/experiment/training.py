"""How a network is trained, as a value: loss, optimizer, rates, penalties, initializer, precision.

Owns these settings and their limits; knows nothing of the network they train. Optimizers and schedules have files of
their own. Defaults are TensorFlow Playground's where it has them.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from playground.experiment.choices import Choice, table
from playground.experiment.optimizers import Optimizer, Sgd
from playground.experiment.schedules import ConstantSchedule, EarlyStopping, Schedule, Stop

LossName = Literal[
    "auto", "squared_error", "huber", "absolute", "hinge", "binary_cross_entropy", "softmax_cross_entropy", "focal"
]
InitializerName = Literal[
    "xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "uniform", "normal", "constant", "zeros"
]

Rate = Annotated[float, Meta(ge=0.0, le=1e6, description="the length of a step for a gradient of length 1")]
Batch = Annotated[int, Meta(ge=1, le=100_000, description="samples per step; at most all there are")]
L1 = Annotated[float, Meta(ge=0.0, le=1e3, description="adds this times Σ|w| to the loss")]
L2 = Annotated[float, Meta(ge=0.0, le=1e3, description="adds half of this times Σw² to the loss")]
Initial = Annotated[float, Meta(ge=-100.0, le=100.0, description="the initializer's σ, or its constant")]
Bias = Annotated[float, Meta(ge=-100.0, le=100.0, description="what every bias starts as")]
ClipNorm = Annotated[float, Meta(gt=0.0, le=1e6, description="a longer gradient is shortened to this length")]
ClipValue = Annotated[float, Meta(gt=0.0, le=1e6, description="every number of the gradient is cut at ± this")]
MaxNorm = Annotated[float, Meta(gt=0.0, le=1e6, description="largest length of the weights into one unit")]
Delta = Annotated[float, Meta(gt=0.0, le=1e3, description="the error from which on Huber's loss is straight")]
Gamma = Annotated[float, Meta(ge=0.0, le=10.0, description="how far the focal loss looks away; 0: cross-entropy")]
Smoothing = Annotated[float, Meta(ge=0.0, lt=1.0, description="share of a target given to all classes alike")]
Weight = Annotated[float, Meta(ge=0.0, le=1e3)]

LOSSES: dict[str, Choice] = table(
    Choice("auto", "automatic", "Squared error, or softmax cross-entropy where there are more than two classes."),
    Choice("squared_error", "squared error", "½ (output − target)², as in TensorFlow Playground.",
           "½ Σ (o − t)²"),
    Choice("huber", "Huber", "Squared for small errors, straight for large ones: outliers pull less.",
           "½ d² where |d| ≤ δ, else δ(|d| − ½ δ), with d = o − t", "huber_delta"),
    Choice("absolute", "absolute error", "|output − target|: finds the median rather than the mean.", "Σ |o − t|"),
    Choice("hinge", "hinge", "0 once an answer is right with margin 1, as in a support-vector machine.",
           "Σ max(0, 1 − t·o), with t = ±1"),
    Choice("binary_cross_entropy", "binary cross-entropy", "−ln p of the right of two classes; from the logit.",
           "−ln p"),
    Choice("softmax_cross_entropy", "softmax cross-entropy", "−ln p of the right class; from the logits.", "−ln p"),
    Choice("focal", "focal", "Cross-entropy that looks away from what is already right.", "−(1 − p)^γ ln p",
           "focal_gamma"),
)  # fmt: skip

INITIALIZERS: dict[str, Choice] = table(
    Choice("xavier_uniform", "Xavier uniform", "U(±√(6 / (inputs + outputs))); for tanh and sigmoid."),
    Choice("xavier_normal", "Xavier normal", "N(0, 2 / (inputs + outputs)); for tanh and sigmoid."),
    Choice("he_uniform", "He uniform", "U(±√(6 / inputs)); for ReLU and its relatives."),
    Choice("he_normal", "He normal", "N(0, 2 / inputs); for ReLU and its relatives."),
    Choice("uniform", "uniform ±0.5", "U(±0.5), TensorFlow Playground's."),
    Choice("normal", "normal σ", "N(0, σ²), with σ the initializer's scale.", number="initializer_scale"),
    Choice(
        "constant", "constant", "Every weight the initializer's scale: all units stay alike.",
        number="initializer_scale",
    ),
    Choice("zeros", "zeros", "Every weight 0: nothing breaks the symmetry."),
)  # fmt: skip

NUMERICS: dict[str, Choice] = table(
    Choice("stable", "stable", "Cross-entropies are computed from the logits, so that nothing overflows."),
    Choice(
        "naive", "naive",
        "Computes soft-max and logarithm the textbook way, which overflows: for the lesson on numerical stability.",
    ),
)  # fmt: skip

PRECISIONS: dict[str, Choice] = table(
    Choice("float32", "single", "Single precision: about 7 digits, and fast."),
    Choice("float64", "double", "Double precision: about 16 digits, at about half the speed."),
)


class Training(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that says how the parameters are found.

    class_weights: null, "balanced" (each class counts the same), or a weight for each class. However they are given,
    the samples' weights average 1 over the training set.
    max_norm: after each step the weights into one unit have at most this Euclidean norm.
    """

    loss: LossName = "auto"
    optimizer: Optimizer = Sgd()
    learning_rate: Rate = 0.03
    batch_size: Batch = 10
    l1: L1 = 0.0
    l2: L2 = 0.0
    initializer: InitializerName = "xavier_uniform"
    initializer_scale: Initial = 0.1
    initial_bias: Bias = 0.0
    clip_norm: ClipNorm | None = None
    clip_value: ClipValue | None = None
    max_norm: MaxNorm | None = None
    huber_delta: Delta = 1.0
    focal_gamma: Gamma = 2.0
    label_smoothing: Smoothing = 0.0
    class_weights: Literal["balanced"] | Annotated[tuple[Weight, ...], Meta(min_length=2, max_length=10)] | None = None
    numerics: Literal["stable", "naive"] = "stable"
    precision: Literal["float32", "float64"] = "float32"
    schedule: Schedule = ConstantSchedule()
    early_stopping: EarlyStopping | None = None
    stop: Stop = Stop()
