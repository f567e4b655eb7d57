"""What each row of the folding sections is about: its field, its control and its words.

Owns this table; knows nothing of how rows are arranged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground import numbers as formats
from playground.data import Data, Imperfections
from playground.experiment import schema
from playground.experiment.experiment import Experiment
from playground.views.controls import ChoiceField, ElidedLabel, Option, SliderRow
from playground.words.fields import PERCENT as TYPED

Format = tuple[Callable[[float], str], Callable[[str], float | None]]
PERCENT = formats.percent, formats.parsed_percent
PLAIN = formats.plain, formats.parsed
TWO_PLACES: Format = lambda value: formats.fixed(value, 2), formats.parsed
FLAW = "data__imperfections__"
Choices = tuple[tuple[str, str, str], ...]


def always(experiment: Experiment) -> bool:
    """The row is there for all data."""
    return True


class Spec(msgspec.Struct, frozen=True):
    """A row. key: of the imperfection's report; path: of its field; usual: its value where nothing is set.

    number: (low, high, step, log, whole) of a slider; choices: (key, text, note) of a list; a switch has neither.
    first: the field is a number for each input, and the row is about the first one. belongs: whether the row is there.
    always: its control is there whenever the row is. term: its entry in the glossary. shown: how a value of the field
    becomes the control's number, and back. of_targets: the name, the tip and the format where there are no classes.
    """

    key: str
    name: str
    path: str
    usual: Any
    tip: str
    term: str
    number: tuple[float, float, float | None, bool, bool] | None = None
    format: Format = PLAIN
    choices: Choices = ()
    first: bool = False
    belongs: Callable[[Experiment], bool] = always
    always: bool = False
    shown: tuple[Callable[[float], float], Callable[[float], float]] | None = None
    of_targets: tuple[str, str, Format] | None = None

    @property
    def field(self) -> str:
        """The field's name."""
        return self.path.rpartition("__")[2]

    @property
    def is_switch(self) -> bool:
        """Whether it is on or off."""
        return self.number is None and not self.choices

    def read(self, data: Data) -> Any:
        """The value in some data; a word that is switched on and off is on where it is not the usual one."""
        value = getattr(data.imperfections if self.path.startswith(FLAW) else data, self.field)
        if self.first:
            return value[0] if value else self.usual
        return value == "all" if self.field == "scaling_fit" else value

    def write(self, data: Data, value: Any) -> Any:
        """The field that says this value."""
        if self.first:
            rest = getattr(data.imperfections, self.field)[1:]
            return () if value == self.usual and not rest else (float(value), *rest)
        if self.field == "scaling_fit":
            return "all" if value else "train"
        if self.shown is not None:
            return self.shown[1](value)
        return round(value) if self.number is not None and self.number[4] else value

    def text(self, value: Any, classes: bool) -> str:
        """The value as the quiet line says it."""
        if self.is_switch:
            return "on" if value else "off"
        told = next((text for key, text, _ in self.choices if key == value), "")
        return told or self.words(classes)[2][0](self._on_control(value))

    def words(self, classes: bool) -> tuple[str, str, Format]:
        """The name, the tip and the format, of data with classes or without."""
        return (self.name, self.tip, self.format) if classes or self.of_targets is None else self.of_targets

    def _on_control(self, value: Any) -> Any:
        return value if self.shown is None else self.shown[0](value)

    # -- its control ------------------------------------------------------------------------------------------------

    def control(self) -> QWidget | None:
        """A slider, a list with its name, or nothing for a switch."""
        if self.number is not None:
            low, high, step, log, whole = self.number
            row = SliderRow(
                self.name, low, high, self._on_control(self.usual), *self.format, log=log, integer=whole, step=step,
                tip=self.tip,
            )  # fmt: skip
            row.setFocusProxy(row.slider)
            return row
        return _NamedChoice(self) if self.choices else None

    def show_in(self, control: QWidget, value: Any, classes: bool) -> None:
        """Let the control show a value."""
        if isinstance(control, SliderRow):
            if self.of_targets is not None:
                name, tip, written = self.words(classes)
                control.set_label(name)
                control.set_tip(tip)
                control.set_format(*written)
            control.set_value(self._on_control(value))
        elif isinstance(control, _NamedChoice):
            control.list.set_current(value)

    def connect_to(
        self, control: QWidget, change: Callable[[Any], None], settle: Callable[[], None],
        refuse: Callable[[str], None],
    ) -> None:  # fmt: skip
        """Let the control's wishes arrive."""
        if isinstance(control, SliderRow):
            control.valueChanged.connect(change)
            control.settled.connect(settle)
            control.field.refused.connect(refuse)
        elif isinstance(control, _NamedChoice):
            control.list.chosen.connect(change)


class _NamedChoice(QWidget):
    """A list with its name before it."""

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.list = ChoiceField(spec.name, [Option(*each) for each in spec.choices])
        self.setFocusProxy(self.list)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(ElidedLabel(spec.name))
        row.addWidget(self.list, 1)


def _share(key: str, name: str, tip: str, step: float = 0.01) -> Spec:
    low, high = schema.limits(Imperfections, key)
    return Spec(key, name, FLAW + key, 0.0, tip, "misbehaving_data", (low, high, step, False, False), PERCENT)


def _count(key: str, name: str, tip: str) -> Spec:
    low, high = schema.limits(Imperfections, key)
    return Spec(key, name, FLAW + key, 0, tip, "misbehaving_data", (low, high, None, False, True))


def ratio_of(imbalance: float) -> float:
    """How many points of the first class come to one of each other class."""
    return round(1.0 / (1.0 - imbalance), 4)


def imbalance_of(ratio: float) -> float:
    """The reverse."""
    return round(1.0 - 1.0 / ratio, 6)


def ratio_text(ratio: float) -> str:
    """`1 : 4`."""
    return f"1 : {formats.plain(ratio, 3)}"


def parsed_ratio(text: str) -> float | None:
    """The 4 of `1 : 4`, or of `4`."""
    value = formats.parsed(text.rpartition(":")[2])
    return value if value is not None and value >= 1.0 else None


def _has_blanks(experiment: Experiment) -> bool:
    return bool(experiment.data.imperfections.missing or experiment.source_kind.missing)


SPLIT = (
    Spec(
        "extra_training", "More training points", "data__extra_training", 0,
        "So many points of the same law train besides; no other point changes, so test figures can be compared.",
        "extra_training", (*schema.limits(Data, "extra_training"), 250.0, False, True),
        belongs=lambda experiment: not experiment.source_kind.is_given,
    ),
    Spec(
        "nested", "More keep fewer", "data__nested", False,
        "With another number of samples those that stay keep their place and their part; others come or go.", "nested",
        belongs=lambda experiment: not experiment.source_kind.is_given,
    ),
    Spec(
        "validation_share", "Validation share", "data__validation_share", 0.0,
        "The part of the samples that rules and curves watch; the test set is then looked at knowingly.", "split",
        (*schema.limits(Data, "validation_share"), 0.05, False, False), PERCENT,
    ),
    Spec(
        "stratified", "Stratified", "data__stratified", False, "Every part has the same share of each class.", "split",
    ),
    Spec(
        "test_sealed", "Sealed test set", "data__test_sealed", False,
        "No curve, rule or figure reads the test set until it is opened. Needs a validation share.", "split",
    ),
)  # fmt: skip
FLAWS = (
    Spec(
        "label_noise", "Label noise", FLAW + "label_noise", 0.0,
        f"The share of samples that are given another class at random. {TYPED}", "label_noise",
        (*schema.limits(Imperfections, "label_noise"), None, False, False), PERCENT,
        of_targets=(
            "Target noise", "The standard deviation of what is added to each target; of own points in standard "
            "deviations of all targets; painting over them leaves it.", TWO_PLACES,
        ),
    ),
    Spec(
        "label_noise_kind", "Wrong labels", FLAW + "label_noise_kind", "random",
        "Which of the labels the label noise hits.", "label_noise",
        choices=(
            ("random", "anywhere", "Any label may be hit."),
            ("border", "near the border", "The points nearest to another class are hit."),
            ("one_class", "first class", "Only labels of the first class are hit."),
        ),
        belongs=lambda experiment: experiment.data.imperfections.label_noise > 0, always=True,
    ),
    Spec(
        "imbalance", "Imbalance", FLAW + "imbalance", 0.0,
        "How many samples of the first class come to one of each other class.", "imbalance",
        (1.0, ratio_of(schema.limits(Imperfections, "imbalance")[1]), None, True, False),
        (ratio_text, parsed_ratio), shown=(ratio_of, imbalance_of),
    ),
    _share("outliers", "Outliers", "The share of points that are thrown far out."),
    _share("missing", "Missing values", "The share of cells that are blank."),
    Spec(
        "missing_kind", "Blank cells", FLAW + "missing_kind", "random", "Which cells are blank.", "misbehaving_data",
        choices=(
            ("random", "anywhere", "Any cell may be blank."),
            ("dependent", "large values", "Only values above their column's median are blank."),
        ),
        belongs=lambda experiment: experiment.data.imperfections.missing > 0, always=True,
    ),
    Spec(
        "imputer", "Then", FLAW + "imputer", "drop", "What is done about blank cells.", "misbehaving_data",
        choices=(
            ("drop", "leave out", "Samples with a blank cell are left out."),
            ("mean", "mean", "A blank cell gets the mean of the training part."),
            ("median", "median", "A blank cell gets the median of the training part."),
            ("indicator", "mean + input", "The mean, and an input beside the column that says where."),
        ),
        belongs=_has_blanks, always=True,
    ),
    _count("irrelevant_features", "Irrelevant features", "Inputs of noise beside the others."),
    _count("correlated_features", "Correlated features", "Inputs that nearly repeat a column."),
    Spec(
        "feature_scale", "Scale of first input", FLAW + "feature_scale", 1.0,
        "What the first input is multiplied with, before any scaling.", "scaling_of_inputs",
        (0.001, 1000.0, None, True, False), first=True,
    ),
    Spec(
        "feature_shift", "Shift of first input", FLAW + "feature_shift", 0.0,
        "What is added to the first input, before any scaling.", "scaling_of_inputs",
        (-100.0, 100.0, 1.0, False, False), first=True,
    ),
    _share("duplicates", "Duplicates in test", "The share of held-out samples that are copies of training samples."),
    Spec(
        "test_shift", "Shifted test set", FLAW + "test_shift", 0.0,
        "How far the test set lies to the right, in standard deviations.", "misbehaving_data",
        (*schema.limits(Imperfections, "test_shift"), 0.1, False, False),
    ),
    Spec(
        "leaked_target", "Leaked target", FLAW + "leaked_target", False,
        "One of the inputs is the label itself.", "misbehaving_data",
    ),
    Spec(
        "scaling_fit", "Scaling sees all", "data__scaling_fit", False,
        "The scaling is fitted on the held-out samples too.", "scaling_of_inputs",
    ),
)  # fmt: skip
