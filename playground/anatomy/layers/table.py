"""What each kind of layer answers, by its name in the layout.

Owns the table. To add a kind: its functions in the file of its family, and its line here.
"""

from __future__ import annotations

from playground.anatomy.layers.flow import Kind
from playground.anatomy.layers.images import AVERAGE_POOL, CONVOLUTION, MAX_POOL
from playground.anatomy.layers.norms import BATCH_NORM, LAYER_NORM
from playground.anatomy.layers.passing import DROPOUT, FLATTEN, NOISE, SCALING
from playground.anatomy.layers.sums import DENSE, RESIDUAL

KINDS: dict[str, Kind] = {
    "dense": DENSE,
    "dropout": DROPOUT,
    "gaussian_noise": NOISE,
    "scaling": SCALING,
    "batch_norm": BATCH_NORM,
    "layer_norm": LAYER_NORM,
    "residual": RESIDUAL,
    "conv2d": CONVOLUTION,
    "max_pool2d": MAX_POOL,
    "average_pool2d": AVERAGE_POOL,
    "flatten": FLATTEN,
}
