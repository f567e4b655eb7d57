"""Every mouse action on the canvas, each taken back again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from playground.diagram.diagram import Part
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from tests.playground.views.canvas.driver import LEFT, NO_KEYS, Driver, network


@pytest.fixture
def driver(qtbot, make_workbench):
    return Driver(qtbot, make_workbench())


def undo(driver, name):
    assert driver.workbench.undo_name == name
    driver.workbench.undo()
    driver.settle()


def test_a_click_switches_features_and_the_last_one_stays(driver):
    driver.click("feature", -1, 2)
    assert driver.experiment.data.features == ("x", "y", "x_squared")
    undo(driver, "Toggle feature x²")
    driver.click("feature", -1, 0)
    assert driver.experiment.data.features == ("y",)
    driver.click("feature", -1, 1)
    assert driver.experiment.data.features == ("y",)
    assert "only feature left" in driver.messages[-1]


def test_a_formula_is_typed_over_the_canvas(driver):
    driver.openers.add_formula()
    field = driver.openers.editor.field
    QTest.keyClicks(field, "sin(3*x")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "never closed" in driver.openers.editor.problem.text()
    assert field.selectionStart() == 3  # the bracket
    QTest.keyClick(field, Qt.Key.Key_End)
    QTest.keyClicks(field, ")")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert driver.experiment.data.features == ("x", "y", "sin(3*x)")
    driver.settle()
    driver.click("feature", -1, 7)
    assert driver.experiment.data.features == ("x", "y")
    undo(driver, "Toggle feature sin(3*x)")


def test_a_click_on_the_word_features_lists_them(driver):
    driver.click("card", -1)
    texts = [action.text() for action in driver.openers.menu.actions()]
    assert "x²" in texts
    assert "Add a formula…" in texts
    driver.openers.close_menu()


def test_the_stepper_changes_units_one_by_one(driver):
    driver.click("plus", 1)
    assert driver.widths == (2, 4, 3, 1)
    undo(driver, "Add unit to layer 2")
    driver.click("minus", 1)
    driver.click("minus", 1)
    assert driver.widths == (2, 4, 1, 1)
    assert "at least one unit" in driver.messages[-1]


def test_a_click_on_the_number_lets_type_it(driver):
    driver.click("count", 0)
    editor = driver.openers.editor
    assert editor.isVisible()
    assert editor.field.text() == "4"
    driver.type("0")
    assert editor.isVisible()
    assert "1 to 512" in editor.problem.text()
    editor.field.selectAll()
    driver.type("12")
    assert driver.widths == (2, 12, 2, 1)
    undo(driver, "Set layer 1 to 12 units")


def test_a_link_is_edited_by_a_click(driver):
    index = driver.workbench.run.snapshot.layout.slots[1].weight_index(1, 2)
    driver.click("link", 1, 1, 2)
    driver.type("-1,25")
    driver.settle()
    assert driver.workbench.run.snapshot.parameters[index] == -1.25
    driver.workbench.undo()
    driver.settle()
    assert driver.workbench.run.snapshot.parameters[index] != -1.25


def test_a_bias_is_edited_while_training_runs(driver):
    driver.workbench.run.play()
    driver.click("bias", 2, 0)
    driver.type("2.5")
    driver.workbench.run.pause()
    driver.settle()
    assert driver.workbench.undo_name == "Set a parameter"
    assert abs(float(driver.workbench.run.snapshot.biases(2)[0])) < 1e6


def test_wrong_text_explains_itself_and_escape_keeps_the_old_value(driver):
    before = driver.workbench.run.snapshot.parameters.copy()
    driver.click("bias", 0, 1)
    driver.type("abc")
    editor = driver.openers.editor
    assert editor.isVisible()
    assert "not a number" in editor.problem.text()
    driver.bot.keyClicks(editor.field, "7")
    assert not editor.problem.isVisible()
    driver.bot.keyClick(editor.field, Qt.Key.Key_Escape)
    assert not editor.isVisible()
    assert driver.workbench.undo_name is None
    assert (driver.workbench.run.snapshot.parameters == before).all()
    assert driver.view.hasFocus()


@pytest.mark.parametrize("typed", ["1e31", "-1e300"])
def test_a_weight_beyond_what_can_be_typed_is_told_the_limits(typed, driver):
    driver.click("bias", 0, 1)
    driver.type(typed)
    assert "−1e30 to 1e30" in driver.openers.editor.problem.text()
    driver.bot.keyClick(driver.openers.editor.field, Qt.Key.Key_Escape)


def test_an_editor_stays_inside_the_canvas(driver):
    for part in (("bias", 2, 0), ("count", 0), ("bias", 0, 0)):
        driver.click(*part)
        assert driver.viewport.rect().contains(driver.openers.editor.geometry())
        driver.openers.editor.close_editor()


def test_clicking_elsewhere_keeps_a_good_number_and_drops_a_bad_one(driver):
    driver.click("count", 0)
    driver.bot.keyClicks(driver.openers.editor.field, "9")
    driver.view.setFocus(Qt.FocusReason.MouseFocusReason)
    assert driver.widths == (2, 9, 2, 1)
    driver.click("count", 0)
    driver.bot.keyClicks(driver.openers.editor.field, "many")
    driver.view.setFocus(Qt.FocusReason.MouseFocusReason)
    assert driver.widths == (2, 9, 2, 1)
    assert not driver.openers.editor.isVisible()


def test_a_card_is_moved_by_dragging(driver):
    driver.drag_card(0, driver.canvas.gap_position(2))
    assert driver.widths == (2, 2, 4, 1)
    assert driver.workbench.view.selected_layer == 1
    undo(driver, "Move layer 1")
    assert driver.widths == (2, 4, 2, 1)


def test_a_dragged_card_shows_where_it_goes_and_escape_ends_it(driver):
    driver.drag_card(0, driver.canvas.gap_position(2), drop=False)
    assert driver.surface.diagram.gap_index == 2
    assert driver.surface.cards.lifted == 0
    assert "move layer 1" in driver.canvas.header.hint.text
    driver.key(Qt.Key.Key_Escape)
    assert driver.surface.diagram.gap is None
    assert driver.surface.cards.lifted is None
    driver.bot.mouseRelease(driver.viewport, LEFT, pos=driver.canvas.gap_position(2))
    assert driver.widths == (2, 4, 2, 1)


def test_a_card_put_back_changes_nothing(driver):
    driver.drag_card(0, driver.canvas.gap_position(0) + QPoint(0, 20))
    assert driver.widths == (2, 4, 2, 1)
    assert driver.workbench.undo_name is None


def test_a_card_dragged_out_is_removed(driver):
    driver.drag_card(0, QPoint(300, -80), drop=False)
    assert "remove layer 1" in driver.canvas.header.hint.text
    driver.bot.mouseRelease(driver.viewport, LEFT, pos=QPoint(300, -80))
    assert driver.widths == (2, 2, 1)
    undo(driver, "Remove layer 1")
    assert driver.widths == (2, 4, 2, 1)


def test_an_edit_from_elsewhere_ends_a_drag(driver):
    driver.drag_card(1, driver.canvas.gap_position(0), drop=False)
    driver.workbench.edit("Other network", with_changes(driver.experiment, network=network(3)))
    assert driver.view.pointer.drag is None
    assert driver.surface.diagram.gap is None
    driver.bot.mouseRelease(driver.viewport, LEFT, pos=driver.canvas.gap_position(0))
    assert driver.widths == (2, 3, 1)


def test_a_click_on_a_card_selects_its_layer_and_one_beside_it_none(driver):
    place = driver.at("card", 1) - QPoint(0, 12)
    driver.bot.mouseClick(driver.viewport, LEFT, pos=place)
    assert driver.workbench.view.selected_layer == 1
    assert driver.surface.cards.selected == 1
    driver.bot.mouseClick(driver.viewport, LEFT, pos=QPoint(4, driver.viewport.height() - 4))
    assert driver.workbench.view.selected_layer is None


def test_pointing_at_a_unit_shows_its_figures_and_tells_the_decision_map(driver):
    driver.point_at("unit", 0, 2)
    assert driver.workbench.view.hovered == (0, 2)
    facts = driver.surface.hover.facts
    assert facts.title == "Layer 1 · unit 3"
    assert [name for name, _ in facts.rows] == ["bias", "mean", "min", "max", "active", "saturated"]
    assert driver.surface.visible_part().contains(driver.surface.hover.card)
    driver.point_at("feature", -1, 1)
    assert driver.workbench.view.hovered == (-1, 1)
    driver.point_at("feature", -1, 5)
    assert driver.workbench.view.hovered is None
    assert "sine of x" in driver.surface.hover.facts.formula


def test_pointing_at_a_link_shows_its_weight(driver):
    driver.point_at("link", 0, 1, 0)
    weight = driver.surface.model.parameter(Part("link", 0, 1, 0))
    assert driver.surface.hover.facts.title == "from x to unit 2 of layer 1"
    assert float(driver.surface.hover.facts.rows[0][1].replace("−", "-")) == pytest.approx(weight, abs=6e-4)
    assert driver.workbench.view.hovered is None


def test_leaving_the_canvas_ends_pointing(driver):
    driver.point_at("unit", 0, 2)
    from PySide6.QtCore import QEvent

    QApplication.sendEvent(driver.viewport, QEvent(QEvent.Type.Leave))
    assert driver.workbench.view.hovered is None
    assert not driver.surface.hover.isVisible()


def test_the_wheel_scrolls_a_long_network(qtbot, make_workbench):
    driver = Driver(qtbot, make_workbench(with_changes(Experiment(), network=network(*[4] * 32))))
    bar = driver.view.horizontalScrollBar()
    assert bar.maximum() > 0
    place = QPointF(200, 200)
    event = QWheelEvent(
        place, driver.viewport.mapToGlobal(place), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, NO_KEYS,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(driver.viewport, event)
    assert bar.value() == 120


def test_clicking_elsewhere_uses_nothing_of_a_refused_text(driver):
    """Who has read why it is refused and clicks elsewhere has given up, whatever is left in the field."""
    driver.click("count", 0)
    driver.type("0")
    assert driver.openers.editor.problem.isVisible()
    driver.bot.keyClicks(driver.openers.editor.field, "9")
    driver.view.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not driver.openers.editor.isVisible()
    assert driver.widths == (2, 4, 2, 1)
    driver.click("count", 0)
    driver.type("0")
    driver.type("9")
    assert driver.widths == (2, 9, 2, 1)
