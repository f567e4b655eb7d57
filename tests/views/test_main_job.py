"""The main job, end to end, with the events a user makes: drag-build, train, save, reopen, undo all the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playground.changes import with_changes
from playground.experiment import Experiment
from playground.network import Dense, Network
from playground.views import theme
from playground.views.canvas_drag import layer_mime
from playground.views.main_window import MainWindow
from playground.views.workbench import Workbench
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

EMPTY_XOR = with_changes(Experiment(), network=Network(()), data__source__name="xor")


@pytest.fixture
def open_window(make_workbench: Callable[..., Workbench], qtbot: QtBot) -> Iterator[Callable[..., MainWindow]]:
    opened = []
    app = QApplication.instance()
    theme.install(app)

    def open_(source: Experiment) -> MainWindow:
        workbench = make_workbench(source)
        window = MainWindow(workbench, remember=False)
        opened.append(window)
        window.resize(1440, 900)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        workbench._live.settle()
        workbench._live._frames.start()
        return window

    yield open_
    for window in opened:
        window._workbench._history.mark_saved()
        window._workbench._saved_step = None
        window.close()
        window.deleteLater()


def drop_layer(window: MainWindow, index: int) -> None:
    """A real drag of the Dense chip over the canvas viewport, let go where a layer lands at `index`."""
    viewport = window.network.view.viewport()
    place: QPoint = window.network.gap_position(index)
    mime: QMimeData = layer_mime("dense")
    buttons, keys, action = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(place, action, mime, buttons, keys)
    QCoreApplication.sendEvent(viewport, enter)
    assert enter.isAccepted()
    QCoreApplication.sendEvent(viewport, QDragMoveEvent(place, action, mime, buttons, keys))
    drop = QDropEvent(QPointF(place), action, mime, buttons, keys)
    QCoreApplication.sendEvent(viewport, drop)
    assert drop.isAccepted()


def units(workbench: Workbench) -> list[int]:
    return [layer.units for layer in workbench.experiment.network.layers]


def press(window: MainWindow, key: Qt.Key, times: int = 1) -> None:
    for _ in range(times):
        QTest.keyClick(window.network.view, key)


def test_a_network_is_built_trained_saved_reopened_and_undone(
    open_window: Callable[..., MainWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window(EMPTY_XOR)
    workbench = window._workbench
    drop_layer(window, 0)
    assert len(units(workbench)) == 1
    drop_layer(window, 1)
    assert units(workbench) == [4, 4]
    workbench.edit("Two units", with_changes(workbench.experiment, network=workbench.experiment.network.with_layer(1, units=2)))
    assert workbench.experiment.widths == (2, 4, 2, 1)

    QTest.keyClick(window, Qt.Key.Key_Space)
    assert workbench.run_state == "running"
    qtbot.waitUntil(lambda: (workbench.snapshot.metrics.test_accuracy or 0) >= 0.95, timeout=20_000)
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert workbench.run_state == "paused"
    workbench._live.settle()
    trained = workbench.snapshot

    path = tmp_path / "xor.nnp"
    assert workbench.save(path)
    workbench.new()
    assert units(workbench) == [4, 2]
    assert workbench.open_source(str(path))
    workbench._live.settle()
    again = workbench.snapshot
    assert np.array_equal(again.parameters, trained.parameters)
    assert np.array_equal(again.maps, trained.maps)
    assert np.array_equal(again.history, trained.history)
    assert again.metrics == trained.metrics


def test_every_edit_is_undone_the_whole_way_back(open_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = open_window(EMPTY_XOR)
    workbench = window._workbench
    seen = [workbench.experiment]
    for index in (0, 1, 0):
        drop_layer(window, index)
        seen.append(workbench.experiment)
    workbench.play()
    workbench.change("Set rate", training__learning_rate=0.1)
    seen.append(workbench.experiment)
    workbench.edit("Remove layer", with_changes(workbench.experiment, network=workbench.experiment.network.without(1)))
    seen.append(workbench.experiment)
    for expected in reversed(seen[:-1]):
        QTest.keySequence(window, "Ctrl+Z")
        assert workbench.experiment == expected
    assert workbench.undo_name is None
    for expected in seen[1:]:
        QTest.keySequence(window, "Ctrl+Shift+Z")
        assert workbench.experiment == expected
    workbench.pause()


def test_layers_arrive_while_training_runs_and_the_run_goes_on(open_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = open_window(with_changes(EMPTY_XOR, network__layers=(Dense(4),)))
    workbench = window._workbench
    workbench.play()
    qtbot.waitUntil(lambda: workbench.snapshot.epoch > 20)
    drop_layer(window, 1)
    qtbot.waitUntil(lambda: workbench.snapshot.layout.units == 9)
    epoch = workbench.snapshot.epoch
    assert epoch > 20
    qtbot.waitUntil(lambda: workbench.snapshot.epoch > epoch + 20)
    assert workbench.run_state == "running"
    workbench.pause()
