"""What a network is asked to do, and the output head that follows from it.

Owns the rule from (data set, loss) to head, and why a setting does not fit a task; knows nothing of layers or
parameters.
"""

from __future__ import annotations

from typing import Literal

import msgspec

HeadActivation = Literal["linear", "tanh", "sigmoid", "softmax"]

MAX_CLASSES = 10

CROSS_ENTROPIES = ("binary_cross_entropy", "softmax_cross_entropy")
SIGNED = ("squared_error", "hinge")
"""Losses whose targets are −1 for a wrong and 1 for the right class."""


class Task(msgspec.Struct, frozen=True):
    """Regression (`classes` 0) or classification with 2 to 10 classes."""

    classes: int

    @property
    def is_classification(self) -> bool:
        return self.classes > 0

    @property
    def label(self) -> str:
        return f"{self.classes} classes" if self.classes else "regression"


class Head(msgspec.Struct, frozen=True):
    """The output layer: how many units, its activation, and the loss it is trained with."""

    units: int
    activation: HeadActivation
    loss: str

    @property
    def targets(self) -> tuple[float, float]:
        """The target of a wrong and of a right class."""
        return (-1.0, 1.0) if self.loss in SIGNED else (0.0, 1.0)


def classes_reason(task: Task) -> str | None:
    """Why something that needs classes does not fit, or None: hinge, class weights, a rule on the accuracy."""
    return None if task.is_classification else "it needs classes, and this data set asks for a number"


def allowed_losses(task: Task) -> dict[str, str | None]:
    """Every loss with the reason why it does not fit the task, or None where it fits."""
    classes = classes_reason(task)
    binary = None if task.classes == 2 else "it needs exactly two classes"
    number = "it measures the distance to a number, and this data set asks for a class"
    regression = number if task.is_classification else None
    return {
        "auto": None,
        "squared_error": None,
        "huber": regression,
        "absolute": regression,
        "hinge": classes,
        "binary_cross_entropy": binary,
        "softmax_cross_entropy": classes,
        "focal": classes,
    }


def cross_entropy_reason(head: Head) -> str | None:
    """Why label smoothing and the naive way of computing do not fit the head's loss, or None where they do."""
    if head.loss in CROSS_ENTROPIES:
        return None
    return f"it needs a cross-entropy, and the loss is {head.loss.replace('_', ' ')}"


def head_for(task: Task, loss: str) -> Head:
    """The output head; `loss` may be `auto`."""
    if loss == "auto":
        loss = "softmax_cross_entropy" if task.classes > 2 else "squared_error"
    one_unit = task.classes <= 2
    units = 1 if one_unit else task.classes
    match loss:
        case "binary_cross_entropy":
            return Head(1, "sigmoid", loss)
        case "softmax_cross_entropy":
            return Head(task.classes, "softmax", loss)
        case "focal":
            return Head(units, "sigmoid" if one_unit else "softmax", loss)
        case "hinge":
            return Head(units, "linear", loss)
        case _:
            return Head(units, "tanh" if task.is_classification else "linear", loss)
