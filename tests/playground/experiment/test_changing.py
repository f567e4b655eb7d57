from __future__ import annotations

import pytest

import playground as pg
from playground.errors import InvalidExperiment
from playground.experiment.changing import Change, changed, changed_if_allowed


def test_a_path_leads_to_its_field_and_the_rest_stays_the_same_objects() -> None:
    before = pg.Experiment()
    after = changed(before, [Change("training.stop.epochs", 5), Change("seed", 3)])
    assert (after.training.stop.epochs, after.seed) == (5, 3)
    assert after.network is before.network
    assert after.data is before.data
    assert changed(before, []) is before


def test_what_a_rule_forbids_is_refused() -> None:
    wrong = [Change("data.features", ("x", "x"))]
    with pytest.raises(InvalidExperiment, match="each feature may stand once"):
        changed(pg.Experiment(), wrong)
    assert changed_if_allowed(pg.Experiment(), wrong) is None
