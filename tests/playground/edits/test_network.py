"""The canvas's edits as values, and the network in words."""

from __future__ import annotations

import pytest

from playground.data.features import FEATURES
from playground.edits import network as edits
from playground.edits.changes import with_changes
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment, validate
from playground.experiment.layers import MAX_UNITS, Dense
from playground.experiment.network import Network
from playground.views.canvas.value_editor import read_number, read_parameter, read_units
from playground.words import network as words
from tests.cases import cases

START = Experiment()


def test_untouched_layers_stay_the_same_objects():
    first, second = START.network.layers
    assert edits.insert_layer(START, "dense", 1).experiment.network.layers[::2] == (first, second)
    assert edits.move_layer(START, 0, 1).experiment.network.layers[1] is first
    assert edits.set_units(START, 1, 7).experiment.network.layers[0] is first
    assert edits.duplicate_layer(START, 0).experiment.network.layers[1] is not first


@cases(
    ("edit", "name"),
    [
        (edits.insert_layer(START, "dense", 0), "Insert dense layer"),
        (edits.set_units(START, 1, 3), "Add unit to layer 2"),
        (edits.set_units(START, 0, 3), "Remove unit from layer 1"),
        (edits.set_units(START, 0, 9), "Set layer 1 to 9 units"),
        (edits.set_activation(START, 0, "leaky_relu"), "Set layer 1 to leaky ReLU"),
        (edits.move_layer(START, 0, 1), "Move layer 1"),
        (edits.duplicate_layer(START, 1), "Duplicate layer 2"),
        (edits.remove_layer(START, 1), "Remove layer 2"),
        (edits.toggle_feature(START, "x_squared"), "Toggle feature x²"),
    ],
)
def test_names_and_results_are_good(edit, name):
    assert edit.name == name
    assert validate(edit.experiment) == []


def test_a_layer_in_an_empty_network():
    assert edits.new_layer(Network(()), "dense", 0) == Dense(4, "tanh")


def test_features_keep_the_order_of_the_table():
    experiment = START
    for name in reversed(FEATURES):
        if name not in experiment.data.features:
            experiment = edits.toggle_feature(experiment, name).experiment
    assert experiment.data.features == tuple(FEATURES)
    own_order = with_changes(START, data__features=("y", "x"))
    assert edits.toggle_feature(own_order, "xy").experiment.data.features == ("y", "x", "xy")


def test_refusals_are_sentences():
    for make, arguments in (
        (edits.set_units, (0, 0)),
        (edits.set_units, (0, MAX_UNITS + 1)),
        (edits.move_layer, (0, -1)),
        (edits.move_layer, (1, 2)),
        (edits.toggle_feature, ("x",)),
    ):
        start = with_changes(START, data__features=("x",)) if make is edits.toggle_feature else START
        with pytest.raises(WrongUse, match=r"\.$"):
            make(start, *arguments)


def test_in_words():
    multi = with_changes(START, data__source__name="three_spirals", network=Network(()))
    assert words.in_words(multi) == "2 features: x, y; output: 3 units, softmax. 9 parameters in all."


@cases(("text", "value"), [("0.5", 0.5), (" -1,25 ", -1.25), ("−3", -3.0), ("1e-3", 0.001), ("+2", 2.0), (".5", 0.5)])
def test_numbers_are_read_with_point_or_comma(text, value):
    assert read_number(text) == value


@cases("text", ["", "  ", "abc", "nan", "inf", "1e400", "0x10", "1;2", "--1"])
def test_what_is_no_number_is_refused_with_a_sentence(text):
    with pytest.raises(WrongUse, match=r"\.$"):
        read_number(text)


@pytest.mark.parametrize("text", ["1e31", "-1e31", "abc"])
def test_what_no_weight_can_be_is_refused_with_a_sentence(text):
    with pytest.raises(WrongUse, match=r"\.$"):
        read_parameter(text)


@pytest.mark.parametrize("text", ["0", "513", "2.5", "-1", "x"])
def test_units_are_whole_numbers_within_the_limits(text):
    with pytest.raises(WrongUse):
        read_units(text)
