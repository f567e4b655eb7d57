"""What one column tells by itself: of the answer, and of how far held-out samples lie from training samples.

Owns these figures; samples are (columns, n). Knows nothing of networks or rules.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def class_agreement(inputs: Array, labels: Array, classes: int) -> Array:
    """(inputs,) the share of samples whose class is that of the nearest class mean of this input alone.

    An input at a time: all at once would be a table of inputs × samples × classes.
    """
    means = np.stack([_mean(inputs[:, labels == each]) for each in range(classes)], axis=1)
    return np.array([
        float(np.mean(np.abs(values[:, None] - mean).argmin(axis=1) == labels))
        for values, mean in zip(inputs, means, strict=True)
    ])  # fmt: skip


def _mean(values: Array) -> Array:
    return values.mean(axis=1) if values.shape[1] else np.full(len(values), np.inf)


def inside(values: Array, labels: Array, classes: int) -> float:
    """The largest deviation inside a class, as a share of the smallest distance between two classes' means."""
    own = [values[labels == each] for each in range(classes) if (labels == each).any()]
    means = np.sort([each.mean() for each in own])
    apart = float(np.diff(means).min()) if len(means) > 1 else 0.0
    return float(max(each.std() for each in own)) / apart if apart > 0.0 else np.inf


def correlation(inputs: Array, targets: Array) -> Array:
    """(inputs,) the size of each input's correlation with the target."""
    spread = inputs.std(axis=1) * targets.std()
    covariance = ((inputs - inputs.mean(axis=1, keepdims=True)) * (targets - targets.mean())).mean(axis=1)
    return np.asarray(np.abs(covariance / np.where(spread > 0.0, spread, np.inf)), np.float64)


def shift(train: Array, held_out: Array) -> Array:
    """(columns,) the distance between the means, in deviations of the training samples; 0 where these do not vary."""
    spread = np.array([values.std() for values in train])  # all at once would be another table as large
    varies = spread > 0.0
    found: Array = np.abs(held_out.mean(axis=1) - train.mean(axis=1)) / np.where(varies, spread, 1.0) * varies
    return found


def keys(samples: Array) -> Array:
    """(n,) a number for each sample, equal for equal samples, and by no more than chance for others.

    A sum of its values, each with a factor of its own that is no fraction of another's; a column at a time, for a list
    of all samples would take as much memory as they do.
    """
    found = np.zeros(samples.shape[1])
    for row, values in enumerate(samples):
        found += np.sqrt(row + 2.0) * values
    return found
