"""How the gradient changes along a direction, by its plain definition."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tests.reference.network import Twin

Array = NDArray[np.float64]
STEP = 1e-7
"""So short that a network drawn clear of kinks meets none on the way; rounding then leaves some seven digits."""


def hessian_product(twin: Twin, inputs: Array, targets: Array, vector: Array, moved: NDArray[np.bool_]) -> Array:
    """The Hessian of the loss times a vector, over the parameters that are `moved`: (g(w + h v) - g(w - h v)) / 2h."""
    direction = np.where(moved, vector, 0.0)
    ahead, behind = (
        Twin(twin.layers, twin.parameters + side * direction, twin.loss_name, twin.number).gradient(inputs, targets)
        for side in (STEP, -STEP)
    )
    return np.where(moved, (ahead - behind) / (2 * STEP), 0.0)
