"""From an experiment to the canvas that its points are painted on, and back.

Owns what painted points mean for the experiment; knows nothing of strokes or of undo.
"""

from __future__ import annotations

import msgspec
import numpy as np

from playground.data import Imperfections, OwnPoints, PointsData, make_dataset
from playground.data.painting import MOST_PAINTED, Canvas
from playground.data.rounding import to_twenty_bits
from playground.edits.on_dataset import on_points
from playground.experiment.experiment import Experiment
from playground.numbers import spaced

PAINTED = "Painted"
EXTENT = 6.0
"""Half the width of an empty plane: that of the sets of points."""


def why_no_canvas(experiment: Experiment) -> str:
    """Why an experiment's points cannot be painted over; empty if they can."""
    kind = experiment.source_kind
    if not kind.is_plane:
        return "Only points of a plane can be painted over."
    if kind.samples > MOST_PAINTED:
        return f"Up to {spaced(MOST_PAINTED)} points can be painted over."
    return ""


def canvas_of(experiment: Experiment, own: OwnPoints | None) -> Canvas:
    """The points of an experiment as a canvas: as they are made or given, before labels are spoiled.

    Samples with a blank cell lie nowhere on the plane and are left out. The points must be those of a plane, see
    `why_no_canvas`. Raises PointsRefused where own points are missing.
    """
    flaws, source = experiment.data.imperfections, experiment.data.source
    clean = Imperfections(position_noise=flaws.position_noise, imbalance=flaws.imbalance)
    data = msgspec.structs.replace(experiment.data, imperfections=clean, validation_share=0.0, stratified=False)
    dataset = make_dataset(data, experiment.seed, own)
    if isinstance(source, PointsData):
        assert own is not None
        there = ~np.isnan(own.features).any(axis=1)
        features, labels = (own.features, own.labels) if there.all() else (own.features[there], own.labels[there])
        return Canvas(
            features, labels, source.classes, dataset.extent, source.columns, _noise_unit(source, own), dataset.window
        )
    parts = ("train",) if experiment.source_kind.whole else ("train", "test")
    points = np.concatenate([getattr(dataset, f"{part}_points") for part in parts], axis=1).T
    labels = np.concatenate([getattr(dataset, f"{part}_labels") for part in parts])
    return Canvas(points, labels, dataset.class_names or dataset.task.classes, dataset.extent)


def on_canvas(experiment: Experiment, canvas: Canvas) -> tuple[Experiment, OwnPoints]:
    """The experiment about what is painted, and its points, of which there is at least one."""
    own = OwnPoints(canvas.points, canvas.labels)
    source = own.source(canvas.classes, PAINTED, canvas.columns)
    unit = None if canvas.class_count else canvas.noise_unit
    source = msgspec.structs.replace(
        source, split="by_point", extent=canvas.extent, draws="by_point", noise_unit=unit, window=canvas.window
    )  # fmt: skip
    return on_points(experiment, source), own


def _noise_unit(source: PointsData, own: OwnPoints) -> float:
    """What label noise of own targets is measured in now: painting over them does not change it."""
    deviation = float(to_twenty_bits(np.asarray(own.labels.std())))
    return source.noise_unit or deviation or 1.0
