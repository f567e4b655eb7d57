"""The corpus of a report: sound runs, and the same with faults that do harm.

Owns what is drawn and kept; whether a run is sound or harmed is told by its scores, never by the doctor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tests.diagnosis_report.faults import FAULTS, GENERALIZATION, STATIC, faulty
from tests.diagnosis_report.healthy import FAMILIES, Configuration, Family, draw
from tests.diagnosis_report.trial import Outcome, tried

MISSED = 0.5
"""The recall below which a class is overlooked."""
TRIES = 20
TUNING_SEED = 20_261_129
"""That of the corpus on which thresholds were chosen; another one draws configurations that nobody has seen."""


def healthy_runs(rng: np.random.Generator, family: Family, count: int) -> Iterator[Outcome]:
    """Runs that were trained and found sound, by their scores alone."""
    for _ in range(count * TRIES):
        outcome = tried(draw(rng, family))
        if outcome is not None and outcome.is_sound:
            yield outcome
            count -= 1
            if not count:
                return


def faulty_runs(rng: np.random.Generator, sound: Sequence[Configuration], count: int) -> Iterator[Outcome]:
    """Sound configurations with a fault, each kind in turn; only those that the fault harms."""
    names, made = list(FAULTS), 0
    for turn in range(count * TRIES):
        given = sound[int(rng.integers(len(sound)))]
        wanted = faulty(rng, given, names[turn % len(names)])
        outcome = None if wanted is None else tried(wanted)
        if outcome is not None and is_harmed(outcome):
            yield outcome
            made += 1
            if made == count:
                return


def is_harmed(outcome: Outcome) -> bool:
    """Whether the fault does harm, by scores alone."""
    if outcome.configuration.faults[0] == "imbalance":
        return outcome.lowest_recall is not None and outcome.lowest_recall < MISSED
    if outcome.configuration.faults[0] in GENERALIZATION:
        return outcome.is_worse
    return outcome.behind or outcome.configuration.faults[0] in STATIC


def accepted(configuration: Configuration) -> set[str]:
    """The names that are right."""
    return {*configuration.faults, *configuration.also}


@dataclass(frozen=True, slots=True)
class Twice:
    """A run with two faults, and what is left of it when the one that was named is mended. None where neither was."""

    first: str
    second: str
    both: Outcome
    mended: Outcome | None

    @property
    def at_once(self) -> bool:
        """Whether both were named, the second perhaps as what follows from the first."""
        return {self.first, self.second} <= set(self.both.named)

    @property
    def over_rounds(self) -> bool:
        """Whether one was named, and the other one once that was mended."""
        if self.mended is None or not self.mended.last:
            return False
        return self.mended.last[0] in accepted(self.mended.configuration)


PAIRS = (
    ("learning_rate_low", "unscaled_inputs"), ("learning_rate_high", "missing_feature"), ("dead_units", "duplicates"),
    ("vanishing", "leaked_column"), ("over_regularized", "unscaled_inputs"), ("too_few_units", "duplicates"),
    ("learning_rate_low", "missing_feature"), ("saturated", "shifted_test"), ("batch_large", "leaked_column"),
    ("vanishing", "learning_rate_high"), ("over_regularized", "learning_rate_low"), ("exploding", "duplicates"),
)  # fmt: skip
"""Faults that come together; the second is put into what the first has made, of which it leaves everything but a rate
that it multiplies. Gradients that vanish are drawn with a rate of their own, so they come before a rate too high."""


def with_two_faults(rng: np.random.Generator, sound: Sequence[Configuration], count: int) -> Iterator[Twice]:
    """Runs with two faults, each of which does harm alone."""
    made = 0
    for turn in range(count * TRIES):
        given, (first, second) = sound[int(rng.integers(len(sound)))], PAIRS[turn % len(PAIRS)]
        twice = _twice(rng, given, first, second)
        if twice is not None:
            yield twice
            made += 1
            if made == count:
                return


def _twice(rng: np.random.Generator, given: Configuration, first: str, second: str) -> Twice | None:
    one, other = faulty(rng, given, first), faulty(rng, given, second)
    both = None if one is None else faulty(rng, replace(one, faults=()), second)
    if one is None or other is None or both is None:
        return None
    alone = {first: tried(one), second: tried(other)}
    if not all(each is not None and is_harmed(each) for each in alone.values()):
        return None
    outcome = tried(both)
    if outcome is None or not outcome.last:
        return None if outcome is None else Twice(first, second, outcome, None)
    named = next((name for name in (first, second) if outcome.last[0] == name), None)
    left = None if named is None else alone[second if named == first else first]
    return Twice(first, second, outcome, left)


def corpus(seed: int, family: Family, count: int) -> tuple[list[Outcome], list[Outcome], list[Twice]]:
    """Sound runs, harmed ones, and half as many with two faults."""
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, FAMILIES.index(family)])))
    sound = list(healthy_runs(rng, family, count))
    given = [each.configuration for each in sound]
    return sound, list(faulty_runs(rng, given, count)), list(with_two_faults(rng, given, count // 2))
