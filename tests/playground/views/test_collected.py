"""A window that was closed is garbage, and so is its work: nothing in the program holds on to it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.experiment.experiment import Experiment
from playground.views.window.main_window import MainWindow
from playground.views.workbench.workbench import Workbench


def lived(qtbot: QtBot, use: Callable[[MainWindow, Workbench], None]) -> list[weakref.ref[Any]]:
    """What is to be gone after a window's life, in which it was used and closed."""
    workbench = Workbench(Experiment())
    workbench.prepare_now()
    window = MainWindow(workbench, remember=False)
    with qtbot.waitActive(window):
        window.show()
    use(window, workbench)
    assert workbench.run.snapshot is not None
    numbers = workbench.run.snapshot.parameters
    panels = window.data, window.network, window.output, window.plots, window.training
    window._closed = True
    window.close()
    window.deleteLater()
    workbench.close()
    workbench.deleteLater()
    return [weakref.ref(each) for each in (window, workbench, workbench.run, numbers, *panels)]


def used(window: MainWindow, workbench: Workbench) -> None:
    """Everything of which a part of the program might keep a piece: edits, a run, sheets, themes, sections, pages."""
    workbench.set_view(unfolded=("misbehaving_data", "split"))
    window.data.choose("xor")
    workbench.change("Set rate", training__learning_rate=0.1)
    workbench.run.step("epoch")
    workbench.run.settle()
    window.show_shortcuts()
    for index in range(window.plots.tabs.count()):
        window.plots.tabs.setCurrentIndex(index)
        QApplication.processEvents()
    window.toggle_more()
    workbench.undo()
    workbench.run.settle()


def test_a_closed_window_is_collected(qtbot: QtBot, light_again: None) -> None:
    lived(qtbot, used)  # what is made once for all windows is made now
    left = lived(qtbot, used)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert [each() for each in left if each() is not None] == []
