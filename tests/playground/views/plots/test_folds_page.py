"""The tab of the folds: training them by a click, cancelling, and what an edit makes of them."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.data.section import PlaneWish
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.figures.fold_curves import fold_curves, fold_sentences
from playground.population.folds import cross_validate
from playground.views.plots.fold_maps import places_of
from playground.views.plots.folds_page import FoldsPage
from tests.own_points import about, made
from tests.playground.views.still_workbench import StillWorkbench, colours, experiment_on, painted, shown

SMALL = with_changes(Experiment(), data__source__samples=60)


def opened(qtbot: QtBot, experiment: Experiment = SMALL) -> tuple[StillWorkbench, Any]:
    bench, page = shown(qtbot, FoldsPage, experiment, (900, 165))
    bench.show_run(epochs=1)
    return bench, page


def test_a_click_trains_five_folds_which_an_edit_makes_stale(qtbot: QtBot) -> None:
    bench, page = opened(qtbot)
    assert page.words.text.startswith("The training points in 5 parts")
    with qtbot.waitSignal(bench.folding.changed):
        qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not bench.folding.busy)
    assert page.button.text() == "Train 5 folds"
    assert page.words.text.startswith("5 folds, 100 epochs each; accuracy ")
    assert page.maps.isVisible()
    assert page.plot.isVisible()
    assert len(colours(painted(page.maps))) > 100
    fresh = painted(page.maps)
    bench.show_experiment(with_changes(SMALL, training__learning_rate=0.1))
    bench.document_changed.emit()
    assert page.words.text.startswith("Before the last edit: 5 folds")
    assert painted(page.maps) != fresh
    bench.show_experiment(SMALL)
    bench.document_changed.emit()
    assert page.words.text.startswith("5 folds"), "undo makes them those of now again"
    bench.folding.close()


def test_a_second_click_cancels(qtbot: QtBot) -> None:
    bench, page = opened(qtbot, with_changes(SMALL, data__source__samples=5000))
    bench.folding.start(1_000_000)
    assert page.button.text() == "Cancel (0 of 5 done)"
    qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    bench.folding.wait()
    assert bench.folding.result is None
    assert page.button.text() == "Train 5 folds"
    assert not page.plot.isVisible()
    bench.folding.close()


def test_too_few_points_are_said(qtbot: QtBot) -> None:
    said: list[str] = []
    bench, _ = opened(qtbot, with_changes(SMALL, data__source__samples=8))
    bench.folding._tell = lambda sentence, kind: said.append(sentence)
    bench.folding.start(1)
    bench.folding.wait()
    assert "no more than the 4 samples" in said[0]
    bench.folding.close()


def test_images_have_no_maps(qtbot: QtBot) -> None:
    bench, page = opened(qtbot, experiment_on("digits", data__source__samples=100))
    bench.folding.start(2)
    bench.folding.wait()
    assert not page.maps.isVisible()
    assert page.words.text.endswith(". Images have no maps.")
    assert page.plot.isVisible()
    bench.folding.close()


def test_of_many_columns_maps_lie_over_those_that_are_chosen_on_the_large_one(qtbot: QtBot) -> None:
    own = made(4, 60, 2)
    bench = StillWorkbench(about(own, columns=("length", "depth", "height", "weight")), own)
    page = FoldsPage(bench)  # type: ignore[arg-type]
    qtbot.addWidget(page)
    page.resize(900, 165)
    page.show()
    bench.show_run(epochs=1)
    bench.folding.start(2)
    bench.folding.wait()
    assert page.maps.isVisible()
    assert page.words.text.endswith(". Maps over length and depth, others at their mean.")
    assert len(colours(painted(page.maps))) > 100
    before = painted(page.maps)
    bench.set_view(plane=PlaneWish("weight", "length"))
    bench.folding.wait()
    assert page.words.text.endswith(". Maps over weight and length, others at their mean.")
    assert painted(page.maps) != before
    bench.set_view(plane=PlaneWish(main=True))
    bench.folding.wait()
    assert "Maps over the two main directions, " in page.words.text
    bench.folding.close()


def test_the_points_of_a_section_lie_where_the_section_says() -> None:
    own = made(4, 60, 2)
    found = cross_validate(about(own), 3, epochs=1, points=own)
    assert found is not None
    fold = found.folds[0]
    section = found.snapshot(fold, PlaneWish("x3", "x1")).section
    assert section is not None
    across, upwards = places_of(fold, section)
    left, right, bottom, top = section.window
    assert left + across * (right - left) == pytest.approx(fold.dataset.validation_points[2])
    assert bottom + upwards * (top - bottom) == pytest.approx(fold.dataset.validation_points[0])


def test_curves_end_with_the_first_fold_that_ended_and_all_is_said() -> None:
    found = cross_validate(with_changes(SMALL, training__stop__loss=0.2), 3, epochs=100)
    assert found is not None
    drawn = fold_curves(found)
    assert len(drawn.epochs) == min(len(fold.member.history) for fold in found.folds) < 101
    assert drawn.losses.shape == (3, len(drawn.mean))
    assert fold_sentences(found)[0] == "3 folds, 100 epochs each"


def test_maps_and_curves_fit_beside_each_other_where_there_is_little_room(qtbot: QtBot) -> None:
    bench, page = opened(qtbot)
    bench.folding.start(2)
    bench.folding.wait()
    for wide in (1400, 600):
        page.resize(wide, 165)
        QApplication.processEvents()
        assert page.maps.geometry().width() >= page.maps.map_rect(4).right()
        assert page.plot.geometry().right() <= wide
        assert page.plot.geometry().left() >= page._left.geometry().right()
    bench.folding.close()
