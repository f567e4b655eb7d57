"""Cures tried by several threads come to what one comes to, in the same order; nobody's core is taken who needs it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import islice

import pytest

import playground as pg
from playground.data import make_dataset
from playground.diagnosis.cures.hands import Halt, in_order
from playground.diagnosis.cures.verifying import CureResult, try_cures
from playground.diagnosis.signals.finding import RuleName
from playground.diagnosis.signals.plan import Plan
from playground.engine.many import ManyNetworks
from playground.population.room import Room
from playground.run.checkpoint import Checkpoint
from tests.playground.diagnosis.cures.cases import SMALL, finding

SLOW = pg.with_changes(SMALL, training__learning_rate=1e-5)
SWINGING = pg.with_changes(SMALL, training__learning_rate=20.0)
DRAWN = pg.with_changes(SMALL, training__learning_rate=0.01)
LONG = Plan(20_000, "asked")


def found(experiment: pg.Experiment, rule: RuleName, room: Room, plan: Plan = Plan(12, "asked")) -> list[CureResult]:
    dataset = make_dataset(experiment.data, experiment.seed)
    return list(try_cures(Checkpoint(experiment, dataset=dataset), finding(rule), plan, room=room))


def told(results: list[CureResult]) -> list[tuple[object, ...]]:
    """Everything about them, to the last bit."""
    return [
        (each.cure, each.verdict, each.effect, each.like, each.epochs, [
            (pair.seed, pair.without, pair.treated, [
                (run.seed, run.figures, run.ended, run.parameters.tobytes(), run.curve.train.tobytes(),
                 run.curve.judged.tobytes()) for run in (pair.run_without, pair.run_treated)
            ]) for pair in each.pairs
        ]) for each in results
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("experiment", "rule"),
    [
        (SLOW, "learning_rate_low"),
        pytest.param(SWINGING, "learning_rate_high", marks=pytest.mark.long),
        pytest.param(DRAWN, "bad_draw", marks=pytest.mark.long),
        (SLOW, "missing_values"),
    ],
)
def test_the_results_are_the_same_by_any_number_of_threads(experiment: pg.Experiment, rule: RuleName) -> None:
    alone = told(found(experiment, rule, Room(1)))
    assert alone
    for threads in (2, 5):
        assert told(found(experiment, rule, Room(threads))) == alone
    assert told(found(experiment, rule, Room(3, is_free=lambda: False))) == alone


def test_the_room_is_that_of_the_machine_up_to_a_few_threads() -> None:
    assert 1 <= Room().threads <= 4


def calls_at_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many calls of the kernels were under way at each of them."""
    under_way, lock, counts = 0, threading.Lock(), list[int]()
    train = ManyNetworks.train

    def counted(*given: object, **named: object) -> None:
        nonlocal under_way
        with lock:
            under_way += 1
            counts.append(under_way)
        time.sleep(0.002)
        train(*given, **named)  # type: ignore[arg-type]
        with lock:
            under_way -= 1

    monkeypatch.setattr(ManyNetworks, "train", counted)
    return counts


@pytest.mark.parametrize(("is_free", "most"), [(True, 2), (False, 1)])
def test_while_somebody_else_trains_one_thread_does(monkeypatch: pytest.MonkeyPatch, is_free: bool, most: int) -> None:
    counts = calls_at_once(monkeypatch)
    found(SLOW, "learning_rate_low", Room(2, is_free=lambda: is_free))
    assert max(counts) == most


def threads_of_cures() -> list[str]:
    return [each.name for each in threading.enumerate() if each.name.startswith("cures")]


def test_a_cancelled_trial_ends_all_threads_at_once() -> None:
    cancel, begun = threading.Event(), time.perf_counter()
    checkpoint = Checkpoint(SLOW, dataset=make_dataset(SLOW.data, SLOW.seed))
    threading.Timer(0.3, cancel.set).start()
    assert list(try_cures(checkpoint, finding("learning_rate_low"), LONG, cancel=cancel, room=Room(3))) == []
    assert time.perf_counter() - begun < 5.0
    assert threads_of_cures() == []


def test_once_cancelled_no_more_is_told_though_more_was_made() -> None:
    cancel = threading.Event()
    checkpoint = Checkpoint(SLOW, dataset=make_dataset(SLOW.data, SLOW.seed))
    results = try_cures(checkpoint, finding("learning_rate_low"), Plan(12, "asked"), cancel=cancel, room=Room(4))
    assert next(results)
    time.sleep(0.2)
    cancel.set()
    assert list(results) == []


def test_who_takes_no_more_results_leaves_no_thread_behind() -> None:
    checkpoint = Checkpoint(SLOW, dataset=make_dataset(SLOW.data, SLOW.seed))
    results = try_cures(checkpoint, finding("learning_rate_low"), Plan(12, "asked"), room=Room(2))
    assert len(list(islice(results, 1))) == 1
    results.close()  # type: ignore[attr-defined]
    assert threads_of_cures() == []


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_jobs_are_told_in_their_order_and_what_one_raises_in_its_place(threads: int) -> None:
    def job(place: int) -> Callable[[], int]:
        def done() -> int:
            time.sleep(0.01 * (4 - place))
            if place == 3:
                raise ValueError("the third")
            return place

        return done

    come = in_order([job(place) for place in range(5)], Room(threads), Halt(None))
    assert list(islice(come, 3)) == [0, 1, 2]
    with pytest.raises(ValueError, match="the third"):
        next(come)
    assert threads_of_cures() == []


def test_a_halt_is_set_by_itself_or_by_whoever_asked() -> None:
    cancel = threading.Event()
    one, other = Halt(cancel), Halt(None)
    assert not one.is_set()
    assert not other.is_set()
    cancel.set()
    other.set()
    assert one.is_set()
    assert other.is_set()


def test_a_thread_that_waits_for_another_one_leaves_it_the_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether there is room changes between any two calls: none of it ends in threads that wait for each other."""
    calls = iter(range(10**9))
    calls_at_once(monkeypatch)
    alone = told(found(SLOW, "learning_rate_low", Room(1)))
    for often in (1, 2, 3, 7):
        room = Room(3, is_free=lambda often=often: next(calls) % (2 * often) < often)  # type: ignore[misc]
        assert told(found(SLOW, "learning_rate_low", room)) == alone


def test_while_there_is_no_room_one_thread_has_the_turn_until_it_leaves() -> None:
    free, came, room = threading.Event(), threading.Event(), Room(2, is_free=lambda: free.is_set())
    room.go_on()
    room.go_on()
    other = threading.Thread(target=lambda: (room.go_on(), came.set()))
    other.start()
    assert not came.wait(0.1)
    room.leave()
    assert came.wait(5.0)
    other.join()
    free.set()
    room.go_on()
