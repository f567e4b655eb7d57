"""The rows under the favourites: all data sets, painting one's own, opening a table.

Owns how such a row looks; knows nothing of where it leads.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.views.controls.focus import FocusButton
from playground.views.guards.handlers import guarded
from playground.views.theme import icons, theme

HEIGHT, ICON, INSET = 24, 15, 7
"""INSET: how far the tinted part reaches beyond the text on both sides."""


@guarded
class Way(FocusButton):
    """An icon, words, and a figure at the right; tinted where it is the way that was taken."""

    def __init__(self, icon: str, text: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self.figure = icon, ""
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip(tip)
        self.setFont(theme.ui_font())
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def nextCheckState(self) -> None:
        """A click changes nothing by itself: what is shown follows the data."""

    def sizeHint(self) -> QSize:
        return QSize(round(theme.scaled(160)), round(theme.scaled(HEIGHT)))

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect())
        lit = self.isEnabled() and (self.underMouse() or self.isDown())
        side, token = theme.scaled(ICON), "accent" if self.isChecked() else self.ink()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.isChecked() or lit:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("accent_soft" if self.isChecked() else "shade"))
                painter.drawRoundedRect(rect, 6, 6)
            place = QRectF(INSET, (rect.height() - side) / 2, side, side)
            icons.draw(
                painter, self._icon, place, theme.color("accent" if self.isChecked() else self.ink("muted")), 1.75
            )
            painter.setPen(theme.color(token))
            painter.setFont(self.font())
            inner = rect.adjusted(INSET + side + 8, 0, -INSET, 0)
            room = round(inner.width()) - (30 if self.figure else 0)
            text = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
            painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            if self.figure:
                painter.setFont(theme.number_font(12))
                painter.setPen(theme.color(self.ink("muted")))
                painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.figure)
            self.draw_focus(painter, rect, 6)
