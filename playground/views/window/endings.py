"""How the program is ended from outside: Ctrl-C in its terminal, other signals of the system, the end of the session.

Owns the way from a signal to the window's thread, and the exit codes; knows nothing of what a window asks or keeps.

Python's own handler would raise KeyboardInterrupt wherever the window's thread happens to be, in the middle of a paint
too. Here the interpreter writes a signal's number into a socket instead, and Qt reads it between two events.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QSessionManager

ASKING = ("SIGINT", "SIGBREAK")
"""Signals of someone at the keyboard: the first asks as closing does."""
LEAVING = ("SIGTERM", "SIGHUP")
"""Signals after which nobody answers a question."""


def exit_code(number: int) -> int:
    """What shells report of a program that a signal has ended."""
    return 128 + number


class Endings(QObject):
    """`watch` from then on; `restore` gives the signals back. Made on the window's thread.

    `leaving` is emitted, once, where the program ends without a question, before anything is closed, and each time the
    session asks for what is to be kept: the last moment to write down unsaved work. ask: close as the user would;
    leave: close without a question; end: leave all loops with this code.
    """

    leaving = Signal()

    def __init__(
        self,
        ask: Callable[[], object],
        leave: Callable[[], object],
        end: Callable[[int], object] = QGuiApplication.exit,
    ) -> None:
        super().__init__()
        self.code: int | None = None
        self._ask, self._leave, self._end = ask, leave, end
        self._asking = False
        self._before: dict[int, Any] = {}
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_signals)
        self._wakeup = -1

    def watch(self, app: QGuiApplication) -> None:
        """Take over the signals that this system has, and listen to the session."""
        self._wakeup = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for name in (*ASKING, *LEAVING):
            number = getattr(signal, name, None)
            if number is not None:
                self._before[number] = signal.signal(number, _written_already)
        app.commitDataRequest.connect(self._on_session)
        app.saveStateRequest.connect(self._on_session)

    def restore(self) -> None:
        """As it was before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _on_signals(self) -> None:
        for number in self._reader.recv(64):
            if signal.Signals(number).name in ASKING and not self._asking:
                self._asking = True
                QTimer.singleShot(0, self._ask_once)  # the answer is waited for in a loop of its own
            elif number in self._before:
                self._go(exit_code(number))

    def _ask_once(self) -> None:
        if self.code is not None:  # the next signal came before this question could be asked
            return
        try:
            self._ask()
        finally:
            self._asking = False

    def _go(self, code: int) -> None:
        """Quit in order: every nested loop of a question ends too."""
        if self.code is None:
            self.code = code
            self.leaving.emit()
            self._leave()
            self._end(code)

    def _on_session(self, _manager: QSessionManager) -> None:
        """The session ends, or is saved: whoever is asked now holds up the whole logout."""
        self.leaving.emit()


def _written_already(number: int, frame: FrameType | None) -> None:
    """Nothing to do here: the number is in the socket."""
