"""The update in words: how a parameter's gradient becomes its next value, and what the optimizer remembers.

Owns these texts; see `playground.words.inside.told`. Formulas are those of `playground.mathematics.content`: g is the
gradient that the optimizer sees, η the rate in force.
"""

from __future__ import annotations

import math
from dataclasses import replace

from playground.anatomy.operations.operation import Update
from playground.experiment.optimizers import Optimizer
from playground.mathematics.content import optimizers
from playground.mathematics.evaluating import put_in
from playground.mathematics.plain import text
from playground.mathematics.tree import Node, Number, Symbol
from playground.numbers import at_least, figure, plain
from playground.words.inside.forward import where
from playground.words.inside.symbols import KEPT, Symbols, number, three
from playground.words.inside.told import Equation, Side, Told

AGREED = 1e-5
"""A parameter that the engine made differs no more from the one told here, relative to its size, in float32."""
SAID = {
    "sgd": "a small step against its slope, so that the loss falls",
    "momentum": "a step against its slopes of now and before, which add up in v",
    "nesterov": "a step against its slopes, which add up in v, seen from where v leads",
    "adagrad": "a step against its slope, made smaller by all slopes so far",
    "rmsprop": "a step against its slope, measured by its recent size √s",
    "adam": "a step against its mean slope m, measured by its size √s",
    "adamw": "a step against its mean slope m, measured by its size √s; the weight shrinks a little",
    "nadam": "a step against its mean slope ahead, d, measured by its size √s",
    "lion": "a step of one size for all, against the sign of d",
}


def four(value: float) -> str:
    """A parameter before and after a step: the difference is to be seen."""
    return at_least(value, 4)


def fine(value: float, operation: Update) -> str:
    """The parameter itself, with so many decimals that the step is to be seen."""
    return at_least(value, _places(operation))


def _places(operation: Update) -> int:
    moved = abs(operation.after - operation.before)
    places = 4 if not 0.0 < moved < math.inf else 1 - math.floor(math.log10(moved))
    return min(max(places, 4), 9)


def update(operation: Update, symbols: Symbols, kept: int = KEPT) -> Told:
    """One parameter's step."""
    parameter = symbols.parameter(operation.parameter)
    name = text(parameter)
    equations = _step(operation, parameter, symbols.experiment.training.optimizer)
    if kept < KEPT and len(equations) > MOST_LINES:  # what is remembered stands beside the formula too
        equations = [each for each in equations if each.left not in MEMORY]
        equations = equations if kept else [replace(each, symbols=None, apart=False) for each in equations]
    if operation.shrunk != 1.0:
        shorter = replace(parameter, mark="new") * number(operation.shrunk, 3)
        equations.append(Equation(parameter, shorter, None, Number(operation.after, places=_places(operation))))
    title = f"{name} of {_place(operation, symbols)}"
    what = SAID.get(operation.optimizer, SAID["sgd"])
    if operation.shrunk != 1.0:
        what = f"{what}; then all weights into the unit are made shorter, to the largest norm allowed"
    return Told(title, what, tuple(equations), _side(operation, name))


def _place(operation: Update, symbols: Symbols) -> str:
    title = where(symbols, operation.layer, 0)
    if symbols.slot(operation.layer).shape.image is not None and operation.layer < symbols.head:
        return title.split(",")[0].lower()
    title = where(symbols, operation.layer, operation.unit)
    return f"{title[:1].lower()}{title[1:]}"


# -- the optimizer's lines ---------------------------------------------------------------------------------------------

MOST_LINES, MEMORY = 3, tuple(Symbol(letter, mark="new") for letter in "vms")
SYMBOLS_UP_TO = 2
"""Lines of an optimizer that are told with letters too; of more only the last, the parameter's own."""
SETTINGS = (optimizers.MU_NOW, optimizers.MU_NEXT, optimizers.PRODUCT)
"""Lines that are the same for all parameters: only their results are put in."""
RESULTS = {
    "m_hat": optimizers.M_HAT, "s_hat": optimizers.S_HAT, "ahead": optimizers.AHEAD, "mu": optimizers.MU_NOW,
    "nu": optimizers.MU_NEXT, "product": optimizers.PRODUCT,
}  # fmt: skip
"""What the intermediate numbers of `playground.anatomy.updates` are called in formulas."""
POWERS = {"correction1": optimizers.BETA1**optimizers.t, "correction2": optimizers.BETA2**optimizers.t}


def _step(operation: Update, parameter: Symbol, optimizer: Optimizer) -> list[Equation]:
    """The optimizer's own formulas, line by line, with this parameter's numbers."""
    places, numbers = _places(operation), operation.numbers
    results: dict[Node, Node] = {Symbol(each.name): number(each.after, 4) for each in operation.memory}
    results |= {RESULTS[name]: number(value, 4) for name, value in numbers.items() if name in RESULTS}
    results[optimizers.w] = Number(operation.moved, places=places)
    known: dict[Node, Node] = {symbol: results[symbol] for symbol in SETTINGS if symbol in results}
    known |= {Symbol(each.name): number(each.before, 4) for each in operation.memory}
    known |= {POWERS[name]: number(1.0 - value, 4) for name, value in numbers.items() if name in POWERS}
    known |= {symbol: Number(value) for symbol, value in optimizers.settings_of(optimizer).items()}
    known |= {optimizers.g: number(operation.used, 4), optimizers.ETA: Number(operation.rate, 3)}
    known |= {optimizers.w: Number(operation.before, places=places), optimizers.EPSILON: optimizers.EPSILON}
    lines = [each for each in optimizers.steps_of(optimizer, operation.decay != 1.0) if each.left not in SETTINGS]
    found = []
    for line in lines:
        assert isinstance(line.left, Symbol)
        own = line.left == optimizers.w
        left = replace(parameter if own else line.left, mark="new") if line.step else line.left
        symbols = put_in(line.right, {optimizers.w: parameter}) if own or len(lines) <= SYMBOLS_UP_TO else None
        found.append(Equation(left, symbols, put_in(line.right, known), results[line.left], apart=own))
        known[line.left] = results[line.left]
    return found


# -- beside it ---------------------------------------------------------------------------------------------------------


def _side(operation: Update, name: str) -> Side:
    """From the batch's gradient to the new value, with what clips it and what is kept."""
    alone = operation.used == operation.gradient
    rows = [("g, slope of the batch" if alone else "slope of the batch", "", four(operation.gradient))]
    if operation.penalty:
        rows.append(("with the penalty", "", four(operation.gradient + operation.penalty)))
    if operation.clipped is not None:
        rows.append(("held within its limit", "", four(operation.clipped)))
    if operation.norm is not None:
        rows.append((f"norm {figure(operation.norm)}, so times", "", three(operation.factor)))
    if len(rows) > 1:
        rows.append(("g, as the optimizer sees it", "", four(operation.used)))
    rows += [(f"memory {each.name}", four(each.before), four(each.after)) for each in operation.memory]
    rows.append(("learning rate η", "", plain(operation.rate, 3)))
    rows.append((name, fine(operation.before, operation), fine(operation.after, operation)))
    difference, is_number = abs(operation.made - operation.after), math.isfinite(operation.made)
    good = is_number and difference <= AGREED * max(1.0, abs(operation.made))
    note = f"the engine makes {fine(operation.made, operation)}"
    if not is_number:
        note = "the engine's number is too large for the run's precision: the run breaks here"
    elif not good:
        note = f"{note}, {figure(difference, 1)} away"
    return Side("From the slope to the step", ("", "before", "after"), tuple(rows), note, len(rows) - 1, good)
