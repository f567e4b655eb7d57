"""Small pictures of data sets, drawn from the real recipes, and the buttons that show one.

Owns how a set looks as a picture, and the cache of pictures; knows nothing of what choosing a set changes.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.data import DATASETS, DatasetKind, GeneratedData, kind_of
from playground.views.controls import explain
from playground.views.controls.focus import FocusButton
from playground.views.guards.handlers import guarded
from playground.views.theme import theme

Floats = NDArray[np.float64]

SEED = 1
FEW, MANY = 120, 360
"""Points of a picture: of classes, and of a slope or of hills or where the picture is large."""
LARGE, LONE = 72, 20
"""From which side on a picture is large; with fewer points than LONE each is drawn twice as large."""
MARGIN = 5.0
IMAGE_MARGIN = 3.0
LEVELS = 6
"""Shades of a target between 0 and 1."""
NOISE_STEPS = 25
"""Noises that are drawn between 0 and 1: a drag must not draw ten pictures at every pixel."""


@lru_cache(maxsize=512)
def thumbnail(source: GeneratedData, noise: float, side: int, ratio: float, theme_name: str) -> QImage:
    """A data set's points or images in the colours of the theme, drawn from the real recipe."""
    image = QImage(QSize(side, side) * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    kind = DATASETS[source.name]
    (_paint_points if kind.image is None else _paint_images)(image, kind, source, noise, side)
    return image


def _made(source: GeneratedData, noise: float, samples: int) -> tuple[Floats, Floats]:
    draw = kind_of(msgspec.structs.replace(source, samples=samples)).draw
    assert draw is not None
    return draw(SEED, noise, 0.0)


def _paint_images(image: QImage, kind: DatasetKind, source: GeneratedData, noise: float, side: int) -> None:
    """Two by two images, or three by three of many classes where they fit, each in its class's colour."""
    assert kind.image is not None
    count, (_, height, width) = kind.classes_of(source.classes), kind.image
    room = side - 2 * IMAGE_MARGIN
    rows = 3 if count > 4 and room >= 2 * 3 * width else 2
    pixels, labels = _made(source, noise, rows * count)
    scale = room / (rows * width)
    scale = float(int(scale)) if scale >= 2 else scale
    step = (room - scale * width) / (rows - 1)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not scale.is_integer())
        for place in range(rows * rows):
            label = place % count
            sample = int(np.flatnonzero(labels == label)[place // count])
            left, top = (IMAGE_MARGIN + at * step for at in (place % rows, place // rows))
            if scale.is_integer():
                left, top = round(left), round(top)
            inked = _inked(pixels[:, sample].reshape(height, width), theme.color(f"class{label}"))
            painter.drawImage(QRectF(left, top, width * scale, height * scale), inked)


def _inked(shares: Floats, colour: QColor) -> QImage:
    """A transparent picture in which every pixel has its share of the colour."""
    high, wide = shares.shape
    picture = QImage(wide, high, QImage.Format.Format_ARGB32)
    for y, x in np.ndindex(high, wide):
        colour.setAlphaF(float(shares[y, x]))
        picture.setPixelColor(x, y, colour)
    return picture


def _paint_points(image: QImage, kind: DatasetKind, source: GeneratedData, noise: float, side: int) -> None:
    """The points; of a regression over x the targets over x, which tell more than stripes do."""
    count = kind.classes_of(source.classes)
    large = side >= theme.scaled(LARGE)
    samples = min(MANY if large or not count else FEW, kind.samples)
    points, labels = _made(source, noise, samples)
    if kind.over_x:
        points = np.stack([points[0], 0.8 * kind.extent * labels])
    extent = max(kind.extent, float(np.abs(points).max()))
    places = MARGIN + (points * [[1.0], [-1.0]] / extent + 1.0) * (side - 2 * MARGIN) / 2
    dot = max(2.0, side / (32 if large else 23)) * (2.0 if samples < LONE else 1.0)
    levels = labels if count > 0 else np.round(np.clip(labels, -1, 1) * LEVELS) / LEVELS
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for level in sorted(set(levels.tolist())):
            colour = _colour(level, count > 0)
            painter.setPen(QPen(colour, dot, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPoints([QPointF(x, y) for x, y in places[:, levels == level].T])


def _colour(label: float, is_class: bool) -> QColor:
    """A class's colour; for a target from −1 to 1 a mixture that still shows against the card where it is 0."""
    if is_class:
        return theme.color(f"class{int(label)}")
    return theme.blend(theme.color("track"), theme.color("negative" if label < 0 else "positive"), abs(label))


@guarded
class Thumbnail(FocusButton):
    """One data set. `pin_wanted`: on a right click, or the key of the menu."""

    pin_wanted = Signal()

    def __init__(self, kind: DatasetKind, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind = kind
        explain(f"dataset_{kind.name}", self)
        self._noise, self._source = 0.0, GeneratedData(kind.name)  # type: ignore[arg-type]
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAccessibleName(kind.label)
        self.setAccessibleDescription(kind.note)
        self._pinned = True
        self._tell()

    def set_pinned(self, pinned: bool) -> None:
        """Whether it is one of the favourites; the tip says what a right click does."""
        if pinned != self._pinned:
            self._pinned = pinned
            self._tell()

    def _tell(self) -> None:
        kind = self.kind
        noise = "Position noise" if kind.image is None else "Image noise"
        pin = "Right click: no longer a favourite." if self._pinned else "Right click: make it a favourite."
        self.setToolTip(f"{kind.label}. {kind.note}\n{noise} {kind.noise_note}.\nFrom: {kind.source}\n{pin}")

    def set_look(self, noise: float, source: GeneratedData) -> None:
        """The noise and the shape to draw it with."""
        noise = round(noise * NOISE_STEPS) / NOISE_STEPS
        if (noise, source) != (self._noise, self._source):
            self._noise, self._source = noise, source
            self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.pin_wanted.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        image = thumbnail(self._source, self._noise, self.width(), self.devicePixelRatioF(), theme.current().name)
        rect = QRectF(self.rect())
        lit = self.underMouse() or self.isDown()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw_card(painter, rect, self.isChecked(), lit)
            painter.drawImage(QPointF(0, 0), image)
            if self.shows_focus:
                self.draw_focus(painter, rect.adjusted(2.5, 2.5, -2.5, -2.5), 6)


def draw_card(painter: QPainter, rect: QRectF, chosen: bool, lit: bool) -> None:
    """The card under a picture: framed by the accent where it is the chosen one."""
    width = 2.0 if chosen else 1.0
    painter.setPen(theme.pen("accent" if chosen else "faint" if lit else "line", width))
    painter.setBrush(theme.color("surface"))
    painter.drawRoundedRect(rect.adjusted(width / 2, width / 2, -width / 2, -width / 2), 8, 8)


def looking(name: str, chosen: GeneratedData | None) -> GeneratedData:
    """The source that a set is drawn from: the chosen one itself, of others the set's own shape, with as many classes
    as are chosen where it lets them be chosen.
    """
    if chosen is not None and chosen.name == name:
        return msgspec.structs.replace(chosen, samples=DATASETS[name].samples)
    plain = GeneratedData(name)  # type: ignore[arg-type]
    if chosen is None or DATASETS[name].classes is not None or chosen.classes == DATASETS[chosen.name].usual_classes:
        return plain
    return msgspec.structs.replace(plain, classes=chosen.classes)
