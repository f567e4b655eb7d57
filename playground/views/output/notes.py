"""A short note on a pill in the corner of a map or grid.

Owns how such a note looks; knows nothing of what it says.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from playground.views.theme import theme


def paint_note(painter: QPainter, text: str, square: QRectF, at_top: bool, at_right: bool = False) -> None:
    """Draw the note in the top or the bottom corner of `square`, at the left or at the right."""
    metrics = QFontMetricsF(theme.small_font())
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(square.width() - 31, 0.0))
    wide, high = metrics.horizontalAdvance(text) + 16, metrics.height() + 6
    top = square.top() + 8 if at_top else square.bottom() - 8 - high
    rect = QRectF(square.right() - 8 - wide if at_right else square.left() + 8, top, wide, high)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("surface", 0.92))
    painter.drawRoundedRect(rect, high / 2, high / 2)
    painter.setFont(theme.small_font())
    painter.setPen(theme.color("text" if at_top else "muted"))
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), text)
