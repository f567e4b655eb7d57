"""How sharply the training loss bends, and how noisy its gradient is.

Owns both computations; knows nothing of runs. They are done in float64 whatever the run's precision, in evaluation mode
(no dropout, running statistics), without penalties, over the parameters that training moves.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.chance import Purpose, stream
from playground.data import Dataset
from playground.engine import lanczos
from playground.engine.engine import Engine
from playground.experiment.experiment import Experiment
from playground.experiment.optimizers import Optimizer, Sgd
from playground.run.examples import Examples

Array = NDArray[np.float64]


class Sharpness(NamedTuple):
    """The Hessian's largest eigenvalue, the bound of a stable one at the learning rate, and the smallest eigenvalue.

    Full-batch descent on a quadratic is unstable where the first is larger than the second (Cohen et al. 2021). All but
    the bound are None where derivatives are too large to tell, the bound where `stable_limit` has none.

    residual: an eigenvalue lies no further than that from each of both figures. converged: both ends are found, with a
    residual of at most 1e-6 of the larger one. If not, as with very many parameters, the iteration was ended before:
    the largest eigenvalue is at least `eigenvalue`, the smallest at most `smallest`.
    """

    eigenvalue: float | None
    limit: float | None
    smallest: float | None
    residual: float | None
    converged: bool


def stable_limit(optimizer: Optimizer, learning_rate: float) -> float | None:
    """The curvature of a quadratic up to which full-batch steps of this rate converge.

    2 / η, with momentum β 2 (1 + β) / η, with Nesterov's 2 (1 + β) / ((1 + 2β) η): Cohen et al. 2021, "Gradient descent
    on neural networks typically occurs at the edge of stability", appendix B. None at rate 0, and for optimizers that
    scale each step: theirs is a bound on the scaled Hessian (Cohen et al. 2022).
    """
    if not isinstance(optimizer, Sgd) or learning_rate <= 0.0:
        return None
    beta = optimizer.momentum
    limit = 2.0 * (1.0 + beta) / ((1.0 + 2.0 * beta if optimizer.nesterov else 1.0) * learning_rate)
    return limit if math.isfinite(limit) else None


class _Loss:
    """Derivatives of the training loss of one network, restricted to the parameters that training moves."""

    def __init__(self, experiment: Experiment, dataset: Dataset) -> None:
        training = msgspec.structs.replace(experiment.training, precision="float64")
        exact = msgspec.structs.replace(experiment, training=training)
        self._examples = Examples(exact, dataset, np.float64)
        self._engine = Engine(exact, self._examples.count, np.float64)
        self._moved = self._engine.layout.trained()
        self.count = self._examples.count

    def spectrum_ends(self, points: Array, start: Array) -> lanczos.Ends:
        """Smallest and largest eigenvalue at each point, among the parameters that training moves."""
        moved = np.flatnonzero(self._moved)

        def product(directions: Array, places: NDArray[np.intp]) -> Array:
            vectors = np.zeros((len(places), 1, points.shape[1]))
            vectors[:, 0, moved] = directions
            found = self._engine.hessian_products(points[places], vectors, *self._examples.train)
            return np.asarray(found[:, 0, moved], dtype=np.float64)

        return lanczos.ends(product, np.repeat(start[None, moved], len(points), axis=0))

    def gradient(self, parameters: Array, sample: int | None = None) -> Array:
        """The mean gradient over the training set, or the gradient of one sample."""
        inputs, targets = self._examples.train
        if sample is not None:
            one = slice(sample, sample + 1)
            inputs, targets = np.ascontiguousarray(inputs[:, one]), np.ascontiguousarray(targets[:, one])
        gradient = np.asarray(self._engine.gradient(parameters, inputs, targets), dtype=np.float64)
        return np.where(self._moved, gradient, 0.0)


def sharpness(experiment: Experiment, dataset: Dataset, parameters: Array, learning_rate: float) -> Sharpness:
    """Both ends of the Hessian's spectrum at `parameters` (P,): exact products with vectors, and Lanczos' iteration."""
    found = spectrum_ends(experiment, dataset, parameters[None])
    smallest, largest = found.values[0].tolist()
    limit = stable_limit(experiment.training.optimizer, learning_rate)
    if not (math.isfinite(smallest) and math.isfinite(largest)):
        return Sharpness(None, limit, None, None, False)
    return Sharpness(largest, limit, smallest, float(found.residuals[0].max()), bool(found.converged[0]))


def spectrum_ends(experiment: Experiment, dataset: Dataset, points: Array) -> lanczos.Ends:
    """The smallest and the largest eigenvalue of the Hessian at N points (N, P), and how well they are known.

    NaN where derivatives are too large. Points that are not done take each step of the iteration together, in one call
    of the kernels.
    """
    loss = _Loss(experiment, dataset)
    start = np.asarray(stream(experiment.seed, Purpose.CURVATURE).standard_normal(points.shape[1]))
    with np.errstate(all="ignore"):  # sums of very large numbers may overflow; only what is finite is returned
        return loss.spectrum_ends(points, start)


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
