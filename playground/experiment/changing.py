"""One field of an experiment, by its path, and the value that it is given: what a cure changes.

Owns this value and its application; knows nothing of how paths are typed (`playground.edits.changes`) or kept in a log
(`playground.experiment.difference`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from playground.errors import InvalidExperiment
from playground.experiment.experiment import Experiment, check_rules


class Change(msgspec.Struct, frozen=True):
    """A field of the experiment and the value that it is given, which is within its limits."""

    path: str
    value: Any


def changed(experiment: Experiment, changes: Iterable[Change]) -> Experiment:
    """The experiment with these changes; what they leave alone stays the same objects. Raises InvalidExperiment where
    a rule between its fields forbids it."""
    made = experiment
    for change in changes:
        made = _replaced(made, change.path.split("."), change.value)
    check_rules(made)
    return made


def changed_if_allowed(experiment: Experiment, changes: Iterable[Change]) -> Experiment | None:
    """As `changed`; None where a rule forbids it."""
    try:
        return changed(experiment, changes)
    except InvalidExperiment:
        return None


def _replaced(struct: Any, names: list[str], value: object) -> Any:
    name, *inner = names
    new = _replaced(getattr(struct, name), inner, value) if inner else value
    return msgspec.structs.replace(struct, **{name: new})
