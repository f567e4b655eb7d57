"""Everything on the canvas without a mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from playground.diagram.diagram import Part
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.network import Network
from tests.playground.views.canvas.driver import Driver, network

Key = Qt.Key


@pytest.fixture
def driver(qtbot, make_workbench):
    made = Driver(qtbot, make_workbench())
    made.focus()
    return made


def go(driver, *keys):
    for key in keys:
        driver.key(key)


def test_tab_shows_the_ring_on_the_first_card(driver):
    assert driver.view.keyboard.current() == Part("card", 0)
    assert driver.surface.focus_ring.isVisible()
    assert driver.workbench.view.selected_layer == 0


def test_arrows_go_through_columns_and_units(driver):
    go(driver, Key.Key_Down, Key.Key_Down)
    assert driver.view.keyboard.current() == Part("unit", 0, 1)
    go(driver, Key.Key_Right)
    assert driver.view.keyboard.current() == Part("unit", 1, 0)
    go(driver, Key.Key_Right, Key.Key_Right)
    assert driver.view.keyboard.current() == Part("unit", 2, 0)
    go(driver, Key.Key_Left, Key.Key_Left, Key.Key_Left, Key.Key_Left)
    assert driver.view.keyboard.current().kind == "feature"
    go(driver, Key.Key_Right, Key.Key_Up, Key.Key_Up, Key.Key_Up, Key.Key_Up)
    assert driver.view.keyboard.current() == Part("card", 0)


def test_home_and_end(driver):
    go(driver, Key.Key_End)
    assert driver.view.keyboard.current() == Part("card", 2)
    go(driver, Key.Key_Home)
    assert driver.view.keyboard.current() == Part("feature", -1, 0)


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Space])
def test_a_feature_is_switched(driver, key):
    go(driver, Key.Key_Home, Key.Key_Down, Key.Key_Down, key)
    assert driver.experiment.data.features == ("x", "y", "x_squared")


def test_space_is_left_to_the_window_except_on_a_feature(driver, qtbot):
    pressed = []
    shortcut = QShortcut(QKeySequence(Qt.Key.Key_Space), driver.canvas)
    shortcut.activated.connect(lambda: pressed.append(True))
    driver.canvas.activateWindow()
    go(driver, Key.Key_Space)
    assert pressed == [True]
    go(driver, Key.Key_Home, Key.Key_Space)
    assert pressed == [True]
    assert driver.experiment.data.features == ("y",)


def test_plus_minus_and_digits_change_units(driver):
    go(driver, Key.Key_Plus)
    assert driver.widths == (2, 5, 2, 1)
    go(driver, Key.Key_Minus, Key.Key_Minus)
    assert driver.widths == (2, 3, 2, 1)
    go(driver, Key.Key_1)
    assert driver.openers.editor.field.text() == "1"
    driver.type("6")
    assert driver.widths == (2, 16, 2, 1)
    assert driver.workbench.undo_name == "Set layer 1 to 16 units"


def test_layers_are_moved_doubled_inserted_and_removed(driver):
    driver.key(Key.Key_Right, control=True)
    assert driver.widths == (2, 2, 4, 1)
    assert driver.view.keyboard.current() == Part("card", 1)
    driver.key(Key.Key_Right, control=True)
    assert "already the last" in driver.messages[-1]
    driver.key(Key.Key_D, control=True)
    assert driver.widths == (2, 2, 4, 4, 1)
    go(driver, Key.Key_Insert)
    assert driver.widths == (2, 2, 4, 4, 4, 1)
    go(driver, Key.Key_Delete)
    assert driver.widths == (2, 2, 4, 4, 1)
    go(driver, Key.Key_End, Key.Key_Delete)
    assert driver.widths == (2, 2, 4, 4, 1)
    assert "Only layers between" in driver.messages[-1]
    for _ in range(4):
        driver.workbench.undo()
    assert driver.widths == (2, 4, 2, 1)
    assert driver.workbench.undo_name is None


def test_f2_edits_the_bias_and_w_the_weights(driver):
    go(driver, Key.Key_Down, Key.Key_F2)
    driver.type("0,75")
    driver.settle()
    assert driver.workbench.run.snapshot.biases(0)[0] == 0.75
    go(driver, Key.Key_W, Key.Key_Down)
    assert driver.view.keyboard.current() == Part("link", 0, 0, 1)
    assert driver.surface.hover.facts.title == "from y to unit 1 of layer 1"
    go(driver, Key.Key_Return)
    driver.type("-2")
    driver.settle()
    assert driver.workbench.run.snapshot.weights(0)[0, 1] == -2.0
    go(driver, Key.Key_Right)
    assert driver.view.keyboard.current() == Part("unit", 0, 0)
    go(driver, Key.Key_W, Key.Key_Left)
    assert driver.view.keyboard.current() == Part("feature", -1, 0)


def test_the_ring_follows_edits(driver):
    go(driver, Key.Key_Down, Key.Key_Down, Key.Key_Down, Key.Key_Down)
    assert driver.view.keyboard.current() == Part("unit", 0, 3)
    go(driver, Key.Key_Minus)
    assert driver.view.keyboard.current() == Part("unit", 0, 2)
    driver.workbench.edit("No layers", with_changes(driver.experiment, network=Network(())))
    assert driver.view.keyboard.current().layer == 0
    assert driver.workbench.view.selected_layer is None
    go(driver, Key.Key_Left, Key.Key_Right, Key.Key_Up)


def test_the_ring_leaves_a_link_whose_feature_is_switched_off(driver):
    go(driver, Key.Key_Down, Key.Key_W, Key.Key_Down)
    assert driver.view.keyboard.current() == Part("link", 0, 0, 1)
    driver.workbench.edit("One feature", with_changes(driver.experiment, data__features=("x",)))
    assert driver.view.keyboard.current() == Part("card", 0)


def test_escape_takes_the_selection_away(driver):
    go(driver, Key.Key_Escape)
    assert driver.workbench.view.selected_layer is None


def test_a_mouse_click_hides_the_ring(driver):
    driver.click("unit", 0, 1)
    assert not driver.surface.focus_ring.isVisible()
    go(driver, Key.Key_Down)
    assert driver.surface.focus_ring.isVisible()
    assert driver.view.keyboard.current() == Part("unit", 0, 1)


def test_parts_are_read_out(driver):
    assert driver.view.keyboard.spoken(Part("card", 0)) == "Layer 1"
    assert driver.view.keyboard.spoken(Part("feature", -1, 0)) == "Feature x, on"
    assert "bias 0.000" in driver.view.keyboard.spoken(Part("unit", 0, 0))


def test_the_architecture_is_described_in_words(driver):
    words = driver.canvas.accessibleDescription()
    assert words.startswith("2 features: x, y; layer 1: dense, 4 units, tanh;")
    assert words.endswith("25 parameters in all.")
    go(driver, Key.Key_Delete)
    assert "layer 2" not in driver.view.accessibleDescription()


def test_long_networks_scroll_to_the_ring(qtbot, make_workbench):
    driver = Driver(qtbot, make_workbench(with_changes(Experiment(), network=network(*[4] * 32))))
    driver.focus()
    go(driver, Key.Key_End)
    assert driver.surface.visible_part().contains(driver.surface.focus_ring.sceneBoundingRect())
