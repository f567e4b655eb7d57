"""A bar for each set, with marks for what is easy and what is possible.

Owns that drawing; what the bars say comes from `playground.figures.baselines`.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from playground.figures.baselines import SIMPLE, Comparison, compared
from playground.figures.curves import without_overlap
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT, RIGHT
from playground.views.workbench.workbench import Workbench

COLOURS = {"train": "accent", "validation": "good", "test": "warning"}
TITLE, ROW, FOOT, BAR = 24.0, 21.0, 16.0, 10.0

TERMS = dict.fromkeys(SIMPLE.values(), "simple_models") | {"majority": "majority", "best possible": "best_possible"}
"""The glossary's entries of the marks."""
NEAR = 4.0
"""A mark's line is met within so many pixels."""


class PlacedMark(NamedTuple):
    """A mark: where its lines are from the left, and the middle and width of its name."""

    name: str
    lines: list[float]
    centre: float
    size: float


@guarded
class AccuracyBars(QWidget):
    """Accuracy of a classification, error of a regression. `rows_changed`: there are more sets, or fewer."""

    rows_changed = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._shown: Comparison | None = None
        self.setAccessibleName("Accuracy")
        workbench.run.snapshot_ready.connect(self._on_changed)
        workbench.experiment_changed.connect(self._on_changed)
        workbench.referring.known.connect(self._on_changed)
        theme.current().changed.connect(self.update)
        self._on_changed()

    def showEvent(self, event: QShowEvent) -> None:
        self._workbench.referring.want(True)

    def hideEvent(self, event: QHideEvent) -> None:
        self._workbench.referring.want(False)

    def sizeHint(self) -> QSize:
        return QSize(240, round(theme.scaled(TITLE + self._rows * ROW + FOOT)))

    @property
    def _rows(self) -> int:
        return 2 if self._shown is None else len(self._shown.bars)

    @property
    def shown(self) -> Comparison | None:
        """What is shown."""
        return self._shown

    def _on_changed(self) -> None:
        snapshot = self._workbench.run.snapshot
        dataset = self._workbench.dataset if snapshot is None else snapshot.dataset
        experiment = self._workbench.experiment if snapshot is None else snapshot.experiment
        references = self._workbench.referring.references if dataset is self._workbench.dataset else None
        found = compared(dataset, None if snapshot is None else snapshot.metrics, experiment, references)
        if found != self._shown:
            rows, self._shown = self._rows, found
            if self._rows != rows:
                self.rows_changed.emit()
            self._describe(found)
            self.update()

    def _describe(self, found: Comparison) -> None:
        bars = ", ".join(f"{bar.name} {bar.text}" for bar in found.bars)
        marks = ", ".join(f"{mark.name} {mark.text}" for mark in found.marks)
        self.setAccessibleName(found.title)
        self.setAccessibleDescription(f"{bars}; {marks}")
        self.setToolTip("\n".join(f"{mark.name}: {mark.text}" for mark in found.marks))

    def paintEvent(self, event: QPaintEvent) -> None:
        found = self._shown
        if found is None:
            return
        title, row, track = theme.scaled(TITLE), theme.scaled(ROW), self._track()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.strong_font())
            painter.setPen(theme.color("text"))
            painter.drawText(QRectF(0, 0, self.width(), title - 6), LEFT, found.title)
            for place, bar in enumerate(found.bars):
                line = QRectF(0, title + place * row, self.width(), row)
                self._paint_bar(painter, line, track, bar.share, COLOURS[bar.name])
                painter.setFont(theme.ui_font())
                painter.setPen(theme.color("muted"))
                painter.drawText(line, LEFT, bar.name)
                painter.setFont(theme.number_font(13))
                painter.setPen(theme.color("text"))
                painter.drawText(line, RIGHT, bar.text)
            self._paint_marks(painter, track, found)

    def _track(self) -> QRectF:
        """Where the bars lie, from 0 to 1."""
        names = QFontMetricsF(theme.ui_font()).horizontalAdvance("train" if self._rows == 2 else "validation")
        names += 22 if self._rows == 2 else 12
        figures = QFontMetricsF(theme.number_font(13)).horizontalAdvance("100.0 %") + 10
        return QRectF(
            names, theme.scaled(TITLE), max(self.width() - names - figures, 10.0), self._rows * theme.scaled(ROW)
        )

    def term_at(self, place: QPoint) -> str:
        """The glossary's entry of the mark whose name or line lies at a place; empty where there is none."""
        track, where = self._track(), QPointF(place)
        for mark in _placed_marks(track, self._shown, float(self.width())):
            on_name = where.y() > track.bottom() and abs(where.x() - mark.centre) <= mark.size / 2
            on_line = where.y() >= track.top() and min(abs(where.x() - x) for x in mark.lines) <= NEAR
            if on_name or (on_line and where.y() <= track.bottom()):
                return TERMS.get(mark.name, "")
        return ""

    def _paint_bar(self, painter: QPainter, line: QRectF, track: QRectF, share: float | None, token: str) -> None:
        high = theme.scaled(BAR)
        bar = QRectF(track.left(), line.center().y() - high / 2, track.width(), high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("shade"))
        painter.drawRoundedRect(bar, high / 2, high / 2)
        if share is not None and share > 0:
            bar.setWidth(max(bar.width() * share, high))
            painter.setBrush(theme.color(token))
            painter.drawRoundedRect(bar, high / 2, high / 2)

    def _paint_marks(self, painter: QPainter, track: QRectF, found: Comparison) -> None:
        """Lines through the bars, each where it lies for that set; their names below."""
        painter.setFont(_mark_font())
        for mark in _placed_marks(track, found, float(self.width())):
            painter.setPen(theme.pen("text", 1))
            ends = [track.top() - 1, *(track.top() + (row + 1) * track.height() / len(mark.lines)
                                       for row in range(len(mark.lines) - 1)), track.bottom() + 2]  # fmt: skip
            for x, top, bottom in zip(mark.lines, ends, ends[1:], strict=False):
                painter.drawLine(int(x), int(top), int(x), int(bottom))
            painter.setPen(theme.color("muted"))
            room = QRectF(mark.centre - mark.size / 2, track.bottom() + 2, mark.size + 1, theme.scaled(FOOT))
            painter.drawText(room, LEFT, mark.name)


def _mark_font() -> QFont:
    font = theme.small_font()
    font.setPixelSize(max(font.pixelSize() - 1, 10))
    return font


def _placed_marks(track: QRectF, found: Comparison | None, width: float) -> list[PlacedMark]:
    """The marks' lines, and their names below, apart from each other."""
    if found is None:
        return []
    metrics = QFontMetricsF(_mark_font())
    lines = [[_across(track, share) for share in mark.shares if share is not None] for mark in found.marks]
    sizes = [metrics.horizontalAdvance(mark.name) for mark in found.marks]
    centres = without_overlap([of_mark[-1] for of_mark in lines], sizes, 0.0, width, 10.0)
    placed = zip(found.marks, lines, centres, sizes, strict=True)
    return [PlacedMark(mark.name, of_mark, centre, size) for mark, of_mark, centre, size in placed]


def _across(track: QRectF, share: float) -> float:
    """Where a share lies, on a whole pixel."""
    return round(track.left() + share * track.width()) - 0.5
