"""What becomes of a gradient: penalties, clipping, the optimizers, the limit on norms; line by line, in their order.

Owns these formulas, those of `kernels.learning`; their sources stand with the values in
`playground.experiment.optimizers`. g is the gradient with its penalties, w a parameter, t the number of the step.
"""

from __future__ import annotations

from playground.experiment.optimizers import AdaGrad, Adam, AdamW, Lion, Nadam, Optimizer, RmsProp, Sgd
from playground.mathematics.tree import HALF, Bars, Equation, Node, Number, Root, Symbol, call

w, g, v, m, s, t = (Symbol(letter) for letter in "wgvmst")
ETA, EPSILON, MU, RHO = Symbol("η"), Symbol("ε"), Symbol("μ"), Symbol("ρ")
BETA1, BETA2, DECAY, PSI = Symbol("β", "1"), Symbol("β", "2"), Symbol("λ"), Symbol("ψ")
M_HAT, S_HAT, PRODUCT, AHEAD = Symbol("m", mark="hat"), Symbol("s", mark="hat"), Symbol("M"), Symbol("d")
MU_NOW, MU_NEXT = Symbol("μ", "t"), Symbol("μ", "t+1")
L1, L2, CLIP, LENGTH, LIMIT = Symbol("λ", "1"), Symbol("λ", "2"), Symbol("c"), Symbol("C"), Symbol("r")
NORM_ROOM = 1e-6
"""Added to a gradient's length before it is divided by, as PyTorch does."""


def _to(left: Node, right: Node) -> Equation:
    return Equation(left, right, step=True)


def _by_root(square: Node) -> tuple[Equation, ...]:
    return _to(s, square), _to(w, w - ETA * (g / (Root(s) + EPSILON)))


def _moments() -> tuple[Equation, ...]:
    return _to(m, BETA1 * m + (1 - BETA1) * g), _to(s, BETA2 * s + (1 - BETA2) * g**2)


def _adam(start: Node) -> tuple[Equation, ...]:
    hats = Equation(M_HAT, m / (1 - BETA1**t)), Equation(S_HAT, s / (1 - BETA2**t))
    return (*_moments(), *hats, _to(w, start - ETA * (M_HAT / (Root(S_HAT) + EPSILON))))


def _nadam() -> tuple[Equation, ...]:
    def momentum(power: Node) -> Node:
        return BETA1 * (1 - HALF * Number(0.96) ** power)

    ahead = MU_NEXT * m / (1 - PRODUCT * MU_NEXT) + (1 - MU_NOW) * g / (1 - PRODUCT)
    return (
        *_moments(), Equation(MU_NOW, momentum(PSI * t)), Equation(MU_NEXT, momentum(PSI * (t + 1))),
        _to(PRODUCT, PRODUCT * MU_NOW), Equation(AHEAD, ahead), Equation(S_HAT, s / (1 - BETA2**t)),
        _to(w, w - ETA * (AHEAD / (Root(S_HAT) + EPSILON))),
    )  # fmt: skip


def steps_of(optimizer: Optimizer, decays: bool = True) -> tuple[Equation, ...]:
    """The lines of a step, in their order. decays: of a parameter that weight decay applies to."""
    shrinks = decays and isinstance(optimizer, (AdamW, Lion)) and optimizer.weight_decay > 0.0
    start = (1 - ETA * DECAY) * w if shrinks else w
    match optimizer:
        case Sgd(momentum=0.0):
            return (_to(w, w - ETA * g),)
        case Sgd(nesterov=nesterov):
            return _to(v, MU * v + g), _to(w, w - ETA * ((g + MU * v) if nesterov else v))
        case RmsProp():
            return _by_root(RHO * s + (1 - RHO) * g**2)
        case AdaGrad():
            return _by_root(s + g**2)
        case Adam() | AdamW():
            return _adam(start)
        case Nadam():
            return _nadam()
        case Lion():
            return (
                Equation(AHEAD, BETA1 * m + (1 - BETA1) * g), _to(w, start - ETA * call("sign", AHEAD)),
                _to(m, BETA2 * m + (1 - BETA2) * g),
            )  # fmt: skip


def settings_of(optimizer: Optimizer) -> dict[Symbol, float]:
    """The optimizer's own numbers by the symbols of its lines."""
    symbols = {
        "momentum": MU, "decay": RHO, "beta1": BETA1, "beta2": BETA2, "epsilon": EPSILON, "weight_decay": DECAY,
        "momentum_decay": PSI,
    }  # fmt: skip
    named = {name: float(getattr(optimizer, name)) for name in symbols if hasattr(optimizer, name)}
    unused = [name for name in ("momentum", "weight_decay") if not named.get(name)]
    return {symbols[name]: value for name, value in named.items() if name not in unused}


def penalty(l1: bool, l2: bool) -> Equation:
    """What L1 and L2, or one of them, add to a weight's gradient."""
    found: Node = g + L1 * call("sign", w) if l1 else g
    return _to(g, found + L2 * w if l2 else found)


def clipped_value() -> Equation:
    """Each number of the gradient."""
    return _to(g, call("max", -CLIP, call("min", CLIP, g)))


def clipped_norm() -> Equation:
    """The whole gradient, shortened; see `torch.nn.utils.clip_grad_norm_`."""
    return _to(g, g * call("min", 1, LENGTH / (Bars(g, double=True) + NORM_ROOM)))


def limited() -> Equation:
    """The weights into one unit."""
    return _to(w, w * call("min", 1, LIMIT / Bars(w, double=True)))
