"""A session is asked about its coming step and does not move; what is typed by hand is computed, or refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import playground as pg
from playground.anatomy.operations.operation import PHASES, Activation, SampleLoss, Update, WeightedSum
from tests.cases import cases


def session(**changes: Any) -> pg.Session:
    made = pg.Session(pg.with_changes(pg.Experiment(), training__precision="float64", **changes), record=False)
    made.advance(steps=1)
    return made


def test_looking_inside_changes_nothing() -> None:
    looked = session()
    before = looked.digest(), looked.state.counters.tobytes(), len(looked.log.entries)
    step = pg.inside(looked)
    assert (looked.digest(), looked.state.counters.tobytes(), len(looked.log.entries)) == before
    assert [span.phase for span in step.operations.spans] == list(PHASES)
    assert step.step == 1
    assert step.batch.size == 10
    np.testing.assert_array_equal(step.batch.labels, looked.dataset.train_labels[step.batch.samples])


def test_the_last_batch_of_an_epoch_may_be_smaller() -> None:
    looked = session(training__batch_size=100)
    looked.advance(steps=1)
    assert looked.dataset.train_labels.size == 250
    assert pg.inside(looked).batch.size == 50


def test_a_run_of_single_precision_agrees_to_its_rounding() -> None:
    looked = pg.Session(pg.Experiment())
    looked.advance(epochs=2)
    step = pg.inside(looked)
    assert 0 < step.disagreement < 1e-6


def test_a_step_that_breaks_is_told_to_disagree_only_where_the_engine_broke() -> None:
    looked = pg.Session(pg.with_changes(pg.Experiment(), network__layers=(pg.Dense(2, "relu"),)))
    looked.set_parameter(0, 3e38)
    looked.set_parameter(1, 3e38)
    step = pg.inside(looked)
    assert not np.isfinite(step.made).all()
    assert step.disagreement == np.inf


def test_inputs_target_and_weights_may_be_typed() -> None:
    looked = session()
    asked = {"inputs": (Fraction(1, 2), -2), "target": 1, "parameters": {0: Fraction(1, 4), 8: -1.5}}
    step = pg.inside(looked, 3, **asked)  # type: ignore[arg-type]
    first, loss = step.operations[0], step.operations[step.operations.find(SampleLoss, 2) or 0]
    assert isinstance(first, WeightedSum)
    assert first.terms[0].values.tolist() == [0.5, -2.0]
    assert first.terms[0].factors[0] == 0.25
    assert first.bias == -1.5
    assert isinstance(loss, SampleLoss)
    assert loss.targets.tolist() == [1.0]
    assert step.disagreement < 1e-12
    assert pg.inside(looked, 3, parameters=step.before).before.tolist() == step.before.tolist()


@cases(
    ("asked", "sentence"),
    [
        ({"sample": 10}, "sample is a whole number from 0 to 9"),
        ({"inputs": (1, 2, 3)}, "inputs are 2 numbers"),
        ({"inputs": "12"}, "inputs are 2 numbers"),
        ({"inputs": (1.0, np.inf)}, "only finite numbers"),
        ({"target": 2}, "target is a whole number from 0 to 1"),
        ({"parameters": (1.0,)}, "parameters are 25 numbers"),
        ({"parameters": {25: 1.0}}, "index is a whole number from 0 to 24"),
        ({"parameters": {2: float("nan")}}, "only finite numbers"),
    ],
)
def test_what_cannot_be_computed_is_refused_in_words(asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(pg.WrongUse, match=sentence):
        pg.inside(session(), **asked)


def test_only_a_session_can_be_looked_into() -> None:
    with pytest.raises(pg.WrongUse, match="A Session is needed here"):
        pg.inside(pg.Experiment())  # type: ignore[arg-type]


def test_a_bias_before_a_batch_norm_has_no_gradient_but_rounding() -> None:
    """Lion takes the sign of that; engine and operations may draw different ones, and it is said."""
    layers = (pg.Dense(8, "linear"), pg.BatchNorm())
    looked = session(network__layers=layers, training__optimizer=pg.Lion(), training__batch_size=25)
    before = looked.layout.slots[0].biases
    for _ in range(10):
        step = pg.inside(looked)
        assert set(step.undecided) <= set(range(before, before + 8))
        assert step.disagreement < 1e-12
        assert np.abs(step.gradient[before : before + 8]).max() < 1e-15
        looked.advance(steps=1)
    assert step.undecided.size


def test_a_unit_and_a_link_lead_to_their_operations() -> None:
    step = pg.inside(session())
    operations = step.operations
    assert [type(operations[each]).__name__ for each in operations.of_unit(0, 2)] == [
        "WeightedSum", "Activation", "Delta", "Gradients"
    ]  # fmt: skip
    found = operations.update_of(13)
    assert found is not None
    update = operations[found]
    assert isinstance(update, Update)
    assert (update.layer, update.unit, update.is_bias) == (1, 0, False)
    assert operations.find(Activation, 2, 5) is None
    assert operations.update_of(99) is None
    assert operations[-1].moment == len(operations) - 1
    assert [each.moment for each in operations[3:9:2]] == [3, 5, 7]
    with pytest.raises(IndexError):
        operations[len(operations)]


def test_a_large_network_is_told_at_once() -> None:
    digits, wide = pg.on_dataset(pg.Experiment(), "digits"), (pg.Dense(400, "relu"), pg.Dense(400, "relu"))
    looked = pg.Session(pg.with_changes(digits, network__layers=wide), record=False)
    step = pg.inside(looked)
    assert len(step.operations) > 180_000
    last = step.operations[-1]
    assert isinstance(last, Update)
    assert last.after == step.after[last.parameter]
