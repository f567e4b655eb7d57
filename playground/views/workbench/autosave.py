"""Unsaved work goes to a journal every few seconds, so that a crash, a kill or a failing screen loses little.

Owns when that happens, and the one thread that does it; must not know what a journal looks like, nor who offers what
was left behind.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import platformdirs
from PySide6.QtCore import QObject, QTimer, Signal

from playground.errors import PlaygroundError
from playground.run.checkpoint import Checkpoint, Work
from playground.settings.settings import APPLICATION
from playground.views.workbench.open_file import OpenFile
from playground.views.workbench.workbench import Workbench
from playground.words.errors import told
from playground.words.recovery import left_behind, title_of
from playground.words.timeline import names_of

if TYPE_CHECKING:  # files are imported by the thread that writes them
    from playground.exchange.journal import About, Journal
    from playground.exchange.on_disk import Presence

TICK_MS = 1000
EVERY = 3.0
"""Seconds between the beginnings of two writings; with a tick, nothing is older than five."""
SHARE = 0.01
"""Of the time that whole checkpoints may take; in between only what was done since is written."""
LONGEST_RESTORING = 30.0
"""Seconds; work whose last part takes longer to make again comes back without the rest of it."""
LAST_SECONDS = 3.0
"""How long the end of the program waits for the last writing."""
log = logging.getLogger("playground")
Picture = Callable[[], bytes | None]


def folder() -> Path:
    """Where journals are kept: with the user's data."""
    return Path(platformdirs.user_data_dir(APPLICATION, appauthor=False)) / "recovery"


class LeftBehind(msgspec.Struct, frozen=True, eq=False):
    """Work of a window that ended before it was saved: its name, and how far it was.

    restored: the work itself, made again (asks whether to stop), and whether all of it was; problem: why that cannot
    be. file: the one it was opened from or saved as, as it was then. discard: it goes; leave: it is offered again at
    the next start. Until one of them is called nobody else gets it.
    """

    title: str
    line: str
    problem: str | None
    file: OpenFile | None
    picture: bytes | None
    restored: Callable[[Callable[[], bool]], tuple[Work, bool] | None]
    discard: Callable[[], None]
    leave: Callable[[], None]


class Autosave(QObject):
    """Watches a workbench from `start` to `close`.

    picture: a small PNG of what is shown, or None. `found` tells once, after the start, what crashed windows left
    behind (a list of `LeftBehind`); `restored` hands on one of them with its `Work`, or None where it could not be
    made again, and whether it is the whole; `troubled` that nothing can be written, and why; `shared` names a file that
    another window has open too.
    """

    found = Signal(object)
    restored = Signal(object, object, bool)
    troubled = Signal(str)
    shared = Signal(str)

    def __init__(self, workbench: Workbench, picture: Picture = lambda: None, place: Path | None = None) -> None:
        super().__init__(workbench)
        self._workbench, self._picture, self._folder = workbench, picture, place or folder()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="autosave")
        self._keeper: _Keeper | None = None
        self._writing: Future[None] | None = None
        self._looking: Future[list[LeftBehind]] | None = None
        self._helper = ThreadPoolExecutor(1, thread_name_prefix="recovery")
        self._restoring: tuple[LeftBehind, Future[tuple[Work, bool] | None]] | None = None
        self._closing = threading.Event()
        self._adoption = workbench.adoption
        self._presence: Presence | None = None
        self._taking: Future[str] | None = None
        self._path: Path | None = None
        self._shared = ""
        """The name of the open file, while another window has it open too."""
        self._written: tuple[object, ...] | None = None
        self._taken: list[LeftBehind] = []
        self._covered: list[LeftBehind] = []
        self._due = 0.0
        self._told = ""
        self._writing_began = False
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        workbench.document_changed.connect(self._on_document_changed)

    def start(self) -> None:
        """Begin to watch, and look for what was left behind."""
        self._timer.start()
        if self._folder.is_dir():
            self._looking = self._helper.submit(_look, self._folder)

    def close(self, keep: bool) -> None:
        """End. keep: unsaved work stays for the next start; else it was saved, or may go."""
        self._closing.set()
        if self._timer.isActive():
            self._timer.stop()
            is_safe = not keep or not self._workbench.has_unsaved_work or self._write_last()
            self._workbench.run.stop_waiting()  # whoever waits for kernels is asked to end, not waited for
            self._thread.submit(self._end, keep)
            for left in self._taken:
                (left.discard if is_safe else left.leave)()
            self._taken = []
        self._thread.shutdown(wait=True)
        self._helper.shutdown(wait=True)
        for left in self._held():
            left.leave()

    def write_now(self) -> None:
        """The program or the whole session is about to end: unsaved work is written before this returns."""
        if self._timer.isActive() and self._workbench.has_unsaved_work:
            self._write_last()

    def is_open_elsewhere(self, path: Path) -> bool:
        """Whether another window has that file open."""
        from playground.exchange.on_disk import Presence

        presence = self._presence or Presence(self._folder.with_name("open"))
        return presence.is_elsewhere(path)

    def restore(self, left: LeftBehind) -> None:
        """Make the work again as it was left; `restored` tells it with its checkpoint, some seconds later at most."""
        ends = time.monotonic() + LONGEST_RESTORING
        self._restoring = (
            left,
            self._helper.submit(left.restored, lambda: self._closing.is_set() or time.monotonic() > ends),
        )

    def _held(self) -> list[LeftBehind]:
        """What was found, or is being made again, and was not handed on before the end."""
        found = [] if self._looking is None or self._looking.exception() else self._looking.result()
        return found if self._restoring is None else [*found, self._restoring[0]]

    def take_over(self, left: LeftBehind) -> None:
        """The workbench goes on with this work: it is discarded as soon as this window's own journal holds it."""
        self._taken.append(left)
        self._due = 0.0

    # -- when -------------------------------------------------------------------------------------------------------

    def _on_tick(self) -> None:
        self._tell_what_is_done()
        self._look_at_path()
        if self._writing is not None or time.monotonic() < self._due:
            return
        if self._writing_began and not self._workbench.has_unsaved_work:  # a reset has undone all there was
            self._forget_written()
        if self._workbench.has_unsaved_work and self._workbench.moment != self._written:
            self._due = time.monotonic() + EVERY
            self._writing_began = True
            self._written, self._covered = self._workbench.moment, list(self._taken)
            work = self._workbench.work.ask()
            self._writing = self._thread.submit(self._write, work, self._about(), self._picture())

    def _look_at_path(self) -> None:
        """Tell other windows which file is open here; where one told it before, as soon as that one closes it."""
        if self._taking is not None:
            return
        if self._workbench.path != self._path:
            self._path, self._shared = self._workbench.path, ""
        elif not self._shared:
            return
        self._taking = self._thread.submit(self._take, self._path)

    def _tell_what_is_done(self) -> None:
        if self._taking is not None and self._taking.done():
            taking, self._taking = self._taking, None
            before, self._shared = self._shared, taking.result()
            if self._shared and not before:
                self.shared.emit(self._shared)
        if self._looking is not None and self._looking.done():
            looking, self._looking = self._looking, None
            left = looking.result()
            if left:
                self.found.emit(left)
        if self._restoring is not None and self._restoring[1].done():
            (wanted, restoring), self._restoring = self._restoring, None
            self._hand_on(wanted, restoring)
        if self._writing is not None and self._writing.done():
            writing, self._writing = self._writing, None
            error = writing.exception()
            if not isinstance(error, CancelledError):  # its run was replaced before it was asked
                self._tell_trouble(error)

    def _tell_trouble(self, error: BaseException | None) -> None:
        """Said once for each reason; the next tick tries again."""
        if error is None:
            self._told = ""
            self._discard(self._covered)
            return
        self._written = None
        reason = told(error) if isinstance(error, PlaygroundError) else str(error)
        log.warning("unsaved work cannot be kept: %s", reason)
        if reason != self._told:
            self._told = reason
            self.troubled.emit(f"Unsaved work cannot be kept safe from a crash: {reason}")

    def _discard(self, covered: list[LeftBehind]) -> None:
        for left in covered:
            left.discard()
        self._taken = [each for each in self._taken if each not in covered]

    def _on_document_changed(self) -> None:
        """Saved, or another document was opened: what was written, or taken over, is of no use any more."""
        if self._workbench.adoption != self._adoption or not self._workbench.has_unsaved_work:
            self._adoption = self._workbench.adoption
            self._forget_written()
            self._discard(self._taken)

    def _forget_written(self) -> None:
        self._written, self._covered, self._due = None, [], 0.0
        if self._writing_began:
            self._writing_began = False
            self._thread.submit(self._clear)

    def _write_last(self) -> bool:
        """Write what is unsaved while the caller waits; whether it is safe now."""
        if self._workbench.moment == self._written and self._writing is None:
            return True
        self._writing_began = True
        try:
            work = self._workbench.work.ask()
            self._thread.submit(self._write, work, self._about(), self._picture()).result(LAST_SECONDS)
        except Exception as error:  # the program is ending; the older journal stays
            log.warning("the last unsaved work cannot be kept: %r", error)
            return False
        return True

    def _hand_on(self, left: LeftBehind, restoring: Future[tuple[Work, bool] | None]) -> None:
        error = restoring.exception()
        if error is not None:
            log.error("work that was left behind cannot be made again", exc_info=error)
        found = None if error is not None else restoring.result()
        self.restored.emit(left, *((None, False) if found is None else found))

    # -- what -------------------------------------------------------------------------------------------------------

    def _about(self) -> dict[str, Any]:
        file = self._workbench.file
        path = None if file.path is None else str(file.path.absolute())
        return {"title": self._workbench.title, "path": path, "mark": file.mark}

    # -- on its thread ----------------------------------------------------------------------------------------------

    def _write(self, work: Future[Work], about: dict[str, Any], picture: bytes | None) -> None:
        from playground.exchange.journal import About, Journal

        if self._keeper is None:
            self._keeper = _Keeper(Journal(self._folder))
        self._keeper.keep(work.result(), About(**about), picture)

    def _take(self, path: Path | None) -> str:
        """The name of a file that is open elsewhere too; empty where it is not."""
        from playground.exchange.on_disk import Presence

        if self._presence is None:
            self._presence = Presence(self._folder.with_name("open"))
        alone = self._presence.take(path)
        return "" if alone or path is None else path.name

    def _clear(self) -> None:
        if self._keeper is not None:
            self._keeper.journal.clear()
            self._keeper.whole_due = 0.0

    def _end(self, keep: bool) -> None:
        if self._presence is not None:
            self._presence.leave()
        if self._keeper is not None:
            (self._keeper.journal.leave if keep else self._keeper.journal.clear)()


class _Keeper:
    """Decides between a whole checkpoint and a tail: whole ones take at most a share of the time."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.whole_due = 0.0
        self._left_out: tuple[str, ...] = ()
        """The names of the runs that the last checkpoint had no room for."""

    def keep(self, work: Work, about: About, picture: bytes | None) -> None:
        began = time.monotonic()
        if began < self.whole_due and self.journal.write_tail(work, self._with_what_is_missing(about), picture):
            return
        self._left_out = _left_out(work.checkpoint)
        self.journal.write(work, self._with_what_is_missing(about), picture)
        self.whole_due = began + (time.monotonic() - began) / SHARE

    def _with_what_is_missing(self, about: About) -> About:
        return msgspec.structs.replace(about, without=self._left_out)


def _left_out(checkpoint: Checkpoint) -> tuple[str, ...]:
    """The names of the runs that a file has no room for."""
    from playground.exchange.branches import left_out

    names = names_of(checkpoint.all_branches())
    return tuple(names[branch.number] for branch in left_out(checkpoint))


def _look(place: Path) -> list[LeftBehind]:
    from playground.exchange.journal import leftovers

    now = time.time()
    return [
        LeftBehind(
            title_of(left.checkpoint, left.about.title),
            left_behind(left.epoch, left.written, now, Path(left.about.path or "").name, left.about.without),
            left.problem,
            _file_of(left.about),
            left.picture,
            left.restored,
            left.discard,
            left.leave,
        )
        for left in leftovers(place)
    ]


def _file_of(about: About) -> OpenFile | None:
    """The file of the work; None where it had none, or where nobody could tell whether it is still the same."""
    return None if about.path is None or about.mark is None else OpenFile(Path(about.path), about.mark)
