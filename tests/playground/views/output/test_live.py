"""Output and plots on a real workbench with its training thread."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from playground.figures.decision import outputs_at
from playground.views.output.panel import OutputPanel
from playground.views.plots.panel import TABS, PlotsPanel
from tests.playground.views.still_workbench import experiment_on, painted
from tests.seeds import long


def test_what_is_visible_is_asked_for_and_arrives(qtbot: QtBot, make_workbench: Callable) -> None:
    bench = make_workbench()
    output, plots = OutputPanel(bench), PlotsPanel(bench)
    for panel in (output, plots):
        qtbot.addWidget(panel)
        panel.show()
    bench.run.advance_now(epochs=2)
    assert bench.run.snapshot.maps is not None
    assert bench.run.snapshot.gradient is None
    assert bench.run.snapshot.train_outputs is None
    bench.set_view(mark_errors=True)
    plots.show_tab("Gradients")
    bench.run.advance_now(epochs=2)
    assert bench.run.snapshot.train_outputs is not None
    assert bench.run.snapshot.gradient is not None
    output.hide()
    plots.hide()
    bench.run.advance_now(epochs=2)
    assert bench.run.snapshot.maps is None
    assert bench.run.snapshot.gradient is None


def test_the_probe_under_the_pointer_is_computed_exactly(qtbot: QtBot, make_workbench: Callable) -> None:
    bench = make_workbench()
    panel = OutputPanel(bench)
    qtbot.addWidget(panel)
    panel.resize(366, 552)
    panel.show()
    bench.run.advance_now(epochs=3)
    qtbot.mouseMove(panel.map, QPoint(60, 60))
    qtbot.mouseMove(panel.map, QPoint(20, 20))
    bench.run.advance_now(epochs=1)
    assert bench.view.probe is not None
    assert bench.run.snapshot.probe is not None
    assert bench.run.snapshot.probe.point == bench.view.probe
    assert outputs_at(bench.run.snapshot, bench.view.probe)[0] == bench.run.snapshot.probe.units[-1]
    painted(panel)


@pytest.mark.parametrize("name", [long("spirals"), "blobs", "plane"])
def test_a_run_is_drawn_while_it_goes_on_and_after_edits(qtbot: QtBot, make_workbench: Callable, name: str) -> None:
    bench = make_workbench(experiment_on(name))
    output, plots = OutputPanel(bench), PlotsPanel(bench)
    for panel, size in ((output, (366, 552)), (plots, (1000, 204))):
        qtbot.addWidget(panel)
        panel.resize(*size)
        panel.show()
    bench.set_view(mark_errors=True, show_test=True)
    for tab in TABS:
        plots.show_tab(tab)
        bench.run.advance_now(epochs=3)
        assert painted(plots).width() == 1000
    assert len(bench.run.snapshot.history) == 3 * len(TABS) + 1
    before = painted(output.map)
    bench.change("Other data", data__source__name="three_spirals", data__source__samples=120)
    bench.run.advance_now(epochs=1)
    assert painted(output.map) != before
    assert np.isfinite(bench.run.snapshot.history).all()
    plots.show_tab("Confusion")
    bench.run.advance_now(epochs=1)
    assert plots.confusion.found.counts.shape == (3, 3)
