"""The best accuracy that any model could reach on a data set of known formula (Bayes).

Owns these formulas; each takes the noise ν in 0 … 1 and gives a share in 0 … 1 for balanced classes.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np


def separable(noise: float) -> float | None:
    """Clean data are separable; what noise costs is not known in closed form."""
    return 1.0 if noise == 0 else None


def gaussians(noise: float) -> float:
    """1 − Φ(−2√2 / √v) with v = 0.5 + 7 ν: the best line is halfway between the centres."""
    return 0.5 * (1.0 + math.erf(2.0 / math.sqrt(0.5 + 7.0 * noise)))


def xor(noise: float) -> float:
    """Labels flip where an odd number of axes crosses: error 2p(1 − p) with p the chance of one axis crossing."""
    reach = 5.0 * noise
    if reach <= 0.3:
        return 1.0
    inside = min(reach, 5.3) - 0.3
    crossing = inside * inside / (20.0 * reach)
    return 1.0 - 2.0 * crossing * (1.0 - crossing)


@cache
def circles(noise: float) -> float | None:
    """Numerical: at each point the majority of the labels that jitter (a square, so the angle matters) can give."""
    if noise == 0:
        return 1.0
    steps = (np.arange(80) + 0.5) / 80 * 2 - 1
    dx, dy = (axis.ravel() for axis in np.meshgrid(5.0 * noise * steps, 5.0 * noise * steps))
    fractions = (np.arange(40) + 0.5) / 40
    best = []
    for radius in np.concatenate([2.5 * fractions, 3.5 + 1.5 * fractions]):
        for angle in np.radians([5.0, 15.0, 25.0, 35.0, 45.0]):
            inside = np.mean((radius * np.cos(angle) + dx) ** 2 + (radius * np.sin(angle) + dy) ** 2 < 6.25)
            best.append(max(inside, 1.0 - inside))
    return float(np.mean(best))
