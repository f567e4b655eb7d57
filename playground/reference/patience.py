"""Giving up what takes long: whoever asks says once when nobody wants the answer any more, and what computes looks.

Owns that wish, which holds for the thread that asks and for what it calls; knows nothing of what is computed. What was
given up is not kept, so that the next one who asks gets a whole answer.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class GivenUp(Exception):
    """Nobody wants the answer."""


_wish: ContextVar[threading.Event | None] = ContextVar("wish", default=None)


@contextmanager
def unless(cancel: threading.Event | None) -> Iterator[None]:
    """Whatever is asked inside raises GivenUp soon after the event is set; without one it is waited for."""
    token = _wish.set(cancel)
    try:
        yield
    finally:
        _wish.reset(token)


def go_on() -> None:
    """Called between two pieces of work of some milliseconds. Raises GivenUp where nobody wants the rest."""
    cancel = _wish.get()
    if cancel is not None and cancel.is_set():
        raise GivenUp
