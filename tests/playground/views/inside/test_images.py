"""Inside a step of a network that reads images: each pixel of a tile is a unit of its own."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from playground.anatomy.operations.operation import Delta
from playground.data import Data, GeneratedData
from playground.diagram.rect import Rect
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Conv2d, Dense
from playground.experiment.network import Network
from playground.views.window.main_window import MainWindow
from tests.playground.views.window.driver import Make, Open, bench, trigger

NETWORK = Network((Conv2d(3), Dense(5)))


@pytest.fixture
def looking(open_window: Open, make_workbench: Make) -> MainWindow:
    """A window that looks inside the first step of a small network with a convolution."""
    images = with_changes(Experiment(), data=Data(GeneratedData("digits")), network=NETWORK)
    window = open_window(make_workbench(images))
    trigger(window, "inside")
    bench(window).inside.wait()
    QApplication.processEvents()
    return window


def click(window: MainWindow, tile: Rect, across: float, down: float) -> None:
    """At these shares of a tile."""
    view = window.network.view
    at = view.mapFromScene(tile.x + tile.w * across, tile.y + tile.h * down)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(at))


def test_a_click_on_an_image_tells_of_the_pixel_under_it(looking: MainWindow) -> None:
    inside, column = bench(looking).inside, looking.network.view.surface.diagram.column(0)
    assert column.plan.image is not None
    rows, columns = column.plan.image
    filter_, image = column.pair(1)
    for across, down in ((0.1, 0.1), (0.97, 0.1), (0.5, 0.97), (0.6, 0.4)):
        inside.seek(0)
        click(looking, image, across, down)
        operation = inside.operation
        assert operation is not None
        pixel = int(down * rows) * columns + int(across * columns)
        assert (operation.layer, operation.unit) == (0, rows * columns + pixel)
    inside.seek_phase("backward")
    click(looking, image, 0.97, 0.1)
    assert isinstance(inside.operation, Delta)
    assert inside.operation.unit == rows * columns + int(0.1 * rows) * columns + columns - 1
    click(looking, filter_, 0.5, 0.5)
    assert isinstance(inside.operation, Delta)
    assert inside.operation.unit == rows * columns, "a filter is no place of what comes out of it"
