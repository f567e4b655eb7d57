"""One question to the run behind the window, and what the doctor's thread makes of the answer.

Owns the way through both threads; knows nothing of what is asked, or when.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Told = TypeVar("Told")
Found = TypeVar("Found")
log = logging.getLogger("playground")


class Errand(Generic[Told, Found]):
    """A question to the run, and what the doctor's thread makes of the answer: one at a time."""

    def __init__(self, think: Callable[[Told], Future[Found]]) -> None:
        self._think = think
        self._asked: Future[Told] | None = None
        self._thought: Future[Found] | None = None
        self._trouble: type[BaseException] | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._asked is not None or self._thought is not None

    def begin(self, asked: Future[Told] | None) -> None:
        """Something was asked of the run; what was before is of no interest any more."""
        self._asked, self._thought = asked, None

    def drop(self) -> None:
        """Await nothing."""
        self._asked = self._thought = None

    def take(self) -> Found | None:
        """The answer, once, or None."""
        if self._asked is not None and self._asked.done():
            asked, self._asked = self._asked, None
            if not asked.cancelled() and asked.exception() is None:  # else the run has told why
                self._thought = self._think(asked.result())
        if self._thought is None or not self._thought.done():
            return None
        thought, self._thought = self._thought, None
        trouble = thought.exception()
        if trouble is None:
            return thought.result()
        if type(trouble) is not self._trouble:  # a defect of ours: the run goes on, and the log says so once
            self._trouble = type(trouble)
            log.error("the doctor has failed", exc_info=trouble)
        return None

    def wait(self) -> Found | None:
        """The answer, waited for; the run must be able to answer."""
        if self._asked is not None:
            self._asked.exception()
        if (early := self.take()) is None and self._thought is not None:
            self._thought.exception()
            return self.take()
        return early
