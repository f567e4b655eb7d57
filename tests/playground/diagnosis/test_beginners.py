"""What beginners meet, by public questions and reports: the finding that they would have needed is the one shown."""

from __future__ import annotations

import pytest

from playground.diagnosis.ahead import look_ahead
from playground.diagnosis.signals.finding import Finding, primary
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Conv2d, Dense, Dropout, Flatten
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam, Sgd
from playground.experiment.schedules import Stop
from playground.run.checkpoint import Checkpoint
from tests.playground.diagnosis.situations import deep, network
from tests.seeds import in_turn, long


def started(**changes: object) -> Experiment:
    """The program as it starts, with these changes by path (`__` for a dot)."""
    return with_changes(Experiment(), **changes)


def told(experiment: Experiment) -> tuple[Finding, ...]:
    forecast = look_ahead(Checkpoint(experiment), seconds=None)
    assert forecast is not None
    return forecast.findings


SPIRALS = {"data__source__name": "spirals", "training__learning_rate": 0.03, "training__optimizer": Adam()}
XOR = {"data__source__name": "xor"}
SITUATIONS: dict[str, list[Experiment]] = {
    "too_few_units": [
        started(**SPIRALS, network=deep(1, 2, "tanh")),
        started(**SPIRALS, network=deep(1, 3, "relu")),
        started(data__source__name="bullseye", network=deep(1, 2, "tanh")),
        started(data__source__name="checkerboard", network=deep(1, 3, "tanh")),
    ],
    "learning_rate_low": [
        started(training__learning_rate=1e-5), started(**XOR, training__learning_rate=1e-4),
        started(data__source__name="spirals", training__learning_rate=1e-6),
        started(data__source__name="peak", training__learning_rate=1e-6),
    ],
    "learning_rate_high": [
        started(training__learning_rate=1000.0), started(**XOR, training__learning_rate=100.0),
        started(training__learning_rate=30.0, training__optimizer=Adam()),
        started(data__source__name="plane", training__learning_rate=10.0),
        started(data__source__name="spirals", network=deep(2, 8, "relu"), training__learning_rate=10.0),
    ],
    "dead_units": [
        started(network=deep(2, 8, "relu"), training__initial_bias=-5.0),
        started(**XOR, network=deep(1, 4, "relu"), training__initial_bias=-8.0),
        started(data__source__name="bars", network=network(Conv2d(4, 3, activation="relu"), Flatten()),
                training__initial_bias=-10.0),
    ],
    "over_regularized": [
        started(training__l2=10.0, training__learning_rate=0.3), started(training__l2=1.0),
        started(**XOR, training__l1=0.1), started(training__max_norm=0.05),
        started(network=network(Dense(8, "tanh"), Dropout(0.9), Dense(8, "tanh"), Dropout(0.9))),
    ],
    "unscaled_inputs": [
        started(data__imperfections__feature_shift=(92.0, 92.0)),
        started(data__imperfections__feature_shift=(100.0, 100.0), network=deep(2, 8, "relu")),
        started(**XOR, data__imperfections__feature_scale=(50.0, 50.0)),
    ],
    "symmetric": [
        started(training__initializer="zeros"), started(**XOR, training__initializer="zeros"),
        started(training__initializer="constant", network=deep(2, 8, "tanh")),
    ],
    "no_hidden_nonlinearity": [
        started(**XOR, network=network()), started(network=deep(2, 8, "linear")),
        started(data__source__name="circles", network=deep(4, 4, "linear")),
        started(data__source__name="xor_points", network=network()),
    ],
}  # fmt: skip


FEW = 1
"""So many of a rule's situations are tried in every run of the suite."""


@pytest.mark.parametrize(
    ("rule", "experiment"),
    [
        pytest.param(rule, each, marks=[] if place < FEW else pytest.mark.long)
        for rule, all_ in SITUATIONS.items()
        for place, each in enumerate(all_)
    ],
)
def test_the_finding_that_was_needed_is_the_cause(rule: str, experiment: Experiment) -> None:
    findings = told(experiment)
    cause = primary(findings)
    assert cause is not None
    assert cause.rule == rule


def test_a_held_out_loss_that_has_turned_is_overfitting_and_that_more_samples_would_help_stands_under_it() -> None:
    """It has risen by a sixth, and new samples are told worse than neighbours tell them."""
    cause = primary(told(started(
        data__source__name="spirals", data__source__samples=500, data__imperfections__position_noise=0.3,
        data__imperfections__label_noise=0.1, network=network(Dense(8), Dense(8), Dense(4)), seed=5,
        training__learning_rate=0.03, training__optimizer=Sgd(momentum=0.9), training__batch_size=32,
        training__stop=Stop(epochs=1200),
    )))  # fmt: skip
    assert cause is not None
    assert (cause.rule, [each.rule for each in cause.consequences]) == ("overfitting", ["too_little_data"])


@pytest.mark.parametrize(("units", "activation"), in_turn([1, 2], ["tanh", "relu"]))
def test_one_class_for_everything_is_said_with_its_cause(units: int, activation: str) -> None:
    experiment = started(data__source__name="circles", network=deep(1, units, activation),
                         data__imperfections__imbalance=0.6, training__optimizer=Sgd())  # fmt: skip
    findings = told(experiment)
    names = {each.rule for top in findings for each in (top, *top.consequences)}
    assert primary(findings) is not None
    assert names & {"one_class", "too_few_units", "imbalance"}


@pytest.mark.parametrize("shift", [3.0, long(4.0), long(5.0)])
def test_predictions_far_outside_are_told(shift: float) -> None:
    names = {each.rule for each in told(started(data__imperfections__test_shift=shift))}
    assert "far_prediction" in names


def test_networks_without_layers_are_no_error_of_their_own() -> None:
    assert told(started(data__source__name="gaussians", network=Network())) == ()


@pytest.mark.parametrize(("seed", "units"), [(seed, units) for units in (2, 3) for seed in range(4)])
def test_another_draw_is_told_from_a_network_that_is_too_small(seed: int, units: int) -> None:
    """Four points of XOR: two units do it with about every second draw."""
    experiment = started(data__source__name="xor_points", network=deep(1, units, "tanh"), training__learning_rate=0.03,
                         training__optimizer=Adam(), seed=seed)  # fmt: skip
    cause = primary(told(experiment))
    assert cause is None or cause.rule == "bad_draw"
