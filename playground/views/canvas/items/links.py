"""All links of the canvas as one graphics item.

Owns how a weight becomes width and colour, and the cached picture of the links between every two columns; knows nothing
of what a click on a link does. A frame redraws only so many links as its time allows: large networks take turns.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.diagram.diagram import Diagram
from playground.diagram.shown import CanvasModel, LinkValues
from playground.diagram.wiring import Links
from playground.views.guards.handlers import guarded
from playground.views.theme import theme

MOST_LINKS, FEWEST_LINKS = 2000, 300
LONGEST_LINKS = 500_000.0
"""Pixels that all links which are drawn may be long together: Qt takes about a quarter of a microsecond for each."""
LINKS_A_FRAME = 100
QUICK_LINKS = 60
"""So many of a strip are drawn while units are scrolled."""
MOST_PIXELS = 8_000_000
"""Of the picture of one strip, however far the canvas is zoomed."""
EDGES = np.array([0.05, 0.12, 0.25, 0.4, 0.6, 0.8, 1.0, 1.4, 1.9, 2.5, 3.2, 4.0])
MIDDLES = (0.02, 0.08, 0.18, 0.32, 0.5, 0.7, 0.9, 1.2, 1.65, 2.2, 2.85, 3.6, 4.7)
"""Sizes of weights that look different, and how each of them is drawn."""
MARGIN = 6.0
SIGN = 20.0
"""The room for the sign of a class beside its unit."""


def pixel_ratio(painter: QPainter) -> float:
    """Pixels of the screen for one of the scene; enlarged in steps, so that pictures serve for zooms near theirs."""
    ratio, zoom = painter.device().devicePixelRatioF(), painter.worldTransform().m11()
    return ratio * zoom if zoom < 1.0 + 1e-6 else math.ceil(ratio * zoom * 4 - 1e-6) / 4


def link_width(weight: float) -> float:
    """Pixels: TensorFlow Playground's |w| up to 5, at half its size; up to 1 pixel Qt draws three times as fast."""
    return max(1.0, 0.5 + 0.95 * min(abs(weight), 5.0))


def link_colour(weight: float, signed: bool = True) -> QColor:
    """The sign's colour, faint for a weight near zero, full from 1 on; grey for the size of several weights."""
    strength = (0.14 + 0.86 * min(1.0, abs(weight)) ** 0.8) * (1.0 if signed else 0.6)
    token = ("positive" if weight > 0 else "negative") if signed else "muted"
    return theme.blend(theme.color("background"), theme.color(token), strength)


def passing_pen() -> QPen:
    """A line along which a value passes on as it is."""
    return QPen(theme.blend(theme.color("background"), theme.color("muted"), 0.42), 1.0)


def curve(x0: float, y0: float, x1: float, y1: float) -> QPainterPath:
    """A link: it leaves and arrives level."""
    path = QPainterPath(QPointF(x0, y0))
    middle = (x0 + x1) / 2
    path.cubicTo(middle, y0, middle, y1, x1, y1)
    return path


class Strip(msgspec.Struct):
    """The links into one column and their picture. passing: they carry no weights. between: what decides their places.
    curves: of those that were drawn. quick: only the strongest have been drawn, while units are scrolled. known: the
    picture was drawn when there were numbers for it.
    """

    links: Links
    place: QRectF
    passing: bool
    between: tuple[object, ...]
    curves: dict[int, QPainterPath]
    image: QImage | None = None
    version: int = -1
    quick: bool = False
    known: bool = False

    @property
    def length(self) -> float:
        """How long all links are together, as if they were straight; in pixels of the scene."""
        return float(np.hypot(self.links.x1 - self.links.x0, self.links.y1 - self.links.y0).sum())

    def curve(self, place: int) -> QPainterPath:
        """The curve of a link by its place, made when it is first drawn."""
        found = self.curves.get(place)
        if found is None:
            start, stop = float(self.links.y0[place]), float(self.links.y1[place])
            if self.passing:
                start = stop = math.floor(start) + 0.5
            found = self.curves[place] = curve(self.links.x0, start, self.links.x1, stop)
        return found


@guarded
class LinksItem(QGraphicsItem):
    """Draws from the model at paint time; `set_diagram` after each change of geometry.

    hidden_links: how many are left out; most_drawn: how many are not. `on_behind` is called where some links have to
    wait for another `refresh`, `on_quick` where for `finish`.
    """

    def __init__(self, model: CanvasModel) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.model = model
        self.hidden_links = 0
        self.most_drawn = MOST_LINKS
        self.on_behind: Callable[[], object] = lambda: None
        self.on_quick: Callable[[], object] = lambda: None
        self._strips: list[Strip] = []
        self._run_out: list[tuple[int, QPainterPath]] = []
        self._bounds = QRectF()
        self._credit = 0
        self._least, self._share, self._ratio = 0.0, 1.0, 1.0
        self._pens: list[QPen] = []

    # -- geometry ---------------------------------------------------------------------------------------------------

    def set_diagram(self, diagram: Diagram) -> None:
        """Take over new places; links that stay where they are keep their pictures."""
        self._take(diagram)
        self.refresh()

    def scroll_to(self, diagram: Diagram) -> None:
        """Other units of some columns are shown: their links are drawn anew, the strongest first, no others."""
        kept = self._strips
        self._take(diagram)
        self._choose_strongest()
        for strip, before in zip(self._strips, kept, strict=True):
            if strip is not before:
                strip.quick = strip.links.units.size > QUICK_LINKS
                self.update(strip.place)

    def finish(self) -> None:
        """Units are no longer scrolled: draw the links that were left out."""
        for strip in self._strips:
            if strip.quick:
                strip.quick, strip.version = False, -1
                self.update(strip.place)

    def _take(self, diagram: Diagram) -> None:
        kept = {strip.links.layer: strip for strip in self._strips}
        band = diagram.band
        bounds = QRectF(0, band.y - MARGIN, diagram.width, band.h + 2 * MARGIN)
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds
        self._strips = [self._strip(diagram, layer, kept.get(layer)) for layer in range(diagram.head + 1)]
        self._run_out = _run_out(diagram)

    def _strip(self, diagram: Diagram, layer: int, kept: Strip | None) -> Strip:
        between = (diagram.column(layer - 1), diagram.column(layer), diagram.band, diagram.outline.active)
        if kept is not None and kept.between == between:
            return kept
        links = diagram.links(layer)
        x0, x1 = round(links.x0), round(links.x1)
        band = diagram.band
        place = QRectF(x0, band.y - MARGIN, x1 - x0, band.h + 2 * MARGIN)
        passing = diagram.outline.plan(layer).reads_own
        if kept is not None and kept.place == place and kept.passing == passing and kept.links.same_as(links):
            kept.between = between
            return kept
        return Strip(links, place, passing, between, {})

    def boundingRect(self) -> QRectF:
        return self._bounds

    # -- what is drawn ----------------------------------------------------------------------------------------------

    def refresh(self, colours: bool = False) -> None:
        """The model has newer numbers (or the theme other colours)."""
        self._credit = min(self._credit + LINKS_A_FRAME, MOST_LINKS)
        if colours:
            self._pens = []
            for strip in self._strips:
                strip.version = -1
        self._choose_strongest()
        self.update()

    def _choose_strongest(self) -> None:
        """Above the limit only the strongest links are drawn; of equal ones (so until they are known) some."""
        weighing = [strip for strip in self._strips if not strip.passing]
        total = sum(strip.links.units.size for strip in weighing)
        most = self.most_drawn = self._most(weighing, total)
        had_all, self.hidden_links = not self.hidden_links, max(0, total - most)
        self._least, self._share = 0.0, 1.0
        if self.hidden_links:
            sizes = np.nan_to_num(np.concatenate([np.abs(self._values(strip)[0]) for strip in weighing]))
            self._least = float(np.partition(sizes, -most)[-most])
            stronger, alike = int((sizes > self._least).sum()), int((sizes == self._least).sum())
            self._share = (most - stronger) / alike
        if had_all != (not self.hidden_links):
            for strip in weighing:
                strip.version = -1

    def _most(self, strips: list[Strip], total: int) -> int:
        """How many links may be drawn: fewer where they are long."""
        if total <= FEWEST_LINKS:
            return total
        length = sum(strip.length for strip in strips) * self._ratio / total
        return int(min(MOST_LINKS, max(FEWEST_LINKS, LONGEST_LINKS / max(length, 1.0))))

    def _values(self, strip: Strip) -> tuple[NDArray[np.floating], bool]:
        """A number for every link, and whether its sign means something."""
        links, found = strip.links, self._link_values(strip)
        if found is None:
            return np.zeros(links.units.size), False
        return found.values[links.units, links.sources], found.signed

    def _link_values(self, strip: Strip) -> LinkValues | None:
        """The numbers of a strip's links; None while there are none that fit."""
        links = strip.links
        found: LinkValues | None = self.model.link_values(links.layer)
        last = int(links.units.max(initial=0)), int(links.sources.max(initial=0))
        if found is None or any(size <= place for size, place in zip(found.values.shape, last, strict=True)):
            return None
        return found

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        exposed = option.exposedRect
        ratio = pixel_ratio(painter)
        if ratio != self._ratio:  # pictures of another size are made in any case
            self._ratio = ratio
            self._choose_strongest()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, painter.worldTransform().m11() != 1.0)
        for strip in self._strips:
            if strip.place.intersects(exposed):
                self._draw_strip(painter, strip, ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        several = len(self._run_out) > 1
        for unit, path in self._run_out:
            painter.setPen(QPen(theme.color(f"class{unit}") if several else theme.color("faint", 0.4), 2.0))
            painter.drawPath(path)

    def _draw_strip(self, painter: QPainter, strip: Strip, ratio: float) -> None:
        stale = strip.version != self.model.version and not (strip.passing and strip.version >= 0)
        fits = strip.image is not None and strip.image.size() == _pixels(strip, ratio)
        cost = min(strip.links.units.size, self.most_drawn)
        first = not strip.known and self._link_values(strip) is not None
        if strip.version < 0 or not fits or first or (stale and not strip.quick and self._credit >= cost):
            self._credit -= 0 if strip.quick else cost
            self._render(strip, ratio)
        elif stale and not strip.quick:
            self.on_behind()
        if strip.quick:
            self.on_quick()
        if strip.image is not None:
            painter.drawImage(strip.place, strip.image)

    def _render(self, strip: Strip, ratio: float) -> None:
        size = _pixels(strip, ratio)
        if strip.image is None or strip.image.size() != size:
            strip.image = QImage(size, QImage.Format.Format_RGB32)
        strip.image.fill(theme.color("background"))
        strip.version, strip.known = self.model.version, self._link_values(strip) is not None
        with QPainter(strip.image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(size.width() / strip.place.width(), size.height() / strip.place.height())
            painter.translate(-strip.place.topLeft())
            self._stroke(painter, strip)

    def _stroke(self, painter: QPainter, strip: Strip) -> None:
        """Weak links first, so that strong ones lie on top; one pen for all that look alike."""
        if strip.passing:
            painter.setPen(passing_pen())
            for place in range(strip.links.units.size):
                painter.drawPath(strip.curve(place))
            return
        values, signed = self._values(strip)
        sizes = np.nan_to_num(np.abs(values))
        looks = np.digitize(sizes, EDGES) * 3 + np.where(signed, values > 0, 2)
        order = np.argsort(looks, kind="stable")
        order = order[sizes[order] >= self._least]
        if self._share < 1.0:  # more links are as strong as the weakest that is drawn than may be drawn
            alike = np.flatnonzero(sizes[order] == self._least)
            kept = alike[np.linspace(0, alike.size - 1, math.ceil(alike.size * self._share)).astype(np.int64)]
            order = np.delete(order, np.setdiff1d(alike, kept))
        if strip.quick:
            order = order[-QUICK_LINKS:]
        if not self._pens:
            self._pens = _pens()
        now = -1
        for place, look in zip(order.tolist(), looks[order].tolist(), strict=True):
            if look != now:
                painter.setPen(self._pens[look])
                now = look
            painter.drawPath(strip.curve(place))


def _pixels(strip: Strip, ratio: float) -> QSize:
    """The size of a strip's picture: sharp, unless it would be too large."""
    area = strip.place.width() * strip.place.height()
    ratio = min(ratio, math.sqrt(MOST_PIXELS / max(area, 1.0)))
    size = (strip.place.size() * ratio).toSize()
    return size.expandedTo(QSize(1, 1))


def _pens() -> list[QPen]:
    """For every size of weight a pen for negative ones, for positive ones, and for the size of several together."""
    kinds = ((-1.0, True), (1.0, True), (1.0, False))
    looks = ((sign * middle, signed) for middle in MIDDLES for sign, signed in kinds)
    flat = Qt.PenCapStyle.FlatCap
    return [QPen(link_colour(value, signed), link_width(value), Qt.PenStyle.SolidLine, flat) for value, signed in looks]


def _run_out(diagram: Diagram) -> list[tuple[int, QPainterPath]]:
    """From each output unit, with its number, to the right edge, towards the decision map."""
    column = diagram.column(diagram.head)
    middle = diagram.band.y + diagram.band.h / 2
    signs = theme.scaled(SIGN) if diagram.outline.is_image and len(column.tiles) > 1 else 0.0
    ends = zip(column.shown, column.tiles, strict=True)
    return [(unit, curve(tile.right + signs, tile.center[1], diagram.width, middle)) for unit, tile in ends]
