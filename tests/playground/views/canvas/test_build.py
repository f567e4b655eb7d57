"""A network is put together by dragging, and taken apart again by undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QApplication

from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.layers import MAX_LAYERS, Dense
from playground.experiment.network import Network
from tests.playground.views import drags
from tests.playground.views.canvas.driver import LEFT, Driver, network


@pytest.fixture
def empty(qtbot, make_workbench):
    return Driver(qtbot, make_workbench(with_changes(Experiment(), network=Network(()))))


def test_an_empty_network_works(empty):
    assert empty.widths == (2, 1)
    assert empty.surface.diagram.head == 0
    assert not empty.canvas.grab().isNull()


def test_2_4_2_1_from_nothing_by_drags_and_back(empty):
    assert empty.drag_chip(0)
    assert empty.widths == (2, 4, 1)
    assert empty.drag_chip(1)
    assert empty.widths == (2, 4, 4, 1)
    for _ in range(2):
        empty.click("minus", 1)
        empty.settle()
    assert empty.widths == (2, 4, 2, 1)
    names = []
    while empty.workbench.undo_name is not None:
        names.append(empty.workbench.undo_name)
        empty.workbench.undo()
        empty.settle()
    assert names == ["Remove unit from layer 2"] * 2 + ["Insert dense layer"] * 2
    assert empty.widths == (2, 1)
    while empty.workbench.redo_name is not None:
        empty.workbench.redo()
        empty.settle()
    assert empty.widths == (2, 4, 2, 1)
    assert len(empty.surface.diagram.columns) == 4


def test_a_dragged_chip_opens_a_gap_that_closes_when_it_leaves(empty):
    empty.drag_chip(0)
    before = [column.x for column in empty.surface.diagram.columns]
    assert empty.drag_chip(1, drop=False)
    assert empty.surface.diagram.gap_index == 1
    assert empty.surface.drop.isVisible()
    assert empty.canvas.header.hint.text == "let go to insert here"
    gap = empty.surface.diagram.gap
    assert empty.surface.diagram.column(0).card.right < gap.x
    assert gap.right < empty.surface.diagram.column(1).card.x
    empty.leave_drag()
    assert empty.surface.diagram.gap is None
    assert [column.x for column in empty.surface.diagram.columns] == before
    assert empty.widths == (2, 4, 1)
    assert not empty.surface.drop.isVisible()


def test_a_layer_dropped_in_the_gap_stands_where_the_gap_was(empty):
    empty.drag_chip(0)
    empty.drag_chip(0, drop=False)
    gap = empty.surface.diagram.gap
    empty.drag_chip(0)
    assert empty.surface.diagram.column(0).card == gap


def test_a_new_layer_takes_after_its_neighbours(qtbot, make_workbench):
    driver = Driver(qtbot, make_workbench(with_changes(Experiment(), network=network((6, "relu"), (3, "sine")))))
    driver.drag_chip(1)
    assert driver.experiment.network.layers[1] == Dense(6, "relu")
    driver.drag_chip(0)
    assert driver.experiment.network.layers[0] == Dense(4, "relu")
    assert driver.workbench.view.selected_layer == 0


def test_other_things_cannot_be_dropped(empty):
    data, place = QMimeData(), QPoint(300, 200)
    data.setText("dense")
    event = drags.enter(place, data)
    QApplication.sendEvent(empty.viewport, event)
    assert not event.isAccepted()
    assert empty.surface.diagram.gap is None
    QApplication.sendEvent(empty.viewport, drags.drop(place, data))
    assert empty.widths == (2, 1)
    assert not empty.drag_chip(0, kind="unheard-of")


def test_no_more_layers_than_allowed(qtbot, make_workbench):
    driver = Driver(qtbot, make_workbench(with_changes(Experiment(), network=network(*[1] * MAX_LAYERS))))
    driver.drag_chip(0)
    assert len(driver.experiment.network.layers) == MAX_LAYERS
    assert "at most 32 layers" in driver.messages[-1]


def test_double_click_and_enter_on_a_chip_append(empty, qtbot):
    chip = empty.canvas.header.chips[0]
    qtbot.mouseDClick(chip, LEFT)
    assert empty.widths == (2, 4, 1)
    qtbot.keyClick(chip, Qt.Key.Key_Return)
    assert empty.widths == (2, 4, 4, 1)


def test_a_click_picks_a_chip_and_says_how_to_place_it(empty, qtbot):
    chip, other = empty.canvas.header.chips[:2]
    qtbot.mouseClick(chip, LEFT)
    assert empty.widths == (2, 1)
    assert (chip.isChecked(), chip.hasFocus()) == (True, True)
    assert empty.messages[-1] == "Dense: drag it between two layers, or press Enter to put it before the output."
    qtbot.mouseClick(other, LEFT)
    assert (chip.isChecked(), other.isChecked()) == (False, True)
    qtbot.mouseClick(chip, LEFT)
    qtbot.keyClick(chip, Qt.Key.Key_Return)
    assert empty.widths == (2, 4, 1)


def test_a_press_that_leaves_the_chip_picks_nothing(empty, qtbot):
    chip = empty.canvas.header.chips[0]
    qtbot.mousePress(chip, LEFT)
    qtbot.mouseRelease(chip, LEFT, pos=QPoint(-30, 5))
    assert not chip.isChecked()
    assert empty.messages == []


def test_a_chip_starts_a_drag_with_its_kind(empty, qtbot, monkeypatch):
    started = []
    monkeypatch.setattr(QDrag, "exec", lambda self, *actions: started.append(self.mimeData().formats()))
    chip = empty.canvas.header.chips[0]
    start = chip.rect().center()
    qtbot.mousePress(chip, LEFT, pos=start)
    qtbot.mouseMove(chip, start + QPoint(2, 0))
    assert not started
    qtbot.mouseMove(chip, start + QPoint(40, 10))
    assert started == [["application/x-neural-playground-layer"]]
    qtbot.mouseRelease(chip, LEFT, pos=start)
    assert not chip.picture().isNull()
    assert empty.widths == (2, 1)
