"""What is known of data: kept as long as these live, and no longer; measured once, not at every look."""

from __future__ import annotations

import gc
from weakref import ref

import numpy as np
import pytest
from msgspec.structs import replace

from playground.data import Data, OwnPoints, make_dataset
from playground.diagnosis.rules.data import leaked_column, shifted_test, unscaled_inputs
from playground.diagnosis.rules.fit import far_prediction
from playground.diagnosis.signals.facts import facts_of
from playground.diagnosis.signals.look import DEMAND, Look
from playground.experiment.experiment import Experiment
from playground.run.session import Session
from tests.playground.diagnosis.situations import situation

OF_DATA = (leaked_column.RULE, shifted_test.RULE, unscaled_inputs.RULE, far_prediction.RULE)


def test_facts_do_not_keep_their_data_set_alive() -> None:
    gc.freeze()  # what is there already need not be looked at
    experiment = Experiment()
    dataset = replace(make_dataset(experiment.data, experiment.seed))
    assert facts_of(experiment, dataset) is facts_of(experiment, dataset)
    assert facts_of(experiment, dataset).references is not None
    alive = ref(dataset)
    del dataset
    gc.collect()
    assert alive() is None


def test_a_second_look_reads_no_sample_of_the_data_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules about data that rest on facts alone cost nothing once these are known."""
    experiment = situation(
        data__imperfections__leaked_target=True, data__imperfections__test_shift=5.0,
        data__imperfections__feature_scale=(100.0, 100.0),
    ).experiment  # fmt: skip
    snapshot = Session(experiment).snapshot(DEMAND)
    before = [rule.find(Look(snapshot)) for rule in OF_DATA]
    assert all(each is not None for each in before)
    facts, none = Look(snapshot).facts, np.zeros((3, 0))
    bare = replace(facts.dataset, train_points=none[:2], test_points=none[:2])
    monkeypatch.setattr(facts, "inputs", none)
    monkeypatch.setattr(facts, "_dataset", ref(bare))
    assert [rule.find(Look(snapshot)) for rule in OF_DATA] == before


def test_targets_too_small_to_be_squared_have_a_score() -> None:
    points = OwnPoints([[0.0], [1.0], [3.0]], [0.0, 1e-300, 3e-300])
    experiment = Experiment(data=Data(points.source(0), train_share=1.0))
    facts = facts_of(experiment, make_dataset(experiment.data, 0, points))
    assert facts.linear == pytest.approx(1.0)
    assert facts.majority == 0.0
