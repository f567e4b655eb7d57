"""What the large map shows, and what it says about a point.

Owns the choice of the map (the output's, or that of the unit under the cursor) and the words of the read-out;
knows nothing of colours, pixels or Qt. A snapshot that does not fit the experiment (any more) gives no map.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset, inputs
from playground.data.features import raw_inputs
from playground.data.grid import Window, plane_points
from playground.data.section import ColumnPair, Section
from playground.experiment.experiment import Experiment
from playground.figures.ground import axes_of, on_section, plane_shown
from playground.figures.shading import Field, output_field, round_up, tame, unit_field, value_at
from playground.numbers import accuracy, spaced, steady
from playground.run.snapshot import Snapshot, predicted_classes

Floats = NDArray[np.floating]
Doubles = NDArray[np.float64]
FEATURE_ROWS = 100
KNOWN = 2000
"""Training samples that tell how far an input goes."""
MOST_COLUMNS = 6
"""Columns whose values are told of a place in two main directions."""


class ShownMap(msgspec.Struct, frozen=True, eq=False):
    """A map to be drawn. `caption` names the unit, and is None for the output itself."""

    field: Field
    caption: str | None


@dataclass(frozen=True, slots=True)
class DataPoint:
    """A data point under the cursor: where it is, its label, and the set it belongs to.

    sample: which one it is, counted over the training and then the held-out samples. values: (columns, 1) of it.
    number: the one that it has among somebody's own points.
    """

    point: tuple[float, float]
    label: float
    is_test: bool
    sample: int = 0
    values: Doubles | None = field(default=None, compare=False)
    number: int = 0


class Reading(msgspec.Struct, frozen=True):
    """Lines (name, value) about a point. `winner` is the class answered; `wrong` says that the label is another."""

    lines: tuple[tuple[str, str], ...]
    winner: int | None
    wrong: bool


def shown_map(
    snapshot: Snapshot | None, experiment: Experiment, dataset: Dataset, hovered: tuple[int, int] | None
) -> ShownMap | None:
    """The hovered unit's map, or the output's; None while there is none."""
    if hovered is not None and hovered[0] == -1 and dataset.is_plane:
        return _feature_map(experiment, dataset, hovered[1])
    if snapshot is None or snapshot.maps is None or not fits(snapshot, experiment) or not _lies_over(snapshot, dataset):
        return None
    if hovered is not None and hovered[0] == -1:
        return None if snapshot.section is None else _input_map(experiment, snapshot, snapshot.section, hovered[1])
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


def _lies_over(snapshot: Snapshot, dataset: Dataset) -> bool:
    """Whether the maps are over the plane of these points, or over a section of samples with these columns."""
    if snapshot.section is None:
        return dataset.is_plane
    return snapshot.dataset.columns == dataset.columns


def _feature_map(experiment: Experiment, dataset: Dataset, index: int) -> ShownMap | None:
    names = experiment.chosen_inputs
    if not 0 <= index < len(names):
        return None
    values = feature_values(names[index], dataset.columns, dataset.extent, FEATURE_ROWS, dataset.window)
    return ShownMap(unit_field(values, "linear"), f"Feature {inputs.symbol_of(names[index], dataset.columns)}")


def _input_map(experiment: Experiment, snapshot: Snapshot, section: Section, index: int) -> ShownMap | None:
    names, columns = experiment.chosen_inputs, snapshot.dataset.columns
    if not 0 <= index < len(names):
        return None
    values, low, high = inputs_over(snapshot.dataset, section, names[index : index + 1], FEATURE_ROWS)
    return ShownMap(
        Field(values[0], None, float(low[0]), float(high[0])), f"Column {inputs.symbol_of(names[index], columns)}"
    )


def inputs_over(
    dataset: Dataset, section: Section, names: tuple[str, ...], rows: int
) -> tuple[Floats, Doubles, Doubles]:  # fmt: skip
    """(n, rows, rows) what columns and formulas are over a section, the lowest row first, each in its own unit; and
    (n,) the ends of their scales: around the training mean, as far away as the training samples go."""
    over, known = (
        tame(raw_inputs(names, points, dataset.is_own, dataset.columns))
        for points in (section.grid(rows), dataset.train_points[:, :KNOWN])
    )
    middle = known.mean(axis=1)
    reach = np.maximum(known.max(axis=1) - middle, middle - known.min(axis=1))
    reach = np.where(reach > 0.0, reach, 1.0)
    return over.reshape(len(names), rows, rows), middle - reach, middle + reach


@lru_cache(maxsize=32)
def feature_values(
    name: str, columns: tuple[str, ...], extent: float, rows: int, window: Window | None = None
) -> Floats:  # fmt: skip
    """(rows, rows) what an input of points of the plane is over what is shown of it, the lowest row first."""
    found: Floats = raw_inputs([name], plane_points(extent, window, rows), columns=columns).reshape(rows, rows)
    return found


def target_peak(dataset: Dataset) -> float:
    """A round bound of a regression's targets; 1 for classes."""
    if dataset.task.is_classification:
        return 1.0
    return round_up(float(np.abs(dataset.train_labels).max(initial=0.0)))


def outputs_at(snapshot: Snapshot, point: tuple[float, float], sample: int | None = None) -> Floats | None:
    """The head's outputs at a place of the map: exact if the snapshot's probe is there, else read from the maps.

    sample: the one that is seen at the place, of samples on a section: it lies beside the plane, so that only its own
    probe tells of it.
    """
    slot, probe = snapshot.layout.slots[-1], snapshot.probe
    on_its_own = snapshot.section is not None and sample is not None
    if probe is not None and (probe.sample == sample if on_its_own else probe.point == point):
        return tame(probe.units[slot.row :]).astype(np.float64)
    if snapshot.maps is None or on_its_own:
        return None
    return np.array([_value_at(snapshot, values, point) for values in snapshot.maps[slot.row :]])


def _value_at(snapshot: Snapshot, values: Floats, point: tuple[float, float]) -> float:
    """What a map of the snapshot has at a place."""
    if snapshot.section is None:
        return value_at(values, 1.0, plane_shown(snapshot.dataset).share(point))
    return value_at(values, 1.0, on_section(snapshot.section).share(point))


def reading(
    snapshot: Snapshot | None,
    experiment: Experiment,
    point: tuple[float, float],
    shown: ShownMap | None,
    datum: DataPoint | None,
) -> Reading:
    """What is known about a place: which one it is, the shown unit's value, the network's answer, and the label."""
    columns = experiment.source_kind.columns
    if snapshot is not None and not _is_of(snapshot, columns):
        snapshot = None  # an edit is ahead of the run
    section = None if snapshot is None else snapshot.section
    if snapshot is None or section is None:
        lines = [(name, steady(value)) for name, value in zip(columns, point, strict=False)]
    else:
        lines = _on_section(snapshot, section, point, datum)
    if shown is not None and shown.caption is not None and shown.field.values is not None and snapshot is not None:
        lines.append(("unit", steady(_value_at(snapshot, shown.field.values, point))))
    outputs = None
    if snapshot is not None and fits(snapshot, experiment):
        outputs = outputs_at(snapshot, point, None if datum is None else datum.sample)
    winner = None
    if outputs is not None:
        answer, winner = _answer(outputs, experiment)
        lines += answer
        if snapshot is not None and _far_outside(snapshot, point, datum):
            lines.append(("far from the data", "a guess"))
    return _with_label(lines, winner, outputs, datum, experiment)


def _is_of(snapshot: Snapshot, columns: tuple[str, ...]) -> bool:
    """Whether a snapshot's samples have these columns; those of the plane may have other names."""
    there = snapshot.dataset.columns
    return there == columns or (snapshot.section is None and len(there) == len(columns))


def _on_section(
    snapshot: Snapshot, section: Section, point: tuple[float, float], datum: DataPoint | None
) -> list[tuple[str, str]]:
    """Which point it is, and its values in the two columns; in the two main directions in the first columns."""
    columns = snapshot.dataset.columns
    lines = [] if datum is None else [("point", spaced(datum.number))]
    if isinstance(section.cut, ColumnPair):
        names = axes_of(section, columns)
        return lines + [(name, steady(value)) for name, value in zip(names, point, strict=True)]
    values = _sample_at(snapshot, point, datum)[:MOST_COLUMNS, 0].tolist()
    return lines + [(name, steady(value)) for name, value in zip(columns, values, strict=False)]


def _sample_at(snapshot: Snapshot, point: tuple[float, float], datum: DataPoint | None) -> Doubles:
    """(columns, 1): the data point, else what lies at the place."""
    if datum is not None and datum.values is not None and snapshot.section is not None:
        return datum.values
    ground = plane_shown(snapshot.dataset) if snapshot.section is None else on_section(snapshot.section)
    return ground.samples(np.array([point]).T)


def _far_outside(snapshot: Snapshot, point: tuple[float, float], datum: DataPoint | None) -> bool:
    return bool(snapshot.dataset.far_outside(_sample_at(snapshot, point, datum))[0])


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
        held_out = "validation point" if experiment.has_validation else "test point"
        name = held_out if datum.is_test else "train point"
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
