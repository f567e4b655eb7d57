"""Whoever waits for the thread of a run waits for one short call, or one step, whatever was edited; by an own clock."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground.driving.driver import Driver
from playground.driving.pace import LONGEST_CALL, Pace
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.run.session import Session

ANSWER_SECONDS = 0.1
COSTS = st.floats(1e-8, 3.0)


class Machine:
    """A clock, and a session whose steps take as long as they are said to."""

    def __init__(self) -> None:
        self.now, self.cost, self.goes_on = 0.0, 1e-7, True
        self.experiment, self.state = Experiment(), SimpleNamespace(step=0)

    def edit(self, cost: float) -> None:
        """From here on steps cost something else."""
        self.cost, self.experiment = cost, with_changes(Experiment(), title=str(cost))

    def advance(self, steps: int) -> None:
        self.now += steps * self.cost + 1e-6
        self.state.step += steps


def driven(machine: Any, speed: float | None = None) -> Driver:
    driver = Driver(Pace(), clock=lambda: machine.now)
    driver.pace.restart(speed)
    return driver


@given(st.lists(st.tuples(COSTS, st.integers(1, 40)), min_size=1, max_size=8), st.sampled_from([None, 1.0, 60.0, 1e5]))
@example([(2e-7, 40), (0.5, 1)], None)
@example([(2e-7, 40), (0.5, 3)], 1e5)
def test_no_call_is_longer_than_an_answer_may_take_and_one_step(
    edits: list[tuple[float, int]], speed: float | None
) -> None:
    machine = Machine()
    driver = driven(machine, speed)
    for cost, calls in edits:
        machine.edit(cost)
        for _ in range(calls):
            before = machine.now
            driver.advance(machine, LONGEST_CALL)  # type: ignore[arg-type]
            assert machine.now - before <= ANSWER_SECONDS + cost
            machine.now += 0.01


@pytest.mark.parametrize("cost", [1e-7, 1e-5, 1e-3])
def test_after_an_edit_a_run_soon_makes_use_of_its_time_again(cost: float) -> None:
    machine = Machine()
    driver = driven(machine)
    machine.edit(cost)
    for _ in range(20):
        driver.advance(machine)  # type: ignore[arg-type]
    before = machine.now
    driver.advance(machine)  # type: ignore[arg-type]
    assert machine.now - before == pytest.approx(0.002, rel=0.5)


def test_a_fresh_run_begins_gently_and_reaches_its_speed() -> None:
    """On the usual data nearly all of the loss's fall takes 250 to 800 steps: it can be watched."""
    reached: dict[int, float] = {}
    machine = Machine()
    machine.edit(1e-6)
    driver = driven(machine, 2000.0)
    while machine.now < 12.0:
        driver.advance(machine)  # type: ignore[arg-type]
        machine.now += 0.002
        for steps in (250, 800, 2_500, 10_000):
            if machine.state.step >= steps:
                reached.setdefault(steps, machine.now)
    assert 1.0 < reached[250] < 2.5
    assert 2.0 < reached[800] < 4.0
    assert 3.0 < reached[2_500] < 5.0
    assert 6.0 < reached[10_000] < 10.0
    for speed, made in ((None, 0), (60.0, 0), (2000.0, 5_000)):
        other = Machine()
        other.edit(1e-6)
        other.state.step = made
        driver = driven(other, speed)
        while other.now < 1.0:
            driver.advance(other)  # type: ignore[arg-type]
            other.now += 0.002
        assert other.state.step - made >= 0.9 * (speed or 1e5), "slow and full runs, and those under way, just go"


def test_the_first_call_after_an_edit_makes_one_step() -> None:
    session = Session(with_changes(Experiment(), data__source__samples=20, training__batch_size=1))
    driver = driven(SimpleNamespace(now=0.0))
    for _ in range(12):
        driver.advance(session)
    assert driver.advance(session) > 1
    session.apply(with_changes(session.experiment, training__batch_size=20))
    assert driver.advance(session) == 1
    session.apply(session.experiment)
    assert driver.advance(session) > 1
