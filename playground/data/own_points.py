"""The source kind `points`: somebody's own points, which travel beside the experiment.

Owns what the experiment says of them (counts, names, a digest), the arrays themselves as one frozen value, and when
both belong together. An experiment is small and compared at every edit; the arrays are never compared, hashed or copied
once they are made: the digest stands for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Meta

from playground.data.grid import Window
from playground.data.source_kind import PLANE, Array, SourceKind
from playground.data.task import MAX_CLASSES, Task
from playground.errors import PointsRefused, Problem, WrongUse
from playground.numbers import plain
from playground.scalars import reals, shown

MIN_SAMPLES, MAX_SAMPLES = 1, 200_000
MAX_COLUMNS = 64
SIDES = range(8, 17)
"""Pixels per side of images, which may have more columns."""
MAX_PIXELS = SIDES[-1] ** 2
MAX_NUMBERS = MAX_SAMPLES * MAX_COLUMNS
REACH = 1e70
"""Largest coordinate or target: the deviation of its square, a sum of fourth powers, is still a number."""

Name = Annotated[str, Meta(min_length=1, max_length=100)]
ClassCount = Annotated[int, Meta(ge=0, le=MAX_CLASSES)]
Split = Literal["shuffled", "by_point"]
Drawn = Literal["in_order", "by_point"]
Edge = Annotated[float, Meta(ge=-2 * REACH, le=2 * REACH)]
ClassNames = Annotated[tuple[Name, ...], Meta(min_length=2, max_length=MAX_CLASSES)]


class PointsData(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="points"):
    """Points that lie beside the experiment: what it needs to know of them.

    columns: the names of a sample's numbers, which are what the network reads; two are a point of the plane, read
    through the chosen features. classes: their names, or how many there are; 0 for a regression. digest: SHA-256 of the
    bytes of features (columns, samples) and then labels (samples,), both float64, little-endian, row by row.
    split: `shuffled` draws the order by the seed and the count, so that one point more makes another split; `by_point`
    draws each point's own place by the seed and its coordinates, so that the others keep theirs when points come or
    go. extent: half the width of the plane that they are painted on, which stays as it is; None where it follows from
    the points. window: (left, right, bottom, top) of what is shown of that plane where both columns have units of their
    own; None where the same ±extent is shown of both.
    draws: which numbers imperfections draw for a point: by its place among the others, or `by_point` by its
    coordinates, so that it keeps its fate when others come or go. noise_unit: what label noise of a regression is
    measured in; None is the standard deviation of the targets, which follows them.
    image_side: of samples that are square grey images, how many pixels a side has; each is a column, row by row from
    the top left, 0 for paper and 1 for ink, and columns are no features then. None where samples are no images. paper,
    ink: what was written for these two where the pixels come from: new images that are given so are read by it.
    """

    samples: Annotated[int, Meta(ge=MIN_SAMPLES, le=MAX_SAMPLES)]
    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    columns: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=MAX_PIXELS)] = PLANE
    classes: ClassCount | ClassNames = 2
    name: Annotated[str, Meta(max_length=100)] = ""
    missing: Annotated[tuple[Name, ...], Meta(max_length=MAX_COLUMNS)] = ()
    split: Split = "shuffled"
    extent: Annotated[float, Meta(gt=0.0, le=REACH)] | None = None
    image_side: Annotated[int, Meta(ge=SIDES[0], le=SIDES[-1])] | None = None
    paper: Annotated[float, Meta(ge=-REACH, le=REACH)] = 0.0
    ink: Annotated[float, Meta(ge=-REACH, le=REACH)] = 1.0
    draws: Drawn = "in_order"
    noise_unit: Annotated[float, Meta(gt=0.0, le=REACH)] | None = None
    window: Annotated[tuple[Edge, ...], Meta(min_length=4, max_length=4)] | None = None

    @property
    def image(self) -> tuple[int, int, int] | None:
        """(channels, height, width); None where samples are no images."""
        return None if self.image_side is None else (1, self.image_side, self.image_side)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class OwnPoints:
    """Features (n, columns) and labels (n,), read-only float64: a class index from 0, or a target for each sample.

    A feature may be NaN: that cell is blank, and the experiment's imputer says what is done with it; a label may not.
    The arrays given are copied; a column lies in one piece of memory. Raises PointsRefused where they can be no points.
    Two of these are equal if their digests are.
    """

    features: Array
    labels: Array
    digest: str = field(init=False)
    classes: int = field(init=False)
    """The fewest classes that these labels fit; 0 where they can only be targets."""
    blank: tuple[int, ...] = field(init=False)
    """The columns that have blank cells, by their places."""

    def __post_init__(self) -> None:
        features, labels = _numbers(self.features, "F"), _numbers(self.labels, "C")
        reason = points_problem(features, labels)
        if reason is not None:
            raise PointsRefused(f"These points cannot be used: {reason}.")
        gaps = np.isnan(features)
        features[gaps] = np.nan  # there are many NaN, and one digest
        features.flags.writeable = labels.flags.writeable = False
        for name, value in (
            ("features", features), ("labels", labels), ("digest", _digest(features, labels)),
            ("classes", _classes(labels)), ("blank", tuple(np.flatnonzero(gaps.any(axis=0)).tolist())),
        ):  # fmt: skip
            object.__setattr__(self, name, value)

    def __reduce__(self) -> tuple[type[OwnPoints], tuple[Array, Array]]:
        """Pickled as the arrays that it was made of, so that they are read-only again."""
        return OwnPoints, (self.features, self.labels)

    def __deepcopy__(self, memo: dict[int, Any]) -> OwnPoints:
        return self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OwnPoints):
            return NotImplemented
        return self is other or (self.digest, self.features.shape) == (other.digest, other.features.shape)

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def samples(self) -> int:
        """How many there are."""
        return int(self.labels.size)

    def source(
        self, classes: int | Sequence[str], name: str = "", columns: Sequence[str] | None = None,
        image_side: int | None = None,
    ) -> PointsData:  # fmt: skip
        """What an experiment says of these points; without names, columns are x and y, or x1, x2 …

        classes: their names, or how many; 0 for a regression. image_side: pixels per side where samples are images,
        with a column for each pixel from 0 to 1. Raises WrongUse; whether the names and counts are allowed
        is checked with the experiment.
        """
        count = self.features.shape[1]
        named = PLANE if count == len(PLANE) else tuple(f"x{index + 1}" for index in range(count))
        named = named if columns is None else _names("columns", columns)
        return PointsData(
            samples=self.samples,
            digest=self.digest,
            columns=named,
            classes=int(classes) if isinstance(classes, (int, np.integer)) else _names("classes", classes),
            name=name,
            missing=tuple(named[place] for place in self.blank if place < len(named)),
            image_side=image_side,
        )


def points_given(given: Any) -> OwnPoints | None:
    """Somebody's own points, or None; raises WrongUse."""
    if given is None or isinstance(given, OwnPoints):
        return given
    raise WrongUse("Own points are a playground.OwnPoints(features, labels); got {given}.", given=shown(given))


def own_kind(source: PointsData) -> SourceKind:
    """What is known of points without the points."""
    names = source.classes if isinstance(source.classes, tuple) else ()
    return SourceKind(
        label=source.name or "Own points",
        task=Task(source.classes if isinstance(source.classes, int) else len(names)),
        samples=source.samples,
        columns=source.columns if source.image is None else (),
        image=source.image,
        class_names=names,
        extent=source.extent,
        window=None if source.window is None else _window(source.window),
        missing=source.missing,
        problems=tuple(Problem(field, sentence) for field, sentence in _rules(source)),
    )


def belonging(source: PointsData, own: OwnPoints | None) -> OwnPoints:
    """The points if they are those of the source; raises PointsRefused."""
    if own is None:
        raise PointsRefused(
            "This experiment is about {samples} points of its own, and they are missing: they lie beside it. "
            "Open the model file (.nnp) that it was saved in; in Python, give them: Session(experiment, points=…).",
            samples=source.samples,
        )
    reason = mismatch(source, own)
    if reason is not None:
        raise PointsRefused(f"These are not the points of the experiment: {reason}.")
    return own


def mismatch(source: PointsData, own: OwnPoints) -> str | None:
    """Why points are not those of a source, as a sentence without its end; None if they are. Looks at no array."""
    columns, asked = own.features.shape[1], len(source.columns)
    if (columns, own.samples) != (asked, source.samples):
        wanted, found = source.samples, own.samples
        return f"it asks for {wanted} samples with {asked} columns; there are {found} samples with {columns}"
    if own.digest != source.digest:
        return f"its digest is {source.digest[:12]}…, and theirs is {own.digest[:12]}…"
    blank = tuple(source.columns[place] for place in own.blank)
    if blank != source.missing:
        there, said = ", ".join(blank) or "none", ", ".join(source.missing) or "none"
        return f"blank cells are in the columns {there}, and it names {said}"
    classes = own_kind(source).task.classes
    if classes and not 0 < own.classes <= classes:
        return f"there are labels that are none of its {classes} classes, 0 to {classes - 1}"
    return None


def points_problem(features: Array, labels: Array) -> str | None:
    """Why arrays can be no points, as a sentence without its end; None if they can."""
    if features.ndim != 2 or labels.ndim != 1 or len(features) != labels.size:
        return f"features must be (n, columns) and labels (n,); got the shapes {features.shape} and {labels.shape}"
    samples, columns = features.shape
    if not 1 <= columns <= MAX_COLUMNS and columns not in {side * side for side in SIDES}:
        return (
            f"1 to {MAX_COLUMNS} columns are possible; got {columns} (more only for the pixels of square images, up to "
            f"{SIDES[-1]} × {SIDES[-1]})"
        )
    if not MIN_SAMPLES <= samples <= MAX_SAMPLES:
        return f"{MIN_SAMPLES} to {MAX_SAMPLES} samples are possible; got {samples}"
    if samples * columns > MAX_NUMBERS:
        return f"{MAX_NUMBERS // columns} samples are possible with {columns} columns; got {samples}"
    if np.isinf(features).any():
        return "there are features that are not finite numbers; a blank cell is NaN"
    if np.isnan(features).all(axis=0).any():
        return "there is a column that has nothing but blank cells"
    if not np.isfinite(labels).all():
        return "there are labels that are not finite numbers"
    for what, values in (("features", features), ("labels", labels)):
        if (np.abs(values) > REACH).any():
            return f"there are {what} beyond ±{plain(REACH)}"
    return None


def _numbers(values: Any, order: Literal["C", "F"]) -> Array:
    try:
        return reals(values, order)
    except (TypeError, ValueError, OverflowError):
        raise PointsRefused("These points cannot be used: features and labels must be arrays of numbers.") from None


def _names(what: str, given: Any) -> tuple[str, ...]:
    if isinstance(given, Iterable) and not isinstance(given, str) and np.ndim(given) > 0:  # type: ignore[arg-type]
        return tuple(str(each) if isinstance(each, np.str_) else each for each in given)
    extra = ", or how many there are" if what == "classes" else ""
    raise WrongUse("{what} are a list of names{extra}; got {given}.", what=what, extra=extra, given=shown(given))


def _digest(features: Array, labels: Array) -> str:
    found = hashlib.sha256()
    for values in (features.T, labels):
        found.update(np.ascontiguousarray(values, "<f8").data)
    return found.hexdigest()


def _classes(labels: Array) -> int:
    whole = bool(np.all((labels == np.floor(labels)) & (labels >= 0) & (labels < MAX_CLASSES)))
    return int(labels.max()) + 1 if whole else 0


def _rules(source: PointsData) -> list[tuple[str, str]]:
    """The rules between its own fields that are broken."""
    found = []
    if len(set(source.columns)) < len(source.columns):
        found.append(("columns", "each column needs a name of its own"))
    if source.image_side is None and len(source.columns) > MAX_COLUMNS:
        found.append(("columns", f"at most {MAX_COLUMNS} entries are allowed where samples are no images"))
    if source.image_side is not None:
        found += _image_rules(source, source.image_side)
    if [name for name in source.columns if name in source.missing] != list(source.missing):
        found.append(("missing", "columns with blank cells are some of the columns, in their order"))
    if source.noise_unit is not None and source.classes != 0:
        found.append(("noise_unit", "noise of classes has no unit, so only null fits here"))
    if source.window is not None and source.extent is None:
        found.append(("window", "only points that are painted have a window of their own, so only null fits here"))
    elif source.window is not None and not _is_window(source.window):
        found.append(("window", "left lies before right, and bottom before top"))
    if source.classes == 1:
        found.append(("classes", "0 stands for a regression, and classification needs at least 2 classes; got 1"))
    if isinstance(source.classes, tuple) and len(set(source.classes)) < len(source.classes):
        found.append(("classes", "each class needs a name of its own"))
    return found


def _window(edges: tuple[float, ...]) -> Window:
    left, right, bottom, top = edges
    return left, right, bottom, top


def _is_window(edges: tuple[float, ...]) -> bool:
    left, right, bottom, top = edges
    return left < right and bottom < top


def _image_rules(source: PointsData, side: int) -> list[tuple[str, str]]:
    found = []
    if len(source.columns) != side * side:
        wanted, given = side * side, len(source.columns)
        found.append(
            ("image_side", f"images of {side} × {side} have {wanted} pixels, a column each; got {given} columns")
        )
    if source.missing:
        found.append(("missing", "images have no blank cells: leave such rows out"))
    if source.extent is not None:
        found.append(("extent", "images lie in no plane, so only null fits here"))
    if source.paper == source.ink:
        found.append(("ink", "paper and ink are two different values"))
    return found
