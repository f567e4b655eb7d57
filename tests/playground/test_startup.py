"""The canary: each known-bad machine ends in one sentence with the remedy."""

from __future__ import annotations

import pytest
from playground import startup
from playground.startup import UnfitMachine


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
        startup.check_display({}, "linux")
    startup.check_display({"QT_QPA_PLATFORM": "offscreen"}, "linux")
    startup.check_display({"WAYLAND_DISPLAY": "wayland-0"}, "linux")
    startup.check_display({}, "win32")


def test_a_missing_library_is_named_with_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(startup.ctypes, "CDLL", broken)
    with pytest.raises(UnfitMachine, match=r"libxcb-cursor\.so\.0.*apt-get install"):
        startup.check_display({"DISPLAY": ":0"}, "linux")
