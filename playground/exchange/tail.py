"""What was done to a run since a checkpoint of it was written: little enough to be written every few seconds.

Owns which actions can be done again from a checkpoint, their JSON, and the doing; knows nothing of files.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import msgspec

from playground.errors import PlaygroundError, WrongUse
from playground.exchange.container import Unreadable
from playground.exchange.logged import SavedAction, entries_of, saved_entries
from playground.experiment.experiment import Experiment
from playground.run.actions import Advance, Edit, Reopen, RestoreParameter, Return
from playground.run.checkpoint import Checkpoint, Entry, Log
from playground.run.performing import perform
from playground.run.session import Session

log = logging.getLogger("playground")


class Tail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """work: the SHA-256 that stands in the model file whose run these actions go on with."""

    work: str
    entries: tuple[SavedAction, ...]


def tail_since(written: Log, now: Log, experiment: Experiment, work: str) -> bytes | None:
    """The JSON of what was done since; None where that cannot be done again from a file alone.

    written, experiment: of the checkpoint in the file. An undo may bring back what only the living session remembers,
    and a log that has begun anew no longer tells what was done.
    """
    last = _last_number(written)
    if now.first != written.first:
        return None
    new = [entry for entry in now.entries if entry.number >= last]
    for entry in new:
        fresh = entry.number > last
        if fresh and isinstance(entry.action, (RestoreParameter, Return, Reopen)):
            return None
        if fresh and isinstance(entry.action, Edit) and entry.action.back:
            return None
    if new and new[0].number == last and not _has_grown(written.entries[-1], new[0]):
        del new[0]
    return msgspec.json.encode({"work": work, "entries": saved_entries(new, experiment)})


def _has_grown(then: Entry, now: Entry) -> bool:
    return then.action != now.action


def _last_number(log: Log) -> int:
    return log.entries[-1].number if log.entries else log.first - 1


def gone_on(checkpoint: Checkpoint, work: str, raw: bytes) -> Checkpoint:
    """The run of a model file after the actions of a tail, as far as they can be done again.

    A tail that is damaged, or another file's, is left out: what the model file holds is not lost with it.
    """
    try:
        tail = msgspec.json.decode(raw, type=Tail)
        if checkpoint.log is None or tail.work != work:
            return checkpoint
        last = _last_number(checkpoint.log)
        entries = entries_of(tail.entries, checkpoint.experiment, last)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, Unreadable) as error:
        log.warning("what was done since the last checkpoint cannot be read: %s", error)
        return checkpoint
    session = Session(checkpoint, record=checkpoint.log.recorded)
    try:
        for entry in entries:
            _do_again(session, entry, entry.number == last)
    except PlaygroundError as error:
        log.warning("what was done since the last checkpoint can be done again only in part: %s", error)
    return session.checkpoint()


def _do_again(session: Session, entry: Entry, grown: bool) -> None:
    """An entry; of one that has grown since the checkpoint only what came on top."""
    action: Any = entry.action
    if isinstance(action, Advance):
        made = session.state.step - entry.step if grown else 0
        action = replace(action, steps=action.steps - made)
    elif session.state.step != entry.step:
        sentence = "an action landed at step {landed}, where the run stands at step {step}"
        raise WrongUse(sentence, landed=entry.step, step=session.state.step)
    perform(session, action)
