"""The parameter layout, the initializers, and what survives an edit."""

from __future__ import annotations

import numpy as np
import pytest

from playground.changes import with_changes
from playground.experiment import Experiment
from playground.network import Dense, Network
from playground.parameters import Layout, initial_parameters, layer_origins, moves_parameters, transferred
from playground.training import INITIALIZERS


def with_layers(*units: int, **changes: object) -> Experiment:
    return with_changes(Experiment(), network=Network(tuple(Dense(count) for count in units)), **changes)


def numbered(experiment: Experiment) -> np.ndarray:
    return np.arange(1.0, experiment.parameter_count + 1)


def carry(old: Experiment, new: Experiment) -> tuple[Layout, Layout, np.ndarray, np.ndarray]:
    kept, fresh = numbered(old), -numbered(new)
    return Layout.of(old), Layout.of(new), kept, transferred(old, new, kept, fresh)


def test_layout_counts_weights_and_biases_of_every_layer() -> None:
    layout = Layout.of(with_layers(4, 2))
    assert [(slot.inputs, slot.outputs) for slot in layout.slots] == [(2, 4), (4, 2), (2, 1)]
    assert layout.size == 12 + 10 + 3
    assert layout.units == 7
    parameters = np.arange(25.0)
    assert layout.weights(parameters, 1)[1, 2] == layout.slots[1].weight_index(1, 2)
    assert layout.biases(parameters, 1)[1] == layout.slots[1].bias_index(1)
    assert [layout.layer_name(layer) for layer in range(3)] == ["layer 1", "layer 2", "the output layer"]


@pytest.mark.parametrize("name", INITIALIZERS)
def test_initializers_have_the_spread_of_their_formula(name: str) -> None:
    experiment = with_layers(
        300, 200, training__initializer=name, training__initializer_scale=0.3, training__initial_bias=0.25
    )
    layout, parameters = Layout.of(experiment), initial_parameters(experiment)
    weights = layout.weights(parameters, 1)
    spread = {
        "xavier_uniform": np.sqrt(2 / 500), "xavier_normal": np.sqrt(2 / 500), "he_uniform": np.sqrt(2 / 300),
        "he_normal": np.sqrt(2 / 300), "uniform": 1 / np.sqrt(12), "normal": 0.3, "constant": 0.0, "zeros": 0.0,
    }[name]  # fmt: skip
    assert weights.std() == pytest.approx(spread, rel=0.02)
    assert (layout.biases(parameters, 1) == 0.25).all()
    if name == "constant":
        assert (weights == 0.3).all()
    if name == "uniform":
        assert np.abs(weights).max() <= 0.5


def test_initial_parameters_depend_on_the_seed_alone() -> None:
    assert np.array_equal(initial_parameters(with_layers(5)), initial_parameters(with_layers(5)))
    assert not np.array_equal(initial_parameters(with_layers(5)), initial_parameters(with_layers(5, seed=1)))


def test_adding_a_unit_keeps_every_other_weight() -> None:
    old = with_layers(4, 2)
    new = with_changes(old, network=old.network.with_layer(0, units=5))
    before, after, kept, result = carry(old, new)
    assert np.array_equal(after.weights(result, 0)[:4], before.weights(kept, 0))
    assert (after.weights(result, 0)[4] < 0).all()
    assert np.array_equal(after.weights(result, 1)[:, :4], before.weights(kept, 1))
    assert (after.weights(result, 1)[:, 4] < 0).all()
    assert np.array_equal(after.weights(result, 2), before.weights(kept, 2))


def test_inserting_a_layer_of_the_same_width_keeps_every_other_weight() -> None:
    old = with_layers(4, 2)
    new = with_changes(old, network=old.network.with_inserted(1, Dense(4)))
    before, after, kept, result = carry(old, new)
    for now, then in ((0, 0), (2, 1), (3, 2)):
        assert np.array_equal(after.weights(result, now), before.weights(kept, then))
        assert np.array_equal(after.biases(result, now), before.biases(kept, then))
    assert (after.weights(result, 1) < 0).all()


def test_removing_the_first_of_two_equal_layers_keeps_the_second() -> None:
    old = with_layers(3, 3)
    new = with_changes(old, network=old.network.without(0))
    before, after, kept, result = carry(old, new)
    assert np.array_equal(after.biases(result, 0), before.biases(kept, 1))


def test_moving_a_layer_takes_its_biases_along() -> None:
    old = with_layers(3, 3, 3)
    new = with_changes(old, network=old.network.with_moved(0, 2))
    before, after, kept, result = carry(old, new)
    assert np.array_equal(after.biases(result, 2), before.biases(kept, 0))
    assert np.array_equal(after.biases(result, 0), before.biases(kept, 1))


def test_changing_an_activation_keeps_everything() -> None:
    old = with_layers(4, 2)
    new = with_changes(old, network=old.network.with_layer(1, activation="relu"))
    *_, kept, result = carry(old, new)
    assert np.array_equal(result, kept)


def test_features_are_matched_by_name() -> None:
    old = with_layers(4)
    new = with_changes(old, data__features=("sin_x", "y", "x"))
    before, after, kept, result = carry(old, new)
    assert np.array_equal(after.weights(result, 0)[:, 2], before.weights(kept, 0)[:, 0])
    assert np.array_equal(after.weights(result, 0)[:, 1], before.weights(kept, 0)[:, 1])
    assert (after.weights(result, 0)[:, 0] < 0).all()


def test_more_classes_keep_the_output_units_there_were() -> None:
    old = with_layers(4, data__source__name="blobs", data__source__classes=3)
    new = with_changes(old, data__source__classes=5)
    before, after, kept, result = carry(old, new)
    assert np.array_equal(after.weights(result, 1)[:3], before.weights(kept, 1))


def test_origins_prefer_identity_and_then_the_place() -> None:
    a, b, c = Dense(1), Dense(2), Dense(3)
    assert layer_origins((a, b, c), (c, a, b)) == [2, 0, 1]
    assert layer_origins((a, b, c), (a, Dense(9), c)) == [0, 1, 2]
    assert layer_origins((a, b), (a, Dense(2), b)) == [0, None, 1]
    assert layer_origins((a, b), (b,)) == [1]
    assert layer_origins((a,), (Dense(4),)) == [0]


def test_origins_of_a_list_written_anew_pair_equal_layers_in_order() -> None:
    old = (Dense(4), Dense(2))
    assert layer_origins(old, (Dense(4), Dense(7), Dense(2))) == [0, None, 1]
    assert layer_origins(old, (Dense(9), Dense(2), Dense(2))) == [0, 1, None]


def test_swapping_equal_layers_and_reordering_features_moves_parameters() -> None:
    old = with_layers(4, 4)
    assert moves_parameters(old, with_changes(old, network=old.network.with_moved(0, 1)))
    assert moves_parameters(old, with_changes(old, data__features=("y", "x")))
    assert not moves_parameters(old, with_changes(old, training__learning_rate=0.5))
