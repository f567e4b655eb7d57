"""Compiled training and evaluation of small networks: arrays in, arrays out."""

from kernels import cache, codes  # the cache chooses its folder before Numba is imported
from kernels.memory import workspace
from kernels.runs import activations, evaluate, gradients, losses, penalty, train
from kernels.warming import warm

__all__ = ["activations", "cache", "codes", "evaluate", "gradients", "losses", "penalty", "train", "warm", "workspace"]
