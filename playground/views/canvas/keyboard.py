"""The keyboard on the canvas: which part has it, what each key does there, what is read out.

Owns the table of keys; the way from part to part is in `playground.diagram.neighbours`, what is done is done by
`CanvasCommands` or opened by `CanvasOpeners`.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent

from playground.data import inputs
from playground.diagram import neighbours
from playground.diagram.diagram import FEATURES as FEATURE_COLUMN
from playground.diagram.diagram import Part
from playground.experiment.layers import LAYER_KINDS
from playground.views.canvas.commands import CanvasCommands
from playground.views.canvas.openers import CanvasOpeners
from playground.views.canvas.pointer import CanvasPointer
from playground.views.canvas.sight import CanvasSight
from playground.views.canvas.surface import CanvasSurface
from playground.words.network import feature_symbols, layer_title
from playground.words.parts import facts_of

Key = Qt.Key
ARROWS = {Key.Key_Left: (-1, 0), Key.Key_Right: (1, 0), Key.Key_Up: (0, -1), Key.Key_Down: (0, 1)}
ENTER = (Key.Key_Return, Key.Key_Enter)
CONTROL = Qt.KeyboardModifier.ControlModifier


class CanvasKeyboard:
    """`press` returns whether a key was used; `part` is what has the keyboard, its ring is drawn while `shown`."""

    def __init__(
        self, surface: CanvasSurface, sight: CanvasSight, commands: CanvasCommands, openers: CanvasOpeners,
        pointer: CanvasPointer,
    ) -> None:  # fmt: skip
        self._surface, self._sight, self._commands = surface, sight, commands
        self._openers, self._pointer = openers, pointer
        self.part: Part | None = None
        self.shown = False

    def current(self) -> Part:
        """The part that keys act on."""
        diagram = self._surface.diagram
        return neighbours.valid(diagram, self.part) or neighbours.first_part(diagram)

    # -- where it is ------------------------------------------------------------------------------------------------

    def move_to(self, part: Part) -> None:
        """Give a part the keyboard: show it, select its layer, read it out."""
        self.part, self.shown = part, True
        self._commands.select(part.layer)
        self._sight.reveal(part)
        self._surface.scroll_to(part)
        self.show_ring()
        self._point_out(part)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._surface.view, self.spoken(part)))

    def hide_ring(self) -> None:
        """The pointer is used instead."""
        self.shown = False
        self.show_ring()

    def follow(self, part: Part | None) -> None:
        """Keys go on from what the pointer has pressed, where that may have them."""
        if part is not None and part.kind in ("card", "unit", "feature"):
            self.part = part

    def refresh(self) -> None:
        """The network has changed: follow the part, or what stands in for it."""
        self.show_ring()
        if self._has_ring():
            self._point_out(self.current())

    def show_ring(self) -> None:
        """Draw the ring, or hide it."""
        self._surface.show_focus(self.current() if self._has_ring() else None)

    def _has_ring(self) -> bool:
        return self.shown and self._surface.view.hasFocus()

    def _point_out(self, part: Part) -> None:
        """Lines and arcs are told about where the keyboard is, as if they were pointed at."""
        has_arc = part.kind == "card" and self._surface.diagram.arc(part.layer) is not None
        self._surface.show_hover(part if part.kind == "link" else Part("arc", part.layer) if has_arc else None)

    def spoken(self, part: Part) -> str:
        """A part in words."""
        experiment, model = self._commands.experiment, self._surface.model
        if part.kind == "feature":
            state = "on" if experiment.offered_inputs[part.unit] in experiment.input_names else "off"
            noun = inputs.noun_of(experiment.offered_inputs[part.unit], experiment.source_kind.columns)
            return f"{noun.capitalize()} {feature_symbols(experiment)[part.unit]}, {state}"
        facts = facts_of(model, part)
        if facts is not None:
            return ", ".join([facts.title, *(f"{name} {value}" for name, value in facts.rows)])
        title = layer_title(experiment, part.layer)
        if part.kind == "card" and self._surface.diagram.arc(part.layer) is not None:
            arc = facts_of(model, Part("arc", part.layer))
            return f"{title}, {arc.formula if arc is not None else ''}"
        return title

    # -- keys -------------------------------------------------------------------------------------------------------

    def wants(self, event: QKeyEvent) -> bool:
        """Whether this key belongs to the canvas even if the window has a shortcut on it."""
        key, control = Key(event.key()), bool(event.modifiers() & CONTROL)
        if key == Key.Key_Space:
            return self.shown and self.current().kind == "feature"
        if control:
            with_shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier  # Ctrl+Shift+D is the window's
            return key in (Key.Key_Left, Key.Key_Right) or (key == Key.Key_D and not with_shift)
        plain = not event.modifiers() & Qt.KeyboardModifier.AltModifier
        return plain and (key in ARROWS or key in ENTER or key in OTHERS or event.text() in SIGNS)

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key asks for."""
        if not self.wants(event):
            return False
        key, part = Key(event.key()), self.current()
        if event.modifiers() & CONTROL:
            self._press_with_control(key, part)
        elif key in ARROWS:
            self.move_to(neighbours.moved(self._surface.diagram, part, *ARROWS[key]) if self.shown else part)
        elif key in ENTER or key == Key.Key_Space:
            self._enter(part)
        elif event.text() in SIGNS:
            self._sign(event.text(), part)
        else:
            return self._press_other(key, part)
        return True

    def _press_with_control(self, key: Qt.Key, part: Part) -> None:
        if key == Key.Key_D:
            done, target = self._commands.duplicate(part.layer), part.layer + 1
        else:
            target = part.layer + (1 if key == Key.Key_Right else -1)
            done = self._commands.move(part.layer, target)
        if done:
            self.move_to(Part("card", target))

    def _enter(self, part: Part) -> None:
        match part.kind:
            case "feature":
                self._commands.toggle_feature(self._commands.experiment.offered_inputs[part.unit])
            case "unit" | "link" if part.layer >= 0:
                self._openers.edit_value(Part("bias", part.layer, part.unit) if part.kind == "unit" else part)
            case "card" if self._commands.is_hidden(part.layer):
                self._openers.open_setting(part.layer)
            case _:
                self._openers.open_menu(part)

    def _sign(self, text: str, part: Part) -> None:
        if text in "+-":
            self._commands.step_main(part.layer, 1 if text == "+" else -1)
        elif text in "[]":
            self._commands.step_span(part.layer, 1 if text == "]" else -1)
        elif self._commands.is_hidden(part.layer):
            self._openers.edit_main(part.layer, text)

    def _press_other(self, key: Qt.Key, part: Part) -> bool:
        diagram = self._surface.diagram
        match key:
            case Key.Key_F2:
                if part.kind in ("unit", "link"):
                    self._enter(part)
                elif self._commands.is_hidden(part.layer):
                    self._openers.edit_main(part.layer)
            case Key.Key_F4:
                self._openers.open_settings(part.layer)
            case Key.Key_F:
                self._commands.toggle_frozen(part.layer)
            case Key.Key_Delete | Key.Key_Backspace:
                self._commands.remove(part.layer)
            case Key.Key_Insert:
                index = min(part.layer + 1, diagram.head)
                if self._commands.insert(next(iter(LAYER_KINDS)), index):
                    self.move_to(Part("card", index))
            case Key.Key_W:
                self.move_to(neighbours.first_link(diagram, part) or part)
            case Key.Key_PageUp | Key.Key_PageDown:
                self.move_to(neighbours.turned(diagram, part, 1 if key == Key.Key_PageDown else -1))
            case Key.Key_Home:
                self.move_to(neighbours.tile(diagram, FEATURE_COLUMN, 0))
            case Key.Key_End:
                self.move_to(Part("card", diagram.head))
            case _:
                return self._escape()
        return True

    def _escape(self) -> bool:
        """End a drag, or take the selection away; False where there was neither."""
        if self._pointer.cancel():
            return True
        was_selected = self._commands.selected is not None
        self._commands.select(None)
        return was_selected


OTHERS = (
    Key.Key_F2, Key.Key_F4, Key.Key_F, Key.Key_Delete, Key.Key_Backspace, Key.Key_Insert, Key.Key_W, Key.Key_Home,
    Key.Key_End, Key.Key_PageUp, Key.Key_PageDown, Key.Key_Escape,
)  # fmt: skip
SIGNS = tuple("+-[]0123456789")
