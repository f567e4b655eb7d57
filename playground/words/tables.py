"""What is said around a table that is opened: its foot line, its captions, the names of what is done with empty cells.

Owns these words; what is odd about a row or a column is told by `playground.tables`.
"""

from __future__ import annotations

from playground.numbers import plain, spaced

NO_TARGET = "Choose the target: click the name of the column that is to be learned."
TITLE = "Open a table"
NO_TABLE = (
    "The clipboard holds no link to an experiment and no table: copy a whole neural-playground: link, the address in "
    "TensorFlow Playground, or rows and columns of a sheet, then paste them here."
)
MISSING = {
    "drop": ("leave out", "Rows with empty cells are left out"),
    "mean": ("mean", "Empty cells take the mean of the training rows"),
    "median": ("median", "Empty cells take the median of the training rows"),
    "indicator": ("mark", "Empty cells take the mean, and an input beside their column says where"),
}
"""Short name and sentence of each way."""
CHANGE = "Separator, decimal mark, names and encoding"
CHANGE_SIDE = "How many pixels a side the pictures are made"
PICTURES_TIP = "Each row is a small square picture, a column a pixel, row by row from the top left"
REMEDIES = {"fill": "Fill with the mean", "leave_out": "Leave out", "take": "Take it again", "": ""}
"""What a row's link does."""


def reading(name: str) -> str:
    """While a table is read."""
    return f"Reading {name} …"


def foot(used: int, rows: int, train: int) -> str:
    """`342 of 344 rows: 239 to train, 103 to test`."""
    return f"{spaced(used)} of {spaced(rows)} rows: {spaced(train)} to train, {spaced(used - train)} to test"


def rows_are_pictures(side: int) -> str:
    """That rows are taken for pictures of so many pixels a side."""
    return f"Rows are pictures of {side} × {side}"


def look_count(count: int) -> str:
    """`3 rows need a look`."""
    return f"{spaced(count)} row needs a look" if count == 1 else f"{spaced(count)} rows need a look"


def more_looks(count: int) -> str:
    """Rows that are not listed."""
    return f"and {spaced(count)} more"


def spread(times: float) -> str:
    """How the ranges of features compare."""
    return f"ranges differ {spaced(round(times))}-fold" if times >= 2 else ""


def target_range(low: float, high: float) -> str:
    """A target that is a number."""
    return f"{plain(low, 4)} to {plain(high, 4)}"
