"""Makes the kernels ready without holding up the window.

Owns one background thread, and the child processes that compile: it imports Numba, compiles in a process of its own
what the cache does not hold, then loads it. Knows nothing of sessions; creates no Qt object.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading

from playground.errors import EngineUnavailable
from playground.words.errors import told

log = logging.getLogger("playground")
NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
TRAINING_FIRST = 0.3
"""Seconds that the first steps of training have for themselves before the plots' library is imported."""
USUAL = "float32"
COMPILE = """
import os, sys
from playground.engine import engine
if hasattr(os, "nice"):
    os.nice(10)
engine.warm(sys.argv[1])
"""


class Interrupted(EngineUnavailable):
    """Nobody waits for the kernels any more."""


class Preparation:
    """`finished` turns true when training can start; `failure` then tells what went wrong, if anything did.

    compiling: the precision that is compiled now, or nothing. plots_imported: whether the window's thread may make
    plots; until then nobody but this thread imports pyqtgraph, since Qt's classes are not safe to be made by two
    threads at once. plots_failure: why the curves cannot be drawn.
    """

    def __init__(self) -> None:
        self.compiling = ""
        self.finished = False
        self.failure: str | None = None
        self.started = False
        self.plots_imported = False
        self.plots_failure: str | None = None
        self._importing = threading.Lock()
        self._ready: set[str] = set()
        self._process: subprocess.Popen[bytes] | None = None
        self._aside: subprocess.Popen[bytes] | None = None
        """What compiles for nobody who waits."""
        self._cancelled = False
        self._interruptions = 0
        self._compiling = threading.Lock()
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
        self.interrupt()
        with self._compiling:
            if self._aside is not None:
                self._aside.terminate()
                self._aside.wait()
        if self._thread.is_alive():
            self._thread.join(10.0)

    def interrupt(self) -> None:
        """Stop a compilation under way; whoever waits for it gives up."""
        with self._compiling:  # the process may be about to start
            self._interruptions += 1
            if self._process is not None:
                self._process.terminate()

    def is_ready(self, precision: str) -> bool:
        """Whether `make_ready` has nothing to wait for."""
        return precision in self._ready

    def make_ready(self, precision: str) -> None:
        """Wait until networks of this precision can be trained; never on the window's thread.

        Raises Interrupted if the run is replaced, or the program closed, meanwhile.
        """
        if precision in self._ready:
            return
        from playground.engine import engine

        began = self._interruptions
        if not engine.prepared(precision) and engine.cache_problem() is None:
            self._compile_elsewhere(precision, began)
        if self._cancelled or self._interruptions != began:
            raise Interrupted("The kernels are not waited for any more.")
        engine.warm(precision)
        self._ready.add(precision)

    def is_there(self, kernels: str) -> bool:
        """Whether kernels that nobody waits for are here or in the cache; where they are not, a process of its own
        compiles them from now on, once."""
        from playground.engine import engine

        if engine.prepared(kernels):
            return True
        with self._compiling:
            if self._aside is None and not self._cancelled and engine.cache_problem() is None:
                with contextlib.suppress(OSError):
                    self._aside = _compiler_of(kernels)
        return False

    def _run(self) -> None:
        try:
            import playground.driving.runner  # noqa: F401  (what a run consists of: the window did not wait for it)

            self.make_ready(USUAL)
        except EngineUnavailable as error:
            self.failure = told(error)
        except Exception as error:  # whatever Numba or the file system throws, the window must say so
            self.failure = f"The kernels could not be prepared: {error}"
        self.finished = True
        self._stop.wait(TRAINING_FIRST)
        self._import_plots()

    def _import_plots(self) -> None:
        """pyqtgraph takes a fifth of a second to import; here it holds nobody up. Nothing of Qt is made by that."""
        with self._importing:
            if not self._cancelled and not self.plots_imported:
                try:
                    import pyqtgraph  # noqa: F401
                except Exception as error:  # whatever a broken installation throws, the window must say so
                    log.exception("pyqtgraph could not be imported")
                    self.plots_failure = f"The curves cannot be drawn: their library could not be loaded ({error})."
            self.plots_imported = True

    def _compile_elsewhere(self, precision: str, began: int) -> None:
        """Compile into the cache from another process, so that this one stays responsive.

        If that fails, whatever the reason, `warm` compiles here: slower to the touch, but it works.
        """
        self.compiling = precision
        with contextlib.suppress(OSError):
            process = _compiler_of(precision)
            with self._compiling:
                self._process = process
                if self._cancelled or self._interruptions != began:
                    process.terminate()
            self._import_plots()
            process.wait()
        with self._compiling:
            self._process = None
        self.compiling = ""


def _compiler_of(kernels: str) -> subprocess.Popen[bytes]:
    """A process that compiles a precision, or those of curvature, into the cache. -P keeps the current folder, where a
    stranger's files may lie, off its path."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-P", "-c", COMPILE, kernels]
    return subprocess.Popen(command, env=environment, creationflags=NO_WINDOW)
