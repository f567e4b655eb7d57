"""The same run with all inputs 0: it can learn nothing but how frequent answers are, and the real one has to beat it.

Source: Karpathy, A Recipe for Training Neural Networks (2019), "input-independent baseline".
"""

from __future__ import annotations

import msgspec

from playground.diagnosis.check_up.case import Case
from playground.diagnosis.check_up.step import Step
from playground.diagnosis.signals.finding import Figure
from playground.experiment.experiment import Experiment, rule_problems
from playground.experiment.layers import MAX_LAYERS, Scaling

BEATS = 0.95
"""Losses of guessing; what is lower has been learned from something."""


def check(case: Case) -> Step:
    zeroed = _zeroed(case.experiment)
    if zeroed is None:
        return Step("zeroed_inputs", None, "no_room")
    blind = case.members([zeroed], [case.epochs_for(zeroed)])[0].metrics.train_loss
    loss, guess = case.last.metrics.train_loss, case.guess
    figures = (
        Figure("loss", loss, BEATS * guess), Figure("zeroed", blind, BEATS * guess, above=False),
        Figure("guess", guess),
    )  # fmt: skip
    alarms = tuple(each for each in case.found_after if each.is_alarm)
    if blind < BEATS * guess:
        return Step("zeroed_inputs", False, "told", figures)
    if loss < BEATS * guess and not case.after.diverged:
        return Step("zeroed_inputs", True, "fine", figures)
    if not case.can_be_told:
        return Step("zeroed_inputs", None, "nothing_to_tell", figures)
    return Step("zeroed_inputs", False, "broke" if case.after.diverged else "blind", figures, alarms)


def _zeroed(experiment: Experiment) -> Experiment | None:
    """With a layer in front that answers 0; None where there is no room for it."""
    layers = (Scaling(factor=0.0, frozen=True), *experiment.network.layers)
    made = msgspec.structs.replace(experiment, network=msgspec.structs.replace(experiment.network, layers=layers))
    return None if len(layers) > MAX_LAYERS or rule_problems(made) else made
