"""Everything a user can do on the canvas, in one place: mouse, keys, menus and drags all end here.

Owns the way from a wish to the workbench, with the message where it is refused; knows nothing of events or places.
"""

from __future__ import annotations

from collections.abc import Callable

from playground.diagram import Part
from playground.errors import WrongUse
from playground.experiment import Experiment
from playground.views import canvas_edits as edits
from playground.views.canvas_edits import Edit
from playground.views.canvas_model import FEATURE_NAMES
from playground.views.workbench import Workbench


class CanvasCommands:
    """Each method returns whether something was changed."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench

    @property
    def experiment(self) -> Experiment:
        return self._workbench.experiment

    def _perform(self, make: Callable[..., Edit], *arguments: object) -> bool:
        try:
            edit = make(self.experiment, *arguments)
        except WrongUse as error:
            self._workbench.show_message(str(error), "info")
            return False
        if edit.experiment == self.experiment or not self._workbench.edit(edit.name, edit.experiment):
            return False
        if edit.selected is not None:
            self.select(edit.selected)
        return True

    def select(self, layer: int | None) -> None:
        """Make a hidden layer the selected one; anything else selects none."""
        known = layer is not None and 0 <= layer < len(self.experiment.network.layers)
        self._workbench.set_view(selected_layer=layer if known else None)

    def is_hidden(self, layer: int) -> bool:
        """Whether this is a hidden layer: not the features, not the output."""
        return 0 <= layer < len(self.experiment.network.layers)

    def insert(self, kind: str, index: int) -> bool:
        """A new layer before position `index`."""
        return self._perform(edits.insert_layer, kind, index)

    def append(self, kind: str) -> bool:
        """A new layer right before the output."""
        return self.insert(kind, len(self.experiment.network.layers))

    def remove(self, layer: int) -> bool:
        """Take a layer away; features and output stay."""
        if not self.is_hidden(layer):
            self._workbench.show_message("Only layers between features and output can be removed.", "info")
            return False
        return self._perform(edits.remove_layer, layer)

    def duplicate(self, layer: int) -> bool:
        """A second layer like it."""
        return self.is_hidden(layer) and self._perform(edits.duplicate_layer, layer)

    def move(self, layer: int, target: int) -> bool:
        """Put a layer to another place."""
        return self.is_hidden(layer) and self._perform(edits.move_layer, layer, target)

    def step_units(self, layer: int, by: int) -> bool:
        """So many units more or fewer."""
        return self.is_hidden(layer) and self.set_units(layer, self.experiment.network.layers[layer].units + by)

    def set_units(self, layer: int, units: float) -> bool:
        """Another number of units."""
        return self.is_hidden(layer) and self._perform(edits.set_units, layer, int(units))

    def set_activation(self, layer: int, activation: str) -> bool:
        """Another activation function."""
        return self.is_hidden(layer) and self._perform(edits.set_activation, layer, activation)

    def toggle_feature(self, row: int) -> bool:
        """A feature on or off."""
        return self._perform(edits.toggle_feature, FEATURE_NAMES[row])

    def set_parameter(self, index: int, value: float) -> None:
        """Another weight or bias."""
        self._workbench.set_parameter(index, value)

    def feature_input(self, part: Part) -> int | None:
        """Which input a feature tile is, or None where it is switched off."""
        name, active = FEATURE_NAMES[part.unit], self.experiment.data.features
        return active.index(name) if name in active else None
