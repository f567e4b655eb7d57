"""Every test: Qt off the screen, nothing unexpected printed, no thread or window left behind."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests import deprecations

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
for _name in ("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # as in the program; a worker has one core

# Bytecode is kept also where the environment forbids it: each worker, and each program that a test starts, would
# compile the whole program and all tests anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# No test asserts a wall-clock time. Every run draws others; `-m "long or hypothesis"` draws thirty times as many.
hypothesis.settings.register_profile("suite", max_examples=100, deadline=None)
hypothesis.settings.register_profile("long", max_examples=3000, deadline=None)

ROOT = Path(__file__).resolve().parents[1]
OUR_THREADS = {"training", "preparation"}
COMPILE = """
import sys
from playground.engine import engine
engine.prepared(sys.argv[1]) or engine.warm(sys.argv[1])
"""
KERNELS = ("float32", "float64", "curvature")
QT_FIXTURES = {"qtbot", "qapp"}

# As in the program: garbage is collected on this thread only, because a widget destroyed by another one crashes.
gc.disable()


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """A thread of ours that outlives its test fails it; so does a visible window."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and thread.name in OUR_THREADS]
    assert not left, f"threads left running: {left}"
    shown = bool(QT_FIXTURES & set(request.fixturenames))
    request.node.funcargs.clear()  # or pytest would hold the test's windows while garbage is collected
    if shown:
        _close_windows()
    else:
        gc.collect(1)


class CompilingOnce:
    """Compiles the kernels while the workers collect; no test begins before, or each worker would compile them too.

    Each in a process of its own, because compiling takes longer than collecting and a core would have nothing to do.
    """

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._processes = [
            subprocess.Popen([sys.executable, "-c", COMPILE, each], cwd=ROOT, env=environment) for each in KERNELS
        ]

    def pytest_xdist_node_collection_finished(self) -> None:
        """Whatever went wrong here, the tests will tell."""
        for process in self._processes:
            process.wait()

    def pytest_unconfigure(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """None for the suite and whole folders: a worker a core. Files and tests named one by one run in this process."""
    return None if _folders(config) else 0


def _folders(config: pytest.Config) -> list[Path]:
    """The folders whose tests are asked for."""
    paths = [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]
    return [path for path in paths if path.is_dir()]


def pytest_configure(config: pytest.Config) -> None:
    """Warnings are errors but for some; where tests are shared out, this process has time to compile."""
    hypothesis.settings.load_profile("long" if _long_ones_are_asked_for(config) else "suite")
    for line in deprecations.filters():
        config.addinivalue_line("filterwarnings", line)
    hands_out = config.option.dist != "no" and not hasattr(config, "workerinput") and not config.option.collectonly
    if hands_out and not os.environ.get("NUMBA_DISABLE_JIT"):
        config.pluginmanager.register(CompilingOnce())


def pytest_collection(session: pytest.Session) -> None:
    """Every second worker begins with the last test: where no bytecode is kept yet, each writes the half of it that
    the other one reads. Two that went the same way would compile and rewrite every file at the same time."""
    worker: str = getattr(session.config, "workerinput", {}).get("workerid", "gw0")
    if int(worker.removeprefix("gw")) % 2 == 0:
        return
    for folder in _folders(session.config):
        for path in sorted(folder.rglob("test_*.py"), reverse=True):
            with contextlib.suppress(Exception, pytest.skip.Exception):  # collecting it will tell
                importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test marked `long` that nobody asked for is one test, to be left out, and not its thousands of cases; of cases
    that are marked so, those that are not are left."""
    markers = metafunc.definition.own_markers
    if _long_ones_are_asked_for(metafunc.config):
        return
    if any(marker.name == "long" for marker in markers):
        markers[:] = [marker for marker in markers if marker.name != "parametrize"]
    markers[:] = [_without_long_cases(marker) if marker.name == "parametrize" else marker for marker in markers]


def _without_long_cases(marker: pytest.Mark) -> pytest.Mark:
    """`parametrize` without the cases marked `long`; as it is where there are no others, or a name for each of them."""
    if len(marker.args) != 2 or not isinstance(marker.args[1], (list, tuple)) or marker.kwargs.get("ids") is not None:
        return marker
    names, every = marker.args
    short = [each for each in every if not any(mark.name == "long" for mark in getattr(each, "marks", ()))]
    return pytest.mark.parametrize(names, short, **marker.kwargs).mark if short else marker


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Those with a time limit of their own go first, so that no worker is left alone with one in the end.

    Tests marked `long` run only where they are asked for: `-m long`.
    """
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)
    if _long_ones_are_asked_for(config):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        items[:] = [item for item in items if not item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)


def pytest_collection_finish() -> None:
    """What was loaded until now lives as long as this process; no collection of garbage need look at it."""
    gc.freeze()


def _long_ones_are_asked_for(config: pytest.Config) -> bool:
    return "long" in config.option.markexpr


def _close_windows() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    gc.freeze()  # what a test has left alive (imports, caches) lives on; later collections need not look at it
    left = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    for widget in left:
        widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not left, f"windows left open: {left}"
