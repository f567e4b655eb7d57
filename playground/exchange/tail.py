"""What was done to a run since a checkpoint of it was written: little enough to be written every few seconds.

Owns which actions can be done again from a checkpoint, their JSON, and the doing; knows nothing of files.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from playground.errors import PlaygroundError, WrongUse
from playground.exchange.container import Unreadable
from playground.exchange.logged import SavedAction, entries_of, saved_entries
from playground.experiment.experiment import check_rules
from playground.run.actions import Advance, Edit, Reopen, RestoreParameter, Return
from playground.run.checkpoint import Checkpoint, Entry, Log
from playground.run.driving import Driver
from playground.run.pace import Pace
from playground.run.performing import perform
from playground.run.session import Session

log = logging.getLogger("playground")
CALL_SECONDS = 0.05


class Tail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """work: the SHA-256 that stands in the model file whose run these actions go on with. epoch: where they lead."""

    work: str
    epoch: int
    entries: tuple[SavedAction, ...]


def tail_since(written: Checkpoint, now: Checkpoint, work: str) -> bytes | None:
    """The JSON of what was done since a checkpoint; None where that cannot be done again from its file alone.

    An undo may bring back what only the living session remembers, and a log that has begun anew, or is that of another
    run, does not tell what was done. written: without its state.
    """
    then, log = written.log, now.log
    if then is None or log is None or now.state is None or not _goes_on(then, log):
        return None
    last = _last_number(then)
    new = [entry for entry in log.entries if entry.number >= last]
    for entry in new:
        fresh = entry.number > last
        if fresh and isinstance(entry.action, (RestoreParameter, Return, Reopen)):
            return None
        if fresh and isinstance(entry.action, Edit) and entry.action.back:
            return None
    if new and new[0].number == last and new[0].action == then.entries[-1].action:
        del new[0]
    entries = saved_entries(new, written.experiment)
    return msgspec.json.encode({"work": work, "epoch": now.state.epoch, "entries": entries})


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
    """A run as it was left, or, where not all of it could be done again, as far as it has come."""

    checkpoint: Checkpoint
    is_whole: bool = True


def gone_on(checkpoint: Checkpoint, tail: Tail, stop: Callable[[], bool]) -> Restored:
    """The run of a model file after the actions of a tail, as far as they can be done again before `stop` says so."""
    if checkpoint.log is None:
        return Restored(checkpoint, not tail.entries)
    last = _last_number(checkpoint.log)
    session = Session(checkpoint, record=checkpoint.log.recorded)
    try:
        for entry in entries_of(tail.entries, checkpoint.experiment, last):
            if stop() or not _do_again(session, entry, entry.number == last, stop):
                return Restored(session.checkpoint(), False)
    except (PlaygroundError, Unreadable) as error:
        log.warning("what was done since the last checkpoint can be done again only in part: %s", error)
        return Restored(session.checkpoint(), False)
    return Restored(session.checkpoint())


def _do_again(session: Session, entry: Entry, grown: bool, stop: Callable[[], bool]) -> bool:
    """An entry, and whether all of it; of one that has grown since the checkpoint only what came on top."""
    action = entry.action
    if isinstance(action, Advance):
        made = session.state.step - entry.step if grown else 0
        return _advance(session, action.steps - made, stop)
    if session.state.step != entry.step:
        sentence = "an action landed at step {landed}, where the run stands at step {step}"
        raise WrongUse(sentence, landed=entry.step, step=session.state.step)
    if isinstance(action, Edit):
        check_rules(action.experiment)
    perform(session, action)
    return True


def _advance(session: Session, steps: int, stop: Callable[[], bool]) -> bool:
    """Steps in calls of fitting length, so that `stop` is asked in between; whether all were made."""
    driver = Driver(Pace(CALL_SECONDS, CALL_SECONDS), limited=False)
    while steps > 0 and session.goes_on and not stop():
        steps -= driver.advance(session, most=steps)
    return steps <= 0 or not session.goes_on
