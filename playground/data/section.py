"""A plane through the space of many columns: two columns with the others standing still, or the two main directions.

Owns the way between samples (columns, n) and places on that plane (2, n), its window, and what a wish comes to where
the data have changed since; knows nothing of networks.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data.grid import Window, window_around, window_points
from playground.data.sampling import Dataset
from playground.data.source_kind import PLANE
from playground.errors import WrongUse

Array = NDArray[np.float64]

MOST_NUMBERS = 200_000
"""Numbers of the training samples that main directions are computed from."""
SOME = 1_000
"""Training samples by which a column is known to have more than two values."""


class ColumnPair(msgspec.Struct, frozen=True):
    """The columns that lie across and upwards, counted from 0. row: the sample whose values the others have, counted
    over the training and then the held-out samples; None for the training mean."""

    across: int = 0
    upwards: int = 1
    row: int | None = None


class MainDirections(msgspec.Struct, frozen=True):
    """The two principal directions of the standardized training columns, through their mean."""


Cut = ColumnPair | MainDirections
"""What a map over more than two columns shows."""


class PlaneWish(msgspec.Struct, frozen=True):
    """The same as somebody wishes it, whatever the data are just now: what is not there is as it is usually.

    across, upwards: names of columns; usually the first ones with more than two different values. row: the sample
    whose values the others have, by its place among somebody's own points, so that another split means the same one;
    None for the training mean. main: the two main directions instead.
    """

    across: str = ""
    upwards: str = ""
    row: int | None = None
    main: bool = False


USUAL_PLANE = PlaneWish()
"""What is shown where nobody wished anything."""


def can_be_cut(dataset: Dataset) -> bool:
    """Whether samples have so many columns that a map needs a plane through them."""
    return dataset.image is None and len(dataset.columns) > len(PLANE)


def cut_for(wish: PlaneWish, dataset: Dataset) -> Cut | None:
    """The cut that a wish comes to; None for images, for points of the plane and for a single column."""
    if not can_be_cut(dataset):
        return None
    if wish.main:
        return MainDirections()
    across, upwards = pair_for(wish, dataset)
    return ColumnPair(dataset.columns.index(across), dataset.columns.index(upwards), place_of(wish.row, dataset))


def pair_for(wish: PlaneWish, dataset: Dataset) -> tuple[str, str]:
    """The names of the two different columns that a wish comes to, of at least two."""
    columns = _usual(dataset)
    across = wish.across if wish.across in columns else next(each for each in columns if each != wish.upwards)
    known = wish.upwards in columns and wish.upwards != across
    return across, wish.upwards if known else next(each for each in columns if each != across)


def _usual(dataset: Dataset) -> tuple[str, ...]:
    """The columns in the order in which they are shown where nobody wished anything: what has two values comes last, as
    the inputs do that words have become."""
    some = dataset.train_points[:, :SOME]
    low, high = some.min(axis=1, keepdims=True), some.max(axis=1, keepdims=True)
    several = ((some > low) & (some < high)).any(axis=1).tolist()
    return tuple(
        name for kind in (True, False) for name, each in zip(dataset.columns, several, strict=True) if each is kind
    )


def place_of(row: int | None, dataset: Dataset) -> int | None:
    """Where one of somebody's own points stands among the training and held-out samples; None where it does not."""
    if row is None or dataset.order is None:
        return None
    there = dataset.train_labels.size + dataset.held_out_labels.size
    found = np.flatnonzero(dataset.order[:there] == row)
    return int(found[0]) if found.size else None


class Section(msgspec.Struct, frozen=True, eq=False):
    """origin: (columns, 1), the sample at the place (0, 0); ways: (columns, 2), what one step to the right and one
    upwards adds to it; back: (2, columns), the way from a sample to its place, with back · ways = 1.

    window: (left, right, bottom, top). spread: the share of the training samples' variance that the main directions
    hold; None of a pair of columns. cut: what it is the plane of.
    """

    origin: Array
    ways: Array
    back: Array
    window: Window
    spread: float | None = None
    cut: Cut = ColumnPair()

    def points(self, places: Array) -> Array:
        """The samples (columns, n) that lie at places (2, n)."""
        found: Array = self.origin + self.ways @ places
        return found

    def place(self, points: Array) -> Array:
        """Where samples (columns, n) lie, or are seen from: (2, n)."""
        found: Array = self.back @ (points - self.origin)
        return found

    def grid(self, resolution: int) -> Array:
        """(columns, resolution²): the samples at the centres of the window's cells, the lowest row first."""
        return self.points(window_points(self.window, resolution))


def section_of(dataset: Dataset, cut: Cut) -> Section:
    """The plane that a cut means for these data.

    Raises WrongUse for images, for fewer than two columns, and for a column or a row that is not there.
    """
    count = len(dataset.columns)
    if dataset.image is not None or count < 2:
        raise WrongUse("A plane is laid through two columns or more; these data have {count}.", count=count)
    train, held_out = dataset.train_points, dataset.held_out_points
    if isinstance(cut, MainDirections):
        origin, ways, back, spread = _main_directions(train)
        places = [back @ each - back @ origin for each in (train, held_out) if each.size]
    else:
        origin, ways, back, spread = *_pair(dataset, cut), None
        places = [each[[cut.across, cut.upwards]] for each in (train, held_out) if each.size]
    return Section(origin, ways, back, window_around(places), spread, cut)


def _pair(dataset: Dataset, cut: ColumnPair) -> tuple[Array, Array, Array]:
    """Origin, ways and back of two columns; both are measured from 0, in their own units."""
    count = len(dataset.columns)
    chosen = (cut.across, cut.upwards)
    if cut.across == cut.upwards or not all(0 <= column < count for column in chosen):
        raise WrongUse(
            "A pair is two different columns from 0 to {last}; got {across} and {upwards}.",
            last=count - 1, across=cut.across, upwards=cut.upwards,
        )  # fmt: skip
    origin = _others(dataset, cut.row)
    origin[list(chosen)] = 0.0
    ways = np.zeros((count, 2))
    ways[chosen, (0, 1)] = 1.0
    return origin, ways, np.ascontiguousarray(ways.T)


def _others(dataset: Dataset, row: int | None) -> Array:
    """(columns, 1): the training mean, or the values of a sample."""
    train, held_out = dataset.train_points, dataset.held_out_points
    if row is None:
        mean: Array = train.mean(axis=1, keepdims=True)
        return mean
    if not 0 <= row < train.shape[1] + held_out.shape[1]:
        last = train.shape[1] + held_out.shape[1] - 1
        raise WrongUse("Samples are counted from 0 to {last}; there is no row {row}.", last=last, row=row)
    points, place = (train, row) if row < train.shape[1] else (held_out, row - train.shape[1])
    return points[:, place : place + 1].copy()


def _main_directions(train: Array) -> tuple[Array, Array, Array, float]:
    """Origin, ways, back and the share of the variance; each direction points where its largest part is positive.

    Of very many samples, evenly chosen ones stand for all.
    """
    train = train[:, :: max(1, train.size // MOST_NUMBERS)]
    origin, deviation = train.mean(axis=1, keepdims=True), train.std(axis=1, keepdims=True)
    varies = deviation > 1e-9 * np.maximum(np.abs(train).max(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    unit = np.where(varies, deviation, 1.0)
    standard = np.where(varies, (train - origin) / unit, 0.0)
    variances, directions = np.linalg.eigh(standard @ standard.T / train.shape[1])
    main = directions[:, [-1, -2]]
    main = main * np.where(main[np.abs(main).argmax(axis=0), (0, 1)] < 0.0, -1.0, 1.0)
    total = float(variances.sum())
    return origin, unit * main, main.T / unit.T, float(variances[-2:].sum()) / total if total > 0.0 else 1.0
