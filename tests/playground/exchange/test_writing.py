"""Saving: whatever goes wrong, and whenever, the file is the old one or the new one, complete."""

from __future__ import annotations

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from playground.edits.changes import apply_settings, with_changes
from playground.errors import FileRefused
from playground.exchange import writing
from playground.exchange.files import check_target, load, save
from playground.experiment.experiment import Experiment
from playground.run.session import Session

POSIX = os.name == "posix"
OLD = with_changes(Experiment(), title="old")
NEW = with_changes(Experiment(), title="new")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A saved file that must not be lost."""
    path = tmp_path / "work.nnp"
    save(path, OLD)
    return path


def alone(path: Path) -> bool:
    """Whether no temporary file was left in the folder."""
    return [entry.name for entry in path.parent.iterdir()] == [path.name]


def attempt(path: Path) -> str:
    """Save the new experiment; the refusal's sentence, or nothing."""
    try:
        save(path, NEW)
    except FileRefused as error:
        return str(error)
    return ""


# -- faults ----------------------------------------------------------------------------------------------------------


class FaultyOs:
    """The `os` module with one call that fails; the others work."""

    CALLS = ("open", "fchmod", "write", "fsync", "lseek", "read", "close", "replace")

    def __init__(self, at: int, code: int, half: bool) -> None:
        self._left, self._code, self._half = at, code, half
        self.failed = ""

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in self.CALLS:
            return real

        def call(*arguments: Any) -> Any:
            self._left -= 1
            if self._left:
                return real(*arguments)
            self.failed = name
            if name == "close":
                real(*arguments)
            if name == "write" and self._half:
                self._left, self._half = 1, False
                return real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
            raise OSError(self._code, os.strerror(self._code))

        return call


@pytest.mark.parametrize(
    ("code", "half"),
    [
        pytest.param(code, half, marks=pytest.mark.long if half and code != errno.ENOSPC else ())
        for code in (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS, errno.ENOENT)
        for half in (False, True)
    ],
)
def test_every_single_failing_call_leaves_the_old_file_or_the_new_one(
    code: int, half: bool, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = []
    for at in range(1, 100):
        save(target, OLD)
        faulty = FaultyOs(at, code, half)
        monkeypatch.setattr(writing, "os", faulty)
        refusal = attempt(target)
        monkeypatch.setattr(writing, "os", os)
        assert load(target).experiment.title == ("old" if refusal else "new"), faulty.failed
        assert not refusal or ("was not saved:" in refusal and refusal.endswith("Nothing was changed."))
        assert alone(target)
        if not faulty.failed:
            break
        failed.append(faulty.failed)
    assert {"open", "write", "fsync", "read", "close", "replace"} <= set(failed)


@pytest.mark.skipif(not POSIX, reason="file size limits are POSIX")
def test_a_full_disk_at_any_size_leaves_the_old_file(target: Path) -> None:
    import resource

    size = target.stat().st_size
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    refused = 0
    for limit in [*range(0, size, max(1, size // 40)), size - 1, size + 100]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, kept[1]))
        refusal = attempt(target)
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)
        refused += "larger than this disk or account allows" in refusal
        assert load(target).experiment.title == ("new" if limit >= size else "old")
        assert alone(target)
    assert refused > 40


def test_a_disk_that_takes_nothing_is_refused_instead_of_asked_for_ever(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "write", lambda descriptor, data: 0)
    with pytest.raises(FileRefused, match="the disk reports an error"):
        save(target, NEW)
    assert load(target).experiment.title == "old"


def test_what_is_read_back_must_be_what_was_written(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_read_all", lambda descriptor, size: b"rot")
    with pytest.raises(FileRefused, match="the disk reports an error"):
        save(target, NEW)
    assert load(target).experiment.title == "old"
    assert alone(target)


def test_what_could_not_be_opened_again_is_not_saved(target: Path) -> None:
    session = Session(OLD)
    session.state.parameters[3] = np.nan
    with pytest.raises(FileRefused, match="was not saved, because it could not be opened again"):
        save(target, session)
    broken = apply_settings(OLD, [])
    msgspec.structs.force_setattr(broken.training, "learning_rate", float("inf"))
    for path in (target, target.with_suffix(".json")):
        with pytest.raises(FileRefused):
            save(path, broken)
    assert load(target).experiment.title == "old"
    assert alone(target)


def test_an_interrupted_save_cleans_up(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "_sync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save(target, NEW)
    assert load(target).experiment.title == "old"
    assert alone(target)


def test_windows_is_asked_again_while_a_scanner_holds_the_file(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.replace
    left = 3

    def held(source: Path, goal: Path) -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            raise PermissionError(errno.EACCES, "held")
        real(source, goal)

    monkeypatch.setattr(writing, "RETRIES", (0.001,) * 5)
    monkeypatch.setattr(os, "replace", held)
    save(target, NEW)
    assert load(target).experiment.title == "new"
    left = 100
    with pytest.raises(FileRefused, match="you may not write there"):
        save(target, OLD)
    assert load(target).experiment.title == "new"
    assert alone(target)


# -- places ----------------------------------------------------------------------------------------------------------


def test_bad_places_are_told_before_anything_is_written(target: Path) -> None:
    folder = target.parent
    cases = {
        folder / "missing" / "x.nnp": "the folder .*missing does not exist",
        folder / "x": "has no extension that says what to write: use .nnp or .safetensors for a model, .json",
        folder / "x.png": "has no extension that says what to write",
        folder / ("x" * 300 + ".nnp"): "the name is too long|cannot be written",
        Path("x\0.nnp"): "cannot be written",
    }
    (folder / "folder.nnp").mkdir()
    cases[folder / "folder.nnp"] = "is a folder; give the name of a file in it"
    for path, sentence in cases.items():
        with pytest.raises(FileRefused, match=sentence):
            save(path, NEW)
    with pytest.raises(FileRefused, match="does not exist"):
        check_target(folder / "missing" / "x.nnp")


def test_a_write_protected_file_stays(target: Path) -> None:
    target.chmod(0o444)
    with pytest.raises(FileRefused, match="is write-protected; save under another name"):
        save(target, NEW)
    target.chmod(0o644)
    assert load(target).experiment.title == "old"


@pytest.mark.skipif(not POSIX or os.geteuid() == 0, reason="needs a folder that this user may not write in")
def test_a_write_protected_folder_is_told(target: Path) -> None:
    target.parent.chmod(0o555)
    try:
        with pytest.raises(FileRefused, match="you may not write in the folder"):
            save(target, NEW)
    finally:
        target.parent.chmod(0o755)


@pytest.mark.skipif(not POSIX, reason="POSIX permissions and links")
def test_permissions_and_links_stay_as_they_are(target: Path, tmp_path: Path) -> None:
    target.chmod(0o640)
    link = tmp_path / "link.nnp"
    link.symlink_to(target.name)
    save(link, NEW)
    assert link.is_symlink()
    assert load(target).experiment.title == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    kept = os.umask(0o027)
    try:
        save(tmp_path / "fresh.nnp", NEW)
    finally:
        os.umask(kept)
    assert stat.S_IMODE((tmp_path / "fresh.nnp").stat().st_mode) == 0o640


@pytest.mark.skipif(not POSIX, reason="POSIX pipes")
def test_a_pipe_is_neither_read_nor_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.nnp"
    os.mkfifo(pipe)
    with pytest.raises(FileRefused, match="is not an ordinary file"):
        load(pipe)
    with pytest.raises(FileRefused, match="is not an ordinary file"):
        save(pipe, NEW)


def test_only_our_own_old_remains_are_removed(target: Path) -> None:
    folder, week = target.parent, time.time() - 7 * 86_400
    names = {
        f"{writing.PREFIX}1-old{writing.SUFFIX}": (week, False),
        f"{writing.PREFIX}2-young{writing.SUFFIX}": (time.time() - 3600, True),
        f"{writing.PREFIX}3-other": (week, True),
        "somebody.tmp": (week, True),
    }
    for name, (when, _) in names.items():
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (when, when))
    save(target, NEW)
    assert {name: (folder / name).exists() for name in names} == {name: stays for name, (_, stays) in names.items()}


def test_loading_opens_nothing_but_the_file(target: Path) -> None:
    opened: list[Any] = []
    watching = False

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event.startswith(("open", "exec", "compile", "import", "socket.", "subprocess.", "ctypes.")):
            opened.append((event, str(arguments[0])))

    sys.addaudithook(watch)
    load(target)
    watching = True
    load(target)
    watching = False
    assert opened == [("open", str(target))]


# -- kills -----------------------------------------------------------------------------------------------------------

NURSERY = """
import os, signal, sys
from playground.edits.changes import with_changes
from playground.exchange.files import load, save
path, made = sys.argv[1], load(sys.argv[1]).experiment
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        number = int(line)
        while True:
            number += 1
            save(path, with_changes(made, title=str(number)))
    print(child, flush=True)
    os.waitpid(child, 0)
    print("dead", flush=True)
"""


@pytest.fixture
def nursery(target: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that starts a saver for each number it is told, without the cost of a new interpreter."""
    save(target, apply_settings(OLD, ["data.source.samples=3000", 'title="0"']))
    process = subprocess.Popen(
        [sys.executable, "-c", NURSERY, str(target)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def kill_savers(nursery: subprocess.Popen[str], target: Path, kills: int) -> int:
    """Kill a saver at random moments; after each kill the file is whole. Returns how many left a temporary file.

    A saver that gets nowhere, on a busy machine, is given longer the next time.
    """
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    rng, number, longest = random.Random(1), 0, 0.03
    for _ in range(kills):
        nursery.stdin.write(f"{number}\n")
        nursery.stdin.flush()
        child = int(nursery.stdout.readline())
        time.sleep(rng.uniform(0.001, longest))
        os.kill(child, signal.SIGKILL)
        assert nursery.stdout.readline() == "dead\n"
        found = load(target).experiment
        assert found.data.source.samples == 3000
        assert int(found.title) >= number
        longest = max(0.03, longest / 2) if int(found.title) > number else min(1.1 * longest, 1.0)
        number = int(found.title)
    assert number > 0
    return sum(1 for entry in target.parent.iterdir() if entry.name.startswith(writing.PREFIX))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_kills_while_saving_leave_the_old_file_or_the_new_one(nursery: subprocess.Popen[str], target: Path) -> None:
    assert kill_savers(nursery, target, 40) > 0, "the kills must hit savers in the middle of saving"


@pytest.mark.long
@pytest.mark.timeout(7200)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_ten_thousand_kills_while_saving_leave_the_old_file_or_the_new_one(
    nursery: subprocess.Popen[str], target: Path
) -> None:
    kill_savers(nursery, target, 10_000)
