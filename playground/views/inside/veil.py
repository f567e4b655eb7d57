"""A veil over a part of the window that says nothing about what is looked into.

Owns its drawing and that it covers all of the part; the pointer and the keyboard go through.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench

SHARE = 0.5
LARGEST = QSize(4_000, 16_000)
"""Larger than any part, which cuts off what lies beside it: so no change of its size has to be followed."""


@guarded
class Veil(QWidget):
    """Over `part` while a step is looked into."""

    def __init__(self, workbench: Workbench, part: QWidget) -> None:
        super().__init__(part)
        self._mode = workbench.inside
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setGeometry(QRect(QPoint(), LARGEST))
        self.hide()
        workbench.inside.turned.connect(self._on_turned)

    def _on_turned(self) -> None:
        if self._mode.on:
            self.raise_()
        self.setVisible(self._mode.on)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), theme.color("background", SHARE))
