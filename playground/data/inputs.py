"""The inputs of a network that reads numbers: features of points of the plane, columns of data, formulas of either.

Owns which inputs there are, which of them are read, and how they are written; knows nothing of data sets or networks.
An input is called by the name of a feature or of a column, or by the text of its formula.
"""

from __future__ import annotations

from collections.abc import Sequence

from playground.data.features import FEATURES, formula_named, is_plane
from playground.data.formula import FormulaRefused
from playground.data.source_kind import PLANE
from playground.errors import Said

USUAL = ("x", "y")
"""What is read where nobody chose. Of samples that are no points of the plane it stands for all columns."""
MAX_INPUTS = 64
MAX_FORMULAS = 6
"""Formulas that are offered beside the features or columns: all of them are in sight beside the seven features."""
NEITHER = "there is no such feature or column, and as a formula it is wrong at character {at}: {reason}; got {formula}"
CONSTANT = Said("the same value for every sample tells a network nothing")


def offered(columns: Sequence[str], features: Sequence[str], formulas: Sequence[str]) -> tuple[str, ...]:
    """Every input that there is to choose from: the features, or the columns, and then the formulas."""
    own = tuple(FEATURES) if is_plane(columns) else tuple(columns)
    return tuple(dict.fromkeys((*own, *formulas, *read(columns, features))))


def read(columns: Sequence[str], features: Sequence[str]) -> tuple[str, ...]:
    """Those that the network reads, in order: features as they are given, columns as they lie, formulas last."""
    if is_plane(columns):
        return tuple(features)
    if _stands_for_all(columns, features):
        return tuple(columns)
    unread = {*columns, *FEATURES}  # features of the plane may be named, and stand there unread
    return (*(each for each in columns if each in features), *(each for each in features if each not in unread))


def _stands_for_all(columns: Sequence[str], features: Sequence[str]) -> bool:
    """Whether the features are those of a plane, which samples with other columns do not have."""
    of_plane = all(name in FEATURES for name in features)
    return of_plane and (tuple(features) == USUAL or not all(name in columns for name in features))


def chosen(columns: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """The features of an experiment that reads just these inputs: what would stand for all columns is written so that
    it does not."""
    names = tuple(names)
    if is_plane(columns) or names == tuple(columns) or not _stands_for_all(columns, names):
        return names
    return (f"`{names[0]}`", *names[1:])


def problem_of(name: str, columns: Sequence[str]) -> Said | None:
    """Why there is no such input over these columns, or None.

    The features of the plane may be named everywhere: they stand there unread, until the data are points of it again.
    """
    if name in FEATURES and not is_plane(columns):
        return None
    try:
        found = formula_named(name, columns or PLANE)
    except FormulaRefused as refused:
        return Said(NEITHER, refused.said.values)
    return None if found is None or found.names else CONSTANT


def is_formula(name: str, columns: Sequence[str]) -> bool:
    """Whether an input is neither a feature nor a column."""
    return name not in (FEATURES if is_plane(columns) else columns)


def noun_of(name: str, columns: Sequence[str]) -> str:
    """`feature` or `column`."""
    return "column" if not is_plane(columns) and name in columns else "feature"


def symbol_of(name: str, columns: Sequence[str]) -> str:
    """How an input is written: x², sin x; over columns with names of their own with those; the name of a column; a
    formula as it was typed."""
    return FEATURES[name].symbol_of(columns) if is_plane(columns) and name in FEATURES else name


def meaning_of(name: str, columns: Sequence[str]) -> str:
    """What an input is, in words."""
    if is_formula(name, columns):
        return "a formula"
    if is_plane(columns):
        return FEATURES[name].formula_of(columns)
    return f"column {list(columns).index(name) + 1} of {len(columns)}"
