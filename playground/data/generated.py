"""The source kind `generated`: points made by a recipe of the table of data sets and the experiment's seed.

Owns its fields and limits, and how many points each class gets; the formulas are in `playground.data.recipes`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, ClassVar, Literal, cast

import msgspec
import numpy as np
from msgspec import UNSET, Meta

from playground.chance import Purpose, stream
from playground.data import formula as formulas
from playground.data.recipes.law import Law
from playground.data.recipes.recipe import LABELS, DatasetKind, Parameter, Shape
from playground.data.recipes.table import DATASETS
from playground.data.rounding import rounded
from playground.data.source_kind import PLANE, Array, SourceKind
from playground.data.task import Task
from playground.errors import Problem

DatasetName = Literal[
    "circles",
    "disc_and_ring",
    "bullseye",
    "rings",
    "circle_in_square",
    "xor",
    "xor_points",
    "quadrants",
    "checkerboard",
    "random",
    "gaussians",
    "twonorm",
    "threenorm",
    "ringnorm",
    "round_and_tall",
    "classification",
    "spirals",
    "cmu_spirals",
    "rough_spirals",
    "even_spirals",
    "open_spirals",
    "moons",
    "line_and_ring",
    "function",
    "heart",
    "digit",
    "thirteen",
    "concentric",
    "quantiles",
    "blobs",
    "random_blobs",
    "varied_blobs",
    "stretched_blobs",
    "normals",
    "three_spots",
    "corners",
    "three_spirals",
    "spiral_arms",
    "pinwheel",
    "moon_chain",
    "cassini",
    "smiley",
    "four_shapes",
    "plane",
    "multi_gaussian",
    "two_hills",
    "peak",
    "friedman",
    "swiss_roll",
    "s_curve",
    "x_sin_x",
    "sine",
    "polynomial",
    "staircase",
    "runge",
    "bars",
    "shapes",
    "digits",
    "distorted_digits",
    "garments",
]

MIN_SAMPLES, MAX_SAMPLES = 4, 20_000
MOST_CLASSES = 8
"""Most classes of a set that lets them be chosen: what the map of a plane can tell apart."""
REACH = 6.0
"""Half the side of the square on which points lie above and below a typed formula."""
LEAST_SHARE = 0.01
"""Of that square each side of the formula has so much at least."""

Samples = Annotated[
    int, Meta(ge=MIN_SAMPLES, le=MAX_SAMPLES, description="how many; if not given, the set's own number")
]
Classes = Annotated[
    int, Meta(ge=2, le=MOST_CLASSES, description="how many, where the set lets them be chosen; if not given, its own")
]

Typed = Annotated[str, Meta(min_length=1, max_length=formulas.MAX_LENGTH, description="over x, such as 2*sin(x)")]


class GeneratedData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="generated"):
    """Points made by a formula and the experiment's seed.

    samples: where it is not given it is the set's own number (4 for the truth table, 1,200 for a regression), and from
    then on a number like any other. classes: the same; read by sets that let them be chosen.
    All others shape the set, and each is the set's own value where it is null. Which of them a set has, and from where
    to where, its recipe says. formula: over x, of the set `function`.
    """

    unless_said: ClassVar[bool] = True
    """A source that does not say its kind is of this one: own points cannot be meant by accident."""
    follows: ClassVar[dict[str, str]] = {"samples": "name", "classes": "name"}
    """Fields whose default depends on another one, with the name of that one."""

    name: DatasetName = "circles"
    samples: Samples = cast(int, UNSET)  # never seen: __post_init__ puts the set's number in its place
    classes: Classes = cast(int, UNSET)
    turns: Annotated[float, Meta(ge=0.1, le=4.0, description="how often arms go around")] | None = None
    gap: Annotated[float, Meta(ge=-1.0, le=3.0, description="how far parts lie apart")] | None = None
    ratio: Annotated[float, Meta(ge=0.3, le=0.95, description="of one part's size to the next one's")] | None = None
    width: Annotated[float, Meta(ge=0.0, le=4.0, description="how broad strokes, lines or hills are")] | None = None
    cloud_width: (
        Annotated[float, Meta(ge=0.05, le=3.0, description="the standard deviation of clouds without noise")] | None
    ) = None
    radius: Annotated[float, Meta(ge=0.2, le=6.0, description="how far parts reach from the centre")] | None = None
    angle: Annotated[float, Meta(ge=-90.0, le=90.0, description="turned to the left, in degrees")] | None = None
    frequency: Annotated[float, Meta(ge=0.2, le=5.0, description="how dense waves are")] | None = None
    stretch: Annotated[float, Meta(ge=1.0, le=6.0, description="how many times as long as wide")] | None = None
    swirl: Annotated[float, Meta(ge=0.0, le=0.6, description="how much arms are bent")] | None = None
    slant: Annotated[float, Meta(ge=0.0, le=1.0, description="how far figures lean over")] | None = None
    bend: Annotated[float, Meta(ge=0.0, le=2.0, description="how far lines are bent, in pixels")] | None = None
    count: Annotated[int, Meta(ge=2, le=8, description="how many parts there are")] | None = None
    degree: Annotated[int, Meta(ge=1, le=9, description="the highest power")] | None = None
    digit: Annotated[int, Meta(ge=0, le=9, description="which digit")] | None = None
    formula: Typed | None = None

    def __post_init__(self) -> None:
        name = cast(object, self.name)
        known = isinstance(name, str) and name in DATASETS  # whether it is one is checked with the experiment
        recipe = DATASETS[self.name if known else "circles"]
        for field, usual in (("samples", recipe.samples), ("classes", recipe.usual_classes)):
            if getattr(self, field) is UNSET:
                msgspec.structs.force_setattr(self, field, usual)


def starting_features(name: str) -> tuple[str, ...]:
    """The features that a set begins with: x alone where it asks for y(x), else x and y."""
    return ("x",) if DATASETS[name].over_x else ("x", "y")


SHAPES = (*LABELS, "formula")
"""The fields of a source that shape it."""


def without_shape(source: GeneratedData, recipe: DatasetKind) -> dict[str, Any]:
    """The fields to change so that a source keeps only what another set's shape has, and allows."""
    return {
        field: None
        for field in SHAPES
        if getattr(source, field) is not None and _unfit(source, recipe, field) is not None
    }


def parameter_of(recipe: DatasetKind, field: str) -> Parameter | None:
    """The shape parameter of a set, or None where it has no such one."""
    return next((each for each in recipe.parameters if each.name == field), None)


def shape_of(source: GeneratedData) -> Shape:
    """The values of its set's shape parameters, and its formula; raises FormulaRefused."""
    recipe = DATASETS[source.name]
    values = tuple(
        (name, default if getattr(source, name) is None else float(getattr(source, name)))
        for name, default in recipe.own_shape
    )
    if recipe.formula is None:
        return Shape(values)
    text = recipe.formula if source.formula is None else source.formula
    return Shape(values, text, curve_of(text))


def curve_of(text: str) -> Callable[[Array], Array]:
    """The values of a formula over x, on the grid of rounded numbers, and NaN where it has none; raises
    FormulaRefused.
    """
    read = formulas.parse(text, ("x",))

    def curve(x: Array) -> Array:
        values = {"x": rounded(x)}
        return np.where(read.has_values(values), rounded(read.compute(values)), np.nan)

    return curve


# -- what is wrong with a shape ----------------------------------------------------------------------------------------


def _shape_problems(source: GeneratedData, recipe: DatasetKind) -> tuple[Problem, ...]:
    found = (_unfit(source, recipe, field) for field in SHAPES if getattr(source, field) is not None)
    return tuple(each for each in found if each is not None)


def _unfit(source: GeneratedData, recipe: DatasetKind, field: str) -> Problem | None:
    """Why a set does not take a value, or None where it does."""
    given: Any = getattr(source, field)
    if field == "formula":
        return _formula_problem(given) if recipe.formula is not None else _no_such(recipe, field, given)
    parameter = parameter_of(recipe, field)
    if parameter is None:
        return _no_such(recipe, field, given)
    if parameter.low <= given <= parameter.high:
        return None
    wanted = "a whole number" if parameter.integer else "a number"
    sentence = f"for {{name}} expected {wanted} from {{low}} to {{high}}; got {{given}} (null is {{default}})"
    values = {"name": recipe.name, "low": parameter.low, "high": parameter.high, "given": given,
              "default": parameter.default}  # fmt: skip
    return Problem(field, sentence, "range", values)


def _no_such(recipe: DatasetKind, field: str, given: Any) -> Problem:
    own = [each.name for each in recipe.parameters] + (["formula"] if recipe.formula is not None else [])
    sentence = "{name} has no {field}, so only null fits here; got {given} (" + (
        "it has {own})" if own else "nothing shapes it)"
    )
    values = {"name": recipe.name, "field": field, "given": given, "own": tuple(own)}
    return Problem(field, sentence, "fit", values)


def _formula_problem(text: str) -> Problem | None:
    """A formula that cannot be read, or has nothing of the square on one of its sides."""
    try:
        curve = curve_of(text)
    except formulas.FormulaRefused as refused:
        return Problem("formula", "{reason}", "formula", {"reason": refused.said, "place": refused.place})
    height = curve(np.linspace(-REACH, REACH, 1201))
    below = np.clip(height[~np.isnan(height)], -REACH, REACH) / (2.0 * REACH) + 0.5
    for side, area in (("below", below.sum()), ("above", (1.0 - below).sum())):
        if area < LEAST_SHARE * height.size:
            sentence = f"nothing of the square from −{{reach}} to {{reach}} lies {side} this formula; got {{given}}"
            return Problem("formula", sentence, "range", {"reach": REACH, "given": text})
    return None


# -- what is known of a source -----------------------------------------------------------------------------------------


def generated_kind(source: GeneratedData) -> SourceKind:
    """What is known of a recipe's points."""
    recipe = DATASETS[source.name]
    return SourceKind(
        label=recipe.label,
        task=Task(recipe.classes_of(source.classes)),
        samples=source.samples,
        columns=PLANE if recipe.image is None else (),
        image=recipe.image,
        class_names=recipe.class_names,
        extent=recipe.extent,
        whole=recipe.whole,
        best_accuracy=partial(_limit, source) if recipe.classes != 0 else None,
        law=partial(_law, source) if recipe.law is not None else None,
        draw=partial(_drawn, source),
        recipe=recipe.name,
        chooses_classes=recipe.classes is None,
        noise_note=recipe.noise_note,
        parameters=recipe.parameters,
        formula=None if recipe.formula is None else source.formula or recipe.formula,
        problems=_shape_problems(source, recipe),
    )


def _limit(source: GeneratedData, noise: float) -> float | None:
    return DATASETS[source.name].limit(source.classes, noise, shape_of(source))


def _law(source: GeneratedData, noise: float, imbalance: float) -> Law | None:
    return DATASETS[source.name].law_of(source.classes, noise, shape_of(source), imbalance)


def _drawn(source: GeneratedData, seed: int, noise: float, imbalance: float) -> tuple[Array, Array]:
    recipe = DATASETS[source.name]
    classes = max(recipe.classes_of(source.classes), 1)
    counts = (
        shared_counts(source.samples, recipe.weights(classes, imbalance))
        if recipe.shares
        else class_counts(source.samples, classes, imbalance)
    )
    points, noises = stream(seed, Purpose.POINTS), stream(seed, Purpose.POSITION_NOISE)
    return recipe.generate(counts, points, noises, noise, shape_of(source))


def shared_counts(samples: int, weights: tuple[float, ...]) -> tuple[int, ...]:
    """How many points each class gets by weights of its own; they add up to `samples`, and no class is empty."""
    wanted = samples * np.array(weights) / sum(weights)
    shares = np.maximum(1, np.floor(wanted + 1e-9).astype(int))
    while (left := samples - int(shares.sum())) != 0:
        shares[(wanted - shares).argmax() if left > 0 else shares.argmax()] += 1 if left > 0 else -1
    return tuple(int(share) for share in shares)


def class_counts(samples: int, classes: int, imbalance: float) -> tuple[int, ...]:
    """How many points each class gets; they add up to `samples`, and no class is empty."""
    weights = np.array([1.0] + [1.0 - imbalance] * (classes - 1))
    shares = np.maximum(1, np.floor(samples * weights / weights.sum()).astype(int))
    for index in range(samples - int(shares.sum())):
        shares[index % classes if imbalance == 0 else 0] += 1
    shares[0] -= max(0, int(shares.sum()) - samples)
    return tuple(int(share) for share in shares)
