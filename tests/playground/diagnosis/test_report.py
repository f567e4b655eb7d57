"""A small part of the report: how good the doctor is on configurations drawn by chance."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import playground as pg
from playground.population.room import Room
from tests.diagnosis_report.cures import Case, Counts, measured, report, timed
from tests.diagnosis_report.drawing import PAIRS, TUNING_SEED, accepted, corpus
from tests.diagnosis_report.faults import faulty
from tests.diagnosis_report.healthy import FAMILIES, draw
from tests.diagnosis_report.provoked import drawn
from tests.diagnosis_report.times import Clocked, clocked, given
from tests.diagnosis_report.times import report as times

FEW = {"binary": 2, "regression": 2}
COUNT, LONG = 6, 60


def check(seed: int, family: str, count: int, right: float) -> None:
    sound, harmed, twice = corpus(seed, family, count)  # type: ignore[arg-type]
    assert len(sound) == len(harmed) == count
    named = [each for each in harmed if each.last and each.last[0] in accepted(each.configuration)]
    assert len(named) >= right * count
    assert sum(bool(each.last) for each in sound) <= (1.0 - right) * count
    assert twice


@pytest.mark.parametrize(
    ("family", "count"), [*FEW.items(), *(pytest.param(each, COUNT, marks=pytest.mark.long) for each in FEW)]
)
def test_causes_are_named_and_healthy_runs_left_alone(family: str, count: int) -> None:
    check(TUNING_SEED, family, count, 0.8)


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


def test_times_are_told_of_configurations_that_somebody_gives(tmp_path: Path) -> None:
    experiment = pg.with_changes(pg.Experiment(), training__learning_rate=1e-6)
    entry = {"name": "slow", "family": "binary", "epochs": 5, "experiment": json.loads(pg.to_json(experiment))}
    path = tmp_path / "corpus.json"
    path.write_text(json.dumps([{**entry, "label": "lr_low"}, {**entry, "label": "ok"}]), "utf-8")
    (slow,) = given(path)
    assert (slow.rule, slow.epochs, slow.experiment) == ("learning_rate_low", 5, experiment)
    counts, clock = Counts(), Clocked()
    case = Case(slow, "learning_rate_low")
    clocked(case, timed(case, counts), Room(2), clock)
    assert len(clock.lists) == len(counts.lists) == 1
    assert "2 threads, all of them" in times(counts, clock, 2)


def values(part: Any, path: str = "") -> dict[str, Any]:
    """All settings by path."""
    if not isinstance(part, msgspec.Struct):
        return {path: part}
    return {key: value for name in part.__struct_fields__
            for key, value in values(getattr(part, name), f"{path}.{name}").items()}  # fmt: skip


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_of_two_faults_the_second_one_leaves_the_first_one_there(first: str, second: str) -> None:
    """But for the rate, which a rate that is too low or too high multiplies."""
    rng = np.random.Generator(np.random.PCG64(5))
    for place in range(20):
        sound = draw(rng, FAMILIES[place % len(FAMILIES)])
        one = faulty(rng, sound, first)
        both = None if one is None else faulty(rng, replace(one, faults=()), second)
        if one is None or both is None:
            continue
        before, after, now = values(sound.experiment), values(one.experiment), values(both.experiment)
        changed = {path for path, value in after.items() if value != before.get(path)}
        if second.startswith("learning_rate"):
            changed -= {".training.learning_rate"}
        assert changed
        assert {path: now[path] for path in changed} == {path: after[path] for path in changed}
