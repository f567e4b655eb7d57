"""Any moment of a run's past, reached from the nearest state that is kept.

Owns the way there, what an action does on it, and the log that tells of it; changes nothing of the run itself. What it
comes to has the same bytes as when it was live.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace

from playground.past.lines import Act, Kept, Place, Way, way_to
from playground.past.packing import unpack
from playground.run import actions
from playground.run.checkpoint import Checkpoint, Log
from playground.run.editing import EntryMade, begin, take_over
from playground.run.log import Logbook
from playground.run.memory import PIECES, out_of_reach, steps_apart
from playground.run.recording import Record
from playground.run.run import Run
from playground.run.shelf import Shelf, copied
from playground.run.snapshot import frozen


class Cursor:
    """A run that is moved through the past of another, whose points it may share: it is of the same thread then.

    `place` is where it stands; None on the way, and before it went anywhere.
    """

    def __init__(self, run: Run, shares: bool = False) -> None:
        self.run = copied(run)
        self.run.recording.keeps_samples = False
        if shares:
            self.run.dataset, self.run.examples = run.dataset, run.examples
            self.run.make_engine()
        self.place: Place | None = None

    def go(self, place: Place) -> Iterator[None]:
        """Go to a moment; yields wherever it may be left for another one. Raises WrongUse where nothing leads there.

        Where the last step's update is to be known, that step is made, also where the state after it is kept.
        """
        before = place.at(place.step - 1) if self.run.recording.keeps_update else None
        if before is not None and (before.line, before.acts) == (place.line, place.acts):
            yield from self._go(before)
        yield from self._go(place)

    def _go(self, place: Place) -> Iterator[None]:
        acts = self._start(place)
        for act in acts:
            yield from self._advance(act.step, act.ended)
            self._check(act.step, place)
            do_again(self.run, act, place)
        yield from self._advance(place.step, place.ended)
        self._check(place.step, place)
        self.place = place

    def _check(self, step: int, place: Place) -> None:
        """It stands at a step on the way to a place; states of a file may lead anywhere."""
        if self.run.state.step == step:
            return
        if way_to(place).base.base is None:
            raise out_of_reach(place.step, place.line.last)
        raise AssertionError(f"the past leads to step {self.run.state.step}, where the run was at {step}")

    def _start(self, place: Place) -> list[Act]:
        """Stand at the nearest moment before; the acts that lead on from there."""
        way, here = way_to(place), self.place
        if here is not None and here.line is place.line and not here.ended:
            nearer = way.kept is None or (here.step, here.acts) >= (way.kept.step, way.kept.acts)
            nearer = nearer or self.run.recording.keeps_update
            if nearer and here.acts <= place.acts and here.step <= place.step:
                self.place = None
                return place.line.acts[here.acts : place.acts]
        if not way.is_open or (way.kept is None and not is_fresh(way)):
            raise out_of_reach(place.step, place.line.last)
        self.place = None
        if way.kept is None:
            self._begin(way)
        else:
            self.run.become(checkpoint_of(way.kept), place.line.beginning)
        return way.acts

    def _begin(self, way: Way) -> None:
        log, run = base_log(way), self.run
        if run.number_type != log.dtype:
            run.dtype = np.dtype(log.dtype).type
            run.load_points()
        begin(run, log.base.experiment, log.base.points)
        run.test_look, run.beginning = log.base.test_look, way.base.beginning

    def _advance(self, step: int, ended: bool) -> Iterator[None]:
        """Go on to a step, and where the run has ended there, meet that end."""
        run, piece = self.run, max(1, steps_apart(self.run) // PIECES)
        while run.state.step < step and run.goes_on:
            run.advance(min(piece, step - run.state.step))
            yield
        if ended and run.goes_on:
            run.advance(1)


def do_again(run: Run, act: Act, place: Place) -> None:
    """An action takes effect on a run as it did when it landed, on the way to a place."""
    match act.action:
        case actions.Edit(experiment, _, points):
            take_over(run, experiment, Shelf(), False, EntryMade(0, place, None), points)
        case actions.SetParameter(index, value):
            run.put(index, value)
        case actions.GoOn():
            run.go_on()
        case actions.OutOfTime():
            run.stop("seconds")
        case actions.OpenTest():
            run.open_test()
        case other:
            raise AssertionError(f"{other} is not done again")


def checkpoint_of(kept: Kept) -> Checkpoint:
    """A state of the past as a checkpoint."""
    assert isinstance(kept.beside, Checkpoint)
    record = None
    if kept.sight is not None:
        tables, stride = kept.sight.tables()
        rows, probes, sizes = (frozen(np.ascontiguousarray(each)) for each in tables)
        record = Record(rows, probes, sizes, stride)
    return replace(kept.beside, state=unpack(kept.packed), record=record)


def base_log(way: Way) -> Log:
    """What the first line of a way begins with."""
    assert isinstance(way.base.base, Log)
    return way.base.base


def is_fresh(way: Way) -> bool:
    """Whether the first line of a way begins with a run that no step was made of."""
    log = base_log(way)
    return not log.begins_with_a_state and not log.entries


def log_to(place: Place, run: Run) -> Log:
    """The log of a run that came to a moment, where `run` stands; it begins later where no actions lead there."""
    way = list(place.lineage())[::-1]
    base = way[0].line.base
    if base is None:
        return _from_a_state(place, run)
    assert isinstance(base, Log)
    acts = [act for each in way for act in each.line.acts[: each.acts]]
    if any(act.opaque for act in acts):
        return _from_a_state(place, run)
    book, step, ended = Logbook(base), way[0].line.start, False
    for act in acts:
        _write_steps(book, step, act.step, act.ended and not ended)
        assert isinstance(act.action, actions.Logged)
        book.write(act.step, act.action)
        step, ended = act.step, act.ends
    _write_steps(book, step, place.step, place.ended and not ended)
    return _from_a_state(place, run) if book.is_full else book.log


def _write_steps(book: Logbook, before: int, after: int, ends: bool) -> None:
    """Steps between two acts; where the run has ended one more is noted."""
    if after > before or ends:
        book.write(before, actions.Advance(after - before + ends))


def _from_a_state(place: Place, run: Run) -> Log:
    """A log that begins where the run stands."""
    return Log(run.checkpoint(), run.number_type, recorded=run.recording.on)
