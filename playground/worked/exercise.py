"""One step as an exercise to be worked by hand: what is given, and a task for every operation.

Owns which tasks there are and what must be given besides; every text of an operation is that of the window
(`playground.words.inside`). Knows nothing of how a sheet looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import msgspec
from msgspec.structs import replace

from playground.anatomy.operations.operation import (
    Activation,
    BatchMean,
    Delta,
    Normalization,
    Operation,
    Phase,
    Update,
    WeightedSum,
)
from playground.anatomy.step import InsideStep
from playground.errors import Said, WrongUse
from playground.mathematics.content import optimizers
from playground.mathematics.tree import Equation as Formula
from playground.mathematics.tree import Node, Number, Symbol, call
from playground.numbers import plain, spaced
from playground.words.inside.forward import MEAN, NORMAL
from playground.words.inside.loss import sample_losses
from playground.words.inside.operation import told
from playground.words.inside.page import PHASES
from playground.words.inside.symbols import Symbols, indices
from playground.words.inside.told import Equation
from playground.words.inside.update import SETTINGS
from playground.words.network import in_words, layer_title

MOST_TASKS = 400
"""Operations that someone would still work by hand: some twenty pages."""
ALL_TERMS = 24
"""Terms of a sum that are written out; of a longer one the first ones and the last."""
DELTAS, VARIANCE = Symbol("δ", mark="prime"), Symbol("variance")
FEW_RULES = 2
"""Lines of an optimizer that are told with letters in each task too; of more only the parameter's own."""
FEW = 5
"""Numbers of a batch whose mean is told with all of them."""


class Table(msgspec.Struct, frozen=True):
    """Numbers that are given, each with its letter."""

    title: str
    rows: tuple[Formula, ...]


class Task(msgspec.Struct, frozen=True):
    """One operation: where it is, what is asked for, what is given for it alone, the equations with their answers."""

    where: str
    what: str
    given: tuple[Formula, ...]
    equations: tuple[Equation, ...]


class Part(msgspec.Struct, frozen=True):
    """A phase with its tasks; rules: what holds in all of them."""

    title: str
    rules: tuple[Formula, ...]
    tasks: tuple[Task, ...]


class Exercise(msgspec.Struct, frozen=True):
    """A whole step. about: the network, and which sample of which step it is."""

    title: str
    about: tuple[str, ...]
    given: tuple[Table, ...]
    parts: tuple[Part, ...]


def exercise_of(step: InsideStep) -> Exercise:
    """The step of the chosen sample as an exercise; raises WrongUse where it has more than 400 operations."""
    count = len(step.operations)
    if count > MOST_TASKS:
        raise WrongUse(
            "This step has {count} operations, too many to be worked by hand; at most {most} are.",
            count=count, most=MOST_TASKS,
        )  # fmt: skip
    symbols = Symbols.of(step.experiment)
    parts = tuple(
        Part(PHASES[phase], _rules(step, phase), tuple(_task(step, each, symbols) for each in operations))
        for phase, operations in groupby(step.operations, _phase)
    )
    return Exercise(_title(step), _about(step), _given(step, symbols), parts)


def _phase(operation: Operation) -> Phase:
    return operation.phase


def _title(step: InsideStep) -> str:
    return str(Said("One training step by hand: step {step}", {"step": spaced(step.step + 1)}))


def _about(step: InsideStep) -> tuple[str, ...]:
    chosen = Said(
        "Sample {sample} of the {count} in the batch. Learning rate η = {rate}.",
        {"sample": spaced(step.sample + 1), "count": spaced(step.batch.size), "rate": plain(step.rate)},
    )
    return in_words(step.experiment), str(chosen)


# -- what is given -----------------------------------------------------------------------------------------------------


def _given(step: InsideStep, symbols: Symbols) -> tuple[Table, ...]:
    """The sample, then every layer's parameters."""
    batch, sample = step.batch, step.sample
    inputs = [_equal(symbols.value(-1, unit, 0), value) for unit, value in enumerate(batch.inputs[:, sample].tolist())]
    targets = batch.targets[:, sample].tolist()
    several = len(targets) > 1
    wanted = [_equal(Symbol("t", indices(unit + 1) if several else ""), value) for unit, value in enumerate(targets)]
    tables = [Table("The sample", (*inputs, *wanted))]
    for layer, slot in enumerate(step.layout.slots):
        if slot.bias_count:
            rows = [
                _equal(symbols.parameter(place), float(step.before[place]))
                for place in range(slot.weights, slot.biases + slot.bias_count)
            ]
            tables.append(Table(layer_title(step.experiment, layer), tuple(rows)))
    return tuple(tables)


def _rules(step: InsideStep, phase: Phase) -> tuple[Formula, ...]:
    """The optimizer's formulas and its settings."""
    if phase != "update":
        return ()
    optimizer = step.experiment.training.optimizer
    settings = [Formula(name, Number(value)) for name, value in optimizers.settings_of(optimizer).items()]
    return *optimizers.steps_of(optimizer), *settings


# -- the tasks ---------------------------------------------------------------------------------------------------------


def _task(step: InsideStep, operation: Operation, symbols: Symbols) -> Task:
    own = None
    if isinstance(operation, Delta):
        moment = step.operations.find(Activation, operation.layer, operation.unit)
        found = None if moment is None else step.operations[moment]
        own = found if isinstance(found, Activation) else None
    said = told(operation, symbols, own, ALL_TERMS)
    equations = _worked(said.equations) if isinstance(operation, Update) else said.equations
    return Task(said.where, said.what, _needed(step, operation), equations)


def _worked(equations: Sequence[Equation]) -> tuple[Equation, ...]:
    """Of an update what is not given: the rules stand above with their letters, g and the rate are told."""
    own = [each for each in equations if each.left not in (optimizers.g, optimizers.ETA, *SETTINGS)]
    return tuple(each if each.apart or len(own) <= FEW_RULES else replace(each, symbols=None) for each in own)


def _needed(step: InsideStep, operation: Operation) -> tuple[Formula, ...]:
    """What no operation of this sample gives: what chance drew, what other samples say, what is remembered."""
    match operation:
        case WeightedSum(draw=draw) if draw is not None:
            return (_equal(Symbol("drawn"), draw.number),)
        case Normalization(over=over, values=values) if over == "running" or (over == "batch" and values.size > FEW):
            return (_equal(MEAN, operation.mean), _equal(VARIANCE, operation.variance))
        case Delta(norm=norm) if norm is not None and operation.terms and operation.terms[0].samples is not None:
            return (
                _equal(call("mean", DELTAS), norm.mean_delta), _equal(call("mean", NORMAL * DELTAS), norm.mean_product),
            )  # fmt: skip
        case BatchMean(losses=losses) if losses.size > 1:
            named = zip(sample_losses(losses.size), losses.tolist(), strict=True)
            return tuple(_equal(name, loss) for place, (name, loss) in enumerate(named) if place != step.sample)
        case Update():
            remembered = [_equal(Symbol(each.name), each.before) for each in operation.memory]
            alone = step.batch.size == 1 and operation.used == operation.gradient
            return (*(() if alone else (_equal(optimizers.g, operation.used),)), *remembered)
    return ()


def _equal(name: Node, value: float) -> Formula:
    return Formula(name, Number(value, places=4))
