"""From a table and a choice to an experiment about its rows.

Owns what the experiment says (points, scaling, share, title); what is chosen is told by `playground.tables.choosing`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from playground.data.own_points import OwnPoints
from playground.edits.on_dataset import on_points
from playground.errors import Said, WrongUse
from playground.experiment.experiment import Experiment, check_rules
from playground.numbers import rounded
from playground.run.checkpoint import Checkpoint
from playground.scalars import shown
from playground.tables import pictures
from playground.tables.choosing import MISSING, Choice, Plan, planned, target_asked
from playground.tables.guessing import unique
from playground.tables.looks import listed, told_looks
from playground.tables.reading import read_table_file
from playground.tables.table import Options, Table


def read_table(
    path: str | os.PathLike[str],
    target: str | None = None,
    features: Sequence[str] | None = None,
    missing: str = "drop",
    *,
    sheet: str | None = None,
    image: str | int | None = None,
) -> Checkpoint:
    """An experiment about the rows of a table, with its points: what a `Session` begins with.

    path: a table as CSV (any separator, decimal commas, old encodings, gzip), Parquet, JSON records, NumPy array or
    archive, or a sheet of a workbook. target: the column to be learned, `NAME:number` where whole numbers are no
    classes. features: columns to learn from; without them all that are numbers. missing: `drop` rows with empty cells,
    or fill these with the `mean` or `median` of the training rows, or with the mean and an `indicator` column. image:
    rows are pictures of `8x8` to `16x16` pixels, or `none`; without it they are where columns are called pixel1 and so
    on.
    `amended` of what is returned says what was put right.

    Raises FileRefused for a table that cannot be read, WrongUse for a choice that is not possible; without a target it
    lists the columns.
    """
    table = read_table_file(path, Options(sheet=sheet))
    return experiment_of(table, asked(table, target, features, missing, image))


def asked(
    table: Table, target: str | None, features: Iterable[str] | None, missing: str, image: str | int | None = None
) -> Choice:
    """The choice of names; raises WrongUse, without a target with the list of columns."""
    if missing not in MISSING:
        raise WrongUse("Missing cells: expected one of {names}; got {given}.", names=MISSING, given=shown(missing))
    if target is None:
        raise WrongUse("{text}", text=ways_on(table))
    if not isinstance(target, str):
        raise WrongUse("A target is the name of a column; got {given}.", given=shown(target))
    if isinstance(features, str):
        features = [each.strip() for each in features.split(",")] if table.column(features) is None else [features]
    name, as_number = target_asked(table, target)
    chosen = None if features is None else tuple(str(each) for each in features)
    return Choice(name, as_number, chosen, missing=missing, image_side=pictures.side_asked(image))


def ways_on(table: Table) -> str:
    """The columns of a table, and how to choose a target among them."""
    able = [column.name for column in table.columns if not column.no_target]
    head = f"{table.name}: {table.described}. Which column is the target? Its columns:\n{listed(table)}"
    if not able:
        return f"{head}\nNone of them can be a target."
    name = able[-1]
    quoted = f'"{name}"' if " " in name else name
    return f'{head}\nOn the command line: --target {quoted}; in Python: read_table(path, target="{name}")'


def experiment_of(table: Table, choice: Choice) -> Checkpoint:
    """The experiment of a choice; raises WrongUse or InvalidExperiment."""
    return experiment_of_plan(planned(table, choice))


def experiment_of_plan(plan: Plan, base: Experiment = Experiment()) -> Checkpoint:
    """The same of a choice that was worked out. base: the experiment whose network and training it has."""
    points = points_of(plan)
    source = points.source(
        plan.classes or 0, name=plan.table.name[:100], columns=unique([each.name for each in plan.inputs]),
        image_side=plan.image_side or None,
    )  # fmt: skip
    source = msgspec.structs.replace(source, paper=plan.paper, ink=plan.ink)
    made = on_points(msgspec.structs.replace(base, title=base.title or Path(plan.table.name).stem[:200]), source)
    flaws = msgspec.structs.replace(made.data.imperfections, imputer=plan.choice.missing)
    changes: dict[str, Any] = {"scaling": plan.scaling, "train_share": plan.choice.train_share, "imperfections": flaws}
    if not plan.classes:
        changes["target_scaling"] = "standardize"
    data = msgspec.structs.replace(made.data, **changes)
    experiment = msgspec.structs.replace(made, data=data)
    check_rules(experiment)
    return Checkpoint(experiment, points=points, amended=told(plan))


def points_of(plan: Plan) -> OwnPoints:
    """The rows that are used as points."""
    filled = np.isin(plan.table.numbers[plan.rows], list(plan.choice.filled))
    features = np.empty((plan.rows.size, len(plan.inputs)), order="F")
    for place, each in enumerate(plan.inputs):
        values = each.values(plan.rows)
        if filled.any():
            values = np.where(filled & np.isnan(values), _mean(values), values)
        if plan.image_side:
            values = (values - plan.paper) / (plan.ink - plan.paper) + 0.0  # no negative zero: it has another digest
        features[:, place] = values
    return OwnPoints(features, plan.labels)


def _mean(values: np.ndarray[Any, np.dtype[np.float64]]) -> float:
    """The mean in twelve digits: its last bits differ between processors."""
    return rounded(float(np.nanmean(values)), 12) if not np.isnan(values).all() else 0.0


def told(plan: Plan) -> tuple[Said, ...]:
    """What whoever opens the table should know."""
    return (*plan.table.remarks, *plan.remarks, *told_looks(plan))
