"""The front door: help at once, wrong use in sentences, exit codes, quiet endings, and Qt only where it is wanted."""

from __future__ import annotations

import errno
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from playground import __version__
from playground.__main__ import main
from playground.commands import COMMANDS
from playground.commands.listing import KINDS
from playground.exchange.files import save
from playground.experiment.experiment import Experiment
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.start.logs import folder

ROOT = Path(__file__).resolve().parents[3]
HEAVY = {"PySide6", "pyqtgraph", "numba", "numpy", "msgspec", "rich", "safetensors"}


def test_help_and_version_load_nothing_heavy() -> None:
    lines = [["--help"], ["-h"], ["help"], ["--version"], ["-V"], ["trian"], *([name, "--help"] for name in COMMANDS)]
    code = (
        f"import sys; from playground.__main__ import main\nfor line in {lines!r}: main(line)\n"
        f"sys.exit(' '.join({HEAVY!r} & set(sys.modules)) or None)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("usage: playground") == 3 + len(COMMANDS)


@pytest.mark.skipif(os.name != "posix", reason="processor time of children is told on POSIX only")
def test_help_costs_little_more_than_starting_python() -> None:
    """Processor time against processor time: a busy or slow machine changes both."""
    import resource

    def spent() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    def seconds(*arguments: str) -> float:
        times = []
        for _ in range(3):
            before = spent()
            subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
            times.append(spent() - before)
        return min(times)

    bare = seconds("-c", "pass")
    for option in ("--help", "--version"):
        assert seconds("-m", "playground", option) < 10 * bare


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"Neural Playground {__version__}\n"


def test_all_versions_are_printed_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version", "--verbose"]) == 0
    told = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines() if line[0] != "N")
    assert told["numpy"] == version("numpy")
    assert told["Python"].startswith(platform.python_version())
    assert {"PySide6-Essentials", "numba", "llvmlite", "msgspec", "safetensors", "pyqtgraph", "system"} <= set(told)
    assert told["logs"] == str(folder())
    assert main(["--version", "--verbsoe"]) == 2


def test_help_names_the_folder_of_logs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert f"\nlogs: {folder()}\n" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_can_be_quiet_and_changes_fields_of_its_source(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help"]) == 0
    told = capsys.readouterr().out
    assert "--quiet" in told
    assert ("--set PATH=JSON" in told) == (command not in ("list", "schema"))


def test_quiet_leaves_results_and_failures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "dataset:xor", "--at", "1,2", "--quiet"]) == 0
    shown = capsys.readouterr()
    assert (shown.err, len(shown.out.splitlines())) == ("", 2)
    assert main(["diagnose", "dataset:xor", "--quiet"]) == 0
    assert capsys.readouterr() == ("All is well.\n", "")
    assert main(["info", "nothing.nnp", "--quiet"]) == 1
    assert "does not exist" in capsys.readouterr().err
    assert main(["predict", "dataset:xor", "--at", "1,2"]) == 0
    assert "never trained" in capsys.readouterr().err, "the next command talks again"


def test_the_overview_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {name} " in out for name in COMMANDS)
    assert max(map(len, out.splitlines())) <= 120


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["trian", "x"], 2, "There is no command or file 'trian'; did you mean train?"),
        (["zzz"], 2, "There is no command or file 'zzz'."),
        (["--versoin"], 2, "There is no option '--versoin'; did you mean --version?"),
        (["nothing.nnp"], 1, "nothing.nnp does not exist"),
        (["dataset:nothing"], 2, "There is no data set called 'nothing'"),
        (["open", "a", "b"], 2, "There is no argument 'b'"),
        (["picture", "dataset:xor"], 2, "required: --out"),
        (["picture", "dataset:xor", "--out", "x.jpg"], 2, "expected a name that ends in .png"),
        (["picture", "dataset:xor", "--out", "x.png", "--size", "10x10"], 2, "expected a size such as 1440x900"),
        (
            ["picture", "dataset:xor", "--out", "x.png", "--size", "1023x600"],
            2,
            "024 wide and 600 high",
        ),
        (["picture", "dataset:xor", "--out", "x.png", "--theme", "drak"], 2, "got 'drak'; did you mean dark?"),
        (["picture", "dataset:xor", "--out", "no/such/x.png"], 1, "does not exist"),
        (["train", "--help"], 0, ""),
    ],
)
def test_wrong_use_is_told_in_a_sentence(
    arguments: list[str], code: int, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == code
    shown = capsys.readouterr()
    assert sentence in shown.err
    assert "Traceback" not in shown.err
    assert (shown.out == "") == (code != 0)


def test_a_bug_is_one_sentence_unless_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from playground.commands import schema

    def broken(_: object) -> int:
        raise ZeroDivisionError("of no help")

    monkeypatch.setattr(schema, "run", broken)
    assert main(["schema"]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "ZeroDivisionError: of no help" in err
    monkeypatch.setenv("PLAYGROUND_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        main(["schema"])


def test_an_interrupt_anywhere_is_quiet(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from playground.commands import schema

    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(schema, "run", interrupted)
    assert main(["schema"]) == 130
    assert capsys.readouterr().err == "Interrupted.\n"


PIPED = [
    (["schema"], 0),
    (["--help"], 0),
    (["info", "--help"], 0),
    (["--version", "--verbose"], 0),
    (["info", "dataset:digits"], 0),
    (["info", "missing.nnp"], 1),
    (["inf"], 2),
    (["train", "dataset:xor", "--epochs", "2", "--json", "--history"], 0),
]
BROKEN = ["stdout", "stderr", "both"]
FORKING = """
import gc, json, os, sys
from playground.__main__ import main
from playground.commands import info, opening
from playground.exchange import files, reading
from playground.run import session
from playground.words import network, training
folder, lines = json.loads(sys.argv[1])
ends = {}
for place, line, kinds in lines:
    if line[0] == "train":
        from playground.engine import engine
        engine.warm()
    gc.freeze()
    for broken in kinds:
        name = f"{folder}/{place} {broken}"
        reading, writing = os.pipe()
        os.close(reading)
        child = os.fork()
        if not child:
            for stream, number in (("stdout", 1), ("stderr", 2)):
                os.dup2(writing if broken in (stream, "both") else os.open(name, os.O_CREAT | os.O_WRONLY), number)
            os.close(writing)
            sys.exit(main(line))
        os.close(writing)
        ends[f"{place} {broken}"] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(json.dumps(ends))
"""
"""A process for each line and each broken stream: forked, they load no module twice."""


@pytest.mark.skipif(os.name != "posix", reason="pipes as on POSIX")
@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.long)])
def test_a_broken_pipe_is_quiet_and_the_exit_code_is_that_of_the_work(every: int, tmp_path: Path) -> None:
    """Each line meets one in `every` of the broken streams, in turn."""
    lines = [
        (place, line, [broken for i, broken in enumerate(BROKEN) if (i + 1 - place) % every == 0])
        for place, (line, _) in enumerate(PIPED)
    ]
    command = [sys.executable, "-c", FORKING, json.dumps([str(tmp_path), lines])]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    expected = {f"{place} {broken}": PIPED[place][1] for place, _, kinds in lines for broken in kinds}
    assert json.loads(done.stdout) == expected
    for place, line, kinds in lines:
        if not PIPED[place][1] and "stdout" in kinds:
            told = (tmp_path / f"{place} stdout").read_text("utf-8")
            assert "Broken" not in told, line
            assert "Traceback" not in told, line


@pytest.mark.skipif(os.name != "posix", reason="pipes as on POSIX")
def test_a_broken_pipe_is_quiet_in_a_process_that_was_not_forked() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "playground", "schema"]
    done = subprocess.run(command, cwd=ROOT, check=False, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is full")
def test_results_that_cannot_be_written_are_told_in_words() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "playground", "list", "datasets"],
            stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False,
        )  # fmt: skip
    said = done.stderr.decode()
    assert done.returncode == 1
    assert said == f"playground: The results could not be written: {os.strerror(errno.ENOSPC)}.\n"


ASCII = {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


LINES = [
    *(["list", kind] for kind in KINDS),
    ["info", "dataset:digits"],
    ["train", "dataset:xor", "--epochs", "2"],
    ["train", "dataset:xor", "--set", "training.learning_rate=-1"],
    ["train", "--help"],
    ["--help"],
    ["predict", "dataset:xor", "--at", "1e5,-2"],
    ["info", "\u00fc\u2192.nnp"],
]
END = b"\x1e"


def test_a_terminal_that_knows_ascii_alone_gets_letters_that_mean_the_same() -> None:
    """No letter of the program's own is lost; of somebody's file name a letter may become a question mark.

    Each of the lines prints its results and its talk, one after the other in one process.
    """
    code = (
        f"import sys; from playground.__main__ import main\nfor line in {LINES!a}:\n"
        f"    main(line)\n    for stream in (sys.stdout, sys.stderr): print(end={END.decode()!r}, file=stream)"
    )
    command, environment = [sys.executable, "-c", code], {**os.environ, **ASCII}
    done = subprocess.run(command, capture_output=True, cwd=ROOT, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    results, talk = (stream.split(END)[:-1] for stream in (done.stdout, done.stderr))
    for line, said, told in zip(LINES, results, talk, strict=True):
        assert said or told, line
        assert (said + told).isascii(), line
        assert b"Error" not in told, line
        assert b"inside the program" not in told, line
        assert b"?" not in said + (told if line[-1].isascii() else b""), line


# -- the window and pictures, with the views replaced -----------------------------------------------------------------


@pytest.fixture
def views(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the commands hand to the views; Qt stays out of it."""
    calls: list[Any] = []
    launching, picture = ModuleType("playground.views.window.launching"), ModuleType("playground.views.window.picture")
    vars(launching)["launch"] = lambda *arguments: calls.append(arguments) or 0
    vars(picture)["render"] = lambda *arguments: calls.append(arguments)
    vars(picture)["PANELS"] = ("window", "network")
    monkeypatch.setitem(sys.modules, launching.__name__, launching)
    monkeypatch.setitem(sys.modules, picture.__name__, picture)
    monkeypatch.setattr("playground.start.startup.check_machine", lambda window: None)
    monkeypatch.setattr("playground.start.logs.begin", lambda: None)
    return calls


@pytest.mark.parametrize("command", [[], ["open"]])
def test_the_window_opens_with_nothing_a_data_set_or_a_file(
    command: list[str], views: list[Any], tmp_path: Path
) -> None:
    save(tmp_path / "a.nnp", Experiment(seed=4))
    assert main(command) == 0
    assert main([*command, "dataset:xor"]) == 0
    assert main([*command, str(tmp_path / "a.nnp")]) == 0
    assert views[0] == (None, None)
    assert isinstance(views[1][0], Checkpoint)
    assert views[1][1] is None
    assert views[2][0].experiment.seed == 4
    assert views[2][1] == str(tmp_path / "a.nnp")


def test_fields_are_set_wherever_a_source_is_taken(
    views: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = Session(Experiment())
    session.advance(epochs=3)
    run, before = str(tmp_path / "run.nnp"), session.digest()
    save(run, session)
    rate = ["--set", "training.learning_rate=0.5"]
    assert main(["info", run, "--json", *rate]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["learning_rate"], told["epochs"], told["digest"]) == (0.5, 3, before)
    assert main(["predict", run, "--at", "1,2", "--set", "network.layers[0].activation=sine", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)["points"][0]["outputs"][0]
    assert answer != float(session.predict([[1.0, 2.0]])[0, 0])
    assert main(["open", run, *rate]) == 0
    assert views[-1][0].experiment.training.learning_rate == 0.5
    assert views[-1][0].state.epoch == 3
    assert views[-1][1] is None, "saving may not overwrite a file that holds something else"
    assert main(["--set", "seed=9"]) == 0
    assert views[-1][0].experiment.seed == 9
    assert main(["picture", "dataset:xor", "--out", str(tmp_path / "a.png"), *rate]) == 0
    assert views[-1][0].experiment.training.learning_rate == 0.5
    assert main(["info", run, "--set", "training.learning_rate=-1"]) == 2


def test_a_bad_source_is_told_before_a_window_opens(views: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["open", "nothing.nnp"]) == 1
    assert views == []


def test_a_picture_is_drawn_as_asked(views: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "a.png"
    options = ["--epochs", "7", "--size", "1024x600", "--theme", "dark", "--panel", "network"]
    assert main(["picture", "dataset:xor", "--out", str(out), *options]) == 0
    assert views[0][1:] == (out, 7, (1024, 600), "dark", "network", None)
    assert capsys.readouterr() == ("", f"Wrote {out}.\n")
    assert main(["picture", "dataset:xor", "--out", str(out), "--panel", "kitchen"]) == 2
    assert "the panels are: window, network" in capsys.readouterr().err


def test_a_picture_needs_no_screen(views: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "")
    monkeypatch.setattr(sys, "platform", "linux")
    assert main(["picture", "dataset:xor", "--out", str(tmp_path / "a.png")]) == 0
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
