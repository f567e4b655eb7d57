"""Rules that are younger than files which break them: what they refuse, and how such a file is put right.

Owns these rules; knows nothing of files. Whoever edits is refused with the reason; a file that was saved before a rule
opens with the setting changed, and it is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from playground.errors import Problem, Said
from playground.experiment.layers import BatchNorm, Layer
from playground.experiment.schedules import ConstantSchedule, PlateauSchedule
from playground.experiment.shapes import Shape
from playground.experiment.training import Training


class Broken(msgspec.Struct, frozen=True):
    """A broken rule: what is told of an edit, the fields of the training that put it right, and what is said then."""

    problem: Problem
    remedy: Mapping[str, Any]
    said: Said


def may_break(training: Training) -> bool:
    """Whether there is anything to look at; cheap, for logs with thousands of experiments."""
    watches = training.early_stopping is not None or isinstance(training.schedule, PlateauSchedule)
    return watches or training.batch_size == 1


def broken_rules(training: Training, layers: Sequence[Layer], shapes: Sequence[Shape], tested: bool) -> list[Broken]:
    """The broken ones. shapes: behind each layer; tested: whether there are test samples."""
    found = []
    if training.batch_size == 1 and _has_lone_channels(layers, shapes):
        sentence = (
            "batch normalization needs at least {low} samples per step: a single one has no variance; got {given}. "
            "Layer normalization does without a batch"
        )
        problem = Problem.of("training.batch_size", "batch_norm", sentence, low=2, given=1)
        said = Said("The batch size was 1, which gives batch normalization no variance; it is 2 now.")
        found.append(Broken(problem, {"batch_size": 2}, said))
    early = training.early_stopping
    if tested or (early is not None and early.monitor == "train_loss"):
        return found
    way_out = "keep some samples for testing, or let early stopping watch the training loss"
    if early is not None:
        sentence = f"early stopping watches the test loss, and there are no test samples: {way_out}"
        problem = Problem("training.early_stopping", sentence, "no_test_loss")
        said = Said("Early stopping watched the test loss, but there are no test samples; it is off now.")
        found.append(Broken(problem, {"early_stopping": None}, said))
    if isinstance(training.schedule, PlateauSchedule):
        sentence = f"the schedule watches the test loss, and there are no test samples: {way_out}, which it follows"
        problem = Problem("training.schedule", sentence, "no_test_loss")
        said = Said(
            "The schedule “reduce on plateau” watched the test loss, but there are no test samples; the rate is "
            "constant now."
        )
        found.append(Broken(problem, {"schedule": ConstantSchedule()}, said))
    return found


def _has_lone_channels(layers: Sequence[Layer], shapes: Sequence[Shape]) -> bool:
    """Whether a batch normalization sees one number a channel in each sample: those of an image have many."""
    pairs = zip(layers, shapes, strict=True)
    return any(isinstance(layer, BatchNorm) and shape.units == shape.channels for layer, shape in pairs)
