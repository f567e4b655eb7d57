"""A checkpoint as a model file and back.

Owns the names of the tensors, the description's fields, and every rule that makes a file a run that can go on; knows
nothing of bytes on disk. A file that passes `read` continues exactly as if it had never been interrupted.

    param/1/weights (outputs × inputs), param/1/biases … param/output/…    the network, hidden layers counted from 1
    opt/slots (2, P), opt/powers (2,)    the optimizer's memory, its columns in the order of the layers above
    run/order (n,), run/chance (4,)      the order of the samples in this epoch, and the generator for the next ones
    history/rows (rows, 6)               the curves: see playground.snapshot.HISTORY_COLUMNS
    data/…                               the points, see playground.exchange.points
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from playground import __version__, schema
from playground.checkpoint import Checkpoint
from playground.engine import RunState
from playground.errors import InvalidExperiment
from playground.exchange import container, foreign, points
from playground.exchange.container import Shape, Tensors, Unreadable
from playground.experiment import Experiment, checked
from playground.parameters import Layout
from playground.recording import CAPACITY, COLUMNS
from playground.snapshot import Divergence

Count = Annotated[int, Meta(ge=0, le=2**53)]
TYPES = {"float32": "F32", "float64": "F64"}
FIELDS = {"sha256", "format", "version", "experiment", "progress"}


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a run diverged: the first bad step, its epoch, and the layer counted from 0."""

    step: Count
    epoch: Count
    layer: Count


class Progress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a run is; `stride` is the number of epochs between two rows of the history from now on."""

    dtype: Literal["float32", "float64"]
    step: Count
    epoch: Count
    position: Count
    stride: Annotated[int, Meta(ge=1, le=2**53)]
    divergence: Fault | None


def write(checkpoint: Checkpoint) -> bytes:
    """The bytes of a model file; equal checkpoints give equal bytes."""
    experiment = checkpoint.experiment
    dataset = checkpoint.dataset_for(experiment)
    spec = {
        "version": __version__,
        "experiment": msgspec.to_builtins(experiment),
        "progress": msgspec.to_builtins(_progress(checkpoint)),
    }
    return container.pack(spec, _run_tensors(checkpoint) | points.tensors(dataset))


def read(data: bytes) -> Checkpoint:
    """The checkpoint of a model file's bytes; raises Unreadable."""
    header = container.read_header(data)
    experiment, progress = read_spec(header.spec)
    expected = points.shapes(experiment, header.tensors)
    if progress is not None:
        samples = expected["data/train_labels"][1][0]
        expected |= _run_shapes(Layout.of(experiment), progress, samples, header.tensors)
    _check_shapes(header.tensors, expected)
    tensors = container.read_tensors(data)
    for name, tensor in tensors.items():
        if not np.isfinite(tensor).all():
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
            raise Unreadable(foreign.problems(error)) from error
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


def _progress(checkpoint: Checkpoint) -> Progress | None:
    state, fault = checkpoint.state, checkpoint.divergence
    if state is None:
        return None
    dtype: Any = str(state.parameters.dtype)
    broken = None if fault is None else Fault(fault.step, fault.epoch, fault.layer)
    return Progress(dtype, state.step, state.epoch, state.position, checkpoint.stride, broken)


def _run_tensors(checkpoint: Checkpoint) -> Tensors:
    state = checkpoint.state
    if state is None:
        return {}
    layout = Layout.of(checkpoint.experiment)
    tensors: Tensors = {}
    for index, name in enumerate(layer_names(layout)):
        tensors[f"param/{name}/weights"] = layout.weights(state.parameters, index)
        tensors[f"param/{name}/biases"] = layout.biases(state.parameters, index)
    history = checkpoint.history
    return tensors | {
        "opt/slots": state.slots,
        "opt/powers": state.powers,
        "run/order": state.order,
        "run/chance": state.chance,
        "history/rows": np.zeros((0, COLUMNS)) if history is None else history,
    }


def layer_names(layout: Layout) -> list[str]:
    """The layers' names in a file: 1, 2 … and `output`."""
    return [*(str(index + 1) for index in range(len(layout.slots) - 1)), "output"]


# -- to a checkpoint ---------------------------------------------------------------------------------------------------


def _run_shapes(
    layout: Layout, progress: Progress, samples: int, found: dict[str, tuple[str, Shape]]
) -> dict[str, tuple[str, Shape]]:
    """Types and shapes that a run of this network must have; only the number of history rows is the file's own."""
    kind = TYPES[progress.dtype]
    shapes: dict[str, tuple[str, Shape]] = {}
    for slot, name in zip(layout.slots, layer_names(layout), strict=True):
        shapes[f"param/{name}/weights"] = (kind, (slot.outputs, slot.inputs))
        shapes[f"param/{name}/biases"] = (kind, (slot.outputs,))
    history = found.get("history/rows", ("", (0,)))[1]
    return shapes | {
        "opt/slots": (kind, (2, layout.size)),
        "opt/powers": ("F64", (2,)),
        "run/order": ("I64", (samples,)),
        "run/chance": ("U64", (4,)),
        "history/rows": ("F64", (min(history[0] if history else 0, CAPACITY - 1), COLUMNS)),
    }


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
    layout = Layout.of(experiment)
    parts = [tensors[f"param/{name}/{part}"].ravel() for name in layer_names(layout) for part in ("weights", "biases")]
    counters = np.array([progress.step, progress.epoch, progress.position, 0, 0, 0, 0, 0], dtype=np.int64)
    state = RunState(
        np.concatenate(parts), tensors["opt/slots"], tensors["opt/powers"], tensors["run/order"], tensors["run/chance"],
        counters,
    )  # fmt: skip
    history = tensors["history/rows"]
    _check_run(state, progress)
    _check_history(history, progress)
    return Checkpoint(experiment, state, history, progress.stride, _divergence(progress.divergence, layout), dataset)


def _check_run(state: RunState, progress: Progress) -> None:
    samples = state.order.size
    if not np.array_equal(np.sort(state.order), np.arange(samples)):
        raise Unreadable("is not consistent: run/order does not name every training point once")
    if not state.chance.any():
        raise Unreadable("is not consistent: run/chance is no state of a random generator")
    if not ((state.powers >= 0.0) & (state.powers <= 1.0)).all():
        raise Unreadable("is not consistent: opt/powers must lie between 0 and 1")
    if progress.position >= samples:
        raise Unreadable(f"is not consistent: it stands at sample {progress.position:,} of {samples:,}")
    if progress.step < progress.epoch:
        raise Unreadable(f"is not consistent: {progress.epoch:,} epochs cannot be done in {progress.step:,} steps")


def _check_history(rows: NDArray[np.float64], progress: Progress) -> None:
    """Epochs are multiples of the stride without a gap: so thinning always makes room, and a run cannot hang."""
    if not len(rows):
        return
    epochs = rows[:, 0]
    regular = np.array_equal(epochs, epochs[0] + progress.stride * np.arange(len(rows), dtype=np.float64))
    if not regular or epochs[0] < 0 or epochs[0] % progress.stride or epochs[-1] > progress.epoch:
        raise Unreadable("is not consistent: history/rows does not count its epochs")


def _divergence(fault: Fault | None, layout: Layout) -> Divergence | None:
    if fault is None:
        return None
    last = len(layout.slots) - 1
    if fault.layer > last:
        raise Unreadable(f"is not consistent: it diverged in layer {fault.layer + 1} of {last + 1}")
    name = layout.layer_name(fault.layer)
    return Divergence(fault.step, fault.epoch, fault.layer, name)
