"""What a life shows of its session at every moment it comes by, and whether the past still shows the same.

Owns the comparison; what happens in a life is told by `tests.playground.run.lives`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import fields

from playground.engine.parameters import digest
from playground.errors import WrongUse
from playground.past.lines import Line
from playground.run.run import Run
from playground.run.session import Session
from tests.playground.run.lives import Life

Moment = dict[str, Any]
OF_RECORD = ("rows", "probes of rows", "sizes", "stride", "probes")
"""What follows the record: where its rows are coarser, probes that are taken with a row are taken less often."""


def moment_of(session: Session | Run) -> Moment:
    """All of a session, or of its run, that a step has led to, to the last bit."""
    state, record = session.state, session.recording.so_far()
    arrays = {field.name: getattr(state, field.name).tobytes() for field in fields(state) if field.name != "counters"}
    return arrays | {
        "step": state.step, "epoch": state.epoch, "position": state.position, "clipped": state.clipped_steps,
        "digest": digest(state.parameters), "experiment": session.experiment, "divergence": session.divergence,
        "stopped": session.stopped, "rows": record.rows.tobytes(), "probes of rows": record.probes.tobytes(),
        "sizes": record.sizes.tobytes(), "stride": record.stride, "rate": session.learning_rate,
    }  # fmt: skip


def differences(one: Moment, other: Moment) -> list[str]:
    """What two moments do not agree in."""
    return [name for name, value in one.items() if other[name] != value]


class RememberedLife(Life):
    """A life whose moments are written down: those of the way to the present one can be gone back to."""

    def __init__(self, seed: int, folder: Path, own: bool = False) -> None:
        super().__init__(seed, folder, own=own)
        self._before: tuple[Session, dict[int, Moment]] | None = None
        self._of_line: dict[int, tuple[Line, dict[int, Moment]]] = {}
        self.known: dict[int, Moment] = {}
        """The moments of the way here, by their steps."""
        self.reopened = False
        self.write_down()

    def go_through(self, events: int) -> None:
        """So many things happen, and each moment is written down."""
        for _ in range(events):
            before, step, ended = self.session, self.session.state.step, not self.session.goes_on
            self.live(1)
            if ended and self.session is before and self.session.state.step > step:
                self.known.pop(step, None)  # going on landed there, and no moment after that was written down
            self.write_down()

    def write_down(self) -> None:
        """The present moment; where the run has jumped, the moments before it are those of where it went."""
        session = self.session
        line = session._book.memory.past.line
        if id(line) not in self._of_line:
            known: dict[int, Moment] = {}
            if self._before is not None and self._before[0] is not session:
                known, self.reopened = dict(self._before[1]), True
            elif line.came_from is not None:
                there = self._of_line.get(id(line.came_from.line))  # what was lived through again is known as it was
                known = dict(self._before[1] if there is None and self._before else there[1] if there else {})
            known = {step: moment for step, moment in known.items() if step <= line.start}
            self._of_line[id(line)] = line, known
        self.known = self._of_line[id(line)][1]
        self.known[session.state.step] = moment_of(session)
        self._before = session, self.known

    def _is_of_a_file(self, step: int) -> bool:
        """Whether no log leads to a moment, and a file has kept states of it."""
        *_, first = self.session.times.place_at(step).lineage()
        return first.line.base is None

    def check(self, but: tuple[str, ...] = ()) -> int:
        """Go back to each moment of the way here; how many were refused. but: what may differ."""
        refused, now = 0, moment_of(self.session)
        for step, moment in self.known.items():
            try:
                again = self.session.at(step)
            except WrongUse:
                refused += 1
                continue
            may = (*but, *OF_RECORD) if self._is_of_a_file(step) else but
            assert [name for name in differences(moment, moment_of(again)) if name not in may] == [], step
        assert differences(now, moment_of(self.session)) == []
        return refused
