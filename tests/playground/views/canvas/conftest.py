"""Canvases of any layers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from playground.experiment.layers import BatchNorm, Dense, Dropout, Layer
from tests.playground.views.canvas.driver import Driver, with_layers
from tests.playground.views.window.driver import Make

MakeDriver = Callable[..., Driver]


@pytest.fixture
def make_driver(qtbot: QtBot, make_workbench: Make) -> MakeDriver:
    """A canvas of these layers; fields: what else of the experiment is another."""

    def make(*layers: Layer, size: tuple[int, int] = (900, 550), **fields: object) -> Driver:
        return Driver(qtbot, make_workbench(with_layers(*layers, **fields)), size)

    return make


@pytest.fixture
def driver(make_driver: MakeDriver) -> Driver:
    """Two layers of units with slim ones between and behind."""
    return make_driver(Dense(4), Dropout(), Dense(3), BatchNorm())
