"""A panel over the window that a click elsewhere closes.

Owns its frame; knows nothing of what stands on it.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from playground.views.guards.handlers import guarded
from playground.views.theme import theme


@guarded
class Popup(QFrame):
    """Escape closes it too."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.color("surface"))
            painter.setPen(theme.pen("line", 1.0))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
