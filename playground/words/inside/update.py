"""The update in words: how a parameter's gradient becomes its next value, and what the optimizer remembers.

Owns these texts; see `playground.words.inside.told`. Formulas are those of `playground.anatomy.updates`: g is the
gradient that the optimizer sees, η the rate in force.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from playground.anatomy.operations.operation import Update
from playground.experiment.optimizers import AdaGrad, Adam, AdamW, Lion, Nadam, Optimizer, RmsProp, Sgd
from playground.numbers import at_least, figure, plain
from playground.words.inside.forward import where
from playground.words.inside.symbols import KEPT, Symbols, held, three, times
from playground.words.inside.told import Equation, Side, Told

AGREED = 1e-5
"""A parameter that the engine made differs no more from the one told here, relative to its size, in float32."""
SAID = {
    "sgd": "a small step against its slope",
    "momentum": "a step along its slopes of now and before, which add up in v",
    "nesterov": "a step along its slopes of now and before, seen from where they lead",
    "adagrad": "a step against its slope, made smaller by all slopes so far",
    "rmsprop": "a step against its slope, measured by the size of its recent ones",
    "adam": "a step along the mean of its slopes, measured by their size",
    "adamw": "a step along the mean of its slopes, measured by their size; the weight itself shrinks a little",
    "nadam": "a step along the mean of its slopes, seen from where they lead, measured by their size",
    "lion": "a step of the same size for all, in the direction that m and g point to",
}


def four(value: float) -> str:
    """A parameter before and after a step: the difference is to be seen."""
    return at_least(value, 4)


def fine(value: float, operation: Update) -> str:
    """The parameter itself, with so many decimals that the step is to be seen."""
    moved = abs(operation.after - operation.before)
    places = 4 if not 0.0 < moved < math.inf else 1 - math.floor(math.log10(moved))
    return at_least(value, min(max(places, 4), 9))


def update(operation: Update, symbols: Symbols, kept: int = KEPT) -> Told:
    """One parameter's step."""
    name = symbols.parameter(operation.parameter)
    optimizer = symbols.experiment.training.optimizer
    equations = [*WRITERS[type(optimizer)](operation, name, optimizer)]
    if operation.shrunk != 1.0:
        shorter = Equation(
            name, f"new {name}·{three(operation.shrunk)}", "", fine(operation.after, operation),
        )  # fmt: skip
        equations.append(shorter)
    title = f"{name} of {_place(operation, symbols)}"
    what = SAID.get(operation.optimizer, SAID["sgd"])
    if symbols.experiment.training.batch_size > 1:
        what = f"{what}; g is the mean slope over the batch"
    if operation.shrunk != 1.0:
        what = f"{what}; then all weights into the unit are made shorter, to the largest norm allowed"
    return Told(title, what, tuple(equations), _side(operation, name))


def _place(operation: Update, symbols: Symbols) -> str:
    title = where(symbols, operation.layer, 0)
    if symbols.slot(operation.layer).shape.image is not None and operation.layer < symbols.head:
        return title.split(",")[0].lower()
    title = where(symbols, operation.layer, operation.unit)
    return f"{title[:1].lower()}{title[1:]}"


# -- the optimizers ----------------------------------------------------------------------------------------------------


def _step(name: str, old: str, step: str, numbers: str, operation: Update, decayed: bool = False) -> Equation:
    """new w = old − step, with numbers, and the result; of a weight that shrinks first, what of it."""
    before = (
        times(at_least(operation.decay, 5), held(fine(operation.before, operation)))
        if decayed
        else fine(operation.before, operation)
    )
    before_name = f"(1 − ηλ)·{old}" if decayed else old
    return Equation(
        f"new {name}", f"{before_name} − {step}", f"{before} − {numbers}", fine(operation.moved, operation), apart=True
    )  # fmt: skip


def _rate(operation: Update) -> str:
    return plain(operation.rate, 3)


def _kept_value(name: str, operation: Update) -> tuple[float, float]:
    return next((each.before, each.after) for each in operation.memory if each.name == name)


def _sgd(operation: Update, name: str, rule: Sgd) -> list[Equation]:
    g = held(four(operation.used))
    if not rule.momentum:
        return [_step(name, name, "η·g", times(_rate(operation), g), operation)]
    before, after = _kept_value("v", operation)
    factor = plain(rule.momentum, 3)
    numbers = f"{times(factor, four(before))} + {g}"
    found = [Equation("new v", "μ·v + g", numbers, four(after))]
    if not rule.nesterov:
        return [*found, _step(name, name, "η·v", times(_rate(operation), four(after)), operation)]
    inner = f"({four(operation.used)} + {times(factor, held(four(after)))})"
    return [*found, _step(name, name, "η·(g + μ·v)", f"{_rate(operation)}·{inner}", operation)]


def _by_root(operation: Update, name: str, s: Equation) -> list[Equation]:
    numbers = f"{times(_rate(operation), four(operation.used))} / ({four(operation.numbers['root'])} + ε)"
    return [s, _step(name, name, "η·g / (√s + ε)", numbers, operation)]


def _rmsprop(operation: Update, name: str, rule: RmsProp) -> list[Equation]:
    return _by_root(operation, name, _forgetting("s", "ρ", rule.decay, "g²", operation))


def _adagrad(operation: Update, name: str, rule: AdaGrad) -> list[Equation]:
    before, after = _kept_value("s", operation)
    return _by_root(operation, name, Equation("new s", "s + g²", f"{four(before)} + {_square(operation)}", four(after)))


def _square(operation: Update) -> str:
    return f"{held(four(operation.used))}²"


def _forgetting(name: str, letter: str, share: float, what: str, operation: Update) -> Equation:
    """A mean that forgets: so much of what it was, the rest of the new one."""
    before, after = _kept_value(name, operation)
    new = _square(operation) if what == "g²" else held(four(operation.used))
    numbers = f"{times(plain(share), four(before))} + {plain(1.0 - share)}·{new}"
    return Equation(f"new {name}", f"{letter}·{name} + (1 − {letter})·{what}", numbers, four(after))


def _means(operation: Update, rule: Adam | AdamW | Nadam) -> list[Equation]:
    m = _forgetting("m", "β₁", rule.beta1, "g", operation)
    s = _forgetting("s", "β₂", rule.beta2, "g²", operation)
    return [Equation(each.left, "", each.numbers, each.result) for each in (m, s)]


def _adam(operation: Update, name: str, rule: Adam | AdamW) -> list[Equation]:
    mean, root = four(operation.numbers["m_hat"]), four(operation.numbers["root"])
    numbers = f"{times(_rate(operation), mean)} / ({root} + ε)"
    decayed = operation.decay != 1.0
    return [*_means(operation, rule), _step(name, name, "η·m′ / (√s′ + ε)", numbers, operation, decayed)]


def _nadam(operation: Update, name: str, rule: Nadam) -> list[Equation]:
    ahead, root = four(operation.numbers["ahead"]), four(operation.numbers["root"])
    numbers = f"{times(_rate(operation), ahead)} / ({root} + ε)"
    return [*_means(operation, rule), _step(name, name, "η·ahead / (√ŝ + ε)", numbers, operation)]


def _lion(operation: Update, name: str, rule: Lion) -> list[Equation]:
    before, after = _kept_value("m", operation)
    g = held(four(operation.used))
    direction = f"{times(plain(rule.beta1), four(before))} + {plain(1.0 - rule.beta1)}·{g}"
    memory = f"{times(plain(rule.beta2), four(before))} + {plain(1.0 - rule.beta2)}·{g}"
    sign = plain(operation.numbers["sign"])
    decayed = operation.decay != 1.0
    return [
        Equation("d", "", direction, four(operation.numbers["direction"])),
        _step(name, name, "η·sign(d)", times(_rate(operation), sign), operation, decayed),
        Equation("new m", "", memory, four(after)),
    ]


WRITERS: dict[type[Optimizer], Callable[..., list[Equation]]] = {
    Sgd: _sgd, RmsProp: _rmsprop, AdaGrad: _adagrad, Adam: _adam, AdamW: _adam, Nadam: _nadam, Lion: _lion,
}  # fmt: skip


# -- beside it ---------------------------------------------------------------------------------------------------------


def _side(operation: Update, name: str) -> Side:
    """From the batch's gradient to the new value, with what clips it and what is kept."""
    rows = [("gradient of the batch", "", four(operation.gradient))]
    if operation.penalty:
        rows.append(("with the penalty", "", four(operation.gradient + operation.penalty)))
    if operation.clipped is not None:
        rows.append(("held within its limit", "", four(operation.clipped)))
    if operation.norm is not None:
        rows.append((f"norm {figure(operation.norm)}, so times", "", three(operation.factor)))
    if len(rows) > 1:
        rows.append(("g, as the optimizer sees it", "", four(operation.used)))
    rows += [(f"memory {each.name}", four(each.before), four(each.after)) for each in operation.memory]
    rows.append(("learning rate η", "", _rate(operation)))
    rows.append((name, fine(operation.before, operation), fine(operation.after, operation)))
    difference = abs(operation.made - operation.after)
    good = difference <= AGREED * max(1.0, abs(operation.made))
    note = f"the engine makes {fine(operation.made, operation)} of it" if good else (
        f"the engine makes {fine(operation.made, operation)} of it, {figure(difference, 1)} away"
    )  # fmt: skip
    return Side("From the slope to the step", ("", "before", "after"), tuple(rows), note, len(rows) - 1, good)
