"""The canvas as a widget: brings events to the pointer and the keyboard, and opens menus and editors.

Owns that wiring and the tool tips; drawing is in `CanvasSurface`, what edits do is in `CanvasCommands`.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)  # fmt: skip
from PySide6.QtWidgets import QMenu, QToolTip

from playground.diagram import Part
from playground.features import FEATURES
from playground.views.canvas_commands import CanvasCommands
from playground.views.canvas_drag import kind_in
from playground.views.canvas_editor import ValueEditor, read_number, read_units
from playground.views.canvas_edits import layer_title
from playground.views.canvas_facts import facts_of
from playground.views.canvas_keyboard import CanvasKeyboard
from playground.views.canvas_menus import CanvasMenus
from playground.views.canvas_model import FEATURE_NAMES
from playground.views.canvas_pointer import CanvasPointer, hovered_unit
from playground.views.canvas_surface import CanvasSurface
from playground.views.controls.focus import KEYBOARD
from playground.views.workbench import Workbench

TIPS = {
    "card": "Drag to reorder, or out of the canvas to remove.  Ctrl+D duplicates, Del removes.",
    "activation": "Activation of this layer  Enter",
    "minus": "Remove a unit  −",
    "plus": "Add a unit  +",
    "count": "Type the number of units",
    "more": "These units take part but have no room here; make the window taller to see more.",
}


class CanvasView(CanvasSurface):
    """The network, to be edited with pointer and keyboard."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench)
        self.commands = CanvasCommands(workbench)
        self.pointer = CanvasPointer(self)
        self.keyboard = CanvasKeyboard(self)
        self.menus = CanvasMenus(self.commands, self.model, self.edit_value, self.edit_units)
        self.editor = ValueEditor(self.viewport())
        self.editor.closed.connect(self._on_editor_closed)
        self.menu: QMenu | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # -- editors and menus ------------------------------------------------------------------------------------------

    def edit_value(self, part: Part) -> None:
        """Type the weight of a link or the bias of a unit."""
        value = self.model.parameter(part)
        facts = facts_of(self.model, part)
        if value is None or facts is None:
            self.workbench.show_message("The network is not ready yet.", "info")
            return
        index = self.model.parameter_index(part)
        caption = f"Weight  {facts.title}" if part.kind == "link" else f"{facts.title} · bias"
        self._open_editor(part, caption, value, read_number, lambda value: self.commands.set_parameter(index, value))

    def edit_units(self, layer: int, text: str | None = None) -> None:
        """Type a layer's number of units."""
        units = self.commands.experiment.network.layers[layer].units
        self._open_editor(
            Part("count", layer), f"Units of layer {layer + 1}", units, read_units,
            lambda value: self.commands.set_units(layer, value), text,
        )  # fmt: skip

    def _open_editor(
        self, part: Part, caption: str, value: float, read: Callable[[str], float], apply: Callable[[float], object],
        text: str | None = None,
    ) -> None:  # fmt: skip
        self.pointer.point_at(None)
        self.editor.open_at(self.part_position(part), caption, value, read, apply, text)

    def _on_editor_closed(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_activations(self, layer: int) -> None:
        """The list of activations, under the card."""
        rect = self.diagram.column(layer).card
        self._popup(self.menus.activations(self, layer), self.mapFromScene(QPointF(rect.x, rect.bottom + 2)))

    def open_menu(self, part: Part | None, place: QPoint | None = None) -> None:
        """The context menu of a part."""
        if part is not None and self.commands.is_hidden(part.layer):
            self.commands.select(part.layer)
        if place is None:
            place = self.part_position(part) if part is not None else self.viewport().rect().center()
        self._popup(self.menus.for_part(self, part, self.diagram), place)

    def _popup(self, menu: QMenu, place: QPoint) -> None:
        self.pointer.point_at(None)
        self.menu = menu
        menu.destroyed.connect(self._on_menu_destroyed)
        menu.popup(self.viewport().mapToGlobal(place))

    def _on_menu_destroyed(self) -> None:
        self.menu = None

    def cancel(self) -> bool:
        """Escape: end a drag, or take the selection away."""
        if self.pointer.cancel():
            return True
        selected = self.workbench.view.selected_layer is not None
        self.commands.select(None)
        return selected

    # -- telling others ---------------------------------------------------------------------------------------------

    def tell_hovered(self, part: Part | None) -> None:
        """The decision map shows the unit pointed at."""
        row = self.commands.feature_input(part) if part is not None and part.kind == "feature" else None
        self.workbench.set_view(hovered=hovered_unit(part, row))

    def on_part_focused(self, part: Part) -> None:
        """The keyboard has come to a part: show it, select its layer, read it out."""
        self.commands.select(part.layer)
        rect = self.diagram.rect_of(part)
        if rect is not None:
            self.ensureVisible(rect.x, rect.y, rect.w, rect.h, 24, 0)
        self.show_focus()
        self.show_hover(part if part.kind == "link" else None)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.spoken(part)))

    def spoken(self, part: Part) -> str:
        """A part in words."""
        experiment = self.commands.experiment
        if part.kind == "feature":
            state = "on" if FEATURE_NAMES[part.unit] in experiment.data.features else "off"
            return f"Feature {FEATURES[FEATURE_NAMES[part.unit]].symbol}, {state}"
        facts = facts_of(self.model, part)
        if facts is not None:
            return ", ".join([facts.title, *(f"{name} {value}" for name, value in facts.rows)])
        return layer_title(experiment, part.layer)

    def show_focus(self) -> None:
        """Draw the keyboard's ring, or hide it."""
        shown = self.keyboard.shown and self.hasFocus()
        self.focus_ring.show_at(self.diagram, self.keyboard.current() if shown else None)

    def take_experiment(self) -> None:
        self.editor.close_editor()
        self.pointer.cancel()
        super().take_experiment()
        self.pointer.point_at(None)
        selected = self.workbench.view.selected_layer
        if selected is not None and not self.commands.is_hidden(selected):
            self.commands.select(None)
        self.show_focus()

    # -- events -----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.keyboard.shown = False
            self.show_focus()
            self.pointer.press(event.position())
            pressed = self.part_at(event.position())
            if pressed is not None and pressed.kind in ("card", "unit", "feature"):
                self.keyboard.part = pressed

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer.move(event.position(), bool(event.buttons() & Qt.MouseButton.LeftButton))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.pointer.release(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (delta.x() or delta.y()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.open_menu(self.keyboard.current())
        else:
            self.open_menu(self.part_at(QPointF(event.pos())), event.pos())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.keyboard.wants(event):
            event.accept()
            return True
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.pointer.point_at(None)
        elif event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            part = self.part_at(QPointF(event.pos()))
            hidden = part is not None and self.commands.is_hidden(part.layer)
            QToolTip.showText(event.globalPos(), TIPS.get(part.kind, "") if part is not None and hidden else "", self)
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.keyboard.press(event):
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in KEYBOARD:
            self.keyboard.move_to(self.keyboard.current())
        else:
            self.show_focus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.show_focus()
        self.show_hover(self.pointer.hovered)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        kind = kind_in(event.mimeData())
        if kind is None:
            event.ignore()
            return
        self.pointer.chip_moved(kind, event.position())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.pointer.chip_left()

    def dropEvent(self, event: QDropEvent) -> None:
        kind = kind_in(event.mimeData())
        if kind is None or not self.pointer.chip_dropped(kind, event.position()):
            event.ignore()
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
