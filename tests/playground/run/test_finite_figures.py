"""No setting, layer, rule or loss lets a figure out that is not finite: runs of random experiments."""

from __future__ import annotations

import random

import msgspec
import numpy as np
import pytest

from playground.data.task import Task, allowed_losses, cross_entropy_reason, head_for
from playground.edits.changes import with_changes
from playground.errors import InvalidExperiment
from playground.experiment.experiment import Experiment
from playground.experiment.layers import (
    AveragePool2d,
    BatchNorm,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    Layer,
    LayerNorm,
    MaxPool2d,
    Residual,
    Scaling,
)
from playground.experiment.network import Network
from playground.experiment.optimizers import OPTIMIZERS, Adam, RmsProp, Sgd
from playground.experiment.schedules import SCHEDULES, EarlyStopping, Stop
from playground.experiment.training import Training
from playground.run.session import Session
from playground.run.snapshot import Demand
from tests.cases import cases
from tests.seeds import seeds


def figures(session: Session) -> list[np.ndarray]:
    shot = session.snapshot(Demand(True, True, True, (0.5, -3.0)))
    numbers = [
        shot.metrics.train_loss,
        shot.metrics.penalty,
        shot.metrics.test_loss or 0.0,
        shot.metrics.train_accuracy or 0.0,
    ]
    assert shot.probe is not None
    return [
        shot.parameters,
        shot.maps,
        shot.train_outputs,
        shot.test_outputs,
        shot.gradient,
        shot.history,
        shot.probe.units,
        np.array(numbers),
    ]


ACTIVATIONS = ["linear", "relu", "elu", "gelu", "silu", "softplus", "tanh", "sigmoid", "sine", "leaky_relu"]


@pytest.mark.parametrize("score", seeds(1, 3))
@cases("number", range(20))
def test_no_setting_lets_a_non_finite_figure_out(number: int, score: int) -> None:
    rng = random.Random(20 * score + number)
    layers = tuple(Dense(rng.choice([1, 3, 17]), rng.choice(ACTIVATIONS)) for _ in range(rng.choice([0, 1, 3, 8])))
    made = with_changes(
        Experiment(),
        network=Network(layers),
        data__source__name=rng.choice(["plane", "blobs", "xor", "xor_points"]),
        data__source__samples=rng.choice([4, 11, 60]),
        data__train_share=rng.choice([0.05, 0.5, 1.0]),
        data__features=("x", "y", "x_squared"),
        data__imperfections__imbalance=rng.choice([0.0, 0.95]),
        training__learning_rate=rng.choice([0.0, 0.1, 10.0, 1e3, 1e6]),
        training__optimizer=rng.choice([Sgd(), Sgd(0.99, True), RmsProp(), Adam()]),
        training__initializer=rng.choice(["zeros", "constant", "normal", "he_normal"]),
        training__initializer_scale=rng.choice([0.0, 100.0]),
        training__batch_size=rng.choice([1, 10, 100_000]),
        training__l2=rng.choice([0.0, 1e3]),
        training__clip_norm=rng.choice([None, 1.0]),
    )
    session = Session(made)
    for _ in range(4):
        assert all(np.isfinite(each).all() for each in figures(session))
        session.advance(epochs=5)
    assert all(np.isfinite(each).all() for each in figures(session))


def any_plane_layer(rng: random.Random) -> Layer:
    activation = rng.choice(ACTIVATIONS)
    return rng.choice(
        [
            Dense(rng.choice([1, 3, 17]), activation, rng.random() < 0.2),
            Dropout(rng.choice([0.0, 0.95])),
            GaussianNoise(rng.choice([0.0, 10.0])),
            Scaling(rng.choice([-100.0, 0.0, 1.0]), 100.0, activation, rng.random() < 0.5),
            BatchNorm(rng.choice([1e-3, 1.0]), 1e-12, activation),
            LayerNorm(1e-12, activation),
            Residual(rng.choice([1, 2, 3]), activation),
            Flatten(),
        ]
    )


def any_image_layer(rng: random.Random) -> Layer:
    image = [
        Conv2d(rng.choice([1, 5]), rng.choice([1, 2, 3, 5]), rng.choice(["same", "valid"]), rng.choice(ACTIVATIONS)),
        MaxPool2d(rng.choice([2, 3, 4])),
        AveragePool2d(2),
    ]
    return rng.choice([rng.choice(image), rng.choice(image), any_plane_layer(rng)])


def any_experiment(rng: random.Random) -> Experiment | None:
    """An experiment at the edges of what is allowed, or None where what was drawn is not allowed."""
    name = rng.choice(["plane", "blobs", "xor", "xor_points", "bars", "digits"])
    image = name in ("bars", "digits")
    layers = tuple((any_image_layer if image else any_plane_layer)(rng) for _ in range(rng.choice([0, 1, 3, 6])))
    task = Task({"plane": 0, "blobs": 3, "digits": 10}.get(name, 2))
    loss = rng.choice([loss for loss, reason in allowed_losses(task).items() if reason is None])
    crossed = cross_entropy_reason(head_for(task, loss)) is None
    training = Training(
        loss=loss,
        optimizer=rng.choice([entry.optimizer for entry in OPTIMIZERS.values()]),
        schedule=rng.choice([entry.schedule for entry in SCHEDULES.values()]),
        learning_rate=rng.choice([0.0, 1e-3, 1.0, 1e3, 1e6]),
        batch_size=rng.choice([1, 10, 100_000]),
        initializer=rng.choice(["zeros", "constant", "normal", "he_normal"]),
        initializer_scale=rng.choice([0.1, 100.0]),
        l1=rng.choice([0.0, 1e3]),
        clip_norm=rng.choice([None, 1e-6, 1.0]),
        clip_value=rng.choice([None, 1e-6, 1.0]),
        max_norm=rng.choice([None, 1e-6, 1.0]),
        huber_delta=rng.choice([1e-3, 1e3]),
        focal_gamma=rng.choice([0.0, 0.5, 10.0]),
        label_smoothing=rng.choice([0.0, 0.99]) if crossed else 0.0,
        numerics=rng.choice(["stable", "naive"]) if crossed else "stable",
        class_weights=rng.choice([None, "balanced"]) if task.is_classification else None,
        precision=rng.choice(["float32", "float32", "float64"]),
        early_stopping=rng.choice([None, EarlyStopping(3)]),
        stop=Stop(loss=rng.choice([None, 0.0, 0.1])),
    )
    try:
        made = with_changes(Experiment(), network=Network(layers), data__source__name=name, training=training)
        return with_changes(
            made,
            data__source__samples=rng.choice([10, 30, 100]),
            data__train_share=rng.choice([0.05, 0.5, 1.0]),
            data__imperfections__imbalance=rng.choice([0.0, 0.95]),
        )
    except InvalidExperiment:
        return None


@pytest.mark.parametrize("seed", seeds(8, 20))
def test_no_layer_rule_or_loss_lets_a_non_finite_figure_out(seed: int) -> None:
    rng = random.Random(1000 + seed)
    for _ in range(10):
        made = any_experiment(rng)
        if made is None:
            continue
        session = Session(made)
        for _ in range(3):
            shot = session.snapshot(Demand(True, True, True, (0.5, -3.0), probe_sample=0))
            numbers = [*msgspec.structs.astuple(made.training)[2:3], shot.metrics.train_loss, shot.learning_rate]
            for probe in shot.probes:
                numbers += msgspec.structs.astuple(probe)
            arrays = (shot.parameters, shot.maps, shot.train_outputs, shot.gradient, shot.history, session.state.best)
            assert all(np.isfinite(each).all() for each in arrays if each is not None)
            assert np.isfinite(numbers).all()
            if not session.advance(epochs=4):
                session.go_on()
