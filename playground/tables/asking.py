"""The rows of a table as what a model is asked about: its columns found by their names, words as the model knows them.

Owns that match; knows nothing of what is answered.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.errors import FileRefused, Said
from playground.exchange.reading import shown
from playground.numbers import plain
from playground.tables.choosing import input_name
from playground.tables.reading import read_table_file
from playground.tables.table import Column, Options, Table, class_text

Array = NDArray[np.float64]


class Rows(msgspec.Struct, frozen=True, eq=False):
    """features: (n, columns), NaN where a cell is empty; numbers: (n,) which rows they are, from 1. remarks: what was
    put right."""

    features: Array
    numbers: NDArray[np.int64]
    remarks: tuple[Said, ...] = ()


class ColumnsLacking(FileRefused):
    """A table without columns that a model reads."""


def rows_for(path: str | os.PathLike[str], columns: Sequence[str]) -> Rows:
    """The rows of a table file for a model with these columns; raises FileRefused.

    Columns are found by name, and by place in a table without names that has as many.
    """
    table = read_table_file(path)
    if table.found.separator and not table.found.header and set(columns) <= set(table.first[0]):
        table = read_table_file(path, Options(header=True))  # names that are numbers, over a row or two
    if table.kept < table.rows:
        sentence = "{name} has {given} rows; {high} at most are answered at once."
        raise FileRefused(sentence, name=shown(path), given=table.rows, high=table.kept)
    if table.wide:
        sentence = "{name}, row {row}: there are more cells than columns ({count})."
        raise FileRefused(sentence, name=shown(path), row=table.wide[0], count=len(table.columns))
    by_place = not table.found.header and len(table.columns) == len(columns)
    lacking: list[str] = []
    found = []
    for place, name in enumerate(columns):
        values = _by_place(table, place) if by_place else _by_name(table, name)
        if values is None:
            lacking.append(name)
        else:
            found.append(values)
    if lacking:
        sentence = "{name} has no numbers in the {noun} {lacking}, which the model reads; its columns are {columns}."
        raise ColumnsLacking(
            sentence, name=shown(path), noun="column" if len(lacking) == 1 else "columns", lacking=lacking[:20],
            columns=[column.name for column in table.columns[:20]],
        )  # fmt: skip
    return Rows(
        np.stack(found, axis=1),
        table.numbers,
        (*table.remarks, *_read_otherwise(table, columns), *_never_seen(table, columns)),
    )


def _read_otherwise(table: Table, columns: Sequence[str]) -> list[Said]:
    """Cells that were written otherwise than their column, a few of them."""
    found = [(each, odd) for each in table.columns if each.name in columns for odd in each.odd if odd.value is not None]
    sentence = "Row {row}: {column}: “{text}” was read as {value}."
    said = [
        Said(sentence, {"row": odd.row, "column": column.name, "text": odd.text[:40], "value": odd.value})
        for column, odd in found[:3]
    ]
    return [*said, Said("{count} more cells were read so.", {"count": len(found) - 3})] if len(found) > 3 else said


def _by_place(table: Table, place: int) -> Array | None:
    return table.columns[place].numbers


def _by_name(table: Table, name: str) -> Array | None:
    """The numbers of a column, or whether a column has the value of `column=value`."""
    column = table.column(name)
    if column is not None:
        return np.full(table.kept, np.nan) if column.kind == "empty" else column.numbers
    words = _words_of(table, name)
    if words is None:
        return None
    values = np.array([_input_name(words, text) == name for text in (*words.texts, "")], dtype=np.float64)
    return np.where(words.codes < 0, np.nan, values[words.codes])


class _Words(msgspec.Struct, frozen=True, eq=False):
    """The cells of a column as texts: which of `texts` each is, −1 where it is empty."""

    column: Column
    texts: tuple[str, ...]
    codes: NDArray[np.int64]


def _input_name(words: _Words, text: str) -> str:
    return input_name(words.column.name, text)


def _words_of(table: Table, name: str) -> _Words | None:
    """The column of words, or of numbers that were taken as such, that an input is about; None where there is none."""
    about = next((each for each in table.columns if name.startswith(input_name(each.name, ""))), None)
    if about is None or (about.codes is None and about.numbers is None):
        return None
    if about.numbers is None:
        assert about.codes is not None
        return _Words(about, about.names, about.codes)
    there, codes = np.unique(about.numbers, return_inverse=True)
    ways = [tuple(map(write, there.tolist())) for write in (class_text, plain)]  # the second one is older models'
    texts = next((way for way in ways if name in [input_name(about.name, text) for text in way]), ways[0])
    return _Words(about, texts, np.where(np.isnan(about.numbers), -1, codes.ravel()))


def _never_seen(table: Table, columns: Sequence[str]) -> list[Said]:
    """Words that a model has not been trained with: they are none of its values, and that is said."""
    sentence = "Row {row}: {column}: the model was trained without “{text}”, so the row has none of its values."
    said: list[Said] = []
    asked = [name for name in columns if table.column(name) is None]
    about = {words.column.name: words for name in asked if (words := _words_of(table, name)) is not None}
    for words in about.values():
        new = [code for code, text in enumerate(words.texts) if _input_name(words, text) not in columns]
        for place in np.flatnonzero(np.isin(words.codes, new)).tolist():
            row, text = int(table.numbers[place]), words.texts[words.codes[place]][:40]
            said.append(Said(sentence, {"row": row, "column": words.column.name, "text": text}))
    more = Said("{count} more rows have such a word.", {"count": len(said) - 3})
    return [*said[:3], more] if len(said) > 3 else said
