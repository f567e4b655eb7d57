"""The small field that opens over the canvas to type one number: a weight, a bias, a number of units; or a formula.

Owns typing, explaining what is wrong, and giving up; what a text means is decided by the function it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from playground.data.formula import FormulaRefused
from playground.edits.layer_fields import checked_value
from playground.errors import PlaygroundError, WrongUse
from playground.experiment.layers import MAX_UNITS, Layer
from playground.numbers import parsed, plain
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.words.errors import told

LARGEST = 1e30
"""The largest number that can be typed for a weight, a bias or a gain; `float32` holds it with room for a step."""


def read_number(text: str) -> float:
    """A finite number with a decimal point or comma; raises WrongUse with an explanation."""
    value = parsed(text)
    if value is None:
        wrong = f"“{text.strip()[:20]}” is not a number. " if text.strip() else ""
        raise WrongUse(f"{wrong}Write one like 0.5 or −1,25.")
    return value


def read_parameter(text: str) -> float:
    """A number for a weight, a bias or a gain; raises WrongUse with an explanation."""
    value = read_number(text)
    if abs(value) > LARGEST:
        raise WrongUse(f"Too large; what can be typed here is {plain(-LARGEST)} to {plain(LARGEST)}.")
    return value


def reader_of(layer: Layer, name: str) -> Callable[[str], float]:
    """What reads a layer's setting; a text that stands for no allowed value raises WrongUse with an explanation."""
    if name == "units":
        return read_units
    return lambda text: checked_value(layer, name, read_number(text))


def read_units(text: str) -> float:
    """A number of units; raises WrongUse with an explanation."""
    value = parsed(text)
    if value is None or value != round(value) or not 1 <= value <= MAX_UNITS:
        raise WrongUse(f"A layer has 1 to {MAX_UNITS} units, a whole number.")
    return value


@guarded
class ValueEditor(QFrame):
    """Opened by `open_at`; `closed` when it is gone again. A wrong text stays, with the reason under it.

    What stands there after a text was refused is used by Return alone: who then clicks elsewhere has given up.
    """

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._around = parent
        self.field = QLineEdit()
        self.caption, self.problem = QLabel(), QLabel()
        self.problem.setWordWrap(True)
        self._box = box = QVBoxLayout(self)
        box.setContentsMargins(10, 8, 10, 10)
        box.setSpacing(4)
        for widget in (self.caption, self.field, self.problem):
            box.addWidget(widget)
        self._read: Callable[[str], Any] = read_number
        self._apply: Callable[[Any], object] = lambda value: None
        self._anchor, self._has_refused = QPoint(), False
        self.field.textEdited.connect(self._on_text_edited)
        self.field.installEventFilter(self)
        self.hide()

    def open_at(
        self, anchor: QPoint, caption: str, value: float | None, read: Callable[[str], Any],
        apply: Callable[[Any], object], text: str | None = None,
    ) -> None:  # fmt: skip
        """Ask for something near a point: `apply` gets what `read` makes of the text.

        text: what has been typed already, in place of the value.
        """
        self._read, self._apply, self._anchor, self._has_refused = read, apply, anchor, False
        self.setFont(theme.small_font())
        self.caption.setText(caption)
        self.caption.setFont(theme.small_font())
        self.problem.setFont(theme.small_font())
        self.problem.setStyleSheet(f"color: {theme.color('bad').name()}")
        self.caption.setStyleSheet(f"color: {theme.color('muted').name()}")
        self.field.setFont(theme.number_font())
        self.field.setAccessibleName(caption)
        self.field.setText(plain(value) if text is None else text)
        self.field.setModified(text is not None)
        self.problem.hide()
        self._fit()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        if text is None:
            self.field.selectAll()

    def accept(self) -> bool:
        """Use the text; a wrong one is explained and stays."""
        try:
            value = self._read(self.field.text())
        except PlaygroundError as error:
            self._has_refused = True
            self.problem.setText(told(error))
            self.field.setAccessibleDescription(told(error))
            self.problem.show()
            self._fit()
            if isinstance(error, FormulaRefused):
                self.field.setSelection(error.place, 1)
            else:
                self.field.selectAll()
            return False
        modified = self.field.isModified()
        self.close_editor()
        if modified:
            self._apply(value)
        return True

    def close_editor(self) -> None:
        """Give up: nothing changes."""
        if self.isVisible():
            self.field.setModified(False)
            self.hide()
            self.closed.emit()

    def _fit(self) -> None:
        """Above the anchor or below it, inside the parent."""
        wide = max(round(theme.scaled(180)), self.caption.sizeHint().width() + 22)
        high = self._box.heightForWidth(wide) if self._box.hasHeightForWidth() else self._box.sizeHint().height()
        self.setFixedSize(wide, high)
        room = self._around.rect().adjusted(4, 4, -4, -4)
        x = min(max(self._anchor.x() - self.width() // 2, room.left()), max(room.right() - self.width(), room.left()))
        y = self._anchor.y() - self.height() - 10
        if y < room.top():
            y = min(self._anchor.y() + 10, room.bottom() - self.height())
        self.move(x, y)

    def _on_text_edited(self) -> None:
        if self.problem.isVisible():
            self.problem.hide()
            self._fit()

    def eventFilter(self, watched: object, event: object) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.accept()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close_editor()
                return True
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() != Qt.FocusReason.PopupFocusReason:
            self._on_left()
        return False

    def _on_left(self) -> None:
        """Clicking elsewhere keeps a good number and drops a bad one, and whatever stands in its place."""
        keeps = self.field.isModified() and not self._has_refused
        if self.isVisible() and not (keeps and self.accept()):
            self.close_editor()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), theme.color("background"))
            painter.setBrush(theme.color("surface"))
            painter.setPen(theme.pen("accent", 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
