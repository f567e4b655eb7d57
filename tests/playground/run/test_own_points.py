"""Runs about somebody's own points: with a plane and without, edited, undone, and never looked at by an edit."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest

from playground.data import Data, GeneratedData, OwnPoints, PointsData, make_dataset
from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_dataset, on_points
from playground.engine.engine import Engine
from playground.errors import PointsRefused, WrongUse
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense, Dropout, Residual
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam
from playground.experiment.schedules import EarlyStopping, PlateauSchedule
from playground.run import measuring
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.run.snapshot import Demand
from tests.cases import cases
from tests.own_points import about, made

EVERYTHING = Demand(maps=True, predictions=True, gradients=True, probe=(0.5, -1.0), probe_sample=3)


def session(columns: int = 2, classes: Any = 2, samples: int = 40, **changes: Any) -> Session:
    own = made(columns, samples, len(classes) if isinstance(classes, tuple) else classes)
    return Session(about(own, classes, **changes), points=own)


# -- training ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [1, 2, 3, 64])
@pytest.mark.parametrize("classes", [0, 2, ("cat", "dog", "fish")])
def test_own_points_train_as_any_others(columns: int, classes: Any) -> None:
    run = session(columns, classes, samples=60, training__optimizer=Adam(), training__learning_rate=0.02)
    before = run.metrics().train_loss
    assert run.advance(epochs=60)
    assert run.metrics().train_loss < 0.8 * before
    again = session(columns, classes, samples=60, training__optimizer=Adam(), training__learning_rate=0.02)
    for _ in range(60):
        again.advance(epochs=1)
    assert again.digest() == run.digest()


def test_points_of_the_plane_have_features_maps_and_a_probe() -> None:
    features = ("x", "x_squared", "sin_y")
    shot = session(data__features=features, data__scaling="standardize").snapshot(EVERYTHING)
    assert shot.layout.slots[0].weight_shape == (4, 3)
    assert shot.maps is not None
    assert np.isfinite(shot.maps).all()
    assert shot.probe is not None
    assert shot.probe.point == (0.5, -1.0)
    assert shot.extent == shot.dataset.extent < 20.0


@pytest.mark.parametrize("columns", [1, 3])
def test_other_samples_have_no_maps_and_are_probed_by_number(columns: int) -> None:
    run = session(columns, data__features=("x_squared",))
    shot = run.snapshot(EVERYTHING)
    assert run.experiment.input_names == tuple(f"x{index + 1}" for index in range(columns))
    assert shot.layout.slots[0].weight_shape == (4, columns)
    assert shot.maps is None
    assert shot.train_outputs is not None
    assert shot.train_outputs.shape == (1, 20)
    assert shot.probe is not None
    assert (shot.probe.point, shot.probe.sample, shot.probe.inputs.size) == (None, 3, columns)
    with pytest.raises(WrongUse, match="in no plane"):
        run.maps((-1.0, 1.0, -1.0, 1.0), 10)


def test_answers_are_asked_for_in_columns() -> None:
    run = session(5, 3)
    run.advance(epochs=3)
    answers = run.predict(run.dataset.test_points.T).T
    outputs = run.snapshot(EVERYTHING).test_outputs
    assert outputs is not None
    assert np.array_equal(answers, outputs)


@cases("columns", [2, 3])
@cases("precision", ["float32", "float64"])
@cases("scaling", ["none", "standardize", "min_max"])
@cases("scale", [0.0, 1e-300, 1e-9, 1e12, 1e69])
def test_points_of_any_size_give_finite_figures(columns: int, precision: str, scaling: str, scale: float) -> None:
    changes = {"data__scaling": scaling, "training__precision": precision}
    for classes in (0, 2):
        own = made(columns, 12, classes)
        own = OwnPoints(own.features * scale, own.labels if classes else np.clip(own.labels * scale, -1e70, 1e70))
        run = Session(about(own, classes, **changes), points=own)
        run.advance(epochs=2)
        shot = run.snapshot(EVERYTHING)
        for array in (shot.maps, shot.train_outputs, shot.gradient, shot.parameters):
            assert array is None or np.isfinite(array).all()
        assert np.isfinite([shot.metrics.train_loss, shot.metrics.test_loss, shot.extent]).all()


def test_the_points_of_a_recipe_given_as_own_ones_are_learned_as_well() -> None:
    recipe = make_dataset(Data(GeneratedData("gaussians", 200)), 0)
    features = np.concatenate([recipe.train_points, recipe.test_points], axis=1)
    own = OwnPoints(features.T, np.concatenate([recipe.train_labels, recipe.test_labels]))
    run = Session(about(own), points=own)
    run.advance(epochs=20)
    assert (run.metrics().test_accuracy or 0.0) > 0.95


# -- points that do not fit --------------------------------------------------------------------------------------------


def test_a_session_is_not_made_without_its_points_or_with_others() -> None:
    own = made()
    for experiment, points, reason in (
        (about(own), None, r"40 points of its own, and they are missing.*Session\(experiment, points=…\)"),
        (about(own), made(seed=1), "not the points of the experiment: its digest"),
        (about(own), made(3), "40 samples with 3"),
        (about(made(classes=0), 0, data__source__classes=2), made(classes=0), "none of its 2 classes"),
        (Experiment(), own, "makes its points itself"),
    ):
        with pytest.raises(PointsRefused, match=reason):
            Session(experiment, points=points)
    assert Session(Checkpoint(about(own), points=own)).points is own


# -- edits -------------------------------------------------------------------------------------------------------------


def test_a_run_goes_to_points_that_are_made_and_back() -> None:
    run = session(3, samples=60, network=Network((Dense(4), Dense(3))))
    run.advance(epochs=5)
    own, experiment, second_layer = run.points, run.experiment, run.layout.weights(run.state.parameters, 1).copy()
    run.apply(on_dataset(experiment, "moons"))
    assert run.points is None
    assert run.checkpoint().points is None
    assert run.layout.slots[0].weight_shape == (4, 2)
    assert np.array_equal(run.layout.weights(run.state.parameters, 1), second_layer)
    run.advance(epochs=1)
    run.apply(experiment)
    assert run.points is own, "those it was made with are known"
    assert run.dataset.columns == ("x1", "x2", "x3")


def test_an_edit_to_other_points_brings_them_or_changes_nothing() -> None:
    run = session(2)
    run.advance(epochs=2)
    before, digest, own, data = run.experiment, run.digest(), run.points, run.dataset
    other = made(2, 50, seed=1)
    moved = with_changes(before, data__source=other.source(2))
    for points in (None, made(2, 50, seed=2)):
        with pytest.raises(PointsRefused, match="not the points"):
            run.apply(moved, points=points)
        assert (run.experiment, run.digest(), run.points, run.dataset) == (before, digest, own, data)
    run.apply(moved, points=other)
    assert run.points is other
    assert run.digest() == digest, "the weights stay"
    assert run.dataset.train_labels.size == 25
    run.advance(epochs=1)
    fresh = Session(Experiment())
    fresh.apply(on_points(fresh.experiment, other.source(2)), points=other)
    assert fresh.points is other


def test_columns_keep_their_weights_by_name() -> None:
    own, other = made(3), made(4, seed=1)
    run = Session(about(own, columns=("a", "b", "c")), points=own)
    run.advance(epochs=3)
    weights = run.layout.weights(run.state.parameters, 0).copy()
    run.apply(about(other, columns=("c", "d", "a", "e")), points=other)
    moved = run.layout.weights(run.state.parameters, 0)
    assert np.array_equal(moved[:, [2, 0]], weights[:, [0, 2]])
    assert not np.array_equal(moved[:, 1], weights[:, 1])


def test_layers_stand_over_columns_as_over_features() -> None:
    layers = (Dropout(0.2), Dense(6, "relu"), Residual(2), Dense(3))
    run = session(5, 3, network=Network(layers), data__imperfections__label_noise=0.1)
    assert run.advance(epochs=10)
    assert np.isfinite(run.metrics().train_loss)


TICKS = {
    "learning rate": {"training__learning_rate": 0.011},
    "optimizer": {"training__optimizer": Adam()},
    "schedule": {"training__schedule": PlateauSchedule()},
    "clipping": {"training__clip_norm": 0.5, "training__clip_value": 2.0, "training__max_norm": 3.0},
    "early stopping": {"training__early_stopping": EarlyStopping()},
    "title": {"title": "Mine"},
    "penalties": {"training__l1": 0.01, "training__l2": 0.02},
}


@pytest.mark.parametrize("epochs", [0, 2])
@pytest.mark.parametrize("changes", TICKS.values(), ids=list(TICKS))
def test_a_tick_of_the_training_looks_at_no_sample(
    epochs: int, changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = session(2)
    run.advance(epochs=epochs)
    fresh = with_changes(run.experiment, **changes)
    expected = Session(fresh, points=run.points)
    expected.advance(epochs=epochs)
    data, examples, rows = run.dataset, run._run.examples, run.recording.rows_so_far()[:, :5]

    def forbidden(*arguments: object, **named: object) -> None:
        raise AssertionError("an edit looks at samples")

    for place, name in ((measuring, "measure"), (Engine, "probe"), (hashlib, "sha256"), (np, "ascontiguousarray")):
        monkeypatch.setattr(place, name, forbidden)
    run.apply(fresh)
    monkeypatch.undo()
    assert run.dataset is data
    assert run._run.examples is examples
    assert np.array_equal(run.recording.rows_so_far()[:, :5], rows)
    assert run.metrics() == Session(run.checkpoint()).metrics()
    assert run.recording.rows_so_far()[-1, 5] == run.metrics().penalty
    if not epochs:
        assert run.digest() == expected.digest()
        assert run.state.order.tobytes() == expected.state.order.tobytes()
        for each in (run, expected):
            each.advance(epochs=3)
        assert run.digest() == expected.digest()


@pytest.mark.parametrize(
    "changes",
    [
        {"training__l2": 0.1},
        {"training__loss": "hinge"},
        {"training__class_weights": (1.0, 3.0)},
        {"data__imperfections__label_noise": 0.3},
        {"data__scaling": "standardize"},
        {"network__layers": (Dense(4, "relu"), Dense(2))},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_changes_a_figure_is_measured_anew(changes: dict[str, Any]) -> None:
    run = session(2, samples=80)
    run.advance(epochs=3)
    run.apply(with_changes(run.experiment, **changes))
    other = Session(run.checkpoint())
    assert run.metrics() == other.metrics()
    assert run.recording.rows_so_far()[-1, 1] == run.metrics().train_loss
    shot, fresh = run.snapshot(EVERYTHING), other.snapshot(EVERYTHING)
    assert shot.train_outputs is not None
    assert fresh.train_outputs is not None
    assert np.array_equal(shot.train_outputs, fresh.train_outputs)


def test_a_source_that_names_other_counts_cannot_borrow_a_digest() -> None:
    own = made()
    source = PointsData(39, own.digest)
    with pytest.raises(PointsRefused, match="asks for 39 samples"):
        Session(on_points(Experiment(), source), points=own)
