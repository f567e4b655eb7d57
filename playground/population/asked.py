"""What a population is asked to be: its members, one by one, checked.

Owns the reading of what callers hand in, and the sentences about what cannot be; knows nothing of training.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import Dataset, OwnPoints, check_points
from playground.engine.layout import Layout
from playground.engine.many import Spaces
from playground.errors import WrongUse
from playground.experiment.alike import all_checked
from playground.experiment.experiment import Experiment
from playground.experiment.schema import limits
from playground.experiment.training import Training
from playground.numbers import rounded
from playground.run.carrying import number_type
from playground.run.examples import Examples
from playground.scalars import number, reals, shown, whole

Floats = NDArray[np.floating]
Value = TypeVar("Value")

HIGHEST_RATE = limits(Training, "learning_rate")[1]
HIGHEST_SEED = int(limits(Experiment, "seed")[1])


class Kind(msgspec.Struct, frozen=True, eq=False):
    """An experiment and its own points: what members may have in common. dataset: in place of the one they give."""

    experiment: Experiment
    points: OwnPoints | None
    dataset: Dataset | None = None


class Kept:
    """What whoever asks again and again, on one thread, need not have made again: the examples of given data sets,
    scratch memory."""

    def __init__(self) -> None:
        self.examples: dict[tuple[object, ...], Examples] = {}
        self.spaces = Spaces()


class Asked(msgspec.Struct, frozen=True, eq=False):
    """N members: a kind (its index), a seed and a learning rate each; starts: parameters (P,) each, where given. kept:
    what was made for those asked for before."""

    kinds: Sequence[Kind]
    kind: NDArray[np.int64]
    seeds: NDArray[np.uint64]
    rates: NDArray[np.float64]
    starts: Sequence[Floats] | None
    kept: Kept | None = None


def asked(
    source: Experiment | Sequence[Experiment], seeds: Sequence[int] | None, rates: Sequence[float] | None,
    points: OwnPoints | Sequence[OwnPoints | None] | None, parameters: Any,
) -> Asked:  # fmt: skip
    """The members; what is given once holds for all. Raises WrongUse, InvalidExperiment or PointsRefused."""
    single = isinstance(source, Experiment)
    experiments = [source] if isinstance(source, Experiment) else _listed("experiments", source)
    for place, each in enumerate(experiments):
        if not isinstance(each, Experiment):
            sentence = "A population is made of an experiment or a list of them; number {place} of the list is {given}."
            raise WrongUse(sentence, place=place, given=shown(each))
    experiments = all_checked(experiments)
    own = [points] if points is None or isinstance(points, OwnPoints) else _listed("points", points)
    lists: dict[str, Sequence[Any] | None] = {
        "experiments": None if single else experiments,
        "seeds": None if seeds is None else _seeds(_listed("seeds", seeds)),
        "rates": None if rates is None else _rates(_listed("rates", rates)),
        "points": None if points is None or isinstance(points, OwnPoints) else own,
    }
    starts = _starts(parameters)
    if starts is not None and len(starts) > 1:
        lists["parameters"] = starts
    count = _count(lists)
    kinds, kind = _kinds(experiments, own, count)
    given_seeds, given_rates = lists["seeds"], lists["rates"]
    seeds_of = np.array([each.experiment.seed for each in kinds], np.uint64)
    rates_of = np.array([each.experiment.training.learning_rate for each in kinds])
    return Asked(
        kinds, kind, seeds_of[kind] if given_seeds is None else np.array(given_seeds, np.uint64),
        rates_of[kind] if given_rates is None else np.array(given_rates, np.float64),
        None if starts is None else _fitting(starts, kinds, kind),
    )  # fmt: skip


def _kinds(
    experiments: Sequence[Experiment], own: Sequence[OwnPoints | None], count: int
) -> tuple[Sequence[Kind], NDArray[np.int64]]:
    """What differs, and which of it each of so many members is; raises PointsRefused."""
    if len(experiments) == len(own) == 1:
        check_points(experiments[0].data.source, own[0])
        return [Kind(experiments[0], own[0])], np.zeros(count, np.int64)
    found: dict[tuple[int, int], Kind] = {}
    places: dict[tuple[int, int], int] = {}
    members = []
    for pair in zip(_spread(experiments, count), _spread(own, count), strict=True):
        key = (id(pair[0]), id(pair[1]))
        if key not in found:
            check_points(pair[0].data.source, pair[1])
            found[key], places[key] = Kind(*pair), len(found)
        members.append(places[key])
    return list(found.values()), np.array(members, np.int64)


def _listed(name: str, given: Any) -> list[Any]:
    """The members' values; raises WrongUse for what is no list."""
    if isinstance(given, Iterable) and not isinstance(given, (str, bytes, dict)) and np.ndim(given) > 0:  # type: ignore[arg-type]
        return list(given)
    raise WrongUse("{name} are given as a list, one for each member; got {given}.", name=name, given=shown(given))


def _seeds(given: list[Any]) -> Sequence[int]:
    """Seeds as integers; raises WrongUse. Of a list of plain ones the ends alone are looked at."""
    if given and set(map(type, given)) <= {int} and min(given) >= 0 and max(given) <= HIGHEST_SEED:
        return given
    return [whole("A seed", each, HIGHEST_SEED) for each in given]


def _rates(given: list[Any]) -> Sequence[float]:
    """Rates as numbers; raises WrongUse. A list of plain ones is looked at as a whole."""
    if set(map(type, given)) <= {float, np.float64}:
        rates = np.array(given, np.float64)
        if ((rates >= 0.0) & (rates <= HIGHEST_RATE)).all():
            return given
    return [_rate(each) for each in given]


def _rate(given: Any) -> float:
    rate = number("A learning rate", given)
    if not 0.0 <= rate <= HIGHEST_RATE:
        sentence = "Learning rates lie between 0 and {high}; got {given}."
        raise WrongUse(sentence, high=HIGHEST_RATE, given=repr(rate))
    return rate


def _count(lists: dict[str, Sequence[Any] | None]) -> int:
    """How many members there are; raises WrongUse where lists are empty or of unlike lengths."""
    counts = {name: len(values) for name, values in lists.items() if values is not None}
    empty = next((name for name, count in counts.items() if count == 0), None)
    if empty is not None:
        raise WrongUse("A population has at least one member; the list of {name} is empty.", name=empty)
    if len(set(counts.values())) > 1:
        told = " and ".join(f"{count} {name}" for name, count in counts.items())
        raise WrongUse("Lists stand for the same members, so they are equally long; got {told}.", told=told)
    return next(iter(counts.values()), 1)


def _spread(values: Sequence[Value], count: int) -> Sequence[Value]:
    return [values[0]] * count if len(values) == 1 else values


def _starts(given: Any) -> Sequence[Floats] | None:
    """Start parameters as rows of float64, one alone where it is given alone; raises WrongUse for anything else."""
    if given is None:
        return None
    try:
        rows = [given] if np.ndim(given[0]) == 0 else list(given)
        found = [reals(row) for row in rows]
    except (TypeError, ValueError, OverflowError, IndexError, KeyError):
        found = []
    if not found or any(row.ndim != 1 for row in found):
        sentence = "Start parameters are a row of numbers, or a list with a row for each member; got {given}."
        raise WrongUse(sentence, given=f"shape {given.shape}" if isinstance(given, np.ndarray) else shown(given))
    return found


def _fitting(starts: Sequence[Floats], kinds: Sequence[Kind], kind: NDArray[np.int64]) -> Sequence[Floats]:
    """A row for each member; raises WrongUse where a network has another number of parameters, or cannot hold them."""
    rows = _spread(starts, len(kind))
    facts = [(Layout.of(each.experiment), np.finfo(number_type(each.experiment))) for each in kinds]
    for place, (row, which) in enumerate(zip(rows, kind.tolist(), strict=True)):
        layout, limit = facts[which][0], float(facts[which][1].max)
        if row.size != layout.size:
            sentence = "The start parameters of member {place} are {given} numbers; its network has {size}."
            raise WrongUse(sentence, place=place, given=row.size, size=layout.size)
        if not (np.abs(row) <= limit).all():
            sentence = "Start parameters are finite numbers of size up to {limit}; those of member {place} are not."
            raise WrongUse(sentence, limit=rounded(limit, 3), place=place)
        if any((layout.statistics(row, index)[1] < 0).any() for index in range(len(layout.slots))):
            raise WrongUse("A variance is never below 0; the start parameters of member {place} hold one.", place=place)
    return rows
