"""Whether the network is larger than it need be, asked of the run behind the window.

Owns when that may be asked, and the note that comes of it until the run is another one; the trial itself runs with
those of cures.
"""

from __future__ import annotations

from statistics import fmean

from PySide6.QtCore import QObject, Signal

from playground.diagnosis.signals.finding import Finding
from playground.views.workbench.doctor.trials import Trials
from playground.views.workbench.run.live_run import LiveRun
from playground.words import doctor as words


class Sizing(QObject):
    """`changed` when there is a note, or none any more; `told` a sentence where the answer is no."""

    changed = Signal()
    told = Signal(str)

    def __init__(self, run: LiveRun, trials: Trials, parent: QObject) -> None:
        super().__init__(parent)
        self._run, self._trials = run, trials
        self._asked: Finding | None = None
        self.finding: Finding | None = None
        trials.changed.connect(self._follow)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The note, if it is one."""
        return () if self.finding is None else (self.finding,)

    def ask(self) -> None:
        """Train a tenth beside the whole; what is known already is not asked again."""
        shot = self._run.snapshot
        if shot is None or self._asked is not None or self.finding is not None:
            return
        from playground.diagnosis.cures.oversized import question

        asked = question(shot.step, shot.epoch)
        if not self._trials.candidates(asked):
            self.told.emit(words.NO_TENTH)
            return
        self._asked = asked
        self._trials.start(asked)

    def forget(self) -> None:
        """The run is another one."""
        had, self._asked, self.finding = self.finding, None, None
        if had is not None:
            self.changed.emit()

    def _follow(self) -> None:
        """The trial of the question has ended, or another one has taken its place."""
        asked, trials, shot = self._asked, self._trials, self._run.snapshot
        if asked is None or trials.busy_with(asked) or shot is None:
            return
        from playground.diagnosis.cures.oversized import answer

        self._asked = None
        results = trials.results if trials.of == asked.rule else ()
        if results:
            self.finding = answer(asked, results[0], shot.experiment)
            if self.finding is None:
                pairs, classes = results[0].pairs, shot.dataset.task.is_classification
                score, small = fmean(each.without for each in pairs), fmean(each.treated for each in pairs)
                self.told.emit(words.tenth_is_worse(score, small, classes))
            self.changed.emit()
