"""The pictures without and with a cure: what they show, and of which run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

import playground as pg
from playground.diagnosis.cures.candidates import candidates
from playground.diagnosis.cures.ends import ends_of
from playground.diagnosis.cures.verifying import CureResult, try_cures
from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.plan import Plan
from playground.run.checkpoint import Checkpoint
from playground.run.snapshot import Demand
from playground.views.doctor.pair_pictures import CurveSide, MapSide, MatrixSide, PairPictures, figures_of, sides_of
from playground.views.window.main_window import MainWindow
from tests.own_points import about
from tests.playground.views.window.driver import bench

EVERYTHING = Demand(maps=True, predictions=True)
SLOW = Finding("learning_rate_low", "warning", (), 0, 0)


def tried(start: Checkpoint, epochs: int = 6) -> CureResult:
    plan = Plan(epochs, "asked")
    dataset = start.dataset_for(start.experiment)
    cures = candidates(SLOW, start.experiment, dataset, plan)
    return next(try_cures(start, SLOW, plan, cures[:1]))


def on(name: str, **changes: Any) -> Checkpoint:
    made = pg.on_dataset(pg.Experiment(seed=3), name)
    return Checkpoint(pg.with_changes(made, training__learning_rate=1e-4, data__source__samples=120, **changes))


def test_the_network_without_the_cure_is_the_run_itself() -> None:
    start = on("circles")
    result = tried(start)
    without, treated = ends_of(result.pairs[0], start, EVERYTHING)
    session = pg.Session(start.experiment)
    session.advance(epochs=6)
    assert np.array_equal(without.parameters, session.state.parameters)
    assert treated.parameters.tobytes() != without.parameters.tobytes()
    assert treated.experiment == result.pairs[0].run_treated.experiment


def regression_in_one_column() -> Checkpoint:
    x = np.linspace(-1.0, 1.0, 60)[None, :].T
    own = pg.OwnPoints(x, np.sin(3.0 * x[:, 0]))
    experiment = pg.with_changes(about(own, classes=0), training__learning_rate=1e-4)
    return Checkpoint(experiment, points=own)


@pytest.mark.parametrize(
    ("start", "kind", "names"),
    [
        (on("circles"), MapSide, ["test loss", "accuracy"]),
        (on("digits"), MatrixSide, ["test loss", "accuracy"]),
        (regression_in_one_column(), CurveSide, ["test loss"]),
    ],
    ids=["plane", "images", "one column"],
)
def test_maps_else_matrices_else_curves(start: Checkpoint, kind: type, names: list[str]) -> None:
    result = tried(start)
    ends = ends_of(result.pairs[0], start, EVERYTHING)
    assert [type(side) for side in sides_of(result, ends)] == [kind, kind]
    figures = figures_of(ends)
    assert [name for name, _, _ in figures] == names
    assert figures[0][1] != figures[0][2]


def test_the_sheet_shows_the_pair_that_is_pointed_at(window: MainWindow, qtbot: QtBot) -> None:
    workbench = bench(window)
    workbench.run.start()
    assert workbench.edit("rate", pg.with_changes(workbench.experiment, training__learning_rate=1e-5))
    doctor = workbench.doctor
    qtbot.waitUntil(lambda: doctor.primary is not None and not doctor.is_looking_ahead)
    workbench.run.settle()
    window.doctor.card.show_side("doctor")
    window.doctor.open_sheet()
    sheet = window.doctor.sheet
    assert sheet is not None
    pictures = sheet.findChild(PairPictures)
    assert pictures is not None
    assert not pictures.isVisible(), "nothing was tried"
    qtbot.mouseClick(sheet.table.link, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not doctor.trials.busy and pictures.isVisible())
    best, other = sheet.table.rows[0], sheet.table.rows[1]
    assert "Learning rate" in pictures.caption or "Adam" in pictures.caption
    first = pictures.caption
    qtbot.keyClick(sheet.close_button, Qt.Key.Key_Tab)
    assert best.hasFocus()
    assert doctor.trials.pointed is best._result
    other.setFocus(Qt.FocusReason.TabFocusReason)
    assert doctor.trials.pointed is other._result
    qtbot.waitUntil(lambda: pictures.caption != first)
    assert not pictures.grab().toImage().isNull()
    sheet.close_button.setFocus(Qt.FocusReason.TabFocusReason)
    assert doctor.trials.pointed is None
    assert pictures.caption != first, "what was looked at stays"
