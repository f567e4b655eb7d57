"""The canvas as a widget: brings Qt's events to the surface, the pointer, the keyboard and the dragged chips.

Owns that wiring and the tool tips; what each of them does is theirs.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)  # fmt: skip
from PySide6.QtWidgets import QFrame, QGestureEvent, QGraphicsView, QPinchGesture, QToolTip

from playground.diagram.diagram import Part
from playground.diagram.zooming import wheel_factor
from playground.views.canvas.chip_drag import ChipDrag
from playground.views.canvas.commands import CanvasCommands
from playground.views.canvas.inside import CanvasInside
from playground.views.canvas.keyboard import CanvasKeyboard
from playground.views.canvas.openers import CanvasOpeners
from playground.views.canvas.pointer import CanvasPointer
from playground.views.canvas.sight import CanvasSight
from playground.views.canvas.surface import LEAST, CanvasSurface
from playground.views.controls.focus import KEYBOARD
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words.parts import card_tip, key_of_part

TIPS = {
    "minus": "One less  −",
    "plus": "One more  +",
    "count": "Type the number",
    "arc": "The arc of a residual connection: [ and ] skip fewer or more layers.",
    "arc_start": "Drag it to another layer to add that one instead.  [ and ] do the same.",
}
MORE_TIP = "These units take part too: scroll over the layer, click here, or press Page Up and Page Down."
WHEEL_A_UNIT = 40.0
"""A notch of a wheel, 120, scrolls three units."""


@guarded
class CanvasView(QGraphicsView):
    """The network, to be edited with pointer and keyboard."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self.commands = CanvasCommands(workbench)
        self.surface = CanvasSurface(self, workbench)
        self.sight = CanvasSight(self.surface, workbench)
        self.openers = CanvasOpeners(self.surface, self.sight, self.commands)
        self.glass = CanvasInside(self.surface, self.sight, workbench.inside)
        self.pointer = CanvasPointer(self.surface, self.sight, self.commands, self.openers, self.glass)
        self.keyboard = CanvasKeyboard(self.surface, self.sight, self.commands, self.openers, self.pointer)
        self._wheel = 0.0
        self._chips = ChipDrag(self.surface, self.commands)
        self.openers.opening.connect(self._on_opening)
        self.surface.laid_out.connect(self.keyboard.show_ring)
        self._prepare()
        self.setScene(self.surface.scene)
        self.surface.relayout()

    def _prepare(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setMinimumSize(LEAST)
        if sys.platform != "darwin":  # where a pinch is told by native gestures
            self.viewport().grabGesture(Qt.GestureType.PinchGesture)
        self.viewport().setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _on_opening(self) -> None:
        """What is pointed at would lie below what opens."""
        self.pointer.point_at(None)

    def take_experiment(self) -> None:
        """Show an edited network; whatever was going on with the old one ends."""
        self.openers.editor.close_editor()
        self.openers.close_menu()
        self.pointer.cancel()
        self.surface.take_experiment()
        self.openers.settings.refresh()
        self.pointer.point_at(None)
        selected = self.commands.selected
        if selected is not None and not self.commands.is_hidden(selected):
            self.commands.select(None)
        self.keyboard.refresh()

    # -- the surface ------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.surface.refit()

    def scrollContentsBy(self, x: int, y: int) -> None:
        super().scrollContentsBy(x, y)
        self.surface.take_scroll()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        painter.fillRect(rect, theme.color("background"))

    def wheelEvent(self, event: QWheelEvent) -> None:
        place, delta = event.position(), event.angleDelta()
        event.accept()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.sight.zoom_by(wheel_factor(delta.y()), place)
        elif not self._wheel_units(place, delta.y()):
            sideways = event.modifiers() & Qt.KeyboardModifier.ShiftModifier or not self.verticalScrollBar().maximum()
            way = QPointF(delta.x() or delta.y(), 0.0) if sideways else QPointF(delta)
            self.sight.pan(way)
        if self.pointer.drag is None:
            self.pointer.point_at(self.surface.part_at(place))

    def _wheel_units(self, place: QPointF, delta: float) -> bool:
        """Scroll the units of the layer under the pointer; False where all of them are on screen."""
        column = self.surface.diagram.column_at(self.surface.scene_position(place).x())
        if column is None or self.surface.diagram.scrollable(column.layer) is None:
            return False
        turned = self._wheel + delta
        units = int(turned / WHEEL_A_UNIT)
        self._wheel = turned - units * WHEEL_A_UNIT
        if units:
            self.sight.scroll_units(column.layer, -units)
        return True

    # -- the pointer ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.keyboard.hide_ring()
            self.openers.settings.close_sheet()
            self.keyboard.follow(self.pointer.press(event.position()))
        elif event.button() == Qt.MouseButton.MiddleButton:
            self.pointer.press_middle(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer.move(event.position(), bool(event.buttons() & Qt.MouseButton.LeftButton))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self.pointer.release(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.openers.open_menu(self.keyboard.current())
        else:
            self.openers.open_menu(self.surface.part_at(QPointF(event.pos())), event.pos())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.pointer.point_at(None)
        elif event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            part = self.surface.part_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), as_it_stands(self.tip_of(part)), self)
            return True
        elif isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.sight.zoom_by(1.0 + event.value(), event.position())
            return True
        elif isinstance(event, QGestureEvent) and self._pinch(event):
            return True
        return super().viewportEvent(event)

    def _pinch(self, event: QGestureEvent) -> bool:
        """Two fingers on a touch screen; False for any other gesture."""
        gesture = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(gesture, QPinchGesture):
            return False
        event.accept(gesture)
        if gesture.state() != Qt.GestureState.GestureFinished:
            self.pointer.cancel()
            self.sight.zoom_by(gesture.scaleFactor(), QPointF(self.viewport().mapFromGlobal(gesture.hotSpot())))
        return True

    def term_at(self, place: QPoint) -> str:
        """The glossary's entry of the part at a place."""
        part = self.surface.part_at(QPointF(place))
        return "" if part is None else key_of_part(self.commands.experiment, part)

    def tip_of(self, part: Part | None) -> str:
        """The tool tip of a part; none where its card stands beside it."""
        if part is not None and part == self.surface.hover.part and self.surface.hover.facts is not None:
            return ""
        if part is not None and part.kind in ("above", "below"):
            return MORE_TIP
        if part is None or not self.commands.is_hidden(part.layer):
            return ""
        is_card = part.kind in ("card", "activation")
        return card_tip(self.surface.model, part.layer) if is_card else TIPS.get(part.kind, "")

    # -- the keyboard -----------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.keyboard.wants(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.keyboard.press(event):
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in KEYBOARD:
            self.keyboard.move_to(self.keyboard.current())
        else:
            self.keyboard.show_ring()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.keyboard.show_ring()
        self.surface.show_hover(self.pointer.hovered)

    # -- chips of the palette ---------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._chips.move(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._chips.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._chips.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self._chips.drop(event)
