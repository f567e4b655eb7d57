"""The canvas as a widget: brings events to the pointer and the keyboard, and says what is pointed at.

Owns that wiring and the tool tips; what opens over the canvas is in `CanvasOpeners`, what edits do in `CanvasCommands`.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
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
from PySide6.QtWidgets import QToolTip

from playground.data.features import FEATURES
from playground.diagram.diagram import Part
from playground.diagram.shown import FEATURE_NAMES
from playground.views.canvas.drag import kind_in
from playground.views.canvas.keyboard import CanvasKeyboard
from playground.views.canvas.openers import CanvasOpeners
from playground.views.canvas.pointer import CanvasPointer, hovered_unit
from playground.views.controls.focus import KEYBOARD
from playground.views.workbench.workbench import Workbench
from playground.words.network import layer_title
from playground.words.parts import card_tip, facts_of

TIPS = {
    "minus": "One less  −",
    "plus": "One more  +",
    "count": "Type the number",
    "arc": "The arc of a residual connection: [ and ] skip fewer or more layers.",
    "arc_start": "Drag it to another layer to add that one instead.  [ and ] do the same.",
    "more": "These units take part but have no room here; make the window taller to see more.",
}


class CanvasView(CanvasOpeners):
    """The network, to be edited with pointer and keyboard."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench)
        self.pointer = CanvasPointer(self)
        self.keyboard = CanvasKeyboard(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def stop_pointing(self) -> None:
        self.pointer.point_at(None)

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
        plane = self.model.outline.is_plane
        self.workbench.set_view(hovered=hovered_unit(part, row) if plane else None)

    def on_part_focused(self, part: Part) -> None:
        """The keyboard has come to a part: show it, select its layer, read it out."""
        self.commands.select(part.layer)
        rect = self.diagram.rect_of(part)
        if rect is not None:
            self.ensureVisible(rect.x, rect.y, rect.w, rect.h, 24, 0)
        self.show_focus()
        self._hover_focused(part)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.spoken(part)))

    def _hover_focused(self, part: Part) -> None:
        """Lines and arcs are told about where the keyboard is, as if they were pointed at."""
        arc = Part("arc", part.layer) if part.kind == "card" and self.diagram.arc(part.layer) is not None else None
        self.show_hover(part if part.kind == "link" else arc)

    def spoken(self, part: Part) -> str:
        """A part in words."""
        experiment = self.commands.experiment
        if part.kind == "feature":
            state = "on" if FEATURE_NAMES[part.unit] in experiment.data.features else "off"
            return f"Feature {FEATURES[FEATURE_NAMES[part.unit]].symbol}, {state}"
        facts = facts_of(self.model, part)
        if facts is not None:
            return ", ".join([facts.title, *(f"{name} {value}" for name, value in facts.rows)])
        if part.kind == "card" and self.diagram.arc(part.layer) is not None:
            arc = facts_of(self.model, Part("arc", part.layer))
            return f"{layer_title(experiment, part.layer)}, {arc.formula if arc is not None else ''}"
        return layer_title(experiment, part.layer)

    def show_focus(self) -> None:
        """Draw the keyboard's ring, or hide it."""
        shown = self.keyboard.shown and self.hasFocus()
        self.focus_ring.show_at(self.diagram, self.keyboard.current() if shown else None)

    def take_experiment(self) -> None:
        self.editor.close_editor()
        self.pointer.cancel()
        super().take_experiment()
        self.settings.refresh()
        self.pointer.point_at(None)
        selected = self.workbench.view.selected_layer
        if selected is not None and not self.commands.is_hidden(selected):
            self.commands.select(None)
        self.show_focus()
        if self.keyboard.shown and self.hasFocus():
            self._hover_focused(self.keyboard.current())

    # -- events -----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.keyboard.shown = False
            self.show_focus()
            self.settings.close_sheet()
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
            QToolTip.showText(event.globalPos(), self.tip_of(part), self)
            return True
        return super().viewportEvent(event)

    def tip_of(self, part: Part | None) -> str:
        """The tool tip of a part."""
        if part is None or not self.commands.is_hidden(part.layer):
            return ""
        return card_tip(self.model, part.layer) if part.kind in ("card", "activation") else TIPS.get(part.kind, "")

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
