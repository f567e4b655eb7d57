"""A session advanced against the clock: calls of fitting length, and the end by the seconds that a run may take.

Owns the only place where a run meets time; knows nothing of threads, signals or snapshots.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from playground.driving.look import Look
from playground.driving.pace import Pace
from playground.experiment.experiment import Experiment
from playground.run.session import Session


class Driver:
    """Advances a session, or a look at its past, one call at a time; `begin` starts the seconds that a rule may limit.

    After an edit a step may cost a million times as much: what the pace knew of another experiment is forgotten.
    limited: whether a run's own seconds count; not where steps are made again that were made before.
    """

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.perf_counter, limited: bool = True) -> None:
        self.pace, self._clock, self._limited = pace, clock, limited
        self._began = clock()
        self._experiment: Experiment | None = None

    def begin(self) -> None:
        """The run goes on from now."""
        self._began = self._clock()

    @property
    def seconds(self) -> float:
        """How long ago the run went on."""
        return self._clock() - self._began

    def advance(self, session: Session, seconds: float | None = None, most: int | None = None) -> int:
        """One call, of about so many seconds and of at most so many steps; how many steps were made.

        0 where it is too early for a step, or where the run has ended: see `Session.goes_on`.
        """
        if session.experiment is not self._experiment:
            self._experiment = session.experiment
            self.pace.forget()
        now = self._clock()
        steps = self.pace.steps_due(now, seconds, session.state.step)
        allowed = session.experiment.training.stop.seconds
        if self._limited and allowed is not None and now - self._began >= allowed:
            session.out_of_time()
        if steps == 0 or not session.goes_on:
            return 0
        before = session.state.step
        session.advance(steps=steps if most is None else min(steps, most))
        made = session.state.step - before
        self.pace.measured(max(made, 1), self._clock() - now)
        return made

    def follow(self, look: Look, seconds: float | None = None) -> int:
        """The same through steps that were made already, up to the present; how many were passed."""
        if look.step is None:
            return 0
        self._experiment = None  # what a step costs now is not known in the present
        now = self._clock()
        steps = self.pace.steps_due(now, seconds, look.step)
        if steps:
            look.pass_to(look.step + steps)
            self.pace.measured(steps, self._clock() - now)
        return steps
