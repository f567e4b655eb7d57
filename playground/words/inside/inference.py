"""A point's forward pass in words: both modes beside each other, and how far a hundred draws spread.

Owns these texts; see `playground.words.inside.told`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.anatomy.operations.operation import Activation, Operation
from playground.words.inside.symbols import Symbols, three, two
from playground.words.inside.told import Side

if TYPE_CHECKING:  # it loads the kernels; words come first
    from playground.anatomy.inference import Inference

TITLE, DRAWS = "The answer", "The answer, and a hundred draws"
KEY = "line: the answer, grey line: in training, dots: a draw of dropout or noise each"
MOST = 4
"""So many outputs stand beside the formula."""


def both_modes(after: Operation, training: Operation, symbols: Symbols) -> Side:
    """One operation in evaluation mode and in training mode."""
    letter = "a" if isinstance(after, Activation) else "z"
    name = symbols.own(letter, getattr(after, "layer", symbols.head), getattr(after, "unit", 0))
    row = (name, two(getattr(after, "result", float("nan"))), two(getattr(training, "result", float("nan"))))
    note = "In training chance silences units, adds noise, and norms take the batch's numbers."
    return Side("Both ways to compute it", ("", "the answer", "in training"), (row,), note, strong=0)


def answer_rows(found: Inference, symbols: Symbols) -> list[tuple[str, str]]:
    """Each output's name, and its number; with the spread of the draws where there are some."""
    spread, rows = found.spread, []
    for unit in range(min(found.outputs.size, MOST)):
        text = two(float(found.outputs[unit]))
        if spread is not None:
            text = f"{two(float(spread[0][unit]))} ± {two(float(spread[1][unit]))}"
        rows.append((symbols.own("a", symbols.head, unit), text))
    return rows


def answer_said(found: Inference, symbols: Symbols) -> str:
    """The picture in words."""
    names = [name for name, _ in answer_rows(found, symbols)]
    rows = "; ".join(f"{name} {three(each)}" for name, each in zip(names, found.outputs.tolist(), strict=False))
    drawn = "; ".join(f"{name} {text}" for name, text in answer_rows(found, symbols)) if found.drawn is not None else ""
    return f"{rows}. {drawn}"
