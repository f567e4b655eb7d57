"""A thread that advances a session in short calls and drops the newest snapshot in a one-slot box.

Owns the thread and the queue of wishes; knows nothing of Qt. Everything that touches the session happens on this
thread: others hand in functions and get results back through `submit`.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import TypeVar

from playground.pace import Pace, Rate
from playground.session import Session
from playground.snapshot import Demand, Snapshot

Result = TypeVar("Result")

MAP_SHARE = 0.1
"""Share of the time that maps may take while a run goes on at full speed."""
CLOSE_SECONDS = 2.0


class Runner:
    """Runs one session until closed. Methods may be called from any thread."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._wishes: deque[Callable[[], None]] = deque()
        self._wake = threading.Condition()
        self._playing = False
        self._closing = False
        self._demand = Demand()
        self._wanted = True
        self._box: Snapshot | None = None
        self._busy = False
        self._last: Snapshot | None = None
        self._maps_due = 0.0
        self._pace = Pace()
        self._rate = Rate()
        self._thread = threading.Thread(target=self._run, name="training")
        self._thread.start()

    @property
    def playing(self) -> bool:
        """Whether the run goes on by itself."""
        return self._playing

    @property
    def alive(self) -> bool:
        """Whether the thread still runs; False after `close`, or if it failed."""
        return self._thread.is_alive()

    def play(self) -> None:
        """Go on until paused or diverged."""
        with self._wake:
            self._playing = True
            self._rate.restart(time.perf_counter())
            self._wake.notify_all()

    def pause(self) -> None:
        """Stop after the call under way; a last snapshot follows."""
        with self._wake:
            self._playing, self._wanted, self._maps_due = False, True, 0.0
            self._wake.notify_all()

    def set_speed(self, steps_per_second: float | None) -> None:
        """None is full speed."""
        with self._wake:
            self._pace.restart(steps_per_second)
            self._wake.notify_all()

    def set_demand(self, demand: Demand) -> None:
        """What the next snapshots must hold."""
        with self._wake:
            if demand != self._demand:
                self._demand, self._wanted, self._maps_due = demand, True, 0.0
                self._wake.notify_all()

    def take(self) -> Snapshot | None:
        """The newest snapshot, once, or None; while a run goes on it asks for the next one."""
        with self._wake:
            snapshot, self._box = self._box, None
            if self._playing:
                self._wanted = True
            return snapshot

    def take_settled(self) -> Snapshot:
        """The snapshot after everything submitted so far; waits for it. Not while a run goes on."""
        with self._wake:
            self._wake.wait_for(lambda: self._box is not None and not (self._wanted or self._wishes or self._busy))
            snapshot, self._box = self._box, None
            assert snapshot is not None
            return snapshot

    def submit(self, wish: Callable[[Session], Result]) -> Future[Result]:
        """Run a function on the training thread between two calls; a snapshot follows."""
        future: Future[Result] = Future()

        def carry_out() -> None:
            try:
                future.set_result(wish(self._session))
            except Exception as error:  # handed to whoever waits for the result
                future.set_exception(error)

        with self._wake:
            self._wishes.append(carry_out)
            self._wake.notify_all()
        return future

    def close(self) -> bool:
        """Stop the thread; False if it did not stop in time."""
        with self._wake:
            self._closing, self._playing = True, False
            self._wake.notify_all()
        self._thread.join(CLOSE_SECONDS)
        return not self._thread.is_alive()

    # -- the training thread ----------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._closing:
            self._carry_out_wishes()
            if self._playing:
                self._advance()
            if self._wanted:
                self._publish()
            self._rest()

    def _carry_out_wishes(self) -> None:
        while self._wishes:
            with self._wake:
                self._busy = True
                wish = self._wishes.popleft()
            wish()
            with self._wake:
                self._busy, self._wanted, self._maps_due = False, True, 0.0
                self._playing = self._playing and self._session.divergence is None

    def _advance(self) -> None:
        started = time.perf_counter()
        steps = self._pace.steps_due(started)
        if steps == 0:
            return
        going_on = self._session.advance(steps=steps)
        ended = time.perf_counter()
        self._pace.measured(steps, ended - started)
        self._rate.add(steps / self._session.steps_per_epoch, ended)
        if not going_on:
            self.pause()

    def _publish(self) -> None:
        with self._wake:
            demand, playing, self._wanted, self._box = self._demand, self._playing, False, None
        started = time.perf_counter()
        with_maps = demand.maps and (not playing or started >= self._maps_due)
        snapshot = self._session.snapshot(replace(demand, maps=with_maps))
        if with_maps:
            self._maps_due = started + (time.perf_counter() - started) / MAP_SHARE
        elif demand.maps and self._last is not None and self._last.version == snapshot.version:
            snapshot = replace(snapshot, maps=self._last.maps)
        if playing:
            snapshot = replace(snapshot, epochs_per_second=self._rate.per_second())
        self._last = snapshot
        with self._wake:
            self._box = snapshot
            self._wake.notify_all()

    def _rest(self) -> None:
        """Sleep until there is something to do; a paced run wakes in time for its next step."""
        with self._wake:
            if self._closing or self._wishes or self._wanted:
                return
            if not self._playing:
                self._wake.wait()
            elif self._pace.speed is not None:
                self._wake.wait(self._pace.seconds_to_next())
