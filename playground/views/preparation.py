"""Makes the kernels ready without holding up the window.

Owns one background thread: it imports Numba, compiles in a process of its own if the cache is empty, then loads the
entries. Knows nothing of sessions; creates no Qt object.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading

from playground import engine

NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
PARTS = 2
TRAINING_FIRST = 0.3
"""Seconds that the first steps of training have for themselves before the plots' library is imported."""
COMPILE = """
import os, sys
from playground import engine
if hasattr(os, "nice"):
    os.nice(10)
engine.compile_part(int(sys.argv[1]), lambda done, total: print(done, total, flush=True))
"""


class Preparation:
    """`finished` turns true when training can start; `failure` then tells what went wrong, if anything did."""

    def __init__(self) -> None:
        self.progress = (0, 0)
        self.compiling = False
        self.finished = False
        self.failure: str | None = None
        self.started = False
        self.plots_imported = False
        self._processes: list[subprocess.Popen[str]] = []
        self._cancelled = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="preparation")

    def start(self) -> None:
        """Begin."""
        self.started = True
        self._thread.start()

    def cancel(self) -> None:
        """Stop a compilation under way and wait for the thread."""
        self._cancelled = True
        self._stop.set()
        for process in list(self._processes):
            process.terminate()
        if self._thread.is_alive():
            self._thread.join(10.0)

    def _run(self) -> None:
        try:
            if not engine.prepared() and engine.cache_problem() is None:
                self._compile_elsewhere()
            if not self._cancelled:
                engine.warm()
        except Exception as error:  # whatever Numba or the file system throws, the window must say so
            self.failure = f"The kernels could not be prepared: {error}"
        self.finished = True
        self._stop.wait(TRAINING_FIRST)
        self._import_plots()

    def _import_plots(self) -> None:
        """pyqtgraph takes a fifth of a second to import; here it holds nobody up. Nothing of Qt is made by that."""
        if not self._cancelled and not self.plots_imported:
            import pyqtgraph  # noqa: F401
        self.plots_imported = True

    def _compile_elsewhere(self) -> None:
        """Compile into the cache from other processes, so that this one stays responsive; two share the work.

        If that fails, whatever the reason, `warm` compiles here: slower to the touch, but it works. -P keeps the
        current folder, where a stranger's files may lie, off the children's path.
        """
        self.progress = (0, engine.entry_count())
        self.compiling = True
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        with contextlib.suppress(OSError):
            for part in range(PARTS):
                command = [sys.executable, "-P", "-c", COMPILE, str(part)]
                self._processes.append(
                    subprocess.Popen(
                        command, stdout=subprocess.PIPE, text=True, env=environment, creationflags=NO_WINDOW
                    )
                )
        self._import_plots()
        for process in self._processes:
            self._follow(process)
        self._processes.clear()
        self.compiling = False

    def _follow(self, process: subprocess.Popen[str]) -> None:
        """Count what one process has done until it ends."""
        before, total = self.progress
        with process:
            assert process.stdout is not None
            for line in process.stdout:
                numbers = line.split()
                if len(numbers) == 2 and all(number.isdigit() for number in numbers):
                    self.progress = (min(before + int(numbers[0]), total), total)
