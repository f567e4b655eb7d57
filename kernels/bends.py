"""The second compiled entry: products of the Hessian of the loss with vectors.

Owns the entry and the call of it. It is compiled when it is first called, so that nobody who only trains waits for it,
and kept on disk as the first one is (runs.py).
"""

from __future__ import annotations

from kernels.compiling.jit import entry
from kernels.lanes.vectors import Array
from kernels.learning.curvature import multiply_at
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
