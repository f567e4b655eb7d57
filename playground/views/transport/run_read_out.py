"""A read-out of the run whose caption may change, with a small quiet suffix.

Owns where the suffix stands; knows nothing of runs.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent

from playground.views.controls import ReadOut
from playground.views.theme import theme


class RunReadOut(ReadOut):
    """A read-out whose caption may change, with a small quiet suffix where there is room for it."""

    def __init__(self, caption: str, widest: str, tip: str = "") -> None:
        super().__init__(caption, widest, tip)
        self.suffix = ""

    @property
    def caption(self) -> str:
        return self._caption

    def set_caption(self, caption: str) -> None:
        if caption != self._caption:
            self._caption = caption
            self.setAccessibleName(caption)
            self.update()

    def set_suffix(self, suffix: str) -> None:
        if suffix != self.suffix:
            self.suffix = suffix
            self.update()

    def suffix_place(self) -> QRectF:
        """Where the suffix is written, on the number's base line; empty if it does not fit."""
        left = QFontMetricsF(theme.number_font(15)).horizontalAdvance(self.value) + 5
        wide = QFontMetricsF(theme.small_font()).horizontalAdvance(self.suffix)
        return QRectF(left, 0, wide + 1, self.height() - 3) if left + wide <= self.width() else QRectF()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        place = self.suffix_place()
        if not self.suffix or place.isEmpty():
            return
        with QPainter(self) as painter:
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), self.suffix)
