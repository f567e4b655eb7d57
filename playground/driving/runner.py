"""A thread that advances a session in short calls and drops the newest snapshot in a one-slot box.

Owns the thread and the queue of wishes; knows nothing of Qt. Everything that touches the session happens on this
thread: others hand in actions, and ask questions that change nothing.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from msgspec.structs import replace

from playground.driving.driver import Driver
from playground.driving.pace import Pace, Rate
from playground.driving.seeking import Seeking
from playground.errors import EngineUnavailable, Said
from playground.run.actions import Action, Step
from playground.run.checkpoint import Work
from playground.run.performing import perform
from playground.run.session import Session
from playground.run.snapshot import Demand, Snapshot

Result = TypeVar("Result")

MAP_SHARE = 0.1
"""Share of the time that maps may take while a run goes on at full speed."""
FRAME_SECONDS = 0.010
"""How long a frame is left alone after it has taken its snapshot. The window is painted in that time, and whoever wants
the interpreter waits for it; so the training thread makes one call of the kernels, which need none, and measures the
next snapshot right after it. That is in time for the next frame, and fresher."""
CLOSE_SECONDS = 2.0
log = logging.getLogger("playground")


class Runner:
    """Runs one session until closed. Methods may be called from any thread.

    `make` gives the session; it is called on the training thread, because a large one takes its time. If it, or a step,
    fails with an error that is not the user's, the thread ends and `failure` holds the error; wishes are then carried
    out by whoever asks, so that the run can still be saved. needs: what has to be waited for, on that thread, before an
    action, or None. begins: what `make` makes the session of, so that it can be told until then.
    """

    def __init__(
        self,
        make: Callable[[], Session],
        needs: Callable[[Action], Callable[[], None] | None] | None = None,
        begins: Work | None = None,
    ) -> None:
        self._make, self._needs = make, needs
        self._held = begins
        self._to_do: deque[Action] = deque()
        self._asked: list[Future[Work]] = []
        self._session: Session | None = None
        self.failure: Exception | None = None
        self._wishes: deque[Callable[[], None]] = deque()
        self._wake = threading.Condition()
        self._playing = False
        self._starting = False
        self._closing = self._ended = False
        self._demand = Demand()
        self._wanted = True
        self._due: float | None = None
        self._overdue = False
        self._box: Snapshot | None = None
        self._published = 0.0
        self._busy = False
        self._last: Snapshot | None = None
        self._maps_due = 0.0
        self._seeking = Seeking(self._wake)
        self._driver = Driver(Pace())
        self._rate = Rate()
        self._thread = threading.Thread(target=self._run, name="training")
        self._thread.start()

    @property
    def playing(self) -> bool:
        """Whether the run goes on by itself, or is about to."""
        return self._playing or self._starting

    @property
    def seconds(self) -> float:
        """How long the run has gone on by itself, if it does."""
        return self._driver.seconds

    @property
    def alive(self) -> bool:
        """Whether the thread still runs; False after `close`, or if it failed."""
        return self.failure is None and self._thread.is_alive()

    def play(self) -> None:
        """Go on until paused, diverged or ended by a rule of the run.

        A run that had diverged tries again from its last finite state; a rule that has ended the run is spent.
        """
        with self._wake:
            self._starting = True
        self.ask(self._start)

    def pause(self) -> None:
        """Stop after the call under way; a last snapshot follows."""
        with self._wake:
            self._starting, self._playing, self._wanted, self._maps_due = False, False, True, 0.0
            self._wake.notify_all()

    def look(self, step: int | None, sample: int | None = None) -> Future[None]:
        """Let the snapshots be those of a step that the run has made; the run stays. None, or its last: the present.
        sample: the place in the batch that comes then of a sample to look at, as single steps do; see `Look.go`.

        Of wishes that come faster than they are answered the newest counts; the others' futures are cancelled. Playing
        follows the recorded run from there, single steps move in it, and both go on live at its end; any other action
        leaves the past first. The future's exception is WrongUse for a step that is none, or is kept no more.
        """
        return self._seeking.wish(step, sample)

    @property
    def looks_back(self) -> bool:
        """Whether a moment is shown, or about to be, that is past."""
        return self._seeking.looks_back

    def set_speed(self, steps_per_second: float | None) -> None:
        """None is full speed."""
        self.ask(lambda session: self._driver.pace.restart(steps_per_second))

    def set_demand(self, demand: Demand) -> None:
        """What the next snapshots must hold."""
        with self._wake:
            if demand != self._demand:
                self._demand, self._wanted, self._maps_due = demand, True, 0.0
                self._wake.notify_all()

    def take(self) -> Snapshot | None:
        """The newest snapshot, once, or None; while a run goes on it asks for the next one, FRAME_SECONDS later."""
        with self._wake:
            snapshot, self._box = self._box, None
            if self._playing and self._due is None:
                self._due = time.perf_counter() + FRAME_SECONDS
            if snapshot is not None and self._seeking.waits:
                self._wake.notify_all()
            return snapshot

    def take_settled(self) -> Snapshot:
        """The snapshot after everything submitted so far; waits for it. Not while a run goes on."""
        with self._wake:
            if self._box is None:  # it was taken already
                self._wanted = True
                self._wake.notify_all()
            self._wake.wait_for(lambda: not self.alive or self._settled())
            snapshot, self._box = self._box, None
        if snapshot is None:
            sentence = "Training has stopped because of an error inside the program: {failure}"
            raise EngineUnavailable(sentence, failure=str(self.failure))
        return snapshot

    def _settled(self) -> bool:
        waits = self._wanted or self._wishes or self._busy or self._seeking.waits
        return self._box is not None and not waits

    def submit(self, action: Action) -> Future[Said | None]:
        """Carry out an action on the training thread between two calls; a snapshot follows. See `perform`."""

        def carry_out(session: Session) -> Said | None:
            try:
                if isinstance(action, Step) and self._seeking.settle(session).step is not None:
                    self._seeking.look_of(session).make_step(action.what)
                    return None
                self._seeking.leave()
                self._wait_for_needs(session, action)
                return perform(session, action)
            finally:
                with self._wake:
                    self._to_do.popleft()
                    self._held = None

        return self._answer(carry_out, action)

    def _wait_for_needs(self, session: Session, action: Action) -> None:
        wait = None if self._needs is None else self._needs(action)
        if wait is not None:
            held = Work(session.checkpoint(), run=session.number)
            with self._wake:
                self._held = held
                asked, self._asked = self._asked, []
                for future in asked:
                    future.set_result(self._with_waiting(held))
            wait()

    def ask_work(self) -> Future[Work]:
        """The run with what is still to be done to it; unlike `ask` it never waits for what an action waits for.

        Of a runner that is closed the future is cancelled.
        """
        future: Future[Work] = Future()
        with self._wake:
            if self._held is not None:
                future.set_result(self._with_waiting(self._held))
                return future
            self._asked.append(future)
            self._wake.notify_all()
            is_answered = not self._ended
        if not is_answered:
            self._tell_work()
        return future

    def _tell_work(self) -> None:
        """Answer `ask_work`; where nobody else touches the session: on the training thread, or after its end."""
        session = self._session
        now = None if session is None or self._closing else Work(session.checkpoint(), run=session.number)
        with self._wake:
            asked, self._asked = self._asked, []
            for future in asked:
                if now is not None:
                    future.set_result(self._with_waiting(now))
                else:
                    future.cancel()

    def _with_waiting(self, work: Work) -> Work:
        return work._replace(to_do=(*work.to_do, *self._to_do))

    def ask(self, question: Callable[[Session], Result], shown: bool = False) -> Future[Result]:
        """What a function tells of the session, asked on the training thread; it changes nothing (see `submit`).

        shown: of the moment that is shown, also where that is past. Of a runner that is closed the future is cancelled.
        """
        return self._answer((lambda session: question(self._seeking.settle(session).session)) if shown else question)

    def _answer(self, question: Callable[[Session], Result], action: Action | None = None) -> Future[Result]:
        """See `ask`. action: what the question is about to do, noted in the order in which all are carried out."""
        future: Future[Result] = Future()

        def carry_out() -> None:
            if self._closing:
                future.cancel()
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(question(self._owned()))
            except Exception as error:  # handed to whoever waits for the result
                future.set_exception(error)

        with self._wake:
            if action is not None:
                self._to_do.append(action)
            if not self._ended:
                self._wishes.append(carry_out)
                self._wake.notify_all()
                return future
        if threading.current_thread() is not self._thread:
            self._thread.join()  # it may still be answering those who asked before its end
        carry_out()
        return future

    def _owned(self) -> Session:
        if self._session is None:
            raise EngineUnavailable("There is no run: {failure}", failure=str(self.failure))
        return self._session

    def stop(self) -> None:
        """Let the thread end after the call under way; wishes that wait are cancelled."""
        with self._wake:
            self._closing, self._starting, self._playing = True, False, False
            self._wake.notify_all()

    def close(self) -> bool:
        """Stop the thread; False if it did not stop in time."""
        self.stop()
        self._thread.join(CLOSE_SECONDS)
        return not self._thread.is_alive()

    # -- the training thread ----------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            session = self._make()
            with self._wake:
                self._session, self._held = session, None
            while not self._closing:
                self._go_on(session)
        except Exception as error:  # a defect of ours: the window must say so, and nobody may wait for ever
            log.exception("the training thread has failed")
            self._give_up(error)
        finally:  # also where the thread ends because its run was replaced before it was made
            self._answer_the_rest()

    def _go_on(self, session: Session) -> None:
        self._carry_out_wishes(session)
        if self._asked:
            self._tell_work()
        if self._box is not None and not self._wishes and self._seeking.holds_back(self._published):
            return
        if self._seeking.move(session):
            with self._wake:
                self._wanted, self._maps_due = True, 0.0
        elif self._seeking.waits:
            return
        if self._playing and not self._seeking.waits:
            self._advance(session)
        if self._wanted or self._seconds_to_snapshot() <= 0.0:
            self._overdue = bool(self._wishes) and not self._overdue
            if not self._overdue:  # a wish that came meanwhile waits for no snapshot, unless the last one did not
                self._publish(session)
        if self._playing or self._wanted or not self._seeking.rebuild(session):
            self._rest()

    def _seconds_to_snapshot(self) -> float:
        """Until the snapshot that a frame has asked for is due."""
        due = self._due
        return math.inf if due is None else due - time.perf_counter()

    def _give_up(self, error: Exception) -> None:
        with self._wake:
            self.failure = error
            self._starting = self._playing = False
        self._answer_the_rest()

    def _answer_the_rest(self) -> None:
        """The thread ends: whoever still waits is told, or carries out the wish on a session that nobody else has."""
        with self._wake:
            self._ended = True
            left, self._wishes = self._wishes, deque()
        self._seeking.close()
        for wish in left:
            wish()
        self._tell_work()
        with self._wake:
            self._wake.notify_all()

    def _start(self, session: Session) -> None:
        with self._wake:
            if self._starting and not self.looks_back:
                # else pause came before this thread woke, and nothing that has ended the run is spent
                session.go_on()
            self._driver.begin()
            self._playing, self._starting = self._starting, False
            self._rate.restart(time.perf_counter())

    def _carry_out_wishes(self, session: Session) -> None:
        while self._wishes:
            with self._wake:
                self._busy = True
                wish = self._wishes.popleft()
            wish()
            with self._wake:
                self._busy, self._wanted, self._maps_due = False, True, 0.0
                self._playing = self._playing and (session.goes_on or self.looks_back)

    def _advance(self, session: Session) -> None:
        left = self._seconds_to_snapshot()
        seconds, look = None if left == math.inf else left, self._seeking.look_of(session)
        past = look.step is not None
        per_epoch = look.steps_per_epoch if past else session.steps_per_epoch
        made = self._driver.follow(look, seconds) if past else self._driver.advance(session, seconds)
        if made:
            self._rate.add(made / per_epoch, time.perf_counter())
        if look.step is None and not session.goes_on:
            with self._wake:  # not `pause`: a play asked for while this call was under way still holds
                self._playing, self._wanted, self._maps_due = False, True, 0.0

    def _publish(self, session: Session) -> None:
        with self._wake:
            demand, playing = self._demand, self._playing
            self._wanted, self._due, self._box = False, None, None
        started = time.perf_counter()
        session.record_samples(demand.samples)
        session.recording.keeps_update = demand.updates
        with_maps = demand.maps and (not playing or started >= self._maps_due)
        look, wanted = self._seeking.look_of(session), replace(demand, maps=with_maps, going_on=playing)
        snapshot = session.snapshot(wanted) if look.step is None else look.snapshot(wanted)
        if with_maps:
            self._maps_due = started + (time.perf_counter() - started) / MAP_SHARE
        elif demand.maps and self._last is not None and self._last.version == snapshot.version:
            snapshot = replace(snapshot, maps=self._last.maps)
        if playing:
            snapshot = replace(snapshot, epochs_per_second=self._rate.per_second())
        self._last = snapshot
        with self._wake:
            self._box, self._published = snapshot, time.perf_counter()
            self._wake.notify_all()

    def _rest(self) -> None:
        """Sleep until there is something to do; a paced run wakes in time for its next step."""
        with self._wake:
            if self._closing or self._wishes or self._wanted or self._asked or self._seeking.waits:
                return
            if not self._playing:
                self._wake.wait()
            elif self._driver.pace.speed is not None:
                self._wake.wait(min(self._driver.pace.seconds_to_next(), max(0.0, self._seconds_to_snapshot())))
