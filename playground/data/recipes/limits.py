"""The best accuracy that any model could reach on a data set of known formula (Bayes).

Owns the closed forms; each takes the noise ν in 0 … 1 and the set's shape, and gives a share in 0 … 1 for balanced
classes. Laws without a closed form are summed on a grid (`law`).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from playground.data.recipes.recipe import Shape


def separable(noise: float, shape: Shape) -> float | None:
    """Clean data are separable; what noise costs is not known."""
    return 1.0 if noise == 0 else None


def coin(noise: float, shape: Shape) -> float:
    """Labels that nothing tells."""
    return 0.5


def gaussian_variance(noise: float, shape: Shape) -> float:
    """w² + 7 ν of TensorFlow Playground's clouds; w² on a grid, so that the root of a half squared is a half."""
    width = shape["cloud_width"]
    return round(width * width * 2.0**30) / 2.0**30 + 7.0 * noise


def gaussians(noise: float, shape: Shape) -> float:
    """1 − Φ(−2√2 / √v) with v = w² + 7 ν: the best line is halfway between the centres."""
    return 0.5 * (1.0 + math.erf(2.0 / math.sqrt(gaussian_variance(noise, shape))))


def xor(noise: float, shape: Shape) -> float:
    """Labels flip where an odd number of axes crosses: error 2p(1 − p) with p the chance of one axis crossing."""
    reach, gap = 5.0 * noise, shape["gap"]
    if reach <= gap:
        return 1.0
    inside = min(reach, 5.0 + gap) - gap
    crossing = inside * inside / (20.0 * reach)
    return 1.0 - 2.0 * crossing * (1.0 - crossing)


@lru_cache(maxsize=64)
def circles(noise: float, shape: Shape) -> float | None:
    """Numerical: at each point the majority of the labels that jitter (a square, so the angle matters) can give."""
    if noise == 0:
        return 1.0
    outer = 2.5 + shape["gap"]
    steps = (np.arange(80) + 0.5) / 80 * 2 - 1
    dx, dy = (axis.ravel() for axis in np.meshgrid(5.0 * noise * steps, 5.0 * noise * steps))
    fractions = (np.arange(40) + 0.5) / 40
    best = []
    for radius in np.concatenate([2.5 * fractions, outer + (5.0 - outer) * fractions]):
        for angle in np.radians([5.0, 15.0, 25.0, 35.0, 45.0]):
            inside = np.mean((radius * np.cos(angle) + dx) ** 2 + (radius * np.sin(angle) + dy) ** 2 < 6.25)
            best.append(max(inside, 1.0 - inside))
    return float(np.mean(best))
