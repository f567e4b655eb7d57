"""Tables in the window: read on a thread of their own, and opened as what was chosen from them.

Owns that thread and what becomes of the document; what a table means is told by `playground.tables`, and how one is
chosen from, by `playground.views.tables`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from playground.data.section import PlaneWish
from playground.errors import PlaygroundError
from playground.run.checkpoint import Checkpoint
from playground.views.workbench.decoding import grey_square
from playground.views.workbench.open_file import Opened, OpenFile
from playground.views.workbench.workbench import Workbench
from playground.words.errors import told, told_changes

if TYPE_CHECKING:  # the readers are imported when a table is opened
    from playground.tables.choosing import Plan
    from playground.tables.database import Database
    from playground.tables.table import Options, Table

TICK_MS = 20


class Source(msgspec.Struct, frozen=True):
    """Where a table comes from: a file, or a text that was pasted. as_edit: whether it takes the place of the data of
    the experiment that is open, which undo brings back; else it is a document of its own."""

    path: str = ""
    text: str = ""
    as_edit: bool = False


class _Task:
    """Something done on a thread that ends with it; `outcome` is what came of it, or its error."""

    def __init__(self, work: Callable[[_Task], Any]) -> None:
        self.cancelled, self.outcome, self.error = False, None, None  # type: Any, Any, Any
        self._database: Database | None = None
        self._work = work
        self.thread = threading.Thread(target=self._run, name="table", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.outcome = self._work(self)
        except Exception as error:  # told where it is taken
            self.error = error

    def started(self, database: Database) -> None:
        """What is to be interrupted; one that was cancelled ends here."""
        self._database = database
        if self.cancelled:
            database.interrupt()

    def cancel(self) -> None:
        """The answer is of no use any more."""
        self.cancelled = True
        if self._database is not None:
            self._database.interrupt()


class Tables(QObject):
    """`read(table)` when one was read, `refused(sentence)` when that, or opening it, cannot be.

    may_go: asks whether unsaved work may go.
    """

    read = Signal(object)
    refused = Signal(str)

    def __init__(self, workbench: Workbench, may_go: Callable[[Callable[[], object]], bool]) -> None:
        super().__init__(workbench)
        self._workbench, self._may_go = workbench, may_go
        self._source = Source()
        self._task: _Task | None = None
        self._then: Callable[[Any], None] = lambda outcome: None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)

    @property
    def is_busy(self) -> bool:
        """Whether a table is being read or made."""
        return self._task is not None

    def read_from(self, source: Source, options: Options | None = None) -> None:
        """Read a table; what was being read before is let go."""
        from playground.tables.folders import SIDE, read_folder
        from playground.tables.kinds import is_folder
        from playground.tables.reading import read_table_file, table_of_text
        from playground.tables.table import Options as Plain

        self._source = source
        wanted = options or Plain()

        def work(task: _Task) -> Table:
            if source.text:
                return table_of_text(source.text, wanted)
            if is_folder(source.path):
                side = wanted.side or SIDE
                return read_folder(source.path, grey_square, side, lambda: bool(task.cancelled))
            return read_table_file(source.path, wanted, task.started)

        self._begin(work, self.read.emit)

    def read_again(self, options: Options) -> None:
        """The same table read in another way."""
        self.read_from(self._source, options)

    def take(self, plan: Plan, pair: tuple[str, str] = ("", "")) -> None:
        """Open what was chosen, as one step; points are made on the thread, a refusal is shown.

        pair: the columns that the map shows.
        """
        from playground.experiment.experiment import Experiment
        from playground.tables.making import experiment_of_plan

        as_edit = self._source.as_edit
        base = self._workbench.experiment if as_edit else Experiment()
        self._begin(lambda task: experiment_of_plan(plan, base), lambda made: self._open(made, as_edit, pair))

    def cancel(self) -> None:
        """Let go of what is being read."""
        if self._task is not None:
            self._task.cancel()
        self._task = None
        self._timer.stop()

    def close(self) -> None:
        """End the thread."""
        task = self._task
        self.cancel()
        if task is not None:
            task.thread.join()

    def _begin(self, work: Callable[[_Task], Any], then: Callable[[Any], None]) -> None:
        self.cancel()
        self._then, self._task = then, _Task(work)
        self._timer.start()

    def wait(self) -> None:
        """Wait for the thread (pictures, tests)."""
        if self._task is not None:
            self._task.thread.join()
            self._on_tick()

    def _on_tick(self) -> None:
        task = self._task
        if task is None or task.thread.is_alive():
            return
        self._task = None
        self._timer.stop()
        if isinstance(task.error, PlaygroundError):
            self.refused.emit(told(task.error))
        elif task.error is not None:
            raise task.error
        else:
            self._then(task.outcome)

    def _open(self, made: Checkpoint, as_edit: bool, pair: tuple[str, str]) -> None:
        if as_edit:
            if not self._workbench.edit("Open a table", made.experiment, points=made.points, fresh=True):
                return
        elif self._may_go(lambda: self._open(made, as_edit, pair)):
            self._workbench.open(Opened(Checkpoint(made.experiment, points=made.points), OpenFile()))
        else:
            return
        self._workbench.set_view(plane=PlaneWish(*pair))
        if made.amended:
            self._workbench.show_message(told_changes(made.amended), "info")
