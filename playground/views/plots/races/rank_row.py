"""A row of the ranking: the line, the name, the figures, and the word that takes its settings.

Owns how one looks; what is done with it is the sheet's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from playground import numbers as formats
from playground.population.entrants import Entrant
from playground.views.controls import Caption, ElidedLabel, LinkButton
from playground.views.guards.handlers import guarded
from playground.views.plots.races import words
from playground.views.plots.races.race_maps import LINE, paint_line
from playground.views.theme import theme

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.population.racing import Standing

COLUMNS = ("diverged", "accuracy", "2 000", "12 000", "to 0.012")
"""The widest that stands in each column: loss, accuracy, epoch, milliseconds, milliseconds to the mark."""


@guarded
class Figure(ElidedLabel):
    """A figure at the right of its column."""

    def __init__(self, widest: str, text: str = "–", heading: bool = False) -> None:
        super().__init__(text, theme.small_font() if heading else theme.number_font(12), "muted" if heading else "text")
        self.alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self._wide = max(QFontMetricsF(theme.number_font(12)).horizontalAdvance(widest), 0.0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(round(self._wide) + 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


def heading_row(watched: str) -> tuple[QWidget, Figure]:
    """The names of the columns; that of the last one, which changes."""
    row = QWidget()
    line, (_, accuracy, epoch, time, mark) = _row(row), COLUMNS
    title = Caption(words.loss_column(watched))
    title.alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    line.addWidget(title, 1)
    figures = [
        Figure(accuracy, words.ACCURACY, True), Figure(epoch, words.EPOCHS, True), Figure(time, words.TIME, True),
        Figure(mark, words.mark_column(None), True),
    ]  # fmt: skip
    figures[-2].set_tip(words.TIME_TIP)
    figures[-1].set_tip(words.MARK_TIP)
    for each in figures:
        line.addWidget(each)
    line.addSpacing(LinkButton(words.APPLY).sizeHint().width() + line.spacing())
    return row, figures[-1]


@guarded
class RankRow(QWidget):
    """`applied` with the entrant whose settings are wanted."""

    applied = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entrant: Entrant | None = None
        self._number = 1
        self.name = ElidedLabel()
        self.loss, self.accuracy, self.epoch, self.time, self.to_mark = map(Figure, COLUMNS)
        self.time.set_tip(words.TIME_TIP)
        self.to_mark.set_tip(words.MARK_TIP)
        self.apply = LinkButton(words.APPLY)
        self.apply.clicked.connect(self._on_apply)
        row = _row(self)
        row.addSpacing(round(theme.scaled(LINE)) + 4)
        row.addWidget(self.name, 1)
        for each in (self.loss, self.accuracy, self.epoch, self.time, self.to_mark, self.apply):
            row.addWidget(each)

    def show_entrant(self, entrant: Entrant, number: int) -> None:
        """One that has not begun."""
        self.entrant, self._number = entrant, number
        self._show_name("text")
        for each in (self.loss, self.accuracy, self.epoch, self.time, self.to_mark):
            each.set_text(formats.MISSING)
        self.setAccessibleName(entrant.name)
        self._set_usable(False, "")
        self.update()

    def show_standing(self, place: int, standing: Standing, mark: float | None, usable: bool) -> None:
        """One that stands at this place. mark: the loss that the time is told to. usable: whether its settings can be
        taken now."""
        self.entrant, self._number = standing.entrant, standing.number
        self._show_name("muted" if standing.diverged else "text")
        self.loss.set_text(words.DIVERGED if standing.diverged else formats.figure(standing.loss))
        self.accuracy.set_text(formats.accuracy(standing.accuracy))
        self.epoch.set_text(formats.spaced(standing.epoch))
        self.time.set_text(formats.figure(1000.0 * standing.seconds, 2))
        needed = None if mark is None else standing.seconds_to(mark)
        self.to_mark.set_text(formats.MISSING if needed is None else formats.figure(1000.0 * needed, 2))
        told = place, standing.entrant.name, standing.watched, standing.loss, standing.accuracy, standing.diverged
        self.setAccessibleName(words.spoken(*told))
        self._set_usable(usable, "" if usable else words.NOT_YET)
        self.update()

    def _show_name(self, token: str | None = None) -> None:
        """In a word where it has no room; then the tip tells it whole."""
        if self.entrant is not None:
            wide = QFontMetricsF(self.name.font()).horizontalAdvance(self.entrant.name)
            has_room = wide <= max(self.name.width(), 1)
            self.name.set_text(self.entrant.name if has_room else self.entrant.short, token)
            self.name.set_tip("" if has_room else self.entrant.name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._show_name()

    def _set_usable(self, usable: bool, reason: str) -> None:
        self.apply.setEnabled(usable)
        self.apply.setToolTip(reason or words.APPLY_TIP)
        if self.entrant is not None:
            self.apply.setAccessibleName(f"{words.APPLY} {self.entrant.name}")

    def _on_apply(self) -> None:
        self.applied.emit(self.entrant)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_line(painter, QRectF(0.0, 0.0, theme.scaled(LINE), self.height()), self._number)


def _row(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 1, 0, 1)
    row.setSpacing(8)
    return row
