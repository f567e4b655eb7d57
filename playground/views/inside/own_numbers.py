"""Fields for numbers of one's own: the sample's inputs and target, and the parameters of the operation that is shown.

Owns the fields and what they send to the mode; what follows from the numbers is told by the run.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from playground.anatomy.operations.operation import (
    NONE,
    Delta,
    Gradients,
    Normalization,
    Operation,
    Update,
    WeightedSum,
)
from playground.anatomy.questions import NOTHING
from playground.mathematics.plain import text
from playground.numbers import LARGEST, Span, parsed_fraction, plain
from playground.views.controls import Caption, ElidedLabel, LinkButton, NumberField, explain
from playground.views.theme import theme
from playground.views.workbench.inside import InsideMode
from playground.words.inside import page as words

COLUMNS, ROWS, WIDE = 3, 4, 68.0
MOST_INPUTS, MOST_PARAMETERS = 6, 5
LIMIT = Span(-1e6, 1e6)


class Entry(msgspec.Struct, frozen=True):
    """One field: its name, its number, and whose it is: an input's or a parameter's place, or the target's."""

    name: str
    value: float
    kind: str
    place: int = 0


class OwnNumbers(QWidget):
    """`show_mode` after each change; a pool of fields is filled with what there is."""

    def __init__(self, mode: InsideMode) -> None:
        super().__init__()
        self._mode = mode
        self.entries: list[Entry] = []
        self.title = ElidedLabel(words.OWN_TITLE, theme.strong_font())
        self.back = LinkButton(words.BACK_TO_RUN, words.BACK_TO_RUN_TIP)
        self.back.clicked.connect(lambda: mode.give(NOTHING))
        self.names: list[Caption] = []
        self.fields: list[NumberField] = []
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self.title, 1)
        top.addWidget(self.back)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        for place in range(COLUMNS * ROWS):
            self._add(grid, place)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addLayout(grid)
        column.addStretch(1)
        explain("inside_own", self)

    def _add(self, grid: QGridLayout, place: int) -> None:
        row, column = place % ROWS, 2 * (place // ROWS)
        name = Caption()
        field = NumberField("", LIMIT, show=plain, parse=parsed_fraction)
        field.setMinimumWidth(round(theme.scaled(44)))
        field.setMaximumWidth(round(theme.scaled(WIDE)))
        field.committed.connect(lambda value, place=place: self._on_typed(place, value))
        grid.addWidget(name, row, column)
        grid.addWidget(field, row, column + 1)
        grid.setColumnStretch(column + 1, 1)
        self.names.append(name)
        self.fields.append(field)

    def show_mode(self) -> None:
        """Show what is used now: inputs, target, and the parameters of this operation."""
        self.entries = self._entries()[: COLUMNS * ROWS]
        self.back.setVisible(self._mode.is_given)
        for place, (name, field) in enumerate(zip(self.names, self.fields, strict=True)):
            has = place < len(self.entries)
            name.setVisible(has)
            field.setVisible(has)
            if has:
                entry = self.entries[place]
                name.set_text(entry.name)
                field.setAccessibleName(entry.name)
                field.set_integer(entry.kind == "class")
                field.set_value(min(max(entry.value, -LARGEST), LARGEST))

    def _entries(self) -> list[Entry]:
        step, symbols, operation = self._mode.step, self._mode.symbols, self._mode.operation
        found: list[Entry] = []
        if symbols is None:
            return found
        inputs = self._mode.inputs
        if inputs.size <= MOST_INPUTS:
            found = [
                Entry(text(symbols.value(-1, each, 0)), float(inputs[each]), "input", each)
                for each in range(inputs.size)
            ]
        if step is None or self._mode.infers:
            return found
        kind = "class" if step.experiment.task.is_classification else "target"
        found.append(Entry(words.CLASS if kind == "class" else "t", float(step.batch.labels[step.sample]), kind))
        parameters = parameters_of(operation)[:MOST_PARAMETERS]
        return found + [
            Entry(text(symbols.parameter(each)), float(step.before[each]), "weight", each) for each in parameters
        ]

    def _on_typed(self, place: int, value: float | None) -> None:
        step = self._mode.step
        if value is None or place >= len(self.entries):
            return
        entry, given = self.entries[place], self._mode.given
        if self._mode.infers:
            inputs = self._mode.inputs.tolist()
            inputs[entry.place] = value
            self._mode.infer(inputs=inputs)
        elif step is None:
            return
        elif entry.kind == "weight":
            self._mode.give_parameter(entry.place, value)
        elif entry.kind == "input":
            inputs = step.batch.inputs[:, step.sample].tolist()
            inputs[entry.place] = value
            self._mode.give(replace(given, inputs=tuple(inputs)))
        else:
            most = step.experiment.task.classes - 1
            self._mode.give(replace(given, target=min(max(value, 0), most) if entry.kind == "class" else value))


def parameters_of(operation: Operation | None) -> list[int]:
    """The parameters that an operation is about."""
    match operation:
        case WeightedSum():
            found = [int(each) for terms in operation.terms for each in terms.parameters] + [operation.bias_parameter]
        case Normalization():
            found = [operation.gain_parameter, operation.shift_parameter]
        case Delta():
            found = [int(each) for terms in operation.terms for each in terms.parameters]
        case Gradients():
            found = [*operation.parameters.tolist(), operation.bias_parameter]
        case Update():
            found = [operation.parameter]
        case _:
            found = []
    return list(dict.fromkeys(each for each in found if each != NONE))
