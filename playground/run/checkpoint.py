"""What a model file holds: an experiment and, if it was trained, the exact state to continue from.

Owns that pairing, what may still wait to be done to it, and the log's form; knows nothing of files, nor of when the log
is written.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from playground.data import Dataset, OwnPoints, make_dataset
from playground.engine.state import RunState
from playground.errors import Said, WrongUse
from playground.experiment.experiment import Experiment, checked, well_formed
from playground.past.branches import Branch
from playground.past.saved import Ways
from playground.run.actions import Action, Logged
from playground.run.recording import Record
from playground.run.samples import SampleHistory
from playground.run.snapshot import Divergence, Mark, SealedLook
from playground.run.stopping import Reason, Stopped
from playground.scalars import shown


class KeptBranch(msgspec.Struct, frozen=True, eq=False):
    """A branch of a run, see `playground.past.branches.Branch`; `run` is how it was left, None of the present one."""

    number: int
    name: str
    parent: int | None
    left_at: int | None
    run: Checkpoint | None


class Checkpoint(msgspec.Struct, frozen=True, eq=False):
    """An experiment with its run so far; `state` is None for an experiment that was never trained.

    record: what the run has measured of itself. stopped: the rule that has ended the run; spent: rules that have ended
    it before, and do so no more.
    dataset: the run's own points where this version's recipe gives other ones, or None: then the recipe holds.
    points: what the experiment is about, where that is somebody's own points.
    log: what was done to the run; None in files older than logs, and for a run that begins here.
    test_look: the latest look at the sealed test set. samples: what was written down of each training sample.
    branches: those of the run, itself among them, oldest first; empty where it is the only one, with the number 0.
    gone: branches that there were, and of which nothing is kept any more: only so many bytes of runs are.
    past: where each of them stands in what is remembered of it; a file has some states of that.
    amended: sentences about what was changed of an experiment when it was opened, because a file's is not allowed any
    more, or a link's cannot be kept.
    """

    experiment: Experiment
    state: RunState | None = None
    record: Record | None = None
    divergence: Divergence | None = None
    dataset: Dataset | None = None
    stopped: Stopped | None = None
    spent: frozenset[Reason] = frozenset()
    points: OwnPoints | None = None
    log: Log | None = None
    amended: tuple[Said, ...] = ()
    test_look: SealedLook | None = None
    samples: SampleHistory = msgspec.field(default_factory=SampleHistory)
    branches: tuple[KeptBranch, ...] = ()
    gone: tuple[Branch, ...] = ()
    past: Ways = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, source: Any) -> Checkpoint:
        """A checkpoint itself, or the beginning of an experiment's run, its every field and rule checked.

        Raises WrongUse for anything else, InvalidExperiment for an experiment that is not allowed.
        """
        if isinstance(source, Checkpoint) and isinstance(source.experiment, Experiment):
            experiment = well_formed(source.experiment)
            return source if experiment is source.experiment else replace(source, experiment=experiment)
        if isinstance(source, Experiment):
            return cls(checked(source))
        raise WrongUse(
            "An Experiment is needed here, or what playground.load returns; got {given}. "
            "Of a file: playground.load(path).",
            given=shown(source),
        )

    def all_branches(self) -> tuple[Branch, ...]:
        """The branches as they stand, and those of which nothing is kept any more, oldest first."""
        kept = self.branches or (KeptBranch(0, "", None, None, None),)
        return tuple(sorted([*(self._as_branch(each) for each in kept), *self.gone], key=lambda each: each.number))

    def _as_branch(self, kept: KeptBranch) -> Branch:
        run = self if kept.run is None else kept.run
        step, epoch = (0, 0) if run.state is None else (run.state.step, run.state.epoch)
        points = run.points if run.experiment.source_kind.is_given else None
        place = kept.number, kept.name, kept.parent, kept.left_at
        return Branch(*place, step, epoch, run.experiment, kept.run is None, points)

    def has_points_of(self, experiment: Experiment) -> bool:
        """Whether an edited experiment asks for the very points of this one, however they are shown."""
        then, now = self.experiment.data, experiment.data
        comparable = msgspec.structs.replace(now, features=then.features, formulas=then.formulas, scaling=then.scaling)
        return comparable == then and experiment.seed == self.experiment.seed

    def without_past(self, marks: tuple[Mark, ...] = ()) -> Checkpoint:
        """The same run with a log that begins here: how it came to be is not known any more. Numbers go on.

        marks: those that its edits have left on its curves.
        """
        if self.log is None or self.state is None:
            return self
        log = self.log
        first = log.entries[-1].number + 1 if log.entries else log.first
        dtype = self.state.parameters.dtype.name
        base = replace(self, log=None, branches=(), past={})
        return replace(self, log=Log(base, dtype, (), first, log.recorded, 0, marks))

    def dataset_for(self, experiment: Experiment, points: OwnPoints | None = None) -> Dataset:
        """The points of this experiment or an edited one: the run's own while nothing that decides them differs.

        points: what the edited experiment is about, if not the same own points. Raises PointsRefused where they are
        missing, or others than the experiment's.
        """
        if self.dataset is not None and self.has_points_of(experiment):
            return self.dataset
        return make_dataset(experiment.data, experiment.seed, self.points if points is None else points)


class Work(NamedTuple):
    """A run, and what is still to be done to it, in order: its kernels are not ready yet.

    run: the number that the run goes by among those actions.
    """

    checkpoint: Checkpoint
    to_do: tuple[Action, ...] = ()
    run: int = 0


class Entry(msgspec.Struct, frozen=True):
    """An action, its running number in the run's life, and the step at which it landed (a reset begins these anew)."""

    number: int
    step: int
    action: Logged


class Log(msgspec.Struct, frozen=True, eq=False):
    """The base a run began with, and all that was done to it since.

    base: without a state an experiment from which a fresh run was made; with one the full state where the log begins,
    because it was cut there or the file was older than logs. dtype: the number type the run began with. first: the
    number of the first entry; above 0 where the log was cut. recorded: whether the run wrote down what it measured.
    run: the number of the run that stands at the base, for actions that return to it. marks: those that edits before
    the base have left on the curves of that run, oldest first.
    """

    base: Checkpoint
    dtype: str
    entries: tuple[Entry, ...] = ()
    first: int = 0
    recorded: bool = True
    run: int = 0
    marks: tuple[Mark, ...] = ()

    @property
    def begins_with_a_state(self) -> bool:
        """Whether what came before the log is known only by what it led to."""
        return self.base.state is not None
