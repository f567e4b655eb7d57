"""One row of the table of cures: what it sets, its curves, what came of it, and Apply.

Owns its drawing and its button; knows nothing of how cures are tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.views.controls import LinkButton
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT
from playground.views.theme.polygons import polygon
from playground.words.cures import (
    APPLY,
    applies,
    changes_text,
    count_sign,
    count_text,
    cure_title,
    effect_sign,
    effect_text,
    explained,
    word_of,
)

if TYPE_CHECKING:  # what tries cures loads the kernels
    from playground.diagnosis.cures.verifying import CureResult

HIGH, PAD = 23.0, 8.0
SPARK = 48.0, 14.0
EFFECT, WORD = 52.0, 62.0
COUNT, NARROW_COUNT = 62.0, 42.0
"""Widths of the columns from the right; of the counts `14 of 15` and, on the card, `14/15`."""
WIDE = 320.0
LEAST = 270.0
"""With less width the count goes."""
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
Array = NDArray[np.float64]


def mean_curve(result: CureResult, treated: bool) -> tuple[Array, Array]:
    """Epochs and the judged loss, the mean over the seeds; of curves that end sooner as far as all go."""
    curves = [(pair.run_treated if treated else pair.run_without).curve for pair in result.pairs]
    count = min(len(curve.epochs) for curve in curves)
    rows = np.array([curve.judged[:count] for curve in curves])
    return curves[0].epochs[:count], np.minimum(np.nan_to_num(rows, nan=1e9, posinf=1e9), 1e9).mean(axis=0)


def columns(width: float) -> tuple[float, float, float]:
    """Where, from the left, the columns of effect, count and word end."""
    right, word = width - PAD, theme.scaled(WORD)
    steps = (WIDE, COUNT), (LEAST, NARROW_COUNT)
    count = next((theme.scaled(room) for least, room in steps if width >= theme.scaled(least)), 0.0)
    return right - word - count, right - word, right


@guarded
class CureRow(QWidget):
    """`applied` by its button; `pointed(on)` while the pointer or the keyboard is here."""

    applied = Signal()
    pointed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.result: CureResult | None = None
        self._range, self._sparks = (0.0, 1.0), True
        self.apply = LinkButton(APPLY, parent=self)
        self.apply.clicked.connect(self.applied)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_result(self, result: CureResult, span: tuple[float, float], sparks: bool) -> None:
        """Show what came of a cure; span: of the losses of all rows, so that sparks can be compared."""
        self.result, self._range, self._sparks = result, span, sparks
        self.apply.setVisible(result.helped)
        title = cure_title(result.cure)
        words = f"{title}: {explained(result)}, {effect_text(result)}, better with {count_text(result)} seeds"
        self.setAccessibleName(words)
        self.setToolTip(as_it_stands(f"{words}\n{changes_text(result.cure)}"))
        self.apply.setToolTip(as_it_stands(applies(result.cure)))
        self.apply.setAccessibleName(f"{APPLY} {title}")
        self._arrange()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, round(theme.scaled(HIGH)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        size = self.apply.sizeHint()
        self.apply.setGeometry(
            round(self.width() - PAD - size.width() + 5), (self.height() - size.height()) // 2,
            size.width(), size.height(),
        )  # fmt: skip

    def enterEvent(self, event: QEnterEvent) -> None:
        self.pointed.emit(True)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(False)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        result = self.result
        if result is None:
            return
        effect_end, count_end, word_end = columns(self.width())
        high, ink = float(self.height()), "text" if result.helped else "faint"
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.underMouse():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("shade"))
                painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
            effect_left = effect_end - theme.scaled(EFFECT)
            spark = theme.scaled(SPARK[0]) if self._sparks else 0.0
            painter.setFont(theme.small_font())
            painter.setPen(theme.color(ink))
            room = effect_left - spark - PAD - 6
            name = QFontMetricsF(theme.small_font()).elidedText(
                cure_title(result.cure), Qt.TextElideMode.ElideRight, room
            )  # fmt: skip
            painter.drawText(QRectF(PAD, 0, room + 2, high), LEFT, name)
            if self._sparks:
                self._paint_spark(painter, QRectF(effect_left - spark, (high - theme.scaled(SPARK[1])) / 2, spark,
                                                  theme.scaled(SPARK[1])))  # fmt: skip
            painter.setFont(theme.number_font(12))
            painter.setPen(theme.color("good" if result.helped else "faint"))
            painter.drawText(QRectF(0, 0, effect_end, high), int(RIGHT), effect_sign(result))
            painter.setPen(theme.color("muted" if result.helped else "faint"))
            if count_end > effect_end:
                spoken = count_text(result) if self.width() >= theme.scaled(WIDE) else count_sign(result)
                painter.drawText(QRectF(0, 0, count_end, high), int(RIGHT), spoken)
            if not result.helped:
                painter.setFont(theme.small_font())
                painter.drawText(QRectF(0, 0, word_end, high), int(RIGHT), word_of(result))

    def _paint_spark(self, painter: QPainter, place: QRectF) -> None:
        """Mean losses, grey without the cure, in colour with it, over one axis for all rows."""
        assert self.result is not None
        low, high = self._range
        for treated, token in ((False, "faint"), (True, "good" if self.result.helped else "muted")):
            epochs, losses = mean_curve(self.result, treated)
            if len(epochs) < 2:
                continue
            x = place.left() + (epochs - epochs[0]) / max(float(epochs[-1] - epochs[0]), 1.0) * place.width()
            y = place.bottom() - (np.clip(losses, low, high) - low) / max(high - low, 1e-9) * place.height()
            painter.setPen(theme.pen(token, 1.25))
            painter.drawPolyline(polygon(x, y))
