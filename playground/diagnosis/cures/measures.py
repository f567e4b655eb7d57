"""By what a cure is judged: the figure that its disease spoils, and how it is read off a run.

Owns this choice and the scores; knows nothing of how runs are made or of which difference is enough.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from playground.data import GeneratedData
from playground.diagnosis.signals.finding import RuleName
from playground.experiment.experiment import Experiment

Measure = Literal[
    "accuracy", "r2", "loss", "balanced_accuracy", "clean_accuracy", "clean_r2", "optimism", "misjudged", "success",
]  # fmt: skip
"""accuracy, r2: on points that nothing was chosen on. balanced_accuracy: where each class counts alike. clean: on
points without wrong labels. loss: on the same points. optimism: how much better the held-out points look than fresh
ones without the leak. misjudged: how far the held-out score lies from that on fresh points like the training
samples, the same for all runs. success: the share of draws that reach what the data allow."""

CLEAN: tuple[RuleName, ...] = ("label_noise", "outliers")
BALANCED: tuple[RuleName, ...] = ("imbalance", "one_class")
SAME: tuple[RuleName, ...] = ("shifted_test", "missing_values")
"""Whose cures change which samples there are: runs without and with one are judged on those that both have."""
LEAKS: tuple[RuleName, ...] = ("duplicates", "leaked_column", "scaler_leak")
WORST = -1.0
"""R² is not followed further down: how far a run that has failed went off says nothing."""
MOST_LOSS = 1e6
"""Of the best constant answer's, or of 1: nor is the loss followed further up."""


def measure_of(rule: RuleName, experiment: Experiment) -> Measure:
    """What tells whether a finding of this rule is cured."""
    classes = experiment.task.is_classification
    if rule in LEAKS:
        return "optimism"
    if rule == "shifted_test" and isinstance(experiment.data.source, GeneratedData):
        return "misjudged"
    if rule == "overfitting":
        return "loss"
    if rule == "bad_draw":
        return "success"
    if rule in BALANCED and classes:
        return "balanced_accuracy"
    if rule in CLEAN:
        return "clean_accuracy" if classes else "clean_r2"
    return "accuracy" if classes else "r2"


class Figures(msgspec.Struct, frozen=True):
    """What a run comes to. chosen_on, judged_on: accuracy or R² on the points that may choose and on those that judge.
    choosing_loss, loss: on the same. diverged: whether it broke, and these are of its last finite state."""

    chosen_on: float
    choosing_loss: float
    judged_on: float
    loss: float
    diverged: bool

    def score(self, measure: Measure, trivial: float) -> float:
        """The figure that judges: larger is better, but for loss and optimism. A run that broke is no better than
        trivial."""
        if measure == "loss":
            return min(max(self.loss, trivial) if self.diverged else self.loss, MOST_LOSS * max(trivial, 1.0))
        if measure == "optimism":
            return self.chosen_on - self.judged_on
        if measure == "misjudged":
            return abs(self.chosen_on - self.judged_on)
        return min(self.judged_on, trivial) if self.diverged else self.judged_on

    def preference(self, measure: Measure) -> tuple[float, ...]:
        """What a search goes by, larger is better; read off points that judge nobody."""
        if self.diverged:
            return (-1e300, -1e300)
        if measure == "loss":
            return (-self.choosing_loss, 0.0)
        return (self.chosen_on, -self.choosing_loss)


def falls(measure: Measure) -> bool:
    """Whether smaller figures of this measure are better."""
    return measure in ("loss", "optimism", "misjudged")
