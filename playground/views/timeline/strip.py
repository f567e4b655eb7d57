"""The strip with the timeline: its title, the epoch that is shown, the track, and the way back to the live run.

Owns where these lie; what the track shows is its own.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from playground import numbers as formats
from playground.diagram.track import HIGH, LOW
from playground.views.controls import ElidedLabel, LinkButton, SectionLabel, explain
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.timeline.compare import CompareSheet
from playground.views.timeline.list import branch_menu
from playground.views.timeline.track import PAD, Track
from playground.views.workbench.workbench import Workbench
from playground.words import timeline as words

LOW_TEXT = 12
"""How much of the height in a low window grows with the text: there is one row, and little room."""
END = 64
"""From the end of the track to that of the word beside it."""


@guarded
class TimelineStrip(QWidget):
    """As high as `set_low` says, as wide as the window; its columns are those of the panels above."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._columns = (20, 236, 20, 20)
        self._told: tuple[str, bool] = ("", False)
        self.title = SectionLabel(words.TITLE, self)
        self.figure = ElidedLabel("", theme.number_font(13), parent=self)
        self.figure.alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self.track = Track(workbench, self)
        self.track.list_wanted.connect(lambda place: self.open_list(self.track.mapToGlobal(place.toPoint())))
        self.track.branch_wanted.connect(workbench.runs.begin)
        self.live = LinkButton(words.LIVE, words.LIVE_TIP, parent=self)
        self.live.clicked.connect(workbench.timeline.to_live)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(words.TITLE)
        explain("timeline", self)
        workbench.timeline.changed.connect(self._refresh)
        self.set_low(False)
        self._refresh()

    def set_low(self, low: bool) -> None:
        """Whether the window is so low that there is one row only."""
        high = round(theme.scaled(LOW_TEXT) + LOW - LOW_TEXT if low else theme.scaled(HIGH))
        if high != self.height() or self.minimumHeight() != high:
            self.setFixedHeight(high)

    def set_columns(self, title: int, left: int, gap: int, margin: int) -> None:
        """Where the title begins, where the left column ends, the gap after it, and the margin at the right."""
        if (title, left, gap, margin) != self._columns:
            self._columns = title, left, gap, margin
            self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        begin, left, gap, margin = self._columns
        high = self.height()
        named = min(self.title.sizeHint().width(), max(left - begin, 0))
        self.title.setGeometry(begin, 0, named, high)
        self.figure.setGeometry(begin + named + 6, 0, max(left - begin - named - 6, 0), high)
        pad = round(theme.scaled(PAD))
        start, end = left + gap - pad, self.width() - margin - round(theme.scaled(END)) + pad
        self.track.setGeometry(QRect(start, 0, max(end - start, 0), high))
        size = self.live.sizeHint()
        right = self.width() - margin + 5  # the word ends at the margin; its ring does not
        self.live.setGeometry(right - size.width(), (high - size.height()) // 2, size.width(), size.height())

    def open_list(self, place: QPoint | None = None) -> QMenu:
        """Open the list of runs, there on the screen, or over the track."""
        menu = branch_menu(self._workbench, self, self.compare)
        menu.popup(place or self.track.mapToGlobal(QPoint(0, self.track.height())))
        return menu

    def compare(self, number: int | None = None) -> CompareSheet | None:
        """Open the sheet that shows another run beside this one, the youngest by itself; None where none is known."""
        others = self._workbench.runs.others
        number = number if number is not None or not others else others[-1][0]
        if number is None or number not in self._workbench.runs.left:
            return None
        sheet = CompareSheet(self._workbench, number, self.window())
        sheet.open()
        return sheet

    def _refresh(self) -> None:
        timeline = self._workbench.timeline
        told = formats.counter(timeline.epoch), timeline.is_past
        if told == self._told:
            return
        if told[1] != self._told[1]:
            self.live.setText(words.TO_LIVE if told[1] else words.LIVE)
            self.live.setToolTip(words.TO_LIVE_TIP if told[1] else words.LIVE_TIP)
            self.live.setAccessibleName(self.live.text())
            self._lay_out()
        self._told = told
        self.figure.set_text(told[0])

    def paintEvent(self, event: QPaintEvent) -> None:
        """A surface of its own, with a hairline below; the one above is the handle of the plots."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.color("surface"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("line"))
