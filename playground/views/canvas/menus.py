"""The menus of the canvas: one for each kind of part, and the list of activations.

Owns what is offered where, with its shortcut; every entry ends in `CanvasCommands` or in an editor.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from playground.data import inputs
from playground.diagram.diagram import Diagram, Part
from playground.diagram.shown import CanvasModel
from playground.edits.layer_fields import fields_of, limits_of, main_field
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.layers import LAYER_KINDS, MAX_LAYERS, Layer, is_frozen
from playground.numbers import weight
from playground.views.canvas.commands import CanvasCommands
from playground.views.marks.curve_icon import curve_icon
from playground.views.theme import theme
from playground.words.network import source_title, span_text

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
    """Builds menus; `edit_value` opens the editor for a parameter, `edit_main` that for a layer's main number, and
    `open_settings` the sheet with all settings, `add_formula` the field for one."""

    def __init__(
        self, commands: CanvasCommands, model: CanvasModel, edit_value: Callable[[Part], object],
        edit_main: Callable[[int], object], open_settings: Callable[[int], object],
        add_formula: Callable[[], object],
    ) -> None:  # fmt: skip
        self._commands, self._model = commands, model
        self._edit_value, self._edit_main, self._open_settings = edit_value, edit_main, open_settings
        self._add_formula = add_formula

    def for_part(self, parent: QWidget, part: Part | None, diagram: Diagram) -> QMenu:
        """The menu of a part; of the empty canvas where it is None."""
        menu = make_menu(parent)
        if part is None:
            self._add_inserts(menu.addMenu("Insert"), diagram.head)
        elif part.kind == "feature" or (part.kind == "card" and part.layer < 0 and not diagram.outline.is_image):
            self._add_features(menu, part)
        elif part.kind == "link":
            self._add_weight(menu, part)
        else:
            if part.kind in ("unit", "bias") and part.layer >= 0:
                self._add_unit(menu, part, diagram)
            self._add_layer(menu, part.layer)
        return menu

    def activations(self, parent: QWidget, layer: int) -> QMenu:
        """All activations, the layer's own one checked."""
        menu = make_menu(parent)
        self._fill_activations(menu, layer)
        return menu

    def _fill_activations(self, menu: QMenu, layer: int) -> None:
        chosen = getattr(self._commands.experiment.network.layers[layer], "activation", "")
        group = QActionGroup(menu)
        for activation in ACTIVATIONS.values():
            action = add(
                menu, activation.label, partial(self._commands.set_activation, layer, activation.name),
                tip=f"{activation.formula}\n{activation.note}",
            )  # fmt: skip
            action.setCheckable(True)
            action.setIcon(curve_icon(f"activation:{activation.name}"))
            action.setActionGroup(group)
            action.setChecked(activation.name == chosen)

    def _add_features(self, menu: QMenu, part: Part) -> None:
        experiment = self._commands.experiment
        columns, active = experiment.source_kind.columns, experiment.input_names
        for row, name in enumerate(experiment.offered_inputs):
            symbol, tip = inputs.symbol_of(name, columns), inputs.meaning_of(name, columns)
            action = add(menu, symbol, partial(self._commands.toggle_feature, name), tip=tip)
            action.setCheckable(True)
            action.setChecked(name in active)
            if row == part.unit:
                menu.setActiveAction(action)
        menu.addSeparator()
        add(menu, "Add a formula…", self._add_formula, tip="such as sin(3*x) + abs(y)")
        for name in experiment.offered_inputs:
            if inputs.is_formula(name, columns):
                add(menu, f"Remove {name}", partial(self._commands.remove_formula, name))

    def _add_weight(self, menu: QMenu, part: Part) -> None:
        value, index = self._model.parameter(part), self._model.parameter_index(part)
        if index is None:
            add(menu, "This line stands for several weights, or for none", lambda: None, enabled=False)
            return
        add(menu, "Edit weight…", lambda: self._edit_value(part), "Enter", value is not None)
        add(menu, "Set weight to 0", lambda: self._commands.set_parameter(index, 0.0), enabled=bool(value))

    def _add_unit(self, menu: QMenu, part: Part, diagram: Diagram) -> None:
        """What can be changed of one tile: its gain, its bias, the weights into it."""
        names = {"gain": "gain", "bias": "bias" if diagram.outline.plan(part.layer).has_bias else "shift"}
        for kind, name in names.items():
            own = Part(kind, part.layer, part.unit)
            value = self._model.parameter(own)
            if self._model.parameter_index(own) is not None:
                known = "" if value is None else f" ({weight(value)})"
                keys = "F2" if name != "gain" else ""
                add(menu, f"Edit {name}{known}…", partial(self._edit_value, own), keys, value is not None)
        links = diagram.links(part.layer)
        sources = links.sources[links.units == part.unit][:MOST_WEIGHTS].tolist()
        parts = [Part("link", part.layer, part.unit, source) for source in sources]
        if parts and self._model.parameter_index(parts[0]) is not None:
            weights = menu.addMenu("Edit weight from")
            for link in parts:
                text = source_title(self._model.experiment, part.layer, link.source)
                value = self._model.parameter(link)
                shown = "" if value is None else weight(value)
                add(weights, text, partial(self._edit_value, link), shown, value is not None)
        menu.addSeparator()

    def _add_layer(self, menu: QMenu, layer: int) -> None:
        commands, count = self._commands, len(self._commands.experiment.network.layers)
        if not commands.is_hidden(layer):
            self._add_inserts(menu.addMenu("Insert"), count if layer >= count else 0)
            return
        self._add_settings(menu, layer, commands.experiment.network.layers[layer])
        menu.addSeparator()
        self._add_inserts(menu.addMenu("Insert before"), layer)
        self._add_inserts(menu.addMenu("Insert after"), layer + 1)
        add(menu, "Duplicate layer", lambda: commands.duplicate(layer), "Ctrl+D", count < MAX_LAYERS)
        menu.addSeparator()
        add(menu, "Move left", lambda: commands.move(layer, layer - 1), "Ctrl+Left", layer > 0)
        add(menu, "Move right", lambda: commands.move(layer, layer + 1), "Ctrl+Right", layer < count - 1)
        menu.addSeparator()
        add(menu, "Remove layer", lambda: commands.remove(layer), "Del")

    def _add_settings(self, menu: QMenu, layer: int, own: Layer) -> None:
        """What the layer has: an activation, a main number, a switch for training."""
        commands = self._commands
        if commands.has(layer, "activation"):
            self._fill_activations(menu.addMenu("Activation"), layer)
        field = main_field(own)
        if commands.has(layer, "span"):
            self._add_spans(menu.addMenu("Skip"), layer)
        elif field is not None:
            here, (low, high) = getattr(own, field.name), limits_of(own, field.name)
            noun = field.label.lower()
            more, less = (f"Add {noun[:-1]}", f"Remove {noun[:-1]}") if noun in ("units", "filters") else (
                f"Larger {noun}", f"Smaller {noun}")  # fmt: skip
            add(menu, more, lambda: commands.step_main(layer, 1), "+", here < high)
            add(menu, less, lambda: commands.step_main(layer, -1), "−", here > low)
            number_of = f"Number of {noun}…" if field.name in ("units", "filters") else f"{field.label}…"
            add(menu, number_of, lambda: self._edit_main(layer), "0–9")
        if commands.has(layer, "frozen"):
            frozen = add(menu, "Frozen", lambda: commands.toggle_frozen(layer), "F", tip="Training leaves it as it is")
            frozen.setCheckable(True)
            frozen.setChecked(is_frozen(own))
        if fields_of(own):
            add(menu, "All settings…", lambda: self._open_settings(layer), "F4")

    def _add_spans(self, menu: QMenu, layer: int) -> None:
        """Where a residual connection may start."""
        chosen, group = getattr(self._commands.experiment.network.layers[layer], "span", 0), QActionGroup(menu)
        for span in range(1, layer + 1):
            source = layer - span - 1
            text = f"{span_text(span)}: adds {'the inputs' if source < 0 else f'layer {source + 1}'}"
            keys = {chosen - 1: "[", chosen + 1: "]"}.get(span, "")
            action = add(menu, text, partial(self._commands.set_source, layer, source), keys)
            action.setCheckable(True)
            action.setActionGroup(group)
            action.setChecked(span == chosen)

    def _add_inserts(self, menu: QMenu, index: int) -> None:
        """One entry for every kind of the palette; where one is impossible its tip says why."""
        menu.setToolTipsVisible(True)
        for kind in LAYER_KINDS.values():
            reason = self._commands.insert_refusal(kind.kind, index)
            keys = "Ins" if kind.kind == "dense" else ""
            add(
                menu,
                kind.label,
                partial(self._commands.insert, kind.kind, index),
                keys,
                reason is None,
                reason or kind.note,
            )
