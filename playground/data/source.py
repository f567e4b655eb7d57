"""The data of an experiment as a value: which set, how many points, what is wrong with them, which features.

Owns the settings and their limits; knows nothing of how a point is made.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from playground.data.features import FeatureName, Scaling

DatasetName = Literal[
    "circles",
    "xor",
    "gaussians",
    "spirals",
    "xor_points",
    "moons",
    "three_spirals",
    "blobs",
    "plane",
    "multi_gaussian",
    "bars",
    "shapes",
    "digits",
]

MIN_SAMPLES, MAX_SAMPLES = 4, 20_000
MAX_CLOUDS = 8
"""Most clouds of `blobs`: what the map of a plane can tell apart."""


class GeneratedData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="generated"):
    """Points made by a formula and the experiment's seed. `classes` is read by `blobs` only."""

    name: DatasetName = "circles"
    samples: Annotated[int, Meta(ge=MIN_SAMPLES, le=MAX_SAMPLES)] = 500
    classes: Annotated[int, Meta(ge=2, le=MAX_CLOUDS)] = 3


class Imperfections(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is wrong with the data.

    position_noise: TensorFlow Playground's noise slider divided by 100; what it moves is told by the data set.
    label_noise: share of points given another class at random (regression: standard deviation added to the target).
    imbalance: how much smaller every class but the first is; 0 is balanced, 0.9 is one to ten.
    """

    position_noise: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.0
    label_noise: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.0
    imbalance: Annotated[float, Meta(ge=0.0, le=0.95)] = 0.0


class Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that decides the points, their split and what the network sees of them."""

    source: GeneratedData = GeneratedData()
    train_share: Annotated[float, Meta(ge=0.05, le=1.0)] = 0.5
    features: Annotated[tuple[FeatureName, ...], Meta(min_length=1, max_length=7)] = ("x", "y")
    scaling: Scaling = "none"
    imperfections: Imperfections = Imperfections()
