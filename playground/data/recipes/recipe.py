"""What a recipe is: how points are made, the parameters of its shape, where it comes from, and what is known of it.

Owns the record `DatasetKind` that the table is made of, and the two ways in which noise comes to a clean formula; knows
no formula itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from playground.chance import Purpose, stream
from playground.data.recipes.law import Law, blurred, counted

Array = NDArray[np.float64]
Made = tuple[Array, Array]
"""Points (rows, n) and labels (n): a class index each, or a target."""
Counts = Sequence[int]
"""How many points each class gets; of a regression the one number of points."""
Curve = Callable[[Array], Array]

SIGMA = 1.8
"""Standard deviation of what position noise 1 adds to each coordinate, where a set does not say otherwise."""
TWO, SEVERAL, REGRESSION, IMAGES = GROUPS = ("Two classes", "Several classes", "Regression", "Images")

LABELS = {
    "turns": "Turns",
    "gap": "Gap",
    "ratio": "Ratio",
    "width": "Width",
    "cloud_width": "Cloud width",
    "radius": "Radius",
    "angle": "Angle",
    "frequency": "Frequency",
    "stretch": "Stretch",
    "swirl": "Swirl",
    "slant": "Slant",
    "bend": "Bend",
    "count": "Count",
    "degree": "Degree",
    "digit": "Digit",
}
"""Every shape parameter with what it is called: one word for one idea, whichever sets have it."""
WHOLE = frozenset({"count", "degree", "digit"})
"""Those that are whole numbers."""


class Parameter(msgspec.Struct, frozen=True):
    """A number that shapes a data set: its limits, the set's own value, and what it does there."""

    name: str
    low: float
    high: float
    default: float
    note: str

    @property
    def label(self) -> str:
        return LABELS[self.name]

    @property
    def integer(self) -> bool:
        return self.name in WHOLE

    @property
    def step(self) -> float:
        """What one press of an arrow key changes."""
        return 1.0 if self.integer else 5.0 if self.name == "angle" else 0.05


@dataclass(frozen=True, slots=True)
class Shape:
    """The values of a set's shape parameters, by name; of a typed formula its text and its values over x."""

    values: tuple[tuple[str, float], ...] = ()
    formula: str = ""
    curve: Curve | None = field(default=None, compare=False)

    def __getitem__(self, name: str) -> float:
        return next(value for known, value in self.values if known == name)

    def whole(self, name: str) -> int:
        """A parameter that is a whole number."""
        return round(self[name])


Generate = Callable[[Counts, Generator, Generator, float, Shape], Made]
"""From counts, a generator for the points, one for the noise, the noise ν in 0 … 1 and the shape to points."""
Clean = Callable[[Counts, Generator, Shape], Made]
"""The same without noise."""
Limit = Callable[[float, Shape], float | None]
"""The best possible accuracy for a noise and a shape, with balanced classes; None where it is not known."""
FindLaw = Callable[[Counts, float, Shape], Law]
"""From the shares of the classes, the noise and the shape to the law that points and labels follow."""


class DatasetKind(msgspec.Struct, frozen=True):
    """One generated data set.

    extent: half the width of the window it is shown in. classes: 0 for regression, None where the user chooses, who
    begins with `usual_classes`. shares: how many points each class gets beside the others, where that is part of the
    set. whole: training and test set are both the whole set (a truth table has nothing to hold back).
    best_accuracy: the Bayes limit by a formula. law: the law itself, as masses on a grid. separable: whether clean
    points can be told apart without error.
    image: (channels, height, width) of a set of images; None for points of the plane, whose `extent` is meant above.
    class_names: what the classes are called, where they have names of their own. source: the program, package or paper
    it is taken from. parameters: what its shape depends on. formula: what a set above and below a typed formula begins
    with. over_x: a regression of y(x) over one number: y is shown, and says nothing.
    """

    name: str
    label: str
    note: str
    noise_note: str
    generate: Generate
    source: str
    classes: int | None = 2
    samples: int = 500
    extent: float = 6.0
    parameters: tuple[Parameter, ...] = ()
    usual_classes: int = 3
    shares: tuple[float, ...] = ()
    whole: bool = False
    best_accuracy: Limit | None = None
    law: FindLaw | None = None
    separable: bool = True
    image: tuple[int, int, int] | None = None
    class_names: tuple[str, ...] = ()
    formula: str | None = None
    over_x: bool = False

    @property
    def group(self) -> str:
        """Where it stands among the others: one of GROUPS."""
        if self.image is not None:
            return IMAGES
        return REGRESSION if self.classes == 0 else TWO if self.classes == 2 else SEVERAL

    def classes_of(self, chosen: int) -> int:
        """How many classes it has where the user asks for `chosen`; 0 for regression."""
        return chosen if self.classes is None else self.classes

    @property
    def own_shape(self) -> tuple[tuple[str, float], ...]:
        """Its parameters with the set's own values."""
        return tuple((each.name, each.default) for each in self.parameters)

    def weights(self, classes: int, imbalance: float = 0.0) -> tuple[float, ...]:
        """How many points each class gets beside the others: every one but the first fewer by the imbalance."""
        own = self.shares or (1.0,) * max(self.classes_of(classes), 1)
        return (own[0], *(share * (1.0 - imbalance) for share in own[1:]))

    def law_of(self, classes: int, noise: float, shape: Shape, imbalance: float = 0.0) -> Law | None:
        """The law that points and labels follow, without label noise; None where it is not known."""
        return None if self.law is None else _law_of(self, classes, noise, shape, imbalance)

    def limit(self, classes: int, noise: float, shape: Shape) -> float | None:
        """The best accuracy that any model can reach, without label noise and imbalance; None where it is unknown."""
        if self.best_accuracy is not None:
            return self.best_accuracy(noise, shape)
        if noise == 0 and self.separable:
            return 1.0
        law = self.law_of(classes, noise, shape)
        return None if law is None else law.best_accuracy


@lru_cache(maxsize=64)
def _law_of(kind: DatasetKind, classes: int, noise: float, shape: Shape, imbalance: float) -> Law:
    assert kind.law is not None
    return kind.law(_counts_for(kind.weights(classes, imbalance)), noise, shape)


# -- how noise comes to clean points -----------------------------------------------------------------------------------

LAW_POINTS = 80_000
"""Clean points that a law is counted from."""


def _counts_for(weights: tuple[float, ...]) -> tuple[int, ...]:
    total = sum(weights)
    return tuple(round(LAW_POINTS * weight / total) for weight in weights)


class Moved(msgspec.Struct, frozen=True):
    """A clean formula whose points are moved after they were labelled: by N(0, (scale ν)²), or by U(±scale ν)."""

    clean: Clean
    scale: float = SIGMA
    uniform: bool = False

    def __call__(self, counts: Counts, rng: Generator, noise_rng: Generator, noise: float, shape: Shape) -> Made:
        """The points and their labels."""
        points, labels = self.clean(counts, rng, shape)
        return points + self.scale * noise * self._drawn(noise_rng, labels.size), labels

    def _drawn(self, rng: Generator, n: int) -> Array:
        return rng.random((2, n)) * 2.0 - 1.0 if self.uniform else rng.standard_normal((2, n))

    def law(self, counts: Counts, noise: float, shape: Shape) -> Law:
        """Many clean points, counted on a grid and blurred by the noise."""
        points, labels = _many(self.clean, tuple(counts), shape)
        return blurred(points, labels, len(counts), self.scale * noise, self.uniform)


@lru_cache(maxsize=4)
def _many(clean: Clean, counts: tuple[int, ...], shape: Shape) -> Made:
    """Clean points of a law; kept while a slider moves the noise."""
    return clean(counts, stream(0, Purpose.POINTS), shape)


class AsDrawn(msgspec.Struct, frozen=True):
    """A formula whose points and labels no noise moves."""

    clean: Clean

    def __call__(self, counts: Counts, rng: Generator, noise_rng: Generator, noise: float, shape: Shape) -> Made:
        """The points and their labels."""
        return self.clean(counts, rng, shape)

    def law(self, counts: Counts, noise: float, shape: Shape) -> Law:
        """Many points, counted on a grid."""
        points, labels = _many(self.clean, tuple(counts), shape)
        return counted(points, labels, len(counts))


# -- what formulas are made of -----------------------------------------------------------------------------------------


def signed(rng: Generator, n: int) -> Array:
    """Two rows of U(−1, 1)."""
    return rng.random((2, n)) * 2.0 - 1.0


def polar(radius: Array, angle: Array) -> Array:
    """TensorFlow Playground's convention: the angle is measured from the vertical axis."""
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)])


def classes_for(counts: Counts) -> Array:
    """The label of every point, class after class."""
    return np.repeat(np.arange(float(len(counts))), counts)


def turned(points: Array, degrees: float) -> Array:
    """Points turned around the origin, to the left."""
    if degrees == 0:
        return points
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    x, y = points
    return np.stack([cosine * x - sine * y, sine * x + cosine * y])


Rule = Callable[[Array], Array]
"""From points (2, n) to their classes (n), −1 where none is."""
BATCH, MOST_BATCHES = 1024, 400


def within(counts: Counts, rng: Generator, reach: float, rule: Rule) -> Made:
    """Uniform over the part of the square ±reach that each class has by the rule: points that are not wanted are drawn
    again. A class that has no place gets points of the others' places, so that counts always hold.
    """
    found: list[list[Array]] = [[] for _ in counts]
    missing = np.array(counts)
    for _ in range(MOST_BATCHES):
        if not (missing > 0).any():
            break
        points = reach * signed(rng, max(BATCH, 2 * int(missing.max())))
        classes = rule(points)
        for index in np.flatnonzero(missing > 0):
            fitting = points[:, classes == index][:, : missing[index]]
            found[index].append(fitting)
            missing[index] -= fitting.shape[1]
    for index in np.flatnonzero(missing > 0):
        found[index].append(reach * signed(rng, int(missing[index])))
    return np.concatenate([part for parts in found for part in parts], axis=1), classes_for(counts)
