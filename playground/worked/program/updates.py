"""Optimizers as they stand in a program: a function that is called for each array of parameters.

Owns its lines, and those of penalties, clipping and the limit on norms.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.anatomy.updates import NORM_ROOM, Stepped
from playground.experiment.optimizers import AdaGrad, Adam, AdamW, Lion, Nadam, Optimizer, RmsProp, Sgd
from playground.experiment.training import Training
from playground.worked.program.source import Source, filled, literal, number


class Trained(msgspec.Struct, frozen=True):
    """An array of parameters: its name in the program, its places among all parameters, its shape; is_weights: whether
    penalties, weight decay and max_norm apply."""

    name: str
    places: slice
    shape: tuple[int, ...]
    is_weights: bool


def write_update(
    source: Source, training: Training, step: Stepped, powers: NDArray[np.float64], arrays: list[Trained]
) -> None:
    """The lines from the gradients g… to the new parameters."""
    _penalties(source, training, arrays)
    _clipping(source, training, arrays)
    _given_memory(source, step, arrays)
    constants, body = _written(training.optimizer, powers)
    source.update += [f"rate = {number(step.rate)}", *constants]
    kept = list(step.memory)
    memory = "".join(f", {name}" for name in kept)
    returned = ", ".join(["w", *kept])
    source.needs([("stepped", _function(memory, body, returned))])
    decay = getattr(training.optimizer, "weight_decay", 0.0)
    for each in arrays:
        if decay and each.is_weights:
            source.update.append(f"{each.name} = {each.name} * (1 - rate * {number(decay)})  # weight decay")
        names = [each.name, *(f"{name}_{each.name}" for name in kept)]
        given = ", ".join([each.name, f"g{each.name}", *names[1:]])
        source.update.append(f"{', '.join(names)} = stepped({given})")
    if training.max_norm is not None:
        _limits(source, training.max_norm, arrays)


def _function(memory: str, body: list[str], returned: str) -> str:
    lines = ['"""One array of parameters, a step further."""', *body, f"return {returned}"]
    return "\n".join([f"def stepped(w, g{memory}):", *(f"    {line}" for line in lines)])


def _penalties(source: Source, training: Training, arrays: list[Trained]) -> None:
    parts = []
    if training.l1:
        parts.append(f"{number(training.l1)} * np.sign({{w}})")
    if training.l2:
        parts.append(f"{number(training.l2)} * {{w}}")
    for each in arrays:
        if parts and each.is_weights:
            added = filled(" + ".join(parts), w=each.name)
            source.update.append(f"g{each.name} = g{each.name} + {added}  # penalty")


def _clipping(source: Source, training: Training, arrays: list[Trained]) -> None:
    names = [f"g{each.name}" for each in arrays]
    if training.clip_value is not None:
        most = number(training.clip_value)
        source.update += [filled("{g} = np.clip({g}, -{most}, {most})", g=name, most=most) for name in names]
    if training.clip_norm is not None and names:
        squares = " + ".join(f"({name}**2).sum()" for name in names)
        source.update += [
            f"norm = np.sqrt({squares})",
            f"factor = min(1.0, {number(training.clip_norm)} / (norm + {NORM_ROOM}))",
            *(f"{name} = {name} * factor" for name in names),
        ]


def _given_memory(source: Source, step: Stepped, arrays: list[Trained]) -> None:
    """What the optimizer remembers, by array."""
    for name, (before, _) in step.memory.items():
        for each in arrays:
            values = before[each.places].reshape(each.shape)
            written = literal(values) if values.any() else f"np.zeros({each.shape})"
            source.given.append(f"{name}_{each.name} = {written}")


def _limits(source: Source, most: float, arrays: list[Trained]) -> None:
    source.needs([("limited", _LIMITED)])
    for each in arrays:
        if each.is_weights:
            source.update.append(f"{each.name} = limited({each.name}, {number(most)})")


_LIMITED = '''def limited(W, most):
    """No unit's incoming weights longer than this."""
    rows = W.reshape(len(W), -1)
    norms = np.sqrt((rows**2).sum(axis=1, keepdims=True))
    return (rows * np.where(norms > most, most / np.maximum(norms, most), 1.0)).reshape(W.shape)'''

_MOMENTS = [
    "m = beta1 * m + (1 - beta1) * g",
    "s = beta2 * s + (1 - beta2) * g**2",
]
_ADAM = [*_MOMENTS, "w = w - rate * (m / correction1) / (np.sqrt(s / correction2) + epsilon)"]
_ROOT = "w = w - rate * g / (np.sqrt(s) + epsilon)"


def _written(rule: Optimizer, powers: NDArray[np.float64]) -> tuple[list[str], list[str]]:
    """Constants of the step, and the lines of the function."""
    match rule:
        case Sgd(momentum=0.0):
            return [], ["w = w - rate * g"]
        case Sgd(momentum=momentum, nesterov=ahead):
            direction = "(g + momentum * v)" if ahead else "v"
            return [f"momentum = {number(momentum)}"], ["v = momentum * v + g", f"w = w - rate * {direction}"]
        case RmsProp(decay=decay):
            constants = [f"decay = {number(decay)}", f"epsilon = {number(rule.epsilon)}"]
            return constants, ["s = decay * s + (1 - decay) * g**2", _ROOT]
        case AdaGrad():
            return [f"epsilon = {number(rule.epsilon)}"], ["s = s + g**2", _ROOT]
        case Adam() | AdamW():
            return [*_betas(rule), *_corrections(rule, powers)], _ADAM
        case Nadam():
            return _nadam(rule, powers)
        case Lion():
            constants = [f"beta1, beta2 = {number(rule.beta1)}, {number(rule.beta2)}"]
            return constants, [
                "w = w - rate * np.sign(beta1 * m + (1 - beta1) * g)",
                "m = beta2 * m + (1 - beta2) * g",
            ]  # fmt: skip


def _betas(rule: Adam | AdamW | Nadam) -> list[str]:
    return [f"beta1, beta2, epsilon = {number(rule.beta1)}, {number(rule.beta2)}, {number(rule.epsilon)}"]


def _corrections(rule: Adam | AdamW | Nadam, powers: NDArray[np.float64]) -> list[str]:
    """1 less the power of each beta by the steps made, this one too."""
    first, second = float(powers[0]) * rule.beta1, float(powers[1]) * rule.beta2
    correction2 = f"correction2 = 1 - {number(second)}  # beta2 to the power of the steps"
    if isinstance(rule, Nadam):
        return [correction2]
    return [f"correction1 = 1 - {number(first)}  # beta1 to the power of the steps", correction2]


def _nadam(rule: Nadam, powers: NDArray[np.float64]) -> tuple[list[str], list[str]]:
    fading = 0.96**rule.momentum_decay
    power = float(powers[2]) * fading
    constants = [
        *_betas(rule), *_corrections(rule, powers),
        f"mu = beta1 * (1 - 0.5 * {number(power)})  # the momentum of this step",
        f"nu = beta1 * (1 - 0.5 * {number(power * fading)})  # and of the next",
        f"product = {number(float(powers[3]))} * mu  # of all so far",
    ]  # fmt: skip
    ahead = "ahead = nu * m / (1 - product * nu) + (1 - mu) * g / (1 - product)"
    return constants, [*_MOMENTS, ahead, "w = w - rate * ahead / (np.sqrt(s / correction2) + epsilon)"]
