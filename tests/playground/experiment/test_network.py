"""Edits of a list of layers: residual connections keep their source, untouched layers stay the same objects."""

from __future__ import annotations

import random

from playground.experiment.experiment import Experiment, validate
from playground.experiment.layers import (
    LAYER_KINDS,
    Dense,
    Dropout,
    Flatten,
    Residual,
    activation_of,
    is_frozen,
    kind_of,
)
from playground.experiment.network import Network, residual_source
from tests.cases import cases


def spans(network: Network) -> list[int]:
    return [layer.span for layer in network.layers if isinstance(layer, Residual)]


def source_of(network: Network, residual: int) -> object:
    """The layer a residual connection adds, or "inputs"."""
    layer = network.layers[residual]
    assert isinstance(layer, Residual)
    source = residual_source(residual, layer.span)
    return "inputs" if source < 0 else network.layers[source]


A, B, C = Dense(3), Dense(4), Dense(5)


def test_inserting_inside_a_skip_lengthens_it_and_outside_does_not() -> None:
    network = Network((A, B, Residual(1), C))
    assert spans(network.with_inserted(1, Dense())) == [2]
    assert spans(network.with_inserted(2, Dense())) == [2]
    assert spans(network.with_inserted(3, Dense())) == [1]
    before = network.with_inserted(0, Dense())
    assert spans(before) == [1]
    assert source_of(before, 3) is A


def test_a_skip_from_the_inputs_goes_on_starting_there() -> None:
    network = Network((A, Residual(1)))
    for index in (0, 1):
        longer = network.with_inserted(index, Dense())
        assert source_of(longer, 2) == "inputs"
        assert spans(longer) == [2]


def test_removing_what_is_skipped_shortens_the_skip() -> None:
    network = Network((A, B, C, Residual(2)))
    assert spans(network.without(1)) == [1]
    assert source_of(network.without(1), 2) is A


def test_where_the_source_is_removed_the_layer_before_it_takes_its_place() -> None:
    network = Network((A, B, C, Residual(1)))
    assert source_of(network.without(1), 2) is A
    assert source_of(Network((A, C, Residual(1))).without(0), 1) == "inputs"


def test_a_skip_never_gets_shorter_than_one_layer() -> None:
    network = Network((A, B, Residual(1)))
    assert spans(network.without(1)) == [1]
    assert source_of(network.without(1), 1) == "inputs"


def test_moving_a_layer_into_out_of_and_across_a_skip() -> None:
    network = Network((A, B, Residual(1), C))
    assert spans(network.with_moved(3, 1)) == [2]
    assert source_of(network.with_moved(3, 1), 3) is A
    moved = network.with_moved(0, 3)
    assert moved.layers[1].span == 1
    later = network.with_moved(2, 3)
    assert source_of(later, 3) is A
    assert spans(later) == [2]


def test_untouched_layers_stay_the_same_objects() -> None:
    kept = Residual(1)
    network = Network((A, B, kept, C))
    assert network.with_inserted(3, Dense()).layers[2] is kept
    assert network.with_inserted(1, Dense()).layers[0] is A
    assert network.with_moved(0, 1).layers[1] is A


def test_the_edge_of_a_list_is_refused_with_a_sentence() -> None:
    first = Network((A, Residual(1))).without(0)
    problems = validate(Experiment(network=first))
    assert [problem.path for problem in problems] == ["network.layers[0]"]
    assert "there is no layer before it" in problems[0].message


@cases("seed", range(30))
def test_any_row_of_edits_keeps_valid_networks_valid_wherever_a_layer_stands_first(seed: int) -> None:
    rng = random.Random(seed)
    network = Network((Dense(), Dense(), Residual(1)))
    for _ in range(30):
        size = len(network.layers)
        move = rng.choice(["insert", "remove", "move"])
        if move == "insert" and size < 12:
            place = rng.randrange(size + 1)
            network = network.with_inserted(place, rng.choice([Dense(), Residual(1) if place else Dense()]))
        elif move == "remove" and size > 1:
            network = network.without(rng.randrange(size))
        else:
            network = network.with_moved(rng.randrange(size), rng.randrange(size))
        found = validate(Experiment(network=network))
        assert {problem.path for problem in found} <= {"network.layers[0]"}
        if found:
            network = network.with_inserted(0, Dense())


def test_a_layer_knows_its_row() -> None:
    for name, kind in LAYER_KINDS.items():
        assert (kind.kind, kind_of(kind.layer())) == (name, kind)
    assert (activation_of(Dropout()), activation_of(Dense()), is_frozen(Flatten())) == ("linear", "tanh", False)
