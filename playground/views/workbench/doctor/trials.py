"""Cures of a finding, tried on a thread of their own while the run behind the window goes on.

Owns when trials begin, what has come of them so far, and applying one; how cures are made and judged,
`playground.diagnosis.cures` knows.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from playground.data.section import PlaneWish
from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.plan import Plan, plan_of
from playground.edits.document import Document
from playground.errors import PlaygroundError
from playground.run.checkpoint import Checkpoint
from playground.run.snapshot import Demand, Snapshot
from playground.views.workbench.run.background import Background, taken
from playground.views.workbench.run.live_run import LiveRun
from playground.words.cures import applies, cure_title
from playground.words.errors import told

if TYPE_CHECKING:  # they load the kernels; the window comes first
    from playground.diagnosis.cures.cure import Cure
    from playground.diagnosis.cures.verifying import CureResult

Tell = Callable[[str, str], None]
Ends = tuple[Snapshot, Snapshot]


class Tried(msgspec.Struct, frozen=True, eq=False):
    """Trials that have ended: of which rule, from where, and what came of them."""

    of: str
    start: Checkpoint | None
    results: tuple[CureResult, ...]


class Trials(QObject):
    """`changed` when a trial has begun, has a result more, or has ended; `pointing` when another result is looked
    at; `ends_known` when the networks that `ends` was asked for are there. `results` of the finding of rule `of`."""

    changed = Signal()
    pointing = Signal()
    ends_known = Signal()

    def __init__(
        self, run: LiveRun, document: Callable[[], Document], edit: Callable[..., bool], tell: Tell,
        plane: Callable[[], PlaneWish], parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._plane = plane
        self._run, self._document, self._edit, self._tell = run, document, edit, tell
        self.of = ""
        self.results: tuple[CureResult, ...] = ()
        self.pointed: CureResult | None = None
        """The result whose curve is drawn beside that of the run."""
        self._known: dict[object, tuple[Cure, ...]] = {}
        self._ends: dict[int, Ends] = {}
        self._ending: tuple[CureResult, Future[Ends]] | None = None
        self._start: Checkpoint | None = None
        self._come: deque[CureResult] = deque()
        self._asked: Future[None] | None = None
        self._background = Background("trials", self._on_tick, self)

    @property
    def busy(self) -> bool:
        """Whether cures are being tried."""
        return self._asked is not None

    def busy_with(self, finding: Finding) -> bool:
        """Whether cures of this finding are being tried."""
        return self.busy and self.of == finding.rule

    def candidates(self, finding: Finding) -> tuple[Cure, ...]:
        """What may cure a finding of the present run; known for one experiment at a time."""
        shot, document = self._run.live, self._document()
        if shot is None or shot.experiment != document.experiment:
            return ()
        from playground.diagnosis.cures.candidates import candidates

        subject = document, finding.rule, finding.detail, finding.place
        if subject not in self._known:
            self._known = {subject: candidates(finding, shot.experiment, shot.dataset, self._plan)}
        return self._known[subject]

    @property
    def _plan(self) -> Plan:
        """As long as the run is meant to last, or has lasted."""
        shot, plan = self._run.live, plan_of(self._document().experiment)
        return plan if shot is None or shot.epoch <= plan.epochs else replace(plan, epochs=shot.epoch)

    def point(self, result: CureResult | None) -> None:
        """Somebody looks at one of the results, or at none."""
        if result is not self.pointed:
            self.pointed = result
            self.pointing.emit()

    def start(self, finding: Finding) -> None:
        """Try all candidates of a finding; those of another one no further, and nothing if these are under way."""
        shot, cures = self._run.live, self.candidates(finding)
        if self.busy_with(finding) or shot is None or not cures:
            return
        self.cancel()
        self.point(None)
        document, self._come = self._document(), deque()
        self.of, self.results = finding.rule, ()
        start = Checkpoint(document.experiment, dataset=shot.dataset, points=document.points_in_use)
        self._start, self._ends, self._ending = start, {}, None
        cancel = self._background.anew()
        self._asked = self._background.submit(
            _try, start, finding, self._plan, cures, cancel, self._come, self._nobody_trains
        )  # fmt: skip
        self.changed.emit()

    def _nobody_trains(self) -> bool:
        """Whether no run plays beside the trials; asked from their threads."""
        return self._run.state != "running"

    def ends(self, result: CureResult) -> Ends | None:
        """The networks of a result's first pair as they were at the end, without and with the cure. None while they are
        not there: then they are made, once no trial is under way, and `ends_known` tells."""
        found = self._ends.get(id(result.pairs))
        start = self._start
        if found is None and self._ending is None and not self.busy and start is not None:
            demand = Demand(maps=True, predictions=True, cut=self._plane())
            self._ending = result, self._background.submit(_ends, result, start, demand)
        return found

    def cancel(self) -> None:
        """Try no further; what has come stays."""
        self._background.cancel.set()

    def forget(self) -> None:
        """The run is another one: what was found is of no use any more."""
        self._background.cancel.set()
        self._background.rest()
        had = self.busy or bool(self.results)
        self._asked, self.results, self.of, self._come = None, (), "", deque()
        self._ends, self._ending, self._start = {}, None, None
        self.point(None)
        if had:
            self.changed.emit()

    def kept(self) -> Tried | None:
        """What has come, for whoever comes back to this run; None of trials that are under way."""
        return Tried(self.of, self._start, self.results) if self.results and not self.busy else None

    def take_back(self, tried: Tried | None) -> None:
        """The run is there again that these were made for."""
        if tried is not None:
            self.of, self._start, self.results = tried.of, tried.start, tried.results
            self.changed.emit()

    def apply(self, result: CureResult) -> None:
        """A fresh run with the cure, one step of undo, which brings the old run back as it was."""
        from playground.diagnosis.cures.cure import with_cure

        try:
            made = with_cure(self._document().experiment, result.cure)
        except PlaygroundError as error:
            self._tell(told(error), "error")
            return
        title = cure_title(result.cure)
        if self._edit(f"Cure: {title}", made, fresh=True):
            self._tell(f"Branch {title}. {applies(result.cure)}", "info")

    def wait(self) -> None:
        """Wait for the trials under way (pictures, tests)."""
        if self._asked is not None:
            self._asked.exception()
            self._on_tick()
        while self._ending is not None:
            self._ending[1].exception()
            self._on_tick()

    def close(self) -> None:
        """End the thread."""
        self._background.close()

    def _on_tick(self) -> None:
        from playground.diagnosis.cures.verifying import ranked

        asked = self._asked
        ended = asked is not None and asked.done()
        come = taken(self._come)
        if come:
            self.results = ranked((*self.results, *come))
        if ended:
            self._asked = None
        self._take_ends()
        if self._asked is None and self._ending is None:
            self._background.rest()
        if come or ended:
            self.changed.emit()
        if ended and asked is not None:
            asked.result()

    def _take_ends(self) -> None:
        if self._ending is None or not self._ending[1].done():
            return
        (result, made), self._ending = self._ending, None
        self._ends[id(result.pairs)] = made.result()
        self.ends_known.emit()


def _ends(result: CureResult, start: Checkpoint, demand: Demand) -> Ends:
    """On their thread."""
    from playground.diagnosis.cures.ends import ends_of

    return ends_of(result.pairs[0], start, demand)


def _try(
    start: Checkpoint, finding: Finding, plan: Plan, cures: tuple[Cure, ...], cancel: threading.Event,
    come: deque[CureResult], is_free: Callable[[], bool],
) -> None:  # fmt: skip
    """All trials, on their threads, one at a time while a run plays; each result is there as soon as it is known."""
    from playground.diagnosis.cures.hands import all_cores
    from playground.diagnosis.cures.verifying import try_cures

    for result in try_cures(start, finding, plan, cures, cancel, all_cores(is_free)):
        come.append(result)
