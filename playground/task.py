"""What a network is asked to do, and the output head that follows from it.

Owns the rule from (data set, loss) to head; knows nothing of layers or parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HeadActivation = Literal["linear", "tanh", "sigmoid", "softmax"]

MAX_CLASSES = 8


@dataclass(frozen=True, slots=True)
class Task:
    """Regression (`classes` 0) or classification with 2 to 8 classes."""

    classes: int

    @property
    def is_classification(self) -> bool:
        return self.classes > 0

    @property
    def label(self) -> str:
        return f"{self.classes} classes" if self.classes else "regression"


@dataclass(frozen=True, slots=True)
class Head:
    """The output layer: how many units, its activation, and the loss it is trained with."""

    units: int
    activation: HeadActivation
    loss: str

    @property
    def targets(self) -> tuple[float, float]:
        """The target of a wrong and of a right class."""
        return (-1.0, 1.0) if self.loss == "squared_error" else (0.0, 1.0)


def allowed_losses(task: Task) -> dict[str, str | None]:
    """Every loss with the reason why it does not fit the task, or None where it fits."""
    binary = None if task.classes == 2 else "it needs exactly two classes"
    softmax = None if task.is_classification else "it needs classes, and this data set asks for a number"
    return {
        "auto": None,
        "squared_error": None,
        "binary_cross_entropy": binary,
        "softmax_cross_entropy": softmax,
    }


def head_for(task: Task, loss: str) -> Head:
    """The output head; `loss` may be `auto`."""
    if loss == "auto":
        loss = "softmax_cross_entropy" if task.classes > 2 else "squared_error"
    if loss == "binary_cross_entropy":
        return Head(1, "sigmoid", loss)
    if loss == "softmax_cross_entropy":
        return Head(task.classes, "softmax", loss)
    if not task.is_classification:
        return Head(1, "linear", loss)
    return Head(1 if task.classes == 2 else task.classes, "tanh", loss)
