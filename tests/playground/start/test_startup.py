"""The canary: each known-bad machine ends in one sentence with the remedy."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from playground.start import screen, startup
from playground.start.unfit import UnfitMachine, unloadable

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "XDG_RUNTIME_DIR", "QT_QPA_PLATFORM")


def test_an_old_python_is_refused() -> None:
    with pytest.raises(UnfitMachine, match=r"needs Python 3\.11"):
        startup.check_python((3, 10, 4))
    startup.check_python((3, 11, 0))


def test_the_pair_that_kills_the_process_is_refused_with_the_command_that_helps() -> None:
    with pytest.raises(UnfitMachine, match=r'pip install "PySide6-Essentials<6\.12"'):
        startup.check_qt((3, 11, 7), "6.12.0")
    startup.check_qt((3, 12, 0), "6.12.0")
    startup.check_qt((3, 11, 7), "6.11.3")


def test_a_missing_qt_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise startup.PackageNotFoundError(name)

    monkeypatch.setattr(startup, "version", missing)
    with pytest.raises(UnfitMachine, match="PySide6, which is not installed"):
        startup.check_qt((3, 12, 0))


def test_no_screen_is_said_before_qt_aborts() -> None:
    with pytest.raises(UnfitMachine, match="no screen"):
        screen.check_display({}, "linux")
    screen.check_display({"QT_QPA_PLATFORM": "offscreen"}, "linux")
    screen.check_display({"QT_QPA_PLATFORM": "minimal:enable_fonts"}, "linux")
    screen.check_display({}, "win32")
    screen.check_display({}, "darwin")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 and Wayland are Linux's")
@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DISPLAY": ":7777"}, "DISPLAY=:7777 does not answer"),
        ({"DISPLAY": "unix:7777"}, "DISPLAY=unix:7777 does not answer"),
        ({"DISPLAY": "host.invalid:0"}, "DISPLAY=host.invalid:0 does not answer"),
        ({"DISPLAY": ":99999999999"}, "does not answer"),
        ({"DISPLAY": "nonsense"}, "DISPLAY=nonsense does not answer"),
        ({"QT_QPA_PLATFORM": "xcb"}, "DISPLAY is not set"),
        ({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":7777"}, "does not answer"),
        ({"WAYLAND_DISPLAY": "wayland-77"}, "WAYLAND_DISPLAY=wayland-77 does not answer"),
        (
            {"WAYLAND_DISPLAY": "wayland-77", "XDG_RUNTIME_DIR": "/nowhere"},
            "WAYLAND_DISPLAY=wayland-77 does not answer",
        ),
        ({"WAYLAND_DISPLAY": "wayland-77", "DISPLAY": ":7777"}, "wayland-77 does not answer.*7777 does not answer"),
        ({"QT_QPA_PLATFORM": "wayland;xcb"}, "wayland-0 does not answer.*DISPLAY is not set"),
    ],
)
def test_a_screen_that_does_not_answer_is_named(environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(UnfitMachine, match=sentence) as caught:
        screen.check_display(environment, "linux")
    assert "playground train" in str(caught.value)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the window is refused on Linux only")
@pytest.mark.parametrize("environment", [{"DISPLAY": ":7777"}, {"QT_QPA_PLATFORM": "xcb"}])
def test_the_program_ends_with_a_sentence_instead_of_being_aborted(environment: dict[str, str]) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in SCREENS}
    command = [sys.executable, "-m", "playground"]
    done = subprocess.run(
        command, env={**kept, **environment}, capture_output=True, text=True, cwd=Path(__file__).parents[3]
    )
    assert done.returncode == 1
    assert done.stderr.startswith("playground: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Path]:
    """A Unix socket on which something listens."""
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.bind(str(path))
        line.listen(8)
        yield path


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 and Wayland are Linux's")
def test_a_screen_that_answers_is_taken(listening: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen.ctypes, "CDLL", lambda path: None)
    monkeypatch.setattr(screen, "_refusal", lambda display: "")
    monkeypatch.setattr(screen.subprocess, "run", None)  # no child is started
    here = {"XDG_RUNTIME_DIR": str(listening.parent), "WAYLAND_DISPLAY": listening.name}
    screen.check_display(here, "linux")
    screen.check_display({"WAYLAND_DISPLAY": str(listening), "DISPLAY": ":7777"}, "linux")
    screen.check_display({"DISPLAY": str(listening), "WAYLAND_DISPLAY": "wayland-77"}, "linux")
    screen.check_display({**here, "QT_QPA_PLATFORM": "xcb;wayland-egl"}, "linux")


def test_a_server_that_starts_anew_refuses_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "REFUSED_AFTER", (0.0, 0.0, 0.0))
    library, answers = MagicMock(), iter([1, 1, 0])
    library.xcb_connection_has_error = lambda connection: next(answers)
    monkeypatch.setattr(screen.ctypes, "CDLL", lambda path: library)
    assert screen._refusal(":0") == ""
    library.xcb_connection_has_error = lambda connection: 1
    assert "does not let this user in" in screen._refusal(":0")


def test_a_platform_of_which_nothing_is_known_is_tried_by_a_child() -> None:
    environment = {name: value for name, value in os.environ.items() if name not in SCREENS}
    with pytest.raises(UnfitMachine, match="QT_QPA_PLATFORM=nonsense"):
        screen.check_display({**environment, "QT_QPA_PLATFORM": "nonsense"}, "linux")


@pytest.mark.parametrize("environment", [{}, {"QT_QPA_PLATFORM": "xcb"}])
def test_a_missing_library_is_named_with_the_packages(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(path: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(screen, "_answers", lambda display: True)
    monkeypatch.setattr(screen, "_plugin", lambda file: Path(__file__))
    monkeypatch.setattr(screen.ctypes, "CDLL", broken)
    with pytest.raises(UnfitMachine, match=r"libxcb-cursor\.so\.0.*apt-get install"):
        screen.check_display({"DISPLAY": ":0", **environment}, "linux")


def test_each_system_gets_its_own_remedy() -> None:
    windows = unloadable("DLL load failed while importing QtWidgets: not found.", "libgl1", "win32")
    mac = unloadable("dlopen(QtWidgets.abi3.so): Library not loaded: x", "libgl1", "darwin")
    for text in (windows, mac):
        assert "apt-get" not in text
        assert "pip install --force-reinstall PySide6-Essentials" in text
    assert "Visual C++" in windows
    assert "Visual C++" not in mac
    old = unloadable("/lib/libc.so.6: version `GLIBC_2.34' not found (required by x)", "libgl1", "linux")
    assert "GLIBC_2.34" in old
    assert "missing" not in old
