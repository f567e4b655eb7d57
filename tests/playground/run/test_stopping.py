"""Rules that end a run: each ends it once, at the same epoch for any pattern of calls, and says which one it was."""

from __future__ import annotations

import math
import random
from typing import Literal

import numpy as np
import pytest

from playground.edits.changes import with_changes
from playground.engine.state import EARLY_BEST, PLATEAU_RATE
from playground.experiment.experiment import Experiment
from playground.experiment.layers import BatchNorm, Dense, Dropout
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam
from playground.experiment.schedules import CosineSchedule, EarlyStopping, PlateauSchedule, StepSchedule, Stop
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.run.stopping import Reason, Stopped

Watched = Literal["train", "test"]
OVERFITTING = with_changes(
    Experiment(),
    network=Network((Dense(12), Dense(12))),
    data__source__samples=60,
    data__imperfections__label_noise=0.3,
    training__optimizer=Adam(),
    training__early_stopping=EarlyStopping(patience=20),
)
"""Its test loss rises after a while."""


def ruled(**rules: float) -> Session:
    return Session(with_changes(Experiment(), training__stop=Stop(**rules)))


def test_early_stopping_gives_back_the_best_weights() -> None:
    session = Session(OVERFITTING)
    assert not session.advance(epochs=2000)
    ended = session.stopped
    assert ended is not None
    rows = session.recording.rows_so_far()
    best = int(rows[rows[:, 2].argmin(), 0])
    assert ended == Stopped("early_stopping", best + 20, limit=20, watched="test", best_epoch=best)
    assert session.metrics().test_loss == pytest.approx(rows[:, 2].min(), rel=1e-6)
    shot = session.snapshot()
    assert (shot.stopped, shot.best_epoch) == (ended, best)
    reference = Session(with_changes(OVERFITTING, training__early_stopping=None))
    reference.advance(epochs=best)
    assert reference.digest() == session.digest()


def test_the_end_depends_neither_on_calls_nor_on_looking() -> None:
    made = with_changes(OVERFITTING, training__schedule=PlateauSchedule(0.5, 5), training__batch_size=7)
    straight, broken = Session(made), Session(made)
    straight.advance(epochs=2000)
    rng = random.Random(3)
    while broken.advance(steps=rng.choice([1, 3, 40, 333])):
        broken.snapshot()
    assert broken.stopped == straight.stopped
    assert broken.digest() == straight.digest()
    assert np.array_equal(broken.state.watch, straight.state.watch)
    assert straight.state.watch[PLATEAU_RATE] < 1.0


def test_an_ended_run_stays_until_it_is_told_to_go_on() -> None:
    session = Session(OVERFITTING)
    session.advance(epochs=2000)
    epoch = session.state.epoch
    assert not session.advance(epochs=5)
    assert session.state.epoch == epoch
    session.go_on()
    assert session.stopped is None
    assert session.advance(epochs=5)
    assert session.state.epoch == epoch + 5
    assert not session.advance(epochs=2000)
    assert session.state.epoch >= epoch + 20


@pytest.mark.parametrize(
    ("rules", "reason", "watched"),
    [({"epochs": 7}, "epochs", "train"), ({"loss": 0.1}, "loss", "train"), ({"accuracy": 0.97}, "accuracy", "test")],
)
def test_every_rule_ends_the_run_once(
    rules: dict[str, float], reason: Reason, watched: Literal["train", "test"]
) -> None:
    session = ruled(**rules)
    assert not session.advance(epochs=500)
    assert session.stopped == Stopped(reason, session.state.epoch, rules[reason], watched)
    assert str(session.stopped).startswith(f"Stopped at epoch {session.state.epoch} by the rule {reason}")
    first = session.state.epoch
    figures = session.metrics()
    if reason == "loss":
        assert figures.train_loss <= 0.1
        assert session.recording.rows_so_far()[-2, 1] > 0.1
    if reason == "accuracy":
        assert figures.test_accuracy >= 0.97
    session.go_on()
    assert session.advance(epochs=20)
    assert session.state.epoch == first + 20


def test_a_rule_on_epochs_in_the_past_ends_the_run_where_it_stands() -> None:
    session = Session(Experiment())
    session.advance(epochs=9)
    session.apply(with_changes(session.experiment, training__stop=Stop(epochs=5)))
    assert not session.advance(epochs=3)
    assert session.state.epoch == 9


def test_an_edit_and_a_reset_bring_spent_rules_back() -> None:
    for change in ("edit", "reset"):
        session = ruled(epochs=4)
        session.advance(epochs=9)
        session.go_on()
        session.advance(epochs=2)
        if change == "edit":
            session.apply(with_changes(session.experiment, training__learning_rate=0.02))
            assert session.stopped is None
        else:
            session.reset()
        assert not session.advance(epochs=9)
        assert session.state.epoch == (6 if change == "edit" else 4)


def test_whoever_knows_the_time_ends_the_run_once() -> None:
    session = ruled(seconds=30)
    session.advance(epochs=1)
    session.out_of_time()
    assert session.stopped == Stopped("seconds", 1, limit=30)
    session.go_on()
    session.out_of_time()
    assert session.stopped is None


def test_without_a_test_set_the_training_set_is_judged() -> None:
    made = with_changes(
        OVERFITTING, data__train_share=1.0, training__stop=Stop(accuracy=0.8), training__early_stopping=None
    )
    session = Session(made)
    assert not session.advance(epochs=3000)
    assert session.stopped == Stopped("accuracy", session.state.epoch, limit=0.8, watched="train")


def watched() -> Session:
    made = with_changes(OVERFITTING, training__schedule=PlateauSchedule(0.5, 3))
    session = Session(with_changes(made, training__early_stopping=EarlyStopping(1000)))
    session.advance(epochs=200)
    assert session.state.watch[PLATEAU_RATE] < 1.0
    assert math.isfinite(session.state.watch[EARLY_BEST])
    return session


def test_an_edit_of_a_number_keeps_what_the_rules_have_seen() -> None:
    session = watched()
    before, best = session.state.watch.copy(), session.state.best.copy()
    session.apply(with_changes(session.experiment, training__early_stopping=EarlyStopping(500)))
    session.apply(with_changes(session.experiment, training__schedule=PlateauSchedule(0.25, 9)))
    session.apply(with_changes(session.experiment, training__learning_rate=0.1))
    assert np.array_equal(session.state.watch, before)
    assert np.array_equal(session.state.best, best)


@pytest.mark.parametrize(
    "changes",
    [
        {"training__loss": "binary_cross_entropy"},
        {"training__class_weights": "balanced"},
        {"data__imperfections__label_noise": 0.1},
        {"network": Network((Dense(12), Dense(12), Dense(3)))},
    ],
)
def test_where_losses_mean_something_else_the_rules_begin_anew(changes: dict[str, object]) -> None:
    session = watched()
    session.apply(with_changes(session.experiment, **changes))
    assert session.state.watch[PLATEAU_RATE] == 1.0
    assert session.state.watch[EARLY_BEST] == math.inf
    assert np.array_equal(session.state.best, session.state.parameters)
    assert session.advance(epochs=2)


def test_another_schedule_forgets_the_plateaus_and_keeps_the_best_weights() -> None:
    session = watched()
    best = session.state.best.copy()
    session.apply(with_changes(session.experiment, training__schedule=CosineSchedule()))
    assert session.state.watch[PLATEAU_RATE] == 1.0
    assert np.array_equal(session.state.best, best)
    session.apply(with_changes(session.experiment, training__early_stopping=None))
    assert session.state.best.size == 0


def test_reset_clears_all_that_was_watched_and_measured() -> None:
    session = Session(with_changes(OVERFITTING, training__clip_norm=0.01))
    fresh = session.state.copy()
    session.advance(epochs=2000)
    assert session.state.clipped_steps > 0
    assert session.snapshot().probes[0].largest_update_ratio > 0
    session.reset()
    assert session.stopped is None
    assert session.snapshot().probes[0].largest_update_ratio == 0
    for name in ("watch", "best", "probes", "counters", "powers", "slots", "parameters", "order"):
        assert np.array_equal(getattr(session.state, name), getattr(fresh, name)), name
    session.advance(epochs=2000)
    again = session.digest()
    session.reset()
    session.advance(epochs=2000)
    assert session.digest() == again


def test_the_rate_in_force_is_the_schedules() -> None:
    session = Session(with_changes(Experiment(), training__schedule=StepSchedule(3, 0.5), training__learning_rate=0.08))
    found = []
    for _ in range(7):
        found.append(session.snapshot().learning_rate)
        session.advance(epochs=1)
    assert found == [0.08, 0.08, 0.08, 0.04, 0.04, 0.04, 0.02]


def test_probes_tell_of_every_layer() -> None:
    layers = (Dense(6, "relu"), BatchNorm(), Dropout(0.5), Dense(3, "tanh"))
    session = Session(with_changes(Experiment(), network=Network(layers), training__initial_bias=-50.0))
    session.advance(epochs=2)
    probes = session.snapshot().probes
    assert len(probes) == 5
    assert probes[0].dead_units == 6
    assert probes[0].activation_mean == 0.0
    assert probes[3].saturated_share > 0.9
    assert all(probe.largest_update_ratio >= probe.update_ratio for probe in probes)


def test_a_checkpoint_of_an_ended_run_is_ended() -> None:
    session = Session(OVERFITTING)
    session.advance(epochs=2000)
    again = Session(session.checkpoint())
    assert again.stopped == session.stopped
    assert not again.advance(epochs=3)
    spent = ruled(epochs=2)
    spent.advance(epochs=2)
    spent.go_on()
    kept: Checkpoint = spent.checkpoint()
    assert Session(kept).advance(epochs=5)
