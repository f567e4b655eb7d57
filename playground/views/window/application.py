"""Starts and stops the window: the QApplication, the hooks for trouble, garbage collection, shutdown.

Owns what is global to the process; knows nothing of what the window shows.
"""

from __future__ import annotations

import faulthandler
import gc
import logging
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from playground.run.checkpoint import Checkpoint
from playground.views.theme import theme
from playground.views.window.endings import Endings
from playground.views.window.main_window import MainWindow
from playground.views.window.recovery import Recovery
from playground.views.workbench.autosave import Autosave
from playground.views.workbench.run.preparation import Preparation
from playground.views.workbench.workbench import Workbench

GC_MS = 1000
SWITCH_SECONDS = 0.0005
"""How long the window may keep the training thread from the interpreter; Python's default is ten times as long."""
FULL_COLLECTION_EVERY = 30
Watch = Callable[[MainWindow, Workbench], None]
log = logging.getLogger("playground")


def application() -> QApplication:
    """The one QApplication, with the program's name and theme."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    sys.setswitchinterval(SWITCH_SECONDS)
    app.setApplicationName("neural-playground")
    app.setApplicationDisplayName("Neural Playground")
    app.setDesktopFileName("neural-playground")
    theme.install(app)
    return app


class Troubles:
    """Collects exceptions from every hook and any thread; the window shows each distinct one once."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque(maxlen=20)
        self._seen: set[tuple[type[BaseException] | None, tuple[str, int] | None]] = set()

    def install(self) -> None:
        """Take over the interpreter's three hooks and Qt's messages."""
        sys.excepthook = self._on_exception
        threading.excepthook = lambda args: self._note(args.exc_type, args.exc_value, args.exc_traceback)
        sys.unraisablehook = lambda args: self._note(args.exc_type, args.exc_value, args.exc_traceback)
        qInstallMessageHandler(_log_qt)
        if sys.stderr is not None:
            faulthandler.enable()

    def uninstall(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        sys.unraisablehook = sys.__unraisablehook__
        qInstallMessageHandler(None)

    def take(self) -> list[str]:
        """Sentences about trouble that nobody has seen yet."""
        found = []
        while self._waiting:
            found.append(self._waiting.popleft())
        return found

    def _on_exception(self, kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        self._note(kind, value, trace)

    def _note(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """A paint that fails does so in every frame: each place is logged and told once."""
        where = _place(trace)
        if (kind, where) in self._seen:
            return
        self._seen.add((kind, where))
        log.error("%s", "".join(traceback.format_exception(kind, value, trace)))
        sentence = f"Something went wrong inside the program ({kind.__name__ if kind else 'error'}: {value})."
        self._waiting.append(f"{sentence} Your work is still here; save it under a new name.")


def _place(trace: TracebackType | None) -> tuple[str, int] | None:
    """File and line where an exception was raised."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return None if trace is None else (trace.tb_frame.f_code.co_filename, trace.tb_lineno)


def _log_qt(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    quiet = kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
    log.log(logging.DEBUG if quiet else logging.WARNING, "Qt: %s", text)


class Housekeeping:
    """Garbage is collected on the window's thread only: a widget destroyed in the training thread crashes."""

    def __init__(self, workbench: Workbench, troubles: Troubles) -> None:
        self._workbench, self._troubles, self._ticks = workbench, troubles, 0
        self._timer = QTimer()
        self._timer.setInterval(GC_MS)
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        """Freeze what start-up made, and collect from now on by timer."""
        gc.collect()
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Give automatic collection back."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _on_tick(self) -> None:
        self._ticks += 1
        quiet = self._workbench.run.state != "running"
        gc.collect(2 if quiet and self._ticks % FULL_COLLECTION_EVERY == 0 else 1)
        for sentence in self._troubles.take():
            self._workbench.show_message(sentence, "error")


def shut_down(window: MainWindow) -> None:
    """Close and destroy the window while the application still lives; otherwise the exit crashes."""
    window.abandon()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def run(
    source: Checkpoint | None, preparation: Preparation, path: str | None, watch: Watch | None, table: str | None = None
) -> int:  # fmt: skip
    """Open the window and stay until it is closed; returns the exit code. See `launching.launch`."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    app = application()
    gc.disable()
    troubles = Troubles()
    troubles.install()
    workbench = Workbench(source, path, preparation)
    workbench.run.start()
    window = MainWindow(workbench)
    housekeeping = Housekeeping(workbench, troubles)
    autosave = Autosave(workbench, window.output.thumbnail)
    Recovery(workbench, window, autosave)
    endings = Endings(window.close, window.abandon)
    endings.leaving.connect(autosave.write_now)
    endings.watch(app)
    window.show()
    workbench.tell_amended()
    QTimer.singleShot(GC_MS, housekeeping.start)
    QTimer.singleShot(GC_MS, autosave.start)
    if table is not None:
        window.files.open_path(table)
    if watch is not None:
        watch(window, workbench)
    try:
        code = app.exec()
        return code if endings.code is None else endings.code
    finally:
        housekeeping.stop()
        autosave.close(keep=not window.work_may_go)
        workbench.close()
        shut_down(window)
        troubles.uninstall()
        endings.restore()
