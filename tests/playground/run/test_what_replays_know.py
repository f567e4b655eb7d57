"""What a replay refuses, and what a log has to hold so that it can be lived again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest

import playground as pg
from playground.edits.changes import with_changes
from playground.engine.engine import Engine
from playground.errors import WrongUse
from playground.exchange import model_file
from playground.exchange.files import parse
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.experiment.training import Stop
from playground.run import log as log_module
from playground.run.actions import Advance, Edit
from playground.run.checkpoint import Entry, Log
from playground.run.recording import CAPACITY, Recording
from playground.run.replaying import replay
from playground.run.session import Session
from tests.cases import cases
from tests.playground.run.lives import START
from tests.playground.run.sameness import check_same

# -- refusals ---------------------------------------------------------------------------------------------------------


def test_the_log_of_another_experiment_is_refused() -> None:
    session = Session(START)
    session.advance(steps=1)
    with pytest.raises(WrongUse, match="belongs to another experiment"):
        pg.replay(Experiment(), session.log)


def test_a_log_whose_steps_do_not_fit_is_refused() -> None:
    session = Session(START)
    session.advance(steps=5)
    session.reset()
    entries = (session.log.entries[0], landed_at(session.log.entries[1], step=9))
    with pytest.raises(WrongUse, match="action 1 landed at step 9, where the replay stands at step 5"):
        replay(START, Log(session.log.base, "float32", entries))


def landed_at(entry: Entry, step: int) -> Entry:
    return Entry(entry.number, step, entry.action)


def test_an_edit_that_is_not_valid_is_refused() -> None:
    bad = msgspec.structs.replace(START, data=msgspec.structs.replace(START.data, features=("x", "x")))
    log = Log(Session(START).log.base, "float32", (Entry(0, 0, Edit(bad)),))
    with pytest.raises(pg.PlaygroundError, match="each feature may stand once"):
        replay(START, log)


def test_a_base_that_orders_other_samples_is_refused_before_a_kernel_sees_it() -> None:
    session = Session(START)
    session.advance(steps=3)
    base = msgspec.structs.replace(session.checkpoint(), log=None)
    assert base.state is not None
    base.state.order = np.arange(100_000)[::-1].copy()
    with pytest.raises(WrongUse, match="it orders 100000 training samples, and there are 20"):
        replay(START, Log(base, "float32", (Entry(0, 3, Advance(5)),)))


# -- what a replay has to know ----------------------------------------------------------------------------------------


def test_one_layer_object_that_stands_in_a_list_several_times_is_several_layers() -> None:
    twin = Dense(4)
    made = Session(with_changes(START, network=Network((twin,) * 3)))
    made.advance(epochs=2)
    before = made.state.parameters.copy()
    made.apply(with_changes(made.experiment, training__learning_rate=0.01))
    assert np.array_equal(made.state.parameters, before)
    assert entries_of(made)[-1].experiment.network.layers == (twin,) * 3
    made.apply(with_changes(made.experiment, network=Network((twin, Dense(2), twin))))
    made.advance(epochs=1)
    opened = parse(model_file.write(made.checkpoint()), "twins.nnp")
    assert opened.log is not None
    assert pg.replay(opened, opened.log).digest() == made.digest()


def entries_of(session: Session) -> list[Any]:
    return [entry.action for entry in session.log.entries]


def test_a_run_opened_in_another_precision_has_a_log_of_its_own() -> None:
    made = Session(START)
    made.advance(epochs=2)
    other = Session(made.checkpoint(), np.float64)
    other.advance(epochs=2)
    assert other.log.first == made.log.entries[-1].number + 1
    check_same(other, pg.replay(START, other.log))


def test_a_run_that_writes_nothing_down_is_replayed_so() -> None:
    made = Session(START, record=False)
    made.advance(epochs=2)
    again = pg.replay(START, made.log)
    assert not again.recording.on
    check_same(made, again)
    opened = Session(parse(model_file.write(made.checkpoint()), "f.nnp"))  # from here on it writes
    opened.advance(epochs=2)
    assert opened.log.begins_with_a_state
    check_same(opened, pg.replay(START, opened.log))


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_steps_before_an_interruption_are_in_the_log(calls: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C breaks into a call of `advance` where it may: after the kernels have made steps."""
    made = Session(with_changes(START, training__stop=Stop(epochs=1_000_000)))
    real, left = Engine.train, calls

    def interrupted(engine: Engine, state: Any, steps: int, *rest: Any) -> int:
        nonlocal left
        found = real(engine, state, min(steps, 50), *rest)
        left -= 1
        if not left:
            raise KeyboardInterrupt
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "train", interrupted)
        with pytest.raises(KeyboardInterrupt):
            made.advance(epochs=100)
    assert made.state.step == 50 * (calls - 1), "the call that was broken into is not made"
    check_same(made, pg.replay(made.experiment, made.log))
    made.advance(epochs=3)
    check_same(made, pg.replay(made.experiment, made.log))


def test_an_interruption_right_after_the_record_was_thinned_spoils_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Session(with_changes(START, data__source__samples=20))
    made.advance(epochs=CAPACITY - 10)
    thin = Recording.thin_if_full

    def interrupted(recording: Recording) -> None:
        before = recording.stride
        thin(recording)
        if recording.stride != before:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Recording, "thin_if_full", interrupted)
        with pytest.raises(KeyboardInterrupt):
            made.advance(epochs=40)
    assert (np.diff(made.history["epoch"]) == 2.0).all()
    assert model_file.read(model_file.write(made.checkpoint())).record is not None
    made.advance(epochs=100)
    check_same(made, pg.replay(made.experiment, made.log))


def test_what_a_cut_log_does_not_know_can_still_be_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Session(START)
    made.advance(epochs=2)
    trained, before = made.layout.weights(made.state.parameters, 0).copy(), made.experiment
    made.set_parameter(1, 0.5, key=7)
    network = made.experiment.network
    made.apply(with_changes(made.experiment, network=network.without(0)))
    monkeypatch.setattr(log_module, "MOST_ENTRIES", 4)
    for rate in (0.1, 0.2, 0.3):
        made.apply(with_changes(made.experiment, training__learning_rate=rate))
        made.advance(steps=1)
    assert made.log.begins_with_a_state
    made.apply(before, back=True)
    made.restore_parameter(1, 7)
    found = made.layout.weights(made.state.parameters, 0)
    assert np.array_equal(found, trained), "weights that were put aside before the cut are back"
    check_same(made, pg.replay(made.experiment, made.log))


def test_a_value_remembered_under_a_key_is_that_of_its_parameter() -> None:
    made = Session(START)
    made.set_parameter(1, 0.5, key=7)
    with pytest.raises(WrongUse, match="Under the key 7 parameter 1 is remembered; got parameter 2"):
        made.restore_parameter(2, 7)


@cases(
    ("call", "sentence"),
    [
        (lambda made: made.advance(steps=2.5), "steps is a whole number from 0 to 4503599627370496; got 2.5"),
        (lambda made: made.advance(epochs=-1), "epochs is a whole number"),
        (lambda made: made.advance(steps="3"), "steps is a whole number from 0 to 4503599627370496; got '3'"),
        (lambda made: made.advance(steps=True), "steps is a whole number"),
        (lambda made: made.advance(steps=10**400), "steps is a whole number"),
        (lambda made: made.new_seed(2**60), "seed is a whole number from 0 to 9007199254740992"),
        (lambda made: made.new_seed(-1), "seed is a whole number"),
        (lambda made: made.set_parameter(1.5, 0.0), "index is a whole number"),
        (lambda made: made.set_parameter(1, "a"), "A parameter is a number; got 'a'"),
        (lambda made: made.set_parameter(1, float("nan")), "A parameter is a finite number"),
        (lambda made: made.set_parameter(1, 0.0, -1), "key is a whole number"),
    ],
)
def test_what_is_no_number_is_refused_and_not_logged(call: Callable[[Session], object], sentence: str) -> None:
    made = Session(START)
    made.advance(steps=3)
    with pytest.raises(WrongUse, match=sentence):
        call(made)
    assert entries_of(made) == [Advance(3)]


def test_a_drag_of_long_notes_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Session(START)
    monkeypatch.setattr(log_module, "MOST_BYTES", 10_000)
    for count in (10, 9_000, 11_000):
        made.apply(with_changes(made.experiment, notes="n" * count))
    made.advance(steps=1)
    assert made.log.begins_with_a_state, "the merged edit alone is longer than a log may be"


def test_what_overflowed_in_a_layer_is_the_same_after_reopening() -> None:
    made = Session(START)
    for index in range(made.state.parameters.size):
        made.set_parameter(index, 3e38)
    made.advance(steps=1)
    assert np.isnan(made.state.probes).any(), "of such weights some figures are not known"
    assert not np.isinf(made.state.probes).any()
    opened = Session(parse(model_file.write(made.checkpoint()), "f.nnp"))
    check_same(opened, made)
    check_same(opened, pg.replay(START, opened.log))


def test_after_a_cut_a_run_that_was_left_can_still_be_returned_to(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Session(START)
    made.advance(steps=20)
    made.reset(1)
    made.advance(steps=30)
    monkeypatch.setattr(log_module, "MOST_ENTRIES", 4)
    for place in range(6):
        made.set_parameter(place, 0.5)
    assert made.log.begins_with_a_state
    monkeypatch.undo()
    made.reset(2)
    made.advance(steps=3)
    made.return_to(1, made.experiment)
    check_same(made, pg.replay(made.experiment, made.log))
    opened = parse(model_file.write(made.checkpoint()), "f.nnp")
    assert opened.log is not None
    check_same(made, pg.replay(opened, opened.log))


def test_a_run_comes_back_in_its_number_type() -> None:
    made = Session(START, np.float64)
    made.advance(steps=5)
    digest = made.digest()
    made.apply(with_changes(START, training__precision="float64", training__l2=0.1), run=1)
    made.apply(with_changes(START, training__l2=0.1), run=2)
    made.return_to(0, START)
    assert (made.dtype, made.digest()) == (np.float64, digest)
