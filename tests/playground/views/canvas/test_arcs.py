"""Residual connections on the canvas: the arc, its start that can be dragged, and the keys that do the same."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from playground.diagram.diagram import FEATURES, Part
from playground.edits.changes import with_changes
from playground.experiment.layers import Dense, Residual
from playground.experiment.network import Network
from playground.views.theme import theme
from playground.words.parts import facts_of
from tests.playground.views.canvas.driver import LEFT, Driver

Key = Qt.Key


@pytest.fixture
def driver(make_driver):
    return make_driver(Dense(5), Dense(5), Dense(5), Residual(1), Dense(3))


def spans(driver: Driver) -> list[int]:
    return [layer.span for layer in driver.experiment.network.layers if isinstance(layer, Residual)]


def over(driver: Driver, source: int) -> QPoint:
    """Where the start is dropped to begin at a layer."""
    diagram = driver.surface.diagram
    return driver.view.mapFromScene(diagram.column(source).out_x, diagram.foot)


def pull(driver: Driver, layer: int, source: int, drop: bool = True) -> None:
    start, end = driver.at("arc_start", layer), over(driver, source)
    driver.bot.mousePress(driver.viewport, LEFT, pos=start)
    for share in (0.3, 0.7, 1.0):
        driver.send_move(start + (end - start) * share)
    if drop:
        driver.bot.mouseRelease(driver.viewport, LEFT, pos=end)
        driver.settle()


def undo(driver: Driver, name: str) -> None:
    assert driver.workbench.undo_name == name
    driver.workbench.undo()
    driver.settle()


@pytest.mark.parametrize(("source", "span", "name"), [(0, 2, "Skip over 2 layers"), (-1, 3, "Skip over 3 layers")])
def test_the_start_is_dragged_to_another_layer(driver, source, span, name):
    pull(driver, 3, source)
    assert spans(driver) == [span]
    assert driver.surface.diagram.arc(3).source == source
    assert driver.surface.model.snapshot is driver.workbench.run.snapshot
    undo(driver, name)
    assert spans(driver) == [1]


def test_a_start_put_back_changes_nothing(driver):
    pull(driver, 3, 1)
    assert driver.workbench.undo_name is None


def test_only_layers_before_what_is_skipped_are_targets(driver):
    start = driver.at("arc_start", 3)
    driver.bot.mousePress(driver.viewport, LEFT, pos=start)
    driver.send_move(over(driver, 0))
    drag = driver.surface.arcs.drag
    assert (drag.layer, drag.source) == (3, 0)
    assert driver.canvas.header.hint.text == "let go to skip over 2 layers"
    for source in range(FEATURES, 2):
        assert closer_to_accent(driver, over(driver, source), source == 0)
    driver.send_move(over(driver, 4))
    assert driver.surface.arcs.drag.source == 1, "it cannot start at or behind the layer it skips"
    driver.bot.mouseRelease(driver.viewport, LEFT, pos=over(driver, 4))
    assert driver.surface.arcs.drag is None
    assert spans(driver) == [1]


def closer_to_accent(driver: Driver, place: QPoint, filled: bool) -> bool:
    """Whether a target's ring is filled, as the chosen one is."""
    colour = QColor(driver.viewport.grab().toImage().pixel(place + QPoint(-2, 0)))

    def distance(token: str) -> int:
        return sum(abs(a - b) for a, b in zip(colour.getRgb(), theme.color(token).getRgb(), strict=True))

    return (distance("accent") < distance("surface")) == filled


def test_escape_ends_a_pull_and_so_does_an_edit_from_elsewhere(driver):
    pull(driver, 3, -1, drop=False)
    driver.key(Key.Key_Escape)
    assert driver.surface.arcs.drag is None
    driver.bot.mouseRelease(driver.viewport, LEFT, pos=over(driver, -1))
    assert spans(driver) == [1]
    pull(driver, 3, -1, drop=False)
    driver.workbench.edit("Other", with_changes(driver.experiment, network=Network((Dense(2),))))
    assert driver.view.pointer.drag is None
    assert not driver.canvas.grab().isNull()


def test_brackets_change_the_span(driver):
    driver.focus()
    driver.view.keyboard.move_to(Part("card", 3))
    driver.key(Key.Key_BracketRight)
    driver.key(Key.Key_BracketRight)
    assert spans(driver) == [3]
    driver.key(Key.Key_BracketRight)
    assert spans(driver) == [3]
    assert "only 3 layers before it" in driver.messages[-1]
    for _ in range(3):
        driver.key(Key.Key_BracketLeft)
    assert spans(driver) == [1]
    assert "at least one layer" in driver.messages[-1]


def test_the_menu_lists_every_start(driver):
    driver.openers.open_menu(Part("card", 3))
    assert driver.menu_action("over 1 layer: adds layer 2").isChecked()
    driver.menu_action("over 3 layers: adds the inputs").trigger()
    driver.openers.menu.close()
    assert spans(driver) == [3]
    assert driver.workbench.undo_name == "Skip over 3 layers"


def test_pointing_at_the_arc_says_what_it_adds(driver):
    driver.point_at("arc", 3)
    facts = driver.surface.hover.facts
    assert facts.formula == "adds layer 2 to layer 3, over 1 layer"
    assert facts.rows == (("weights", "none: the widths are equal"),)
    assert driver.surface.arcs.hovered == Part("arc", 3)
    assert driver.surface.visible_part().contains(driver.surface.hover.card)
    driver.click("arc", 3)
    assert driver.workbench.view.selected_layer == 3


def test_a_projection_tells_its_size(make_driver):
    driver = make_driver(Dense(5), Dense(3), Residual(2))
    facts = facts_of(driver.surface.model, Part("arc", 2))
    assert facts.rows[0] == ("projects with", "3 × 2 weights")
    assert driver.experiment.parameter_count == 5 * 3 + 3 * 6 + 3 * 3 + 4
    shown = driver.canvas.grab().toImage()
    driver.view.commands.set_units(1, 2)
    driver.settle()
    assert driver.canvas.grab().toImage() != shown
    assert facts_of(driver.surface.model, Part("arc", 2)).rows[0][1].startswith("none")


def test_the_residual_card_is_read_out_with_what_it_adds(driver):
    assert driver.view.keyboard.spoken(Part("card", 3)) == "Residual (layer 4), adds layer 2 to layer 3, over 1 layer"


def test_an_arc_keeps_its_source_while_layers_come_and_go(driver):
    driver.view.commands.insert("dropout", 2)
    driver.settle()
    assert driver.surface.diagram.arc(4).source == 1
    driver.view.commands.remove(0)
    driver.settle()
    assert driver.surface.diagram.arc(3).source == 0
    driver.workbench.undo()
    driver.workbench.undo()
    driver.settle()
    assert spans(driver) == [1]
    assert driver.surface.diagram.arc(3).source == 1


def test_arcs_never_cross_a_card(make_driver):
    driver = make_driver(
        Dense(5), Dense(5), Residual(1), Dense(5), Residual(3), Dense(3), Residual(6), Residual(1), size=(718, 430)
    )
    cards = [column.card for column in driver.surface.diagram.columns]
    for arc in driver.surface.diagram.arcs:
        assert arc.foot - arc.rise - 1 > max(card.bottom for card in cards)


@pytest.mark.parametrize("name", ["dark", "contrast", "light"])
def test_the_arc_is_drawn_in_every_theme(driver, name):
    before = theme.current().wanted
    theme.current().set_theme(name)
    try:
        x, y = driver.surface.diagram.point_of(Part("arc", 3))
        place = driver.view.mapFromScene(x, y)
        image = driver.viewport.grab().toImage()
        found = {image.pixel(place.x(), place.y() + offset) for offset in (-1, 0, 1)}
        assert found != {theme.color("background").rgb()}
    finally:
        theme.current().set_theme(before)


def test_a_dragged_start_scrolls_nothing_and_keeps_the_layout(driver):
    before = [column.x for column in driver.surface.diagram.columns]
    pull(driver, 3, 0, drop=False)
    assert [column.x for column in driver.surface.diagram.columns] == before
    driver.bot.mouseRelease(driver.viewport, LEFT, pos=over(driver, 0))
    assert spans(driver) == [2]
