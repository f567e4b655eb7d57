"""What is told of every layer over the epochs: size of weights and gradients, update size, activations, dead units.

Owns which numbers these are, the axis they share and how they read; knows nothing of how they are drawn. They come from
the record of the run; every result is finite, whatever comes in.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.bounded import bounded
from playground.figures.curves import log_range, step_up
from playground.figures.shading import tame
from playground.numbers import figure, percent
from playground.run.snapshot import PROBE_COLUMNS, SIZE_COLUMNS, Snapshot

Array = NDArray[np.float64]

HEALTHY = (-3.5, -2.5)
"""Powers of ten around 1e−3, the relative size of updates that usually trains well (a rule of thumb of Karpathy's)."""
FAR = 4.0
"""A layer whose activations reach further than so many times the usual layer's is cut off."""


class Quantity(msgspec.Struct, frozen=True):
    """One thing that is told of every layer.

    measure: (n, layers, numbers) from the probes of n moments (n, layers, 9) and the sizes that the layers had then
    (n, layers, 2); NaN where nobody knows.
    log: on a logarithmic axis. shape: "area" (one number), "spread" (a mean and its deviation) or "shares" (two of
    them). band: the ends, as they lie on the axis, of what is usual. text: one layer's numbers in at most nine
    characters, a spread's in twelve, shares in ten.
    """

    title: str
    tip: str
    shape: str
    log: bool
    measure: Callable[[Array, Array], Array]
    ends: Callable[[Array], tuple[float, float]]
    text: Callable[[Array], str]
    band: tuple[float, float] | None = None


class LayerCourse(msgspec.Struct, frozen=True, eq=False):
    """A quantity over the recorded epochs (n,): (n, layers, numbers), all finite.

    starts: for each layer the first row at which it is known, n where it never is; before that its numbers stand for
    nothing, and a gap later repeats what was known last. now: (layers, numbers) of the moment itself, which may be
    later than the newest row; NaN where nobody knows.
    """

    epochs: Array
    values: Array
    starts: tuple[int, ...]
    now: Array


def course(quantity: Quantity, snapshot: Snapshot) -> LayerCourse | None:
    """What the run has written down of a quantity, and how it stands; None where nothing of this network is known."""
    probes, sizes, layout = snapshot.layer_history, snapshot.layer_sizes, snapshot.layout
    if probes is None or sizes is None or probes.shape[1] != len(layout.slots):
        return None
    dated = np.isfinite(snapshot.history[:, 0])
    values, now = quantity.measure(probes, sizes)[dated], _now(quantity, snapshot)
    known = np.logical_not(np.isnan(values).any(axis=2))
    if not len(known) or not (known.any() or np.isfinite(now).any()):
        return None
    starts = np.where(known.any(axis=0), known.argmax(axis=0), len(known))
    newest = np.maximum.accumulate(np.where(known, np.arange(len(known))[:, None], -1), axis=0)
    rows = np.where(newest < 0, np.minimum(starts, len(known) - 1), newest)
    filled = np.nan_to_num(values[rows, np.arange(len(starts))], posinf=np.inf, neginf=-np.inf)
    return LayerCourse(
        snapshot.history[dated, 0], np.asarray(tame(filled), np.float64), tuple(starts.tolist()), now
    )  # fmt: skip


def _now(quantity: Quantity, snapshot: Snapshot) -> Array:
    """(layers, numbers) of the snapshot's own moment: finite, or NaN where nobody knows."""
    probes, sizes = snapshot.layers_now, snapshot.layout.sizes
    if probes is None:
        probes = np.full((len(sizes), len(PROBE_COLUMNS)), np.nan)
    found = quantity.measure(probes[None], sizes[None])[0]
    found[np.isnan(found).any(axis=1)] = np.nan
    return np.where(np.isnan(found), np.nan, bounded(found))


def _probed(*names: str) -> Callable[[Array, Array], Array]:
    """Columns of the probes."""
    columns = [PROBE_COLUMNS.index(name) for name in names]
    return lambda probes, sizes: np.asarray(probes[:, :, columns], dtype=np.float64)


def _per_parameter(name: str) -> Callable[[Array, Array], Array]:
    """A norm as the root mean square of the weights and biases that the layer had then."""

    def measure(probes: Array, sizes: Array) -> Array:
        counts = sizes[:, :, SIZE_COLUMNS.index("parameters")]
        norms: Array = probes[:, :, PROBE_COLUMNS.index(name)] / np.sqrt(np.maximum(counts, 1))
        return norms[:, :, None]

    return measure


def _saturated_and_dead(probes: Array, sizes: Array) -> Array:
    """(saturated share, share of dead units) of every layer."""
    found = _probed("saturated_share", "dead_units")(probes, sizes)
    found[:, :, 1] /= np.maximum(sizes[:, :, SIZE_COLUMNS.index("units")], 1)
    return np.clip(found, 0.0, 1.0)


def _activations(probes: Array, sizes: Array) -> Array:
    """(mean, standard deviation) of every layer's outputs over the training set."""
    found = _probed("activation_mean", "activation_variance")(probes, sizes)
    found[:, :, 1] = np.sqrt(np.maximum(found[:, :, 1], 0.0))
    return found


def _decades(values: Array) -> tuple[float, float]:
    """Whole decades around all values, two at least."""
    low, high = log_range(values.ravel())
    return min(low, high - 2.0), high


def _update_decades(values: Array) -> tuple[float, float]:
    """Whole decades that hold the usual band too, within 1e−8 … 100, so that the band stays readable."""
    low, high = _decades(values)
    return max(min(low, -4.0), -8.0), min(max(high, -2.0), 2.0)


def _reach(values: Array) -> tuple[float, float]:
    """One symmetric range around mean ± deviation, deaf to a wild start and to a layer far larger than the others."""
    outer = np.abs(values[..., 0]) + values[..., 1]
    if not outer.size:
        return -1.0, 1.0
    layers = np.percentile(outer, 98, axis=0)
    reach = step_up(float(min(layers.max(), FAR * np.median(layers))) or float(layers.max()))
    return -reach, reach


def size_text(numbers: Array) -> str:
    """`0.012`, or `0`."""
    return figure(float(numbers[0]), 2) if numbers[0] > 0 else "0"


def spread_text(numbers: Array) -> str:
    """`0.1 ± 0.4`."""
    return f"{figure(float(numbers[0]), 1)} ± {figure(float(numbers[1]), 1)}"


def shares_text(numbers: Array) -> str:
    """The saturated share, or the dead units' where there are any: `31 %`, `5 % dead`."""
    share, dead = float(numbers[0]), float(numbers[1])
    return f"{percent(max(dead, 0.01))} dead" if dead > 0 else percent(share)


WEIGHT_SIZE = Quantity(
    "Parameter size by layer (log)",
    "Root mean square of each layer's weights and biases",
    "area", True, _per_parameter("parameter_norm"), _decades, size_text,
)  # fmt: skip
GRADIENT_SIZE = Quantity(
    "Batch gradient by layer (log)",
    "Root mean square of each layer's gradient at a training step, from its batch alone; weights and biases together",
    "area", True, _per_parameter("gradient_norm"), _decades, size_text,
)  # fmt: skip
GRADIENT_NORM = Quantity(
    "Gradient norm (log)",
    "Length of each layer's gradient at a training step, weights and biases together",
    "area", True, _probed("gradient_norm"), _decades, size_text,
)  # fmt: skip
UPDATE_RATIO = Quantity(
    "Update size (relative, log)",
    "How far one step moves a layer's weights, relative to their size; the band around 1e−3 usually trains well",
    "area", True, _probed("update_ratio"), _update_decades, size_text, HEALTHY,
)  # fmt: skip
ACTIVATION = Quantity(
    "Activations, mean ± deviation",
    "Mean and standard deviation of each layer's outputs over the training set",
    "spread", False, _activations, _reach, spread_text,
)  # fmt: skip
SATURATED_AND_DEAD = Quantity(
    "Saturated, dead units",
    "Share of outputs in a flat part of tanh or sigmoid (line), and share of units whose slope is 0 on every training "
    "sample (filled)",
    "shares", False, _saturated_and_dead, lambda values: (0.0, 1.0), shares_text,
)  # fmt: skip
PROBED = (GRADIENT_NORM, UPDATE_RATIO, ACTIVATION, SATURATED_AND_DEAD)
