"""Compiled training and evaluation of small networks: arrays in, arrays out.

Owns the mathematics; must not know names, files, time or windows.
"""

from kernels.compiling import cache
from kernels.plan import codes
from kernels.plan.memory import workspace
from kernels.runs import activations, evaluate, gradients, losses, penalty, probe, train
from kernels.warming import warm

__all__ = [
    "activations", "cache", "codes", "evaluate", "gradients", "losses", "penalty", "probe", "train", "warm",
    "workspace",
]  # fmt: skip
