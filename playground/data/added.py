"""Inputs that stand beside the chosen features or columns: where they come from, and what they are called.

Owns their names, which follow from the settings alone, and their values for samples that come without them; how they
are made for a data set's own samples is told by `playground.data.flaws`.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import inputs
from playground.data.imputing import Filling
from playground.data.source import Data
from playground.data.source_kind import SourceKind

Array = NDArray[np.float64]


class AddedInput(msgspec.Struct, frozen=True):
    """One of them. kind: noise, copy (nearly a column again), target or blank (where a column's cells are blank).

    column: the place of the column that it is about; None for noise and target.
    """

    kind: str
    name: str
    column: int | None = None


def added_inputs(data: Data, kind: SourceKind) -> tuple[AddedInput, ...]:
    """All of them in the order in which the network reads them, behind its features or columns; none for images."""
    if kind.image is not None:
        return ()
    flaws, columns = data.imperfections, kind.columns
    found = [AddedInput("noise", f"noise {place + 1}") for place in range(flaws.irrelevant_features)]
    for place in range(flaws.correlated_features):
        turn, column = divmod(place, len(columns))
        found.append(AddedInput("copy", f"like {columns[column]}" + (f" {turn + 1}" if turn else ""), column))
    if flaws.leaked_target:
        found.append(AddedInput("target", "leaked target"))
    if flaws.imputer == "indicator":
        found += [AddedInput("blank", f"{columns[place]} blank", place) for place in blank_columns(data, kind)]
    return _with_own_names(found, (*columns, *data.features, *data.formulas))


def input_count(data: Data, kind: SourceKind) -> int:
    """How many numbers a network reads of samples with columns; 0 of images."""
    own = inputs.read(kind.columns, data.features) if kind.columns else ()
    return len(own) + len(added_inputs(data, kind))


def blank_columns(data: Data, kind: SourceKind) -> tuple[int, ...]:
    """The places of the columns that may have blank cells: all of them where cells are made blank."""
    if data.imperfections.missing and kind.image is None:
        return tuple(range(len(kind.columns)))
    return tuple(place for place, name in enumerate(kind.columns) if name in kind.missing)


def _with_own_names(found: list[AddedInput], taken: tuple[str, ...]) -> tuple[AddedInput, ...]:
    """No name stands twice, whatever somebody's own columns are called."""
    names, named = set(taken), []
    for each in found:
        name = each.name
        while name in names:
            name += "′"
        names.add(name)
        named.append(AddedInput(each.kind, name, each.column))
    return tuple(named)


class Beside(msgspec.Struct, frozen=True, eq=False):
    """The added inputs of a data set's parts, each (inputs, n), blank-cell indicators last, and of any other sample.

    usual: (inputs,) the means over training, which stand for the inputs of a sample that comes as bare columns: on the
    maps, and in a prediction. Where its cells are blank is known of such a sample, and near copies of a column are
    that column. copied: for each input the column that it nearly repeats, None of others. gaps: (rows, n) which cells
    of all samples were blank, training first; None where none was, or where it is not known any more.
    """

    train: Array
    validation: Array
    test: Array
    usual: Array
    filling: Filling
    copied: tuple[int | None, ...] = ()
    gaps: NDArray[np.bool_] | None = None

    def of(self, points: Array) -> Array:
        """(inputs, n) for bare points (rows, n), which may have blank cells."""
        told = self.filling.indicators(points)
        usual = np.repeat(self.usual[: len(self.usual) - len(told), None], points.shape[1], axis=1)
        known = self.filling.filled(points)
        for row, column in enumerate(self.copied):
            if column is not None:
                usual[row] = known[column]
        return np.concatenate([usual, told])
