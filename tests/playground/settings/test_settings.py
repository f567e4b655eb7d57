"""The settings file: typed, forgiving, and kind to what a user wrote into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from playground.settings import settings
from playground.settings.settings import MAX_RECENT, Settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "settings.toml"


def test_what_is_written_is_read(file: Path) -> None:
    kept = Settings(theme="dark", recent=("/a/b.nnp", "/ü/“c”.nnp"))
    assert settings.write(kept, file)
    assert settings.read(file) == kept
    assert [path.name for path in file.parent.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Settings()),
        ("this is [ not TOML", Settings()),
        ('theme = "sepia"\nrecent = ["/a"]', Settings(recent=("/a",))),
        ('theme = "dark"\nrecent = 3', Settings(theme="dark")),
        ('theme = "dark"\nunknown = true', Settings(theme="dark")),
        ('theme = ["dark"]', Settings()),
        ('favourites = ["moons", "heart"]', Settings(favourites=("moons", "heart"))),
        ('favourites = "moons"', Settings()),
    ],
)
def test_a_broken_value_has_its_default_and_spoils_no_other(file: Path, text: str, expected: Settings) -> None:
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    assert settings.read(file) == expected


def test_a_missing_or_unreadable_file_means_defaults(file: Path) -> None:
    assert settings.read(file) == Settings()
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe\x00")
    assert settings.read(file) == Settings()


def test_comments_and_unknown_entries_are_kept(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('# mine\ntheme = "light"\nunknown = 7\n', encoding="utf-8")
    settings.write(Settings(theme="dark"), file)
    text = file.read_text("utf-8")
    assert "# mine" in text
    assert "unknown = 7" in text
    assert 'theme = "dark"' in text


def test_a_file_that_is_no_toml_is_put_aside(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("theme = [ broken", encoding="utf-8")
    settings.write(Settings(theme="dark"), file)
    assert settings.read(file).theme == "dark"
    assert file.with_name("settings.toml.broken").read_text("utf-8") == "theme = [ broken"


def test_where_nothing_can_be_written_nothing_breaks(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert not settings.write(Settings(), blocked / "settings.toml")


def test_recent_files_are_newest_first_without_doubles_and_not_too_many(tmp_path: Path) -> None:
    kept = Settings()
    for number in range(MAX_RECENT + 3):
        kept = kept.with_recent(tmp_path / f"{number}.nnp")
    kept = kept.with_recent(tmp_path / "5.nnp")
    assert len(kept.recent) == MAX_RECENT
    assert kept.recent[0] == str(tmp_path / "5.nnp")
    assert len(set(kept.recent)) == MAX_RECENT


def test_the_folder_follows_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    if settings.folder().is_relative_to(tmp_path):
        assert settings.folder() == tmp_path / "neural-playground"
