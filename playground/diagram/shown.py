"""What the canvas draws at this moment: an experiment with the newest numbers that fit it.

Owns the matching of experiment and snapshot (a snapshot may be one edit behind) and what a tile stands for in numbers;
knows nothing of Qt or of places.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.bounded import norm, products, sums
from playground.data.grid import Window
from playground.diagram.diagram import Part
from playground.diagram.link_scale import LinkScale
from playground.diagram.outline import Outline, outline_of
from playground.engine.layout import Layout
from playground.engine.transfer import layer_origins, transferred
from playground.experiment.experiment import Experiment
from playground.run.snapshot import LinkFigure, Probe, Snapshot

Floats = NDArray[np.floating]


class LinkValues(msgspec.Struct, frozen=True, eq=False):
    """(tiles, sources) numbers of the links into a layer, as sizes that a weight would be drawn with.

    signed: each is one weight (or what it sends at the probed sample, or another figure of it); else the size of
    several weights together.
    """

    values: Floats
    signed: bool


class CanvasModel:
    """After an edit the old weights are carried over as the run will do it, until the first snapshot that fits.

    told (units,): what the units gave in the step that is looked into, layer by layer; images show it in place of the
    probe's answer, which is none of training.
    """

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.layout = Layout.of(experiment)
        self.outline: Outline = outline_of(experiment)
        self.parameters: Floats | None = None
        self.snapshot: Snapshot | None = None
        self.version = 0
        self.probing = False
        self.told: Floats | None = None
        self.extent = 6.0
        self.window: Window | None = None
        self.links_show: LinkFigure = "weight"
        self.scale: LinkScale | None = None

    def set_experiment(self, experiment: Experiment) -> list[int | None]:
        """Take over an edited experiment; returns for each column (inputs first) the column it was before."""
        old, self.experiment = self.experiment, experiment
        inputs = self.outline.columns[0].kind
        self.layout, self.outline = Layout.of(experiment), outline_of(experiment)
        self.version += 1
        if self.parameters is not None:
            fresh = np.zeros(self.layout.size, self.parameters.dtype)
            self.parameters = transferred(old, experiment, self.parameters, fresh)
        self.snapshot = None
        if inputs != self.outline.columns[0].kind:
            return [None] * len(self.outline.columns)
        origins = layer_origins(old.network.layers, experiment.network.layers)
        head = len(old.network.layers) + 1 if old.head == experiment.head else None
        return [0, *(None if origin is None else origin + 1 for origin in origins), head]

    def set_snapshot(self, snapshot: Snapshot | None) -> bool:
        """Take over newer numbers; False where they belong to another network."""
        if snapshot is None or snapshot.layout != self.layout:
            return False
        if snapshot.experiment.input_shape != self.experiment.input_shape:
            return False
        self.snapshot, self.parameters, self.extent = snapshot, snapshot.parameters, snapshot.extent
        self.window = snapshot.dataset.window
        self.version += 1
        self._choose_scale()
        return True

    def show_told(self, units: Floats | None) -> bool:
        """Let images show a pass that is told; None: none is. False where nothing shows it, or it is the same."""
        same = units is self.told or (units is not None and self.told is not None and np.array_equal(units, self.told))
        if same or not self.outline.is_image:
            return False
        self.told = units
        self.version += 1
        return True

    def show_on_links(self, figure: LinkFigure) -> bool:
        """What the links show from now on; False where it is what they show already."""
        if figure == self.links_show:
            return False
        self.links_show, self.scale = figure, None
        self.version += 1
        self._choose_scale()
        return True

    def _choose_scale(self) -> None:
        """One scale for the gradients, or updates, of all layers; weights need none."""
        figures = None if self.links_show == "weight" else self.figures
        self.scale = None if figures is None else LinkScale.of(figures[self.layout.trained()], self.scale)

    def forget(self) -> None:
        """Another document: none of the old numbers mean anything."""
        self.parameters = self.snapshot = self.scale = None
        self.version += 1

    @property
    def head(self) -> int:
        """The layer number of the output."""
        return self.outline.head

    # -- one sample -------------------------------------------------------------------------------------------------

    @property
    def probe(self) -> Probe | None:
        """The forward pass of the point under the cursor, if there is one; for images there is always one."""
        shown = self.snapshot is not None and (self.probing or self.outline.is_image)
        return self.snapshot.probe if self.snapshot is not None and shown else None

    @property
    def reads_off(self) -> bool:
        """Whether values of one point of the plane are written over the tiles."""
        return self.probe is not None and not self.outline.is_image

    def outputs_of(self, layer: int) -> Floats | None:
        """The values that a layer's units have for the probed sample; of layer −1 the inputs."""
        if self.probe is None:
            return None
        if layer < 0:
            return self.probe.inputs
        slot, units = self.layout.slots[layer], self.probe.units
        if self.told is not None and self.outline.is_image and self.told.size == units.size:
            units = self.told
        return units[slot.row : slot.row + slot.outputs]

    def channel_values(self, layer: int) -> Floats | None:
        """(channels, height, width) values of a layer that still has an image's order, for the probed image."""
        values, image = self.outputs_of(layer), self.outline.plan(layer).image
        if values is None or image is None or values.size != self.outline.plan(layer).tiles * image[0] * image[1]:
            return None
        return values.reshape(-1, *image)

    def image(self) -> Floats | None:
        """(channels, height, width) pixels, 0 to 1, of the image whose forward pass is shown."""
        probe, pixels = self.probe, self.experiment.input_shape.image
        if probe is None or pixels is None or self.snapshot is None:
            return None
        if probe.pixels is not None:
            return probe.pixels.reshape(pixels) if probe.pixels.size == math.prod(pixels) else None
        if probe.sample is None:
            return None
        train, test = self.snapshot.dataset.train_points, self.snapshot.dataset.held_out_points
        place = probe.sample - train.shape[1]
        column = train[:, probe.sample] if place < 0 else test[:, place] if place < test.shape[1] else None
        return None if column is None or column.size != math.prod(pixels) else column.reshape(pixels)

    # -- parameters -------------------------------------------------------------------------------------------------

    @property
    def figures(self) -> Floats | None:
        """What the links show of each parameter; None where it is not known."""
        if self.links_show == "weight":
            return self.parameters
        if self.snapshot is None:
            return None
        return self.snapshot.gradient if self.links_show == "gradient" else self.snapshot.update

    def weights(self, layer: int) -> Floats | None:
        """The weights of a layer in their own shape."""
        return None if self.parameters is None else self.layout.weights(self.parameters, layer)

    def biases(self, layer: int) -> Floats | None:
        """The biases or shifts of a layer."""
        return None if self.parameters is None else self.layout.biases(self.parameters, layer)

    def gains(self, layer: int) -> Floats | None:
        """The gain behind each tile of a normalization or scaling; None for other layers, or where tiles share it."""
        weights = self.weights(layer)
        if weights is None or weights.ndim != 1 or weights.size != self.outline.plan(layer).tiles:
            return None
        return weights

    def pixel_weights(self, layer: int) -> Floats | None:
        """(units, height, width) weights of a dense layer that reads the pixels of the data."""
        weights, image = self.weights(layer), self.outline.columns[0].image
        if weights is None or image is None or not self.outline.reads_pixels(layer):
            return None
        channels = weights.reshape(len(weights), -1, *image)
        return sums(channels / channels.shape[1], axis=1)

    def link_values(self, layer: int) -> LinkValues | None:
        """What the links into a layer show; None where nothing is known, and for layers that pass values on."""
        figures, plan = self.figures, self.outline.plan(layer)
        if figures is None or plan.reads_own:
            return None
        found = self._link_figures(self.layout.weights(figures, layer), layer)
        return found if self.scale is None else LinkValues(self.scale.sizes(found.values), found.signed)

    def _link_figures(self, weights: Floats, layer: int) -> LinkValues:
        """One number for each link, of those of a layer's weights in their own shape."""
        if self.outline.plan(layer).form == "pair":
            several = np.abs(weights.reshape(*weights.shape[:2], -1))
            return LinkValues(sums(several / several.shape[2], axis=2), False)
        inputs = self.outputs_of(layer - 1) if self.reads_off and self.links_show == "weight" else None
        group = self.outline.plan(layer - 1).group
        if inputs is not None and inputs.size == weights.shape[1]:
            sent = products(weights, inputs)
            return LinkValues(sums(sent.reshape(len(sent), -1, group), axis=2), True)
        if group == 1:
            return LinkValues(weights, True)
        return LinkValues(norm(weights.reshape(len(weights), -1, group), axis=2), False)

    def parameter_index(self, part: Part) -> int | None:
        """Where the one weight of a link or the one bias of a tile lies in the flat buffer, or None."""
        slot, plan = self.layout.slots[part.layer], self.outline.plan(part.layer)
        if part.kind == "link":
            single = slot.is_matrix and not plan.reads_own and self.outline.plan(part.layer - 1).group == 1
            return slot.weight_index(part.unit, part.source) if single else None
        if slot.is_matrix and plan.reads_own:
            return None
        if part.kind == "gain":
            own = len(slot.weight_shape) == 1 and slot.weight_shape[0] == plan.tiles
            return slot.weights + part.unit if own else None
        return slot.bias_index(part.unit) if slot.bias_count == plan.tiles else None

    def parameter(self, part: Part) -> float | None:
        """The value of a link, a bias or a gain."""
        return self._at(self.parameters, part)

    def figure(self, part: Part) -> float | None:
        """What the links show of a link's weight, a bias or a gain."""
        return self._at(self.figures, part)

    def _at(self, figures: Floats | None, part: Part) -> float | None:
        index = self.parameter_index(part)
        return None if figures is None or index is None else float(figures[index])

    def unit_map(self, layer: int, unit: int) -> Floats | None:
        """What a unit computes over the plane."""
        maps = None if self.snapshot is None else self.snapshot.layer_maps(layer)
        return None if maps is None else maps[unit]

    def is_dead(self, layer: int, unit: int) -> bool:
        """Whether a rectified unit answers 0 around every training sample, so that no gradient reaches it; read off its
        map, so that it is known of samples in a plane only."""
        values, shot = self.unit_map(layer, unit), self.snapshot
        if values is None or shot is None or self.layout.slots[layer].activation != "relu":
            return False
        samples, rows = shot.dataset.train_points, len(values)
        if len(samples) != 2:
            return False
        left, right, bottom, top = self.window or (-self.extent, self.extent, -self.extent, self.extent)
        low, wide = np.array([[left], [bottom]]), np.array([[right - left], [top - bottom]])
        column, row = np.clip((samples - low) / wide * rows, 0, rows - 1).astype(np.int64)
        around = np.pad(values != 0.0, 1)
        return not any(around[row + up, column + along].any() for up in range(3) for along in range(3))
