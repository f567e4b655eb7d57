"""How many rows each class has: a bar in the classes' colours, and below it names and counts.

Owns its drawing; names that have no room are cut, and told under the pointer.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.numbers import spaced
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.theme import theme

BAR, LINE, GAP = 4.0, 18.0, 3.0
LINES = 2


@guarded
class ClassBar(QWidget):
    """Empty where the target is a number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: tuple[tuple[str, int], ...] = ()
        self.setFixedHeight(round(theme.scaled(BAR + 6 + LINES * LINE)))
        theme.current().changed.connect(self.update)

    def show_classes(self, names: Sequence[str], counts: Sequence[int]) -> None:
        """Show these."""
        self._shares = tuple(zip(names, counts, strict=True))
        text = ", ".join(f"{name} {spaced(count)}" for name, count in self._shares)
        self.setToolTip(as_it_stands(text))
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        total = sum(count for _, count in self._shares)
        if not total:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            room, x = self.width() - GAP * (len(self._shares) - 1), 0.0
            for index, (_, count) in enumerate(self._shares):
                wide = max(room * count / total, 2.0)
                painter.setBrush(theme.color(f"class{index}"))
                painter.drawRoundedRect(QRectF(x, 0, wide, theme.scaled(BAR)), 2, 2)
                x += wide + GAP
            self._paint_names(painter)

    def _paint_names(self, painter: QPainter) -> None:
        words, figures = QFontMetricsF(theme.small_font()), QFontMetricsF(theme.number_font(12))
        x, y, high = 0.0, theme.scaled(BAR) + 5, theme.scaled(LINE)
        for place, (name, count) in enumerate(self._shares):
            number = spaced(count)
            wide = words.horizontalAdvance(name) + 5 + figures.horizontalAdvance(number)
            if x and x + wide > self.width():
                x, y = 0.0, y + high
                if y + high > self.height() + 1:
                    return
            more = f"+ {len(self._shares) - place} more"
            last = y + 2 * high > self.height() + 1 and place < len(self._shares) - 1
            if last and x and x + wide + words.horizontalAdvance(more) + 14 > self.width():
                painter.setFont(theme.small_font())
                painter.setPen(theme.color("faint"))
                painter.drawText(QRectF(x, y, self.width() - x, high), Qt.AlignmentFlag.AlignVCenter, more)
                return
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            room = self.width() - x - figures.horizontalAdvance(number) - 5
            shown = words.elidedText(name, Qt.TextElideMode.ElideRight, room + 1)
            painter.drawText(QRectF(x, y, room, high), Qt.AlignmentFlag.AlignVCenter, shown)
            x += words.horizontalAdvance(shown) + 5
            painter.setFont(theme.number_font(12))
            painter.setPen(theme.color("text"))
            painter.drawText(QRectF(x, y, self.width() - x, high), Qt.AlignmentFlag.AlignVCenter, number)
            x += figures.horizontalAdvance(number) + 14
