"""A penalty, only where the run overfits: then which of a few L2 penalties leaves the lowest held-out loss."""

from __future__ import annotations

import msgspec
import numpy as np

from playground.diagnosis.check_up.case import Case
from playground.diagnosis.check_up.step import Curve, Step
from playground.diagnosis.signals.finding import Figure, RuleName

OVERFIT: tuple[RuleName, ...] = ("overfitting", "too_little_data")
TOO_MUCH: RuleName = "over_regularized"
PENALTIES = (0.001, 0.003, 0.01, 0.03)
BETTER = 0.9
"""Of the held-out loss without one."""


def check(case: Case) -> Step:
    held, overfit = case.found_of(TOO_MUCH), case.found_of(*OVERFIT)
    training = case.experiment.training
    own = (Figure("l2", training.l2), Figure("l1", training.l1))
    if held:
        return Step("regularization", False, "too_much", own, held)
    if overfit:
        return _tried(case)
    if case.after.behind or case.after.diverged:
        return Step("regularization", None, "first_learn", own)
    gap = Figure("gap", case.after.lasting_gap)
    return Step("regularization", True, "not_needed", (gap, *own))


def _tried(case: Case) -> Step:
    """The same run with each penalty, beside that with its own."""
    training = case.experiment.training
    penalties = (training.l2, *(each for each in PENALTIES if each > training.l2))
    tried = [
        msgspec.structs.replace(case.experiment, training=msgspec.structs.replace(training, l2=each))
        for each in penalties
    ]
    members = case.members(tried, [case.epochs_for(case.experiment)] * len(tried))
    losses = np.array([each.metrics.held_out[0] for each in members], np.float64)
    best = int(np.argmin(losses))
    figures = (
        Figure("best_loss", float(losses[best]), BETTER * float(losses[0]), above=False),
        Figure("loss", float(losses[0])), Figure("penalty", penalties[best]),
    )  # fmt: skip
    helps = losses[best] < BETTER * losses[0]
    detail = "helps" if helps else "no_help"
    curve = Curve(np.array(penalties), losses)
    return Step("regularization", False, detail, figures, case.found_of(*OVERFIT), curve)
