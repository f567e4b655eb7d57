"""Where the panels lie: data, network and output side by side, the timeline, plots and training in a strip below.

Owns the sizes of columns and strip, on a large and on a small screen; knows nothing of what the panels show.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSplitter, QSplitterHandle, QVBoxLayout, QWidget

from playground.views.controls.focus import FocusRing
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.timeline.strip import TimelineStrip

WIDE, NARROW, TIGHT = (236, 366, 20, 20), (208, 312, 14, 14), (176, 236, 8, 8)
"""Widths of the data column and of the output column, the gap between columns and the margin at the right."""
NARROW_BELOW, TIGHT_BELOW = 1360, 860
DATA_SHARE, OUTPUT_SHARE, STRIP_SHARE = 0.09, 0.21, 0.2
"""On a large screen: how much of the window's width data and output take, and of its height the strip."""
NARROW_LEFT = 16
HIGH_STRIP, LOW_STRIP, LEAST_STRIP, LOW_BELOW = 228, 196, 190, 800
LEAST_BODY, HEADER = 290, 60
"""The least height of the upper panels at the usual size of text, and how much of it is text."""
LEAST_PLOTS = 400
"""The least width of the plots: with less, the other training settings take their place."""
HANDLE = 7
KEY_STEP = 16
TOP = 10


@guarded
class StripHandle(FocusRing, QSplitterHandle):
    """The timeline's upper hairline; up and down move it with the plots, with the mouse or the keyboard."""

    def __init__(self, parent: QSplitter) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Height of the plots")
        self.setToolTip("Drag to make the plots higher or lower; with the keyboard, Up and Down")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
        else:
            self.moveSplitter(self.y() + way * KEY_STEP)

    def paintEvent(self, event: QPaintEvent) -> None:
        bottom = self.height() - 1
        with QPainter(self) as painter:
            painter.fillRect(0, bottom, self.width(), 1, theme.color("line"))
            if self.shows_focus or self.underMouse():
                grip = QRectF(self.width() / 2 - 18, bottom - 4, 36, 4)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("focus" if self.shows_focus else "faint"))
                painter.drawRoundedRect(grip, 2, 2)


@guarded
class Areas(QSplitter):
    """The five panels with the timeline between them, and `more` beside the training, which may be hidden.

    They are made in `body`, `below` and `strip`, which belong to their window already, and handed to `hold`: what is
    given another parent is styled anew with all that it holds, and the panels hold much.
    `strip_height` is what the user has chosen, or None for the usual one.
    """

    def __init__(self, holder: QScrollArea) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.strip_height: int | None = None
        self.setHandleWidth(HANDLE)
        self.setChildrenCollapsible(False)
        holder.setWidget(self)
        self.body, self.below = QWidget(self), QWidget(self)
        self.strip = QWidget(self.below)

    def hold(
        self,
        data: QWidget,
        network: QWidget,
        output: QWidget,
        timeline: TimelineStrip,
        plots: QWidget,
        more: QWidget,
        training: QWidget,
    ) -> None:
        """Lay out the panels."""
        self._data, self._output, self._training = data, output, training
        self._plots, self._more, self._timeline = plots, more, timeline
        self._body_row = _row(self.body, data, network, output)
        self._strip_row = _row(self.strip, plots, more, training)
        column = QVBoxLayout(self.below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(timeline)
        column.addWidget(self.strip, 1)
        self.setTabOrder(_last_with_focus(self), self.handle(1))  # Tab reaches the line over the strip after its panels
        self._body_row.setStretch(1, 1)
        self._strip_row.setStretch(0, 1)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        self.set_least_body(0)
        self.strip.setMinimumHeight(round(theme.scaled(LEAST_STRIP)) - 4)
        self.splitterMoved.connect(self._on_splitter_moved)

    def createHandle(self) -> QSplitterHandle:
        return StripHandle(self)

    def set_strip_height(self, height: int | None) -> None:
        """The height of the strip; None goes back to the usual one."""
        self.strip_height = height
        self._arrange()

    def set_least_body(self, height: int) -> None:
        """The least height of the panels above; more than the usual least where one of them needs it."""
        self.body.setMinimumHeight(max(LEAST_BODY + round(theme.scaled(HEADER)) - HEADER, TOP + height))

    def show_more(self, on: bool) -> None:
        """Open or close `more`; where it has no room beside the plots it takes their place."""
        self._more.setVisible(on)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        narrow = self.width() < theme.scaled(NARROW_BELOW)
        tight = self.width() < theme.scaled(TIGHT_BELOW)
        measures = TIGHT if tight else NARROW if narrow else WIDE
        left, right, gap, margin = (round(theme.scaled(each)) for each in measures)
        left, right = max(left, round(DATA_SHARE * self.width())), max(right, round(OUTPUT_SHARE * self.width()))
        self._data.setFixedWidth(left)
        self._output.setFixedWidth(right)
        self._training.setFixedWidth(right)
        self._body_row.setSpacing(gap)
        self._body_row.setContentsMargins(0, TOP, margin, 0)
        self._strip_row.setSpacing(gap)
        left_margin = round(theme.scaled(NARROW_LEFT)) if narrow else gap
        low = self.window().height() < theme.scaled(LOW_BELOW)
        usual = LOW_STRIP if low else HIGH_STRIP
        self._timeline.set_low(low)
        self._timeline.set_columns(left_margin, left, gap, margin)
        self._strip_row.setContentsMargins(left_margin, 4, margin, 10 if usual == HIGH_STRIP else 6)
        beside = self._strip_row.contentsMargins().left() + margin + right + 2 * gap + self._more.minimumWidth()
        self._plots.setHidden(not self._more.isHidden() and self.width() - beside < theme.scaled(LEAST_PLOTS))
        self._strip_row.setStretch(1, 1 if self._plots.isHidden() else 0)
        height = self.strip_height or max(round(theme.scaled(usual)), round(STRIP_SHARE * self.height()))
        total, height = self.height() - self.handleWidth(), height + self._timeline.height()
        self.setSizes([total - height, height])

    def _on_splitter_moved(self) -> None:
        self.strip_height = self.sizes()[1] - self._timeline.height()


def _last_with_focus(below: QWidget) -> QWidget:
    """The last one of a window that Tab reaches: Qt gives the keyboard no place behind others."""
    found = below.window().previousInFocusChain()
    while found is not None and found is not below and found.focusPolicy() == Qt.FocusPolicy.NoFocus:
        found = found.previousInFocusChain()
    return found or below


def _row(holder: QWidget, *panels: QWidget) -> QHBoxLayout:
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    for panel in panels:
        row.addWidget(panel)
    return row
