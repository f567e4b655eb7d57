"""Which samples train, which validate, which test.

Owns the ways to share them out. Where only a training share is asked for, the generator's shuffle is cut once. With a
validation part, stratified, or nested, each sample has its place by itself: more samples behind the others leave every
older one in its part, and fill up the shares. Painted points have an order of their own, which is cut.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playground.chance import Purpose, seeded, stream
from playground.data.draws import bits_of
from playground.data.source import Data

Array = NDArray[np.float64]
Places = NDArray[np.int64]
BLOCK = 20
"""So many samples one after another are shared out together: shares in steps of 5 % come out exactly in each block."""


class Parts(NamedTuple):
    """The places of the samples of each part, in the order in which the part has them."""

    train: Places
    validation: Places
    test: Places

    def all(self) -> Places:
        """Every sample that has a part, training first."""
        return np.concatenate(self)


def split(
    data: Data, labels: Array, classes: int, seed: int, whole: bool = False, own_order: Places | None = None
) -> Parts:  # fmt: skip
    """The parts of samples with these labels (n,), before any of them is spoiled. At least one trains.

    whole: training and test set are both the whole set. own_order: the samples in an order that is cut as it is.
    """
    count = labels.size
    order = stream(seed, Purpose.SPLIT).permutation(count).astype(np.int64) if own_order is None else own_order
    none = order[:0]
    if whole:
        return Parts(order, none, order)
    if not _is_each_by_itself(data):
        cut = max(1, int(count * data.train_share))
        return Parts(order[:cut], none, order[cut:])
    part = np.empty(count, np.int64)
    groups = labels if data.stratified and classes else np.zeros(count)
    for group in range(max(classes, 1)):
        if own_order is None:
            places = np.flatnonzero(groups == group)
            part[places] = _shared_out(places.size, data, seed, group)
        else:
            places = own_order[groups[own_order] == group]
            part[places] = _cut(places.size, data)
    _let_none_be_empty(part, data)
    return Parts(*(order[part[order] == each] for each in range(3)))


def _shared_out(count: int, data: Data, seed: int, group: int) -> Places:
    """(count,) the part of each sample of a group: 0 trains, 1 validates, 2 tests. A longer group begins the same."""
    blocks = np.arange(-(-count // BLOCK) + 1)
    ends = np.stack([_whole(blocks * BLOCK * share) for share in (data.train_share, data.validation_share)])
    train, validation = np.diff(ends, axis=1)
    rng = stream(seed, Purpose.STABLE_SPLIT, group)
    rank = rng.random((blocks.size - 1, BLOCK)).argsort(axis=1).argsort(axis=1)
    last = (train + validation)[:, None]
    part = np.where(rank < train[:, None], 0, np.where(rank < last, 1, 2))
    return part.ravel()[:count].astype(np.int64)


def _cut(count: int, data: Data) -> Places:
    """(count,) the part of each of so many samples in their order."""
    ends = _whole(count * np.cumsum([data.train_share, data.validation_share]))
    return np.searchsorted(ends, np.arange(count), side="right")


def order_of_points(columns: Array, seed: int) -> Places:
    """(n,) points (columns, n) in the order of a number drawn for each from the seed and its coordinates.

    One point more or less moves the border between the parts by at most one place, and no other point.
    """
    same = np.ones(columns.shape[1], np.uint64)
    drawn_for_each = seeded([same * np.uint64(seed), same * np.uint64(Purpose.SPLIT), *bits_of(columns)])[:, 0]
    return np.argsort(drawn_for_each, kind="stable")


def _whole(values: NDArray[np.floating]) -> NDArray[np.int64]:
    """Rounded down, where 14.999999999999998 is 15."""
    return np.asarray(np.floor(values + 1e-9), dtype=np.int64)


def _let_none_be_empty(part: Places, data: Data) -> None:
    """Every part that there is to be has a sample, as far as they go, training first; it comes from the fullest."""
    if not has_validation(data, part.size):
        part[part == 1] = 2
    there = (True, has_validation(data, part.size), has_test(data, part.size))
    for wanted in range(3):
        sizes = np.bincount(part, minlength=3)
        if there[wanted] and not sizes[wanted] and sizes.max() > 1:
            part[np.flatnonzero(part == sizes.argmax())[0]] = wanted
    if not (part == 0).any():
        part[0] = 0


def _is_each_by_itself(data: Data) -> bool:
    """Whether each sample has its part by itself, not by a cut through all of them."""
    return bool(data.validation_share or data.stratified or data.nested)


def has_validation(data: Data, samples: int, whole: bool = False) -> bool:
    """Whether so many samples have a validation part; told without looking at them."""
    return not whole and data.validation_share > 0 and samples >= 3


def has_test(data: Data, samples: int, whole: bool = False) -> bool:
    """Whether a test set is left of so many samples; told without looking at them."""
    if whole:
        return True
    if not _is_each_by_itself(data):
        return max(1, int(samples * data.train_share)) < samples
    return samples >= 2 + has_validation(data, samples) and data.train_share + data.validation_share < 1 - 1e-9
