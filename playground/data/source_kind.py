"""What is known of a source of data before any of its points is made or looked at.

Owns the record with which `playground.data.kinds.kind_of` answers, whatever the source; knows no source.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data.grid import Window
from playground.data.recipes.law import Law
from playground.data.recipes.recipe import Parameter
from playground.data.task import Task
from playground.errors import Problem

Array = NDArray[np.float64]
Draw = Callable[[int, float, float], tuple[Array, Array]]
"""From seed, position noise and imbalance to points (rows, n) and labels (n,)."""
PLANE = ("x", "y")
"""The two coordinates of a point of the plane, where they have no names of their own."""


class SourceKind(msgspec.Struct, frozen=True):
    """The answers of one source.

    label: what it is called in the window. columns: the names of a sample's numbers; none for images. image:
    (channels, height, width), None where a sample is no image. class_names: what the classes are called, where they
    have names of their own. extent: half the width of the window it is shown in, None where that follows from the
    points; window: what of that is shown where both columns have units of their own. whole: training and test set are
    both the whole set. best_accuracy: the Bayes limit for a position noise, where it is known. law: for position noise
    and imbalance, how often points of each class fall where, and with it the
    best answer at every place; None where it is not known.

    draw: makes the points; None where they are given and travel beside the experiment. Then position noise and
    imbalance, which belong to the making, do not apply. recipe: the name in the table of data sets, if it is one.
    chooses_classes: whether the experiment says how many classes there are. noise_note: what position noise does.
    missing: the columns that have blank cells as they are given.
    parameters: what its shape depends on, each a field of the source. formula: the typed formula that it follows, of
    the set that has one.
    problems: one for each rule between the source's own fields that is broken; its path is the field.
    """

    label: str
    task: Task
    samples: int
    columns: tuple[str, ...] = PLANE
    image: tuple[int, int, int] | None = None
    class_names: tuple[str, ...] = ()
    extent: float | None = None
    window: Window | None = None
    whole: bool = False
    best_accuracy: Callable[[float], float | None] | None = None
    law: Callable[[float, float], Law | None] | None = None
    draw: Draw | None = None
    recipe: str | None = None
    chooses_classes: bool = False
    noise_note: str = ""
    missing: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    formula: str | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def is_given(self) -> bool:
        """Whether the points are somebody's own, which travel beside the experiment."""
        return self.draw is None

    @property
    def is_painted(self) -> bool:
        """Whether the points are painted, on a plane of their own: a class may wait for its first one."""
        return self.is_given and self.extent is not None

    @property
    def is_plane(self) -> bool:
        """Whether samples are points of the plane: there are maps, and features x, y, x² … of them."""
        return self.image is None and len(self.columns) == 2
