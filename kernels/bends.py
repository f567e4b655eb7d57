"""The compiled entries about curvature: products of the Hessian of the loss with vectors, and ends of spectra.

Owns the entries and the calls of them. They are compiled when they are first called, so that nobody who only trains
waits for them, and kept on disk as the first one is (runs.py).
"""

from __future__ import annotations

import numpy as np

from kernels.compiling.jit import entry
from kernels.lanes.vectors import Array
from kernels.learning.curvature import multiply_at
from kernels.learning.tridiagonal import tridiagonal_ends
from kernels.plan.arguments import Samples
from kernels.plan.memory import Tangents, Workspace
from kernels.warming import heal

Group = tuple[Array, ...]


@entry
def bend(
    settings: Array, hyperparameters: Array, samples: Group, points: Array, vectors: Array, products: Array,
    workspace: Group, tangents: Group,
) -> int:  # fmt: skip
    """products (N, V, P) at points (N, P); groups are plain tuples, as those of `runs.run`. 0."""
    shown, space, changes = Samples(*samples), Workspace(*workspace), Tangents(*tangents)
    for k in range(points.shape[0]):
        multiply_at(settings, hyperparameters, shown, points[k], vectors[k], products[k], space, changes)
    return 0


def hessian_products(
    settings: Array, hyperparameters: Array, samples: Samples, points: Array, vectors: Array, products: Array,
    workspace: Workspace, tangents: Tangents,
) -> None:  # fmt: skip
    """products (N, V, P): the Hessian of the mean loss at N points (N, P) times V vectors at each (N, V, P).

    All in the precision of the workspace. In evaluation mode, without penalties, over the parameters that are trained:
    what else vectors hold counts as 0, and so the products are there. Where a slope jumps (ReLU at 0) the derivative is
    the one that the slope has there, as in PyTorch.
    """
    heal(
        lambda: bend(
            settings, hyperparameters, tuple(samples), points, vectors, products, tuple(workspace), tuple(tangents)
        )
    )


@entry
def end(middle: Array, beside: Array, values: Array, last: Array, scratch: Array) -> int:
    """values and last (N, 2) of N matrices (N, k); see `tridiagonal_ends`. 0."""
    for n in range(middle.shape[0]):
        tridiagonal_ends(middle[n], beside[n], values[n], last[n], scratch)
    return 0


def ends_of_tridiagonals(middle: Array, beside: Array) -> tuple[Array, Array]:
    """(N, 2) the smallest and the largest eigenvalue of N symmetric tridiagonal matrices, and (N, 2) the size of the
    last entry of their unit eigenvectors.

    middle (N, k): the diagonals; beside (N, k - 1) or wider: what stands beside them, not negative. Both float64, all
    finite.
    """
    values, last = np.empty((len(middle), 2)), np.empty((len(middle), 2))
    scratch = np.empty((2, middle.shape[1]))
    heal(lambda: end(middle, beside, values, last, scratch))
    return values, last
