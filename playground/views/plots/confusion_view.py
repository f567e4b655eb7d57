"""Which class is taken for which; for a regression the answers against the targets.

Owns the drawing and the choice between training and test set; the figures come from `playground.figures.confusion`.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QToolTip, QWidget

from playground.figures.confusion import Confusion, Scatter, confusion, scatter
from playground.numbers import labels
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.plots.confusion_drawing import MatrixPlaces, matrix_places, paint_matrix
from playground.views.theme import theme
from playground.views.theme.alignment import CENTRE, LEFT, RIGHT
from playground.views.theme.polygons import polygon
from playground.views.workbench.workbench import Workbench

HEAD, LEAST_WORDS = 40.0, 110.0
MOST_POINTS = 1000


@guarded
class ConfusionView(QWidget):
    """Computes only while it is visible, and only for a new snapshot."""

    set_changed = Signal()

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._test = True
        self._found: Confusion | Scatter | None = None
        self.setAccessibleName("Confusion matrix")
        workbench.run.snapshot_ready.connect(self._on_changed)
        workbench.experiment_changed.connect(self._on_changed)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(900, 165)

    @property
    def found(self) -> Confusion | Scatter | None:
        """What is shown."""
        return self._found

    @property
    def shows_test(self) -> bool:
        """Whether the test set is shown; the training set where there is no other."""
        return self._test and self._workbench.dataset.held_out_labels.size > 0

    def set_test(self, test: bool) -> None:
        """Show the test set, or the training set."""
        if test != self._test:
            self._test = test
            self._on_changed()
            self.set_changed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        self._on_changed()

    def _on_changed(self) -> None:
        if not self.isVisible():
            return
        snapshot, data = self._workbench.run.snapshot, self._workbench.dataset
        find = confusion if data.task.is_classification else scatter
        self._found = find(snapshot, data, self.shows_test)
        self.setAccessibleDescription(" ".join(self._found.sentences) if self._found else "")
        self.update()

    def places(self, found: Confusion) -> MatrixPlaces:
        """Where the cells of a matrix lie now."""
        return matrix_places(self.width(), self.height(), len(found.counts))

    def event(self, event: QEvent) -> bool:
        """A tool tip for the cell under the cursor."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = self._found
            cell = self.places(found).cell_at(QPointF(event.pos())) if isinstance(found, Confusion) else None
            if cell is not None and isinstance(found, Confusion):
                QToolTip.showText(event.globalPos(), as_it_stands(found.cell_sentence(*cell)), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(theme.small_font())
            if self._found is None:
                painter.setPen(theme.color("muted"))
                painter.drawText(QRectF(self.rect()), CENTRE, "Nothing to show yet")
            elif isinstance(self._found, Confusion):
                right = paint_matrix(painter, self.places(self._found), self._found)
                self._paint_words(painter, right + 40, self._found.sentences)
            else:
                right = self._paint_scatter(painter, self._found)
                self._paint_words(painter, right + 40, self._found.sentences)

    # -- regression -------------------------------------------------------------------------------------------------

    def _paint_scatter(self, painter: QPainter, found: Scatter) -> float:
        """Answers upwards over targets to the right, with the line where both are equal."""
        line = theme.scaled(16)
        side = self.height() - 14.0 - line
        plot = QRectF(theme.scaled(60), 6, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("shade"))
        painter.drawRoundedRect(plot, 6, 6)
        painter.setPen(QPen(theme.color("faint"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(plot.bottomLeft(), plot.topRight()))
        inside = np.clip(np.stack([found.targets, found.answers])[:, :MOST_POINTS] / found.reach, -1.0, 1.0)
        x = plot.left() + (inside[0] + 1) / 2 * plot.width()
        y = plot.bottom() - (inside[1] + 1) / 2 * plot.height()
        dot = QPen(theme.color("warning" if self.shows_test else "accent", 0.7), 3.5)
        dot.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(dot)
        painter.drawPoints(polygon(x, y))
        painter.setFont(theme.number_font(11))
        painter.setPen(theme.color("muted"))
        for share, text in zip((0.0, 0.5, 1.0), labels((-found.reach, 0.0, found.reach)), strict=True):
            mark = plot.bottom() - share * (plot.height() - 12) - 6
            painter.drawText(QRectF(0, mark - line / 2, theme.scaled(54), line), RIGHT, text)
            flag = (LEFT, CENTRE, RIGHT)[round(share * 2)]
            painter.drawText(QRectF(plot.left(), plot.bottom() + 3, plot.width(), line), flag, text)
        painter.setFont(theme.small_font())
        painter.drawText(QRectF(plot.right() + 10, plot.bottom() + 3, theme.scaled(60), line), LEFT, "target")
        painter.drawText(QRectF(plot.right() + 10, plot.top(), theme.scaled(60), line), LEFT, "answer")
        return plot.right() + theme.scaled(60)

    def _paint_words(self, painter: QPainter, left: float, sentences: list[str]) -> None:
        """Beside the picture, wrapped where that is needed; none where there is no room for words."""
        painter.setFont(theme.ui_font())
        room = QRectF(left, min(theme.scaled(HEAD), self.height() / 4), self.width() - left, self.height())
        if room.width() < theme.scaled(LEAST_WORDS):
            return
        flags = int(LEFT | Qt.TextFlag.TextWordWrap) & ~int(Qt.AlignmentFlag.AlignVCenter)
        for place, sentence in enumerate(sentences):
            taken = painter.boundingRect(room, flags, sentence)
            if taken.bottom() > self.height():
                return
            painter.setPen(theme.color("text" if place == 0 else "muted"))
            painter.drawText(room, flags, sentence)
            room.setTop(taken.bottom() + 4)
