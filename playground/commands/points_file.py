"""Points, or other samples with columns, from the command line and from CSV files, and images from CSV files.

Owns how they may be written and what is said when they are not; knows nothing of networks.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from playground.errors import FileRefused
from playground.exchange.reading import read, shown
from playground.numbers import plain, spaced

MAX_BYTES = 64 * 2**20
MAX_POINTS = 1_000_000
REACH = 1e6
"""Largest coordinate of generated points; far beyond, squares leave what single precision can hold."""

MAX_IMAGES = 100_000

Point = tuple[float, ...]
"""As many numbers as a sample has columns."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a model reads: the names of its columns, and how large a number may be."""

    columns: tuple[str, ...] = ("x", "y")
    reach: float = REACH

    @property
    def count(self) -> str:
        """How many numbers a sample has, in words where it is a point."""
        return "two" if len(self.columns) == 2 else str(len(self.columns))

    @property
    def names(self) -> str:
        """`x and y`, `a, b and c`."""
        *first, last = self.columns
        return f"{', '.join(first)} and {last}" if first else last


def point(text: str, wanted: Wanted = Wanted()) -> Point:
    """The sample of `X,Y`; raises ValueError with a sentence."""
    return _point(text.split(","), text, wanted)


def read_points(path: str, wanted: Wanted = Wanted()) -> list[Point]:
    """The samples of a CSV file: columns by their names, or as many columns as there must be, without names."""
    name, text, delimiter = _table(path)
    places: tuple[int, ...] | None = None
    points: list[Point] = []
    try:
        for line, row in _rows(text, delimiter):
            if places is None:
                places = _named_columns(row, wanted)
                if places is not None:
                    continue
                places = tuple(range(len(wanted.columns)))
                _check_count(row, name, line, wanted)
            points.append(_row_point(row, places, name, line, wanted))
            if len(points) > MAX_POINTS:
                raise FileRefused(f"{name} has more than {spaced(MAX_POINTS)} points.")
    except csv.Error as error:
        raise FileRefused(f"{name} is not a CSV file: {error}.") from None
    if not points:
        raise FileRefused(f"{name} has no points: it needs lines of {wanted.count} numbers{_example(wanted)}.")
    return points


def read_images(path: str, pixels: int) -> list[list[float]]:
    """The images of a CSV file: a line each, `pixels` numbers row by row from the top left; names above are skipped."""
    name, text, delimiter = _table(path)
    images: list[list[float]] = []
    try:
        for line, row in _rows(text, delimiter):
            if len(row) != pixels:
                raise FileRefused(
                    f"{name}, line {line}: this model reads images, so there must be {pixels} columns, one a pixel, "
                    f"row by row from the top left; there are {len(row)}."
                )
            if not images and _numbers(row) is None and not any(_numbers([cell]) for cell in row):
                continue
            images.append(_image(row, name, line))
            if len(images) > MAX_IMAGES:
                raise FileRefused(f"{name} has more than {spaced(MAX_IMAGES)} images.")
    except csv.Error as error:
        raise FileRefused(f"{name} is not a CSV file: {error}.") from None
    if not images:
        raise FileRefused(f"{name} has no images: it needs lines of {pixels} numbers from 0 (paper) to 1 (ink).")
    return images


def _table(path: str) -> tuple[str, str, str]:
    """The file's name to be told, its text, and what stands between its columns."""
    name = shown(path)
    try:
        text = read(path, MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(f"{name} is not a text file in UTF-8.") from None
    first = text.partition("\n")[0]
    return name, text, next((sign for sign in (",", ";", "\t") if sign in first), ",")


def _numbers(cells: Sequence[str]) -> list[float] | None:
    try:
        return [float(cell) for cell in cells]
    except ValueError:
        return None


def _image(row: Sequence[str], name: str, line: int) -> list[float]:
    for column, cell in enumerate(row, start=1):
        found = _numbers([cell])
        if found is None or not (math.isfinite(found[0]) and abs(found[0]) <= REACH):
            raise FileRefused(
                f"{name}, line {line}, column {column}: expected a number, 0 for paper and 1 for ink; "
                f"got {cell[:60]!r}."
            )
    return [float(cell) for cell in row]


def _rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Line numbers and cells, without the blank lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]


def _named_columns(row: Sequence[str], wanted: Wanted) -> tuple[int, ...] | None:
    """Where the columns stand in a header, in any case where no case fits; None if the first row is no header."""
    for same in (str, str.lower):
        names, asked = [same(cell.strip()) for cell in row], [same(name) for name in wanted.columns]
        if set(asked) <= set(names):
            return tuple(names.index(name) for name in asked)
    return None


def _check_count(row: Sequence[str], name: str, line: int, wanted: Wanted) -> None:
    if len(row) != len(wanted.columns):
        columns = "column" if len(wanted.columns) == 1 else "columns"
        raise FileRefused(
            f"{name}, line {line}: without a header naming the {columns} {wanted.names} there must be {wanted.count} "
            f"{columns}; there are {len(row)}."
        )


def _row_point(row: Sequence[str], places: tuple[int, ...], name: str, line: int, wanted: Wanted) -> Point:
    try:
        if len(row) <= max(places):
            raise ValueError(f"expected {max(places) + 1} columns; got {len(row)}")
        return _point([row[place] for place in places], ",".join(row), wanted)
    except ValueError as error:
        raise FileRefused(f"{name}, line {line}: {error}.") from None


def _point(cells: Sequence[str], text: str, wanted: Wanted) -> Point:
    values = _numbers(cells) or []
    if len(values) != len(wanted.columns):
        noun = "number" if len(wanted.columns) == 1 else "numbers"
        raise ValueError(f"expected {wanted.count} {noun}{_example(wanted)}; got {text[:60]!r}")
    if not all(math.isfinite(value) and abs(value) <= wanted.reach for value in values):
        raise ValueError(f"coordinates go from {plain(-wanted.reach)} to {plain(wanted.reach)}; got {text[:60]!r}")
    return tuple(values)


def _example(wanted: Wanted) -> str:
    return " such as 1.5,-2" if len(wanted.columns) == 2 else ""
