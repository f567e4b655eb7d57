"""The card at the bottom right: how the network is trained, as far as everybody needs it.

Owns the way between its controls and the experiment's training; what is rarely changed stands behind "More". Knows no
other panel.
"""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from playground.data.task import allowed_losses
from playground.edits.fitting import fitted
from playground.experiment import schema
from playground.experiment.experiment import Experiment
from playground.experiment.optimizers import OPTIMIZERS, optimizer_choice
from playground.experiment.training import INITIALIZERS, LOSSES, Training
from playground.views.controls import Caption, Cell, LinkButton, Option, SliderRow, explain
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.training.batch_row import BatchRow
from playground.views.training.fields import TrainingFields, as_option, span
from playground.views.workbench.workbench import Workbench
from playground.words.run import rate_in_force
from playground.words.training import MORE_TIP, NUMBERS, set_beyond_usual

RATES = (1e-5, 10.0)
"""Where the slider ends; the experiment's own limits are wider, and may be typed."""
TIGHT, TIGHTEST = 330, 260
MOST_BETWEEN = 28


@guarded
class TrainingPanel(QWidget):
    """Shows the experiment's training settings and changes them; `more_wanted(on)` opens and closes the rest."""

    more_wanted = Signal(bool)

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._fields = TrainingFields(workbench, self.show_training)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("Training")
        self._make_sliders()
        self._make_choices()
        self._make_more()
        self._lay_out()
        workbench.experiment_changed.connect(self.refresh)
        workbench.run.snapshot_ready.connect(self.show_moment)
        self.refresh()

    # -- the controls -----------------------------------------------------------------------------------------------

    def _make_sliders(self) -> None:
        self.rate = SliderRow(
            "Learning rate", *RATES, RATES[0], log=True, limits=span("learning_rate"), widest="0.0e-0"
        )
        self.rate.set_short_label("Rate")
        self.rate.set_tip("How far each step goes along the gradient.")
        self.batch = BatchRow()
        for row in (self.rate, self.batch.row):
            row.settled.connect(self._workbench.settle)
            row.field.refused.connect(self._fields.refuse)
        self.rate.valueChanged.connect(
            lambda value: self._fields.change("Set learning rate", "learning_rate", value, True)
        )
        self.batch.row.valueChanged.connect(
            lambda value: self._fields.change("Set batch size", "batch_size", round(value), True)
        )

    def _make_choices(self) -> None:
        optimizers = [Option(each.name, each.label, f"{each.note}\n{each.formula}") for each in OPTIMIZERS.values()]
        self.optimizer = self._fields.choice("Optimizer", optimizers)
        self.optimizer.chosen.connect(self._on_optimizer_chosen)
        self.loss = self._fields.choice("Loss", [])
        self.loss.chosen.connect(self._on_loss_chosen)
        self.loss_number = self._fields.free_number("", "", (0.0, 1.0), 52)
        self.loss_number.committed.connect(self._on_loss_number_committed)
        self.initializer = self._fields.choice("Initial weights", [as_option(each) for each in INITIALIZERS.values()])
        self.initializer.chosen.connect(lambda key: self._fields.change("Set initializer", "initializer", key))
        self.scale = self._fields.number("initializer_scale", "Scale", "How large the initial weights are.", 52)
        self.l1 = self._fields.number("l1", "L1", "Adds L1 · |w| for every weight to the loss.", 52, unit=0.001)
        self.l2 = self._fields.number("l2", "L2", "Adds L2 / 2 · w² for every weight to the loss.", 52, unit=0.001)

    def _make_more(self) -> None:
        self.more = LinkButton("More", "", checkable=True, flush=True)
        self.more.toggled.connect(self.show_more)
        self.beyond = Caption()
        for key, widget in (
            ("training", self), ("learning_rate", self.rate), ("batch_size", self.batch.row),
            ("more_settings", self.more), ("more_settings", self.beyond),
        ):  # fmt: skip
            explain(key, widget)
        self.optimizer.family, self.loss.family, self.initializer.family = "optimizer", "loss", "initializer"
        self.show_more(False)

    def _lay_out(self) -> None:
        self._loss_cell = Cell("Loss", self.loss, wide=True)
        self._number_cell = Cell("", self.loss_number)
        self._scale_cell = Cell("Scale", self.scale)
        self.captions = {name: Cell(name, field) for name, field in (("L1", self.l1), ("L2", self.l2))}
        optimizer = Cell("Optimizer", self.optimizer, wide=True)
        initializer = Cell("Initial weights", self.initializer, wide=True)
        for key, cell in (
            ("optimizer", optimizer), ("loss", self._loss_cell), ("loss", self._number_cell),
            ("initial_weights", initializer), ("initializer_scale", self._scale_cell),
            ("l1", self.captions["L1"]), ("l2", self.captions["L2"]),
        ):  # fmt: skip
            explain(key, cell)
        rows: tuple[tuple[list[QWidget], list[QWidget]], ...] = (
            ([self.rate], [self.batch.row]),
            ([optimizer], [self._loss_cell, self._number_cell]),
            ([initializer, self._scale_cell], list(self.captions.values())),
        )
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._rows = [_halves(*row, (1, 1) if place else (6, 5)) for place, row in enumerate(rows)]
        for row, _ in self._rows:
            self._column.addLayout(row)
            self._column.addSpacerItem(between_rows())
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.more)
        foot.addWidget(self.beyond, 1)
        self._column.addLayout(foot)
        self._column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a small screen everything moves a little closer."""
        tight = self.width() < theme.scaled(TIGHT)
        least = self.width() < theme.scaled(TIGHTEST)
        side = 10 if least else 14
        self._column.setContentsMargins(*((side, 2, side, 4) if tight else (16, 2, 16, 6)))
        for row, parts in self._rows:
            row.setSpacing(8 if tight else 16)
            for part in parts:
                part.setSpacing(4 if least else 8)
        super().resizeEvent(event)

    # -- from the experiment ----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the experiment's training settings."""
        self.show_training(self._workbench.experiment)

    def show_training(self, experiment: Experiment) -> None:
        training = experiment.training
        self.rate.set_value(training.learning_rate)
        self.batch.set_samples(int(self._workbench.dataset.train_labels.size))
        self.batch.set_value(training.batch_size)
        reasons = allowed_losses(experiment.task)
        self.loss.set_options([as_option(each, reasons[each.name]) for each in LOSSES.values()])
        self.loss.set_current(training.loss)
        self.optimizer.set_current(optimizer_choice(training.optimizer))
        self.initializer.set_current(training.initializer)
        self.l1.set_value(training.l1)
        self.l2.set_value(training.l2)
        self.scale.set_value(training.initializer_scale)
        self._scale_cell.setVisible(INITIALIZERS[training.initializer].number == "initializer_scale")
        self._show_loss_number(training)
        words = "  ·  ".join(set_beyond_usual(training).values())
        self.beyond.set_text(words)
        self.show_moment()

    def _show_loss_number(self, training: Training) -> None:
        """Huber's delta, focal's gamma; other losses have none."""
        name = LOSSES[training.loss].number
        self._number_cell.setVisible(bool(name))
        if name:
            text, tip = NUMBERS[name]
            self._number_cell.set_caption(text)
            explain(name, self._number_cell)
            self._number_cell.set_tip(tip)
            self.loss_number.setAccessibleName(text)
            self.loss_number.set_limits(schema.span(Training, name))
            self.loss_number.set_value(getattr(training, name))

    def show_moment(self) -> None:
        """The rate in force, where a schedule changes it."""
        now = rate_in_force(self._workbench.run.snapshot)
        self.rate.set_note(f"→ {now}" if now else "", "The rate in force now, by the schedule.")

    def show_more(self, on: bool) -> None:
        """Show whether the rest is open."""
        self.more.setChecked(on)
        self.more.setText("Less" if on else "More")
        self.more.setAccessibleName("Fewer training settings" if on else "More training settings")
        self.more.setToolTip("Close the other settings  (Esc)" if on else MORE_TIP)
        self.more.updateGeometry()
        self.more_wanted.emit(on)

    # -- to the experiment ------------------------------------------------------------------------------------------

    def _on_optimizer_chosen(self, key: str) -> None:
        if key != optimizer_choice(self._fields.training.optimizer):
            self._fields.change(f"Set optimizer to {OPTIMIZERS[key].label}", "optimizer", OPTIMIZERS[key].optimizer)

    def _on_loss_chosen(self, key: str) -> None:
        """What fits only the loss before goes in the same step."""
        if key != self._fields.training.loss:
            wanted = msgspec.structs.replace(self._fields.training, loss=key)
            self._fields.use(f"Set loss to {LOSSES[key].label}", fitted(wanted, self._workbench.experiment.task))

    def _on_loss_number_committed(self, value: float) -> None:
        name = LOSSES[self._fields.training.loss].number
        self._fields.change(f"Set {NUMBERS[name][0].lower()}", name, value)


def between_rows() -> QSpacerItem:
    """The room between two rows, less where there is little: what is left over stays below, so that rows that belong
    together stay together on a large screen."""
    policy = QSizePolicy.Policy
    return QSpacerItem(0, round(theme.scaled(MOST_BETWEEN)), policy.Minimum, policy.Maximum)


def _halves(
    left: list[QWidget], right: list[QWidget], shares: tuple[int, int]
) -> tuple[QHBoxLayout, list[QHBoxLayout]]:
    """Two groups of controls side by side, and the row of each."""
    row, parts = QHBoxLayout(), []
    for widgets, share in ((left, shares[0]), (right, shares[1])):
        part = QHBoxLayout()
        parts.append(part)
        for widget in widgets:
            part.addWidget(widget)
        row.addLayout(part, share)
    return row, parts
