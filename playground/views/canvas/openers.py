"""The canvas with all that opens over it: the field for one number, the sheet of a layer's settings, the menus.

Owns where and with what these open; drawing is in `CanvasSurface`, events are in `CanvasView`.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QMenu

from playground.diagram.diagram import Part
from playground.edits.layer_fields import main_field
from playground.experiment.layers import Dense
from playground.views.canvas.commands import CanvasCommands
from playground.views.canvas.menus import CanvasMenus
from playground.views.canvas.settings_sheet import LayerSettings
from playground.views.canvas.surface import CanvasSurface
from playground.views.canvas.value_editor import ValueEditor, read_number, reader_of
from playground.views.workbench.workbench import Workbench
from playground.words.network import unit_title
from playground.words.parts import facts_of


class CanvasOpeners(CanvasSurface):
    """`menu` is the open menu, or None; `stop_pointing` is called before something opens."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench)
        self.commands = CanvasCommands(workbench)
        self.menus = CanvasMenus(self.commands, self.model, self.edit_value, self.edit_main, self.open_settings)
        self.editor = ValueEditor(self.viewport())
        self.editor.closed.connect(self._on_editor_closed)
        self.settings = LayerSettings(self.viewport(), self.commands)
        self.settings.closed.connect(self._on_editor_closed)
        self.menu: QMenu | None = None

    def stop_pointing(self) -> None:
        """Nothing is pointed at any more."""
        self.show_hover(None)

    # -- one number -------------------------------------------------------------------------------------------------

    def edit_value(self, part: Part) -> None:
        """Type the weight of a link, the bias of a tile, or the gain of a normalization."""
        value, index = self.model.parameter(part), self.model.parameter_index(part)
        if index is None:
            self.commands.refuse(self._no_value(part))
            return
        if value is None:
            self.workbench.show_message("The network is not ready yet.", "info")
            return
        facts = facts_of(self.model, part)
        if part.kind == "link":
            caption = f"Weight  {facts.title}" if facts is not None else "Weight"
        else:
            name = (
                "gain" if part.kind == "gain" else "bias" if self.diagram.outline.plan(part.layer).has_bias else "shift"
            )
            caption = f"{unit_title(self.commands.experiment, part.layer, part.unit)} · {name}"
        at = part if part.kind == "link" or name == "bias" else Part("unit", part.layer, part.unit)
        self._open_editor(at, caption, value, read_number, lambda value: self.commands.set_parameter(index, value))

    def _no_value(self, part: Part) -> str:
        """Why there is no one number to edit."""
        if self.diagram.outline.plan(part.layer).reads_own:
            return "This layer passes values on; there is no single number to edit here."
        return "This line stands for several weights; train them, or edit the file."

    def edit_main(self, layer: int, text: str | None = None) -> None:
        """Type a layer's main number: units, filters, a rate, a span."""
        own = self.commands.experiment.network.layers[layer]
        field = main_field(own)
        if field is None:
            self.open_settings(layer)
            return
        part = Part("count", layer)
        if self.diagram.rect_of(part) is None:
            part = Part("activation", layer)
        caption, value = f"{field.label} of layer {layer + 1}", getattr(own, field.name)
        apply = lambda value: self.commands.set_main(layer, value)  # noqa: E731
        self._open_editor(part, caption, value, reader_of(own, field.name), apply, text)

    def _open_editor(
        self, part: Part, caption: str, value: float, read: Callable[[str], float], apply: Callable[[float], object],
        text: str | None = None,
    ) -> None:  # fmt: skip
        self.stop_pointing()
        self.editor.open_at(self.part_position(part), caption, value, read, apply, text)

    def _on_editor_closed(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_setting(self, layer: int) -> None:
        """What the lower half of a card opens: the activations of a dense layer, else the sheet of settings."""
        if isinstance(self.commands.experiment.network.layers[layer], Dense):
            self.open_activations(layer)
        else:
            self.open_settings(layer)

    def open_activations(self, layer: int) -> None:
        """The list of activations, under the card."""
        self._popup(self.menus.activations(self, layer), self._under_card(layer))

    def open_settings(self, layer: int) -> None:
        """The sheet with all settings of a hidden layer, under its card."""
        if not self.commands.is_hidden(layer):
            return
        self.stop_pointing()
        self.commands.select(layer)
        rect = self.diagram.column(layer).card
        middle = self.mapFromScene(QPointF(rect.center[0], rect.bottom + 6))
        if not self.settings.open_for(layer, middle):
            self.commands.refuse("This layer has no settings.")

    def _under_card(self, layer: int) -> QPoint:
        rect = self.diagram.column(layer).card
        return self.mapFromScene(QPointF(rect.x, rect.bottom + 2))

    def open_menu(self, part: Part | None, place: QPoint | None = None) -> None:
        """The context menu of a part."""
        if part is not None and self.commands.is_hidden(part.layer):
            self.commands.select(part.layer)
        if place is None:
            place = self.part_position(part) if part is not None else self.viewport().rect().center()
        self._popup(self.menus.for_part(self, part, self.diagram), place)

    def _popup(self, menu: QMenu, place: QPoint) -> None:
        self.stop_pointing()
        self.menu = menu
        menu.destroyed.connect(self._on_menu_destroyed)
        menu.popup(self.viewport().mapToGlobal(place))

    def _on_menu_destroyed(self) -> None:
        self.menu = None
