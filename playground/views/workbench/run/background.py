"""A thread for work that lasts, and the timer on the window's thread that looks what has come of it.

Owns both, and their end; knows nothing of what is worked at. Results travel in futures and queues, never as signals.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer

TICK_MS = 30
Result = TypeVar("Result")


class Background:
    """The thread begins with the first task; `look` is called every 30 ms from then on, until `rest`."""

    def __init__(self, name: str, look: Callable[[], None], parent: QObject) -> None:
        self._name = name
        self.cancel = threading.Event()
        """Of the task that was begun last: set, it comes to its end."""
        self._thread: ThreadPoolExecutor | None = None
        self._timer = QTimer(parent)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(look)

    def anew(self) -> threading.Event:
        """The event that ends the next task; that of the one before is set."""
        self.cancel.set()
        self.cancel = threading.Event()
        return self.cancel

    def submit(self, task: Callable[..., Result], *given: Any) -> Future[Result]:
        """Do it after what was submitted before."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix=self._name)
        self._timer.start()
        return self._thread.submit(task, *given)

    def rest(self) -> None:
        """Look no more until the next task."""
        self._timer.stop()

    def close(self) -> None:
        """End the task and the thread."""
        self.cancel.set()
        self._timer.stop()
        if self._thread is not None:
            self._thread.shutdown(wait=True, cancel_futures=True)


def taken(queue: deque[Result]) -> list[Result]:
    """All that has come, which the queue has no more."""
    found: list[Result] = []
    while queue:
        found.append(queue.popleft())
    return found
