"""The table of data sets: what each is called, how it is made, and what its noise means.

Owns the table; a new set is one formula in `generators` and one entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from playground.data import generators, images, limits
from playground.data.drawing import IMAGE
from playground.data.task import Task
from playground.errors import Said, WrongUse
from playground.meant import meant
from playground.scalars import shown

Array = NDArray[np.float64]
Generate = Callable[[Sequence[int], Generator, Generator, float], tuple[Array, Array]]


@dataclass(frozen=True, slots=True)
class DatasetKind:
    """One generated data set.

    extent: half the width of the window it is shown in. classes: 0 for regression, None where the user chooses.
    whole: training and test set are both the whole set (a truth table has nothing to hold back).
    best_accuracy: the Bayes limit for a noise ν, where it is known.
    image: (channels, height, width) of a set of images; None for points of the plane, whose `extent` is meant above.
    class_names: what the classes are called, where they have names of their own.
    """

    name: str
    label: str
    note: str
    noise_note: str
    generate: Generate
    classes: int | None = 2
    samples: int = 500
    extent: float = 6.0
    whole: bool = False
    best_accuracy: Callable[[float], float | None] | None = None
    image: tuple[int, int, int] | None = None
    class_names: tuple[str, ...] = ()

    def task(self, classes: int) -> Task:
        """The task of this set when the experiment asks for `classes` classes."""
        return Task(classes if self.classes is None else self.classes)


JUDGED = "moves points over the boundary while they are labelled"
MOVES = "moves the points"
SPECKLES = "distorts the images more and speckles their pixels"

DATASETS: dict[str, DatasetKind] = {
    kind.name: kind
    for kind in (
        DatasetKind(
            "circles", "Circles", "A disc inside a ring.", JUDGED, generators.circles, best_accuracy=limits.circles,
        ),
        DatasetKind(
            "xor", "XOR", "Four squares, coloured like a chessboard.", JUDGED, generators.xor, best_accuracy=limits.xor,
        ),
        DatasetKind(
            "gaussians", "Gaussians", "Two clouds.", "widens the clouds", generators.gaussians,
            best_accuracy=limits.gaussians,
        ),
        DatasetKind(
            "spirals", "Two spirals", "Two arms wound around each other.", MOVES, generators.spirals,
            best_accuracy=limits.separable,
        ),
        DatasetKind(
            "moons", "Moons", "Two half circles that hold each other.", MOVES, generators.moons,
            best_accuracy=limits.separable,
        ),
        DatasetKind(
            "xor_points", "XOR, four points", "The truth table itself: train and test are the same points.", MOVES,
            generators.xor_points, samples=4, extent=2.0, whole=True, best_accuracy=limits.separable,
        ),
        DatasetKind(
            "three_spirals", "Three spirals", "Three arms, three classes.", MOVES, generators.three_spirals, classes=3,
            best_accuracy=limits.separable,
        ),
        DatasetKind(
            "blobs", "Blobs", "Two to eight clouds around a circle.", "widens the clouds", generators.blobs,
            classes=None,
        ),
        DatasetKind(
            "plane", "Plane", "Regression: a slope.", "shifts the targets", generators.plane, classes=0, samples=1200,
        ),
        DatasetKind(
            "multi_gaussian", "Hills", "Regression: six hills and valleys.", "shifts the targets",
            generators.multi_gaussian, classes=0, samples=1200,
        ),
        DatasetKind(
            "bars", "Bars", "Images of 8 × 8 pixels: a bar, horizontal or vertical.", SPECKLES, images.bars,
            best_accuracy=limits.separable, extent=1.0, image=IMAGE, class_names=("horizontal", "vertical"),
        ),
        DatasetKind(
            "shapes", "Shapes", "Images of 8 × 8 pixels: a square, a disc, a triangle or a cross.", SPECKLES,
            images.shapes, classes=4, samples=1000, best_accuracy=limits.separable, extent=1.0, image=IMAGE,
            class_names=("square", "disc", "triangle", "cross"),
        ),
        DatasetKind(
            "digits", "Digits", "Images of 8 × 8 pixels: the digits from 0 to 9, drawn by a jittering pen.", SPECKLES,
            images.digits, classes=10, samples=1000, best_accuracy=limits.separable, extent=1.0, image=IMAGE,
            class_names=tuple(f"digit {digit}" for digit in range(10)),
        ),
    )
}  # fmt: skip

ALIASES = {
    "circle": "circles", "gauss": "gaussians", "gaussian": "gaussians", "spiral": "spirals",
    "two_spirals": "spirals", "moon": "moons", "blob": "blobs", "multi_gauss": "multi_gaussian",
    "reg_plane": "plane", "reg_gauss": "multi_gaussian",
}  # fmt: skip


def dataset_named(name: str) -> DatasetKind:
    """The data set of that name, or of a common other name for it; raises WrongUse."""
    if not isinstance(name, str):
        raise WrongUse("The name of a data set is text; got {given}.", given=shown(name))
    key = name.strip().lower().replace("-", "_").replace(" ", "_")
    key = ALIASES.get(key, key)
    if key in DATASETS:
        return DATASETS[key]
    close = meant(key, DATASETS)
    hint = Said(" Did you mean {close}?", {"close": close}) if close else ""
    sentence = "There is no data set called {name!r}.{hint} The data sets are: {known}."
    raise WrongUse(sentence, name=name, hint=hint, known=tuple(DATASETS))
