"""What was done to a run since a checkpoint of it was written, and what waits to be done to it.

It is little enough to be written every few seconds.

Owns which actions can be done again from a checkpoint, their JSON, and the doing; knows nothing of files.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from playground.data import OwnPoints, PointsData
from playground.driving.driver import Driver
from playground.driving.pace import Pace
from playground.errors import PlaygroundError, WrongUse
from playground.exchange import model_file
from playground.exchange.container import Unreadable
from playground.exchange.logged import SavedAction, entries_of, saved_entries
from playground.experiment.experiment import Experiment, check_rules
from playground.run.actions import (
    Action,
    Advance,
    DropBranch,
    Edit,
    Logged,
    NameBranch,
    NewSeed,
    Reopen,
    Reset,
    RestoreParameter,
    Return,
    SetParameter,
    Step,
)
from playground.run.checkpoint import Checkpoint, Entry, Log, Work
from playground.run.log import Told
from playground.run.performing import perform
from playground.run.session import Session

log = logging.getLogger("playground")
CALL_SECONDS = 0.05


class Tail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """work: the SHA-256 that stands in the model file whose run these actions go on with. epoch: where they lead.

    to_do: what still had to wait when this was written; the steps at which these landed are not known. points: model
    files of the own points that they are about. whole: whether all that they go back to is made again by them.
    """

    work: str
    epoch: int | None
    entries: tuple[SavedAction, ...]
    to_do: tuple[SavedAction, ...] = ()
    points: tuple[bytes, ...] = ()
    whole: bool = True


def tail_to_do(now: Work, work: str, done: Sequence[object] = ()) -> bytes:
    """The JSON of what waits to be done to a run. done: entries, as built-in values, that lead from the model file to
    that run."""
    state = now.checkpoint.state
    present = None if now.checkpoint.branches else now.run
    actions = [_numbered_from(present, each) for each in now.to_do if not isinstance(each, Step)]
    entries = [Entry(number, 0, action) for number, action in enumerate(actions)]
    known = Told(Log(Checkpoint(now.checkpoint.experiment), ""))
    return msgspec.json.encode({
        "work": work,
        "epoch": None if state is None else state.epoch,
        "entries": done,
        "to_do": saved_entries(entries, known),
        "points": _points_of(actions, now.checkpoint.points),
        "whole": _is_told(actions, now.checkpoint),
    })  # fmt: skip


def _points_of(actions: Sequence[Logged], known: OwnPoints | None) -> list[bytes]:
    """Model files of the own points that come with these actions, each once, but for those of the run itself."""
    found: dict[str, bytes] = {}
    for action in actions:
        if not isinstance(action, (Edit, Return)) or action.points is None:
            continue
        points = action.points
        if points.digest not in found and (known is None or known.digest != points.digest):
            found[points.digest] = model_file.write(Checkpoint(action.experiment, points=points))
    return list(found.values())


def _numbered_from(present: int | None, action: Logged) -> Logged:
    """The action where the present run has the number 0, as every run that was opened; None: where it has its own."""
    if present is None:
        return action
    if not isinstance(action, (Edit, Return, NewSeed, Reset, NameBranch, DropBranch)) or action.run is None:
        return action
    return replace(action, run=0 if action.run == present else action.run + 1)


def _is_told(actions: Sequence[Logged], begun: Checkpoint) -> bool:
    """Whether undo among these actions goes back to nothing that only the living session remembers."""
    runs, keys, experiments = {0, *(branch.number for branch in begun.branches)}, set(), [begun.experiment]
    for action in actions:
        match action:
            case Return(run):
                if run not in runs:
                    return False
            case RestoreParameter(_, key):
                if key not in keys:
                    return False
            case SetParameter(_, _, key):
                keys.add(key)
            case Edit(edited, back):
                if back and edited not in experiments:
                    return False
            case NameBranch(run) | DropBranch(run):
                if run not in runs:
                    return False
        if isinstance(action, (Edit, NewSeed, Reset)) and action.run is not None:
            runs.add(action.run)
        if isinstance(action, (Edit, Return)):
            experiments.append(action.experiment)
        elif isinstance(action, NewSeed):
            experiments.append(msgspec.structs.replace(experiments[-1], seed=action.seed))
    return True


def tail_since(written: Checkpoint, now: Work, work: str) -> bytes | None:
    """The JSON of what was done since a checkpoint; None where that cannot be done again from its file alone.

    An undo may bring back what only the living session remembers, and a log that has begun anew, or is that of another
    run, does not tell what was done. written: without its state.
    """
    then, log = written.log, now.checkpoint.log
    if then is None or log is None or now.checkpoint.state is None or not _goes_on(then, log):
        return None
    last = _last_number(then)
    new = [entry for entry in log.entries if entry.number >= last]
    for entry in new:
        fresh = entry.number > last
        if fresh and isinstance(entry.action, (RestoreParameter, Return, Reopen, NameBranch, DropBranch)):
            return None
        if fresh and isinstance(entry.action, Edit) and (entry.action.back or entry.action.at is not None):
            return None
    if new and new[0].number == last and new[0].action == then.entries[-1].action:
        del new[0]
    return tail_to_do(now, work, saved_entries(new, _told_by(then, written.experiment)))


def _told_by(log: Log, experiment: Experiment) -> Told:
    """What follows a log whose experiment is this one; no entry that follows is about the steps before."""
    return Told(Log(Checkpoint(experiment), log.dtype))


def _goes_on(then: Log, now: Log) -> bool:
    """Whether one log is the other, grown: its last entry may have merged with later ones."""
    count = len(then.entries)
    same = now.first == then.first and now.base is then.base and len(now.entries) >= count
    return same and now.entries[: count - 1] == then.entries[: count - 1] if count else same


def _last_number(log: Log) -> int:
    return log.entries[-1].number if log.entries else log.first - 1


def read_tail(raw: bytes, work: str) -> Tail | None:
    """A tail, if it is that of the model file with this SHA-256; a damaged one costs only itself."""
    try:
        tail = msgspec.json.decode(raw, type=Tail)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        log.warning("what was done since the last checkpoint cannot be read: %s", error)
        return None
    return tail if tail.work == work else None


class Restored(NamedTuple):
    """Work as it was left, or, where not all of it could be done again, as far as it has come."""

    work: Work
    is_whole: bool = True


def gone_on(checkpoint: Checkpoint, tail: Tail, stop: Callable[[], bool]) -> Restored:
    """The run of a model file after the actions of a tail, as far as they can be done again before `stop` says so.

    What waited to be done waits again: whoever goes on with the run does it when its kernels are ready.
    """
    done = _done_again(checkpoint, tail, stop) if tail.entries else Restored(Work(checkpoint))
    if not done.is_whole:
        return done
    try:
        to_do = _to_do(tail, done.work.checkpoint.experiment)
    except (PlaygroundError, Unreadable) as error:
        log.warning("what waited to be done cannot be read: %s", error)
        return Restored(done.work, False)
    return Restored(Work(done.work.checkpoint, to_do), tail.whole)


def _to_do(tail: Tail, experiment: Experiment) -> tuple[Action, ...]:
    read = [model_file.read(data).points for data in tail.points]
    known = {points.digest: points for points in read if points is not None}
    return tuple(
        _with_points(entry.action, known) for entry in entries_of(tail.to_do, Told(Log(Checkpoint(experiment), "")), 0)
    )


def _with_points(action: Logged, known: dict[str, OwnPoints]) -> Logged:
    """The action with the own points that it is about; raises InvalidExperiment for one that breaks a rule."""
    if not isinstance(action, (Edit, Return)):
        return action
    check_rules(action.experiment)
    source = action.experiment.data.source
    return replace(action, points=known.get(source.digest) if isinstance(source, PointsData) else None)


def _done_again(checkpoint: Checkpoint, tail: Tail, stop: Callable[[], bool]) -> Restored:
    if checkpoint.log is None:
        return Restored(Work(checkpoint), False)
    last = _last_number(checkpoint.log)
    session = Session(checkpoint, record=checkpoint.log.recorded)
    is_whole = True
    try:
        for entry in entries_of(tail.entries, _told_by(checkpoint.log, checkpoint.experiment), last):
            if stop() or not _do_again(session, entry, entry.number == last, stop):
                is_whole = False
                break
    except (PlaygroundError, Unreadable) as error:
        log.warning("what was done since the last checkpoint can be done again only in part: %s", error)
        is_whole = False
    return Restored(Work(session.checkpoint()), is_whole)


def _do_again(session: Session, entry: Entry, grown: bool, stop: Callable[[], bool]) -> bool:
    """An entry, and whether all of it; of one that has grown since the checkpoint only what came on top."""
    action = entry.action
    if isinstance(action, Advance):
        made = session.state.step - entry.step if grown else 0
        return _advance(session, action.steps - made, stop)
    if session.state.step != entry.step:
        sentence = "an action landed at step {landed}, where the run stands at step {step}"
        raise WrongUse(sentence, landed=entry.step, step=session.state.step)
    perform(session, action)
    return True


def _advance(session: Session, steps: int, stop: Callable[[], bool]) -> bool:
    """Steps in calls of fitting length, so that `stop` is asked in between; whether all were made."""
    driver = Driver(Pace(CALL_SECONDS, CALL_SECONDS), limited=False)
    while steps > 0 and session.goes_on and not stop():
        steps -= driver.advance(session, most=steps)
    return steps <= 0 or not session.goes_on
