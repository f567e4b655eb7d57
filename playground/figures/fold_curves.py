"""What cross-validation shows: the folds' curves over the epochs that all have, and its figures in words.

Owns these; knows nothing of how they are drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.numbers import accuracy, figure, loss, percent, spaced

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.population.folds import CrossValidation, Fold, Spread

Array = NDArray[np.float64]


class FoldCurves(msgspec.Struct, frozen=True, eq=False):
    """epochs (rows,), losses (k, rows) on each fold's held-out samples, and their mean (rows,)."""

    epochs: Array
    losses: Array
    mean: Array


def fold_curves(found: CrossValidation) -> FoldCurves:
    """The curves up to the epoch at which the first fold ended."""
    histories = [fold.member.history for fold in found.folds]
    rows = min(len(history) for history in histories)
    losses = np.stack([history["validation_loss"][:rows] for history in histories])
    with np.errstate(over="ignore"):  # of losses that are the largest number
        mean = np.minimum(losses.mean(axis=0), np.finfo(np.float64).max)
    return FoldCurves(histories[0]["epoch"][:rows].copy(), losses, mean)


def fold_sentences(found: CrossValidation) -> list[str]:
    """What came out, on held-out samples: mean ± standard deviation over the folds."""
    held_out, k = found.accuracy, len(found.folds)
    told = [f"{spaced(k)} folds, {spaced(found.epochs)} epochs each"]
    if held_out is not None:
        told.append(f"accuracy {_plus_minus(accuracy(held_out.mean), percent_points(held_out))}")
    told.append(f"loss {_plus_minus(loss(found.loss.mean), loss(found.loss.deviation))}")
    told.append(f"training loss {_plus_minus(loss(found.train_loss.mean), loss(found.train_loss.deviation))}")
    if found.diverged:
        told.append(f"{spaced(found.diverged)} of {spaced(k)} diverged; theirs are the last finite figures")
    return told


def _plus_minus(mean: str, deviation: str) -> str:
    """In one piece where lines are broken."""
    return f"{mean}\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}{deviation}"


def percent_points(spread: Spread) -> str:
    """The deviation of an accuracy: 4.3 %."""
    return f"{figure(100.0 * spread.deviation, 2)} %"


def fold_caption(fold: Fold) -> str:
    """What stands below a fold's map."""
    return loss(fold.loss) if fold.accuracy is None else percent(fold.accuracy)
