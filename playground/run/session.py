"""One run of one experiment: its steps, its edits, its log, and how it is looked at.

Owns the changes of a run's state, writes each into the log, and keeps the run finite; knows nothing of threads, time or
windows. The same experiment and the same actions at the same steps give the same parameters, whatever the size of the
calls.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset
from playground.engine.engine import Engine
from playground.engine.parameters import Layout, check_parameter, digest, initial_parameters, moves_parameters
from playground.engine.state import BEST_EPOCH, PLATEAU_RATE, RunState
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.experiment.schedules import share_in_force
from playground.run import carrying, curvature, measuring
from playground.run.actions import (
    Advance,
    Edit,
    GoOn,
    Logged,
    NewSeed,
    OutOfTime,
    Reset,
    RestoreParameter,
    SetParameter,
)
from playground.run.advancing import Advancing
from playground.run.checkpoint import Checkpoint, Log
from playground.run.examples import Examples
from playground.run.log import Logbook
from playground.run.recording import Recording
from playground.run.shelf import PutAside, Shelf
from playground.run.snapshot import Demand, Divergence, Metrics, Snapshot, frozen, layer_probes
from playground.run.stopping import Reason, Stopped, stopped_by

Floats = NDArray[np.floating]


class Session:
    """A run that can be advanced, edited, looked at and saved.

    Not for use by two threads at once. `dtype` is float32 or float64; without it a saved run keeps its own, and a new
    one has the precision of its experiment. `stopped` is the rule that has ended the run, or None; `divergence` where
    it stopped being finite, or None. `version` grows with every edit, `resets` with every new beginning.
    """

    def __init__(self, source: Experiment | Checkpoint, dtype: type[np.floating] | None = None) -> None:
        checkpoint = source if isinstance(source, Checkpoint) else Checkpoint(source)
        self._experiment = checkpoint.experiment
        saved = None if checkpoint.state is None else checkpoint.state.parameters.dtype.type
        self.dtype: type[np.floating] = dtype or saved or carrying.number_type(self._experiment)
        self._own = checkpoint
        self.divergence: Divergence | None = checkpoint.divergence
        self.stopped: Stopped | None = checkpoint.stopped
        self._spent: frozenset[Reason] = checkpoint.spent
        self._shelf = Shelf()
        self._typed_over: dict[int, tuple[float, int]] = {}
        self.recording = Recording()
        self.version = 0
        self.resets = 0
        self._sample: int | None = None
        self._logbook = Logbook(checkpoint.log or Log(replace(checkpoint, log=None), np.dtype(self.dtype).name))
        self._load_data()
        self._make_engine()
        if checkpoint.state is None:
            self._start()
        else:
            self._restore(checkpoint.state, checkpoint)

    def _restore(self, state: RunState, checkpoint: Checkpoint) -> None:
        """Continue a run."""
        self.state = state.copy()
        self.state.converted(self.dtype)
        if checkpoint.history is not None:
            self.recording.restore(checkpoint.history, checkpoint.stride)
        self.state.rows = self.recording.rows

    # -- the log -------------------------------------------------------------------------------------------------------

    @property
    def log(self) -> Log:
        """What was done to the run since its base; `playground.replay` makes the same run of it."""
        return self._logbook.log

    def _write(self, step: int, action: Logged) -> None:
        """Note an action that has taken effect, and at which step it landed."""
        self._logbook.write(step, action)
        if self._logbook.is_full:
            self._cut_log()

    def _cut_log(self) -> None:
        """From here on the log begins with the state of this moment; a replay knows nothing of what was put aside."""
        self._forget_put_aside()
        self._logbook.begin_anew(replace(self.checkpoint(), log=None))

    def reopen(self) -> None:
        """As if the run were saved and opened again: what edits had put aside is gone."""
        self._forget_put_aside()
        self._logbook.reopen()

    def _forget_put_aside(self) -> None:
        self._shelf.clear()
        self._typed_over.clear()

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
        if not self.goes_on or steps == 0:
            return self.goes_on
        start = self.state.step
        outcome = self._advancing.advance(self.state, steps)
        self.state, self.divergence = outcome.state, outcome.divergence
        if outcome.reason is not None:
            self._stop(outcome.reason)
        if outcome.reason == "early_stopping":
            self._refresh_curves()
        # where the run has ended, one step more is noted than was made: so a replay meets the same end
        self._write(start, Advance(self.state.step - start + outcome.ended))
        return self.goes_on

    @property
    def goes_on(self) -> bool:
        """Whether another step may be made: the run has neither diverged nor been ended by a rule."""
        return self.divergence is None and self.stopped is None

    def steps_for(self, epochs: int) -> int:
        """Steps that so many epochs take from here; an epoch under way is finished first and counts as one."""
        return self._advancing.steps_for(self.state, epochs)

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

    def _stop(self, reason: Reason) -> None:
        training, best = self._experiment.training, int(self.state.watch[BEST_EPOCH])
        self.stopped = stopped_by(reason, training, self.state.epoch, best, self._tested)

    def out_of_time(self) -> None:
        """Whoever knows the time says that the run's seconds are over."""
        if self.goes_on and "seconds" not in self._spent:
            self._stop("seconds")
            self._write(self.state.step, OutOfTime())

    def go_on(self) -> None:
        """Let a run that has ended go on, from its last finite state.

        The rule that has ended it is spent until an edit or a reset; early stopping begins to count anew.
        """
        if self.goes_on:
            return
        self.divergence, stopped, self.stopped = None, self.stopped, None
        if stopped is not None and stopped.reason == "early_stopping":
            self.state.restart_early_stopping(self._experiment.training)
        elif stopped is not None:
            self._spent |= {stopped.reason}
            self._make_engine(self._engine)
        self._write(self.state.step, GoOn())

    # -- edits ------------------------------------------------------------------------------------------------------

    def apply(self, experiment: Experiment, back: bool = False) -> None:
        """Take over an edited experiment without losing what was learned, wherever the shapes allow.

        Before the first step nothing was learned: the run starts as a fresh run of the edited experiment would.
        Another seed is another run, and starts anew. Title and notes are no part of the run. `back`: the edit is an
        undo or a redo; what the edits in between had put aside comes back.
        """
        if experiment != self._experiment:
            step, own = self.state.step, self._has_own_dataset
            self._take_over(experiment, back)
            self._write(step, Edit(experiment, back))
            if self._has_own_dataset != own:  # no later file holds the points that the steps before were made on
                self._cut_log()

    def new_seed(self, seed: int) -> None:
        """Other points, other initial weights, another order: a new run of the same experiment."""
        experiment = msgspec.structs.replace(self._experiment, seed=seed)
        if experiment != self._experiment:
            step = self.state.step
            self._take_over(experiment, False)
            self._write(step, NewSeed(seed))

    def _take_over(self, experiment: Experiment, back: bool) -> None:
        old, tested = self._experiment, self._tested
        self._experiment = experiment
        if carrying.runs_alike(experiment, old):
            self.version += 1
            return
        kept = self._shelf.take(experiment) if back else None
        untrained = self._is_untrained(old)
        starts_anew = untrained or experiment.seed != old.seed
        if not untrained and (starts_anew or moves_parameters(old, experiment)):
            self._shelf.put(old, PutAside(self.state.copy(), self.recording.rows_so_far(), self.recording.stride))
        if experiment.training.precision != old.training.precision:
            self.dtype = carrying.number_type(experiment)
        if carrying.examples_of(experiment) != carrying.examples_of(old):
            self._load_data()
        stopped_early = self.stopped is not None and self.stopped.reason == "early_stopping"
        self.divergence, self.stopped, self._spent, self._sample = None, None, frozenset(), None
        if starts_anew:
            self._make_engine(self._engine)
            self._begin_anew()
            if kept is not None and experiment.seed != old.seed:
                self._take_back(kept)
            return
        same_meaning = carrying.meaning_of(experiment, self._tested) == carrying.meaning_of(old, tested)
        carrying.edit_state(old, experiment, self.state, None if kept is None else kept.state, same_meaning)
        if stopped_early:  # its patience is used up: it would end again after one epoch
            self.state.restart_early_stopping(experiment.training)
        if self.state.order.size != self._examples.count:
            self.state.restart_order(self._examples.count)
        self._make_engine(self._engine)
        if not same_meaning:
            self.recording.clear()
            self._record_now()
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
        step = self.state.step
        self._begin_anew()
        self._write(step, Reset())

    def _begin_anew(self) -> None:
        self.divergence, self.stopped, self._sample = None, None, None
        if self._spent:
            self._spent = frozenset()
            self._make_engine(self._engine)
        self.recording.clear()
        self._start()
        self.resets += 1
        self.version += 1

    def set_parameter(self, index: int, value: float, key: int | None = None) -> None:
        """Set one weight or bias; the optimizer's memory of it stays. With a key it can be put back as it was."""
        check_parameter(index, value, self.state.parameters, self.layout)
        if key is not None:
            self._typed_over[key] = float(self.state.parameters[index]), self.resets
        self._put(index, value)
        self._write(self.state.step, SetParameter(index, value, key))

    def restore_parameter(self, index: int, key: int) -> None:
        """Put back what stood at `index` before `set_parameter` with this key; not after a new beginning."""
        value, resets = self._typed_over.get(key, (0.0, -1))
        if resets == self.resets and index < self.state.parameters.size:
            self._put(index, value)
            self._write(self.state.step, RestoreParameter(index, key))

    def _put(self, index: int, value: float) -> None:
        self.state.parameters[index] = value
        self._refresh_curves()
        self.divergence = None
        self.version += 1

    def _refresh_curves(self) -> None:
        """Where the parameters have changed at the end of an epoch, the curves end with what holds now."""
        if self.state.position == 0 and self.recording.last_epoch == self.state.epoch:
            self.recording.rows -= 1
            self._record_now()

    # -- what it is -------------------------------------------------------------------------------------------------

    @property
    def experiment(self) -> Experiment:
        """The experiment as it stands, edits included."""
        return self._experiment

    @property
    def layout(self) -> Layout:
        """Where each parameter lies."""
        return self._engine.layout

    @property
    def steps_per_epoch(self) -> int:
        """Optimizer steps that one pass over the training set takes."""
        return self._advancing.steps_per_epoch

    def digest(self) -> str:
        """SHA-256 of the parameter bytes (little-endian)."""
        return digest(self.state.parameters)

    @property
    def _tested(self) -> bool:
        """Whether there is a test set."""
        return bool(self._examples.test[0].shape[1] > 0)

    @property
    def _has_own_dataset(self) -> bool:
        """Whether the points are the opened file's, where this version's recipe gives other ones."""
        return self.dataset is self._own.dataset

    # -- looking ----------------------------------------------------------------------------------------------------

    def metrics(self) -> Metrics:
        """Loss, accuracy and penalty of this moment; always finite."""
        return self._measure()[0]

    def snapshot(self, demand: Demand = Demand()) -> Snapshot:
        """This moment as read-only arrays, with the parts that `demand` names."""
        metrics, train_outputs, test_outputs = self._measure()
        looking = (self._engine, self._examples, self.state.parameters)
        return Snapshot(
            experiment=self._experiment,
            dataset=self.dataset,
            layout=self.layout,
            epoch=self.state.epoch,
            step=self.state.step,
            samples_seen=self.state.position,
            parameters=frozen(self.state.parameters.copy()),
            metrics=metrics,
            history=frozen(self.recording.rows_so_far()),
            divergence=self.divergence,
            maps=measuring.unit_maps(*looking) if demand.maps else None,
            extent=self.dataset.extent,
            train_outputs=train_outputs if demand.predictions else None,
            test_outputs=test_outputs if demand.predictions else None,
            gradient=measuring.mean_gradient(*looking) if demand.gradients else None,
            probe=measuring.forward_pass(*looking, demand),
            sample=self._sample_index(),
            version=self.version,
            resets=self.resets,
            learning_rate=self.learning_rate,
            probes=layer_probes(self.state.probes),
            clipped_steps=self.state.clipped_steps,
            stopped=self.stopped,
            best_epoch=int(self.state.watch[BEST_EPOCH]) if self._experiment.training.early_stopping else None,
        )

    def predict(self, points: NDArray[np.float64]) -> Floats:
        """The head's outputs (units, n), all finite, for points (2, n) of the plane."""
        return measuring.predict(self._engine, self._examples, self.state.parameters, points)

    @property
    def learning_rate(self) -> float:
        """The rate that the next step takes."""
        training, state, per_epoch = self._experiment.training, self.state, self.steps_per_epoch
        place, left = state.position // self._engine.batch_size, float(state.watch[PLATEAU_RATE])
        return training.learning_rate * share_in_force(training.schedule, state.epoch, place, per_epoch, left)

    def losses(self, vectors: Floats) -> NDArray[np.float64]:
        """(V, 2) loss and accuracy on the training set for V parameter vectors (V, P); all finite."""
        return measuring.losses(self._engine, self._examples, vectors)

    def maps(self, window: tuple[float, float, float, float], resolution: int) -> Floats:
        """What every unit computes over a window (left, right, bottom, top) of the plane.

        (units, resolution, resolution), the lowest row first; cells are asked at their centres.
        """
        return measuring.window_maps(self._engine, self._examples, self.state.parameters, window, resolution)

    def sharpness(self) -> curvature.Sharpness:
        """The largest eigenvalue of the training loss's Hessian, and 2 / learning rate; takes about 100 gradients."""
        parameters = self.state.parameters.astype(np.float64)
        return curvature.sharpness(self._experiment, self.dataset, parameters, self.learning_rate)

    def gradient_noise_scale(self) -> float | None:
        """The batch size at which the gradient's noise equals the gradient; None where there is no gradient."""
        return curvature.gradient_noise_scale(self._experiment, self.dataset, self.state.parameters.astype(np.float64))

    def _measure(self) -> tuple[Metrics, Floats, Floats]:
        classes = self._experiment.task.is_classification
        return measuring.measure(self._engine, self._examples, self.state.parameters, classes)

    def _sample_index(self) -> int | None:
        return None if self._sample is None else int(self.state.order[self.state.position + self._sample])

    def checkpoint(self) -> Checkpoint:
        """Everything needed to continue exactly from here."""
        state = self.state.copy()
        state.forget_call()
        rows, stride = self.recording.rows_so_far(), self.recording.stride
        points = self.dataset if self._has_own_dataset else None
        return Checkpoint(
            self._experiment, state, rows, stride, self.divergence, points, self.stopped, self._spent, self.log
        )  # fmt: skip

    # -- preparing --------------------------------------------------------------------------------------------------

    def _load_data(self) -> None:
        self.dataset: Dataset = self._own.dataset_for(self._experiment)
        self._examples = Examples(self._experiment, self.dataset, self.dtype)

    def _make_engine(self, before: Engine | None = None) -> None:
        self._engine = Engine(self._experiment, self._examples.count, self.dtype, self._spent, before)
        self._advancing = Advancing(self._experiment, self._engine, self._examples, self.recording, self._spent)

    def _start(self) -> None:
        parameters = initial_parameters(self._experiment).astype(self.dtype)
        self.state = RunState.start(
            parameters, len(self.layout.slots), self._examples.count, self._experiment.seed, self._experiment.training
        )
        self._record_now()

    def _record_now(self) -> None:
        self.recording.record(self.state.epoch, self.metrics())
        self.state.rows = self.recording.rows
