"""How well one colour shows on another (WCAG 2), and which ink to write with.

Owns that arithmetic; knows nothing of themes or of what is written.
"""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtGui import QColor


def readable_on(fill: QColor, first: QColor, second: QColor) -> QColor:
    """The one of two inks that contrasts more with a fill."""
    return first if contrast(first, fill) >= contrast(second, fill) else second


def contrast(first: QColor, second: QColor) -> float:
    """The contrast ratio of two colours, 1 … 21 (WCAG 2)."""
    lights = sorted((_luminance(first), _luminance(second)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: QColor) -> float:
    return _light(colour.rgb())


@lru_cache(maxsize=512)
def _light(rgb: int) -> float:
    colour = QColor.fromRgb(rgb)
    red, green, blue = (_linear(channel) for channel in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else math.pow((channel + 0.055) / 1.055, 2.4)
