"""One imperfection, or one setting of the split, in the data column: a quiet line, and where it is set its control.

Owns how such a row looks and unfolds; knows nothing of what is set.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.views.controls import Caption
from playground.views.controls.focus import FocusButton
from playground.views.guards.handlers import guarded
from playground.views.theme import icons, theme
from playground.views.theme.alignment import LEFT, RIGHT

LINE, HEADING = 22, 28
CHEVRON = 14.0
AS_IN_FIELDS = 6.0
"""Right of a value, as the fields of sliders have it."""


@guarded
class QuietLine(FocusButton):
    """A name at the left, its value at the right, both quiet; a heading has a chevron in place of a value."""

    def __init__(self, name: str, heading: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.value, self._heading, self.unfolded = name, "", heading, False
        self.setFixedHeight(round(theme.scaled(HEADING if heading else LINE)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def rename(self, name: str) -> None:
        """Another name, where data of another kind have one."""
        if name != self.name:
            self.name = name
            self.setAccessibleName(name)
            self.update()

    def show_value(self, value: str, unfolded: bool = False) -> None:
        """What stands at the right; unfolded: whether there is more below the line."""
        self.value, self.unfolded = value, unfolded
        self.setAccessibleDescription(value)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect())
        lit = self.isEnabled() and self.underMouse()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.strong_font() if self._heading else theme.ui_font())
            painter.setPen(theme.color(self.ink("text" if lit or self._heading or self.unfolded else "muted")))
            right = rect.width() - self._paint_value(painter, rect, lit)
            metrics, mode = QFontMetrics(painter.font()), Qt.TextElideMode.ElideRight
            painter.drawText(rect, int(LEFT), metrics.elidedText(self.name, mode, int(right - 6)))
            self.draw_focus(painter, rect, 4)

    def _paint_value(self, painter: QPainter, rect: QRectF, lit: bool) -> float:
        """Draw what stands at the right; how wide it is."""
        side = theme.scaled(CHEVRON) if self._heading else AS_IN_FIELDS
        if self._heading:
            place = QRectF(rect.right() - side, rect.center().y() - side / 2, side, side)
            name = "chevron-down" if not self.unfolded else "chevron-up"
            icons.draw(painter, name, place, theme.color("text" if lit else "muted"), 2.0)
            side += 8.0
        if not self.value:
            return side
        painter.save()
        painter.setFont(theme.small_font() if self._heading else theme.number_font(13))
        painter.setPen(theme.color(self.ink("muted")))
        painter.drawText(rect.adjusted(0, 0, -side, 0), int(RIGHT), self.value)
        wide = float(QFontMetrics(painter.font()).horizontalAdvance(self.value))
        painter.restore()
        return side + wide


@guarded
class FlawRow(QWidget):
    """A quiet line; where it is set or opened, its control in place of the line, and what it did below.

    opened: the line was clicked. pointed: the pointer has come to the row, or left it.
    """

    opened = Signal()
    pointed = Signal(bool)
    resized = Signal()

    def __init__(self, key: str, name: str, control: QWidget | None) -> None:
        super().__init__()
        self.key, self.control, self.is_set = key, control, False
        self.line, self.told = QuietLine(name), Caption()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.line, control, self.told):
            if part is not None:
                column.addWidget(part)
        self._open = False
        self.line.clicked.connect(self.opened)
        self._arrange()

    @property
    def is_open(self) -> bool:
        """Whether its control is there although nothing is set."""
        return self._open

    def set_open(self, on: bool) -> None:
        """Show the control, or only the quiet line again."""
        if on != self._open:
            self._open = on
            self._arrange()
            if on and self.control is not None:
                self.control.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_state(self, value: str, is_set: bool, told: str, token: str = "muted") -> None:
        """value: what the quiet line says; told: what it did, in a token's colour."""
        self.is_set = is_set
        self.line.show_value(value, is_set)
        self.told.set_text(told, token)
        self._arrange()

    def _arrange(self) -> None:
        controlled = self.control is not None and (self.is_set or self._open)
        before = self.sizeHint()
        self.line.setVisible(not controlled)
        if self.control is not None:
            self.control.setVisible(controlled)
        self.told.setVisible(bool(self.told.text) and (self.is_set or self._open))
        if self.sizeHint() != before:
            self.updateGeometry()
            self.resized.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.pointed.emit(True)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(False)
