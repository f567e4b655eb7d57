"""A table that was read: its columns, what each was taken for, its first rows as they stand there, what was odd.

Owns these values; knows nothing of files or of how a column is guessed.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.chance import Purpose, stream
from playground.errors import Said
from playground.numbers import exact

Array = NDArray[np.float64]
Kind = Literal["number", "class", "text", "date", "constant", "empty"]

MAX_BYTES = 256 * 2**20
MAX_ROWS = 200_000
MAX_READ_COLUMNS = 1_024
"""Columns that are looked at; 64 of them at most become features."""
FEW = 10
"""Different values up to which a column can be classes."""
SHOWN_ROWS = 200
TOO_WIDE = "{name} has {given} columns; {high} at most are read. Leave out those that are not needed."


def chosen_rows(rows: int) -> NDArray[np.int64]:
    """Which rows of so many are kept, from 1: one of each of `MAX_ROWS` equal stretches, drawn with seed 0."""
    starts = np.arange(MAX_ROWS + 1, dtype=np.int64) * rows // MAX_ROWS
    widths = np.diff(starts)
    drawn = stream(0, Purpose.TABLE_ROWS).random(MAX_ROWS)
    found: NDArray[np.int64] = starts[:-1] + np.minimum((drawn * widths).astype(np.int64), widths - 1) + 1
    return found


class Odd(msgspec.Struct, frozen=True):
    """A cell that was not what its column is: its row (from 1, without the header), its text, and what was made of it.

    value: the number it was read as; None where the cell counts as empty.
    """

    row: int
    text: str
    value: float | None = None


class Column(msgspec.Struct, frozen=True, eq=False, dict=True):
    """One column over the rows that were kept.

    numbers: (n,) float64, NaN where the cell is empty or no number; of columns that are numbers. codes: (n,) which of
    `names` a cell is, −1 where it is empty; of columns that have few different values. is_count: it numbers the rows.
    """

    name: str
    kind: Kind
    numbers: Array | None = None
    codes: NDArray[np.int64] | None = None
    names: tuple[str, ...] = ()
    odd: tuple[Odd, ...] = ()
    decimal: str = "."
    is_count: bool = False

    @property
    def may_be_classes(self) -> bool:
        """Whether it can be a target of classes."""
        return self.codes is not None and 2 <= len(self.names) <= FEW

    @property
    def may_be_number(self) -> bool:
        """Whether it can be a target that is a number, or a feature as it is."""
        return self.kind == "number"

    @property
    def no_feature(self) -> str:
        """Why it can be no feature, as a sentence without its end; empty where it can."""
        return {
            "text": f"more than {FEW} different texts",
            "date": "dates are no numbers: turn them into days or years first",
            "constant": "the same value in every row",
            "empty": "no value in any row",
        }.get(self.kind, "")

    @property
    def no_target(self) -> str:
        """Why it can be no target, as a sentence without its end; empty where it can."""
        return {
            "text": f"more than {FEW} different texts, and {FEW} classes are possible",
            "date": "dates are neither classes nor numbers",
            "constant": "the same value in every row",
            "empty": "no value in any row",
        }.get(self.kind, "")

    @cached_property
    def missing(self) -> NDArray[np.bool_]:
        """(n,) where it has no value; of columns that can be features or targets."""
        if self.numbers is not None:
            return np.isnan(self.numbers)
        assert self.codes is not None
        return self.codes < 0


class Options(msgspec.Struct, frozen=True):
    """How a table is to be read; None: as it looks.

    separator: one letter. decimal: `.` or `,`. header: whether the first row holds names. encoding: a name that Python
    knows. sheet: the name of a workbook's sheet. side: pixels per side that the pictures of a folder are made.
    """

    separator: str | None = None
    decimal: str | None = None
    header: bool | None = None
    encoding: str | None = None
    sheet: str | None = None
    side: int | None = None


class Found(msgspec.Struct, frozen=True):
    """How a table was written. encoding and separator are empty where its format has none; sheets: of a workbook. side:
    pixels per side of the pictures of a folder."""

    format: str
    separator: str = ""
    decimal: str = "."
    encoding: str = ""
    header: bool = True
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    side: int = 0


class Table(msgspec.Struct, frozen=True, eq=False):
    """A whole table. rows: how many there are in the file; `numbers` says which of them were kept, counted from 1.

    first: the first rows as they stand there. wide: rows with more cells than there are columns. remarks: what its
    reader should know.
    """

    name: str
    columns: tuple[Column, ...]
    rows: int
    numbers: NDArray[np.int64]
    first: tuple[tuple[str, ...], ...]
    found: Found
    wide: tuple[int, ...] = ()
    remarks: tuple[Said, ...] = ()

    @property
    def kept(self) -> int:
        """How many rows were kept."""
        return int(self.numbers.size)

    def column(self, name: str) -> Column | None:
        """The column of this name, in any case where no case fits, or None."""
        same = [column for column in self.columns if column.name == name]
        folded = [column for column in self.columns if column.name.casefold() == name.strip().casefold()]
        return same[0] if same else folded[0] if len(folded) == 1 else None

    @property
    def described(self) -> str:
        """`344 rows, 7 columns, comma, UTF-8`."""
        facts = [f"{exact(self.rows)} {'row' if self.rows == 1 else 'rows'}"]
        facts.append(f"{len(self.columns)} {'column' if len(self.columns) == 1 else 'columns'}")
        if self.found.separator:
            facts.append(SEPARATOR_NAMES.get(self.found.separator, repr(self.found.separator)))
        if self.found.decimal == ",":
            facts.append("decimal comma")
        facts.append(self.found.encoding or self.found.format)
        if self.found.sheet and len(self.found.sheets) > 1:
            facts.append(f"sheet “{self.found.sheet}”")
        return ", ".join(facts)


SEPARATOR_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blanks"}


def class_text(value: float) -> str:
    """What a class is called that is a number in its table: as that stands there, 2007 and not 2 007."""
    return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(value)
