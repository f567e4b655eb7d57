"""The state of a run as named tensors and back.

Owns the tensors' names and the shapes that an experiment asks for, and the way from both to a run that can go on; knows
nothing of bytes, logs or points. The names are listed in `playground.exchange.model_file`.
"""

from __future__ import annotations

import re
from collections.abc import Container

import numpy as np

from playground.engine.layout import Layout
from playground.engine.state import CLIPPED, EPOCH, NOISE_SEED, POSITION, POWERS, PROBES, STEP, WATCH, RunState
from playground.exchange.container import Shape, Tensors, Unreadable
from playground.exchange.points import FEATURES, OF_OTHERS, FilePoints
from playground.exchange.progress import Progress, divergence_of, look_of, stopped_of
from playground.exchange.run_rules import check_record, check_run
from playground.experiment.experiment import Experiment
from playground.run.checkpoint import Checkpoint
from playground.run.recording import (
    CAPACITY,
    COLUMNS,
    CURVES,
    MEASURED,
    OF_VALIDATION,
    SIZES,
    WITHOUT_VALIDATION,
    Record,
    empty_record,
)
from playground.run.snapshot import Floats, frozen
from playground.run.stopping import Watched

TYPES = {"float32": "F32", "float64": "F64"}
FIRST_PROBES = 8
"""Columns of run/probes in files that are older than history/probes."""
BASE = "base/"
"""In front of the names of the state that a log begins with."""
BRANCH = re.compile(r"^branch/[0-9]+/")
"""The same of those of a branch."""
Table = dict[str, tuple[str, Shape]]
"""Type and shape of each tensor, by name."""

# -- from a checkpoint -------------------------------------------------------------------------------------------------


def run_tensors(checkpoint: Checkpoint) -> Tensors:
    """The tensors of a run; none for an experiment that was never trained."""
    state = checkpoint.state
    if state is None:
        return {}
    layout = Layout.of(checkpoint.experiment)
    record = checkpoint.record or empty_record(len(layout.slots))
    return param_tensors(layout, state.parameters) | {
        "opt/slots": state.slots,
        "opt/powers": state.powers,
        "run/order": state.order,
        "run/chance": state.chance,
        "run/watch": state.watch,
        "run/probes": state.probes,
        **({"run/best": state.best} if state.best.size else {}),
        "history/rows": record.rows[:, : columns_of(checkpoint.experiment)],
        "history/probes": record.probes,
        "history/sizes": record.sizes,
    }


def param_tensors(layout: Layout, parameters: Floats) -> Tensors:
    """The network's tensors in the order of the flat buffer: of each layer what it has."""
    tensors: Tensors = {}
    for index, name in enumerate(layer_names(layout)):
        statistics = layout.statistics(parameters, index)
        parts = {
            "weights": layout.weights(parameters, index),
            "biases": layout.biases(parameters, index),
            "means": statistics[0],
            "variances": statistics[1],
        }
        tensors |= {f"param/{name}/{part}": tensor for part, tensor in parts.items() if tensor.size}
    return tensors


def columns_of(experiment: Experiment) -> int:
    """Columns of the record in a file: those of a validation set only where there is one."""
    return COLUMNS if experiment.has_validation else WITHOUT_VALIDATION


def layer_names(layout: Layout) -> list[str]:
    """The layers' names in a file: 1, 2 … and `output`."""
    return [*(str(index + 1) for index in range(len(layout.slots) - 1)), "output"]


# -- to a checkpoint ---------------------------------------------------------------------------------------------------


def run_shapes(experiment: Experiment, progress: Progress, samples: int, found: Table) -> Table:
    """Types and shapes that a run of this experiment must have; only the number of history rows is the file's own."""
    layout, kind = Layout.of(experiment), TYPES[progress.dtype]
    early_stopping, layers = experiment.training.early_stopping is not None, len(layout.slots)
    blank = param_tensors(layout, np.zeros(layout.size))
    shapes: Table = {name: (kind, tensor.shape) for name, tensor in blank.items()}
    rows = min(found.get("history/rows", ("", (0,)))[1][:1] or (0,))
    rows = min(rows, CAPACITY - 1)
    shapes |= {
        "opt/slots": (kind, (2, layout.size)),
        "opt/powers": ("F64", (POWERS if _has_watch(found) else 2,)),
        "run/order": ("I64", (samples,)),
        "run/chance": ("U64", (4,)),
        "history/rows": ("F64", (rows, columns_of(experiment) if _has_probes(found) else CURVES)),
    }
    if _has_probes(found):
        shapes["history/probes"] = ("F64", (rows, layers, PROBES))
    if "history/sizes" in found:  # early files with history/probes have none
        shapes["history/sizes"] = ("F64", (rows, layers, SIZES))
    if early_stopping:
        shapes["run/best"] = (kind, (layout.size,))
    if early_stopping or _has_watch(found):
        columns = PROBES if _has_probes(found) else FIRST_PROBES
        shapes |= {"run/watch": ("F64", (WATCH,)), "run/probes": ("F64", (layers, columns))}
    return shapes


def _has_watch(found: Container[str]) -> bool:
    """Whether a file was written by a version that knows schedules."""
    return "run/watch" in found


def _has_probes(found: Container[str]) -> bool:
    """Whether a file was written by a version that writes down what it measures in the layers."""
    return "history/probes" in found


def check_finite(tensors: Tensors) -> None:
    """Refuse what no run can hold; NaN stands only for what nobody knows: in probes, the record's later columns, and
    blank cells of own points."""
    for name, tensor in tensors.items():
        part = BRANCH.sub("", name.removeprefix(BASE))
        if part == "run/watch":
            continue  # losses that were never seen are infinite; progress.check_run knows which
        measured = part in ("run/probes", "history/probes", "history/sizes", FEATURES) or OF_OTHERS.match(part)
        columns = [column for column in MEASURED if column < tensor.shape[-1]]
        known = tensor[:, columns] if part == "history/rows" else tensor[:0] if measured else tensor
        if not np.isfinite(known).all() or np.isinf(tensor).any():
            raise Unreadable(f"is not consistent: {name} has values that are not finite numbers")


def check_shapes(found: Table, expected: Table) -> None:
    """Refuse a file that does not have exactly the tensors it must have."""
    for name, wanted in expected.items():
        if name not in found:
            raise Unreadable(f"is not consistent: {name} is missing")
        if found[name] != wanted:
            raise Unreadable(
                f"is not consistent: {name} is {_shape_text(found[name])}, "
                f"and its experiment asks for {_shape_text(wanted)}"
            )
    for name in found:
        if name not in expected:
            raise Unreadable(f"is not consistent: it holds {name[:60]!r}, which does not belong to its experiment")


def _shape_text(tensor: tuple[str, Shape]) -> str:
    return f"{tensor[0]} {'×'.join(map(str, tensor[1])) or 'single'}"


def run_of(
    experiment: Experiment, progress: Progress, tensors: Tensors, points: FilePoints, watched: Watched
) -> Checkpoint:
    """The run of these tensors; raises Unreadable for one that cannot go on. watched: the held-out set."""
    layout = Layout.of(experiment)
    state = _state(experiment, layout, progress, tensors)
    check_run(state, layout, progress, experiment.training)
    record = _record(tensors, len(layout.slots), progress.stride)
    check_record(record, progress)
    stopped = stopped_of(experiment, state, progress, watched)
    fault = divergence_of(progress, layout, state.order.size)
    return Checkpoint(
        experiment, state, record, fault, points.dataset, stopped, frozenset(progress.spent), points.own,
        test_look=look_of(progress.test_look),
    )  # fmt: skip


def _record(tensors: Tensors, layers: int, stride: int) -> Record:
    """The record of a file; what older versions did not write down is not known."""
    saved = tensors["history/rows"]
    rows = np.full((len(saved), COLUMNS), np.nan)
    rows[:, OF_VALIDATION] = 0.0
    rows[:, : saved.shape[1]] = saved
    probes = tensors.get("history/probes", np.full((len(saved), layers, PROBES), np.nan))
    sizes = tensors.get("history/sizes", np.full((len(saved), layers, SIZES), np.nan))
    return Record(frozen(rows), frozen(probes), frozen(sizes), stride)


def _state(experiment: Experiment, layout: Layout, progress: Progress, tensors: Tensors) -> RunState:
    names = param_tensors(layout, np.zeros(layout.size))
    parameters = np.concatenate([tensors[name].ravel() for name in names])
    state = RunState.start(parameters, len(layout.slots), 0, experiment.seed, experiment.training)
    state.slots, state.order, state.chance = tensors["opt/slots"], tensors["run/order"], tensors["run/chance"]
    powers = tensors["opt/powers"]
    state.powers[: powers.size] = powers
    state.watch, probes = tensors.get("run/watch", state.watch), tensors.get("run/probes", state.probes)
    state.probes[:, : probes.shape[1]] = probes
    state.best = tensors.get("run/best", state.best)
    state.counters[[STEP, EPOCH, POSITION]] = progress.step, progress.epoch, progress.position
    state.counters[CLIPPED] = progress.clipped
    if progress.noise_seed is not None:
        state.counters[NOISE_SEED] = progress.noise_seed
    return state
