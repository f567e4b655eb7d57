"""Any operation of a step in words.

Owns the table of who tells which operation; texts are in the files of the phases.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playground.anatomy.operations.operation import (
    Activation,
    BatchMean,
    Delta,
    Gradients,
    Largest,
    Normalization,
    Operation,
    Penalty,
    SampleLoss,
    Update,
    WeightedSum,
)
from playground.words.inside import backward, forward, loss, update
from playground.words.inside.symbols import KEPT, Symbols
from playground.words.inside.told import Told

TELLERS: dict[type[Operation], Callable[..., Told]] = {
    WeightedSum: forward.weighted_sum, Normalization: forward.normalization, Largest: forward.largest,
    Activation: forward.activation, SampleLoss: loss.sample_loss, BatchMean: loss.batch_mean, Penalty: loss.penalty,
    Gradients: backward.gradients, Update: update.update,
}  # fmt: skip


def told(operation: Operation, symbols: Symbols, own: Activation | None = None, kept: int = KEPT) -> Told:
    """Title, sentence and equations. own: of a δ, its unit's activation in the forward pass. kept: so many terms of a
    long sum are written out, and its last one."""
    if isinstance(operation, Delta):
        return backward.delta(operation, symbols, own, kept)
    teller: Callable[[Any, Symbols, int], Told] = TELLERS[type(operation)]
    return teller(operation, symbols, kept)
