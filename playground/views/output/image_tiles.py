"""The tiles of the image grid: where they lie, and how one looks.

Owns the arrangement and the drawing of a tile: the picture, below it the answered class as colour and sign, and the
frames around it. Knows nothing of snapshots or the mouse.
"""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from playground.numbers import figure, steady
from playground.views.marks.class_chip import STRIP_PIXELS, chip_font, strip_picture
from playground.views.marks.grey_pictures import draw_crisp
from playground.views.theme import theme

PIXELS = 8
"""Of the images for which the scales below are meant; others are drawn about as large."""
MARGIN, GAP, ROW_GAP, STRIP = 14.0, 8.0, 9.0, 14.0
SMALLEST, LARGEST = 2, 6
"""Screen pixels per pixel of an image."""
SIDE_PER_SCALE = 84.0
PALE = 0.32


class Arrangement(msgspec.Struct, frozen=True):
    """`columns` × `rows` tiles over a square; `scale` whole screen pixels for a pixel of an image."""

    scale: int
    columns: int
    rows: int
    left: float
    top: float
    step_x: float
    step_y: float
    strip: float
    pixels: int = PIXELS

    @property
    def count(self) -> int:
        """How many tiles there are at once."""
        return self.columns * self.rows

    def picture(self, place: int) -> QRectF:
        """Where the picture of the tile at a place lies, counted row by row."""
        row, column = divmod(place, self.columns)
        side = self.scale * self.pixels
        return QRectF(round(self.left + column * self.step_x), round(self.top + row * self.step_y), side, side)

    def tile(self, place: int) -> QRectF:
        """The whole tile: the picture and the strip below it."""
        return self.picture(place).adjusted(0, 0, 0, self.strip)

    def place_at(self, point: QPointF) -> int | None:
        """The tile under a point, the gap around it included."""
        side = self.scale * self.pixels
        column = (point.x() - self.left + (self.step_x - side) / 2) // self.step_x
        row = (point.y() - self.top + (self.step_y - side - self.strip) / 2) // self.step_y
        inside = 0 <= column < self.columns and 0 <= row < self.rows
        return int(row * self.columns + column) if inside else None


def arranged(square: QRectF, pixels: int = PIXELS) -> Arrangement:
    """As many tiles as fit, spread evenly. pixels: of an image's side."""
    side = square.width()
    scale = int(max(SMALLEST, min(LARGEST, side // SIDE_PER_SCALE)))
    scale = max(1, round(scale * PIXELS / pixels))
    strip, wide = round(theme.scaled(STRIP)), scale * pixels
    room, high = max(side - 2 * MARGIN, wide), wide + strip
    columns = max(1, int((room + GAP) // (wide + GAP)))
    rows = max(1, int((side - 2 * MARGIN + ROW_GAP) // (high + ROW_GAP)))
    step_x = (room - wide) / (columns - 1) if columns > 1 else wide + GAP
    step_y = (room - high) / (rows - 1) if rows > 1 else high + ROW_GAP
    return Arrangement(
        scale, columns, rows, square.left() + MARGIN, square.top() + MARGIN, step_x, step_y, strip, pixels
    )


class Tile(msgspec.Struct, frozen=True):
    """What one tile shows. `answer` is the sign and the fill of the answered class; None before there is an answer."""

    image: QImage
    answer: tuple[str, QColor] | None
    is_wrong: bool
    is_pale: bool


def value_text(value: float, arrangement: Arrangement) -> str:
    """A number in as many digits as there is room for on a tile's strip; nothing where there is none."""
    room = arrangement.scale * arrangement.pixels // QFontMetricsF(chip_font(STRIP_PIXELS)).horizontalAdvance("0")
    texts = (steady(value), *(figure(value, digits) for digits in (2, 1)))
    return next((text for text in texts if len(text) <= room), "")


def paint_tile(painter: QPainter, arrangement: Arrangement, place: int, tile: Tile) -> None:
    """Draw a tile."""
    rect = arrangement.picture(place)
    draw_crisp(painter, rect, tile.image)
    if tile.answer is not None:
        sign, fill = tile.answer
        ratio = painter.device().devicePixelRatioF()
        strip = strip_picture(sign, fill.rgb(), rect.width(), arrangement.strip, ratio, theme.current().name)
        painter.drawPixmap(rect.bottomLeft(), strip)
    if tile.is_pale:
        painter.fillRect(arrangement.tile(place), theme.color("surface", 1.0 - PALE))
    if tile.is_wrong:
        paint_frame(painter, arrangement.tile(place), "bad", 1.5)


def paint_frame(painter: QPainter, rect: QRectF, token: str, width: float, away: float = 1.5) -> None:
    """A frame around a tile."""
    painter.setPen(theme.pen(token, width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(-away, -away, away, away), 3.0, 3.0)
