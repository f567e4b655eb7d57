"""Makes the kernels ready without holding up the window.

Owns one background thread: it imports Numba, compiles in a process of its own if the cache is empty, then loads the
entries. Knows nothing of sessions; creates no Qt object.
"""

from __future__ import annotations

import subprocess
import sys
import threading

from playground import engine
from playground.errors import EngineUnavailable

COMPILE = "from playground import engine; engine.warm(lambda done, total: print(done, total, flush=True))"


class Preparation:
    """`finished` turns true when training can start; `failure` then tells what went wrong, if anything did."""

    def __init__(self) -> None:
        self.progress = (0, 0)
        self.compiling = False
        self.finished = False
        self.failure: str | None = None
        self._process: subprocess.Popen[str] | None = None
        self._cancelled = False
        self._thread = threading.Thread(target=self._run, name="preparation")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Stop a compilation under way and wait for the thread."""
        self._cancelled = True
        if self._process is not None:
            self._process.terminate()
        if self._thread.is_alive():
            self._thread.join(10.0)

    def _run(self) -> None:
        try:
            if not engine.prepared():
                self._compile_elsewhere()
            if not self._cancelled:
                engine.warm()
        except Exception as error:  # whatever Numba or the file system throws, the window must say so
            self.failure = f"The kernels could not be prepared: {error}"
        self.finished = True

    def _compile_elsewhere(self) -> None:
        """Compile into the cache from another process, so that this one stays responsive."""
        self.compiling = True
        with subprocess.Popen([sys.executable, "-c", COMPILE], stdout=subprocess.PIPE, text=True) as process:
            self._process = process
            assert process.stdout is not None
            for line in process.stdout:
                done, total = line.split()
                self.progress = (int(done), int(total))
        self._process = None
        self.compiling = False
        if process.returncode and not self._cancelled:
            raise EngineUnavailable(f"the compiler process ended with code {process.returncode}")
