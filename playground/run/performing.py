"""Actions carried out on a session.

Owns which method an action calls; what the methods do, and that they are logged, is the session's.
"""

from __future__ import annotations

from playground.errors import Said
from playground.run import shelf
from playground.run.actions import (
    Action,
    Advance,
    Edit,
    GoOn,
    NewSeed,
    OpenTest,
    OutOfTime,
    Reopen,
    Reset,
    RestoreParameter,
    Return,
    SetParameter,
    Step,
)
from playground.run.session import Session

NO_LONGER_KEPT = (
    "What undo goes back to is not kept any more: of earlier runs {most} MB are, and younger ones took its place. "
    "{what} Redo goes back to where you were."
)
RUN, WEIGHTS = "The run has begun anew.", "What the edit had taken away has begun anew."


def perform(session: Session, action: Action) -> Said | None:
    """Carry out an action, now; what whoever asked for it has to be told, if anything."""
    match action:
        case Advance(steps):
            session.advance(steps=steps)
        case Edit(experiment, back, points, run):
            if not session.apply(experiment, back, points, run):
                return _no_longer_kept(WEIGHTS)
        case NewSeed(seed, run):
            session.new_seed(seed, run)
        case SetParameter(index, value, key):
            session.set_parameter(index, value, key)
        case RestoreParameter(index, key):
            session.restore_parameter(index, key)
        case Reset(run):
            session.reset(run)
        case Return(run, experiment, points):
            if not session.return_to(run, experiment, points):
                return _no_longer_kept(RUN)
        case GoOn():
            session.go_on()
        case OutOfTime():
            session.out_of_time()
        case OpenTest():
            session.open_test()
        case Reopen():
            session.reopen()
        case Step(what):
            _step(session, what)
    return None


def _no_longer_kept(what: str) -> Said:
    return Said(NO_LONGER_KEPT, {"most": shelf.MAX_BYTES // 10**6, "what": what})


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
