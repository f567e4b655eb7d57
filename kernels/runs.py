"""The one compiled entry, and the calls that callers make of it.

Owns the entry `run`: everything kernels do hangs on it, so each piece is compiled once. Training advances many networks
of one shape in one call, looking measures many parameter vectors, and the first orders of many runs are drawn at once.
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
from kernels.plan.arguments import Evaluation, Records, RunState, Samples
from kernels.plan.memory import Workspace
from kernels.plan.orders import shuffle_first

TRAIN, LOOK, SHUFFLE = 0, 1, 2
RESULTS = 3  # loss, share of right answers, penalty
ORDER = RunState._fields.index("order")
NO_STEPS = np.zeros(0, np.int64)


Group = tuple[Array, ...]


@entry
def run(
    mode: int, settings: Array, hyperparameters: Array, train_set: Group, test_set: Group, validation_set: Group,
    state: Group, steps: Array, stride: int, records: Group, evaluation: Group, workspace: Group,
) -> int:  # fmt: skip
    """TRAIN: advance networks 0 … N - 1; the largest status. LOOK: results of parameter vectors 0 … N - 1; 0. SHUFFLE:
    the orders of N runs, by the words in the place of their generators; 0.

    Groups come as plain tuples and get their names here: at each call Numba takes three times as long over named ones.
    The last row of settings and hyperparameters holds for all networks behind it. Data sets have a leading axis: each
    network learns from the one that its settings name.
    """
    worst = 0
    shown, space = Samples(*train_set), Workspace(*workspace)
    tests, checks = Samples(*test_set), Samples(*validation_set)
    runs, tables, looks = RunState(*state), Records(*records), Evaluation(*evaluation)
    for k in range(runs.parameters.shape[0]):
        if mode == SHUFFLE:
            shuffle_first(runs.order[k], runs.chance[k])
            continue
        plan = settings[min(k, settings.shape[0] - 1)]
        rates = hyperparameters[min(k, hyperparameters.shape[0] - 1)]
        own = plan[codes.DATA_SET]
        learned = Samples(shown.inputs[own], shown.targets[own])
        if mode == TRAIN:
            one = RunState(
                runs.parameters[k], runs.slots[k], runs.powers[k], runs.order[k], runs.chance[k], runs.counters[k],
                runs.watch[k], runs.best[k], runs.probes[k],
            )  # fmt: skip
            table = Records(tables.rows[k], tables.probes[k])
            test = Samples(tests.inputs[own], tests.targets[own])
            check = Samples(checks.inputs[own], checks.targets[own])
            status = train_one(plan, rates, learned, test, check, one, steps[k], stride, table, space)
            worst = max(worst, status)
        else:
            found = Evaluation(looks.maps, looks.gradient, looks.probes[k], looks.results[k])
            look(plan, rates, runs.parameters[k], learned, found, space)
    return worst


@cache
def nothing(dtype: Any) -> tuple[RunState, Records]:
    """Empty arrays for what a call does not use: the run's state, the records."""
    state = RunState(
        parameters=np.zeros((0, 0), dtype),
        slots=np.zeros((0, 2, 0), dtype),
        powers=np.zeros((0, codes.POWERS)),
        order=np.zeros((0, 1, 0), np.int64),
        chance=np.zeros((0, 4), np.uint64),
        counters=np.zeros((0, codes.COUNTERS), np.int64),
        watch=np.zeros((0, codes.WATCH)),
        best=np.zeros((0, 0), dtype),
        probes=np.zeros((0, 0, codes.PROBES)),
    )
    return state, Records(np.zeros((0, 0, codes.RECORD_COLUMNS)), np.zeros((0, 0, 0, codes.PROBES)))


def rows_of(table: Array) -> Array:
    """A table with a row a network; one row alone holds for all."""
    return table if table.ndim == 2 else table[None]


def sets_of(samples: Samples) -> Group:
    """Data sets with a leading axis; one alone has none."""
    return tuple(samples) if samples.inputs.ndim == 3 else (samples.inputs[None], samples.targets[None])


def train(
    settings: Array, hyperparameters: Array, train_set: Samples, test_set: Samples, state: RunState,
    steps: int | Array, stride: int, records: Records, workspace: Workspace, validation_set: Samples | None = None,
) -> int:  # fmt: skip
    """Advance N networks by `steps` optimizer steps each, or by as many as stand at their place. The largest status.

    settings (N, 16) and hyperparameters (N, 32); what is one-dimensional holds for all networks. Data sets may have a
    leading axis; settings[DATA_SET] says which one is whose.

    validation_set: what rules watch in place of the test set, where there is one, with as many data sets.

    At the end of each epoch that is a multiple of `stride` (0: never) a row of records is written, and its probes with
    settings[PROBING]; counters[RECORDS] counts them. Every array of state and records has a leading axis N; the order
    of the samples is (N, n).
    """
    none = (state.parameters[:0], state.parameters[0, :0], state.watch[:0, None], state.watch[:0])
    before, order, after = state[:ORDER], state.order[:, None, :], state[ORDER + 1 :]
    tests: Group = sets_of(test_set)
    checks: Group = (tests[0][:, :, :0], tests[1][:, :, :0])
    if validation_set is not None and validation_set.inputs.shape[-1]:
        checks = sets_of(validation_set)
    counts = steps if isinstance(steps, np.ndarray) else np.full(len(state.parameters), steps, np.int64)
    return int(
        run(
            TRAIN, rows_of(settings), rows_of(hyperparameters), sets_of(train_set), tests, checks,
            (*before, order, *after), counts, stride, tuple(records), none, tuple(workspace),
        )
    )  # fmt: skip


def first_orders(words: Array, samples: int, workspace: Workspace) -> Array:
    """(N, samples): the permutation that NumPy's generator PCG64 draws first, started by each row (4,) of words.

    The words are what a SeedSequence generates. Of the workspace only the type counts.
    """
    orders = np.repeat(np.arange(samples, dtype=np.int64)[None], len(words), axis=0)
    state, records = nothing(workspace.rows.dtype)
    runs = np.zeros((len(words), 0), workspace.rows.dtype)
    set_of_none = (workspace.rows[None, :0, :0],) * 2
    run(
        SHUFFLE, np.zeros((1, codes.SETTINGS), np.int64), np.zeros((1, codes.HYPERPARAMETERS)), *(set_of_none,) * 3,
        (runs, *state[1:ORDER], orders[:, None, :], words, *state[ORDER + 2 :]), NO_STEPS, 0, tuple(records),
        (runs[:0], runs[:0].ravel(), state.watch[:, None], state.watch), tuple(workspace),
    )  # fmt: skip
    return orders


def look_at(
    settings: Array, hyperparameters: Array, vectors: Array, samples: Samples, maps: Array, gradient: Array,
    results: Array, workspace: Workspace, probes: Array | None = None,
) -> None:  # fmt: skip
    """Pass the samples through the networks of V parameter vectors (V, P): results (V, 3); see `look`.

    Settings, hyperparameters and samples as in `train`.
    """
    state, records = nothing(np.dtype(vectors.dtype))
    probes = np.zeros((len(vectors), 0, codes.PROBES)) if probes is None else probes
    shown = sets_of(samples)
    none = (shown[0][:, :, :0], shown[1][:, :, :0])
    run(
        LOOK, rows_of(settings), rows_of(hyperparameters), shown, none, none, (vectors, *state[1:]), NO_STEPS, 0,
        tuple(records), (maps, gradient, probes, results), tuple(workspace),
    )  # fmt: skip


def evaluate(
    settings: Array, hyperparameters: Array, parameters: Array, samples: Samples, outputs: Array, workspace: Workspace
) -> tuple[float, float]:
    """(mean loss without penalty, share of right answers); outputs (units, n) receives the head's, made finite."""
    found = np.zeros((1, RESULTS))
    look_at(settings, hyperparameters, parameters[None], samples, outputs, parameters[:0], found, workspace)
    return float(found[0, 0]), float(found[0, 1]) if settings[codes.TASK] == codes.CLASSIFICATION else 0.0


def evaluate_many(
    settings: Array, hyperparameters: Array, vectors: Array, samples: Samples, results: Array, workspace: Workspace
) -> None:
    """results (V, 3): loss, share of right answers and penalty of each parameter vector (V, P).

    Settings, hyperparameters and samples as in `train`.
    """
    look_at(settings, hyperparameters, vectors, samples, vectors[:0], vectors[0, :0], results, workspace)


def penalty(
    settings: Array, hyperparameters: Array, parameters: Array, inputs: Array, workspace: Workspace
) -> float:  # fmt: skip
    """The penalty that belongs to the gradient term l2 w + l1 sign(w); float64. Of inputs only the type counts."""
    found = np.zeros((1, RESULTS))
    none = inputs[:, :0]
    samples = Samples(none, none[:0])
    look_at(settings, hyperparameters, parameters[None], samples, none[:0], parameters[:0], found, workspace)
    return float(found[0, 2])


def activations(parameters: Array, inputs: Array, maps: Array, workspace: Workspace) -> None:
    """maps (all units, n): what every unit puts out, layer by layer; NaN becomes 0, infinity the largest number."""
    settings, hyperparameters = np.zeros(codes.SETTINGS, np.int64), np.zeros(codes.HYPERPARAMETERS)
    found, samples = np.zeros((1, RESULTS)), Samples(inputs, inputs[:0])
    look_at(settings, hyperparameters, parameters[None], samples, maps, parameters[:0], found, workspace)


def gradients(
    settings: Array, hyperparameters: Array, parameters: Array, samples: Samples, gradient: Array, workspace: Workspace
) -> float:
    """Mean loss; gradient (P,) of the mean loss over all samples, without penalty."""
    found = np.zeros((1, RESULTS))
    look_at(settings, hyperparameters, parameters[None], samples, samples.inputs[:0], gradient, found, workspace)
    return float(found[0, 0])


def probe(
    settings: Array, hyperparameters: Array, parameters: Array, samples: Samples, gradient: Array, probes: Array,
    workspace: Workspace,
) -> None:  # fmt: skip
    """probes (layers, 9) of a network as it stands; gradient (P,) as that of `gradients`.

    The norms are those of this gradient; means, variances, dead units and saturated shares are over the same samples.
    No step has led here, so the columns about updates become 0.
    """
    found, none = np.zeros((1, RESULTS)), samples.inputs[:0]
    probes[:] = 0.0
    look_at(
        settings, hyperparameters, parameters[None], samples, none, gradient, found, workspace, probes[None]
    )  # fmt: skip
