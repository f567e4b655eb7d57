"""The card with two sides, training and doctor, the chip that leads to it, and the sheet with all that is known.

Owns how these find each other; what they show is theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from playground.diagnosis.signals.finding import Finding
from playground.views.controls import explain
from playground.views.controls.card import TwoSided
from playground.views.doctor.card import DoctorCard
from playground.views.training.panel import TrainingPanel
from playground.views.transport.finding_chip import FindingChip
from playground.views.workbench.workbench import Workbench
from playground.words import doctor as words

if TYPE_CHECKING:
    from playground.views.doctor.check_up_sheet import CheckUpSheet
    from playground.views.doctor.sheet import FindingSheet

TRAINING, DOCTOR = "training", "doctor"


class DoctorSide(QObject):
    """`card` holds both and is made in `parent`; `sheet` and `check_up` are those that were opened last."""

    def __init__(self, workbench: Workbench, chip: FindingChip, window: QWidget, parent: QWidget) -> None:
        super().__init__(window)
        self._workbench, self._chip, self._window = workbench, chip, window
        front = TRAINING, words.TRAINING, words.TRAINING_TIP
        back = DOCTOR, words.DOCTOR, words.DOCTOR_TIP
        self.card = TwoSided(front, back, parent)
        self.training = TrainingPanel(workbench, self.card)
        self.doctor = DoctorCard(workbench, self.card)
        self.card.hold(self.training, self.doctor, self.doctor.corner)
        explain("doctor_switch", self.card.switch)
        explain("finding_chip", chip)
        self.sheet: FindingSheet | None = None
        self.check_up: CheckUpSheet | None = None
        self.card.turned.connect(self._refresh)
        self.doctor.more_wanted.connect(self.open_sheet)
        self.doctor.check_up_wanted.connect(self.open_check_up)
        chip.clicked.connect(self._on_chip)
        workbench.doctor.changed.connect(self._refresh)
        workbench.view_changed.connect(self._on_view_changed)
        self._refresh()

    def flip(self) -> None:
        """Training or doctor."""
        self.card.flip()
        if self.card.shows(DOCTOR):
            self.doctor.focus_first()

    def open_sheet(self) -> None:
        """All that is known of the finding that the card shows."""
        finding = self.doctor.finding
        if finding is not None:
            self._open(finding)

    def open_check_up(self) -> None:
        """The ten steps of the check-up, made one by one."""
        from playground.views.doctor.check_up_sheet import CheckUpSheet

        self.check_up = CheckUpSheet(self._workbench, self._window)
        self.check_up.finding_wanted.connect(self._open_from_check_up)
        self.check_up.open()

    def _open_from_check_up(self, finding: Finding) -> None:
        if self.check_up is not None:
            self.check_up.close()
        self._open(finding)

    def _open(self, finding: Finding) -> None:
        from playground.views.doctor.sheet import FindingSheet

        if self._workbench.run.snapshot is not None:
            self.sheet = FindingSheet(self._workbench, finding, self._window)
            self.sheet.wanted.connect(self._open_other)
            self.sheet.open()

    def _open_other(self, rule: str) -> None:
        """The sheet of another finding, which the card shows from then on."""
        if self.sheet is not None:
            self.sheet.close()
        self.doctor.show_rule(rule)
        self.open_sheet()

    def _on_chip(self) -> None:
        self.doctor.show_cause()
        self.card.show_side(DOCTOR)
        self.doctor.focus_first()

    def _on_view_changed(self) -> None:
        """A link, or a teacher, may have taken the doctor away."""
        self._workbench.doctor.wishes.set_locked("doctor" in self._workbench.view.locked)

    def _refresh(self) -> None:
        unseen = self._workbench.doctor.unseen and not self.card.shows(DOCTOR)
        self.card.set_marked(unseen, words.UNSEEN)
        self._chip.setChecked(self.card.shows(DOCTOR))
