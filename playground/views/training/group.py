"""What all groups of training settings share: fields bound to the experiment, refusals in words, one undo step an edit.

Owns the way between a control and a field of the experiment's training; knows no single setting.
"""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtWidgets import QWidget

from playground.experiment import schema
from playground.experiment.choices import Choice
from playground.experiment.experiment import Experiment
from playground.experiment.training import Training
from playground.views.controls import ChoiceField, NumberField, Option
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words.training import NUMBERS

FIELD = 60
"""The width of a number field."""


def limits(field: str) -> tuple[float, float]:
    """What the experiment allows for a number of the training settings."""
    return schema.limits(Training, field)


def as_option(choice: Choice, reason: str | None = None) -> Option:
    """An entry of a list, with why it does not fit now."""
    note = f"{choice.note}\n{choice.formula}" if choice.formula else choice.note
    return Option(choice.name, choice.label, note, reason)


class SettingsGroup(QWidget):
    """A part of the training settings; `show_training` is called when the experiment has changed."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workbench = workbench

    @property
    def training(self) -> Training:
        """The settings as they stand."""
        return self.workbench.experiment.training

    def show_training(self, experiment: Experiment) -> None:
        """Show the experiment's settings."""
        raise NotImplementedError

    def show_moment(self) -> None:
        """Show what the newest snapshot tells; nothing by default."""

    # -- making controls --------------------------------------------------------------------------------------------

    def make_field(self, name: str, label: str, tip: str, width: int = FIELD, **options: Any) -> NumberField:
        """A number field for a field of `Training`."""
        field = self.free_field(label, tip, limits(name), width, **options)
        field.committed.connect(lambda value: self.change(f"Set {label[0].lower()}{label[1:]}", name, value))
        return field

    def free_field(
        self, label: str, tip: str, ends: tuple[float, float], width: int = FIELD, **options: Any
    ) -> NumberField:
        """A number field that is bound to nothing yet; what is no number is refused in words."""
        field = NumberField(label, ends, **options)
        field.setToolTip(tip)
        field.setFixedWidth(round(theme.scaled(width)))
        field.refused.connect(self.refuse)
        return field

    def make_choice(self, name: str, options: list[Option], width: int | None = None) -> ChoiceField:
        """A list; grey entries are refused in words."""
        choice = ChoiceField(name, options)
        choice.setFont(theme.small_font())
        choice.refused.connect(self.refuse)
        if width is not None:
            choice.setFixedWidth(round(theme.scaled(width)))
        return choice

    # -- to the experiment ------------------------------------------------------------------------------------------

    def refuse(self, sentence: str) -> None:
        """Tell why something cannot be."""
        self.workbench.show_message(sentence, "error")

    def change(self, name: str, field: str, value: Any, merges: bool = False) -> None:
        """Set one field of the training settings; what is refused goes back to what holds."""
        path = f"training__{field}"
        if not self.workbench.change(name, merge=path if merges else None, **{path: value}):
            self.show_training(self.workbench.experiment)

    def use(self, name: str, training: Training) -> None:
        """Take over other settings as one step."""
        experiment = self.workbench.experiment
        if not self.workbench.edit(name, msgspec.structs.replace(experiment, training=training)):
            self.show_training(experiment)


class NumberRow:
    """Number fields for the numbers of a tagged value (an optimizer, a schedule), as many as it has.

    `field` is where that value stands in the training settings. The fields are made once and filled anew.
    """

    def __init__(self, group: SettingsGroup, field: str, slots: int, width: int = FIELD) -> None:
        self._group, self._field = group, field
        self._names: tuple[str, ...] = ()
        self.fields = [group.free_field("", "", (0.0, 1.0), width) for _ in range(slots)]
        for place, number in enumerate(self.fields):
            number.committed.connect(lambda value, place=place: self._on_committed(place, value))

    @property
    def names(self) -> tuple[str, ...]:
        """The numbers that are shown."""
        return self._names

    def show_value(self, value: msgspec.Struct, names: tuple[str, ...]) -> list[tuple[str, str]]:
        """Fill the fields; (label, explanation) of each."""
        self._names = names[: len(self.fields)]
        words = [NUMBERS[name] for name in self._names]
        for number, name, (label, tip) in zip(self.fields, self._names, words, strict=False):
            number.setAccessibleName(label)
            number.setToolTip(tip)
            number.set_limits(schema.limits(type(value), name))
            number.set_integer(isinstance(getattr(value, name), int))
            number.set_value(getattr(value, name))
        return words

    def _on_committed(self, place: int, value: float | None) -> None:
        name = self._names[place]
        wanted = msgspec.structs.replace(getattr(self._group.training, self._field), **{name: value})
        self._group.change(f"Set {NUMBERS[name][0].lower()}", self._field, wanted)


def numbers_of(value: msgspec.Struct) -> tuple[str, ...]:
    """The numbers that a tagged value has, as far as they have a name here."""
    return tuple(name for name in value.__struct_fields__ if name in NUMBERS)
