"""Penalties, dropout or a cap on weights so strong that the network may not fit.

Evidence: the settings, and that the run is behind; a step takes more than twice a weight off where rate × L2 > 2.
"""

from __future__ import annotations

from playground.diagnosis.signals.finding import Figure, Place
from playground.diagnosis.signals.look import Look
from playground.diagnosis.signals.rule import Found, Rule
from playground.experiment.layers import Dropout
from playground.experiment.optimizers import AdamW, Lion

L2, L1, RATE, CAP = 0.03, 0.003, 0.6, 0.5
DECAY = 1.0
UNSTABLE = 2.0


def find(look: Look) -> Found | None:
    training = look.training
    if not look.has_trained or not look.behind:
        return None
    dropped = [place for place, layer in enumerate(look.layers) if isinstance(layer, Dropout) and layer.rate >= RATE]
    decay = training.optimizer.weight_decay if isinstance(training.optimizer, AdamW | Lion) else 0.0
    off = training.learning_rate * max(training.l2, decay)
    figures, place = [], Place()
    if training.l2 >= L2:
        figures.append(Figure("l2", training.l2, L2))
    if training.l1 >= L1:
        figures.append(Figure("l1", training.l1, L1))
    if decay >= DECAY:
        figures.append(Figure("decay", decay, DECAY))
    if training.max_norm is not None and training.max_norm <= CAP:
        figures.append(Figure("max_norm", training.max_norm, CAP, above=False))
    if dropped:
        layer = look.layers[dropped[0]]
        assert isinstance(layer, Dropout)
        figures.append(Figure("dropout", layer.rate, RATE))
        place = Place(layers=tuple(dropped))
    if not figures or (look.diverged and off <= UNSTABLE):
        return None
    more = (Figure("penalty", look.snapshot.metrics.penalty), Figure("off", off, UNSTABLE, decides=off > UNSTABLE))
    return Found((*figures, *more), "warning", place, "unstable" if off > UNSTABLE else "held")


RULE = Rule("over_regularized", "optimization", find)
