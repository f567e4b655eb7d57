"""The slow twin: what the kernels compute, in plain NumPy and float64, written to be read.

An independent statement of every formula; imports nothing of the program. Arrays are feature-major like the kernels':
inputs (features, n); targets (outputs + 1, n), whose last row is the weight of each sample. Optimizers and schedules
follow PyTorch's documentation.
"""

from reference.chance import Chance, normals, philox, uniforms
from reference.functions import ACTIVATIONS, KINKED, sigmoid, softmax
from reference.layers import KINDS, Layer, stack
from reference.losses import LOSSES
from reference.network import Twin
from reference.optimizers import OPTIMIZERS, Rule
from reference.probes import layer_probes
from reference.schedules import SCHEDULES, share
from reference.shuffling import advanced, shuffled
from reference.training import Training

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
