"""The card at the bottom right: how the network is trained.

Owns the way between its controls and the experiment's training; knows no other panel.
"""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground import schema
from playground.task import allowed_losses
from playground.training import INITIALIZERS, LOSSES, OPTIMIZERS, Choice, Training, optimizer_choice
from playground.views import theme
from playground.views.controls import Caption, ChoiceField, NumberField, Option, SliderRow
from playground.views.workbench import Workbench

RATES = (1e-5, 10.0)
BATCHES = (1.0, 1000.0)
"""Where the two sliders end; the experiment's own limits are wider, and may be typed."""
OPTIMIZER_NUMBERS = {
    "momentum": ("Momentum", "The part of the last step that is kept."),
    "decay": ("Decay", "How slowly the running mean of g² forgets."),
    "beta1": ("Beta 1", "How slowly the running mean of the gradient forgets."),
    "beta2": ("Beta 2", "How slowly the running mean of g² forgets."),
    "epsilon": ("Epsilon", "Keeps the division from exploding where gradients are tiny."),
}
SLOTS = 3
SCALED = ("normal", "constant")
"""The initializers that the scale is for."""


class TrainingPanel(QWidget):
    """Shows the experiment's training settings and changes them through the workbench."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self._workbench = workbench
        self._numbers: tuple[str, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("Training")
        self._make_sliders()
        self._make_choices()
        self._make_fields()
        self._lay_out()
        workbench.experiment_changed.connect(self.refresh)
        self.refresh()

    # -- the controls -----------------------------------------------------------------------------------------------

    def _make_sliders(self) -> None:
        self.rate = SliderRow(
            "Learning rate", *RATES, RATES[0], log=True, limits=limits("learning_rate"), widest="0.0e-0"
        )
        self.rate.set_tip("How far each step goes along the gradient.")
        self.batch = SliderRow(
            "Batch size", *BATCHES, BATCHES[0], log=True, integer=True, limits=limits("batch_size"), widest="00000"
        )
        self.batch.set_tip("How many samples make one step.")
        for row in (self.rate, self.batch):
            row.settled.connect(self._workbench.settle)
        self.rate.valueChanged.connect(lambda value: self._change("Set learning rate", "learning_rate", value, True))
        self.batch.valueChanged.connect(lambda value: self._change("Set batch size", "batch_size", round(value), True))

    def _make_choices(self) -> None:
        optimizers = [Option(each.name, each.label, each.note) for each in OPTIMIZERS.values()]
        self.optimizer = ChoiceField("Optimizer", optimizers)
        self.optimizer.chosen.connect(self._on_optimizer_chosen)
        self.loss = ChoiceField("Loss")
        self.loss.chosen.connect(lambda key: self._change("Set loss", "loss", key))
        self.initializer = ChoiceField("Initial weights", [as_option(each) for each in INITIALIZERS.values()])
        self.initializer.chosen.connect(lambda key: self._change("Set initializer", "initializer", key))
        for choice in (self.optimizer, self.loss, self.initializer):
            choice.setFont(theme.small_font())

    def _make_fields(self) -> None:
        self.l1 = self._field("l1", "L1", "Adds L1 · |w| for every weight to the loss.", unit=0.001)
        self.l2 = self._field("l2", "L2", "Adds L2 / 2 · w² for every weight to the loss.", unit=0.001)
        self.clip = self._field("clip_norm", "Clip norm", "Shortens a gradient that is longer than this.", empty="off")
        self.scale = self._field("initializer_scale", "Scale", "For normal σ and constant: how large the weights are.")
        self.bias = self._field("initial_bias", "Bias", "The value of every bias at the start.")
        self.numbers = [NumberField("") for _ in range(SLOTS)]
        self.captions = [Caption() for _ in range(SLOTS)]
        for place, field in enumerate(self.numbers):
            field.committed.connect(lambda value, place=place: self._on_number_committed(place, value))
            field.refused.connect(self._on_refused)

    def _field(self, name: str, label: str, tip: str, **options: Any) -> NumberField:
        field = NumberField(label, limits(name), **options)
        field.setToolTip(tip)
        field.committed.connect(lambda value: self._change(f"Set {label.lower()}", name, value))
        field.refused.connect(self._on_refused)
        return field

    def _on_refused(self, sentence: str) -> None:
        self._workbench.show_message(sentence, "error")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        sliders = QHBoxLayout()
        sliders.setSpacing(20)
        sliders.addWidget(self.rate, 6)
        sliders.addWidget(self.batch, 5)
        column.addLayout(sliders)
        column.setSpacing(0)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        rows: list[list[tuple[Caption, QWidget]]] = [
            [(Caption("Optimizer"), self.optimizer), *zip(self.captions, self.numbers, strict=True)],
            [
                (Caption("Loss"), self.loss),
                (Caption("L1"), self.l1),
                (Caption("L2"), self.l2),
                (Caption("Clip"), self.clip),
            ],
            [
                (Caption("Initial weights"), self.initializer),
                (Caption("Scale"), self.scale),
                (Caption("Bias"), self.bias),
            ],
        ]
        for row, cells in enumerate(rows):
            for place, (caption, widget) in enumerate(cells):
                wide = 2 if caption is self.captions[0] else 1  # "Momentum" is longer than its field, and stands alone
                grid.addWidget(caption, 3 * row + 1, place, 1, wide)
                grid.addWidget(widget, 3 * row + 2, place)
                caption.setFixedHeight(round(theme.scaled(16)))
                caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
                if place:
                    widget.setFixedWidth(round(theme.scaled(56)))
        for row in range(len(rows)):
            grid.setRowStretch(3 * row, 1)
        column.addLayout(grid, 1)
        self._grid, self._column = grid, column

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a small screen everything moves a little closer."""
        tight = self.width() < theme.scaled(330)
        self._column.setContentsMargins(*((14, 6, 14, 8) if tight else (16, 10, 16, 12)))
        for field in self.findChildren(NumberField):
            if field.objectName() != "flat":
                field.setFixedWidth(round(theme.scaled(52 if tight else 56)))
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.pen("line", 1))
            painter.setBrush(theme.color("surface"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)

    # -- from the experiment ----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the experiment's training settings."""
        experiment = self._workbench.experiment
        training = experiment.training
        self.rate.set_value(training.learning_rate)
        self.batch.set_value(training.batch_size)
        reasons = allowed_losses(experiment.task)
        self.loss.set_options([as_option(each, reasons[each.name]) for each in LOSSES.values()])
        self.loss.set_current(training.loss)
        self.optimizer.set_current(optimizer_choice(training.optimizer))
        self.initializer.set_current(training.initializer)
        for field, value in (
            (self.l1, training.l1),
            (self.l2, training.l2),
            (self.clip, training.clip_norm),
            (self.scale, training.initializer_scale),
            (self.bias, training.initial_bias),
        ):
            field.set_value(value)
        self.scale.setEnabled(training.initializer in SCALED)
        self._show_numbers(training)

    def _show_numbers(self, training: Training) -> None:
        """The optimizer's own numbers; plain SGD has none."""
        names = [name for name in training.optimizer.__struct_fields__ if name in OPTIMIZER_NUMBERS]
        plain = optimizer_choice(training.optimizer) == "sgd"
        self._numbers = () if plain else tuple(names[:SLOTS])
        for place, (field, caption) in enumerate(zip(self.numbers, self.captions, strict=True)):
            used = place < len(self._numbers)
            field.setVisible(used)
            caption.setVisible(used)
            if used:
                label, note = OPTIMIZER_NUMBERS[self._numbers[place]]
                caption.set_text(label)
                field.setToolTip(note)
                field.setAccessibleName(label)
                field.set_limits(schema.limits(type(training.optimizer), self._numbers[place]))
                field.set_value(getattr(training.optimizer, self._numbers[place]))

    # -- to the experiment ------------------------------------------------------------------------------------------

    def _change(self, name: str, field: str, value: Any, merges: bool = False) -> None:
        path = f"training__{field}"
        if not self._workbench.change(name, merge=path if merges else None, **{path: value}):
            self.refresh()

    def _on_optimizer_chosen(self, key: str) -> None:
        if key != optimizer_choice(self._workbench.experiment.training.optimizer):
            self._change(f"Set optimizer to {OPTIMIZERS[key].label}", "optimizer", OPTIMIZERS[key].optimizer)

    def _on_number_committed(self, place: int, value: float | None) -> None:
        name = self._numbers[place]
        optimizer = self._workbench.experiment.training.optimizer
        wanted = msgspec.structs.replace(optimizer, **{name: value})
        self._change(f"Set {OPTIMIZER_NUMBERS[name][0].lower()}", "optimizer", wanted)


def limits(field: str) -> tuple[float, float]:
    """What the experiment allows for a number of the training settings."""
    return schema.limits(Training, field)


def as_option(choice: Choice, reason: str | None = None) -> Option:
    """An entry of a list, with why it does not fit now."""
    return Option(choice.name, choice.label, choice.note, reason)
