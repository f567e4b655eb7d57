"""All cures of a finding on its sheet: a row each, with a dot for every seed on one axis, effect, count and Apply.

Owns this table and the link that fills it; knows nothing of how cures are tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.diagnosis.signals.finding import Finding
from playground.views.controls import Caption, LinkButton
from playground.views.controls.focus import FocusRing
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT
from playground.views.workbench.workbench import Workbench
from playground.words import cures as cure_words
from playground.words import doctor as words

if TYPE_CHECKING:  # what tries cures loads the kernels
    from playground.diagnosis.cures.verifying import CureResult

HIGH, HEAD, RADIUS, PAIRS = 27.0, 20.0, 2.5, 5
NAME, EFFECT, COUNT, WORD = 0.38, 62.0, 58.0, 70.0
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def differences(result: CureResult) -> list[float]:
    """What each seed's pair gained: of a loss as a share of that without."""
    if result.measure == "loss":
        return [(pair.treated - pair.without) / max(abs(pair.without), 1e-12) for pair in result.pairs]
    return [pair.treated - pair.without for pair in result.pairs]


def axis_of(row: QWidget) -> QRectF:
    """Where dots may stand in a row of this table."""
    left, right = row.width() * NAME + 8, row.width() - sum(map(theme.scaled, (EFFECT, COUNT, WORD)))
    return QRectF(left, 0, max(right - left, 20.0), float(row.height()))


@guarded
class AxisHead(QWidget):
    """What the dots stand for: the measure, no change in the middle, and how far the axis goes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._name, self._ends = "", ("", "", "")
        self.setFixedHeight(round(theme.scaled(HEAD)))

    def show_axis(self, name: str, unit: cure_words.Unit, reach: float) -> None:
        """reach: the change at either end of the axis, in that unit."""
        low, none, high = (cure_words.amount(each, unit) for each in (-reach, 0.0, reach))
        self._name, self._ends = name, (low, none, high)
        self.setAccessibleName(f"{name}, from {low} to {high}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        axis, high = axis_of(self), float(self.height())
        end = axis.width() / 2 - 4
        with QPainter(self) as painter:
            painter.setPen(theme.color("muted"))
            painter.setFont(theme.small_font())
            painter.drawText(QRectF(0, 0, axis.left(), high), LEFT, self._name)
            painter.setFont(theme.number_font(11))
            ends = tuple(zip((-end, 0.0, end), self._ends, strict=True))
            wide = QFontMetricsF(theme.number_font(11)).horizontalAdvance(f"{self._ends[2]} ")
            for away, text in ends if end > wide else ends[1:2]:
                place = QRectF(axis.center().x() + away - 40, 0, 80, high)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


@guarded
class SeedRow(FocusRing, QWidget):
    """One cure. What is pointed at, or has the keyboard, is what the pictures below show."""

    def __init__(self, result: CureResult, reach: float, workbench: Workbench, parent: QWidget) -> None:
        super().__init__(parent)
        self._result, self._reach, self._trials = result, reach, workbench.doctor.trials
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        title = cure_words.cure_title(result.cure)
        told = f"{cure_words.explained(result)}, {cure_words.effect_text(result)}, {cure_words.count_text(result)}"
        self.setAccessibleName(f"{title}: {told}")
        self.setToolTip(as_it_stands(f"{title}\n{told}\n{cure_words.changes_text(result.cure)}"))
        self.setFixedHeight(round(theme.scaled(HIGH)))
        self.apply = LinkButton(cure_words.APPLY, as_it_stands(cure_words.applies(result.cure)), parent=self)
        self.apply.setAccessibleName(f"{cure_words.APPLY} {title}")
        self.apply.setVisible(result.helped)
        self.apply.clicked.connect(lambda: workbench.doctor.trials.apply(result))

    def resizeEvent(self, event: QResizeEvent) -> None:
        size = self.apply.sizeHint()
        self.apply.setGeometry(
            self.width() - size.width() + 1, (self.height() - size.height()) // 2, size.width(), size.height()
        )

    def enterEvent(self, event: QEnterEvent) -> None:
        self._trials.point(self._result)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._trials.point(None)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._trials.point(self._result)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._trials.point(None)

    def axis(self) -> QRectF:
        """Where dots may stand."""
        return axis_of(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        result, high, wide = self._result, float(self.height()), float(self.width())
        axis, good = self.axis(), self._result.helped
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.underMouse() or self.shows_focus:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("shade"))
                painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
            self.draw_focus(painter)
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("text" if good else "faint"))
            metrics = QFontMetricsF(theme.small_font())
            name = metrics.elidedText(
                cure_words.cure_title(result.cure), Qt.TextElideMode.ElideRight, self.width() * NAME
            )  # fmt: skip
            painter.drawText(QRectF(0, 0, self.width() * NAME + 2, high), LEFT, name)
            self._paint_dots(painter, axis, good)
            word, count = theme.scaled(WORD), theme.scaled(COUNT)
            painter.setFont(theme.number_font(12))
            painter.setPen(theme.color("good" if good else "faint"))
            painter.drawText(QRectF(0, 0, wide - word - count, high), int(RIGHT), cure_words.effect_sign(result))
            painter.setPen(theme.color("muted" if good else "faint"))
            painter.drawText(QRectF(0, 0, wide - word, high), int(RIGHT), cure_words.count_text(result))
            if not good:
                painter.setFont(theme.small_font())
                painter.drawText(QRectF(0, 0, wide - 4, high), int(RIGHT), cure_words.word_of(result))

    def _paint_dots(self, painter: QPainter, axis: QRectF, good: bool) -> None:
        """A dot a seed; a line from no change to their middle."""
        zero, y, found = axis.center().x(), axis.center().y(), differences(self._result)
        painter.setPen(theme.pen("line", 1))
        painter.drawLine(QPointF(round(zero) + 0.5, 0), QPointF(round(zero) + 0.5, axis.height()))
        token = "good" if good else "faint"
        places = [zero + max(-1.0, min(1.0, each / self._reach)) * (axis.width() / 2 - 4) for each in found]
        painter.setPen(theme.pen(token, 1.5))
        painter.drawLine(QPointF(zero, y), QPointF(sorted(places)[len(places) // 2], y))
        painter.setBrush(theme.color(token))
        painter.setPen(theme.pen("surface", 1))
        for place in places:
            painter.drawEllipse(QPointF(place, y), RADIUS + 0.5, RADIUS + 0.5)


@guarded
class CureTable(QWidget):
    """Fills as results come."""

    def __init__(self, workbench: Workbench, finding: Finding) -> None:
        super().__init__()
        self._workbench, self._finding = workbench, finding
        self.rows: list[SeedRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.caption, self.link, self.head = Caption(), LinkButton("", flush=True), AxisHead(self)
        for widget in (self.caption, self.link, self.head):
            self._column.addWidget(widget)
        self.link.clicked.connect(self._on_link)
        workbench.doctor.trials.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what has come."""
        trials = self._workbench.doctor.trials
        results = trials.results if trials.of == self._finding.rule else ()
        cures = trials.candidates(self._finding)
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        reach = max([0.05, *(abs(each) for result in results for each in differences(result))])
        self.rows = [SeedRow(each, min(reach, 1.0), self._workbench, self) for each in results]
        for row in self.rows:
            self._column.addWidget(row)
            row.show()
        self.head.setVisible(bool(results))
        busy = trials.busy and trials.of == self._finding.rule
        self.link.setVisible(bool(cures) and (busy or not results))
        self.link.setText(
            cure_words.STOP if busy else words.try_cures(len(cures), PAIRS)
        )  # fmt: skip
        self.link.setAccessibleName(self.link.text())
        if results:
            told = cure_words.paired(cure_words.seeds_of(results))
            measure, unit = cure_words.MEASURES[results[0].measure], cure_words.unit_of(results[0])
            measure = f"{measure}, points" if unit == "points" else measure
            self.caption.set_text(f"{words.progress(len(results), len(cures))} · {told}")
            self.head.show_axis(measure, unit, min(reach, 1.0))
        else:
            none = words.NO_CURE if self._finding.is_alarm else words.NO_NEED
            self.caption.set_text(words.NOT_TRIED if cures else none)

    def _on_link(self) -> None:
        trials = self._workbench.doctor.trials
        if trials.busy_with(self._finding):
            trials.cancel()
        else:
            trials.start(self._finding)
