"""`playground info`: what a file contains.

Needs no Qt, and the kernels only where curvature is asked for, or figures of a moment that no row was written of.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from playground.commands.opening import add_settings
from playground.commands.output import number, percent, print_json, print_pairs, print_table, put
from playground.commands.parser import SOURCES
from playground.numbers import MISSING, plain, spaced

if TYPE_CHECKING:
    from playground.data import Dataset
    from playground.experiment.experiment import Experiment
    from playground.run.checkpoint import Checkpoint
    from playground.run.snapshot import Metrics

DESCRIPTION = f"""\
Say what a file contains: the experiment, the network's parameters layer by layer, and how far it was trained.

FILE is usually a model file. {SOURCES}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which file."""
    parser.add_argument("source", metavar="FILE", help="the file to look into")
    parser.add_argument(
        "--curvature",
        action="store_true",
        help="compute how sharply the loss bends (the Hessian's largest eigenvalue) and how noisy its gradient is",
    )
    add_settings(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(arguments: argparse.Namespace) -> int:
    """Read, describe, print."""
    from playground.commands.opening import opened, wish_of
    from playground.exchange import reading
    from playground.exchange.container import MAX_BYTES
    from playground.exchange.files import made_by
    from playground.exchange.sources import file_of

    path = file_of(arguments.source)
    checkpoint = opened(arguments.source, arguments.settings, wish_of(arguments))
    data = reading.read(path, MAX_BYTES) if path is not None else b""
    report = {"source": arguments.source, "bytes": len(data) if path else None, "version": made_by(data)}
    report |= _experiment(checkpoint)
    data = report["data"]
    report |= _run(checkpoint, tested=data["test_samples"] > 0 and not data.get("test_sealed"))
    if arguments.curvature:
        report["curvature"] = _curvature(checkpoint)
    if arguments.json:
        print_json(report)
    else:
        _print(report)
    return 0


def _curvature(checkpoint: Checkpoint) -> dict[str, float | str | None]:
    """Both ends of the spectrum and how well they are known, the bound of stable descent, the gradient noise scale.

    None where undefined.
    """
    from playground.run.session import Session
    from playground.words.training import stable_below

    session = Session(checkpoint)
    sharpness = session.sharpness()
    return {
        "sharpness": sharpness.eigenvalue,
        "smallest": sharpness.smallest,
        "residual": sharpness.residual,
        "converged": sharpness.converged,
        "stable_below": sharpness.limit,
        "stable_formula": stable_below(session.experiment.training.optimizer),
        "gradient_noise_scale": session.gradient_noise_scale(),
    }


def _experiment(checkpoint: Checkpoint) -> dict[str, Any]:
    import msgspec

    from playground.words.network import described

    experiment = checkpoint.experiment
    dataset, kind = checkpoint.dataset_for(experiment), experiment.source_kind
    inputs, head = experiment.input_shape, experiment.head
    first = f"{inputs} pixels" if inputs.image else f"{inputs.units} {'features' if kind.is_plane else 'columns'}"
    steps = [described(layer) for layer in experiment.network.layers]
    return {
        "format": experiment.format,
        "title": experiment.title,
        "notes": experiment.notes,
        "task": experiment.task.label,
        "architecture": " → ".join([first, *steps, f"{head.units} {head.activation}"]),
        "data": {
            "name": kind.recipe or kind.label,
            "train_samples": dataset.train_labels.size,
            **_validation(dataset, experiment),
            "test_samples": dataset.test_labels.size,
            "kind": msgspec.to_builtins(experiment.data.source)["kind"],
            "samples": "images" if kind.image is not None else "points" if kind.is_plane else "samples",
            "features": list(experiment.data.features) if kind.is_plane else [],
            "columns": list(kind.columns),
            "own_points": checkpoint.dataset is not None,
        },
        "loss": experiment.head.loss,
        "optimizer": msgspec.to_builtins(experiment.training.optimizer),
        "learning_rate": experiment.training.learning_rate,
        "schedule": msgspec.to_builtins(experiment.training.schedule),
        "batch_size": experiment.training.batch_size,
        "precision": experiment.training.precision,
        "seed": experiment.seed,
        "parameters": experiment.parameter_count,
        "experiment": msgspec.to_builtins(experiment),
    }


def _validation(dataset: Dataset, experiment: Experiment) -> dict[str, Any]:
    """What is said only of data with a validation set."""
    if not experiment.has_validation:
        return {}
    return {"validation_samples": dataset.validation_labels.size, "test_sealed": experiment.data.test_sealed}


def _run(checkpoint: Checkpoint, tested: bool) -> dict[str, Any]:
    """How far the run is; layers with figures of their parameters, or with shapes alone where there is no run."""
    from playground.commands.ends import broken, stopped
    from playground.engine.parameters import digest

    state, fault, ended, log = checkpoint.state, checkpoint.divergence, checkpoint.stopped, checkpoint.log
    return {
        "trained": state is not None and state.step > 0,
        "epochs": state.epoch if state else 0,
        "steps": state.step if state else 0,
        "dtype": str(state.parameters.dtype) if state else None,
        "digest": digest(state.parameters) if state else None,
        "metrics": _metrics(checkpoint, tested),
        "divergence": None if fault is None else broken(fault),
        "stopped": None if ended is None else stopped(ended),
        "log": None if log is None else {"entries": len(log.entries), "begins_with_a_state": log.begins_with_a_state},
        "layers": _layers(checkpoint),
    }


def _metrics(checkpoint: Checkpoint, tested: bool) -> dict[str, Any] | None:
    """The figures of the run as it stands: the newest row's, or measured where that is of another moment."""
    import msgspec

    from playground.run.snapshot import HISTORY_COLUMNS

    state, record = checkpoint.state, checkpoint.record
    if state is None:
        return None
    if record is not None and record.is_of(state.epoch, state.position):
        newest = dict(zip(HISTORY_COLUMNS, record.rows[-1].tolist(), strict=True))
    else:
        newest = msgspec.structs.asdict(_measured(checkpoint))
    classes, validated = checkpoint.experiment.task.is_classification, checkpoint.experiment.has_validation
    there = {"train": True, "validation": validated, "test": tested}
    return {"epoch": state.epoch} | {
        name: {
            "loss": newest[f"{name}_loss"] if known else None,
            "accuracy": newest[f"{name}_accuracy"] if known and classes else None,
        }
        for name, known in there.items()
        if known or name != "validation"
    }


def _measured(checkpoint: Checkpoint) -> Metrics:
    """The figures of the run as it stands."""
    from playground.commands.training_loop import prepare_kernels
    from playground.run.session import Session

    session = Session(checkpoint)
    prepare_kernels("float64" if session.dtype().itemsize == 8 else "float32")
    return session.metrics()


def _layers(checkpoint: Checkpoint) -> list[dict[str, Any]]:
    import numpy as np

    from playground.engine.layout import Layout
    from playground.exchange.run_tensors import layer_names

    layout, state = Layout.of(checkpoint.experiment), checkpoint.state
    parameters = np.zeros(layout.size) if state is None else state.parameters
    return [
        {
            "name": name,
            "kind": slot.kind,
            "units": slot.outputs,
            "shape": list(slot.shape.image or (slot.outputs,)),
            "activation": slot.activation,
            "frozen": slot.frozen,
            "weights": _tensor(layout.weights(parameters, index), state is not None),
            "biases": _tensor(layout.biases(parameters, index), state is not None),
            "statistics": _tensor(layout.statistics(parameters, index), state is not None),
        }
        for index, (name, slot) in enumerate(zip(layer_names(layout), layout.slots, strict=True))
    ]


def _tensor(values: Any, known: bool) -> dict[str, Any] | None:
    """Shape and figures of a tensor; without figures where there is no run, None where the layer has no such part."""
    import numpy as np

    if not values.size:
        return None
    figures = dict.fromkeys(("bytes", "min", "max", "mean"))
    if known:
        low, high, mean = float(values.min()), float(values.max()), float(np.mean(values, dtype=np.float64))
        figures = {"bytes": values.nbytes, "min": low, "max": high, "mean": mean}
    return {"shape": list(values.shape), "count": values.size, **figures}


def _print(report: dict[str, Any]) -> None:
    data, optimizer = report["data"], dict(report["optimizer"])
    kind, schedule = optimizer.pop("kind"), dict(report["schedule"])
    course = schedule.pop("kind").replace("_", " ")
    settings = ", ".join(f"{name} {_setting(value)}" for name, value in optimizer.items() if value)
    pairs = [
        ("source", report["source"]),
        ("size", f"{spaced(report['bytes'])} bytes" if report["bytes"] is not None else ""),
        ("written by", f"Neural Playground {report['version']}" if report["version"] else ""),
        ("title", report["title"]),
        ("task", report["task"]),
        ("data", _data_text(data)),
        ("points", "the file's own: this version would draw other ones" if data["own_points"] else ""),
        ("columns", "" if data["columns"] == ["x", "y"] else ", ".join(data["columns"])),
        ("features", ", ".join(data["features"])),
        ("network", report["architecture"]),
        ("parameters", spaced(report["parameters"]) + (f" ({report['dtype']})" if report["dtype"] else "")),
        ("loss", report["loss"].replace("_", " ")),
        ("optimizer", f"{kind}{f' ({settings})' if settings else ''}, learning rate {plain(report['learning_rate'])}, "
                      f"batch {_batch(report['batch_size'], data['train_samples'])}"),
        ("schedule", " ".join([course, *(f"{name} {_setting(value)}" for name, value in schedule.items())])),
        ("seed", str(report["seed"])),
        ("log", _log_text(report["log"])),
        *_run_pairs(report),
    ]  # fmt: skip
    print_pairs([(name, text) for name, text in pairs if text])
    put("")
    _print_layers(report["layers"])


def _data_text(data: dict[str, Any]) -> str:
    """The set's name and how many samples each part has."""
    checked = f", {spaced(data['validation_samples'])} validation" if "validation_samples" in data else ""
    sealed = ", which are sealed" if data.get("test_sealed") else ""
    train, test = spaced(data["train_samples"]), spaced(data["test_samples"])
    return f"{data['name']}: {train} training{checked} and {test} test {data['samples']}{sealed}"


def _setting(value: object) -> str:
    """A number as everywhere, a word or a switch as in JSON."""
    return plain(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def _batch(size: int, samples: int) -> str:
    """A size that covers the training set reads as all of it, whatever was written."""
    return spaced(size) if size < samples else f"all {spaced(samples)}"


def _run_pairs(report: dict[str, Any]) -> list[tuple[str, str]]:
    done = f"{spaced(report['epochs'])} epochs, {spaced(report['steps'])} steps"
    pairs = [("trained", done if report["trained"] else "never")]
    metrics, sealed = report["metrics"], report["data"].get("test_sealed", False)
    if metrics is not None:
        for part in [each for each in ("train", "validation", "test") if each in metrics]:
            figures = metrics[part]
            share = "" if figures["accuracy"] is None else f", accuracy {percent(figures['accuracy'])}"
            text = f"loss {number(figures['loss'])}{share} (at epoch {spaced(metrics['epoch'])})"
            pairs.append((part, text if figures["loss"] is not None else "sealed" if sealed else "no points"))
    if report["divergence"] is not None:
        pairs.append(("diverged", report["divergence"]["message"]))
    if report["stopped"] is not None:
        pairs.append(("stopped", report["stopped"]["message"]))
    return [*pairs, *_curvature_pairs(report), ("digest", report["digest"] or "")]


def _curvature_pairs(report: dict[str, Any]) -> list[tuple[str, str]]:
    found = report.get("curvature")
    if found is None:
        return []
    limit, noise, unknown = found["stable_below"], found["gradient_noise_scale"], "not known: the numbers are too large"
    if found["stable_formula"] is None:
        bound = "; no bound is known for an optimizer that scales each step"
    else:
        reason = f"full-batch descent at this rate is stable below {found['stable_formula']}"
        bound = "" if limit is None else f"; {reason} = {number(limit)}"
    cut_short = found["residual"] is not None and not found["converged"]
    at_least, at_most = ("at least ", "at most ") if cut_short else ("", "")
    bends = unknown if found["sharpness"] is None else at_least + number(found["sharpness"]) + bound
    lowest = unknown if found["smallest"] is None else at_most + number(found["smallest"])
    samples = "not known: the gradient is 0 or too large" if noise is None else f"{number(noise)} samples"
    pairs = [("sharpness", bends), ("smallest", f"{lowest} (smallest eigenvalue)"), ("gradient noise", samples)]
    if cut_short:
        within = f"both lie within {number(found['residual'])} of an eigenvalue, which need not be the outermost"
        pairs.insert(2, ("not exact", f"the network is too large for the search to end by itself; {within}"))
    return pairs


def _log_text(log: dict[str, Any] | None) -> str:
    """How much is known of what was done to the run."""
    if log is None:
        return ""
    start = "from a full state on" if log["begins_with_a_state"] else "from its first step on"
    return f"{spaced(log['entries'])} {'action' if log['entries'] == 1 else 'actions'}, {start}"


def _print_layers(layers: list[dict[str, Any]]) -> None:
    rows = []
    for layer in layers:
        name = [layer["name"], layer["kind"].replace("_", " "), layer["activation"].replace("_", " ")]
        tensors = {part: layer[part] for part in ("weights", "biases", "statistics") if layer[part] is not None}
        for part, tensor in tensors.items():
            shape = " × ".join(map(str, tensor["shape"]))
            size = spaced(tensor["bytes"])
            figures = [number(tensor[figure]) for figure in ("min", "max", "mean")]
            rows.append([*name, part, shape, spaced(tensor["count"]), size, *figures])
        if not tensors:
            rows.append([*name, MISSING, MISSING, "0", *[MISSING] * 4])
    headings = ["layer", "kind", "activation", "part", "shape", "count", "bytes", "min", "max", "mean"]
    print_table(headings, rows, right=(4, 5, 6, 7, 8, 9))
