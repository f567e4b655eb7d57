"""Points, or other samples with columns, from the command line and from CSV files, and images from CSV files.

Owns how they may be written and what is said when they are not; knows nothing of networks.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence

import msgspec

from playground.errors import FileRefused
from playground.exchange.container import looks_like_one
from playground.exchange.foreign import no_table
from playground.exchange.reading import read, shown
from playground.numbers import GROUPED, parsed, plain, spaced

MAX_BYTES = 64 * 2**20
MAX_POINTS = 1_000_000
REACH = 1e6
"""Largest coordinate of generated points; far beyond, squares leave what single precision can hold."""

MAX_IMAGES = 100_000
SIGNS = (",", ";", "\t")
"""What may stand between columns."""
DECIMAL_COMMAS = "If commas are decimal signs here, part the numbers by semicolons: 1,5;-2."

Point = tuple[float, ...]
"""As many numbers as a sample has columns."""


class Wanted(msgspec.Struct, frozen=True):
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
    """The sample of `X,Y`, or of `X;Y` with decimal commas; raises ValueError with a sentence."""
    sign = ";" if ";" in text else ","
    return _point(text.split(sign), text, wanted, sign)


def read_points(path: str, wanted: Wanted = Wanted()) -> list[Point]:
    """The samples of a CSV file: columns by their names, or as many columns as there must be, without names."""
    name, text, delimiter = _table(
        path, lambda row: len(row) == len(wanted.columns) or bool(_named_columns(row, wanted))
    )
    places: tuple[int, ...] | None = None
    points: list[Point] = []
    named = 0
    try:
        for line, row in _rows(text, delimiter):
            if places is None:
                places = _named_columns(row, wanted)
                if places is not None:
                    named = len(row)
                    continue
                places = tuple(range(len(wanted.columns)))
                _check_count(row, name, line, wanted, delimiter)
            _check_width(row, name, line, named, delimiter)
            points.append(_row_point(row, places, name, line, wanted, delimiter))
            if len(points) > MAX_POINTS:
                raise FileRefused(f"{name} has more than {spaced(MAX_POINTS)} points.")
    except csv.Error as error:
        raise FileRefused(f"{name} is not a CSV file: {error}.") from None
    if not points:
        raise FileRefused(f"{name} has no points: it needs lines of {wanted.count} numbers{_example(wanted)}.")
    return points


def read_images(path: str, pixels: int) -> list[list[float]]:
    """The images of a CSV file: a line each, `pixels` numbers row by row from the top left; names above are skipped."""
    name, text, delimiter = _table(path, lambda row: len(row) == pixels)
    images: list[list[float]] = []
    try:
        for line, row in _rows(text, delimiter):
            if len(row) != pixels:
                raise FileRefused(
                    f"{name}, line {line}: this model reads images, so there must be {pixels} columns, one a pixel, "
                    f"row by row from the top left; there are {len(row)}.{_commas(row, delimiter, pixels)}"
                )
            if not images and not any(_numbers([cell], delimiter) for cell in row):
                continue
            images.append(_image(row, name, line, delimiter))
            if len(images) > MAX_IMAGES:
                raise FileRefused(f"{name} has more than {spaced(MAX_IMAGES)} images.")
    except csv.Error as error:
        raise FileRefused(f"{name} is not a CSV file: {error}.") from None
    if not images:
        raise FileRefused(f"{name} has no images: it needs lines of {pixels} numbers from 0 (paper) to 1 (ink).")
    return images


def _table(path: str, fits: Callable[[list[str]], bool]) -> tuple[str, str, str]:
    """The file's name to be told, its text, and what stands between its columns.

    That is the first sign by which the first line fits; so 1,5;2,5 are two numbers with decimal commas.
    """
    name = shown(path)
    data = read(path, MAX_BYTES)
    other = no_table(data, looks_like_one)
    if other is not None:
        raise FileRefused("{name} {why}.", name=name, why=other)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(f"{name} is not a text file in UTF-8.") from None
    first = text.lstrip().partition("\n")[0]
    there = [sign for sign in SIGNS if sign in first]
    return name, text, next((sign for sign in there if fits(_cells(first, sign))), there[0] if there else ",")


def _cells(line: str, sign: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=sign, skipinitialspace=True), [])
    except csv.Error:
        return []


def _numbers(cells: Sequence[str], sign: str) -> list[float] | None:
    """The numbers of cells, with decimal commas where no comma parts the cells."""
    try:
        return [float(cell) for cell in cells]
    except ValueError:
        found = [None if sign == "," else parsed(cell) for cell in cells]
        return None if None in found else [number for number in found if number is not None]


def _commas(row: Sequence[str], sign: str, wanted: int) -> str:
    """What to do where commas seem to part numbers and their decimals alike."""
    return f" {DECIMAL_COMMAS}" if sign == "," and len(row) == 2 * wanted else ""


def _image(row: Sequence[str], name: str, line: int, sign: str) -> list[float]:
    image: list[float] = []
    for column, cell in enumerate(row, start=1):
        found = _numbers([cell], sign)
        if found is None or not (math.isfinite(found[0]) and abs(found[0]) <= REACH):
            raise FileRefused(
                f"{name}, line {line}, column {column}: expected a number, 0 for paper and 1 for ink; "
                f"got {cell[:60]!r}."
            )
        image += found
    return image


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


def _check_count(row: Sequence[str], name: str, line: int, wanted: Wanted, sign: str) -> None:
    if len(row) != len(wanted.columns):
        columns = "column" if len(wanted.columns) == 1 else "columns"
        raise FileRefused(
            f"{name}, line {line}: without a header naming the {columns} {wanted.names} there must be {wanted.count} "
            f"{columns}; there are {len(row)}.{_commas(row, sign, len(wanted.columns))}"
        )


def _check_width(row: Sequence[str], name: str, line: int, named: int, sign: str) -> None:
    """Refuse a line with more cells than the header has names: nobody knows which of them are meant."""
    if named and any(cell.strip() for cell in row[named:]):
        hint = _commas(row, sign, named)
        raise FileRefused(f"{name}, line {line}: there are more columns ({len(row)}) than names ({named}).{hint}")


def _row_point(
    row: Sequence[str], places: tuple[int, ...], name: str, line: int, wanted: Wanted, sign: str
) -> Point:  # fmt: skip
    try:
        if len(row) <= max(places):
            raise ValueError(f"expected {max(places) + 1} columns; got {len(row)}")
        return _point([row[place] for place in places], sign.join(row), wanted, sign)
    except ValueError as error:
        raise FileRefused(f"{name}, line {line}: {error}.") from None


def _point(cells: Sequence[str], text: str, wanted: Wanted, sign: str) -> Point:
    grouped = next((cell.strip() for cell in cells if GROUPED["."].fullmatch(cell.strip())), None)
    if sign != "," and grouped is not None and any("," in cell for cell in cells):
        raise ValueError(f"beside decimal commas {grouped} may be thousands or not; got {text[:60]!r}")
    values = _numbers(cells, sign) or []
    if len(values) != len(wanted.columns):
        noun = "number" if len(wanted.columns) == 1 else "numbers"
        commas = _commas(cells, sign, len(wanted.columns)).removesuffix(".")
        hint = f".{commas}" if commas else ""
        raise ValueError(f"expected {wanted.count} {noun}{_example(wanted)}; got {text[:60]!r}{hint}")
    if not all(math.isfinite(value) and abs(value) <= wanted.reach for value in values):
        raise ValueError(f"coordinates go from {plain(-wanted.reach)} to {plain(wanted.reach)}; got {text[:60]!r}")
    return tuple(values)


def _example(wanted: Wanted) -> str:
    return " such as 1.5,-2" if len(wanted.columns) == 2 else ""
