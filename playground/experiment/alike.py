"""Many experiments, checked in a fraction of the time that each of them takes alone: what they share is checked once.

Owns what counts as shared; limits, rules and their sentences are those of `checked`. Knows nothing of what experiments
are for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import compress, repeat
from math import isfinite
from operator import attrgetter, is_, is_not
from typing import Any, TypeVar

import msgspec

from playground.experiment import schema
from playground.experiment.experiment import Experiment, check_rules, checked
from playground.experiment.given import PLAIN, field_type, taken_field
from playground.experiment.training import Training

Part = TypeVar("Part")

RULED = (
    "loss", "batch_size", "label_smoothing", "class_weights", "numerics", "schedule", "early_stopping", "stop",
)  # fmt: skip
"""The fields of a training that rules between fields look at; the others are held to their limits alone."""

bytes_of = msgspec.msgpack.Encoder().encode
"""Of a part: equal where all values are the same to the last bit and of the same types, unlike `==`."""
MOST_PLAIN = 2.0**53
"""Numbers whose size stays below this are exact, and finite."""
_ruled = attrgetter(*RULED)

MOST_KEPT = 4_096
"""Values of fields that are remembered as allowed."""
_allowed_values: set[tuple[type, str, bytes]] = set()
"""Kept for the next population: to look at the default values alone takes as long as a hundred other experiments."""


def all_checked(experiments: Sequence[Experiment]) -> list[Experiment]:
    """As `checked` for each: equal experiments whose equal data and networks are the same objects.

    Raises InvalidExperiment for the first that is not allowed.
    """
    shared, unlike = _Shared(), list({id(each): each for each in experiments}.values())
    checked_ones = shared.all_at_once(unlike) or [shared.checked(each) for each in unlike]
    found = {id(each): same for each, same in zip(unlike, checked_ones, strict=True)}
    return [found[id(each)] for each in experiments]


def _is_plainly_allowed(kind: type, name: str, value: Any) -> bool:
    """Whether a field surely allows a number or a word; of some that it allows this says nothing."""
    if isinstance(value, (int, float)):
        if not -MOST_PLAIN < value < MOST_PLAIN:
            return False
    elif isinstance(value, str) and not value.isascii():
        return False
    try:
        made = msgspec.convert(value, field_type(kind, name))
    except msgspec.ValidationError:
        return False
    return type(made) is type(value) and bool(made == value)


def _ends(values: Collection[Any]) -> Collection[Any]:
    """The least and the largest where all are plain numbers, which stand for those between; else all of them."""
    plain = set(map(type, values)) in ({float}, {int})
    return (min(values), max(values)) if plain and all(map(isfinite, values)) else values


class _Shared:
    """What was found to be allowed so far."""

    def __init__(self) -> None:
        self._last: dict[type, tuple[Any, ...]] = {}
        self._parts: dict[bytes, Any] = {}
        self._met: dict[int, tuple[Any, Any]] = {}
        self._rules: set[tuple[Any, ...]] = set()

    def checked(self, experiment: Experiment) -> Experiment:
        try:
            if not self._is_well_formed(experiment):
                return checked(experiment)
            data, network = self._same(experiment.data), self._same(experiment.network)
            if data is not experiment.data or network is not experiment.network:
                experiment = msgspec.structs.replace(experiment, data=data, network=network)
            key = (id(data), id(network), _ruled(experiment.training))
            known = key in self._rules
        except (TypeError, ValueError, OverflowError):  # what has no bytes or no hash
            return checked(experiment)
        if not known:
            check_rules(experiment)
            self._rules.add(key)
        return experiment

    def all_at_once(self, experiments: Sequence[Experiment]) -> list[Experiment] | None:
        """As `checked` for each, found in a fraction of its time; None where they must be looked at one by one.

        Raises InvalidExperiment for the first that rules between fields forbid.
        """
        trainings = [each.training for each in experiments]
        if set(map(type, trainings)) != {Training}:
            return None
        try:
            if not (self._allows_all(trainings) and self._allows_all(experiments, besides="training")):
                return None
        except (TypeError, ValueError, OverflowError):  # what has no bytes or no hash
            return None
        passed: dict[tuple[int, ...], Experiment] = {}
        found = []
        for each in experiments:
            same = (id(each.data), id(each.network), *map(id, _ruled(each.training)))
            like = passed.get(same)
            if like is None:
                like = passed[same] = self.checked(each)
            elif like.data is not each.data or like.network is not each.network:
                like = msgspec.structs.replace(each, data=like.data, network=like.network)
            else:
                like = each
            found.append(like)
        return found

    def _allows_all(self, values: Sequence[Experiment] | Sequence[Training], besides: str = "") -> bool:
        """Whether every field of each is within its limits, a field's values at a time."""
        kind = type(values[0])
        for name, column in zip(
            kind.__struct_fields__, zip(*map(msgspec.structs.astuple, values), strict=True), strict=True
        ):
            alike = all(map(is_, column, repeat(column[0])))
            unlike = column[:1] if alike else dict(zip(map(id, column), column, strict=True)).values()
            if name != besides and not all(self._allows_field(kind, name, each) for each in _ends(unlike)):
                return False
        return True

    def _is_well_formed(self, experiment: Experiment) -> bool:
        training = experiment.training
        return type(training) is Training and self._allows(training) and self._allows(experiment, besides="training")

    def _allows(self, value: Experiment | Training, besides: str = "") -> bool:
        """Whether every field is within its limits."""
        kind, values = type(value), msgspec.structs.astuple(value)
        before = self._last.get(kind, (self,) * len(values))
        for place in compress(range(len(values)), map(is_not, values, before)):
            name = kind.__struct_fields__[place]
            if name != besides and not self._allows_field(kind, name, values[place]):
                return False
        self._last[kind] = values
        return True

    def _allows_field(self, kind: type, name: str, value: Any) -> bool:
        if type(value) in PLAIN and _is_plainly_allowed(kind, name, value):
            return True
        hash(value)  # a list or a dict has the bytes of the tuple or the struct that `checked` makes of it
        key = (kind, name, bytes_of(value))
        if key not in _allowed_values:
            if schema.field_problems(kind, name, value, name) or taken_field(kind, name, value) is not value:
                return False
            if len(_allowed_values) >= MOST_KEPT:
                _allowed_values.clear()
            _allowed_values.add(key)
        return True

    def _same(self, part: Part) -> Part:
        """The first of all equal ones."""
        met = self._met.get(id(part))
        if met is None:  # the part is kept with what is found, so that no other one can take its id
            met = self._met[id(part)] = (part, self._parts.setdefault(bytes_of(part), part))
        same: Part = met[1]
        return same
