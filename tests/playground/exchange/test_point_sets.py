"""Model files whose branches, and whose past, are about several sets of own points: each once, back to the last bit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import playground as pg
from playground.edits.changes import with_changes
from playground.errors import FileRefused, WrongUse
from playground.exchange import branches, container, model_file, past_states, point_sets
from playground.exchange.files import load, parse, save
from playground.exchange.journal import About, Journal, leftovers
from playground.run import memory as memory_module
from playground.run.checkpoint import Work
from playground.run.session import Session
from tests.own_points import about, made
from tests.playground.exchange.test_branches import opened
from tests.playground.run.lives import START
from tests.playground.run.moments import OF_RECORD, RememberedLife, differences, moment_of
from tests.seeds import seeds

TABLE, OTHER = made(3, 40, classes=3), made(2, 30, classes=2, seed=1)
OF_TABLE, OF_OTHER = about(TABLE, 3, training__batch_size=7), about(OTHER, training__batch_size=7)


@pytest.fixture(autouse=True)
def _many_states(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_module, "steps_apart", lambda run: 3)


def several() -> Session:
    """Generated data (0), a table (1), the same table with more L2 from step 12 on (2), other points (3)."""
    session = Session(START)
    session.advance(steps=20)
    session.apply(OF_TABLE, points=TABLE, run=1)
    session.advance(steps=25)
    session.branch("more decay", at=12)
    session.apply(with_changes(session.experiment, training__l2=0.1))
    session.advance(steps=9)
    session.apply(OF_OTHER, points=OTHER, run=3)
    session.advance(steps=15)
    return session


def sets_in(data: bytes) -> set[str]:
    return {name.split("/")[1] for name in container.read_header(data).tensors if name.startswith("points/")}


@pytest.mark.parametrize("present", [0, 3, *(pytest.param(each, marks=pytest.mark.long) for each in (1, 2))])
def test_branches_about_other_own_points_come_back(present: int, tmp_path: Path) -> None:
    session = several()
    session.switch(present)
    data = model_file.write(session.checkpoint())
    digests = {TABLE.digest, OTHER.digest}
    own = {1: {TABLE.digest}, 2: {TABLE.digest}, 3: {OTHER.digest}}.get(present, set())
    assert sets_in(data) == digests - own, "each set once"
    again = opened(session, tmp_path)
    assert again.branches == session.branches
    assert [branch.points for branch in again.branches] == [None, TABLE, TABLE, OTHER]
    assert model_file.write(again.checkpoint()) == data
    for number in (1, 3, 0, 2, 1):
        for each in (session, again):
            each.switch(number)
            each.advance(steps=4)
        assert differences(moment_of(session), moment_of(again)) == []
        assert again.points == session.points
        for step in (0, 6, 12, 13, session.state.step):
            there, here = (moment_of(each.at(step)) for each in (session, again))
            assert set(differences(there, here)) <= set(OF_RECORD), (number, step)
    assert opened(again, tmp_path).branches == session.branches


def test_undo_of_a_branch_that_was_begun_after_opening_goes_back_to_the_points_before(tmp_path: Path) -> None:
    session = several()
    again = opened(session, tmp_path)
    for each in (session, again):
        each.switch(1)
        each.advance(steps=3)
        each.branch("inner", at=20)
        each.apply(OF_OTHER, points=OTHER)
        each.advance(steps=5)
        each.switch(1)
        each.delete(4)
    assert differences(moment_of(session), moment_of(again)) == []
    assert again.points == TABLE
    assert differences(moment_of(opened(again, tmp_path)), moment_of(session)) == []


def test_points_that_a_run_was_about_before_are_there_for_its_past(tmp_path: Path) -> None:
    """Each stroke of the brush makes other points, and the log begins anew."""
    session = Session(OF_OTHER, points=OTHER)
    before = {}
    for place in range(1, 6):
        session.advance(steps=10)
        before[session.state.step - 5] = session.at(session.state.step - 5).digest()
        own = made(2, 30 + place, seed=place)
        session.apply(about(own, training__batch_size=7), points=own)
    session.advance(steps=10)
    data = model_file.write(session.checkpoint())
    assert len(sets_in(data)) == 5
    again = Session(parse(data, "painted"))
    assert {step: again.at(step).digest() for step in before} == before
    assert again.at(15).points == made(2, 31, seed=1)
    again.branch("again", at=15)
    assert again.points == made(2, 31, seed=1)
    again.advance(steps=2)
    assert opened(again, tmp_path).digest() == again.digest()


def test_of_the_past_only_so_many_points_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(OF_OTHER, points=OTHER)
    for place in range(1, 6):
        session.advance(steps=10)
        own = made(2, 40, seed=place)
        session.apply(about(own, training__batch_size=7), points=own)
    session.advance(steps=10)
    for limit, most in (("MOST_POINT_SETS", 2), ("MOST_POINT_BYTES", 2 * 40 * 3 * 8)):
        with monkeypatch.context() as patch:
            patch.setattr(past_states, limit, most)
            data = model_file.write(session.checkpoint())
        assert sets_in(data) == {made(2, 40, seed=place).digest for place in (3, 4)}, "the newest"
    again = Session(parse(data, "painted"))
    assert again.at(35).digest() == session.at(35).digest()


@pytest.mark.parametrize("seed", seeds(2, 400))
def test_lives_with_own_data_and_branches_are_opened_as_they_were_left(seed: int, tmp_path: Path) -> None:
    life = RememberedLife(seed, tmp_path, own=True)
    life.go_through(60)
    session, again = life.session, opened(life.session, tmp_path)
    assert again.branches == session.branches
    assert model_file.write(again.checkpoint()) == model_file.write(session.checkpoint())
    for step, moment in life.known.items():
        try:
            found = moment_of(again.at(step))
        except WrongUse:
            continue
        assert set(differences(moment, found)) <= set(OF_RECORD), step
    for branch in session.branches:
        for each in (session, again):
            each.switch(branch.number)
        assert differences(moment_of(session), moment_of(again)) == []
        for each in (session, again):
            each.advance(steps=3)
        assert differences(moment_of(session), moment_of(again)) == []


def test_a_file_with_one_set_is_written_as_ever() -> None:
    session = Session(OF_TABLE, points=TABLE)
    session.advance(steps=5)
    session.branch("second", at=2)
    session.advance(steps=5)
    assert sets_in(model_file.write(session.checkpoint())) == set()


def test_unsaved_work_keeps_the_points_of_all_branches(tmp_path: Path) -> None:
    session = several()
    journal = Journal(tmp_path)
    journal.write(Work(session.checkpoint()), About())
    session.advance(steps=3)
    assert journal.write_tail(Work(session.checkpoint()), About())
    journal.leave()
    (found,) = leftovers(tmp_path)
    found.leave()
    restored = found.restored()
    assert restored is not None
    assert restored.is_whole
    again = Session(restored.work.checkpoint)
    assert again.branches == session.branches
    for number in range(4):
        for each in (session, again):
            each.switch(number)
        assert differences(moment_of(session), moment_of(again)) == []


def test_of_two_layers_that_are_alike_the_right_one_stays_where_no_log_leads(tmp_path: Path) -> None:
    """An edit at a past moment keeps the weights of the layers that it leaves, also in a file whose log was cut."""
    session = Session(with_changes(OF_TABLE, network__layers=(pg.Dense(3), pg.Dense(3))), points=TABLE)
    session.advance(steps=20)
    session.apply(with_changes(session.experiment, training__l2=0.1))
    session.advance(steps=20)
    session.apply(OF_OTHER, points=OTHER, run=1)
    session.switch(0)
    for each in (session, opened(session, tmp_path)):
        each.apply(with_changes(each.experiment, network__layers=each.experiment.network.layers[1:]), run=9, at=10)
        each.advance(steps=2)
        assert each.digest() == session.digest()


# -- what there is no room for -----------------------------------------------------------------------------------------


def numbers(session: Session) -> list[int]:
    return [branch.number for branch in branches.left_out(session.checkpoint())]


def test_what_a_file_has_no_room_for_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = several()
    assert numbers(session) == []
    with monkeypatch.context() as patch:
        patch.setattr(point_sets, "MAX_SAMPLES", 69)
        assert numbers(session) == [1, 2]
        with pytest.warns(UserWarning, match=r'run\.nnp was saved without these branches: 1, 2 "more decay"\.'):
            save(tmp_path / "run.nnp", session)
        again = Session(load(tmp_path / "run.nnp"))
        assert [branch.number for branch in again.branches] == [0, 3]
        assert again.digest() == session.digest()
        session.switch(1)
        assert numbers(session) == [3]
        session.switch(0)
        assert numbers(session) == [1, 2], "the newest goes in first"
    with monkeypatch.context() as patch:
        patch.setattr(point_sets, "MAX_NUMBERS", 40 * 3 + 30 * 2 - 1)
        assert numbers(session) == [1, 2]
    with monkeypatch.context() as patch:
        patch.setattr(branches, "MAX_FILE", branches.MAX_FILE - branches.room_beside(session.checkpoint()) + 100)
        assert numbers(session) == [1, 2, 3]
    assert numbers(session) == []


def test_the_points_of_a_run_that_fill_a_file_leave_room_for_no_others() -> None:
    own = made(2, 200_000)
    session = Session(about(own), points=own)
    session.advance(steps=1)
    session.apply(OF_OTHER, points=OTHER, run=1)
    session.advance(steps=1)
    assert numbers(session) == [0]
    session.switch(0)
    assert numbers(session) == [1]
    session.apply(with_changes(session.experiment, training__l2=0.1), run=2)
    assert numbers(session) == [1]


# -- forged files ------------------------------------------------------------------------------------------------------

Change = Callable[[dict[str, Any], dict[str, Any]], None]
ABSENT = "0" * 64


def forged(change: Change) -> bytes:
    """The file of `several`, its description and tensors changed."""
    data = model_file.write(several().checkpoint())
    spec, tensors = container.read_header(data).spec, container.read_tensors(data)
    del spec["sha256"]
    change(spec, tensors)
    return container.pack(spec, tensors)


def named(what: str, digest: str = TABLE.digest) -> str:
    return f"points/{digest}/{what}"


def source(number: int, **fields: Any) -> Change:
    """The points of a branch described otherwise."""

    def change(spec: dict[str, Any], tensors: dict[str, Any]) -> None:
        spec["branches"][number]["changes"] |= {f"data.source.{name}": value for name, value in fields.items()}

    return change


def put(what: str, change: Callable[[Any], Any]) -> Change:
    return lambda spec, tensors: tensors.__setitem__(named(what), np.ascontiguousarray(change(tensors[named(what)])))


def with_value(value: float) -> Callable[[Any], Any]:
    def change(values: Any) -> Any:
        values.flat[1] = value
        return values

    return change


def called(digest: str) -> Change:
    def change(spec: dict[str, Any], tensors: dict[str, Any]) -> None:
        for what in ("features", "labels"):
            tensors[named(what, digest)] = tensors[named(what)]

    return change


def lost(*what: str) -> Change:
    def change(spec: dict[str, Any], tensors: dict[str, Any]) -> None:
        for each in what:
            del tensors[named(each)]

    return change


def declared(samples: int, columns: int = 3, **fields: Any) -> Change:
    """A branch about points that are not there, so many."""
    return source(1, samples=samples, digest=ABSENT, columns=[f"c{place}" for place in range(columns)], **fields)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lost("features", "labels"), "about points that it does not hold, those of the digest"),
        (lost("labels"), "about points that it does not hold, those of the digest"),
        (source(1, digest=ABSENT), "about points that it does not hold, those of the digest 000000000000…"),
        (called(ABSENT), "holds points that none of its runs is about: points/0000000000000…"),
        (called(OTHER.digest), "holds points that none of its runs is about"),
        (lambda spec, tensors: tensors.update({"points/x/labels": np.zeros(3)}), "'points/x/labels', which does not"),
        (put("features", with_value(0.5)), "were changed: their digest is"),
        (put("labels", lambda labels: (labels + 1) % 3), "were changed: their digest is"),
        (put("features", with_value(np.inf)), "features has values that are not finite numbers"),
        (put("features", with_value(2e70)), "cannot be used, there are features beyond"),
        (put("labels", with_value(np.nan)), "cannot be used, there are labels that are not finite numbers"),
        (put("features", lambda values: values[:2]), "features is F64 2×40, and its experiment asks for F64 3×40"),
        (put("labels", lambda labels: labels[:-1]), "labels is F64 39, and its experiment asks for F64 40"),
        (put("labels", lambda labels: labels.astype(np.float32)), "labels is F32 40"),
        (source(1, samples=41), "do not agree in how many points those of the digest"),
        (source(1, columns=["a", "b"]), "do not agree in how many points those of the digest"),
        (source(1, missing=["x1"]), "not those that it names, blank cells are in the columns none"),
        (source(1, samples=200_001), "branch 1 is about no experiment"),
        (declared(200_000), "are about 200070 own points together, where 200000 are allowed"),
        (
            declared(60_000, 256, image_side=16),
            "60070 own points together, where 200000 are allowed, of 12800000 numbers",
        ),
        (lambda spec, tensors: spec["branches"].pop(1), "branch/1/"),
    ],
)
def test_forged_points_are_refused_in_words(change: Change, sentence: str) -> None:
    with pytest.raises(FileRefused, match=r"^f\.nnp is not consistent: ") as refusal:
        parse(forged(change), "f.nnp")
    assert sentence in str(refusal.value)
    assert len(str(refusal.value)) < 300


def test_a_split_that_this_version_would_not_draw_is_that_of_its_own_run_alone() -> None:
    """As if another NumPy had drawn the points of the present run."""

    def turn(spec: dict[str, Any], tensors: dict[str, Any]) -> None:
        order = tensors["data/order"]
        for what in ("points", "labels"):
            whole = np.concatenate([tensors[f"data/{part}_{what}"] for part in ("train", "test")], axis=-1)
            turned, train = np.roll(whole, 7, axis=-1), tensors[f"data/train_{what}"].shape[-1]
            tensors[f"data/train_{what}"] = np.ascontiguousarray(turned[..., :train])
            tensors[f"data/test_{what}"] = np.ascontiguousarray(turned[..., train:])
        tensors["data/order"] = np.roll(order, 7)

    found = parse(forged(turn), "f.nnp")
    assert found.dataset is not None
    assert [branch.run is None or branch.run.dataset is None for branch in found.branches] == [True] * 4
    session, whole = Session(found), several()
    for number in (1, 0, 2):
        for each in (session, whole):
            each.switch(number)
            each.advance(steps=5)
        assert differences(moment_of(session), moment_of(whole)) == []


def test_pictures_and_blank_cells_come_back(tmp_path: Path) -> None:
    draw = np.random.Generator(np.random.PCG64(5))
    pictures = pg.OwnPoints(draw.integers(0, 2, (30, 64)).astype(np.float64), np.arange(30) % 2)
    features = draw.normal(size=(30, 2))
    features[3, 1] = np.nan
    gaps = pg.OwnPoints(features, np.arange(30) % 2)
    session = Session(START)
    experiment = pg.on_points(START, pictures.source(2, "pictures", image_side=8))
    session.apply(experiment, points=pictures, run=1)
    session.apply(pg.on_points(START, gaps.source(2, "gaps")), points=gaps, run=2)
    session.switch(0)
    again = opened(session, tmp_path)
    for number, points in ((1, pictures), (2, gaps)):
        again.switch(number)
        session.switch(number)
        assert again.points == points
        for each in (session, again):
            each.advance(steps=5)
        assert again.digest() == session.digest()
