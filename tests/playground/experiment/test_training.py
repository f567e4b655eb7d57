"""Losses, optimizers, schedules and rules as values: what fits which task, and the rate that is in force."""

from __future__ import annotations

import math
from typing import Any

import pytest

from playground.data.task import Task, allowed_losses, head_for
from playground.edits.fitting import fitted
from playground.experiment.experiment import Experiment, validate
from playground.experiment.optimizers import OPTIMIZERS, Lion, Sgd, optimizer_choice
from playground.experiment.schedules import (
    SCHEDULES,
    CosineSchedule,
    ExponentialSchedule,
    OneCycleSchedule,
    PlateauSchedule,
    Schedule,
    StepSchedule,
    Stop,
    WarmUpSchedule,
    schedule_choice,
    share_in_force,
)
from playground.experiment.schema import field_facts
from playground.experiment.training import LOSSES, Training
from tests.broken_experiments import broken
from tests.cases import cases

REGRESSION, TWO, THREE = Task(0), Task(2), Task(3)


def test_every_loss_is_allowed_or_refused_with_a_reason() -> None:
    for task in (REGRESSION, TWO, THREE):
        assert set(allowed_losses(task)) == set(LOSSES)
    fitting = {
        name: [task.classes for task in (REGRESSION, TWO, THREE) if allowed_losses(task)[name] is None]
        for name in LOSSES
    }
    assert fitting == {
        "auto": [0, 2, 3], "squared_error": [0, 2, 3], "huber": [0], "absolute": [0], "hinge": [2, 3],
        "binary_cross_entropy": [2], "softmax_cross_entropy": [2, 3], "focal": [2, 3],
    }  # fmt: skip


@cases(
    ("task", "loss", "units", "activation", "targets"),
    [
        (REGRESSION, "huber", 1, "linear", (0.0, 1.0)),
        (REGRESSION, "absolute", 1, "linear", (0.0, 1.0)),
        (TWO, "hinge", 1, "linear", (-1.0, 1.0)),
        (THREE, "hinge", 3, "linear", (-1.0, 1.0)),
        (TWO, "focal", 1, "sigmoid", (0.0, 1.0)),
        (THREE, "focal", 3, "softmax", (0.0, 1.0)),
        (TWO, "auto", 1, "tanh", (-1.0, 1.0)),
        (THREE, "squared_error", 3, "tanh", (-1.0, 1.0)),
    ],
)
def test_the_head_follows_from_task_and_loss(
    task: Task, loss: str, units: int, activation: str, targets: tuple[float, float]
) -> None:
    head = head_for(task, loss)
    assert (head.units, head.activation, head.targets) == (units, activation, targets)


@cases(
    ("parts", "path", "words"),
    [
        ({"training__label_smoothing": 0.1}, "training.label_smoothing", "the loss is squared error"),
        ({"training__numerics": "naive"}, "training.numerics", "needs a cross-entropy"),
        ({"training__class_weights": [1, 2, 3]}, "training.class_weights", "each of the 2 classes"),
        ({"training__class_weights": [0, 0]}, "training.class_weights", "above 0"),
        ({"training__class_weights": "balance"}, "training.class_weights", "did you mean balanced?"),
        ({"training__class_weights": 3}, "training.class_weights", "balanced or a list in brackets"),
        ({"training__class_weights": [1, -1]}, "training.class_weights[1]", "from 0 to 1000"),
        ({"training__class_weights": [1]}, "training.class_weights", "at least 2"),
        ({"training__schedule": {"kind": "stp"}}, "training.schedule.kind", "did you mean step?"),
        ({"training__schedule": {"kind": "step", "factor": 0}}, "training.schedule.factor", "above 0"),
        ({"training__schedule": None}, "training.schedule", "object in braces"),
        ({"training__early_stopping": {"patience": 0}}, "training.early_stopping.patience", "from 1"),
        ({"training__early_stopping": {"monitor": "loss"}}, "training.early_stopping.monitor", "test_loss"),
        ({"training__stop": {"accuracy": 95}}, "training.stop.accuracy", "from 0 to 1; got 95"),
        ({"training__stop": {"seconds": 0}}, "training.stop.seconds", "above 0"),
        ({"training__optimizer": {"kind": "lion", "epsilon": 1}}, "training.optimizer.epsilon", "no such field"),
        ({"training__precision": "float16"}, "training.precision", "float32"),
        ({"network__layers": [{"kind": "dropout", "rate": 1}]}, "network.layers[0].rate", "from 0 to 0.95"),
        ({"network__layers": [{"kind": "dropout", "units": 1}]}, "network.layers[0].units", "no such field"),
        ({"network__layers": [{"kind": "conv2d"}]}, "network.layers[0]", "choose an image data set"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(parts: dict[str, Any], path: str, words: str) -> None:
    problems = validate(broken(**parts))
    assert [problem.path for problem in problems] == [path]
    assert words in problems[0].message


def test_what_needs_classes_is_refused_for_a_number() -> None:
    raw = broken(data__source__name="plane", training__class_weights="balanced", training__stop={"accuracy": 0.9})
    assert [problem.path for problem in validate(raw)] == ["training.class_weights", "training.stop.accuracy"]


def test_fitting_changes_what_does_not_fit_and_nothing_else() -> None:
    training = Training(
        loss="binary_cross_entropy", label_smoothing=0.1, numerics="naive", class_weights=(1.0, 2.0),
        stop=Stop(accuracy=0.9, epochs=7), learning_rate=0.5,
    )  # fmt: skip
    assert fitted(training, TWO) is training
    three = fitted(training, THREE)
    assert (three.loss, three.label_smoothing, three.numerics) == ("auto", 0.1, "naive")
    assert (three.class_weights, three.stop) == (None, Stop(accuracy=0.9, epochs=7))
    number = fitted(training, REGRESSION)
    assert (number.loss, number.label_smoothing, number.numerics) == ("auto", 0.0, "stable")
    assert (number.class_weights, number.stop, number.learning_rate) == (None, Stop(epochs=7), 0.5)


def rates(schedule: Schedule, epochs: int, steps_per_epoch: int = 1) -> list[float]:
    return [share_in_force(schedule, epoch, 0, steps_per_epoch, 1.0) for epoch in range(epochs)]


def test_schedules_follow_their_formulas() -> None:
    assert rates(StepSchedule(2, 0.5), 5) == [1.0, 1.0, 0.5, 0.5, 0.25]
    assert rates(ExponentialSchedule(0.9), 3) == pytest.approx([1.0, 0.9, 0.81])
    cosine = rates(CosineSchedule(4, 0.2), 6)
    assert cosine == pytest.approx([1.0, 0.2 + 0.4 * (1 + math.cos(math.pi / 4)), 0.6, 0.317157, 0.2, 0.2], abs=1e-6)
    assert rates(WarmUpSchedule(4), 6) == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    assert share_in_force(WarmUpSchedule(2), 0, 3, 5, 1.0) == pytest.approx(0.4)
    assert share_in_force(PlateauSchedule(), 9, 0, 5, 0.25) == 0.25


def test_one_cycle_rises_to_the_full_rate_and_ends_far_below() -> None:
    found = rates(OneCycleSchedule(100), 120)
    assert found[0] == pytest.approx(1 / 25)
    assert found[29] == pytest.approx(1.0)
    assert max(found) == found[29]
    assert found[99] == found[119] == pytest.approx(1 / 250_000)
    for epochs in (1, 2, 3, 4):
        assert all(0.0 < rate <= 1.0 for rate in rates(OneCycleSchedule(epochs), 6))


def test_lists_name_what_a_value_belongs_to() -> None:
    for name, entry in OPTIMIZERS.items():
        assert optimizer_choice(entry.optimizer) == name
    assert optimizer_choice(Lion(0.5)) == "lion"
    assert optimizer_choice(Sgd(0.3)) == "momentum"
    for name, choice in SCHEDULES.items():
        assert schedule_choice(choice.schedule) == name
        assert share_in_force(choice.schedule, 3, 1, 4, 0.5) <= 1.0


def test_facts_about_fields_come_from_the_types() -> None:
    facts = {fact["name"]: fact for fact in field_facts(Training)}
    assert (facts["clip_norm"]["minimum"], facts["clip_norm"]["null"]) == (0.0, True)
    assert facts["clip_norm"]["exclusive"] == ["minimum"]
    assert facts["learning_rate"]["maximum"] == 1e6
    assert set(facts["precision"]["choices"]) == {"float32", "float64"}
    assert facts["label_smoothing"]["exclusive"] == ["maximum"]


def test_an_experiment_of_before_opens_with_the_defaults() -> None:
    raw = broken()
    for name in ("stop", "precision", "numerics", "class_weights", "huber_delta", "max_norm", "clip_value"):
        del raw["training"][name]
    for layer in raw["network"]["layers"]:
        del layer["frozen"]
    assert validate(raw) == []
    assert Experiment() == Experiment(training=Training())
