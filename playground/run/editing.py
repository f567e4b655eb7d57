"""A run taken over by an edited experiment.

Owns the order in which its parts follow, and what is put aside for undo; which numbers survive is told by
`playground.run.carrying`. Knows nothing of the log.
"""

from __future__ import annotations

import msgspec

from playground.data import OwnPoints
from playground.engine.transfer import layer_origins, moves_parameters
from playground.experiment.experiment import Experiment
from playground.past.curves import Sight
from playground.past.lines import Place
from playground.run import carrying
from playground.run.run import Run
from playground.run.shelf import PutAside, Shelf


class Branching(msgspec.Struct, frozen=True, eq=False):
    """A branch that begins: the moment from which it goes on, its curves then, the number of its beginning.

    before: the experiment of that moment. is_told: whether the log tells of it.
    """

    place: Place
    sight: Sight | None
    beginning: int
    before: Experiment
    is_told: bool


class EntryMade(msgspec.Struct):
    """The number of a log's entry that is about to be written, and what its action has brought back.

    place, sight: the moment at which it lands, and what the curves are then. lost: whether there was something to bring
    back that is no longer kept. became: what has come back, where that is a whole run. branched: the moment of another
    run from which this one goes on.
    """

    number: int
    place: Place
    sight: Sight | None
    returned: PutAside | None = None
    lost: bool = False
    became: PutAside | None = None
    branched: Branching | None = None


def take_over(
    run: Run, experiment: Experiment, shelf: Shelf, back: bool, entry: EntryMade, points: OwnPoints | None
) -> None:
    """Let a run go on as one of `experiment`; see `Session.apply`. What has come back from the shelf stands in `entry`.

    points: own points that come with the edit. Raises PointsRefused, and changes nothing.
    """
    old, untrained, tested = run.experiment, run.is_untrained, run.sets_known
    fitting = run.fitting_points(experiment, points)
    if carrying.runs_alike(experiment, old):
        run.experiment = experiment
        return
    other_seed = experiment.seed != old.seed
    moved = other_seed or moves_parameters(old, experiment)
    cleared = carrying.meaning_of(experiment, experiment.sets_known) != carrying.meaning_of(old, tested)
    kept = shelf.take(experiment) if back and (moved or cleared) else None
    if kept is not None and not moved and not _is_of_now(kept, run):
        kept = None
    entry.returned = kept
    entry.lost = back and moved and (other_seed or not untrained) and shelf.has_lost(experiment)
    if (moved or cleared) and not untrained:
        shelf.put(old, put_aside(run, entry))
    if kept is not None and other_seed:  # a whole run returns: the seed that it was made with is back
        run.become(kept.left, kept.beginning)
        run.experiment, entry.became = experiment, kept
        return
    if untrained or other_seed:
        entry.returned = None
        begin(run, experiment, points)
        return
    run.follow(experiment, fitting)
    stopped_early = run.stopped is not None and run.stopped.reason == "early_stopping"
    run.divergence, run.stopped, run.spent = None, None, frozenset()
    _carry_on(run, old, kept, tested, stopped_early)


def go_on_at(run: Run, rate: float) -> None:
    """Let a trained run go on at another constant rate, as an edit would, of which nobody is told: for a trial that
    changes it at every step. The rate is within its limits."""
    old = run.experiment.training
    training = msgspec.structs.replace(old, learning_rate=rate)
    run.experiment = msgspec.structs.replace(run.experiment, training=training)
    run.state.restart_maxima()
    run.state.follow_rules(old, training)
    run.make_engine()


def begin(run: Run, experiment: Experiment, points: OwnPoints | None = None) -> None:
    """Let a fresh run of an experiment take the place of this one; raises PointsRefused, and changes nothing."""
    run.follow(experiment, run.fitting_points(experiment, points))
    run.spent = frozenset()
    run.make_engine()
    run.begin_anew()


def put_aside(run: Run, entry: EntryMade) -> PutAside:
    """The run as it stands, which is left with an entry of the log."""
    return PutAside(run.checkpoint(), run.beginning, entry.number, entry.place, entry.sight)


def _is_of_now(kept: PutAside, run: Run) -> bool:
    """Whether no step was made since a run was put aside, nor was it begun anew."""
    return (kept.beginning, kept.state.step) == (run.beginning, run.state.step)


def _carry_on(run: Run, old: Experiment, kept: PutAside | None, tested: tuple[bool, bool], stopped_early: bool) -> None:
    """The run goes on where it stands."""
    new = run.experiment
    same_meaning = carrying.meaning_of(new, run.sets_known) == carrying.meaning_of(old, tested)
    carrying.edit_state(old, new, run.state, None if kept is None else kept.state, same_meaning)
    if stopped_early:  # its patience is used up: it would end again after one epoch
        run.state.restart_early_stopping(new.training)
    if run.state.order.size != run.examples.count:
        run.state.restart_order(run.examples.count)
    run.make_engine()
    if moves_parameters(old, new):
        origins = layer_origins(old.network.layers, new.network.layers)
        run.recording.use_layers([*origins, len(old.network.layers)], run.engine.layout.sizes)
    same_examples = carrying.examples_of(old) == carrying.examples_of(new)
    same_figures = same_meaning and same_examples and carrying.judged_by(old) == carrying.judged_by(new)
    curves = None if same_meaning or kept is None or not _is_of_now(kept, run) else kept.left.record
    if curves is not None:  # those that this experiment had, up to here
        run.recording.restore(curves)
    if not same_figures or run.state.step == 0:  # before the first step the row tells the rate of the step to come
        run.figures_changed(same_meaning or curves is not None)
    elif carrying.measured_by(old) != carrying.measured_by(new):
        run.penalty_changed()
