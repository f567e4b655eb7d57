"""The menus of the canvas: one for each kind of part, and the list of activations.

Owns what is offered where, with its shortcut; every entry ends in `CanvasCommands` or in an editor.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from playground.diagram import Diagram, Part
from playground.features import FEATURES
from playground.network import ACTIVATIONS, LAYER_KINDS, MAX_LAYERS
from playground.views import theme
from playground.views.canvas_commands import CanvasCommands
from playground.views.canvas_edits import source_title
from playground.views.canvas_facts import number
from playground.views.canvas_model import CanvasModel

MOST_WEIGHTS = 16
"""Weights listed in a unit's menu."""


def make_menu(parent: QWidget) -> QMenu:
    """An empty menu that destroys itself when it closes."""
    menu = QMenu(parent)
    menu.setFont(theme.ui_font())
    menu.setToolTipsVisible(True)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def add(
    menu: QMenu, text: str, do: Callable[[], object], keys: str = "", enabled: bool = True, tip: str = ""
) -> QAction:  # fmt: skip
    """An entry; the shortcut is only shown, the canvas itself listens to the keys."""
    action = menu.addAction(f"{text}\t{keys}" if keys else text)
    action.setEnabled(enabled)
    action.setToolTip(tip)
    action.triggered.connect(lambda: do())
    return action


class CanvasMenus:
    """Builds menus; `edit_value` opens the editor for a bias or a weight, `edit_units` that for a layer's units."""

    def __init__(
        self, commands: CanvasCommands, model: CanvasModel, edit_value: Callable[[Part], object],
        edit_units: Callable[[int], object],
    ) -> None:  # fmt: skip
        self._commands, self._model = commands, model
        self._edit_value, self._edit_units = edit_value, edit_units

    def for_part(self, parent: QWidget, part: Part | None, diagram: Diagram) -> QMenu:
        """The menu of a part; of the empty canvas where it is None."""
        menu = make_menu(parent)
        if part is None:
            self._add_inserts(menu, diagram.head)
        elif part.kind == "feature":
            self._add_features(menu, part)
        elif part.kind == "link":
            self._add_weight(menu, part)
        else:
            if part.kind in ("unit", "bias"):
                self._add_unit(menu, part, diagram)
                menu.addSeparator()
            self._add_layer(menu, part.layer)
        return menu

    def activations(self, parent: QWidget, layer: int) -> QMenu:
        """All activations, the layer's own one checked."""
        menu = make_menu(parent)
        self._fill_activations(menu, layer)
        return menu

    def _fill_activations(self, menu: QMenu, layer: int) -> None:
        chosen = self._commands.experiment.network.layers[layer].activation
        group = QActionGroup(menu)
        for activation in ACTIVATIONS.values():
            action = add(
                menu, activation.label, partial(self._commands.set_activation, layer, activation.name),
                tip=f"{activation.formula}\n{activation.note}",
            )  # fmt: skip
            action.setCheckable(True)
            action.setActionGroup(group)
            action.setChecked(activation.name == chosen)

    def _add_features(self, menu: QMenu, part: Part) -> None:
        active = self._commands.experiment.data.features
        for row, feature in enumerate(FEATURES.values()):
            action = add(menu, feature.symbol, partial(self._commands.toggle_feature, row), tip=feature.formula)
            action.setCheckable(True)
            action.setChecked(feature.name in active)
            if row == part.unit:
                menu.setActiveAction(action)

    def _add_weight(self, menu: QMenu, part: Part) -> None:
        value = self._model.parameter(part)
        add(menu, "Edit weight…", lambda: self._edit_value(part), "Enter", value is not None)
        index = self._model.parameter_index(part)
        add(menu, "Set weight to 0", lambda: self._commands.set_parameter(index, 0.0), enabled=bool(value))

    def _add_unit(self, menu: QMenu, part: Part, diagram: Diagram) -> None:
        bias = Part("bias", part.layer, part.unit)
        value = self._model.parameter(bias)
        known = "" if value is None else f" ({number(value)})"
        add(menu, f"Edit bias{known}…", lambda: self._edit_value(bias), "F2", value is not None)
        weights = menu.addMenu("Edit weight from")
        links = diagram.links(part.layer)
        for source in links.sources[links.units == part.unit][:MOST_WEIGHTS].tolist():
            link = Part("link", part.layer, part.unit, source)
            text, value = source_title(self._model.experiment, part.layer, source), self._model.parameter(link)
            shown = "" if value is None else number(value)
            add(weights, text, partial(self._edit_value, link), shown, value is not None)
        weights.setEnabled(not weights.isEmpty())

    def _add_layer(self, menu: QMenu, layer: int) -> None:
        commands, count = self._commands, len(self._commands.experiment.network.layers)
        if not commands.is_hidden(layer):
            self._add_inserts(menu, count if layer >= count else 0)
            return
        self._fill_activations(menu.addMenu("Activation"), layer)
        add(menu, "Add unit", lambda: commands.step_units(layer, 1), "+")
        several = commands.experiment.network.layers[layer].units > 1
        add(menu, "Remove unit", lambda: commands.step_units(layer, -1), "−", several)
        add(menu, "Number of units…", lambda: self._edit_units(layer), "0–9")
        menu.addSeparator()
        self._add_inserts(menu, layer, " before")
        self._add_inserts(menu, layer + 1, " after", "Ins")
        add(menu, "Duplicate layer", lambda: commands.duplicate(layer), "Ctrl+D", count < MAX_LAYERS)
        menu.addSeparator()
        add(menu, "Move left", lambda: commands.move(layer, layer - 1), "Ctrl+Left", layer > 0)
        add(menu, "Move right", lambda: commands.move(layer, layer + 1), "Ctrl+Right", layer < count - 1)
        menu.addSeparator()
        add(menu, "Remove layer", lambda: commands.remove(layer), "Del")

    def _add_inserts(self, menu: QMenu, index: int, where: str = "", keys: str = "") -> None:
        """One entry for every kind of the palette."""
        room = len(self._commands.experiment.network.layers) < MAX_LAYERS
        for kind in LAYER_KINDS.values():
            text = f"Insert {kind.label.lower()} layer{where}"
            add(menu, text, partial(self._commands.insert, kind.kind, index), keys, room, kind.note)
