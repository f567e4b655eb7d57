"""The page of the loss: weights of the classes, label smoothing, and how cross-entropies are computed.

Owns this page; which loss it is, and the number that belongs to it, stand on the card.
"""

from __future__ import annotations

import msgspec
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from playground.data.task import Task, classes_reason, cross_entropy_reason
from playground.experiment.experiment import Experiment
from playground.experiment.training import NUMERICS
from playground.views.controls import Cell, Option, Paragraph, explain
from playground.views.training.class_weights import ClassWeights
from playground.views.training.fields import TrainingFields
from playground.views.training.page import SettingsPage
from playground.views.workbench.workbench import Workbench

WEIGHTS = (
    ("off", "off", "Every sample counts the same."),
    ("balanced", "balanced", "Every class counts the same, however many samples it has."),
    ("own", "per class", "A weight of your own for each class."),
)
TEXTBOOK = "textbook soft-max, overflows: for the lesson on numerical stability"


class LossPage(SettingsPage):
    """See the module."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._workbench = workbench
        self._fields = TrainingFields(workbench, self.show_training)
        self.weighting = self._fields.choice("Class weights", [], 112)
        self.weighting.chosen.connect(self._on_weighting_chosen)
        self.weights = ClassWeights(self._fields.refuse)
        self.weights.changed.connect(lambda weights: self._fields.change("Set class weights", "class_weights", weights))
        self.smoothing = self._fields.number(
            "label_smoothing", "Label smoothing", "The share of each target that is spread evenly over all classes."
        )
        self.numerics = self._fields.choice("Computation", [])
        self.numerics.chosen.connect(self._on_numerics_chosen)
        self.note = Paragraph()
        row = QHBoxLayout()
        row.setSpacing(12)
        for key, cell in (
            ("class_weights", Cell("Class weights", self.weighting)),
            ("label_smoothing", Cell("Label smoothing", self.smoothing)),
            ("cross_entropy_computation", Cell("Cross-entropy is", self.numerics, wide=True)),
        ):
            explain(key, cell)
            row.addWidget(cell, 1 if key == "cross_entropy_computation" else 0)
        explain("class_weights", self.weights)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.weights)
        column.addWidget(self.note)
        column.addStretch(1)

    def show_training(self, experiment: Experiment) -> None:
        training, task = experiment.training, experiment.task
        no_classes, no_cross_entropy = classes_reason(task), cross_entropy_reason(experiment.head)
        self.weighting.set_options([Option(*each, None if each[0] == "off" else no_classes) for each in WEIGHTS])
        weights = training.class_weights
        own = isinstance(weights, tuple)
        self.weighting.set_current("off" if weights is None else "own" if own else "balanced")
        self.weights.setVisible(own)
        if isinstance(weights, tuple):
            data, classes = self._workbench.dataset, range(len(weights))
            signs = [data.class_sign(each) if data.image is not None else "" for each in classes]
            self.weights.show_weights(weights, [data.class_name(each) for each in classes], signs)
        self.smoothing.set_value(training.label_smoothing)
        self.smoothing.setEnabled(no_cross_entropy is None)
        stable, naive = NUMERICS["stable"], NUMERICS["naive"]
        self.numerics.set_options(
            [
                Option("stable", "computed safely", stable.note),
                Option("naive", TEXTBOOK, naive.note, no_cross_entropy, "naive"),
            ]
        )
        self.numerics.set_current(training.numerics)
        self.note.set_text(self._sentence(task, no_classes, no_cross_entropy))
        self.note.setVisible(bool(self.note.text))

    def _sentence(self, task: Task, no_classes: str | None, no_cross_entropy: str | None) -> str:
        """Why something is grey, or what the textbook way does."""
        if no_classes is not None:
            return "Class weights need classes; this data set asks for a number."
        if self._fields.training.numerics == "naive":
            return "Large outputs overflow on purpose here, and the run diverges."
        if no_cross_entropy is not None and not isinstance(self._fields.training.class_weights, tuple):
            return "Smoothing and the textbook way need a cross-entropy as the loss."
        return ""

    def _on_weighting_chosen(self, key: str) -> None:
        classes = self._workbench.experiment.task.classes
        value = {"off": None, "balanced": "balanced", "own": (1.0,) * classes}[key]
        if key != "own" or not isinstance(self._fields.training.class_weights, tuple):
            self._fields.change("Set class weights", "class_weights", value)

    def _on_numerics_chosen(self, key: str) -> None:
        if key != self._fields.training.numerics:
            name = "Compute the textbook way" if key == "naive" else "Compute safely"
            self._fields.use(name, msgspec.structs.replace(self._fields.training, numerics=key))
