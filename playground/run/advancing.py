"""Many steps in calls of the kernels, and how they end: at a rule of the run, or in numbers that are not finite.

Owns the search for the step that broke and the rules that are counted in epochs; knows nothing of edits or of what a
run is shown as.
"""

from __future__ import annotations

import math
from collections.abc import Collection

import msgspec

from playground.engine.engine import GOAL_REACHED, NOT_FINITE, STOPPED_EARLY, Engine
from playground.engine.state import RunState
from playground.experiment.experiment import Experiment
from playground.run import measuring
from playground.run.examples import Examples
from playground.run.recording import Recording, bound
from playground.run.snapshot import Divergence
from playground.run.stopping import Reason


class Outcome(msgspec.Struct, frozen=True):
    """Where steps have led: the state, and what has ended the run, if anything did."""

    state: RunState
    divergence: Divergence | None = None
    reason: Reason | None = None

    @property
    def ended(self) -> bool:
        """Whether no further step may be made."""
        return self.divergence is not None or self.reason is not None


class Advancing:
    """Engine, examples and recording of a run, bound together for its calls; `spent`: rules that apply no more."""

    def __init__(
        self,
        experiment: Experiment,
        engine: Engine,
        examples: Examples,
        recording: Recording,
        spent: Collection[Reason],
    ) -> None:
        self._experiment, self._spent = experiment, spent
        self._engine, self._examples, self._recording = engine, examples, recording
        recording.last_update = None  # it was of another network, or by another rule

    @property
    def steps_per_epoch(self) -> int:
        """Optimizer steps that one pass over the training set takes."""
        return math.ceil(self._examples.count / self._engine.batch_size)

    def steps_for(self, state: RunState, epochs: int) -> int:
        """Steps that so many epochs take from here; an epoch under way is finished first and counts as one."""
        if epochs == 0:
            return 0
        left = self._examples.count - state.position
        return math.ceil(left / self._engine.batch_size) + (epochs - 1) * self.steps_per_epoch

    def advance(self, state: RunState, steps: int) -> Outcome:
        """So many steps, or fewer where something ends the run.

        `state` is advanced in place; where that breaks it, another one is returned: the last finite state.
        """
        outcome, target = Outcome(state), state.step + steps
        while not outcome.ended and outcome.state.step < target:
            self.note_samples(outcome.state)
            left, allowed = target - outcome.state.step, self._steps_to_last_epoch(outcome.state)
            left = min(left, self._steps_to_samples(outcome.state) or left)
            left = left if allowed is None else min(left, allowed)
            if left > 0:
                alone = self._recording.keeps_update and left > 1  # where calls are cut changes no byte of a run
                outcome = self._call(outcome.state, left - 1 if alone else left)
            if not outcome.ended and self._steps_to_last_epoch(outcome.state) == 0:
                outcome = Outcome(outcome.state, reason="epochs")
        if outcome.reason != "early_stopping":  # its parameters are those of an earlier epoch
            self.note_samples(outcome.state)
        return outcome

    def note_samples(self, state: RunState) -> None:
        """Write down the training samples of this moment, where that is asked for and an epoch ends that is kept."""
        recording, dataset = self._recording, self._examples.dataset
        if recording.keeps_samples and state.position == 0 and recording.samples.wants(state.epoch, dataset):
            row = measuring.samples_now(self._engine, self._examples, state.parameters, state.epoch)
            recording.samples = recording.samples.with_row(row, dataset)

    def _steps_to_samples(self, state: RunState) -> int:
        """Steps until samples are written down; 0 where they are not."""
        recording = self._recording
        return self.steps_for(state, recording.samples.epochs_to_next(state.epoch)) if recording.keeps_samples else 0

    def _steps_to_last_epoch(self, state: RunState) -> int | None:
        """Steps until the epoch that ends the run; None where there is no such rule."""
        last = self._experiment.training.stop.epochs
        if last is None or "epochs" in self._spent:
            return None
        return self.steps_for(state, max(0, last - state.epoch))

    def _call(self, state: RunState, steps: int) -> Outcome:
        """One call of the kernels; one that ends non-finite is taken back and repeated up to the last finite step."""
        state.rows = self._recording.rows  # an edit may have cleared the record, or brought it back
        before = state.copy()
        try:
            outcome = self._called(state, before, steps)
        except BaseException:  # Ctrl-C breaks in anywhere: a call is made as a whole or not at all
            state.become(before)
            self._recording.rows = before.rows
            raise
        self._recording.thin_if_full()  # what is thinned cannot be taken back
        outcome.state.rows = self._recording.rows
        is_known = steps == 1 and outcome.divergence is None and outcome.reason != "early_stopping"
        update = measuring.change(before.parameters, outcome.state.parameters) if is_known else None
        self._recording.last_update = update
        return outcome

    def _called(self, state: RunState, before: RunState, steps: int) -> Outcome:
        status = self._train(state, steps)
        if not self._is_fine(status, before.rows):
            return self._last_finite(before, state.step - before.step)
        if status == STOPPED_EARLY:
            return Outcome(state, reason="early_stopping")
        return Outcome(state, reason=self._goal(state) if status == GOAL_REACHED else None)

    def _goal(self, state: RunState) -> Reason:
        """Which of the two goals was reached: the loss comes first."""
        wanted = self._experiment.training.stop.loss
        if wanted is None or "loss" in self._spent:
            return "accuracy"
        classes = self._experiment.task.is_classification
        found = measuring.measure(self._engine, self._examples, state.parameters, classes)[0]
        return "loss" if found.train_loss <= wanted else "accuracy"

    def _train(self, state: RunState, steps: int, closely: bool = False) -> int:
        state.rows = before = self._recording.rows
        recording, shown = self._recording, self._examples
        tables = (recording.table, recording.probes)
        status = self._engine.train(
            state, steps, shown.train, shown.test, *tables, recording.stride, recording.on, closely, shown.validation
        )
        self._recording.rows = state.rows
        if recording.on:
            bound(state.probes)
            bound(recording.probes[before : state.rows])
        return status

    def _is_fine(self, status: int, rows_before: int) -> bool:
        return status != NOT_FINITE and self._recording.first_bad_row(rows_before) is None

    def _last_finite(self, kept: RunState, steps: int) -> Outcome:
        """Halve the failed call until the step is found that leads from a finite state to one that is not.

        A number that is not finite stays, so a call fails if and only if the bad step is in it.
        """
        while steps > 0:
            half = max(1, steps // 2)
            trial = kept.copy()
            self._recording.rows = kept.rows
            status = self._train(trial, half, closely=half == 1)
            if self._is_fine(status, kept.rows):
                kept, steps = trial, steps - half
                continue
            self._recording.rows = kept.rows
            if half == 1:
                return Outcome(kept, self._divergence(kept, trial, status))
            steps = half
        return Outcome(kept)

    def _divergence(self, kept: RunState, trial: RunState, status: int) -> Divergence:
        """Where the one step from `kept` to `trial` broke; a loss alone that is not finite is the output's."""
        layout, in_layer = self._engine.layout, status == NOT_FINITE
        layer = trial.bad_layer if in_layer else len(layout.slots) - 1
        sample = trial.bad_sample if in_layer else None
        return Divergence(trial.step, kept.epoch, layer, layout.layer_name(layer), sample)
