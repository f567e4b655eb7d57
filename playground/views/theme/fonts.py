"""The bundled fonts and the few sizes in use: two for text, one for titles, and tabular figures for numbers.

Owns families, sizes and how they grow with the desktop's text size; knows nothing of colours.
"""

from __future__ import annotations

import sys
from functools import cache

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo

from playground import resources

UI_FAMILY, NUMBER_FAMILY = "Inter", "JetBrains Mono"


@cache
def load_fonts() -> tuple[str, ...]:
    """Register the bundled fonts once; the families found."""
    families: list[str] = []
    for file in sorted(resources.path("fonts").glob("*.ttf")):
        identity = QFontDatabase.addApplicationFont(str(file))
        families += QFontDatabase.applicationFontFamilies(identity) if identity >= 0 else []
    return tuple(dict.fromkeys(families))


@cache
def _scale() -> float:
    """How much larger than usual the desktop asks text to be: 1 … 1.6."""
    usual = {"win32": 12.0, "darwin": 13.0}.get(sys.platform, 15.0)
    asked = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)).pixelSize()
    return min(1.6, max(1.0, asked / usual))


def scaled(pixels: float) -> float:
    """A length that grows with the text: column widths, row heights."""
    return pixels * _scale()


def _font(family: str, pixels: float, weight: QFont.Weight) -> QFont:
    """A copy: whoever asked may change it."""
    return QFont(_made(family, round(scaled(pixels)), weight))


@cache
def _made(family: str, pixels: int, weight: QFont.Weight) -> QFont:
    load_fonts()
    font = QFont([family, UI_FAMILY])  # the number font lacks lowered letters
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setStyleHint(QFont.StyleHint.Monospace if family == NUMBER_FAMILY else QFont.StyleHint.SansSerif)
    return font


def ui_font() -> QFont:
    """The text of controls, 13 px."""
    return _font(UI_FAMILY, 13, QFont.Weight.Normal)


def strong_font() -> QFont:
    """The text of controls where it names something, 13 px medium."""
    return _font(UI_FAMILY, 13, QFont.Weight.Medium)


def small_font() -> QFont:
    """Captions and notes, 12 px."""
    return _font(UI_FAMILY, 12, QFont.Weight.Normal)


def title_font() -> QFont:
    """The document's title, 15 px semi-bold."""
    return _font(UI_FAMILY, 15, QFont.Weight.DemiBold)


def heading_font() -> QFont:
    """The heading of an area (written in capitals), 12 px semi-bold."""
    font = _font(UI_FAMILY, 12, QFont.Weight.DemiBold)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.3)
    return font


def number_font(pixels: float = 13) -> QFont:
    """Numbers, in tabular figures; 13 px beside labels, 15 px in the read-outs, 11 px on axes."""
    font = _font(NUMBER_FAMILY, pixels, QFont.Weight.Normal)
    font.setFeature(QFont.Tag("calt"), 0)
    return font
