"""The script that makes fresh machines: when it refuses, what it copies from this one, what its table looks like."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import fresh_machines


def test_only_root_can_make_machines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert fresh_machines.main([]) == 2
    assert capsys.readouterr().err == "Fresh machines can be made by root only.\n"


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(shutil, "which", lambda tool: None if tool == "debootstrap" else tool)
    assert fresh_machines.cannot_run() == "Fresh machines need debootstrap, which is not installed here."
    monkeypatch.setattr(shutil, "which", lambda tool: tool)
    assert fresh_machines.cannot_run() == ""


def test_pip_in_the_root_looks_where_this_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "ours.pem").write_text("a certificate")
    lines = [
        f":env:.cert='{tmp_path / 'ours.pem'}'", "global.index-url='https://mirror.example/simple'",
        "global.extra-index-url='file:///srv/wheels'", "global.constraint='/etc/limits.txt'",
    ]  # fmt: skip
    told = subprocess.CompletedProcess([], 0, "\n".join(lines))
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: told)
    settings = fresh_machines.pip_settings(tmp_path).splitlines()
    assert settings == [
        "[global]", "cert = /etc/pip-certificate.crt", "index-url = https://mirror.example/simple",
    ]  # fmt: skip
    assert (tmp_path / "etc" / "pip-certificate.crt").read_text() == "a certificate"


def test_the_table_has_a_row_for_each_machine_also_where_nothing_came_of_it() -> None:
    good = {"release": "trixie", "Python": "3.13.5", "window": "opened and closed", "tests": "7 passed in 1.00s"}
    head, first, second = fresh_machines.table([good, {"release": "sid", "window": "failed: no root"}]).splitlines()
    assert head.split()[:3] == ["release", "Debian", "Python"]
    assert first.index("3.13.5") == head.index("Python")
    assert first.endswith("7 passed in 1.00s")
    assert second.split()[:2] == ["sid", "–"]
