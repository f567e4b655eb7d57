"""The page of the optimizer: its own numbers, and what a step does.

Owns this page; which optimizer it is, is chosen on the card.
"""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from playground.experiment.experiment import Experiment
from playground.experiment.optimizers import OPTIMIZERS, optimizer_choice
from playground.views.controls import Cell, Paragraph
from playground.views.training.fields import NumberRow, TrainingFields, numbers_of
from playground.views.training.page import SettingsPage
from playground.views.workbench.workbench import Workbench

SLOTS = 4


class OptimizerPage(SettingsPage):
    """See the module."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._fields = TrainingFields(workbench, self.show_training)
        self.note, self.formula = Paragraph(), Paragraph()
        self.numbers = NumberRow(self._fields, "optimizer", SLOTS)
        self.cells = [Cell("", field) for field in self.numbers.fields]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(12)
        for cell in self.cells:
            row.addWidget(cell)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addWidget(self.formula)
        column.addStretch(1)

    def show_training(self, experiment: Experiment) -> None:
        optimizer = experiment.training.optimizer
        choice = OPTIMIZERS[optimizer_choice(optimizer)]
        names = () if choice.name == "sgd" else numbers_of(optimizer)
        self.note.set_text(choice.note if names else f"{choice.note} It has no numbers of its own.")
        self.formula.set_text(choice.formula)
        words = self.numbers.show_value(optimizer, names)
        for place, cell in enumerate(self.cells):
            cell.setVisible(place < len(words))
            if place < len(words):
                cell.set_caption(words[place][0])
