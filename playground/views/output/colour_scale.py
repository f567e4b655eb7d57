"""The key to the map: a bar of its colours with values, or the classes with their marks, or with their signs and names.

Owns that drawing; lies flat where it is wide, stands upright where it is high. Knows nothing of where a map comes from.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.figures.shading import SHADES, Field
from playground.numbers import labels
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.marks.class_chip import SIDE, chip_font, class_fill, paint_chip
from playground.views.marks.map_picture import map_table
from playground.views.marks.point_marks import mark_kind, paint_mark
from playground.views.theme import theme

BAR = 8.0
STOPS = 17


@guarded
class ColourScale(QWidget):
    """Shows the key of a field; `classes` is how many classes the data have."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ends: tuple[float, float, float] | None = None
        self._classes = 0
        self._signs: tuple[tuple[str, str], ...] = ()
        self._names: tuple[tuple[str, str], ...] = ()
        self.setAccessibleName("Colour scale")
        theme.current().changed.connect(self.update)

    def set_field(self, field: Field | None, names: tuple[tuple[str, str], ...] = ()) -> None:
        """Show the key of a field; nothing for none. names: signs and names of the classes, where they have some; of
        two classes without marks they are those of both ends."""
        classes = len(field.scores) if field is not None and field.scores is not None else 0
        ends = None if field is None or classes else (field.low, field.middle, field.high)
        names = names if len(names) == classes or (ends is not None and len(names) == 2) else ()
        if (ends, classes, (), names) != (self._ends, self._classes, self._signs, self._names):
            self._ends, self._classes, self._signs, self._names = ends, classes, (), names
            self.setToolTip(as_it_stands(_told(names) if classes else _told(tuple(self._ends_named()))))
            unnamed = classes and not names
            self.setAccessibleDescription(f"{classes} classes" if unnamed else ", ".join(self.labels))
            self.update()

    def set_classes(self, signs: tuple[tuple[str, str], ...]) -> None:
        """Show the key of classes that have a sign and a name each."""
        if signs != self._signs:
            self._ends, self._classes, self._signs, self._names = None, len(signs), signs, ()
            self.setAccessibleDescription(", ".join(name for _, name in signs))
            self.setToolTip(as_it_stands(_told(signs)))
            self.update()

    @property
    def labels(self) -> list[str]:
        """The texts beside the bar, or the classes' names or numbers."""
        if self._ends is not None:
            return labels(self._ends)
        if self._signs or self._names:
            return [name for _, name in self._signs or self._names]
        return [str(index) for index in range(self._classes)]

    def _ends_named(self) -> list[tuple[str, str]]:
        """The values of both ends with the classes that they stand for; none where these have no names."""
        if self._ends is None or not self._names:
            return []
        return [(value, name) for value, (_, name) in zip(self.labels[::2], self._names, strict=True)]

    @property
    def upright(self) -> bool:
        """Whether the scale stands."""
        return self.height() > self.width()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._signs:
                self._paint_signs(painter)
            elif self._classes:
                self._paint_classes(painter)
            elif self._ends is not None:
                self._paint_bar(painter)

    def _paint_bar(self, painter: QPainter) -> None:
        table, upright = map_table(False), self.upright
        gradient = QLinearGradient(0, self.height(), 0, 0) if upright else QLinearGradient(0, 0, self.width(), 0)
        for stop in range(STOPS):
            share = stop / (STOPS - 1)
            gradient.setColorAt(share, QColor.fromRgb(int(table[round(share * (SHADES - 1))])))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(gradient))
        bar = QRectF(0, 0, BAR, self.height()) if upright else QRectF(0, 0, self.width(), BAR)
        painter.drawRoundedRect(bar, BAR / 2, BAR / 2)
        painter.setFont(theme.number_font(11))
        painter.setPen(theme.color("muted"))
        metrics = QFontMetricsF(theme.number_font(11))
        texts = self.labels
        for end, (value, name) in zip((0, 2), self._ends_named() if not upright else (), strict=False):
            room = int(self.width() / 2 - metrics.horizontalAdvance(texts[1]))
            texts[end] = metrics.elidedText(f"{value} {name}", Qt.TextElideMode.ElideRight, room)
        for share, text in zip((0.0, 0.5, 1.0), texts, strict=True):
            wide, high = metrics.horizontalAdvance(text) + 1, metrics.height()
            if upright:
                top = (1 - share) * (self.height() - high)
                painter.drawText(QRectF(BAR + 5, top, wide, high), 0, text)
            else:
                painter.drawText(QRectF(share * (self.width() - wide), BAR + 4, wide, high), 0, text)

    def _paint_classes(self, painter: QPainter) -> None:
        """The mark of each class, and beside it its name; where there is no room for all names, their signs."""
        high, room = theme.scaled(20), self.height() if self.upright else self.width()
        font = theme.small_font() if self._names else theme.number_font(12)
        metrics = QFontMetricsF(font)
        texts = self.labels
        wide = max(map(metrics.horizontalAdvance, texts)) + 1
        if self._names and wide > (self.width() - 20 if self.upright else room / self._classes - 26):
            texts = [sign for sign, _ in self._names]
            wide = 24.0
        step = min(room / self._classes, high + 8 if self.upright else max(theme.scaled(46), wide + 32))
        painter.setFont(font)
        for index, text in enumerate(texts):
            centre = QPointF(10, step * (index + 0.5)) if self.upright else QPointF(step * index + 8, high / 2)
            kind = mark_kind(index, self._classes)
            paint_mark(painter, centre, kind, theme.color(f"class{index}"), theme.color("surface"), 5.0)
            painter.setPen(theme.color("muted"))
            place = QRectF(centre.x() + 10, centre.y() - high / 2, wide, high)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), text)

    def _paint_signs(self, painter: QPainter) -> None:
        """A chip for each class; its name beside it where there is room for all."""
        metrics = QFontMetricsF(theme.small_font())
        names = [name for _, name in self._signs]
        wide = sum(metrics.horizontalAdvance(name) for name in names) + len(names) * (SIDE + 5)
        named = not self.upright and wide + 14 * (len(names) - 1) <= self.width()
        step = min((self.height() if self.upright else self.width()) / len(names), theme.scaled(36.0))
        x, y = 0.0, 0.0
        for index, (sign, name) in enumerate(self._signs):
            painter.setFont(chip_font())
            paint_chip(painter, QRectF(x, y, SIDE + 1, SIDE + 1), sign, class_fill(index))
            if named:
                painter.setFont(theme.small_font())
                painter.setPen(theme.color("muted"))
                place = QRectF(x + SIDE + 6, y, metrics.horizontalAdvance(name) + 2, SIDE + 1)
                painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), name)
                x += SIDE + 6 + metrics.horizontalAdvance(name) + 14
            elif self.upright:
                y += step
            else:
                x += step


def _told(names: tuple[tuple[str, str], ...]) -> str:
    """Signs with the names that they stand for, a line each."""
    return "\n".join(name if sign in name.split() else f"{sign}  {name}" for sign, name in names)
