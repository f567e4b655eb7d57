"""The network while a step is looked into: all of it pale, but for what the operation is about.

Owns this drawing: the wash, lit tiles and links with their plates, numbers at tiles, arrow heads, the dot that travels.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.diagram.diagram import FEATURES, Column, Diagram
from playground.diagram.rect import Rect
from playground.diagram.shown import CanvasModel
from playground.views.canvas.items.atlas import UnitAtlas
from playground.views.canvas.items.inside_values import NO_MARKS, LitLink, Marks, Tile, TileText, Window
from playground.views.canvas.items.links import curve, link_colour, link_width, pixel_ratio
from playground.views.canvas.items.tiles import corner, qrect, tile_frame
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import CENTRE, RIGHT
from playground.words.network import feature_symbols

WASH = 0.79
"""How pale all else is."""
OUTSIDE, RING = 5.0, 2.0
TEXT, PLATE = 12, 5.0
HEAD, DOT = 9.0, 5.0
HEADS = (0.28, 0.74)
"""Where on a link blame has its arrow heads."""
PLACES = (0.5, 0.38, 0.62, 0.26, 0.74)
"""Where a plate may stand on its link: the first place that no other one has."""
HALO = 0.28
"""How strong the accent is around what is pointed at."""
LEAST_TEXT = 13.0
"""The room between two tiles that a number needs."""


@guarded
class InsideItem(QGraphicsItem):
    """`show_marks` with what is lit; hidden while nobody looks inside. share: how far the dot has come, from 0 to 1;
    None where nothing travels."""

    def __init__(self, model: CanvasModel, atlas: UnitAtlas) -> None:
        super().__init__()
        self.model, self.atlas = model, atlas
        self.marks = NO_MARKS
        self.share: float | None = None
        self.names: frozenset[str] = frozenset()
        self._diagram: Diagram | None = None
        self.hide()

    def show_marks(self, diagram: Diagram, marks: Marks | None) -> None:
        """Draw another operation; None hides all of it."""
        self.prepareGeometryChange()
        self._diagram = diagram
        self.marks = marks or NO_MARKS
        self.setVisible(marks is not None)
        self.update()

    def set_names(self, names: frozenset[str]) -> None:
        """Light what these names of the formula mean."""
        self.names = names
        self.update()

    def set_share(self, share: float | None) -> None:
        """Move the dot."""
        self.share = share
        self.update()

    def boundingRect(self) -> QRectF:
        if self._diagram is None:
            return QRectF()
        band = self._diagram.band
        return QRectF(0, band.y - 40, self._diagram.width, self._diagram.height - band.y + 40)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        diagram = self._diagram
        if diagram is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        band = diagram.band
        top = band.y - 6
        painter.fillRect(QRectF(0, top, diagram.width, diagram.height - top), theme.color("background", WASH))
        paths = self._paths(diagram)
        for link, path in paths:
            if link.names & self.names:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.color("accent", HALO), link_width(link.value) + 8.0))
                painter.drawPath(path)
        for link, path in paths:
            self._draw_link(painter, link, path)
        self._draw_named(painter, diagram)
        self._draw_tiles(painter, diagram)
        for window in self.marks.windows:
            self._draw_window(painter, diagram, window)
        self._draw_ring(painter, diagram)
        self._draw_texts(painter, diagram)
        self._draw_plates(painter, diagram)
        if self.share is not None and self.marks.travels:
            self._draw_dots(painter, paths, self.share)

    # -- links ------------------------------------------------------------------------------------------------------

    def _path(self, diagram: Diagram, link: LitLink) -> QPainterPath | None:
        """The curve of a link; None where one of its ends is not shown."""
        end = diagram.column(link.layer).tile(link.tile)
        if link.start is None:
            start = diagram.source_tile(link.layer, link.source)
        else:
            start = diagram.column(link.start[0]).tile(link.start[1])
        if start is None or end is None:
            return None
        return curve(start.right, start.center[1], end.x, end.center[1])

    def _draw_link(self, painter: QPainter, link: LitLink, path: QPainterPath) -> None:
        value = link.value if math.isfinite(link.value) else 0.0
        strong = max(0.45, abs(value)) * (1 if value > 0 else -1)
        style = Qt.PenStyle.SolidLine if link.start is None else Qt.PenStyle.DashLine
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(link_colour(strong), max(link_width(value), 1.5), style, Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawPath(path)
        if link.backward:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            for place in HEADS:
                painter.drawPolygon(_arrow(path, place))

    def _draw_plates(self, painter: QPainter, diagram: Diagram) -> None:
        painter.setFont(theme.number_font(TEXT))
        for link, plate in self.link_plates(diagram):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("background", 0.94))
            painter.drawRoundedRect(plate, 4, 4)
            painter.setPen(theme.color("accent" if link.names & self.names else "text"))
            painter.drawText(plate, int(CENTRE), link.text)

    def link_plates(self, diagram: Diagram) -> list[tuple[LitLink, QRectF]]:
        """Where name and number of each link stand that has room, the strongest first; none over a tile's number."""
        metrics, found = QFontMetricsF(theme.number_font(TEXT)), list[tuple[LitLink, QRectF]]()
        taken = [place for _, place, _ in self.placed(diagram)]
        for link, path in sorted(self._paths(diagram), key=lambda each: -abs(each[0].value)):
            plate = QRectF(0, 0, metrics.horizontalAdvance(link.text) + 2 * PLATE, metrics.height())
            for place in PLACES if link.text else ():
                plate.moveCenter(path.pointAtPercent(place))
                if not any(plate.intersects(other) for other in taken) and not self._hides_tile(plate):
                    found.append((link, plate))
                    taken.append(plate)
                    break
        return found

    def _paths(self, diagram: Diagram) -> list[tuple[LitLink, QPainterPath]]:
        return [(link, path) for link in self.marks.links if (path := self._path(diagram, link)) is not None]

    def _hides_tile(self, plate: QRectF) -> bool:
        diagram = self._diagram
        assert diagram is not None
        return any(
            plate.right() > column.left - 4 and plate.left() < column.right + 4
            for column in diagram.columns
            if column.tiles
        )

    def _draw_dots(self, painter: QPainter, paths: list[tuple[LitLink, QPainterPath]], share: float) -> None:
        """The values on their way to the unit."""
        painter.setPen(theme.pen("background", 1.5))
        painter.setBrush(theme.color("accent"))
        for _, path in paths:
            painter.drawEllipse(path.pointAtPercent(min(max(share, 0.0), 1.0)), DOT, DOT)

    # -- tiles ------------------------------------------------------------------------------------------------------

    def _draw_tiles(self, painter: QPainter, diagram: Diagram) -> None:
        """Lit tiles once more, over the wash; of inputs their names too."""
        symbols = feature_symbols(self.model.experiment)
        for layer, tile in self.marks.lit:
            column = diagram.column(layer)
            place = column.tile(tile)
            if place is None:
                continue
            if column.plan.form == "pair":
                for part, square in enumerate(column.pair(tile)):
                    self._draw_tile(painter, column, tile, square, part)
            elif column.plan.form == "port":
                painter.setPen(theme.pen("accent", 1.5))
                painter.setBrush(theme.color("surface"))
                painter.drawEllipse(qrect(place))
            else:
                self._draw_tile(painter, column, tile, place)
            if layer == FEATURES and tile < len(symbols):
                painter.setFont(theme.small_font())
                painter.setPen(theme.color("text"))
                label = QRectF(column.card.x, place.y, place.x - column.card.x - 7, place.h)
                painter.drawText(label, int(RIGHT), symbols[tile])

    def _draw_named(self, painter: QPainter, diagram: Diagram) -> None:
        """A halo around the tiles whose names are pointed at."""
        for (layer, tile), names in self.marks.names:
            place = diagram.column(layer).tile(tile) if names & self.names else None
            if place is not None:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("accent", HALO))
                radius = corner(place.w) + OUTSIDE
                painter.drawRoundedRect(qrect(place.grown(OUTSIDE + RING)), radius, radius)

    def _draw_tile(self, painter: QPainter, column: Column, tile: int, place: Rect, part: int = 0) -> None:
        source = self.atlas.source(column.layer + 1, tile, part)
        frame = tile_frame(place.w, pixel_ratio(painter), theme.current().name)
        if source is None:
            painter.fillRect(qrect(place), theme.color("neutral"))
        else:
            painter.drawImage(qrect(place), self.atlas.image, source)
        painter.drawPixmap(qrect(place), frame, QRectF(frame.rect()))

    def _draw_window(self, painter: QPainter, diagram: Diagram, window: Window) -> None:
        """What a kernel or a pool looks at."""
        column = diagram.column(window.tile[0])
        place = column.tile(window.tile[1])
        if place is None:
            return
        square = column.pair(window.tile[1])[1] if column.plan.form == "pair" else place
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inside = QRectF(
            square.x + window.left * square.w, square.y + window.top * square.h,
            window.width * square.w, window.height * square.h,
        )  # fmt: skip
        for token, width in (("background", 4.0), ("accent", 2.0)):
            painter.setPen(theme.pen(token, width))
            painter.drawRect(inside)

    def _draw_ring(self, painter: QPainter, diagram: Diagram) -> None:
        if self.marks.active is None:
            return
        place = diagram.column(self.marks.active[0]).tile(self.marks.active[1])
        if place is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.pen("accent", RING))
            radius = corner(place.w) + OUTSIDE
            painter.drawRoundedRect(qrect(place.grown(OUTSIDE)), radius, radius)

    # -- numbers ----------------------------------------------------------------------------------------------------

    def _draw_texts(self, painter: QPainter, diagram: Diagram) -> None:
        painter.setFont(theme.number_font(TEXT))
        for words, plate, token in self.placed(diagram):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("background", 0.82))
            painter.drawRoundedRect(plate, 3, 3)
            painter.setPen(theme.color(token))
            painter.drawText(plate, int(CENTRE), words)

    def placed(self, diagram: Diagram) -> list[tuple[str, QRectF, str]]:
        """(text, place, colour) of the numbers at tiles, none over another one, a card, or the ring: a above, δ below.

        The one that is computed comes first, then those of lit tiles, which may stand beside where there is no room.
        """
        found: list[tuple[str, QRectF, str]] = []
        metrics = QFontMetricsF(theme.number_font(TEXT))
        tiles = [qrect(place) for layer, tile in self.marks.lit if (place := diagram.column(layer).tile(tile))]
        tiles += [qrect(column.card) for column in diagram.columns]
        active_place = (
            None if self.marks.active is None else diagram.column(self.marks.active[0]).tile(self.marks.active[1])
        )
        ring = [] if active_place is None else [qrect(active_place.grown(OUTSIDE + RING))]
        for (layer, tile), text in sorted(self.marks.texts, key=self._rank):
            column = diagram.column(layer)
            place = column.tile(tile)
            active, lit = (layer, tile) == self.marks.active, (layer, tile) in self.marks.lit
            least = theme.scaled(2 * LEAST_TEXT if text.below and text.above else LEAST_TEXT)
            if place is None or not (lit or _room(column) >= least):
                continue
            both = [(text.below, "below"), (text.above, "above")]
            for words, side in both if text.strong != "above" else reversed(both):
                plates = _plates(place, metrics, words, side, active, lit) if words else []
                taken = [*tiles, *ring, *(other for _, other, _ in found)]
                plate = next((each for each in plates if not any(map(each.intersects, taken))), None)
                if plate is not None:
                    strong = active and text.strong == side
                    found.append((words, plate, "accent" if strong else "text" if lit else "muted"))
        return found

    def _rank(self, each: tuple[Tile, TileText]) -> tuple[bool, bool]:
        """What is computed, then what is lit, then the rest."""
        return each[0] != self.marks.active, each[0] not in self.marks.lit


def _plates(
    place: Rect, metrics: QFontMetricsF, words: str, side: str, active: bool, lit: bool
) -> list[QRectF]:  # fmt: skip
    """Where a number may stand: over its tile or below it, of a lit one also shifted, or beside it."""
    gap, wide, high = OUTSIDE + 3 if active else 2.0, metrics.horizontalAdvance(words) + 6, metrics.height()
    above = side == "above"
    left, middle = place.center[0] - wide / 2, place.center[1]
    found = [QRectF(left, place.y - gap - high if above else place.bottom + gap, wide, high)]
    if lit:
        found += [found[0].translated(way * (wide - place.w) / 2, 0.0) for way in (-1, 1)]
        found.append(QRectF(place.right + gap + 2, middle - high - 1 if above else middle + 1, wide, high))
    return found


def _room(column: Column) -> float:
    """Between two tiles of a column, of those that have a place."""
    tops = sorted(tile.y for tile in column.tiles if tile.bottom > 0)
    return math.inf if len(tops) < 2 else tops[1] - tops[0] - column.tiles[0].h


def _arrow(path: QPainterPath, place: float) -> QPolygonF:
    """A head on a curve that points back along it."""
    at, angle = path.pointAtPercent(place), math.radians(-path.angleAtPercent(place))
    ahead, across = QPointF(math.cos(angle), math.sin(angle)), QPointF(-math.sin(angle), math.cos(angle))
    tip, tail = at - ahead * (HEAD / 2), at + ahead * (HEAD / 2)
    return QPolygonF([tip, tail + across * (HEAD / 2.4), tail - across * (HEAD / 2.4)])
