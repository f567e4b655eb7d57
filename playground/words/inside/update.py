"""The update in words: how a parameter's gradient becomes its next value, and what the optimizer remembers.

Owns these texts; see `playground.words.inside.told`. Formulas are those of `playground.mathematics.content`, each with
its letters and then with this parameter's numbers: g is the gradient that the optimizer sees, η the rate in force; an
arrow gives a letter its next value, which it has in the lines below.
"""

from __future__ import annotations

import math

from playground.anatomy.operations.operation import Update
from playground.experiment.optimizers import Nadam, Optimizer
from playground.experiment.schedules import SCHEDULES, ConstantSchedule, PlateauSchedule, schedule_choice
from playground.experiment.training import Training
from playground.mathematics.content import optimizers, schedules
from playground.mathematics.evaluating import put_in, value_of
from playground.mathematics.plain import text
from playground.mathematics.tree import Bars, Cases, Derivative, Node, Number, Symbol
from playground.numbers import at_least, figure, plain
from playground.words.inside.forward import where
from playground.words.inside.loss import BATCH
from playground.words.inside.symbols import KEPT, Symbols, number
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
    "adamw": "a step against its mean slope m, measured by √s; the weight shrinks",
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
    """One parameter's step: what becomes of its slope, what is remembered of it, the rate, the step, the limit."""
    parameter, training = symbols.parameter(operation.parameter), symbols.experiment.training
    name = text(parameter)
    equations = _step(operation, parameter, training.optimizer)
    own = next(place for place, each in enumerate(equations) if each.left == parameter)
    equations[own:own] = _rate(operation, training)
    equations = [*_slope(operation, parameter, training), *equations, *_limited(operation, parameter, training)]
    title = f"{name} of {_place(operation, symbols)}"
    what = SAID.get(operation.optimizer, SAID["sgd"])
    if operation.shrunk != 1.0:
        what = f"{what}; then all weights into the unit are shortened"
    return Told(title, what, tuple(equations), _side(operation, name, training))


def _place(operation: Update, symbols: Symbols) -> str:
    title = where(symbols, operation.layer, 0)
    if symbols.slot(operation.layer).shape.image is not None and operation.layer < symbols.head:
        return title.split(",")[0].lower()
    title = where(symbols, operation.layer, operation.unit)
    return f"{title[:1].lower()}{title[1:]}"


# -- before the optimizer's lines, and behind them ---------------------------------------------------------------------


def _slope(operation: Update, parameter: Symbol, training: Training) -> list[Equation]:
    """From the batch's slope to the g that the optimizer sees: penalties, then both kinds of clipping."""
    if not operation.penalty and operation.clipped is None and operation.norm is None:
        return []
    g, now = optimizers.g, operation.gradient + operation.penalty
    slope: Node = Derivative(BATCH, parameter)
    known: dict[Node, Node] = {
        g: number(operation.gradient, 4), optimizers.w: Number(operation.before, places=_places(operation)),
        optimizers.L1: Number(training.l1), optimizers.L2: Number(training.l2),
    }  # fmt: skip
    numbers: Node | None = None
    if operation.penalty:
        punished = optimizers.penalty(training.l1 > 0, training.l2 > 0).right
        slope, numbers = put_in(punished, {g: slope, optimizers.w: parameter}), put_in(punished, known)
    found = [Equation(g, slope, numbers, number(now, 4))]
    if operation.clipped is not None and training.clip_value is not None:
        held = optimizers.clipped_value().right
        put = put_in(held, {optimizers.CLIP: Number(training.clip_value), g: number(now, 4)})
        found.append(Equation(g, held, put, number(operation.clipped, 4), step=True))
        now = operation.clipped
    if operation.norm is not None and training.clip_norm is not None:
        held, length = optimizers.clipped_norm().right, Bars(g, double=True)
        limit = {optimizers.LENGTH: Number(training.clip_norm), length: number(operation.norm, 4)}
        found.append(
            Equation(g, held, put_in(held, {**limit, g: number(now, 4)}), number(operation.used, 4), step=True)
        )
    return found


def _rate(operation: Update, training: Training) -> list[Equation]:
    """How the schedule made the rate in force; nothing where it always is the same."""
    schedule, clock = training.schedule, operation.clock
    if isinstance(schedule, ConstantSchedule):
        return []
    known: dict[Node, Node] = {
        schedules.BASE: Number(training.learning_rate), schedules.e: Number(clock.epoch),
        schedules.k: Number(clock.step),
    }  # fmt: skip
    known |= {symbol: Number(value) for symbol, value in schedules.settings_of(schedule, clock.per_epoch).items()}
    right = schedules.rate_of(schedule).right
    if isinstance(schedule, PlateauSchedule):
        count = plateaus(schedule, clock.plateau)
        known |= {schedules.p: Number(count or 0), schedules.LEFT: Number(clock.plateau, 4)}
        right = right if count is not None else schedules.BASE * schedules.LEFT
    if isinstance(right, Cases):
        right = right.value if value_of(put_in(right.condition, known), {}) else right.other
    return [Equation(schedules.ETA, right, put_in(right, known), Number(operation.rate, 3))]


def plateaus(schedule: PlateauSchedule, left: float) -> int | None:
    """How many plateaus have left this share of the rate; None where the factor was another one meanwhile."""
    count = 0 if not 0.0 < left < 1.0 or schedule.factor >= 1.0 else round(math.log(left) / math.log(schedule.factor))
    return count if math.isclose(schedule.factor**count, left, rel_tol=1e-9) else None


def _limited(operation: Update, parameter: Symbol, training: Training) -> list[Equation]:
    """What holds the weights into a unit at their largest norm, where they were longer."""
    if operation.shrunk == 1.0 or training.max_norm is None:
        return []
    held, length, places = optimizers.limited().right, Bars(optimizers.w, double=True), _places(operation)
    symbols = put_in(held, {length: Bars(Symbol("w", bold=True), double=True), optimizers.w: parameter})
    known: dict[Node, Node] = {
        length: number(training.max_norm / operation.shrunk, 4), optimizers.LIMIT: Number(training.max_norm),
        optimizers.w: Number(operation.moved, places=places),
    }  # fmt: skip
    put = put_in(held, known)
    return [Equation(parameter, symbols, put, Number(operation.after, places=places), apart=True, step=True)]


# -- the optimizer's lines ---------------------------------------------------------------------------------------------

SETTINGS = (optimizers.MU_NOW, optimizers.MU_NEXT, optimizers.PRODUCT)
"""Lines that are the same for all parameters."""
RESULTS = {
    "m_hat": optimizers.M_HAT, "s_hat": optimizers.S_HAT, "ahead": optimizers.AHEAD, "mu": optimizers.MU_NOW,
    "nu": optimizers.MU_NEXT, "product": optimizers.PRODUCT,
}  # fmt: skip
"""What the intermediate numbers of `playground.anatomy.updates` are called in formulas."""
POWERS = {"correction1": optimizers.BETA1**optimizers.t, "correction2": optimizers.BETA2**optimizers.t}
FADING = Number(0.96) ** (optimizers.PSI * optimizers.t), Number(0.96) ** (optimizers.PSI * (optimizers.t + 1))
"""Nadam's powers of the step that is made and of the next one."""


def _step(operation: Update, parameter: Symbol, optimizer: Optimizer) -> list[Equation]:
    """The optimizer's own formulas, line by line, with this parameter's numbers."""
    places = _places(operation)
    results = _results(operation)
    known: dict[Node, Node] = {Symbol(each.name): number(each.before, 4) for each in operation.memory}
    known |= _constants(operation, optimizer)
    known |= {optimizers.g: number(operation.used, 4), optimizers.ETA: Number(operation.rate, 3)}
    known |= {optimizers.w: Number(operation.before, places=places)}
    found = []
    for line in optimizers.steps_of(optimizer, operation.decay != 1.0):
        own = line.left == optimizers.w
        symbols = put_in(line.right, {optimizers.w: parameter})
        left = parameter if own else line.left
        found.append(Equation(left, symbols, put_in(line.right, known), results[line.left], own, line.step))
        known[line.left] = results[line.left]
    return found


def _results(operation: Update) -> dict[Node, Node]:
    """What each line comes to, by what stands left."""
    found: dict[Node, Node] = {Symbol(each.name): number(each.after, 4) for each in operation.memory}
    found |= {RESULTS[name]: number(value, 4) for name, value in operation.numbers.items() if name in RESULTS}
    return found | {optimizers.w: Number(operation.moved, places=_places(operation))}


def _constants(operation: Update, optimizer: Optimizer) -> dict[Node, Node]:
    """Settings, and what has become of them by now: powers are as the run has them, whatever was set meanwhile."""
    numbers = operation.numbers
    found: dict[Node, Node] = {symbol: Number(value) for symbol, value in optimizers.settings_of(optimizer).items()}
    found |= {POWERS[name]: number(1.0 - value, 4) for name, value in numbers.items() if name in POWERS}
    if isinstance(optimizer, Nadam):
        fading = numbers["fading"]
        powers = (fading, fading * 0.96**optimizer.momentum_decay)
        found |= {power: number(value, 4) for power, value in zip(FADING, powers, strict=True)}
        found[optimizers.PRODUCT] = number(numbers["product_before"], 4)
    return found


# -- beside it ---------------------------------------------------------------------------------------------------------


def _side(operation: Update, name: str, training: Training) -> Side:
    """From the batch's gradient to the new value, with what is kept."""
    alone = operation.used == operation.gradient
    rows = [("g, slope of the batch" if alone else "slope of the batch", "", four(operation.gradient))]
    if not alone:
        rows.append(("g, as it is used", "", four(operation.used)))
    rows += [(f"memory {each.name}", four(each.before), four(each.after)) for each in operation.memory]
    schedule = SCHEDULES[schedule_choice(training.schedule)]
    scheduled = "" if schedule.name == "constant" else f" ({schedule.label})"
    rows.append((f"rate η{scheduled}" if scheduled else "learning rate η", "", plain(operation.rate, 3)))
    rows.append((name, fine(operation.before, operation), fine(operation.after, operation)))
    difference, is_number = abs(operation.made - operation.after), math.isfinite(operation.made)
    good = is_number and difference <= AGREED * max(1.0, abs(operation.made))
    note = f"the engine makes {fine(operation.made, operation)}"
    if not is_number:
        note = "the engine's number is too large for the run's precision: the run breaks here"
    elif not good:
        note = f"{note}, {figure(difference, 1)} away"
    return Side("From the slope to the step", ("", "before", "after"), tuple(rows), note, len(rows) - 1, good)
