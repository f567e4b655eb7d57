"""Runs the README's two commands on a clean checkout, each in its own virtual environment, and says whether they work.

    python tests/readme_commands.py            both; needs a package registry and some minutes
    python tests/readme_commands.py --open     only the one that installs and opens (closed after the first frames)

The commands are taken from the README itself, so they cannot drift apart.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OPEN_SECONDS = 45
STOPPED_BY_TIMEOUT = 124


def command_lines() -> list[str]:
    """Every indented command of the README that makes a virtual environment, unprefixed ones first."""
    lines = [line.strip() for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line.startswith("    ")]
    return [line for line in lines if "-m venv" in line]


def install_and_open() -> str:
    """The command that installs and opens the program."""
    return next(line for line in command_lines() if line.startswith("python3") and line.endswith("playground"))


def install_and_test() -> str:
    """The command that installs and runs the tests."""
    return next(line for line in command_lines() if line.startswith("python3") and line.endswith("pytest"))


def clean_checkout(folder: Path) -> Path:
    """A copy of what git has of HEAD, and nothing else."""
    target = folder / "checkout"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(target)], check=True)
    return target


def run_in(checkout: Path, command: str, accepted: tuple[int, ...] = (0,)) -> bool:
    """Run one command line as a user would."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    print(f"$ {command}", flush=True)
    done = subprocess.run(["bash", "-c", command], cwd=checkout, env=environment, check=False)
    print(f"exit code {done.returncode}", flush=True)
    return done.returncode in accepted


def main(arguments: list[str]) -> int:
    """Exit code 0 if everything worked."""
    with tempfile.TemporaryDirectory() as folder:
        opened = clean_checkout(Path(folder))
        closed_by_itself = install_and_open().replace(
            ".venv/bin/playground", f"timeout {OPEN_SECONDS} .venv/bin/playground"
        )
        works = run_in(opened, closed_by_itself, (0, STOPPED_BY_TIMEOUT))
    if "--open" in arguments or not works:
        return 0 if works else 1
    with tempfile.TemporaryDirectory() as folder:
        return 0 if run_in(clean_checkout(Path(folder)), install_and_test()) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
