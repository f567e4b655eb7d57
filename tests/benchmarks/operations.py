"""How many floating-point operations a sample of training takes: the same count for every contender.

Owns the count and the sentence that says what it holds.
"""

from __future__ import annotations

from itertools import pairwise

from .workloads import Workload

COUNTED = (
    "Operations counted per sample (+ − × ÷ √, each 1): forward 2 per weight; backward 2 per weight for its gradient, "
    "1 per bias, 2 per weight behind the first layer for what is sent back, 1 per unit for the activation's slope, "
    "2 per output for the loss; update per step 2 (SGD) or 13 (Adam) per parameter, divided by the batch. "
    "Activation functions, softmax and the shuffle are done but not counted."
)
UPDATE = {False: 2, True: 13}


def per_sample(workload: Workload) -> float:
    """See COUNTED."""
    pairs = list(pairwise(workload.widths))
    weights = [before * after for before, after in pairs]
    units = sum(workload.widths[1:])
    forward = 2 * sum(weights)
    backward = 2 * sum(weights) + units + 2 * sum(weights[1:]) + units + 2 * workload.widths[-1]
    update = UPDATE[workload.adam] * (sum(weights) + units)
    return forward + backward + update / workload.training.batch_size
