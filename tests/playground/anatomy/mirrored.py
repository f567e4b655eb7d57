"""An experiment's network as PyTorch's, by way of the slow twin's description of it.

Owns the translation of layers and rules; judges nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import playground as pg
from playground.engine.program import loss_name
from playground.engine.state import NOISE_SEED
from playground.experiment.optimizers import optimizer_choice
from playground.experiment.schedules import schedule_choice
from playground.experiment.shapes import Shape
from tests.kernels.mirror import Mirror
from tests.kernels.mirror_training import MirrorTraining
from tests.reference import Layer, Rule, Twin


def training_of(session: pg.Session) -> MirrorTraining:
    """PyTorch's training of the session's network, from where it stands at its beginning."""
    experiment = session.experiment
    twin = Twin(layers_of(session), session.state.parameters, loss_name(experiment), loss_number(experiment))
    seed = int(session.state.counters[NOISE_SEED])
    return MirrorTraining(Mirror(twin), rule_of(experiment.training), session.steps_per_epoch, seed)


def loss_number(experiment: pg.Experiment) -> float:
    """What the loss is told besides."""
    training = experiment.training
    return training.focal_gamma if training.loss == "focal" else training.huber_delta


def layers_of(session: pg.Session) -> list[Layer]:
    """The network as the twin describes it."""
    experiment, slots = session.experiment, session.layout.slots
    settings = (*experiment.network.layers, None)
    found = []
    for slot, before, setting in zip(slots, experiment.shapes, settings, strict=False):
        made: dict[str, Any] = {"activation": slot.activation, "kind": slot.kind, "frozen": slot.frozen}
        for name, other in (("rate", "rate"), ("deviation", "rate"), ("epsilon", "epsilon"), ("momentum", "keep"),
                            ("kernel", "kernel"), ("size", "kernel"), ("padded", "padding")):  # fmt: skip
            if hasattr(setting, name):
                made[other] = getattr(setting, name)
        if slot.has_gains:
            made["group"] = slot.outputs // slot.weight_shape[0]
        if slot.source is not None:
            made["source"] = slot.source
            made["source_outputs"] = slots[slot.source].outputs if slot.source >= 0 else slots[0].inputs
        if slot.kind in ("conv2d", "max_pool2d", "average_pool2d"):
            made["channels"], made["height"], made["width"] = _pixels(before)
        found.append(Layer(slot.inputs, slot.outputs, **made))
    return found


def _pixels(shape: Shape) -> tuple[int, int, int]:
    return shape.pixels


def rule_of(training: pg.Training) -> Rule:
    """The optimizer and what else decides a step; the schedule's first number counts epochs, its second is a factor."""
    rule, schedule = training.optimizer, training.schedule
    given = {name: getattr(rule, name) for name in ("epsilon", "weight_decay", "momentum_decay") if hasattr(rule, name)}
    first = getattr(rule, "beta1", getattr(rule, "momentum", 0.0))
    second = getattr(rule, "beta2", getattr(rule, "decay", 0.0))
    every = getattr(schedule, "every", getattr(schedule, "epochs", 1))
    factor = getattr(schedule, "factor", getattr(schedule, "smallest", 1.0))
    return Rule(
        optimizer_choice(rule), training.learning_rate, first, second,
        l1=training.l1, l2=training.l2, clip_norm=training.clip_norm or 0.0, clip_value=training.clip_value or 0.0,
        max_norm=training.max_norm or 0.0, schedule=schedule_choice(schedule), every=every, factor=factor,
        plateau_patience=getattr(schedule, "patience", 0), plateau_delta=getattr(schedule, "min_delta", 0.0), **given,
    )  # fmt: skip


def columns(step: pg.InsideStep) -> tuple[Any, Any]:
    """Inputs, and targets with the samples' weights below, of a step's batch."""
    batch = step.batch
    return batch.inputs, np.vstack([batch.targets, batch.weights])
