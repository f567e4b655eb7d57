"""The doctor at the run behind the window: what it says now, what it says will happen, and what of it is shown.

Owns when it looks, its thread, and what was put off or switched off; what is found, `playground.diagnosis` knows. Only
an action withdraws a forecast: the run that it is of is the same bits.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance

from playground.data import Dataset
from playground.diagnosis.signals.finding import NOWHERE, Finding, RuleName, primary
from playground.diagnosis.signals.plan import Plan
from playground.edits.document import Document
from playground.experiment.experiment import Experiment
from playground.run.checkpoint import Checkpoint
from playground.run.snapshot import Snapshot
from playground.views.workbench import settings
from playground.views.workbench.errand import (
    Errand,
    Known,
    Memory,
    Shelf,
    Verdict,
    Verdicts,
    ahead_of,
    look_of,
    merged,
    moment_of,
)
from playground.views.workbench.live_run import LiveRun
from playground.views.workbench.sizing import Sizing
from playground.views.workbench.trials import Trials
from playground.words import doctor as words
from playground.words.diagnosis import Told, told

if TYPE_CHECKING:  # they load the kernels; the window comes first
    from playground.diagnosis.ahead import Forecast

Found = TypeVar("Found")

LOOK_EVERY = 0.25
"""Seconds between two looks at a run that goes on."""
SHARE = 0.005
"""Of the training thread's time, at most: of large data it is looked at more rarely."""
SETTLE_MS, TICK_MS = 80, 10
"""How long an edit has to stay before it is looked ahead from it, and how often it is looked whether an answer came."""


Subject = tuple[Experiment, Dataset]
"""What findings are about."""


class LiveDoctor(QObject):
    """`changed` when anything of what is shown is new. `findings` are shown, the cause first; `forecast` is the run to
    come, as far as it was looked ahead; `trials` are of cures, `sizing` asks whether a smaller network does. Nothing is
    computed while it is not `on`.

    looks_back: an earlier moment is looked at; `findings` are what was said `then`, none where nobody looked, and `now`
    is what is said of the newest moment."""

    changed = Signal()

    def __init__(
        self, run: LiveRun, document: Callable[[], Document], edited: SignalInstance, trials: Trials,
        verdicts: Verdicts, parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.trials, self.sizing = trials, Sizing(run, trials, self)
        self._run, self._document = run, document
        self.findings: tuple[Finding, ...] = ()
        self.now: tuple[Finding, ...] = ()
        self.then: Verdict | None = None
        self.looks_back, self._is_of_then = False, True
        """Whether the very moment that is shown was looked at, and not one before it."""
        self.verdicts = verdicts
        self.locked = False
        self._wished, self._remembers = True, False
        self._off: frozenset[str] = frozenset()
        self._seen: frozenset[str] = frozenset()
        self._looked_at = False
        self._said: object = None
        self._left: tuple[Finding, ...] = ()
        """What was shown before an edit: it stays until it was looked ahead."""
        self._left_about: Subject | None = None
        self._subject: Document | None = None
        self._shelf, self._known = Shelf(), Known(Memory(self._run.can_bend))
        self._due = 0.0
        self._thread: ThreadPoolExecutor | None = None
        self._cancel = threading.Event()
        self._look: Errand[tuple[Snapshot, float], tuple[Snapshot, tuple[Finding, ...]]] = Errand(self._think_of_now)
        self._ahead: Errand[Checkpoint, Forecast | None] = Errand(self._think_ahead)
        self._later, self._settle = QTimer(self), QTimer(self)
        for timer, act in ((self._later, self._follow), (self._settle, self._look_ahead)):
            timer.setSingleShot(True)
            timer.timeout.connect(act)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self.sizing.changed.connect(self._tell)
        run.snapshot_ready.connect(self._follow)
        run.state_changed.connect(self._on_state_changed)
        edited.connect(self._on_edited)

    # -- what is shown ----------------------------------------------------------------------------------------------

    @property
    def forecast(self) -> Forecast | None:
        """The run to come, as far as it was looked ahead at."""
        return self._known.forecast

    @property
    def alarms(self) -> tuple[Finding, ...]:
        """What is named on the chip: the causes among what is shown, the first of them the one to begin with."""
        return tuple(each for each in self.findings if each.is_alarm)

    @property
    def primary(self) -> Finding | None:
        """The cause."""
        return primary(self.findings)

    def told(self, finding: Finding) -> Told | None:
        """What is said of a finding that is shown, about the experiment that it was found in; None where nobody knows
        any more which that was."""
        if self.then is not None:
            said = told(finding, *self.then.about)
            return said if self._is_of_then else replace(said, sentence=words.as_of(self.then.epoch, said.sentence))
        left = (each for before in self._left for each in (before, *before.consequences))
        about = self._left_about if finding in left else self._known.about
        return None if about is None else told(finding, *about)

    @property
    def unseen(self) -> bool:
        """Whether there is an alarm that nobody has looked at yet."""
        return not self._looked_at and bool({each.rule for each in self.now if each.is_alarm} - self._seen)

    @property
    def on(self) -> bool:
        """Whether it looks at all: nobody has switched it off, and it is not locked."""
        return self._wished and not self.locked

    @property
    def rules_off(self) -> frozenset[str]:
        """Rules that were switched off; what the settings name beside them is none that anybody knows."""
        return self._off.intersection(get_args(RuleName))

    @property
    def is_looking_ahead(self) -> bool:
        """Whether it is not known yet what will happen."""
        return self._settle.isActive() or self._ahead.busy

    # -- wishes -----------------------------------------------------------------------------------------------------

    def remember(self) -> None:
        """Take what was switched off from the settings, and keep it there from now on."""
        kept, self._remembers = settings.read(), True
        self._wished, self._off = kept.doctor, frozenset(kept.doctor_rules_off)

    def set_on(self, on: bool) -> None:
        """Let it look, or switch it off with all that it says."""
        self._switch(on, self.locked)
        self._keep()

    def set_locked(self, locked: bool) -> None:
        """Whether a link or a teacher has taken it away."""
        self._switch(self._wished, locked)

    def set_rule_on(self, rule: str, on: bool) -> None:
        """Let a rule speak, or silence it for good."""
        self._off = self._off - {rule} if on else self._off | {rule}
        self._keep()
        self._tell()

    def put_off(self, rule: str) -> None:
        """Not now: hidden until it is found anew after an edit."""
        self._known.put_off |= {rule}
        self._tell()

    def show_seen(self, looked_at: bool) -> None:
        """Whether what it says is in sight now."""
        if looked_at != self._looked_at:
            self._looked_at = looked_at
            self._note_seen()
            self.changed.emit()

    def _switch(self, wished: bool, locked: bool) -> None:
        if (wished, locked) == (self._wished, self.locked):
            return
        self._wished, self.locked = wished, locked
        self._begin_anew(False)
        self.changed.emit()

    def _keep(self) -> None:
        if self._remembers:
            kept = settings.read()
            new = msgspec.structs.replace(kept, doctor=self._wished, doctor_rules_off=tuple(sorted(self._off)))
            if new != kept:
                settings.write(new)

    # -- when it looks ----------------------------------------------------------------------------------------------

    @property
    def _now_about(self) -> Document:
        """Whatever differs here makes another run, of which nothing is known. Which others there are, and what any is
        called, does not; where it has left another one is told by its number."""
        found = self._document()
        experiment = msgspec.structs.replace(found.experiment, title="", notes="")
        return replace(found, experiment=experiment, at=None, branches=())

    def _on_edited(self) -> None:
        now, left = self._now_about, self._subject
        if now != left:
            self._subject = now
            self._begin_anew(True, left)

    def _on_state_changed(self) -> None:
        """A run that is there is looked at, another one anew; Play asks what will happen."""
        self._subject = self._subject or self._now_about
        if self._run.state == "preparing":
            self._begin_anew(False)
        elif self._run.state == "running" and not self._knows_ahead:
            self._look_ahead()
        elif self._known.moment is None:
            self._follow()

    @property
    def _knows_ahead(self) -> bool:
        """Whether the present run was looked ahead at beyond where it stands, or is being so."""
        shot, known = self._run.live, self.forecast
        return self.is_looking_ahead or (known is not None and shot is not None and shot.epoch < known.reached)

    def _begin_anew(self, keep: bool, left: Document | None = None) -> None:
        """Forget the run before. keep: what was shown of it stays until the new one is known. left: what that was
        about; what is known of a run is kept for whoever goes back to it."""
        known, self._known.tried = self._known, self.trials.kept()
        self._cancel.set()
        if self._look.busy:  # what it remembers may be half a look
            known.memory.cancel.set()
            known.memory = Memory(self._run.can_bend)
        for forgetful in (self.trials, self.sizing):
            forgetful.forget()
        for errand in (self._look, self._ahead):
            errand.drop()
        for timer in (self._settle, self._later):
            timer.stop()
        self._left = tuple(replace(each, place=NOWHERE) for each in self.findings if keep and self.on)
        self._left_about = known.about if known.about is not None else self._left_about
        if not keep:
            self._shelf.clear()
        back = self._shelf.exchanged(left, known, self._subject)
        self._known, self._due = back or Known(Memory(self._run.can_bend)), 0.0
        self.trials.take_back(self._known.tried)
        self._tell()
        if self._may_look:
            self._ask_look()
            if keep and self.forecast is None:
                self._settle.start(SETTLE_MS)
                self._tell()

    @property
    def _may_look(self) -> bool:
        return self.on and self._run.ready and not self._document().blank

    def _follow(self) -> None:
        """Look at the newest moment, unless it was looked at, or the last look was a moment ago."""
        self._show_then()
        shot = self._run.live
        if shot is None or not self._may_look or self._look.busy or moment_of(shot) == self._known.moment:
            return
        wait = self._due - time.monotonic()
        if wait <= 0.0:
            self._ask_look()
        elif not self._later.isActive():
            self._later.start(round(1000 * wait) + 1)

    def _ask_look(self) -> None:
        self._due = time.monotonic() + LOOK_EVERY
        self._look.begin(self._run.ask(look_of))
        self._tick.start()

    def _look_ahead(self) -> None:
        self._settle.stop()
        if self._may_look:
            self._ahead.begin(self._run.ask(lambda session: session.checkpoint()))
            self._tick.start()
            self._tell()

    # -- the thread -------------------------------------------------------------------------------------------------

    def _submit(self, task: Callable[[], Found]) -> Future[Found]:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="doctor")
        return self._thread.submit(task)

    def _think_of_now(self, asked: tuple[Snapshot, float]) -> Future[tuple[Snapshot, tuple[Finding, ...]]]:
        shot, seconds = asked
        self._due = max(self._due, time.monotonic() + seconds / SHARE)
        return self._submit(partial(self._known.memory.look, shot))

    def _think_ahead(self, start: Checkpoint, plan: Plan | None = None, **limits: Any) -> Future[Forecast | None]:
        self._cancel = threading.Event()
        return self._submit(partial(ahead_of, start, plan, self._cancel, self._run.can_bend, **limits))

    def _on_tick(self) -> None:
        looked, ahead = self._look.take(), self._ahead.take()
        self._note(looked, ahead)
        if not (self._look.busy or self._ahead.busy):
            self._tick.stop()
        if looked is not None:
            self._follow()

    def _note(self, looked: tuple[Snapshot, tuple[Finding, ...]] | None, ahead: Forecast | None) -> None:
        if looked is not None:
            self._known.moment, self._known.live = moment_of(looked[0]), looked[1]
            self._known.about = looked[0].experiment, looked[0].dataset
            when = looked[0].step, looked[0].epoch
            self.verdicts.note(self._document().run, when, looked[1], self._known.about)
        if ahead is not None:
            self._known.forecast = ahead
            self._known.about = ahead.last.experiment, ahead.last.dataset
        if not self.is_looking_ahead:
            self._left = ()
        self._tell()

    def foresee(self, epochs: int) -> None:
        """Look ahead so far, however long it takes, and wait for it (pictures)."""
        if self._may_look:
            self._settle.stop()
            start = self._run.ask(lambda session: session.checkpoint())
            assert start is not None
            self._note(None, self._think_ahead(start.result(), Plan(epochs, "asked"), seconds=None).result())

    def wait(self) -> None:
        """Wait until all that is to be said of the present moment is known (pictures, tests)."""
        self._later.stop()
        if self._settle.isActive():
            self._look_ahead()
        self._note(self._look.wait(), self._ahead.wait())
        shot = self._run.live
        if self._may_look and shot is not None and moment_of(shot) != self._known.moment:
            self._ask_look()
            self._note(self._look.wait(), None)
        self._tick.stop()

    def close(self) -> None:
        """End the threads."""
        self.trials.close()
        for cancel in (self._cancel, self._known.memory.cancel):
            cancel.set()
        for timer in (self._tick, self._later, self._settle):
            timer.stop()
        if self._thread is not None:
            self._thread.shutdown(wait=True, cancel_futures=True)

    # -- what comes of it -------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        hidden = self._off | self._known.put_off
        found = merged(self._known, self._left, self.sizing.findings)
        self.now = tuple(each for each in found if self.on and each.rule not in hidden)
        if self.looks_back:
            found = () if self.then is None else self.then.findings
        self.findings = tuple(each for each in found if self.on and each.rule not in hidden)
        self._note_seen()
        back = self.looks_back, self._is_of_then
        said = self.findings, self.unseen, self.on, id(self.forecast), self.is_looking_ahead, self.now, back
        if said != self._said:
            self._said = said
            self.changed.emit()

    def _show_then(self) -> None:
        """While an earlier moment is looked at, what was said there is shown."""
        shot, back = self._run.snapshot, self._run.is_past
        then = self.verdicts.at(self._document().run, shot.step) if back and shot is not None else None
        is_of_then = then is None or shot is None or shot.step == then.step
        if (back, then, is_of_then) != (self.looks_back, self.then, self._is_of_then):
            self.looks_back, self.then, self._is_of_then = back, then, is_of_then
            self._tell()

    def _note_seen(self) -> None:
        """What is in sight was seen; what is gone is new when it comes again."""
        there = frozenset(each.rule for each in self.now)
        self._seen = there if self._looked_at else self._seen & there
