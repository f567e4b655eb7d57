"""Experiments of every kind of data, and findings about them, for the tests of cures.

Owns these; knows nothing of what is tested with them.
"""

from __future__ import annotations

import numpy as np

import playground as pg
from playground.diagnosis.signals.finding import Finding, Place, RuleName
from tests.diagnosis_report.provoked import Provoked, draw
from tests.own_points import about, made

SMALL = pg.with_changes(
    pg.on_dataset(pg.Experiment(), "xor"), data__source__samples=120, data__scaling="standardize",
    network=pg.Network((pg.Dense(8, "relu"),)), training__optimizer=pg.Adam(), training__learning_rate=0.01,
    training__initializer="he_normal", training__loss="binary_cross_entropy",
)  # fmt: skip
"""Learned in 40 epochs."""

FLAWS = pg.Imperfections(
    label_noise=0.1, outliers=0.05, missing=0.1, irrelevant_features=2, correlated_features=1, duplicates=0.2,
    leaked_target=True, test_shift=1.0,
)  # fmt: skip


def finding(rule: RuleName, inputs: tuple[int, ...] = ()) -> Finding:
    """A finding of this rule, as if one had been made."""
    return Finding(rule, "warning", (), 0, 0, Place(inputs=inputs))


def provoked(rule: RuleName | None, seed: int = 0) -> Provoked:
    """One experiment with this fault."""
    return draw(rule, np.random.Generator(np.random.PCG64(seed)))


def every_kind() -> dict[str, tuple[pg.Experiment, pg.OwnPoints | None]]:
    """Experiments about a plane, several classes, a regression, images, a table, painted points and spoiled data."""
    table, few = made(5, 60, 3), made(2, 7)
    spoiled = pg.with_changes(pg.on_dataset(SMALL, "blobs"), data__imperfections=FLAWS, data__scaling_fit="all",
                              data__features=("x",))  # fmt: skip
    deep = pg.Network((*(pg.Dense(8, "sigmoid") for _ in range(5)), pg.Residual(2), pg.Dropout(0.7), pg.Dense(4)))
    weighted = pg.with_changes(
        pg.on_dataset(pg.Experiment(), "multi_gaussian"), network=deep, training__l2=0.1, training__max_norm=0.2,
        training__optimizer=pg.AdamW(weight_decay=2.0), training__loss="huber", data__validation_share=0.2,
        data__test_sealed=True, training__schedule=pg.StepSchedule(), training__clip_norm=0.001,
    )  # fmt: skip
    linear = pg.with_changes(SMALL, network=pg.Network((pg.Dense(4, "linear"),)), training__batch_size=1000)
    images = pg.on_dataset(pg.Experiment(), "digits")
    own_images = made(64, 40, 2)
    return {
        "plane": (SMALL, None),
        "no hidden layer": (pg.with_changes(SMALL, network=pg.Network(())), None),
        "linear": (linear, None),
        "classes": (pg.on_dataset(SMALL, "blobs"), None),
        "regression": (weighted, None),
        "curve": (pg.on_dataset(pg.Experiment(), "sine"), None),
        "images": (images, None),
        "spoiled": (spoiled, None),
        "truth table": (pg.on_dataset(SMALL, "xor_points"), None),
        "table": (about(table, 3), table),
        "targets": (about(made(3, 50, 0), 0), made(3, 50, 0)),
        "few": (about(few), few),
        "nothing held out": (about(few, data__train_share=1.0), few),
        "own images": (pg.on_points(images, own_images.source(2, image_side=8)), own_images),
    }
