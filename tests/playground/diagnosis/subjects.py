"""What is checked up, by name: well in some way, or with one fault."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
import numpy as np

import playground as pg
from playground.diagnosis.check_up.checking import check_up
from playground.diagnosis.check_up.step import Step
from playground.run.checkpoint import Checkpoint
from tests.own_points import about

D = pg.Dense
ADAM: dict[str, Any] = {"training__optimizer": pg.Adam(), "training__learning_rate": 0.01}


def made(name: str, layers: Any = None, **changes: Any) -> pg.Experiment:
    own = {} if layers is None else {"network__layers": layers}
    return pg.with_changes(pg.on_dataset(pg.Experiment(), name), **own, **changes)


def own_points(classes: int) -> Checkpoint:
    """A hundred samples with four columns, of which the first two tell the answer."""
    features = np.random.Generator(np.random.PCG64(3)).normal(size=(200, 4))
    targets = (features[:, 0] * features[:, 1] > 0).astype(float) if classes else features[:, 0] - features[:, 1]
    own = pg.OwnPoints(features, targets)
    experiment = msgspec.structs.replace(about(own, classes=classes), network=pg.Network((D(8),)))
    return Checkpoint(pg.with_changes(experiment, **ADAM), points=own)


FEW = {"data__source__samples": 440, "data__train_share": 0.1, **ADAM}
SUBJECTS: dict[str, pg.Experiment | Checkpoint] = {
    "well": made("circles"),
    "regression": made("plane"),
    "rectified regression": made("plane", (D(8, "relu"),), training__initializer="he_uniform"),
    "images": made("digits", (pg.Flatten(), D(16, "relu"))),
    "own classes": own_points(2),
    "own targets": own_points(0),
    "unscaled": made("moons", data__imperfections__feature_scale=(100.0, 100.0)),
    "large start": made(
        "three_spirals", (D(16, "leaky_relu"),) * 6, training__learning_rate=0.1, training__initializer="normal",
        training__initializer_scale=1.0,
    ),
    "alike": made("circles", (D(4),), training__initializer="zeros"),
    "dead": made("circles", (D(8, "relu"),), training__initial_bias=-10.0),
    "faded": made("moons", (D(8, "sigmoid"),) * 6),
    "hot": made("spirals", (D(8), D(8)), training__learning_rate=30.0),
    "cold": made("moons", (D(8),), training__learning_rate=1e-4),
    "broken": made("plane", (D(8, "relu"), D(8, "relu")), training__learning_rate=3.0),
    "large": made("gaussians", (D(16), D(16))),
    "line": made("circles", ()),
    "overfit": made("moons", (D(32, "relu"), D(32, "relu")), data__imperfections__position_noise=0.58, **FEW),
    "held": made("circles", (D(8),), training__l2=0.5, training__learning_rate=0.1),
    "nothing to tell": made("gaussians", data__imperfections__label_noise=0.5),
    "irrelevant": made("moons", (D(8),), data__imperfections__irrelevant_features=6, training__learning_rate=0.1),
    "one feature": made("gaussians", data__features=("x",)),
    "sealed": made("circles", data__test_sealed=True, data__validation_share=0.2),
    "few held out": made("circles", data__source__samples=300, data__train_share=0.95),
    "dropped": made("circles", (D(16, "relu"), pg.Dropout(0.3)), training__l2=0.001, **ADAM),
    "full": made("circles", (pg.Scaling(),) * 32),
}  # fmt: skip


@cache
def steps_of(subject: str) -> dict[str, Step]:
    return {step.name: step for step in check_up(SUBJECTS[subject], 120)}
