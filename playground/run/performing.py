"""Actions carried out on a session.

Owns which method an action calls; what the methods do, and that they are logged, is the session's.
"""

from __future__ import annotations

from playground.run.actions import (
    Action,
    Advance,
    Edit,
    GoOn,
    NewSeed,
    OutOfTime,
    Reopen,
    Reset,
    RestoreParameter,
    Return,
    SetParameter,
    Step,
)
from playground.run.session import Session


def perform(session: Session, action: Action) -> None:
    """Carry out an action, now."""
    match action:
        case Advance(steps):
            session.advance(steps=steps)
        case Edit(experiment, back, points, run):
            session.apply(experiment, back, points, run)
        case NewSeed(seed, run):
            session.new_seed(seed, run)
        case SetParameter(index, value, key):
            session.set_parameter(index, value, key)
        case RestoreParameter(index, key):
            session.restore_parameter(index, key)
        case Reset(run):
            session.reset(run)
        case Return(run, experiment, points):
            session.return_to(run, experiment, points)
        case GoOn():
            session.go_on()
        case OutOfTime():
            session.out_of_time()
        case Reopen():
            session.reopen()
        case Step(what):
            _step(session, what)


def _step(session: Session, what: str) -> None:
    """One step for somebody who watches: past a rule that has ended the run, but not past a divergence."""
    if session.stopped is not None:
        session.go_on()
    if what == "sample":
        session.step_sample()
    elif what == "batch":
        session.advance(steps=1)
    else:
        session.advance(epochs=1)
