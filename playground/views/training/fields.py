"""The controls of training settings: fields bound to the experiment, refusals in words, one undo step an edit.

Owns the way between a control and a field of the experiment's training; knows no single setting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from playground.experiment import schema
from playground.experiment.choices import Choice
from playground.experiment.experiment import Experiment
from playground.experiment.training import Training
from playground.numbers import Span
from playground.views.controls import ChoiceField, NumberField, Option
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words.training import NUMBERS

FIELD = 60
"""The width of a number field."""


def span(field: str) -> Span:
    """What the experiment allows for a number of the training settings."""
    return schema.span(Training, field)


def as_option(choice: Choice, reason: str | None = None) -> Option:
    """An entry of a list, with why it does not fit now."""
    note = f"{choice.note}\n{choice.formula}" if choice.formula else choice.note
    return Option(choice.name, choice.label, note, reason)


class TrainingFields:
    """Makes controls and brings what they say to the experiment; where that refuses, `restore` shows what holds."""

    def __init__(self, workbench: Workbench, restore: Callable[[Experiment], object]) -> None:
        self._workbench, self._restore = workbench, restore

    @property
    def training(self) -> Training:
        """The settings as they stand."""
        return self._workbench.experiment.training

    # -- making controls --------------------------------------------------------------------------------------------

    def number(self, name: str, label: str, tip: str, width: int = FIELD, **options: Any) -> NumberField:
        """A number field for a field of `Training`."""
        field = self.free_number(label, tip, span(name), width, **options)
        field.committed.connect(lambda value: self.change(f"Set {label[0].lower()}{label[1:]}", name, value))
        return field

    def free_number(
        self, label: str, tip: str, ends: Span | tuple[float, float], width: int = FIELD, **options: Any
    ) -> NumberField:
        """A number field that is bound to nothing yet; what it cannot take is refused in words."""
        field = NumberField(label, ends, **options)
        field.setToolTip(tip)
        field.setFixedWidth(round(theme.scaled(width)))
        field.refused.connect(self.refuse)
        return field

    def choice(self, name: str, options: list[Option], width: int | None = None) -> ChoiceField:
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
        self._workbench.show_message(sentence, "error")

    def change(self, name: str, field: str, value: Any, merges: bool = False) -> None:
        """Set one field of the training settings; what is refused goes back to what holds."""
        path = f"training__{field}"
        if not self._workbench.change(name, merge=path if merges else None, **{path: value}):
            self._restore(self._workbench.experiment)

    def use(self, name: str, training: Training) -> None:
        """Take over other settings as one step."""
        experiment = self._workbench.experiment
        if not self._workbench.edit(name, msgspec.structs.replace(experiment, training=training)):
            self._restore(experiment)


class NumberRow:
    """Number fields for the numbers of a tagged value (an optimizer, a schedule), as many as it has.

    `field` is where that value stands in the training settings. The fields are made once and filled anew.
    """

    def __init__(self, fields: TrainingFields, field: str, slots: int, width: int = FIELD) -> None:
        self._fields, self._field = fields, field
        self._names: tuple[str, ...] = ()
        self.fields = [fields.free_number("", "", (0.0, 1.0), width) for _ in range(slots)]
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
            number.set_limits(schema.span(type(value), name))
            number.set_integer(isinstance(getattr(value, name), int))
            number.set_value(getattr(value, name))
        return words

    def _on_committed(self, place: int, value: float | None) -> None:
        name = self._names[place]
        wanted = msgspec.structs.replace(getattr(self._fields.training, self._field), **{name: value})
        self._fields.change(f"Set {NUMBERS[name][0].lower()}", self._field, wanted)


def numbers_of(value: msgspec.Struct) -> tuple[str, ...]:
    """The numbers that a tagged value has, as far as they have a name here."""
    return tuple(name for name in value.__struct_fields__ if name in NUMBERS)
