"""What the large map shows, and what it says about a point.

Owns the choice of the map (the output's, or that of the unit under the cursor) and the words of the read-out;
knows nothing of colours, pixels or Qt. A snapshot that does not fit the experiment (any more) gives no map.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset, inputs
from playground.data.features import raw_inputs
from playground.experiment.experiment import Experiment
from playground.figures.shading import Field, output_field, round_up, tame, unit_field, value_at
from playground.numbers import accuracy, steady
from playground.run.grid import grid_points
from playground.run.snapshot import Snapshot, predicted_classes

Floats = NDArray[np.floating]
FEATURE_ROWS = 100


@dataclass(frozen=True, slots=True, eq=False)
class ShownMap:
    """A map to be drawn. `caption` names the unit, and is None for the output itself."""

    field: Field
    caption: str | None


@dataclass(frozen=True, slots=True)
class DataPoint:
    """A data point under the cursor: where it is, its label, and the set it belongs to."""

    point: tuple[float, float]
    label: float
    is_test: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """Lines (name, value) about a point. `winner` is the class answered; `wrong` says that the label is another."""

    lines: tuple[tuple[str, str], ...]
    winner: int | None
    wrong: bool


def shown_map(
    snapshot: Snapshot | None, experiment: Experiment, dataset: Dataset, hovered: tuple[int, int] | None
) -> ShownMap | None:
    """The hovered unit's map, or the output's; None while there is none."""
    if hovered is not None and hovered[0] == -1:
        return _feature_map(experiment, dataset, hovered[1])
    if snapshot is None or snapshot.maps is None or not fits(snapshot, experiment):
        return None
    slots = snapshot.layout.slots
    if hovered is not None and 0 <= hovered[0] < len(slots) and 0 <= hovered[1] < slots[hovered[0]].outputs:
        layer, unit = hovered
        last = layer == len(slots) - 1
        if not (last and slots[layer].outputs == 1):
            caption = f"Output · class {unit}" if last else f"Layer {layer + 1} · unit {unit + 1}"
            return ShownMap(unit_field(snapshot.maps[slots[layer].row + unit], slots[layer].activation), caption)
    outputs = snapshot.maps[slots[-1].row :]
    return ShownMap(output_field(outputs, slots[-1].activation, target_peak(dataset)), None)


def fits(snapshot: Snapshot, experiment: Experiment) -> bool:
    """Whether the snapshot's output is the one the experiment asks for (an edit may be ahead of the run)."""
    head, slot = experiment.head, snapshot.layout.slots[-1]
    return slot.outputs == head.units and slot.activation == head.activation


def _feature_map(experiment: Experiment, dataset: Dataset, index: int) -> ShownMap | None:
    names = experiment.input_names
    if not 0 <= index < len(names) or not dataset.is_plane:
        return None
    values = feature_values(names[index], dataset.columns, dataset.extent, FEATURE_ROWS)
    return ShownMap(unit_field(values, "linear"), f"Feature {inputs.symbol_of(names[index], dataset.columns)}")


@lru_cache(maxsize=32)
def feature_values(name: str, columns: tuple[str, ...], extent: float, rows: int) -> Floats:
    """(rows, rows) what an input of points of the plane is over the window, the lowest row first."""
    found: Floats = raw_inputs([name], grid_points(extent, rows), columns=columns).reshape(rows, rows)
    return found


def target_peak(dataset: Dataset) -> float:
    """A round bound of a regression's targets; 1 for classes."""
    if dataset.task.is_classification:
        return 1.0
    return round_up(float(np.abs(dataset.train_labels).max(initial=0.0)))


def outputs_at(snapshot: Snapshot, point: tuple[float, float]) -> Floats | None:
    """The head's outputs at a point: exact if the snapshot's probe is there, else read from the maps."""
    slot = snapshot.layout.slots[-1]
    if snapshot.probe is not None and snapshot.probe.point == point:
        return tame(snapshot.probe.units[slot.row :]).astype(np.float64)
    if snapshot.maps is None:
        return None
    return np.array([value_at(values, snapshot.extent, point) for values in snapshot.maps[slot.row :]])


def reading(
    snapshot: Snapshot | None,
    experiment: Experiment,
    point: tuple[float, float],
    shown: ShownMap | None,
    datum: DataPoint | None,
) -> Reading:
    """What is known about a point: its place, the shown unit's value, the network's answer, and the label."""
    lines = [(name, steady(value)) for name, value in zip(experiment.source_kind.columns, point, strict=True)]
    if shown is not None and shown.caption is not None and shown.field.values is not None and snapshot is not None:
        lines.append(("unit", steady(value_at(shown.field.values, snapshot.extent, point))))
    outputs = None if snapshot is None or not fits(snapshot, experiment) else outputs_at(snapshot, point)
    winner = None
    if outputs is not None:
        answer, winner = _answer(outputs, experiment)
        lines += answer
        if snapshot is not None and snapshot.dataset.far_outside(np.array([point]).T)[0]:
            lines.append(("far from the data", "a guess"))
    return _with_label(lines, winner, outputs, datum, experiment)


def _answer(outputs: Floats, experiment: Experiment) -> tuple[list[tuple[str, str]], int | None]:
    head = experiment.head
    if not experiment.task.is_classification:
        return [("output", steady(float(outputs[0])))], None
    winner = int(predicted_classes(outputs[:, None], head.activation)[0])
    if len(outputs) == 1:
        return [("output", steady(float(outputs[0]))), ("answer", class_name(experiment, winner))], winner
    score = float(outputs[winner])
    sure = ("sure", accuracy(score)) if head.activation == "softmax" else ("output", steady(score))
    return [("answer", class_name(experiment, winner)), sure], winner


def _with_label(
    lines: list[tuple[str, str]],
    winner: int | None,
    outputs: Floats | None,
    datum: DataPoint | None,
    experiment: Experiment,
) -> Reading:
    wrong = False
    if datum is not None:
        name = "test point" if datum.is_test else "train point"
        if experiment.task.is_classification:
            wrong = winner is not None and winner != int(datum.label)
            lines.append((name, class_name(experiment, int(datum.label))))
        else:
            lines.append((name, steady(datum.label)))
            if outputs is not None:
                lines.append(("off by", steady(float(outputs[0]) - datum.label)))
    return Reading(tuple(lines), winner, wrong)


def class_name(experiment: Experiment, index: int) -> str:
    """How a class is called wherever it is named: by its own name where the data have names."""
    names = experiment.source_kind.class_names
    return names[index] if index < len(names) else f"class {index}"


def nearest(points: Floats, at: tuple[float, float], reach: float) -> int | None:
    """The index of the point nearest to `at`, if it is within `reach`."""
    if not points.shape[1]:
        return None
    distance = np.hypot(points[0] - at[0], points[1] - at[1])
    index = int(distance.argmin())
    return index if distance[index] <= reach else None


def mistakes(outputs: Floats | None, labels: Floats, activation: str) -> NDArray[np.bool_]:
    """Which points are answered with another class than their label; none where the answers do not fit the labels."""
    if outputs is None or outputs.shape[1] != labels.size:
        return np.zeros(labels.size, dtype=np.bool_)
    return np.not_equal(predicted_classes(outputs, activation), labels.astype(np.int64))
