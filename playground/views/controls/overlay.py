"""A sheet over the dimmed window: its panel, and how it comes and goes.

Owns its place, the keyboard while it is there, and what takes it away; what lies on the panel is others'.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from playground.views.controls.alt_keys import alt_key
from playground.views.controls.buttons import IconButton
from playground.views.controls.labels import ElidedLabel
from playground.views.guards.handlers import guarded
from playground.views.theme import theme

SIZE = QSize(1048, 588)
EDGE, SCRIM, RADIUS = 24, 0.36, 12


@guarded
class Overlay(QWidget):
    """Lies over the whole window; Escape, the cross, or a click beside it takes it away."""

    full_size = SIZE
    """Of the panel, where the window is large enough."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._held: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.panel = QWidget(self)
        self.close_button = IconButton("close", "Close  (Esc)")
        self.close_button.clicked.connect(self.close)
        handle = window.windowHandle()
        if handle is not None:
            for signal in (handle.widthChanged, handle.heightChanged):
                signal.connect(self._refit_soon)
        theme.current().changed.connect(self.update)

    def open(self) -> None:
        """Show it over the window, with the keyboard."""
        self._held = QApplication.focusWidget()
        self.fit()
        self.show()
        self.raise_()
        self.first_stop().setFocus(Qt.FocusReason.PopupFocusReason)

    def fit(self) -> None:
        """Lie over all of the window."""
        self.setGeometry(self._window.rect())
        wanted = QSize(round(theme.scaled(self.full_size.width())), round(theme.scaled(self.full_size.height())))
        size = wanted.boundedTo(self.size() - QSize(2 * EDGE, 2 * EDGE))
        self.panel.setGeometry(
            QRect(QPointF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2).toPoint(), size)
        )

    def _refit_soon(self) -> None:
        QTimer.singleShot(0, self, self.fit)

    def first_stop(self) -> QWidget:
        """Where the keyboard is when it opens."""
        return self.close_button

    def stops(self) -> list[QWidget]:
        """Where Tab leads, in order; the cross comes after them."""
        return []

    def escape(self) -> None:
        """What Escape does."""
        self.close()

    # -- pointer and keys -------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, forward: bool) -> bool:
        """The keyboard stays on the sheet."""
        stops = [*self.stops(), self.close_button]
        held = QApplication.focusWidget()
        at = stops.index(held) if held in stops else -1
        stops[(at + (1 if forward else -1)) % len(stops)].setFocus(
            Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        )
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.close()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()  # nothing of the pointer reaches the window below

    def hideEvent(self, event: QHideEvent) -> None:
        if self._held is not None and isValid(self._held) and self._held.isVisible():
            self._held.setFocus(Qt.FocusReason.OtherFocusReason)
        self._held = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), theme.shadow(SCRIM))
            painter.setPen(theme.pen("line", 1))
            painter.setBrush(theme.color("surface"))
            painter.drawRoundedRect(QRectF(self.panel.geometry()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


@guarded
class HoldingSheet(Overlay):
    """One that is answered before anything else is done: as long as it is there all keys are its own, and nothing is
    dropped. `finished` when it is gone. parts: where Tab leads, in order. default: the button that Return presses."""

    finished = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.parts: tuple[QWidget, ...] = ()
        self.default: QAbstractButton | None = None
        self.setAcceptDrops(True)

    def accept(self) -> None:
        """It was answered."""
        self.close()

    def reject(self) -> None:
        """It was given up."""
        self.close()

    def stops(self) -> list[QWidget]:
        """All that takes the keyboard in its parts, in their order.

        Qt's own chain of focus is not asked: with PySide, who asks owns the answer, and the menu bar would go, too.
        """
        return [each for part in self.parts for each in (part, *part.findChildren(QWidget)) if self._takes_tab(each)]

    def _takes_tab(self, widget: QWidget) -> bool:
        takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
        return takes and widget.isVisible() and widget.isEnabled() and widget is not self.close_button

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # no shortcut of the window, which would act behind the sheet
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressed = None
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            pressed = self.default
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            letter = chr(event.key()).lower() if event.key() < sys.maxunicode else ""
            buttons = [each for each in self.findChildren(QAbstractButton) if each.isVisible()]
            pressed = next((each for each in buttons if letter and alt_key(each.text()) == letter), None)
        if pressed is None:
            super().keyPressEvent(event)
        elif pressed.isEnabled():
            pressed.click()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        event.ignore()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.finished.emit()


def usable(buttons: list[QAbstractButton]) -> list[QWidget]:
    """Those of them that can be pressed now."""
    return [each for each in buttons if each.isVisible() and each.isEnabled()]


def heading(text: str) -> ElidedLabel:
    """The title of a part."""
    return ElidedLabel(text, theme.strong_font())


def scrolled() -> tuple[QScrollArea, QVBoxLayout]:
    """A column that scrolls where there is no room."""
    area, inside = QScrollArea(), QWidget()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.viewport().setAutoFillBackground(False)
    inside.setAutoFillBackground(False)
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 8, 0)
    column.setSpacing(5)
    area.setWidget(inside)
    inside.setAutoFillBackground(False)
    return area, column
