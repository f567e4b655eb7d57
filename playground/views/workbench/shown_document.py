"""What the document is at the moment that is shown: of an earlier one, with the experiment and the points of then.

Owns that; edits are made to it, so that whoever looks back edits what is seen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import msgspec

from playground.data import Dataset
from playground.edits.document import Document, Tweak
from playground.engine.layout import Layout
from playground.engine.parameters import check_parameter
from playground.experiment.experiment import Experiment
from playground.run.snapshot import Snapshot
from playground.views.workbench.live_run import LiveRun

BEING_CHANGED = "The network is being changed; set the value again in a moment."


class ShownDocument:
    """newest: gives the document as it is now."""

    def __init__(self, run: LiveRun, newest: Callable[[], Document]) -> None:
        self._run, self._newest = run, newest
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

    def with_parameter(self, index: int, value: float) -> Document | None:
        """The document with one weight or bias set, by its flat index; None while the run has another network still.

        Raises PlaygroundError where that cannot be set.
        """
        shot, document = self._run.snapshot, self.document
        if shot is None or shot.layout != Layout.of(document.experiment):
            return None
        check_parameter(index, value, shot.parameters, shot.layout)
        return document.with_tweak(Tweak(next(self._tweak_keys), index, float(value)))
