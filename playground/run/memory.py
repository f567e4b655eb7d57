"""What a session remembers of its run: which states are kept as it goes on, and the way to any step of its past.

Owns what becomes of the past when an action takes effect; how much is kept is told by `playground.past`. Knows nothing
of the log, nor of numbered runs.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from playground.errors import WrongUse
from playground.past.curves import Sight, Tables
from playground.past.lines import Place
from playground.past.packing import pack
from playground.past.past import Past
from playground.run.actions import (
    Advance,
    DropBranch,
    Edit,
    Logged,
    NameBranch,
    NewSeed,
    Reopen,
    RestoreParameter,
    SetParameter,
)
from playground.run.checkpoint import Checkpoint, Log
from playground.run.recording import Recording

if TYPE_CHECKING:
    from playground.run.editing import EntryMade
    from playground.run.run import Run

SECONDS_APART = 0.006
"""How much work lies between two states, about: what a look at a moment between them costs at most."""
STEP_SECONDS, SECONDS_PER_PRODUCT = 4e-7, 3e-10
"""What a step costs at least, and what each weight costs for each sample of its batch, roughly."""
KEEPING_SECONDS, SECONDS_PER_BYTE = 5e-5, 1e-9
"""What it costs to keep a state."""
MOST_SHARE = 0.01
"""Share of the time of training that keeping may take."""


PIECES = 4
"""In how many pieces the work between two states is done, so that another wish is heard in between."""


def base_of(run: Run) -> Log:
    """What a run that begins here is made of again."""
    dataset = run.dataset if run.has_saved_dataset else None
    base = Checkpoint(run.experiment, dataset=dataset, points=run.points, test_look=run.test_look)
    return Log(base, run.number_type, recorded=run.recording.on)


def steps_apart(run: Run) -> int:
    """So many steps lie between two states."""
    products = 0
    for slot in run.engine.layout.slots:
        weights = slot.biases - slot.weights
        places = slot.outputs // max(1, slot.weight_shape[0]) if len(slot.weight_shape) > 2 else 1
        products += weights * max(1, places) + slot.outputs
    step = STEP_SECONDS + SECONDS_PER_PRODUCT * products * run.engine.batch_size
    state = run.state
    size = state.parameters.nbytes + state.slots.nbytes + state.best.nbytes + 2 * state.order.size
    keeping = KEEPING_SECONDS + SECONDS_PER_BYTE * size
    return max(1, int(max(SECONDS_APART, keeping / MOST_SHARE) / step))


class Memory:
    """The past of a session's run, and the run that it follows."""

    def __init__(self, run: Run, base: Log) -> None:
        self.past = Past(base)
        line = self.past.line
        line.start = line.end = run.state.step
        line.ended = not run.goes_on
        self._beside: Checkpoint | None = None
        self.follow(run)
        self._keep(run, held=True)

    def __getstate__(self) -> dict[str, Any]:
        """What `copy` and `pickle` take: a past of its own, which begins here and goes back to what was before."""
        return {"past": copy(self.past), "_beside": self._beside}

    def beginning_at(self, place: Place, run: Run) -> Memory:
        """That of another run, which goes on from a moment of this past."""
        made = copy(self)
        made.past.branch(place, None, place.line.beginning)
        made._beside = None
        made.follow(run)
        made._keep(run)
        return made

    def follow(self, run: Run) -> None:
        """Be told of the rows that this run's curves drop."""
        run.recording.archive, run.recording.told = self._see, None
        self.past.gap = steps_apart(run)

    def _see(self, recording: Recording) -> None:
        if recording.on:
            rows = recording.rows
            tables = Tables(recording.table[:rows], recording.probes[:rows], recording.sizes[:rows])
            self.past.see(tables, recording.stride, recording.told)
            recording.told = rows

    def note_steps(self, run: Run) -> None:
        """Steps were made: the state is kept where one is due, and where the run has ended."""
        self.past.goes_on(run.state.step, not run.goes_on)
        if self.past.is_due(run.state.step) or not run.goes_on:
            self._keep(run)

    def note(self, run: Run, action: Logged, entry: EntryMade | None) -> None:
        """An action has taken effect; entry: what it has brought back."""
        if isinstance(action, (Advance, Reopen, NameBranch, DropBranch)):
            return
        past, became = self.past, None if entry is None else entry.became
        fork = None if entry is None else entry.branched
        if fork is not None:
            past.branch(fork.place, fork.sight, fork.beginning)
        self._beside = None
        opaque = False
        if became is not None:
            past.return_to(became.place, became.sight)
        elif run.beginning != past.line.beginning:
            past.begin(base_of(run), run.beginning)
        elif fork is None or run.experiment != fork.before:
            opaque = entry is not None and entry.returned is not None
            past.act(run.state.step, plain(action, run), not run.goes_on, opaque)
        if run.recording.archive is None:
            self.follow(run)
        past.gap = steps_apart(run)
        self._keep(run, held=opaque)

    def _keep(self, run: Run, held: bool = False) -> None:
        self._see(run.recording)
        self.past.keep(run.state, self._what_stands_beside(run), held)

    def _what_stands_beside(self, run: Run) -> Checkpoint:
        """All but the arrays; states between two actions share it."""
        known = self._beside
        if known is None or (run.divergence, run.stopped) != (known.divergence, known.stopped):
            dataset = run.dataset if run.has_saved_dataset else None
            known = self._beside = Checkpoint(
                run.experiment, divergence=run.divergence, dataset=dataset, stopped=run.stopped, spent=run.spent,
                points=run.points, test_look=run.test_look,
            )  # fmt: skip
        return known

    def place_at(self, step: int) -> Place | None:
        """The moment at a step, with all that landed there; None where the log alone may tell of it.

        Raises WrongUse for a step that the run has not come to, or that is known no more.
        """
        last = self.past.line.last
        if step > last.step:
            raise WrongUse("The run has come to step {end}; got step {given}.", end=last.step, given=step)
        place = last.at(step)
        if place is None and (not self.opened.entries or step < first_step(self.opened)):
            raise out_of_reach(step, last)
        return place

    @property
    def opened(self) -> Log:
        """The log of what came before all that is remembered."""
        log = list(self.past.line.last.lineage())[-1].line.base
        assert isinstance(log, Log)
        return log

    def adopt(self, again: Memory, run: Run) -> None:
        """What only the log told of was lived through again, up to where `run` stands now; nothing is learned from it
        where that is another moment than the one with which this memory begins."""
        root = list(self.past.line.last.lineage())[-1].line
        here = root.last_kept(root.start, 0)
        if here is not None and pack(run.state).data == here.packed.data:
            root.came_from = again.past.line.last
            self.past.adopt(again.past)

    def now(self, run: Run) -> tuple[Place, Sight | None]:
        """Where the run stands, and the rows of its curves."""
        self._see(run.recording)
        return self.past.line.last, self.past.sight


def first_step(log: Log) -> int:
    """The step that the run at the base of a log stands at."""
    return 0 if log.base.state is None else log.base.state.step


def out_of_reach(step: int, last: Place) -> WrongUse:
    """Why a step is not reached: what led there is kept no more. last: where the run stands."""
    later = [kept.step for each in last.lineage() for kept in each.line.kept if step < kept.step <= each.step]
    sentence = "Step {given} is not kept any more, nor what led there: the first step that can be reached is {first}."
    return WrongUse(sentence, given=step, first=min(later, default=last.step))


def plain(action: Logged, run: Run) -> Logged:
    """The action that has the same effect where nothing was put aside."""
    match action:
        case Edit() | NewSeed():
            return Edit(run.experiment, points=run.points)
        case RestoreParameter(index):
            return SetParameter(index, float(run.state.parameters[index]))
        case SetParameter():
            return replace(action, key=None)
    return action
