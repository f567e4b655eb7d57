"""What each column of a table is: numbers, classes, texts, dates, or the same everywhere.

Owns these rules; the counting is the database's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np

from playground.errors import Said
from playground.numbers import GROUPED, parsed
from playground.tables.database import STYLES, Array, Database
from playground.tables.headers import MISSING
from playground.tables.table import FEW, MAX_ROWS, Column, Kind, Odd, class_text

MOSTLY = 0.8
"""Share of the cells with a value that must be numbers, or dates, for a column to be of that kind."""
MANY_ODD, MANY_ROWS = 0.1, 20
"""From which share, and how many rows, on a second way of writing numbers is the column's own, and no row is odd."""
MOST_ODD = 10_000
COUNT_NAMES = {"", "id", "index", "idx", "no", "nr", "row", "rownames", "row_names", "unnamed: 0", "#", "key"}


class Guess:
    """The columns of a database's table, and what their reader should know."""

    def __init__(self, database: Database, names: Sequence[str], separator: str, decimal: str | None) -> None:
        self._database, self._names = database, names
        self._separator, self._decimal = separator, decimal
        self.remarks: list[Said] = []
        self.columns = self._columns()

    @property
    def decimal(self) -> str:
        """The decimal mark: a comma where any column has one."""
        return "," if any(column.decimal == "," for column in self.columns) else "."

    def _columns(self) -> tuple[Column, ...]:
        counts = self._database.counts()
        styles: dict[int, str] = {}
        odd: dict[int, tuple[tuple[Odd, ...], bool]] = {}
        close: dict[int, str] = {}
        for index, (present, numbers) in enumerate(counts):
            style = self._style(numbers)
            plain_ones = numbers[STYLES.index(style)]
            if present == 0:
                continue
            if not self._database.is_text(index) or plain_ones == present:
                styles[index] = style
                continue
            close[index] = style
        texts_of = self._database.other_texts(close, MOST_ODD)
        for index, style in close.items():
            present, numbers = counts[index]
            plain_ones = numbers[STYLES.index(style)]
            read, readable = self._others(texts_of[index], style)
            if plain_ones + readable >= MOSTLY * present:
                own_way = readable > max(MANY_ODD * present, MANY_ROWS) or readable > present / 2
                places = self._database.places(index, style, MAX_ROWS if own_way else MOST_ODD)
                styles[index] = style
                odd[index] = tuple(Odd(row, text, read.get(text)) for row, text in places), own_way
        numbers_of = self._database.numbers(styles)
        self._take_groups(counts, styles, numbers_of)
        texts = [index for index, (present, _) in enumerate(counts) if present and index not in styles]
        named = self._class_columns(texts)
        dates = self._database.dates([index for index in texts if index not in named])
        found: list[Column] = []
        for index, (present, _) in enumerate(counts):
            if index in styles:
                found.append(self._number_column(index, styles[index], numbers_of[index], *odd.get(index, ((), False))))
            elif index in named:
                found.append(named[index])
            else:
                is_date = dates.get(index, 0.0) >= MOSTLY
                found.append(Column(self._names[index], "date" if is_date else "text" if present else "empty"))
        return tuple(found)

    def _style(self, numbers: tuple[int, ...]) -> str:
        """The way of writing under which most cells are numbers; `1,234` is a group where commas part the columns."""
        point, comma, grouped = numbers
        if self._decimal is not None:
            return "comma" if self._decimal == "," else "grouped" if grouped > point else "point"
        if max(comma, grouped) <= point:
            return "point"
        if self._separator in (",", "") and max(comma, grouped) - point <= MANY_ODD * point:
            return "point"  # a few cells with commas, where commas part the columns, are rather slips
        if grouped > comma or (grouped == comma and self._separator == ","):
            return "grouped"
        return "comma"

    def _take_groups(
        self, counts: Sequence[tuple[int, tuple[int, ...]]], styles: dict[int, str], numbers_of: dict[int, Array]
    ) -> None:  # fmt: skip
        """Where one column has decimal commas, 1.234 in another one is a group of thousands, and that is said."""
        if "comma" not in styles.values():
            return
        point, comma = STYLES.index("point"), STYLES.index("comma")
        tied = {
            index: "comma"
            for index, style in styles.items()
            if style == "point" and self._database.is_text(index) and counts[index][1][point] == counts[index][1][comma]
        }
        for index, values in self._database.numbers(tied).items():
            places = np.flatnonzero((values != numbers_of[index]) & ~np.isnan(values))
            if places.size:
                styles[index], numbers_of[index] = "comma", values
                self._say_own_way(index, self._database.text_of(index, int(places[0])), float(values[places[0]]))

    def _say_own_way(self, index: int, text: str, value: float) -> None:
        sentence = "{name}: numbers such as “{text}” were read as {value}."
        self.remarks.append(Said(sentence, {"name": self._names[index], "text": text.strip()[:40], "value": value}))

    def _others(self, texts: Sequence[tuple[str, int]], style: str) -> tuple[dict[str, float | None], int]:
        """Cells that are no numbers in the column's way of writing, as what they can be read; how many cells can."""
        read = {text: self._read(text, style) for text, _ in texts}
        return read, sum(count for text, count in texts if read[text] is not None)

    def _read(self, text: str, style: str) -> float | None:
        """A number written otherwise than its column."""
        text = text.strip()
        if style != "comma" and self._separator == "," and GROUPED[","].fullmatch(text):
            return parsed(f"{text}.0")  # a group before a point is no decimal
        return parsed(text)

    def _number_column(
        self, index: int, style: str, values: Array, odd: tuple[Odd, ...], own_way: bool
    ) -> Column:  # fmt: skip
        name = self._names[index]
        if odd:
            rows = self._database.row_numbers()
            places = np.searchsorted(rows, [each.row for each in odd])
            values[places] = [np.nan if each.value is None else each.value for each in odd]
        if own_way:
            read = next(each for each in odd if each.value is not None)
            assert read.value is not None
            self._say_own_way(index, read.text, read.value)
            odd = tuple(each for each in odd if each.value is None)
        known = values[~np.isnan(values)]
        if not known.size:
            return Column(name, "empty")
        decimal = "," if style == "comma" else "."
        if known.min() == known.max():
            return Column(name, "constant", values, odd=odd, decimal=decimal)
        codes, names = _few_whole(values, known)
        counts = codes is None and _counts_rows(values, name, index)
        return Column(name, "number", values, codes, names, odd, decimal, counts)

    def _class_columns(self, texts: Sequence[int]) -> dict[int, Column]:
        """Those with few different texts."""
        missing = sorted(MISSING)
        values = self._database.values(texts, FEW + 1, missing)
        few = {index: names for index, names in values.items() if 0 < len(names) <= FEW}
        codes = self._database.codes(few)
        found = {}
        for index, names in few.items():
            kind: Kind = "class" if len(names) > 1 else "constant"
            found[index] = Column(self._names[index], kind, None, codes[index], _class_names(names))
        return found


def _few_whole(
    values: Array, known: Array
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]] | None, tuple[str, ...]]:
    """The classes of a number column: up to ten different whole numbers, each three times on average."""
    if len(set(islice(known.tolist(), 1000))) > FEW:
        return None, ()
    whole = np.unique(known)
    if whole.size > FEW or (whole != np.round(whole)).any() or known.size < 3 * whole.size:
        return None, ()
    codes = np.where(np.isnan(values), -1, np.searchsorted(whole, np.nan_to_num(values, nan=whole[0])))
    return codes.astype(np.int64), tuple(map(class_text, whole.tolist()))


def _counts_rows(values: Array, name: str, index: int) -> bool:
    """Whether a column only numbers the rows: 0, 1, 2 … or 1, 2, 3 …, in front or with a name that says so."""
    looks_so = index == 0 or name.strip().casefold() in COUNT_NAMES or name.startswith("column ")
    if not looks_so or values.size < 5 or values[0] not in (0.0, 1.0):
        return False
    return bool((np.diff(values) == 1.0).all())


def _class_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names of classes, on one line, no longer than an experiment takes them, each another."""
    return unique([" ".join(name.split())[:100] or repr(name)[:100] for name in names])


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """The names, those that stand twice with a number behind."""
    found: list[str] = []
    taken = set()
    for name in names:
        new, count = name, 1
        while new in taken:
            count += 1
            new = f"{name[:90]} ({count})"
        taken.add(new)
        found.append(new)
    return tuple(found)


def column_names(given: Sequence[str], width: int) -> tuple[str, ...]:
    """A name for each column, on one line, none twice; those without one are called by their place."""
    names = [" ".join("".join(c if c.isprintable() else " " for c in name).split())[:100] for name in given]
    names += [""] * (width - len(names))
    return unique([name or f"column {place}" for place, name in enumerate(names[:width], start=1)])
