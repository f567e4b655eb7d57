"""The doctor at the run behind the window: what of all that it knows is shown, now and while one looks back.

Owns what is shown, what was seen of it and what was put off; when anything is found, `Looking` knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal, SignalInstance

from playground.diagnosis.signals.finding import NOWHERE, Finding, primary
from playground.edits.document import Document
from playground.views.workbench.doctor.looking import Looking
from playground.views.workbench.doctor.merging import merged
from playground.views.workbench.doctor.sizing import Sizing
from playground.views.workbench.doctor.trials import Trials
from playground.views.workbench.doctor.verdicts import Subject, Verdict, Verdicts
from playground.views.workbench.doctor.wishes import Wishes
from playground.views.workbench.run.live_run import LiveRun
from playground.words import doctor as words
from playground.words.diagnosis import Told, told

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.diagnosis.ahead import Forecast


class LiveDoctor(QObject):
    """`changed` when anything of what is shown is new. `findings` are shown, the cause first; `forecast` is the run to
    come, as far as it was looked ahead; `trials` are of cures, `sizing` asks whether a smaller network does. Nothing is
    computed while `wishes` do not have it on.

    looks_back: an earlier moment is looked at; `findings` are what was said `then`, none where nobody looked, and `now`
    is what is said of the newest moment."""

    changed = Signal()

    def __init__(
        self, run: LiveRun, document: Callable[[], Document], edited: SignalInstance, trials: Trials,
        verdicts: Verdicts, parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.trials, self.sizing = trials, Sizing(run, trials, self)
        self.wishes, self.verdicts = Wishes(self), verdicts
        self._run, self._document = run, document
        self.findings: tuple[Finding, ...] = ()
        self.now: tuple[Finding, ...] = ()
        self.then: Verdict | None = None
        self.looks_back, self._is_of_then = False, True
        """Whether the very moment that is shown was looked at, and not one before it."""
        self._seen: frozenset[str] = frozenset()
        self._looked_at = False
        self._said: object = None
        self._left: tuple[Finding, ...] = ()
        """What was shown before an edit: it stays until it was looked ahead."""
        self._left_about: Subject | None = None
        run.snapshot_ready.connect(self._show_then)
        self._looking = Looking(run, document, edited, self.wishes, verdicts, self)
        self._looking.leaving.connect(self._on_leaving)
        self._looking.arrived.connect(self._on_arrived)
        self._looking.began.connect(self._tell)
        self._looking.noted.connect(self._on_noted)
        self.wishes.switched.connect(self._on_switched)
        self.wishes.silenced.connect(self._tell)
        self.sizing.changed.connect(self._tell)

    # -- what is shown ----------------------------------------------------------------------------------------------

    @property
    def forecast(self) -> Forecast | None:
        """The run to come, as far as it was looked ahead at."""
        return self._looking.known.forecast

    @property
    def is_looking_ahead(self) -> bool:
        """Whether it is not known yet what will happen."""
        return self._looking.is_ahead

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
        about = self._left_about if finding in left else self._looking.known.about
        return None if about is None else told(finding, *about)

    @property
    def unseen(self) -> bool:
        """Whether there is an alarm that nobody has looked at yet."""
        return not self._looked_at and bool({each.rule for each in self.now if each.is_alarm} - self._seen)

    def show_seen(self, looked_at: bool) -> None:
        """Whether what it says is in sight now."""
        if looked_at != self._looked_at:
            self._looked_at = looked_at
            self._note_seen()
            self.changed.emit()

    def put_off(self, rule: str) -> None:
        """Not now: hidden until it is found anew after an edit."""
        self._looking.known.put_off |= {rule}
        self._tell()

    # -- the work behind it -----------------------------------------------------------------------------------------

    def foresee(self, epochs: int) -> None:
        """Look ahead so far, however long it takes, and wait for it (pictures)."""
        self._looking.foresee(epochs)

    def wait(self) -> None:
        """Wait until all that is to be said of the present moment is known (pictures, tests)."""
        self._looking.wait()

    def close(self) -> None:
        """End the threads."""
        self.trials.close()
        self._looking.close()

    # -- what comes of it -------------------------------------------------------------------------------------------

    def _on_switched(self) -> None:
        self._looking.begin_anew(False)
        self.changed.emit()

    def _on_leaving(self, edited: bool) -> None:
        """Another run takes the place of this one; what was shown of it stays until an edited one is known."""
        known = self._looking.known
        known.tried = self.trials.kept()
        self.trials.forget()
        self.sizing.forget()
        self._left = tuple(replace(each, place=NOWHERE) for each in self.findings if edited and self.wishes.on)
        self._left_about = known.about if known.about is not None else self._left_about

    def _on_arrived(self) -> None:
        self.trials.take_back(self._looking.known.tried)
        self._tell()

    def _on_noted(self) -> None:
        if not self.is_looking_ahead:
            self._left = ()
        self._tell()
        self._show_then()

    def _tell(self) -> None:
        hidden = self.wishes.rules_off | self._looking.known.put_off
        found = merged(self._looking.known, self._left, self.sizing.findings)
        self.now = tuple(each for each in found if self.wishes.on and each.rule not in hidden)
        if self.looks_back:
            found = () if self.then is None else self.then.findings
        self.findings = tuple(each for each in found if self.wishes.on and each.rule not in hidden)
        self._note_seen()
        back = self.looks_back, self._is_of_then
        said = self.findings, self.unseen, self.wishes.on, id(self.forecast), self.is_looking_ahead, self.now, back
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
