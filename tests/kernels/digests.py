"""What is computed the same wherever it is computed: of trainings, and of what kernels are made of.

Owns what is run and the digests of it; judges nothing.
"""

from __future__ import annotations

import numpy as np

import kernels
from kernels.lanes.size import LANES
from tests.kernels.exhaustive import compiled
from tests.kernels.lanes.test_elementary import CASES, compiled_operations
from tests.kernels.networks import Run, assortment, digest_of, variety


def digests(dtype: type) -> list[str]:
    """One for each training of every kind of layer, loss and optimizer."""
    found = []
    for run in variety(dtype) + assortment(dtype):
        run.train(200, stride=5)
        looks = [look(run) for look in (Run.content, Run.evaluate, Run.gradients, Run.activations, Run.penalty)]
        found.append(digest_of(run.records, run.probes, *looks))
    return found


def of_pieces(every: int = 1) -> dict[str, str]:
    """A digest of what the smallest entry, every operation on lanes and one in `every` of the elementary functions,
    which are made of these operations, give."""
    chance = np.random.default_rng(1)
    middle, beside = chance.standard_normal((7, 40)), chance.random((7, 40))
    found = {"entry": digest_of(*kernels.ends_of_tridiagonals(middle, beside))}
    a, b = chance.standard_normal((2, LANES, LANES)).astype(np.float32)
    results = np.zeros((48, LANES), np.float32)
    compiled_operations(a, b, results)
    found["operations"] = digest_of(results)
    for name, (ours, _, arguments, *_) in list(CASES.items())[::every]:
        found[name] = digest_of(compiled(ours)(arguments.astype(np.float32)))
    return found
