"""The slow twin: what the kernels compute, in plain NumPy and float64, written to be read.

An independent statement of every formula; imports nothing of the program. Arrays are feature-major like the kernels':
inputs (features, n); targets (outputs + 1, n), whose last row is the weight of each sample. Optimizers and schedules
follow PyTorch's documentation.
"""

from tests.reference.chance import Chance, normals, philox, uniforms
from tests.reference.functions import ACTIVATIONS, KINKED, sigmoid, softmax
from tests.reference.layers import KINDS, Layer, stack
from tests.reference.losses import LOSSES
from tests.reference.network import Twin
from tests.reference.optimizers import OPTIMIZERS, Rule
from tests.reference.probes import layer_probes
from tests.reference.schedules import SCHEDULES, share
from tests.reference.shuffling import advanced, shuffled
from tests.reference.training import Training

__all__ = [
    "ACTIVATIONS",
    "KINDS",
    "KINKED",
    "LOSSES",
    "OPTIMIZERS",
    "SCHEDULES",
    "Chance",
    "Layer",
    "Rule",
    "Training",
    "Twin",
    "advanced",
    "layer_probes",
    "normals",
    "philox",
    "share",
    "shuffled",
    "sigmoid",
    "softmax",
    "stack",
    "uniforms",
]
