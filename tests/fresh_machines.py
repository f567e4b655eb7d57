"""Runs the README's two commands on fresh machines: bare Debian roots with nothing but Python, each thrown away after.

    python3 -m tests.fresh_machines                      all releases; twenty minutes each, two gigabytes at a time
    python3 -m tests.fresh_machines trixie --folder DIR  one of them, made in DIR (else where temporary files lie)

What git has of HEAD is installed with the README's lines for a bare Linux machine, word by word. The first line has to
show its window, on a screen that exists in memory only, and to end when Ctrl+Q is pressed; the second has to pass.
Then a table is printed: the versions that were met, and what came of it.

It needs root and the packages debootstrap, git, xvfb and xdotool. Packages come from where this machine gets its own.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.readme_commands import clean_checkout, command_lines

RELEASES = ("bookworm", "trixie", "forky")
TOOLS = ("debootstrap", "git", "Xvfb", "xdotool", "unshare")
WINDOW_CLASS = "neural-playground"
PATIENCE = 2400.0
"""Seconds that one command may take; most of them are downloads."""
SCREENS = "/tmp/.X11-unix"
PIP_SETTINGS = ("index-url", "extra-index-url", "trusted-host", "proxy", "cert", "timeout")
"""What of this machine's settings for pip says where packages come from."""
CERTIFICATE = "etc/pip-certificate.crt"
APT_SETTINGS = ("Acquire::http", "Acquire::Check-")
SHOWN = {"PySide6": "pyside6-essentials", "NumPy": "numpy", "Numba": "numba", "pyqtgraph": "pyqtgraph"}
ENTER = """
mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mkdir -p "$1/{screens}" &&
mount --bind {screens} "$1/{screens}" && exec chroot "$1" bash -c "cd checkout && $2"
""".replace("{screens}", SCREENS)


class Failed(Exception):
    """A sentence that says what did not go as the README promises."""


@dataclass
class Machine:
    """One bare root, what was met in it and what came of it."""

    release: str
    root: Path
    facts: dict[str, str] = field(default_factory=dict)

    def start(self, command: str, display: str, log: Path) -> subprocess.Popen[bytes]:
        """A command line in a new checkout, in a room of its own: whatever it mounts or starts ends with it."""
        shutil.rmtree(self.root / "checkout", ignore_errors=True)
        clean_checkout(self.root)
        environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
            "LANG": "C.UTF-8", "DISPLAY": display, "DEBIAN_FRONTEND": "noninteractive",
        }  # fmt: skip
        room = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", ENTER, "bash"]
        with log.open("wb") as output:
            return subprocess.Popen(
                [*room, str(self.root), command],
                env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip


def main(arguments: list[str]) -> int:
    """Exit code 0 if everything worked everywhere."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.fresh_machines")
    parser.add_argument("releases", nargs="*", default=[], metavar="RELEASE", help=f"of {', '.join(RELEASES)}")
    parser.add_argument("--folder", help="where the roots are made, one after the other")
    chosen = parser.parse_args(arguments)
    if problem := cannot_run():
        print(problem, file=sys.stderr)
        return 2
    if chosen.folder is not None:
        Path(chosen.folder).mkdir(parents=True, exist_ok=True)
    machines = [try_out(release, chosen.folder) for release in chosen.releases or RELEASES]
    print(table([machine.facts for machine in machines]))
    return int(any("failed" in " ".join(machine.facts.values()) for machine in machines))


def cannot_run() -> str:
    """Why this machine cannot make others, or nothing."""
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "Fresh machines can be made by root only."
    return f"Fresh machines need {', '.join(lacking)}, which is not installed here." if lacking else ""


def try_out(release: str, folder: str | None) -> Machine:
    """Make a machine, run both commands in it, and throw it away."""
    with tempfile.TemporaryDirectory(prefix=f"{release}-", dir=folder) as made:
        machine = Machine(release, Path(made) / "root", {"release": release})
        try:
            bootstrap(machine)
            opening, testing = (line for line in command_lines() if line.startswith("apt-get"))
            machine.facts["window"] = judged(machine, open_window, opening)
            machine.facts["tests"] = judged(machine, run_tests, testing)
            machine.facts |= versions(machine.root)
        except Failed as problem:
            machine.facts["window"] = f"failed: {problem}"
    return machine


def bootstrap(machine: Machine) -> None:
    """The bare root. `sid` is the recipe of every release, also of those younger than this machine's debootstrap."""
    say(f"{machine.release}: making a bare root")
    command = ["debootstrap", "--variant=minbase", "--include=python3", machine.release, str(machine.root), mirror()]
    log = machine.root.parent / "bootstrap.log"
    with log.open("wb") as output:
        done = subprocess.run([*command, "sid"], stdout=output, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise Failed(f"no root could be made: {end_of(log)}")
    for path, text in {"apt/apt.conf.d/99this-machine": apt_settings(), "pip.conf": pip_settings(machine.root)}.items():
        (machine.root / "etc" / path).write_text(text, "utf-8")


def mirror() -> str:
    """Where this machine gets Debian's packages; nothing for debootstrap's own choice."""
    told = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
        capture_output=True, text=True, check=False,
    ).stdout.split()  # fmt: skip
    return next((uri for uri in told if uri.rstrip("/").endswith("/debian")), "")


def apt_settings() -> str:
    """How this machine reaches packages: a proxy, what it checks."""
    told = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=False).stdout
    return "".join(f"{line}\n" for line in told.splitlines() if line.startswith(APT_SETTINGS))


def pip_settings(root: Path) -> str:
    """Where this machine's pip looks; folders of this machine are left out, a certificate is copied into the root."""
    told = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    found: dict[str, str] = {}
    for line in told.stdout.splitlines():
        name, _, value = line.partition("=")
        key, text = name.rpartition(".")[2], str(ast.literal_eval(value))
        if key in PIP_SETTINGS and "file:" not in text:
            found[key] = text
    if certificate := found.get("cert"):
        shutil.copy(certificate, root / CERTIFICATE)
        found["cert"] = f"/{CERTIFICATE}"
    return "[global]\n" + "".join(f"{key} = {value}\n" for key, value in found.items())


def judged(machine: Machine, work: Callable[[Machine, str, Path], str], line: str) -> str:
    """What a command came to, with its time; on failure the end of what it printed is shown."""
    say(f"{machine.release}: {line}")
    log, began = machine.root.parent / "output.log", time.monotonic()
    try:
        told = work(machine, line, log)
    except Failed as problem:
        say(f"{machine.release}: {problem}\n{end_of(log, 60)}")
        return f"failed: {problem}"
    say(f"{machine.release}: {told} ({time.monotonic() - began:.0f} s)")
    return told


def open_window(machine: Machine, line: str, log: Path) -> str:
    """The window comes, and Ctrl+Q ends the program as its menu would."""
    with screen() as display:
        process = machine.start(line, display, log)
        try:
            window = wait_for_window(process, display)
            on_screen(display, "windowfocus", "--sync", window, "key", "ctrl+q")
            if process.wait(60):
                raise Failed(f"the program ended with exit code {process.returncode}")
        except subprocess.TimeoutExpired:
            raise Failed("the window could not be closed") from None
        finally:
            process.kill()
            process.wait()
    return "opened and closed"


@contextmanager
def screen() -> Iterator[str]:
    """The name of a new X display that nobody sees."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as number:
        display = f":{number.readline().strip()}"
    try:
        yield display
    finally:
        server.terminate()
        server.wait()


def wait_for_window(process: subprocess.Popen[bytes], display: str) -> str:
    """The number of the program's window, once it is there."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise Failed(f"no window: exit code {process.returncode}")
        found = on_screen(display, "search", "--onlyvisible", "--class", WINDOW_CLASS).split()
        if found:
            return found[0]
        time.sleep(1.0)
    raise Failed("no window appeared")


def on_screen(display: str, *words: str) -> str:
    """What xdotool says."""
    environment = {**os.environ, "DISPLAY": display}
    return subprocess.run(["xdotool", *words], env=environment, capture_output=True, text=True, check=False).stdout


def run_tests(machine: Machine, line: str, log: Path) -> str:
    """pytest's last line."""
    process = machine.start(line, "", log)
    try:
        code = process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise Failed(f"not done after {PATIENCE:.0f} s") from None
    if code:
        raise Failed(f"exit code {code}: {end_of(log)}")
    return end_of(log)


def end_of(log: Path, lines: int = 1) -> str:
    """The last lines of an output."""
    return "\n".join(log.read_text("utf-8", "replace").strip().splitlines()[-lines:])


def versions(root: Path) -> dict[str, str]:
    """What was installed: Debian, Python and the libraries that decide."""
    command = shlex.join(["chroot", str(root), "/checkout/.venv/bin/python", "-m", "pip", "list", "--format=json"])
    told = subprocess.run(command, shell=True, capture_output=True, text=True, check=False).stdout
    found = {each["name"].lower().replace("_", "-"): each["version"] for each in json.loads(told or "[]")}
    python = subprocess.run(["chroot", str(root), "python3", "-V"], capture_output=True, text=True, check=False).stdout
    debian = (root / "etc" / "debian_version").read_text("utf-8").strip()
    return {
        "Debian": debian,
        "Python": python.split()[-1],
        **{name: found.get(key, "–") for name, key in SHOWN.items()},
    }


def table(rows: list[dict[str, str]]) -> str:
    """The facts as a table, a machine a row."""
    names = ["release", "Debian", "Python", *SHOWN, "window", "tests"]
    cells = [names, *[[row.get(name, "–") for name in names] for row in rows]]
    widths = [max(len(row[place]) for row in cells) for place in range(len(names))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(line.rstrip() for line in lines)


def say(text: str) -> None:
    """Progress, beside the table."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
