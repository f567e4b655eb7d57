"""What a session remembers of its run: which states are kept as it goes on, and the way to any step of its past.

Owns what becomes of the past when an action takes effect; how much is kept is told by `playground.past`. Knows nothing
of the log, nor of numbered runs.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from playground.engine.state import RunState
from playground.errors import WrongUse
from playground.past.curves import Sight, Tables, begun
from playground.past.lines import Line, Place
from playground.past.packing import pack
from playground.past.past import Past
from playground.past.saved import Ways
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
from playground.run.log import told_by
from playground.run.recording import Recording
from playground.run.samples import SampleHistory

if TYPE_CHECKING:
    from playground.run.editing import EntryMade
    from playground.run.run import Run

SECONDS_APART = 0.015
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
    """The past of a session's run, and the run that it follows.

    opened: the log of what came before all that is remembered. roots: by the numbers of their runs, the lines that
    begin where that log, or a file, has left them. saved: the moments up to there of which a file has kept states.
    """

    def __init__(self, run: Run, base: Log) -> None:
        self.past = Past(base)
        line = self.past.line
        line.start = line.end = run.state.step
        line.ended = not run.goes_on
        self._beside: Checkpoint | None = None
        self.opened, self.roots, self._first = base, {0: line}, 0
        self.saved: dict[Line, Place] = {}
        self.follow(run)
        self._keep(run, held=True)

    def __getstate__(self) -> dict[str, Any]:
        """What `copy` and `pickle` take: a past of its own, which begins here and goes back to what was before."""
        return self.__dict__ | {"past": copy(self.past), "roots": self.roots.copy(), "saved": self.saved.copy()}

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

        Where the log does not tell of it, it may be one that a file has kept. Raises WrongUse for a step that the run
        has not come to, or that is known no more.
        """
        last = self.past.line.last
        if step > last.step:
            raise WrongUse("The run has come to step {end}; got step {given}.", end=last.step, given=step)
        place = last.at(step)
        if place is None:
            root = list(last.lineage())[-1].line
            numbers = [number for number, line in self.roots.items() if line is root]
            if not numbers or not told_by(self.opened).reaches(None if numbers[0] == self._first else numbers[0], step):
                place = self.saved_at(step)
                if place is None:
                    raise out_of_reach(step, last)
        return place

    def saved_at(self, step: int) -> Place | None:
        """The moment at a step of which a file has kept a state before, or none."""
        saved = self.saved.get(list(self.past.line.last.lineage())[-1].line)
        return None if saved is None else saved.at(step)

    def way(self, place: Place) -> tuple[Place, ...]:
        """The lineage of a moment, that in a file included."""
        found = tuple(place.lineage())
        saved = self.saved.get(found[-1].line)
        return found if saved is None else (*found, *saved.lineage())

    def open_past(self, ways: Ways) -> None:
        """What a file has kept of the past of its runs; lines of a run that goes on elsewhere are its own."""
        lines = {place.line for way in ways.values() for place in way}
        if all(line.base is None and line.owner is None for line in lines):
            self.saved = {self.roots[number]: way[0] for number, way in ways.items() if number in self.roots}
            self.past.hold(lines)

    def forget_saved(self) -> None:
        """What a file has kept leads nowhere, or all of it is known by now."""
        self.saved = {}

    def left(self, number: int, run: Checkpoint, beginning: int) -> tuple[Place, Sight | None]:
        """A run of a file that was left there: its line begins and ends with the state and the curves that it has."""
        assert run.state is not None
        beside = replace(run, state=None, record=None, log=None, branches=(), past={}, samples=SampleHistory())
        base = Log(replace(run, log=None, branches=(), past={}), run.state.parameters.dtype.name)
        ended = run.divergence is not None or run.stopped is not None
        record = run.record
        tables = None if record is None else Tables(record.rows, record.probes, record.sizes)
        sight = None if record is None or tables is None else begun(tables, record.stride)
        place = self.past.left(base, run.state, beside, sight, beginning, ended)
        self.roots[number] = place.line
        return place, sight

    def number_root(self, number: int) -> None:
        """The run with which this memory begins has that number."""
        self.roots, self._first = {number: next(iter(self.roots.values()))}, number

    def adopt(self, again: Memory, state: RunState, left: dict[int, tuple[Place, RunState]]) -> None:
        """What only the log told of was lived through again, up to this state. left: the same of the other runs, by
        their numbers.

        Nothing is learned of a run that this memory finds in another state.
        """
        for number, (place, then) in {**left, self._first: (again.past.line.last, state)}.items():
            root = self.roots.get(number)
            here = None if root is None else root.last_kept(root.start, 0)
            if root is not None and here is not None and pack(then).data == here.packed.data:
                root.came_from = place
                self.saved.pop(root, None)
        self.past.adopt(again.past)

    def now(self, run: Run) -> tuple[Place, Sight | None]:
        """Where the run stands, and the rows of its curves."""
        self._see(run.recording)
        return self.past.line.last, self.past.sight


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
