"""Tabs that are words: the chosen one has a line below it in the accent colour.

Owns their drawing; the arrow keys move between them.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QTabBar, QWidget

from playground.views import theme
from playground.views.controls.focus import FocusRing

HEIGHT, BETWEEN = 30.0, 24.0


class TextTabs(FocusRing, QTabBar):
    """A tab bar without boxes."""

    def __init__(self, names: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFont(theme.strong_font())
        self._lit = -1
        for name in names:
            self.addTab(name)

    def tabSizeHint(self, index: int) -> QSize:
        wide = QFontMetricsF(theme.strong_font()).horizontalAdvance(self.tabText(index))
        return QSize(round(wide + theme.scaled(BETWEEN)), round(theme.scaled(HEIGHT)))

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._light(self.tabAt(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._light(-1)

    def _light(self, index: int) -> None:
        if index != self._lit:
            self._lit = index
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for index in range(self.count()):
                self._paint_tab(painter, index)

    def _paint_tab(self, painter: QPainter, index: int) -> None:
        chosen = index == self.currentIndex()
        rect = QRectF(self.tabRect(index)).adjusted(0, 0, -theme.scaled(BETWEEN), 0)
        painter.setFont(theme.strong_font() if chosen else theme.ui_font())
        painter.setPen(theme.color("text" if chosen or index == self._lit else "muted"))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), self.tabText(index))
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawRoundedRect(QRectF(rect.left(), rect.bottom() - 2, rect.width(), 2), 1, 1)
            self.draw_focus(painter, rect.adjusted(-4 if rect.left() >= 4 else 0, 1, 4, -4), 5)
