"""Whether a tenth of the parameters does the same: tried when somebody asks, and told as a note.

Owns the question and its answer; how the pairs are trained and judged is that of any cure. It is asked of runs that
nothing harms: where a large network fails, a small one that fails as well says nothing.
"""

from __future__ import annotations

import threading
from statistics import fmean

import msgspec

from playground.diagnosis.cures import evidence
from playground.diagnosis.cures.verifying import CureResult, try_cures
from playground.diagnosis.signals.finding import Figure, Finding
from playground.diagnosis.signals.plan import Plan
from playground.experiment.experiment import Experiment
from playground.population.room import ALONE, Room
from playground.run.checkpoint import Checkpoint


class Sized(msgspec.Struct, frozen=True, eq=False):
    """finding: the note, None where the small network is worse. result: what came of it; None where no network with
    these layers is a tenth as large, or the question was cancelled."""

    finding: Finding | None
    result: CureResult | None


def question(step: int, epoch: int) -> Finding:
    """What is asked of a run at this moment, in the shape that trials take."""
    return Finding("too_large", "note", (), step, epoch)


def sized(
    start: Checkpoint, asked: Finding, plan: Plan, cancel: threading.Event | None = None, room: Room = ALONE
) -> Sized:  # fmt: skip
    """Train both networks, five pairs from the start. asked: see `question`; room: the threads that train."""
    result = next(try_cures(start, asked, plan, None, cancel, room), None)
    return Sized(None if result is None else answer(asked, result, start.experiment), result)


def answer(asked: Finding, result: CureResult, experiment: Experiment) -> Finding | None:
    """The note, with the mean scores of both networks on the samples that judge; None where the small one is worse by
    more than the standard error of their difference, and by more than a point."""
    if not result.helped:
        return None
    without = [pair.without for pair in result.pairs]
    score, small_score = fmean(without), fmean(result.treated)
    least = score - evidence.slack(without, result.treated)
    own, small = experiment.parameter_count, result.cure.experiment.parameter_count
    figures = (
        Figure("small_score", small_score, least), Figure("score", score),
        Figure("parameters", float(own), 10.0 * small), Figure("small_parameters", float(small)),
    )  # fmt: skip
    return Finding("too_large", "note", figures, asked.step, asked.epoch)
