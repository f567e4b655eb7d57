"""The rate range test: a hundred steps whose rate grows from 1e-5 to 10, and where on that curve the present one lies.

Source: Smith, Cyclical Learning Rates (2017). What is proposed is a tenth or a third of the rate at the lowest loss:
measured, the steepest slope is a good rate far less often.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.diagnosis.check_up.case import Case
from playground.diagnosis.check_up.step import Curve, Step
from playground.diagnosis.signals.finding import Figure, RuleName
from playground.experiment.schedules import ConstantSchedule, Stop
from playground.run.checkpoint import Checkpoint
from playground.run.editing import go_on_at
from playground.run.run import Run

Array = NDArray[np.float64]

LOWEST, HIGHEST, STEPS = 1e-5, 10.0, 100
SMOOTHING = 0.8
"""Of the mean so far. The loss is that of all training samples, which needs less of it than that of a batch: with 0.95
the lowest place lags behind, and fractions of its rate are too high more often."""
TIMES = 4.0
"""Lowest losses at which it ends."""
BELOW = 100.0
"""How far below the rate at the lowest loss a rate may lie."""
FALLS = 0.02
"""The share of the loss that has to go, to have a lowest place at all."""
RATES: tuple[RuleName, ...] = ("learning_rate_high", "learning_rate_low", "oscillation")
CAUSES: tuple[RuleName, ...] = ("symmetric", "dead_units", "vanishing", "saturated", "unscaled_inputs", "exploding")


def check(case: Case) -> Step:
    curve = _curve(case)
    lowest, rate = int(np.argmin(curve.y)), case.experiment.training.learning_rate
    minimum, fallen = float(curve.x[lowest]), float(1.0 - curve.y[lowest] / max(curve.y[0], 1e-300))
    if fallen < FALLS:
        flat = (Figure("fallen", fallen, FALLS, above=False), Figure("rate", rate))
        return Step("rates", None, "flat", flat, case.found_of(*CAUSES), curve)
    low, high = rate < minimum / BELOW, rate > minimum
    is_open = lowest == STEPS - 1 and low and not case.found_of("learning_rate_low")
    figures = (
        Figure("rate", rate, minimum / BELOW if low else minimum, above=not low), Figure("minimum", minimum),
        Figure("tenth", minimum / 10.0), Figure("third", minimum / 3.0),
    )  # fmt: skip
    if is_open or not (low or high):
        return Step("rates", True, "open" if is_open else "fine", figures, (), curve)
    return Step("rates", False, "low" if low else "high", figures, case.found_of(*RATES), curve)


def _curve(case: Case) -> Curve:
    """Rates, and the smoothed loss of all training samples behind the step that each of them has made."""
    start = msgspec.structs.replace(
        case.experiment.training, schedule=ConstantSchedule(), early_stopping=None, stop=Stop(), learning_rate=LOWEST
    )
    experiment = msgspec.structs.replace(case.experiment, training=start)
    run = Run(Checkpoint(experiment, dataset=case.dataset, points=case.start.points), None, None, record=False)
    rates, losses, mean, best = np.geomspace(LOWEST, HIGHEST, STEPS), [], 0.0, np.inf
    for place, rate in enumerate(rates.tolist()):
        case.check()
        if place:
            go_on_at(run, rate)
        run.advance(1)
        if not run.goes_on:
            break
        mean = SMOOTHING * mean + (1.0 - SMOOTHING) * run.measure()[0].train_loss
        losses.append(mean / (1.0 - SMOOTHING ** (place + 1)))
        best = min(best, losses[-1])
        if losses[-1] > TIMES * best:
            break
    if not losses:  # the first step has broken it
        losses.append(case.before.snapshot.metrics.train_loss)
    return Curve(rates[: len(losses)].copy(), np.array(losses))
