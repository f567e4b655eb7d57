"""Compiled training and evaluation of small dense networks: arrays in, arrays out."""

from kernels import cache, codes  # the cache chooses its folder before Numba is imported
from kernels.evaluation import activations, evaluate, gradients, penalty
from kernels.memory import workspace
from kernels.training import train
from kernels.warming import warm

__all__ = ["activations", "cache", "codes", "evaluate", "gradients", "penalty", "train", "warm", "workspace"]
