"""Small marks of the doctor: the dot before a finding, and the line that says where it is seen.

Owns their drawing; rings and squares are those that stand on the map and on the canvas.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.diagnosis.signals.finding import NOWHERE, Finding, Place
from playground.views.controls.focus import FocusButton
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT

SIDE = 12.0
LOOKS = {
    "critical": ("warning", True),
    "warning": ("warning", True),
    "note": ("warning", False),
    "good": ("good", True),
}
"""The colour of a dot, and whether it is filled: a suspicion is hollow."""


def token_of(finding: Finding | None) -> str:
    """The colour of a finding's title."""
    return "good" if finding is None else LOOKS[finding.severity][0]


@guarded
class StateDot(QWidget):
    """The dot before what is said."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look: tuple[str, bool] = ("good", True)
        self.setFixedSize(round(theme.scaled(8)), round(theme.scaled(8)))

    def show_finding(self, finding: Finding | None, off: bool = False) -> None:
        """The dot of a finding, or that all is well, or that nobody looks."""
        look = ("faint", False) if off else LOOKS["good" if finding is None else finding.severity]
        if look != self._look:
            self._look = look
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        token, filled = self._look
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen if filled else theme.pen(token, 1.5))
            painter.setBrush(theme.color(token) if filled else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))


@guarded
class WhereLine(FocusButton):
    """`Where ◯ 7 training samples`: the marks are the legend of those on map and canvas. `pointed(on)` while the
    pointer or the keyboard is here; `clicked` as of a button."""

    pointed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._place = "", NOWHERE
        self.setFont(theme.small_font())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def place_text(self) -> str:
        """Where it is seen, in words; empty where it is nowhere in particular."""
        return self._text

    def enterEvent(self, event: QEnterEvent) -> None:
        self.pointed.emit(True)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(self.shows_focus)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.pointed.emit(self.shows_focus or self.underMouse())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.pointed.emit(self.underMouse())

    def show_place(self, text: str, place: Place) -> None:
        self._text, self._place = text, place
        self.setAccessibleName(f"Where: {text}" if text else "")
        self.setToolTip(as_it_stands(f"{text}\nClick: bring it into sight") if text else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, round(QFontMetricsF(self.font()).height()) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._text:
            return
        metrics, high = QFontMetricsF(self.font()), float(self.height())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.color("text" if self.underMouse() or self.shows_focus else "muted"))
            painter.drawText(QRectF(0, 0, self.width(), high), LEFT, "Where")
            left = metrics.horizontalAdvance("Where") + 7
            side = theme.scaled(SIDE)
            for shown, is_round in (
                (bool(self._place.points), True),
                (bool(self._place.units or self._place.layers or self._place.inputs), False),
            ):
                if shown:
                    painter.setPen(theme.pen("warning", 1.75))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    mark = QRectF(left + 1, (high - side) / 2 + 1, side - 2, side - 2)
                    painter.drawRoundedRect(mark, *((side / 2, side / 2) if is_round else (3.0, 3.0)))
                    left += side + 5
            text = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, max(self.width() - left, 10.0))
            painter.setPen(theme.color("text" if self.underMouse() or self.shows_focus else "muted"))
            painter.drawText(QRectF(left, 0, self.width() - left, high), LEFT, text)
            self.draw_focus(painter, QRectF(self.rect()), 4)
