"""The activation functions: their names, and the table that lists and menus show.

Owns this table; the functions themselves are the kernels'. Knows nothing of layers.
"""

from __future__ import annotations

from typing import Literal

import msgspec

ActivationName = Literal[
    "linear", "relu", "leaky_relu", "elu", "gelu", "gelu_erf", "silu", "softplus", "tanh", "sigmoid", "sine"
]  # fmt: skip


class Activation(msgspec.Struct, frozen=True):
    """An activation function: its name on a card, its formula, and what it is good for.

    bounds: the ends of its range, where it has both. saturated: values below the first or above the second are so near
    to an end that hardly any slope is left.
    """

    name: str
    label: str
    formula: str
    note: str
    bounds: tuple[float, float] | None = None
    saturated: tuple[float, float] | None = None


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation(
            "tanh", "tanh", "tanh z", "Smooth, −1 to 1; the classic choice for small networks.",
            bounds=(-1.0, 1.0), saturated=(-0.95, 0.95),
        ),
        Activation("relu", "ReLU", "max(0, z)", "Fast and strong; a unit may die and stay at 0."),
        Activation(
            "sigmoid", "sigmoid", "1 / (1 + e⁻ᶻ)", "0 to 1; its slope is at most ¼: deep stacks learn slowly.",
            bounds=(0.0, 1.0), saturated=(0.05, 0.95),
        ),
        Activation("linear", "linear", "z", "No non-linearity: a stack of linear layers is one linear layer."),
        Activation("leaky_relu", "leaky ReLU", "max(0.01 z, z)", "A ReLU with a small slope below 0: it cannot die."),
        Activation("elu", "ELU", "z if z > 0 else eᶻ − 1", "Smooth below 0, mean closer to 0."),
        Activation("gelu", "GELU", "½ z (1 + tanh(√(2/π) (z + 0.044715 z³)))", "A smooth ReLU, in its tanh form."),
        Activation(
            "gelu_erf", "GELU (erf)", "½ z (1 + erf(z / √2))",
            "The same as it was meant, without the tanh; PyTorch's and Keras's GELU unless told otherwise.",
        ),
        Activation("silu", "SiLU", "z / (1 + e⁻ᶻ)", "Also called swish."),
        Activation("softplus", "softplus", "ln(1 + eᶻ)", "A smooth ReLU."),
        Activation(
            "sine", "sine", "sin z", "Periodic; good at repeating patterns, hard to train.", bounds=(-1.0, 1.0),
        ),
    )
}  # fmt: skip
BOUNDS: dict[str, tuple[float, float]] = {
    **{each.name: each.bounds for each in ACTIVATIONS.values() if each.bounds is not None},
    "softmax": (0.0, 1.0),
}
"""The range of every activation that has one, the head's soft-max too."""
