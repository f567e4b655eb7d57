"""Single images as small pictures, ink on paper in the colours of the theme, one pixel a pixel.

Owns these pictures and keeps the last ones made; knows nothing of answers or of where a picture is drawn.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from playground.data import Dataset
from playground.views.theme import theme

MOST = 4096
LEVELS = 256


def ink_table() -> NDArray[np.uint32]:
    """(256,) ARGB32 from paper to ink; dark ink on light paper, light ink on dark paper."""
    paper, ink = theme.color("sunken"), theme.color("text")
    shares = np.linspace(0.0, 1.0, LEVELS)
    table = np.full(LEVELS, 0xFF000000, np.uint32)
    for shift, low, high in (
        (16, paper.red(), ink.red()),
        (8, paper.green(), ink.green()),
        (0, paper.blue(), ink.blue()),
    ):
        table |= np.rint(low + (high - low) * shares).astype(np.uint32) << np.uint32(shift)
    return table


def picture(pixels: NDArray[np.floating], shape: tuple[int, int, int], table: NDArray[np.uint32]) -> QImage:
    """The picture of pixels (channels · height · width) from 0 to 1; of several channels their mean is drawn."""
    channels, height, width = shape
    grey = np.nan_to_num(pixels.reshape(channels, height * width).mean(axis=0), nan=0.0)
    shades = np.rint(np.clip(grey, 0.0, 1.0) * (LEVELS - 1)).astype(np.intp)
    found = np.ascontiguousarray(table[shades])
    return QImage(found.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


class GreyPictures:
    """The pictures of a data set's images; training images come first, test images are counted on from them."""

    def __init__(self) -> None:
        self._dataset: Dataset | None = None
        self._theme = ""
        self._table = np.empty(0, np.uint32)
        self._made: dict[int, QImage] = {}

    def picture(self, dataset: Dataset, sample: int) -> QImage:
        """The picture of one image."""
        if dataset is not self._dataset or self._theme != theme.current().name or len(self._made) > MOST:
            self._dataset, self._theme, self._made = dataset, theme.current().name, {}
            self._table = ink_table()
        found = self._made.get(sample)
        if found is None:
            assert dataset.image is not None
            train = dataset.train_labels.size
            of_test = sample >= train
            points = dataset.held_out_points if of_test else dataset.train_points
            pixels = points[: math.prod(dataset.image), sample - train if of_test else sample]
            found = self._made[sample] = picture(pixels, dataset.image, self._table)
        return found


def draw_crisp(painter: QPainter, rect: QRectF, image: QImage) -> None:
    """Draw a picture larger, its pixels as squares with sharp edges."""
    was = painter.testRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(rect, image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, was)
