"""The whole window at its extremes: the largest numbers that floats hold, the lowest canvas that the plots leave."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.diagram.diagram import Part
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense, Residual
from playground.experiment.network import Network
from playground.numbers import MISSING
from playground.views.plots.loss_and_accuracy import LossAndAccuracy
from playground.views.window.main_window import MainWindow
from tests.playground.views.plots.test_curve_plot import history
from tests.playground.views.still_workbench import painted, shown
from tests.playground.views.window.driver import bench
from tests.seeds import long


def walk(window: MainWindow) -> None:
    """Look at every tab, point at every part."""
    for place in range(window.plots.tabs.count()):
        window.plots.tabs.setCurrentIndex(place)
        QApplication.processEvents()
        window.plots.grab()
    window.grab()
    surface = window.network.view.surface
    for column in surface.diagram.columns:
        for kind in ("unit", "bias", "card", "link", "arc"):
            part = Part(kind, column.layer, 0, 0)
            if kind in ("link", "bias", "arc") and column.layer < 0:
                continue
            rect = surface.diagram.rect_of(part)
            if rect is not None:
                window.network.view.pointer.move(QPointF(window.network.view.mapFromScene(*rect.center)), False)
                window.network.grab()


@pytest.mark.parametrize(("precision", "size"), [("float32", 3e38), ("float64", 1.7e308)])
def test_the_largest_weights_are_drawn(
    open_window: Callable[..., Any], make_workbench: Callable[..., Any], precision: str, size: float
) -> None:
    layers = (Dense(3), Residual(), Dense(4, "relu"))
    start = with_changes(Experiment(), network=Network(layers), training__precision=precision)
    window = open_window(make_workbench(start), size=(1024, 600))
    workbench = bench(window)
    workbench.set_view(log_scale=True)
    for index in range(workbench.run.snapshot.layout.size):
        workbench.set_parameter(index, size if index % 3 else -size)
        if index % 8 == 0:
            workbench.run.settle()
    for probe in (None, (3.0, -5.0)):
        workbench.set_view(probe=probe)
        workbench.run.advance_now(epochs=0)
        walk(window)
        assert np.isfinite(workbench.run.snapshot.parameters).all(), probe


@pytest.mark.parametrize("size", [1.7976931348623157e308, 1e300, 5e-324, 1e-320, 3e38])
@pytest.mark.parametrize("log", [False, True])
def test_curves_of_any_size_are_drawn(qtbot: QtBot, size: float, log: bool) -> None:
    workbench, view = shown(qtbot, LossAndAccuracy, size=(1000, 240))
    workbench.set_view(log_scale=log)
    rows = history(40)
    rows[:, 1:3] = size
    rows[0, 1:3] = 0.5
    workbench.show_snapshot(replace(workbench.show_run(), history=rows))
    view.loss.set_cursor_epoch(float(rows[-1, 0]))
    painted(view.loss)
    assert not any(value == MISSING for _, _, value in view.loss.read_out())


SIZES = ((1200, 680), (2560, 1400))
STACKS = ((Dense(4), Dense(2)), (Dense(8), Dense(8)), (Dense(512), Dense(1)), ())


@pytest.mark.parametrize(("size", "every"), [((1200, 680), 3), *(long(size, 1) for size in SIZES)])
def test_the_plots_may_be_as_high_as_they_like(window: Any, size: tuple[int, int], every: int) -> None:
    """Each height and each stack, and with -m long each with each."""
    window.resize(*size)
    for strip, layers in list(product((1, 420, 500, 5000), STACKS))[::every]:
        window.areas.set_strip_height(strip)
        bench(window).edit("Network", with_changes(bench(window).experiment, network=Network(layers)))
        bench(window).run.advance_now(epochs=0)
        QApplication.processEvents()
        window.grab()
