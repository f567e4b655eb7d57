"""A click on the map while a step is looked into: the forward pass of the point there.

Owns the way from a place to the sample that lies there; the pass is the mode's.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from playground.figures.decision import DataPoint
from playground.figures.ground import Ground, Place
from playground.views.workbench.workbench import Workbench


def look_into(bench: Workbench, ground: Ground, place: Place, point_at: Callable[[Place], DataPoint | None]) -> None:
    """Show the forward pass of a place, or of the data point there; nothing outside the mode."""
    if bench.inside.on:
        datum = point_at(place)
        place = place if datum is None else datum.point
        bench.inside.infer(sample=ground.samples(np.array(place)[:, None]).ravel().tolist())
