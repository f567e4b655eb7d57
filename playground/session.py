"""One run of one experiment: the buffers, the steps, the edits while it goes on.

Owns the run's state and keeps it finite; knows nothing of threads, time or windows. The same experiment and the same
edits at the same steps give the same parameters, whatever the size of the calls.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from playground import measuring
from playground.checkpoint import Checkpoint
from playground.data import Dataset
from playground.engine import STATUS_OK, Engine, RunState
from playground.errors import WrongUse
from playground.examples import Examples
from playground.experiment import Experiment
from playground.parameters import Layout, carried_over, check_parameter, digest, initial_parameters, moves_parameters
from playground.recording import Recording
from playground.shelf import PutAside, Shelf
from playground.snapshot import Demand, Divergence, Metrics, Snapshot, frozen

Floats = NDArray[np.floating]


class Session:
    """A run that can be advanced, edited, looked at and saved.

    Not for use by two threads at once. `dtype` is float32 or float64; without it a saved run keeps its own.
    """

    def __init__(self, source: Experiment | Checkpoint, dtype: type[np.floating] | None = None) -> None:
        checkpoint = source if isinstance(source, Checkpoint) else Checkpoint(source)
        self.dtype = dtype or (np.float32 if checkpoint.state is None else checkpoint.state.parameters.dtype.type)
        self._experiment = checkpoint.experiment
        self._own = checkpoint
        self.divergence = checkpoint.divergence
        self.recording = Recording()
        self.version = 0
        self._sample: int | None = None
        self._shelf = Shelf()
        self.resets = 0
        self._load_data()
        self._make_engine()
        if checkpoint.state is None:
            self._start()
        else:
            self._restore(checkpoint.state, checkpoint)

    def _restore(self, state: RunState, checkpoint: Checkpoint) -> None:
        """Continue a run."""
        self.state = state.copy()
        self.state.parameters = self.state.parameters.astype(self.dtype, copy=False)
        self.state.slots = self.state.slots.astype(self.dtype, copy=False)
        if checkpoint.history is not None:
            self.recording.restore(checkpoint.history, checkpoint.stride)
        self.state.rows = self.recording.rows

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
        return math.ceil(self._examples.count / self._engine.batch_size)

    def digest(self) -> str:
        """SHA-256 of the parameter bytes (little-endian)."""
        return digest(self.state.parameters)

    # -- going on ---------------------------------------------------------------------------------------------------

    def advance(self, *, epochs: int = 0, steps: int = 0) -> bool:
        """Train for so many steps plus so many epochs (an epoch under way is finished first and counts as one).

        Returns False when the run has diverged: the last finite state is kept and `divergence` says where it broke.
        """
        if epochs < 0 or steps < 0:
            raise WrongUse(f"a run only goes forward; got epochs={epochs}, steps={steps}")
        steps += self.steps_for(epochs)
        self._sample = None
        target = self.state.step + steps
        while self.divergence is None and self.state.step < target:
            self._advance_call(target - self.state.step)
        return self.divergence is None

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
        before = self.state.copy()
        status = self._train_kernel(steps)
        row = self.recording.first_bad_row(before.rows)
        if status == STATUS_OK and row is None:
            self.recording.thin_if_full()
            self.state.rows = self.recording.rows
            return
        self._find_divergence(before, self.state.step - before.step)

    def _train_kernel(self, steps: int) -> int:
        self.state.rows = self.recording.rows
        status = self._engine.train(
            self.state, steps, self._examples.train, self._examples.test, self.recording.table, self.recording.stride
        )
        self.recording.rows = self.state.rows
        return status

    def _find_divergence(self, before: RunState, steps: int) -> None:
        """Repeat a failed call step by step: keep the state before the step that broke it."""
        self.state, self.recording.rows = before, before.rows
        for _ in range(steps):
            kept = self.state.copy()
            status = self._train_kernel(1)
            if status != STATUS_OK or self.recording.first_bad_row(kept.rows) is not None:
                layer = self.state.bad_layer if status != STATUS_OK else len(self.layout.slots) - 1
                name = self.layout.layer_name(layer)
                self.divergence = Divergence(self.state.step, kept.epoch, layer, name)
                self.state, self.recording.rows = kept, kept.rows
                return

    # -- edits ------------------------------------------------------------------------------------------------------

    def apply(self, experiment: Experiment, back: bool = False) -> None:
        """Take over an edited experiment without losing what was learned, wherever the shapes allow.

        Before the first step nothing was learned: the run starts as a fresh run of the edited experiment would.
        Another seed is another run, and starts anew. `back`: the edit is an undo or a redo; what the edits in between
        had put aside comes back.
        """
        old, judged = self._experiment, self._judged()
        self._experiment = experiment
        if experiment == old:
            return
        kept = self._shelf.take(experiment) if back else None
        untrained = self._is_untrained(old)
        starts_anew = untrained or experiment.seed != old.seed
        if not untrained and (starts_anew or moves_parameters(old, experiment)):
            self._shelf.put(old, PutAside(self.state.copy(), self.recording.rows_so_far(), self.recording.stride))
        if experiment.data != old.data or experiment.seed != old.seed or experiment.head != old.head:
            self._load_data()
        if starts_anew:
            self._make_engine()
            self.reset()
            if kept is not None and experiment.seed != old.seed:
                self._take_back(kept)
            return
        if moves_parameters(old, experiment):
            spare = None if kept is None else kept.state
            self.state.parameters, self.state.slots = carried_over(old, experiment, self.state, spare)
        self._make_engine()
        if type(experiment.training.optimizer) is not type(old.training.optimizer):
            self.state.slots[:] = 0.0
            self.state.powers[:] = 1.0
        if self.state.order.size != self._examples.count:
            self.state.restart_order(self._examples.count)
        self.divergence, self._sample = None, None
        if self._judged() != judged:
            self.recording.clear()
            self._record_now()
        self._refresh_curves()
        self.version += 1

    def _is_untrained(self, experiment: Experiment) -> bool:
        """Whether the run stands where a fresh run of its experiment would: no step made, nothing set by hand."""
        if self.state.step:
            return False
        return np.array_equal(self.state.parameters, initial_parameters(experiment).astype(self.dtype))

    def _judged(self) -> tuple[object, ...]:
        """What the recorded figures mean; figures of another meaning do not belong in the same curve."""
        return self._experiment.task, self._experiment.head.loss, self._examples.test[0].shape[1] > 0

    def _take_back(self, kept: PutAside) -> None:
        """A whole run returns: the seed it was made with is back."""
        self.state = kept.state.copy()
        self.recording.restore(kept.rows, kept.stride)
        self.state.rows = self.recording.rows

    def reset(self) -> None:
        """Back to the same initial weights, the same order, no history."""
        self.divergence = None
        self._sample = None
        self.recording.clear()
        self._start()
        self.resets += 1
        self.version += 1

    def set_parameter(self, index: int, value: float) -> None:
        """Set one weight or bias; the optimizer's memory of it stays."""
        check_parameter(index, value, self.state.parameters)
        self.state.parameters[index] = value
        self._refresh_curves()
        self.divergence = None
        self.version += 1

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
            probe=measuring.forward_pass(*looking, demand.probe) if demand.probe is not None else None,
            sample=self._sample_index(),
            version=self.version,
            resets=self.resets,
        )

    def predict(self, points: NDArray[np.float64]) -> Floats:
        """The head's outputs (units, n), all finite, for points (2, n) of the plane."""
        return measuring.predict(self._engine, self._examples, self.state.parameters, points)

    def _measure(self) -> tuple[Metrics, Floats, Floats]:
        classes = self._experiment.task.is_classification
        return measuring.measure(self._engine, self._examples, self.state.parameters, classes)

    def _sample_index(self) -> int | None:
        return None if self._sample is None else int(self.state.order[self.state.position + self._sample])

    def checkpoint(self) -> Checkpoint:
        """Everything needed to continue exactly from here."""
        state = self.state.copy()
        state.counters[3:6] = 0
        rows, stride = self.recording.rows_so_far(), self.recording.stride
        points = self.dataset if self.dataset is self._own.dataset else None
        return Checkpoint(self._experiment, state, rows, stride, self.divergence, points)

    # -- preparing --------------------------------------------------------------------------------------------------

    def _load_data(self) -> None:
        self.dataset: Dataset = self._own.dataset_for(self._experiment)
        self._examples = Examples(self._experiment, self.dataset, self.dtype)

    def _make_engine(self) -> None:
        self._engine = Engine(self._experiment, self._examples.count, self.dtype)

    def _start(self) -> None:
        parameters = initial_parameters(self._experiment).astype(self.dtype)
        self.state = RunState.start(parameters, self._examples.count, self._experiment.seed)
        self._record_now()

    def _refresh_curves(self) -> None:
        """After an edit at the end of an epoch the curves end with what holds now."""
        if self.state.position == 0 and self.recording.last_epoch == self.state.epoch:
            self.recording.rows -= 1
            self._record_now()

    def _record_now(self) -> None:
        self.recording.record(self.state.epoch, self.metrics())
        self.state.rows = self.recording.rows
