"""What undo goes back over: the experiment, the own points that it is about, and the parameters set by hand.

Owns the frozen pairing; knows nothing of how either takes effect.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from playground.data import OwnPoints, check_points
from playground.experiment.experiment import Experiment


@dataclass(frozen=True, slots=True)
class Tweak:
    """One parameter set by hand: its flat index, its value before and after, and how often the run had been reset."""

    index: int
    before: float
    after: float
    resets: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """An experiment and the tweaks made to its run, oldest first.

    points: somebody's own points that lie beside the experiment. They stay while it makes points itself, for the way
    back. Documents are compared by the points' digests.
    """

    experiment: Experiment
    tweaks: tuple[Tweak, ...] = ()
    points: OwnPoints | None = None

    @property
    def points_in_use(self) -> OwnPoints | None:
        """The own points that the experiment is about now."""
        return self.points if self.experiment.source_kind.is_given else None

    def edited(self, experiment: Experiment, points: OwnPoints | None = None) -> Document:
        """The document with an edited experiment, and perhaps other points; raises PointsRefused where they are not
        those that the experiment is about."""
        known = self.points if points is None else points
        if points is not None or experiment.data.source != self.experiment.data.source:
            check_points(experiment.data.source, known if experiment.source_kind.is_given else points)
        return replace(self, experiment=experiment, points=known)


def tweaks_between(old: Document, new: Document, resets: int) -> list[tuple[int, float]]:
    """(index, value) pairs that lead from one document's parameters to another's, in order.

    Only tweaks of the run as it is now count: after a reset the value before an older tweak is another run's.
    """
    shared = 0
    for before, after in zip(old.tweaks, new.tweaks, strict=False):
        if before != after:
            break
        shared += 1
    taken_back = [(tweak.index, tweak.before) for tweak in reversed(old.tweaks[shared:]) if tweak.resets == resets]
    return taken_back + [(tweak.index, tweak.after) for tweak in new.tweaks[shared:]]
