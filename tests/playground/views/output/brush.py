"""Strokes on the decision map, made with a real mouse: shared by the tests of painting."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.data.painting import Place
from playground.views.window.main_window import MainWindow
from tests.playground.views.window.driver import bench, trigger

LEFT = Qt.MouseButton.LeftButton
NO_KEYS, SHIFT, ALT = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier,
)  # fmt: skip
Key = Qt.Key
AROUND_LEFT = [(-4.0, -2.5), (-1.0, -2.5), (-1.0, 2.5), (-4.0, 2.5)]


def stroke(window: MainWindow, path: Sequence[Place], modifiers: Any = NO_KEYS, release: bool = True) -> None:
    """Press on the map, move along, and let go."""
    plane = window.output.map
    places = [plane.to_pixels(each).toPoint() for each in path]
    QTest.mousePress(plane, LEFT, modifiers, places[0])
    for start, end in itertools.pairwise(places):
        for share in (0.25, 0.5, 0.75, 1.0):
            at = QPointF(start + (end - start) * share)
            event = QMouseEvent(
                QEvent.Type.MouseMove, at, plane.mapToGlobal(at), Qt.MouseButton.NoButton, LEFT, modifiers
            )
            QApplication.sendEvent(plane, event)
    if release:
        let_go(window, path[-1], modifiers)


def let_go(window: MainWindow, place: Place, modifiers: Any = NO_KEYS) -> None:
    """Release the button there."""
    plane = window.output.map
    QTest.mouseRelease(plane, LEFT, modifiers, plane.to_pixels(place).toPoint())


def paint_clouds(window: MainWindow, qtbot: QtBot) -> None:
    """Two clouds on an empty plane, a class each, with their own strokes."""
    trigger(window, "paint")
    stroke(window, [(-3.0, 1.0), (-2.0, -1.0)])
    qtbot.keyClick(window.output.map, Key.Key_2)
    stroke(window, [(3.0, 1.0), (2.0, -1.0)])


def canvas_of(window: MainWindow) -> Any:
    return bench(window).painting.canvas


def parameters(window: MainWindow) -> bytes:
    run = bench(window).run
    run.settle()
    assert run.snapshot is not None
    return run.snapshot.parameters.tobytes()
