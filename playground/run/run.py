"""What a run consists of: its experiment, points, engine, state and record, and what has ended it.

Owns how these parts fit together; knows nothing of logs, of undo, or of who asks. A session has one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from playground.data import Dataset, OwnPoints, check_points
from playground.engine.engine import Engine
from playground.engine.parameters import initial_parameters
from playground.engine.state import BEST_EPOCH, GRADIENT_NORM, PARAMETER_NORM, PLATEAU_RATE, RATE_TAKEN, RunState
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.experiment.schedules import share_in_force
from playground.run import carrying, measuring
from playground.run.advancing import Advancing, Outcome
from playground.run.checkpoint import Checkpoint
from playground.run.examples import Examples
from playground.run.recording import OF_SAMPLES, OF_STEPS, Recording, bound
from playground.run.snapshot import SealedLook
from playground.run.stopping import Reason, Watched, stopped_by

if TYPE_CHECKING:
    from playground.run import curvature

Floats = NDArray[np.floating]
Moment = tuple[object, ...]


class Run:
    """The parts of a run; `Session` says what may be done with them.

    dtype: the number type of the run. divergence, stopped: what has ended the run, if anything did. spent: rules that
    have ended it before, and do so no more. points: what the experiment is about, where that is somebody's own points.
    beginning: counts how often a run began anew here; one that returns has its own again.
    """

    def __init__(
        self, checkpoint: Checkpoint, dtype: type[np.floating] | None, points: OwnPoints | None, record: bool
    ) -> None:
        checkpoint = checkpoint if points is None else replace(checkpoint, points=points)
        self.experiment, self.points = checkpoint.experiment, checkpoint.points
        check_points(self.experiment.data.source, self.points)
        saved = None if checkpoint.state is None else checkpoint.state.parameters.dtype.type
        self.dtype: type[np.floating] = dtype or saved or carrying.number_type(self.experiment)
        self._opened = checkpoint
        self.divergence, self.stopped = checkpoint.divergence, checkpoint.stopped
        self.spent, self.test_look = checkpoint.spent, checkpoint.test_look
        self.recording = Recording(record)
        self.beginning = self._beginnings = 0
        self._measured: tuple[Moment, tuple[float, float], measuring.Measured] | None = None
        self._probed: tuple[Moment, NDArray[np.float64]] | None = None
        self.load_points()
        self._engine: Engine | None = None
        self.make_engine()
        if checkpoint.state is None:
            self._start()
        else:
            self._restore(checkpoint, checkpoint.state)

    def __getstate__(self) -> dict[str, Any]:
        """What another run needs to stand where this one does; buffers are copied, the kernels' part is made anew."""
        kept = {name: getattr(self, name) for name in ("dtype", "_opened", "beginning", "_beginnings")}
        samples = self.recording.samples_of(self.dataset)
        return kept | {"left": self.checkpoint(), "record": self.recording.on, "samples": samples}

    def __setstate__(self, state: dict[str, Any]) -> None:
        kept = dict(state)
        Run.__init__(self, kept.pop("left"), kept["dtype"], None, kept.pop("record"))
        self.recording.go_on_with(self.dataset, *kept.pop("samples"))
        self.__dict__.update(kept)

    def _restore(self, checkpoint: Checkpoint, state: RunState) -> None:
        """Continue a run; raises WrongUse for a state of other points: kernels trust the order of the samples."""
        if state.order.size != self.examples.count:
            raise WrongUse(
                "This state belongs to other points: it orders {given} training samples, and there are {there}.",
                given=state.order.size, there=self.examples.count,
            )  # fmt: skip
        self.state = state.copy()
        self.state.converted(self.dtype)
        self._use_layers()
        if checkpoint.record is not None:
            self.recording.restore(checkpoint.record)
        self.recording.go_on_with(self.dataset, self.recording.keeps_samples, checkpoint.samples)
        self.state.rows = self.recording.rows

    def _start(self) -> None:
        experiment, layers = self.experiment, len(self.engine.layout.slots)
        parameters = initial_parameters(experiment).astype(self.dtype)
        self.state = RunState.start(parameters, layers, self.examples.count, experiment.seed, experiment.training)
        self.recording.clear()
        self._use_layers()
        self._probe()
        self._write_row()

    def _use_layers(self) -> None:
        self.recording.use_layers(range(len(self.engine.layout.slots)), self.engine.layout.sizes)

    # -- its parts --------------------------------------------------------------------------------------------------

    @property
    def number_type(self) -> str:
        """The name of the run's number type."""
        return np.dtype(self.dtype).name

    @property
    def engine(self) -> Engine:
        """The kernels bound to the experiment."""
        assert self._engine is not None
        return self._engine

    def load_points(self) -> None:
        """The points of the experiment, and what the network is shown of them."""
        self.dataset: Dataset = self._opened.dataset_for(self.experiment, self.points)
        self.examples = Examples(self.experiment, self.dataset, self.dtype)

    def make_engine(self) -> None:
        """The kernels bound to the experiment as it is now, its points and the rules that are not spent."""
        self._engine = Engine(self.experiment, self.examples.count, self.dtype, self.spent, self._engine)
        self._advancing = Advancing(self.experiment, self._engine, self.examples, self.recording, self.spent)

    @property
    def is_tested(self) -> bool:
        """Whether there is a test set that is looked at."""
        return bool(self.examples.test[0].shape[1] > 0)

    @property
    def is_validated(self) -> bool:
        """Whether there is a validation set."""
        return bool(self.examples.validation[0].shape[1] > 0)

    @property
    def sets_known(self) -> tuple[bool, bool]:
        """Whether the test set and the validation set are measured."""
        return self.is_tested, self.is_validated

    @property
    def watched(self) -> Watched:
        """The set that rules watch where they do not ask for the training set."""
        return "validation" if self.is_validated else "test" if self.is_tested else "train"

    @property
    def has_saved_dataset(self) -> bool:
        """Whether the points are the opened file's, where this version's recipe gives other ones."""
        return self.dataset is self._opened.dataset

    @property
    def data_beside(self) -> tuple[object, ...]:
        """What stands beside the experiment and is in a file only once: equal values mean equal data."""
        return self.has_saved_dataset, None if self.points is None else self.points.digest

    def fitting_points(self, experiment: Experiment, given: OwnPoints | None) -> OwnPoints | None:
        """The own points of an edited experiment, given or known; raises PointsRefused."""
        return carrying.points_after(experiment, given, (self.points, self._opened.points))

    @property
    def is_untrained(self) -> bool:
        """Whether the run stands where a fresh run of its experiment would: no step made, nothing set by hand."""
        if self.state.step:
            return False
        start = initial_parameters(self.experiment).astype(self.state.parameters.dtype)
        return np.array_equal(self.state.parameters, start)

    def checkpoint(self) -> Checkpoint:
        """Everything needed to continue exactly from here, without a log."""
        state = self.state.copy()
        state.forget_call()
        return Checkpoint(
            self.experiment, state, self.recording.so_far(), self.divergence,
            self.dataset if self.has_saved_dataset else None, self.stopped, self.spent, self.points,
            test_look=self.test_look, samples=self.recording.samples_of(self.dataset)[1],
        )  # fmt: skip

    @contextmanager
    def changed_as_a_whole(self) -> Iterator[None]:
        """Around a change: one that breaks off (too little memory, or Ctrl-C) has not been."""
        parts, put_record_back = dict(vars(self)) | {"state": self.state.copy()}, self.recording.kept()
        try:
            yield
        except BaseException:
            vars(self).update(parts)
            put_record_back()
            raise

    # -- going on ---------------------------------------------------------------------------------------------------

    @property
    def goes_on(self) -> bool:
        """Whether another step may be made: the run has neither diverged nor been ended by a rule."""
        return self.divergence is None and self.stopped is None

    @property
    def steps_per_epoch(self) -> int:
        """Optimizer steps that one pass over the training set takes."""
        return self._advancing.steps_per_epoch

    def steps_for(self, epochs: int) -> int:
        """Steps that so many epochs take from here; an epoch under way is finished first and counts as one."""
        return self._advancing.steps_for(self.state, epochs)

    @property
    def learning_rate(self) -> float:
        """The rate that the next step takes."""
        training, state, per_epoch = self.experiment.training, self.state, self.steps_per_epoch
        place, left = state.position // self.engine.batch_size, float(state.watch[PLATEAU_RATE])
        return training.learning_rate * share_in_force(training.schedule, state.epoch, place, per_epoch, left)

    def advance(self, steps: int) -> Outcome:
        """So many steps, or fewer where the run ends."""
        outcome = self._advancing.advance(self.state, steps)
        self.state, self.divergence = outcome.state, outcome.divergence
        if outcome.reason is not None:
            self.stop(outcome.reason)
        if outcome.reason == "early_stopping":
            self.figures_changed()
        return outcome

    def stop(self, reason: Reason) -> None:
        """A rule has ended the run."""
        training, best = self.experiment.training, int(self.state.watch[BEST_EPOCH])
        self.stopped = stopped_by(reason, training, self.state.epoch, best, self.watched)

    def note_samples(self) -> None:
        """Write down what each training sample shows now, where that is asked for and due."""
        self._advancing.note_samples(self.state)

    def go_on(self) -> None:
        """What has ended the run no longer does: a rule is spent, early stopping begins to count anew."""
        self.divergence, stopped, self.stopped = None, self.stopped, None
        if stopped is not None and stopped.reason == "early_stopping":
            self.state.restart_early_stopping(self.experiment.training)
        elif stopped is not None:
            self.spent |= {stopped.reason}
            self.make_engine()

    def open_test(self) -> SealedLook:
        """Look at the sealed test set as the network stands, and count it; raises WrongUse where none is sealed."""
        number = 1 + (0 if self.test_look is None else self.test_look.number)
        loss, accuracy = measuring.of_samples(self.engine, self.state.parameters, self.examples.opened_test())
        classes = self.experiment.task.is_classification
        self.test_look = SealedLook(number, self.state.step, self.state.epoch, loss, accuracy if classes else None)
        return self.test_look

    def put(self, index: int, value: float) -> None:
        """Set a parameter by hand; a run that had diverged may go on."""
        self.state.parameters[index] = value
        self.state.restart_maxima()
        self.divergence = None
        self.figures_changed()

    def begin_anew(self) -> None:
        """Back to the same initial weights, the same order, no record."""
        self.divergence, self.stopped = None, None
        if self.spent:
            self.spent = frozenset()
            self.make_engine()
        self._start()
        self.beginning = self.next_beginning()

    def next_beginning(self) -> int:
        """A number that no beginning has."""
        self._beginnings += 1
        return self._beginnings

    def follow(self, experiment: Experiment, points: OwnPoints | None) -> None:
        """Be about an edited experiment and its own points: number type and examples. Engine and state come next."""
        old, self.experiment, self.points = self.experiment, experiment, points
        if experiment.training.precision != old.training.precision:
            self.dtype = carrying.number_type(experiment)
        if carrying.examples_of(experiment) != carrying.examples_of(old):
            before = self.dataset
            self.load_points()
            if self.dataset is not before:  # nobody has seen these
                self.test_look = None

    def become(self, left: Checkpoint, beginning: int) -> None:
        """Go on as a run that was left here before."""
        assert left.state is not None
        self.follow(left.experiment, left.points)
        if self.dtype != left.state.parameters.dtype:
            self.dtype = left.state.parameters.dtype.type
            self.load_points()
        self.divergence, self.stopped = left.divergence, left.stopped
        self.spent, self.test_look = left.spent, left.test_look
        self.make_engine()
        self._restore(left, left.state)
        self.beginning = beginning

    # -- its record -------------------------------------------------------------------------------------------------

    def history(self) -> NDArray[np.void]:
        """The record as a structured array; see `Record.history`."""
        classes = self.experiment.task.is_classification
        return self.recording.so_far().history(self.is_tested, classes, self.is_validated)

    @property
    def batch_left(self) -> int:
        """How many samples the coming step takes: the last batch of an epoch may be smaller."""
        return min(self.engine.batch_size, self.examples.count - self.state.position)

    def measure(self) -> measuring.Measured:
        """Loss, accuracy and penalty, all finite, and the outputs for both sets; a moment is measured once."""
        training, parameters = self.experiment.training, self.state.parameters
        moment, penalties = self._moment(), (training.l1, training.l2)
        if self._measured is None or self._measured[0] != moment:
            classes = self.experiment.task.is_classification
            self._measured = moment, penalties, measuring.measure(self.engine, self.examples, parameters, classes)
        elif self._measured[1] != penalties:
            found = measuring.with_penalty_of(self.engine, parameters, self._measured[2])
            self._measured = moment, penalties, found
        return self._measured[2]

    def _moment(self) -> Moment:
        """All that decides the figures of this moment but the penalty; equal moments are measured once."""
        return self.examples, carrying.judged_by(self.experiment), self.state.parameters.tobytes()

    def figures_changed(self, same_meaning: bool = True) -> None:
        """The parameters, or what they are judged by, have changed: probes and newest row tell of what holds now.

        Rows of another meaning go. An epoch under way has no row yet; its curves end where they are.
        """
        self._probe()
        if not same_meaning:
            self.recording.clear()
            self._write_row()
        elif self._row_is_of_now:
            self._write_row(again=True)

    def sharpness(self) -> curvature.Sharpness:
        """See `Session.sharpness`."""
        from playground.run import curvature

        double = self.state.parameters.astype(np.float64)
        return curvature.sharpness(self.experiment, self.dataset, double, self.learning_rate)

    def layers_now(self, going_on: bool) -> NDArray[np.float64] | None:
        """(layers, 9): the probes of this moment, NaN where nobody knows; None where nothing is written down.

        Gradients and updates are those last measured. going_on: what the samples show of the layers is so too.
        """
        if not self.recording.on:
            return None
        if self._row_is_of_now:
            row: NDArray[np.float64] = self.recording.probes[self.recording.rows - 1].copy()
            return row
        found, measured = self.state.probes.copy(), self.state.probes.any()
        if not found[:, OF_STEPS].any():
            found[:, OF_STEPS] = np.nan
        if not going_on:
            columns = OF_SAMPLES if measured else [*OF_SAMPLES, GRADIENT_NORM]
            found[:, columns] = self._probes_of_now()[:, columns]
        elif not measured:
            found[:] = np.nan
        found[:, PARAMETER_NORM] = measuring.parameter_norms(self.engine.layout, self.state.parameters)
        return found

    def penalty_changed(self) -> None:
        """Only the penalties are others: the newest row tells of them, if it is of this moment; no sample is needed."""
        if self._row_is_of_now:
            self.recording.set_penalty(measuring.penalty(self.engine, self.state.parameters))

    @property
    def _row_is_of_now(self) -> bool:
        return self.state.position == 0 and self.recording.last_epoch == self.state.epoch

    def _probe(self) -> None:
        """What the probes tell of the network as it stands; of the steps that led there, what they told before."""
        if self.recording.on:
            found = self._probes_of_now().copy()
            found[:, OF_STEPS] = self.state.probes[:, OF_STEPS]
            self.state.probes = found

    def _probes_of_now(self) -> NDArray[np.float64]:
        """(layers, 9): the network as it stands, over the training set; a moment is probed once."""
        moment = self._moment()
        if self._probed is None or self._probed[0] != moment:
            found = self.engine.probe(self.state.parameters, *self.examples.train)
            bound(found)
            self._probed = moment, found
        return self._probed[1]

    def _write_row(self, again: bool = False) -> None:
        """A row of this moment; again: in place of the newest, which is of it too."""
        if self.recording.on:
            state, write = self.state, self.recording.record_again if again else self.recording.record
            counted = (state.epoch, state.step, state.clipped_steps)
            rate = float(state.watch[RATE_TAKEN]) if state.step else self.learning_rate
            write(counted, rate, self.measure()[0], state.probes)
            state.rows = self.recording.rows
