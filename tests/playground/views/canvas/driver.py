"""Hands for the canvas tests: real mouse, key and drag events at the places the canvas itself reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragLeaveEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from playground.diagram.diagram import Part
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense, Layer
from playground.experiment.network import Network
from playground.views.canvas.items.drag import layer_mime
from playground.views.canvas.panel import NetworkCanvas
from tests.playground.views import drags

LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
SIZE = (740, 550)


def network(*layers: tuple[int, str] | int) -> Network:
    """A network of (units, activation) layers; a number alone means tanh."""
    return Network(tuple(Dense(*layer) if isinstance(layer, tuple) else Dense(layer) for layer in layers))


def with_layers(*layers: Layer, **fields: object) -> Experiment:
    """The usual experiment with other layers."""
    return with_changes(Experiment(), network=Network(tuple(layers)), **fields)


def layers_of(driver: Driver) -> tuple[Layer, ...]:
    return driver.experiment.network.layers


class Driver:
    """A shown canvas with its workbench."""

    def __init__(self, qtbot: QtBot, workbench: Any, size: tuple[int, int] = SIZE) -> None:
        self.bot, self.workbench = qtbot, workbench
        self.canvas = NetworkCanvas(workbench)
        qtbot.addWidget(self.canvas)
        self.canvas.resize(*size)
        with qtbot.waitExposed(self.canvas):
            self.canvas.show()
        self.view = self.canvas.view
        self.surface, self.openers = self.view.surface, self.view.openers
        self.viewport = self.view.viewport()
        self.messages: list[str] = []
        workbench.message_shown.connect(lambda text, kind: self.messages.append(text))
        self.settle()

    @property
    def experiment(self) -> Experiment:
        return self.workbench.experiment

    @property
    def widths(self) -> tuple[int, ...]:
        return self.experiment.widths

    def settle(self) -> None:
        """Wait for the snapshot that belongs to the newest edit."""
        self.workbench.run.advance_now(epochs=0)
        QApplication.processEvents()

    def at(self, kind: str, layer: int, unit: int = -1, source: int = -1) -> QPoint:
        return self.surface.part_position(Part(kind, layer, unit, source))

    def click(self, kind: str, layer: int, unit: int = -1, source: int = -1) -> None:
        self.bot.mouseClick(self.viewport, LEFT, pos=self.at(kind, layer, unit, source))

    def point_at(self, kind: str, layer: int, unit: int = -1, source: int = -1) -> None:
        """Move the pointer there; sent straight to the canvas, because a test's window may not be under the cursor."""
        self.send_move(self.at(kind, layer, unit, source), Qt.MouseButton.NoButton)

    def drag_card(self, layer: int, to: QPoint, drop: bool = True) -> None:
        """Press on a card, move in steps, let go."""
        start = self.at("card", layer) - QPoint(0, 12)
        self.bot.mousePress(self.viewport, LEFT, pos=start)
        for step in (0.1, 0.5, 1.0):
            place = start + (to - start) * step
            self.send_move(place)
        if drop:
            self.bot.mouseRelease(self.viewport, LEFT, pos=to)

    def send_move(self, place: QPoint, held: Qt.MouseButton = LEFT) -> None:
        """A move with the left button held (qtbot's moves hold none), or with none."""
        from PySide6.QtCore import QEvent
        from PySide6.QtGui import QMouseEvent

        at, on_screen = QPointF(place), QPointF(self.viewport.mapToGlobal(place))
        event = QMouseEvent(QEvent.Type.MouseMove, at, on_screen, Qt.MouseButton.NoButton, held, NO_KEYS)
        QApplication.sendEvent(self.viewport, event)

    def drag_chip(self, index: int, drop: bool = True, kind: str = "dense") -> bool:
        """Bring a chip to the gap at `index`; returns whether the drop was taken."""
        data, place = layer_mime(kind), self.canvas.gap_position(index)
        enter = drags.enter(place, data)
        QApplication.sendEvent(self.viewport, enter)
        QApplication.sendEvent(self.viewport, drags.move(place, data))
        if not drop:
            return enter.isAccepted()
        event = drags.drop(place, data)
        QApplication.sendEvent(self.viewport, event)
        self.settle()
        return event.isAccepted()

    def leave_drag(self) -> None:
        QApplication.sendEvent(self.viewport, QDragLeaveEvent())

    def key(self, key: Qt.Key, control: bool = False) -> None:
        self.bot.keyClick(self.view, key, Qt.KeyboardModifier.ControlModifier if control else NO_KEYS)

    def type(self, text: str) -> None:
        """Type into the open editor and press Enter."""
        field = self.openers.editor.field
        self.bot.keyClicks(field, text)
        self.bot.keyClick(field, Qt.Key.Key_Return)

    def focus(self) -> None:
        """Bring the keyboard's focus as Tab does."""
        self.view.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()

    def menu_action(self, text: str) -> Any:
        """An entry of the open menu, also of its submenus.

        Nothing here asks `QAction.menu()`: with PySide6 6.10 a menu so asked for dies with the action's Python object.
        """
        assert self.openers.menu is not None
        menus = [self.openers.menu, *self.openers.menu.findChildren(QMenu)]
        found = [each for menu in menus for each in menu.actions() if each.text().split("\t")[0] == text]
        assert found, f"no entry {text!r}"
        return found[0]


MakeDriver = Callable[..., Driver]
