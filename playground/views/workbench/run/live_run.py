"""The run behind the window: play, pause, step, the newest snapshot.

Owns time and threads on the window's side: it prepares the kernels, owns the runner, and pulls a snapshot per frame.
Knows nothing of documents, files or undo.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from playground.errors import PlaygroundError, Said
from playground.run.actions import Action, Advance, Edit, Return, SetParameter, Step
from playground.run.checkpoint import Work
from playground.run.snapshot import Snapshot
from playground.views.workbench.run.demands import Demands
from playground.views.workbench.run.preparation import USUAL, Interrupted, Preparation
from playground.words.errors import told

if TYPE_CHECKING:  # imported by the preparation, while the window is there already
    from playground.driving.runner import Runner
    from playground.run.session import Session

Result = TypeVar("Result")
FRAME_MS = 16


class LiveRun(QObject):
    """`acted`: another run is there, or something was done to it.

    State: `preparing` (no kernels yet), `paused`, `running`, `diverged`, or `failed` (no training is possible)."""

    snapshot_ready = Signal()
    state_changed, acted = Signal(), Signal()
    ready_to_start = Signal()
    failed = Signal(str)
    noted = Signal(str)

    def __init__(self, parent: QObject, preparation: Preparation) -> None:
        super().__init__(parent)
        self.snapshot: Snapshot | None = None
        self.live: Snapshot | None = None
        """The newest moment of the run, whichever is shown."""
        self._newest: Future[Snapshot] | None = None
        self._left = False
        """Whether the past was left: what still comes of it is not shown."""
        self.state = "preparing"
        self.speed: float | None = None
        self.demands = Demands(self._pass_demand_on)
        self._runner: Runner | None = None
        self._awaited: Future[Any] | None = None
        self._preparation = preparation
        self._play_when_ready = False
        self._troubles: deque[str] = deque(maxlen=20)
        self._notes: deque[str] = deque(maxlen=20)
        self._told = ""
        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self._on_frame)

    @property
    def ready(self) -> bool:
        """Whether a session runs behind the window."""
        return self._runner is not None

    @property
    def is_past(self) -> bool:
        """Whether an earlier moment than the newest one is shown."""
        return self.snapshot is not None and self.snapshot.live is not None

    @property
    def will_play(self) -> bool:
        """Whether play was pressed before the kernels are ready."""
        return self._play_when_ready

    @property
    def seconds(self) -> float | None:
        """How long the run has gone on by itself; None while it stands still."""
        return self._runner.seconds if self._runner is not None and self.state == "running" else None

    @property
    def is_held_up(self) -> bool:
        """Whether what is asked of the session now is answered only when kernels of another precision are ready."""
        return self._awaited is not None and not self._awaited.done()

    @property
    def plots_ready(self) -> bool:
        """Whether plots can be made without holding up the window."""
        return not self._preparation.started or self._preparation.plots_imported

    @property
    def plots_failure(self) -> str | None:
        """Why the curves cannot be drawn, in a sentence."""
        return self._preparation.plots_failure

    @property
    def compiling(self) -> str:
        """The precision that is being compiled, for which the run waits; nothing else."""
        return self._preparation.compiling

    def can_bend(self) -> bool:
        """Whether the kernels of curvature are there. If not, they are compiled aside from the first question on."""
        from playground.engine.engine import CURVATURE

        return self._preparation.is_there(CURVATURE)

    def start(self) -> None:
        """Make the kernels ready in the background and begin to draw frames; `ready_to_start` follows."""
        if not self._preparation.started:
            self._preparation.start()
        self._frames.start()

    def begin(self, make: Callable[[], Session], begins: Work) -> None:
        """Run another session, paused, instead of the one before; it is made, of `begins`, on the training thread."""
        self.end()

        def make_when_ready() -> Session:
            try:
                for wait in waits:
                    wait()
            except Interrupted:
                raise SystemExit from None  # the thread ends quietly: its run was replaced
            return make()

        from playground.driving.runner import Runner

        needed = map(self._kernels_of, _precisions(begins))
        waits = [wait for wait in needed if wait is not None]
        self._runner = Runner(make_when_ready if waits else make, self._needs, begins)
        self._awaited = self._runner.ask(lambda session: None) if waits else None
        self._runner.set_speed(self.speed)
        self._pass_demand_on()
        self.acted.emit()
        self._set_state("paused")
        if self._play_when_ready:
            self._play_when_ready = False
            self.play()

    def end(self) -> None:
        """Stop the session's thread, also where it waits for a compilation."""
        if self._runner is not None:
            self._runner.stop()
            self._preparation.interrupt()
            self._runner.close()
            self._runner = self._awaited = None
        self.snapshot = self.live = None
        self._set_state("preparing")

    def stop_waiting(self) -> None:
        """Whoever waits for kernels on the training thread waits no more: the program is ending."""
        self._preparation.interrupt()

    def close(self) -> None:
        """Stop every thread and timer."""
        self._frames.stop()
        self._preparation.cancel()
        self.end()

    def submit(self, action: Action) -> Future[Said | None] | None:
        """Carry out an action on the training thread; None while there is none.

        If it fails, the user is told; so is what it could not do as meant (`noted`).
        """
        if self._runner is None:
            return None
        waits = self._needs(action) is not None
        future = self._watched(self._runner.submit(action))
        if waits:
            self._awaited = future
        if not isinstance(action, (Step, SetParameter)):
            self.acted.emit()
        return future

    def ask(self, question: Callable[[Session], Result]) -> Future[Result] | None:
        """What a function that changes nothing tells of the session; None while there is none."""
        return None if self._runner is None else self._watched(self._runner.ask(question))

    def ask_shown(self, question: Callable[[Session], Result]) -> Future[Result] | None:
        """The same of the moment that is shown, also where that is past."""
        return None if self._runner is None else self._watched(self._runner.ask(question, shown=True))

    def ask_work(self) -> Future[Work] | None:
        """The run with what is still to be done to it, whatever it waits for; None while there is none."""
        return None if self._runner is None else self._runner.ask_work()

    def _watched(self, future: Future[Result]) -> Future[Result]:
        future.add_done_callback(self._note_trouble)
        return future

    def _needs(self, action: Action) -> Callable[[], None] | None:
        """An edit may ask for kernels of another precision: the training thread waits for them, the window goes on."""
        return self._kernels_of(action.experiment.training.precision) if isinstance(action, (Edit, Return)) else None

    def _kernels_of(self, precision: str) -> Callable[[], None] | None:
        """What makes the kernels of a precision ready; None where they are."""
        if precision == USUAL or self._preparation.is_ready(precision):
            return None
        return partial(self._preparation.make_ready, precision)

    def _note_trouble(self, future: Future[Any]) -> None:
        """May run on either thread; the frame timer passes the sentence on."""
        if future.cancelled():
            return
        error = future.exception()
        if error is None and isinstance(future.result(), Said):
            self._notes.append(told(future.result()))
        if isinstance(error, Interrupted):
            return
        if isinstance(error, PlaygroundError):
            self._troubles.append(told(error))
        elif error is not None:
            self._troubles.append(f"This could not be carried out because of an error inside the program: {error!r}")

    def play(self) -> None:
        """Go on; while kernels are prepared, as soon as they are ready."""
        if self._runner is None:
            self._play_when_ready = True
            self.state_changed.emit()
        elif self.state != "running":
            self._runner.play()
            self._set_state("running")

    def pause(self) -> None:
        """Stop after the call under way."""
        if self._play_when_ready:
            self._play_when_ready = False
            self.state_changed.emit()
        if self._runner is not None and self.state == "running":
            self._runner.pause()
            self._set_state("paused")

    def toggle(self) -> None:
        """Play or pause."""
        (self.pause if self.state == "running" or self._play_when_ready else self.play)()

    def recover(self) -> None:
        """An edit or a reset gives a diverged run another chance."""
        if self.state == "diverged":
            self._set_state("paused")

    def set_speed(self, steps_per_second: float | None) -> None:
        """Steps per second; None is full speed."""
        self.speed = steps_per_second
        if self._runner is not None:
            self._runner.set_speed(steps_per_second)

    def look(self, step: int | None, sample: int | None = None) -> None:
        """Show the moment after so many steps (see `Runner.look`), with None the newest one; a run going on pauses."""
        if self._runner is None:
            return
        if step is None:
            self.leave_past(self.live)
        elif not self.is_past:
            self.pause()
            demand = self.demands.whole
            self._newest = self.ask(lambda session: session.snapshot(demand))  # the last one shown may be older
            self._left = False
        self._watched(self._runner.look(step, sample))

    def leave_past(self, shown: Snapshot | None) -> None:
        """From now on the run goes on from what is shown here; what is still on its way of a past moment is late."""
        if self.is_past and shown is not None:
            self._left = True
            self._show(shown if shown.live is None else replace(shown, live=None))

    def step(self, what: Literal["sample", "batch", "epoch"]) -> None:
        """Pause, then make one step; it goes on past a rule that has ended the run."""
        self.pause()
        self.submit(Step(what))

    def _pass_demand_on(self) -> None:
        if self._runner is not None:
            self._runner.set_demand(self.demands.whole)

    def advance_now(self, *, epochs: int = 0, steps: int = 0) -> None:
        """Advance while the caller waits, then show the snapshot (pictures, tests)."""
        assert self._runner is not None
        ahead = self._runner.ask(lambda session: session.steps_for(epochs)).result()
        self._runner.submit(Advance(steps + ahead)).result()
        self.settle()

    def settle(self) -> None:
        """Wait until everything submitted is done, then show the snapshot. Not while a run goes on."""
        assert self._runner is not None
        if self._newest is not None and not self._newest.cancelled():
            self.live, self._newest = self._newest.result(), None
        self._left = False
        self._show(self._runner.take_settled())

    def _on_frame(self) -> None:
        if self.compiling != self._told:
            self._told = self.compiling
            self.state_changed.emit()
        if self._runner is None:
            self._on_frame_while_preparing()
            return
        snapshot, newest = self._runner.take(), self._newest
        snapshot = None if snapshot is not None and snapshot.live is not None and self._left else snapshot
        shows_past = self.is_past if snapshot is None else snapshot.live is not None
        if newest is not None and newest.done() and (shows_past or not self._runner.looks_back):
            self._newest = None  # it is told before the moment that is looked at
            if shows_past and not newest.cancelled() and newest.exception() is None:
                self.live = newest.result()
        if snapshot is not None:
            self._left = False
            self._show(snapshot)
        elif self._runner.failure is not None and self.state != "failed":
            self._fail(
                f"Training has stopped because of an error inside the program ({self._runner.failure!r}). "
                "Save your work and start again."
            )
        while self._troubles:
            self.failed.emit(self._troubles.popleft())
        while self._notes:
            self.noted.emit(self._notes.popleft())

    def _on_frame_while_preparing(self) -> None:
        if self._preparation.finished and self.state == "preparing":
            if self._preparation.failure is None:
                self.ready_to_start.emit()
                from playground.engine import engine

                problem = engine.cache_problem()
                if problem:
                    self.failed.emit(problem)
            else:
                self._fail(self._preparation.failure)

    def _show(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        if snapshot.live is None:
            self.live = snapshot
        if self._runner is not None and self.state != "failed":
            going_on = self._runner.playing
            self._set_state("running" if going_on else "diverged" if snapshot.divergence else "paused")
        self.snapshot_ready.emit()

    def _fail(self, sentence: str) -> None:
        self._set_state("failed")
        self.failed.emit(sentence)

    def _set_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit()


def _precisions(work: Work) -> set[str]:
    """The precisions that a run needs until it stands after what is to be done to it."""
    opened = work.checkpoint
    edited = [action.experiment for action in work.to_do if isinstance(action, (Edit, Return))]
    saved = set() if opened.state is None else {opened.state.parameters.dtype.name}
    return saved | {experiment.training.precision for experiment in (opened.experiment, *edited)}
