"""What of the network is on screen: units scrolled, the scene zoomed and pushed, a number typed meanwhile."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication

from playground.diagram.diagram import Part
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.views.theme import theme
from tests.playground.views.canvas.driver import LEFT, NO_KEYS, Driver, network

Key = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def driver(qtbot, make_workbench):
    return Driver(qtbot, make_workbench(with_changes(Experiment(), network=network(64, 4))))


def column(driver, layer=0):
    return driver.surface.diagram.column(layer)


def wheel(driver, place, turned, keys=NO_KEYS):
    at, screen = QPointF(place), QPointF(driver.viewport.mapToGlobal(place))
    none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, screen, QPoint(), QPoint(0, turned), none, keys, phase, False)
    QApplication.sendEvent(driver.viewport, event)


def over(driver, layer=0):
    return driver.at("unit", layer, column(driver, layer).first)


def drag(driver, start, end, button=LEFT):
    for kind, place, held in (
        (QEvent.Type.MouseButtonPress, start, button), (QEvent.Type.MouseMove, (start + end) / 2, button),
        (QEvent.Type.MouseMove, end, button), (QEvent.Type.MouseButtonRelease, end, Qt.MouseButton.NoButton),
    ):  # fmt: skip
        cause = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
        screen = QPointF(driver.viewport.mapToGlobal(place))
        QApplication.sendEvent(driver.viewport, QMouseEvent(kind, QPointF(place), screen, cause, held, NO_KEYS))


# -- all units ---------------------------------------------------------------------------------------------------------


def test_the_wheel_scrolls_the_layer_under_the_pointer(driver):
    shown = len(column(driver).tiles)
    wheel(driver, over(driver), -120)
    assert column(driver).first == 3
    assert column(driver).above is not None
    wheel(driver, over(driver), -60)
    wheel(driver, over(driver), -60)
    assert column(driver).first == 6
    wheel(driver, over(driver), -12000)
    assert column(driver).shown.stop == 64
    assert column(driver).below is None
    assert len(column(driver).tiles) == shown
    wheel(driver, over(driver), 24000)
    assert column(driver).first == 0
    assert column(driver).above is None


def test_a_scrolled_layer_points_out_what_came_under_the_pointer(driver):
    driver.point_at("unit", 0, 0)
    place = driver.at("unit", 0, 0)
    wheel(driver, place, -120)
    assert driver.view.pointer.hovered == Part("unit", 0, 3)
    assert driver.surface.hover.facts.title == "Layer 1 · unit 4"
    assert driver.workbench.view.hovered == (0, 3)


def test_clicks_turn_pages_to_the_last_unit_and_back(driver):
    page = len(column(driver).tiles)
    driver.click("below", 0)
    assert column(driver).first == page
    while column(driver).below is not None:
        driver.click("below", 0)
    assert column(driver).shown.stop == 64
    while column(driver).above is not None:
        driver.click("above", 0)
    assert column(driver).first == 0
    assert driver.workbench.undo_name is None


def test_keys_reach_every_unit_and_the_ring_follows(driver):
    driver.focus()
    seen = set()
    driver.key(Key.Key_Down)
    for _ in range(64):
        part = driver.view.keyboard.current()
        seen.add(part.unit)
        assert driver.surface.diagram.rect_of(part) is not None
        assert driver.surface.focus_ring.isVisible()
        driver.key(Key.Key_Down)
    assert seen == set(range(64))
    driver.key(Key.Key_PageUp)
    assert driver.view.keyboard.current().unit == 63 - len(column(driver).tiles)


def test_the_numbers_of_a_unit_far_down_are_edited(driver):
    layout = driver.workbench.run.snapshot.layout
    driver.workbench.set_view(first_units=(0, 40, 0, 0))
    driver.click("bias", 0, 41)
    driver.type("1.5")
    driver.settle()
    assert driver.workbench.run.snapshot.biases(0)[41] == 1.5
    driver.click("link", 1, 2, 45)
    driver.type("-2")
    driver.settle()
    assert driver.workbench.run.snapshot.parameters[layout.slots[1].weight_index(2, 45)] == -2.0


def test_a_number_out_of_sight_is_brought_there_to_be_edited(driver):
    driver.openers.edit_value(Part("link", 1, 2, 60))
    assert column(driver).tile(60) is not None
    driver.type("3")
    driver.settle()
    slot = driver.workbench.run.snapshot.layout.slots[1]
    assert driver.workbench.run.snapshot.parameters[slot.weight_index(2, 60)] == 3.0


def test_what_is_shown_follows_its_layer_through_edits_and_is_no_edit(driver):
    driver.workbench.set_view(first_units=(0, 20, 0, 0))
    driver.view.commands.insert("dense", 0)
    driver.settle()
    assert column(driver, 1).first == 20
    assert column(driver, 0).first == 0
    driver.workbench.undo()
    assert column(driver, 0).first == 20
    driver.view.commands.set_units(0, 30)
    assert column(driver).shown.stop == 30
    driver.workbench.new()
    assert driver.workbench.view.first_units == ()


def test_tiles_show_the_picture_of_their_own_unit(driver):
    driver.workbench.set_view(first_units=(0, 30, 0, 0))
    atlas, first = driver.surface.atlas, column(driver).first
    assert first == 30
    assert atlas.source(1, 29) is None
    place = atlas.source(1, 33).toRect()
    shown = atlas.image.copy(place)
    driver.workbench.set_view(first_units=(0, 33, 0, 0))
    assert atlas.image.copy(atlas.source(1, 33).toRect()) == shown
    assert atlas.source(1, 33) != place


def test_scrolling_draws_only_what_has_changed(driver, monkeypatch):
    drawn = []
    draw = driver.surface.atlas._draw_layer
    monkeypatch.setattr(driver.surface.atlas, "_draw_layer", lambda *given: drawn.append(given[3]) or draw(*given))
    strips = {strip.links.layer: strip for strip in driver.surface.links._strips}
    wheel(driver, over(driver), -120)
    assert drawn == [0]
    assert driver.surface.links._strips[2] is strips[2]
    assert driver.surface.links._strips[0] is not strips[0]
    driver.surface.draw_maps(at_once=True)
    assert drawn == [0]


# -- zoom and pan ------------------------------------------------------------------------------------------------------


def test_control_and_the_wheel_zoom_at_the_pointer(driver):
    part = Part("card", 1)
    place = driver.surface.part_position(part)
    wheel(driver, place, 240, CONTROL)
    assert driver.surface.zoom == pytest.approx(1.25)
    wheel(driver, place, 480, CONTROL)
    assert (driver.surface.part_position(part) - place).manhattanLength() <= 6
    assert driver.surface.part_at(QPointF(driver.surface.part_position(Part("unit", 1, 2)))) == Part("unit", 1, 2)


def test_smaller_shows_more_units_and_fits_again(driver):
    shown = len(column(driver).tiles)
    driver.view.sight.zoom_by(0.5)
    assert len(column(driver).tiles) > shown
    assert not driver.view.sight.can_pan
    driver.view.sight.zoom_to_fit()
    assert driver.surface.zoom == 1.0
    assert len(column(driver).tiles) == shown


def test_fitting_brings_a_wide_network_on_screen(qtbot, make_workbench):
    driver = Driver(qtbot, make_workbench(with_changes(Experiment(), network=network(*[4] * 14))))
    assert driver.view.sight.can_pan
    driver.view.sight.zoom_to_fit()
    assert 0.25 <= driver.surface.zoom < 1.0
    assert not driver.view.sight.can_pan
    head = driver.at("unit", driver.surface.diagram.head, 0)
    assert driver.viewport.rect().contains(head)
    driver.click("plus", 13)
    assert driver.widths[14] == 5


@pytest.mark.parametrize("button", [LEFT, Qt.MouseButton.MiddleButton])
def test_dragging_the_background_pushes_the_scene(driver, button):
    driver.view.sight.zoom_by(2.0)
    bars = driver.view.horizontalScrollBar(), driver.view.verticalScrollBar()
    before = [bar.value() for bar in bars]
    start = next(
        QPoint(x, y) for x in range(100, 600, 7) for y in range(100, 400, 7)
        if driver.surface.part_at(QPointF(x, y)) is None
    )  # fmt: skip
    drag(driver, start, start - QPoint(40, 30), button)
    assert [bar.value() for bar in bars] == [before[0] + 40, before[1] + 30]
    assert driver.view.pointer.drag is None
    assert driver.workbench.undo_name is None


def test_a_pinch_zooms(driver):
    at = QPointF(300, 250)
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2, at, at, at, 0.2, QPointF()
    )
    QApplication.sendEvent(driver.viewport, event)
    assert driver.surface.zoom == pytest.approx(1.2)


def test_another_document_is_seen_at_its_usual_size(driver):
    driver.view.sight.zoom_by(2.0)
    driver.workbench.new()
    assert driver.surface.zoom == 1.0


# -- typing a number ---------------------------------------------------------------------------------------------------


def test_the_editor_opens_at_the_pointer_and_stays_while_the_run_goes_on(driver):
    place = driver.at("link", 1, 0, 2)
    driver.bot.mouseClick(driver.viewport, LEFT, pos=place)
    editor = driver.openers.editor
    assert editor.isVisible()
    assert abs(editor.geometry().center().x() - place.x()) <= editor.width() // 2
    assert editor.geometry().adjusted(-12, -12, 12, 12).contains(place)
    assert "from unit 3 of layer 1 to unit 1 of layer 2" in editor.caption.text()
    assert driver.surface.editing == Part("link", 1, 0, 2)
    assert driver.surface.lit.isVisible()
    at = editor.geometry()
    for _ in range(3):
        driver.workbench.run.advance_now(epochs=1)
        QApplication.processEvents()
    driver.send_move(place + QPoint(60, 40), Qt.MouseButton.NoButton)
    assert editor.geometry() == at
    assert editor.isVisible()
    assert driver.surface.lit.isVisible()
    driver.bot.keyClick(editor.field, Key.Key_Escape)
    assert driver.surface.editing is None
    assert not driver.surface.lit.isVisible()


def accent_pixels(driver):
    image, accent = driver.view.grab().toImage(), theme.color("accent").rgb()
    return sum(image.pixel(x, y) == accent for x in range(image.width()) for y in range(image.height()))


def test_the_link_being_edited_is_lit(driver):
    driver.click("link", 1, 0, 2)
    driver.openers.editor.hide()
    driver.view.pointer.point_at(None)
    lit = accent_pixels(driver)
    driver.surface.show_editing(None)
    assert lit > accent_pixels(driver) + 50


# -- what flies --------------------------------------------------------------------------------------------------------


def test_the_card_on_its_way_is_not_cut_at_the_edge(driver):
    ghost = driver.surface.ghost
    assert not ghost.isVisible()
    start = driver.at("card", 1) - QPoint(0, 12)
    end = QPoint(start.x(), -30)
    driver.drag_card(1, end, drop=False)
    assert ghost.isVisible()
    assert ghost.parentWidget() is driver.canvas.window()
    place = ghost.geometry().translated(-driver.viewport.mapTo(driver.canvas, QPoint()))
    assert place.contains(end)
    assert place.top() < 0
    assert ghost.height() >= driver.surface.base.column(1).card.h
    driver.bot.mouseRelease(driver.viewport, LEFT, pos=end)
    assert not ghost.isVisible()
    assert driver.widths == (2, 64, 1)


def wide(driver, units=64):
    driver.workbench.edit("wide", with_changes(driver.experiment, network=network(units, units, 4)))
    driver.settle()
    driver.canvas.resize(900, 1400)
    QApplication.processEvents()
    return driver.surface.links


def test_scrolling_draws_only_the_links_of_the_layer_that_moved(driver):
    links = wide(driver)
    driver.canvas.grab()
    before = {strip.links.layer: (strip, strip.version, strip.image) for strip in links._strips}
    driver.view.sight.scroll_units(0, 3)
    after = {strip.links.layer: strip for strip in links._strips}
    assert [layer for layer, strip in after.items() if strip is not before[layer][0]] == [0, 1]
    assert all(after[layer].image is before[layer][2] for layer in (2, 3))
    assert driver.surface.diagram is driver.surface.base
    assert column(driver).first == 3


def test_while_units_are_scrolled_the_strongest_links_are_drawn_and_the_others_follow(driver, qtbot):
    links = wide(driver)
    driver.view.sight.scroll_units(0, 3)
    strip = links._strips[1]
    assert strip.quick
    driver.canvas.grab()
    few = len(strip.curves)
    assert 0 < few < strip.links.units.size
    qtbot.waitUntil(lambda: not strip.quick)
    driver.canvas.grab()
    assert len(strip.curves) > few


def test_a_scrolled_network_looks_as_one_that_was_laid_out_so(driver, qtbot):
    links = wide(driver, 40)
    driver.view.sight.scroll_units(0, 5)
    driver.canvas.grab()
    qtbot.waitUntil(lambda: not any(strip.quick for strip in links._strips))
    scrolled = driver.canvas.grab().toImage()
    driver.surface.relayout()
    assert driver.canvas.grab().toImage() == scrolled
