"""The sheet of a race, with real events: begun by one click, ranked, stopped, applied, undone."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.experiment.optimizers import optimizer_choice
from playground.numbers import MISSING, figure
from playground.population import entrants
from playground.population.racing import mark_of
from playground.views.plots.races import words
from playground.views.plots.races.rank_row import RankRow
from playground.views.plots.races.sheet import RaceSheet
from playground.views.window.main_window import MainWindow
from tests.playground.views.still_workbench import painted
from tests.playground.views.window.driver import bench, trigger

LEFT = Qt.MouseButton.LeftButton


def opened(window: MainWindow, command: str = "race") -> RaceSheet:
    bench(window).run.settle()
    trigger(window, command)
    assert window.races.sheet is not None
    return window.races.sheet


def called(row: RankRow) -> str:
    assert row.entrant is not None
    assert row.name.text in (row.entrant.name, row.entrant.short)
    assert not row.name.is_cut()
    return row.entrant.name


def ended(sheet: RaceSheet, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(sheet.racing.standings) and not sheet.racing.busy)


def test_one_click_races_the_seven_and_one_is_taken_and_undone(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entrants, "EPOCHS", 25)
    workbench = bench(window)
    workbench.run.step("epoch")
    workbench.run.settle()
    before, was = workbench.experiment, workbench.run.live
    assert was is not None
    sheet = opened(window, "race_optimizers")
    assert sheet.link.text() == words.STOP
    ended(sheet, qtbot)
    assert sheet.about.text == "All 7 are over"
    standings = sheet.racing.standings
    kinds = [optimizer_choice(each.entrant.experiment.training.optimizer) for each in standings]
    assert kinds == list(entrants.OWN_RATES)
    assert [row.epoch.text for row in sheet.rows] == ["25"] * 7
    losses = {each.entrant.name: each.loss for each in standings}
    shown = [losses[called(row)] for row in sheet.rows]
    assert shown == sorted(shown)
    assert len(set(shown)) == 7
    pens = {(line.pen(1.0).color().name(), tuple(line.pen(1.0).dashPattern())) for line in sheet.plot._lines}
    assert len({dashes for _, dashes in pens}) > 2, "never by colour alone"
    assert len(pens) == 7
    assert sheet.maps.isVisible()
    assert [each.epoch for each in standings] == [25] * 7
    mark = mark_of(standings)
    assert mark is not None
    assert sheet.mark.text == f"to {figure(mark, 2)}"
    times = {called(row): row.to_mark.text for row in sheet.rows}
    for each in standings:
        needed = each.seconds_to(mark)
        assert times[each.entrant.name] == (MISSING if needed is None else figure(1000.0 * needed, 2))
    assert sheet.plot.unit == "epoch"
    over_epochs = painted(sheet.plot)
    assert "with the epochs" in sheet.plot.accessibleName()
    qtbot.mouseClick(sheet.over.buttons["clock"], LEFT)
    assert "milliseconds of computing" in sheet.plot.accessibleName()
    assert sheet.plot.unit == "ms"
    assert painted(sheet.plot) != over_epochs
    for line, each in zip(sheet.plot._lines, standings, strict=True):
        assert np.array_equal(line.epochs, 1000.0 * each.clock)
        assert np.array_equal(line.values, each.losses)
    row = next(row for row in sheet.rows if called(row).startswith("Adam,"))
    qtbot.mouseClick(row.apply, LEFT)
    assert not sheet.isVisible()
    assert workbench.undo_name == "Take Adam, rate 0.01"
    assert optimizer_choice(workbench.experiment.training.optimizer) == "adam"
    workbench.run.settle()
    assert workbench.run.live is not None
    assert workbench.run.live.step == 0
    assert len(workbench.runs.all) == 2, "the run before is a branch beside it"
    workbench.undo()
    workbench.run.settle()
    assert workbench.experiment == before
    assert workbench.run.live.step == was.step


def test_a_grid_is_chosen_stopped_and_closed_by_keys(window: MainWindow, qtbot: QtBot) -> None:
    bench(window).change("Changed", training__learning_rate=4e5, training__stop__epochs=2000)
    sheet = opened(window)
    assert sheet.about.text.startswith("7 runs, 2")
    assert not sheet.rows[0].apply.isEnabled(), "nothing has come yet"
    qtbot.mouseClick(sheet.grids.buttons["rates"], LEFT)
    assert len(sheet.rows) == 5
    assert sheet.left_out.isVisible()
    assert sheet.left_out.text.count("is left out") == 2
    qtbot.mouseClick(sheet.grids.buttons["initializers"], LEFT)
    assert len(sheet.rows) == 8
    assert not sheet.left_out.isVisible()
    qtbot.mouseClick(sheet.grids.buttons["seeds"], LEFT)
    assert [called(row) for row in sheet.rows[:2]] == ["Seed 0, as now", "Seed 1"]
    qtbot.mouseClick(sheet.link, LEFT)
    qtbot.waitUntil(lambda: bool(sheet.racing.standings) and sheet.racing.standings[0].epoch > 0)
    assert sheet.racing.busy
    assert not sheet.rows[0].apply.isEnabled(), "places still change"
    assert not sheet.grids.isEnabled()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    ended(sheet, qtbot)
    assert sheet.isVisible()
    assert sheet.about.text.endswith(", stopped") or sheet.about.text.startswith("All")
    assert sheet.rows[0].apply.isEnabled()
    qtbot.mouseClick(sheet.link, LEFT)
    assert [row.loss.text for row in sheet.rows] == ["–"] * 8, "what came of the race before is gone"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    ended(sheet, qtbot)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_an_edit_takes_the_sheet_away_and_the_thread_ends_with_it(window: MainWindow, qtbot: QtBot) -> None:
    bench(window).change("Changed", training__stop__epochs=2000)
    sheet = opened(window, "race_optimizers")
    qtbot.waitUntil(lambda: bool(sheet.racing.standings))
    bench(window).change("Changed", title="Another name")
    assert sheet.isVisible()
    bench(window).undo()
    bench(window).change("Changed", training__learning_rate=0.5)
    assert not sheet.isVisible()
    assert sheet.racing._background.cancel.is_set()


def test_branches_are_raced_where_there_are_several(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entrants, "EPOCHS", 4)
    workbench = bench(window)
    sheet = opened(window)
    assert "branches" not in sheet.grids.buttons
    sheet.close()
    workbench.run.advance_now(epochs=4)
    workbench.timeline.look(10)
    workbench.run.settle()
    workbench.change("Set L2", training__l2=0.01)
    sheet = opened(window)
    qtbot.mouseClick(sheet.grids.buttons["branches"], LEFT)
    assert [called(row) for row in sheet.rows] == ["first run", "L2 0.01"]
    sheet.start()
    ended(sheet, qtbot)
    assert {each.entrant.experiment.training.l2 for each in sheet.racing.standings} == {0.0, 0.01}
    row = next(row for row in sheet.rows if called(row) == "first run")
    qtbot.mouseClick(row.apply, LEFT)
    workbench.run.settle()
    assert workbench.experiment.training.l2 == 0
    assert len(workbench.runs.all) == 3
