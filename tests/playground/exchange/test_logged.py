"""The log in a model file: there and back, small, and forged ones refused in words or harmless."""

from __future__ import annotations

import contextlib
import copy
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import playground as pg
from playground.edits.changes import with_changes
from playground.errors import FileRefused, PlaygroundError
from playground.exchange import container, model_file
from playground.exchange.files import parse
from playground.exchange.run_tensors import BASE
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.run import log as log_module
from playground.run.session import Session
from tests.playground.run.lives import START, Life
from tests.seeds import seeds

WRONG: tuple[Any, ...] = (
    0,
    -1,
    1,
    2**53,
    2**60,
    1.5,
    1e308,
    "x",
    "",
    None,
    [],
    {},
    True,
    [1],
    {"a": 1},
    "edit",
    "advance",
)


def described(session: Session) -> dict[str, Any]:
    return container.read_header(model_file.write(session.checkpoint())).spec


def packed(session: Session, log: Any) -> bytes:
    """The session's file with another log."""
    data = model_file.write(session.checkpoint())
    spec = container.read_header(data).spec
    del spec["sha256"]
    return container.pack({**spec, "log": log}, container.read_tensors(data))


def edited() -> Session:
    session = Session(START)
    session.advance(steps=3)
    first, second = session.experiment.network.layers
    session.apply(with_changes(session.experiment, network=Network((first, Dense(7), second))))
    session.advance(steps=2)
    session.apply(with_changes(session.experiment, training__learning_rate=0.5))
    return session


def test_an_edit_is_saved_as_what_it_changed() -> None:
    entries = described(edited())["log"]["entries"]
    assert [entry["do"] for entry in entries] == ["advance", "edit", "advance", "edit"]
    first, new, second = entries[1]["changes"]["network.layers"]
    assert (first, second) == (0, 1), "kept layers are told by their places"
    assert new["units"] == 7
    assert entries[3]["changes"] == {"training.learning_rate": 0.5}


def test_the_layers_of_a_loaded_log_are_those_of_the_experiment() -> None:
    opened = parse(model_file.write(edited().checkpoint()), "f.nnp")
    assert opened.log is not None
    last = opened.log.entries[-1].action.experiment  # type: ignore[union-attr]
    assert last is opened.experiment


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("entries", 0, "steps"), 0, "an entry that no run writes"),
        (("entries", 0, "do"), "dance", "an entry that no run writes"),
        (("entries", 1, "number"), 0, "not numbered upwards"),
        (("entries", 3, "changes"), {"training.learning_rate": -1}, "entry 3 of its log is no edit"),
        (("entries", 3, "changes"), {"training.speed": 1}, "entry 3 of its log is no edit"),
        (("entries", 3, "changes"), {"network.layers": [9]}, "entry 3 of its log is no edit"),
        (("entries", 3, "changes"), {}, "does not lead to its experiment"),
        (("dtype",), "float16", "an entry that no run writes"),
        (("base", "experiment", "seed"), -1, "its log begins with"),
        (("base", "experiment", "seed"), 5, "does not lead to its experiment"),
        (("entries", 0, "steps"), 2, "entry 1 of its log stands at step 3, to which its log does not lead"),
        (("entries", 0, "steps"), 2**52, "entry 1 of its log stands at step 3, to which its log does not lead"),
        (("entries", 2, "step"), 4, "entry 2 of its log stands at step 4, to which its log does not lead"),
        (("entries", 3, "step"), 2**52, "to which its log does not lead"),
    ],
)
def test_a_log_that_no_run_writes_is_refused(path: tuple[Any, ...], value: Any, sentence: str) -> None:
    session = edited()
    log = described(session)["log"]
    place = log
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(FileRefused, match=sentence):
        parse(packed(session, log), "f.nnp")


ADDED: tuple[tuple[list[dict[str, Any]], str], ...] = (
    ([{"do": "reopen"}], "its log ends with a reopening"),
    ([{"do": "reopen"}, {"do": "reopen"}, {"do": "go_on"}], "entry 5 of its log cannot follow"),
    ([{"do": "go_on"}], "entry 4 of its log cannot follow"),
    ([{"do": "out_of_time"}], "entry 4 of its log cannot follow"),
    ([{"do": "restore_parameter", "index": 1, "key": 3}], "entry 4 of its log cannot follow"),
    (
        [{"do": "set_parameter", "index": 1, "value": 0, "key": 3}, {"do": "restore_parameter", "index": 2, "key": 3}],
        "entry 5 of its log cannot follow",
    ),
    ([{"do": "advance", "steps": 1}, {"do": "advance", "steps": 2}], "entry 5 of its log cannot follow"),
    ([{"do": "advance", "steps": 2}], "the run stands at step 5, to which its log does not lead"),
    ([{"do": "advance", "steps": 1}], "does not tell that the run has ended, or that it goes on"),
    ([{"do": "edit", "changes": {}, "at": 2}], "does not lead to its experiment"),
    ([{"do": "edit", "changes": {}, "at": 5}], "entry 4 of its log cannot follow"),
    ([{"do": "edit", "changes": {}, "run": 1, "at": 6}], "entry 4 of its log cannot follow"),
    ([{"do": "edit", "changes": {}, "run": 1, "at": -1}], "an entry that no run writes"),
    ([{"do": "name_branch", "run": 7, "name": ""}], "entry 4 of its log cannot follow"),
    ([{"do": "name_branch", "run": 0, "name": "\n"}], "entry 4 of its log cannot follow"),
    ([{"do": "name_branch", "run": 0, "name": "x" * 61}], "an entry that no run writes"),
    ([{"do": "drop_branch", "run": 3}], "entry 4 of its log cannot follow"),
    ([{"do": "reset"}], "the run stands at step 5, to which its log does not lead"),
    ([{"do": "new_seed", "seed": 0}], "the run stands at step 5, to which its log does not lead"),
)


@pytest.mark.parametrize(("added", "sentence"), ADDED)
def test_entries_that_cannot_follow_on_those_before_are_refused(added: list[dict[str, Any]], sentence: str) -> None:
    session = edited()
    log = described(session)["log"]
    log["entries"] += [{"number": 4 + place, "step": 5, **entry} for place, entry in enumerate(added)]
    with pytest.raises(FileRefused, match=sentence):
        parse(packed(session, log), "f.nnp")


MARK = {"step": 3, "fields": ["training.learning_rate"], "value": 0.5}


@pytest.mark.parametrize(
    ("marks", "sentence"),
    [
        ([{**MARK, "step": 6}], "its log begins at step 5, with the mark of an edit at step 6"),
        ([{**MARK, "step": 0}], "with the mark of an edit at step 0"),
        ([{**MARK, "step": 4}, MARK], "marks of edits out of order"),
        ([{**MARK, "fields": ["training.learning_rat"]}], "the mark of an edit that there is not"),
        ([{**MARK, "fields": ["title"]}], "the mark of an edit that there is not"),
        ([{**MARK, "fields": ["training.l1", "training.l2"]}], "the mark of an edit that there is not"),
        ([{**MARK, "fields": []}], "an entry that no run writes"),
        ([{**MARK, "value": "x"}], "an entry that no run writes"),
        ([MARK] * 1001, "an entry that no run writes"),
        ("x", "an entry that no run writes"),
    ],
)
def test_forged_marks_are_refused(marks: Any, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    session = cut_after_marks(monkeypatch)
    log = described(session)["log"]
    assert parse(packed(session, log | {"marks": [MARK, {**MARK, "fields": ["parameter"]}]}), "f.nnp").log is not None
    with pytest.raises(FileRefused, match=sentence):
        parse(packed(session, log | {"marks": marks}), "f.nnp")


def test_a_log_from_its_start_has_no_marks_before_it() -> None:
    session = edited()
    log = described(session)["log"]
    assert "marks" not in log
    with pytest.raises(FileRefused, match="begins at step 0, with the mark of an edit"):
        parse(packed(session, log | {"marks": [MARK]}), "f.nnp")


def cut_after_marks(monkeypatch: pytest.MonkeyPatch) -> Session:
    """A run at step 5, whose log begins there."""
    monkeypatch.setattr(log_module, "MOST_ENTRIES", 3)
    session = edited()
    assert (session.state.step, session.log.entries) == (5, ())
    return session


def test_changes_that_are_no_network_are_refused_in_words() -> None:
    session = edited()
    for changes in ({"network": 5}, {"network.layers": 5}, {"network": {"layers": []}}, {"network.layers": [0, 0]}):
        log = described(session)["log"]
        log["entries"][1]["changes"] = changes
        with pytest.raises(FileRefused, match="entry 1 of its log is no edit"):
            parse(packed(session, log), "f.nnp")


def test_where_other_points_are_made_today_the_log_begins_anew(tmp_path: Path) -> None:
    """Of a file written by a version with another recipe only the points it ended with are known."""
    session = Session(START)
    session.advance(epochs=1)
    session.apply(with_changes(START, data__imperfections__position_noise=0.2))
    session.advance(steps=2)
    data = model_file.write(session.checkpoint())
    spec, tensors = container.read_header(data).spec, container.read_tensors(data)
    del spec["sha256"]
    tensors["data/train_points"] = tensors["data/train_points"] + 0.125
    opened = parse(container.pack(spec, tensors), "f.nnp")
    assert opened.dataset is not None
    assert opened.log is not None
    assert opened.log.begins_with_a_state
    assert (opened.log.first, opened.log.entries) == (3, ())
    again = Session(opened)
    again.advance(steps=2)
    assert pg.replay(opened, again.log).digest() == again.digest()


def test_points_that_differ_throughout_keep_the_log() -> None:
    session = edited()
    data = model_file.write(session.checkpoint())
    spec, tensors = container.read_header(data).spec, container.read_tensors(data)
    del spec["sha256"]
    tensors["data/train_points"] = tensors["data/train_points"] + 0.125
    opened = parse(container.pack(spec, tensors), "f.nnp")
    assert opened.log is not None
    assert len(opened.log.entries) == 4


def test_a_log_too_long_for_a_file_is_cut_when_it_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    session = edited()
    opened = parse(model_file.write(session.checkpoint()), "f.nnp")
    monkeypatch.setattr(model_file, "MOST_LOG_BYTES", 100)
    again = parse(model_file.write(opened), "f.nnp")
    assert again.log is not None
    assert again.log.begins_with_a_state
    assert Session(again).digest() == session.digest()


def test_numbers_of_numpy_are_saved() -> None:
    session = Session(START)
    session.advance(epochs=np.int64(1), steps=np.int32(2))
    session.set_parameter(np.int64(1), np.float32(0.5), np.int64(3))  # type: ignore[arg-type]
    session.restore_parameter(np.int64(1), np.int64(3))
    session.advance(epochs=1.0)  # type: ignore[arg-type]
    session.new_seed(np.int64(4))
    session.advance(steps=1)
    opened = parse(model_file.write(session.checkpoint()), "f.nnp")
    assert opened.log is not None
    assert pg.replay(opened, opened.log).digest() == session.digest()


@pytest.mark.parametrize("name", ["opt/slots", "run/order", "history/probes"])
def test_the_state_that_a_log_begins_with_must_be_whole(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "MOST_ENTRIES", 8)
    life = Life(2, tmp_path)
    life.live(60)
    data = model_file.write(life.session.checkpoint())
    spec, tensors = container.read_header(data).spec, container.read_tensors(data)
    del spec["sha256"]
    assert f"{BASE}{name}" in tensors
    del tensors[f"{BASE}{name}"]
    with pytest.raises(FileRefused):
        parse(container.pack(spec, tensors), "f.nnp")


def spoiled(log: Any, draw: random.Random) -> Any:
    """The log with one value replaced or taken out."""
    log = copy.deepcopy(log)
    places = list(_places(log))
    holder, key = draw.choice(places)
    if draw.random() < 0.2:
        del holder[key]
    else:
        holder[key] = draw.choice(WRONG)
    return log


def _places(value: Any) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)


@pytest.mark.parametrize("seed", seeds(1, 40))
def test_a_spoiled_log_is_refused_or_the_run_goes_on_and_can_be_saved(seed: int, tmp_path: Path) -> None:
    life, draw = Life(seed, tmp_path), random.Random(seed)
    life.live(25)
    log = described(life.session)["log"]
    opened = 0
    for _ in range(60):
        try:
            checkpoint = parse(packed(life.session, spoiled(log, draw)), "f.nnp")
        except FileRefused:
            continue
        opened += 1
        session = Session(checkpoint)
        session.go_on()
        session.advance(steps=3)
        parse(model_file.write(session.checkpoint()), "g.nnp")
        if sum(getattr(entry.action, "steps", 0) for entry in checkpoint.log.entries) < 10**5:
            with contextlib.suppress(PlaygroundError):  # a spoiled log may not fit, and says so; nothing else
                pg.replay(checkpoint, checkpoint.log)
    assert opened < 60


def test_a_log_whose_numbers_come_near_what_a_file_can_hold_begins_anew() -> None:
    session = edited()
    log = described(session)["log"]
    log["entries"][-1]["number"] = 2**52
    opened = Session(parse(packed(session, log), "f.nnp"))
    opened.advance(steps=1)
    opened.set_parameter(1, 0.5)
    assert [entry.number for entry in opened.log.entries] == [0, 1]
    assert parse(model_file.write(opened.checkpoint()), "f.nnp").log is not None
