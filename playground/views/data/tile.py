"""One data set on the sheet of all: a larger picture, its name, where it is from, and the star of a favourite.

Owns how it looks and which wishes a click or a key is; makes its picture only when it is told to.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.data import DatasetKind, GeneratedData
from playground.views.controls import explain
from playground.views.controls.focus import FocusButton
from playground.views.data.thumbnails import draw_card, thumbnail
from playground.views.guards.handlers import guarded
from playground.views.theme import icons, theme

PICTURE, TILE = 96, 116
"""Sides of a picture, and the width of its tile."""
STAR = 15
ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


@guarded
class Tile(FocusButton):
    """One data set: its picture, its name, where it is from, and a star.

    `picture_wanted`: it is seen and has no picture yet. `pin_wanted`: the star was clicked, or Space pressed.
    `moved`: an arrow key, as steps to the right and down.
    """

    picture_wanted = Signal()
    pin_wanted = Signal()
    moved = Signal(int, int)

    def __init__(self, kind: DatasetKind, source: GeneratedData, noise: float, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind, self._source, self._noise = kind, source, noise
        self.pinned = self.first = False
        self._picture: QImage | None = None
        self.setCheckable(True)
        self.setMouseTracking(True)
        self.setAccessibleName(kind.label)
        explain(f"dataset_{kind.name}", self)
        self.set_pinned(False)

    def set_pinned(self, pinned: bool) -> None:
        """Whether it is one of the favourites."""
        self.pinned = pinned
        kind = self.kind
        self.setAccessibleDescription(f"{kind.note} From: {kind.source}.{' A favourite.' if pinned else ''}")
        star = "The star takes it out of the column." if pinned else "The star puts it into the column."
        self.setToolTip(f"{kind.label}. {kind.note}\nFrom: {kind.source}\n{star}")
        self.update()

    def set_first(self, first: bool) -> None:
        """Whether Return in the search chooses it."""
        if first != self.first:
            self.first = first
            self.update()

    def draw_picture(self) -> None:
        """Make the picture, which takes some milliseconds."""
        side, ratio = round(theme.scaled(PICTURE)), self.devicePixelRatioF()
        self._picture = thumbnail(self._source, self._noise, side, ratio, theme.current().name)
        self.update()

    def nextCheckState(self) -> None:
        """A click changes nothing by itself: what is chosen follows the data."""

    @property
    def _card(self) -> QRectF:
        side = round(theme.scaled(PICTURE))
        return QRectF((self.width() - side) // 2, 2, side, side)

    @property
    def star(self) -> QRect:
        """Where the star can be clicked."""
        side = round(theme.scaled(STAR + 8))
        return QRect(round(self._card.right()) - side, round(self._card.top()), side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        card, lit = self._card, self.underMouse() or self.isDown()
        if self._picture is None:
            self.picture_wanted.emit()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.first:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("accent_soft"))
                painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
            draw_card(painter, card, self.isChecked(), lit)
            if self._picture is not None:
                painter.drawImage(card.topLeft(), self._picture)
            if self.pinned or lit or self.shows_focus:
                self._draw_star(painter)
            self._write(painter, card.bottom() + 5)
            self.draw_focus(painter, QRectF(self.rect()), 8)

    def _draw_star(self, painter: QPainter) -> None:
        side = theme.scaled(STAR)
        place = QRectF(0, 0, side, side)
        place.moveCenter(QRectF(self.star).center())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("surface", 0.8))
        painter.drawEllipse(place.adjusted(-3, -3, 3, 3))
        icons.draw(painter, "star", place, theme.color("accent" if self.pinned else "muted"), 1.75, self.pinned)

    def _write(self, painter: QPainter, top: float) -> None:
        for text, font, token in (
            (self.kind.label, theme.ui_font(), "accent" if self.isChecked() else "text"),
            (self.kind.source, theme.small_font(), "muted"),
        ):
            metrics = QFontMetrics(font)
            line = QRectF(2, top, self.width() - 4, metrics.height())
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(line.width()))
            painter.setFont(font)
            painter.setPen(theme.color(token))
            painter.drawText(line, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, shown)
            top += metrics.height()

    def sizeHint(self) -> QSize:
        lines = QFontMetrics(theme.ui_font()).height() + QFontMetrics(theme.small_font()).height()
        return QSize(round(theme.scaled(TILE)), round(theme.scaled(PICTURE)) + lines + 12)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.star.contains(event.position().toPoint()):
            self.pin_wanted.emit()
            event.accept()
        else:
            super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.pin_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = ARROWS.get(Qt.Key(event.key()))
        if way is not None:
            self.moved.emit(*way)
        elif event.key() == Qt.Key.Key_Space:
            self.pin_wanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        else:
            event.ignore()  # letters go to the search
