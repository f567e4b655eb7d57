"""One sample's forward pass says what the session predicts; training mode stands beside it where it differs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import playground as pg
from playground.anatomy.operations.operation import Activation, Normalization
from playground.run.examples import Examples
from tests.cases import cases
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


@cases(
    ("asked", "sentence"),
    [
        ({}, "Either a sample, inputs or a row"),
        ({"sample": (1, 2), "inputs": (1, 2)}, "only one of them"),
        ({"sample": (1, 2, 3)}, "2 numbers"),
        ({"row": 10**6}, "row"),
        ({"row": -1}, "row"),
        ({"row": 1, "inputs": (1, 2)}, "only one of them"),
        ({"inputs": 1.0}, "inputs are 2 numbers"),
        ({"sample": (1.0, float("nan"))}, "only finite numbers"),
    ],
)
def test_what_is_no_sample_is_refused(asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(pg.WrongUse, match=sentence):
        pg.inference(pg.Session(pg.Experiment(), record=False), **asked)


def test_a_row_is_read_as_it_is_trained_on() -> None:
    """Training and held-out samples, a table's with blanks and a count of blanks among its inputs too."""
    features = np.array([[1.0, 2.0, 3.0], [np.nan, 1.0, 0.5], [2.0, np.nan, 1.5], [0.5, 0.25, np.nan]] * 4)
    own = pg.OwnPoints(features, np.array([0, 1, 0, 1] * 4))
    table = pg.on_points(pg.Experiment(), own.source(classes=("cat", "dog"), columns=("a", "b", "c")))
    for session in (pg.Session(table, points=own), pg.Session(pg.Experiment())):
        data, examples = session.dataset, Examples(session.experiment, session.dataset, session.dtype)
        train = data.train_labels.size
        for row in (0, train - 1, train, train + data.held_out_labels.size - 1):
            found = pg.inference(session, row=row)
            shown = examples.train[0][:, row] if row < train else examples.held_out[0][:, row - train]
            assert np.array_equal(found.inputs, np.asarray(shown, np.float64))
            labels = np.concatenate([data.train_labels, data.held_out_labels])
            assert (found.row, found.label) == (row, labels[row])
