"""A tenth of the parameters: asked of runs that nothing harms, told as a note with what both networks reach."""

from __future__ import annotations

import json
import threading

import pytest

import playground as pg
from playground.__main__ import main
from playground.diagnosis.cures.candidates import candidates
from playground.diagnosis.cures.oversized import question, sized
from playground.diagnosis.signals.plan import Plan
from playground.population.room import Room
from playground.run.checkpoint import Checkpoint

EASY = pg.with_changes(pg.on_dataset(pg.Experiment(), "gaussians"), network__layers=(pg.Dense(24),))
HARD = pg.with_changes(
    pg.on_dataset(pg.Experiment(), "circles"), network__layers=(pg.Dense(16),), training__learning_rate=0.3
)
PLAN = Plan(30, "asked")


def test_a_network_that_is_larger_than_it_need_be_is_a_note_with_what_a_tenth_reaches() -> None:
    found = sized(Checkpoint(EASY), question(7, 3), PLAN)
    assert found.finding is not None
    assert found.result is not None
    note = found.finding
    assert (note.rule, note.severity, note.step, note.epoch) == ("too_large", "note", 7, 3)
    small = found.result.cure.experiment
    assert note.figure("small_parameters") == small.parameter_count <= EASY.parameter_count / 10
    assert note.figure("parameters") == EASY.parameter_count == 97
    assert len(found.result.pairs) == 5
    by_two = sized(Checkpoint(EASY), question(7, 3), PLAN, room=Room(2))
    assert by_two.finding == note, "how many threads train changes nothing"


def test_where_the_small_one_is_worse_there_is_no_note() -> None:
    found = sized(Checkpoint(HARD), question(0, 0), PLAN)
    assert found.finding is None
    assert found.result is not None
    assert found.result.effect < -0.1


def test_layers_that_cannot_be_that_narrow_are_not_tried() -> None:
    tiny = pg.with_changes(EASY, network__layers=(pg.Dense(2),))
    assert candidates(question(0, 0), tiny, Checkpoint(tiny).dataset_for(tiny)) == ()
    assert sized(Checkpoint(tiny), question(0, 0), PLAN).result is None


def test_it_can_be_cancelled() -> None:
    cancel = threading.Event()
    cancel.set()
    assert sized(Checkpoint(EASY), question(0, 0), PLAN, cancel).result is None


def test_the_command_asks_where_nothing_harms(capsys: pytest.CaptureFixture[str]) -> None:
    layers = 'network.layers=[{"kind": "dense", "units": 24}]'
    assert main(["diagnose", "dataset:gaussians", "--set", layers, "--epochs", "30", "--verify", "--json"]) == 0
    shown = capsys.readouterr()
    (note,) = [each for each in json.loads(shown.out)["findings"] if each["rule"] == "too_large"]
    assert note["message"].startswith("A tenth of the parameters does the same: ")
    assert [fix["verdict"] for fix in note["fixes"]] == ["about_equal"]
    assert "Larger than it need be? " in shown.err
