"""One run of one experiment: the steps, and the edits while it goes on.

Owns the changes of a run's state and keeps it finite; knows nothing of threads, time or windows. The same experiment
and the same edits at the same steps give the same parameters, whatever the size of the calls.
"""

from __future__ import annotations

import math

import numpy as np

from playground.data import OwnPoints
from playground.engine.engine import GOAL_REACHED, STOPPED_EARLY
from playground.engine.parameters import check_parameter, initial_parameters, moves_parameters
from playground.engine.state import BEST_EPOCH
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.run import carrying as editing
from playground.run.checkpoint import Checkpoint
from playground.run.looking import Run
from playground.run.shelf import PutAside, Shelf
from playground.run.snapshot import Divergence
from playground.run.stopping import Reason, stopped_by


class Session(Run):
    """A run that can be advanced, edited, looked at and saved.

    Not for use by two threads at once. `dtype` is float32 or float64; without it a saved run keeps its own, and a new
    one has the precision of its experiment. points: what the experiment is about, where that is somebody's own points;
    raises PointsRefused where they are missing or others. `stopped` is the rule that has ended the run, or None.
    """

    def __init__(
        self, source: Experiment | Checkpoint, dtype: type[np.floating] | None = None, points: OwnPoints | None = None
    ) -> None:
        super().__init__(source, dtype, points)
        self._shelf = Shelf()

    # -- going on ---------------------------------------------------------------------------------------------------

    def advance(self, *, epochs: int = 0, steps: int = 0) -> bool:
        """Train for so many steps plus so many epochs (an epoch under way is finished first and counts as one).

        Returns False when the run has diverged (the last finite state is kept, `divergence` says where it broke) or
        when one of its rules has ended it (`stopped` says which).
        """
        if epochs < 0 or steps < 0:
            raise WrongUse(f"a run only goes forward; got epochs={epochs}, steps={steps}")
        steps += self.steps_for(epochs)
        self._sample = None
        target = self.state.step + steps
        while self.divergence is None and self.stopped is None and self.state.step < target:
            allowed = self._steps_to_last_epoch()
            if allowed is None or allowed > 0:
                left = target - self.state.step
                self._advance_call(left if allowed is None else min(left, allowed))
            if self.stopped is None and self._steps_to_last_epoch() == 0:
                self._stop("epochs")
        return self.divergence is None and self.stopped is None

    def _steps_to_last_epoch(self) -> int | None:
        """Steps until the epoch that ends the run; None where there is no such rule."""
        last = self._experiment.training.stop.epochs
        if last is None or "epochs" in self._spent:
            return None
        return self.steps_for(max(0, last - self.state.epoch))

    def steps_for(self, epochs: int) -> int:
        """Steps that so many epochs take from here; an epoch under way is finished first and counts as one."""
        if epochs == 0:
            return 0
        left = self._examples.count - self.state.position
        return math.ceil(left / self._engine.batch_size) + (epochs - 1) * self.steps_per_epoch

    def step_sample(self) -> None:
        """Look at the next sample of the coming batch; after the batch's last sample the step is made.

        The steps are the very same as without looking.
        """
        position, samples = self.state.position, self._examples.count
        size = min(self._engine.batch_size, samples - position)
        place = 0 if self._sample is None else self._sample + 1
        if place >= size:
            self.advance(steps=1)
            place = 0
        self._sample = place if self.divergence is None else None

    def _advance_call(self, steps: int) -> None:
        """One kernel call; a call that ends non-finite is taken back and repeated up to the last finite step."""
        outcome = self._advancing.advance(self.state, steps)
        self.state, broken = outcome.state, outcome.broken
        if broken is not None:
            name = self.layout.layer_name(broken.layer)
            self.divergence = Divergence(broken.step, self.state.epoch, broken.layer, name, broken.sample)
        elif outcome.status == STOPPED_EARLY:
            self._stop("early_stopping")
            self._refresh_curves()
        elif outcome.status == GOAL_REACHED:
            wanted = self._experiment.training.stop.loss
            reached = wanted is not None and "loss" not in self._spent and self.metrics().train_loss <= wanted
            self._stop("loss" if reached else "accuracy")

    def _stop(self, reason: Reason) -> None:
        training, best = self._experiment.training, int(self.state.watch[BEST_EPOCH])
        self.stopped = stopped_by(reason, training, self.state.epoch, best, self._tested)

    def out_of_time(self) -> None:
        """Whoever knows the time says that the run's seconds are over."""
        if self.stopped is None and self.divergence is None and "seconds" not in self._spent:
            self._stop("seconds")

    def go_on(self) -> None:
        """Let a run that has ended go on, from its last finite state.

        The rule that has ended it is spent until an edit or a reset; early stopping begins to count anew.
        """
        self.divergence = None
        if self.stopped is None:
            return
        if self.stopped.reason == "early_stopping":
            self.state.restart_early_stopping(self._experiment.training)
        else:
            self._spent |= {self.stopped.reason}
            self._make_engine(self._engine)
        self.stopped = None

    # -- edits ------------------------------------------------------------------------------------------------------

    def apply(self, experiment: Experiment, back: bool = False, points: OwnPoints | None = None) -> None:
        """Take over an edited experiment without losing what was learned, wherever the shapes allow.

        Before the first step nothing was learned: the run starts as a fresh run of the edited experiment would.
        Another seed is another run, and starts anew. Title and notes are no part of the run. `back`: the edit is an
        undo or a redo; what the edits in between had put aside comes back. points: the own points of the edited
        experiment, where they are not those the run has or was made with. Raises PointsRefused and changes nothing.
        """
        old, tested = self._experiment, self._tested
        self.points = editing.points_after(experiment, points, (self.points, self._own.points))
        self._experiment = experiment
        if editing.runs_alike(experiment, old):
            self.version += experiment != old
            return
        kept = self._shelf.take(experiment) if back else None
        untrained = self._is_untrained(old)
        starts_anew = untrained or experiment.seed != old.seed
        if not untrained and (starts_anew or moves_parameters(old, experiment)):
            self._shelf.put(old, PutAside(self.state.copy(), self.recording.rows_so_far(), self.recording.stride))
        if experiment.training.precision != old.training.precision:
            self.dtype = editing.number_type(experiment)
        other_examples = editing.examples_of(experiment) != editing.examples_of(old)
        if other_examples:
            self._load_data()
        stopped_early = self.stopped is not None and self.stopped.reason == "early_stopping"
        self.divergence, self.stopped, self._spent, self._sample = None, None, frozenset(), None
        if starts_anew:
            self._make_engine(self._engine)
            self.reset()
            if kept is not None and experiment.seed != old.seed:
                self._take_back(kept)
            return
        same_meaning = editing.meaning_of(experiment, self._tested) == editing.meaning_of(old, tested)
        editing.edit_state(old, experiment, self.state, None if kept is None else kept.state, same_meaning)
        if stopped_early:  # its patience is used up: it would end again after one epoch
            self.state.restart_early_stopping(experiment.training)
        if self.state.order.size != self._examples.count:
            self.state.restart_order(self._examples.count)
        self._make_engine(self._engine)
        if not same_meaning:
            self.recording.clear()
            self._record_now()
        if other_examples or editing.measured_by(experiment) != editing.measured_by(old):
            self._refresh_curves()
        self.version += 1

    def _is_untrained(self, experiment: Experiment) -> bool:
        """Whether the run stands where a fresh run of its experiment would: no step made, nothing set by hand."""
        if self.state.step:
            return False
        return np.array_equal(self.state.parameters, initial_parameters(experiment).astype(self.state.parameters.dtype))

    def _take_back(self, kept: PutAside) -> None:
        """A whole run returns: the seed it was made with is back."""
        self.state = kept.state.copy()
        self.state.converted(self.dtype)
        self.recording.restore(kept.rows, kept.stride)
        self.state.rows = self.recording.rows

    def reset(self) -> None:
        """Back to the same initial weights, the same order, no history."""
        self.divergence, self.stopped, self._sample = None, None, None
        if self._spent:
            self._spent = frozenset()
            self._make_engine(self._engine)
        self.recording.clear()
        self._start()
        self.resets += 1
        self.version += 1

    def set_parameter(self, index: int, value: float) -> None:
        """Set one weight or bias; the optimizer's memory of it stays."""
        check_parameter(index, value, self.state.parameters, self.layout)
        self.state.parameters[index] = value
        self._refresh_curves()
        self.divergence = None
        self.version += 1

    def _refresh_curves(self) -> None:
        """Where the parameters have changed at the end of an epoch, the curves end with what holds now."""
        if self.state.position == 0 and self.recording.last_epoch == self.state.epoch:
            self.recording.rows -= 1
            self._record_now()
