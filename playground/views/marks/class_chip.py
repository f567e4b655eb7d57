"""A class as a small chip: its colour and its sign, a letter or a digit.

Owns how that looks, so that a class is never told by colour alone; knows nothing of where chips stand.
"""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from playground.views.theme import theme
from playground.views.theme.alignment import CENTRE
from playground.views.theme.contrast import readable_on

SIDE = 15.0
STRIP_PIXELS = 10
"""Height of the font on a strip."""


def chip_font(pixels: float = 11) -> QFont:
    """The sign's font, the heavier the smaller the chip."""
    font = theme.number_font(pixels)
    font.setWeight(QFont.Weight.Bold)
    return font


def class_fill(index: int, share: float = 1.0) -> QColor:
    """The class's colour, drawn towards neutral where the answer is unsure (`share` 0 … 1)."""
    return QColor(_fill(index, min(share, 1.0), theme.current().name))


@lru_cache(maxsize=1024)
def _fill(index: int, share: float, theme_name: str) -> QColor:
    """Kept for each theme: a grid asks for the same few fills at every frame."""
    full = theme.color(f"class{index}")
    return full if share >= 1.0 else theme.blend(theme.color("neutral"), full, 0.25 + 0.75 * share)


def paint_chip(painter: QPainter, rect: QRectF, sign: str, fill: QColor, radius: float = 4.0) -> None:
    """Draw the sign on its colour; the painter's font is used and its pen is changed."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawRoundedRect(rect, radius, radius)
    painter.setPen(readable_on(fill, theme.color("text"), theme.color("surface")))
    painter.drawText(rect, CENTRE, sign)


@lru_cache(maxsize=2048)
def strip_picture(sign: str, fill: int, wide: float, high: float, ratio: float, theme_name: str) -> QPixmap:
    """A ready-made chip with square corners; `fill` is an RGB number, `theme_name` only tells the inks apart."""
    picture = QPixmap(math.ceil(wide * ratio), math.ceil(high * ratio))
    picture.setDevicePixelRatio(ratio)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(chip_font(STRIP_PIXELS))
        paint_chip(painter, QRectF(0, 0, math.ceil(wide * ratio) / ratio, math.ceil(high * ratio) / ratio), sign,
                   QColor.fromRgb(fill), 0.0)  # fmt: skip
    return picture
