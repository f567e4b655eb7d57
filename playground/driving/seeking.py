"""Wishes for moments of the past, of which only the newest counts.

Owns how a wish takes the place of another, piece by piece of the way; whose thread that is, it is told.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import NamedTuple

from playground.driving.look import Look
from playground.errors import PlaygroundError
from playground.run.session import Session

log = logging.getLogger("playground")

PATIENCE = 0.1
"""Seconds after which a way is left for another wish. Whoever drags wishes faster than most ways are gone, and would
see nothing as long as he moves."""
UNTAKEN_SECONDS = 0.020
"""How long a moment waits for the frame that shows it before the next one is sought: what nobody has seen would only
take the interpreter from who paints."""


class Wish(NamedTuple):
    """A moment that is wished for, as `Look.go` has it, None the present; whom to tell."""

    step: int | None
    sample: int | None
    future: Future[None]


class Seeking:
    """What is shown of a session, and what shall be. `wish` and `looks_back` may be asked by any thread.

    wake: whoever is woken by it moves on; it guards the newest wish.
    """

    def __init__(self, wake: threading.Condition, clock: Callable[[], float] = time.perf_counter) -> None:
        self._wake, self._clock = wake, clock
        self._look: Look | None = None
        self._wish: Wish | None = None
        self._way: tuple[Iterator[None], Future[None], bool] | None = None
        """The way that is under way, whom it is for, and whether it leads to the past."""
        self._began, self._patience = 0.0, PATIENCE
        self._rebuilding: Iterator[None] | None = None
        self._is_hopeless = False
        """Whether the log was found not to lead where a file says that it does."""
        self._closed = False

    def wish(self, step: int | None, sample: int | None = None) -> Future[None]:
        """See `Runner.look`."""
        future: Future[None] = Future()
        with self._wake:
            before, self._wish = self._wish, Wish(step, sample, future)
            closed = self._closed
            self._wake.notify_all()
        if before is not None:
            before.future.cancel()
        if closed:
            future.cancel()
        return future

    @property
    def looks_back(self) -> bool:
        """Whether a moment is shown, or about to be, that is past."""
        look, wish, way = self._look, self._wish, self._way
        if wish is not None:
            return wish.step is not None
        return way[2] if way is not None else look is not None and look.step is not None

    @property
    def waits(self) -> bool:
        """Whether there is a wish that is not answered."""
        return self._wish is not None or self._way is not None

    def holds_back(self, made: float) -> bool:
        """Wait until a moment that was made then is taken, or for so long as it may be waited for; whether there was
        a wish that could wait."""
        with self._wake:
            wish, left = self._wish, made + UNTAKEN_SECONDS - self._clock()
            holds = self._way is None and wish is not None and wish.step is not None and left > 0.0
            if holds:
                self._wake.wait(left)
        return holds

    def look_of(self, session: Session) -> Look:
        """What is shown of the session."""
        if self._look is None:
            self._look = Look(session)
        return self._look

    def move(self, session: Session) -> bool:
        """Do a piece of the way to the moment wished for; whether it was reached, or is known to be out of reach.

        A newer wish waits until then, unless the way is long: then one twice as long is gone to its end, and so on.
        """
        look = self.look_of(session)
        with self._wake:
            wish, is_short = self._wish, self._way is not None and self._clock() < self._began + self._patience
            if wish is not None and is_short and wish.step is not None:
                wish = None
            elif wish is not None:
                self._wish = None
        if wish is not None:
            self._patience = PATIENCE if self._way is None else 2 * self._patience
            self._cancel_way()
            self._rebuilding, self._began = None, self._clock()
            step = session.state.step if wish.step is None else wish.step
            self._way = look.go(step, wish.sample), wish.future, step < session.state.step
        if self._way is None:
            return False
        way, future, _ = self._way
        try:
            next(way)
        except StopIteration:
            self._way = None
            if future.set_running_or_notify_cancel():
                future.set_result(None)
        except PlaygroundError as error:
            self._way = None
            if look.is_lost:
                look.leave()
            if future.set_running_or_notify_cancel():
                future.set_exception(error)
        return self._way is None

    def rebuild(self, session: Session) -> bool:
        """A piece of what only a file's states tell of the moment that is shown, where nothing else is to be done;
        whether there was one. At the end that moment is wished for anew: its curves are then what they were."""
        look = self.look_of(session)
        if look.step is None or self._is_hopeless:
            return False
        self._rebuilding = self._rebuilding or session.times.rebuilding(look.step)
        if self._rebuilding is None:
            return False
        try:
            next(self._rebuilding)
        except StopIteration:
            self._rebuilding = None
            with self._wake:
                self._wish = self._wish or Wish(look.step, look.sample, Future())
        except PlaygroundError:
            self._rebuilding, self._is_hopeless = None, True
            log.warning("the past of a file could not be lived through again", exc_info=True)
        return True

    def settle(self, session: Session) -> Look:
        """What is shown when all that was wished is done."""
        while self.waits:
            self.move(session)
        return self.look_of(session)

    def leave(self) -> None:
        """Back to the present, whatever was to be shown."""
        with self._wake:
            wish, self._wish = self._wish, None
        if wish is not None:
            wish.future.cancel()
        self._cancel_way()
        if self._look is not None:
            self._look.leave()

    def close(self) -> None:
        """Nothing is answered any more."""
        with self._wake:
            self._closed = True
        self.leave()

    def _cancel_way(self) -> None:
        if self._way is not None:
            self._way[1].cancel()
        self._way = None
