"""The page of what a run starts with: the value of every bias, and the precision of its numbers.

Owns this page; the initial weights are chosen on the card.
"""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from playground.experiment.experiment import Experiment
from playground.experiment.training import PRECISIONS
from playground.views.controls import Cell, Paragraph, SegmentedControl, explain
from playground.views.training.fields import TrainingFields
from playground.views.training.page import SettingsPage
from playground.views.workbench.workbench import Workbench


class StartPage(SettingsPage):
    """See the module."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._fields = TrainingFields(workbench, self.show_training)
        self.bias = self._fields.number("initial_bias", "Initial bias", "The value of every bias at the start.")
        self.precision = SegmentedControl([(each.name, each.name, each.note) for each in PRECISIONS.values()])
        for name, button in self.precision.buttons.items():
            button.setAccessibleName(f"Precision {name}")
        self.precision.chosen.connect(lambda name: self._fields.change(f"Use {name}", "precision", name))
        self.note = Paragraph()
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(Cell("Precision", self.precision))
        bias = Cell("Initial bias", self.bias)
        explain("initial_bias", bias)
        row.addWidget(bias)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addStretch(1)

    def show_training(self, experiment: Experiment) -> None:
        training = experiment.training
        self.bias.set_value(training.initial_bias)
        self.precision.set_current(training.precision)
        self.note.set_text(PRECISIONS[training.precision].note)
