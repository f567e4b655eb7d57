"""What an edit changed: there and back, and what is no change at all."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from playground.edits.changes import with_changes
from playground.errors import InvalidExperiment
from playground.experiment.difference import changed_by, changes_between, kept_places
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from tests.cases import cases
from tests.playground.run.lives import START, Life
from tests.seeds import seeds


@pytest.mark.parametrize("seed", seeds(7, 20))
def test_any_edit_comes_back(seed: int, tmp_path: Path) -> None:
    life = Life(seed, tmp_path)
    for _ in range(30):
        old = life.session.experiment
        try:
            new = life.edited(old)
        except InvalidExperiment:
            continue
        made = changed_by(old, changes_between(old, new))
        assert made == new
        kept = kept_places(old.network.layers, new.network.layers)
        assert kept_places(old.network.layers, made.network.layers) == kept
        life.session.apply(new)


def test_one_object_in_several_places_is_several_layers() -> None:
    one, other = Dense(4), Dense(3)
    assert kept_places((one, one, one), (one, one, one)) == [0, 1, 2]
    assert kept_places((one, other, one), (one, one)) == [0, 2]
    assert kept_places((one,), (one, other, one)) == [0, None, None]


@cases(
    "changes",
    [
        {"network": 5},
        {"network": {"layers": []}},
        {"network.units": 5},
        {"network.layers": 5},
        {"network.layers": [True]},
        {"network.layers": [0, 0]},
        {"network.layers": [-1]},
        {"network.layers": [2]},
        {"network.layers": [{"kind": "dense", "units": 0}]},
        {"network.layers": [{"kind": "dense", "units": 3}] * 100},
        {"training": 5},
        {"training.learning_rate": 10**400},
        {"training.learning_rate": -1},
        {"training.learning_rate.deeper": 1},
        {"training.optimizer.kind.deeper": 1},
        {"data.source": {"name": "nothing"}},
        {"title": "\ud800"},
        {"": 1},
        {"nothing": 1},
    ],
)
def test_what_is_no_change_of_an_experiment_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidExperiment):
        changed_by(Experiment(), changes)


def test_numbers_are_checked_as_everywhere() -> None:
    draw = random.Random(1)
    for _ in range(300):
        value = draw.choice([draw.uniform(-1, 1), 0, 1, 1e9, True, None, 2**63, -(2**70), 1.5])
        name = draw.choice(["learning_rate", "batch_size", "l2", "clip_norm", "label_smoothing"])
        try:
            whole = with_changes(START, **{f"training__{name}": value})
        except InvalidExperiment:
            whole = None
        try:
            quick = changed_by(START, {f"training.{name}": value})
        except InvalidExperiment:
            quick = None
        assert whole is None or quick == whole


def test_a_new_list_of_layers_is_told_by_fields() -> None:
    changed = with_changes(Experiment(), network=Network((Dense(5),)))
    assert [type(each) for each in changes_between(Experiment(), changed)["network.layers"]] == [dict]
