"""A small text field for one number.

Owns typing, stepping with the arrow keys and giving up; its limits are only for the steps, the experiment's own check
decides. Knows nothing of what the number means.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from playground import numbers as formats
from playground.views.guards.handlers import guarded
from playground.views.theme import theme


@guarded
class NumberField(QLineEdit):
    """`committed(value)` when the user has typed or stepped to another number; None where `empty` stands for "none".
    `refused(sentence)` when what was typed is no number.

    unit: how far an arrow key goes from 0. first: the number that the up key gives to an empty field. The owner answers
    by `set_value` with what now holds, so that a refused number goes back by itself.
    """

    committed = Signal(object)
    refused = Signal(str)

    def __init__(
        self,
        name: str,
        limits: tuple[float, float] = (-math.inf, math.inf),
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
        self._limits, self._integer, self._empty = limits, integer, empty
        self._show, self._parse, self._unit = show, parse, unit
        self.setFont(theme.number_font(12))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName(name)
        self.setFixedHeight(round(theme.scaled(24)))
        self.editingFinished.connect(self._on_editing_finished)

    def set_format(self, show: Callable[[float], str]) -> None:
        """Write the number in another way from now on."""
        if show is not self._show:
            self._show = show
            self.set_value(self._value)

    def set_limits(self, limits: tuple[float, float]) -> None:
        """How far the arrow keys may go."""
        self._limits = limits

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

    def _commit(self, value: float | None) -> None:
        if value is not None and self._integer:
            value = round(value)
        if value != self._value:
            self.committed.emit(value)
        self._show_value()

    def _on_editing_finished(self) -> None:
        if not self.isModified():
            return
        self.setModified(False)
        text = self.text().strip()
        if self._empty is not None and text in ("", self._empty):
            self._commit(None)
            return
        value = self._parse(text)
        if value is None:
            self._show_value()
            nothing = f' or "{self._empty}"' if self._empty else ""
            self.refused.emit(f"{self.accessibleName()}: {text!r} is not a number{nothing}; {self._show_old()} stays.")
        else:
            self._commit(value)

    def _show_old(self) -> str:
        return (self._empty or "nothing") if self._value is None else self._show(self._value)

    def event(self, event: QEvent) -> bool:
        """The space bar is no part of a number: it plays and pauses here too."""
        pressed = event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if pressed and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            event.ignore()
            return False
        return super().event(event)

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
            self.setModified(False)
            self._show_value()
            self.selectAll()
        elif way is not None:
            self._step(way)
        else:
            super().keyPressEvent(event)
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.clearFocus()

    def _step(self, way: int) -> None:
        """One unit of the leading digit up or down, within the limits."""
        self._on_editing_finished()
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
        self._commit(min(self._limits[1], max(self._limits[0], moved)))
        self.selectAll()
