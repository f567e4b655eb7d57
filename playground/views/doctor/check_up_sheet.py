"""The sheet of the check-up: ten steps that fill one by one, and beside them all that is to be said of one of them.

Owns its arrangement and which step is looked at; knows nothing of how steps are made.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground import numbers as formats
from playground.diagnosis.check_up.step import NAMES, Step
from playground.views.controls import Caption, ElidedLabel, Hairline, LinkButton, Paragraph, explain
from playground.views.controls.overlay import Overlay, heading, scrolled, usable
from playground.views.doctor.evidence import EvidenceRow
from playground.views.doctor.step_picture import StepPicture
from playground.views.doctor.step_row import StepRow
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words import check_up as words
from playground.words.diagnosis import Evidence, told


@guarded
class CheckUpSheet(Overlay):
    """It begins when it is opened, unless all steps are known. `finding_wanted` with a finding somebody asks for."""

    finding_wanted = Signal(object)

    def __init__(self, workbench: Workbench, window: QWidget) -> None:
        super().__init__(window)
        self._workbench, self._checking = workbench, workbench.checking_up
        self._chosen = -1
        """The step that somebody has pressed; before, the first that was not passed, or else the last."""
        self._shown: Step | None = None
        self.rows = [StepRow(name) for name in NAMES]
        self.about, self.link = Caption(), LinkButton("")
        self.links: list[LinkButton] = []
        for place, row in enumerate(self.rows):
            row.clicked.connect(partial(self._choose, place))
        self.link.clicked.connect(self._on_link)
        explain("check_up", self, self.link, self.close_button, *self.rows)
        self._lay_out()
        self._checking.changed.connect(self.refresh)
        self._checking.forgotten.connect(self.close)
        if not self._checking.busy and len(self._checking.steps) < len(NAMES):
            self._checking.start()
        self.refresh()

    def _lay_out(self) -> None:
        column, head, body = QVBoxLayout(self.panel), QHBoxLayout(), QHBoxLayout()
        column.setContentsMargins(24, 18, 18, 16)
        column.setSpacing(12)
        head.setSpacing(8)
        title = ElidedLabel("", theme.title_font())
        title.set_text(words.CHECK_UP)
        head.addWidget(title)
        head.addWidget(self.about)
        head.addStretch(1)
        head.addWidget(self.link)
        head.addWidget(self.close_button)
        column.addLayout(head)
        body.setSpacing(22)
        left, rows = scrolled()
        rows.setSpacing(2)
        for row in self.rows:
            rows.addWidget(row)
        rows.addStretch(1)
        self._right, self._detail = scrolled()
        self._page = QWidget()
        self._detail.addWidget(self._page)
        self._detail.addStretch(1)
        body.addWidget(left, 10)
        body.addWidget(Hairline(Qt.Orientation.Vertical))
        body.addWidget(self._right, 10)
        column.addLayout(body, 1)

    # -- what is shown ----------------------------------------------------------------------------------------------

    @property
    def step(self) -> Step | None:
        """The step that is looked at."""
        steps = self._checking.steps
        if 0 <= self._chosen < len(steps):
            return steps[self._chosen]
        return next((each for each in steps if each.passed is False), steps[-1] if steps else None)

    def refresh(self) -> None:
        """Show what is made so far."""
        checking = self._checking
        steps, busy, experiment, dataset = checking.steps, checking.busy, checking.experiment, checking.dataset
        said: list[words.ToldStep] = []
        if experiment is not None and dataset is not None:
            said = [words.told_step(each, experiment, dataset) for each in steps]
        for place, row in enumerate(self.rows):
            row.show_step(said[place] if place < len(said) else None, busy)
        passed, failed = (sum(each.passed is way for each in steps) for way in (True, False))
        told_so = words.progress(len(steps), passed, failed, busy)
        seed = "" if experiment is None else f"{self._workbench.title}, seed {formats.spaced(experiment.seed)} · "
        self.about.set_text(f"{seed}{told_so}" if busy or steps else words.NOT_READY)
        self.link.setText(words.STOP if busy else words.AGAIN)
        self.link.setAccessibleName(self.link.text())
        self.link.setEnabled(busy or checking.can_start)
        self._show(self.step)

    def _show(self, step: Step | None) -> None:
        if step is not None:
            self.rows[NAMES.index(step.name)].setChecked(True)
        if step is self._shown:
            return
        self._shown = step
        page = QWidget()
        self.links = [] if step is None else self._fill(page, step)
        self._detail.replaceWidget(self._page, page)
        page.show()
        self._page.hide()
        self._page.deleteLater()
        self._page = page
        self._right.verticalScrollBar().setValue(0)

    def _fill(self, page: QWidget, step: Step) -> list[LinkButton]:
        """All that is to be said of a step; returns the links to its findings."""
        experiment, dataset = self._checking.experiment, self._checking.dataset
        assert experiment is not None
        assert dataset is not None
        said, column = words.told_step(step, experiment, dataset), QVBoxLayout(page)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        for title, text in ((words.EXPECTED, said.expected), (words.FOUND, said.found)):
            column.addWidget(heading(title))
            column.addWidget(Paragraph(text, theme.ui_font() if title == words.FOUND else None))
            column.addSpacing(4)
        if step.curve is not None:
            column.addWidget(StepPicture(step, step.curve, experiment, dataset))
            column.addSpacing(4)
        for each in said.figures:
            column.addWidget(EvidenceRow(Evidence(each.label, each.value, each.limit, not each.kept)))
        links = []
        if step.findings:
            column.addSpacing(4)
            column.addWidget(heading(words.FINDINGS))
        for finding in step.findings:
            about = told(finding, experiment, dataset)
            link = LinkButton(about.title, about.sentence, flush=True)
            link.clicked.connect(partial(self.finding_wanted.emit, finding))
            explain("finding", link)
            links.append(link)
            column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
            column.addWidget(Paragraph(about.sentence))
        column.addSpacing(4)
        column.addWidget(heading(words.WHY))
        column.addWidget(Paragraph(said.why))
        return links

    # -- wishes -----------------------------------------------------------------------------------------------------

    def _choose(self, place: int) -> None:
        self._chosen = place
        self._show(self.step)

    def _on_link(self) -> None:
        if self._checking.busy:
            self._checking.cancel()
        else:
            self._chosen = -1
            self._checking.start()

    def stops(self) -> list[QWidget]:
        return usable([*self.rows, *self.links, self.link])

    def escape(self) -> None:
        """What is being made ends first."""
        if self._checking.busy:
            self._checking.cancel()
        else:
            self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go through the steps."""
        way = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        step, made = self.step, len(self._checking.steps)
        if way is None or step is None:
            super().keyPressEvent(event)
            return
        place = min(max(NAMES.index(step.name) + way, 0), made - 1)
        self._choose(place)
        self.rows[place].setFocus(Qt.FocusReason.TabFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: no further steps; those that are made stay."""
        self._checking.cancel()
        super().hideEvent(event)
