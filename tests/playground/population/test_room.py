"""Threads that have nothing to do help with a call of the kernels, and what is trained stays the same bytes."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import playground as pg
from playground.engine import many
from playground.engine.many import ManyNetworks, part_of
from playground.engine.state import STEP
from playground.population import training
from playground.population.asked import asked
from playground.population.groups import parts_of
from playground.population.member import Member
from playground.population.room import Room
from playground.population.sharing import evenly, shared_out
from playground.population.training import Calls, trained
from tests.cases import cases

STOPPED = pg.with_changes(pg.Experiment(), training__stop__accuracy=0.9)
"""Its members end after unlike numbers of steps."""


def members(experiment: pg.Experiment, room: Room) -> list[Member]:
    every = asked(experiment, range(7), [0.03, 0.03, 0.1, 0.3, 0.3, 1e6, 0.01], None, None)
    return list(trained(every, 40, 10, None, room))


def threads_of_calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many threads each call of the kernels was shared out to."""
    shared, train = list[int](), ManyNetworks.train

    def counted(*given: object) -> None:
        shared.append(len(given[-1]))  # type: ignore[arg-type]
        train(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(ManyNetworks, "train", counted)
    return shared


@pytest.mark.parametrize("experiment", [pg.Experiment(), STOPPED], ids=["to the end", "by a rule"])
@pytest.mark.parametrize("threads", [2, 3, 9])
def test_members_are_the_same_bytes_by_any_number_of_threads(
    monkeypatch: pytest.MonkeyPatch, experiment: pg.Experiment, threads: int
) -> None:
    alone = members(experiment, Room(1))
    monkeypatch.setattr(training, "SHARED_SECONDS", 1e-9)
    shared = threads_of_calls(monkeypatch)
    for one, other in zip(members(experiment, Room(threads)), alone, strict=True):
        assert one.parameters.tobytes() == other.parameters.tobytes()
        assert one.history.tobytes() == other.history.tobytes()
        assert (one.seed, one.epochs, one.ended, one.metrics) == (other.seed, other.epochs, other.ended, other.metrics)
    assert max(shared) == min(threads, 7)


def test_a_short_call_is_not_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "SHARED_SECONDS", 1e9)
    shared = threads_of_calls(monkeypatch)
    members(pg.Experiment(), Room(4))
    assert set(shared) == {1}


def test_helpers_keep_their_scratch_memory_however_large_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    made, shared, scratch = list[object](), threads_of_calls(monkeypatch), many.scratch
    monkeypatch.setattr(many, "scratch", lambda *given: made.append(given) or scratch(*given))
    monkeypatch.setattr(many, "MOST_SCRATCH", 0)
    monkeypatch.setattr(training, "SHARED_SECONDS", 1e-9)
    monkeypatch.setattr(training, "CALL_SECONDS", 1e-3)
    members(pg.Experiment(), Room(3))
    assert len([each for each in shared if each == 3]) > 3
    assert len(made) == 3


def test_what_goes_wrong_in_a_helper_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "SHARED_SECONDS", 1e-9)

    def broken(*given: object) -> None:
        if threading.current_thread().name.startswith("population"):
            raise MemoryError("no room")
        train_many(*given)  # type: ignore[arg-type]

    train_many = many.train_many
    monkeypatch.setattr(many, "train_many", broken)
    room = Room(2)
    with pytest.raises(MemoryError, match="no room"):
        members(pg.Experiment(), room)
    assert room.helpers(5) == 1  # those that were lent are back


def test_only_threads_that_nobody_uses_help() -> None:
    room, free, begun = Room(4), threading.Event(), threading.Event()

    def work() -> None:
        room.go_on()
        begun.set()
        free.wait()
        room.leave()

    other = threading.Thread(target=work)
    room.go_on()
    other.start()
    begun.wait()
    assert room.helpers(1) == 1
    assert room.helpers(5) == 1
    assert room.helpers(5) == 0
    room.thanks(2)
    free.set()
    other.join()
    assert room.helpers(5) == 3
    room.thanks(3)
    room.leave()
    assert room.helpers(5) == 4


def test_nobody_helps_while_somebody_else_needs_the_cores() -> None:
    assert Room(4, is_free=lambda: False).helpers(3) == 0
    assert Room(1).helpers(3) == 0
    assert Room(4).helpers(0) == 0
    assert Room(4).helpers(-1) == 0


@cases(
    ("steps", "count", "ends"),
    [
        ([10, 10, 10, 10], 2, [2, 4]), ([10] * 5, 2, [2, 5]),
        ([10] * 5, 4, [1, 2, 4, 5]), ([90, 10, 10, 10], 2, [1, 4]),
        ([10, 10, 90], 2, [2, 3]), ([7], 3, [1]), ([0, 0, 0], 2, [1, 3]), ([5, 5], 1, [2]), ([1] * 9, 3, [3, 6, 9]),
    ],
)  # fmt: skip
def test_members_are_shared_out_evenly(steps: list[int], count: int, ends: list[int]) -> None:
    parts = evenly(np.array(steps), count)
    assert [part.stop for part in parts] == ends
    assert [part.start for part in parts] == [0, *ends[:-1]]


@cases(
    ("left", "hands", "steps", "ends"),
    [
        ([60, 60, 60], 2, [60, 60, 40], [1, 3]), ([1, 100, 99], 2, [1, 99, 99], [2, 3]),
        ([500, 500], 2, [100, 100], [1, 2]), ([75, 75, 75, 75], 3, [75, 75, 25, 75], [1, 3, 4]),
        ([500], 1, [100], [1]), ([0, 30], 1, [0, 30], [2]), ([0, 0], 2, [0, 0], [1, 2]),
    ],
)  # fmt: skip
def test_no_hand_does_more_steps_than_a_call_may_have(
    left: list[int], hands: int, steps: list[int], ends: list[int]
) -> None:
    found, parts = shared_out(np.array(left), hands, 100)
    assert found.tolist() == steps
    assert [part.stop for part in parts] == ends
    assert max(found[part].sum() for part in parts) <= 100


def test_members_that_are_done_need_no_helper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of seven that are trained together six have nothing left to do."""
    monkeypatch.setattr(training, "SHARED_SECONDS", 1e-9)
    (part,) = parts_of(asked(pg.Experiment(), range(7), None, None, None), 5, None)
    states, shared = part.starts(np.arange(7)), threads_of_calls(monkeypatch)
    last = np.array([0, 0, 0, 12, 0, 0, 0])
    done = [each.stop for each in Calls(None, Room(4)).train(part, np.arange(7), states, last)]
    assert done[-1] == 7
    assert set(shared) == {1}
    assert part_of(states, slice(3, 4)).counters[0, STEP] == 12
