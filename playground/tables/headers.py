"""Whether the first row of a text table holds names, also where some of these are numbers.

Owns that guess. Words over numbers are names. Numbers are names where they count or are years (2019, 2020 …) and are no
values of their columns, or where a word beside them stands over a column of few words that it is none of. Knows nothing
of how cells are parted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from playground.numbers import parsed

MISSING = frozenset(("", "na", "n/a", "nan", "null", "#n/a", "?"))
"""What stands for no value, in small letters."""
MISSING_NUMBERS = MISSING | {"none", "-", "–", "—", ".", "--", "nil", "missing"}
"""The same among numbers."""
USUAL = frozenset(
    ("class", "label", "labels", "species", "target", "type", "variety", "category", "outcome", "y", "id")
)
"""Names that are hardly ever values, in small letters."""
MOSTLY = 0.8
"""Share of a column's cells that must be numbers for it to be one of numbers."""
YEARS = range(1500, 2201)
LONG, ENOUGH, FEW_ROWS = 5, 3, 8
"""Numbers that count up, so many that no row of values does by chance; and from 0 or 1; rows that tell what a column of
few words holds."""
OUTSIDE = 0.8
"""Share of the numbers of a first row that must lie beyond all others of their columns."""


def has_names(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of these rows holds names, judged by those below."""
    if len(rows) < 2:
        return bool(rows) and not any(parsed(cell) is not None for cell in rows[0])
    first, below = [cell.strip() for cell in rows[0]], rows[1:]
    if not any(first):
        return False
    columns = [[row[place].strip() for row in below if place < len(row)] for place in range(len(first))]
    if any(parsed(cell) is not None for cell in first):
        return _numbers_are_names(first, columns)
    if any(parsed(cell) is not None for column in columns for cell in column):
        return True
    given = [cell for cell in first if cell]
    return len(set(given)) == len(given) and not {cell for column in columns for cell in column} & set(given)


def _numbers_are_names(first: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """The same of a row that has numbers: what its words say, and whether the numbers could be values."""
    numbers = [(value, place) for place, cell in enumerate(first) if (value := parsed(cell)) is not None]
    words = [(cell, columns[place]) for place, cell in enumerate(first) if cell.lower() not in MISSING_NUMBERS
             and parsed(cell) is None]  # fmt: skip
    if any(cell in column for cell, column in words):
        return False  # iris-setosa, in a row of values
    if len({value for value, _ in numbers}) < len(numbers):
        return False
    over_numbers = sum(_of_numbers(column) for _, column in words)
    if over_numbers > len(numbers) or (over_numbers and _are_beyond(numbers, columns)):
        return True
    if any(cell.lower() in USUAL and _of_few(column) for cell, column in words):
        return True
    return _count_up(numbers, columns)


def _of_numbers(column: Sequence[str]) -> bool:
    """Whether most of its cells that have a value are numbers, of two at least."""
    there = [cell for cell in column if cell.lower() not in MISSING_NUMBERS]
    return len(there) > 1 and sum(parsed(cell) is not None for cell in there) >= MOSTLY * len(there)


def _of_few(column: Sequence[str]) -> bool:
    """Whether it has few different words, each more than once."""
    counts = Counter(cell for cell in column if cell)
    return sum(counts.values()) >= FEW_ROWS and min(counts.values()) > 1 and not _of_numbers(column)


def _count_up(numbers: Sequence[tuple[float, int]], columns: Sequence[Sequence[str]]) -> bool:
    """Whether numbers are years or counts, in order, and no values of their columns."""
    values = [value for value, _ in numbers]
    steps = {round(after - before, 9) for before, after in pairwise(values)}
    if len(values) < 2 or min(steps) <= 0.0:
        return False
    even, whole = len(steps) == 1, all(value == int(value) for value in values)
    years = whole and all(int(value) in YEARS for value in values)
    counts = even and whole and values[0] in (0.0, 1.0) and steps == {1.0} and len(values) >= ENOUGH
    if not (years or counts or (even and len(values) >= LONG)):
        return False
    places = [place for _, place in numbers]
    if years and any(value in YEARS for place in places for value in _values(columns[place])):
        return False
    if not years and _do_so(columns, places):
        return False
    return (even and len(values) >= LONG) or _are_beyond(numbers, columns)


def _are_beyond(numbers: Sequence[tuple[float, int]], columns: Sequence[Sequence[str]]) -> bool:
    """Whether nearly all of these numbers lie beyond the values of their columns, or are whole where those are not."""
    count = 0
    for value, place in numbers:
        column = _values(columns[place])
        is_other_kind = value == int(value) and not _are_whole(column)
        count += is_other_kind or not column or not min(column) <= value <= max(column)
    return count >= OUTSIDE * len(numbers)


def _values(column: Sequence[str]) -> list[float]:
    return [each for cell in column if (each := parsed(cell)) is not None]


def _are_whole(column: Sequence[float]) -> bool:
    return all(value == int(value) for value in column)


def _do_so(columns: Sequence[Sequence[str]], places: Sequence[int]) -> bool:
    """Whether the next row counts evenly, too, as a table of times or of multiples does."""
    values = [parsed(columns[place][0]) if columns[place] else None for place in places]
    there = [value for value in values if value is not None]
    return len(there) == len(values) and len({round(b - a, 9) for a, b in pairwise(there)}) == 1
