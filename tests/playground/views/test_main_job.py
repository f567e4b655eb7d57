"""The main job, end to end, with the events a user makes: drag-build, train, save, reopen, undo all the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.diagram.diagram import Part
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.run.snapshot import Snapshot
from playground.views.canvas.items.drag import layer_mime
from playground.views.theme import theme
from playground.views.window import files
from playground.views.window.main_window import MainWindow
from playground.views.workbench.workbench import Workbench
from tests.playground.views import drags

EMPTY_XOR = with_changes(Experiment(), network=Network(()), data__source__name="xor")
LEFT = Qt.MouseButton.LeftButton
OpenWindow = Callable[[Experiment], MainWindow]


@pytest.fixture
def open_window(make_workbench: Callable[..., Workbench], qtbot: QtBot) -> Iterator[OpenWindow]:
    """The whole window, shown and active, with its clock running; nobody is asked about unsaved work at the end."""
    opened: list[MainWindow] = []
    theme.install(QApplication.instance())

    def open_one(source: Experiment) -> MainWindow:
        workbench = make_workbench(source)
        window = MainWindow(workbench, remember=False)
        opened.append(window)
        window.resize(1440, 900)
        with qtbot.waitActive(window):
            window.show()
        workbench.run.start()
        workbench.run.set_speed(50_000.0)  # samples a second: of a calm run too much is drawn
        return window

    yield open_one
    for window in opened:
        window._closed = True
        window.close()
        window.deleteLater()


def drop_layer(window: MainWindow, index: int) -> None:
    """A drag of the Dense chip over the canvas viewport, let go where a layer lands at `index`."""
    viewport = window.network.view.viewport()
    place: QPoint = window.network.gap_position(index)
    mime: QMimeData = layer_mime("dense")
    enter = drags.enter(place, mime)
    QCoreApplication.sendEvent(viewport, enter)
    assert enter.isAccepted()
    QCoreApplication.sendEvent(viewport, drags.move(place, mime))
    drop = drags.drop(place, mime)
    QCoreApplication.sendEvent(viewport, drop)
    assert drop.isAccepted()


def press_minus(window: MainWindow, layer: int) -> None:
    """A click on the minus of a layer's stepper."""
    view = window.network.view
    QTest.mouseClick(view.viewport(), LEFT, pos=view.surface.part_position(Part("minus", layer)))


def settled(window: MainWindow) -> Snapshot:
    """The moment after everything that was asked for."""
    workbench = window._workbench
    assert workbench.run.state == "paused"
    workbench.run.advance_now()
    assert workbench.run.snapshot is not None
    return workbench.run.snapshot


def train_to(window: MainWindow, accuracy: float, qtbot: QtBot) -> Snapshot:
    """Play with the space bar until the test accuracy is reached, then pause with it."""
    workbench = window._workbench
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert workbench.run.state == "running"
    qtbot.waitUntil(lambda: (workbench.run.snapshot.metrics.test_accuracy or 0.0) >= accuracy)
    QTest.keyClick(window, Qt.Key.Key_Space)
    trained = settled(window)
    assert trained.metrics.test_accuracy >= accuracy - 0.05, "a few steps more were made until the pause"
    return trained


def build(window: MainWindow) -> list[Experiment]:
    """2-4-2-1 from nothing, by dragging and clicking; every experiment on the way."""
    seen = [window._workbench.experiment]
    for act in (
        lambda: drop_layer(window, 0),
        lambda: drop_layer(window, 1),
        lambda: press_minus(window, 1),
        lambda: press_minus(window, 1),
    ):
        act()
        seen.append(window._workbench.experiment)
    assert [experiment.widths for experiment in seen] == [(2, 1), (2, 4, 1), (2, 4, 4, 1), (2, 4, 3, 1), (2, 4, 2, 1)]
    return seen


def assert_same(found: Snapshot, expected: Snapshot) -> None:
    assert np.array_equal(found.parameters, expected.parameters)
    assert np.array_equal(found.maps, expected.maps)
    assert np.array_equal(found.history, expected.history)
    assert found.metrics == expected.metrics


def test_a_network_is_built_trained_undone_saved_and_reopened(
    open_window: OpenWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(EMPTY_XOR)
    workbench = window._workbench
    seen = build(window)
    trained = train_to(window, 0.95, qtbot)

    path = tmp_path / "xor 1.0.nnp"
    monkeypatch.setattr(files.QFileDialog, "getSaveFileName", lambda *arguments: (str(path.with_suffix("")), ""))
    QTest.keySequence(window, "Ctrl+Shift+S")
    assert path.exists()
    assert not window.isWindowModified()

    for expected in reversed(seen[:-1]):
        QTest.keySequence(window, "Ctrl+Z")
        assert workbench.experiment == expected
        assert np.isfinite(settled(window).parameters).all()
    assert workbench.experiment == EMPTY_XOR
    assert workbench.undo_name is None
    for expected in seen[1:]:
        QTest.keySequence(window, "Ctrl+Shift+Z")
        assert workbench.experiment == expected
        settled(window)
    assert workbench.redo_name is None
    assert_same(settled(window), trained)

    assert not window.isWindowModified()
    QTest.keySequence(window, "Ctrl+N")
    assert workbench.experiment == Experiment()
    monkeypatch.setattr(files.QFileDialog, "getOpenFileName", lambda *arguments: (str(path), ""))
    QTest.keySequence(window, "Ctrl+O")
    assert workbench.experiment == seen[-1]
    assert workbench.path == path
    assert_same(settled(window), trained)


def test_what_was_removed_comes_back_with_its_weights(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(EMPTY_XOR)
    workbench, view = window._workbench, window.network.view
    build(window)
    trained = train_to(window, 0.9, qtbot)
    press_minus(window, 0)
    assert workbench.experiment.widths == (2, 3, 2, 1)
    assert settled(window).parameters.size < trained.parameters.size
    QTest.keySequence(window, "Ctrl+Z")
    assert_same(settled(window), trained)

    beside_the_activation = view.surface.part_position(Part("card", 0)) - QPoint(0, 12)
    QTest.mouseClick(view.viewport(), LEFT, pos=beside_the_activation)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert workbench.experiment.widths == (2, 2, 1)
    shorter = settled(window)
    QTest.keySequence(window, "Ctrl+Z")
    assert workbench.experiment.widths == (2, 4, 2, 1)
    assert_same(settled(window), trained)
    QTest.keySequence(window, "Ctrl+Shift+Z")
    assert np.array_equal(settled(window).parameters, shorter.parameters)


def test_every_edit_is_undone_the_whole_way_back_while_it_trains(open_window: OpenWindow) -> None:
    window = open_window(EMPTY_XOR)
    workbench = window._workbench
    seen = build(window)
    QTest.keyClick(window, Qt.Key.Key_Space)
    workbench.change("Set rate", training__learning_rate=0.1)
    seen.append(workbench.experiment)
    for expected in reversed(seen[:-1]):
        QTest.keySequence(window, "Ctrl+Z")
        assert workbench.experiment == expected
    assert workbench.undo_name is None
    for expected in seen[1:]:
        QTest.keySequence(window, "Ctrl+Shift+Z")
        assert workbench.experiment == expected
    assert workbench.run.state == "running"
    QTest.keyClick(window, Qt.Key.Key_Space)


def test_layers_arrive_while_training_runs_and_the_run_goes_on(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(with_changes(EMPTY_XOR, network__layers=(Dense(4),)))
    workbench = window._workbench
    workbench.run.play()
    qtbot.waitUntil(lambda: workbench.run.snapshot.epoch > 5)
    drop_layer(window, 1)
    qtbot.waitUntil(lambda: workbench.run.snapshot.layout.units == 9)
    epoch = workbench.run.snapshot.epoch
    assert epoch > 5
    qtbot.waitUntil(lambda: workbench.run.snapshot.epoch > epoch + 5)
    assert workbench.run.state == "running"
    workbench.run.pause()
