"""A run taken over by an edited experiment.

Owns the order in which its parts follow, and what is put aside for undo; which numbers survive is told by
`playground.run.carrying`. Knows nothing of the log.
"""

from __future__ import annotations

from playground.engine.transfer import layer_origins, moves_parameters
from playground.experiment.experiment import Experiment
from playground.run import carrying
from playground.run.run import Run
from playground.run.shelf import PutAside, Shelf


def take_over(run: Run, experiment: Experiment, shelf: Shelf, back: bool, number: int) -> PutAside | None:
    """Let a run go on as one of `experiment`; see `Session.apply`. Returns what has come back from the shelf, if any.

    number: of the log's entry for this edit.
    """
    old, untrained, tested = run.experiment, run.is_untrained, run.is_tested
    run.experiment = experiment
    if carrying.runs_alike(experiment, old):
        return None
    other_seed = experiment.seed != old.seed
    moved = other_seed or moves_parameters(old, experiment)
    kept = shelf.take(experiment) if back and moved else None
    if moved and not untrained:
        shelf.put(old, PutAside(run.state.copy(), run.recording.so_far(), number))
    if experiment.training.precision != old.training.precision:
        run.dtype = carrying.number_type(experiment)
    if carrying.examples_of(experiment) != carrying.examples_of(old):
        run.load_points()
    stopped_early = run.stopped is not None and run.stopped.reason == "early_stopping"
    run.divergence, run.stopped, run.spent = None, None, frozenset()
    if not (untrained or other_seed):
        _carry_on(run, old, kept, tested, stopped_early)
        return kept
    run.make_engine()
    run.begin_anew()
    if kept is None or not other_seed:
        return None
    _return(run, kept)
    return kept


def _return(run: Run, kept: PutAside) -> None:
    """A whole run comes back: the seed that it was made with is there again."""
    run.state = kept.state.copy()
    run.state.converted(run.dtype)
    run.recording.restore(kept.record)
    run.state.rows = run.recording.rows


def _carry_on(run: Run, old: Experiment, kept: PutAside | None, tested: bool, stopped_early: bool) -> None:
    """The run goes on where it stands."""
    new = run.experiment
    same_meaning = carrying.meaning_of(new, run.is_tested) == carrying.meaning_of(old, tested)
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
    if not same_figures or run.state.step == 0:  # before the first step the row tells the rate of the step to come
        run.figures_changed(same_meaning)
    elif carrying.measured_by(old) != carrying.measured_by(new):
        run.penalty_changed()
