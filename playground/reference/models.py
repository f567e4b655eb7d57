"""The simple models: a line, nearest neighbours, kernel ridge regression; each with its leave-one-out answers.

Owns their formulas; knows nothing of data sets or of which is chosen. Samples are (n, d), standardized; targets are
(n, k): one column of a regression, or for each class 1 where it is the right one and 0 elsewhere. Answers have the
targets' shape. A leave-one-out answer to a sample is that of the model that never saw it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Predict = Callable[[Array], Array]

NEIGHBOURS = (1, 5, 15)
REACHES = (0.15, 0.5, 1.5)
"""Widths of the kernel, in standard deviations of the data: for fine spirals, for clouds, for slopes."""
PENALTIES = (1e-3, 1e-1)
LEAST_PENALTY = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A model fitted to samples: its leave-one-out answers to them, and its answers to others."""

    left_out: Array
    predict: Predict


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
    return Fitted(left_out, lambda other: np.column_stack([np.ones(len(other)), other]) @ weights)


def constant(samples: Array, targets: Array, always: Array) -> Fitted:
    """The same answer (k,) to every sample."""

    def predict(other: Array) -> Array:
        return np.repeat(always[None, :], len(other), axis=0)

    return Fitted(predict(samples), predict)


def nearest(samples: Array, targets: Array, apart: Array) -> list[Fitted]:
    """The mean of the 1, 5 and 15 nearest samples, of which a sample itself is none. apart: squared distances."""
    others = apart.copy()
    np.fill_diagonal(others, np.inf)
    most = min(max(NEIGHBOURS), len(samples) - 1)
    order = np.argsort(others, axis=1, kind="stable")[:, :most]

    def answer(count: int) -> Predict:
        def predict(other: Array) -> Array:
            found = np.argsort(squared_distances(other, samples), axis=1, kind="stable")[:, :count]
            answers: Array = targets[found].mean(axis=1)
            return answers

        return predict

    counts = [count for count in NEIGHBOURS if count <= most]
    return [Fitted(targets[order[:, :count]].mean(axis=1), answer(count)) for count in counts]


def kernel_ridge(samples: Array, targets: Array, apart: Array) -> list[Fitted]:
    """Ridge regression with the kernel exp(−d² / 2r²), for some r and penalties.

    Leave-one-out: y − a / diag(G⁻¹) with G = K + λn I and a = G⁻¹ (y − mean) (Rifkin and Lippert, Notes on Regularized
    Least Squares, 2007).
    """
    mean, found = targets.mean(axis=0), []
    for reach in REACHES:
        kernel = np.exp(apart / (-2.0 * reach * reach))
        for penalty in PENALTIES:
            inverse = np.linalg.inv(kernel + penalty * np.eye(len(samples)))
            weights = inverse @ (targets - mean)
            left_out = targets - weights / np.diagonal(inverse)[:, None]
            found.append(Fitted(left_out, _kernel_answer(samples, weights, mean, reach)))
    return found


def _kernel_answer(samples: Array, weights: Array, mean: Array, reach: float) -> Predict:
    def predict(other: Array) -> Array:
        answers: Array = np.exp(squared_distances(other, samples) / (-2.0 * reach * reach)) @ weights + mean
        return answers

    return predict


def squared_distances(left: Array, right: Array) -> Array:
    """(n, m) between samples (n, d) and (m, d)."""
    own = (left * left).sum(axis=1)[:, None] + (right * right).sum(axis=1)[None, :]
    found: Array = np.maximum(own - 2.0 * (left @ right.T), 0.0)
    return found
