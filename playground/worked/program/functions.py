"""Activations as they stand in a program, of z with the value a at hand.

Owns these expressions and the helpers that they call; knows nothing of layers.
"""

from __future__ import annotations

from typing import NamedTuple

SIGMOID = ("sigmoid", "def sigmoid(z):\n    return np.exp(-np.logaddexp(0.0, -z))")
SOFTMAX = (
    "softmax",
    "def softmax(z):\n    raised = np.exp(z - z.max(axis=0))\n    return raised / raised.sum(axis=0)",
)
GELU = (
    "gelu",
    "def gelu_inner(z):\n    return np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))\n\n\n"
    "def gelu(z):\n    return 0.5 * z * (1 + gelu_inner(z))\n\n\n"
    "def gelu_slope(z):\n    t = gelu_inner(z)\n"
    "    return 0.5 * (1 + t) + 0.5 * z * (1 - t**2) * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z**2)",
)
NORMAL_SHARE = (
    "normal_share",
    "def normal_share(z):\n    from math import erfc\n\n    return np.vectorize(erfc)(-z / np.sqrt(2)) / 2",
)


class Written(NamedTuple):
    """An activation: {z} and {a} stand for its arrays."""

    value: str
    slope: str
    helpers: tuple[tuple[str, str], ...] = ()


WRITTEN: dict[str, Written] = {
    "linear": Written("{z}", ""),
    "relu": Written("np.maximum({z}, 0.0)", "({z} > 0)"),
    "leaky_relu": Written("np.where({z} > 0, {z}, 0.01 * {z})", "np.where({z} > 0, 1.0, 0.01)"),
    "elu": Written(
        "np.where({z} > 0, {z}, np.expm1(np.minimum({z}, 0.0)))", "np.where({z} > 0, 1.0, np.exp(np.minimum({z}, 0.0)))"
    ),
    "gelu": Written("gelu({z})", "gelu_slope({z})", (GELU,)),
    "gelu_erf": Written(
        "{z} * normal_share({z})",
        "(normal_share({z}) + {z} * np.exp(-({z}**2) / 2) / np.sqrt(2 * np.pi))",
        (NORMAL_SHARE,),
    ),
    "silu": Written("{z} * sigmoid({z})", "sigmoid({z}) * (1 + {z} * sigmoid(-{z}))", (SIGMOID,)),
    "softplus": Written("np.logaddexp(0.0, {z})", "sigmoid({z})", (SIGMOID,)),
    "tanh": Written("np.tanh({z})", "(1 - {a}**2)"),
    "sigmoid": Written("sigmoid({z})", "{a} * sigmoid(-{z})", (SIGMOID,)),
    "sine": Written("np.sin({z})", "np.cos({z})"),
    "softmax": Written("softmax({z})", "", (SOFTMAX,)),
    "naive_sigmoid": Written("1 / (1 + np.exp(-{z}))", "{a} * (1 - {a})"),
    "naive_softmax": Written("np.exp({z}) / np.exp({z}).sum(axis=0)", ""),
}
"""Every activation by its name; no slope where it is 1, or the loss's is taken by z at once."""
