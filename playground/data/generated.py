"""The source kind `generated`: points made by a recipe of the table of data sets and the experiment's seed.

Owns its fields and limits, and how many points each class gets; the formulas are in `playground.data.generators`.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, ClassVar, Literal, cast

import msgspec
import numpy as np
from msgspec import UNSET, Meta

from playground.chance import Purpose, stream
from playground.data.datasets import DATASETS
from playground.data.source_kind import PLANE, Array, SourceKind

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


Samples = Annotated[
    int, Meta(ge=MIN_SAMPLES, le=MAX_SAMPLES, description="how many; if not given, the set's own number")
]


class GeneratedData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="generated"):
    """Points made by a formula and the experiment's seed. `classes` is read by `blobs` only.

    samples: where it is not given it is the set's own number (4 for the truth table, 1,200 for a regression), and from
    then on a number like any other.
    """

    unless_said: ClassVar[bool] = True
    """A source that does not say its kind is of this one: own points cannot be meant by accident."""
    follows: ClassVar[dict[str, str]] = {"samples": "name"}
    """Fields whose default depends on another one, with the name of that one."""

    name: DatasetName = "circles"
    samples: Samples = cast(int, UNSET)  # never seen: __post_init__ puts the set's number in its place
    classes: Annotated[int, Meta(ge=2, le=MAX_CLOUDS)] = 3

    def __post_init__(self) -> None:
        given, name = cast(object, self.samples), cast(object, self.name)
        if given is UNSET:
            known = isinstance(name, str) and name in DATASETS  # whether it is one is checked with the experiment
            msgspec.structs.force_setattr(self, "samples", DATASETS[self.name if known else "circles"].samples)


def generated_kind(source: GeneratedData) -> SourceKind:
    """What is known of a recipe's points."""
    recipe = DATASETS[source.name]
    return SourceKind(
        label=recipe.label,
        task=recipe.task(source.classes),
        samples=source.samples,
        columns=PLANE if recipe.image is None else (),
        image=recipe.image,
        class_names=recipe.class_names,
        extent=recipe.extent,
        whole=recipe.whole,
        best_accuracy=recipe.best_accuracy,
        draw=partial(_drawn, source),
        recipe=recipe.name,
        chooses_classes=recipe.classes is None,
        noise_note=recipe.noise_note,
    )


def _drawn(source: GeneratedData, seed: int, noise: float, imbalance: float) -> tuple[Array, Array]:
    recipe = DATASETS[source.name]
    counts = class_counts(source.samples, max(recipe.task(source.classes).classes, 1), imbalance)
    return recipe.generate(counts, stream(seed, Purpose.POINTS), stream(seed, Purpose.POSITION_NOISE), noise)


def class_counts(samples: int, classes: int, imbalance: float) -> tuple[int, ...]:
    """How many points each class gets; they add up to `samples`, and no class is empty."""
    weights = np.array([1.0] + [1.0 - imbalance] * (classes - 1))
    shares = np.maximum(1, np.floor(samples * weights / weights.sum()).astype(int))
    for index in range(samples - int(shares.sum())):
        shares[index % classes if imbalance == 0 else 0] += 1
    shares[0] -= max(0, int(shares.sum()) - samples)
    return tuple(int(share) for share in shares)
