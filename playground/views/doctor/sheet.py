"""The sheet with all that is known of a finding: evidence, the rule with this run's numbers, what would change the
verdict, and every cure with a dot for each seed.

Owns its arrangement; knows nothing of how anything was found.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from playground import numbers as formats
from playground.diagnosis.signals.finding import Finding
from playground.views.controls import Caption, ElidedLabel, Hairline, LinkButton, Paragraph, explain
from playground.views.controls.overlay import Overlay, heading, scrolled, usable
from playground.views.doctor.evidence import EvidenceRow, LossPicture
from playground.views.doctor.marks import StateDot, token_of
from playground.views.doctor.pair_pictures import PairPictures
from playground.views.doctor.seed_dots import CureTable
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words import doctor as words
from playground.words.diagnosis import told


@guarded
class FindingSheet(Overlay):
    """Of one finding of the present run; it goes where that is edited. `wanted(rule)` for the sheet of what follows
    from the finding."""

    wanted = Signal(str)

    def __init__(self, workbench: Workbench, finding: Finding, window: QWidget) -> None:
        super().__init__(window)
        self._workbench, self.finding = workbench, finding
        self.table = CureTable(workbench, finding)
        self.consequences: list[QAbstractButton] = []
        explain("doctor_more", self, self.close_button)
        explain("cure", self.table)
        self._lay_out()
        workbench.experiment_changed.connect(self.close)
        workbench.doctor.changed.connect(self._close_if_off)

    def stops(self) -> list[QWidget]:
        rows = [stop for row in self.table.rows for stop in (row, *usable([row.apply]))]
        return [*usable(self.consequences), *usable([self.table.link]), *rows]

    def escape(self) -> None:
        """Trials end first."""
        if self._workbench.doctor.trials.busy:
            self._workbench.doctor.trials.cancel()
        else:
            self.close()

    def _close_if_off(self) -> None:
        """Of a doctor that is switched off, or locked, nothing is to be seen, and no cure is tried."""
        if not self._workbench.doctor.wishes.on:
            self.close()

    def _lay_out(self) -> None:
        shot = self._workbench.run.snapshot
        assert shot is not None
        said = self._workbench.doctor.told(self.finding) or told(self.finding, shot.experiment, shot.dataset)
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
        left, inside = scrolled()
        inside.addWidget(heading(words.EVIDENCE))
        inside.addWidget(Paragraph(said.sentence, theme.ui_font()))
        inside.addWidget(LossPicture(shot, self._workbench.doctor.forecast, self.finding))
        figures = QVBoxLayout()
        figures.setSpacing(0)
        for each in said.evidence:
            figures.addWidget(EvidenceRow(each))
        inside.addLayout(figures)
        inside.addSpacing(4)
        inside.addWidget(heading(words.THE_RULE))
        if said.formula:
            inside.addWidget(Paragraph(said.formula, theme.number_font(13)))
        inside.addWidget(Paragraph(said.why))
        inside.addWidget(Paragraph(said.source))
        inside.addSpacing(4)
        inside.addWidget(heading(words.VERDICT))
        inside.addWidget(Paragraph(said.verdict))
        self._add_consequences(inside, said.consequences)
        inside.addStretch(1)
        explain("finding", left)
        right, beside = scrolled()
        beside.addWidget(heading(words.CURES))
        beside.addWidget(self.table)
        beside.addSpacing(10)
        beside.addWidget(PairPictures(self._workbench, self.finding.rule))
        beside.addStretch(1)
        body.addWidget(left, 9)
        body.addWidget(Hairline(Qt.Orientation.Vertical))
        body.addWidget(right, 10)
        column.addLayout(body, 1)

    def _add_consequences(self, inside: QVBoxLayout, titles: tuple[str, ...]) -> None:
        """Each a link that leads to its own sheet."""
        if titles:
            inside.addSpacing(4)
            inside.addWidget(heading(words.BRINGS_ABOUT))
        for title, finding in zip(titles, self.finding.consequences, strict=True):
            link = LinkButton(title, words.UNDER_TIP, flush=True)
            link.clicked.connect(partial(self.wanted.emit, finding.rule))
            self.consequences.append(link)
            inside.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
