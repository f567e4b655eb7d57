"""The optimizers as values, with their limits, and the list of ready-made ones.

Owns what may be set about an optimizer; the steps themselves are the kernels'. Formulas and defaults are those of
torch.optim, Lion's those of its paper. g is the gradient with its penalties, w a parameter, η the learning rate.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta

Momentum = Annotated[float, Meta(ge=0.0, lt=1.0, description="how much of the last step is kept")]
Decay = Annotated[float, Meta(ge=0.0, lt=1.0, description="how slowly the mean of squared gradients forgets")]
Beta1 = Annotated[float, Meta(ge=0.0, lt=1.0, description="how slowly the mean of gradients forgets")]
Beta2 = Annotated[float, Meta(ge=0.0, lt=1.0, description="how slowly the second mean forgets")]
Epsilon = Annotated[float, Meta(gt=0.0, le=1.0, description="added to the root, so that nothing is divided by 0")]
WeightDecay = Annotated[float, Meta(ge=0.0, le=1e3, description="share of each weight that a step takes off, times η")]
MomentumDecay = Annotated[float, Meta(ge=0.0, le=1.0, description="how fast Nadam's momentum grows to beta1")]


USUAL_MOMENTUM = 0.9


class Sgd(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="sgd"):
    """Stochastic gradient descent: v ← momentum·v + g, w ← w − rate·v (Nesterov: rate·(g + momentum·v))."""

    spellings: ClassVar[dict[str, dict[str, Any]]] = {
        "momentum": {"momentum": USUAL_MOMENTUM},
        "nesterov": {"momentum": USUAL_MOMENTUM, "nesterov": True},
    }
    """Other kinds that may be written in JSON: this one with other defaults."""

    momentum: Momentum = 0.0
    nesterov: Annotated[bool, Meta(description="whether the gradient is taken where the momentum leads")] = False


class RmsProp(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="rmsprop"):
    """RMSProp (Hinton 2012): s ← decay·s + (1 − decay)·g², w ← w − rate·g / (√s + epsilon)."""

    decay: Decay = 0.99
    epsilon: Epsilon = 1e-8


class Adam(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="adam"):
    """Adam (Kingma and Ba 2015, algorithm 1), with both bias corrections."""

    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8


class AdaGrad(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="adagrad"):
    """AdaGrad (Duchi et al. 2011): s ← s + g², w ← w − rate·g / (√s + epsilon)."""

    epsilon: Epsilon = 1e-10


class AdamW(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="adamw"):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019): w ← w − rate·weight_decay·w, then Adam's step."""

    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8
    weight_decay: WeightDecay = 0.01


class Nadam(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="nadam"):
    """Adam with Nesterov momentum (Dozat 2016), its momentum growing by `momentum_decay`."""

    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    epsilon: Epsilon = 1e-8
    momentum_decay: MomentumDecay = 0.004


class Lion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="lion"):
    """Lion (Chen et al. 2023, algorithm 2): every parameter moves by the rate, in the direction of a sign."""

    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.99
    weight_decay: WeightDecay = 0.0


Optimizer = Sgd | RmsProp | Adam | AdaGrad | AdamW | Nadam | Lion


class OptimizerChoice(msgspec.Struct, frozen=True):
    """A ready-made optimizer of the list."""

    name: str
    label: str
    note: str
    formula: str
    optimizer: Optimizer


MOMENTS = "m ← β₁m + (1 − β₁)g, s ← β₂s + (1 − β₂)g²"
STEP = "w ← w − ηm′ / (√s′ + ε), with m′ = m / (1 − β₁ᵗ) and s′ = s / (1 − β₂ᵗ)"

OPTIMIZERS: dict[str, OptimizerChoice] = {
    choice.name: choice
    for choice in (
        OptimizerChoice("sgd", "SGD", "Plain stochastic gradient descent.", "w ← w − ηg", Sgd()),
        OptimizerChoice(
            "momentum", "Momentum", "SGD that keeps nine tenths of its last step.", "v ← μv + g, w ← w − ηv",
            Sgd(**Sgd.spellings["momentum"]),
        ),
        OptimizerChoice(
            "nesterov", "Nesterov", "Momentum that looks ahead.", "v ← μv + g, w ← w − η(g + μv)",
            Sgd(**Sgd.spellings["nesterov"]),
        ),
        OptimizerChoice(
            "adagrad", "AdaGrad", "Divides by the size of all gradients so far: its steps only shrink.",
            "s ← s + g², w ← w − ηg / (√s + ε)", AdaGrad(),
        ),
        OptimizerChoice(
            "rmsprop", "RMSProp", "Divides by the recent size of each gradient.",
            "s ← ρs + (1 − ρ)g², w ← w − ηg / (√s + ε)", RmsProp(),
        ),
        OptimizerChoice(
            "adam", "Adam", "Momentum and RMSProp together, with bias correction.",
            f"{MOMENTS}, {STEP}", Adam(),
        ),
        OptimizerChoice(
            "adamw", "AdamW", "Adam whose weights shrink by themselves, apart from the gradient.",
            f"w ← w − ηλw, then {MOMENTS}, {STEP}", AdamW(),
        ),
        OptimizerChoice(
            "nadam", "Nadam", "Adam whose momentum looks ahead.",
            f"{MOMENTS}, w ← w − η(νm / (1 − Mν) + (1 − μ)g / (1 − M)) / (√s′ + ε), with μ = β₁(1 − ½ · 0.96^(ψt)), "
            "ν the next μ, M the product of all μ so far, ψ the momentum decay and s′ as in Adam",
            Nadam(),
        ),
        OptimizerChoice(
            "lion", "Lion", "Moves every weight by the same amount; wants a rate three to ten times smaller than Adam.",
            "w ← w − η(sign(β₁m + (1 − β₁)g) + λw), m ← β₂m + (1 − β₂)g", Lion(),
        ),
    )
}  # fmt: skip


def optimizer_choice(optimizer: Optimizer) -> str:
    """The list entry that an optimizer belongs to, whatever its numbers."""
    match optimizer:
        case Sgd(momentum=0.0, nesterov=False):
            return "sgd"
        case Sgd(nesterov=True):
            return "nesterov"
        case Sgd():
            return "momentum"
        case _:
            return next(name for name, each in OPTIMIZERS.items() if type(each.optimizer) is type(optimizer))
