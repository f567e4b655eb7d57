"""The commands of the README are the ones that run: the script tests/readme_commands.py takes them from the text."""

from __future__ import annotations

import json
import re

import pytest

from playground.__main__ import main
from playground.run.snapshot import HISTORY_COLUMNS, PROBE_COLUMNS, SIZE_COLUMNS
from tests.readme_commands import ROOT, command_lines, install_and_open, install_and_test


def test_the_readme_has_the_two_commands() -> None:
    assert install_and_open() == "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/playground"
    assert (
        install_and_test()
        == 'python3 -m venv .venv && .venv/bin/pip install -e ".[test]" && .venv/bin/python -m pytest'
    )


def test_the_check_runs_exactly_the_readme_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert install_and_test() in script.replace("install -q", "install")


def test_the_bare_linux_lines_are_the_same_two_with_the_libraries_in_front() -> None:
    prefixed = [line for line in command_lines() if line.startswith("apt-get")]
    assert [line.split(" && ", 2)[2] for line in prefixed] == [install_and_open(), install_and_test()]


def test_the_readme_opens_with_a_picture_that_exists() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert "docs/window-light.png" in text.split("## Start")[0]
    assert (ROOT / "docs" / "window-light.png").exists()


def test_the_history_is_told_with_all_its_fields() -> None:
    told = set(re.findall(r"`([a-z_]+)`", (ROOT / "README.md").read_text("utf-8")))
    assert {*HISTORY_COLUMNS, *PROBE_COLUMNS, *SIZE_COLUMNS} <= told


def test_the_digits_end_by_their_own_rule(capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    line = next(line for line in text.splitlines() if line.strip().startswith("playground train dataset:digits"))
    assert main([*line.split()[1:], "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["stopped"]["reason"] == "accuracy"
    assert found["test"]["accuracy"] >= 0.95
