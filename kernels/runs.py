"""The one compiled entry, and the calls that callers make of it.

Owns the entry `run`: everything kernels do hangs on it, so each piece is compiled once. Training advances many networks
of one shape in one call, looking measures many parameter vectors.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from kernels.compiling.jit import entry
from kernels.lanes.vectors import Array
from kernels.learning.evaluation import look
from kernels.learning.training import train_one
from kernels.plan import codes
from kernels.plan.memory import Workspace

TRAIN, LOOK = 0, 1
RESULTS = 3  # loss, share of right answers, penalty


@entry
def run(
    mode: int, settings: Array, hyper: Array, parameters: Array, slots: Array, powers: Array, inputs: Array,
    targets: Array, test_inputs: Array, test_targets: Array, order: Array, rng: Array, state: Array, watch: Array,
    best: Array, probes: Array, steps: int, stride: int, records: Array, probe_records: Array, maps: Array,
    gradient: Array, results: Array, workspace: Workspace,
) -> int:  # fmt: skip
    """TRAIN: advance networks 0 … N - 1; the largest status. LOOK: results of parameter vectors 0 … N - 1; 0."""
    worst = 0
    for k in range(parameters.shape[0]):
        if mode == TRAIN:
            status = train_one(
                settings, hyper[k], parameters[k], slots[k], powers[k], inputs, targets, test_inputs, test_targets,
                order[k], rng[k], state[k], watch[k], best[k], probes[k], steps, stride, records[k],
                probe_records[k], workspace,
            )  # fmt: skip
            worst = max(worst, status)
        else:
            look(settings, hyper[0], parameters[k], inputs, targets, maps, gradient, probes[k], results[k], workspace)
    return worst


@cache
def nothing(dtype: Any) -> Any:
    """Empty arrays for what a call does not use: around slots and powers, around the run's state, records."""
    return (
        (np.zeros((0, 2, 0), dtype), np.zeros((0, codes.POWERS))),
        (
            np.zeros((0, 1, 0), np.int64),
            np.zeros((0, 4), np.uint64),
            np.zeros((0, codes.COUNTERS), np.int64),
            np.zeros((0, codes.WATCH)),
            np.zeros((0, 0), dtype),
        ),
        (np.zeros((0, 0, codes.RECORD_COLUMNS)), np.zeros((0, 0, 0, codes.PROBES))),
    )


def train(
    settings: Array, hyper: Array, parameters: Array, slots: Array, powers: Array, inputs: Array, targets: Array,
    test_inputs: Array, test_targets: Array, order: Array, rng: Array, state: Array, watch: Array, best: Array,
    probes: Array, steps: int, stride: int, records: Array, probe_records: Array, workspace: Workspace,
) -> int:  # fmt: skip
    """Advance N networks by `steps` steps each; every array but the data has a leading axis N. The largest status.

    At the end of each epoch that is a multiple of `stride` (0: never) a row of records (N, rows, 9) is written, and
    with settings[PROBING] the same row of probe_records (N, rows, layers, 9); state[RECORDS] counts them.
    """
    none = parameters[0, :0]
    return int(
        run(
            TRAIN, settings, hyper, parameters, slots, powers, inputs, targets, test_inputs, test_targets,
            order[:, None, :], rng, state, watch, best, probes, steps, stride, records, probe_records, inputs[:0], none,
            watch[:0], workspace,
        )
    )  # fmt: skip


def look_at(
    settings: Array, hyper: Array, vectors: Array, inputs: Array, targets: Array, maps: Array, gradient: Array,
    results: Array, workspace: Workspace, probes: Array | None = None,
) -> None:  # fmt: skip
    """Pass the samples through the networks of V parameter vectors (V, P): results (V, 3); see `look`."""
    before, run_state, records = nothing(np.dtype(vectors.dtype))
    probes = np.zeros((len(vectors), 0, codes.PROBES)) if probes is None else probes
    call: Any = run  # mypy does not count what a starred tuple holds
    call(
        LOOK, settings, hyper.reshape(1, -1), vectors, *before, inputs, targets, inputs[:, :0], targets[:, :0],
        *run_state, probes, 0, 0, *records, maps, gradient, results, workspace,
    )  # fmt: skip


def evaluate(
    settings: Array, hyper: Array, parameters: Array, inputs: Array, targets: Array, outputs: Array,
    workspace: Workspace,
) -> tuple[float, float]:  # fmt: skip
    """(mean loss without penalty, share of right answers) of inputs (features, n) and targets (units + 1, n).

    outputs (units, n) receives what the head puts out, made finite.
    """
    found = np.zeros((1, RESULTS))
    look_at(settings, hyper, parameters[None], inputs, targets, outputs, parameters[:0], found, workspace)
    return float(found[0, 0]), float(found[0, 1]) if settings[codes.TASK] == codes.CLASSIFICATION else 0.0


def evaluate_many(
    settings: Array, hyper: Array, vectors: Array, inputs: Array, targets: Array, results: Array,
    workspace: Workspace,
) -> None:  # fmt: skip
    """results (V, 3): loss, share of right answers and penalty of each parameter vector (V, P)."""
    look_at(settings, hyper, vectors, inputs, targets, inputs[:0], vectors[0, :0], results, workspace)


def penalty(settings: Array, hyper: Array, parameters: Array, inputs: Array, workspace: Workspace) -> float:
    """The penalty that belongs to the gradient term l2 w + l1 sign(w); float64. Of inputs only the type counts."""
    found = np.zeros((1, RESULTS))
    none = inputs[:, :0]
    look_at(settings, hyper, parameters[None], none, none[:0], none[:0], parameters[:0], found, workspace)
    return float(found[0, 2])


def activations(parameters: Array, inputs: Array, maps: Array, workspace: Workspace) -> None:
    """maps (all units, n): what every unit puts out, layer by layer; NaN becomes 0, infinity the largest number."""
    settings, hyper = np.zeros(codes.SETTINGS, np.int64), np.zeros(codes.HYPER)
    found = np.zeros((1, RESULTS))
    look_at(settings, hyper, parameters[None], inputs, inputs[:0], maps, parameters[:0], found, workspace)


def gradients(
    settings: Array, hyper: Array, parameters: Array, inputs: Array, targets: Array, gradient: Array,
    workspace: Workspace,
) -> float:  # fmt: skip
    """Mean loss; gradient (P,) of the mean loss over all samples, without penalty."""
    found = np.zeros((1, RESULTS))
    look_at(settings, hyper, parameters[None], inputs, targets, inputs[:0], gradient, found, workspace)
    return float(found[0, 0])


def probe(
    settings: Array, hyper: Array, parameters: Array, inputs: Array, targets: Array, gradient: Array, probes: Array,
    workspace: Workspace,
) -> None:  # fmt: skip
    """probes (layers, 9) of a network as it stands; gradient (P,) as that of `gradients`.

    The norms are those of this gradient; means, variances, dead units and saturated shares are over the same samples.
    No step has led here, so the columns about updates become 0.
    """
    found = np.zeros((1, RESULTS))
    probes[:] = 0.0
    look_at(
        settings, hyper, parameters[None], inputs, targets, inputs[:0], gradient, found, workspace, probes[None]
    )  # fmt: skip
