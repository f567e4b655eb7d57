"""Training settings made to fit another task: what a change of the data set takes along.

Owns which settings depend on the task; the reasons themselves are told by `playground.data.task`.
"""

from __future__ import annotations

import msgspec

from playground.data.task import Task, allowed_losses, classes_reason, cross_entropy_reason, head_for
from playground.experiment.training import Training


def fitted(training: Training, task: Task) -> Training:
    """The same settings, with defaults instead of those that do not fit the task."""
    changes: dict[str, object] = {}
    if allowed_losses(task)[training.loss] is not None:
        changes["loss"] = "auto"
    head = head_for(task, str(changes.get("loss", training.loss)))
    if cross_entropy_reason(head) is not None:
        changes |= {"label_smoothing": 0.0, "numerics": "stable"}
    weights = training.class_weights
    if classes_reason(task) is not None:
        changes |= {"class_weights": None, "stop": msgspec.structs.replace(training.stop, accuracy=None)}
    elif isinstance(weights, tuple) and len(weights) != task.classes:
        changes["class_weights"] = None
    changed = msgspec.structs.replace(training, **changes)
    return training if changed == training else changed
