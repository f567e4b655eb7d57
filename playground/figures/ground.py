"""What the large map lies over: the plane of the points, or a section through samples with more columns.

Owns the way from samples to places on it, which part of it is shown, and what its axes are; knows nothing of pixels.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset
from playground.data.grid import Window
from playground.data.section import ColumnPair, Section
from playground.run.snapshot import Snapshot

Array = NDArray[np.float64]
Place = tuple[float, float]


class Ground(msgspec.Struct, frozen=True, eq=False):
    """middle, half: where the shown part lies and half its size, to the right and upwards. section: None of a plane."""

    middle: Place
    half: Place
    section: Section | None = None

    def places(self, points: Array) -> Array:
        """Where samples (columns, n) lie: (2, n)."""
        return points if self.section is None else self.section.place(points)

    def samples(self, places: Array) -> Array:
        """The samples (columns, n) that lie at places (2, n)."""
        return places if self.section is None else self.section.points(places)

    def place_of(self, dataset: Dataset, sample: int) -> Place:
        """Where a sample of the data set lies, counted over the training and then the held-out ones."""
        x, y = self.places(sample_of(dataset, sample)).ravel().tolist()
        return x, y

    def shares(self, places: Array) -> Array:
        """Places (2, n) in shares of the map: −1 at the left and at the bottom, 1 at the right and at the top."""
        found: Array = (places - np.array(self.middle)[:, None]) / np.array(self.half)[:, None]
        return found

    def share(self, place: Place) -> Place:
        """The same of one place."""
        x, y = ((at - middle) / half for at, middle, half in zip(place, self.middle, self.half, strict=True))
        return x, y

    def at(self, share: Place) -> Place:
        """The place at a share of the map, never outside it."""
        x, y = (
            middle + min(max(each, -1.0), 1.0) * half
            for each, middle, half in zip(share, self.middle, self.half, strict=True)
        )
        return x, y


def plane_of(extent: float, window: Window | None = None) -> Ground:
    """The plane of points over ±extent, or a window of it."""
    return Ground((0.0, 0.0), (extent, extent)) if window is None else Ground(*_middle_and_half(window))


def plane_shown(dataset: Dataset) -> Ground:
    """What is shown of the plane of these points."""
    return plane_of(dataset.extent, dataset.window)


def _middle_and_half(window: Window) -> tuple[Place, Place]:
    left, right, bottom, top = window
    middle = (left / 2.0 + right / 2.0, bottom / 2.0 + top / 2.0)
    return middle, (right / 2.0 - left / 2.0, top / 2.0 - bottom / 2.0)


def ground_of(dataset: Dataset, snapshot: Snapshot | None) -> Ground | None:
    """What the map of a data set lies over; None for images, for one column, and of more than two until a snapshot of
    such data tells."""
    if dataset.is_plane:
        return plane_shown(dataset)
    if snapshot is None or snapshot.section is None or snapshot.dataset.columns != dataset.columns:
        return None
    return on_section(snapshot.section)


def on_section(section: Section) -> Ground:
    """The shown part of a section."""
    return Ground(*_middle_and_half(section.window), section)


def sample_of(dataset: Dataset, sample: int) -> Array:
    """(columns, 1) a sample, counted over the training and then the held-out ones."""
    place = sample - dataset.train_labels.size
    points, index = (dataset.train_points, sample) if place < 0 else (dataset.held_out_points, place)
    return points[:, index : index + 1]


def axes_of(section: Section, columns: tuple[str, ...]) -> tuple[str, str]:
    """What lies to the right and upwards."""
    if isinstance(section.cut, ColumnPair):
        return columns[section.cut.across], columns[section.cut.upwards]
    return "main direction 1", "main direction 2"
