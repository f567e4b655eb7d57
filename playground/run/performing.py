"""Actions carried out on a session.

Owns which method an action calls; what the methods do, and that they are logged, is the session's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from playground.data import OwnPoints
from playground.engine.state import RunState
from playground.errors import Said, WrongUse
from playground.experiment.experiment import Experiment
from playground.past.branches import MOST_BRANCHES, Branch
from playground.run import shelf
from playground.run.actions import (
    Action,
    Advance,
    DropBranch,
    Edit,
    GoOn,
    NameBranch,
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
from playground.run.checkpoint import Log
from playground.run.snapshot import SealedLook
from playground.run.stopping import Stopped

NO_LONGER_KEPT = (
    "What undo goes back to is not kept any more: of earlier runs {most} MB are, and younger ones took its place. "
    "{what} Redo goes back to where you were."
)
GONE = (
    "Of more than {most} branches the oldest without a name goes: number {number}, which had come to step {step}. Undo "
    "brings it back."
)
CROWDED = (
    "There are {count} branches now, more than {most}: none makes way for the new one, because all have names, or it "
    "comes from them. Delete those that are of no use in the list of branches."
)
RUN, WEIGHTS = "The run has begun anew.", "What the edit had taken away has begun anew."


class Branching(Protocol):
    """What actions ask of the branches of a session."""

    def name(self, run: int, name: str) -> None: ...
    def drop(self, run: int, back: bool = False) -> None: ...
    def made_way(self) -> Branch | None: ...


class Able(Protocol):
    """What actions ask of a session, which knows what they come to."""

    @property
    def state(self) -> RunState: ...
    @property
    def stopped(self) -> Stopped | None: ...
    def advance(self, *, epochs: int = 0, steps: int = 0) -> bool: ...
    def step_sample(self) -> None: ...
    def out_of_time(self) -> None: ...
    def go_on(self) -> None: ...
    def open_test(self) -> SealedLook: ...
    def apply(
        self,
        experiment: Experiment,
        back: bool = False,
        points: OwnPoints | None = None,
        run: int | None = None,
        at: int | None = None,
    ) -> bool: ...
    @property
    def times(self) -> Branching: ...
    @property
    def branches(self) -> tuple[Branch, ...]: ...
    def new_seed(self, seed: int, run: int | None = None) -> None: ...
    def reset(self, run: int | None = None) -> None: ...
    def return_to(self, run: int, experiment: Experiment, points: OwnPoints | None = None) -> bool: ...
    def set_parameter(self, index: int, value: float, key: int | None = None) -> None: ...
    def restore_parameter(self, index: int, key: int) -> None: ...
    def reopen(self, branches: bool = False) -> None: ...


def perform(session: Able, action: Action) -> Said | None:
    """Carry out an action, now; what whoever asked for it has to be told, if anything."""
    match action:
        case Advance(steps):
            session.advance(steps=steps)
        case Edit(experiment, back, points, run, at):
            if not session.apply(experiment, back, points, run, at):
                return _no_longer_kept(WEIGHTS)
        case NewSeed(seed, run):
            session.new_seed(seed, run)
        case SetParameter(index, value, key):
            session.set_parameter(index, value, key)
        case RestoreParameter(index, key):
            session.restore_parameter(index, key)
        case NameBranch(run, name):
            session.times.name(run, name)
        case DropBranch(run, back):
            session.times.drop(run, back)
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
        case Reopen(branches):
            session.reopen(branches)
        case Step(what):
            _step(session, what)
    gone = session.times.made_way()
    if gone is not None:
        return Said(GONE, {"most": MOST_BRANCHES, "number": gone.number, "step": gone.step})
    count = len(session.branches) if _begins(action) else 0
    return Said(CROWDED, {"count": count, "most": MOST_BRANCHES}) if count > MOST_BRANCHES else None


def _begins(action: Action) -> bool:
    """Whether an action begins another run."""
    return isinstance(action, (Edit, NewSeed, Reset)) and action.run is not None


def _no_longer_kept(what: str) -> Said:
    return Said(NO_LONGER_KEPT, {"most": shelf.MAX_BYTES // 10**6, "what": what})


def _step(session: Able, what: str) -> None:
    """One step for somebody who watches: past a rule that has ended the run, but not past a divergence."""
    if session.stopped is not None:
        session.go_on()
    if what == "sample":
        session.step_sample()
    elif what == "batch":
        session.advance(steps=1)
    else:
        session.advance(epochs=1)


def done_again(session: Able, log: Log, steps_at_once: int) -> Iterator[None]:
    """Carry out what a log tells of, on a session that stands at its base; yields wherever it may rest.

    Raises WrongUse where an action does not land where it did.
    """
    for entry in log.entries:
        action = entry.action
        if session.state.step != entry.step:
            sentence = "This log does not fit: action {number} landed at step {landed}, where the replay stands at "
            step = session.state.step
            raise WrongUse(sentence + "step {step}.", number=entry.number, landed=entry.step, step=step)
        if not isinstance(action, Advance):
            perform(session, action)
            continue
        for done in range(0, action.steps, steps_at_once):
            goes_on = session.advance(steps=min(steps_at_once, action.steps - done))
            yield
            if not goes_on:
                break
