"""The network as mathematics: its layers, loss, optimizer and schedule as one sheet of formulas.

Owns which formulas are on the sheet, in which order, and with which numbers of a run; how a formula is written is told
by `playground.mathematics`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.engine.layout import LayerSlot, Layout
from playground.errors import WrongUse
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.experiment import Experiment, checked
from playground.experiment.layers import kind_of
from playground.experiment.optimizers import OPTIMIZERS, optimizer_choice
from playground.experiment.schedules import SCHEDULES, schedule_choice
from playground.experiment.training import LOSSES as LOSS_CHOICES
from playground.mathematics.content import layers, losses, optimizers, schedules
from playground.mathematics.latex import latex
from playground.mathematics.plain import text
from playground.mathematics.tree import HALF, Bars, Derivative, Equation, Matrix, Node, Number, Symbol, Total
from playground.numbers import rounded
from playground.run.session import Session
from playground.scalars import shown, truth

MOST_ROWS, MOST_COLUMNS = 8, 6
"""Of a matrix that is written out; the others are told by dots."""
DIGITS, MOST_NAMED = 4, 12


IN_LATEX = {
    **{letter: f"\\{letter}" for letter in "&%#_{}$"}, "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}", "×": r"$\times$", "λ": r"$\lambda$", "ξ": r"$\xi$",
}  # fmt: skip
RATE_NOTES = {
    "reduce_on_plateau": "p: how many plateaus there were", "one_cycle": "k: the step, K: all of them",
    "warm_up": "k: the step, K: all of them",
}  # fmt: skip


class Line(msgspec.Struct, frozen=True):
    """A formula, and what has to be said about it."""

    formula: Node
    note: str = ""


class Section(msgspec.Struct, frozen=True):
    """Formulas under a heading."""

    title: str
    lines: tuple[Line, ...]


class FormulaSheet(msgspec.Struct, frozen=True):
    """A network as mathematics, section by section."""

    title: str
    sections: tuple[Section, ...]

    def latex(self) -> str:
        """Headings and formulas for LaTeX with amsmath."""
        parts = [rf"\section*{{{_escaped(self.title)}}}"] if self.title else []
        for section in self.sections:
            parts.append(rf"\subsection*{{{_escaped(section.title)}}}")
            for line in section.lines:
                parts.append(rf"\[ {latex(line.formula)} \]")
                parts += [rf"\noindent {_escaped(line.note)}"] if line.note else []
        return "\n".join(parts) + "\n"

    def markdown(self) -> str:
        """Headings and formulas between dollars, as GitHub, Jupyter and others set them."""
        parts = [f"# {self.title}"] if self.title else []
        for section in self.sections:
            parts.append(f"## {section.title}")
            for line in section.lines:
                parts.append(f"$$ {latex(line.formula)} $$" + (f"\n\n{line.note}" if line.note else ""))
        return "\n\n".join(parts) + "\n"

    def text(self) -> str:
        """On lines of plain text."""
        parts: list[str] = [self.title] if self.title else []
        for section in self.sections:
            parts += ["", section.title]
            parts += [f"  {text(line.formula)}" + (f"    ({line.note})" if line.note else "") for line in section.lines]
        return "\n".join(parts).strip("\n") + "\n"


def formulas(source: Experiment | Session, numbers: bool = False) -> FormulaSheet:
    """An experiment's or a session's network as mathematics.

    numbers: with the settings' values, and of a session its parameters, rate and losses as they stand.
    Raises WrongUse, or InvalidExperiment for an experiment that is not allowed.
    """
    if not isinstance(source, (Experiment, Session)):
        raise WrongUse("An Experiment or a Session is needed here; got {given}.", given=shown(source))
    numbers, session = truth("numbers", numbers), source if isinstance(source, Session) else None
    experiment = checked(source) if isinstance(source, Experiment) else source.experiment
    made = _Sheet(experiment, session if numbers else None, numbers)
    found = (*made.network(), made.loss(), made.step(), made.rate())
    return FormulaSheet(experiment.title, tuple(section for section in found if section.lines))


class _Sheet:
    def __init__(self, experiment: Experiment, session: Session | None, numbers: bool) -> None:
        self.experiment, self.session, self.numbers = experiment, session, numbers
        self.layout = Layout.of(experiment)
        self.training = experiment.training

    # -- the network ------------------------------------------------------------------------------------------------

    def network(self) -> Iterator[Section]:
        inputs = ", ".join(self.experiment.input_names) or "the pixels"
        size = self.experiment.input_shape.units
        about = f"{size} numbers: {inputs}" if size <= MOST_NAMED else f"{size} numbers"
        yield Section("Inputs", (Line(layers.outputs(0), about),))
        head = len(self.layout.slots) - 1
        for number, slot in enumerate(self.layout.slots):
            hidden = self.experiment.network.layers
            title = "Output" if number == head else f"Layer {number + 1}: {kind_of(hidden[number]).label}"
            yield Section(title, tuple(self._layer(number, slot, number == head)))

    def _layer(self, number: int, slot: LayerSlot, is_head: bool) -> Iterator[Line]:
        at = layers.Place(number + 1, None if slot.source is None else slot.source + 1, slot.is_matrix)
        *first, last = layers.LAYERS[slot.kind](at)
        for equation in first:
            yield Line(equation)
        yield Line(last, "; ".join(self._about(slot)))
        yield Line(layers.activated(at, slot.activation, "o" if is_head else "a"), _of_activation(slot.activation))
        yield from self._values(at, number, slot)

    def _about(self, slot: LayerSlot) -> Iterator[str]:
        if slot.kind in layers.NOTES:
            yield layers.NOTES[slot.kind]
        if math.prod(slot.weight_shape):
            yield f"{' × '.join(map(str, slot.weight_shape))} {'gains' if slot.has_gains else 'weights'}"
        if slot.frozen:
            yield "frozen: training leaves it as it is"

    def _values(self, at: layers.Place, number: int, slot: LayerSlot) -> Iterator[Line]:
        """The settings of a layer, and its parameters as they stand."""
        if not self.numbers:
            return
        layer = self.experiment.network.layers[number] if number < len(self.experiment.network.layers) else None
        for name, symbol in (("rate", layers.RATE), ("deviation", layers.DEVIATION), ("epsilon", layers.EPSILON)):
            if hasattr(layer, name):
                yield Line(Equation(symbol, Number(getattr(layer, name))))
        if self.session is None:
            return
        parameters = self.session.state.parameters
        weights, biases = self.layout.weights(parameters, number), self.layout.biases(parameters, number)
        names = ("γ", "β") if slot.has_gains else ("W", "b")
        for letter, values in zip(names, (weights, biases), strict=True):
            if values.size and values.ndim <= 2:
                yield Line(Equation(at.own(letter), matrix_of(values)))

    # -- training ---------------------------------------------------------------------------------------------------

    def loss(self) -> Section:
        head, training = self.experiment.head, self.training
        several, name = head.units > 1, head.loss
        loss = Symbol("ℓ", "n")
        lines = [Line(Equation(loss, losses.LOSSES[name](several)), f"{LOSS_CHOICES[name].label} of sample n")]
        if name in losses.OF_PROBABILITIES:
            k = "k" if several else ""
            lines[0] = Line(lines[0].formula, f"{lines[0].note}; p are the outputs o")
            if training.label_smoothing and self.experiment.task.is_classification:
                t, share = Symbol("t", k), Symbol("q")
                smoothed = Equation(t, (1 - share) * t + share / self.experiment.task.classes, step=True)
                lines.append(Line(smoothed, "smoothed labels"))
                lines += self._given({share: training.label_smoothing})
        lines += self._given({losses.DELTA: training.huber_delta} if name == "huber" else {})
        lines += self._given({losses.GAMMA: training.focal_gamma} if name == "focal" else {})
        weighted = "; c: weight of the sample's class" if training.class_weights else ""
        note = f"the mean over the B samples of a batch{weighted}"
        lines.append(Line(Equation(Symbol("L"), mean_of(bool(training.class_weights))), note))
        lines += self._given({Symbol("B"): min(training.batch_size, self._samples or training.batch_size)})
        if training.l1 or training.l2:
            w, total = Symbol("w"), []
            total += [optimizers.L1 * Total("", Bars(w))] if training.l1 else []
            total += [HALF * optimizers.L2 * Total("", w**2)] if training.l2 else []
            penalty: Node = total[0] if len(total) == 1 else total[0] + total[1]
            spared = "penalty, over the weights; biases, gains and shifts are spared"
            lines.append(Line(Equation(Symbol("R"), penalty), spared))
            lines += self._given({optimizers.L1: training.l1, optimizers.L2: training.l2}, zero=False)
        if self.session is not None:
            metrics = self.session.metrics()
            lines.append(Line(Equation(Symbol("L"), Number(metrics.train_loss, DIGITS)), "of the training set, now"))
        return Section("Loss", tuple(lines))

    @property
    def _samples(self) -> int:
        return 0 if self.session is None else int(self.session.dataset.train_labels.size)

    def step(self) -> Section:
        training, g = self.training, optimizers.g
        lines = [Line(Equation(g, Derivative(Symbol("L"), Symbol("w"))), "for each parameter w, by backpropagation")]
        if training.l1 or training.l2:
            lines.append(Line(optimizers.penalty(training.l1 > 0, training.l2 > 0), "for weights"))
        if training.clip_value is not None:
            lines.append(Line(optimizers.clipped_value(), "each number"))
            lines += self._given({optimizers.CLIP: training.clip_value})
        if training.clip_norm is not None:
            lines.append(Line(optimizers.clipped_norm(), "the length of g is that of all gradients together"))
            lines += self._given({optimizers.LENGTH: training.clip_norm})
        steps = [Line(each) for each in optimizers.steps_of(training.optimizer)]
        if optimizers.DECAY in optimizers.settings_of(training.optimizer):
            steps[-1] = Line(steps[-1].formula, "λ: for weights only")
        lines += steps
        lines += self._given(optimizers.settings_of(training.optimizer))
        if training.max_norm is not None:
            lines.append(Line(optimizers.limited(), "the weights w into each unit, after the step"))
            lines += self._given({optimizers.LIMIT: training.max_norm})
        choice = OPTIMIZERS[optimizer_choice(training.optimizer)]
        return Section(f"Step: {choice.label}", tuple(lines))

    def rate(self) -> Section:
        schedule = self.training.schedule
        choice = SCHEDULES[schedule_choice(schedule)]
        lines = [Line(schedules.rate_of(schedule), RATE_NOTES.get(choice.name, ""))]
        lines += self._given({schedules.BASE: self.training.learning_rate})
        per_epoch = 1 if self.session is None else self.session.steps_per_epoch
        known = schedules.settings_of(schedule, per_epoch)
        if self.session is None:
            known.pop(schedules.STEPS, None)
        lines += self._given(known)
        if self.session is not None:
            lines.append(Line(Equation(schedules.ETA, Number(self.session.learning_rate)), "at the next step"))
        return Section(f"Learning rate: {choice.label}", tuple(lines))

    def _given(self, values: dict[Symbol, float], zero: bool = True) -> list[Line]:
        """Settings with their values, where numbers are wished."""
        if not self.numbers:
            return []
        return [Line(Equation(symbol, Number(float(value)))) for symbol, value in values.items() if value or zero]


def _of_activation(name: str) -> str:
    if name == "softmax":
        return "soft-max, over all units j"
    return "" if name == "linear" else f"{ACTIVATIONS[name].label}, unit by unit"


def mean_of(weighted: bool) -> Node:
    """The batch's loss."""
    if weighted:
        return losses.mean_loss()
    return Number(1) / Symbol("B") * Total("n", Symbol("ℓ", "n"), "B")


def matrix_of(values: NDArray[np.floating]) -> Matrix:
    """A matrix, or a vector as a column; of large ones the first rows and columns and the last."""
    table = values.reshape(len(values), -1)
    rows, columns = (_some(size, most) for size, most in zip(table.shape, (MOST_ROWS, MOST_COLUMNS), strict=True))
    return Matrix(tuple(tuple(_cell(table, row, column) for column in columns) for row in rows))


def _cell(table: NDArray[np.floating], row: int | None, column: int | None) -> float | None:
    return None if row is None or column is None else rounded(float(table[row, column]), DIGITS)


def _some(count: int, most: int) -> list[int | None]:
    """The places that are written; None for those that are left out."""
    return list(range(count)) if count <= most else [*range(most - 2), None, count - 1]


def _escaped(words: str) -> str:
    """Text for LaTeX."""
    return "".join(IN_LATEX.get(letter, letter) for letter in words)
