"""Whatever stands in the files of settings, the program starts, keeps a damaged file aside and says so once."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from playground.settings import settings
from playground.settings.settings import MAX_RECENT, Settings
from playground.views.window import place
from playground.views.window.messages import WELCOME
from playground.views.window.place import Place
from tests.seeds import letters

HOSTILE = {
    "twenty digits": b"[General]\nstrip=12345678901234567890\nmore=\n",
    "superscript": "[General]\nstrip=²\n".encode(),
    "negative": b"[General]\nstrip=-5\n",
    "wrong type": b"[General]\nstrip=@ByteArray(abc)\ngeometry=7\nmore=nothing\n",
    "a list": b"[General]\nstrip=1, 2, 3\ngeometry=a, b\n",
    "packed": b"[General]\nstrip=@Variant(\\0\\0\\0\\x7f\\0\\0\\0\\x10QWidget*)\n",
    "brackets": b"[" * 5000,
    "binary": bytes(range(256)) * 40,
    "huge": b"[General]\nstrip=5\n" + b"# " + b"x" * 2_000_000,
    "no text": b"\xff\xfe\x00",
}
TOML = {
    **HOSTILE,
    "deep": b"recent = " + b"[" * 5000 + b"]" * 5000,
    "digits": b"theme = 12345678901234567890\nrecent = [12345678901234567890]\n",
    "wrong types": b"theme = [[]]\nrecent = {a = 1}\n",
    "twice": b'theme = "dark"\ntheme = "light"\n',
}
FREELY = effort(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("name", ["wrong type", "no text"])
def test_a_hostile_place_never_prevents_the_start(open_window: Callable[..., Any], name: str) -> None:
    raw = HOSTILE[name]
    settings.folder().mkdir(parents=True, exist_ok=True)
    settings.window_file().write_bytes(raw)
    window = open_window(remember=True)
    assert window.messages.text.startswith("window.ini is damaged, so the usual settings are used; it was kept as ")
    assert settings.window_file().with_name("window.ini.broken").read_bytes() == raw


@pytest.mark.parametrize("name", ["binary", "wrong types", "twice"])
def test_hostile_settings_never_prevent_the_start(open_window: Callable[..., Any], name: str) -> None:
    raw = TOML[name]
    settings.folder().mkdir(parents=True, exist_ok=True)
    settings.settings_file().write_bytes(raw)
    window = open_window(remember=True)
    window.menus.fill_recent()
    aside = settings.settings_file().with_name("settings.toml.broken")
    assert window.messages.text in ("", WELCOME) or aside.read_bytes() == raw
    assert settings.write(Settings(theme="dark"))
    assert settings.read().theme == "dark"


def test_no_hostile_place_is_taken_for_one_of_ours(tmp_path: Path) -> None:
    file = tmp_path / "window.ini"
    for name, raw in HOSTILE.items():
        file.write_bytes(raw)
        assert place.read(file) is None, name
        assert file.read_bytes() == raw, name


def test_hostile_settings_are_the_usual_ones_and_can_be_written_over(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    for name, raw in TOML.items():
        file.write_bytes(raw)
        broken = settings.is_broken(file)
        settings.read(file)
        assert settings.write(Settings(theme="dark"), file), name
        assert settings.read(file).theme == "dark", name
        assert not broken or file.with_name("settings.toml.broken").read_bytes() == raw, name


def test_what_is_no_file_is_not_waited_for(open_window: Callable[..., Any]) -> None:
    settings.folder().mkdir(parents=True)
    settings.window_file().mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(settings.settings_file())
    window = open_window(remember=True)
    assert "is damaged" in window.messages.text
    assert settings.read() == Settings()


BYTES = st.one_of(
    st.binary(max_size=200),
    st.text(letters, max_size=100).map(lambda text: f"[General]\nstrip={text}\ngeometry=@ByteArray({text})\n".encode()),
    st.text(letters, max_size=100).map(lambda text: f'theme = "{text}"\nrecent = ["{text}", {text}]\n'.encode()),
    st.integers().map(lambda number: f"[General]\nstrip={number}\ntheme = {number}\n".encode()),
)


@FREELY
@given(raw=BYTES)
@example(raw=b'recent = ["\\u0000", "\\ud800", ""]')
@example(raw=b'recent = ["a\\u0000b", "fine"]')
def test_whatever_a_file_holds_what_is_read_is_usable(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "any"
    file.write_bytes(raw)
    found = place.read(file)
    assert found is None or found.strip is None or 0 < found.strip <= place.HIGHEST_STRIP
    kept = settings.read(file)
    assert len(kept.recent) <= MAX_RECENT
    assert all("\0" not in name for name in kept.recent)
    file.write_bytes(raw)
    assert settings.write(Settings(theme="dark"), file)
    assert settings.read(file).theme == "dark"


@FREELY
@given(places=st.lists(st.tuples(st.integers(0, 65), st.integers(0, 255)), max_size=12))
def test_a_forged_geometry_leaves_a_window_of_a_possible_size(qtbot: QtBot, places: list[tuple[int, int]]) -> None:
    window = QMainWindow()
    raw = bytearray(window.saveGeometry().data())
    for at, value in places:
        raw[at % len(raw)] = value
    window.restoreGeometry(QByteArray(bytes(raw)))
    assert window.width() <= 20_000
    assert window.height() <= 20_000
    window.deleteLater()


def test_what_is_remembered_comes_back(tmp_path: Path) -> None:
    kept = Place(QByteArray(b"\x01\x02some bytes"), 320, "")
    place.write(kept, tmp_path / "window.ini")
    assert place.read(tmp_path / "window.ini") == kept
