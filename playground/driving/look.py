"""The moment of its past that a session shows, where it shows one.

Owns where that is and how it moves; knows nothing of threads, nor of time. The session stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from playground.errors import WrongUse
from playground.past.lines import Line
from playground.run.cursor import Cursor
from playground.run.session import Session
from playground.run.snapshot import Demand, Snapshot


class Look:
    """`step` is where it stands; None where the present is shown. sample: the place in the coming batch of the sample
    that is looked at in the past, if one is."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._cursor: Cursor | None = None
        self.sample: int | None = None
        self._versions: dict[tuple[Line, int], int] = {}
        self._shown: Session | None = None
        self.step: int | None = None

    def leave(self) -> None:
        """Back to the present."""
        self.step = self.sample = self._shown = None

    @property
    def is_lost(self) -> bool:
        """Whether it was stopped on its way, so that what it shows is no moment that anybody asked for."""
        return self.step is not None and (self._cursor is None or self._cursor.place is None)

    @property
    def session(self) -> Session:
        """A session of the moment that is shown; for one that is past it is made when it is first asked for."""
        if self.step is None:
            return self._session
        if self._shown is None:
            place = self._session.times.kept_at(self.step)
            self._shown = self._session.at(self.step) if place is None else self._session.at_place(place)
        return self._shown

    def go(self, step: int, sample: int | None = None) -> Iterator[None]:
        """Go to a step of the run; yields wherever another wish may take this one's place. The end is the present.

        sample: the place in the batch that comes then of the sample that is looked at, beyond the last one that; with
        None at none, in the present at the one that is looked at there.
        Raises WrongUse for a step that is none, or that nothing leads to; then it stays where it was.
        """
        session, end = self._session, self._session.state.step
        place = session.times.kept_at(step)
        if place is None:
            yield from session.times.recalling(step)
            place = session.times.place_at(step)
        if step == end:
            self.leave()
            if sample is not None:
                session.times.look_at_sample(sample)
            return
        cursor = self._cursor = self._cursor or session.times.cursor()
        cursor.run.recording.keeps_update = session.recording.keeps_update
        try:
            yield from cursor.go(place)
        except WrongUse:
            if not session.times.is_saved(step):
                raise
            session.times.forget_saved()  # a file may say anything; its log is done again
            yield from self.go(step, sample)
            return
        self.step, self._shown = step, None
        self.sample = None if sample is None else min(sample, cursor.run.batch_left - 1)

    def pass_to(self, step: int) -> None:
        """The same at once, for a step that is not far."""
        for _ in self.go(min(step, self._session.state.step)):
            pass

    def steps_to(self, what: Literal["sample", "batch", "epoch"]) -> int:
        """How many steps a single step of that kind makes from here."""
        assert self._cursor is not None
        run = self._cursor.run
        if what == "epoch":
            return run.steps_for(1)
        place = 0 if self.sample is None else self.sample + 1
        return 0 if what == "sample" and place < run.batch_left else 1

    def make_step(self, what: Literal["sample", "batch", "epoch"]) -> None:
        """A step of the recorded run, for somebody who watches; after its last one the present is shown."""
        assert self.step is not None
        steps, place = self.steps_to(what), 0 if self.sample is None else self.sample + 1
        if steps:
            self.pass_to(self.step + steps)
            place = 0
        if what == "sample":
            self._look_at(place)

    def _look_at(self, place: int) -> None:
        if self.step is None:
            self._session.times.look_at_sample(place)
        else:
            self.sample = place

    @property
    def steps_per_epoch(self) -> int:
        """Of the run as it was at the moment looked at."""
        assert self._cursor is not None
        return self._cursor.run.steps_per_epoch

    def snapshot(self, demand: Demand) -> Snapshot:
        """The moment looked at."""
        assert self._cursor is not None
        return self._session.times.snapshot_at(self._cursor, demand, self.sample, self._version())

    def _version(self) -> int:
        """The session's, where no action has landed since; otherwise one of its own, below 0."""
        assert self._cursor is not None
        assert self._cursor.place is not None
        place, now = self._cursor.place, self._session.times.place_at(self._session.state.step)
        if (place.line, place.acts) == (now.line, now.acts):
            return self._session.version
        return self._versions.setdefault((place.line, place.acts), -1 - len(self._versions))
