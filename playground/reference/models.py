"""The simple models: a line, nearest neighbours, kernel ridge regression; each with its leave-one-out answers.

Owns their formulas; knows nothing of data sets or of which is chosen. Samples are (n, d), standardized; targets are
(n, k): one column of a regression, or for each class 1 where it is the right one and 0 elsewhere. Answers have the
targets' shape. A leave-one-out answer to a sample is that of the model that never saw it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.reference.patience import go_on

Array = NDArray[np.float64]
Predict = Callable[[Array], Array]
Dealt = Callable[[Array, NDArray[np.intp]], Iterator[Array]]

NEIGHBOURS = (1, 5, 15)
REACHES = (0.15, 0.5, 1.5)
"""Widths of the kernel, in standard deviations of the data: for fine spirals, for clouds, for slopes."""
PENALTIES = (1e-3, 1e-1)
LEAST_PENALTY = 1e-8


PLACE_BITS = 9
"""Of the last binary digits of a distance, which its sample's place takes: up to 512 samples."""
SMALLEST = 50
"""Rows of a matrix that is not halved any more."""


class Fitted(msgspec.Struct, frozen=True, eq=False):
    """A model fitted to samples: its leave-one-out answers to them, and its answers to others.

    dealt: the answers to other samples (n, d) with the values of each column in turn dealt out in an order (n,).
    """

    left_out: Array
    predict: Predict
    dealt: Dealt


def linear(samples: Array, targets: Array) -> Fitted:
    """Least squares with an intercept. Leave-one-out by the hat matrix: e / (1 − h) (Hastie, Tibshirani and Friedman,
    The Elements of Statistical Learning, 7.10)."""
    wide = np.column_stack([np.ones(len(samples)), samples])
    gram = wide.T @ wide + LEAST_PENALTY * len(samples) * np.eye(wide.shape[1])
    solved = np.linalg.solve(gram, wide.T)
    weights = solved @ targets
    leverage = np.minimum(np.einsum("ij,ji->i", wide, solved), 1.0 - 1e-9)[:, None]
    fitted = wide @ weights
    left_out = targets - (targets - fitted) / (1.0 - leverage)
    return _plain(left_out, lambda other: np.column_stack([np.ones(len(other)), other]) @ weights)


def constant(samples: Array, targets: Array, always: Array) -> Fitted:
    """The same answer (k,) to every sample."""

    def predict(other: Array) -> Array:
        return np.repeat(always[None, :], len(other), axis=0)

    return _plain(predict(samples), predict)


def _plain(left_out: Array, predict: Predict) -> Fitted:
    """A model that answers at once, whatever it is asked."""

    def dealt(other: Array, order: NDArray[np.intp]) -> Iterator[Array]:
        for column in range(other.shape[1]):
            go_on()
            moved = other.copy()
            moved[:, column] = other[order, column]
            yield predict(moved)

    return Fitted(left_out, predict, dealt)


def nearest(samples: Array, targets: Array, apart: Array) -> list[Fitted]:
    """The mean of the 1, 5 and 15 nearest samples, of which a sample itself is none. apart: squared distances."""
    others = apart.copy()
    np.fill_diagonal(others, np.inf)
    most = min(max(NEIGHBOURS), len(samples) - 1)
    order = nearest_places(others, most)

    def answer(count: int) -> Predict:
        def predict(other: Array) -> Array:
            answers: Array = targets[nearest_places(squared_distances(other, samples), count)].mean(axis=1)
            return answers

        return predict

    def among(count: int) -> Callable[[NDArray[Any]], Array]:
        def answers(far: NDArray[Any]) -> Array:
            near = far <= np.partition(far, count - 1, axis=1)[:, count - 1, None]
            return np.asarray((near @ targets) / near.sum(axis=1)[:, None])

        return answers

    counts = [count for count in NEIGHBOURS if count <= most]
    return [
        Fitted(targets[order[:, :count]].mean(axis=1), answer(count), _by_distance(samples, among(count)))
        for count in counts
    ]


def nearest_places(apart: Array, count: int) -> NDArray[np.intp]:
    """(n, count): the places of the smallest of each row of squared distances (n, m), the smallest first; of equal ones
    the one that stands before.

    The last digits of a distance, which rounding has made, give way to its place: then one sort of whole numbers does.
    """
    if apart.shape[1] > 1 << PLACE_BITS:
        return np.argsort(apart, axis=1, kind="stable")[:, :count]
    last = np.uint64((1 << PLACE_BITS) - 1)
    keys = (np.ascontiguousarray(apart).view(np.uint64) & ~last) | np.arange(apart.shape[1], dtype=np.uint64)
    first = np.sort(np.partition(keys, count - 1, axis=1)[:, :count], axis=1)
    return (first & last).astype(np.intp)


def kernel_ridge(samples: Array, targets: Array, apart: Array) -> list[Fitted]:
    """Ridge regression with the kernel exp(−d² / 2r²), for some r and penalties.

    Leave-one-out: y − a / diag(G⁻¹) with G = K + λn I and a = G⁻¹ (y − mean) (Rifkin and Lippert, Notes on Regularized
    Least Squares, 2007). G = L Lᵀ, so diag(G⁻¹) is the sum of squares of L⁻¹, a column each.
    """
    mean, found = targets.mean(axis=0), []
    for reach in REACHES:
        kernel = np.exp(apart * (-0.5 / (reach * reach)))
        for penalty in PENALTIES:
            go_on()
            inverse = _inverse_of_root(kernel + penalty * np.eye(len(samples)))
            weights = inverse.T @ (inverse @ (targets - mean))
            left_out = targets - weights / np.einsum("ij,ij->j", inverse, inverse)[:, None]
            found.append(_kernel(samples, weights, mean, reach, left_out))
    return found


def _inverse_of_root(matrix: Array) -> Array:
    """L⁻¹ of a symmetric positive definite matrix L Lᵀ, by halves: nearly all of it is products of matrices, which take
    a fifth of the time that inverting the whole does."""
    size = len(matrix)
    if size <= SMALLEST:
        return np.asarray(np.linalg.inv(np.linalg.cholesky(matrix)))
    half, found = size // 2, np.zeros_like(matrix)
    above = _inverse_of_root(matrix[:half, :half])
    beside = matrix[half:, :half] @ above.T
    below = _inverse_of_root(matrix[half:, half:] - beside @ beside.T)
    found[:half, :half], found[half:, half:] = above, below
    found[half:, :half] = -(below @ (beside @ above))
    return found


def _kernel(samples: Array, weights: Array, mean: Array, reach: float, left_out: Array) -> Fitted:
    factor = -0.5 / (reach * reach)

    def predict(other: Array) -> Array:
        answers: Array = np.exp(squared_distances(other, samples) * factor) @ weights + mean
        return answers

    single = weights.astype(np.float32)

    def answers(far: NDArray[Any]) -> Array:
        return np.asarray(np.exp(far * np.float32(factor)) @ single + mean, np.float64)

    return Fitted(left_out, predict, _by_distance(samples, answers))


def _by_distance(samples: Array, answers: Callable[[NDArray[Any]], Array]) -> Dealt:
    """Dealt columns of a model that sees nothing of samples but their distances: one column changes each of these by
    what it adds. In single precision, which tells a hundredth of a score as well and takes a quarter of the time."""
    own = samples.astype(np.float32)

    def dealt(other: Array, order: NDArray[np.intp]) -> Iterator[Array]:
        apart, asked = squared_distances(other, samples).astype(np.float32), other.astype(np.float32)
        for column in range(other.shape[1]):
            go_on()
            far = np.subtract.outer(asked[:, column], own[:, column])
            far *= far
            moved = apart - far
            moved += far[order]
            yield answers(np.maximum(moved, 0.0, out=moved))

    return dealt


def squared_distances(left: Array, right: Array) -> Array:
    """(n, m) between samples (n, d) and (m, d)."""
    found = (left * left).sum(axis=1)[:, None] + (right * right).sum(axis=1)[None, :]
    both = left @ right.T
    both *= 2.0
    found -= both
    np.maximum(found, 0.0, out=found)
    return np.asarray(found)
