"""The document as of the moment that is shown, and what an edit of it makes.

Owns the way from there to the document of the newest moment: at an earlier one an edit goes on as another run. Knows
nothing of how a moment is reached, or of undo.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

import msgspec
from msgspec.structs import replace

from playground.data import Dataset
from playground.edits.document import Document, Tweak
from playground.engine.layout import Layout
from playground.engine.parameters import check_parameter
from playground.errors import PlaygroundError
from playground.experiment.experiment import Experiment
from playground.run.snapshot import Snapshot
from playground.views.workbench.run.live_run import LiveRun
from playground.words.errors import told

BEING_CHANGED = "The network is being changed; set the value again in a moment."


class ShownDocument:
    """newest: gives the document as it is now; number: one for another run."""

    def __init__(self, run: LiveRun, newest: Callable[[], Document], number: Callable[[], int]) -> None:
        self._run, self._newest, self._number = run, newest, number
        self._made: tuple[Experiment, Document, Document] | None = None
        self._tweak_keys = count()
        self._then: Document | None = None
        """What was shown last, where that was of an earlier moment."""

    @property
    def document(self) -> Document:
        """The document, as of the moment that is shown. Title and notes are no part of a run: they are the newest."""
        newest, shot = self._newest(), self._past
        if shot is None:
            return newest
        if self._made is None or self._made[0] is not shot.experiment or self._made[1] is not newest:
            now = newest.experiment
            then = msgspec.structs.replace(shot.experiment, title=now.title, notes=now.notes)
            then = now if then == now else then
            points = newest.points if shot.points is None else shot.points
            document = replace(newest, experiment=then, points=points, blank=False)
            self._made = shot.experiment, newest, newest if document == newest else document
        return self._made[2]

    @property
    def dataset(self) -> Dataset | None:
        """The points of then; None where the newest moment is shown."""
        return None if self._past is None else self._past.dataset

    @property
    def _past(self) -> Snapshot | None:
        return self._run.snapshot if self._run.is_past else None

    def has_turned(self) -> bool:
        """Whether looking back or forth has led to another experiment, or to other points, since it was asked last."""
        newest = self._newest()
        before, self._then = self._then, None if self._past is None else self.document
        if before is None and self._then is None:
            return False
        one, other = before or newest, self._then or newest
        is_like = (one.experiment, one.blank) == (other.experiment, other.blank)
        return not (is_like and one.points_in_use == other.points_in_use)

    @property
    def newest(self) -> Document:
        """The document as of the newest moment."""
        return self._newest()

    def begun(self) -> Document | None:
        """The document with another run, which goes on from what is shown; None where there is nothing yet, nor while
        the newest moment waits for kernels.

        What is shown as the newest moment may be older than the last action, so the run itself is asked.
        """
        shot = self._run.snapshot
        if shot is None or self._run.is_held_up:
            return None
        asked = None if self._past is not None else self._run.ask(lambda session: session.state.step)
        return self.document.begun(self._number(), shot.step if asked is None else asked.result())

    def branched(self, document: Document) -> Document:
        """An edited document; at an earlier moment it goes on from there as another run, if anything was edited."""
        newest, shot = self._newest(), self._past
        if shot is None or document.run != newest.run:
            return document
        title, notes = document.experiment.title, document.experiment.notes
        named = msgspec.structs.replace(self.document.experiment, title=title, notes=notes)
        if document == replace(self.document, experiment=named):  # these are no part of a run
            return replace(newest, experiment=msgspec.structs.replace(newest.experiment, title=title, notes=notes))
        return document.begun(self._number(), shot.step)

    def with_parameters(self, values: Sequence[tuple[int, float]]) -> Document | tuple[str, str]:
        """The document with weights or biases set, by flat index; or a message and its kind where one cannot be set."""
        shot, document = self._run.snapshot, self.document
        if shot is None or shot.layout != Layout.of(document.experiment):
            return BEING_CHANGED, "info"
        try:
            for index, value in values:
                check_parameter(index, value, shot.parameters, shot.layout)
        except PlaygroundError as error:
            return told(error), "error"
        return document.with_tweaks([Tweak(next(self._tweak_keys), index, float(value)) for index, value in values])
