"""Every test: Qt off the screen, nothing unexpected printed, no thread or window left behind."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from functools import cache

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

OUR_THREADS = {"training", "preparation"}
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
    if QT_FIXTURES & set(request.fixturenames):
        _close_windows()
    else:
        gc.collect(1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests marked `long` run only where they are asked for: `-m long`."""
    if "long" in config.option.markexpr:
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        items[:] = [item for item in items if not item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=long)


@cache
def _leave_libraries_out() -> None:
    """What is imported by now never dies; leaving it out makes each later collection cheap."""
    gc.freeze()


def _close_windows() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    _leave_libraries_out()
    left = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    for widget in left:
        widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not left, f"windows left open: {left}"
