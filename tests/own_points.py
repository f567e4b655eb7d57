"""Somebody's own points, made up, and experiments about them.

Owns how tests make such points; knows nothing of what is tested with them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.data import OwnPoints
from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_points
from playground.experiment.experiment import Experiment


def made(columns: int = 2, samples: int = 40, classes: int = 2, seed: int = 0, scale: float = 2.0) -> OwnPoints:
    """Normal features; classes by the order of the first column, or its square as a target."""
    features = scale * np.random.Generator(np.random.PCG64(seed)).normal(size=(columns, samples))
    ranks = np.argsort(np.argsort(features[0]))
    labels = ranks * classes // samples if classes else features[0] ** 2
    return OwnPoints(features.T, labels)


def about(own: OwnPoints, classes: Any = 2, columns: Any = None, **changes: Any) -> Experiment:
    """The default experiment about these points, with changes by dotted path."""
    return with_changes(on_points(Experiment(), own.source(classes, columns=columns)), **changes)
