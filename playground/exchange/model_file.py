"""A checkpoint as a model file and back.

Owns the names of the tensors, the description's fields, and every rule that makes a file a run that can go on; knows
nothing of bytes on disk. A file that passes `read` continues exactly as if it had never been interrupted. Files of
the first versions have neither run/watch nor run/probes, and two powers: they knew no schedules.

    param/1/weights (outputs × inputs), param/1/biases … param/output/…    the network, hidden layers counted from 1
    param/N/means, param/N/variances     running statistics of a batch normalization; layers have only what they need
    opt/slots (2, P), opt/powers (4,)    the optimizer's memory, its columns in the order of the layers above
    run/order (n,), run/chance (4,)      the order of the samples in this epoch, and the generator for the next ones
    run/watch (8,), run/probes (L, 8)    what schedule and early stopping remember, what was measured in each layer
    run/best (P,)                        with early stopping: the parameters of the best epoch
    history/rows (rows, 6)               the curves: see playground.run.snapshot.HISTORY_COLUMNS
    data/…                               the points, see playground.exchange.points
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

import msgspec
import numpy as np

from playground import __version__
from playground.engine.parameters import Layout
from playground.engine.state import (
    CLIPPED,
    EPOCH,
    NOISE_SEED,
    POSITION,
    POWERS,
    PROBES,
    STEP,
    WATCH,
    RunState,
)
from playground.errors import InvalidExperiment
from playground.exchange import container, foreign, points
from playground.exchange.container import Shape, Tensors, Unreadable
from playground.exchange.progress import Progress, check_history, check_run, divergence_of, progress_of, stopped_of
from playground.experiment import schema
from playground.experiment.experiment import Experiment, checked
from playground.run.checkpoint import Checkpoint
from playground.run.recording import CAPACITY, COLUMNS
from playground.run.snapshot import Floats

TYPES = {"float32": "F32", "float64": "F64"}
FIELDS = {"sha256", "format", "version", "experiment", "progress"}


def write(checkpoint: Checkpoint) -> bytes:
    """The bytes of a model file; equal checkpoints give equal bytes."""
    experiment = checkpoint.experiment
    dataset = checkpoint.dataset_for(experiment)
    spec = {
        "version": __version__,
        "experiment": msgspec.to_builtins(experiment),
        "progress": msgspec.to_builtins(progress_of(checkpoint)),
    }
    return container.pack(spec, _run_tensors(checkpoint) | points.tensors(dataset))


def read(data: bytes) -> Checkpoint:
    """The checkpoint of a model file's bytes; raises Unreadable."""
    header = container.read_header(data)
    experiment, progress = read_spec(header.spec)
    expected = points.shapes(experiment, header.tensors)
    if progress is not None:
        samples = expected["data/train_labels"][1][0]
        early = experiment.training.early_stopping is not None
        expected |= _run_shapes(Layout.of(experiment), progress, samples, early, header.tensors)
    _check_shapes(header.tensors, expected)
    tensors = container.read_tensors(data)
    for name, tensor in tensors.items():
        if name != "run/watch" and not np.isfinite(tensor).all():
            raise Unreadable(f"is not consistent: {name} has values that are not finite numbers")
    dataset = points.own_dataset(experiment, tensors)
    if progress is None:
        return Checkpoint(experiment, dataset=dataset)
    return _checkpoint(experiment, progress, tensors, dataset)


def read_spec(spec: dict[str, Any]) -> tuple[Experiment, Progress | None]:
    """Experiment and progress of a description."""
    version = spec.get("version")
    try:
        if set(spec) != FIELDS or not isinstance(version, str):
            raise Unreadable("is not consistent: its description does not have the fields it must have")
        experiment = checked(spec["experiment"])
        if spec["progress"] is None:
            return experiment, None
        found = schema.problems(spec["progress"], Progress)
        if found:
            raise InvalidExperiment(found)
    except (InvalidExperiment, Unreadable) as error:
        if isinstance(version, str) and _is_newer(version):
            raise Unreadable(
                f"was written by Neural Playground {version[:40]} and needs that version or a newer one; "
                f"this is {__version__}"
            ) from error
        if isinstance(error, InvalidExperiment):
            raise Unreadable("{problems}", problems=foreign.NotValid(error)) from error
        raise
    return experiment, msgspec.convert(spec["progress"], Progress)


def _is_newer(version: str) -> bool:
    """Whether a version such as 1.10.2 comes after this program's."""
    there, here = (
        [int(part) for part in text.split(".") if part.isascii() and part.isdigit() and len(part) < 9]
        for text in (version, __version__)
    )
    return there > here


# -- from a checkpoint -------------------------------------------------------------------------------------------------


def _run_tensors(checkpoint: Checkpoint) -> Tensors:
    state = checkpoint.state
    if state is None:
        return {}
    tensors = param_tensors(Layout.of(checkpoint.experiment), state.parameters)
    history = checkpoint.history
    return tensors | {
        "opt/slots": state.slots,
        "opt/powers": state.powers,
        "run/order": state.order,
        "run/chance": state.chance,
        "run/watch": state.watch,
        "run/probes": np.nan_to_num(state.probes),
        **({"run/best": state.best} if state.best.size else {}),
        "history/rows": np.zeros((0, COLUMNS)) if history is None else history,
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


def layer_names(layout: Layout) -> list[str]:
    """The layers' names in a file: 1, 2 … and `output`."""
    return [*(str(index + 1) for index in range(len(layout.slots) - 1)), "output"]


# -- to a checkpoint ---------------------------------------------------------------------------------------------------


def _run_shapes(
    layout: Layout, progress: Progress, samples: int, early_stopping: bool, found: dict[str, tuple[str, Shape]]
) -> dict[str, tuple[str, Shape]]:
    """Types and shapes that a run of this network must have; only the number of history rows is the file's own."""
    kind = TYPES[progress.dtype]
    blank = param_tensors(layout, np.zeros(layout.size))
    shapes: dict[str, tuple[str, Shape]] = {name: (kind, tensor.shape) for name, tensor in blank.items()}
    history = found.get("history/rows", ("", (0,)))[1]
    shapes |= {
        "opt/slots": (kind, (2, layout.size)),
        "opt/powers": ("F64", (POWERS if _has_watch(found) else 2,)),
        "run/order": ("I64", (samples,)),
        "run/chance": ("U64", (4,)),
        "history/rows": ("F64", (min(history[0] if history else 0, CAPACITY - 1), COLUMNS)),
    }
    if early_stopping:
        shapes["run/best"] = (kind, (layout.size,))
    if early_stopping or _has_watch(found):
        shapes |= {"run/watch": ("F64", (WATCH,)), "run/probes": ("F64", (len(layout.slots), PROBES))}
    return shapes


def _has_watch(found: Container[str]) -> bool:
    """Whether a file was written by a version that knows schedules."""
    return "run/watch" in found


def _check_shapes(found: dict[str, tuple[str, Shape]], expected: dict[str, tuple[str, Shape]]) -> None:
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


def _checkpoint(experiment: Experiment, progress: Progress, tensors: Tensors, dataset: Any) -> Checkpoint:
    layout, history = Layout.of(experiment), tensors["history/rows"]
    state = _state(experiment, layout, progress, tensors)
    check_run(state, layout, progress)
    check_history(history, progress)
    stopped = stopped_of(experiment, state, progress, tensors["data/test_labels"].size > 0)
    fault = divergence_of(progress.divergence, layout, state.order.size)
    return Checkpoint(
        experiment, state, history, progress.stride, fault, dataset, stopped, frozenset(progress.spent)
    )  # fmt: skip


def _state(experiment: Experiment, layout: Layout, progress: Progress, tensors: Tensors) -> RunState:
    names = param_tensors(layout, np.zeros(layout.size))
    parameters = np.concatenate([tensors[name].ravel() for name in names])
    state = RunState.start(parameters, len(layout.slots), 0, experiment.seed, experiment.training)
    state.slots, state.order, state.chance = tensors["opt/slots"], tensors["run/order"], tensors["run/chance"]
    powers = tensors["opt/powers"]
    state.powers[: powers.size] = powers
    state.watch, state.probes = tensors.get("run/watch", state.watch), tensors.get("run/probes", state.probes)
    state.best = tensors.get("run/best", state.best)
    state.counters[[STEP, EPOCH, POSITION]] = progress.step, progress.epoch, progress.position
    state.counters[CLIPPED] = progress.clipped
    if progress.noise_seed is not None:
        state.counters[NOISE_SEED] = progress.noise_seed
    return state
