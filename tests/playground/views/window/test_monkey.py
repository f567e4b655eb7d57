"""Random hands before the real window: whatever they do, model and picture agree and nothing is raised."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.playground.run.lives import START
from tests.playground.views.window.monkey import Monkey

LIVES, EVENTS = 2, 80
LONG_LIVES, LONG_EVENTS = 1003, 1000


def live(
    seed: int, events: int, open_window: Callable[..., Any], make: Callable[..., Any], folder: Path, patch: Any
) -> None:
    monkey = Monkey(seed, open_window(make(START), remember=seed % 2 == 0), folder, patch)
    try:
        monkey.live(events)
    finally:
        monkey._closer.stop()


@pytest.mark.parametrize("seed", range(LIVES))
def test_a_monkey_breaks_nothing(
    seed: int, open_window: Any, make_workbench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(seed, EVENTS, open_window, make_workbench, tmp_path, monkeypatch)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(LONG_LIVES))
def test_a_million_events_break_nothing(
    seed: int, open_window: Any, make_workbench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(seed, LONG_EVENTS, open_window, make_workbench, tmp_path, monkeypatch)
