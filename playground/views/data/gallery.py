"""The gallery of data sets: small live pictures to choose from.

Owns the pictures, their cache and their arrangement in rows; knows nothing of what choosing one changes.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.data import DATASETS, DatasetKind, GeneratedData, kind_of
from playground.views.controls import Caption, explain
from playground.views.controls.focus import FocusButton
from playground.views.guards.handlers import guarded
from playground.views.theme import theme

Floats = NDArray[np.float64]

SEED = 1
FEW, MANY = 120, 360
"""Points of a picture: of classes, and of a slope or of hills."""
LARGEST, LARGE_SHARE = 58, 0.27
MARGIN = 5.0
IMAGE_MARGIN = 3.0
LEVELS = 6
"""Shades of a target between 0 and 1."""
NOISE_STEPS = 25
"""Noises that are drawn between 0 and 1: a drag must not draw ten pictures at every pixel."""
GAP, SMALL_GAP = 8, 5
"""Between pictures; the small one between the rows where there are many columns, and so little height."""
MANY_COLUMNS = 5
"""From so many columns on, images and regressions share a row, without a caption."""


@lru_cache(maxsize=256)
def thumbnail(name: str, noise: float, classes: int, side: int, ratio: float, theme_name: str) -> QImage:
    """A data set's points or images in the colours of the theme, drawn from the real generator."""
    image = QImage(QSize(side, side) * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    kind = DATASETS[name]
    (_paint_points if kind.image is None else _paint_images)(image, kind, noise, classes, side)
    return image


def _made(kind: DatasetKind, noise: float, classes: int, samples: int) -> tuple[Floats, Floats]:
    draw = kind_of(GeneratedData(kind.name, samples, classes)).draw  # type: ignore[arg-type]
    assert draw is not None
    return draw(SEED, noise, 0.0)


def _paint_images(image: QImage, kind: DatasetKind, noise: float, classes: int, side: int) -> None:
    """Two by two images, or three by three of many classes where they fit, each in its class's colour."""
    assert kind.image is not None
    count, (_, height, width) = kind.classes_of(classes), kind.image
    room = side - 2 * IMAGE_MARGIN
    rows = 3 if count > 4 and room >= 2 * 3 * width else 2
    pixels, labels = _made(kind, noise, classes, rows * count)
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


def _paint_points(image: QImage, kind: DatasetKind, noise: float, classes: int, side: int) -> None:
    count = kind.classes_of(classes)
    samples = min(FEW if count else MANY, kind.samples)
    points, labels = _made(kind, noise, classes, samples)
    extent = max(kind.extent, float(np.abs(points).max()))
    places = MARGIN + (points * [[1.0], [-1.0]] / extent + 1.0) * (side - 2 * MARGIN) / 2
    dot = max(2.0, side / 23) * (2.0 if samples < FEW else 1.0)
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
    """One data set."""

    def __init__(self, kind: DatasetKind, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind = kind
        explain(f"dataset_{kind.name}", self)
        self._noise, self._classes = 0.0, 3
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAccessibleName(kind.label)
        self.setAccessibleDescription(kind.note)
        noise = "Position noise" if kind.image is None else "Image noise"
        self.setToolTip(f"{kind.label}. {kind.note}\n{noise} {kind.noise_note}.")

    def set_look(self, noise: float, classes: int) -> None:
        """The noise and the number of classes to draw it with."""
        noise = round(noise * NOISE_STEPS) / NOISE_STEPS
        if (noise, classes) != (self._noise, self._classes):
            self._noise, self._classes = noise, classes
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect())
        classes = self._classes if self.kind.classes is None else 3
        image = thumbnail(
            self.kind.name, self._noise, classes, self.width(), self.devicePixelRatioF(), theme.current().name
        )
        lit = self.underMouse() or self.isDown()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            width = 2.0 if self.isChecked() else 1.0
            painter.setPen(theme.pen("accent" if self.isChecked() else "faint" if lit else "line", width))
            painter.setBrush(theme.color("surface"))
            painter.drawRoundedRect(rect.adjusted(width / 2, width / 2, -width / 2, -width / 2), 8, 8)
            painter.drawImage(QPointF(0, 0), image)
            if self.shows_focus:
                self.draw_focus(painter, rect.adjusted(2.5, 2.5, -2.5, -2.5), 6)


@guarded
class Gallery(QWidget):
    """Every data set: points with classes, images, regressions. `chosen(name)` is sent when the user picks one."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns = 3
        self.captions = {group: Caption(group, self) for group in ("Images", "Regression")}
        self.thumbnails = {name: Thumbnail(kind, self) for name, kind in DATASETS.items()}
        for name, button in self.thumbnails.items():
            button.clicked.connect(lambda _checked=False, name=name: self.chosen.emit(name))
        explain("regression", self.captions["Regression"])
        explain("layer_conv2d", self.captions["Images"])
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_choice(self, name: str | None, noise: float, classes: int) -> None:
        """Mark the chosen set, or none where the data come from elsewhere, and draw all with this noise."""
        for key, button in self.thumbnails.items():
            button.setAutoExclusive(name is not None)
            button.setChecked(key == name)
        for button in self.thumbnails.values():
            button.set_look(noise, classes)

    def set_columns(self, columns: int) -> None:
        """How many pictures stand in a row."""
        if columns != self.columns:
            self.columns = columns
            self._arrange()

    def height_for(self, columns: int, width: int) -> int:
        """How high the gallery would be."""
        return self._places(columns, width)[1]

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """Put every picture at its place."""
        places = self._places(self.columns, self.width())[0]
        for name, picture in self.thumbnails.items():
            picture.setGeometry(places[name])
        for group, caption in self.captions.items():
            caption.setVisible(group in places)
            caption.setGeometry(places.get(group, QRect()))

    def _places(self, columns: int, width: int) -> tuple[dict[str, QRect], int]:
        """The place of every picture, and of the captions under the groups' names: beside the last row of a group, or
        over it. Where height is dear the images, whose pictures say what they are, have theirs only beside.
        """
        many = columns >= MANY_COLUMNS
        gap = SMALL_GAP if many else GAP
        side = min(max(LARGEST, round(LARGE_SHARE * width)), max(24, (width - (columns - 1) * gap) // columns))
        gap = SMALL_GAP if columns > 3 else GAP
        step = (width - side) / (columns - 1)
        places, top = {}, 0
        groups = {"Points": GROUPS["Points"], "": GROUPS["Images"] + GROUPS["Regression"]} if many else GROUPS
        for group, names in groups.items():
            beside = round((len(names) % columns or columns) * step) + 1
            if group in self.captions:
                caption = self.captions[group].sizeHint()
                fits = len(names) % columns and beside + caption.width() <= width
                if fits:
                    places[group] = QRect(beside, top, width - beside, side)
                elif group == "Regression" or columns == 3:
                    places[group] = QRect(0, top, width, caption.height())
                    top += caption.height() + 4
            for place, name in enumerate(names):
                row, column = divmod(place, columns)
                places[name] = QRect(round(column * step), top + row * (side + gap), side, side)
            top += -(-len(names) // columns) * (side + gap)
        return places, top - gap


def _groups() -> dict[str, list[str]]:
    """The data sets' names by group: points with classes, images, regressions."""
    groups: dict[str, list[str]] = {"Points": [], "Images": [], "Regression": []}
    for name, kind in DATASETS.items():
        groups["Images" if kind.image is not None else "Regression" if kind.classes == 0 else "Points"].append(name)
    return groups


GROUPS = _groups()
