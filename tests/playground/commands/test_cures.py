"""`playground diagnose --verify`, and the cures that findings carry."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any, get_args

import pytest

import playground as pg
from playground.__main__ import main
from playground.commands import cures
from playground.commands.cures import values_of_fixes
from playground.data import make_dataset
from playground.diagnosis.cures.verifying import CureResult
from playground.diagnosis.signals.finding import Finding, RuleName
from playground.diagnosis.signals.plan import Plan
from playground.edits.changes import apply_settings
from playground.population.room import Room
from playground.run.checkpoint import Checkpoint
from tests.playground.diagnosis.cures.cases import every_kind, finding

LINEAR = ("dataset:xor", "--set", "network.layers=[]", "--epochs", "6")
TWO = (*LINEAR, "--set", "data.imperfections.test_shift=3")
FIX = {
    "name", "title", "changes", "metric", "epochs", "effect", "helped", "verdict", "better", "seeds", "pairs",
}  # fmt: skip
KINDS = every_kind()


def diagnose(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    """The JSON that `diagnose` prints."""
    capsys.readouterr()
    assert main(["diagnose", *arguments, "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def is_tried(fix: dict[str, Any]) -> bool:
    return fix["helped"] is not None


# -- tried -------------------------------------------------------------------------------------------------------------


def test_the_cures_of_the_cause_are_tried(capsys: pytest.CaptureFixture[str]) -> None:
    found = diagnose(capsys, *LINEAR, "--verify")
    assert found["status"] == "completed"
    cause = found["findings"][0]
    assert cause["rule"] == "no_hidden_nonlinearity"
    for fix in cause["fixes"]:
        assert set(fix) == FIX
        assert fix["metric"] == "accuracy"
        assert fix["verdict"] in ("helped", "about_equal", "no_help")
        assert fix["helped"] is (fix["verdict"] != "no_help")
        given_up = fix["verdict"] == "no_help" and fix["seeds"] == 2  # two runs show that it is none
        count = 2 if given_up else 5
        assert [set(pair) for pair in fix["pairs"]] == [{"seed", "without", "with"}] * count
        assert [pair["seed"] for pair in fix["pairs"]] == list(range(count))
        assert fix["seeds"] == count
        assert fix["better"] == sum(pair["with"] > pair["without"] for pair in fix["pairs"])
    assert {fix["name"]: fix["epochs"] for fix in cause["fixes"]} == {
        "hidden_layers_swept": 6, "last_resort": 6, "rate_times_ten": 6, "more_epochs": 18,
    }  # fmt: skip
    best, *_, worst = cause["fixes"]
    assert best["helped"]
    assert best["effect"] > 0.2
    assert not worst["helped"]


def test_python_gives_the_same_results(capsys: pytest.CaptureFixture[str]) -> None:
    cause = diagnose(capsys, *LINEAR, "--verify")["findings"][0]
    session = pg.Session(pg.with_changes(pg.on_dataset(pg.Experiment(), "xor"), network__layers=()))
    results = pg.verify(session, pg.findings(session, epochs=6)[0], epochs=6)
    assert [(each.cure.name, each.effect, each.verdict) for each in results] == [
        (fix["name"], fix["effect"], fix["verdict"]) for fix in cause["fixes"]
    ]


def test_each_alarm_has_its_own_list_and_the_primary_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", *TWO, "--verify", "--json"]) == 0
    shown = capsys.readouterr()
    alarms = [each for each in json.loads(shown.out)["findings"] if each["severity"] in ("critical", "warning")]
    assert [each["rule"] for each in alarms] == ["no_hidden_nonlinearity", "shifted_test"]
    assert all(is_tried(fix) for each in alarms for fix in each["fixes"])
    assert [len(each["fixes"]) for each in alarms] == [4, 3]
    told = [line.split(", cure ")[0] for line in shown.err.splitlines() if ", cure " in line]
    assert told == [each["title"] for each in alarms for _ in each["fixes"]]


def test_notes_are_not_cured(capsys: pytest.CaptureFixture[str]) -> None:
    hot = ("dataset:spirals", "--set", "training.learning_rate=30", "--epochs", "60")
    told = {each["rule"]: each["fixes"] for each in diagnose(capsys, *hot, "--verify")["findings"]}
    assert all(map(is_tried, told["learning_rate_high"]))
    assert told["plateau"]
    assert not any(map(is_tried, told["plateau"]))


def test_a_healthy_run_has_nothing_to_cure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", "dataset:circles", "--epochs", "60", "--verify"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "All is well.\n"
    assert shown.err.splitlines()[0] == "There is nothing to cure."


def interrupt_after_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Ctrl-C does: the wish to stop comes after the first result."""
    inner = cures.try_cures

    def interrupted(
        start: Checkpoint, of: Finding, plan: Plan, some: tuple[Any, ...], cancel: threading.Event, room: Room
    ) -> Iterator[CureResult]:  # fmt: skip
        for result in inner(start, of, plan, some, cancel, room):
            yield result
            cancel.set()

    monkeypatch.setattr(cures, "try_cures", interrupted)


def test_ctrl_c_ends_with_what_was_found(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt_after_one(monkeypatch)
    found = diagnose(capsys, *TWO, "--verify", code=130)
    assert found["status"] == "interrupted"
    first, second = found["findings"][:2]
    assert [is_tried(fix) for fix in first["fixes"]] == [True] + [False] * (len(first["fixes"]) - 1)
    assert len(first["fixes"]) > 1
    assert second["fixes"]
    assert not any(map(is_tried, second["fixes"]))


def test_an_interrupted_table_says_what_was_not_tried(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt_after_one(monkeypatch)
    assert main(["diagnose", *LINEAR, "--verify"]) == 130
    shown = capsys.readouterr()
    assert shown.err.splitlines()[-1] == "Interrupted."
    lines = shown.out.splitlines()
    assert lines[-1].startswith("  Not tried: 32-32 ReLU, Adam, standardized; ")
    assert lines[-3] == "  Cures. Tried on 5 paired seeds, judged by accuracy:"


def test_results_are_told_as_they_come_and_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", *LINEAR, "--verify"]) == 0
    shown = capsys.readouterr()
    told = shown.err.splitlines()
    assert told[0].startswith("No hidden layer, cure 1 of 4: 16-16 units, rate 0.")
    assert told[0].endswith(" points, helped, 5 of 5 better")
    assert "No hidden layer, cure 4 of 4: 3 × epochs: accuracy " in told[3]
    lines = shown.out.splitlines()
    rows = lines[lines.index("  Cures. Tried on 5 paired seeds, judged by accuracy:") + 1 :]
    assert len(rows) == 4
    (bent,) = (row for row in rows if row.startswith("    16-16 units, rate 0."))
    assert " 5 of 5 better  layers 16 tanh, 16 tanh; learning rate 0." in bent
    assert "  helped " in rows[0]
    assert "  no help  " in rows[-1]
    assert len({row.index(" better  ") for row in rows}) == 1
    assert main(["diagnose", *LINEAR, "--verify", "--quiet"]) == 0
    assert capsys.readouterr().err == ""


# -- not tried ---------------------------------------------------------------------------------------------------------


def check_untried(finding: dict[str, Any]) -> None:
    assert finding["fixes"]
    for fix in finding["fixes"]:
        assert set(fix) == FIX
        assert fix["name"]
        assert fix["changes"]
        assert [fix[name] for name in ("effect", "helped", "verdict", "better", "seeds")] == [None] * 5
        assert fix["pairs"] == []


def test_without_verify_candidates_are_listed_untried(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*given: object) -> None:
        raise AssertionError

    monkeypatch.setattr(cures, "try_cures", never)
    cause = diagnose(capsys, *LINEAR)["findings"][0]
    check_untried(cause)
    assert cause["fixes"][0]["name"] == "hidden_layers_swept"
    assert cause["fixes"][-1]["changes"] == {"training.stop.epochs": 18}
    assert cause["fixes"][-1]["epochs"] == 18


def test_training_lists_them_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", *LINEAR, "--json"]) == 0
    cause = json.loads(capsys.readouterr().out)["findings"][0]
    check_untried(cause)
    assert cause["fixes"][-1]["epochs"] == 900


def test_consequences_have_theirs(capsys: pytest.CaptureFixture[str]) -> None:
    deep = json.dumps([{"kind": "dense", "units": 8, "activation": "sigmoid"}] * 8)
    found = diagnose(capsys, "dataset:circles", "--set", f"network.layers={deep}", "--epochs", "20")["findings"]
    consequences = [each for cause in found for each in cause["consequences"]]
    assert consequences
    for each in consequences:
        check_untried(each)


@pytest.mark.parametrize("kind", KINDS)
def test_changes_are_what_set_takes(kind: str) -> None:
    """Of all rules, for some cures are those of one rule and one kind alone."""
    experiment, points = KINDS[kind]
    dataset = make_dataset(experiment.data, experiment.seed, points)
    count = 0
    for rule in get_args(RuleName):
        of = finding(rule, (0,))
        for fix, cure in zip(
            values_of_fixes(of, experiment, dataset), cures.candidates(of, experiment, dataset), strict=True
        ):
            settings = [f"{path}={json.dumps(value)}" for path, value in fix["changes"].items()]
            assert apply_settings(experiment, settings) == cure.experiment
            count += 1
    assert count > 20


# -- beside the check-up -----------------------------------------------------------------------------------------------


def test_the_check_up_and_the_cures_stand_in_one_report(capsys: pytest.CaptureFixture[str]) -> None:
    found = diagnose(capsys, *LINEAR, "--verify", "--check-up")
    assert found["check_up"]
    assert all(map(is_tried, found["findings"][0]["fixes"]))
    assert main(["diagnose", *LINEAR, "--verify", "--check-up"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines.index("  Cures. Tried on 5 paired seeds, judged by accuracy:") > lines.index("") > 9
