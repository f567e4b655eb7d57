"""How a network is trained, as a value: loss, optimizer, rates, penalties, initializer.

Owns these settings and their limits; knows nothing of the network they train.
Defaults are TensorFlow Playground's where it has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

LossName = Literal["auto", "squared_error", "binary_cross_entropy", "softmax_cross_entropy"]
InitializerName = Literal[
    "xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "uniform", "normal", "constant", "zeros"
]

Rate = Annotated[float, Meta(ge=0.0, le=1e6)]
Share = Annotated[float, Meta(ge=0.0, lt=1.0)]
Penalty = Annotated[float, Meta(ge=0.0, le=1e3)]
Epsilon = Annotated[float, Meta(gt=0.0, le=1.0)]


@dataclass(frozen=True, slots=True)
class Choice:
    """A named choice of a table: its label in a list and one sentence about it."""

    name: str
    label: str
    note: str


LOSSES: dict[str, Choice] = {
    choice.name: choice
    for choice in (
        Choice("auto", "automatic", "Squared error, or softmax cross-entropy where there are more than two classes."),
        Choice("squared_error", "squared error", "½ (output − target)², as in TensorFlow Playground."),
        Choice("binary_cross_entropy", "binary cross-entropy", "−ln p of the right of two classes; from the logit."),
        Choice("softmax_cross_entropy", "softmax cross-entropy", "−ln p of the right class; from the logits."),
    )
}

INITIALIZERS: dict[str, Choice] = {
    choice.name: choice
    for choice in (
        Choice("xavier_uniform", "Xavier uniform", "U(±√(6 / (inputs + outputs))); for tanh and sigmoid."),
        Choice("xavier_normal", "Xavier normal", "N(0, 2 / (inputs + outputs)); for tanh and sigmoid."),
        Choice("he_uniform", "He uniform", "U(±√(6 / inputs)); for ReLU and its relatives."),
        Choice("he_normal", "He normal", "N(0, 2 / inputs); for ReLU and its relatives."),
        Choice("uniform", "uniform ±0.5", "U(±0.5), TensorFlow Playground's."),
        Choice("normal", "normal σ", "N(0, σ²), with σ the initializer's scale."),
        Choice("constant", "constant", "Every weight the initializer's scale: all units stay alike."),
        Choice("zeros", "zeros", "Every weight 0: nothing breaks the symmetry."),
    )
}


class Sgd(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="sgd"):
    """Stochastic gradient descent: v ← momentum·v + g, w ← w − rate·v (Nesterov: rate·(g + momentum·v))."""

    momentum: Share = 0.0
    nesterov: bool = False


class RmsProp(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="rmsprop"):
    """RMSProp (Hinton 2012): s ← decay·s + (1 − decay)·g², w ← w − rate·g / (√s + epsilon)."""

    decay: Share = 0.99
    epsilon: Epsilon = 1e-8


class Adam(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="adam"):
    """Adam (Kingma and Ba 2015, algorithm 1), with both bias corrections."""

    beta1: Share = 0.9
    beta2: Share = 0.999
    epsilon: Epsilon = 1e-8


Optimizer = Sgd | RmsProp | Adam


@dataclass(frozen=True, slots=True)
class OptimizerChoice:
    """A ready-made optimizer of the list."""

    name: str
    label: str
    note: str
    optimizer: Optimizer


OPTIMIZERS: dict[str, OptimizerChoice] = {
    choice.name: choice
    for choice in (
        OptimizerChoice("sgd", "SGD", "Plain stochastic gradient descent.", Sgd()),
        OptimizerChoice("momentum", "Momentum", "SGD that keeps nine tenths of its last step.", Sgd(momentum=0.9)),
        OptimizerChoice("nesterov", "Nesterov", "Momentum that looks ahead.", Sgd(momentum=0.9, nesterov=True)),
        OptimizerChoice("rmsprop", "RMSProp", "Divides by the recent size of each gradient.", RmsProp()),
        OptimizerChoice("adam", "Adam", "Momentum and RMSProp together, with bias correction.", Adam()),
    )
}


def optimizer_choice(optimizer: Optimizer) -> str:
    """The list entry that an optimizer belongs to, whatever its numbers."""
    match optimizer:
        case Sgd(momentum=0.0, nesterov=False):
            return "sgd"
        case Sgd(nesterov=True):
            return "nesterov"
        case Sgd():
            return "momentum"
        case RmsProp():
            return "rmsprop"
        case _:
            return "adam"


class ConstantSchedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="constant"):
    """The learning rate stays as it is."""


class Training(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that says how the parameters are found."""

    loss: LossName = "auto"
    optimizer: Optimizer = Sgd()
    learning_rate: Rate = 0.03
    batch_size: Annotated[int, Meta(ge=1, le=100_000)] = 10
    l1: Penalty = 0.0
    l2: Penalty = 0.0
    initializer: InitializerName = "xavier_uniform"
    initializer_scale: Annotated[float, Meta(ge=-100.0, le=100.0)] = 0.1
    initial_bias: Annotated[float, Meta(ge=-100.0, le=100.0)] = 0.0
    clip_norm: Annotated[float, Meta(gt=0.0, le=1e6)] | None = None
    schedule: ConstantSchedule = ConstantSchedule()
    early_stopping: None = None
