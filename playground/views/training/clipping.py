"""The page of limits on a step: clipping by norm and by value, the largest norm of a unit's weights.

Owns this page, and the share of steps that were clipped so far.
"""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from playground import numbers as formats
from playground.experiment.experiment import Experiment
from playground.run.snapshot import Snapshot
from playground.views.controls import Caption, Cell, explain
from playground.views.training.fields import TrainingFields
from playground.views.training.page import SettingsPage
from playground.views.workbench.workbench import Workbench


def clipped_words(snapshot: Snapshot | None) -> str:
    """`Clipped 12 % of 3 400 steps`; nothing where nothing is clipped, or no step was made."""
    if snapshot is None or snapshot.step == 0:
        return ""
    training = snapshot.experiment.training
    if training.clip_norm is None and training.clip_value is None:
        return ""
    share = min(snapshot.clipped_steps / snapshot.step, 1.0)
    few = 0.0 < share < 0.01
    return f"Clipped {'under 1 %' if few else formats.percent(share)} of {formats.spaced(snapshot.step)} steps so far"


class ClippingPage(SettingsPage):
    """See the module."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._workbench = workbench
        self._fields = TrainingFields(workbench, self.show_training)
        self.norm = self._fields.number(
            "clip_norm", "Clip norm", "Shortens a gradient that is longer than this, all parameters together.",
            empty="off", first=1.0,
        )  # fmt: skip
        self.value = self._fields.number(
            "clip_value", "Clip value", "Cuts each parameter's gradient to between minus this and this.",
            empty="off", first=1.0,
        )  # fmt: skip
        self.max_norm = self._fields.number(
            "max_norm", "Max-norm", "After each step, the weights into one unit are shortened to this length.",
            empty="off", first=3.0,
        )  # fmt: skip
        self.share = Caption()
        cells = [
            Cell("Gradient, by norm", self.norm),
            Cell("Gradient, by value", self.value),
            Cell("Weights, max-norm", self.max_norm),
        ]
        for cell, field in zip(cells, (self.norm, self.value, self.max_norm), strict=True):
            cell.caption.set_tip(field.toolTip())
        for key, cell in zip(("clip_norm", "clip_value", "max_norm"), cells, strict=True):
            explain(key, cell)
        explain("clipped_steps", self.share)
        row = QHBoxLayout()
        row.setSpacing(12)
        for cell in cells:
            row.addWidget(cell)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.share)
        column.addStretch(1)

    def show_training(self, experiment: Experiment) -> None:
        training = experiment.training
        self.norm.set_value(training.clip_norm)
        self.value.set_value(training.clip_value)
        self.max_norm.set_value(training.max_norm)
        self.show_moment()

    def show_moment(self) -> None:
        clips = self._fields.training.clip_norm is not None or self._fields.training.clip_value is not None
        told = clipped_words(self._workbench.run.snapshot) if clips else "Nothing is clipped."
        self.share.set_text(told or "No step so far.")
