"""How the gradient changes when the parameters move along a direction: products of the Hessian with vectors.

Owns these products. Must not know what layers and losses compute: the functions of the gradient are handed matrices
that carry derivatives (lanes/duals.py), which makes of them Pearlmutter's R-operator (1994), exact but for rounding.
"""

from __future__ import annotations

from typing import Any

from kernels.compiling.jit import part
from kernels.lanes.duals import DualRows
from kernels.lanes.tracing import traced
from kernels.lanes.vectors import Array
from kernels.layers.passes import forward, mean_gradient
from kernels.learning.evaluation import BLOCK, add_to_sum
from kernels.plan import codes
from kernels.plan.arguments import Samples
from kernels.plan.arrangement import IS_TRAINED, PARAMETERS, SUM
from kernels.plan.batches import stage_block
from kernels.plan.memory import SUMMED, Tangents, Workspace
from kernels.plan.packing import pack


@traced()
def add_change_of_gradient(
    plan: Any, numbers: Any, summed: Any, loss: Any, number: Any, rows: Any, rows_change: Any, staged: Any, turned: Any,
    turned_change: Any, pairs: Any, packed: Any, packed_change: Any, columns: Any, count: Any,
) -> None:  # fmt: skip
    """packed_change[SUM] += how the gradient over the staged samples changes along packed_change[PARAMETERS].

    In evaluation mode. The three matrices of changes have the shapes of what changes.
    """
    units, parameters = DualRows(rows, rows_change), DualRows(packed, packed_change)
    forward(plan, numbers, units, parameters, staged, 0, columns, count, 0, 0, 0)
    mean_gradient(
        plan, numbers, summed, loss, number, units, staged, 0, DualRows(turned, turned_change), pairs, parameters,
        columns, count, 0, 0, 0,
    )  # fmt: skip
    add_to_sum(packed_change)


@part
def multiply(
    settings: Array, hyperparameters: Array, samples: Samples, vector: Array, product: Array, workspace: Workspace,
    tangents: Tangents,
) -> None:  # fmt: skip
    """product (P,) = Hessian times vector (P,) at the parameters in workspace.packed; 0 where nothing is trained."""
    packed, change, places = workspace.packed, tangents.packed, workspace.places
    inputs, targets = samples.inputs, samples.targets
    n = inputs.shape[1]
    loss, number = settings[codes.LOSS], hyperparameters[codes.LOSS_NUMBER]
    for i in range(packed.shape[1]):
        place = places[0, i]
        change[PARAMETERS, i] = vector[place] if place >= 0 and packed[IS_TRAINED, i] != 0 else 0
        change[SUM, i] = 0
    for start in range(0, n, BLOCK):
        count = min(BLOCK, n - start)
        columns = (count + 15) // 16 * 16
        stage_block(inputs, targets, start, count, 1.0 / n, columns, workspace.sample, workspace.staged)
        add_change_of_gradient(
            workspace.plan, workspace.numbers, workspace.facts[0, SUMMED], loss, number, workspace.rows, tangents.rows,
            workspace.staged, workspace.turned, tangents.turned, workspace.pairs, packed, change, columns, count,
        )  # fmt: skip
    for i in range(packed.shape[1]):
        place = places[0, i]
        if place >= 0:
            product[place] = change[SUM, i] if packed[IS_TRAINED, i] != 0 else 0


@part
def multiply_at(
    settings: Array, hyperparameters: Array, samples: Samples, point: Array, vectors: Array, products: Array,
    workspace: Workspace, tangents: Tangents,
) -> None:  # fmt: skip
    """products (V, P) of the Hessian at a point (P,) with vectors (V, P)."""
    pack(workspace.places, point, workspace.packed, PARAMETERS)
    for v in range(vectors.shape[0]):
        multiply(settings, hyperparameters, samples, vectors[v], products[v], workspace, tangents)
