"""How sharply the training loss bends, and how noisy its gradient is.

Owns both computations; knows nothing of runs. They are done in float64 whatever the run's precision, in evaluation mode
(no dropout, running statistics), without penalties, over the parameters that training moves.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.chance import Purpose, stream
from playground.data import Dataset
from playground.engine.engine import Engine
from playground.experiment.experiment import Experiment
from playground.run.examples import Examples

Array = NDArray[np.float64]

TOLERANCE = 1e-3
MOST_ITERATIONS = 100
STEP = float(np.finfo(np.float64).eps) ** (1.0 / 3.0)
"""Of the central difference: its error of third order and the rounding error are then about equal."""


class Sharpness(NamedTuple):
    """The Hessian's largest eigenvalue (None where gradients are too large to tell), and 2 / learning rate (None at 0).

    Gradient descent on a quadratic is unstable where the first is larger than the second (Cohen et al. 2021).
    """

    eigenvalue: float | None
    limit: float | None


class _Loss:
    """Gradients of the training loss of one network, restricted to the parameters that training moves."""

    def __init__(self, experiment: Experiment, dataset: Dataset) -> None:
        training = msgspec.structs.replace(experiment.training, precision="float64")
        exact = msgspec.structs.replace(experiment, training=training)
        self._examples = Examples(exact, dataset, np.float64)
        self._engine = Engine(exact, self._examples.count, np.float64)
        self._moved = self._engine.layout.trained()
        self.count = self._examples.count

    def restricted(self, vector: Array) -> Array:
        """The vector with 0 where training moves nothing."""
        return np.where(self._moved, vector, 0.0)

    def gradient(self, parameters: Array, sample: int | None = None) -> Array:
        """The mean gradient over the training set, or the gradient of one sample."""
        inputs, targets = self._examples.train
        if sample is not None:
            one = slice(sample, sample + 1)
            inputs, targets = np.ascontiguousarray(inputs[:, one]), np.ascontiguousarray(targets[:, one])
        return self.restricted(np.asarray(self._engine.gradient(parameters, inputs, targets), dtype=np.float64))


def sharpness(experiment: Experiment, dataset: Dataset, parameters: Array, learning_rate: float) -> Sharpness:
    """The largest eigenvalue of the Hessian at `parameters` (P,), by power iteration.

    Hessian-vector products are central differences of gradients, (g(w + h v) − g(w − h v)) / 2h (Pearlmutter 1994,
    section 3.1). The iteration and its end (a relative change below 1e-3, at most 100 rounds) are PyHessian's (Yao et
    al. 2020, `hessian.eigenvalues`). It finds the eigenvalue of the largest size; where that is negative, a second one
    on the shifted matrix finds the largest.
    """
    loss = _Loss(experiment, dataset)
    scale = STEP * (1.0 + math.hypot(*parameters.tolist()))

    def product(vector: Array) -> Array:
        ahead, behind = loss.gradient(parameters + scale * vector), loss.gradient(parameters - scale * vector)
        return np.asarray((ahead - behind) / (2.0 * scale))

    start = loss.restricted(stream(experiment.seed, Purpose.CURVATURE).standard_normal(parameters.size))
    with np.errstate(all="ignore"):  # sums of very large numbers may overflow; only what is finite is returned
        found = largest_eigenvalue(product, start)
    limit = 2.0 / learning_rate if learning_rate > 0.0 else math.inf
    return Sharpness(found if math.isfinite(found) else None, limit if math.isfinite(limit) else None)


def largest_eigenvalue(product: Callable[[Array], Array], start: Array) -> float:
    """The largest eigenvalue of a symmetric matrix, given by its product with a vector; NaN on overflow."""
    found = power_iteration(product, start)
    if not found < 0.0:
        return found
    return power_iteration(lambda vector: product(vector) - found * vector, start) + found


def power_iteration(product: Callable[[Array], Array], start: Array) -> float:
    """The eigenvalue of largest size of a symmetric matrix, given by its product with a vector; NaN on overflow."""
    vector, value = start, 0.0
    for _ in range(MOST_ITERATIONS):
        norm = float(np.linalg.norm(vector))
        if norm == 0.0:
            return 0.0
        if not math.isfinite(norm):
            return math.nan
        vector = vector / norm
        turned = product(vector)
        before, value = value, float(turned @ vector)
        if abs(value - before) / (abs(before) + 1e-6) < TOLERANCE:
            return value
        vector = turned
    return value


def gradient_noise_scale(experiment: Experiment, dataset: Dataset, parameters: Array) -> float | None:
    """tr Σ / |G|² over the training set (McCandlish et al. 2018, eq. 2.9, the simple noise scale); None where G is 0.

    G is the mean of the samples' gradients, Σ their covariance; both exact, from every sample's own gradient.
    """
    loss = _Loss(experiment, dataset)
    mean, squares = np.zeros(parameters.size), 0.0
    with np.errstate(all="ignore"):  # sums of very large numbers may overflow; only what is finite is returned
        for sample in range(loss.count):
            gradient = loss.gradient(parameters, sample)
            mean += gradient
            squares += float(gradient @ gradient)
        mean /= loss.count
        size = float(mean @ mean)
    scale = (squares / loss.count - size) / size if size > 0.0 else math.nan
    return max(0.0, scale) if math.isfinite(scale) else None
