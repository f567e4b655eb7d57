"""The row over the canvas while a step is looked into: which step, the samples of its batch, and the way out.

Owns its drawing and clicks; what is chosen is the workbench's. It stands in the palette's place.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolTip, QWidget

from playground.data import Dataset
from playground.figures.decision import target_peak
from playground.views.controls import Caption, ElidedLabel, LinkButton, SectionLabel, explain
from playground.views.guards.handlers import guarded
from playground.views.marks.point_marks import ROOM, PointStyle
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words.inside import page as words
from playground.words.inside.inference import row_count, row_title

STEP, RADIUS, RING = 17.0, 4.0, 7.5
NARROW, WORDS = 580.0, 380.0
LEAST, MOST = 3, 16
"""So many samples of a batch stand in the row, the chosen one among them."""


@guarded
class BatchMarks(QWidget):
    """The samples of the batch as marks of their classes; the chosen one is ringed, a click chooses another."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._workbench, self._mode = workbench, workbench.inside
        self.most = MOST
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Samples of the batch")
        explain("inside_sample", self)

    @property
    def shown(self) -> range:
        """The places in the batch that have a mark."""
        step = self._mode.step
        if step is None:
            return range(0)
        size, most = step.batch.size, self.most
        first = min(max(self._mode.sample - most // 2, 0), max(size - most, 0))
        return range(first, min(first + most, size))

    def sizeHint(self) -> QSize:
        return QSize(round(theme.scaled(STEP) * len(self.shown)) + 2, round(theme.scaled(20)))

    def place_of(self, sample: int) -> QPoint:
        """The middle of a sample's mark."""
        step = theme.scaled(STEP)
        return QPoint(round((sample - self.shown.start + 0.5) * step) + 1, self.height() // 2)

    def _sample_at(self, x: float) -> int | None:
        place = self.shown.start + int((x - 1) / theme.scaled(STEP))
        return place if place in self.shown else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        sample = self._sample_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and sample is not None:
            self._mode.choose_sample(sample)

    def event(self, event: QEvent) -> bool:
        """The tip of a mark says which sample it is."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            sample, step = self._sample_at(event.pos().x()), self._mode.step
            if sample is not None and step is not None:
                title = words.sample_title(sample, step.batch.size)
                QToolTip.showText(event.globalPos(), f"{title}\n{words.BATCH_TIP}", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        step = self._mode.step
        if step is None:
            return
        style = self._style(self._workbench.dataset)
        kinds = style.kinds(step.batch.labels)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for sample in self.shown:
                centre = QPointF(self.place_of(sample))
                picture = style.picture(int(kinds[sample]), is_test=False)
                painter.drawPixmap(centre - QPointF(ROOM, ROOM), picture)
                if sample == self._mode.sample:
                    painter.setPen(theme.pen("accent", 2))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.drawEllipse(centre, theme.scaled(RING), theme.scaled(RING))

    def _style(self, dataset: Dataset) -> PointStyle:
        return PointStyle(dataset.task.classes, target_peak(dataset), theme.scaled(RADIUS), self.devicePixelRatioF())


@guarded
class InsideHeader(QWidget):
    """Follows the workbench's mode."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._workbench, self._mode = workbench, workbench.inside
        self.title, self.step = SectionLabel("Network"), ElidedLabel("", theme.strong_font())
        self.batch, self.marks, self.sample = Caption("batch"), BatchMarks(workbench), Caption()
        self.given = Caption()
        self.leave = LinkButton(words.LEAVE, words.LEAVE_TIP)
        self.to_step = LinkButton(words.TO_STEP, words.TO_STEP_TIP)
        self.to_step.hide()
        self.to_step.clicked.connect(self._mode.to_step)
        self.key = Caption(words.LEAVE_KEY)
        self.leave.clicked.connect(self._mode.leave)
        explain("network", self.title)
        explain("inside", self, self.step, self.leave)
        explain("inside_point", self.to_step)
        explain("inside_sample", self.batch, self.sample)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.title, self.step, self.batch, self.marks, self.sample, self.given):
            widget.setSizePolicy(QSizePolicy.Policy.Maximum, widget.sizePolicy().verticalPolicy())
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.to_step)
        row.addWidget(self.leave)
        row.addWidget(self.key)
        self.key.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._mode.changed.connect(self._on_changed)
        self._on_changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, words give way and the batch shows fewer of its samples."""
        room = self.width() / theme.scaled(1.0)
        self.title.setVisible(room >= NARROW - 80)
        self.key.setVisible(room >= NARROW)
        self.batch.setVisible(room >= NARROW and not self._mode.infers)
        self.marks.most = int(min(max((room - WORDS) / STEP, LEAST), MOST))
        self.marks.updateGeometry()

    def _on_changed(self) -> None:
        step, infers = self._mode.step, self._mode.infers
        if not self._mode.on:
            return
        self.marks.setVisible(not infers)
        self.batch.setVisible(not infers and not self.key.isHidden())
        self.to_step.setVisible(infers)
        if infers:
            self.step.set_text(words.ANSWER)
            row, data = self._mode.row, self._workbench.dataset
            is_row = row is not None and row < row_count(data)
            self.sample.set_text(
                row_title(data, row) if is_row and row is not None else words.point_title(self._mode.inputs.tolist())
            )
        else:
            self.step.set_text("" if step is None else words.step_title(step.step))
            self.sample.set_text("" if step is None else words.sample_title(self._mode.sample, step.batch.size))
        self.given.set_text(words.GIVEN if self._mode.is_given else "")
        self.marks.updateGeometry()
        self.marks.update()
