"""A step of the check-up: what was found, with its figures, beside what was expected.

Owns the shape of that value; knows nothing of how a step is made or of words.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.diagnosis.signals.finding import Figure, Finding

StepName = Literal[
    "data", "start", "zeroed_inputs", "small_batch", "grow", "rates", "curves", "gradients", "regularization",
    "features",
]  # fmt: skip
NAMES: tuple[StepName, ...] = get_args(StepName)
"""In their order."""


class Curve(msgspec.Struct, frozen=True, eq=False):
    """What a step has drawn, point by point. Read-only."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]

    def __post_init__(self) -> None:
        self.x.flags.writeable = self.y.flags.writeable = False


class Step(msgspec.Struct, frozen=True, eq=False):
    """passed: None where there is nothing to say. detail: which of the step's outcomes it is, a key for words.

    figures: what was measured, each with its threshold where it has one. findings: what the doctor says to it.
    """

    name: StepName
    passed: bool | None
    detail: str
    figures: tuple[Figure, ...] = ()
    findings: tuple[Finding, ...] = ()
    curve: Curve | None = None

    def figure(self, name: str) -> float | None:
        """The value of a figure, or None where this step has none of that name."""
        return next((each.value for each in self.figures if each.name == name), None)
