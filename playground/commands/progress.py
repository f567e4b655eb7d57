"""Shows how far a training is: a bar on a terminal, a line now and then elsewhere.

Owns the choice between the two; knows nothing of sessions.
"""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, TextIO

from playground.commands.output import write
from playground.numbers import plain, spaced

LINE_SECONDS = 10.0


class Progress:
    """A context manager; `show` may be called as often as one likes. rich is loaded only for a terminal.

    stream: where lines go; None for nowhere.
    """

    def __init__(self, epochs: int, stream: TextIO | None) -> None:
        self._epochs, self._stream = epochs, stream
        self._terminal = stream is not None and stream.isatty()
        self._bar: Any = None
        self._task: Any = None
        self._next_line = time.monotonic() + LINE_SECONDS

    def __enter__(self) -> Progress:
        if self._terminal and self._epochs:
            self._start_bar()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, epoch: int, loss: float | None) -> None:
        """The state of things: epochs done, newest training loss."""
        figure = "" if loss is None else f"loss {plain(loss, 4)}"
        if self._bar is not None:
            self._bar.update(self._task, completed=epoch, count=self._count(epoch), figure=figure)
        elif self._stream is not None and not self._terminal and time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + LINE_SECONDS
            write(self._stream, f"{self._count(epoch)}  {figure}".rstrip() + "\n")

    def _count(self, epoch: int) -> str:
        return f"epoch {spaced(epoch)} of {spaced(self._epochs)}"

    def _start_bar(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        count, figure = TextColumn("{task.fields[count]}"), TextColumn("{task.fields[figure]}")
        columns = (count, BarColumn(), figure, TimeRemainingColumn())
        self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("", total=self._epochs, count=self._count(0), figure="")
        self._bar.start()
