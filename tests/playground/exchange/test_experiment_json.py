"""Experiments as JSON files: what is valid comes back equal, and nothing else does more than be refused."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground.data import DATASETS
from playground.data.features import FEATURES
from playground.edits.changes import with_changes
from playground.errors import FileRefused, InvalidExperiment
from playground.exchange.files import load, parse, save
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.experiment import Experiment, checked, to_json
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.experiment.optimizers import OPTIMIZERS
from playground.experiment.strict_json import MAX_JSON_BYTES, parse_json
from playground.experiment.training import INITIALIZERS
from playground.run.session import Session
from tests.cases import cases
from tests.mutations import HOSTILE
from tests.seeds import examples, letters

DEFAULT = msgspec.to_builtins(Experiment())

experiments = st.builds(
    lambda layers, name, features, optimizer, rate, title, seed: with_changes(
        Experiment(),
        network=Network(tuple(layers)),
        data__source__name=name,
        data__features=tuple(features),
        training__optimizer=optimizer,
        training__learning_rate=rate,
        title=title,
        seed=seed,
    ),
    st.lists(st.builds(Dense, st.integers(1, 64), st.sampled_from(list(ACTIVATIONS))), max_size=6),
    st.sampled_from(list(DATASETS)),
    st.lists(st.sampled_from(list(FEATURES)), min_size=1, max_size=7, unique=True),
    st.sampled_from([choice.optimizer for choice in OPTIMIZERS.values()]),
    st.floats(0, 1e6),
    st.text(letters, max_size=200),
    st.integers(0, 2**53),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(letters, max_size=20) | st.sampled_from(HOSTILE),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(letters, max_size=8), inner, max_size=4),
    max_leaves=12,
)


def outcome(data: bytes, name: str) -> tuple[Experiment | None, str]:
    """The experiment, or why it was refused; any other exception fails the test."""
    try:
        return parse(data, name).experiment, ""
    except FileRefused as error:
        return None, str(error)


@examples(30)
@given(experiments)
def test_an_experiment_comes_back_equal(made: Experiment) -> None:
    assert parse(to_json(made).encode(), "f.json").experiment == made


@given(st.binary(max_size=300))
@example(b"\xef\xbb\xbf{}")
@example("{}".encode("utf-16"))
@example(b"[" * 100_000)
@example(b'{"a":' * 50_000)
@example(b'{"seed":' + b"9" * 5000 + b"}")
@example(b'{"seed":1e999}')
@example(b'{"title":"\\ud800"}')
def test_any_bytes_are_an_experiment_or_refused(data: bytes) -> None:
    for name in ("f.json", "f.nnp"):
        found, refusal = outcome(data, name)
        assert refusal.startswith(name) or checked(found) == found


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything inside a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, each in inner for found in places(each, (*path, key)))] if path else [
        found for key, each in inner for found in places(each, (key,))
    ]  # fmt: skip


@examples(40)
@given(st.sampled_from(places(DEFAULT)), values, st.sampled_from(["replace", "remove", "add"]))
def test_one_wrong_field_is_told_with_its_path(path: tuple[Any, ...], value: Any, how: str) -> None:
    raw = json.loads(json.dumps(DEFAULT))
    holder = raw
    for key in path[:-1]:
        holder = holder[key]
    if how == "replace":
        holder[path[-1]] = value
    elif how == "remove":
        del holder[path[-1]]
    elif isinstance(holder, dict):
        holder["surprise"] = value
    found, refusal = outcome(json.dumps(raw).encode(), "f.json")
    if refusal:
        first = str(path[0]) if how != "add" or len(path) > 1 else "surprise"
        assert first in refusal or "cannot be read" in refusal or "newer" in refusal
        assert len(refusal) < 3000
    else:
        assert checked(found) == found


def test_a_json_file_holds_the_experiment_and_nothing_of_the_run(tmp_path: Path) -> None:
    session = Session(Experiment())
    session.advance(epochs=3)
    save(tmp_path / "e.json", session)
    found = load(tmp_path / "e.json")
    assert found.experiment == session.experiment
    assert found.state is None
    assert (tmp_path / "e.json").read_text("utf-8") == to_json(session.experiment)


def test_the_content_decides_what_a_file_is(tmp_path: Path) -> None:
    save(tmp_path / "run.nnp", Session(Experiment()))
    (tmp_path / "run.nnp").rename(tmp_path / "run.json")
    assert load(tmp_path / "run.json").state is not None
    (tmp_path / "e.nnp").write_text(to_json(Experiment()), "utf-8")
    assert load(tmp_path / "e.nnp").experiment == Experiment()


@cases(
    ("text", "sentence"),
    [
        ('{"format": 2}', "e.json needs a newer Neural Playground: it has format 2, this version reads 1."),
        ('{"seed": -1}', "e.json is not a valid experiment: seed: expected a whole number from 0 to"),
        ("{\n  seed: 1}", "not valid JSON: Expecting property name enclosed in double quotes at line 2, column 3."),
        ('{"seed": NaN}', "NaN is not a number that JSON allows"),
        ('{"seed": 1, "seed": 2}', "the key 'seed' stands twice"),
        ("[]", "expected an object in braces; got a list"),
        ("hello", "this is not valid JSON"),
        ("", "e.json is empty."),
        ('{"trainin": {}, "seed": "x"}', "iment:\n  trainin: there is no such field here (did you mean training?)"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(text: str, sentence: str) -> None:
    with pytest.raises(FileRefused, match=re.escape(sentence)):
        parse(text.encode(), "e.json")


def test_a_giant_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "e.json").write_bytes(b'{"notes": "' + b"x" * MAX_JSON_BYTES + b'"}')
    with pytest.raises(FileRefused, match="is larger than an experiment may be"):
        load(tmp_path / "e.json")


def test_a_hundred_thousand_strange_keys_cost_little() -> None:
    """Processor time; looking through all keys for each of them would take a minute."""
    began = time.thread_time()
    many = "{" + ",".join(f'"k{index}":1' for index in range(80_000)) + "}"
    with pytest.raises(FileRefused, match="there is no such field here"):
        parse(many.encode(), "e.json")
    with pytest.raises(FileRefused, match="stands twice"):
        parse((many[:-1] + ',"k79999":1}').encode(), "e.json")
    assert time.thread_time() - began < 10.0


def test_all_initializers_come_back() -> None:
    for name in INITIALIZERS:
        made = with_changes(Experiment(), training__initializer=name)
        assert parse(to_json(made).encode(), "f").experiment == made


def test_brackets_without_end_are_told_in_words() -> None:
    with pytest.raises(InvalidExperiment, match="its brackets go too deep"):
        parse_json("[" * 100_000)
