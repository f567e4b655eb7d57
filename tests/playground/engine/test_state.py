"""A run's arrays have room for every place of the kernels' table, and what the engine hands on of it is the table."""

from __future__ import annotations

import numpy as np

from kernels.plan import codes
from playground.engine import engine, state
from playground.experiment.experiment import Experiment
from playground.run.snapshot import HISTORY_COLUMNS


def test_what_the_engine_hands_on_is_the_table() -> None:
    assert {name: getattr(state, name) for name in state.__all__ if name.isupper()} == {
        name: getattr(codes, name) for name in state.__all__ if name.isupper()
    }
    statuses = (engine.STATUS_OK, engine.NOT_FINITE, engine.STOPPED_EARLY, engine.GOAL_REACHED)
    assert statuses == (codes.OK, codes.NOT_FINITE, codes.STOPPED_EARLY, codes.GOAL_REACHED)
    assert tuple(codes.RECORDED)[: len(HISTORY_COLUMNS)] == HISTORY_COLUMNS


def test_a_run_has_room_for_every_place() -> None:
    made = state.RunState.start(np.zeros(3), 2, 5, 0, Experiment().training)
    assert made.counters.shape == (codes.COUNTERS,)
    assert made.watch.shape == (codes.WATCH,)
    assert made.powers.shape == (codes.POWERS,)
    assert made.probes.shape == (2, codes.PROBES)


def test_rules_that_begin_anew_do_not_change_what_the_last_step_took() -> None:
    made = state.RunState.start(np.zeros(3), 2, 5, 0, Experiment().training)
    made.watch[state.RATE_TAKEN], made.watch[state.PLATEAU_RATE] = 0.03, 0.5
    made.restart_watch(Experiment().training)
    assert made.watch[[state.RATE_TAKEN, state.PLATEAU_RATE]].tolist() == [0.03, 1.0]
