"""One sample's forward pass says what the session predicts; training mode stands beside it where it differs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import playground as pg
from playground.anatomy.operations.operation import Activation, Normalization
from tests.playground.anatomy.drawing import KINDS, experiment


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_what_the_session_predicts(kind: str) -> None:
    for number in (KINDS.index(kind), KINDS.index(kind) + 33):
        session = pg.Session(experiment(number), record=False)
        session.advance(steps=4)
        sample = session.dataset.train_points[:, 0]
        found = pg.inference(session, sample)
        np.testing.assert_allclose(found.answer, session.predict(sample[None])[0], rtol=1e-12, atol=1e-13)
        last = found.operations[-1]
        assert isinstance(last, Activation)
        assert last.result == found.outputs[-1]
        assert (found.training is None) == (kind not in ("dropout", "gaussian_noise", "batch_norm"))
        assert (found.drawn is None) == (kind not in ("dropout", "gaussian_noise"))


def test_dropout_spreads_and_batch_norm_looks_at_its_company() -> None:
    layers = (pg.Dense(8), pg.BatchNorm(), pg.Dropout(0.5))
    session = pg.Session(pg.with_changes(pg.Experiment(), network__layers=layers, training__precision="float64"))
    session.advance(epochs=3)
    found = pg.inference(session, inputs=(0.5, 1.0))
    assert found.differs == (1, 2)
    assert found.drawn is not None
    assert found.spread is not None
    assert found.drawn.shape == (100, 1)
    assert found.spread[1][0] > 0.01
    assert abs(found.spread[0][0] - found.outputs[0]) < 3 * found.spread[1][0]
    assert found.training is not None
    both = [operations[operations.find(Normalization, 1, 0) or 0] for operations in (found.operations, found.training)]
    assert [each.over for each in both if isinstance(each, Normalization)] == ["running", "batch"]
    again = pg.inside(session, inputs=(0.5, 1.0)).operations
    assert found.training_outputs is not None
    assert again[len(found.training) - 1].result == found.training_outputs[0]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "Either a sample or inputs"),
        ({"sample": (1, 2), "inputs": (1, 2)}, "and not both"),
        ({"sample": (1, 2, 3)}, "2 numbers"),
        ({"inputs": 1.0}, "inputs are 2 numbers"),
        ({"sample": (1.0, float("nan"))}, "only finite numbers"),
    ],
)
def test_what_is_no_sample_is_refused(asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(pg.WrongUse, match=sentence):
        pg.inference(pg.Session(pg.Experiment(), record=False), **asked)
