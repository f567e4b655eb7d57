"""Discs and rings: TensorFlow Playground's circles, ConvNetJS's, hardmaru's, DenseDevKev's, scikit-learn's, mlbench's.

Owns their formulas and their entries.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.random import Generator

from playground.data.recipes import limits
from playground.data.recipes.law import CELLS, Law, counted, judged, middles
from playground.data.recipes.recipe import (
    Array,
    Counts,
    DatasetKind,
    Made,
    Moved,
    Parameter,
    Shape,
    classes_for,
    polar,
    signed,
    within,
)

JUDGED = "moves points over the boundary while they are labelled"
MOVES = "moves the points"
TAU = 2.0 * np.pi


def circles(counts: Counts, rng: Generator, noise_rng: Generator, noise: float, shape: Shape) -> Made:
    """A disc (class 1, r < 2.5) in a ring (class 0, 3.5 … 5); noise moves points only while they are labelled."""
    outer, inner = counts
    inside = 2.5 + shape["gap"]
    radius = np.concatenate([inside + (5.0 - inside) * rng.random(outer), 2.5 * rng.random(inner)])
    points = polar(radius, 2 * np.pi * rng.random(outer + inner))
    judged_at = points + 5.0 * noise * signed(noise_rng, outer + inner)
    return points, (np.hypot(*judged_at) < 2.5).astype(np.float64)


def _circles_law(counts: Counts, noise: float, shape: Shape) -> Law:
    """Points lie evenly along the radius of each part, and around it; seen as many rings of them."""
    inside, reach = 2.5 + shape["gap"], 5.0 + 5.0 * noise
    fractions, angles = (np.arange(400) + 0.5) / 400, TAU * (np.arange(500) + 0.5) / 500
    radii = np.concatenate([2.5 * fractions, inside + (5.0 - inside) * fractions])
    points = polar(np.repeat(radii, angles.size), np.tile(angles, radii.size))
    parts = counted(points, np.repeat([1.0, 0.0], points.shape[1] // 2), 2, reach).masses
    shares = 2.0 * (parts[0] * counts[0] + parts[1] * counts[1]) / sum(counts)
    return judged(shares, _disc(2.5, reach), reach, 5.0 * noise)


def _disc(radius: float, reach: float) -> Array:
    """(2, CELLS, CELLS): outside, and within."""
    fine = np.arange(4) / 4.0 - 0.375
    places = (middles(reach)[:, None] + fine * (2.0 * reach / CELLS)).ravel()
    inside = (places[:, None] ** 2 + places[None, :] ** 2 < radius * radius).astype(np.float64)
    shares = inside.reshape(CELLS, 4, CELLS, 4).mean(axis=(1, 3))
    return np.stack([1.0 - shares, shares])


def _uniform_disc(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """ConvNetJS: a disc with its radius U(0, 2), and a ring with U(3, 5) at even angles."""
    outer, inner = counts
    inside = 2.0 + shape["gap"]
    ring = polar(inside + (5.0 - inside) * rng.random(outer), TAU * np.arange(outer) / max(outer, 1))
    disc = polar(2.0 * rng.random(inner), TAU * rng.random(inner))
    return np.concatenate([ring, disc], axis=1), classes_for(counts)


def _bullseye(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """hardmaru: a disc with its radius U(0, 2.5), and a ring with U(3.75, 5)."""
    outer, inner = counts
    inside = 2.5 + shape["gap"]
    radius = np.concatenate([inside + (5.0 - inside) * rng.random(outer), 2.5 * rng.random(inner)])
    return polar(radius, TAU * rng.random(outer + inner)), classes_for(counts)


def _concentric(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """Circles within circles: each has the same part of the radius of the next larger one; the largest is class 0."""
    lines = [
        polar(np.full(count, 4.5 * shape["ratio"] ** label), np.pi / 2.0 - TAU * np.arange(count) / max(count, 1))
        for label, count in enumerate(counts)
    ]
    return np.concatenate(lines, axis=1), classes_for(counts)


def _bands(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """Rings of one width without a gap, of both classes in turn, the innermost a disc; uniform over the area."""
    bands = shape.whole("count")

    def rule(points: Array) -> Array:
        x, y = points
        band = np.floor(np.sqrt(x * x + y * y) / (5.4 / bands))
        return np.where(band < bands, band % 2, -1.0)

    return within(counts, rng, 5.4, rule)


EVEN = math.sqrt(2.0 / math.pi)
"""The radius of the disc that has half the area of the square ±1."""


def _circle_in_square(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """mlbench.circle in the plane: the square ±5; class 1 outside the disc that has half the area."""
    squared = (5.0 * shape["radius"]) ** 2
    return within(counts, rng, 5.0, lambda points: (np.square(points).sum(axis=0) > squared).astype(np.float64))


def _quantiles(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """One normal cloud, cut into shells by the distance from its middle; the innermost is class 0."""
    points = shape["cloud_width"] * rng.standard_normal((2, sum(counts)))
    return points[:, np.argsort(np.square(points).sum(axis=0), kind="stable")], classes_for(counts)


def _gap(low: float, high: float, default: float) -> Parameter:
    return Parameter("gap", low, high, default, "how far the ring begins from the edge of the disc")


_disc_and_ring, _hardmaru, _rims = Moved(_uniform_disc), Moved(_bullseye, 5.0 / 3.0, uniform=True), Moved(_concentric)
_rings, _square, _shells = Moved(_bands), Moved(_circle_in_square), Moved(_quantiles)

KINDS = (
    DatasetKind(
        "circles", "Circles", "A disc inside a ring.", JUDGED, circles, "TensorFlow Playground, circle",
        parameters=(_gap(0.0, 2.0, 1.0),), best_accuracy=limits.circles, law=_circles_law,
    ),
    DatasetKind(
        "disc_and_ring", "Disc and ring", "A small disc inside a ring of even steps.", MOVES, _disc_and_ring,
        "ConvNetJS, circle", samples=100, parameters=(_gap(0.0, 2.5, 1.0),), law=_disc_and_ring.law,
    ),
    DatasetKind(
        "bullseye", "Bull's eye", "A disc inside a ring; noise moves the points themselves.", MOVES, _hardmaru,
        "hardmaru's backprop-neat-js, circle", samples=400, parameters=(_gap(0.0, 2.0, 1.25),), law=_hardmaru.law,
    ),
    DatasetKind(
        "rings", "Rings", "Bands around each other, of both classes in turn.", MOVES, _rings,
        "DenseDevKev's playground, rings", parameters=(Parameter("count", 2, 8, 3, "how many bands there are"),),
        law=_rings.law,
    ),
    DatasetKind(
        "circle_in_square", "Circle in a square", "A disc with half the points of a square.", MOVES, _square,
        "mlbench, circle", parameters=(Parameter("radius", 0.2, 0.95, EVEN, "the disc's radius, of 1 to the sides"),),
        law=_square.law,
    ),
    DatasetKind(
        "concentric", "Concentric circles", "Circles within circles, two to eight.", MOVES, _rims,
        "scikit-learn, make_circles; nnvisu", classes=None, usual_classes=2, law=_rims.law,
        parameters=(Parameter("ratio", 0.3, 0.95, 0.8, "the radius of each circle, as a part of the next larger one"),),
    ),
    DatasetKind(
        "quantiles", "Shells of a cloud", "One normal cloud, cut into shells with as many points each.", MOVES, _shells,
        "scikit-learn, make_gaussian_quantiles; Hastie 10.2", classes=None, law=_shells.law,
        parameters=(Parameter("cloud_width", 0.5, 3.0, 1.8, "the standard deviation of the whole cloud"),),
    ),
)  # fmt: skip
