"""Simple first, then grow: a ladder of networks from none to two hidden layers, and where on it the present one stands.

Each is trained with Adam and usual initial weights, so that its size alone is asked.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.diagnosis.check_up.case import Case
from playground.diagnosis.check_up.step import Curve, Step
from playground.diagnosis.signals.finding import Figure, Finding
from playground.experiment.activations import ActivationName
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Conv2d, Dense
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam

Array = NDArray[np.float64]

LADDER: tuple[tuple[int, ...], ...] = ((), (2,), (4,), (8,), (16,), (16, 16))
"""Units of the hidden layers."""
RATE = 0.01
AS_GOOD = 0.01
"""Of accuracy or R²."""
TIMES = 10.0
"""How many times the parameters of one that does the same are too many."""
XAVIER: tuple[ActivationName, ...] = ("linear", "tanh", "sigmoid", "sine")
"""Activations that begin with Xavier's weights; the others with He's."""


def check(case: Case) -> Step:
    ladder = [_rung(case, units) for units in LADDER]
    members = case.members(ladder, [case.epochs_for(each) for each in ladder])
    sizes = np.array([float(each.parameter_count) for each in ladder])
    scores = np.array([case.score(each.metrics) for each in members])
    best, present = float(scores.max()), case.score(case.last.metrics)
    smallest = int(np.argmax(scores >= best - AS_GOOD))
    own, curve = float(case.experiment.parameter_count), Curve(sizes, scores)
    figures = (
        Figure("present", present, best - case.before.margin, above=False), Figure("best", best),
        Figure("parameters", own), Figure("smallest_score", float(scores[smallest])),
        Figure("units", float(sum(LADDER[smallest]))), Figure("enough", float(sizes[smallest])),
    )  # fmt: skip
    if best <= case.floor + case.before.margin:
        return Step("grow", None, "nothing_learned", figures, curve=curve)
    if case.after.diverged or present < best - case.before.margin:
        alarms = tuple(each for each in case.found_after if each.is_alarm)
        return Step("grow", False, "broke" if case.after.diverged else "behind", figures, alarms, curve)
    same = np.flatnonzero((scores >= present - AS_GOOD) & (TIMES * sizes <= own))
    if same.size:
        small = int(same[0])
        found = (
            Figure("parameters", own, TIMES * float(sizes[small])), Figure("small_parameters", float(sizes[small])),
            Figure("score", present), Figure("small_score", float(scores[small]), present - AS_GOOD, above=False),
        )  # fmt: skip
        note = Finding("too_large", "note", found, case.last.step, case.last.epoch)
        return Step("grow", False, "too_large", (*found, figures[0], figures[1]), (note,), curve)
    return Step("grow", True, "fine", figures, curve=curve)


def _rung(case: Case, units: tuple[int, ...]) -> Experiment:
    activation = _activation(case.experiment)
    weights = "xavier_uniform" if activation in XAVIER else "he_uniform"
    plain = case.bare(
        optimizer=Adam(), learning_rate=RATE, initializer=weights, initial_bias=0.0, numerics="stable"
    )  # fmt: skip
    layers = tuple(Dense(each, activation) for each in units)
    return msgspec.structs.replace(plain, network=Network(layers))


def _activation(experiment: Experiment) -> ActivationName:
    """That of the first hidden layer that bends; tanh where none does."""
    own = (each.activation for each in experiment.network.layers if isinstance(each, Dense | Conv2d))
    return next((each for each in own if each != "linear"), "tanh")
