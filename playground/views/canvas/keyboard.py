"""The table of keys of the canvas.

Owns which key does what on which part; moving from part to part is in `canvas_keys`, doing in `CanvasCommands`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from playground.diagram.diagram import FEATURES as FEATURE_COLUMN
from playground.diagram.diagram import Part
from playground.experiment.layers import LAYER_KINDS
from playground.views.canvas import neighbours as canvas_keys

if TYPE_CHECKING:
    from playground.views.canvas.view import CanvasView

Key = Qt.Key
ARROWS = {Key.Key_Left: (-1, 0), Key.Key_Right: (1, 0), Key.Key_Up: (0, -1), Key.Key_Down: (0, 1)}
ENTER = (Key.Key_Return, Key.Key_Enter)
CONTROL = Qt.KeyboardModifier.ControlModifier


class CanvasKeyboard:
    """`press` returns whether a key was used; `part` is what has the keyboard."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self.part: Part | None = None
        self.shown = False

    def current(self) -> Part:
        """The part that keys act on."""
        diagram = self._view.diagram
        return canvas_keys.valid(diagram, self.part) or canvas_keys.first_part(diagram)

    def wants(self, event: QKeyEvent) -> bool:
        """Whether this key belongs to the canvas even if the window has a shortcut on it."""
        key, control = Key(event.key()), bool(event.modifiers() & CONTROL)
        if key == Key.Key_Space:
            return self.shown and self.current().kind == "feature"
        if control:
            return key in (Key.Key_D, Key.Key_Left, Key.Key_Right)
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
            self.move_to(canvas_keys.moved(self._view.diagram, part, *ARROWS[key]) if self.shown else part)
        elif key in ENTER or key == Key.Key_Space:
            self._enter(part)
        elif event.text() in SIGNS:
            self._sign(event.text(), part)
        else:
            return self._press_other(key, part)
        return True

    def move_to(self, part: Part) -> None:
        """Give a part the keyboard and show its ring."""
        self.part, self.shown = part, True
        self._view.on_part_focused(part)

    def _press_with_control(self, key: Qt.Key, part: Part) -> None:
        commands = self._view.commands
        if key == Key.Key_D:
            done, target = commands.duplicate(part.layer), part.layer + 1
        else:
            target = part.layer + (1 if key == Key.Key_Right else -1)
            done = commands.move(part.layer, target)
        if done:
            self.move_to(Part("card", target))

    def _enter(self, part: Part) -> None:
        view = self._view
        match part.kind:
            case "feature":
                view.commands.toggle_feature(part.unit)
            case "unit" | "link" if part.layer >= 0:
                view.edit_value(Part("bias", part.layer, part.unit) if part.kind == "unit" else part)
            case "card" if view.commands.is_hidden(part.layer):
                view.open_setting(part.layer)
            case _:
                view.open_menu(part)

    def _sign(self, text: str, part: Part) -> None:
        commands = self._view.commands
        if text in "+-":
            commands.step_main(part.layer, 1 if text == "+" else -1)
        elif text in "[]":
            commands.step_span(part.layer, 1 if text == "]" else -1)
        elif commands.is_hidden(part.layer):
            self._view.edit_main(part.layer, text)

    def _press_other(self, key: Qt.Key, part: Part) -> bool:
        view = self._view
        match key:
            case Key.Key_F2:
                if part.kind in ("unit", "link"):
                    self._enter(part)
                elif view.commands.is_hidden(part.layer):
                    view.edit_main(part.layer)
            case Key.Key_F4:
                view.open_settings(part.layer)
            case Key.Key_F:
                view.commands.toggle_frozen(part.layer)
            case Key.Key_Delete | Key.Key_Backspace:
                view.commands.remove(part.layer)
            case Key.Key_Insert:
                index = min(part.layer + 1, view.diagram.head)
                if view.commands.insert(next(iter(LAYER_KINDS)), index):
                    self.move_to(Part("card", index))
            case Key.Key_W:
                link = canvas_keys.first_link(view.diagram, part)
                self.move_to(link if link is not None else part)
            case Key.Key_Home:
                self.move_to(canvas_keys.tile(view.diagram, FEATURE_COLUMN, 0))
            case Key.Key_End:
                self.move_to(Part("card", view.diagram.head))
            case _:
                return view.cancel()
        return True


OTHERS = (
    Key.Key_F2, Key.Key_F4, Key.Key_F, Key.Key_Delete, Key.Key_Backspace, Key.Key_Insert, Key.Key_W, Key.Key_Home,
    Key.Key_End, Key.Key_Escape,
)  # fmt: skip
SIGNS = tuple("+-[]0123456789")
