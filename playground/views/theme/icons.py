"""The bundled icons (Lucide), recoloured by token.

Owns the way from a name to a picture in the current theme's colour; knows nothing of what an icon means.
Controls of our own draw with `draw` at paint time; `icon` is for menus and is asked for again after a theme change.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from playground import resources
from playground.views.theme import theme

SIZE = 16
RATIOS = (1, 2, 3)

ALIASES = {
    "undo": "undo-2",
    "redo": "redo-2",
    "trash": "trash-2",
    "grid": "grid-3x3",
    "dice": "dice-5",
    "warning": "triangle-alert",
    "error": "circle-alert",
    "help": "circle-help",
    "more": "ellipsis",
    "close": "x",
}


@cache
def _source(name: str) -> str:
    """The SVG text of an icon; raises KeyError for a name that is not bundled."""
    file = resources.path("icons", f"{ALIASES.get(name, name)}.svg")
    if not file.is_file():
        raise KeyError(f"there is no icon {name!r}")
    return file.read_text(encoding="utf-8")


@cache
def _renderer(name: str, colour: str, stroke: float, filled: bool) -> QSvgRenderer:
    text = _source(name).replace("currentColor", colour).replace('stroke-width="2"', f'stroke-width="{stroke}"')
    if filled:
        text = text.replace('fill="none"', f'fill="{colour}"', 1)
    return QSvgRenderer(QByteArray(text.encode()))


def draw(painter: QPainter, name: str, rect: QRectF, colour: QColor, stroke: float = 2.0, filled: bool = False) -> None:
    """Draw an icon into a square of logical pixels, sharp at every scale."""
    renderer = _renderer(name, colour.name(), stroke, filled)
    painter.save()
    painter.setOpacity(painter.opacity() * colour.alphaF())
    renderer.render(painter, rect)
    painter.restore()


def icon(name: str, token: str = "text", disabled: str = "faint") -> QIcon:
    """An icon in a token's colour of the current theme, with its disabled state."""
    return _icon(name, theme.color(token).name(), theme.color(disabled).name())


@cache
def _icon(name: str, colour: str, disabled: str) -> QIcon:
    found = QIcon()
    for ratio in RATIOS:
        for mode, each in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, disabled)):
            pixels = QPixmap(QSize(SIZE, SIZE) * ratio)
            pixels.fill(Qt.GlobalColor.transparent)
            with QPainter(pixels) as painter:
                draw(painter, name, QRectF(0, 0, SIZE * ratio, SIZE * ratio), QColor(each))
            pixels.setDevicePixelRatio(ratio)
            found.addPixmap(pixels, mode)
    return found
