"""A point's forward pass in words: both modes beside each other, how far a hundred draws spread, the rows to choose.

Owns these texts; see `playground.words.inside.told`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from playground.anatomy.operations.operation import Activation, Operation
from playground.data import Dataset
from playground.errors import Said
from playground.mathematics.plain import text
from playground.numbers import plain, spaced
from playground.words.inside.symbols import Symbols, three, two
from playground.words.inside.told import Side

if TYPE_CHECKING:  # it loads the kernels; words come first
    from playground.anatomy.inference import Inference

TITLE, DRAWS = "The answer", "The answer, and a hundred draws"
NOTE = "training drops units, adds noise, norms by batch"
ANSWERED, TRAINED, DRAWN = "answer", "as in training", "100 draws"
"""What a line, a grey line and the dots of the picture are."""
MOST = 4
"""So many outputs stand beside the formula."""


MOST_BESIDE = 3
"""So many units of a layer stand in the table of both modes."""


def both_modes(found: Inference, place: int, symbols: Symbols) -> Side:
    """One operation as the network answers and as it is computed in training, among those of its layer."""
    assert found.training is not None
    after = found.operations[place]
    layer, unit = getattr(after, "layer", symbols.head), getattr(after, "unit", 0)
    count = symbols.slot(layer).outputs
    first = min(max(unit - MOST_BESIDE // 2, 0), max(count - MOST_BESIDE, 0))
    letter, strong = "a" if isinstance(after, Activation) else "z", 0
    rows: list[tuple[str, ...]] = []
    for other in range(first, min(first + MOST_BESIDE, count)):
        at = found.operations.find(type(after), layer, other)
        if at is not None:
            strong = len(rows) if other == unit else strong
            both = (_result(each[at]) for each in (found.operations, found.training))
            rows.append((text(symbols.unit(letter, layer, other)), *both))
    return Side("Both ways to compute it", ("", "the answer", "in training"), tuple(rows), NOTE, strong=strong)


def _result(operation: Operation) -> str:
    return two(getattr(operation, "result", math.nan))


def shown_outputs(found: Inference) -> list[int]:
    """The outputs that are told: all, or of many the largest ones, in their order."""
    largest = sorted(range(found.outputs.size), key=lambda unit: -float(found.outputs[unit]))
    return sorted(largest[:MOST])


def answer_rows(found: Inference, symbols: Symbols) -> list[tuple[str, str]]:
    """Each output's name, and its number; where there are draws their mean and spread."""
    spread, rows = found.spread, []
    for unit in shown_outputs(found):
        figures = two(float(found.outputs[unit]))
        if spread is not None:
            figures = f"{two(float(spread[0][unit]))} ± {two(float(spread[1][unit]))}"
        rows.append((text(symbols.unit("a", symbols.head, unit)), figures))
    return rows


def answer_said(found: Inference, symbols: Symbols) -> str:
    """The picture in words."""
    told = zip(answer_rows(found, symbols), shown_outputs(found), strict=True)
    rows = "; ".join(f"{name} {three(float(found.outputs[unit]))}" for (name, _), unit in told)
    drawn = "; ".join(map(" ".join, answer_rows(found, symbols))) if found.drawn is not None else ""
    return f"{rows}. {drawn}"


# -- a row of the data -------------------------------------------------------------------------------------------------

ROWS, ROWS_TITLE = "a row …", "Rows of the data"
ROWS_TIP = "Pick a row of the data, training or held out, and look into the answer for it"
ROWS_SAID = "Up and Down look into one after another"
MOST_COLUMNS = 12


def row_count(data: Dataset) -> int:
    """Training, then held-out samples."""
    return int(data.train_labels.size + data.held_out_labels.size)


def row_heads(data: Dataset) -> tuple[str, ...]:
    """Over the list: the number, which set, what is right, and the columns of samples that have some."""
    right = "class" if data.task.is_classification else "target"
    return "row", "set", right, *(() if data.image is not None else data.columns[:MOST_COLUMNS])


def row_cell(data: Dataset, row: int, column: int) -> str:
    """One cell; blank where the data are."""
    if column < len(CELLS):
        return CELLS[column](data, row)
    place = row - data.train_labels.size
    of_row = data.train_points[:, row] if place < 0 else data.held_out_points[:, place]
    value = float(of_row[column - len(CELLS)])
    return "" if math.isnan(value) else plain(value, 4)


def _set_of(data: Dataset, row: int) -> str:
    return "training" if row < data.train_labels.size else data.held_out_name


def _right(data: Dataset, row: int) -> str:
    place = row - data.train_labels.size
    label = float(data.train_labels[row] if place < 0 else data.held_out_labels[place])
    return data.class_name(int(label)) if data.task.is_classification else plain(label, 4)


def _number(data: Dataset, row: int) -> str:
    return spaced(data.number_of(row))


CELLS = (_number, _set_of, _right)


def row_title(data: Dataset, row: int) -> str:
    """`for row 17 (training), right: class 1`."""
    gaps = {"number": _number(data, row), "set": _set_of(data, row), "right": _right(data, row)}
    return str(Said("for row {number} ({set}), right: {right}", gaps))
