"""The mode in which one step is looked into: of which sample, at which operation, and how fast it plays.

Owns these choices and the question to the run; training is paused while it is on. What an operation holds is told by
`playground.anatomy`, how it is shown by others. Asking is no action: the run stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from playground.anatomy.operations.operation import PHASES, Activation, Delta, Operation, Phase
from playground.anatomy.questions import NOTHING, Given, PassWanted, StepWanted
from playground.run.snapshot import Snapshot
from playground.views.workbench.run.live_run import LiveRun
from playground.words.inside.symbols import Symbols

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.anatomy.inference import Inference
    from playground.anatomy.operations.sequence import Operations
    from playground.anatomy.step import InsideStep

LOOK_MS = 15
PACES = (1600, 800, 400, 200, 100)
"""Milliseconds that an operation may take while it plays."""
USUAL_PACE = 400


class InsideMode(QObject):
    """`changed`: it began or ended, another step, sample or operation is shown, or it plays or stands. `turned`: it
    began or ended.

    step: what is shown, None until the run has answered. place: of the operation among the step's. sample: which of the
    batch. given: what was typed by hand. inference: the forward pass of a point that was asked for, shown in
    the step's place; trains: as it is computed in training. names: those of the formula that somebody points at, there
    or on the canvas; `pointed` says that they are others.
    """

    changed, turned, pointed = Signal(), Signal(), Signal()

    def __init__(self, run: LiveRun, parent: QObject) -> None:
        super().__init__(parent)
        self._run = run
        self.on = self.playing = False
        self.step: InsideStep | None = None
        self.place = self.sample = 0
        self.given = NOTHING
        self.pace = USUAL_PACE
        self.symbols: Symbols | None = None
        self.names: frozenset[str] = frozenset()
        self.inference: Inference | None = None
        self.trains = False
        self._wanted: PassWanted | None = None
        self._asked: Future[InsideStep | Inference] | None = None
        self._of: Snapshot | None = None
        self._looked: tuple[int, int] | None = None
        """The sample that single steps looked at last, by step and place."""
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._take)
        self._beat = QTimer(self)
        self._beat.timeout.connect(self._on_beat)
        run.snapshot_ready.connect(self._on_snapshot_ready)
        run.state_changed.connect(self._on_state_changed)

    # -- the mode ---------------------------------------------------------------------------------------------------

    def enter(self) -> None:
        """Pause the run and look into the step that comes."""
        if self.on:
            return
        self._run.pause()
        self.on, self.place, self.given = True, 0, NOTHING
        self._looked = None if self._run.snapshot is None else self._run.snapshot.looked_at
        self.sample = 0 if self._looked is None else self._looked[1]
        self._ask()
        self._turn()

    def _turn(self) -> None:
        self.changed.emit()
        self.turned.emit()

    def leave(self) -> bool:
        """Back to the run, which stays paused; returns whether the mode was on."""
        if not self.on:
            return False
        self.on = self.playing = False
        self.step, self.symbols, self._of, self.given, self._asked = None, None, None, NOTHING, None
        self.inference, self._wanted, self.trains = None, None, False
        self.point_at(frozenset())
        self._look.stop()
        self._beat.stop()
        self._turn()
        return True

    def toggle(self) -> None:
        """Enter or leave."""
        if not self.leave():
            self.enter()

    def close(self) -> None:
        """Ask and play no more."""
        self._look.stop()
        self._beat.stop()

    # -- what is shown ----------------------------------------------------------------------------------------------

    @property
    def operations(self) -> Operations | None:
        """All operations of what is shown: of the step, or of one point's forward pass."""
        found = self.inference
        if self._wanted is not None:
            if found is None:
                return None
            return found.training if self.trains and found.training is not None else found.operations
        return None if self.step is None else self.step.operations

    @property
    def inputs(self) -> NDArray[np.float64]:
        """What the network reads of what is shown; empty where nothing is."""
        if self._wanted is not None:
            return np.zeros(0) if self.inference is None else self.inference.inputs
        return np.zeros(0) if self.step is None else self.step.batch.inputs[:, self.step.sample]

    @property
    def infers(self) -> bool:
        """Whether a point's forward pass is shown instead of the step."""
        return self._wanted is not None

    @property
    def row(self) -> int | None:
        """The sample of the data whose forward pass is shown, where it is one; counted as `playground.inference`
        counts."""
        return int(self._wanted.numbers[0]) if self._wanted is not None and self._wanted.kind == "row" else None

    @property
    def rows(self) -> int:
        """How many samples the data have: training, then held-out ones."""
        data = None if self._run.snapshot is None else self._run.snapshot.dataset
        return 0 if data is None else int(data.train_labels.size + data.held_out_labels.size)

    @property
    def point(self) -> tuple[float, ...] | None:
        """The columns of the sample whose forward pass is shown, where it is one."""
        return self._wanted.numbers if self._wanted is not None and self._wanted.kind == "sample" else None

    @property
    def operation(self) -> Operation | None:
        """The operation that is shown."""
        return None if self.operations is None else self.operations[self.place]

    @property
    def is_given(self) -> bool:
        """Whether numbers typed by hand stand in place of the run's."""
        return self.given != NOTHING

    @property
    def own(self) -> Activation | None:
        """Of a δ: the same unit's activation in the forward pass."""
        operation, step = self.operation, self.step
        if step is None or not isinstance(operation, Delta):
            return None
        place = step.operations.find(Activation, operation.layer, operation.unit)
        found = None if place is None else step.operations[place]
        return found if isinstance(found, Activation) else None

    @property
    def phase(self) -> Phase:
        """The phase of the operation that is shown."""
        return "forward" if self.operations is None else self.operations.span_of(self.place).phase

    # -- going ------------------------------------------------------------------------------------------------------

    def seek(self, place: int) -> None:
        """Show an operation by its place; the first or the last where there are not so many."""
        if self.operations is None:
            return
        place = min(max(place, 0), len(self.operations) - 1)
        if place != self.place:
            self.place = place
            if self.playing:
                self._beat.start(self.pace)
            self.changed.emit()

    def move(self, way: int) -> None:
        """The next operation, or the one before."""
        self.seek(self.place + way)

    def move_phase(self, way: int) -> None:
        """The first operation of the next phase; backwards that of the present one, and then of the one before."""
        if self.operations is None:
            return
        starts = [span.start for span in self.operations.spans]
        later, earlier = [each for each in starts if each > self.place], [each for each in starts if each < self.place]
        self.seek(later[0] if way > 0 and later else earlier[-1] if way < 0 and earlier else self.place)

    def seek_phase(self, phase: Phase) -> None:
        """The first operation of a phase, if it has any."""
        if self.operations is not None and phase in PHASES:
            starts = {span.phase: span.start for span in self.operations.spans}
            self.seek(starts.get(phase, self.place))

    def play(self) -> None:
        """Go on by itself, from the start where the end was reached; or stand still again."""
        if self.operations is None:
            return
        self.playing = not self.playing
        if self.playing and self.place == len(self.operations) - 1:
            self.place = 0
        if self.playing:
            self._beat.start(self.pace)
        else:
            self._beat.stop()
        self.changed.emit()

    def set_pace(self, milliseconds: int) -> None:
        """How long an operation is shown while it plays."""
        self.pace = milliseconds
        if self.playing:
            self._beat.start(milliseconds)
        self.changed.emit()

    def infer(self, sample: Sequence[float] = (), inputs: Sequence[float] = ()) -> None:
        """Show the forward pass of a sample (its columns, or pixels), or of what the network is to read."""
        if self.on:
            self._wanted = PassWanted("inputs" if len(inputs) else "sample", tuple(inputs) or tuple(sample))
            self._ask()

    def infer_row(self, row: int) -> None:
        """Show the forward pass of a sample of the data, if there is one of this number."""
        if self.on and 0 <= row < self.rows:
            self._wanted = PassWanted("row", (float(row),))
            self._ask()

    def move_sample(self, way: int) -> None:
        """Another sample of the batch, or of the data where one of its rows is shown."""
        if self.row is not None:
            self.infer_row(min(max(self.row + way, 0), max(self.rows - 1, 0)))
        else:
            self.choose_sample(self.sample + way)

    def to_step(self) -> None:
        """Back from a point to the step."""
        if self._wanted is not None:
            self._wanted = self.inference = None
            self.place, self.trains = 0, False
            self._ask()
            self.changed.emit()

    def point_at(self, names: frozenset[str]) -> None:
        """Light what these names of the formula mean, and the names."""
        if names != self.names:
            self.names = names
            self.pointed.emit()

    def set_trains(self, trains: bool) -> None:
        """Show the pass as it is computed in training, or as the network answers."""
        if trains != self.trains:
            self.trains = trains
            self.changed.emit()

    def choose_sample(self, sample: int) -> None:
        """Tell the step for another sample of its batch; the operation stays."""
        if self.infers:
            return
        if self.step is None or not 0 <= sample < self.step.batch.size or sample == self.sample:
            return
        self.sample = sample
        if self.given.inputs is None and self.given.target is None:
            self.step = self.step.with_sample(sample)
            self.changed.emit()
        else:
            self.give(Given(parameters=self.given.parameters))

    def give(self, given: Given) -> None:
        """Use numbers typed by hand in place of the run's."""
        self.given = given
        if self.on:
            self._ask()

    def give_parameter(self, parameter: int, value: float) -> None:
        """Use a number in place of one parameter."""
        kept = {**dict(self.given.parameters), parameter: value}
        self.give(replace(self.given, parameters=tuple(sorted(kept.items()))))

    def make(self) -> None:
        """Let the engine make the step; the next one is shown."""
        if self.on and self._wanted is None:
            self.playing, self.place = False, 0
            self._beat.stop()
            self.given = NOTHING
            self._run.step("batch")

    # -- asking -----------------------------------------------------------------------------------------------------

    def wait(self) -> None:
        """Wait for the answer (pictures, tests); the run must be able to answer."""
        if self._asked is not None:
            self._asked.exception()
            self._take()

    def _ask(self) -> None:
        wanted = self._wanted or StepWanted(self.sample, self.given)
        self._of = self._run.snapshot
        self._asked = self._run.ask_shown(wanted.answer)
        if self._asked is not None:
            self._look.start()

    def _take(self) -> None:
        if self._asked is None or not self._asked.done():
            return
        asked, self._asked = self._asked, None
        self._look.stop()
        if asked.cancelled() or asked.exception() is not None:  # the run has told why
            if self._wanted is not None:
                self.to_step()
            elif self.given != NOTHING:
                self.give(NOTHING)
            else:
                self.leave()
            return
        from playground.anatomy.step import InsideStep

        found = asked.result()
        if self._wanted is not None and not isinstance(found, InsideStep):
            self._show_inference(found)
        elif self._wanted is None and isinstance(found, InsideStep) and self._fits(found):
            self._show(found)

    def _fits(self, step: InsideStep) -> bool:
        """Whether it is of the very moment that all views show; else the snapshot to come asks anew."""
        shot = self._run.snapshot
        if shot is None or (shot.step, shot.experiment) != (step.step, step.experiment):
            return False
        return bool(self.given.parameters) or np.array_equal(step.before, shot.parameters, equal_nan=True)

    def _show(self, step: InsideStep) -> None:
        if self.step is None or self.step.experiment != step.experiment:
            self.symbols = Symbols.of(step.experiment)
        if self.step is not None and self.step.layout != step.layout:
            self.place = 0
        self.step, self.sample = step, step.sample
        self.place = min(self.place, len(step.operations) - 1)
        self.changed.emit()
        self._follow()

    def _follow(self) -> None:
        """Single steps by samples choose the sample."""
        looked, before = None if self._run.snapshot is None else self._run.snapshot.looked_at, self._looked
        self._looked = looked
        if looked is not None and looked != before:
            self.choose_sample(looked[1])

    def _show_inference(self, found: Inference) -> None:
        """Where the run has moved on meanwhile, its snapshot asks anew."""
        if self._of is None or not self._of.shares_moment(self._run.snapshot):
            self._ask()
            return
        self.inference, self.symbols = found, Symbols.of(found.experiment)
        self.trains = self.trains and found.training is not None
        self.place = min(self.place, len(found.operations) - 1)
        self.changed.emit()

    # -- the run ----------------------------------------------------------------------------------------------------

    def _on_snapshot_ready(self) -> None:
        """Another moment: what is shown is of the past until the run has answered."""
        if not self.on or self._asked is not None or self._run.snapshot is self._of:
            return
        if self._wanted is None and self.step is not None and self._fits(self.step):
            self._of = self._run.snapshot
            self._follow()
            return
        if self.inference is not None and self._of is not None and self._of.shares_moment(self._run.snapshot):
            self._of = self._run.snapshot
            return
        self.step = self.inference = None
        if self.row is not None and self.row >= self.rows:  # other data have fewer
            self.to_step()
            return
        self._ask()
        self.changed.emit()

    def _on_state_changed(self) -> None:
        """A run that goes on is looked at from outside."""
        if self._run.state in ("running", "failed", "preparing") and self.on:
            self.leave()

    def _on_beat(self) -> None:
        if self.operations is None:
            return
        if self.place + 1 >= len(self.operations):
            self.play()
        else:
            self.move(1)
