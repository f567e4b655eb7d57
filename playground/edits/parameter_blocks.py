"""Blocks of numbers as text, the way tables are copied and pasted: a line for each row, tabs between the cells.

Owns reading and writing them; a cell that is no number is named. Knows nothing of where they are put.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playground.errors import WrongUse
from playground.numbers import parsed_fraction

MOST = 256
"""Numbers that are pasted at once: each is an action of its own in the run's log, after which the run is measured."""
NO_NUMBER = "Row {row}, column {column} of what was copied is no number: “{text}”. Nothing was changed."
RAGGED = "The rows of what was copied have different lengths: {first} cells first, {other} in row {row}."
TOO_MANY = "{count} numbers were copied; at most {most} are pasted at once."
EMPTY = "There are no numbers to paste."
SHOWN = 20


def block_text(block: NDArray[np.floating]) -> str:
    """(rows, columns) as text, every digit of each number."""
    return "\n".join("\t".join(digits(value) for value in row) for row in block)


def digits(value: np.floating) -> str:
    """The shortest text that reads back as the very number."""
    return np.format_float_positional(value, trim="-") if 1e-4 <= abs(value) < 1e6 or value == 0 else str(value.item())


def read_block(text: str) -> tuple[tuple[float, ...], ...]:
    """Rows of numbers; fractions and decimal commas are understood. Raises WrongUse, naming a cell that is none."""
    lines = text.rstrip("\n\r").splitlines()
    if not any(line.strip() for line in lines):
        raise WrongUse(EMPTY)
    rows = tuple(_row(line, number + 1) for number, line in enumerate(lines))
    for number, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise WrongUse(RAGGED, first=len(rows[0]), other=len(row), row=number + 1)
    count = len(rows) * len(rows[0])
    if count > MOST:
        raise WrongUse(TOO_MANY, count=count, most=MOST)
    return rows


def _row(line: str, number: int) -> tuple[float, ...]:
    found = []
    for place, cell in enumerate(line.split("\t")):
        value = parsed_fraction(cell)
        if value is None:
            raise WrongUse(NO_NUMBER, row=number, column=place + 1, text=_short(cell))
        found.append(value)
    return tuple(found)


def _short(cell: str) -> str:
    shown = " ".join(cell.split())
    return shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…"


def spread_over(
    block: Sequence[Sequence[float]], row: int, column: int, rows: int, columns: int
) -> list[tuple[int, int, float]]:
    """The cells that a block lands on, its upper left corner at a cell; what would lie outside is left out."""
    return [
        (row + down, column + across, value)
        for down, line in enumerate(block)
        for across, value in enumerate(line)
        if row + down < rows and column + across < columns
    ]
