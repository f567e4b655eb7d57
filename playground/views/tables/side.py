"""Beside the rows of a table: its target, the picture, empty cells, scaling and the training share.

Owns these controls and how they show a choice; what is changed is said by one signal, as the fields of a choice.
"""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground import numbers as formats
from playground.data.features import Scaling
from playground.data.source import Data
from playground.experiment import schema
from playground.tables.choosing import MISSING, Choice, Plan
from playground.tables.pairing import telling_pair
from playground.tables.pictures import possible
from playground.tables.table import Table
from playground.views.controls import Caption, Chip, ChoiceField, ElidedLabel, Option, SegmentedControl, SliderRow
from playground.views.tables.class_bar import ClassBar
from playground.views.tables.scatter import RowsPicture
from playground.views.theme import theme
from playground.words.tables import MISSING as MISSING_WORDS
from playground.words.tables import PICTURES_TIP, rows_are_pictures, spread, target_range

WIDE = 262
NONE = "choose"
SCALINGS = {"none": "none", "standardize": "standardize", "min_max": "min and max", "robust": "robust"}


class ChoicePanel(QWidget):
    """`changed(fields)`: what the user wants of the choice, by field."""

    changed = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(round(theme.scaled(WIDE)))
        self._plan: Plan | None = None
        self.target, self.target_note, self.classes = ChoiceField("Target"), Caption(), ClassBar()
        self.features, self.features_line = Caption(), ElidedLabel("ticked in the table")
        self.pictures = Chip("", PICTURES_TIP, checkable=True)
        self._side = 0
        self.across, self.upwards = ChoiceField("Across"), ChoiceField("Upwards")
        self.picture = RowsPicture()
        self.missing = SegmentedControl([(key, *MISSING_WORDS[key]) for key in MISSING])
        self.scaling, self.spread = ChoiceField("Scaling"), Caption()
        low, high = schema.limits(Data, "train_share")
        self.share = SliderRow(
            "Training share", low, 0.95, 0.7, formats.percent, formats.parsed_percent, step=0.05,
            limits=(float(low), float(high)), widest="100 %",
        )  # fmt: skip
        self._lay_out()
        self.target.chosen.connect(lambda key: self.changed.emit({"target": "" if key == NONE else key}))
        self.pictures.clicked.connect(self._take_for_pictures)
        self.missing.chosen.connect(lambda key: self.changed.emit({"missing": key}))
        self.scaling.chosen.connect(lambda key: self.changed.emit({"scaling": key}))
        self.share.valueChanged.connect(lambda value: self.changed.emit({"train_share": value}))
        self._is_own_pair = False
        self.across.chosen.connect(lambda _: self._take_pair())
        self.upwards.chosen.connect(lambda _: self._take_pair())

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for caption, note in (("Target", self.target_note), ("Features", self.features)):
            column.addLayout(_headed(caption, note))
            if caption == "Target":
                column.addWidget(self.target)
                column.addSpacing(2)
                column.addWidget(self.classes)
            else:
                column.addWidget(self.features_line)
                column.addWidget(self.pictures, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(8)
        self._roomy = True
        self._pair_caption = Caption("The map shows")
        column.addWidget(self._pair_caption)
        self._pair = QWidget()
        pair = QHBoxLayout(self._pair)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.addWidget(self.across, 1)
        pair.addWidget(Caption("×"))
        pair.addWidget(self.upwards, 1)
        column.addWidget(self._pair)
        column.addWidget(self.picture, 1)
        column.addSpacing(8)
        column.addLayout(_headed("Missing values", Caption()))
        column.addWidget(self.missing)
        column.addSpacing(6)
        column.addLayout(_headed("Scaling", self.spread))
        column.addWidget(self.scaling)
        column.addSpacing(6)
        column.addWidget(self.share)
        column.addStretch(0)

    @property
    def pair(self) -> tuple[str, str]:
        """The features that lie across and upwards."""
        return self.across.current or "", self.upwards.current or ""

    def set_roomy(self, roomy: bool) -> None:
        """Whether there is room for the picture."""
        self._roomy = roomy
        self._show_picture()

    def show_choice(self, table: Table, choice: Choice, plan: Plan | None) -> None:
        """Show a choice, and what it comes to where it is possible."""
        self._plan = plan
        options = [Option(NONE, "choose …")] if not choice.target else []
        options += [Option(column.name, column.name, reason=column.no_target or None) for column in table.columns]
        self.target.set_options(options)
        self.target.set_current(choice.target or NONE)
        self._show_pictures(table, choice, plan)
        self.share.set_value(choice.train_share)
        names = [] if plan is None else [each.name for each in plan.inputs]
        taken = 0 if plan is None else len(plan.columns)
        able = sum(not column.no_feature and column.name != choice.target for column in table.columns)
        self.features.set_text("" if plan is None else f"{taken} of {max(able, taken)}")
        self.target_note.set_text(_target_note(plan))
        self.classes.show_classes(*(((), ()) if plan is None else (plan.classes, plan.class_counts)))
        self.spread.set_text("" if plan is None else spread(plan.spread))
        self.scaling.set_options([Option(key, SCALINGS.get(key, key)) for key in get_args(Scaling)])
        self.scaling.set_current(choice.scaling or ("none" if plan is None else plan.scaling))
        on_map = len(names) > 1 and not (plan is not None and plan.image_side)
        self._pair_caption.set_text("The map shows" if on_map else "The picture shows")
        self._show_pair(plan, names)
        self._draw()

    def _show_pair(self, plan: Plan | None, names: list[str]) -> None:
        """The features that were chosen, or while none were, or one of them is gone, those that tell most."""
        kept = self.pair
        self._is_own_pair = self._is_own_pair and set(kept) <= set(names)
        found = kept if self._is_own_pair or plan is None or plan.image_side else telling_pair(plan)
        for field, name in zip((self.across, self.upwards), found, strict=True):
            field.set_options([Option(each, each) for each in names])
            if names:
                field.set_current(name if name in names else names[-1])

    def _take_pair(self) -> None:
        self._is_own_pair = True
        self._draw()

    def _show_pictures(self, table: Table, choice: Choice, plan: Plan | None) -> None:
        """Whether rows are taken for pictures, where they can be; of these, rows with empty pixels are left out."""
        taken = bool(plan.image_side if plan is not None else choice.image_side)
        self._side = (plan.image_side if plan is not None else 0) or possible(table, table.column(choice.target))
        self.pictures.setVisible(bool(self._side))
        self.pictures.setText(rows_are_pictures(self._side))
        self.pictures.setAccessibleName(self.pictures.text())
        self.pictures.updateGeometry()
        self.pictures.setChecked(taken)
        self.missing.setEnabled(not taken)
        self.missing.set_current("drop" if taken else choice.missing)

    def _take_for_pictures(self, on: bool) -> None:
        self.changed.emit({"image_side": self._side if on else 0, "features": None})

    def _draw(self) -> None:
        self.picture.show_plan(self._plan, *self.pair)
        self._show_picture()

    def _show_picture(self) -> None:
        """Over which features the rows lie is chosen where they are no pictures."""
        self.picture.setVisible(self._roomy)
        for each in (self._pair_caption, self._pair):
            each.setVisible(self._roomy and not self.picture.shows_pictures)


def _target_note(plan: Plan | None) -> str:
    if plan is None:
        return ""
    if plan.classes:
        return f"{len(plan.classes)} classes"
    return target_range(float(plan.labels.min()), float(plan.labels.max()))


def _headed(caption: str, note: Caption) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(Caption(caption))
    row.addStretch(1)
    note.alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    row.addWidget(note)
    return row
