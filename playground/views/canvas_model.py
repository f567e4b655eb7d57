"""What the canvas draws at this moment: an experiment with the newest numbers that fit it.

Owns the matching of experiment and snapshot (a snapshot may be one edit behind); knows nothing of Qt or of places.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.diagram import Part, Shape
from playground.experiment import Experiment
from playground.features import FEATURES
from playground.parameters import Layout, layer_origins, transferred
from playground.snapshot import Probe, Snapshot

Floats = NDArray[np.floating]
FEATURE_NAMES = tuple(FEATURES)


class CanvasModel:
    """After an edit the old weights are carried over as the run will do it, until the first snapshot that fits."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.layout = Layout.of(experiment)
        self.parameters: Floats | None = None
        self.snapshot: Snapshot | None = None
        self.version = 0
        self.probing = False
        self.extent = 6.0

    def set_experiment(self, experiment: Experiment) -> list[int | None]:
        """Take over an edited experiment; returns for each column (features first) the column it was before."""
        old, self.experiment = self.experiment, experiment
        self.layout = Layout.of(experiment)
        self.version += 1
        if self.parameters is not None:
            fresh = np.zeros(self.layout.size, self.parameters.dtype)
            self.parameters = transferred(old, experiment, self.parameters, fresh)
        self.snapshot = None
        origins = layer_origins(old.network.layers, experiment.network.layers)
        head = len(old.network.layers) + 1 if old.head == experiment.head else None
        return [0, *(None if origin is None else origin + 1 for origin in origins), head]

    def set_snapshot(self, snapshot: Snapshot | None) -> bool:
        """Take over newer numbers; False where they belong to another network."""
        if snapshot is None or snapshot.layout != self.layout:
            return False
        self.snapshot, self.parameters, self.extent = snapshot, snapshot.parameters, snapshot.extent
        self.version += 1
        return True

    def forget(self) -> None:
        """Another document: none of the old numbers mean anything."""
        self.parameters = self.snapshot = None
        self.version += 1

    @property
    def shape(self) -> Shape:
        """The numbers of units, for the layout."""
        active = tuple(FEATURE_NAMES.index(name) for name in self.experiment.data.features)
        widths = self.experiment.widths
        return Shape(len(FEATURE_NAMES), active, widths[1:-1], widths[-1])

    @property
    def head(self) -> int:
        """The layer number of the output."""
        return len(self.experiment.network.layers)

    @property
    def probe(self) -> Probe | None:
        """The forward pass of the point under the cursor, if there is one."""
        return self.snapshot.probe if self.snapshot is not None and self.probing else None

    def weights(self, layer: int) -> Floats | None:
        """(outputs, inputs) weights of a layer."""
        return None if self.parameters is None else self.layout.weights(self.parameters, layer)

    def biases(self, layer: int) -> Floats | None:
        """(outputs,) biases of a layer."""
        return None if self.parameters is None else self.layout.biases(self.parameters, layer)

    def inputs_of(self, layer: int) -> Floats | None:
        """The values that the probed point sends into a layer."""
        if self.probe is None:
            return None
        return self.probe.inputs if layer == 0 else self.outputs_of(layer - 1)

    def outputs_of(self, layer: int) -> Floats | None:
        """The values that a layer's units have at the probed point."""
        if self.probe is None:
            return None
        slot = self.layout.slots[layer]
        return self.probe.units[slot.row : slot.row + slot.outputs]

    def parameter_index(self, part: Part) -> int:
        """Where the weight of a link or the bias of a unit lies in the flat buffer."""
        slot = self.layout.slots[part.layer]
        return slot.weight_index(part.unit, part.source) if part.kind == "link" else slot.bias_index(part.unit)

    def parameter(self, part: Part) -> float | None:
        """The value of a link or a bias."""
        return None if self.parameters is None else float(self.parameters[self.parameter_index(part)])

    def unit_map(self, layer: int, unit: int) -> Floats | None:
        """What a unit computes over the plane."""
        maps = None if self.snapshot is None else self.snapshot.layer_maps(layer)
        return None if maps is None else maps[unit]
