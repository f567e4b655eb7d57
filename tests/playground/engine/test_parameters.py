"""The parameter layout, the initializers, and what survives an edit."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from playground.edits.changes import with_changes
from playground.engine.layout import Layout
from playground.engine.parameters import check_parameter, initial_parameters
from playground.engine.transfer import layer_origins, moves_parameters, transferred
from playground.errors import InvalidExperiment, WrongUse
from playground.experiment.experiment import Experiment
from playground.experiment.layers import (
    BatchNorm,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    MaxPool2d,
    Residual,
    Scaling,
)
from playground.experiment.network import Network
from playground.experiment.training import INITIALIZERS
from tests.cases import cases


def with_layers(*units: int, **changes: object) -> Experiment:
    return with_changes(Experiment(), network=Network(tuple(Dense(count) for count in units)), **changes)


def of_layers(*layers: Layer, **changes: object) -> Experiment:
    return with_changes(Experiment(), network=Network(layers), **changes)


def numbered(experiment: Experiment) -> np.ndarray:
    return np.arange(1.0, Layout.of(experiment).size + 1)


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


def test_the_layout_of_what_nobody_has_checked_is_that_of_what_it_means_or_refused() -> None:
    listed = replace(with_layers(4, 2), network=replace(Network(), layers=[Dense(4), Dense(2)]))
    assert Layout.of(listed) == Layout.of(with_layers(4, 2))
    with pytest.raises(InvalidExperiment):
        Layout.of(replace(listed, network=replace(Network(), layers=[Dense(-4)])))
    with pytest.raises(WrongUse):
        Layout.of([4, 2])  # type: ignore[arg-type]


@cases("name", INITIALIZERS)
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


def test_a_layout_has_a_place_for_every_part_of_every_kind() -> None:
    layers = (Conv2d(3, 3), BatchNorm(), MaxPool2d(), Dense(5), LayerNorm(), Residual(2), Scaling(), Dropout())
    experiment = of_layers(*layers, data__source__name="digits")
    layout = Layout.of(experiment)
    shapes = [slot.weight_shape for slot in layout.slots]
    assert shapes == [(3, 1, 3, 3), (3,), (0,), (5, 48), (5,), (5, 48), (5,), (0,), (10, 5)]
    assert [slot.bias_count for slot in layout.slots] == [3, 3, 0, 5, 5, 5, 5, 0, 10]
    assert [slot.statistic_count for slot in layout.slots] == [0, 6, 0, 0, 0, 0, 0, 0, 0]
    assert [slot.source for slot in layout.slots] == [None] * 5 + [2] + [None] * 3
    numbers = np.arange(float(layout.size))
    seen = [
        part.ravel()
        for layer in range(len(layout.slots))
        for part in (layout.weights(numbers, layer), layout.biases(numbers, layer), layout.statistics(numbers, layer))
    ]
    assert np.array_equal(np.concatenate(seen), numbers)
    assert layout.slots[1].statistics == layout.slots[1].end - 6
    assert layout.slots[0].statistics is None
    assert layout.size == experiment.parameter_count + 6
    assert layout.slots[5].weight_index(1, 2) == layout.weights(numbers, 5)[1, 2]
    assert layout.slots[5].is_matrix
    assert not layout.slots[0].is_matrix


def test_what_training_moves() -> None:
    layout = Layout.of(of_layers(Dense(3, frozen=True), BatchNorm(), BatchNorm(frozen=True)))
    moved = layout.trained()
    assert not moved[:9].any()
    assert moved[9:15].all()
    assert not moved[15:33].any()
    assert moved[33:].all()


def test_normalizations_start_neutral_and_a_scaling_with_its_own_numbers() -> None:
    experiment = of_layers(
        Dense(4), BatchNorm(), LayerNorm(), Scaling(2.5, -0.5), Residual(4),
        training__initial_bias=0.75, training__initializer="constant",
    )  # fmt: skip
    layout, found = Layout.of(experiment), initial_parameters(experiment)
    for layer, gain, shift in ((1, 1.0, 0.0), (2, 1.0, 0.0), (3, 2.5, -0.5)):
        assert (layout.weights(found, layer) == gain).all()
        assert (layout.biases(found, layer) == shift).all()
    assert (layout.statistics(found, 1) == [[0.0], [1.0]]).all()
    assert layout.weights(found, 4).shape == (4, 2)
    assert (layout.weights(found, 4) == 0.1).all()
    assert (layout.biases(found, 4) == 0.75).all()


def test_a_convolution_counts_every_place_of_its_filters() -> None:
    experiment = of_layers(Conv2d(32, 5), data__source__name="digits", training__initializer="he_normal")
    layout, found = Layout.of(experiment), initial_parameters(experiment)
    assert layout.weights(found, 0).std() == pytest.approx(np.sqrt(2 / 25), rel=0.05)
    experiment = with_changes(experiment, training__initializer="xavier_uniform")
    limit = np.sqrt(6 / (25 + 32 * 25))
    assert 0.95 * limit < np.abs(layout.weights(initial_parameters(experiment), 0)).max() <= limit


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


def kept_parts(old: Experiment, new: Experiment) -> list[tuple[bool, bool, bool]]:
    """For each new layer: whether its weights, biases and statistics are all carried over; True where it has none."""
    _, after, _, result = carry(old, new)
    return [
        tuple(bool((part > 0).all()) for part in
              (after.weights(result, layer), after.biases(result, layer), after.statistics(result, layer)))
        for layer in range(len(after.slots))
    ]  # fmt: skip


def test_gains_shifts_and_statistics_follow_their_units() -> None:
    old = of_layers(Dense(4), BatchNorm(), LayerNorm(), Scaling())
    new = with_changes(old, network=old.network.with_layer(0, units=6))
    before, after, kept, result = carry(old, new)
    for layer in (1, 2, 3):
        assert np.array_equal(after.weights(result, layer)[:4], before.weights(kept, layer))
        assert np.array_equal(after.biases(result, layer)[:4], before.biases(kept, layer))
        assert (after.weights(result, layer)[4:] < 0).all()
    assert np.array_equal(after.statistics(result, 1)[:, :4], before.statistics(kept, 1))
    assert (after.statistics(result, 1)[:, 4:] < 0).all()


def test_filters_are_kept_by_number_and_channel_while_their_size_stays() -> None:
    old = of_layers(Conv2d(3, 3), Conv2d(2, 3), Dense(4), data__source__name="digits")
    more = with_changes(old, network=old.network.with_layer(0, filters=5))
    before, after, kept, result = carry(old, more)
    assert np.array_equal(after.weights(result, 0)[:3], before.weights(kept, 0))
    assert np.array_equal(after.weights(result, 1)[:, :3], before.weights(kept, 1))
    assert (after.weights(result, 1)[:, 3:] < 0).all()
    assert np.array_equal(after.weights(result, 2), before.weights(kept, 2))
    larger = with_changes(old, network=old.network.with_layer(0, kernel=5))
    *_, result = carry(old, larger)
    layout = Layout.of(larger)
    assert (layout.weights(result, 0) < 0).all()
    assert (layout.biases(result, 0) < 0).all()
    assert (layout.weights(result, 1) > 0).all()


def test_weights_of_an_image_of_another_size_have_no_place() -> None:
    old = of_layers(Conv2d(3, 3), Dense(4), data__source__name="digits")
    pooled = with_changes(old, network=old.network.with_inserted(1, MaxPool2d()))
    assert kept_parts(old, pooled) == [(True,) * 3, (True,) * 3, (False, True, True), (True,) * 3]
    flat = with_changes(old, network=old.network.with_inserted(1, Flatten()))
    assert all(all(parts) for parts in kept_parts(old, flat))


def test_a_projection_is_kept_when_its_skip_grows() -> None:
    old = of_layers(Dense(4), Dense(3), Residual(1))
    new = with_changes(old, network=old.network.with_inserted(1, Dense(5)))
    assert new.network.layers[3] == Residual(2)
    assert layer_origins(old.network.layers, new.network.layers) == [0, None, 1, 2]
    before, after, kept, result = carry(old, new)
    assert np.array_equal(after.weights(result, 3), before.weights(kept, 2))
    assert np.array_equal(after.biases(result, 3), before.biases(kept, 2))


def test_a_projection_from_the_inputs_follows_the_features() -> None:
    old = of_layers(Dense(4), Residual(1))
    new = with_changes(old, data__features=("y", "xy", "x"))
    before, after, kept, result = carry(old, new)
    assert np.array_equal(after.weights(result, 1)[:, [2, 0]], before.weights(kept, 1))
    assert (after.weights(result, 1)[:, 1] < 0).all()


def test_a_layer_of_another_kind_keeps_nothing() -> None:
    old = of_layers(Dense(4), LayerNorm())
    new = of_layers(old.network.layers[0], Scaling())
    assert kept_parts(old, new) == [(True,) * 3, (False, False, True), (True,) * 3]


def test_features_and_pixels_have_nothing_in_common() -> None:
    old = of_layers(Dense(4))
    new = with_changes(old, data__source__name="digits")
    assert kept_parts(old, new)[0] == (False, True, True)


def test_a_variance_is_never_below_0() -> None:
    layout = Layout.of(of_layers(Dense(2), BatchNorm()))
    parameters, variance = np.zeros(layout.size), layout.slots[1].end - 1
    check_parameter(variance, 0.5, parameters, layout)
    check_parameter(variance - 2, -0.5, parameters, layout)
    with pytest.raises(WrongUse, match="never below 0"):
        check_parameter(variance, -0.5, parameters, layout)
