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
        self.painted.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.shows_focus = False
        super().focusOutEvent(event)
        self.painted.update()

    @property
    def painted(self) -> QWidget:
        """What is painted on: of places that scroll the part that is seen."""
        return self.viewport() if isinstance(self, QAbstractScrollArea) else self

    def draw_focus(self, painter: QPainter, rect: QRectF | None = None, radius: float = 6) -> None:
        """The ring around `rect`, or around all that is seen, if it is to be shown."""
        if self.shows_focus:
            around = QRectF(self.painted.rect()) if rect is None else rect
            painter.setPen(theme.pen("focus", 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(around.adjusted(1, 1, -1, -1), radius, radius)


@guarded
class FocusArea(FocusRing, QAbstractScrollArea):
    """A place of rows that scroll and are painted, without a frame, with that ring."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.current().changed.connect(self.viewport().update)


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
