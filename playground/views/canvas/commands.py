"""Everything a user can do on the canvas, in one place: mouse, keys, menus and drags all end here.

Owns the way from a wish to the workbench, with the message where it is refused; knows nothing of events or places.
"""

from __future__ import annotations

from collections.abc import Callable

from playground.data.source_kind import PLANE
from playground.diagram.diagram import FEATURES as FEATURE_COLUMN
from playground.diagram.diagram import Part
from playground.edits import network as edits
from playground.edits.network import Edit
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Residual, is_frozen
from playground.views.workbench.workbench import Workbench
from playground.words.errors import told
from playground.words.network import inputs_title

LOCKS: dict[Callable[..., Edit], str] = {
    edits.insert_layer: "layers", edits.remove_layer: "layers", edits.duplicate_layer: "layers",
    edits.move_layer: "layers", edits.set_units: "units", edits.set_main: "units", edits.step_main: "units",
    edits.set_activation: "activation",
}  # fmt: skip
"""The control of a link, by its name there, that each edit belongs to."""


class CanvasCommands:
    """Each edit returns whether something was changed."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench

    @property
    def experiment(self) -> Experiment:
        return self._workbench.experiment

    def _perform(self, make: Callable[..., Edit], *arguments: object) -> bool:
        if self._is_locked(make, *arguments):
            return self.refuse("The link hides this control, so it is locked; Edit → Unlock controls frees it.")
        try:
            edit = make(self.experiment, *arguments)
        except WrongUse as error:
            return self.refuse(told(error))
        if edit.experiment == self.experiment:
            return False
        reason = edits.problem(edit.experiment)
        if reason is not None:
            return self.refuse(reason)
        self._workbench.accept(edit.name, edit.experiment)
        if edit.selected is not None:
            self.select(edit.selected)
        return True

    def _is_locked(self, make: Callable[..., Edit], *arguments: object) -> bool:
        """Whether the control that makes such an edit is locked."""
        locked = self._workbench.view.locked
        if make is edits.toggle_feature:
            return arguments[0] in locked
        if make is edits.set_field and arguments[1:2] == ("activation",):
            return "activation" in locked
        return LOCKS.get(make, "") in locked

    def refuse(self, sentence: str) -> bool:
        """Say why something was not done."""
        self._workbench.show_message(sentence, "info")
        return False

    @property
    def selected(self) -> int | None:
        """The selected layer."""
        return self._workbench.view.selected_layer

    def select(self, layer: int | None) -> None:
        """Make a hidden layer the selected one; anything else selects none."""
        known = layer is not None and 0 <= layer < len(self.experiment.network.layers)
        self._workbench.set_view(selected_layer=layer if known else None)

    def look_at(self, part: Part | None) -> None:
        """Let the decision map show what a part computes over the plane; nothing where it computes nothing there.

        Samples with more than two columns have a plane through them.
        """
        on_plane = part is not None and len(self.experiment.source_kind.columns) >= len(PLANE)
        self._workbench.set_view(hovered=self._on_the_plane(part) if part is not None and on_plane else None)

    def _on_the_plane(self, part: Part) -> tuple[int, int] | None:
        """The layer and the unit whose map a part stands for; of a feature, which input it is while it is one."""
        if part.kind not in ("feature", "unit", "bias"):
            return None
        if part.layer != FEATURE_COLUMN:
            return part.layer, part.unit
        name, active = self.experiment.offered_inputs[part.unit], self.experiment.input_names
        known = name in active[: len(self.experiment.chosen_inputs)]  # an added input is no function of the plane
        return (FEATURE_COLUMN, active.index(name)) if known else None

    def is_hidden(self, layer: int) -> bool:
        """Whether this is a hidden layer: not the inputs, not the output."""
        return 0 <= layer < len(self.experiment.network.layers)

    def has(self, layer: int, field: str) -> bool:
        """Whether this is a hidden layer with such a setting."""
        return self.is_hidden(layer) and field in type(self.experiment.network.layers[layer]).__struct_fields__

    # -- layers -----------------------------------------------------------------------------------------------------

    def insert(self, kind: str, index: int) -> bool:
        """A new layer before position `index`."""
        return self._perform(edits.insert_layer, kind, index)

    def insert_refusal(self, kind: str, index: int) -> str | None:
        """Why a layer of this kind is impossible before position `index`, or None."""
        return edits.refusal(edits.insert_layer, self.experiment, kind, index)

    def move_refusal(self, layer: int, target: int) -> str | None:
        """Why a layer cannot be put to another place, or None."""
        return edits.refusal(edits.move_layer, self.experiment, layer, target)

    def append(self, kind: str) -> bool:
        """A new layer right before the output, or as near to it as it is possible."""
        return self.insert(kind, edits.best_index(self.experiment, kind))

    def remove(self, layer: int) -> bool:
        """Take a layer away; features and output stay."""
        if not self.is_hidden(layer):
            inputs = inputs_title(self.experiment).lower()
            return self.refuse(f"Only layers between {inputs} and output can be removed.")
        return self._perform(edits.remove_layer, layer)

    def duplicate(self, layer: int) -> bool:
        """A second layer like it."""
        return self.is_hidden(layer) and self._perform(edits.duplicate_layer, layer)

    def move(self, layer: int, target: int) -> bool:
        """Put a layer to another place."""
        return self.is_hidden(layer) and self._perform(edits.move_layer, layer, target)

    # -- settings ---------------------------------------------------------------------------------------------------

    def set_field(self, layer: int, name: str, value: object) -> bool:
        """Another value of one of a layer's settings."""
        return self.is_hidden(layer) and self._perform(edits.set_field, layer, name, value)

    def step_main(self, layer: int, by: int) -> bool:
        """So many steps of the layer's main number: units, filters, a rate, a span."""
        return self.is_hidden(layer) and self._perform(edits.step_main, layer, by)

    def set_main(self, layer: int, value: float) -> bool:
        """Another main number."""
        return self.is_hidden(layer) and self._perform(edits.set_main, layer, value)

    def set_units(self, layer: int, units: float) -> bool:
        """Another number of units."""
        return self.is_hidden(layer) and self._perform(edits.set_units, layer, int(units))

    def set_activation(self, layer: int, activation: str) -> bool:
        """Another activation function."""
        return self.is_hidden(layer) and self._perform(edits.set_activation, layer, activation)

    def toggle_frozen(self, layer: int) -> bool:
        """Let training leave a layer as it is, or train it again."""
        if not self.is_hidden(layer):
            return False
        return self.set_field(layer, "frozen", not is_frozen(self.experiment.network.layers[layer]))

    def step_span(self, layer: int, by: int) -> bool:
        """A residual connection that skips so many layers more."""
        own = self.experiment.network.layers[layer] if self.is_hidden(layer) else None
        if not isinstance(own, Residual):
            return False
        return self.set_field(layer, "span", own.span + by)

    def set_source(self, layer: int, source: int) -> bool:
        """A residual connection that starts from another layer."""
        return self.has(layer, "span") and self._perform(edits.set_source, layer, source)

    # -- features and numbers ---------------------------------------------------------------------------------------

    def add_formula(self, text: str) -> bool:
        """A formula that the network reads from now on."""
        return self._perform(edits.add_formula, text)

    def remove_formula(self, text: str) -> bool:
        """A formula taken away, read or not."""
        return self._perform(edits.remove_formula, text)

    def checked_formula(self, text: str) -> str:
        """The text, if `add_formula` takes it; raises WrongUse with the reason."""
        edits.add_formula(self.experiment, text)
        return text

    def toggle_feature(self, name: str) -> bool:
        """A feature on or off."""
        return self._perform(edits.toggle_feature, name)

    def set_parameter(self, index: int, value: float) -> None:
        """Another weight or bias."""
        self._workbench.set_parameter(index, value)
