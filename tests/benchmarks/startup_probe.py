"""Runs the program once, as a process of its own: when the window was painted, when training began, the longest stall.

Started by `startup.py` with the time of its own start in the environment; prints one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
import time

try:
    import resource
except ImportError:  # Windows
    resource = None

STARTED = float(os.environ["PLAYGROUND_STARTED"])
TICK_MS = 4


def memory_mb() -> float | None:
    """The largest resident size so far; None where the system does not tell."""
    if resource is None:
        return None
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main() -> int:
    from playground.start.startup import check_machine

    check_machine(window=True)
    from PySide6.QtCore import QEvent, QObject, QTimer

    from playground.views.window.launching import launch

    class Watcher(QObject):
        """Times from outside; quits once training has shown an epoch."""

        def __init__(self) -> None:
            super().__init__()
            self.painted: float | None = None
            self.longest = 0.0
            self.last = time.perf_counter()
            self.done = False
            self.clock = QTimer(self)
            self.clock.setInterval(TICK_MS)
            self.clock.timeout.connect(self.on_tick)

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and self.painted is None:
                QTimer.singleShot(0, self.on_painted)
                watched.removeEventFilter(self)
            return False

        def on_painted(self) -> None:
            self.painted = time.time() - STARTED
            self.last = time.perf_counter()
            self.clock.start()

        def on_tick(self) -> None:
            now = time.perf_counter()
            self.longest, self.last = max(self.longest, now - self.last), now

        def watch(self, window: object, workbench: object) -> None:
            self.window, self.workbench = window, workbench
            window.centralWidget().installEventFilter(self)
            window.files.may_go = lambda: True  # nobody is there to be asked about unsaved work
            workbench.run.snapshot_ready.connect(self.on_snapshot)
            workbench.run.play()

        def on_snapshot(self) -> None:
            if self.done or self.painted is None or self.workbench.run.snapshot.epoch == 0:
                return
            self.done = True
            self.clock.stop()
            print(json.dumps({
                "window_s": self.painted, "training_s": time.time() - STARTED, "longest_stall_ms": self.longest * 1000,
                "memory_mb": memory_mb(),
            }), flush=True)  # fmt: skip
            self.workbench.run.pause()
            QTimer.singleShot(0, self.window.abandon)

    watcher = Watcher()
    return launch(None, watch=watcher.watch)


if __name__ == "__main__":
    sys.exit(main())
