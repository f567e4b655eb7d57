"""A slim slider of whole positions, drawn like the design: a thin track, a filled part, a ring to hold.

Owns mouse, keyboard and drawing; knows nothing of what a position means (see `slider_row`).
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from playground.views.controls.focus import FocusRing
from playground.views.guards.handlers import guarded
from playground.views.theme import theme

RADIUS = 6.0
TRACK = 4.0


@guarded
class Slider(FocusRing, QAbstractSlider):
    """`moved(position)` on every step by the user; `settled()` when the user lets go."""

    moved = Signal(int)
    settled = Signal()

    def __init__(self, steps: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, max(1, steps))
        self.setPageStep(max(1, steps // 10))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(round(theme.scaled(80)), round(theme.scaled(16)))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, round(theme.scaled(16)))

    def _radius(self) -> float:
        return theme.scaled(RADIUS) + 0.5

    def x_of(self, position: int) -> float:
        """The middle of the ring for a position."""
        reach = self.width() - 2 * self._radius()
        return self._radius() + reach * (position - self.minimum()) / (self.maximum() - self.minimum())

    def _position_at(self, x: float) -> int:
        reach = max(1.0, self.width() - 2 * self._radius())
        share = min(1.0, max(0.0, (x - self._radius()) / reach))
        return round(self.minimum() + share * (self.maximum() - self.minimum()))

    def _move_to(self, position: int) -> None:
        position = min(self.maximum(), max(self.minimum(), position))
        if position != self.value():
            self.setValue(position)
            self.moved.emit(position)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._move_to(self._position_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._move_to(self._position_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown() and event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self.settled.emit()
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key
        steps = {
            key.Key_Left: -self.singleStep(), key.Key_Down: -self.singleStep(), key.Key_Right: self.singleStep(),
            key.Key_Up: self.singleStep(), key.Key_PageDown: -self.pageStep(), key.Key_PageUp: self.pageStep(),
            key.Key_Home: self.minimum() - self.maximum(), key.Key_End: self.maximum() - self.minimum(),
        }  # fmt: skip
        step = steps.get(key(event.key()))
        if step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
            return
        self.shows_focus = True
        self._move_to(self.value() + step)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self.settled.emit()
        super().keyReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Only with the focus: rolling over a panel must not change an experiment."""
        turn = event.angleDelta().y()
        if not self.hasFocus() or turn == 0:
            event.ignore()
            return
        self._move_to(self.value() + (self.singleStep() if turn > 0 else -self.singleStep()))
        self.settled.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        middle = self.height() / 2
        centre = QPointF(self.x_of(self.value()), middle)
        radius = self._radius()
        thick = theme.scaled(TRACK)
        active = theme.color("accent" if self.isEnabled() else "faint")
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("track"))
            painter.drawRoundedRect(QRectF(0, middle - thick / 2, self.width(), thick), thick / 2, thick / 2)
            painter.setBrush(active)
            painter.drawRoundedRect(QRectF(0, middle - thick / 2, centre.x(), thick), thick / 2, thick / 2)
            if self.shows_focus or self.isSliderDown() or (self.underMouse() and self.isEnabled()):
                painter.setBrush(theme.color("focus", 0.32 if self.shows_focus or self.isSliderDown() else 0.16))
                painter.drawEllipse(centre, radius + 1.5, radius + 1.5)
            painter.setPen(theme.pen("accent" if self.isEnabled() else "faint", 2))
            painter.setBrush(theme.color("surface"))
            painter.drawEllipse(centre, radius - 1.5, radius - 1.5)
