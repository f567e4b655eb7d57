"""The SOURCE of a command, with the fields that `--set` changes, and of a table what is to be learned from it.

Owns these options, and saying what had to be changed of a file; which forms of a SOURCE there are is told by
`playground.exchange.sources`, and what a table is by `playground.tables`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from playground.commands.output import say
from playground.commands.parser import choice
from playground.errors import InvalidExperiment, WrongUse

if TYPE_CHECKING:
    from playground.experiment.experiment import Experiment
    from playground.run.checkpoint import Checkpoint


class TableWish(NamedTuple):
    """What is to be learned from a table; all None where nothing was said."""

    target: str | None = None
    features: str | None = None
    missing: str | None = None
    image: str | None = None

    @property
    def option(self) -> str:
        """The first option that was given, or nothing."""
        return next((f"--{name}" for name, value in self._asdict().items() if value is not None), "")


def add_settings(parser: argparse.ArgumentParser) -> None:
    """The option `--set`, and of tables `--target`, `--features`, `--missing` and `--image`, for every command that
    takes a SOURCE."""
    parser.add_argument(
        "--set", metavar="PATH=JSON", action="append", default=[], dest="settings",
        help="change one field, such as training.learning_rate=0.3; a trained model keeps what still fits",
    )  # fmt: skip
    table = parser.add_argument_group("of a table")
    table.add_argument("--target", metavar="NAME", help="the column to be learned; without it the columns are listed")
    table.add_argument(
        "--features", metavar="A,B", help="the columns to learn from (default: all that are numbers, 64 at most)"
    )
    table.add_argument(
        "--missing", metavar="HOW", type=choice("drop", "mean", "median", "indicator"),
        help="rows with empty cells: drop (default), or fill them with mean or median, or mark them with an indicator",
    )  # fmt: skip
    table.add_argument(
        "--image", metavar="8x8",
        help="rows are square pictures from 8x8 to 16x16, a column a pixel; none: they are not (default: as it looks)",
    )  # fmt: skip


def wish_of(arguments: argparse.Namespace) -> TableWish:
    """What the command line says of a table."""
    return TableWish(arguments.target, arguments.features, arguments.missing, arguments.image)


def opened(source: str | None, settings: Sequence[str] = (), wish: TableWish = TableWish()) -> Checkpoint:
    """The experiment of a SOURCE (None: the default one), with its run if it has one, and the fields set.

    Says on standard error what was changed of the file, or chosen of the table.
    """
    from playground.experiment.experiment import Experiment
    from playground.run.checkpoint import Checkpoint
    from playground.words.errors import told_changes

    checkpoint = Checkpoint(Experiment()) if source is None else _open(source, wish)
    if checkpoint.amended:
        say(told_changes(checkpoint.amended))
    return _with_settings(checkpoint, settings) if settings else checkpoint


def _open(source: str, wish: TableWish) -> Checkpoint:
    from playground.exchange.sources import open_source
    from playground.tables.kinds import is_folder, is_named_as_table, is_table

    if is_folder(source):
        return _open_folder(source, wish)
    if is_table(source) or (wish.option and is_named_as_table(source)):
        from playground.tables.making import read_table

        return read_table(source, wish.target, wish.features, wish.missing or "drop", image=wish.image)
    opened = open_source(source)  # which says of another program's file what it is
    if wish.option:
        raise WrongUse("{option} is for tables, and {source} is none.", option=wish.option, source=source)
    return opened


def _open_folder(source: str, wish: TableWish) -> Checkpoint:
    """The pictures of a folder, scaled to the size that is asked for; Qt decodes them, without a window."""
    from playground.tables.folders import SIDE, TARGET
    from playground.tables.making import asked, experiment_of
    from playground.tables.pictures import side_asked
    from playground.views.window.picture_folder import read_pictures

    side = side_asked(wish.image)
    table = read_pictures(source, side or SIDE)
    image = "none" if side == 0 else side or SIDE
    return experiment_of(table, asked(table, wish.target or TARGET, wish.features, wish.missing or "drop", image))


def changed(experiment: Experiment, settings: Sequence[str]) -> Experiment:
    """The experiment with the fields set; raises WrongUse."""
    from playground.edits.changes import apply_settings

    try:
        return apply_settings(experiment, list(settings))
    except InvalidExperiment as error:
        raise WrongUse("{problems}", problems=error) from error


def _with_settings(checkpoint: Checkpoint, settings: Sequence[str]) -> Checkpoint:
    """A run is edited, as in the window; an experiment that was never trained is another one."""
    from msgspec.structs import replace

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
