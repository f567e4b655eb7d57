"""The sheet that shows the network as mathematics, typeset, on wish with the numbers of the run.

Owns the sheet and what is copied from it; the formulas are `playground.mathematics`'.
"""

from __future__ import annotations

from concurrent.futures import Future

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from playground.mathematics.content.sheet import FormulaSheet, Line, formulas
from playground.mathematics.plain import text
from playground.views.controls import LinkButton, explain
from playground.views.controls.alt_keys import give_alt_keys
from playground.views.formulas.boxes import Box, boxed
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT
from playground.views.workbench.workbench import Workbench
from playground.words.formulas import COPIED, COPY_LATEX, COPY_MARKDOWN, NUMBERS, NUMBERS_TIP, TITLE

SIZE, FRAME = QSize(760, 620), QSize(16, 48)
PAD, INDENT, BETWEEN, NOTE_GAP = 24.0, 12.0, 9.0, 22.0
POLL_MS = 30


@guarded
class FormulaPage(QWidget):
    """All formulas of a sheet, painted one below the other."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet: FormulaSheet | None = None
        self._lines: list[tuple[str, Box | None, str]] = []
        theme.current().changed.connect(self.update)

    def show_sheet(self, sheet: FormulaSheet) -> None:
        """Show other formulas."""
        self.sheet, self._lines = sheet, []
        for section in sheet.sections:
            self._lines.append((section.title, None, ""))
            self._lines += [("", boxed(line.formula), line.note) for line in section.lines]
        said = [each for section in sheet.sections for each in (section.title, *map(_said, section.lines))]
        self.setAccessibleName(TITLE)
        self.setAccessibleDescription("\n".join(said))
        self.setMinimumSize(self.sizeHint())
        self.update()

    def _high(self, box: Box | None) -> float:
        return QFontMetricsF(theme.strong_font()).height() + 20.0 if box is None else box.height + BETWEEN

    def sizeHint(self) -> QSize:
        small = QFontMetricsF(theme.small_font())
        wide = (INDENT + (0.0 if box is None else box.width) + NOTE_GAP + small.horizontalAdvance(note)
                for _, box, note in self._lines)  # fmt: skip
        high = sum(self._high(box) for _, box, _ in self._lines)
        return QSize(round(2 * PAD + max(wide, default=0.0)), round(2 * PAD + high))

    def paintEvent(self, event: QPaintEvent) -> None:
        y, seen = PAD, QRectF(event.rect())
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme.color("surface"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for title, box, note in self._lines:
                high = self._high(box)
                if y + high >= seen.top() and y <= seen.bottom():
                    self._paint_line(painter, y, title, box, note)
                y += high

    def _paint_line(self, painter: QPainter, y: float, title: str, box: Box | None, note: str) -> None:
        if box is None:
            painter.setFont(theme.strong_font())
            painter.setPen(theme.color("text"))
            high = QFontMetricsF(theme.strong_font()).height()
            painter.drawText(QRectF(PAD, y + 10.0, self.width(), high), LEFT, title)
            return
        base = y + box.ascent
        box.draw(painter, QPointF(PAD + INDENT, base), theme.color("text"))
        painter.setFont(theme.small_font())
        painter.setPen(theme.color("muted"))
        painter.drawText(QPointF(PAD + INDENT + box.width + NOTE_GAP, base), note)


def _said(line: Line) -> str:
    return f"{text(line.formula)} {line.note}".strip()


@guarded
class FormulasSheet(QDialog):
    """Closes with Escape; `page` has the formulas, `numbers` is the switch for those of the run."""

    def __init__(self, workbench: Workbench, parent: QWidget) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._asked: Future[FormulaSheet] | None = None
        self.setWindowTitle(TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.page = FormulaPage()
        self.numbers = LinkButton(NUMBERS, NUMBERS_TIP, checkable=True)
        self.numbers.toggled.connect(self.refresh)
        explain("formulas", self)
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setWidget(self.page)
        self.copies = {name: QPushButton(name) for name in (COPY_LATEX, COPY_MARKDOWN)}
        foot = QHBoxLayout()
        foot.setContentsMargins(20, 0, 20, 0)
        foot.addWidget(self.numbers)
        foot.addStretch(1)
        for name, button in self.copies.items():
            button.clicked.connect(lambda _checked=False, name=name: self._copy(name))
            button.setAutoDefault(False)
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 14)
        column.setSpacing(12)
        column.addWidget(self.scroller, 1)
        column.addLayout(foot)
        give_alt_keys(self)
        self._labels = {name: button.text() for name, button in self.copies.items()}
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self._take)
        self.page.show_sheet(formulas(workbench.experiment))
        workbench.experiment_changed.connect(self.refresh)
        self.resize(SIZE.boundedTo(self.screen().availableSize() - FRAME))

    def refresh(self) -> None:
        """The formulas of now; the run's numbers come when its thread has answered."""
        wished, run = self.numbers.isChecked(), self._workbench.run
        self._asked = run.ask(lambda session: formulas(session, True)) if wished else None
        if self._asked is None:
            self._poll.stop()
            self.page.show_sheet(formulas(self._workbench.experiment, numbers=wished))
        else:
            self._poll.start()

    def _take(self) -> None:
        if self._asked is None or not self._asked.done():
            return
        self._poll.stop()
        asked, self._asked = self._asked, None
        if not asked.cancelled() and asked.exception() is None:
            self.page.show_sheet(asked.result())

    def _copy(self, name: str) -> None:
        sheet = self.page.sheet
        if sheet is not None:
            QGuiApplication.clipboard().setText(sheet.latex() if name == COPY_LATEX else sheet.markdown())
            self.copies[name].setText(COPIED)
            QTimer.singleShot(1200, self.copies[name], lambda: self.copies[name].setText(self._labels[name]))
