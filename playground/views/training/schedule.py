"""The page of the learning-rate schedule: its kind, its numbers, and the line it follows.

Owns this page; the rate in force also stands beside the learning rate on the card.
"""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from playground.experiment.experiment import Experiment
from playground.experiment.schedules import SCHEDULES, schedule_choice
from playground.views.controls import Cell, Option, explain
from playground.views.training.fields import NumberRow, TrainingFields, numbers_of
from playground.views.training.page import SettingsPage
from playground.views.training.schedule_line import ScheduleLine
from playground.views.workbench.workbench import Workbench
from playground.words.run import rate_in_force

SLOTS = 3
KEYS = {name: f"schedule_{name}" for name in ("every", "factor", "epochs", "smallest")}
"""Numbers whose entry of the glossary has a name of its own."""


class SchedulePage(SettingsPage):
    """See the module."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._workbench = workbench
        self._fields = TrainingFields(workbench, self.show_training)
        options = [Option(each.name, each.label, f"{each.note}\n{each.formula}") for each in SCHEDULES.values()]
        self.kind = self._fields.choice("Learning-rate schedule", options, 132)
        self.kind.family = "schedule"
        self.kind.chosen.connect(self._on_kind_chosen)
        self.numbers = NumberRow(self._fields, "schedule", SLOTS)
        self.cells = [Cell("", field) for field in self.numbers.fields]
        self.line = ScheduleLine()
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Cell("Learning rate", self.kind))
        for cell in self.cells:
            row.addWidget(cell)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.line, 1)

    def show_training(self, experiment: Experiment) -> None:
        schedule = experiment.training.schedule
        self.kind.set_current(schedule_choice(schedule))
        words = self.numbers.show_value(schedule, numbers_of(schedule))
        for place, cell in enumerate(self.cells):
            cell.setVisible(place < len(words))
            if place < len(words):
                cell.set_caption(words[place][0])
                cell.caption.set_tip(words[place][1])
                explain(KEYS.get(self.numbers.names[place], self.numbers.names[place]), cell)
        self.show_moment()

    def show_moment(self) -> None:
        snapshot = self._workbench.run.snapshot
        epoch = 0 if snapshot is None else snapshot.epoch
        self.line.show_schedule(self._fields.training.schedule, float(epoch), rate_in_force(snapshot))

    def _on_kind_chosen(self, key: str) -> None:
        if key != schedule_choice(self._fields.training.schedule):
            self._fields.change(f"Set schedule to {SCHEDULES[key].label}", "schedule", SCHEDULES[key].schedule)
