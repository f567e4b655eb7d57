"""What is written down of each training sample: on demand, of the same run, few enough rows, and what follows."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from msgspec.structs import replace

from playground.data import make_dataset
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.schedules import EarlyStopping, Stop
from playground.run import samples
from playground.run.measuring import margins_of
from playground.run.samples import SampleHistory, SampleRow
from playground.run.session import Session
from playground.run.snapshot import Demand

SMALL = with_changes(Experiment(), data__source__samples=60)
THREE = with_changes(SMALL, data__source__name="blobs", data__source__classes=3, training__loss="softmax_cross_entropy")
WEIGHTED = with_changes(THREE, training__class_weights=(1.0, 5.0, 0.5), training__label_smoothing=0.1)
HINGE = with_changes(SMALL, training__loss="hinge")
ENTROPY = with_changes(SMALL, training__loss="binary_cross_entropy")
REGRESSION = with_changes(SMALL, data__source__name="plane", training__loss="squared_error")


def recorded(experiment: Experiment, epochs: int = 6) -> Session:
    session = Session(experiment)
    session.record_samples()
    session.advance(epochs=epochs)
    return session


@pytest.mark.parametrize("experiment", [SMALL, THREE, WEIGHTED, HINGE, ENTROPY, REGRESSION])
def test_losses_and_right_answers_are_the_runs_own_and_the_run_is_the_same(experiment: Experiment) -> None:
    session, plain = recorded(experiment), Session(experiment)
    plain.advance(epochs=6)
    assert session.digest() == plain.digest()
    assert session.history.tobytes() == plain.history.tobytes()
    assert plain.samples_history.rows == ()
    found, metrics = session.samples_history, session.metrics()
    assert found.epochs == (0, 1, 2, 3, 4, 5, 6)
    weights = session._run.examples.train[1][-1].astype(np.float64)
    assert float(np.mean(found.losses[-1] * weights)) == pytest.approx(metrics.train_loss, rel=1e-5)
    if metrics.train_accuracy is not None:
        assert found.right[-1].mean() == pytest.approx(metrics.train_accuracy)
        assert ((found.margins > 0) == found.right).all()
    else:
        assert np.isnan(found.margins).all()
        assert not found.right.any()
    assert (found.losses[0] != found.losses[-1]).all()


def test_margins_are_the_right_output_minus_the_largest_other_one() -> None:
    outputs = np.array([[0.1, 0.7, 0.2], [0.6, 0.2, 0.3], [0.3, 0.1, 0.5]], np.float32)
    assert margins_of(outputs, np.array([1, 0, 1]), 0.0).tolist() == pytest.approx([0.3, 0.5, -0.2])
    assert margins_of(np.array([[0.9, 0.2]], np.float32), np.array([1, 1]), 0.5).tolist() == pytest.approx([0.4, -0.3])
    assert margins_of(np.array([[0.9, -0.2]], np.float32), np.array([0, 0]), 0.0).tolist() == pytest.approx([-0.9, 0.2])


def test_it_begins_where_it_is_asked_for_and_rows_stay_few() -> None:
    session = Session(SMALL)
    session.advance(epochs=3)
    session.record_samples()
    assert session.samples_history.epochs == (3,)
    session.advance(epochs=300)
    epochs = session.samples_history.epochs
    assert epochs[-1] == 296 or epochs[-1] == 300
    assert len(epochs) <= samples.MOST_ROWS
    assert set(np.diff(epochs)) == {session.samples_history.stride}
    session.record_samples(False)
    session.advance(epochs=8)
    assert session.samples_history.epochs == epochs
    assert session.snapshot(Demand(samples=True)).samples is session.samples_history
    assert session.snapshot().samples is None


def test_many_samples_have_fewer_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "MOST_BYTES", 30 * samples.BYTES * 5)
    found = recorded(SMALL, 40).samples_history
    assert len(found.rows) <= 5
    assert found.epochs[0] == 0
    assert found.stride == 16


def test_what_follows_from_the_rows() -> None:
    right = np.array([[1, 0, 0, 1], [0, 0, 1, 1], [1, 0, 1, 1], [1, 1, 1, 0]], bool)
    margins = np.where(right, 0.5, -0.5).astype(np.float32)
    rows = tuple(SampleRow(2 * k, -margins[k], margins[k], right[k]) for k in range(4))
    found = SampleHistory(rows, make_dataset(SMALL.data, 0), 2)
    assert found.learned_at.tolist()[:3] == [4.0, 6.0, 2.0]
    assert np.isnan(found.learned_at[3])
    assert found.right_share.tolist() == [0.75, 0.25, 0.75, 0.75]
    assert found.mean_margin.tolist() == [0.25, -0.25, 0.25, 0.25]
    assert found.margin_spread[1] == pytest.approx(np.std([-0.5, -0.5, -0.5, 0.5]))
    assert found.hardest_first[0] == 1
    assert found.without(6).epochs == (0, 2, 4)
    assert found.without(5).epochs == (0, 2, 4, 6)


def test_edits_resets_and_other_points_begin_it_anew() -> None:
    session = recorded(SMALL)
    session.set_parameter(0, 3.0)
    session.record_samples()
    assert session.samples_history.epochs[-1] == 6
    now = session.samples_history.losses[-1].mean()
    assert now == pytest.approx(session.metrics().train_loss, rel=1e-5), "the newest row is of the weight just set"
    session.apply(with_changes(SMALL, data__imperfections__label_noise=0.3))
    session.advance(epochs=2)
    assert session.samples_history.epochs == (6, 7, 8), "other labels"
    session.reset()
    session.advance(epochs=1)
    assert session.samples_history.epochs == (0, 1)


def test_ends_and_copies() -> None:
    session = recorded(with_changes(SMALL, training__stop=Stop(epochs=4)), 9)
    assert session.samples_history.epochs == (0, 1, 2, 3, 4)
    early = recorded(with_changes(SMALL, training__early_stopping=EarlyStopping(2), training__learning_rate=3.0), 50)
    assert early.stopped is not None
    assert early.samples_history.epochs[-1] < early.state.epoch or not early.goes_on
    other = copy.deepcopy(recorded(SMALL))
    other.advance(epochs=1)
    assert other.samples_history.epochs == (*range(8),)


def test_losses_too_large_are_the_largest_number() -> None:
    session = Session(REGRESSION)
    session.state.parameters[:] = 1e30
    session.record_samples()
    assert np.isfinite(session.samples_history.losses).all()
    assert (session.samples_history.losses[0] > 1e30).all()


def test_an_edit_of_the_steps_keeps_it() -> None:
    session = recorded(SMALL, 2)
    session.apply(with_changes(SMALL, training__learning_rate=0.001))
    session.advance(epochs=1)
    assert session.samples_history.epochs == (0, 1, 2, 3)


def test_a_history_is_a_value() -> None:
    found = recorded(SMALL, 2).samples_history
    assert replace(found, stride=2).rows == found.rows
    with pytest.raises(ValueError, match="read-only"):
        found.losses[0, 0] = 1.0
