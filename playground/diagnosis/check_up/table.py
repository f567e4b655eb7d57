"""All steps, in the order in which they are made.

Owns that order: from what needs no run to what needs one that has learned.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from playground.diagnosis.check_up import (
    curves,
    data,
    features,
    gradients,
    grow,
    rates,
    regularization,
    small_batch,
    start,
    zeroed_inputs,
)
from playground.diagnosis.check_up.case import Case
from playground.diagnosis.check_up.step import Step

CHECKS: Final[tuple[Callable[[Case], Step], ...]] = (
    data.check,
    start.check,
    zeroed_inputs.check,
    small_batch.check,
    grow.check,
    rates.check,
    curves.check,
    gradients.check,
    regularization.check,
    features.check,
)
