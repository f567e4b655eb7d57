"""The last resort: what learns nearly everything of this size, whatever was wrong.

Owns this recipe and its variants; knows nothing of causes. Measured on 33 tasks: two layers of 32 ReLUs are enough for
most, regressions with fine detail want a third, smooth ones SiLU and a rate that falls.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from playground.diagnosis.cures.remedies.case import Case, Wish, Wishes
from playground.diagnosis.cures.remedies.data import add_features, standard
from playground.diagnosis.cures.remedies.training import ADAM_RATE, adam, no_clipping, no_penalty
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.experiment.schedules import ConstantSchedule, CosineSchedule


def last_resort(case: Case) -> Wishes:
    """Two layers of 32 ReLUs, He's start, Adam, standardized inputs; or three, or SiLU, with a rate that falls."""
    plain, data = replace(case, experiment=_bare(case.experiment)), standard(case)
    training = case.experiment.training
    wish: Wish = {
        **data, **no_penalty(plain)[0], **no_clipping(case)[0], **adam(case)[0],
        "network.layers": (Dense(32, "relu"), Dense(32, "relu")),
        "training.initializer": "he_normal", "training.initial_bias": 0.0, "training.numerics": "stable",
        "training.schedule": ConstantSchedule(), "training.batch_size": min(20, training.batch_size),
    }  # fmt: skip
    if case.dataset.image is not None:
        wish.pop("data.scaling")
    if case.finding.rule == "missing_feature":
        wish = {**wish, **next(iter(add_features(case)), {})}
    falling = CosineSchedule(max(1, case.epochs))
    return [
        wish,
        {**wish, "network.layers": (*wish["network.layers"], Dense(32, "relu")), "training.schedule": falling},
        {**wish, "network.layers": (Dense(32, "silu"), Dense(32, "silu")), "training.schedule": falling,
         "training.learning_rate": 2.0 * ADAM_RATE},
    ]  # fmt: skip


def _bare(experiment: Experiment) -> Experiment:
    """Without layers: what is said of them does not matter where all are replaced."""
    return msgspec.structs.replace(experiment, network=Network(()))
