"""What a run consists of, and how it is looked at.

Owns the buffers of one run of one experiment and the figures taken from them; changes nothing once it is made (see
`playground.run.session`), and knows nothing of threads, time or windows.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset
from playground.engine.engine import Engine
from playground.engine.parameters import Layout, digest, initial_parameters
from playground.engine.state import BEST_EPOCH, PLATEAU_RATE, RunState
from playground.experiment.experiment import Experiment
from playground.experiment.schedules import share_in_force
from playground.run import carrying as editing
from playground.run import curvature, measuring
from playground.run.advancing import Advancing
from playground.run.checkpoint import Checkpoint
from playground.run.examples import Examples
from playground.run.recording import Recording
from playground.run.snapshot import Demand, Divergence, Metrics, Snapshot, frozen, layer_probes
from playground.run.stopping import Reason, Stopped

Floats = NDArray[np.floating]


class Run:
    """The state of a run, its engine, its examples and its curves."""

    def __init__(self, source: Experiment | Checkpoint, dtype: type[np.floating] | None) -> None:
        checkpoint = source if isinstance(source, Checkpoint) else Checkpoint(source)
        self._experiment = checkpoint.experiment
        saved = None if checkpoint.state is None else checkpoint.state.parameters.dtype.type
        self.dtype: type[np.floating] = dtype or saved or editing.number_type(self._experiment)
        self._own = checkpoint
        self.divergence: Divergence | None = checkpoint.divergence
        self.stopped: Stopped | None = checkpoint.stopped
        self._spent: frozenset[Reason] = checkpoint.spent
        self.recording = Recording()
        self.version = 0
        self.resets = 0
        self._sample: int | None = None
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

    @property
    def _tested(self) -> bool:
        """Whether there is a test set."""
        return bool(self._examples.test[0].shape[1] > 0)

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
            position=self.state.position,
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
        points = self.dataset if self.dataset is self._own.dataset else None
        return Checkpoint(
            self._experiment, state, rows, stride, self.divergence, points, self.stopped, self._spent
        )  # fmt: skip

    # -- preparing --------------------------------------------------------------------------------------------------

    def _load_data(self) -> None:
        self.dataset: Dataset = self._own.dataset_for(self._experiment)
        self._examples = Examples(self._experiment, self.dataset, self.dtype)

    def _make_engine(self, before: Engine | None = None) -> None:
        self._engine = Engine(self._experiment, self._examples.count, self.dtype, self._spent, before)
        self._advancing = Advancing(self._engine, self._examples, self.recording)

    def _start(self) -> None:
        parameters = initial_parameters(self._experiment).astype(self.dtype)
        self.state = RunState.start(
            parameters, len(self.layout.slots), self._examples.count, self._experiment.seed, self._experiment.training
        )
        self._record_now()

    def _record_now(self) -> None:
        self.recording.record(self.state.epoch, self.metrics())
        self.state.rows = self.recording.rows
