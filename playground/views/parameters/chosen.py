"""All figures of the chosen parameter, beside the table: its value, gradient, last update, the optimizer's memory.

Owns how they look; which figures there are, and of which cell, is the page's.
"""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.parameters.grid import cell_colour
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT, RIGHT
from playground.words.parameters import CHOSEN

HEAD, ROW, LEAST, PAD, WIDE = 24.0, 22.0, 15.0, 6.0, 128.0


class Shown(msgspec.Struct, frozen=True):
    """A figure as a cell shows it: what it is called, its text, and how strongly it is coloured, −1 to 1."""

    name: str
    text: str
    strength: float


@guarded
class ChosenParameter(QWidget):
    """`show_figures` of another parameter, or of another moment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ""
        self.figures: tuple[Shown, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(CHOSEN)

    def sizeHint(self) -> QSize:
        return QSize(round(theme.scaled(WIDE)), 165)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(theme.scaled(WIDE)), 60)

    def show_figures(self, title: str, figures: tuple[Shown, ...]) -> None:
        """Whose they are, and all of them in their order."""
        if (title, figures) != (self.title, self.figures):
            self.title, self.figures = title, figures
            self.setToolTip(as_it_stands(title))
            self.setAccessibleDescription("; ".join([title, *(f"{each.name} {each.text}" for each in figures)]))
            self.update()

    @property
    def rows(self) -> list[tuple[Shown, QRectF]]:
        """The figures that have room, each with its place."""
        top = theme.scaled(HEAD)
        high = min(theme.scaled(ROW), max((self.height() - top) / max(len(self.figures), 1), theme.scaled(LEAST)))
        places = (QRectF(0, top + place * high, self.width(), high) for place in range(len(self.figures)))
        return [pair for pair in zip(self.figures, places, strict=True) if pair[1].bottom() <= self.height() + 0.5]

    def paintEvent(self, event: QPaintEvent) -> None:
        figures, small = theme.number_font(12), theme.small_font()
        with QPainter(self) as painter:
            painter.setFont(small)
            painter.setPen(theme.color("text"))
            elided = QFontMetricsF(small).elidedText(self.title, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(QRectF(0, 0, self.width(), theme.scaled(HEAD)), int(LEFT), elided)
            painter.setPen(theme.pen("line", 1.0))
            line = theme.scaled(HEAD) - 0.5
            painter.drawLine(QRectF(0, line, self.width(), 0).topLeft(), QRectF(0, line, self.width(), 0).topRight())
            left = max((QFontMetricsF(small).horizontalAdvance(each.name) for each in self.figures), default=0.0)
            for each, place in self.rows:
                painter.setFont(small)
                painter.setPen(theme.color("muted"))
                painter.drawText(place, int(LEFT), each.name)
                cell = place.adjusted(left + PAD, 0, 0, 0)
                painter.fillRect(cell, cell_colour(each.strength))
                painter.setFont(figures)
                painter.setPen(theme.color("text"))
                painter.drawText(cell.adjusted(0, 0, -PAD, 0), int(RIGHT), each.text)
