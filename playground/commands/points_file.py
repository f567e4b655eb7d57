"""Points from the command line and from CSV files, and images from CSV files.

Owns how they may be written and what is said when they are not; knows nothing of networks.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence

from playground.errors import FileRefused
from playground.exchange.reading import read, shown
from playground.numbers import spaced

MAX_BYTES = 64 * 2**20
MAX_POINTS = 1_000_000
REACH = 1e6
"""Largest coordinate; far beyond, squares leave what single precision can hold."""

MAX_IMAGES = 100_000

Point = tuple[float, float]


def point(text: str) -> Point:
    """The point of `X,Y`; raises ValueError with a sentence."""
    return _point(text.split(","), text)


def read_points(path: str) -> list[Point]:
    """The points of a CSV file: columns x and y by their names, or two columns without names."""
    name, text, delimiter = _table(path)
    columns: tuple[int, int] | None = None
    points: list[Point] = []
    try:
        for line, row in _rows(text, delimiter):
            if columns is None:
                columns = _named_columns(row)
                if columns is not None:
                    continue
                columns = (0, 1)
                _check_two(row, name, line)
            points.append(_row_point(row, columns, name, line))
            if len(points) > MAX_POINTS:
                raise FileRefused(f"{name} has more than {spaced(MAX_POINTS)} points.")
    except csv.Error as error:
        raise FileRefused(f"{name} is not a CSV file: {error}.") from None
    if not points:
        raise FileRefused(f"{name} has no points: it needs lines of two numbers, such as 1.5,-2.")
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


def _named_columns(row: Sequence[str]) -> tuple[int, int] | None:
    """Where x and y stand in a header; None if the first row is no header."""
    names = [cell.strip().lower() for cell in row]
    return (names.index("x"), names.index("y")) if "x" in names and "y" in names else None


def _check_two(row: Sequence[str], name: str, line: int) -> None:
    if len(row) != 2:
        raise FileRefused(
            f"{name}, line {line}: without a header naming the columns x and y there must be two columns; "
            f"there are {len(row)}."
        )


def _row_point(row: Sequence[str], columns: tuple[int, int], name: str, line: int) -> Point:
    try:
        if len(row) <= max(columns):
            raise ValueError(f"expected {max(columns) + 1} columns; got {len(row)}")
        return _point([row[column] for column in columns], ",".join(row))
    except ValueError as error:
        raise FileRefused(f"{name}, line {line}: {error}.") from None


def _point(cells: Sequence[str], text: str) -> Point:
    values = _numbers(cells) or []
    if len(values) != 2:
        raise ValueError(f"expected two numbers such as 1.5,-2; got {text[:60]!r}")
    if not all(math.isfinite(value) and abs(value) <= REACH for value in values):
        raise ValueError(f"coordinates go from {spaced(-REACH)} to {spaced(REACH)}; got {text[:60]!r}")
    return values[0], values[1]
