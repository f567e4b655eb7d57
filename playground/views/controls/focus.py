"""How the keyboard's focus is shown: a ring, only where the keyboard brought it.

Owns that rule for all controls; knows nothing of what they do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QWidget

from playground.views.guards.handlers import guarded
from playground.views.theme import theme

KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)

# A mixin, because Qt tells of focus only through a widget's own handlers: an event filter in Python, which an object of
# its own would need, crashes when a widget is destroyed while it has the focus, and costs 5 µs an event.
# A second QWidget base beside the real one would crash too; the checker needs it to know what `super()` offers.
if TYPE_CHECKING:
    Mixin = QWidget
else:
    Mixin = object


@guarded
class FocusRing(Mixin):
    """Mixin, named before the widget: `shows_focus` is True while the keyboard's focus is here and came by keyboard."""

    shows_focus = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.shows_focus = event.reason() in KEYBOARD
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.shows_focus = False
        super().focusOutEvent(event)
        self.update()

    def draw_focus(self, painter: QPainter, rect: QRectF, radius: float) -> None:
        """The ring around `rect`, if it is to be shown."""
        if self.shows_focus:
            painter.setPen(theme.pen("focus", 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)


@guarded
class FocusArea(FocusRing, QAbstractScrollArea):
    """A place of rows that scroll and are painted, without a frame, with that ring."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.current().changed.connect(self.viewport().update)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def draw_ring(self, painter: QPainter) -> None:
        """Around all that is to be seen."""
        self.draw_focus(painter, QRectF(self.viewport().rect()), 6)


@guarded
class FocusButton(FocusRing, QAbstractButton):
    """A button with that ring that Return presses (space is play and pause everywhere)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.shows_focus = True
            self.click()
        else:
            super().keyPressEvent(event)

    def ink(self, token: str = "text") -> str:
        """The token of the text: pale where the button cannot be used."""
        return token if self.isEnabled() else "faint"
