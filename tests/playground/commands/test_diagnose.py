"""`playground diagnose`, the findings of `train --json`, `playground list rules`, `pg.findings`."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import playground as pg
from playground.__main__ import main
from playground.commands.output import prepare_streams
from playground.diagnosis import ahead
from playground.diagnosis.check_up import checking
from playground.diagnosis.course import course_of
from playground.diagnosis.rules.table import RULES
from playground.letters import INSTEAD
from playground.run.checkpoint import Checkpoint
from playground.words.check_up import step_texts
from playground.words.diagnosis import rule_texts

ROOT = Path(__file__).resolve().parents[3]
HOT = ("dataset:spirals", "--set", "training.learning_rate=30")
FINDING = {
    "rule", "severity", "title", "message", "detail", "evidence", "place", "step", "epoch", "forecast", "consequences",
    "fixes",
}  # fmt: skip


def diagnose(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    """The JSON that `diagnose` prints; its talk is left out."""
    capsys.readouterr()
    assert main(["diagnose", *arguments, "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def rules(found: dict[str, Any]) -> list[str]:
    return [each["rule"] for each in found["findings"]]


def test_the_json_keeps_its_contract(capsys: pytest.CaptureFixture[str]) -> None:
    found = diagnose(capsys, *HOT, "--epochs", "60")
    assert (found["status"], found["epochs"], found["steps"], found["trained"]) == ("completed", 60, 1500, False)
    assert found["plan"] == {"epochs": 60, "source": "asked"}
    cause = found["findings"][0]
    assert set(cause) == FINDING
    assert (cause["rule"], cause["severity"], cause["detail"]) == ("learning_rate_high", "critical", "leap")
    assert cause["message"].startswith("Step 1 moved layer 1 by ")
    assert cause["evidence"][0]["name"] == "ratio"
    assert cause["evidence"][0]["value"] > cause["evidence"][0]["threshold"] == 0.5
    assert cause["evidence"][0]["above"] is True
    assert cause["place"] == {"layers": [0], "units": [], "inputs": [], "points": []}
    assert 0 < cause["epoch"] < 60
    assert cause["step"] == 25 * cause["epoch"]
    assert cause["forecast"] is False


def test_the_same_source_gives_the_same_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert diagnose(capsys, *HOT, "--epochs", "60") == diagnose(capsys, *HOT, "--epochs", "60")


def test_the_plan_is_what_was_asked_for_else_the_runs_own_end_else_the_usual(
    capsys: pytest.CaptureFixture[str],
) -> None:
    own = ("dataset:xor", "--set", "training.stop.epochs=20")
    assert diagnose(capsys, *own, "--epochs", "10")["plan"] == {"epochs": 10, "source": "asked"}
    assert diagnose(capsys, *own)["plan"] == {"epochs": 20, "source": "stop"}
    assert diagnose(capsys, "dataset:xor")["plan"] == {"epochs": 300, "source": "usual"}


def test_how_a_run_ended_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    early = diagnose(capsys, "dataset:xor", "--set", "training.stop.accuracy=0.9")
    assert early["status"] == "stopped_early"
    assert early["epochs"] < 300
    broken = diagnose(capsys, "dataset:plane", "--set", "network.layers[0].activation=relu",
                      "--set", "training.learning_rate=10")  # fmt: skip
    assert (broken["status"], rules(broken)[0]) == ("diverged", "learning_rate_high")


def test_a_trained_model_is_judged_as_it_stands_and_looked_on_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    experiment = pg.with_changes(pg.on_dataset(pg.Experiment(), "circles"), network__layers=(pg.Dense(1),))
    session = pg.Session(experiment)
    session.advance(epochs=10)
    file = str(tmp_path / "small.nnp")
    pg.save(file, session)
    found = diagnose(capsys, file)
    assert found["trained"] is True
    assert found["epochs"] == 300
    told = {each["rule"]: each for each in found["findings"]}
    assert told["too_few_units"]["forecast"] is True
    assert told["too_few_units"]["epoch"] > 10
    assert told["too_few_units"]["message"].startswith("Training will come to a stop at ")
    session.advance(epochs=290)
    pg.save(file, session)
    told = {each["rule"]: each for each in diagnose(capsys, file)["findings"]}
    assert told["too_few_units"]["forecast"] is False
    assert told["too_few_units"]["step"] == 7500
    assert told["too_few_units"]["message"].startswith("Training has come to a stop at ")


def test_nothing_is_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session = pg.Session(pg.Experiment())
    session.advance(epochs=3)
    file = tmp_path / "model.nnp"
    pg.save(str(file), session)
    before = file.read_bytes()
    diagnose(capsys, str(file))
    assert file.read_bytes() == before


def test_a_table_is_diagnosed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"{place % 17},{place % 5},{(place % 17) ** 2 + place % 5}" for place in range(120)]
    (tmp_path / "table.csv").write_text("\n".join(["a,b,target", *lines]))
    found = diagnose(capsys, str(tmp_path / "table.csv"), "--target", "target", "--epochs", "30")
    assert found["epochs"] == 30


def test_a_calm_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", *HOT, "--epochs", "60"]) == 0
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    assert lines[0].startswith("Learning rate too high (cannot succeed, since epoch ")
    assert lines[1].startswith("  Step 1 moved layer 1 by ")
    assert lines[2] == "  Where: layer 1, 4 units."
    assert lines[3].startswith("    Longest step / weights, mean over layers ")
    assert lines[3].endswith("  > 50 %")
    assert lines[8].startswith("  What would change this: Steps of at most 50 % of the weights")
    assert lines[9].startswith("  What may help (--verify tries it): Learning rate 3; ")
    assert shown.err == "Looked at to epoch 60 of a plan of 60 (as asked).\n"


def test_a_run_beyond_its_plan_is_looked_at_as_long_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session = pg.Session(pg.Experiment())
    session.advance(epochs=60)
    pg.save(tmp_path / "run.nnp", session)
    capsys.readouterr()
    assert main(["diagnose", str(tmp_path / "run.nnp"), "--epochs", "40"]) == 0
    said = capsys.readouterr().err
    assert (
        said == "Looked at to epoch 100: the run was beyond its plan of 40, and went on for up to as many (as asked).\n"
    )


def test_quiet_where_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", "dataset:circles"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "All is well.\n"
    assert shown.err == "Looked at to epoch 300 of a plan of 300 (as usual; --epochs asks for others).\n"


def test_notes_are_no_alarm(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", "dataset:gaussians", "--set", "data.imperfections.position_noise=0.8"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "All is well."
    assert lines[2].startswith("As good as it gets (good, since epoch ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["dataset:xor", "--epochs", "0"], "expected a whole number from 1 to 10"),
        (["dataset:xor", "--epochs", "many"], "expected a whole number from 1 to 10"),
        (["dataset:xor", "--set", "training.learning_rate=-1"], "training.learning_rate"),
        (["dataset:xor", "--seed", "3"], "There is no option '--seed'"),
        ([], "source"),
    ],
)
def test_wrong_use_gets_a_sentence(arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", *arguments]) == 2
    assert sentence in capsys.readouterr().err.replace("SOURCE", "source")


def test_an_interrupted_look_tells_what_it_has_found() -> None:
    stop = threading.Event()
    stop.set()
    course = course_of(Checkpoint(pg.with_changes(pg.Experiment(), network__layers=())), None, stop)
    assert course.last is None
    assert course.findings == ()


def interrupted(inner: Callable[..., Any]) -> Callable[..., Any]:
    """The same, but Ctrl-C is pressed as it begins."""

    def press(*given: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return inner(*given)

    return press


def test_ctrl_c_ends_it(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_advance", interrupted(ahead._advance))
    assert main(["diagnose", "dataset:circles", "--epochs", "1000000", "--json"]) == 130
    found = json.loads(capsys.readouterr().out)
    assert (found["status"], found["epochs"], found["findings"]) == ("interrupted", None, [])


# -- the check-up ------------------------------------------------------------------------------------------------------

STEPS = [
    "data", "start", "zeroed_inputs", "small_batch", "grow", "rates", "curves", "gradients", "regularization",
    "features",
]  # fmt: skip
STEP = {"name", "title", "passed", "detail", "expected", "found", "why", "figures", "findings", "curve"}


def test_the_check_up_as_values(capsys: pytest.CaptureFixture[str]) -> None:
    found = diagnose(capsys, *HOT, "--epochs", "60", "--check-up")
    assert (found["status"], rules(found)[0]) == ("completed", "learning_rate_high")
    assert [each["name"] for each in found["check_up"]] == STEPS
    assert all(set(each) == STEP for each in found["check_up"])
    rates = found["check_up"][5]
    assert rates["passed"] is False
    assert set(rates["findings"][0]) == FINDING
    assert rates["figures"][0]["name"] == "rate"
    assert rates["figures"][0]["value"] == 30.0 > rates["figures"][0]["threshold"]
    assert len(rates["curve"]["x"]) == len(rates["curve"]["y"]) > 50
    assert diagnose(capsys, *HOT, "--epochs", "60", "--check-up") == found
    assert "check_up" not in diagnose(capsys, *HOT, "--epochs", "60")


def test_the_check_up_as_a_calm_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", *HOT, "--epochs", "60", "--check-up"]) == 0
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    heads = [line for line in lines if not line.startswith("    ")]
    assert [line.split()[0] for line in heads] == [str(place) for place in range(1, 11)]
    assert heads[0] == " 1  Facts of the data        passed          Nothing is wrong with them."
    at = lines.index(heads[5])
    assert heads[5].startswith(" 6  Rate range test          not passed      The rate is 30, too high: try ")
    assert lines[at + 1].startswith("    Expected: The rate lies below ")
    assert lines[at + 2].startswith("    Learning rate too high (cannot succeed): Step 1 moved layer 1 by ")
    assert shown.err == "Checked by a plan of 60 epochs (as asked).\n"


def test_a_table_is_checked_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"{place % 17},{place % 5},{(place % 17) ** 2 + place % 5}" for place in range(120)]
    (tmp_path / "table.csv").write_text("\n".join(["a,b,target", *lines]))
    found = diagnose(capsys, str(tmp_path / "table.csv"), "--target", "target", "--epochs", "30", "--check-up")
    assert [each["name"] for each in found["check_up"]] == STEPS


@pytest.mark.parametrize("json_wanted", [True, False])
def test_ctrl_c_ends_a_check_up(
    json_wanted: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = checking.CHECKS
    monkeypatch.setattr(checking, "CHECKS", (*checks[:4], interrupted(checks[4]), *checks[5:]))
    assert main(["diagnose", "dataset:circles", "--check-up", *(["--json"] if json_wanted else [])]) == 130
    shown = capsys.readouterr()
    if json_wanted:
        found = json.loads(shown.out)
        assert (found["status"], [each["name"] for each in found["check_up"]]) == ("interrupted", STEPS[:4])
    else:
        assert len(shown.out.splitlines()) == 4
        assert shown.err.splitlines()[-1] == "Interrupted."


# -- train, list, Python -----------------------------------------------------------------------------------------------


def test_a_healthy_default_experiment_has_no_alarms(capsys: pytest.CaptureFixture[str]) -> None:
    for epochs in ("1", "5", "30", "1000"):
        assert main(["train", "dataset:circles", "--epochs", epochs, "--json", "--quiet"]) == 0
        found = json.loads(capsys.readouterr().out)["findings"]
        assert [each for each in found if each["severity"] in ("critical", "warning")] == []


def test_training_tells_what_the_doctor_says_of_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", *HOT, "--epochs", "60", "--json"]) == 0
    cause = json.loads(capsys.readouterr().out)["findings"][0]
    assert set(cause) == FINDING
    assert (cause["rule"], cause["step"], cause["forecast"]) == ("learning_rate_high", 1500, False)
    assert main(["train", *HOT, "--epochs", "60"]) == 0
    shown = capsys.readouterr()
    assert "Learning rate too high: Step 1 moved layer 1 by " in shown.err
    assert "Learning rate" not in shown.out


def test_a_healthy_training_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "dataset:circles", "--epochs", "300"]) == 0
    assert "diagnose" not in capsys.readouterr().err


def test_the_list_of_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "rules", "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)["rules"]
    assert [each["name"] for each in entries] == [rule.name for rule in RULES]
    assert {each["kind"] for each in entries} == {"fact", "optimization", "fit", "note"}
    assert entries[0]["title"] == "All units start alike"
    assert entries[0]["figures"]["units"] == "units of the layer"
    assert entries[0]["cures"] == [
        "initialization", "initialization_swept", "last_resort", "rate_times_ten", "adam", "widen",
    ]  # fmt: skip
    assert main(["list", "rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["name", "title", "kind"]
    assert len(lines) == 1 + len(RULES)


def test_findings_of_a_session() -> None:
    session = pg.Session(pg.with_changes(pg.on_dataset(pg.Experiment(), "spirals"), training__learning_rate=30.0))
    assert pg.findings(session) == ()
    session.advance(epochs=60)
    (cause, *_) = pg.findings(session, epochs=60)
    assert isinstance(cause, pg.Finding)
    assert cause.rule == "learning_rate_high"
    assert (cause.step, cause.epoch) == (1500, 60)
    with pytest.raises(pg.WrongUse, match="A Session is needed here"):
        pg.findings(pg.Experiment())  # type: ignore[arg-type]
    with pytest.raises(pg.WrongUse, match="epochs"):
        pg.findings(session, epochs="many")  # type: ignore[arg-type]


def test_a_session_without_a_record_is_judged_by_what_is_known() -> None:
    experiment = pg.with_changes(pg.on_dataset(pg.Experiment(), "circles"), network__layers=())
    session = pg.Session(experiment, record=False)
    session.advance(epochs=20)
    assert [each.rule for each in pg.findings(session)][:1] == ["no_hidden_nonlinearity"]


def test_help_and_training_of_others_load_no_doctor() -> None:
    """One after the other: what one line loads, the next one would find."""
    lines = [["--help"], ["diagnose", "--help"], ["train", "--help"], ["list", "layers"]]
    code = (
        f"import sys; from playground.__main__ import main\nfor line in {lines!r}:\n    code = main(line)\n"
        "    loaded = [name for name in sys.modules if name.startswith('playground.diagnosis')]\n"
        "    print(line, code, *loaded, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stderr.splitlines() == [f"{line!r} 0" for line in lines]


def test_a_terminal_with_few_letters_gets_all_that_is_said() -> None:
    prepare_streams()
    for text in rule_texts().values():
        printed = [text.title, text.sentence, text.ahead, text.verdict, *(each.label for each in text.figures.values())]
        for form in text.forms.values():
            printed += [form.title, form.sentence, form.ahead, form.verdict]
        for said in printed:
            assert b"?" not in said.encode("ascii", "instead"), said
    for step in step_texts().values():
        for said in (step.title, step.expected, step.plainly, step.why, *step.found.values()):
            assert b"?" not in said.encode("ascii", "instead"), said
    assert "Müller, Kučera".encode("ascii", "instead") == b"Muller, Kucera"
    assert INSTEAD["≤"] == "<="
