"""Those who compile at once lose nothing of each other, and never read each other's machine code."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from filelock import Timeout

from kernels import bends, runs  # noqa: F401  (their entries are asked for)
from kernels.compiling import cache
from kernels.compiling.jit import ENTRIES
from kernels.compiling.saving import OneAtATime
from tests.kernels.processes import dispatchers

WRITERS, KINDS = 4, 25


def a_file(folder: Path) -> OneAtATime:
    return OneAtATime(str(folder), "entry", "stamp")


def test_what_several_save_at_once_is_all_there_and_unmixed(tmp_path: Path) -> None:
    together = threading.Barrier(WRITERS)

    def write(writer: int) -> None:
        together.wait()
        for entry in range(KINDS):
            a_file(tmp_path).save((writer, entry), f"code of {writer}, {entry}" * 1000)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = {(w, e): a_file(tmp_path).load((w, e)) for w in range(WRITERS) for e in range(KINDS)}
    assert found == {(w, e): f"code of {w}, {e}" * 1000 for w, e in found}


def test_what_another_has_saved_stays_as_its_seal_knows_it(tmp_path: Path) -> None:
    a_file(tmp_path).save("float32", "the first")
    a_file(tmp_path).save("float32", "the same, compiled twice")
    assert a_file(tmp_path).load("float32") == "the first"
    (tmp_path / "entry.1.nbc").unlink()
    a_file(tmp_path).save("float32", "the second")
    assert a_file(tmp_path).load("float32") == "the second"


@pytest.mark.parametrize("problem", [OSError(28, "full"), NotImplementedError(), Timeout("lock")], ids=repr)
def test_where_nothing_can_be_kept_the_code_is_used_all_the_same(
    problem: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    def refused(*_: Any) -> None:
        raise problem

    monkeypatch.setattr(OneAtATime, "_save_data", refused)
    a_file(tmp_path).save("float32", "code")
    assert a_file(tmp_path).load("float32") is None
    assert "not kept" in caplog.text


@pytest.mark.skipif(cache.FOLDER is None or not dispatchers(), reason="compiled kernels are not kept on disk here")
def test_every_entry_is_saved_so() -> None:
    kept = {name: each._cache for name, each in dispatchers().items() if each.stats.cache_path is not None}
    assert len(kept) == len(ENTRIES)
    assert [name for name, each in kept.items() if not isinstance(each._cache_file, OneAtATime)] == []
