"""A window on samples with four columns, and what its map is asked: shared by the tests of sections."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QCursor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.data import OwnPoints
from playground.run.checkpoint import Checkpoint
from playground.views.workbench.open_file import Opened, OpenFile
from tests.own_points import about, made
from tests.playground.views.window.driver import bench

NAMES = ("length", "depth", "height", "weight")
Key = Qt.Key


def document(columns: int = 4, classes: int = 3) -> Checkpoint:
    """Columns in units of their own."""
    normal = made(columns, 60, classes)
    units, origins = np.array([1.0, 100.0, 1.0, 1000.0]), np.array([0.0, 5.0, 40.0, 4000.0])
    own = OwnPoints(normal.features * units[:columns] + origins[:columns], normal.labels)
    return Checkpoint(about(own, classes, NAMES[:columns], data__scaling="standardize"), points=own)


def opened_again(window: Any) -> Any:
    """The same columns in the window, trained a little, and the pointer where it meets nothing."""
    QCursor.setPos(QPoint(0, 0))
    workbench = bench(window)
    workbench.open(Opened(document(), OpenFile()))
    workbench.run.settle()
    workbench.run.advance_now(epochs=5)
    QApplication.processEvents()
    return window


def cut_of(window: Any) -> Any:
    """The cut of the newest maps."""
    bench(window).run.settle()
    shot = bench(window).run.snapshot
    assert shot.maps is not None
    return shot.section.cut


def move_to(qtbot: QtBot, window: Any, place: QPoint) -> None:
    """The pointer comes from somewhere else on the map."""
    qtbot.mouseMove(window.output.map, place + QPoint(3, 3))
    qtbot.mouseMove(window.output.map, place)
    QApplication.processEvents()


def pixel_of(window: Any, sample: int) -> QPoint:
    """Where a training sample is drawn."""
    view = window.output.map
    return view.to_pixels(view.ground.place_of(bench(window).dataset, sample)).toPoint()


def lonely(window: Any) -> int:
    """A training sample that no other one is drawn near."""
    view, data = window.output.map, bench(window).dataset
    places = view.ground.shares(view.ground.places(data.train_points))
    apart = np.hypot(*(places[:, :, None] - places[:, None, :])) + 9 * np.eye(places.shape[1])
    return int(apart.min(axis=1).argmax())


def free_place(window: Any) -> QPoint:
    """A place of the map far from every point."""
    view, data = window.output.map, bench(window).dataset
    shares = view.ground.shares(view.ground.places(data.train_points))
    tried = np.stack(np.meshgrid(np.linspace(-0.9, 0.9, 19), np.linspace(-0.9, 0.9, 19))).reshape(2, -1)
    apart = np.hypot(*(tried[:, :, None] - shares[:, None, :])).min(axis=1)
    x, y = tried[:, apart.argmax()]
    return view.to_pixels(view.ground.at((float(x), float(y)))).toPoint()


def coloured_share(image: QImage) -> float:
    """How much of the middle of a picture has a colour that is no grey."""
    wide, high = image.width(), image.height()
    places = [(x, y) for x in range(wide // 4, wide, 7) for y in range(high // 8, high // 2, 7)]
    return sum(QColor(image.pixel(*place)).saturation() > 25 for place in places) / len(places)
