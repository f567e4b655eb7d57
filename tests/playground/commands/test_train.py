"""`playground train`: the contract of its JSON, exact continuation, Ctrl-C, and refusals before any work is done."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from playground.__main__ import main
from playground.commands import training_loop
from playground.commands.progress import Progress
from playground.edits.changes import with_changes
from playground.exchange.files import load, save
from playground.experiment.experiment import Experiment, to_json
from playground.experiment.optimizers import Adam
from playground.numbers import spaced
from playground.run.session import Session

KEYS = {
    "status", "epochs", "steps", "seconds", "samples_per_second", "parameters", "train", "test", "digest", "findings",
    "divergence", "experiment",
}  # fmt: skip


def train(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    """The JSON that `train` prints; its talk is left out."""
    capsys.readouterr()
    assert main(["train", *arguments, "--json"]) == code
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_json_keeps_its_contract(capsys: pytest.CaptureFixture[str]) -> None:
    found = train(capsys, "dataset:circles", "--epochs", "30")
    session = Session(Experiment())
    session.advance(epochs=30)
    assert set(found) >= KEYS
    assert (found["status"], found["epochs"], found["steps"]) == ("completed", 30, 750)
    assert found["parameters"] == 25
    assert found["digest"] == session.digest()
    assert found["train"] == {"loss": session.metrics().train_loss, "accuracy": session.metrics().train_accuracy}
    assert found["test"] == {"loss": session.metrics().test_loss, "accuracy": session.metrics().test_accuracy}
    assert found["findings"] == []
    assert found["divergence"] is None
    assert found["seconds"] > 0
    assert found["samples_per_second"] > 0
    assert found["experiment"]["data"]["source"]["name"] == "circles"


def test_the_json_counts_each_class(capsys: pytest.CaptureFixture[str]) -> None:
    found = train(capsys, "dataset:three_spirals", "--epochs", "20")
    assert [each["name"] for each in found["classes"]] == ["class 0", "class 1", "class 2"]
    session = Session(with_changes(Experiment(), data__source__name="three_spirals"))
    session.advance(epochs=20)
    for part, labels in (("train", session.dataset.train_labels), ("test", session.dataset.test_labels)):
        counts = [each[part] for each in found["classes"]]
        assert [each["samples"] for each in counts] == [int((labels == index).sum()) for index in range(3)]
        assert sum(each["right"] for each in counts) / labels.size == pytest.approx(found[part]["accuracy"])
        assert sum(each["answered"] for each in counts) == labels.size
    assert train(capsys, "dataset:digits", "--epochs", "0")["classes"][7]["name"] == "digit 7"
    assert train(capsys, "dataset:plane", "--epochs", "0")["classes"] is None
    whole = train(capsys, "dataset:xor", "--epochs", "0", "--set", "data.train_share=1")["classes"]
    assert [each["test"] for each in whole] == [{"samples": 0, "right": 0, "answered": 0}] * 2


def test_regression_has_no_accuracy_and_an_empty_test_set_no_figures(capsys: pytest.CaptureFixture[str]) -> None:
    found = train(capsys, "dataset:plane", "--epochs", "1", "--set", "data.train_share=1")
    assert found["train"]["accuracy"] is None
    assert found["test"] == {"loss": None, "accuracy": None}


@pytest.mark.parametrize("seconds", [1e-7, 0.001, 10.0])
def test_the_length_of_the_calls_changes_nothing(
    seconds: float, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_loop, "CALL_SECONDS", seconds)
    found = train(capsys, "dataset:blobs", "--epochs", "20", "--set", 'training.optimizer={"kind":"adam"}')
    session = Session(with_changes(Experiment(), data__source__name="blobs", training__optimizer=Adam()))
    session.advance(epochs=20)
    assert found["digest"] == session.digest()


def test_a_model_file_goes_on_where_it_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "run.nnp")
    first = train(capsys, "dataset:xor", "--epochs", "12", "--seed", "5", "--out", out)
    again = train(capsys, out, "--epochs", "8", "--out", out)
    whole = train(capsys, "dataset:xor", "--epochs", "20", "--seed", "5")
    assert (again["epochs"], again["epochs_trained"]) == (20, 8)
    assert again["digest"] == whole["digest"] != first["digest"]
    state = load(out).state
    assert state is not None
    assert state.epoch == 20


def test_a_change_to_a_model_keeps_what_it_learned_and_a_seed_starts_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "run.nnp")
    first = train(capsys, "dataset:xor", "--epochs", "5", "--out", out)
    kept = train(capsys, out, "--epochs", "0", "--set", "training.learning_rate=0.5")
    assert kept["digest"] == first["digest"]
    anew = train(capsys, out, "--epochs", "5", "--seed", "3")
    assert anew["epochs"] == 5
    assert anew["digest"] == train(capsys, "dataset:xor", "--epochs", "5", "--seed", "3")["digest"]


def test_a_run_that_diverges_says_where_and_is_saved_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run.nnp"
    changes = (
        "training.learning_rate=1000",
        "network.layers[0].activation=linear",
        "network.layers[1].activation=linear",
    )
    arguments = ["dataset:plane", *(word for change in changes for word in ("--set", change))]
    found = train(capsys, *arguments, "--out", str(out))
    assert found["status"] == "diverged"
    assert set(found["divergence"]) == {"step", "epoch", "layer", "sample", "cause", "cures", "message"}
    assert "Diverged at step" in found["divergence"]["message"]
    assert found["divergence"]["cause"] == "rate"
    assert [each["path"] for cure in found["divergence"]["cures"] for each in cure["changes"]] == [
        "training.learning_rate"
    ]
    assert "Cause: the learning rate" in found["divergence"]["message"]
    assert load(out).divergence is not None
    assert main(["train", *arguments]) == 0
    shown = capsys.readouterr()
    assert "diverged" in shown.out
    assert found["divergence"]["message"] in shown.err


def test_an_experiment_from_standard_input_is_trained(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = to_json(with_changes(Experiment(), seed=9))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert train(capsys, "-", "--epochs", "1")["experiment"]["seed"] == 9


def test_people_get_aligned_lines_and_no_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["train", "dataset:spirals", "--epochs", "3", "--out", str(tmp_path / "a.nnp")]) == 0
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    assert lines[0] == "status          completed"
    assert {line.find(line.split("  ")[-1].strip()) for line in lines} == {16}
    assert shown.err.endswith(f"Saved {tmp_path / 'a.nnp'}.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["dataset:xor", "--epochs", "-1"], 2, "expected a whole number from 0 to 10\u202f000\u202f000; got '-1'"),
        (["dataset:xor", "--epochs", "10000001"], 2, "from 0 to 10\u202f000\u202f000"),
        (["dataset:xor", "--epochs", "1.5"], 2, "from 0 to 10\u202f000\u202f000"),
        (["dataset:xor", "--epochs"], 2, "expected one argument"),
        (
            ["dataset:xor", "--seed", "-1"],
            2,
            f"expected a whole number from 0 to {spaced(2**53)}",
        ),
        (["dataset:xor", "--set", "training.learning_rat=1"], 2, "training.learning_rat: there is no such field"),
        (
            ["dataset:xor", "--set", "training.learning_rate=-1"],
            2,
            f"expected a number from 0 to {spaced(1e6)}; got {spaced(-1)}",
        ),
        (["dataset:xor", "--set", "training.learning_rate"], 2, "--set takes PATH=JSON"),
        (["dataset:xor", "--set", "network.layers[7].units=3"], 2, "there is no such entry"),
        (["dataset:xor", "--set", "network.layers[0].units=[1"], 2, "is not JSON"),
        (["dataset:xor", "--epoch", "3"], 2, "There is no option '--epoch'; did you mean --epochs?"),
        (["dataset:xor", "--out", "model"], 2, "its name must end in .nnp or .safetensors"),
        (["dataset:xor", "--out", "model.json"], 2, "would not keep the trained model"),
        (["dataset:xor", "--out", "no/such/folder/model.nnp"], 1, "does not exist"),
        (["dataset:xxx"], 2, "There is no data set called 'xxx'"),
        (["lesson:x"], 2, "a SOURCE is a file (.nnp, .safetensors or .json), dataset:NAME, a link"),
        (["nothing.json"], 1, "nothing.json does not exist"),
        ([], 2, "required: SOURCE"),
    ],
)
def test_wrong_use_is_a_sentence_and_nothing_is_trained(
    arguments: list[str], code: int, sentence: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_loop, "train", lambda *_: pytest.fail("nothing may be trained"))
    assert main(["train", *arguments]) == code
    shown = capsys.readouterr()
    assert shown.out == ""
    assert sentence in shown.err
    assert "Traceback" not in shown.err


def test_a_save_that_fails_after_training_still_reports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from playground.exchange import writing

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "_write_new", full)
    assert main(["train", "dataset:xor", "--epochs", "1", "--out", str(tmp_path / "a.nnp"), "--json"]) == 1
    shown = capsys.readouterr()
    assert json.loads(shown.out)["status"] == "completed"
    assert "there is no space left on the disk" in shown.err


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_saves_and_exits_with_130(
    number: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def show(*_: object) -> None:
        calls.append(1)
        if len(calls) == 5:
            os.kill(os.getpid(), number)

    monkeypatch.setattr(Progress, "show", show)
    before = signal.getsignal(signal.SIGINT)  # not Python's own where the tests run in the background
    out, made = tmp_path / "a.nnp", with_changes(Experiment(), data__source__name="spirals")
    found = train(capsys, "dataset:spirals", "--epochs", "10000000", "--out", str(out), code=130)
    assert found["status"] == "interrupted"
    assert 0 < found["steps"] < 10_000_000 * 25
    session = Session(made)
    session.advance(steps=found["steps"])
    assert session.digest() == found["digest"] == Session(load(out)).digest()
    assert signal.getsignal(signal.SIGINT) is before


TALKATIVE = """
import sys
from playground.commands import progress
from playground.__main__ import main
progress.LINE_SECONDS = 0.0
sys.exit(main(sys.argv[1:]))
"""
"""The program, but it says at once how far it is."""


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
def test_ctrl_c_ends_a_process_of_its_own_too(tmp_path: Path) -> None:
    save(tmp_path / "e.json", Experiment())
    process = subprocess.Popen(
        [sys.executable, "-c", TALKATIVE, "train", "e.json", "--epochs", "10000000", "--out", "a.nnp"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline().startswith("epoch ")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in err
    assert load(tmp_path / "a.nnp").state is not None


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO(), None])
def test_progress_never_writes_results(stream: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(10, stream) as progress:
        for epoch in range(11):
            progress.show(epoch, 0.5)
    with Progress(0, stream) as progress:
        progress.show(0, None)
    assert capsys.readouterr().out == ""


def test_long_runs_without_a_terminal_talk_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from playground.commands import progress as module

    monkeypatch.setattr(module, "LINE_SECONDS", 0.0)
    stream = io.StringIO()
    with Progress(1000, stream) as progress:
        progress.show(12, 0.25)
    assert stream.getvalue() == "epoch 12 of 1\u202f000  loss 0.25\n"


def test_a_link_to_tensorflow_playground_is_a_source(capsys: pytest.CaptureFixture[str]) -> None:
    link = "https://playground.tensorflow.org/#dataset=xor&networkShape=3&learningRate=0.1&noise=99"
    assert main(["train", link, "--epochs", "3", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["parameters"] == 13
    assert "noise is 99, beyond 80; as there, 50 was taken. Different here on purpose" in err
