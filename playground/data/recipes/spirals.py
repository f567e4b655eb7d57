"""Arms wound around each other: the spirals of seven programs, and a pinwheel.

Owns their formulas and their entries.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

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
)
from playground.data.recipes.rings import MOVES

TAU = 2.0 * np.pi


def _spirals(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """Two arms: r = 5 i/n, t = 1.75 · 2π · i/n, one half a turn ahead."""
    arms = []
    for count, turn in zip(counts, (np.pi, 0.0), strict=True):
        along = np.arange(count) / max(count, 1)
        arms.append(polar(shape["radius"] * along, 2.0 * shape["turns"] * np.pi * along + turn))
    return np.concatenate(arms, axis=1), np.repeat([0.0, 1.0], counts)


def _three_spirals(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """Three arms of 1.25 turns, a third of a turn apart, r from 0.4 to 5."""
    arms = []
    for arm, count in enumerate(counts):
        along = np.arange(count) / max(count, 1)
        arms.append(polar(0.4 + 4.6 * along, 2.0 * shape["turns"] * np.pi * along + 2 * np.pi * arm / len(counts)))
    return np.concatenate(arms, axis=1), np.repeat(np.arange(3.0), counts)


def _cmu(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """Lang and Witbrock: i = 0 … 96, an angle of i π/16 and a radius of 6.5 (104 − i)/104; class 0 is the negative."""
    arms = []
    for count, sign in zip(counts, (-1.0, 1.0), strict=True):
        along = 96.0 * np.arange(count) / max(count - 1, 1)
        arms.append(sign * polar(6.5 * (104.0 - along) / 104.0, TAU * shape["turns"] * along / 96.0))
    return np.concatenate(arms, axis=1), classes_for(counts)


def _convnet(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """ConvNetJS: r = 5 i/n + U(±w), t = 1.25 · 2π · i/n + U(±w), class 0 half a turn ahead; w = 0.1."""
    arms = []
    for count, turn in zip(counts, (np.pi, 0.0), strict=True):
        along, (longer, further) = np.arange(count) / max(count, 1), shape["width"] * signed(rng, count)
        arms.append(polar(5.0 * along + longer, TAU * shape["turns"] * along + further + turn))
    return np.concatenate(arms, axis=1), classes_for(counts)


def _even(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """ffjord's 2spirals: n = √u · 3π; ((−n cos n + u′/2)/3, (n sin n + u″/2)/3) + N(0, w²), w = 0.1, and its negative.

    The root makes the points as dense outside as inside. Everything half as large again.
    """
    arms = []
    for count, sign in zip(counts, (-1.0, 1.0), strict=True):
        along, *jitter = rng.random((3, count))
        turn = np.sqrt(along) * TAU * shape["turns"]
        line = np.stack([-np.cos(turn), np.sin(turn)]) * turn + 0.5 * np.stack(jitter)
        arms.append(sign * line / (TAU * shape["turns"] / 4.7))
    points = np.concatenate(arms, axis=1)
    return points + 1.5 * shape["width"] * rng.standard_normal(points.shape), classes_for(counts)


def _open(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """mlbench.spirals: w = i · turns/n; (2w + 1) (cos 2πw, sin 2πw) up to 5, and its negative: no arm has an inner end
    at the centre.
    """
    arms, turns = [], shape["turns"]
    for count, sign in zip(counts, (-1.0, 1.0), strict=True):
        along = np.arange(1, count + 1) * turns / max(count, 1)
        radius = 5.0 * (2.0 * along + 1.0) / (2.0 * turns + 1.0)
        arms.append(sign * np.stack([radius * np.cos(TAU * along), radius * np.sin(TAU * along)]))
    return np.concatenate(arms, axis=1), classes_for(counts)


def _arms(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """CS231n: r even from 0 to 5, an angle even over 4 radians + 0.2 · N(0, 1). Its three arms begin 4 radians apart,
    other numbers of arms evenly around.
    """
    step, arms = 4.0 if len(counts) == 3 else TAU / len(counts), []
    for arm, count in enumerate(counts):
        along = np.arange(count) / max(count - 1, 1)
        turn = arm * step + TAU * shape["turns"] * along + shape["width"] * rng.standard_normal(count)
        arms.append(polar(5.0 * along, turn))
    return np.concatenate(arms, axis=1), classes_for(counts)


def _pinwheel(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """ffjord's pinwheel: (1, 0) + N(0, diag(0.3², w²)), w = 0.1, each arm turned by its place and by s · exp of the
    first coordinate, s = 0.25; twice as large.
    """
    labels = classes_for(counts)
    wide = np.array([[0.3], [shape["cloud_width"]]])
    across, along = np.array([[1.0], [0.0]]) + wide * rng.standard_normal((2, labels.size))
    turn = TAU * labels / len(counts) + shape["swirl"] * np.exp(across)
    sine, cosine = np.sin(turn), np.cos(turn)
    found: Array = 2.0 * np.stack([cosine * across - sine * along, sine * across + cosine * along])
    return found, labels


def _turns(low: float, high: float, default: float) -> Parameter:
    return Parameter("turns", low, high, default, "how often each arm goes around the centre")


def _rough(default: float, note: str) -> Parameter:
    return Parameter("width", 0.0, 0.6, default, note)


_two, _three, _lang = Moved(_spirals, 1.0, True), Moved(_three_spirals, 1.0, True), Moved(_cmu)
_rough_ones, _even_ones, _open_ones = Moved(_convnet), Moved(_even), Moved(_open)
_many_arms, _wheel = Moved(_arms), Moved(_pinwheel)

KINDS = (
    DatasetKind(
        "spirals", "Two spirals", "Two arms wound around each other.", MOVES, _two, "TensorFlow Playground, spiral",
        parameters=(
            _turns(0.25, 4.0, 1.75),
            Parameter("radius", 2.0, 6.0, 5.0, "how far the arms reach; hardmaru's spirals have 6"),
        ),
        law=_two.law,
    ),
    DatasetKind(
        "cmu_spirals", "CMU two spirals", "The classic benchmark: 97 points an arm, three turns.", MOVES, _lang,
        "Lang and Witbrock 1988", samples=194, extent=7.0, parameters=(_turns(0.5, 4.0, 3.0),), law=_lang.law,
    ),
    DatasetKind(
        "rough_spirals", "Rough spirals", "Two arms whose points are never quite on the line.", MOVES, _rough_ones,
        "ConvNetJS, spiral", samples=200, separable=False, law=_rough_ones.law,
        parameters=(_turns(0.25, 3.0, 1.25), _rough(0.1, "how far points lie off the line, in radius and in angle")),
    ),
    DatasetKind(
        "even_spirals", "Even spirals", "Two arms that are as dense outside as inside.", MOVES, _even_ones,
        "Grathwohl 2019; ffjord, 2spirals", separable=False, law=_even_ones.law,
        parameters=(_turns(0.5, 3.0, 1.5), _rough(0.1, "the standard deviation of points about the line")),
    ),
    DatasetKind(
        "open_spirals", "Open spirals", "Two arms that leave the centre empty.", MOVES, _open_ones, "mlbench, spirals",
        parameters=(_turns(0.25, 3.0, 1.0),), law=_open_ones.law,
    ),
    DatasetKind(
        "three_spirals", "Three spirals", "Three arms, three classes.", MOVES, _three,
        "TensorFlow Playground's spiral with a third arm", classes=3, parameters=(_turns(0.25, 3.0, 1.25),),
        law=_three.law,
    ),
    DatasetKind(
        "spiral_arms", "Spiral arms", "Two to eight short arms that get wider outside.", MOVES, _many_arms,
        "Stanford CS231n", classes=None, samples=300, separable=False, law=_many_arms.law,
        parameters=(
            _turns(0.1, 2.0, 2.0 / np.pi), _rough(0.2, "the standard deviation of a point's angle, in radians"),
        ),
    ),
    DatasetKind(
        "pinwheel", "Pinwheel", "Two to eight bent clouds around the centre.", MOVES, _wheel,
        "Johnson 2016; ffjord, pinwheel", classes=None, usual_classes=5, separable=False, law=_wheel.law,
        parameters=(
            Parameter("swirl", 0.0, 0.6, 0.25, "how much the clouds are bent"),
            Parameter("cloud_width", 0.05, 0.5, 0.1, "the standard deviation across each cloud"),
        ),
    ),
)  # fmt: skip
