"""Files that others change or have open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from playground.exchange.on_disk import Presence, is_another, mark_of


def test_a_window_that_leaves_a_file_takes_no_lock_from_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens while it leaves: of the two that come then, one is alone."""
    first, second, third = (Presence(tmp_path / "open") for _ in range(3))
    assert first.take(tmp_path / "a.nnp")
    alone: list[bool] = []
    unlink = Path.unlink

    def slowly(path: Path, missing_ok: bool = False) -> None:
        alone.append(second.take(tmp_path / "a.nnp"))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", slowly)
    first.leave()
    alone += [second.take(tmp_path / "a.nnp")] if not alone else []
    assert [*alone, third.take(tmp_path / "a.nnp")] == [True, False]
    second.leave()


def test_a_file_is_another_when_its_bytes_are(tmp_path: Path) -> None:
    file = tmp_path / "a.nnp"
    assert mark_of(file) is None
    assert mark_of(tmp_path) is None
    file.write_bytes(b"one")
    mark = mark_of(file)
    assert mark is not None
    assert not is_another(file, mark)
    os.utime(file, ns=(5, 5))
    assert not is_another(file, mark), "only touched"
    file.write_bytes(b"two")
    assert is_another(file, mark)
    file.unlink()
    assert not is_another(file, mark), "nothing would be overwritten"


def test_two_windows_hear_of_one_another(tmp_path: Path) -> None:
    file, link = tmp_path / "a.nnp", tmp_path / "link.nnp"
    file.write_bytes(b"")
    link.symlink_to(file)
    one, other = Presence(tmp_path / "open"), Presence(tmp_path / "open")
    assert one.take(file)
    assert not other.take(link), "the same file by another name"
    assert other.take(tmp_path / "b.nnp")
    one.leave()
    assert other.take(file)
    other.leave()
    assert Presence(file).take(file), "a folder that cannot be made tells nothing"
