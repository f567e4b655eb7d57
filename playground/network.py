"""The network as a value: its layers, their limits and their edits.

Owns what a layer is and how a list of layers may change; knows nothing of parameters or of how they are trained.
The output head is not a layer here: it follows from the task (see `playground.task`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

ActivationName = Literal["linear", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "tanh", "sigmoid", "sine"]

MAX_LAYERS = 32
MAX_UNITS = 512
MAX_PARAMETERS = 1_000_000

Units = Annotated[int, Meta(ge=1, le=MAX_UNITS, description="how many units the layer has")]


@dataclass(frozen=True, slots=True)
class Activation:
    """An activation function: its name on a card, its formula, and what it is good for."""

    name: str
    label: str
    formula: str
    note: str


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation("tanh", "tanh", "tanh z", "Smooth, −1 to 1; the classic choice for small networks."),
        Activation("relu", "ReLU", "max(0, z)", "Fast and strong; a unit may die and stay at 0."),
        Activation("sigmoid", "sigmoid", "1 / (1 + e⁻ᶻ)", "0 to 1; its slope is at most ¼: deep stacks learn slowly."),
        Activation("linear", "linear", "z", "No non-linearity: a stack of linear layers is one linear layer."),
        Activation("leaky_relu", "leaky ReLU", "max(0.01 z, z)", "A ReLU with a small slope below 0: it cannot die."),
        Activation("elu", "ELU", "z if z > 0 else eᶻ − 1", "Smooth below 0, mean closer to 0."),
        Activation("gelu", "GELU", "½ z (1 + tanh(√(2/π) (z + 0.044715 z³)))", "A smooth ReLU, in its tanh form."),
        Activation("silu", "SiLU", "z / (1 + e⁻ᶻ)", "Also called swish."),
        Activation("softplus", "softplus", "ln(1 + eᶻ)", "A smooth ReLU."),
        Activation("sine", "sine", "sin z", "Periodic; good at repeating patterns, hard to train."),
    )
}


class Dense(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="dense"):
    """A fully connected layer: every unit sees every output of the layer before it."""

    units: Units = 4
    activation: ActivationName = "tanh"


Layer = Dense
"""The union of all layer kinds."""

Layers = Annotated[tuple[Layer, ...], Meta(max_length=MAX_LAYERS)]


@dataclass(frozen=True, slots=True)
class LayerKind:
    """An entry of the palette: what is dragged onto the canvas."""

    kind: str
    label: str
    note: str
    layer: type[Layer]


LAYER_KINDS: dict[str, LayerKind] = {
    "dense": LayerKind("dense", "Dense", "Every unit sees every output of the layer before it.", Dense),
}


class Network(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The hidden layers in order, from the features to the output head."""

    layers: Layers = (Dense(4), Dense(2))

    def with_inserted(self, index: int, layer: Layer) -> Network:
        """A layer put before position `index` (`len(layers)` puts it last)."""
        return Network((*self.layers[:index], layer, *self.layers[index:]))

    def without(self, index: int) -> Network:
        """The layer at `index` removed."""
        return Network((*self.layers[:index], *self.layers[index + 1 :]))

    def with_moved(self, index: int, target: int) -> Network:
        """The layer at `index` moved so that it ends at position `target` of the new list."""
        rest = self.without(index)
        return rest.with_inserted(target, self.layers[index])

    def with_duplicate(self, index: int) -> Network:
        """A second, separate layer like the one at `index`, right after it."""
        return self.with_inserted(index + 1, msgspec.structs.replace(self.layers[index]))

    def with_layer(self, index: int, **changes: object) -> Network:
        """Fields of the layer at `index` replaced; every other layer stays the same object."""
        layer = msgspec.structs.replace(self.layers[index], **changes)
        return Network((*self.layers[:index], layer, *self.layers[index + 1 :]))
