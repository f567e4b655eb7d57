"""The sheet with all that is known of a finding: evidence, the rule with this run's numbers, what would change the
verdict, and every cure with a dot for each seed.

Owns its arrangement over the dimmed window and when it goes; knows nothing of how anything was found.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from playground import numbers as formats
from playground.diagnosis.signals.finding import Finding
from playground.views.controls import Caption, ElidedLabel, Hairline, IconButton, LinkButton, Paragraph, explain
from playground.views.doctor.evidence import EvidenceRow, LossPicture
from playground.views.doctor.marks import StateDot, token_of
from playground.views.doctor.seed_dots import CureTable
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words import doctor as words
from playground.words.diagnosis import told

SIZE = QSize(1048, 588)
EDGE, SCRIM, RADIUS = 24, 0.36, 12


@guarded
class FindingSheet(QWidget):
    """Lies over the whole window; Escape, the cross, or a click beside it takes it away."""

    def __init__(self, workbench: Workbench, finding: Finding, window: QWidget) -> None:
        super().__init__(window)
        self._workbench, self._window, self.finding = workbench, window, finding
        self._held: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.panel = QWidget(self)
        self.table = CureTable(workbench, finding)
        self.close_button = IconButton("close", "Close  (Esc)")
        self.close_button.clicked.connect(self.close)
        explain("doctor_more", self, self.close_button)
        explain("cure", self.table)
        self._lay_out()
        handle = window.windowHandle()
        if handle is not None:
            for signal in (handle.widthChanged, handle.heightChanged):
                signal.connect(self._refit_soon)
        theme.current().changed.connect(self.update)
        workbench.experiment_changed.connect(self.close)
        workbench.doctor.changed.connect(self._close_if_off)

    def open(self) -> None:
        """Show it over the window, with the keyboard."""
        self._held = QApplication.focusWidget()
        self.fit()
        self.show()
        self.raise_()
        self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def fit(self) -> None:
        """Lie over all of the window."""
        self.setGeometry(self._window.rect())
        wanted = QSize(round(theme.scaled(SIZE.width())), round(theme.scaled(SIZE.height())))
        size = wanted.boundedTo(self.size() - QSize(2 * EDGE, 2 * EDGE))
        self.panel.setGeometry(
            QRect(QPointF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2).toPoint(), size)
        )

    def _close_if_off(self) -> None:
        """Of a doctor that is switched off, or locked, nothing is to be seen, and no cure is tried."""
        if not self._workbench.doctor.on:
            self.close()

    def _refit_soon(self) -> None:
        QTimer.singleShot(0, self, self.fit)

    def _lay_out(self) -> None:
        shot = self._workbench.run.snapshot
        assert shot is not None
        said = told(self.finding, shot.experiment, shot.dataset)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(24, 18, 18, 16)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        dot, title = StateDot(), ElidedLabel("", theme.title_font())
        dot.show_finding(self.finding)
        title.set_text(said.title, token_of(self.finding))
        place = f"{said.since}, {self._workbench.title}, seed {formats.spaced(shot.experiment.seed)}"
        about = Caption(f"{said.severity} · {place}")
        for widget in (dot, title, about):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.close_button)
        column.addLayout(head)
        body = QHBoxLayout()
        body.setSpacing(22)
        left, inside = _scrolled()
        inside.addWidget(_heading(words.EVIDENCE))
        inside.addWidget(Paragraph(said.sentence, theme.ui_font()))
        inside.addWidget(LossPicture(shot, self._workbench.doctor.forecast, self.finding))
        figures = QVBoxLayout()
        figures.setSpacing(0)
        for each in said.evidence:
            figures.addWidget(EvidenceRow(each))
        inside.addLayout(figures)
        inside.addSpacing(4)
        inside.addWidget(_heading(words.THE_RULE))
        if said.formula:
            inside.addWidget(Paragraph(said.formula, theme.number_font(13)))
        inside.addWidget(Paragraph(said.why))
        inside.addWidget(Paragraph(said.source))
        inside.addSpacing(4)
        inside.addWidget(_heading(words.VERDICT))
        inside.addWidget(Paragraph(said.verdict))
        for consequence in said.consequences:
            inside.addWidget(Paragraph(f"It brings about: {consequence}."))
        inside.addStretch(1)
        explain("finding", left)
        right, beside = _scrolled()
        beside.addWidget(_heading(words.CURES))
        beside.addWidget(self.table)
        beside.addStretch(1)
        body.addWidget(left, 9)
        body.addWidget(Hairline(Qt.Orientation.Vertical))
        body.addWidget(right, 10)
        column.addLayout(body, 1)

    # -- pointer and keys -------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, forward: bool) -> bool:
        """The keyboard stays on the sheet."""
        stops: list[QWidget] = [each for each in self.findChildren(LinkButton) if each.isVisible() and each.isEnabled()]
        stops.append(self.close_button)
        held = QApplication.focusWidget()
        at = stops.index(held) if held in stops else -1
        stops[(at + (1 if forward else -1)) % len(stops)].setFocus(
            Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        )
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._workbench.doctor.trials.busy:
            self._workbench.doctor.trials.cancel()
        else:
            self.close()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.close()

    def hideEvent(self, event: object) -> None:
        if self._held is not None and self._held.isVisible():
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


def _heading(text: str) -> ElidedLabel:
    return ElidedLabel(text, theme.strong_font())


def _scrolled() -> tuple[QScrollArea, QVBoxLayout]:
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
