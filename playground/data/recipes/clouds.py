"""Classes that are normal clouds: TensorFlow Playground's, scikit-learn's, mlbench's and GAN Lab's.

Owns their formulas and their entries. Where a set is made of `Clouds`, position noise adds to the width of each cloud
as variances add; the widths themselves are `cloud_width`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import msgspec
import numpy as np
from numpy.random import Generator

from playground.data.recipes import limits
from playground.data.recipes.law import Cloud, Law, of_clouds
from playground.data.recipes.recipe import (
    SIGMA,
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

WIDENS = "widens the clouds"
OWN_VARIANCE = 0.5
"""Of TensorFlow Playground's clouds without noise."""
STRETCHED = (1.0, 2.5, 0.5)
"""How wide the clouds of `varied_blobs` are beside each other, in turn."""


def gaussians(counts: Counts, rng: Generator, noise_rng: Generator, noise: float, shape: Shape) -> Made:
    """Two clouds around (−2, −2) and (2, 2) with variance w² + 7 ν; w² is 0.5 if nothing else is asked for."""
    labels = np.repeat([0.0, 1.0], counts)
    spread = np.sqrt(limits.gaussian_variance(noise, shape))
    return spread * rng.standard_normal((2, labels.size)) + (4.0 * labels - 2.0), labels


def _gaussians_law(counts: Counts, noise: float, shape: Shape) -> Law:
    spread = math.sqrt(limits.gaussian_variance(noise, shape))
    clouds = [Cloud(label, (4.0 * label - 2.0,) * 2, (spread, spread)) for label in (0, 1)]
    return of_clouds(clouds, counts, 0.0)


def blobs(counts: Counts, rng: Generator, noise_rng: Generator, noise: float, shape: Shape) -> Made:
    """Clouds evenly around a circle of radius 3.5, with standard deviation 0.5 + 2 ν, if nothing else is asked for."""
    labels = np.repeat(np.arange(float(len(counts))), counts)
    centres = polar(np.full(labels.size, shape["radius"]), 2 * np.pi * (labels + 0.5) / len(counts))
    return centres + (shape["cloud_width"] + 2.0 * noise) * rng.standard_normal(centres.shape), labels


def _blobs_law(counts: Counts, noise: float, shape: Shape) -> Law:
    spread = shape["cloud_width"] + 2.0 * noise
    return of_clouds(_around(len(counts), shape["radius"], spread), counts, 0.0)


def _around(classes: int, radius: float, spread: float, first: float = 0.5) -> tuple[Cloud, ...]:
    """Round clouds evenly around a circle, the first a part of a step to the right of its top."""
    turns = [2.0 * math.pi * (label + first) / classes for label in range(classes)]
    return tuple(
        Cloud(label, (radius * math.sin(turn), radius * math.cos(turn)), (spread, spread))
        for label, turn in enumerate(turns)
    )


Arrange = Callable[[int, Shape], tuple[Cloud, ...]]


class Clouds(msgspec.Struct, frozen=True):
    """A set whose classes are clouds that are known beforehand. arrange: from the number of classes and the shape."""

    arrange: Arrange

    def __call__(self, counts: Counts, rng: Generator, noise_rng: Generator, noise: float, shape: Shape) -> Made:
        """The points, class after class; a class of several clouds takes them in turn."""
        clouds = self.arrange(len(counts), shape)
        points = []
        for label, count in enumerate(counts):
            own = [each for each in clouds if each.label == label]
            chosen = np.arange(count) % len(own)
            right, up = rng.standard_normal((2, count))
            columns = np.array([_factors(each) for each in own]).T[:, chosen]
            points.append(
                np.stack([columns[0] + columns[2] * right, columns[1] + columns[3] * right + columns[4] * up])
            )
        found = np.concatenate(points, axis=1)
        return found + SIGMA * noise * noise_rng.standard_normal(found.shape), classes_for(counts)

    def law(self, counts: Counts, noise: float, shape: Shape) -> Law:
        """The clouds, wider by the noise."""
        return of_clouds(self.arrange(len(counts), shape), counts, SIGMA * noise)


def _factors(cloud: Cloud) -> tuple[float, float, float, float, float]:
    """Middle, and what each of two normal numbers counts (the Cholesky factor of the covariance)."""
    across, along = cloud.deviations
    lean = cloud.covariance / across
    return (*cloud.middle, across, lean, math.sqrt(along * along - lean * lean))


def _varied(classes: int, shape: Shape) -> tuple[Cloud, ...]:
    round_ones = _around(classes, 3.5, shape["cloud_width"])
    return tuple(
        Cloud(each.label, each.middle, (each.deviations[0] * STRETCHED[each.label % 3],) * 2) for each in round_ones
    )


def _leaning(classes: int, shape: Shape) -> tuple[Cloud, ...]:
    """Clouds that are all stretched in one direction."""
    short, angle = shape["cloud_width"], math.radians(shape["angle"])
    long = short * shape["stretch"]
    cosine, sine = math.cos(angle), math.sin(angle)
    across = math.hypot(long * cosine, short * sine)
    along = math.hypot(long * sine, short * cosine)
    both = (long * long - short * short) * cosine * sine
    return tuple(Cloud(each.label, each.middle, (across, along), both) for each in _around(classes, 3.5, short))


def _normals(classes: int, shape: Shape) -> tuple[Cloud, ...]:
    """mlbench.2dnormals: the circle grows with the root of the number of classes."""
    radius, spread = shape["radius"] * math.sqrt(classes), shape["cloud_width"]
    turns = [math.pi / 4.0 + 2.0 * math.pi * label / classes for label in range(classes)]
    return tuple(
        Cloud(label, (radius * math.cos(turn), radius * math.sin(turn)), (spread, spread))
        for label, turn in enumerate(turns)
    )


ROOT = math.sqrt(2.0)


def _twonorm(classes: int, shape: Shape) -> tuple[Cloud, ...]:
    spread = (shape["cloud_width"],) * 2
    return Cloud(0, (ROOT, ROOT), spread), Cloud(1, (-ROOT, -ROOT), spread)


def _threenorm(classes: int, shape: Shape) -> tuple[Cloud, ...]:
    spread = (shape["cloud_width"],) * 2
    return Cloud(0, (ROOT, ROOT), spread), Cloud(0, (-ROOT, -ROOT), spread), Cloud(1, (ROOT, -ROOT), spread)


def _ringnorm(classes: int, shape: Shape) -> tuple[Cloud, ...]:
    wide, place = shape["cloud_width"] * shape["stretch"], 1.0 / ROOT
    return Cloud(0, (0.0, 0.0), (wide, wide)), Cloud(1, (place, place), (shape["cloud_width"],) * 2)


def _round_and_tall(classes: int, shape: Shape) -> tuple[Cloud, ...]:
    width = shape["cloud_width"]
    return Cloud(0, (-2.0, 2.0), (width, width)), Cloud(1, (2.0, -1.0), (width / 2.0, 2.0 * width))


def _three_spots(classes: int, shape: Shape) -> tuple[Cloud, ...]:
    spread = (shape["cloud_width"],) * 2
    return Cloud(0, (-1.5, 2.5), spread), Cloud(1, (2.5, 1.0), spread), Cloud(2, (-0.5, -1.5), spread)


def _corners(classes: int, shape: Shape) -> tuple[Cloud, ...]:
    places, spread = ((-4.0, -4.0), (4.0, -4.0), (-4.0, 4.0), (4.0, 4.0)), (shape["cloud_width"],) * 2
    return tuple(Cloud(label, place, spread) for label, place in enumerate(places))


# -- clouds that are drawn too, so that their law is another for every seed --------------------------------------------


def _scattered(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """Middles anywhere within ±5, round clouds about them."""
    middles, labels = 5.0 * signed(rng, len(counts)), classes_for(counts)
    return middles[:, labels.astype(int)] + shape["cloud_width"] * rng.standard_normal((2, labels.size)), labels


def _classification(counts: Counts, rng: Generator, shape: Shape) -> Made:
    """Two clusters a class at the corners of a square, in an order that is drawn; each has normal numbers mixed by a
    matrix of its own, its entries U(−1, 1).
    """
    corners = np.array([[-1.0, -1.0, 1.0, 1.0], [-1.0, 1.0, -1.0, 1.0]])[:, np.argsort(rng.random(4), kind="stable")]
    matrices = 2.0 * rng.random((4, 2, 2)) - 1.0
    points = []
    for label, count in enumerate(counts):
        cluster = label + 2 * (np.arange(count) % 2)
        drawn = rng.standard_normal((2, count))
        mixed = [(matrices[cluster, 0, axis] * drawn[0] + matrices[cluster, 1, axis] * drawn[1]) for axis in (0, 1)]
        points.append(2.0 * (np.stack(mixed) + shape["gap"] * corners[:, cluster]))
    return np.concatenate(points, axis=1), classes_for(counts)


def _width(default: float, note: str = "the standard deviation of each cloud without noise") -> Parameter:
    return Parameter("cloud_width", 0.05, 3.0, default, note)


def _made(name: str, label: str, note: str, source: str, arrange: Arrange, *parameters: Parameter,
          classes: int | None = 2, usual: int = 3, extent: float = 6.0) -> DatasetKind:  # fmt: skip
    """An entry of a set that is made of clouds."""
    clouds = Clouds(arrange)
    return DatasetKind(
        name, label, note, WIDENS, clouds, source, classes, extent=extent, parameters=parameters, usual_classes=usual,
        law=clouds.law, separable=False,
    )  # fmt: skip


_entry = partial(DatasetKind, noise_note=WIDENS, separable=False)
_around_circle = "how far the middles of the clouds lie from the centre"

KINDS: tuple[DatasetKind, ...] = (
    _entry(
        "gaussians", "Gaussians", "Two clouds.", generate=gaussians, source="TensorFlow Playground, gauss",
        parameters=(_width(math.sqrt(OWN_VARIANCE)),), best_accuracy=limits.gaussians, law=_gaussians_law,
    ),
    _made("twonorm", "Two norms", "Two clouds that overlap.", "Breiman 1996; mlbench, twonorm", _twonorm, _width(1.0)),
    _made(
        "threenorm", "Three norms", "One cloud between the two clouds of the other class.",
        "Breiman 1996; mlbench, threenorm", _threenorm, _width(1.0),
    ),
    _made(
        "ringnorm", "Ring norm", "A narrow cloud within a wide one.", "Breiman 1996; mlbench, ringnorm", _ringnorm,
        _width(1.0, "the standard deviation of the narrow cloud"),
        Parameter("stretch", 1.0, 4.0, 2.0, "how many times as wide the other cloud is"),
    ),
    _made(
        "round_and_tall", "Round and tall", "A round cloud beside a tall one.", "GAN Lab, two gaussians",
        _round_and_tall, _width(1.0, "the standard deviation of the round cloud; the tall one has half and twice it"),
    ),
    _entry(
        "classification", "Mixed clusters", "Two clusters a class, each stretched by chance.",
        generate=Moved(_classification), source="Guyon 2003; scikit-learn, make_classification",
        parameters=(Parameter("gap", 0.0, 2.0, 1.0, "how far the clusters lie apart"),), noise_note="moves the points",
    ),
    _entry(
        "blobs", "Blobs", "Two to eight clouds around a circle.", generate=blobs, source="as scikit-learn, make_blobs",
        classes=None, parameters=(_width(0.5), Parameter("radius", 0.5, 5.0, 3.5, _around_circle)), law=_blobs_law,
    ),
    _entry(
        "random_blobs", "Scattered blobs", "Clouds anywhere, by chance; another seed puts them elsewhere.",
        generate=Moved(_scattered), source="scikit-learn, make_blobs", classes=None, parameters=(_width(0.5),),
    ),
    _made(
        "varied_blobs", "Unequal blobs", "Clouds of three different widths.", "nnvisu, varied blobs", _varied,
        _width(0.5, "the standard deviation of the first cloud; the others have 2.5 times and half of it, in turn"),
        classes=None,
    ),
    _made(
        "stretched_blobs", "Stretched blobs", "Clouds that are all stretched in one direction.",
        "nnvisu, anisotropic blobs", _leaning, _width(0.4, "the standard deviation of each cloud where it is narrow"),
        Parameter("stretch", 1.0, 6.0, 3.0, "how many times as long as narrow the clouds are"),
        Parameter("angle", -90.0, 90.0, -50.0, "which way the clouds are stretched, in degrees"), classes=None,
    ),
    _made(
        "normals", "Normals around a circle", "Clouds that keep their overlap, however many there are.",
        "mlbench, 2dnormals", _normals, _width(1.0),
        Parameter("radius", 0.2, 2.0, 1.0, "the circle's radius for each root of the number of classes"), classes=None,
    ),
    _made(
        "three_spots", "Three spots", "Three small clouds far from each other.", "GAN Lab, disjoint", _three_spots,
        _width(0.25), classes=3,
    ),
    _made("corners", "Four corners", "A cloud on each corner of a square.", "mlbench, hypercube", _corners,
          _width(0.8), classes=4),
)  # fmt: skip
