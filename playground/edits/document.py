"""What undo goes back over: the experiment, the own points that it is about, and the parameters set by hand.

Owns the frozen pairing, and which actions lead a run from one document to another; knows nothing of how an action takes
effect.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from playground.data import OwnPoints, check_points
from playground.edits.history import MAX_STEPS
from playground.experiment.experiment import Experiment
from playground.past.branches import Branch
from playground.run.actions import (
    Action,
    DropBranch,
    Edit,
    NameBranch,
    NewSeed,
    Reset,
    RestoreParameter,
    Return,
    SetParameter,
)
from playground.run.checkpoint import Checkpoint

MOST_TWEAKS = 256 * MAX_STEPS
"""A step may set as many as are pasted at once."""


class Tweak(msgspec.Struct, frozen=True):
    """One parameter set by hand: its flat index and its value. `key` is its own, and grows: the run keeps what stood
    there."""

    key: int
    index: int
    value: float


class Document(msgspec.Struct, frozen=True):
    """An experiment and the tweaks made to its run, oldest first.

    points: somebody's own points that lie beside the experiment. They stay while it makes points itself, for the way
    back. Documents are compared by the points' digests. run: which of the runs made here it is about; a reset, a new
    seed and other data begin another one. at: the step of the run before from which this one goes on; None where it
    began anew. branches: the runs that there are, by number, with their names. blank: an empty plane to paint on, which
    no experiment can be about: the one before stays beside it, and nothing is trained.
    """

    experiment: Experiment
    tweaks: tuple[Tweak, ...] = ()
    points: OwnPoints | None = None
    run: int = 0
    blank: bool = False
    at: int | None = None
    branches: tuple[tuple[int, str], ...] = ((0, ""),)

    def with_tweaks(self, tweaks: Iterable[Tweak]) -> Document:
        """More parameters were set. Tweaks that no undo reaches any more are forgotten."""
        return replace(self, tweaks=(*self.tweaks, *tweaks)[-MOST_TWEAKS:])

    def says_the_same(self, other: Document) -> bool:
        """Whether both would be saved alike, whichever run they are about."""
        named, others = ({each for each in document.branches if each[1]} for document in (self, other))
        return named == others and replace(self, run=other.run, at=other.at, branches=other.branches) == other

    @property
    def points_in_use(self) -> OwnPoints | None:
        """The own points that the experiment is about now."""
        return self.points if self.experiment.source_kind.is_given else None

    def begun(self, run: int, at: int | None = None) -> Document:
        """The document with another run of its experiment, which begins anew, or goes on from a step of this one."""
        return replace(self, run=run, at=at, branches=(*self.branches, (run, "")))

    def switched(self, branch: Branch) -> Document:
        """The document with another of its runs; what was typed into the present one is not undone there."""
        known = self.points if branch.points is None else branch.points
        return replace(self, experiment=branch.experiment, tweaks=(), points=known, run=branch.number, blank=False)

    def named(self, run: int, name: str) -> Document:
        """The document with a run called so."""
        return replace(self, branches=tuple((each, name if each == run else old) for each, old in self.branches))

    def listing(self, run: int) -> Document:
        """The document with a run that was deleted, or undone, and is there again; it has no name so far."""
        return self if run in dict(self.branches) else replace(self, branches=(*self.branches, (run, "")))

    def dropped(self, run: int) -> Document:
        """The document without a run, which is not the one it is about."""
        return replace(self, branches=tuple(each for each in self.branches if each[0] != run))

    def edited(
        self, experiment: Experiment, points: OwnPoints | None = None, run: int | None = None, at: int | None = None
    ) -> Document:
        """The document with an edited experiment, and perhaps other points; raises PointsRefused where they are not
        those that the experiment is about. run: the number of a run of it that begins anew, or goes on from step `at`.

        An empty plane makes way for other data, and for a fresh run of the very same experiment.
        """
        known = self.points if points is None else points
        if points is not None or experiment.data.source != self.experiment.data.source:
            check_points(experiment.data.source, known if experiment.source_kind.is_given else points)
        is_same = points is None and experiment.data.source == self.experiment.data.source
        blank = self.blank and is_same and not (run is not None and experiment == self.experiment)
        made = self if run is None else self.begun(run, at)
        return replace(made, experiment=experiment, points=known, blank=blank)

    def emptied(self) -> Document:
        """The document with an empty plane."""
        return replace(self, blank=True)


def actions_between(old: Document, new: Document, back: bool) -> list[Action]:
    """What leads a run of one document to the other, in order; `back`: by undo or redo."""
    actions: list[Action] = []
    if old.run != new.run:
        there = back or new.run in dict(old.branches)
        actions.append(Return(new.run, new.experiment, new.points_in_use) if there else _beginning(old, new))
    elif old.experiment != new.experiment:
        actions.append(Edit(new.experiment, back, new.points_in_use))
    actions += _about_branches(old, new)
    if old.run != new.run and back:  # each run has its own values, as it was left
        return actions
    undone = [tweak for tweak in old.tweaks if tweak.key > _newest(new)]
    actions += [RestoreParameter(tweak.index, tweak.key) for tweak in reversed(undone)]
    made = [tweak for tweak in new.tweaks if tweak.key > _newest(old)]
    actions += [SetParameter(tweak.index, tweak.value, tweak.key) for tweak in made]
    return actions


def _about_branches(old: Document, new: Document) -> list[Action]:
    """What leads from the branches of one document to those of the other, names included; what begins has none yet."""
    before, after = dict(old.branches), dict(new.branches)
    actions: list[Action] = [DropBranch(run) for run in before if run not in after]
    actions += [DropBranch(run, back=True) for run in after if run not in before and run != new.run]
    return actions + [NameBranch(run, name) for run, name in after.items() if name != before.get(run, "")]


def document_of(checkpoint: Checkpoint) -> Document:
    """What a run is about that was opened, with the branches that it has."""
    kept = checkpoint.branches
    branches = tuple((branch.number, branch.name) for branch in kept) or ((0, ""),)
    present = next((branch.number for branch in kept if branch.run is None), 0)
    return Document(checkpoint.experiment, points=checkpoint.points, run=present, branches=branches)


def document_after(document: Document, actions: Iterable[Action]) -> Document:
    """What a run is about after these actions; nothing of it can be undone."""
    for action in actions:
        match action:
            case Edit(experiment, _, given, run, at):
                begun = document if run is None else document.begun(run, at)
                points = document.points if given is None else given
                document = replace(begun, experiment=experiment, tweaks=(), points=points, blank=False)
            case Return(run, experiment, given):
                points = document.points if given is None else given
                there = document.listing(run)
                document = replace(there, experiment=experiment, tweaks=(), points=points, run=run, blank=False)
            case NewSeed(seed, run):
                experiment = msgspec.structs.replace(document.experiment, seed=seed)
                document = replace(document if run is None else document.begun(run), experiment=experiment)
            case Reset(run) if run is not None:
                document = document.begun(run)
            case NameBranch(run, name):
                document = document.named(run, name)
            case DropBranch(run, back):
                document = document.listing(run) if back else document.dropped(run)
    return document


def highest_run(document: Document, actions: Iterable[Action]) -> int:
    """The highest number that a run goes by in a document, or among the actions that lead on from it."""
    begun = [action.run or 0 for action in actions if isinstance(action, (Edit, Return, NewSeed, Reset))]
    return max([*begun, document.run, *(run for run, _ in document.branches)])


def _beginning(old: Document, new: Document) -> Action:
    """What begins the new document's run."""
    if new.at is not None:
        return Edit(new.experiment, points=new.points_in_use, run=new.run, at=new.at)
    if old.experiment == new.experiment:
        return Reset(new.run)
    if msgspec.structs.replace(old.experiment, seed=new.experiment.seed) == new.experiment:
        return NewSeed(new.experiment.seed, new.run)
    return Edit(new.experiment, points=new.points_in_use, run=new.run)


def _newest(document: Document) -> int:
    """The key of the tweak that was made last; −1 where there is none."""
    return document.tweaks[-1].key if document.tweaks else -1
