"""What opens over the canvas: the field for one number, the sheet of a layer's settings, the menus.

Owns where and with what these open; drawing is in `CanvasSurface`, what an entry leads to in `CanvasCommands`.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtWidgets import QMenu

from playground.data.features import is_plane
from playground.diagram.diagram import FEATURES, Part
from playground.edits.layer_fields import main_field
from playground.experiment.layers import Dense
from playground.views.canvas.commands import CanvasCommands
from playground.views.canvas.menus import CanvasMenus
from playground.views.canvas.settings_sheet import LayerSettings
from playground.views.canvas.sight import CanvasSight
from playground.views.canvas.surface import CanvasSurface
from playground.views.canvas.value_editor import ValueEditor, read_parameter, reader_of
from playground.words.network import unit_title
from playground.words.parts import facts_of


class CanvasOpeners(QObject):
    """`opening` is sent before anything opens; `menu` is the open menu, or None."""

    opening = Signal()

    def __init__(self, surface: CanvasSurface, sight: CanvasSight, commands: CanvasCommands) -> None:
        super().__init__(surface)
        self._surface, self._sight, self._commands = surface, sight, commands
        self._menus = CanvasMenus(
            commands, surface.model, self.edit_value, self.edit_main, self.open_settings, self.add_formula
        )
        self.editor = ValueEditor(surface.view)
        self.editor.closed.connect(self._on_closed)
        self.settings = LayerSettings(surface.view, commands)
        self.settings.closed.connect(self._on_closed)
        self.menu: QMenu | None = None
        self._menu_key = 0

    # -- one number -------------------------------------------------------------------------------------------------

    def edit_value(self, part: Part, place: QPoint | None = None) -> None:
        """Type the weight of a link, the bias of a tile, or the gain of a normalization.

        The field opens at a point of the viewport, or at the part, and stays there; the part is lit until it closes.
        """
        model = self._surface.model
        value, index = model.parameter(part), model.parameter_index(part)
        if index is None:
            self._commands.refuse(self._no_value(part))
        elif value is None:
            self._commands.refuse("The network is not ready yet.")
        else:
            at, caption = self._value_caption(part)
            apply = lambda value: self._commands.set_parameter(index, value)  # noqa: E731
            self._open_editor(at, caption, value, read_parameter, apply, place=place)

    def _value_caption(self, part: Part) -> tuple[Part, str]:
        """The part at which a parameter's field opens, and the words over it."""
        if part.kind == "link":
            facts = facts_of(self._surface.model, part)
            return part, "Weight" if facts is None else f"Weight {facts.title}"
        has_bias = self._surface.diagram.outline.plan(part.layer).has_bias
        name = "gain" if part.kind == "gain" else "bias" if has_bias else "shift"
        at = part if name == "bias" else Part("unit", part.layer, part.unit)
        return at, f"{unit_title(self._commands.experiment, part.layer, part.unit)} · {name}"

    def _no_value(self, part: Part) -> str:
        """Why there is no one number to edit."""
        if self._surface.diagram.outline.plan(part.layer).reads_own:
            return "This layer passes values on; there is no single number to edit here."
        return "This line stands for several weights; train them, or edit the file."

    def edit_main(self, layer: int, text: str | None = None) -> None:
        """Type a layer's main number: units, filters, a rate, a span. text: what has been typed already."""
        own = self._commands.experiment.network.layers[layer]
        field = main_field(own)
        if field is None:
            self.open_settings(layer)
            return
        part = Part("count", layer)
        if self._surface.diagram.rect_of(part) is None:
            part = Part("activation", layer)
        caption, value = f"{field.label} of layer {layer + 1}", getattr(own, field.name)
        apply = lambda value: self._commands.set_main(layer, value)  # noqa: E731
        self._open_editor(part, caption, value, reader_of(own, field.name), apply, text)

    def add_formula(self) -> None:
        """Type a formula that becomes an input."""
        columns = self._commands.experiment.source_kind.columns
        if not columns:
            self._commands.refuse("The network reads the pixels of these images; formulas need columns.")
            return
        self.opening.emit()
        caption = f"Formula of {' and '.join(columns)}" if is_plane(columns) else "Formula of the columns"
        at = self._surface.part_position(Part("card", FEATURES))
        self.editor.open_at(at, caption, None, self._commands.checked_formula, self._commands.add_formula, "")

    def _open_editor(
        self, part: Part, caption: str, value: float, read: Callable[[str], float], apply: Callable[[float], object],
        text: str | None = None, place: QPoint | None = None,
    ) -> None:  # fmt: skip
        self.opening.emit()
        self._sight.reveal(part)
        at = self._surface.part_position(part) if place is None else place
        self.editor.open_at(at, caption, value, read, apply, text)
        self._surface.show_editing(part if part.kind in ("link", "bias", "unit") else None)

    def _on_closed(self) -> None:
        self._surface.show_editing(None)
        self._surface.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- settings ---------------------------------------------------------------------------------------------------

    def open_setting(self, layer: int) -> None:
        """What the lower half of a card opens: the activations of a dense layer, else the sheet of settings."""
        if isinstance(self._commands.experiment.network.layers[layer], Dense):
            self.open_activations(layer)
        else:
            self.open_settings(layer)

    def open_settings(self, layer: int) -> None:
        """The sheet with all settings of a hidden layer, under its card."""
        if not self._commands.is_hidden(layer):
            return
        self.opening.emit()
        self._commands.select(layer)
        card = self._surface.diagram.column(layer).card
        middle = self._surface.view.mapFromScene(QPointF(card.center[0], card.bottom + 6))
        if not self.settings.open_for(layer, middle):
            self._commands.refuse("This layer has no settings.")

    # -- menus ------------------------------------------------------------------------------------------------------

    def open_activations(self, layer: int) -> None:
        """The list of activations, under the card."""
        card = self._surface.diagram.column(layer).card
        below = self._surface.view.mapFromScene(QPointF(card.x, card.bottom + 2))
        self._popup(self._menus.activations(self._surface.view, layer), below)

    def open_menu(self, part: Part | None, place: QPoint | None = None) -> None:
        """The context menu of a part, or of the empty canvas; at the part, unless another place is told."""
        if part is not None and self._commands.is_hidden(part.layer):
            self._commands.select(part.layer)
        if place is None:
            if part is not None:
                self._sight.reveal(part)
            middle = self._surface.view.viewport().rect().center()
            place = self._surface.part_position(part) if part is not None else middle
        self._popup(self._menus.for_part(self._surface.view, part, self._surface.diagram), place)

    def _popup(self, menu: QMenu, place: QPoint) -> None:
        self.opening.emit()
        self.close_menu()
        self.menu, key = menu, id(menu)
        self._menu_key = key
        menu.destroyed.connect(lambda: self._on_menu_destroyed(key))
        menu.popup(self._surface.view.viewport().mapToGlobal(place))

    def close_menu(self) -> None:
        """An open menu speaks of a network that may be another one now."""
        if self.menu is not None:
            self.menu.close()

    def _on_menu_destroyed(self, key: int) -> None:
        if key == self._menu_key:
            self.menu = None
