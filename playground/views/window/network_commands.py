"""The commands of the Network menu: they edit the selected layer; a new one comes behind it, or last.

Owns these entries of the table; the edits themselves are the canvas's own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QApplication, QMainWindow

from playground.edits.layer_fields import limits_of, main_field
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.layers import LAYER_KINDS, MAX_LAYERS, Layer, Residual, activation_of, is_frozen
from playground.run.snapshot import LINK_FIGURES
from playground.views.canvas.commands import CanvasCommands
from playground.views.window.commands import Command
from playground.views.workbench.workbench import Workbench
from playground.words import formulas
from playground.words.links import ENTRIES, SUBMENU, TIPS


class SelectedLayer:
    """The layer that the commands act on, if there is one."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self.edits = CanvasCommands(workbench)

    @property
    def layers(self) -> tuple[Layer, ...]:
        return self._workbench.experiment.network.layers

    @property
    def index(self) -> int | None:
        layer = self._workbench.view.selected_layer
        return layer if layer is not None and 0 <= layer < len(self.layers) else None

    def doing(self, edit: Callable[[int], object]) -> Callable[[], None]:
        """A command that does this to the selected layer."""

        def run() -> None:
            if self.index is not None:
                edit(self.index)

        return run

    def being(self, fits: Callable[[int], bool] = lambda index: True) -> Callable[[], bool]:
        """Whether a layer is selected for which this holds."""
        return lambda: self.index is not None and fits(self.index)

    def has(self, field: str) -> Callable[[], bool]:
        """Whether a layer with such a setting is selected."""
        return self.being(lambda index: self.edits.has(index, field))

    def can_step(self, index: int, by: int) -> bool:
        """Whether a layer's main number can go one step further."""
        field = main_field(self.layers[index])
        if field is None or not field.step:
            return False
        low, high = limits_of(self.layers[index], field.name)
        here = getattr(self.layers[index], field.name)
        return bool(here < high if by > 0 else here > low)

    def span(self, index: int) -> int:
        """How many layers a residual connection skips; 0 for other layers."""
        own = self.layers[index]
        return own.span if isinstance(own, Residual) else 0

    def step_label(self, units: str, number: str) -> str:
        """What a step of the main number is called for the selected layer."""
        field = None if self.index is None else main_field(self.layers[self.index])
        if field is None or field.name in ("units", "filters"):
            return f"{units} {'unit' if field is None else field.name.removesuffix('s')}"
        return f"{number} {field.label.lower()}"

    def insert(self, kind: str) -> None:
        """A new layer behind the selected one, or last."""
        self.edits.insert(kind, len(self.layers) if self.index is None else self.index + 1)

    def has_room(self) -> bool:
        """Whether one more layer is allowed."""
        return len(self.layers) < MAX_LAYERS


def network_commands(workbench: Workbench) -> list[Command]:
    """Every entry, in the order of the menu."""
    layer = SelectedLayer(workbench)
    return [*_inserts(layer), *_changes(layer), *_activations(layer), *_links(workbench), _formulas(workbench)]


def _inserts(layer: SelectedLayer) -> list[Command]:
    """The first kind has its own entry, the others a submenu."""
    first = next(iter(LAYER_KINDS))
    return [
        Command(
            f"insert_{kind.kind}",
            "Network" if kind.kind == first else "Network/Insert layer",
            f"Insert {kind.label.lower()} layer",
            lambda name=kind.kind: layer.insert(name),  # type: ignore[misc]
            ("Ins",) if kind.kind == first else (),
            "plus" if kind.kind == first else "",
            kind.note,
            enabled=layer.has_room,
        )
        for kind in LAYER_KINDS.values()
    ]


def _changes(layer: SelectedLayer) -> list[Command]:
    edits = layer.edits
    return [
        Command(
            "add_unit",
            "Network",
            "Add unit",
            layer.doing(lambda index: edits.step_main(index, 1)),
            ("+",),
            tip="Of a layer without units: its main number, one step up",
            label=lambda: layer.step_label("Add", "Increase"),
            enabled=layer.being(lambda index: layer.can_step(index, 1)),
            separator=True,
        ),
        Command(
            "remove_unit",
            "Network",
            "Remove unit",
            layer.doing(lambda index: edits.step_main(index, -1)),
            ("-",),
            tip="Of a layer without units: its main number, one step down",
            label=lambda: layer.step_label("Remove", "Decrease"),
            enabled=layer.being(lambda index: layer.can_step(index, -1)),
        ),
        Command(
            "freeze",
            "Network",
            "Frozen",
            layer.doing(edits.toggle_frozen),
            ("F",),
            "lock",
            tip="Training leaves the parameters of this layer as they are",
            enabled=layer.has("frozen"),
            checked=layer.being(lambda index: is_frozen(layer.layers[index])),
        ),
        Command(
            "skip_fewer",
            "Network",
            "Skip one layer fewer",
            layer.doing(lambda index: edits.step_span(index, -1)),
            ("[",),
            enabled=layer.being(lambda index: layer.span(index) > 1),
        ),
        Command(
            "skip_more",
            "Network",
            "Skip one layer more",
            layer.doing(lambda index: edits.step_span(index, 1)),
            ("]",),
            enabled=layer.being(lambda index: 0 < layer.span(index) < index),
        ),
        Command(
            "duplicate",
            "Network",
            "Duplicate layer",
            layer.doing(edits.duplicate),
            ("Ctrl+D",),
            "copy",
            enabled=layer.being(lambda index: layer.has_room()),
            separator=True,
        ),
        Command(
            "move_left",
            "Network",
            "Move layer left",
            layer.doing(lambda index: edits.move(index, index - 1)),
            ("Ctrl+Left",),
            "arrow-left",
            enabled=layer.being(lambda index: index > 0),
        ),
        Command(
            "move_right",
            "Network",
            "Move layer right",
            layer.doing(lambda index: edits.move(index, index + 1)),
            ("Ctrl+Right",),
            "arrow-right",
            enabled=layer.being(lambda index: index + 1 < len(layer.layers)),
        ),
        Command(
            "remove",
            "Network",
            "Remove layer",
            layer.doing(edits.remove),
            ("Del",),
            "trash",
            enabled=layer.being(),
            separator=True,
        ),
    ]


def _links(workbench: Workbench) -> list[Command]:
    """What the links of the canvas show."""
    return [
        Command(
            f"links_{figure}", f"Network/{SUBMENU}", ENTRIES[figure], partial(workbench.set_view, links_show=figure),
            tip=TIPS[figure], checked=lambda figure=figure: workbench.view.links_show == figure,  # type: ignore[misc]
        )
        for figure in LINK_FIGURES
    ]  # fmt: skip


def _formulas(workbench: Workbench) -> Command:
    """The sheet of the network as mathematics, over the window in use; its modules are loaded when it opens first."""

    def show() -> None:
        from playground.views.formulas.sheet import FormulasSheet

        windows = [
            each for each in QApplication.topLevelWidgets() if isinstance(each, QMainWindow) and each.isVisible()
        ]
        active = QApplication.activeWindow()
        FormulasSheet(workbench, active if active in windows else windows[0]).show()

    return Command("formulas", "Network", formulas.ENTRY, show, tip=formulas.ENTRY_TIP, separator=True)


def _activations(layer: SelectedLayer) -> list[Command]:
    found = []
    for each in ACTIVATIONS.values():

        def is_on(index: int, name: str = each.name) -> bool:
            return layer.edits.has(index, "activation") and activation_of(layer.layers[index]) == name

        def use(index: int, name: str = each.name) -> bool:
            return layer.edits.set_activation(index, name)

        tip = f"{each.formula}\n{each.note}"
        found.append(
            Command(
                f"activation_{each.name}",
                "Network/Activation",
                each.label,
                layer.doing(use),
                curve=f"activation:{each.name}",
                tip=tip,
                enabled=layer.has("activation"),
                checked=layer.being(is_on),
            )
        )
    return found
