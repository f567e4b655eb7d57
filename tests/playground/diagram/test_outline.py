"""The outline of the canvas: which tiles a network has, what they stand for, and what they read."""

from __future__ import annotations

import pytest

from playground.diagram.outline import ColumnPlan, Outline, guest_plan, outline_of
from playground.edits.changes import with_changes
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


def outline(*layers: Layer, data: str = "circles", **fields: object) -> Outline:
    network = Network(tuple(layers))
    return outline_of(with_changes(Experiment(), data__source__name=data, network=network, **fields))


def test_points_have_a_tile_for_every_feature_and_unit():
    found = outline(Dense(5), Dropout(), data__features=("x", "sin_y"))
    assert found.columns[0] == ColumnPlan("features", 7)
    assert found.active == (0, 6)
    assert [plan.tiles for plan in found.columns[1:]] == [5, 5, 1]
    assert [plan.form for plan in found.columns] == ["tile", "tile", "port", "tile"]
    assert not found.is_image


@pytest.mark.parametrize("layer", [Dropout(), GaussianNoise(), Scaling(), BatchNorm(), LayerNorm()])
def test_layers_without_units_show_what_they_read(layer):
    found = outline(layer, Dense(3), layer)
    assert [plan.tiles for plan in found.columns[1:]] == [2, 3, 3, 1]
    assert found.plan(0).reads_own
    assert not found.plan(1).reads_own
    assert not found.plan(0).has_bias
    assert not found.plan(0).has_stepper


def test_images_have_a_tile_for_every_channel():
    found = outline(Conv2d(3, 5, "valid"), MaxPool2d(), BatchNorm(), AveragePool2d(), data="digits")
    assert found.is_image
    assert found.active == (0,)
    sizes = [(plan.kind, plan.tiles, plan.image) for plan in found.columns]
    assert sizes == [
        ("image", 1, (8, 8)), ("conv2d", 3, (4, 4)), ("max_pool2d", 3, (2, 2)), ("batch_norm", 3, (2, 2)),
        ("average_pool2d", 3, (1, 1)), ("head", 10, None),
    ]  # fmt: skip
    assert [plan.form for plan in found.columns] == ["tile", "pair", "map", "port", "map", "tile"]
    assert found.plan(0).group == 16


def test_pixels_stay_together_behind_flatten_until_a_dense_layer():
    found = outline(Conv2d(2), Flatten(), Dropout(), Dense(4), Dropout(), data="bars")
    assert [(plan.tiles, plan.group) for plan in found.columns[1:6]] == [(2, 64), (2, 64), (2, 64), (4, 1), (4, 1)]


def test_who_reads_the_pixels_one_by_one():
    assert outline(Dense(4), data="bars").reads_pixels(0)
    assert outline(Dropout(), Flatten(), Dense(4), data="bars").reads_pixels(2)
    assert outline(data="bars").reads_pixels(0)
    assert not outline(Conv2d(1), Dense(4), data="bars").reads_pixels(1)
    assert not outline(Dense(4), Dense(3), data="bars").reads_pixels(1)
    assert not outline(Dense(4)).reads_pixels(0)


def test_residual_connections_name_their_source():
    found = outline(Dense(3), Dense(3), Residual(1), Dense(2), Residual(4))
    assert found.arcs() == ((2, 0), (4, -1))


def test_a_layer_on_its_way_looks_like_what_it_will_be():
    found = outline(Dense(5), data__features=("x",))
    assert guest_plan(found, "dropout", 0).tiles == 1
    assert guest_plan(found, "batch_norm", 1).tiles == 5
    assert guest_plan(found, "dense", 1, 9) == ColumnPlan("dense", 9)
