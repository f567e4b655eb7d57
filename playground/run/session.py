"""One run of one experiment: its steps, its edits, its log, and how it is looked at.

Owns what may be done with a run, and writes each action into the log; knows nothing of threads, time or windows. The
same experiment and the same actions at the same steps give the same parameters, whatever the size of the calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import ArrayLike, NDArray

from playground.data import Dataset, OwnPoints, points_given
from playground.engine.layout import Layout
from playground.engine.parameters import check_parameter, digest
from playground.engine.state import RunState
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment, experiment_given
from playground.experiment.schema import limits
from playground.past.branches import Branch
from playground.past.lines import Place
from playground.run import actions, measuring
from playground.run.book import Book
from playground.run.checkpoint import Checkpoint, Log
from playground.run.looking import snapshot_of
from playground.run.recording import Recording
from playground.run.run import Run
from playground.run.samples import SampleHistory
from playground.run.shelf import copied
from playground.run.snapshot import Demand, Divergence, Metrics, SealedLook, Snapshot
from playground.run.stopping import Stopped
from playground.run.times import Times
from playground.scalars import FLOATS, float_type, number, shown, truth, whole

if TYPE_CHECKING:
    from playground.run import curvature

Floats = NDArray[np.floating]


class Session:
    """A run that can be advanced, edited, looked at and saved. Not for use by two threads at once.

    `dtype` is float32 or float64; without it a saved run keeps its own, and a new one has the precision of its
    experiment. points: what the experiment is about, where that is somebody's own points; raises PointsRefused where
    they are missing or others. record: whether the run writes down what it measures of itself; without, it has no
    history and no probes, steps cost nothing but themselves, and a loss too large for any number does not end the run
    while the parameters are finite, for nobody sees it. `version` grows with every edit.
    For windows and logs, and of no use to a script: `number`, `number_run`, `return_to`, `restore_parameter`, `reopen`,
    `resets`, `version`, `step_sample`, `out_of_time`, `times`, `at_place`; the parameters `run`, `at`, `key`, `back`.
    """

    def __init__(
        self, source: Experiment | Checkpoint, dtype: type[np.floating] | None = None,
        points: OwnPoints | None = None, *, record: bool = True,
    ) -> None:  # fmt: skip
        checkpoint = Checkpoint.of(source)
        run = Run(checkpoint, float_type(dtype), points_given(points), truth("record", record))
        self._have(Book.begun(checkpoint, run))

    def _have(self, book: Book) -> None:
        self._run, self._book, self.times = book.run, book, Times(book, self._fresh)

    # -- what it is -------------------------------------------------------------------------------------------------

    @property
    def experiment(self) -> Experiment:
        """The experiment as it stands, edits included."""
        return self._run.experiment

    @property
    def dataset(self) -> Dataset:
        """The points, split."""
        return self._run.dataset

    @property
    def points(self) -> OwnPoints | None:
        """What the experiment is about, where that is somebody's own points."""
        return self._run.points

    @property
    def dtype(self) -> type[np.floating]:
        """The number type of parameters and arithmetic."""
        return self._run.dtype

    @property
    def layout(self) -> Layout:
        """Where each parameter lies."""
        return self._run.engine.layout

    @property
    def state(self) -> RunState:
        """The run's buffers; for reading."""
        return self._run.state

    @property
    def recording(self) -> Recording:
        """What the run has written down of itself; for reading."""
        return self._run.recording

    @property
    def divergence(self) -> Divergence | None:
        """Where the run stopped being finite, or None."""
        return self._run.divergence

    @property
    def stopped(self) -> Stopped | None:
        """The rule that has ended the run, or None."""
        return self._run.stopped

    @property
    def goes_on(self) -> bool:
        """Whether another step may be made: the run has neither diverged nor been ended by a rule."""
        return self._run.goes_on

    @property
    def resets(self) -> int:
        """Which beginning the run goes back to: it counts how often a run began anew, and returns with an old run."""
        return self._run.beginning

    @property
    def number(self) -> int:
        """The number of the run, for `return_to`."""
        return self._book.number

    @property
    def version(self) -> int:
        """It grows with every edit."""
        return self._book.version

    @property
    def steps_per_epoch(self) -> int:
        """Optimizer steps that one pass over the training set takes."""
        return self._run.steps_per_epoch

    def steps_for(self, epochs: int) -> int:
        """Steps that so many epochs take from here; an epoch under way is finished first and counts as one."""
        return self._run.steps_for(whole("epochs", epochs))

    def digest(self) -> str:
        """SHA-256 of the parameter bytes (little-endian)."""
        return digest(self.state.parameters)

    # -- going on ---------------------------------------------------------------------------------------------------

    def advance(self, *, epochs: int = 0, steps: int = 0) -> bool:
        """Train for so many steps plus so many epochs (an epoch under way is finished first and counts as one).

        Returns False when the run has diverged (the last finite state is kept, `divergence` says where it broke) or
        when one of its rules has ended it (`stopped` says which).
        """
        asked = whole("steps", steps) + self.steps_for(whole("epochs", epochs))
        self._book.sample, memory = None, self._book.memory
        if self.goes_on and asked:
            start = self.state.step
            try:
                while self.goes_on and self.state.step < start + asked:
                    due = memory.past.steps_to_due(self.state.step)
                    self._run.advance(min(due, start + asked - self.state.step))
                    memory.note_steps(self._run)
            finally:  # also after Ctrl-C; where the run has ended one step more is noted: a replay meets that end
                made = self.state.step - start + (not self.goes_on)
                if made:
                    self._book.write(start, actions.Advance(made))
        return self.goes_on

    def step_sample(self) -> None:
        """Look at the next sample of the coming batch; after its last one the step is made, the same as ever."""
        run, book = self._run, self._book
        place = 0 if book.sample is None else book.sample + 1
        if place >= run.batch_left:
            self.advance(steps=1)
            place = 0
        book.sample = place if self.divergence is None else None

    def out_of_time(self) -> None:
        """Whoever knows the time says that the run's seconds are over; nothing happens where no rule counts them."""
        limited = self.experiment.training.stop.seconds is not None and "seconds" not in self._run.spent
        if self.goes_on and limited:
            self._run.stop("seconds")
            self._book.write(self.state.step, actions.OutOfTime())

    def go_on(self) -> None:
        """Let a run that has ended go on, from its last finite state.

        The rule that has ended it is spent until an edit or a reset; early stopping begins to count anew.
        """
        if not self.goes_on:
            with self._run.changed_as_a_whole():
                self._run.go_on()
            self._book.write(self.state.step, actions.GoOn())

    def open_test(self) -> SealedLook:
        """Look at the sealed test set as the network stands; the look is counted. Raises WrongUse if none is sealed."""
        look = self._run.open_test()
        self._book.write(self.state.step, actions.OpenTest())
        return look

    # -- the past ---------------------------------------------------------------------------------------------------

    def at(self, step: int) -> Session:
        """A new session of the run as it was at a step, with the edits that landed exactly there; this one stays.

        It is reached from the nearest state that is kept, within 64 MB for all of a session, and has the same bytes as
        when it was live: parameters, order, record; where no log leads there and only a file has kept states of it, the
        record may be coarser. Its log is that of the way there. Raises WrongUse for a step that the run has not come
        to, or that nothing leads to any more.
        """
        return self.at_place(self.times.place_at(self.times.reached(step)))

    def at_place(self, place: Place) -> Session:
        """See `at`; a place is what `times` finds. Raises WrongUse for what is none."""
        if not isinstance(place, Place):
            raise WrongUse("A place of the past is what `times` finds; got {given}.", given=shown(place))
        made = Session.__new__(Session)
        made._have(self._book.at(place))
        return made

    def _fresh(self, log: Log) -> tuple[Session, Book]:
        again = Session(replace(log.base, log=replace(log, entries=())), FLOATS[log.dtype], record=log.recorded)
        again.number_run(log.run)
        return again, again._book

    # -- branches ---------------------------------------------------------------------------------------------------

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The branches that there are, oldest first; a run that nothing was branched from has one, itself."""
        return self._book.all_branches()

    def branch(self, name: str = "", at: int | None = None) -> Branch:
        """Begin a branch from here, or from a step of the past, and go on in it; `switch` leads back.

        Of more than 16 the oldest without a name makes way for a new one, but for those this one comes from. Nothing
        else begins one: called before `reset`, `new_seed` or other data it keeps the run. Raises WrongUse as `at` does.
        """
        return self.times.branch(name, at)

    def switch(self, branch: Branch | int) -> Branch:
        """Go on in another branch, as it was left; the present one stays as it is."""
        return self.times.switch(branch)

    def rename(self, branch: Branch | int, name: str) -> None:
        """Call a branch so; a name has up to 60 letters, and an empty one is none."""
        self.times.name(self.times.of(branch).number, name)

    def delete(self, branch: Branch | int) -> None:
        """Delete a branch, which is not the present one; those that come from it stay."""
        self.times.drop(self.times.of(branch).number)

    # -- edits ------------------------------------------------------------------------------------------------------

    def apply(
        self,
        experiment: Experiment,
        back: bool = False,
        points: OwnPoints | None = None,
        run: int | None = None,
        at: int | None = None,
    ) -> bool:
        """Take over an edited experiment without losing what was learned, wherever the shapes allow.

        Before the first step nothing was learned: the run starts as a fresh run of the edited experiment would.
        Another seed is another run, and starts anew. Title and notes are no part of the run. `back`: the edit is an
        undo or a redo; what the edits in between had put aside comes back. points: the own points of the edited
        experiment, where they are not those the run has or was made with. Raises WrongUse, InvalidExperiment or
        PointsRefused, and changes nothing. run: a number for another run, which begins anew; see `return_to`.
        at: a step that the run has made, from which that run goes on instead; see `branch`. Raises as `session.at`.
        Returns whether what had been put aside, if anything was, is still kept.
        """
        experiment, back, points = experiment_given(experiment), truth("back", back), points_given(points)
        if run is None:
            if at is not None:
                raise WrongUse("A run that goes on from a step has a number of its own: `run`.")
            return self._book.take_over(experiment, actions.Edit(experiment, back, points))
        at = None if at is None else self.times.reached(at)
        self._book.begin(experiment, actions.Edit(experiment, back, points, whole("run", run), at), points)
        return True

    def new_seed(self, seed: int, run: int | None = None) -> None:
        """Other points, weights, order: a new run in this one's place; `branch` before keeps it. run: see `apply`."""
        seed = whole("seed", seed, int(limits(Experiment, "seed")[1]))
        experiment, begins = msgspec.structs.replace(self.experiment, seed=seed), run is not None
        action = actions.NewSeed(seed, whole("run", run) if begins else None)
        (self._book.begin if begins else self._book.take_over)(experiment, action)

    def return_to(self, run: int, experiment: Experiment, points: OwnPoints | None = None) -> bool:
        """Back to the run of that number, as it was left; the present one can be returned to in its turn.

        experiment: what it is about. Where it was left with another one, or is known no more (only so many bytes are
        kept, and none in files), a fresh run begins, and False is returned. Raises as `apply` does.
        """
        run, experiment, points = whole("run", run), experiment_given(experiment), points_given(points)
        return self._book.return_to(actions.Return(run, experiment, points))

    def number_run(self, run: int) -> None:
        """Give the run its number, before anything is done with it."""
        self._book.number_run(whole("run", run))

    def reset(self, run: int | None = None) -> None:
        """Back to the initial weights and order, without a history; `branch` before keeps the run. run: see `apply`."""
        if run is not None:
            self._book.begin(self.experiment, actions.Reset(whole("run", run)))
            return
        with self._book.edited(actions.Reset()):
            self._run.begin_anew()

    def set_parameter(self, index: int, value: float, key: int | None = None) -> None:
        """Set one weight or bias; the optimizer's memory of it stays. With a key it can be put back as it was."""
        index, value = whole("index", index), number("A parameter", value)
        check_parameter(index, value, self.state.parameters, self.layout)
        self._book.set_parameter(index, value, None if key is None else whole("key", key))

    def restore_parameter(self, index: int, key: int) -> None:
        """Put back what stood at `index` before `set_parameter` with this key; not after a new beginning."""
        self._book.restore_parameter(whole("index", index), whole("key", key))

    # -- the log ----------------------------------------------------------------------------------------------------

    @property
    def log(self) -> Log:
        """What was done to the run since its base; `playground.replay` makes the same run of it."""
        return self._book.logbook.log

    def reopen(self, branches: bool = False) -> None:
        """As if the run were saved and opened again: what edits had put aside is gone. branches: they are not."""
        self._book.reopen(truth("branches", branches))

    def checkpoint(self) -> Checkpoint:
        """Everything needed to continue exactly from here."""
        return self._book.checkpoint()

    def __getstate__(self) -> dict[str, Any]:
        """What `copy` and `pickle` take: a run of its own that goes on, and can be undone, exactly as this one."""
        return {"book": copied(self._book)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._have(state["book"])

    # -- looking ----------------------------------------------------------------------------------------------------

    def metrics(self) -> Metrics:
        """Loss, accuracy and penalty of this moment; always finite."""
        return self._run.measure()[0]

    @property
    def history(self) -> NDArray[np.void]:
        """The record as a structured array with named fields, a row a recorded epoch; see `Record.history`."""
        return self._run.history()

    def record_samples(self, on: bool = True) -> None:
        """From now on write down each training sample's loss and margin at the ends of epochs, or no longer."""
        self.recording.keeps_samples = truth("on", on)
        self._run.note_samples()

    @property
    def samples_history(self) -> SampleHistory:
        """What `record_samples` has let the run write down: since it was called, at most 64 epochs and 16 MB."""
        return self.recording.samples

    @property
    def learning_rate(self) -> float:
        """The rate that the next step takes."""
        return self._run.learning_rate

    def snapshot(self, demand: Demand = Demand()) -> Snapshot:
        """This moment as read-only arrays, with the parts that `demand` names."""
        book = self._book
        return snapshot_of(self._run, demand, book.sample, book.version, book.logbook.marks)

    def predict(self, samples: ArrayLike) -> Floats:
        """(n, units) the head's finite outputs for samples (n, features): x and y, pixels, or columns; or WrongUse."""
        return measuring.predict(self._run.engine, self._run.examples, self.state.parameters, samples)

    def gradient(self) -> Floats:
        """(P,) the gradient of the mean training loss, without penalties; all finite, ordered as the parameters."""
        return measuring.mean_gradient(self._run.engine, self._run.examples, self.state.parameters)

    def losses(self, vectors: ArrayLike) -> NDArray[np.float64]:
        """(V, 2) finite loss and accuracy on the training set for V parameter vectors (V, P); raises WrongUse."""
        return measuring.losses(self._run.engine, self._run.examples, vectors)

    def maps(self, window: tuple[float, float, float, float], resolution: int) -> Floats:
        """(units, resolution, resolution) over (left, right, bottom, top), lowest row first, asked at centres."""
        return measuring.window_maps(self._run.engine, self._run.examples, self.state.parameters, window, resolution)

    def sharpness(self) -> curvature.Sharpness:
        """Both ends of the spectrum of the training loss's Hessian, and the bound of stable descent at this rate."""
        return self._run.sharpness()

    def gradient_noise_scale(self) -> float | None:
        """The batch size at which the gradient's noise equals the gradient; None where there is no gradient."""
        from playground.run import curvature

        return curvature.gradient_noise_scale(self.experiment, self.dataset, self.state.parameters.astype(np.float64))
