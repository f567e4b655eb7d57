"""A damaged file of compiled kernels is noticed before it runs; the program rebuilds the cache and goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from filelock import FileLock

from playground.engine import cache_seal, engine

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.nbi", "a.1.nbc"):
        (tmp_path / name).write_bytes(name.encode() * 50)
    cache_seal.seal(tmp_path)
    return tmp_path


def test_an_untouched_folder_is_whole_and_later_files_are_not_judged(folder: Path) -> None:
    assert not cache_seal.is_complete(folder)
    assert not cache_seal.is_broken(folder)
    (folder / "b.nbc").write_bytes(b"new")
    (folder / "a.nbi").write_bytes(b"an index that has grown")
    assert not cache_seal.is_broken(folder)


def test_a_flipped_bit_a_missing_file_and_a_spoiled_seal_are_noticed(folder: Path) -> None:
    data = bytearray((folder / "a.1.nbc").read_bytes())
    data[40] ^= 1
    (folder / "a.1.nbc").write_bytes(data)
    assert cache_seal.is_broken(folder)
    cache_seal.seal(folder)
    (folder / "a.1.nbc").unlink()
    assert cache_seal.is_broken(folder)
    (folder / cache_seal.SEAL).write_text("not JSON")
    assert cache_seal.is_broken(folder)


def test_no_seal_is_no_damage(tmp_path: Path) -> None:
    assert not cache_seal.is_broken(tmp_path)
    assert not cache_seal.is_complete(tmp_path)


def test_processes_that_seal_at_once_forget_nothing_of_each_other(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, hashes = threading.Barrier(2), cache_seal._hashes

    def slow(place: Path) -> dict[str, str]:
        """As if both had read the old seal before either writes a new one."""
        with suppress(threading.BrokenBarrierError):
            both.wait(0.2)
        return hashes(place)

    monkeypatch.setattr(cache_seal, "_hashes", slow)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda each: cache_seal.seal(folder, complete=each), ("float32", "float64")))
    assert cache_seal.is_complete(folder, "float32")
    assert cache_seal.is_complete(folder, "float64")


def test_a_seal_waits_only_so_long_for_a_process_that_hangs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_seal, "PATIENCE", 0.05)
    with FileLock(folder / cache_seal.LOCK):
        cache_seal.seal(folder, complete="float32")
    assert cache_seal.is_complete(folder)


def test_a_folder_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    cache_seal.seal(tmp_path / "gone", complete="float32")
    assert not (tmp_path / "gone").exists()


def test_a_folder_once_complete_stays_complete(folder: Path) -> None:
    cache_seal.seal(folder, complete="float32")
    (folder / "b.nbi").write_bytes(b"new")
    cache_seal.seal(folder)
    assert cache_seal.is_complete(folder)
    assert not cache_seal.is_complete(folder, "float64")
    cache_seal.seal(folder, complete="float64")
    assert cache_seal.is_complete(folder)
    assert cache_seal.is_complete(folder, "float64")


def spoiled_cache(tmp_path: Path) -> Path:
    """A sealed copy of the compiled kernels whose machine code was changed; skips where there is none."""
    engine.warm()
    warm = engine.cache_folder()
    if warm is None:
        pytest.skip("there is no cache on this machine")
    copy = tmp_path / warm.name
    shutil.copytree(warm, copy)
    cache_seal.seal(copy)
    spoiled = sorted(copy.rglob("runs.run*.nbc"))
    assert spoiled
    for path in spoiled:
        data = bytearray(path.read_bytes())
        for place in range(len(data) // 2, len(data) // 2 + 300):
            data[place] ^= 0x5A
        path.write_bytes(data)
    return copy


def run(tmp_path: Path, *arguments: str) -> None:
    """Python in a process of its own whose cache lies in that folder; it must end well."""
    environment = {**os.environ, "PLAYGROUND_KERNEL_CACHE": str(tmp_path)}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_flipped_machine_code_is_thrown_away_before_it_is_loaded(tmp_path: Path) -> None:
    copy = spoiled_cache(tmp_path)
    run(tmp_path, "-c", "from playground.engine import engine; engine.cache_folder()")
    assert copy.is_dir()
    assert list(copy.rglob("*.nb?")) == []


@pytest.mark.long  # compiles all kernels anew
def test_flipped_machine_code_does_not_kill_the_program(tmp_path: Path) -> None:
    copy = spoiled_cache(tmp_path)
    run(tmp_path, "-m", "playground", "train", "dataset:xor", "--epochs", "3", "--json")
    assert list(copy.rglob("runs.run*.nbc")) != []
