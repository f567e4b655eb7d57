"""What is done before a run can be made: the kernels are being prepared, and the window is used already.

Owns these actions, and how they are done to the run once that is there; knows nothing of undo or files.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from playground.edits.document import Document
from playground.run.actions import Action
from playground.run.checkpoint import Checkpoint, Work

if TYPE_CHECKING:  # imported by the preparation, while the window is there already
    from playground.run.session import Session

Result = TypeVar("Result")


class Early:
    """Actions on a run that was opened, and questions between them, each answered of the run as it is by then."""

    def __init__(self, work: Work) -> None:
        self._opened = work.checkpoint
        self._wishes: list[Action | Callable[[Session], None]] = [*work.to_do]
        self._futures: list[Future[Checkpoint]] = []

    @property
    def work(self) -> Work:
        """The run that was opened, and what is still to be done to it."""
        return Work(self._opened, tuple(wish for wish in self._wishes if not callable(wish)))

    def work_on(self, document: Document) -> Work:
        """The same; of a run that was never trained nothing is to be done, for it will begin as the document stands."""
        work = self.work
        if work.checkpoint.state is not None and work.to_do:
            return work
        return Work(replace(work.checkpoint, experiment=document.experiment, points=document.points_in_use))

    def add(self, action: Action) -> None:
        """Do this too."""
        self._wishes.append(action)

    def ask_checkpoint(self) -> Future[Checkpoint]:
        """The run after what was done so far."""
        future: Future[Checkpoint] = Future()
        self._futures.append(future)
        self._wishes.append(lambda session: None if future.done() else future.set_result(session.checkpoint()))
        return future

    def drop(self) -> None:
        """Another run takes the place of this one: no question is answered any more."""
        for future in self._futures:
            future.cancel()

    def session(self) -> Session:
        """The run after all of it."""
        from playground.run.performing import perform
        from playground.run.session import Session

        session = Session(self._opened)
        for wish in self._wishes:
            if callable(wish):
                wish(session)
            else:
                perform(session, wish)
        return session


def known(work: Work) -> Future[Work]:
    """The answer to a question for which nobody has to be asked."""
    future: Future[Work] = Future()
    future.set_result(work)
    return future
