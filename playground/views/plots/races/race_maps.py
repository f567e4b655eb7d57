"""A small map for each of a race: what its network answers now, with the line that its curve has.

Owns this drawing; knows nothing of how a race goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.figures.decision import shown_map
from playground.figures.shading import Field
from playground.run.snapshot import Snapshot
from playground.views.guards.handlers import guarded
from playground.views.marks.map_picture import MapPicture
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.population.racing import Standing

MOST, GAP, WORDS, LINE = 84.0, 8.0, 18.0, 24.0
COLUMNS, ROWS = 4, 2


@guarded
class RaceMaps(QWidget):
    """The maps in two rows of four, in the order of the field; nothing where there is no plane."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[tuple[Standing, Field], ...] = ()
        self._pictures: dict[int, MapPicture] = {}
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The maps of the race")
        theme.current().changed.connect(self.update)

    def show_networks(self, standings: Sequence[Standing], networks: Sequence[Snapshot]) -> None:
        """Show the network of each of the race; of none nothing."""
        shown = list[tuple["Standing", Field]]()
        for standing, network in zip(standings, networks, strict=False):
            found = shown_map(network, network.experiment, network.dataset, None)
            if found is not None:
                shown.append((standing, found.field))
        self._shown = tuple(shown)
        self.setAccessibleDescription(", ".join(each.entrant.name for each, _ in shown))
        self.update()

    @property
    def has_maps(self) -> bool:
        """Whether there is anything to be drawn."""
        return bool(self._shown)

    def sizeHint(self) -> QSize:
        return QSize(round(COLUMNS * theme.scaled(MOST + GAP)), round(ROWS * theme.scaled(MOST + WORDS)))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def map_rect(self, place: int) -> QRectF:
        """Where a map lies."""
        gap, high = theme.scaled(GAP), theme.scaled(MOST + WORDS)
        side = min(theme.scaled(MOST), (self.width() - gap * (COLUMNS - 1)) / COLUMNS)
        row, column = divmod(place, COLUMNS)
        return QRectF(column * (side + gap), row * high, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            for place, (standing, field) in enumerate(self._shown):
                self._paint(painter, self.map_rect(place), standing, field)

    def _paint(self, painter: QPainter, square: QRectF, standing: Standing, field: Field) -> None:
        picture = self._pictures.setdefault(standing.number, MapPicture())
        picture.update(field, square.width(), self.devicePixelRatioF(), discretize=False)
        inside = QPainterPath()
        inside.addRoundedRect(square, 6, 6)
        painter.setClipPath(inside)
        if picture.image is not None:
            painter.drawImage(square, picture.image)
        painter.setClipping(False)
        painter.setPen(theme.pen("line", 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        line = theme.scaled(LINE)
        words = QRectF(square.left(), square.bottom() + 2, square.width(), theme.scaled(WORDS) - 2)
        paint_line(painter, QRectF(words.left(), words.top(), line, words.height()), standing.number)
        painter.setFont(theme.small_font())
        painter.setPen(theme.color("muted"))
        words.adjust(line + 4, 0, 0, 0)
        text = QFontMetrics(painter.font()).elidedText(
            standing.entrant.short, Qt.TextElideMode.ElideRight, round(words.width())
        )
        painter.drawText(words, LEFT, text)


def paint_line(painter: QPainter, place: QRectF, number: int) -> None:
    """A piece of an entrant's line: its colour and its dashes."""
    painter.setPen(theme.branch_pen(number, 2))
    middle = place.center().y()
    painter.drawLine(QPointF(place.left(), middle), QPointF(place.right(), middle))
