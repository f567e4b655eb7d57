"""A window on a table, and the pointer put away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor

from tests.playground.views.output.section_window import document
from tests.playground.views.window.driver import Make, Open, bench


@pytest.fixture(autouse=True)
def pointer_put_away() -> Iterator[None]:
    """The pointer is left where no other test meets it."""
    yield
    QCursor.setPos(QPoint(0, 0))


@pytest.fixture
def window(make_workbench: Make, open_window: Open) -> Any:
    """A window on four columns, trained a little."""
    found = open_window(make_workbench(document()))
    bench(found).run.advance_now(epochs=5)
    return found
