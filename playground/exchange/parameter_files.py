"""The parameters of a network as files for other programs: CSV, a line for each number, and JSON, arrays by layer.

Owns these two forms; writing to the disk is `playground.exchange.writing`. Numbers have every digit.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.engine.layout import LayerSlot, Layout
from playground.exchange.writing import write

Floats = NDArray[np.floating]
HEAD = ("layer", "kind", "part", "row", "column", "value")
SUFFIXES = {"CSV (*.csv)": ".csv", "JSON (*.json)": ".json"}
"""The forms by what a dialog calls them."""


def write_parameters(path: Path, layout: Layout, parameters: Floats) -> None:
    """Into a file, JSON where its name ends in .json; raises FileRefused, and then the old file is as it was."""
    make = json_of if path.suffix.lower() == ".json" else csv_of
    write(path, make(layout, parameters))


def csv_of(layout: Layout, parameters: Floats) -> bytes:
    """A line for each number: layer (from 1, `output` the last), kind, part, row and column from 1, value."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(HEAD)
    for number, slot in enumerate(layout.slots):
        for part, values in _parts(layout, number, parameters):
            table = values.reshape(values.shape[0], -1) if values.ndim > 1 else values[:, None]
            for row, line in enumerate(table):
                for column, value in enumerate(line):
                    rows.writerow((_name(layout, number), slot.kind, part, row + 1, column + 1, value.item()))
    return text.getvalue().encode()


def json_of(layout: Layout, parameters: Floats) -> bytes:
    """An object for each layer with parameters: its name, kind, and each part as nested arrays in its own shape."""
    layers: list[dict[str, Any]] = []
    for number, slot in enumerate(layout.slots):
        parts = {part: values.tolist() for part, values in _parts(layout, number, parameters)}
        if parts:
            layers.append({"layer": _name(layout, number), "kind": slot.kind, **parts})
    return json.dumps({"dtype": parameters.dtype.name, "layers": layers}, indent=1).encode()


def _name(layout: Layout, number: int) -> str:
    return "output" if number == len(layout.slots) - 1 else str(number + 1)


def _parts(layout: Layout, number: int, parameters: Floats) -> list[tuple[str, Floats]]:
    """The arrays of a layer by name; those without numbers are left out."""
    slot: LayerSlot = layout.slots[number]
    statistics = layout.statistics(parameters, number)
    found = [
        ("gains" if slot.has_gains else "weights", layout.weights(parameters, number)),
        ("shifts" if slot.has_gains else "biases", layout.biases(parameters, number)),
        ("running_means", statistics[0]),
        ("running_variances", statistics[1]),
    ]
    return [(name, values) for name, values in found if values.size]
