"""`playground train`: train a SOURCE without a window."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.commands.opening import add_settings, changed
from playground.commands.output import number, percent, print_json, print_pairs, say
from playground.commands.parser import SOURCES, whole
from playground.errors import FileRefused, WrongUse
from playground.numbers import fixed, spaced

if TYPE_CHECKING:
    from playground.causes.divergence import Diagnosis
    from playground.commands.training_loop import Outcome
    from playground.run.checkpoint import Checkpoint
    from playground.run.session import Session
    from playground.run.snapshot import Divergence, Metrics

EPOCHS, MOST_EPOCHS = 1000, 10_000_000
DESCRIPTION = f"""\
Train and print what came out. A model file goes on from where it stopped; a run that was interrupted with Ctrl-C is
saved too. The same source and seed give the same digest on every machine.

{SOURCES}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to train, how long, and with which changes."""
    add = parser.add_argument
    add("source", metavar="SOURCE", help="what to train")
    add("--epochs", metavar="N", type=whole(0, MOST_EPOCHS), default=EPOCHS,
        help=f"how many epochs more (default: {spaced(EPOCHS)})")  # fmt: skip
    add("--seed", metavar="N", type=whole(0, 2**53),
        help="another seed: other points, other initial weights, a new run")  # fmt: skip
    add_settings(parser)
    add("--out", metavar="FILE", help="write the trained model (.nnp or .safetensors)")
    add("--json", action="store_true", help="print one JSON object")
    add("--history", action="store_true",
        help="with --json: all that the run has written down of itself, epoch by epoch, layer by layer")  # fmt: skip

    add("--samples", action="store_true",
        help="with --json --history: loss and margin of each training sample, from here on")  # fmt: skip

    add("--folds", metavar="K", type=whole(2, 20),
        help="cross-validation: train K times, each time without one of K parts of the training samples")  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Train, save, report; the exit code is 130 if the user interrupted."""
    from playground.commands.history import written_down
    from playground.commands.opening import opened, wish_of
    from playground.commands.training_loop import train

    if arguments.history and not arguments.json:
        raise WrongUse("--history is a part of the JSON: write --json --history.")
    if arguments.samples and not arguments.history:
        raise WrongUse("--samples is a part of the history: write --json --history --samples.")
    if arguments.out is not None:
        _check_out(arguments.out)
    if arguments.folds is not None:
        from playground.commands import folds

        return folds.run(arguments)
    session = _session(opened(arguments.source, wish=wish_of(arguments)), arguments)
    session.record_samples(arguments.samples)
    outcome = train(session, arguments.epochs)
    failure = _saved(arguments.out, session)
    report = _report(session, outcome, arguments.epochs)
    if arguments.json:
        print_json({**report, "history": written_down(session)} if arguments.history else report)
    else:
        _print(report)
    if failure is not None:
        raise failure
    return 130 if outcome.interrupted else 0


def _check_out(out: str) -> None:
    """Refuse now what could not be saved after an hour of training."""
    from playground.exchange.files import MODEL_SUFFIXES, check_target

    if Path(out).suffix.lower() not in MODEL_SUFFIXES:
        raise WrongUse(
            f"--out {out} would not keep the trained model: its name must end in {' or '.join(MODEL_SUFFIXES)}."
        )
    check_target(out)


def _session(checkpoint: Checkpoint, arguments: argparse.Namespace) -> Session:
    """The run with all changes made, kernels ready."""
    from playground.commands.training_loop import prepare_kernels
    from playground.run.checkpoint import Checkpoint
    from playground.run.session import Session

    seed = [] if arguments.seed is None else [f"seed={arguments.seed}"]
    experiment = changed(checkpoint.experiment, [*arguments.settings, *seed])
    prepare_kernels(experiment.training.precision)
    if checkpoint.state is None:
        points = checkpoint.points if experiment.source_kind.is_given else None
        return Session(Checkpoint(experiment, points=points))
    session = Session(checkpoint)
    session.apply(experiment)
    return session


def _saved(out: str | None, session: Session) -> FileRefused | None:
    """Save; what goes wrong is told after the report, so that nothing is lost twice."""
    from playground.exchange.files import write
    from playground.words.saving import saved, without

    if out is None:
        return None
    checkpoint = session.checkpoint()
    try:
        left = write(out, checkpoint)
    except FileRefused as error:
        return error
    say(without(out, left, checkpoint) if left else saved(out, ""))
    return None


def _status(session: Session, outcome: Outcome, epochs: int) -> str:
    """How the training ended, in one word."""
    if session.divergence is not None:
        return "diverged"
    ended = session.stopped
    if ended is not None and (ended.reason == "early_stopping" or outcome.epochs < epochs):
        return "stopped_early"
    return "interrupted" if outcome.interrupted else "completed"


def _report(session: Session, outcome: Outcome, epochs: int) -> dict[str, Any]:
    import msgspec

    from playground.commands.ends import broken, stopped

    metrics, fault, ended = session.metrics(), session.divergence, session.stopped
    return {
        "status": _status(session, outcome, epochs),
        "epochs": session.state.epoch,
        "steps": session.state.step,
        "epochs_trained": outcome.epochs,
        "steps_trained": outcome.steps,
        "seconds": round(outcome.seconds, 6),
        "samples_per_second": round(outcome.samples / outcome.seconds, 1) if outcome.seconds > 0 else 0.0,
        "parameters": session.experiment.parameter_count,
        **_figures(metrics),
        "classes": _classes(session),
        "digest": session.digest(),
        "findings": _findings(session),
        "divergence": None if fault is None else broken(fault, _diagnosis(session, fault)),
        "stopped": None if ended is None else stopped(ended),
        "learning_rate": session.learning_rate,
        "clipped_steps": session.state.clipped_steps,
        "experiment": msgspec.to_builtins(session.experiment),
    }


def _findings(session: Session) -> list[dict[str, Any]]:
    """What the doctor says of the run at its end, as one that is meant to last its own epochs or 300, if not longer."""
    from playground.commands.findings import values_of
    from playground.commands.training_loop import bends
    from playground.diagnosis.asking import found_in
    from playground.diagnosis.signals.plan import plan_of

    found = found_in(session, plan_of(session.experiment), bends())
    return [values_of(each, session.experiment, session.dataset) for each in found]


def _diagnosis(session: Session, fault: Divergence) -> Diagnosis | None:
    """Why it diverged; some seconds of trying what helps."""
    from playground.causes.divergence import diagnosed

    return diagnosed(session.experiment, session.dataset, fault, session.points)


def _figures(metrics: Metrics) -> dict[str, Any]:
    """Loss and accuracy of each set; null where there is no test set or a sealed one, or no class to be right about.

    validation is there where there is a validation set.
    """
    figures = {"train": {"loss": metrics.train_loss, "accuracy": metrics.train_accuracy}}
    if metrics.validation_loss is not None:
        figures["validation"] = {"loss": metrics.validation_loss, "accuracy": metrics.validation_accuracy}
    return figures | {"test": {"loss": metrics.test_loss, "accuracy": metrics.test_accuracy}}


def _classes(session: Session) -> list[dict[str, Any]] | None:
    """For each class of both sets: its samples, how many of them are answered right, how many samples are answered so.

    None for a regression.
    """
    from playground.run.snapshot import Demand, confusion_matrix, predicted_classes

    if not session.experiment.task.is_classification:
        return None
    dataset, moment, head = session.dataset, session.snapshot(Demand(predictions=True)), session.experiment.head
    counts = {}
    for name, labels, outputs in (
        ("train", dataset.train_labels, moment.train_outputs),
        (dataset.held_out_name, dataset.held_out_labels, moment.test_outputs),
    ):
        assert outputs is not None
        counts[name] = confusion_matrix(labels, predicted_classes(outputs, head.activation), dataset.task.classes)
    return [
        {"class": index, "name": dataset.class_name(index)}
        | {
            name: {
                "samples": int(found[index].sum()),
                "right": int(found[index, index]),
                "answered": int(found[:, index].sum()),
            }
            for name, found in counts.items()
        }
        for index in range(dataset.task.classes)
    ]


def _print(report: dict[str, Any]) -> None:
    named = [name for name in ("train", "validation", "test") if name in report]
    pairs = [
        ("status", report["status"]),
        ("epochs", spaced(report["epochs"])),
        ("steps", spaced(report["steps"])),
        ("time", f"{fixed(report['seconds'], 2)} s"),
        ("speed", f"{fixed(report['samples_per_second'] / 1e6, 3)} million samples/s"),
        ("parameters", spaced(report["parameters"])),
        *((f"{name} loss", number(report[name]["loss"])) for name in named),
    ]
    if report["train"]["accuracy"] is not None:
        pairs += [(f"{name} accuracy", percent(report[name]["accuracy"])) for name in named]
    print_pairs([*pairs, ("digest", report["digest"])])
    for end in (report["divergence"], report["stopped"]):
        if end is not None:
            say(end["message"])
    cause = next((each for each in report["findings"] if each["severity"] in ("critical", "warning")), None)
    if cause is not None and report["divergence"] is None:
        say(f"{cause['title']}: {cause['message']} (playground diagnose says more)")
