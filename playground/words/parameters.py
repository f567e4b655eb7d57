"""The page of parameters in words: what layers, rows, columns and figures are called, and what went wrong.

Owns this wording; knows nothing of widgets, or of how a table is laid out on screen.
"""

from __future__ import annotations

from playground.diagram.outline import ColumnPlan, outline_of
from playground.errors import Said
from playground.experiment.experiment import Experiment
from playground.experiment.layers import kind_of
from playground.numbers import spaced
from playground.words.network import input_symbols, tile_noun

TAB = "Parameters"
LAYERS, TABLE = "Layers with parameters", "Parameters of a layer"
CHOSEN = "All figures of the chosen parameter"
HEADS = ("layer", "shape", "count", "bytes", "memory")
HEAD_TIPS = (
    "Every layer that has parameters",
    "Of its weights or gains, and how many biases or shifts",
    "Numbers that are learned",
    "Of all its numbers, running statistics too",
    "Bytes that the optimizer keeps for them",
)
FIGURES = {"value": "value", "gradient": "gradient", "update": "update", "v": "v", "m": "m", "s": "s"}
FIGURE_TIPS = {
    "value": "The parameters themselves; a double click or typing changes one",
    "gradient": "The slope of the mean training loss along each parameter, without the penalties",
    "update": "What the last step has added to each parameter; a dash where nobody looked",
    "v": "The optimizer's momentum v: the steps so far, older ones less",
    "m": "The optimizer's mean m of the gradients, older ones less",
    "s": "The optimizer's mean or sum s of squared gradients",
}
COLUMNS = {"bias": "bias", "gain": "gain", "shift": "shift", "mean": "running mean", "variance": "running variance"}
SAVE, SAVE_TIP = "save …", "All parameters as CSV or JSON"
SAVE_CAPTION = "Save parameters"
SAVED = "Saved {count} parameters to {name}"
NOT_EDITED = "Only the values can be changed; {figure} is shown now."
NOTHING_YET = "There are no parameters yet."
NO_NUMBER = "“{typed}” is no number: write one like 0.5, −1,25 or 1/3."
CUT = "{count} of {all} numbers were pasted; the others would lie outside of the table."
USE = "Type, paste or double-click to change a value; Ctrl+C copies what is selected."


def layer_name(experiment: Experiment, layer: int) -> str:
    """`1 Dense`, `2 Batch norm`, `Output`."""
    layers = experiment.network.layers
    return f"{layer + 1} {kind_of(layers[layer]).label}" if layer < len(layers) else "Output"


def shape_text(shape: tuple[int, ...], biases: int) -> str:
    """`4 × 2 + 4`: of the weights, and how many biases or shifts."""
    weights = " × ".join(map(spaced, shape)) if shape != (0,) else ""
    return " + ".join(each for each in (weights, spaced(biases) if biases else "") if each)


class TableWords:
    """Names of the rows and columns of a layer's table; what is asked for often is looked up once."""

    def __init__(self, experiment: Experiment, layer: int) -> None:
        outline = outline_of(experiment)
        self._head = layer == len(experiment.network.layers)
        self._classes = experiment.head.units > 1 and experiment.task.is_classification
        self._noun = tile_noun(experiment, layer)
        self._before: ColumnPlan = outline.plan(layer - 1)
        self._before_noun = tile_noun(experiment, layer - 1) if layer > 0 else ""
        self._symbols = input_symbols(experiment) if layer == 0 else ()
        slot = experiment.parts[layer].weight_shape
        self._kernel = slot[2] * slot[3] if len(slot) == 4 else 0
        self._side = slot[3] if len(slot) == 4 else 0

    def row(self, row: int) -> str:
        """A unit, filter, channel or class."""
        if self._head and self._classes:
            return f"class {row}"
        return "output" if self._head else f"{self._noun} {row + 1}"

    def column(self, kind: str, place: int) -> str:
        """What a weight reads, or what a bias, gain, shift or statistic is called."""
        if kind != "weight":
            return COLUMNS[kind]
        if self._kernel:
            channel, inside = divmod(place, self._kernel)
            down, across = divmod(inside, self._side)
            return f"{channel + 1}: {down + 1},{across + 1}"
        if self._symbols:
            return self._symbols[place] if place < len(self._symbols) else f"input {place + 1}"
        group = self._before.group
        if self._before.image is not None and group > 1:
            channel, inside = divmod(place, group)
            down, across = divmod(inside, self._before.image[-1])
            return f"{channel + 1}: {down + 1},{across + 1}"
        return f"{self._before_noun or 'input'} {place + 1}"

    def cell(self, kind: str, row: int, place: int) -> str:
        """`unit 2, from x`; `unit 2, bias`."""
        what = self.column(kind, place)
        return f"{self.row(row)}, {'from ' if kind == 'weight' else ''}{what}"


def said(sentence: str, **values: str | int | float) -> str:
    """A sentence of this page with its gaps filled."""
    return str(Said(sentence, values))
