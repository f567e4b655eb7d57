"""A small text field for one number.

Owns typing, stepping with the arrow keys, refusing what lies outside its limits, and giving up. Knows nothing of what
the number means.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from playground import numbers as formats
from playground.numbers import Span
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.words.fields import no_number, outside

NOWHERE_ENDING = Span()
REFUSED = "refused"
"""The property of a field whose text was refused; the style sheet shows it."""


@guarded
class NumberField(QLineEdit):
    """`committed(value)` when the user has typed or stepped to another number; None where `empty` stands for "none".
    `refused(sentence)` when what was typed is no number, or one outside the limits: Return keeps the text, selected,
    whoever leaves the field has given up.

    unit: how far an arrow key goes from 0. first: the number that the up key gives to an empty field. The owner answers
    by `set_value` with what now holds, so that a refused number goes back by itself.
    """

    committed = Signal(object)
    refused = Signal(str)

    def __init__(
        self,
        name: str,
        limits: Span | tuple[float, float] = NOWHERE_ENDING,
        integer: bool = False,
        empty: str | None = None,
        unit: float = 0.1,
        show: Callable[[float], str] = formats.plain,
        parse: Callable[[str], float | None] = formats.parsed,
        first: float | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._first = first
        self._value: float | None = None
        self._entered_by_mouse = False
        self._limits, self._integer, self._empty = Span(*limits), integer, empty
        self._show, self._parse, self._unit = show, parse, unit
        self.setFont(theme.number_font(12))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName(name)
        self.setFixedHeight(round(theme.scaled(24)))

    def set_format(self, show: Callable[[float], str], parse: Callable[[str], float | None] = formats.parsed) -> None:
        """Write the number, and read what is typed, in another way from now on."""
        if show is not self._show:
            self._show, self._parse = show, parse
            self.set_value(self._value)

    def set_limits(self, limits: Span | tuple[float, float]) -> None:
        """Where the number may lie."""
        self._limits = Span(*limits)

    def set_integer(self, integer: bool) -> None:
        """Whether only whole numbers are sent."""
        self._integer = integer

    @property
    def value(self) -> float | None:
        return self._value

    def set_value(self, value: float | None) -> None:
        """Show a number without sending `committed`; a text the user is typing stays."""
        self._value = value
        if not (self.hasFocus() and self.isModified()):
            self._show_value()

    def _show_value(self) -> None:
        text = (self._empty or "") if self._value is None else self._show(self._value)
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)
        self.setModified(False)
        self._mark("")

    def _commit(self, value: float | None) -> None:
        if value is not None and self._integer:
            value = round(value)
        self.setModified(False)
        if value != self._value:
            self.committed.emit(value)
        self._show_value()

    def take(self) -> bool:
        """Use what was typed; what is refused stays, selected, for another try, and then the answer is False."""
        if not self.isModified():
            return True
        text = self.text().strip()
        if self._empty is not None and (not self.text() or text == self._empty):
            self._commit(None)
            return True
        value = self._parse(text)
        if value is not None and self._limits.holds(value):
            self._commit(value)
            return True
        empty, label = self._empty, self.accessibleName()
        self._mark(no_number(label, text, empty) if value is None else outside(label, self._limits, self._show, empty))
        return False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever leaves the field has given up what it cannot take; it is told once, and not of a blank."""
        super().focusOutEvent(event)
        if event.reason() in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            return
        is_known = self.property(REFUSED) or not self.text().strip()
        if (is_known and not self._can_be_used()) or not self.take():
            self._show_value()

    def _can_be_used(self) -> bool:
        if self._empty is not None and self.text().strip() in (self._empty, ""):
            return not self.text().isspace()
        value = self._parse(self.text())
        return value is not None and self._limits.holds(value)

    def _mark(self, refusal: str) -> None:
        """Tell what is wrong, on the field too; nothing with an empty text."""
        if bool(self.property(REFUSED)) != bool(refusal):
            self.setProperty(REFUSED, bool(refusal))
            self.style().polish(self)
        self.setAccessibleDescription(refusal)
        if refusal:
            self.refused.emit(refusal)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._entered_by_mouse = event.reason() == Qt.FocusReason.MouseFocusReason
        self.selectAll()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The click that enters the field selects the whole number; the next one places the cursor."""
        super().mouseReleaseEvent(event)
        if self._entered_by_mouse and not self.hasSelectedText():
            self.selectAll()
        self._entered_by_mouse = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self._show_value()
            self.selectAll()
        elif way is not None:
            self._step(way)
        else:
            super().keyPressEvent(event)
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._on_return()

    def _on_return(self) -> None:
        if self.take():
            self.clearFocus()
        else:
            self.selectAll()

    def _step(self, way: int) -> None:
        """One unit of the leading digit up or down, within the limits."""
        if not self.take():
            self.selectAll()
            return
        value = self._value
        if value is None:
            if self._first is not None and way > 0:
                self._commit(self._first)
                self.selectAll()
            return
        unit = 10.0 ** math.floor(math.log10(abs(value)) + 1e-9) if value else self._unit
        if way * value < 0 and math.isclose(abs(value), unit):
            unit /= 10
        if self._integer:
            unit = max(1.0, unit)
        moved = formats.rounded(value + way * unit, 10)
        moved = min(self._limits.high, max(self._limits.low, moved))
        if self._limits.holds(moved):
            self._commit(moved)
        self.selectAll()
