"""The commands of the README are the ones that run: the script tests/readme_commands.py takes them from the text."""

from __future__ import annotations

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
