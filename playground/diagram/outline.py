"""What the network canvas draws, as a plan for every column: how many tiles, what they stand for, what they read.

Owns this reading of an experiment; knows nothing of Qt, of pixels or of numbers of a run.
Columns are called by layer: −1 the inputs, 0 … n−1 the hidden layers, n the output head.
"""

from __future__ import annotations

import msgspec

from playground.experiment.experiment import Experiment
from playground.experiment.layers import LAYER_KINDS, Form, Layer, kind_of
from playground.experiment.network import source_of
from playground.experiment.shapes import Shape

CHOICES = ("features", "columns")
"""Kinds of inputs that are switched on and off one by one."""
INPUT_KINDS = (*CHOICES, "image")
FULL_KINDS = (*(name for name, kind in LAYER_KINDS.items() if kind.has_units), "head")
"""Kinds whose every tile reads every tile of the column before; all other layers pass each tile on by itself."""
LEAST_TILES = 4
"""Tiles of a layer of which nothing else is known."""


class ColumnPlan(msgspec.Struct, frozen=True):
    """One column. kind: features, image, columns (of data), head or a kind of layer. tiles: one a unit, or a channel.

    image: (height, width) of what one tile stands for, or None for a single unit; it is kept after a flatten layer, as
    long as every number still belongs to a pixel. source: the layer whose output a residual connection adds.
    """

    kind: str
    tiles: int
    image: tuple[int, int] | None = None
    source: int | None = None

    @property
    def group(self) -> int:
        """Units behind one tile."""
        return 1 if self.image is None else self.image[0] * self.image[1]

    @property
    def reads_own(self) -> bool:
        """Whether a tile reads only the tile beside it."""
        return self.kind not in FULL_KINDS and self.kind not in INPUT_KINDS

    @property
    def form(self) -> Form:
        """How its tiles look: tile, pair (a filter and its feature map), map (a small feature map), or port (a dot)."""
        return LAYER_KINDS[self.kind].form if self.kind in LAYER_KINDS else "tile"

    @property
    def has_bias(self) -> bool:
        """Whether every tile has a bias of its own."""
        return self.kind in FULL_KINDS

    @property
    def has_stepper(self) -> bool:
        """Whether tiles can be added and taken away."""
        return self.has_bias and self.kind in LAYER_KINDS


class Outline(msgspec.Struct, frozen=True):
    """All columns, the inputs' first. active: the rows of the first column that are inputs, in input order."""

    columns: tuple[ColumnPlan, ...]
    active: tuple[int, ...]

    @property
    def head(self) -> int:
        """The layer number of the output."""
        return len(self.columns) - 2

    @property
    def is_image(self) -> bool:
        """Whether the inputs are the pixels of an image."""
        return self.columns[0].kind == "image"

    @property
    def is_plane(self) -> bool:
        """Whether the inputs are features of points of the plane, so that each is a map by itself."""
        return self.columns[0].kind == "features"

    def plan(self, layer: int) -> ColumnPlan:
        """The plan of a layer's column."""
        return self.columns[layer + 1]

    def arcs(self) -> tuple[tuple[int, int], ...]:
        """(layer, source) of every residual connection."""
        found = enumerate(self.columns, start=-1)
        return tuple((layer, plan.source) for layer, plan in found if plan.source is not None)

    def reads_pixels(self, layer: int) -> bool:
        """Whether a dense layer's inputs are the pixels of the data, one by one."""
        passed = all(plan.form == "port" and plan.source is None for plan in self.columns[1 : layer + 1])
        return self.is_image and self.plan(layer).has_bias and self.plan(layer).form == "tile" and passed


def outline_of(experiment: Experiment) -> Outline:
    """The outline of an experiment's network."""
    before = _inputs(experiment)
    rows = {name: row for row, name in enumerate(experiment.offered_inputs)}
    active = tuple(rows[name] for name in experiment.input_names) if rows else tuple(range(before.tiles))
    columns = [before]
    for index, layer in enumerate(experiment.network.layers):
        before = _plan(index, layer, experiment.shapes[index + 1], before)
        columns.append(before)
    return Outline((*columns, ColumnPlan("head", experiment.head.units)), active)


def _inputs(experiment: Experiment) -> ColumnPlan:
    """The plan of the first column: all features or columns, on or off, or an image."""
    pixels = experiment.input_shape.image
    if pixels is not None:
        return ColumnPlan("image", pixels[0], pixels[1:])
    if experiment.source_kind.is_plane:
        return ColumnPlan("features", len(experiment.offered_inputs))
    return ColumnPlan("columns", len(experiment.offered_inputs))


def _plan(index: int, layer: Layer, shape: Shape, before: ColumnPlan) -> ColumnPlan:
    """The plan of a hidden layer; one that passes each number on has as many tiles as what it reads."""
    kind, source = kind_of(layer), source_of(index, layer)
    if shape.image is not None:
        return ColumnPlan(kind.kind, shape.channels, shape.image[1:], source)
    if kind.has_units:
        return ColumnPlan(kind.kind, shape.units)
    return ColumnPlan(kind.kind, shape.units // before.group, before.image, source)


def guest_plan(outline: Outline, kind: str, index: int, tiles: int = LEAST_TILES) -> ColumnPlan:
    """What a layer of this kind would look like at a place, while it is still on its way there."""
    before = outline.plan(index - 1)
    own = len(outline.active) if before.kind in CHOICES else before.tiles
    return ColumnPlan(kind, tiles if kind in FULL_KINDS else own, before.image)
