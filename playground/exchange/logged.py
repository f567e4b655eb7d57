"""The log of a run inside a model file.

Owns the JSON form of the actions: edits as what they changed, not as whole experiments. Knows nothing of tensors; the
base's state, where the log begins with one, is stored like the run's own (see `playground.exchange.model_file`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from playground.errors import InvalidExperiment
from playground.exchange.container import Unreadable
from playground.exchange.progress import MOST, Count, Progress, progress_of
from playground.experiment.difference import changed_by, changes_between
from playground.experiment.experiment import Experiment, read_back
from playground.past.branches import LONGEST_NAME
from playground.run.actions import (
    Advance,
    DropBranch,
    Edit,
    GoOn,
    Logged,
    NameBranch,
    NewSeed,
    OpenTest,
    OutOfTime,
    Reopen,
    Reset,
    RestoreParameter,
    Return,
    SetParameter,
)
from playground.run.checkpoint import Checkpoint, Entry, Log
from playground.run.log import MOST_ENTRIES, MOST_MARKS, Told, last_experiment
from playground.run.snapshot import Mark

Number = Annotated[int, Meta(ge=0, le=MOST)]
Key = Annotated[int, Meta(ge=0, le=MOST)]
Place = Annotated[int, Meta(ge=0, le=10_000_000)]


class _Saved(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do"):
    """An action with its running number and the step at which it landed."""

    number: Number
    step: Count


class SavedAdvance(_Saved, frozen=True, tag="advance"):
    steps: Annotated[int, Meta(ge=1, le=MOST)]


class SavedEdit(_Saved, frozen=True, tag="edit"):
    changes: dict[str, Any]
    back: bool = False
    run: Key | None = None
    at: Count | None = None


class SavedReturn(_Saved, frozen=True, tag="return"):
    changes: dict[str, Any]
    run: Key


class SavedNewSeed(_Saved, frozen=True, tag="new_seed"):
    seed: Annotated[int, Meta(ge=0, le=2**53)]
    run: Key | None = None


class SavedSetParameter(_Saved, frozen=True, tag="set_parameter"):
    index: Place
    value: float
    key: Key | None = None


class SavedRestoreParameter(_Saved, frozen=True, tag="restore_parameter"):
    index: Place
    key: Key


class SavedReset(_Saved, frozen=True, tag="reset"):
    run: Key | None = None


class SavedNameBranch(_Saved, frozen=True, tag="name_branch"):
    run: Key
    name: Annotated[str, Meta(max_length=LONGEST_NAME)]


class SavedDropBranch(_Saved, frozen=True, tag="drop_branch"):
    run: Key
    back: bool = False


class SavedGoOn(_Saved, frozen=True, tag="go_on"):
    pass


class SavedOutOfTime(_Saved, frozen=True, tag="out_of_time"):
    pass


class SavedOpenTest(_Saved, frozen=True, tag="open_test"):
    pass


class SavedReopen(_Saved, frozen=True, tag="reopen"):
    branches: bool = False


SavedAction = (
    SavedAdvance
    | SavedEdit
    | SavedReturn
    | SavedNewSeed
    | SavedSetParameter
    | SavedRestoreParameter
    | SavedReset
    | SavedNameBranch
    | SavedDropBranch
    | SavedGoOn
    | SavedOutOfTime
    | SavedOpenTest
    | SavedReopen
)
PLAIN: dict[type, tuple[type, tuple[str, ...]]] = {
    SavedAdvance: (Advance, ("steps",)),
    SavedNewSeed: (NewSeed, ("seed", "run")),
    SavedSetParameter: (SetParameter, ("index", "value", "key")),
    SavedRestoreParameter: (RestoreParameter, ("index", "key")),
    SavedReset: (Reset, ("run",)),
    SavedNameBranch: (NameBranch, ("run", "name")),
    SavedDropBranch: (DropBranch, ("run", "back")),
    SavedGoOn: (GoOn, ()),
    SavedOutOfTime: (OutOfTime, ()),
    SavedOpenTest: (OpenTest, ()),
    SavedReopen: (Reopen, ("branches",)),
}
"""Actions that are saved field by field; an edit, and a return, are saved as what they changed."""
SAVED_AS = {action: saved for saved, (action, _) in PLAIN.items()}


class SavedMark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An edit of the run at the base, before that: the step at which it landed, and what it changed."""

    step: Count
    fields: Annotated[tuple[str, ...], Meta(min_length=1, max_length=100)]
    value: float | None = None


class SavedBase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the log begins with: an experiment, and where it was cut the progress of the run by then."""

    experiment: dict[str, Any]
    progress: Progress | None = None


class SavedLog(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A log; `dtype` is the number type that the run began with, `first` the number of its first entry.

    recorded: whether the run wrote down what it measured. run: the number of the run that the log begins with. marks:
    those on the curves of that run; missing where there are none, as in files before version 0.4.
    """

    base: SavedBase
    dtype: Literal["float32", "float64"]
    entries: Annotated[tuple[SavedAction, ...], Meta(max_length=MOST_ENTRIES + 1)] = ()
    first: Number = 0
    recorded: bool = True
    run: Key = 0
    marks: Annotated[tuple[SavedMark, ...], Meta(max_length=MOST_MARKS)] = ()


def saved_log(log: Log) -> Any:
    """The log as built-in values for JSON."""
    base, progress = log.base, progress_of(log.base)
    return {
        "base": {"experiment": msgspec.to_builtins(base.experiment), "progress": msgspec.to_builtins(progress)},
        "dtype": log.dtype,
        "entries": saved_entries(log.entries, Told(log)),
        "first": log.first,
        "recorded": log.recorded,
        "run": log.run,
        **({"marks": msgspec.to_builtins(log.marks)} if log.marks else {}),
    }


def saved_entries(entries: Iterable[Entry], told: Told) -> list[Any]:
    """Entries as built-in values for JSON; `told`: what the entries before tell, the first one's base at least."""
    found = []
    for entry in entries:
        found.append(msgspec.to_builtins(_saved(entry, told.source_of(entry.action))))
        told.follow(entry)
    return found


def _saved(entry: Entry, experiment: Experiment) -> SavedAction:
    action = entry.action
    if isinstance(action, (Edit, Return)):
        changes = changes_between(experiment, action.experiment)
        if isinstance(action, Return):
            return SavedReturn(entry.number, entry.step, changes, action.run)
        return SavedEdit(entry.number, entry.step, changes, action.back, action.run, action.at)
    kind = SAVED_AS[type(action)]
    made: SavedAction = kind(entry.number, entry.step, *(getattr(action, name) for name in PLAIN[kind][1]))
    return made


def read_log(raw: Any) -> SavedLog | None:
    """The log of a description, its structure checked; raises Unreadable."""
    if raw is None:
        return None
    try:
        return msgspec.convert(raw, SavedLog)
    except msgspec.ValidationError as error:
        raise Unreadable(f"is not consistent: its log has an entry that no run writes ({error})") from None


def base_experiment(saved: SavedLog) -> Experiment:
    """The experiment that the log begins with; raises Unreadable."""
    try:
        return read_back(saved.base.experiment)
    except InvalidExperiment as error:
        raise Unreadable(f"is not consistent: its log begins with {error}") from None


def log_of(saved: SavedLog, base: Checkpoint, last: Experiment) -> Log:
    """The log with its base; it must lead to the file's own experiment, `last`. Raises Unreadable."""
    marks = tuple(Mark(each.step, each.fields, each.value) for each in saved.marks)
    log = Log(base, saved.dtype, (), saved.first, saved.recorded, saved.run, marks)
    log = replace(log, entries=tuple(entries_of(saved.entries, Told(log), saved.first)))
    if last_experiment(log) != last:
        raise Unreadable("is not consistent: its log does not lead to its experiment")
    return log


def entries_of(saved: Sequence[SavedAction], told: Told, first: int) -> list[Entry]:
    """The entries that follow what is told; numbers begin with `first` or above. Raises Unreadable."""
    entries: list[Entry] = []
    for each in saved:
        if each.number < first:
            raise Unreadable("is not consistent: the entries of its log are not numbered upwards")
        first = each.number + 1
        try:
            action = _action(each, told)
        except InvalidExperiment as error:
            raise Unreadable(f"is not consistent: entry {each.number} of its log is no edit ({error})") from None
        entries.append(Entry(each.number, each.step, action))
        told.follow(entries[-1])
    return entries


def _action(saved: SavedAction, told: Told) -> Logged:
    if isinstance(saved, SavedEdit):
        then = None if saved.at is None else told.experiment_at(saved.at)
        before = told.experiment if then is None else then
        return Edit(changed_by(before, saved.changes), saved.back, run=saved.run, at=saved.at)
    if isinstance(saved, SavedReturn):
        return Return(saved.run, changed_by(told.experiment, saved.changes))
    action, names = PLAIN[type(saved)]
    made: Logged = action(*(getattr(saved, name) for name in names))
    return made
