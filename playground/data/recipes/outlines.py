"""Classes that are drawn figures: a heart, a face, a digit, Cassini's ovals, the two sides of a typed curve.

Owns their formulas and their entries.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.random import Generator

from playground.data.recipes import drawing, limits
from playground.data.recipes.glyphs import DIGITS
from playground.data.recipes.recipe import (
    Array,
    Counts,
    DatasetKind,
    Made,
    Moved,
    Parameter,
    Shape,
    classes_for,
    within,
)
from playground.data.recipes.rings import MOVES

SIMPLE = (
    ((1.8133, 1.0139), (2.7258, 1.0668), (1.4117, 0.5593), (4.1832, 0.3044), (1.8636, 0.1677)),
    ((-0.4326, 1.1909), (3.0, 4.0), (0.1253, -0.0376), (0.2877, 0.3273), (-1.1465, 0.1746), (0.5, 3.2), (0.8, 3.2),
     (1.0, -2.2)),
)  # fmt: skip
"""ConvNetJS's thirteen points, by class."""


def _simple(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """The thirteen points, each class's in turn."""
    columns = [
        np.array(points).T[:, np.arange(count) % len(points)] for points, count in zip(SIMPLE, counts, strict=True)
    ]
    return np.concatenate(columns, axis=1), classes_for(counts)


def _heart(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """Uniform in the square ±5; class 1 where (x² + y² − 0.6)³ < x² y³, with x and y of 1 to the sides."""

    def rule(points: Array) -> Array:
        x, y = points / 5.0
        squared = x * x + y * y - 0.6
        return np.where(squared * squared * squared < x * x * y * y * y, 1.0, 0.0)

    return within(counts, rng, 5.0, rule)


CASSINI_B = 0.97
CASSINI_E = math.sqrt((1.0 + CASSINI_B * CASSINI_B) / 3.0)


def _oval(x: Array, a: float, c: float) -> Array:
    """Half the height of Cassini's oval at x: all points whose distances to (±c, 0) have the product a²."""
    root = np.sqrt(a**4 + 4.0 * c * c * x * x) - c * c - x * x
    found: Array = np.sqrt(np.maximum(root, 0.0))
    return found


def _cassini(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """mlbench.cassini, twice as large: two bananas, each between an oval and a narrower one, and a disc of radius 0.6
    between them.
    """
    apart = 1.1 + shape["gap"]

    def rule(points: Array) -> Array:
        x, y = points / 2.0
        inside = np.abs(x) < math.sqrt(1.0 + CASSINI_B * CASSINI_B)
        outer, inner = _oval(x, CASSINI_E * math.sqrt(2.0), CASSINI_E), _oval(x, 1.0, CASSINI_B)
        low = inside & (y + apart > -outer) & (y + apart < inner)
        high = inside & (apart - y > -outer) & (apart - y < inner)
        disc = x * x + y * y < 0.36
        return np.where(disc, 2.0, np.where(low, 0.0, np.where(high, 1.0, -1.0)))

    return within(counts, rng, 6.0, rule)


def _smiley(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """mlbench.smiley, 3.5 times as large: eyes N((±0.8, 1), w²), a nose, and the mouth y = x² − 1 + N(0, (w/2)²)."""
    left, right, nose, mouth = counts
    width = shape["cloud_width"] / 3.5
    eyes = np.repeat([-0.8, 0.8], [left, right])
    across, up = width * rng.standard_normal((2, left + right))
    nose_y, nose_x = rng.random((2, nose))
    nose_y, smile = 0.75 * nose_y, 2.0 * rng.random(mouth) - 1.0
    x = np.concatenate([eyes + across, (0.4 * nose_x - 0.2) * (1.0 - nose_y), smile])
    lips = smile * smile - 1.0 + 0.5 * width * rng.standard_normal(mouth)
    return 3.5 * np.stack([x, np.concatenate([1.0 + up, nose_y, lips])]), classes_for(counts)


def _four_shapes(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """mlbench.shapes, twice as large: a cloud, a square, a triangle and a wave."""
    cloud, square, triangle, wave = counts
    width = shape["cloud_width"] / 2.0
    blob = np.array([[-1.0], [1.5]]) + width * rng.standard_normal((2, cloud))
    box = np.array([[-1.5], [-2.0]]) + np.array([[1.0], [2.0]]) * rng.random((2, square))
    height = 1.0 + rng.random(triangle)
    peak = np.stack([(2.0 * rng.random(triangle) - 1.0) * (2.0 - height) + 1.0, height])
    along = 0.5 + 1.5 * rng.random(wave)
    line = np.stack([along, np.cos(4.0 * along) - along + 0.4 * rng.random(wave) - 0.2])
    return 2.0 * np.concatenate([blob, box, peak, line], axis=1), classes_for(counts)


def _digit(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """Uniform in the square ±5; class 1 on the strokes of a digit."""
    lines = []
    for line in DIGITS[shape.whole("digit")]:
        across, down = (4.2 * np.array(each)[:, None] for each in zip(*line, strict=True))
        lines.append((across, down))

    def rule(points: Array) -> Array:
        distance = drawing.strokes(points[0][:, None], -points[1][:, None], lines)[:, 0]
        return (distance < shape["width"] / 2.0).astype(np.float64)

    return within(counts, rng, 5.0, rule)


def _sides(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """Uniform in the square ±6; class 1 above a curve, class 0 below it. Where it has no value no points lie."""
    curve = shape.curve
    assert curve is not None

    def rule(points: Array) -> Array:
        height = curve(points[0])
        return np.where(np.isnan(height), -1.0, (points[1] > height).astype(np.float64))

    return within(counts, rng, 6.0, rule)


_hearts, _ovals, _face, _shapes = Moved(_heart), Moved(_cassini), Moved(_smiley), Moved(_four_shapes)
_figure, _curve = Moved(_digit), Moved(_sides)

KINDS = (
    DatasetKind(
        "function", "Above and below a curve", "The two sides of a function that you type.", MOVES, _curve,
        "akarzazi's neural-network-playground", formula="2*sin(x)", law=_curve.law,
    ),
    DatasetKind(
        "heart", "Heart", "A heart inside a square.", MOVES, _hearts, "DenseDevKev's playground, heart",
        law=_hearts.law,
    ),
    DatasetKind(
        "digit", "Digit in the plane", "On the strokes of a digit, or beside them.", MOVES, _figure,
        "dcato98's playground",
        parameters=(
            Parameter("digit", 0, 9, 2, "which digit it is"),
            Parameter("width", 0.3, 3.0, 1.4, "how broad the strokes are"),
        ),
        law=_figure.law,
    ),
    DatasetKind(
        "thirteen", "Thirteen points", "So few that each can be watched: train and test are the same points.", MOVES,
        Moved(_simple), "ConvNetJS, simple", samples=13, extent=5.0, shares=(5.0, 8.0), whole=True,
        best_accuracy=limits.separable,
    ),
    DatasetKind(
        "cassini", "Cassini", "A disc between two bananas.", MOVES, _ovals, "mlbench, cassini", classes=3,
        shares=(2.0, 2.0, 1.0), parameters=(Parameter("gap", 0.0, 0.8, 0.0, "how much farther apart the bananas are"),),
        law=_ovals.law,
    ),
    DatasetKind(
        "smiley", "Smiley", "Two eyes, a nose and a mouth.", MOVES, _face, "mlbench, smiley", classes=4,
        shares=(2.0, 2.0, 3.0, 5.0), separable=False, law=_face.law,
        parameters=(
            Parameter("cloud_width", 0.05, 1.5, 0.35, "the standard deviation of an eye; the mouth has half of it"),
        ),
        class_names=("left eye", "right eye", "nose", "mouth"),
    ),
    DatasetKind(
        "four_shapes", "Cloud, square, triangle, wave", "Four figures that do not touch.", MOVES, _shapes,
        "mlbench, shapes", classes=4, separable=False, law=_shapes.law,
        parameters=(Parameter("cloud_width", 0.05, 1.5, 0.4, "the standard deviation of the cloud"),),
        class_names=("cloud", "square", "triangle", "wave"),
    ),
)  # fmt: skip
