"""The SOURCE of a command, with the fields that `--set` changes.

Owns that option, and saying what had to be changed of a file; which forms of a SOURCE there are is told by
`playground.exchange.sources`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from playground.commands.output import say
from playground.errors import InvalidExperiment, WrongUse

if TYPE_CHECKING:
    from playground.experiment.experiment import Experiment
    from playground.run.checkpoint import Checkpoint


def add_settings(parser: argparse.ArgumentParser) -> None:
    """The option `--set`, for every command that takes a SOURCE."""
    parser.add_argument(
        "--set", metavar="PATH=JSON", action="append", default=[], dest="settings",
        help="change one field, such as training.learning_rate=0.3; a trained model keeps what still fits",
    )  # fmt: skip


def opened(source: str | None, settings: Sequence[str] = ()) -> Checkpoint:
    """The experiment of a SOURCE (None: the default one), with its run if it has one, and the fields set.

    Says on standard error what was changed of the file.
    """
    from playground.exchange.sources import open_source
    from playground.experiment.experiment import Experiment
    from playground.run.checkpoint import Checkpoint
    from playground.words.errors import told_changes

    checkpoint = Checkpoint(Experiment()) if source is None else open_source(source)
    if checkpoint.amended:
        say(told_changes(checkpoint.amended))
    return _with_settings(checkpoint, settings) if settings else checkpoint


def changed(experiment: Experiment, settings: Sequence[str]) -> Experiment:
    """The experiment with the fields set; raises WrongUse."""
    from playground.edits.changes import apply_settings

    try:
        return apply_settings(experiment, list(settings))
    except InvalidExperiment as error:
        raise WrongUse("{problems}", problems=error) from error


def _with_settings(checkpoint: Checkpoint, settings: Sequence[str]) -> Checkpoint:
    """A run is edited, as in the window; an experiment that was never trained is another one."""
    from dataclasses import replace

    experiment = changed(checkpoint.experiment, settings)
    if checkpoint.state is None:
        points = checkpoint.points if experiment.source_kind.is_given else None
        return replace(checkpoint, experiment=experiment, dataset=None, points=points, log=None)
    from playground.commands.training_loop import prepare_kernels
    from playground.run.session import Session

    prepare_kernels(experiment.training.precision)
    session = Session(checkpoint)
    session.apply(experiment)
    return session.checkpoint()
