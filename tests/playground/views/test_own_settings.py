"""That no test of the window reads or writes the settings of whoever runs it."""

from __future__ import annotations

from pathlib import Path

from playground.settings import settings
from playground.settings.settings import folder as real_folder


def test_tests_never_touch_the_settings_of_who_runs_them(tmp_path: Path) -> None:
    for kept in (settings.settings_file(), settings.window_file()):
        assert kept.parent == settings.folder()
        assert kept.is_relative_to(tmp_path)
    assert settings.folder() != real_folder()
