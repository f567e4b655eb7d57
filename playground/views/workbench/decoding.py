"""Pictures of files as small grey squares, decoded by Qt.

Owns that way alone; it needs no window, and may be called on any thread.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

MOST_SIDE = 8192
"""Pixels: a few bytes can claim to be a picture of any size."""


WHITE = 0xFFFFFFFF
"""Paper, whatever the theme."""


def grey_square(data: bytes, side: int) -> NDArray[np.uint8] | None:
    """(side, side) grey values, 0 black to 255 white; None where the bytes are no picture.

    The picture keeps its form: what is missing for a square has the colour of its top left pixel. What is transparent
    is white.
    """
    image = _read(data)
    if image is None:
        return None
    plain = QImage(image.size(), QImage.Format.Format_RGB32)
    plain.fill(WHITE)
    with QPainter(plain) as painter:
        painter.drawImage(0, 0, image)
    square = QImage(side, side, QImage.Format.Format_RGB32)
    square.fill(QColor(plain.pixel(0, 0)))
    small = plain.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    place = QRect((side - small.width()) // 2, (side - small.height()) // 2, small.width(), small.height())
    with QPainter(square) as painter:
        painter.drawImage(place, small)
    grey = square.convertToFormat(QImage.Format.Format_Grayscale8)
    lines = np.frombuffer(grey.constBits(), np.uint8).reshape(side, grey.bytesPerLine())
    return lines[:, :side].copy()


def _read(data: bytes) -> QImage | None:
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > MOST_SIDE:
        return None
    image = reader.read()
    return None if image.isNull() else image
