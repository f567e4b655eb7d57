"""Fields for numbers of one's own: the sample's inputs and target, and the parameters of the operation that is shown.

Owns the fields and what they send to the mode; what follows from the numbers is told by the run.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace
from PySide6.QtGui import QResizeEvent
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
from playground.views.controls.overlay import scrolled
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.workbench.inside import InsideMode
from playground.words.inside import page as words
from playground.words.network import input_symbols

COLUMNS, ROWS, WIDE = 3, 4, 92.0
LETTERED, NAMED = 132.0, 220.0
"""A field of a list has this room at least, with its letter, or with its whole name."""
MOST_PARAMETERS = 5
LIMIT = Span(-1e6, 1e6)


class Entry(msgspec.Struct, frozen=True):
    """One field: its name, its number, and whose it is: an input's or a parameter's place, or the target's. long: what
    else the input is called."""

    name: str
    value: float
    kind: str
    place: int = 0
    long: str = ""


@guarded
class OwnNumbers(QWidget):
    """`show_mode` after each change; a pool of fields is filled with what there is, and scrolled where that is much."""

    def __init__(self, mode: InsideMode) -> None:
        super().__init__()
        self._mode = mode
        self.entries: list[Entry] = []
        self.title = ElidedLabel(words.OWN_TITLE, theme.strong_font())
        self.back = LinkButton(words.BACK_TO_RUN, words.BACK_TO_RUN_TIP)
        self.back.clicked.connect(lambda: mode.give(NOTHING))
        self.names: list[Caption] = []
        self.fields: list[NumberField] = []
        self._laid: tuple[int, int, bool, bool] | None = None
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self.title, 1)
        top.addWidget(self.back)
        self.area, inner = scrolled()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(2)
        inner.addLayout(self._grid)
        inner.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self.area, 1)
        self._fill(COLUMNS * ROWS)
        self._arrange()  # a field in no place is nobody's, and outlives the window
        explain("inside_own", self)

    def _fill(self, count: int) -> None:
        """Fields for so many numbers."""
        for place in range(len(self.fields), count):
            field = NumberField("", LIMIT, show=plain, parse=parsed_fraction)
            field.setMinimumWidth(round(theme.scaled(44)))
            field.setMaximumWidth(round(theme.scaled(WIDE)))
            field.committed.connect(lambda value, place=place: self._on_typed(place, value))
            self.names.append(Caption())
            self.fields.append(field)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    @property
    def is_list(self) -> bool:
        """Whether there is so much that it is read row by row, with whole names, and scrolled."""
        return len(self.entries) > COLUMNS * ROWS

    def _arrange(self) -> None:
        """Few numbers stand below each other in columns; many beside each other, in as many columns as have room."""
        named = self.is_list and any(entry.long for entry in self.entries)
        columns = -(-len(self.entries) // ROWS)
        if self.is_list:
            columns = min(max(int(self.width() / theme.scaled(NAMED if named else LETTERED)), 1), COLUMNS)
        laid = len(self.fields), columns, named, self.is_list
        if self._laid == laid:
            return
        self._laid = laid
        for place in range(len(self.fields)):
            row, column = divmod(place, columns) if self.is_list else (place % ROWS, place // ROWS)
            self._grid.addWidget(self.names[place], row, 2 * column)
            self._grid.addWidget(self.fields[place], row, 2 * column + 1)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(2 * column, int(named and column < columns))
            self._grid.setColumnStretch(2 * column + 1, int(not named and column < columns))

    def show_mode(self) -> None:
        """Show what is used now: inputs, target, and the parameters of this operation."""
        self.entries = self._entries()
        self._fill(len(self.entries))
        self._arrange()
        self.back.setVisible(self._mode.is_given)
        for place, (name, field) in enumerate(zip(self.names, self.fields, strict=True)):
            has = place < len(self.entries)
            name.setVisible(has)
            field.setVisible(has)
            if has:
                self._show(self.entries[place], name, field)

    def _show(self, entry: Entry, name: Caption, field: NumberField) -> None:
        whole = f"{entry.name}  {entry.long}".strip()
        name.set_text(whole if self.is_list else entry.name)
        name.set_tip(whole if entry.long else "")
        field.setAccessibleName(whole)
        field.set_integer(entry.kind == "class")
        field.set_value(min(max(entry.value, -LARGEST), LARGEST))

    def _entries(self) -> list[Entry]:
        """Inputs, the target, parameters; of many inputs the others first."""
        inputs = self._inputs()
        others = self._others()
        return [*others, *inputs] if len(inputs) + len(others) > COLUMNS * ROWS else [*inputs, *others]

    def _inputs(self) -> list[Entry]:
        symbols, inputs = self._mode.symbols, self._mode.inputs
        if symbols is None or symbols.experiment.input_shape.image is not None:  # those are drawn
            return []
        letters = [text(symbols.value(-1, each, 0)) for each in range(inputs.size)]
        named = zip(letters, input_symbols(symbols.experiment), inputs.tolist(), strict=True)
        return [
            Entry(letter, value, "input", place, "" if name == letter else name)
            for place, (letter, name, value) in enumerate(named)
        ]

    def _others(self) -> list[Entry]:
        step, symbols, operation = self._mode.step, self._mode.symbols, self._mode.operation
        if step is None or symbols is None or self._mode.infers:
            return []
        kind = "class" if step.experiment.task.is_classification else "target"
        found = [Entry(words.CLASS if kind == "class" else "t", float(step.batch.labels[step.sample]), kind)]
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
