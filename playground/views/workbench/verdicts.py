"""What the doctor has said of each run, moment by moment: for whoever looks back.

Owns how much of it is kept; knows nothing of how it is shown.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from playground.data import Dataset
from playground.diagnosis.signals.finding import Finding
from playground.experiment.experiment import Experiment

MOST = 400
"""Verdicts kept of one run; of more every second one goes."""
MOST_RUNS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What was said after a step, and of what."""

    step: int
    findings: tuple[Finding, ...]
    about: tuple[Experiment, Dataset]


class Verdicts:
    """By the number of the run."""

    def __init__(self) -> None:
        self._of: dict[int, list[Verdict]] = {}

    def note(self, run: int, step: int, findings: tuple[Finding, ...], about: tuple[Experiment, Dataset]) -> None:
        """Something was said; what was said of the same or of later steps was said of a run that went another way."""
        known = self._of.pop(run, [])
        self._of[run] = known
        while known and known[-1].step >= step:
            known.pop()
        known.append(Verdict(step, findings, about))
        if len(known) > MOST:
            del known[1:-1:2]
        while len(self._of) > MOST_RUNS:
            self._of.pop(next(iter(self._of)))

    def at(self, run: int, step: int) -> Verdict | None:
        """What was said last at or before a step; None where nobody had looked yet."""
        known = self._of.get(run, [])
        place = bisect_right(known, step, key=lambda each: each.step)
        return known[place - 1] if place else None
