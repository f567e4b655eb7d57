"""A race in one call: who takes part, and how all stand at the end.

Owns what may be raced; how they are trained side by side is told by `playground.population.racing`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from playground.data import OwnPoints, points_given
from playground.errors import PlaygroundError, WrongUse
from playground.experiment.experiment import Experiment, experiment_given
from playground.population.asking import check_cancel, check_done
from playground.population.entrants import (
    GRIDS,
    OF,
    Entrant,
    Field,
    GridName,
    RaceOf,
    epochs_of,
    field_of,
    field_of_several,
)
from playground.population.racing import Race, Standing, ranked
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.scalars import shown, whole


class RaceResult(msgspec.Struct, frozen=True, eq=False):
    """All that took part, best first: by the loss on the set they are judged by, those that diverged last. epochs: that
    each was to make. left_out: who could not take part, by name, and why."""

    standings: tuple[Standing, ...]
    epochs: int
    left_out: tuple[tuple[str, PlaygroundError], ...] = ()

    @property
    def best(self) -> Entrant:
        """The one that came out first, with its experiment."""
        return self.standings[0].entrant


def race(
    source: Experiment | Checkpoint | Session | Mapping[str, Experiment], of: RaceOf = "optimizers", *,
    epochs: int | None = None, points: OwnPoints | None = None, cancel: threading.Event | None = None,
    done: Callable[[tuple[Standing, ...]], None] | None = None,
) -> RaceResult | None:  # fmt: skip
    """Train up to eight variants from their start, an epoch or a few of each at a time; None if cancelled.

    source: an experiment, or the run of one, in the variants that `of` names: the seven optimizers, each at a rate of
    its own; the present learning rate times 0.1 to 10; the ways to draw initial weights; the seed and those after it;
    or the branches of a run, each begun anew with its own settings. A mapping has experiments by their names instead.
    epochs: for each; without, as many as the rule of the (first) experiment says, or 300. points: what experiments
    about somebody's own points are about. done: is told how all stand after each round, in the order of the field. A
    stop rule of seconds ends each after so many of computing. `Standing.seconds_to` tells how fast each came to a loss.
    Each comes to the same bytes as its session. Raises WrongUse, InvalidExperiment or PointsRefused.
    """
    check_cancel(cancel)
    check_done(done, "how all stand after each round")
    field, own = field_for(source, of)
    if not field.entrants:
        raise WrongUse("Nobody can take part in this race.")
    length = epochs_of(field.entrants[0].experiment) if epochs is None else whole("epochs", epochs)
    given = points_given(points)
    run = Race(field.entrants, length, own if given is None else given, _opened(source))
    standings: tuple[Standing, ...] = ()
    for standings in run.run(cancel):
        if done is not None:
            done(standings)
    if any(each.member is None for each in standings):
        return None
    return RaceResult(ranked(standings), run.epochs, field.left_out)


def _opened(source: Any) -> Checkpoint | None:
    """What holds the data set of a run, where that is another one than its recipe gives."""
    if isinstance(source, Session):
        return Checkpoint(source.experiment, dataset=source.dataset, points=source.points)
    return source if isinstance(source, Checkpoint) else None


def field_for(source: Any, of: Any) -> tuple[Field, OwnPoints | None]:
    """Who takes part, and the own points of the source; raises WrongUse or InvalidExperiment."""
    if not isinstance(of, str) or of not in OF:
        raise WrongUse("A race is of {known}; got {given}.", known=OF, given=shown(of))
    if isinstance(source, Mapping):
        return field_of_several([(str(name), experiment_given(each), None) for name, each in source.items()]), None
    if isinstance(source, (Checkpoint, Session)):
        experiment, points = experiment_given(source.experiment), points_given(source.points)
    else:
        experiment, points = experiment_given(source), None
    if of != "branches":
        grid: GridName = GRIDS[OF.index(of)]
        return field_of(experiment, grid), points
    if not isinstance(source, (Checkpoint, Session)):
        raise WrongUse("Branches are those of a run: hand over a session, or what playground.load returns.")
    branches = (source if isinstance(source, Session) else Session(source, record=False)).branches
    named = [(each.name or f"branch {each.number}", each.experiment, each.points) for each in branches]
    return field_of_several(named), points
