"""Tables of parameters: every number of every kind of layer stands in one cell, and in no other."""

from __future__ import annotations

import numpy as np
import pytest

from playground.edits.changes import with_changes
from playground.engine.layout import Layout
from playground.experiment.experiment import Experiment
from playground.experiment.layers import (
    BatchNorm,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    LayerNorm,
    MaxPool2d,
    Residual,
    Scaling,
)
from playground.experiment.network import Network
from playground.experiment.optimizers import OPTIMIZERS
from playground.figures.parameter_tables import memory_of, parameter_tables, strength

PLANE = with_changes(
    Experiment(), network=Network((Dense(3), BatchNorm(), Dropout(), LayerNorm(), Scaling(), Dense(5), Residual(1)))
)
IMAGES = with_changes(
    Experiment(), data__source__name="digits", training__loss="softmax_cross_entropy",
    network=Network((Conv2d(4), BatchNorm(), MaxPool2d(), Flatten(), Dense(6))),
)  # fmt: skip


@pytest.mark.parametrize("experiment", [PLANE, IMAGES], ids=["plane", "images"])
def test_every_parameter_stands_in_one_cell(experiment: Experiment) -> None:
    layout = Layout.of(experiment)
    tables = parameter_tables(layout, np.dtype("float32"))
    places = np.concatenate([table.places.ravel() for table in tables])
    assert sorted(places.tolist()) == list(range(layout.size))
    assert sum(table.count for table in tables) == experiment.parameter_count
    assert sum(table.size for table in tables) == 4 * layout.size
    for table in tables:
        assert len(table.kinds) == table.columns


def test_cells_are_the_weights_biases_and_statistics_of_their_layer() -> None:
    layout = Layout.of(PLANE)
    flat = np.arange(layout.size, dtype=np.float64)
    tables = {table.layer: table for table in parameter_tables(layout, flat.dtype)}
    dense = tables[0].values(flat)
    assert np.array_equal(dense[:, :-1], layout.weights(flat, 0))
    assert np.array_equal(dense[:, -1], layout.biases(flat, 0))
    assert tables[0].kinds == ("weight", "weight", "bias")
    norm = tables[1].values(flat)
    assert tables[1].kinds == ("gain", "shift", "mean", "variance")
    parts = [layout.weights(flat, 1), layout.biases(flat, 1), *layout.statistics(flat, 1)]
    assert np.array_equal(norm.T, np.stack(parts))
    assert 2 not in tables, "dropout has none"
    image = Layout.of(IMAGES)
    flat = np.arange(image.size, dtype=np.float64)
    filters = parameter_tables(image, flat.dtype)[0].values(flat)
    assert np.array_equal(filters[2, :-1], image.weights(flat, 0)[2].ravel())


def test_what_optimizers_keep_is_told_by_its_letter() -> None:
    kept = {name: tuple(memory_of(choice.optimizer)) for name, choice in OPTIMIZERS.items()}
    assert kept == {
        "sgd": (), "momentum": ("v",), "nesterov": ("v",), "adagrad": ("s",), "rmsprop": ("s",), "adam": ("m", "s"),
        "adamw": ("m", "s"), "nadam": ("m", "s"), "lion": ("m",),
    }  # fmt: skip


def test_colours_are_shares_of_the_largest_or_decades_below_it() -> None:
    assert (strength(-2.0, 2.0), strength(9.0, 2.0), strength(0.0, 2.0), strength(1.0, 0.0)) == (1.0, 1.0, 0.0, 0.0)
    assert strength(1e-3, 1.0, decades=5) == pytest.approx(0.4)
    assert strength(1e-7, 1.0, decades=5) == 0.0
