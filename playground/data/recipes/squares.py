"""Squares in two colours: XOR in its three forms, a chessboard, and labels that follow nothing.

Owns their formulas and their entries.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from playground.data.recipes import limits
from playground.data.recipes.law import Law, judged, middles
from playground.data.recipes.recipe import (
    Array,
    AsDrawn,
    Counts,
    DatasetKind,
    Made,
    Moved,
    Parameter,
    Shape,
    classes_for,
    signed,
    turned,
    within,
)
from playground.data.recipes.rings import JUDGED, MOVES


def xor(counts: Counts, rng: Generator, noise_rng: Generator, noise: float, shape: Shape) -> Made:
    """Four squares; class 1 where x and y have the same sign; noise moves points only while they are labelled."""
    different, same = counts
    x, y = 10.0 * rng.random((2, different + same)) - 5.0
    wanted = np.repeat([-1.0, 1.0], [different, same])
    y = np.where(x * y * wanted < 0, -y, y)
    points, gap = np.stack([x, y]), shape["gap"]
    points = points + np.where(points > 0, gap, -gap)
    judged_at = points + 5.0 * noise * signed(noise_rng, x.size)
    return points, (judged_at[0] * judged_at[1] >= 0).astype(np.float64)


def _xor_law(counts: Counts, noise: float, shape: Shape) -> Law:
    far = 5.0 + shape["gap"]
    reach = far + 5.0 * noise
    places = middles(reach)
    lies = ((np.abs(places) > shape["gap"]) & (np.abs(places) < far)).astype(np.float64)
    same = (places[:, None] * places[None, :] >= 0).astype(np.float64)
    shares = lies[:, None] * lies[None, :] * np.where(same == 1.0, counts[1], counts[0])
    return judged(shares / shares.sum(), np.stack([1.0 - same, same]), reach, 5.0 * noise)


def _xor_points(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """The truth table: the corners (±1, ±1) in turn, class 1 where the signs agree."""
    different, same = counts
    turn = np.concatenate([np.arange(different), np.arange(same)]) % 2
    labels = np.repeat([0.0, 1.0], counts)
    x = np.where(turn == 0, -1.0, 1.0)
    return np.stack([x, np.where(labels == 1.0, x, -x)]), labels


def _quadrants(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """Uniform in the square ±5; class 1 where x and y have the same sign."""
    different, _ = counts
    points = 5.0 * signed(rng, sum(counts))
    wanted = np.where(np.arange(points.shape[1]) < different, -1.0, 1.0)
    points[1] = np.where(points[0] * points[1] * wanted < 0, -points[1], points[1])
    return turned(points, shape["angle"]), classes_for(counts)


def _chessboard(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """Uniform in the square ±5; the fields of a board, so many a side."""
    side = 10.0 / shape.whole("count")

    def rule(points: Array) -> Array:
        x, y = np.floor((points + 5.0) / side)
        found: Array = (x + y) % 2
        return found

    points, labels = within(counts, rng, 5.0, rule)
    return turned(points, shape["angle"]), labels


def _random(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """Points U(±3)² whose classes nothing tells."""
    return 3.0 * signed(rng, sum(counts)), classes_for(counts)


_angle = Parameter("angle", -90.0, 90.0, 0.0, "how far everything is turned to the left, in degrees")
_noisy_quadrants, _board = Moved(_quadrants), Moved(_chessboard)

KINDS = (
    DatasetKind(
        "xor", "XOR", "Four squares, coloured like a chessboard.", JUDGED, xor, "TensorFlow Playground, xor",
        parameters=(Parameter("gap", 0.0, 1.5, 0.3, "how far the squares keep from the axes"),),
        best_accuracy=limits.xor, law=_xor_law,
    ),
    DatasetKind(
        "xor_points", "XOR, four points", "The truth table itself: train and test are the same points.", MOVES,
        Moved(_xor_points, 1.0, True), "Minsky and Papert 1969", samples=4, extent=2.0, whole=True,
        best_accuracy=limits.separable,
    ),
    DatasetKind(
        "quadrants", "Quadrants", "XOR whose squares touch; noise moves the points themselves.", MOVES,
        _noisy_quadrants, "DenseDevKev's playground, hardmaru and mlbench, xor", parameters=(_angle,),
        law=_noisy_quadrants.law,
    ),
    DatasetKind(
        "checkerboard", "Chessboard", "Fields of both classes in turn.", MOVES, _board,
        "DenseDevKev's playground, checkerboard",
        parameters=(Parameter("count", 2, 8, 4, "how many fields there are along each side"), _angle), law=_board.law,
    ),
    DatasetKind(
        "random", "Coin tosses", "Labels that follow nothing: all that can be learned is each single point.",
        "changes nothing: the points lie anywhere", AsDrawn(_random), "ConvNetJS, random", samples=40, extent=4.0,
        best_accuracy=limits.coin, separable=False,
    ),
)  # fmt: skip
