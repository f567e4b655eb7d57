"""The experiment as a value: JSON in and out, every problem named, changes by path."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.edits.changes import apply_settings, with_changes
from playground.errors import InvalidExperiment, PlaygroundError, WrongUse
from playground.experiment.experiment import Experiment, checked, from_json, json_schema, to_json, validate
from playground.experiment.layers import Dense, Dropout
from playground.experiment.network import Network
from playground.experiment.optimizers import AdamW
from playground.experiment.schedules import EarlyStopping, StepSchedule
from tests.broken_experiments import broken
from tests.cases import cases
from tests.seeds import examples, letters


def test_json_round_trip_gives_an_equal_value() -> None:
    experiment = with_changes(Experiment(), title="π", network__layers=(Dense(3, "relu"),), training__clip_norm=1.0)
    assert from_json(to_json(experiment)) == experiment


def test_the_names_of_the_contract_are_there() -> None:
    raw = json.loads(to_json(Experiment()))
    assert set(raw) >= {"format", "title", "notes", "seed", "data", "network", "training"}
    assert set(raw["data"]) >= {"source", "train_share", "features", "scaling", "imperfections"}
    assert raw["data"]["source"]["kind"] == "generated"
    assert raw["data"]["features"] == ["x", "y"]
    assert set(raw["data"]["imperfections"]) >= {"position_noise", "label_noise", "imbalance"}
    assert raw["network"]["layers"][0] == {"kind": "dense", "units": 4, "activation": "tanh", "frozen": False}
    training = raw["training"]
    assert training["optimizer"]["kind"] == "sgd"
    assert (training["learning_rate"], training["batch_size"], training["loss"]) == (0.03, 10, "auto")
    assert training["clip_norm"] is None
    assert training["early_stopping"] is None


@cases(
    ("parts", "path", "words"),
    [
        ({"format": 2}, "format", "from 1 to 1"),
        ({"seed": -1}, "seed", "got -1"),
        ({"seed": True}, "seed", "whole number"),
        ({"data__train_share": "half"}, "data.train_share", "got 'half'"),
        ({"data__source__samples": 3}, "data.source.samples", "from 4 to 20000"),
        ({"data__source__name": "spirls"}, "data.source.name", "did you mean spirals?"),
        ({"data__features": []}, "data.features", "at least 1"),
        ({"data__features": ["x", "x"]}, "data.features", "once"),
        ({"network__layers": [{"kind": "conv"}]}, "network.layers[0].kind", "expected one of"),
        ({"network__layers": [{"units": 3}]}, "network.layers[0].kind", "missing"),
        ({"network__layers": [{"kind": "dense", "units": 0}]}, "network.layers[0].units", "from 1 to 512"),
        ({"network__layers": [{"kind": "dense", "width": 9}]}, "network.layers[0].width", "no such field"),
        ({"network__layers": {}}, "network.layers", "list in brackets"),
        ({"network": None}, "network", "object in braces"),
        ({"training__learning_rate": 1e9}, "training.learning_rate", "to 1000000; got 1000000000"),
        ({"training__clip_norm": 0}, "training.clip_norm", "null is allowed too"),
        ({"training__loss": "binary_cross_entropy", "data__source__name": "plane"}, "training.loss", "two classes"),
        ({"training__early_stopping": 5}, "training.early_stopping", "null is allowed too"),
        ({"title": "x" * 201}, "title", "200 characters"),
        ({"title": "\ud800"}, "title", "surrogate"),
        ({"network__layers": [{"kind": "dense", "units": 512}] * 8}, "network.layers", "1000000 parameters"),
        (
            {"data__source__name": "blobs", "data__source__samples": 4, "data__source__classes": 8},
            "data.source.samples",
            "one point per class",
        ),
        (
            {"data__source__samples": 20_000, "network__layers": [{"kind": "dense", "units": 256}] * 3},
            "data.source.samples",
            "parameters times samples",
        ),
        ({"network__layers": [{"kind": "dense"}] * 33}, "network.layers", "at most 32"),
    ],
)
def test_a_bad_field_is_named_with_its_path_and_what_is_allowed(parts: dict[str, Any], path: str, words: str) -> None:
    problems = validate(broken(**parts))
    assert [problem.path for problem in problems] == [path]
    assert words in problems[0].message


def test_all_problems_are_returned_at_once() -> None:
    raw = broken(seed="x", data__train_share=9, training__l2=-1)
    assert [problem.path for problem in validate(raw)] == ["seed", "data.train_share", "training.l2"]


def test_a_value_made_by_hand_is_checked_like_json() -> None:
    with pytest.raises(InvalidExperiment, match="units"):
        checked(Experiment(network=Network((Dense(units=0),))))


def test_what_was_checked_is_not_checked_again_and_an_equal_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    good = checked(Experiment(seed=1))
    asked: list[object] = []
    monkeypatch.setattr("playground.experiment.experiment.check_rules", asked.append)
    assert checked(good) is good
    assert asked == []
    with pytest.raises(InvalidExperiment):
        checked(Experiment(seed=True))
    assert checked(Experiment(seed=1)) == good
    assert asked == [good]


@cases(
    ("text", "words"),
    [
        ("", "line 1, column 1"),
        ('{"seed": NaN}', "NaN"),
        ('{"seed": 1, "seed": 2}', "stands twice"),
        ("[" * 100_000, "cannot be read|not valid JSON"),
        ('{"seed": ' + "9" * 5000 + "}", "cannot be read"),
        (b"\xff\xfe\x00", "not UTF-8|not valid JSON"),
        ('{"training": {"learning_rate": 1e999}}', "learning_rate"),
        (" " * 1_000_001, "larger than"),
        ("null", "object in braces"),
    ],
)
def test_hostile_json_gets_a_sentence(text: str, words: str) -> None:
    with pytest.raises(InvalidExperiment, match=words):
        from_json(text)


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(letters, max_size=8)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(letters, max_size=8), inner, max_size=3),
    max_leaves=8,
)
places = st.sampled_from(
    [
        "seed",
        "title",
        "data",
        "data__source",
        "data__features",
        "data__imperfections__imbalance",
        "network",
        "network__layers",
        "training",
        "training__optimizer",
        "training__optimizer__momentum",
        "training__schedule",
        "training__batch_size",
    ]
)


@examples(50)
@given(place=places, value=values)
def test_any_value_anywhere_is_accepted_or_named(place: str, value: Any) -> None:
    raw = broken(**{place: value})
    problems = validate(raw)
    if problems:
        top = place.split("__")[0]
        assert all(
            problem.path.startswith(top) or problem.path in {"network.layers", "training.loss"} for problem in problems
        )
    else:
        assert validate(checked(raw)) == []


@cases(
    ("setting", "read"),
    [
        ("training.learning_rate=0.3", lambda e: e.training.learning_rate == 0.3),
        ("network.layers[1].units=7", lambda e: e.network.layers[1].units == 7),
        ("network.layers.1.units=7", lambda e: e.network.layers[1].units == 7),
        ("training.loss=squared_error", lambda e: e.training.loss == "squared_error"),
        ('network.layers=[{"kind":"dense","units":9}]', lambda e: e.network.layers == (Dense(9),)),
        ("training.clip_norm=null", lambda e: e.training.clip_norm is None),
    ],
)
def test_set_changes_one_field(setting: str, read: Any) -> None:
    assert read(apply_settings(Experiment(), [setting]))


@cases(
    ("setting", "words"),
    [
        ("training.lr=0.3", "training.lr: there is no such field"),
        ("network.layers[5].units=3", "it has 2 entries"),
        ("network.layers[0].units=0", "from 1 to 512; got 0"),
        ("training.schedule.kind=stp", "did you mean step?"),
        ("training.schedule.factor=0.5", "training.schedule.factor: there is no such field in kind constant"),
        ("training.schedule.kind=[]", "training.schedule.kind: expected one of"),
        ("network.layers[1].rate=0.5", "in kind dense (here are: kind, units, activation, frozen)"),
        ("network.layers[1].kind=dropuot", "did you mean dropout?"),
        ("network.layers[0].kind=residual", "there is no layer before it"),
        ("training.early_stopping.patience=5", "write training.early_stopping={} first"),
        ("training.early_stopping=5", "null is allowed too"),
        ("training.class_weights=balancd", "did you mean balanced?"),
        ("training.stop.accuracy=95", "from 0 to 1; got 95"),
        ("training.learning_rate", "PATH=JSON"),
        ("=3", "PATH=JSON"),
        ("training..x=3", "not a path"),
        ("seed=01", "not JSON"),
        ("seed.x=1", "no such field"),
        ("training.learning_rate=NaN", "not JSON"),
    ],
)
def test_a_wrong_setting_names_path_range_and_value(setting: str, words: str) -> None:
    with pytest.raises(PlaygroundError) as caught:
        apply_settings(Experiment(), [setting])
    assert words in str(caught.value)
    assert isinstance(caught.value, (WrongUse, InvalidExperiment))


def test_a_new_kind_brings_its_defaults_and_can_be_changed_further() -> None:
    settings = [
        "training.schedule.kind=step", "training.schedule.factor=0.25", "network.layers[1].kind=dropout",
        "network.layers[1].rate=0.5", "training.optimizer.kind=adamw", "training.optimizer.weight_decay=0.1",
        "training.early_stopping={}", "training.early_stopping.patience=7", "training.class_weights=[1, 2]",
    ]  # fmt: skip
    training = apply_settings(Experiment(), settings).training
    assert training.schedule == StepSchedule(100, 0.25)
    assert training.optimizer == AdamW(weight_decay=0.1)
    assert training.early_stopping == EarlyStopping(7)
    assert training.class_weights == (1.0, 2.0)
    assert apply_settings(Experiment(), settings).network.layers == (Dense(4), Dropout(0.5))


def test_untouched_parts_of_an_edit_stay_the_same_objects() -> None:
    experiment = Experiment()
    changed = with_changes(experiment, training__learning_rate=0.1)
    assert changed.network is experiment.network
    assert changed.data is experiment.data


def test_the_json_schema_names_every_field() -> None:
    text = json.dumps(json_schema())
    for name in (
        "learning_rate",
        "position_noise",
        "train_share",
        "units",
        "clip_norm",
        "early_stopping",
        "class_weights",
        "weight_decay",
    ):
        assert f'"{name}"' in text
