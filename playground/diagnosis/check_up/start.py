"""The loss before any step, against that of an answer that knows nothing: ln K of K classes under a soft-max.

A start that answers nothing in particular loses about as much as guessing. Where classes are unlike in size, or targets
lie away from 0, it does not know that yet: it loses what the answer 0 does.
"""

from __future__ import annotations

import numpy as np

from playground.diagnosis.check_up.case import KINDS, Case
from playground.diagnosis.check_up.step import Step
from playground.diagnosis.signals.finding import Figure, RuleName
from playground.run.session import Session

TIMES, TIMES_OF_REGRESSION = 3.0, 300.0
"""Losses of such an answer that are too many. Of a regression, whose loss grows with the square of what is answered and
falls as fast, fewer are too many only where the run does not come up to what the data allow."""
OF_THE_START: tuple[RuleName, ...] = ("symmetric",)
"""Facts that are none of the data."""


def check(case: Case) -> Step:
    loss, guess = case.before.snapshot.metrics.train_loss, case.guess
    usual = max(guess, _loss_of_zeros(case))
    findings = tuple(
        each for each in case.found_before if KINDS[each.rule] == "optimization" or each.rule in OF_THE_START
    )
    figures = (
        Figure("times", loss / usual, TIMES), Figure("first_loss", loss), Figure("usual", usual),
        Figure("guess", guess),
    )  # fmt: skip
    above, alarmed = loss > TIMES * usual, any(each.is_alarm for each in findings)
    large = above and (case.before.facts.classes > 0 or loss > TIMES_OF_REGRESSION * usual or case.after.behind)
    detail = "large" if large else "found" if alarmed else "harmless" if above else "fine"
    return Step("start", not (large or alarmed), detail, figures, findings)


def _loss_of_zeros(case: Case) -> float:
    """The loss of a network whose every parameter is 0."""
    session = Session(case.start, record=False)
    return float(session.losses(np.zeros((1, session.layout.size)))[0, 0])
