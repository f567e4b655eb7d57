"""What a sample's nearest neighbours tell of labels: noise far from any border, and whether more samples would help.

Owns these figures; the samples are (n, d), standardized. Knows nothing of networks or rules.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.reference.models import nearest_places, squared_distances

Array = NDArray[np.float64]

NEIGHBOURS, FEW = 15, 3
PUREST = 20
"""Percent of the samples that lie farthest from any border."""
NEAREST = 10
"""Neighbours of the Gamma test."""
FIFTH = 5
LEAST = 8


class Purity(msgspec.Struct, frozen=True):
    """Of classes. purest: the share of other labels among the fifteen neighbours of the purest fifth's last sample.
    evenness: how evenly wrong neighbours are spread over the other classes, 1 where each has as many; suspects: samples
    most of whose neighbours have one other label."""

    purest: float
    evenness: float
    suspects: tuple[int, ...]


def purity(samples: Array, labels: Array, classes: int) -> Purity:
    """How pure the neighbourhoods of samples are."""
    near = labels[_nearest(samples, NEIGHBOURS)].astype(np.int64)
    counts = np.stack([(near == each).sum(axis=1) for each in range(classes)], axis=1)
    own = labels.astype(np.int64)
    shares = counts / near.shape[1]
    impurity = 1.0 - shares.max(axis=1)
    wrong = np.zeros((classes, classes))
    np.add.at(wrong, own, counts)
    np.fill_diagonal(wrong, 0.0)
    suspects = np.flatnonzero(shares[np.arange(own.size), own] < 1.0 / 3.0)
    return Purity(float(np.percentile(impurity, PUREST)), _evenness(wrong), tuple(suspects.tolist()))


def _evenness(wrong: Array) -> float:
    """The mean over classes of the entropy of their wrong neighbours' classes, as a share of the largest possible."""
    classes, found = len(wrong), []
    if classes < 3:
        return 1.0
    for row in wrong:
        if row.sum() > 0.0:
            shares = row[row > 0.0] / row.sum()
            found.append(float(-(shares * np.log(shares)).sum() / np.log(classes - 1)))
    return float(np.mean(found)) if found else 0.0


def errors_by_size(samples: Array, labels: Array, is_classification: bool) -> tuple[float, float, float]:
    """The error of three neighbours, each sample left out, with a quarter, a half and all of the samples.

    The parts are every fourth or second sample, in each of the ways to begin; their mean is taken. Of a regression it
    is the share of the variance that is missed.
    """
    found = []
    for stride in (4, 2, 1):
        parts = [slice(first, None, stride) for first in range(stride)]
        found.append(float(np.mean([_error(samples[part], labels[part], is_classification) for part in parts])))
    return found[0], found[1], found[2]


def exponent(errors: tuple[float, float, float]) -> float:
    """b of error ~ n^−b, through a quarter, a half and all (Hestness et al. 2017, "Deep Learning Scaling is
    Predictable, Empirically")."""
    logs = np.log(np.maximum(errors, 1e-3))
    return float(-np.polyfit(np.log([1.0, 2.0, 4.0]), logs, 1)[0])


def noise_share(samples: Array, targets: Array) -> float:
    """The share of the targets' variance that is noise, by the Gamma test: half the mean squared difference to the p-th
    neighbour, extrapolated to distance 0 (Stefánsson, Končar and Jones 1997)."""
    variance = float(targets.var())
    order = _nearest(samples, NEAREST)
    if variance <= 0.0 or order.shape[1] < NEAREST:
        return 0.0
    gaps = 0.5 * ((targets[order] - targets[:, None]) ** 2).mean(axis=0)
    apart = ((samples[order] - samples[:, None, :]) ** 2).sum(axis=2).mean(axis=0)
    if float(np.ptp(apart)) <= 0.0:
        return 0.0
    return max(0.0, float(np.polyfit(apart, gaps, 1)[1]) / variance)


def isolation(samples: Array) -> Array:
    """(n,) the distance to the fifth neighbour, as a multiple of its median over the samples (Ramaswamy, Rastogi and
    Shim 2000); 0 where most samples lie upon each other."""
    apart = squared_distances(samples, samples)
    np.fill_diagonal(apart, np.inf)
    place = min(FIFTH, len(samples) - 1) - 1
    far = np.sqrt(np.partition(apart, place, axis=1)[:, place])
    middle = float(np.median(far))
    return np.asarray(far / middle) if middle > 0.0 else np.zeros(len(samples))


def differences(samples: Array, targets: Array) -> Array:
    """(n,): how far each target is from the mean of its nearest neighbours'."""
    found: Array = np.abs(targets[_nearest(samples, NEAREST)].mean(axis=1) - targets)
    return found


def _nearest(samples: Array, count: int) -> NDArray[np.int64]:
    """(n, count): the nearest other samples of each, the nearest first."""
    apart = squared_distances(samples, samples)
    np.fill_diagonal(apart, np.inf)
    return nearest_places(apart, min(count, len(samples) - 1))


def _error(samples: Array, labels: Array, is_classification: bool) -> float:
    if len(samples) < LEAST:
        return 1.0
    near = labels[_nearest(samples, FEW)]
    if not is_classification:
        variance = float(labels.var())
        return min(1.0, float(((near.mean(axis=1) - labels) ** 2).mean()) / variance) if variance > 0.0 else 0.0
    ordered = np.sort(near, axis=1)
    most = np.where(ordered[:, 0] == ordered[:, 1], ordered[:, 0], np.where(ordered[:, 1] == ordered[:, 2],
                    ordered[:, 1], near[:, 0]))  # fmt: skip
    return float(np.mean(most != labels))
