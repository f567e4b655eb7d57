"""What undo goes back over: the experiment, the own points that it is about, and the parameters set by hand.

Owns the frozen pairing, and which actions lead a run from one document to another; knows nothing of how an action takes
effect.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import msgspec

from playground.data import OwnPoints, check_points
from playground.edits.history import MAX_STEPS
from playground.experiment.experiment import Experiment
from playground.run.actions import Action, Edit, NewSeed, Reset, RestoreParameter, Return, SetParameter

MOST_TWEAKS = 256 * MAX_STEPS
"""A step may set as many as are pasted at once."""


@dataclass(frozen=True, slots=True)
class Tweak:
    """One parameter set by hand: its flat index and its value. `key` is its own, and grows: the run keeps what stood
    there."""

    key: int
    index: int
    value: float


@dataclass(frozen=True, slots=True)
class Document:
    """An experiment and the tweaks made to its run, oldest first.

    points: somebody's own points that lie beside the experiment. They stay while it makes points itself, for the way
    back. Documents are compared by the points' digests. run: which of the runs made here it is about; a reset, a new
    seed and other data begin another one. blank: an empty plane to paint on, which no experiment can be about: the one
    before stays beside it, and nothing is trained.
    """

    experiment: Experiment
    tweaks: tuple[Tweak, ...] = ()
    points: OwnPoints | None = None
    run: int = 0
    blank: bool = False

    def with_tweaks(self, tweaks: Iterable[Tweak]) -> Document:
        """More parameters were set. Tweaks that no undo reaches any more are forgotten."""
        return replace(self, tweaks=(*self.tweaks, *tweaks)[-MOST_TWEAKS:])

    def says_the_same(self, other: Document) -> bool:
        """Whether both would be saved alike, whichever run they are about."""
        return replace(self, run=other.run) == other

    @property
    def points_in_use(self) -> OwnPoints | None:
        """The own points that the experiment is about now."""
        return self.points if self.experiment.source_kind.is_given else None

    def edited(self, experiment: Experiment, points: OwnPoints | None = None, run: int | None = None) -> Document:
        """The document with an edited experiment, and perhaps other points; raises PointsRefused where they are not
        those that the experiment is about. run: the number of a run of it that begins anew.

        An empty plane makes way for other data, and for a fresh run of the very same experiment.
        """
        known = self.points if points is None else points
        if points is not None or experiment.data.source != self.experiment.data.source:
            check_points(experiment.data.source, known if experiment.source_kind.is_given else points)
        is_same = points is None and experiment.data.source == self.experiment.data.source
        blank = self.blank and is_same and not (run is not None and experiment == self.experiment)
        return replace(
            self, experiment=experiment, points=known, blank=blank, run=self.run if run is None else run
        )  # fmt: skip

    def emptied(self) -> Document:
        """The document with an empty plane."""
        return replace(self, blank=True)


def actions_between(old: Document, new: Document, back: bool) -> list[Action]:
    """What leads a run of one document to the other, in order; `back`: by undo or redo."""
    actions: list[Action] = []
    if old.run != new.run:
        actions.append(Return(new.run, new.experiment, new.points_in_use) if back else _beginning(old, new))
    elif old.experiment != new.experiment:
        actions.append(Edit(new.experiment, back, new.points_in_use))
    undone = [tweak for tweak in old.tweaks if tweak.key > _newest(new)]
    actions += [RestoreParameter(tweak.index, tweak.key) for tweak in reversed(undone)]
    made = [tweak for tweak in new.tweaks if tweak.key > _newest(old)]
    actions += [SetParameter(tweak.index, tweak.value, tweak.key) for tweak in made]
    return actions


def document_after(experiment: Experiment, points: OwnPoints | None, actions: Iterable[Action]) -> Document:
    """What a run of an experiment is about after these actions; nothing of it can be undone."""
    document = Document(experiment, points=points)
    for action in actions:
        match action:
            case Edit(experiment, _, given, run):
                points = document.points if given is None else given
                document = Document(experiment, (), points, document.run if run is None else run)
            case Return(run, experiment, given):
                document = Document(experiment, (), document.points if given is None else given, run)
            case NewSeed(seed, run):
                experiment = msgspec.structs.replace(document.experiment, seed=seed)
                document = replace(document, experiment=experiment, run=document.run if run is None else run)
            case Reset(run) if run is not None:
                document = replace(document, run=run)
    return document


def highest_run(actions: Iterable[Action]) -> int:
    """The highest number that a run goes by among these actions; 0 is the one they begin with."""
    return max((action.run or 0 for action in actions if isinstance(action, (Edit, Return, NewSeed, Reset))), default=0)


def _beginning(old: Document, new: Document) -> Action:
    """What begins the new document's run."""
    if old.experiment == new.experiment:
        return Reset(new.run)
    if msgspec.structs.replace(old.experiment, seed=new.experiment.seed) == new.experiment:
        return NewSeed(new.experiment.seed, new.run)
    return Edit(new.experiment, points=new.points_in_use, run=new.run)


def _newest(document: Document) -> int:
    """The key of the tweak that was made last; −1 where there is none."""
    return document.tweaks[-1].key if document.tweaks else -1
