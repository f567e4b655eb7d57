"""What is told of every layer: the right numbers of a run, on an axis that holds them, in few characters."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.figures.distributions import spread
from playground.figures.layer_figures import (
    ACTIVATION,
    GRADIENT_NORM,
    GRADIENT_SIZE,
    HEALTHY,
    PROBED,
    SATURATED_AND_DEAD,
    UPDATE_RATIO,
    WEIGHT_SIZE,
    Quantity,
    course,
)
from playground.run.session import Session
from playground.run.snapshot import PROBE_COLUMNS, Demand, Snapshot

EVERY = (WEIGHT_SIZE, GRADIENT_SIZE, *PROBED)


@pytest.fixture(scope="module")
def shot() -> Snapshot:
    network = Network((Dense(4, "tanh"), Dense(3, "relu")))
    session = Session(with_changes(Experiment(), network=network))
    session.advance(epochs=5)
    return session.snapshot(Demand(layers=True))


def probed(shot: Snapshot, **changes: float) -> Snapshot:
    """The snapshot of a run with one recorded moment and these figures in every layer, the others 0."""
    table = np.array([[changes.get(name, 0.0) for name in PROBE_COLUMNS]] * len(shot.layout.slots))
    sizes = shot.layout.sizes[None]
    return replace(
        shot, history=shot.history[:1], layer_history=table[None], layer_sizes=sizes, layers_now=table
    )  # fmt: skip


@pytest.mark.parametrize("quantity", EVERY, ids=lambda each: each.title)
def test_a_real_run_has_a_figure_for_every_layer_and_row(quantity: Quantity, shot: Snapshot) -> None:
    found = course(quantity, shot)
    assert found is not None
    unknown = int(quantity is UPDATE_RATIO)  # no step led to the first row
    assert found.epochs.tolist() == list(range(6))
    assert found.values.shape == (6, 3, 1 if quantity.shape == "area" else 2)
    assert found.starts == (unknown,) * 3
    assert np.array_equal(found.now, found.values[-1])
    assert np.isfinite(found.values).all()
    low, high = quantity.ends(found.values)
    assert low < high
    for row in found.values[-1]:
        text = quantity.text(row)
        assert 0 < len(text) <= 12
        assert "nan" not in text


def test_activations_are_those_of_the_training_set(shot: Snapshot) -> None:
    found = course(ACTIVATION, shot)
    outputs = _first_layer(shot)
    assert found is not None
    assert found.values[-1, 0, 0] == pytest.approx(outputs.mean(), abs=1e-4)
    assert found.values[-1, 0, 1] == pytest.approx(outputs.std(), rel=1e-3)


def _first_layer(shot: Snapshot) -> np.ndarray:
    weights, biases = shot.weights(0).astype(np.float64), shot.biases(0).astype(np.float64)
    return np.tanh(weights @ shot.dataset.train_points + biases[:, None])


def test_weight_sizes_are_the_root_mean_squares_of_now(shot: Snapshot) -> None:
    found = course(WEIGHT_SIZE, shot)
    assert found is not None
    for layer in range(3):
        own = np.concatenate([shot.weights(layer).ravel(), shot.biases(layer)]).astype(np.float64)
        assert found.values[-1, layer, 0] == pytest.approx(np.sqrt((own**2).mean()), rel=1e-5)


def test_what_was_not_written_down_is_not_told(shot: Snapshot) -> None:
    for quantity in EVERY:
        assert course(quantity, replace(shot, layer_history=None)) is None
        assert course(quantity, probed(shot, **dict.fromkeys(PROBE_COLUMNS, float("nan")))) is None


def test_dead_units_are_told_as_a_share_of_the_layer(shot: Snapshot) -> None:
    found = course(SATURATED_AND_DEAD, probed(shot, dead_units=1, saturated_share=0.25))
    assert found is not None
    assert found.values[0, :, 1].tolist() == [1 / 4, 1 / 3, 1.0]
    assert SATURATED_AND_DEAD.text(found.values[0, 0]) == "25 % dead"
    assert SATURATED_AND_DEAD.text(np.array([0.31, 0.0])) == "31 %"
    assert SATURATED_AND_DEAD.ends(found.values) == (0.0, 1.0)


@pytest.mark.parametrize("ratio", [1e-12, 1e-3, 0.5, 1e6])
def test_the_axis_of_updates_always_holds_the_usual_band(ratio: float, shot: Snapshot) -> None:
    found = course(UPDATE_RATIO, probed(shot, update_ratio=ratio))
    assert found is not None
    low, high = UPDATE_RATIO.ends(found.values)
    assert low <= HEALTHY[0]
    assert HEALTHY[1] <= high
    assert HEALTHY[0] < -3 < HEALTHY[1]


def test_one_wild_moment_does_not_flatten_the_activations() -> None:
    values = np.full((200, 3, 2), 0.5)
    values[0] = 1e6
    low, high = ACTIVATION.ends(values)
    assert (low, high) == (-1.0, 1.0)


@pytest.mark.parametrize("value", [float("inf"), -1.0, 3.4e38])
@pytest.mark.parametrize("quantity", EVERY, ids=lambda each: each.title)
def test_wild_probes_become_finite_figures(quantity: Quantity, value: float, shot: Snapshot) -> None:
    found = course(quantity, probed(shot, **dict.fromkeys(PROBE_COLUMNS, value)))
    assert found is not None
    assert np.isfinite(found.values).all()
    assert np.isfinite(quantity.ends(found.values)).all()
    assert "nan" not in quantity.text(found.values[0, 0])


def test_a_layer_without_gradient_reads_zero() -> None:
    assert GRADIENT_NORM.text(np.array([0.0])) == "0"


def test_a_new_layer_takes_nothing_from_the_others() -> None:
    session = Session(with_changes(Experiment(), network=Network((Dense(4), Dense(3)))))
    session.advance(epochs=3)
    before = course(GRADIENT_NORM, session.snapshot(Demand(layers=True)))
    first, second = session.experiment.network.layers
    session.advance(steps=1)
    session.apply(with_changes(session.experiment, network=Network((first, Dense(5), second))))
    paused = course(GRADIENT_NORM, session.snapshot(Demand(layers=True)))
    assert before is not None
    assert paused is not None
    assert np.array_equal(paused.values[:, [0, 2, 3]], before.values)
    assert paused.starts == (0, 4, 0, 0)
    assert np.isfinite(paused.now).all(), "what it is now is known of the new layer too"
    session.advance(epochs=1)
    after = course(GRADIENT_NORM, session.snapshot(Demand(layers=True)))
    assert after is not None
    assert after.starts == (0, 4, 0, 0)
    assert np.isfinite(after.values).all()


def test_a_row_is_divided_by_the_size_that_the_layer_had_then() -> None:
    session = Session(with_changes(Experiment(), network=Network((Dense(4, "relu"), Dense(3)))))
    session.advance(epochs=3)
    before = {each: course(each, session.snapshot(Demand(layers=True))) for each in EVERY}
    first, second = session.experiment.network.layers
    session.advance(steps=1)
    session.apply(with_changes(session.experiment, network=Network((replace_units(first, 9), second))))
    session.advance(epochs=2)
    for quantity in EVERY:
        old, new = before[quantity], course(quantity, session.snapshot(Demand(layers=True)))
        assert old is not None
        assert new is not None
        assert np.array_equal(new.values[:4], old.values), quantity.title
    history = session.history
    assert history["parameters"][:, 0].tolist() == [12.0] * 4 + [27.0] * 2
    assert history["units"][:, 0].tolist() == [4.0] * 4 + [9.0] * 2


def replace_units(layer: Dense, units: int) -> Dense:
    return msgspec.structs.replace(layer, units=units)


def moments() -> dict[str, Session]:
    """Runs that stand elsewhere than at their newest row."""
    made = with_changes(Experiment(), network=Network((Dense(4, "tanh"), Dense(3, "relu"))))
    found = {name: Session(made) for name in ("a step", "a typed weight", "an edit")}
    for session in found.values():
        session.advance(epochs=3, steps=1)
        session.advance(steps=3)
    found["a typed weight"].set_parameter(0, 40.0)
    network = Network((Dense(6, "tanh"), *found["an edit"].experiment.network.layers[1:]))
    found["an edit"].apply(with_changes(found["an edit"].experiment, network=network))
    wild = with_changes(made, data__source__name="plane", training__batch_size=10, training__learning_rate=3.0)
    found["a divergence"] = Session(with_changes(wild, network=Network((Dense(4, "linear"), Dense(3, "linear")))))
    found["a divergence"].advance(epochs=200)
    assert found["a divergence"].divergence is not None
    return found


@pytest.mark.parametrize("which", ["a step", "a typed weight", "an edit", "a divergence"])
def test_figures_are_those_of_the_moment_and_not_of_the_newest_row(which: str) -> None:
    session = moments()[which]
    shot = session.snapshot(Demand(layers=True))
    assert shot.position > 0, "between two rows"
    sizes, activations = course(WEIGHT_SIZE, shot), course(ACTIVATION, shot)
    assert sizes is not None
    assert activations is not None
    shown = [layer.size for layer in spread(shot.layout, shot.parameters).layers]
    assert sizes.now[:, 0] == pytest.approx(shown, rel=1e-6), "as beside the histogram"
    if session.divergence is None:
        outputs = _first_layer(shot)
        expected = (outputs.mean(), outputs.std())
        assert activations.now[0] == pytest.approx(expected, rel=1e-3, abs=1e-4)
    assert not np.array_equal(sizes.now, sizes.values[-1])


def test_a_run_that_goes_on_is_not_probed_for_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(Experiment())
    session.advance(epochs=2, steps=1)
    session.advance(steps=1)
    asked: list[object] = []
    monkeypatch.setattr(type(session._run.engine), "probe", lambda *given: asked.append(given))
    found = course(ACTIVATION, session.snapshot(Demand(layers=True, going_on=True)))
    assert found is not None
    assert np.isfinite(found.now).all()
    assert asked == []
