"""One moment of a run as read-only arrays: all that a view may look at.

Owns the shape of that record and the figures derived from it; knows nothing of how it was computed.
"""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset, OwnPoints
from playground.data.section import Cut, PlaneWish, Section
from playground.engine.layout import Layout
from playground.engine.state import PROBED, RECORDED
from playground.experiment.experiment import Experiment
from playground.run.samples import SampleHistory
from playground.run.stopping import Stopped

Floats = NDArray[np.floating]
AnyArray = TypeVar("AnyArray", bound=NDArray[Any])

LinkFigure = Literal["weight", "gradient", "update"]
"""What links show of each weight: itself, its mean gradient over the training set, what the last step added to it."""
LINK_FIGURES: tuple[LinkFigure, ...] = ("weight", "gradient", "update")

HISTORY_COLUMNS = tuple(RECORDED)
"""What is written down of every recorded epoch."""
PROBE_COLUMNS = tuple(PROBED)
"""What is written down of every layer at the same moments; see LayerProbe."""
SIZE_COLUMNS = ("parameters", "units")
"""How large every layer was at the same moments: its weights and biases, and its units."""


class Demand(msgspec.Struct, frozen=True):
    """What the visible views need beyond the numbers; nothing else is computed.

    maps: every unit over the plane. predictions: the network's answer for each point. layers: the layers' history, and
    what they are now. going_on: the run is on its way, so that for what the next row will tell nothing is computed.
    gradients: the mean gradient over the training set. updates: what the last step has added to each parameter
    (`Recording.keeps_update` lets it be known). memory: what the optimizer keeps of each. probe: a point of the plane,
    or a place on the cut, whose forward pass is wanted.
    samples: what is written down of each training sample (`Session.record_samples` lets it be written).
    probe_sample: the same where there is no plane: an index of the training samples, or, counted on from them, of the
    held-out samples (`Dataset.held_out_labels`); it goes before a place on the cut. probe_pixels: the same of an image
    that is none of them: its pixels from 0 to 1, row by row; it goes before the sample, where it has as many pixels as
    the data set's images.
    cut: the plane that the maps are taken over, where samples have more than two columns; without it they have no maps.
    A wish is what it comes to for the run's own data, and is refused by none.
    """

    maps: bool = False
    predictions: bool = False
    gradients: bool = False
    probe: tuple[float, float] | None = None
    probe_sample: int | None = None
    layers: bool = False
    going_on: bool = False
    probe_pixels: tuple[float, ...] | None = None
    samples: bool = False
    updates: bool = False
    memory: bool = False
    cut: Cut | PlaneWish | None = None


class Metrics(msgspec.Struct, frozen=True):
    """Loss (without the penalty) and accuracy; accuracy is None for regression.

    Test figures are None without a test set, and as long as it is sealed; validation figures without validation set.
    Errors are root mean squares of a regression, in the target's own unit; None where the loss tells as much.
    """

    train_loss: float
    test_loss: float | None
    train_accuracy: float | None
    test_accuracy: float | None
    penalty: float
    validation_loss: float | None = None
    validation_accuracy: float | None = None
    train_error: float | None = None
    test_error: float | None = None
    validation_error: float | None = None

    @property
    def held_out(self) -> tuple[float | None, float | None]:
        """Loss and accuracy of the validation set, and of the test set where there is none."""
        if self.validation_loss is not None:
            return self.validation_loss, self.validation_accuracy
        return self.test_loss, self.test_accuracy


class SealedLook(msgspec.Struct, frozen=True):
    """A look at the sealed test set: the how many-th, the step and the epoch of that moment, and what it showed.

    accuracy is None for regression.
    """

    number: int
    step: int
    epoch: int
    loss: float
    accuracy: float | None


class Divergence(msgspec.Struct, frozen=True):
    """Where a run stopped being finite: the first bad step, its epoch, and the layer (counted from 0) it showed in.

    sample: the training sample (its index) whose pass showed it first, or None where no single one did.
    """

    step: int
    epoch: int
    layer: int
    layer_name: str
    sample: int | None = None

    def __str__(self) -> str:
        at = "" if self.sample is None else f" at training sample {self.sample}"
        return f"Diverged at step {self.step} (epoch {self.epoch}) in {self.layer_name}{at}."


class Mark(msgspec.Struct, frozen=True):
    """An edit of a run that goes on: the step at which it landed, and the fields that it changed, by dotted path.

    `parameter` stands for a weight or bias set by hand. value: the new one, where a single number was changed.
    """

    step: int
    fields: tuple[str, ...]
    value: float | None = None


class LayerProbe(msgspec.Struct, frozen=True):
    """What was measured in a layer while training.

    gradient_norm: Euclidean norm of its gradient, or of its mean gradient over the training set where no step has been
    made. update_ratio: the last step's norm divided by that of its weights and biases; largest_update_ratio: the
    largest since the run began or was edited, reached at largest_update_step. These are taken at every 16th step and
    at each epoch's last one. activation_mean, activation_variance: of all outputs over the training set; dead_units:
    how many have slope 0 on every training sample; saturated_share: of all (unit, sample) pairs of a tanh or sigmoid
    layer, those whose slope is below a hundredth of the largest. parameter_norm: Euclidean norm of weights and biases.
    """

    gradient_norm: float
    update_ratio: float
    largest_update_ratio: float
    activation_mean: float
    activation_variance: float
    dead_units: int
    saturated_share: float
    largest_update_step: int
    parameter_norm: float


def layer_probes(table: NDArray[np.float64]) -> tuple[LayerProbe, ...]:
    """The probes of a run's table (layers, 9), all finite; empty where nothing is measured."""
    if not table.any():
        return ()
    return tuple(
        LayerProbe(norm, ratio, largest, mean, variance, int(dead), saturated, int(step), size)
        for norm, ratio, largest, mean, variance, dead, saturated, step, size in np.nan_to_num(table).tolist()
    )


class Probe(msgspec.Struct, frozen=True, eq=False):
    """The forward pass of one point, or of one sample: the inputs, then every unit's output in layout order.

    point: of the plane, or a place on the section; None where it is of a sample, or where there is no plane. sample is
    then its index over the training and then the test samples, or None
    where it is an image that is none of them, whose `pixels` (n,) these are.
    """

    point: tuple[float, float] | None
    inputs: Floats
    units: Floats
    sample: int | None = None
    pixels: Floats | None = None


class LiveEnd(msgspec.Struct, frozen=True):
    """Where a run has come to of which a moment that is past is shown."""

    step: int
    epoch: int


class Snapshot(msgspec.Struct, frozen=True, eq=False):
    """Everything about one moment.

    `maps` is (units, resolution, resolution), its row 0 the bottom of the plane (lowest y); units are in layout order,
    the output's last; None where there is no plane. Optional parts are None where nobody asked for them.

    section: the plane through more columns that the maps lie over, for a demand with a cut.

    test_outputs: of the held-out set, which is the validation set where there is one.
    history: (n, 11) float64 with the columns HISTORY_COLUMNS, oldest first; layer_history: (n, layers, 9) of the same
    moments with the columns PROBE_COLUMNS, layer_sizes: (n, layers, 2) with SIZE_COLUMNS. layers_now: (layers, 9), the
    same columns at this moment, whatever was written down; gradients and updates as last measured, or of the mean
    gradient where nothing was since the parameters were changed by hand. NaN is what nobody knows.
    position: samples of the epoch under way that its steps have used. sample: index into the training set of the sample
    that a single-sample step shows, or None; looked: which one of how many of the coming batch, counted from 1.
    update: what the last step has added to each parameter; None also where nobody looked when it was made.
    memory: (2, P) what the optimizer keeps of each parameter, see `RunState.slots`.
    version: grows with every edit of the run; equal versions mean equal experiments. resets: how often it began anew.

    learning_rate: the rate that the next step takes, schedule included. probes: one for each layer, the head last;
    empty before anything was measured. clipped_steps: since the last reset. stopped: the rule that ended the run.
    best_epoch: the epoch with the best watched loss; None without early stopping.
    marks: edits of the run, oldest first. test_look: the latest look at the sealed test set, if anybody has looked.
    samples: what was written down of each training sample. points: somebody's own, where the experiment is about such.
    live: where the run has come to, if this moment is past; None of the present one.
    """

    experiment: Experiment
    dataset: Dataset
    layout: Layout
    epoch: int
    step: int
    position: int
    parameters: Floats
    metrics: Metrics
    history: NDArray[np.float64]
    layer_history: NDArray[np.float64] | None = None
    layer_sizes: NDArray[np.float64] | None = None
    layers_now: NDArray[np.float64] | None = None
    divergence: Divergence | None = None
    maps: Floats | None = None
    extent: float = 6.0
    section: Section | None = None
    train_outputs: Floats | None = None
    test_outputs: Floats | None = None
    gradient: Floats | None = None
    update: Floats | None = None
    memory: Floats | None = None
    probe: Probe | None = None
    sample: int | None = None
    looked: tuple[int, int] | None = None
    epochs_per_second: float = 0.0
    version: int = 0
    resets: int = 0
    learning_rate: float = 0.0
    probes: tuple[LayerProbe, ...] = ()
    clipped_steps: int = 0
    stopped: Stopped | None = None
    best_epoch: int | None = None
    marks: tuple[Mark, ...] = ()
    test_look: SealedLook | None = None
    samples: SampleHistory | None = None
    points: OwnPoints | None = None
    live: LiveEnd | None = None

    def weights(self, layer: int) -> Floats:
        """(outputs, inputs) weights of a layer; the head is the last layer."""
        return self.layout.weights(self.parameters, layer)

    def biases(self, layer: int) -> Floats:
        """(outputs,) biases of a layer."""
        return self.layout.biases(self.parameters, layer)

    def layer_maps(self, layer: int) -> Floats | None:
        """(outputs, resolution, resolution) maps of a layer's units."""
        slot = self.layout.slots[layer]
        return None if self.maps is None else self.maps[slot.row : slot.row + slot.outputs]

    @property
    def looked_at(self) -> tuple[int, int] | None:
        """The step, and the place in its batch from 0, of the sample that a single-sample step shows."""
        return None if self.looked is None else (self.step, self.looked[0] - 1)

    def shares_moment(self, other: Snapshot | None) -> bool:
        """Whether at most what is looked at differs, and no parameter."""
        if other is None or self.dataset is not other.dataset:
            return False
        same = (self.step, self.experiment) == (other.step, other.experiment)
        return same and np.array_equal(self.parameters, other.parameters, equal_nan=True)


def predicted_classes(outputs: Floats, activation: str) -> NDArray[np.int64]:
    """The class index each column of head outputs (units, n) stands for."""
    if outputs.shape[0] > 1:
        return np.asarray(outputs.argmax(axis=0), dtype=np.int64)
    return np.asarray(outputs[0] > (0.5 if activation == "sigmoid" else 0.0), dtype=np.int64)


def confusion_matrix(labels: Floats, predictions: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """(classes, classes) counts: rows are the true class, columns the predicted one."""
    pairs = labels.astype(np.int64) * classes + predictions
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def frozen(array: AnyArray) -> AnyArray:
    """The array itself, made read-only."""
    array.flags.writeable = False
    return array
