"""A step of the check-up in its list: number, title, outcome, and what was found.

Owns its drawing; knows nothing of how steps are made.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.diagnosis.check_up.step import NAMES, StepName
from playground.views.controls.focus import FocusButton
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT
from playground.words.check_up import NOT_MADE, NOT_PASSED, PASSED, WAITING, ToldStep, title_of_step

NUMBER, DOT, MARGIN = 22.0, 4.0, 10.0
TOKENS = {PASSED: "good", NOT_PASSED: "warning"}
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@guarded
class StepRow(FocusButton):
    """Pressed, it asks for all of its step; before that is made it only tells its title."""

    def __init__(self, name: StepName, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._told: ToldStep | None = None
        self._outcome = ""
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_step(None, False)

    def show_step(self, said: ToldStep | None, busy: bool) -> None:
        """Show what came of it, or that it waits."""
        self._told = said
        self._outcome = said.outcome if said is not None else WAITING if busy else NOT_MADE
        self.setEnabled(said is not None)
        title = title_of_step(self.name)
        self.setAccessibleName(f"{NAMES.index(self.name) + 1}. {title}: {self._outcome}")
        self.setToolTip("" if said is None else as_it_stands(said.found))
        self.update()

    def sizeHint(self) -> QSize:
        high = 2.0 * QFontMetricsF(theme.small_font()).height() + 10.0
        return QSize(300, round(high))

    def paintEvent(self, event: QPaintEvent) -> None:
        margin, number = theme.scaled(MARGIN), theme.scaled(NUMBER)
        small = QFontMetricsF(theme.small_font())
        line, wide, top = small.height() + 2.0, float(self.width()), 4.0
        made = self._told is not None
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.isChecked() or (self.underMouse() and made):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("shade"))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(0, 1, 0, -1), 6, 6)
            painter.setFont(theme.number_font(12))
            painter.setPen(theme.color("muted" if made else "faint"))
            painter.drawText(QRectF(0, top, number, line), int(RIGHT), str(NAMES.index(self.name) + 1))
            left = number + margin
            outcome = small.horizontalAdvance(self._outcome)
            painter.setFont(theme.small_font())
            painter.setPen(theme.color(TOKENS.get(self._outcome, "muted" if made else "faint")))
            painter.drawText(QRectF(wide - margin - outcome - 2, top, outcome + 2, line), int(RIGHT), self._outcome)
            self._paint_dot(painter, QPointF(wide - margin - outcome - 12, top + line / 2))
            self.draw_focus(painter, QRectF(self.rect()).adjusted(0, 1, 0, -1), 6)
            painter.setFont(theme.strong_font())
            painter.setPen(theme.color("text" if made else "faint"))
            title = QFontMetricsF(theme.strong_font()).elidedText(
                title_of_step(self.name), Qt.TextElideMode.ElideRight, wide - left - outcome - 2 * margin - 16
            )  # fmt: skip
            painter.drawText(QRectF(left, top, wide, line), LEFT, title)
            if self._told is not None:
                painter.setFont(theme.small_font())
                painter.setPen(theme.color("muted"))
                text = small.elidedText(self._told.found, Qt.TextElideMode.ElideRight, wide - left - margin)
                painter.drawText(QRectF(left, top + line, wide, line), LEFT, text)

    def _paint_dot(self, painter: QPainter, centre: QPointF) -> None:
        token = TOKENS.get(self._outcome)
        if token is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(token))
            painter.drawEllipse(centre, theme.scaled(DOT) - 0.5, theme.scaled(DOT) - 0.5)
