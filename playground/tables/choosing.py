"""What is to be learned from a table: its target, its features, and which rows are left.

Owns the choice as a value, the rules for what is chosen where nothing is said, and the sentences for what cannot be.
Knows nothing of experiments.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Literal, get_args

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.data.own_points import MAX_COLUMNS, REACH
from playground.errors import Said, Value, WrongUse
from playground.meant import meant
from playground.numbers import rounded
from playground.tables import pictures
from playground.tables.table import FEW, Column, Table

Missing = Literal["drop", "mean", "median", "indicator"]
MISSING: tuple[Missing, ...] = get_args(Missing)
TABLE_TRAIN_SHARE = 0.7
DIFFERENT = 10.0
"""How many times the ranges of features may differ before they are scaled, and how far from 1 values may lie."""
NUMBER, CLASS = ":number", ":class"


class Choice(msgspec.Struct, frozen=True):
    """target: a column. as_number: whether whole numbers, of which there are few, are taken as a number; None: as
    classes. features: columns; None: all that are numbers.

    as_classes: features that are numbers, of which there are few whole ones, and are taken as classes: an input for
    each. missing: what becomes of rows with empty cells. scaling: None: standardize where ranges differ. left_out,
    filled: rows (from 1) that are left out by hand, or whose empty cells take the mean of their column.
    image_side: rows are pictures of so many pixels a side; 0: they are none; None: as it looks. Rows with empty pixels
    are always left out.
    """

    target: str = ""
    as_number: bool | None = None
    features: tuple[str, ...] | None = None
    as_classes: frozenset[str] = frozenset()
    missing: Missing = "drop"
    scaling: str | None = None
    train_share: float = TABLE_TRAIN_SHARE
    left_out: frozenset[int] = frozenset()
    filled: frozenset[int] = frozenset()
    image_side: int | None = None


class Input(msgspec.Struct, frozen=True):
    """One number of a sample: a column, or whether a column has this one of its values."""

    column: Column
    value: int | None = None

    @property
    def name(self) -> str:
        """What it is called."""
        if self.value is None:
            return self.column.name
        return input_name(self.column.name, self.column.names[self.value])

    def values(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Its numbers in these rows, NaN where the cell is empty."""
        if self.value is None:
            assert self.column.numbers is not None
            return self.column.numbers[rows]
        assert self.column.codes is not None
        codes = self.column.codes[rows]
        return np.where(codes < 0, np.nan, (codes == self.value).astype(np.float64))


def input_name(column: str, value: str) -> str:
    """What the input is called that says whether a column has this value."""
    return f"{column[:60]}={value}"[:100]


class Plan(msgspec.Struct, frozen=True, eq=False, dict=True):
    """A choice that is possible. rows: (m,) places of the rows that are used. classes: the names, none of a number.

    remarks: what was chosen by rule, and why. image_side: pixels per side of pictures, 0 where rows are none; paper,
    ink: the values that are these two.
    """

    table: Table
    choice: Choice
    target: Column
    inputs: tuple[Input, ...]
    rows: NDArray[np.int64]
    classes: tuple[str, ...] = ()
    labels: NDArray[np.float64] = msgspec.field(default_factory=lambda: np.zeros(0))
    remarks: tuple[Said, ...] = ()
    image_side: int = 0
    paper: float = 0.0
    ink: float = 1.0

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of its features, in order."""
        return tuple(dict.fromkeys(each.column for each in self.inputs))

    @cached_property
    def class_counts(self) -> tuple[int, ...]:
        """How many rows each class has."""
        if not self.classes:
            return ()
        return tuple(np.bincount(self.labels.astype(np.int64), minlength=len(self.classes)).tolist())

    @cached_property
    def spread(self) -> float:
        """How many times the widest range of a feature is that of the narrowest; 1 for one feature."""
        ranges = [np.nanmax(values) - np.nanmin(values) for values in self._values]
        ranges = [each for each in ranges if each > 0]
        return float(max(ranges) / min(ranges)) if ranges else 1.0

    @cached_property
    def reach(self) -> float:
        """The largest value of a feature, without its sign."""
        return max((float(np.nanmax(np.abs(values))) for values in self._values), default=0.0)

    @cached_property
    def _values(self) -> list[NDArray[np.float64]]:
        found = [each.values(self.rows) for each in self.inputs]
        return [values for values in found if not np.isnan(values).all()]

    @property
    def scaling(self) -> str:
        """The scaling that is used."""
        if self.choice.scaling is not None:
            return self.choice.scaling
        return "standardize" if self.is_uneven else "none"

    @property
    def is_uneven(self) -> bool:
        """Whether the features differ so much, from each other or from 1, that they should be scaled."""
        return not self.image_side and self._is_uneven

    @property
    def _is_uneven(self) -> bool:
        return self.spread > DIFFERENT or not 1 / DIFFERENT <= self.reach <= DIFFERENT


def target_asked(table: Table, text: str) -> tuple[str, bool | None]:
    """The column, and as what, of `NAME`, `NAME:number` or `NAME:class`."""
    if table.column(text) is None:
        for ending in (NUMBER, CLASS):
            if text.endswith(ending):
                return text.removesuffix(ending), ending == NUMBER
    return text, None


def planned(table: Table, choice: Choice) -> Plan:
    """The choice worked out; raises WrongUse with the reason why it is not possible."""
    if not choice.target:
        raise WrongUse("No target is chosen.")
    target = _found(table, choice.target, "target")
    if target.no_target:
        raise WrongUse("{name} can be no target: {why}.", name=target.name, why=target.no_target)
    classes = target.may_be_classes and not (choice.as_number and target.may_be_number)
    if choice.as_number is False and not target.may_be_classes:
        sentence = "{name} can be no classes: it has more than {most} different values, or they are not whole."
        raise WrongUse(sentence, name=target.name, most=FEW)
    if choice.as_number and not target.may_be_number:
        raise WrongUse("{name} can be no number: its cells are words.", name=target.name)
    if not classes and target.numbers is None:
        raise WrongUse("{name} can be no target: {why}.", name=target.name, why="it has only one value")
    remarks: list[Said] = []
    side = _side(table, choice, target)
    choice = replace(choice, missing="drop", filled=frozenset()) if side else choice
    inputs = _pixels(table, choice, target, side) if side else _inputs(table, choice, target, remarks)
    rows = _rows(table, choice, target, inputs, remarks)
    names, labels = _labels(target, rows, classes)
    if classes and target.may_be_number and choice.as_number is None:
        sentence = "{name} has {count} different whole numbers, so they are classes; {name}:number makes it a number."
        remarks.append(Said(sentence, {"name": target.name, "count": len(names)}))
    plan = Plan(table, choice, target, inputs, rows, names, labels, image_side=side)
    if plan.reach > REACH or (labels.size and float(np.abs(labels).max()) > REACH):
        raise WrongUse("There are numbers beyond ±{most}; leave their column out.", most=REACH)
    if choice.scaling is None and plan.is_uneven:
        remarks.append(Said(*_why_scaled(plan)))
    if side:
        paper, ink, said = pictures.paper_and_ink(np.stack([each.values(rows) for each in inputs], axis=1), side)
        return replace(plan, remarks=(said, *remarks), paper=paper, ink=ink)
    return replace(plan, remarks=tuple(remarks))


def _side(table: Table, choice: Choice, target: Column) -> int:
    """The side of the pictures that rows are taken for; 0 where they are none."""
    if choice.image_side is not None:
        return choice.image_side
    return pictures.looks_like(table, target) if choice.features is None else 0


def _pixels(table: Table, choice: Choice, target: Column, side: int) -> tuple[Input, ...]:
    chosen = None if choice.features is None else [_found(table, name, "feature") for name in choice.features]
    return tuple(Input(column) for column in pictures.of_side(table, target, side, chosen))


def _why_scaled(plan: Plan) -> tuple[str, dict[str, Value]]:
    if plan.spread > DIFFERENT:
        return "Ranges differ {count}-fold, so features are standardized.", {"count": round(plan.spread)}
    return "Values reach {value}, so features are standardized.", {"value": rounded(plan.reach, 3)}


def _found(table: Table, name: str, what: str) -> Column:
    column = table.column(name)
    if column is None:
        names = [each.name for each in table.columns]
        near = meant(name, names)
        hint = f" Did you mean {near}?" if near else ""
        sentence = "{table} has no column {given} to be a {what}; its columns are {names}.{hint}"
        raise WrongUse(sentence, table=table.name, given=name[:100], what=what, names=names[:30], hint=hint)
    return column


def _inputs(table: Table, choice: Choice, target: Column, remarks: list[Said]) -> tuple[Input, ...]:
    if choice.features is not None:
        return _asked_inputs(table, choice, target)
    others = [column for column in table.columns if column is not target]
    chosen = [column for column in others if column.kind == "number" and not column.is_count]
    if not chosen:
        chosen = [column for column in others if column.kind == "class"]
    if not chosen:
        chosen = [column for column in others if column.kind == "number"]
    if not chosen:
        raise WrongUse("{name} has no column besides the target that can be a feature.", name=table.name)
    found = tuple(each for column in chosen for each in _inputs_of(column, choice.as_classes))
    if len(found) > MAX_COLUMNS:
        sentence = "Of {count} features the first {most} were taken."
        remarks.append(Said(sentence, {"count": len(found), "most": MAX_COLUMNS}))
        found = found[:MAX_COLUMNS]
    used = {each.column for each in found}
    for column in others:
        if column not in used and len(remarks) < 6:
            why = column.no_feature or ("it numbers the rows" if column.is_count else "words; choose it to use it")
            if column.kind != "number" or column.is_count:
                remarks.append(Said("{name} is no feature: {why}.", {"name": column.name, "why": why}))
    return found


def _asked_inputs(table: Table, choice: Choice, target: Column) -> tuple[Input, ...]:
    found: list[Input] = []
    for name in choice.features or ():
        column = _found(table, name, "feature")
        if column is target:
            raise WrongUse("{name} is the target, so it is no feature.", name=column.name)
        if column.no_feature:
            raise WrongUse("{name} can be no feature: {why}.", name=column.name, why=column.no_feature)
        if any(each.column is column for each in found):
            raise WrongUse("{name} is named twice among the features.", name=column.name)
        found += _inputs_of(column, choice.as_classes)
    if not found:
        raise WrongUse("No feature is chosen.")
    if len(found) > MAX_COLUMNS:
        sentence = "{given} features are chosen, and {most} at most are possible (words count once for each value)."
        raise WrongUse(sentence, given=len(found), most=MAX_COLUMNS)
    return tuple(found)


def _inputs_of(column: Column, as_classes: frozenset[str]) -> list[Input]:
    if column.kind == "number" and not (column.name in as_classes and column.may_be_classes):
        return [Input(column)]
    return [Input(column, value) for value in range(len(column.names))]


def _rows(
    table: Table, choice: Choice, target: Column, inputs: Sequence[Input], remarks: list[Said]
) -> NDArray[np.int64]:  # fmt: skip
    used = ~target.missing
    if choice.missing == "drop":
        filled = np.isin(table.numbers, list(choice.filled))
        for column in dict.fromkeys(each.column for each in inputs):
            used &= ~column.missing | filled
    empty = table.kept - int(used.sum())
    if choice.left_out:
        used &= ~np.isin(table.numbers, list(choice.left_out))
    rows = np.flatnonzero(used)
    if rows.size < 2:
        sentence = "Rows that are left without empty cells: {count}; two at least are needed."
        raise WrongUse(sentence, count=int(rows.size))
    if empty:
        sentence = "{count} of {rows} rows were left out because cells are empty."
        remarks.append(Said(sentence, {"count": empty, "rows": table.kept}))
    return rows


def _labels(target: Column, rows: NDArray[np.int64], classes: bool) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """The classes that have rows, and for each row its class or its number."""
    if not classes:
        assert target.numbers is not None
        labels = target.numbers[rows]
        if labels.min() == labels.max():
            raise WrongUse("{name} can be no target: it is the same in every row that is left.", name=target.name)
        return (), labels
    assert target.codes is not None
    there, places = np.unique(target.codes[rows], return_inverse=True)
    if there.size < 2:
        sentence = "{name} has only the class {given} in the rows that are left; two at least are needed."
        raise WrongUse(sentence, name=target.name, given=target.names[int(there[0])])
    return tuple(target.names[code] for code in there.tolist()), places.astype(np.float64)
