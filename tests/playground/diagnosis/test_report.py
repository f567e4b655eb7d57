"""A small part of the report: how good the doctor is on configurations drawn by chance."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.diagnosis_report.cures import measured, report
from tests.diagnosis_report.drawing import TUNING_SEED, accepted, corpus
from tests.diagnosis_report.provoked import drawn

COUNT, LONG = 6, 60


def check(seed: int, family: str, count: int, right: float) -> None:
    sound, harmed, twice = corpus(seed, family, count)  # type: ignore[arg-type]
    assert len(sound) == len(harmed) == count
    named = [each for each in harmed if each.last and each.last[0] in accepted(each.configuration)]
    assert len(named) >= right * count
    assert sum(bool(each.last) for each in sound) <= (1.0 - right) * count
    assert twice


@pytest.mark.parametrize("family", ["binary", "regression"])
def test_causes_are_named_and_healthy_runs_left_alone(family: str) -> None:
    check(TUNING_SEED, family, COUNT, 0.8)


def test_what_trials_take_is_told_beside_what_training_alone_takes() -> None:
    low = next(each for each in drawn(8, 1) if each.rule == "bad_draw" or each.rule == "learning_rate_high")
    counts = measured([replace(low, epochs=5)])
    assert len(counts.lists) == 1
    assert all(0.0 < each.training < each.seconds for each in (*counts.pairs, *counts.lists))
    assert "training alone" in report(counts)


@pytest.mark.long
@pytest.mark.parametrize("family", ["binary", "classes", "regression", "images"])
def test_so_it_is_of_many(family: str) -> None:
    check(TUNING_SEED + 1, family, LONG, 0.95)
