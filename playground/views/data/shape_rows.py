"""The sliders of what shapes the chosen data set, and the field of a typed formula.

Owns which rows there are for a set, and the way between them and the experiment; knows no formula of a set.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from playground import numbers as formats
from playground.data import GeneratedData, SourceKind
from playground.data.formula import MAX_LENGTH, FormulaRefused, parse
from playground.data.recipes.recipe import Parameter
from playground.views.controls import ElidedLabel, SliderRow, explain
from playground.views.controls.number_field import REFUSED
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words.errors import told

Row = SliderRow | QWidget


def figure(value: float) -> str:
    """A parameter with three figures."""
    return formats.plain(value, 3)


class ShapeRows:
    """Rows that stand in a column of the panel from a place on, one for each parameter of the chosen set."""

    def __init__(self, workbench: Workbench, column: QVBoxLayout, between: int) -> None:
        self._workbench, self._column = workbench, column
        self._at, self._between = column.count(), between
        self._parameters: tuple[Parameter, ...] = ()
        self._gaps: list[QSpacerItem] = []
        self.sliders: dict[str, SliderRow] = {}
        self.formula: FormulaRow | None = None

    @property
    def rows(self) -> list[QWidget]:
        """From top to bottom."""
        return [*([] if self.formula is None else [self.formula]), *self.sliders.values()]

    def show(self, kind: SourceKind, source: GeneratedData | None) -> bool:
        """Show a set's values; whether other rows stand there than before."""
        parameters = kind.parameters if source is not None else ()
        formula = kind.formula if source is not None else None
        changed = parameters != self._parameters or (formula is None) != (self.formula is None)
        if changed:
            self._clear()
            self._parameters = parameters
            self._fill(formula is not None)
        if self.formula is not None and formula is not None:
            self.formula.set_value(formula)
        for each in parameters:
            value = getattr(source, each.name)
            self.sliders[each.name].set_value(each.default if value is None else value)
        return changed

    def _clear(self) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for gap in self._gaps:
            self._column.removeItem(gap)
        self.sliders, self.formula, self._gaps = {}, None, []

    def _fill(self, has_formula: bool) -> None:
        if has_formula:
            self.formula = FormulaRow(self._workbench)
        for each in self._parameters:
            self.sliders[each.name] = self._slider(each)
        place = self._at
        for row in self.rows:
            gap = QSpacerItem(0, self._between, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Maximum)
            self._gaps.append(gap)
            self._column.insertWidget(place, row)
            self._column.insertItem(place + 1, gap)
            row.show()  # at once: the column is measured before the next event
            place += 2

    def _slider(self, each: Parameter) -> SliderRow:
        row = SliderRow(
            each.label, each.low, each.high, each.default, figure, integer=each.integer, step=each.step,
            tip=f"{each.note[0].upper()}{each.note[1:]}. The set's own value is {figure(each.default)}.",
        )  # fmt: skip
        row.valueChanged.connect(partial(self._change, each))
        row.settled.connect(self._workbench.settle)
        row.field.refused.connect(lambda sentence: self._workbench.show_message(sentence, "error"))
        explain(f"shape_{each.name}", row)
        return row

    def _change(self, each: Parameter, value: float) -> None:
        """The set's own value is written as none, so that the set is again as it always is."""
        field = f"data__source__{each.name}"
        number = round(value) if each.integer else value
        wanted = None if number == each.default else number
        if not self._workbench.change(f"Set {each.label.lower()}", merge=field, **{field: wanted}):
            source = self._workbench.experiment.data.source
            held = getattr(source, each.name, None)
            self.sliders[each.name].set_value(each.default if held is None else held)


@guarded
class FormulaRow(QWidget):
    """The formula over x of the set that has one: used on Return; what cannot be read is marked at its character."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._workbench = workbench
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.label = ElidedLabel("Formula of the curve")
        self.field = FormulaField(self._take)
        column.addWidget(self.label)
        column.addWidget(self.field)
        explain("typed_formula", self)

    def set_value(self, text: str) -> None:
        """Show a formula; one that is being typed stays."""
        if not (self.field.hasFocus() and self.field.isModified()):
            self.field.show_formula(text)

    def _take(self, text: str) -> bool:
        """Use a formula; whether it was taken."""
        try:
            parse(text, ("x",))
        except FormulaRefused as refused:
            self.field.point_at(refused.place, told(refused))
            self._workbench.show_message(told(refused), "error")
            return False
        return self._workbench.change("Set formula", data__source__formula=text)


@guarded
class FormulaField(QLineEdit):
    """`take(text)` tells whether the text is used; one that is not stays, for another try."""

    def __init__(self, take: Callable[[str], bool]) -> None:
        super().__init__()
        self._take, self._shown = take, ""
        self.setFont(theme.number_font(12))
        self.setFixedHeight(round(theme.scaled(26)))
        self.setMaxLength(MAX_LENGTH)
        self.setAccessibleName("Formula of the curve")
        self.setToolTip("Over x, such as 2*sin(x) or abs(x) - 2. Return uses it; Esc gives up.")
        self.textEdited.connect(lambda: self._mark(""))

    def show_formula(self, text: str) -> None:
        """Show what now holds."""
        self._shown = text
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)
        self.setModified(False)
        self._mark("")

    def point_at(self, place: int, sentence: str) -> None:
        """Select the character that is wrong, and say why."""
        self._mark(sentence)
        self.setSelection(min(place, max(len(self.text()) - 1, 0)), 1)

    def _mark(self, refusal: str) -> None:
        if bool(self.property(REFUSED)) != bool(refusal):
            self.setProperty(REFUSED, bool(refusal))
            self.style().polish(self)
        self.setAccessibleDescription(refusal)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever leaves the field has given up what it cannot take."""
        super().focusOutEvent(event)
        if event.reason() in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            return
        if self.isModified() and (self.property(REFUSED) or not self._use()):
            self.show_formula(self._shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.show_formula(self._shown)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self.isModified() or self._use():
                self.clearFocus()
        else:
            super().keyPressEvent(event)

    def _use(self) -> bool:
        taken = self._take(self.text().strip())
        if taken:
            self.show_formula(self.text().strip())
        return taken
