"""What was said of each run after which step, for whoever looks back.

Owns that memory, and how far what was said of one run holds of another that has left it; knows nothing of when anything
is said, or of who looks back.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

import msgspec

from playground.data import Dataset
from playground.diagnosis.signals.finding import Finding
from playground.diagram.timeline import Tree
from playground.experiment.experiment import Experiment

MOST_VERDICTS = 400
"""Verdicts kept of one run; of more every second one goes."""
MOST_RUNS = 32
Subject = tuple[Experiment, Dataset]
"""What findings are about."""


class Verdict(msgspec.Struct, frozen=True, eq=False):
    """What was said after a step, and of what."""

    step: int
    epoch: int
    findings: tuple[Finding, ...]
    about: Subject


class Verdicts:
    """What was said of each run, by its number, for whoever looks back."""

    def __init__(self, tree: Callable[[], Tree]) -> None:
        """tree: which run has left which other one, and at which step; what was said until then is said of both."""
        self._tree, self._of = tree, dict[int, list[Verdict]]()

    def note(self, run: int, when: tuple[int, int], findings: tuple[Finding, ...], about: Subject) -> None:
        """Something was said, after a step, in an epoch; what was said of the same or of later steps was said of a run
        that went another way."""
        known = self._of.pop(run, [])
        self._of[run] = known
        while known and known[-1].step >= when[0]:
            known.pop()
        known.append(Verdict(*when, findings, about))
        if len(known) > MOST_VERDICTS:
            del known[1:-1:2]
        while len(self._of) > MOST_RUNS:
            self._of.pop(next(iter(self._of)))

    def at(self, run: int, step: int) -> Verdict | None:
        """What was said last at or before a step; None where nobody had looked yet."""
        tree, seen = self._tree(), set[int]()
        at: int | None = run
        while at is not None and at not in seen:
            seen.add(at)
            known = self._of.get(at, [])
            place = bisect_right(known, step, key=lambda each: each.step)
            if place:
                return known[place - 1]
            at, left_at = tree.get(at, (None, None))
            step = step if left_at is None else min(step, left_at)
            at = None if left_at is None else at
        return None

    def before(self, run: int) -> tuple[Finding, ...]:
        """What was said of the runs that this one comes from when each was left, once a rule, by the oldest of them."""
        tree, found, seen = self._tree(), dict[str, Finding](), {run}
        parent, left_at = tree.get(run, (None, None))
        while parent is not None and left_at is not None and parent not in seen:
            seen.add(parent)
            then = self.at(parent, left_at)
            found |= {each.rule: each for each in (() if then is None else then.findings) if each.step <= left_at}
            parent, left_at = tree.get(parent, (None, None))
        return tuple(found.values())
