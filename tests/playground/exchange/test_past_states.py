"""A model file keeps states of its past: an opened run is gone back in at once, and its log is lived again later."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import playground as pg
from playground.driving.look import Look
from playground.driving.runner import Runner
from playground.edits.changes import with_changes
from playground.engine.state import EPOCH, POSITION, STATUS, STEP
from playground.errors import FileRefused
from playground.exchange import container, model_file, past_states
from playground.exchange.files import load, parse, save
from playground.exchange.journal import WORK, About, Journal
from playground.past import saved
from playground.run import memory as memory_module
from playground.run.checkpoint import Work
from playground.run.session import Session
from playground.run.snapshot import Demand
from tests.playground.exchange.test_branches import branched, opened
from tests.playground.run.lives import START
from tests.playground.run.moments import OF_RECORD, RememberedLife, differences, moment_of
from tests.seeds import seeds


@pytest.fixture(autouse=True)
def _many_states(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_module, "steps_apart", lambda run: 3)


def looked_at(session: Session, step: int) -> dict[str, Any]:
    """The moment as a look finds it."""
    look = Look(session)
    for _ in look.go(step):
        pass
    return moment_of(look.session)


def is_at_once(session: Session, steps: range) -> list[int]:
    """The steps that can be gone to without living again through the log."""
    return [step for step in steps if session.times.kept_at(step) is not None]


def test_an_opened_run_is_gone_back_in_without_living_again(tmp_path: Path) -> None:
    session = branched()
    session.set_parameter(1, 0.25)
    session.advance(steps=9)
    session.apply(with_changes(session.experiment, network__layers=(pg.Dense(3), pg.Dense(2))))
    session.advance(steps=30)
    again = opened(session, tmp_path)
    for number in (2, 0, 1):
        for each in (session, again):
            each.switch(number)
        end = session.state.step
        assert is_at_once(again, range(end + 1)) == list(range(end + 1))
        for step in range(0, end, 4):
            found = differences(moment_of(session.at(step)), looked_at(again, step))
            assert set(found) <= set(OF_RECORD), (number, step)
    assert again.times._recall is None
    assert differences(moment_of(session.at(2)), moment_of(again.at(2))) == [], "a script has the curves as they were"


def test_equal_pasts_give_equal_bytes_however_often_they_are_opened(tmp_path: Path) -> None:
    session = branched()
    data = model_file.write(session.checkpoint())
    again = Session(parse(data, "run.nnp"))
    assert model_file.write(again.checkpoint()) == data
    for each in (session, again):
        each.advance(steps=20)
    assert model_file.write(Session(parse(model_file.write(again.checkpoint()), "")).checkpoint()) == model_file.write(
        again.checkpoint()
    )


def test_the_curves_are_those_that_were_as_soon_as_the_log_was_lived_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_module, "steps_apart", lambda run: 100)
    session = Session(START)
    session.advance(epochs=2100)
    session.apply(with_changes(START, training__l2=0.1))
    session.advance(epochs=30)
    step = session.steps_per_epoch * 101
    whole = session.at(step).recording.rows_so_far()
    again = opened(session, tmp_path)
    runner = Runner(lambda: again)
    runner.set_demand(Demand())
    runner.look(step).result(10.0)
    first = runner.take_settled()
    assert first.step == step
    assert 10 < len(first.history) <= len(whole)
    shown, until = first, time.perf_counter() + 20.0
    while shown.history.tobytes() != whole.tobytes() and time.perf_counter() < until:
        shown = runner.take() or shown
        time.sleep(0.005)
    assert shown.history.tobytes() == whole.tobytes()
    assert runner.close()


@pytest.mark.parametrize("seed", seeds(4, 12))
def test_every_moment_of_a_life_that_was_saved_is_found(seed: int, tmp_path: Path) -> None:
    life = RememberedLife(seed, tmp_path)
    life.go_through(15)
    again = opened(life.session, tmp_path)
    assert model_file.write(again.checkpoint()) == model_file.write(life.session.checkpoint())
    found = 0
    for step, moment in life.known.items():
        if again.times.kept_at(step) is not None:
            found += 1
            assert set(differences(moment, looked_at(again, step))) <= set(OF_RECORD), step
    assert found >= len(life.known) / 2


def test_only_so_much_is_kept_and_the_rest_lived_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = branched()
    size = session._book.memory.past.line.kept[0].packed
    monkeypatch.setattr(saved, "MOST_BYTES", 6 * len(size.data))
    again = opened(session, tmp_path)
    assert model_file.write(again.checkpoint()) == model_file.write(session.checkpoint())
    spec = container.read_header(model_file.write(session.checkpoint())).spec
    assert sum(stretch["states"] for stretch in spec["past"]["stretches"]) <= 18
    for step in range(0, session.state.step, 10):
        assert set(differences(moment_of(session.at(step)), moment_of(Session(again.checkpoint()).at(step)))) == set()
    monkeypatch.setattr(past_states, "MOST_TEXT", len(msgspec.json.encode(spec["past"])) - 1)
    few = container.read_header(model_file.write(session.checkpoint())).spec
    assert len(few.get("past", {}).get("stretches", ())) < len(spec["past"]["stretches"])


def test_moments_before_a_cut_of_the_log_are_kept_in_a_file(tmp_path: Path) -> None:
    session = Session(START)
    session.advance(steps=30)
    then = session.at(12).digest()
    session._book.cut_log()
    again = opened(session, tmp_path)
    assert again.at(12).digest() == then
    assert pg.replay(START, again.at(12).log).digest() == then
    again.branch(at=12)
    again.advance(steps=18)
    assert again.digest() == session.digest()


def test_a_journal_keeps_no_states(tmp_path: Path) -> None:
    session = Session(START)
    session.advance(steps=3000)
    Journal(tmp_path).write(Work(session.checkpoint()), About("run"))
    (work,) = tmp_path.glob(f"*/{WORK}")
    assert "past" not in container.read_header(work.read_bytes()).spec
    save(tmp_path / "run.nnp", session)
    assert work.stat().st_size < (tmp_path / "run.nnp").stat().st_size / 2
    assert load(work).past == {}


# -- forged files ------------------------------------------------------------------------------------------------------

Change = Callable[[dict[str, Any], dict[str, Any]], None]


def forged(change: Change) -> bytes:
    """The file of `branched`, its past changed."""
    data = model_file.write(branched().checkpoint())
    spec, tensors = container.read_header(data).spec, container.read_tensors(data)
    del spec["sha256"]
    change(spec["past"], tensors)
    return container.pack(spec, tensors)


def told(place: int, name: str, value: Any) -> Change:
    """Another field of a stretch."""
    return lambda past, tensors: past["stretches"][place].__setitem__(name, value)


def tip(name: str, value: Any) -> Change:
    return lambda past, tensors: past["tips"][0].__setitem__(name, value)


def states(field: str, value: Any, *place: int | slice) -> Change:
    """Other numbers in the states of the first stretch."""

    def change(past: dict[str, Any], tensors: dict[str, Any]) -> None:
        found, rest = first_states(past, tensors)
        found[field][place or ...] = value
        tensors["past/states"] = np.frombuffer(found.tobytes() + rest, "<u8")

    return change


def first_states(past: dict[str, Any], tensors: dict[str, Any]) -> tuple[Any, bytes]:
    """The states of the first stretch, and the bytes behind them."""
    (first, *_), _ = past_states.read_past(past, branched().experiment)
    data = bytearray(tensors["past/states"].tobytes())
    found = np.frombuffer(data, first.frame.layout, first.saved.states)
    return found, bytes(data[found.nbytes :])


def lengthen(past: dict[str, Any], tensors: dict[str, Any]) -> None:
    """States of other points."""
    old, rest = first_states(past, tensors)
    past["stretches"][0]["samples"] += 30
    (first, *_), _ = past_states.read_past(past, branched().experiment)
    new = np.zeros(len(old), first.frame.layout)
    for name in old.dtype.names:
        new[name] = np.arange(first.frame.samples) if name == "order" else old[name]
    size = sum(each.saved.states * each.frame.layout.itemsize for each in past_states.read_past(past, START)[0])
    tensors["past/states"] = np.frombuffer((new.tobytes() + rest)[:size].ljust(-(-size // 8) * 8, b"\0"), "<u8")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (told(0, "states", 0), "a past that no run has"),
        (told(0, "states", 2**40), "more states of its past than a file may have"),
        (told(0, "states", 10), "past/states is U64"),
        (told(0, "samples", 0), "a past that no run has"),
        (told(0, "samples", 21), "past/states is U64"),
        (told(0, "dtype", "int8"), "a past that no run has"),
        (told(0, "more", 1), "a past that no run has"),
        (told(0, "after", 0), "in no order"),
        (told(-1, "at", 2**30), "goes on from none"),
        (told(0, "changes", {"seed": -1}), "its past is about no experiment"),
        (told(0, "changes", {"network.layers": []}), "past/states is U64"),
        (tip("run", 9), "the past of a run that it does not have"),
        (tip("at", 10**6), "the past of a run that it does not have"),
        (tip("after", 99), "has no stretch"),
        (lambda past, tensors: past.__setitem__("stretches", []), "has no stretch"),
        (lambda past, tensors: past.__setitem__("stretches", past["stretches"] * 300), "a past that no run has"),
        (lambda past, tensors: tensors.pop("past/states"), "past/states is missing"),
        (states("parameters", np.nan), "not finite"),
        (states("powers", 2.0), "no optimizer remembers"),
        (states("watch", -1.0), "no schedule or early stopping remembers"),
        (states("probes", -1.0), "no layer has"),
        (states("order", 0), "every training point once"),
        (states("chance", 0), "no state of a random generator"),
        (states("counters", 50, slice(None), STEP), "in another order than they were made"),
        (states("counters", -1, slice(None), EPOCH), "counts that no run has"),
        (states("counters", 99, slice(None), POSITION), "counts that no run has"),
        (states("counters", 1, slice(None), STATUS), "counts that no run has"),
    ],
)
def test_forged_pasts_are_refused_in_words(change: Change, sentence: str) -> None:
    with pytest.raises(FileRefused, match=sentence):
        parse(forged(change), "f.nnp")


@pytest.mark.parametrize("change", [states("parameters", 3e38), states("watch", 5.0, slice(None), 4), lengthen])
def test_states_that_lead_nowhere_are_rebuilt(change: Change) -> None:
    """Numbers that are in order, and belong to other points or explode, cost the time to live again."""
    whole, session = branched(), Session(parse(forged(change), "f.nnp"))
    for each in (whole, session):
        each.switch(0)
    assert session.times.kept_at(17) is not None
    looked_at(session, 17)
    assert differences(moment_of(whole.at(17)), moment_of(session.at(17))) == []
