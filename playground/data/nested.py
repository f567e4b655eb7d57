"""Samples drawn so that fewer of them are the first ones of more.

Owns that order; the points are the recipe's. A recipe makes all its samples at once, class by class, and some of them
in a pattern that follows from their number; so a long series is made instead, of which the first ones are taken.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.chance import Purpose, stream
from playground.data.generated import GeneratedData
from playground.data.kinds import kind_of
from playground.data.source import Data

Array = NDArray[np.float64]

SERIES = 2_000
"""Samples that a recipe makes at once; of more another series follows, by chance of its own."""


def first_samples(data: Data, seed: int) -> tuple[Array, Array]:
    """Points (rows, n) and labels (n,) of a generated source, position noise and imbalance in them."""
    assert isinstance(data.source, GeneratedData)
    count = data.source.samples
    series = [_series(data, seed, number) for number in range(-(-count // SERIES))]
    points, labels = (np.concatenate(parts, axis=-1) for parts in zip(*series, strict=True))
    return points[:, :count], labels[:count]


def _series(data: Data, seed: int, number: int) -> tuple[Array, Array]:
    """One series of samples, in an order whose every beginning has about the classes' shares, and each class early."""
    kind, given = kind_of(msgspec.structs.replace(data.source, samples=SERIES)), data.imperfections
    assert kind.draw is not None
    rng = stream(seed, Purpose.NESTED, number)
    points, labels = kind.draw(int(rng.integers(2**53)), given.position_noise, given.imbalance)
    order = _mixed(labels, rng) if kind.task.is_classification else rng.permutation(SERIES)
    return points[:, order], labels[order]


def _mixed(labels: Array, rng: np.random.Generator) -> NDArray[np.int64]:
    """(n,) places, so that the k-th of a class of m lies at about k/m of the way, and the first of each class at the
    beginning."""
    place = np.empty(labels.size)
    for label in np.unique(labels):
        of_class = rng.permutation(np.flatnonzero(labels == label))
        place[of_class] = (np.arange(of_class.size) + rng.random(of_class.size)) / of_class.size
        place[of_class[0]] -= 1.0
    return np.argsort(place, kind="stable")
