"""The page of rules that end a run: early stopping, and epochs, loss, accuracy and time.

Owns this page; what happens when a rule ends a run is the session's, and told in `run_words`.
"""

from __future__ import annotations

import msgspec
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from playground import numbers as formats
from playground.data.task import classes_reason
from playground.experiment import schema
from playground.experiment.experiment import Experiment
from playground.experiment.schedules import EarlyStopping, Stop
from playground.views.controls import Cell, NumberField, Option, Paragraph
from playground.views.training.fields import TrainingFields
from playground.views.training.page import SettingsPage
from playground.views.workbench.workbench import Workbench
from playground.words.run import WHILE_STOPPING

MONITORS = (
    Option("off", "off", "The run goes on, however the loss does."),
    Option("test_loss", "on test loss", "Stops when the test loss no longer gets better."),
    Option("train_loss", "on train loss", "Stops when the training loss no longer gets better."),
)
RULES = (
    ("epochs", "At epoch", "Stops when so many epochs are done.", 1000.0),
    ("loss", "At train loss", "Stops when the training loss is at most this.", 0.01),
    ("accuracy", "At test accuracy", "Stops when the test accuracy is at least this.", 0.95),
    ("seconds", "After seconds", "Stops after training for so many seconds in one go.", 60.0),
)
UNTESTED = {"accuracy": ("At train accuracy", "Stops when the training accuracy is at least this.")}
"""Caption and tip of a rule that looks at the training set where there is no test set."""


def words_of(rule: str, tested: bool) -> tuple[str, str]:
    """A rule's caption and its tip. tested: whether there are test samples."""
    usual = next((caption, tip) for name, caption, tip, _ in RULES if name == rule)
    return usual if tested else UNTESTED.get(rule, usual)


def step_of(caption: str) -> str:
    """The name of the edit that sets a rule, and of its field."""
    return f"Stop {caption[0].lower()}{caption[1:]}"


class StoppingPage(SettingsPage):
    """See the module."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._fields = TrainingFields(workbench, self.show_training)
        self.monitor = self._fields.choice("Early stopping", list(MONITORS), 118)
        self.monitor.chosen.connect(self._on_monitor_chosen)
        self.patience = self._fields.free_number(
            "Patience", "After this many epochs in a row without a better loss the run ends.",
            schema.span(EarlyStopping, "patience"), integer=True,
        )  # fmt: skip
        self.min_delta = self._fields.free_number(
            "Least gain", "How much smaller a loss must be to count as better.",
            schema.span(EarlyStopping, "min_delta"), unit=0.001,
        )  # fmt: skip
        self.patience.committed.connect(lambda value: self._set_early("Set patience", patience=value))
        self.min_delta.committed.connect(lambda value: self._set_early("Set least gain", min_delta=value))
        self.rules = {name: self._rule(name, text, tip, first) for name, text, tip, first in RULES}
        self.note = Paragraph()
        self._lay_out()

    def _rule(self, name: str, text: str, tip: str, first: float) -> NumberField:
        shown = {"accuracy": formats.plain_percent, "epochs": formats.spaced}.get(name, formats.plain)
        parse = formats.parsed_percent if name == "accuracy" else formats.parsed
        field = self._fields.free_number(
            step_of(text), tip, schema.span(Stop, name), 72,
            empty="off", first=first, integer=name == "epochs", show=shown, parse=parse,
        )  # fmt: skip
        field.committed.connect(lambda value, name=name: self._on_rule_committed(name, value))
        return field

    def _lay_out(self) -> None:
        upper, lower = QHBoxLayout(), QHBoxLayout()
        for row, spacing in ((upper, 12), (lower, 12)):
            row.setSpacing(spacing)
        upper.addWidget(Cell("Early stopping", self.monitor))
        self.early = [Cell("Patience", self.patience), Cell("Least gain", self.min_delta)]
        for cell in self.early:
            upper.addWidget(cell)
        upper.addStretch(1)
        self._cells = {name: Cell(text, self.rules[name]) for name, text, _, _ in RULES}
        for cell in self._cells.values():
            lower.addWidget(cell)
        lower.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(upper)
        column.addLayout(lower)
        column.addWidget(self.note)
        column.addStretch(1)

    def show_training(self, experiment: Experiment) -> None:
        training = experiment.training
        early = training.early_stopping
        self.monitor.set_current("off" if early is None else early.monitor)
        for cell in self.early:
            cell.setVisible(early is not None)
        if early is not None:
            self.patience.set_value(early.patience)
            self.min_delta.set_value(early.min_delta)
        reason = classes_reason(experiment.task)
        for name, field in self.rules.items():
            caption, tip = words_of(name, experiment.has_tests)
            closed = reason if name == "accuracy" else None
            self._cells[name].set_caption(caption)
            self._cells[name].caption.set_tip(tip)
            field.setAccessibleName(step_of(caption))
            field.set_value(getattr(training.stop, name))
            field.setEnabled(closed is None)
            field.setToolTip(tip if closed is None else f"Not now: {closed}.")
        self.note.set_text(WHILE_STOPPING if early is not None else "")

    def _on_monitor_chosen(self, key: str) -> None:
        if key == "off":
            self._fields.change("Switch early stopping off", "early_stopping", None)
        else:
            self._set_early("Set early stopping", monitor=key)

    def _set_early(self, name: str, **changes: object) -> None:
        early = msgspec.structs.replace(self._fields.training.early_stopping or EarlyStopping(), **changes)
        self._fields.change(name, "early_stopping", early)

    def _on_rule_committed(self, name: str, value: float | None) -> None:
        stop = msgspec.structs.replace(self._fields.training.stop, **{name: value})
        self._fields.change(self.rules[name].accessibleName(), "stop", stop)
