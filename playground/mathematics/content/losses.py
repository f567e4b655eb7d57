"""The losses of one sample as formulas of outputs o (or probabilities p) and targets t.

Owns these formulas, those of `kernels.losses.values`; the focal loss is Lin et al. 2017 without α.
"""

from __future__ import annotations

from collections.abc import Callable

from playground.mathematics.tree import HALF, Bars, Cases, Compared, Node, Number, Symbol, Total, call, node

DELTA, GAMMA = Symbol("δ"), Symbol("γ")


def _huber(o: Node, t: Node, delta: Node) -> Node:
    error = Bars(o - t)
    return Cases(HALF * (o - t) ** 2, Compared(error, "≤", delta), delta * (error - HALF * delta))


ERRORS: dict[str, Callable[[Node, Node, Node], Node]] = {
    "squared_error": lambda o, t, number: HALF * (o - t) ** 2,
    "huber": _huber,
    "absolute": lambda o, t, number: Bars(o - t),
    "hinge": lambda o, t, number: call("max", 0, 1 - t * o),
}
"""Of one unit's output and target, and the loss's own number where it has one."""
SLOPES: dict[str, Callable[[Node, Node, Node], Node]] = {
    "squared_error": lambda o, t, number: o - t,
    "huber": lambda o, t, number: call("max", -number, call("min", number, o - t)),
    "absolute": lambda o, t, number: call("sign", o - t),
    "hinge": lambda o, t, number: Cases(-t, Compared(t * o, "<", node(1)), node(0)),
}
"""Their slopes by o."""


def _summed(name: str) -> Callable[[bool], Node]:
    """An error of each unit, added up where there are several."""

    def made(several: bool) -> Node:
        k = "k" if several else ""
        found = ERRORS[name](Symbol("o", k), Symbol("t", k), DELTA)
        return Total("k", found) if several else found

    return made


def _cross_entropy(several: bool) -> Node:
    k = "k" if several else ""
    p, t = Symbol("p", k), Symbol("t", k)
    if several:
        return -Total("k", t * call("ln", p))
    return -(t * call("ln", p) + (1 - t) * call("ln", 1 - p))


def _focal(several: bool) -> Node:
    k = "k" if several else ""
    p, t = Symbol("p", k), Symbol("t", k)
    if several:
        return -Total("k", t * (1 - p) ** GAMMA * call("ln", p))
    return -(t * (1 - p) ** GAMMA * call("ln", p) + (1 - t) * p**GAMMA * call("ln", 1 - p))


LOSSES: dict[str, Callable[[bool], Node]] = {
    **{name: _summed(name) for name in ERRORS},
    "binary_cross_entropy": _cross_entropy,
    "softmax_cross_entropy": _cross_entropy,
    "focal": _focal,
}
"""By their names, for one unit or for several."""
OF_PROBABILITIES = ("binary_cross_entropy", "softmax_cross_entropy", "focal")
"""Losses that read the outputs as probabilities p."""


def mean_loss() -> Node:
    """Over the samples of a batch, each with its weight."""
    return Number(1) / Symbol("B") * Total("n", Symbol("c", "n") * Symbol("ℓ", "n"), "B")
