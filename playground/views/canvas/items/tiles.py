"""All tiles of the canvas as one graphics item: maps, frames, biases, feature names, values of a probed point.

Owns how they look; takes places from the diagram, pictures from the atlas and numbers from the model.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.diagram.diagram import FEATURES as FEATURE_COLUMN
from playground.diagram.diagram import Column, Diagram, Part
from playground.diagram.rect import Rect
from playground.diagram.shown import CanvasModel
from playground.numbers import short, spaced
from playground.views.canvas.items.atlas import UnitAtlas
from playground.views.canvas.items.links import SIGN, pixel_ratio
from playground.views.canvas.items.placed import PlacedItem
from playground.views.canvas.items.ports import draw_port
from playground.views.guards.handlers import guarded
from playground.views.theme import icons, theme
from playground.views.theme.alignment import LEFT
from playground.words.network import feature_symbols

BIAS_LOOKS = 20
"""Shades of a bias square on each side of zero."""
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def qrect(rect: Rect) -> QRectF:
    """The same rectangle for Qt."""
    return QRectF(rect.x, rect.y, rect.w, rect.h)


def corner(size: float) -> float:
    """The radius of a tile's corners."""
    return max(3.0, min(8.0, size * 0.15))


@lru_cache(maxsize=64)
def tile_frame(size: float, ratio: float, theme_name: str, around: str = "background") -> QPixmap:
    """Drawn over a tile: corners in the background's colour and a hairline. Cheaper than a clip for every tile."""
    pixels = QPixmap(round(size * ratio), round(size * ratio))
    pixels.setDevicePixelRatio(ratio)
    pixels.fill(Qt.GlobalColor.transparent)
    rect = QRectF(0, 0, size, size)
    outside, inside = QPainterPath(), QPainterPath()
    outside.addRect(rect)
    inside.addRoundedRect(rect, corner(size), corner(size))
    with QPainter(pixels) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(outside - inside, theme.color(around))
        painter.setPen(theme.color("text", 0.10))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), corner(size), corner(size))
    return pixels


@lru_cache(maxsize=512)
def bias_square(side: float, look: int, ratio: float, theme_name: str) -> QPixmap:
    """A bias of `look / BIAS_LOOKS`: one pixel of the background around a small square in the value's colour."""
    pixels = QPixmap(round((side + 2) * ratio), round((side + 2) * ratio))
    pixels.setDevicePixelRatio(ratio)
    pixels.fill(Qt.GlobalColor.transparent)
    with QPainter(pixels) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.pen("background", 2.0))
        painter.setBrush(value_colour(look / BIAS_LOOKS))
        painter.drawRoundedRect(QRectF(1, 1, side, side), 2.5, 2.5)
    return pixels


def value_colour(value: float) -> QColor:
    """A number from −1 to 1 on the diverging map, with enough colour to see its sign."""
    end = theme.color("positive" if value > 0 else "negative")
    return theme.blend(theme.color("neutral"), end, min(1.0, abs(value)) ** 0.6)


@guarded
class TilesItem(PlacedItem):
    """Draws from model, diagram and atlas at paint time."""

    def __init__(self, model: CanvasModel, atlas: UnitAtlas) -> None:
        super().__init__(model)
        self.atlas = atlas
        self.lifted: int | None = None
        self.selected: int | None = None

    def _room(self, diagram: Diagram) -> QRectF:
        return QRectF(0, diagram.band.y - 6, diagram.width, diagram.band.h + 12)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if self._diagram is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        exposed = option.exposedRect
        for column in self._diagram.columns:
            if column.card.x > exposed.right() or column.card.right < exposed.left():
                continue
            painter.setOpacity(0.35 if column.layer == self.lifted else 1.0)
            match column.plan.form, column.plan.kind:
                case _, "features" | "columns":
                    self._draw_features(painter, column)
                    self._draw_marks(painter, column)
                case "port", _:
                    self._draw_ports(painter, column)
                case "pair", _:
                    self._draw_pairs(painter, column)
                    self._draw_marks(painter, column)
                case _:
                    self._draw_units(painter, column)
                    self._draw_marks(painter, column)
        painter.setOpacity(1.0)

    def _draw_tile(
        self, painter: QPainter, column: Column, unit: int, tile: Rect, frame: QPixmap, part: int = 0
    ) -> None:
        source = self.atlas.source(column.layer + 1, unit, part)
        zoom, place = painter.worldTransform().m11(), qrect(tile)
        inside = place
        if zoom != 1.0:  # edges lie between pixels: the frame's line covers the picture's
            half = 0.5 / zoom
            inside = place.adjusted(half, half, -half, -half)
        if source is None:
            painter.fillRect(inside, theme.color("neutral"))
        else:
            painter.drawImage(inside, self.atlas.image, source)
        painter.drawPixmap(place, frame, QRectF(frame.rect()))

    def _frame(self, painter: QPainter, size: float) -> QPixmap:
        return tile_frame(size, pixel_ratio(painter), theme.current().name)

    def _draw_features(self, painter: QPainter, column: Column) -> None:
        """Features or columns with their names; those that are not inputs are pale."""
        assert self._diagram is not None
        frame, active = self._frame(painter, column.size), self._diagram.outline.active
        values = self.model.outputs_of(FEATURE_COLUMN) if self.model.reads_off else None
        symbols, metrics = feature_symbols(self.model.experiment), QFontMetricsF(theme.small_font())
        for row, tile in zip(column.shown, column.tiles, strict=True):
            on, symbol = row in active, symbols[row]
            painter.setOpacity(1.0 if on else 0.45 if theme.current().is_dark else 0.3)
            self._draw_tile(painter, column, row, tile, frame)
            painter.setOpacity(1.0)
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("text" if on else "faint"))
            label = _beside(column, tile, metrics)
            painter.drawText(label, int(RIGHT), metrics.elidedText(symbol, Qt.TextElideMode.ElideRight, label.width()))
            if on and values is not None and active.index(row) < len(values):
                self._draw_value(painter, tile, float(values[active.index(row)]))

    def _draw_units(self, painter: QPainter, column: Column) -> None:
        frame = self._frame(painter, column.size)
        for unit, tile in zip(column.shown, column.tiles, strict=True):
            self._draw_tile(painter, column, unit, tile, frame)
        values = self.model.outputs_of(column.layer) if self.model.reads_off else None
        if values is not None:
            for tile, value in zip(column.tiles, values[column.first :].tolist(), strict=False):
                self._draw_value(painter, tile, value)

    def _draw_pairs(self, painter: QPainter, column: Column) -> None:
        """A filter, and beside it what comes out of it for the shown image."""
        frame = self._frame(painter, column.size)
        for unit in column.shown:
            for part, place in enumerate(column.pair(unit)):
                self._draw_tile(painter, column, unit, place, frame, part)

    def _draw_ports(self, painter: QPainter, column: Column) -> None:
        layers = self.model.experiment.network.layers
        gains, lit = self.model.gains(column.layer), column.layer == self.selected
        for unit, tile in zip(column.shown, column.tiles, strict=True):
            gain = None if gains is None or unit >= len(gains) else float(gains[unit])
            draw_port(painter, qrect(tile), layers[column.layer], gain, lit)

    def _draw_marks(self, painter: QPainter, column: Column) -> None:
        """Biases, the classes' names, and how many units are above and below."""
        if column.plan.has_bias:
            self._draw_biases(painter, column)
        if column.layer == self.model.head and self.model.outline.is_image:
            self._draw_signs(painter, column)
        if column.above is not None:
            self._draw_others(painter, Part("above", column.layer), column.above, column.first)
        if column.below is not None:
            self._draw_others(painter, Part("below", column.layer), column.below, column.units - column.shown.stop)

    def _draw_others(self, painter: QPainter, part: Part, place: Rect, count: int) -> None:
        """So many units are farther up or down: an arrow and their number."""
        metrics, side = QFontMetricsF(theme.small_font()), theme.scaled(11)
        text = f"{spaced(count)} more"
        if metrics.horizontalAdvance(text) + side + 4 > place.w:
            text = spaced(count)
        wide = metrics.horizontalAdvance(text) + side + 4
        left, middle = place.center[0] - wide / 2, place.center[1]
        ink = theme.color("accent" if self.hovered == part else "muted")
        icon = "chevron-up" if part.kind == "above" else "chevron-down"
        icons.draw(painter, icon, QRectF(left, middle - side / 2, side, side), ink, 2.5)
        painter.setFont(theme.small_font())
        painter.setPen(ink)
        painter.drawText(QRectF(left + side + 4, place.y, wide, place.h), int(LEFT), text)

    def _draw_signs(self, painter: QPainter, column: Column) -> None:
        """The letter or digit of each class, at the end of its unit."""
        snapshot = self.model.snapshot
        if snapshot is None or len(column.tiles) < 2:
            return
        font = theme.number_font(12)
        wide, high = theme.scaled(SIGN), QFontMetricsF(font).height()
        painter.setFont(font)
        for unit, tile in zip(column.shown, column.tiles, strict=True):
            place = QRectF(tile.right, tile.center[1] - high / 2, wide, high)
            painter.setPen(theme.color("text"))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, snapshot.dataset.class_sign(unit))

    def _draw_biases(self, painter: QPainter, column: Column) -> None:
        biases = self.model.biases(column.layer)
        known = [] if biases is None else np.rint(np.clip(np.nan_to_num(biases), -1.0, 1.0) * BIAS_LOOKS).tolist()
        ratio, name = pixel_ratio(painter), theme.current().name
        for unit in column.shown:
            place = column.bias(unit)
            look = int(known[unit]) if unit < len(known) else 0
            painter.drawPixmap(QPointF(place.x - 1, place.y - 1), bias_square(place.w, look, ratio, name))

    def _draw_value(self, painter: QPainter, tile: Rect, value: float) -> None:
        """The value at the probed point: a ring in its sign's colour and the number over the tile's lower edge."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(theme.pen("positive" if value > 0 else "negative", 1.0 + 1.5 * min(1.0, abs(value))))
        painter.drawRoundedRect(qrect(tile.grown(2.0)), corner(tile.w) + 2, corner(tile.w) + 2)
        if tile.w < 26:
            return
        font, text = theme.number_font(10), short(value)
        wide = QFontMetricsF(font).horizontalAdvance(text) + 8
        high = theme.scaled(14)
        pill = QRectF(tile.right + 4 - wide, tile.bottom + 4 - high, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("surface", 0.94))
        painter.drawRoundedRect(pill, high / 2, high / 2)
        painter.setPen(theme.color("text"))
        painter.setFont(font)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)


def _beside(column: Column, tile: Rect, metrics: QFontMetricsF) -> QRectF:
    """The place of an input's name, as high as its letters, however small the tile."""
    high = max(tile.h, metrics.height())
    return QRectF(column.card.x, tile.center[1] - high / 2, tile.x - column.card.x - 7, high)
