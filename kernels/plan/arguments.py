"""What callers hand over, in groups; codes.py says what lies at each place of the arrays.

Owns these groups. Must not know Numba, nor what is done with them. All arrays are the caller's own and C-contiguous;
those of many networks have a leading axis N, and inside the entry each network has a group of its own without it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.typing import NDArray

Array = NDArray[Any]


class Samples(NamedTuple):
    """A data set, feature-major: inputs (features, n), targets (outputs + 1, n) with the samples' weights last."""

    inputs: Array
    targets: Array


class RunState(NamedTuple):
    """Everything that training changes, the records apart.

    parameters (P,), slots (2, P) the optimizer's memory, powers (4,) its running products; order (1, n) of the samples
    in this epoch, chance (4,) the generator for the next ones; counters (16,); watch (8,) what the rules at an epoch's
    end remember; best (P,) the parameters of the best epoch, or empty: they are not kept; probes (layers, 9).
    """

    parameters: Array
    slots: Array
    powers: Array
    order: Array
    chance: Array
    counters: Array
    watch: Array
    best: Array
    probes: Array


class Records(NamedTuple):
    """What training writes down at the end of epochs: rows (capacity, 11), probes (capacity, layers, 9) beside them."""

    rows: Array
    probes: Array


class Evaluation(NamedTuple):
    """What looking at a network writes; whatever is empty is not computed.

    maps (units, n) of the network's last units, gradient (P,), probes (layers, 9), results (3,).
    """

    maps: Array
    gradient: Array
    probes: Array
    results: Array
