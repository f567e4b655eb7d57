"""The formulas of the data sets. Each function makes clean points and applies its own noise to them.

A generator takes the wanted number of points per class (one number for regression), a generator for the points, one
for the noise, and the noise ν in 0 … 1. It returns points (2, n) and labels (n): a class index, or a target.
Circles, xor, gaussians, spirals, plane and multi_gaussian are the formulas of TensorFlow Playground's dataset.ts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Array = NDArray[np.float64]
Made = tuple[Array, Array]
Counts = Sequence[int]

REGRESSION_CENTRES = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))


def _signed(rng: Generator, n: int) -> Array:
    """Two rows of U(−1, 1)."""
    return rng.random((2, n)) * 2.0 - 1.0


def _polar(radius: Array, angle: Array) -> Array:
    """TensorFlow Playground's convention: the angle is measured from the vertical axis."""
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)])


def circles(counts: Counts, rng: Generator, noise_rng: Generator, noise: float) -> Made:
    """A disc (class 1, r < 2.5) in a ring (class 0, 3.5 … 5); noise moves points only while they are labelled."""
    outer, inner = counts
    radius = np.concatenate([3.5 + 1.5 * rng.random(outer), 2.5 * rng.random(inner)])
    points = _polar(radius, 2 * np.pi * rng.random(outer + inner))
    judged = points + 5.0 * noise * _signed(noise_rng, outer + inner)
    return points, (np.hypot(*judged) < 2.5).astype(np.float64)


def xor(counts: Counts, rng: Generator, noise_rng: Generator, noise: float) -> Made:
    """Four squares; class 1 where x and y have the same sign; noise moves points only while they are labelled."""
    different, same = counts
    x, y = 10.0 * rng.random((2, different + same)) - 5.0
    wanted = np.repeat([-1.0, 1.0], [different, same])
    y = np.where(x * y * wanted < 0, -y, y)
    points = np.stack([x, y])
    points = points + np.where(points > 0, 0.3, -0.3)
    judged = points + 5.0 * noise * _signed(noise_rng, x.size)
    return points, (judged[0] * judged[1] >= 0).astype(np.float64)


def gaussians(counts: Counts, rng: Generator, noise_rng: Generator, noise: float) -> Made:
    """Two clouds around (−2, −2) and (2, 2) with variance 0.5 + 7 ν."""
    labels = np.repeat([0.0, 1.0], counts)
    spread = np.sqrt(0.5 + 7.0 * noise)
    return spread * rng.standard_normal((2, labels.size)) + (4.0 * labels - 2.0), labels


def spirals(counts: Counts, rng: Generator, noise_rng: Generator, noise: float) -> Made:
    """Two arms: r = 5 i/n, t = 1.75 · 2π · i/n, one half a turn ahead; noise moves the points by U(±ν)."""
    arms = []
    for count, turn in zip(counts, (np.pi, 0.0), strict=True):
        along = np.arange(count) / max(count, 1)
        arms.append(_polar(5.0 * along, 3.5 * np.pi * along + turn))
    points = np.concatenate(arms, axis=1)
    return points + noise * _signed(noise_rng, points.shape[1]), np.repeat([0.0, 1.0], counts)


def three_spirals(counts: Counts, rng: Generator, noise_rng: Generator, noise: float) -> Made:
    """Three arms of 1.25 turns, a third of a turn apart, r from 0.4 to 5; noise moves the points by U(±ν)."""
    arms = []
    for arm, count in enumerate(counts):
        along = np.arange(count) / max(count, 1)
        arms.append(_polar(0.4 + 4.6 * along, 2.5 * np.pi * along + 2 * np.pi * arm / len(counts)))
    points = np.concatenate(arms, axis=1)
    return points + noise * _signed(noise_rng, points.shape[1]), np.repeat(np.arange(3.0), counts)


def moons(counts: Counts, rng: Generator, noise_rng: Generator, noise: float) -> Made:
    """Two half circles, scikit-learn's shape three times as large; noise is normal with σ = 1.8 ν."""
    outer, inner = (np.pi * np.arange(count) / max(count - 1, 1) for count in counts)
    upper = np.stack([np.cos(outer), np.sin(outer)])
    lower = np.stack([1.0 - np.cos(inner), 0.5 - np.sin(inner)])
    points = 3.0 * (np.concatenate([upper, lower], axis=1) - np.array([[0.5], [0.25]]))
    return points + 1.8 * noise * noise_rng.standard_normal(points.shape), np.repeat([0.0, 1.0], counts)


def blobs(counts: Counts, rng: Generator, noise_rng: Generator, noise: float) -> Made:
    """Clouds evenly around a circle of radius 3.5, with standard deviation 0.5 + 2 ν."""
    labels = np.repeat(np.arange(float(len(counts))), counts)
    centres = _polar(np.full(labels.size, 3.5), 2 * np.pi * (labels + 0.5) / len(counts))
    return centres + (0.5 + 2.0 * noise) * rng.standard_normal(centres.shape), labels


def xor_points(counts: Counts, rng: Generator, noise_rng: Generator, noise: float) -> Made:
    """The truth table: the corners (±1, ±1) in turn, class 1 where the signs agree; noise moves them by U(±ν)."""
    different, same = counts
    turn = np.concatenate([np.arange(different), np.arange(same)]) % 2
    labels = np.repeat([0.0, 1.0], counts)
    x = np.where(turn == 0, -1.0, 1.0)
    points = np.stack([x, np.where(labels == 1.0, x, -x)])
    return points + noise * _signed(noise_rng, labels.size), labels


def plane(counts: Counts, rng: Generator, noise_rng: Generator, noise: float) -> Made:
    """Target (x + y) / 10 over ±6; noise moves the points by U(±6 ν) only while the target is taken."""
    points = 6.0 * _signed(rng, counts[0])
    judged = points + 6.0 * noise * _signed(noise_rng, counts[0])
    return points, judged.sum(axis=0) / 10.0


def multi_gaussian(counts: Counts, rng: Generator, noise_rng: Generator, noise: float) -> Made:
    """Six cones of height ±1 and radius 2; noise moves the points by U(±6 ν) only while the target is taken."""
    points = 6.0 * _signed(rng, counts[0])
    x, y = points + 6.0 * noise * _signed(noise_rng, counts[0])
    target = np.zeros(counts[0])
    for centre_x, centre_y, sign in REGRESSION_CENTRES:
        height = sign * np.maximum(0.0, 1.0 - np.hypot(x - centre_x, y - centre_y) / 2.0)
        target = np.where(np.abs(height) > np.abs(target), height, target)
    return points, target
