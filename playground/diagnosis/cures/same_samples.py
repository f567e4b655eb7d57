"""Samples that a run and a cure of it can both be judged on, where the cure changes which samples there are.

Owns which these are, as places among the samples of each; knows nothing of runs. A cure of blank cells leaves other
rows out or fills them otherwise, another split deals the samples out anew: judged on what each of both holds out, the
difference would be one of samples.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset, make_dataset
from playground.data.source import Data

Places = NDArray[np.int64]
Pair = tuple[Places, Places]

LEAST = 10
"""Samples that both have; with fewer there is nothing to compare with."""


def common_of_given(one: Dataset, other: Dataset, both_blank: bool) -> Pair | None:
    """The held-out places of both at which the same of somebody's own points stand; None of too few. Those that choose
    for one of them, every second one, are left out where enough others are there. both_blank: whether cells that are
    blank for the one are so for the other; if not, they are judged on points that read the same for both."""
    if one.order is None or other.order is None:
        return None
    first, second = _held_out(one), _held_out(other)
    _, mine, theirs = np.intersect1d(first, second, assume_unique=True, return_indices=True)
    if not both_blank:
        same = (one.held_out_points[:, mine] == other.held_out_points[:, theirs]).all(axis=0)
        mine, theirs = mine[same], theirs[same]
    free = (mine % 2 == 1) & (theirs % 2 == 1)
    if free.sum() >= LEAST:
        mine, theirs = mine[free], theirs[free]
    return (mine, theirs) if mine.size >= LEAST else None


def _held_out(dataset: Dataset) -> NDArray[np.int64]:
    """The numbers of the held-out points, which stand right behind the training ones."""
    assert dataset.order is not None
    count = dataset.train_labels.size
    return np.asarray(dataset.order[count : count + dataset.held_out_labels.size], np.int64)


def common_of_drawn(judging: Data, imputers: tuple[str | None, str | None], seed: int) -> Pair | None:
    """The places among fresh samples that the same ones have for two ways to treat blank cells, None standing for no
    blank cell at all. All of them where both are asked about blank cells, else those without any."""
    whole, filled = (drawn(judging, imputer, seed).test_points for imputer in (None, "mean"))
    if whole.shape != filled.shape:
        return None
    complete = np.flatnonzero((whole == filled).all(axis=0))
    ways = set(imputers)
    everyone = np.arange(whole.shape[1]) if not ways & {None, "drop"} else complete
    left = np.arange(complete.size)
    found = tuple(left if imputer == "drop" else everyone for imputer in imputers)
    return (found[0], found[1]) if everyone.size >= LEAST else None


def drawn(judging: Data, imputer: str | None, seed: int) -> Dataset:
    """The fresh samples with their blank cells treated in one way; without any where that is None."""
    flaws = judging.imperfections
    changes = {"missing": 0.0} if imputer is None else {"imputer": imputer}
    return make_dataset(msgspec.structs.replace(judging, imperfections=msgspec.structs.replace(flaws, **changes)), seed)
