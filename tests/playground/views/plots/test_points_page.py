"""The tab of the points: sorting by clicks, a row that shows its point, rings only while it is open."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.run.session import Session
from playground.run.snapshot import Demand
from playground.views.plots.points_grid import PointsGrid
from playground.views.plots.points_page import PointsPage
from playground.views.workbench.workbench import Workbench
from tests.playground.views.still_workbench import StillWorkbench, experiment_on, painted, shown

NOISY = with_changes(Experiment(), data__source__samples=60, data__imperfections__label_noise=0.1)


def trained(bench: StillWorkbench, epochs: int = 12) -> None:
    session = Session(bench.experiment)
    session.record_samples()
    session.advance(epochs=epochs)
    bench.show_snapshot(session.snapshot(Demand(samples=True)))


def opened(qtbot: QtBot, experiment: Experiment = NOISY) -> tuple[Any, PointsPage, PointsGrid]:
    bench, page = shown(qtbot, PointsPage, experiment, (900, 165))
    trained(bench)
    return bench, page, page.grid


def click_head(qtbot: QtBot, grid: PointsGrid, name: str) -> None:
    place = dict(grid.columns())[name].center().toPoint()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_rows_are_sorted_by_clicks_on_heads(qtbot: QtBot) -> None:
    _, page, grid = opened(qtbot)
    assert page.table is not None
    assert grid.order == page.table.hardest.tolist()
    click_head(qtbot, grid, "loss")
    losses = page.table.history.losses[-1]
    assert grid.order[0] == losses.argmax()
    assert grid.accessibleDescription() == "30 rows, sorted by loss"
    click_head(qtbot, grid, "loss")
    assert grid.order[0] == losses.argmin()
    before = painted(grid)
    click_head(qtbot, grid, "point")
    assert grid.order == list(range(30))
    assert painted(grid) != before


def test_a_row_shows_its_point_by_mouse_and_by_keys(qtbot: QtBot) -> None:
    bench, _, grid = opened(qtbot)
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.row_rect(2).center().toPoint())
    chosen = grid.order[2]
    assert bench.view.probe == tuple(bench.dataset.train_points[:, chosen].tolist())
    assert bench.view.probe_label == bench.dataset.train_labels[chosen]
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.chosen == grid.order[3]
    qtbot.keyClick(grid, Qt.Key.Key_End)
    assert grid.chosen == grid.order[-1]
    assert grid.row_rect(29).bottom() <= grid.viewport().height() + 1
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    assert grid.chosen == grid.order[0]
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 2))
    assert grid.column == "point"


def test_the_hardest_are_ringed_only_while_the_tab_is_open(qtbot: QtBot) -> None:
    bench, page, grid = opened(qtbot)
    assert page.table is not None
    assert bench.view.ringed_samples == page.table.ringed != ()
    assert "hardest points" in page.words[2].text
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    page.hide()
    assert bench.view.ringed_samples == ()
    assert bench.view.probe is None
    page.show()
    assert bench.view.ringed_samples == page.table.ringed


def test_other_points_clear_it_until_their_own_come(qtbot: QtBot) -> None:
    bench, page, grid = opened(qtbot)
    bench.show_experiment(experiment_on("xor"))
    assert page.table is None
    assert grid.order == []
    assert bench.view.ringed_samples == ()
    painted(page)
    trained(bench)
    assert len(grid.order) == 250


@pytest.mark.parametrize("name", ["digits", "plane"])
def test_images_and_regressions(qtbot: QtBot, name: str) -> None:
    experiment = experiment_on(name, data__source__samples=100)
    if name == "digits":
        experiment = with_changes(experiment, data__source__samples=100)
    bench, _, grid = opened(qtbot, experiment)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    painted(grid)
    if name == "digits":
        assert bench.view.probe_sample == grid.order[0]
        assert bench.view.ringed_samples == ()
    else:
        assert [each for each, _ in grid.columns()] == ["point", "target", "loss", "mean loss"]
        assert len(bench.view.ringed_samples) == 8


def test_the_run_writes_samples_down_only_while_they_are_asked_for(qtbot: QtBot) -> None:
    bench = Workbench(NOISY)
    bench.prepare_now()
    bench.run.advance_now(epochs=3)
    assert bench.run.snapshot is not None
    assert bench.run.snapshot.samples is None
    bench.run.demands.set("plots", samples=True)
    bench.run.settle()
    bench.run.advance_now(epochs=2)
    assert bench.run.snapshot.samples is not None
    assert bench.run.snapshot.samples.epochs == (3, 4, 5)
    bench.run.demands.set("plots")
    bench.run.advance_now(epochs=2)
    bench.run.demands.set("plots", samples=True)
    bench.run.settle()
    assert bench.run.snapshot.samples.epochs == (3, 4, 5, 7)
    other = Session(NOISY)
    other.advance(epochs=7)
    assert other.state.parameters.tobytes() == bench.run.snapshot.parameters.tobytes()
    assert replace(bench.view, ringed_samples=(1,)) != bench.view
    bench.close()
