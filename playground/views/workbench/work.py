"""The document with its run as one thing to be kept: the run behind the window, or before there is one what was opened.

Owns the choice between the two, and what is done to either; knows nothing of undo, files, or who keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from playground.edits.document import Document
from playground.run.actions import Action
from playground.run.checkpoint import Checkpoint, Work
from playground.views.workbench.run.early import Early, known
from playground.views.workbench.run.live_run import LiveRun


class CurrentWork:
    """`opened` is what it began with."""

    def __init__(self, run: LiveRun, document: Callable[[], Document], begins: Work) -> None:
        self._run, self._document = run, document
        self.opened = begins.checkpoint
        self._early = Early(begins)

    def do(self, action: Action) -> None:
        """Do this to the run, or to the one that will be there."""
        if self._run.submit(action) is None:
            self._early.add(action)

    def begin(self) -> None:
        """The kernels are there: the run begins, after all that was done so far."""
        self._run.begin(self._early.session, self._early.work)

    def give_up(self) -> None:
        """No run will be there: what was asked of it is not answered."""
        self._early.drop()

    @property
    def has_to_wait(self) -> bool:
        """Whether it is known only when kernels are ready."""
        return self._run.is_held_up if self._run.ready else self._run.state != "failed" and bool(self._begun.to_do)

    @property
    def _begun(self) -> Work:
        """Before there is a run: what was opened, and what is to be done to it."""
        return self._early.work_on(self._document())

    def ask(self) -> Future[Work]:
        """The run, and what is still to be done to it: told also while kernels are waited for."""
        return self._run.ask_work() or known(self._begun)

    def ask_checkpoint(self) -> Future[Checkpoint]:
        """The run after all that was done to it so far."""
        return self._run.ask(lambda session: session.checkpoint()) or self._early.ask_checkpoint()

    def checkpoint(self) -> Checkpoint:
        """The same, waited for: for the call under way (some milliseconds), and for kernels."""
        if self._run.ready:
            return self.ask_checkpoint().result()
        work = self._begun
        return self._early.session().checkpoint() if work.to_do else work.checkpoint
