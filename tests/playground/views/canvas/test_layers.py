"""Layers without units of their own on the canvas: put in, set, frozen, moved and taken out by mouse and keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from playground.diagram.diagram import Part
from playground.edits import network as edits
from playground.edits.layer_fields import main_field, stepped
from playground.edits.on_dataset import on_dataset
from playground.experiment.layers import (
    LAYER_KINDS,
    BatchNorm,
    Dense,
    Dropout,
    GaussianNoise,
    LayerNorm,
    Residual,
    Scaling,
)
from playground.views.canvas.palette import MOST_CHIPS
from playground.views.theme import theme
from tests.playground.views.canvas.driver import LEFT, Driver, layers_of, with_layers

FOR_POINTS = ("dense", "dropout", "gaussian_noise", "scaling", "batch_norm", "layer_norm", "residual")
Key = Qt.Key


# -- putting in and taking out --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FOR_POINTS)
def test_every_kind_is_dropped_trained_and_taken_back(make_driver, kind):
    driver = make_driver(Dense(4), Dense(4))
    assert driver.drag_chip(2, kind=kind)
    assert type(layers_of(driver)[2]) is LAYER_KINDS[kind].layer
    assert driver.workbench.undo_name == f"Insert {LAYER_KINDS[kind].label.lower()} layer"
    driver.workbench.run.advance_now(epochs=2)
    assert driver.surface.model.snapshot is driver.workbench.run.snapshot
    assert not driver.canvas.grab().isNull()
    driver.workbench.undo()
    driver.settle()
    assert driver.widths == (2, 4, 4, 1)


def test_a_dragged_slim_chip_keeps_a_slim_place_open(driver):
    assert driver.drag_chip(1, drop=False, kind="layer_norm")
    gap = driver.surface.diagram.gap
    driver.drag_chip(1, kind="layer_norm")
    assert driver.surface.diagram.column(1).card == gap
    assert gap.w < driver.surface.diagram.column(0).card.w + 20


@pytest.mark.parametrize("kind", ["conv2d", "max_pool2d", "average_pool2d"])
def test_a_refused_drop_says_why(driver, kind):
    before = driver.experiment
    driver.drag_chip(1, drop=False, kind=kind)
    assert "needs an image" in driver.surface.drop.refusal
    assert driver.canvas.header.hint.text == "not here"
    driver.drag_chip(1, kind=kind)
    assert driver.experiment == before
    assert "needs an image" in driver.messages[-1]
    assert driver.messages[-1].endswith(".")
    assert driver.surface.drop.refusal is None
    driver.drag_chip(1, drop=False, kind="dropout")
    assert driver.surface.drop.refusal is None
    driver.leave_drag()


def test_a_residual_connection_needs_something_to_skip(driver):
    driver.drag_chip(0, drop=False, kind="residual")
    assert "no layer before it" in driver.surface.drop.refusal
    driver.leave_drag()
    assert edits.best_index(with_layers(Dense(2)), "residual") == 1
    assert "no layer before it" in edits.kind_refusal(with_layers(), "residual")


def test_a_move_that_is_impossible_is_refused_while_it_is_dragged(make_driver):
    driver = make_driver(Dense(4), Residual(1))
    driver.drag_card(1, driver.canvas.gap_position(0), drop=False)
    assert "no layer before it" in driver.surface.drop.refusal
    driver.bot.mouseRelease(driver.viewport, LEFT, pos=driver.canvas.gap_position(0))
    assert [type(layer) for layer in layers_of(driver)] == [Dense, Residual]
    assert "no layer before it" in driver.messages[-1]


def test_slim_cards_are_dragged_to_another_place_and_out(driver):
    driver.drag_card(1, driver.canvas.gap_position(3))
    assert [type(layer) for layer in layers_of(driver)] == [Dense, Dense, Dropout, BatchNorm]
    driver.settle()
    driver.drag_card(2, QPoint(300, -80))
    assert [type(layer) for layer in layers_of(driver)] == [Dense, Dense, BatchNorm]


# -- the palette ----------------------------------------------------------------------------------------------------


def test_the_row_shows_the_first_kinds_and_the_panel_all(driver):
    header = driver.canvas.header
    shown = [chip.kind.kind for chip in header.chips if chip.isVisible()]
    assert shown == ["dense", "dropout", "batch_norm", "residual", "gaussian_noise"]
    assert len(shown) == MOST_CHIPS
    driver.bot.mouseClick(header.more, LEFT)
    shelf = driver.canvas.shelf
    assert shelf.isVisible()
    assert set(shelf.chips) == set(LAYER_KINDS)
    assert not shelf.chips["conv2d"].isEnabled()
    assert "choose an image data set" in shelf.chips["conv2d"].toolTip()
    assert shelf.chips["layer_norm"].isEnabled()
    driver.bot.keyClick(shelf.chips["layer_norm"], Key.Key_Return)
    assert not shelf.isVisible()
    assert isinstance(layers_of(driver)[-1], LayerNorm)


@pytest.mark.parametrize("width", [400, 560, 700, 1000])
def test_no_chip_is_cut_at_any_width(make_driver, width):
    header = make_driver(Dense(4), size=(width, 550)).canvas.header
    shown = [chip for chip in header.chips if chip.isVisible()] + [header.more]
    assert all(chip.width() >= chip.sizeHint().width() for chip in shown)
    assert header.more.geometry().right() < header.count.geometry().left()
    assert header.count.geometry().right() <= header.width()


@pytest.mark.parametrize("images", [False, True])
def test_tab_goes_through_the_row_from_left_to_right(make_driver, images):
    driver = make_driver(Dense(4), size=(1000, 550))
    if images:
        driver.workbench.edit("Digits", on_dataset(driver.experiment, "digits"))
    header = driver.canvas.header
    header.chips[0].setFocus()
    passed = [QApplication.focusWidget()]
    while passed[-1] is not header.more:
        driver.bot.keyClick(passed[-1], Key.Key_Tab)
        passed.append(QApplication.focusWidget())
        assert header.isAncestorOf(passed[-1])
    places = [widget.mapTo(header, QPoint(0, 0)).x() for widget in passed]
    assert places == sorted(places)
    usable = [chip for chip in header.chips if chip.isVisible() and chip.isEnabled()]
    assert passed == [*usable, header.more]


# -- keys -----------------------------------------------------------------------------------------------------------


def at_card(driver: Driver, layer: int) -> None:
    driver.focus()
    driver.view.keyboard.move_to(Part("card", layer))


def test_plus_and_minus_change_the_main_number(driver):
    at_card(driver, 1)
    driver.key(Key.Key_Plus)
    driver.key(Key.Key_Plus)
    driver.key(Key.Key_Minus)
    assert layers_of(driver)[1] == Dropout(0.25)
    for _ in range(6):
        driver.key(Key.Key_Minus)
    assert layers_of(driver)[1] == Dropout(0.0)
    assert "0 to 0.95" in driver.messages[-1]


def test_digits_type_the_main_number(driver):
    at_card(driver, 1)
    driver.key(Key.Key_0)
    assert driver.openers.editor.caption.text() == "Dropout rate of layer 2"
    driver.type(",4")
    assert layers_of(driver)[1] == Dropout(0.4)


def test_a_setting_of_any_size_is_told_its_own_limits(driver):
    at_card(driver, 1)
    driver.key(Key.Key_1)
    driver.type("e40")
    assert "0 to 0.95" in driver.openers.editor.problem.text()
    driver.bot.keyClick(driver.openers.editor.field, Key.Key_Escape)


@pytest.mark.parametrize("layer", [Dropout(0.22), GaussianNoise(0.1), Scaling(1.0), Residual(2), Dense(4)])
def test_one_step_up_and_one_down_lead_back_to_whole_steps(layer):
    name, up = stepped(layer, 1)
    assert up > getattr(layer, name)
    back = stepped(type(layer)(**{name: up}), -1)[1]
    assert back <= getattr(layer, name)
    assert main_field(layer).name == name


def test_enter_and_f4_open_the_settings_and_f_freezes(driver):
    at_card(driver, 3)
    driver.key(Key.Key_Return)
    assert driver.openers.settings.isVisible()
    driver.openers.settings.close_sheet()
    driver.key(Key.Key_F)
    assert layers_of(driver)[3].frozen
    assert driver.workbench.undo_name == "Freeze layer 4"
    driver.key(Key.Key_F)
    assert driver.workbench.undo_name == "Unfreeze layer 4"
    at_card(driver, 0)
    driver.key(Key.Key_F4)
    assert list(driver.openers.settings.fields) == ["units", "activation", "frozen"]
    driver.openers.settings.close_sheet()
    at_card(driver, 1)
    driver.key(Key.Key_F)
    assert "no setting for this: frozen" in driver.messages[-1]


def test_a_frozen_layer_stays_and_shows_a_lock(driver, own_theme):
    shown = driver.canvas.grab().toImage()
    driver.view.commands.toggle_frozen(0)
    driver.settle()
    assert driver.canvas.grab().toImage() != shown
    weights = driver.workbench.run.snapshot.weights(0).copy()
    driver.workbench.run.advance_now(epochs=3)
    assert (driver.workbench.run.snapshot.weights(0) == weights).all()


@pytest.fixture
def own_theme():
    before = theme.current().wanted
    yield theme.current()
    theme.current().set_theme(before)


def test_arrows_go_through_the_dots_of_a_slim_layer(driver):
    at_card(driver, 1)
    driver.key(Key.Key_Down)
    assert driver.view.keyboard.current() == Part("unit", 1, 0)
    driver.key(Key.Key_Right)
    assert driver.view.keyboard.current().layer == 2
    driver.key(Key.Key_Left)
    driver.key(Key.Key_Return)
    assert "passes values on" in driver.messages[-1]
