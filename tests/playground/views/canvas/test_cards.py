"""Layers without units of their own on the canvas: what stands on their cards, their settings, what is told of them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from playground.diagram.diagram import Part
from playground.diagram.shown import CanvasModel
from playground.edits.layer_fields import fields_of
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
from playground.run.session import Session
from playground.run.snapshot import Demand
from playground.views.controls import ChoiceField, NumberField, SegmentedControl
from playground.views.theme import theme
from playground.words.network import in_words, setting_text, short_label
from playground.words.parts import DEAD, card_tip, facts_of
from tests.playground.views.canvas.driver import LEFT, layers_of, with_layers

SLIM = (Dropout(), GaussianNoise(), Scaling(), BatchNorm(), LayerNorm())
Key = Qt.Key


def test_every_kind_has_words_for_its_card_and_its_settings():
    for kind in LAYER_KINDS.values():
        layer = kind.layer()
        assert short_label(kind.kind)
        assert setting_text(layer, 3)
        assert all(field.label for field in fields_of(layer))
    texts = [setting_text(layer) for layer in (Dropout(0.35), GaussianNoise(0.5), Scaling(2.0, activation="tanh"))]
    assert texts == ["0.35", "σ 0.5", "× 2 · tanh"]
    assert setting_text(Residual(3, activation="relu")) == "skips 3 · ReLU"


@pytest.mark.parametrize("size", [(718, 430), (780, 560)])
@pytest.mark.parametrize("kind", [kind for kind in LAYER_KINDS if kind not in ("dense", "conv2d")])
def test_titles_fit_their_cards(make_driver, size, kind):
    from PySide6.QtGui import QFontMetricsF

    from playground.views.canvas.measures import fitting_sizes

    wide = QFontMetricsF(theme.strong_font()).horizontalAdvance(short_label(kind))
    assert wide + 8 <= fitting_sizes().slim(kind)


@pytest.mark.parametrize(
    "layer",
    [
        Residual(1, activation="leaky_relu"),
        Residual(1, activation="tanh", frozen=True),
        Scaling(0.0125, activation="leaky_relu"),
    ],
)
def test_a_slim_card_has_room_for_its_number_and_its_activation(make_driver, layer):
    from PySide6.QtGui import QFontMetricsF

    driver = make_driver(Dense(4), type(layer)(), Dense(4))
    before = driver.surface.diagram.column(1).card.w
    driver.workbench.edit("Set all", with_layers(Dense(4), layer, Dense(4)))
    driver.settle()
    card = driver.surface.diagram.column(1).card
    lock = 13 if layer.frozen else 0
    text = QFontMetricsF(theme.small_font()).horizontalAdvance(setting_text(layer))
    assert text + lock + 6 <= card.w
    assert card.w > before
    driver.workbench.undo()
    driver.settle()
    assert driver.surface.diagram.column(1).card.w == before


def test_the_lower_half_of_a_slim_card_opens_its_settings(driver):
    driver.click("activation", 1)
    sheet = driver.openers.settings
    assert sheet.isVisible()
    assert list(sheet.fields) == ["rate"]
    field = sheet.fields["rate"]
    assert isinstance(field, NumberField)
    assert field.hasFocus()
    field.selectAll()
    driver.bot.keyClicks(field, "0.5")
    driver.bot.keyClick(field, Key.Key_Return)
    assert layers_of(driver)[1] == Dropout(0.5)
    assert driver.workbench.undo_name == "Set dropout rate of layer 2 to 0.5"
    assert not sheet.isVisible()


def test_the_sheet_has_every_setting_and_stays_open_while_choosing(driver):
    driver.click("activation", 3)
    sheet = driver.openers.settings
    assert list(sheet.fields) == ["momentum", "epsilon", "activation", "frozen"]
    choice, switch = sheet.fields["activation"], sheet.fields["frozen"]
    assert isinstance(choice, ChoiceField)
    assert isinstance(switch, SegmentedControl)
    choice.activated.emit(list(choice_keys(choice)).index("relu"))
    driver.bot.mouseClick(switch.buttons["frozen"], LEFT)
    assert layers_of(driver)[3] == BatchNorm(activation="relu", frozen=True)
    assert sheet.isVisible()
    driver.bot.keyClick(switch.buttons["frozen"], Key.Key_Escape)
    assert not sheet.isVisible()


def choice_keys(choice: ChoiceField) -> list[str]:
    return [option.key for option in choice._options]


def test_a_wrong_number_is_refused_with_its_limits(driver):
    driver.click("activation", 1)
    field = driver.openers.settings.fields["rate"]
    field.selectAll()
    driver.bot.keyClicks(field, "2")
    driver.bot.keyClick(field, Key.Key_Return)
    assert layers_of(driver)[1] == Dropout(0.2)
    assert "0 to 0.95" in driver.messages[-1]


def test_a_press_on_the_canvas_or_another_network_closes_the_sheet(driver):
    driver.click("activation", 1)
    driver.bot.mousePress(driver.viewport, LEFT, pos=QPoint(5, driver.viewport.height() - 5))
    assert not driver.openers.settings.isVisible()
    driver.click("activation", 1)
    driver.workbench.edit("Other", with_layers(Dense(2)))
    assert not driver.openers.settings.isVisible()


@pytest.fixture
def own_theme():
    before = theme.current().wanted
    yield theme.current()
    theme.current().set_theme(before)


# -- what is told ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", SLIM, ids=lambda layer: type(layer).__name__)
def test_pointing_at_a_dot_shows_what_the_layer_does_to_the_value(make_driver, layer):
    driver = make_driver(Dense(4), layer)
    driver.workbench.run.advance_now(epochs=1)
    driver.point_at("unit", 1, 2)
    facts = driver.surface.hover.facts
    assert facts.title == "Layer 2 · unit 3"
    assert "x" in facts.formula
    assert driver.surface.hover.pictures == 1
    assert driver.workbench.view.hovered == (1, 2)
    names = [name for name, _ in facts.rows]
    assert ("gain" in names) == (not isinstance(layer, (Dropout, GaussianNoise)))
    assert ("running variance" in names) == isinstance(layer, BatchNorm)
    assert len(names) == len(set(names)), "every figure has a name of its own"
    assert facts_of(driver.surface.model, Part("link", 1, 0, 0)).formula.startswith("goes into ")
    assert LAYER_KINDS[type(layer).__struct_config__.tag].note in card_tip(driver.surface.model, 1)


def test_gains_and_shifts_are_edited_by_menu_and_key(driver):
    driver.openers.open_menu(Part("unit", 3, 1))
    texts = [action.text().split("\t")[0] for action in driver.openers.menu.actions()]
    assert texts[:2] == ["Edit gain (1.000)…", "Edit shift (0.000)…"]
    driver.menu_action(texts[0]).trigger()
    driver.openers.menu.close()
    driver.type("-0.5")
    driver.settle()
    assert driver.surface.model.gains(3)[1] == -0.5
    driver.focus()
    driver.view.keyboard.move_to(Part("unit", 3, 1))
    driver.key(Key.Key_F2)
    driver.type("0.25")
    driver.settle()
    assert driver.workbench.run.snapshot.biases(3)[1] == 0.25


def test_a_line_that_passes_on_has_no_weight(driver):
    driver.click("link", 1, 2, 2)
    assert not driver.openers.editor.isVisible()
    assert "passes values on" in driver.messages[-1]


def test_the_network_in_words_names_every_kind():
    words = in_words(with_layers(Dense(4, frozen=True), Dropout(), BatchNorm(activation="relu"), Residual(2)))
    assert "layer 1: dense, 4 units, tanh, frozen; layer 2: dropout, 0.2; layer 3: batch norm, ReLU; " in words
    assert "layer 4: residual, adds layer 1" in words


@pytest.mark.parametrize("name", ["dark", "contrast", "light"])
def test_dots_are_seen_in_every_theme(driver, own_theme, name):
    own_theme.set_theme(name)
    QApplication.processEvents()
    rect = driver.surface.diagram.rect_of(Part("unit", 3, 0))
    place = driver.view.mapFromScene(*rect.center)
    colour = QColor(driver.viewport.grab().toImage().pixel(place))
    blue = theme.color("positive")
    assert sum(abs(a - b) for a, b in zip(colour.getRgb(), blue.getRgb(), strict=True)) < 60


def test_the_card_of_a_dead_unit_says_so():
    """Of three rectifiers one answers 0 everywhere, one to the samples alone, and one is alive."""
    experiment = with_layers(Dense(3, "relu"), data__source__name="circles")
    session = Session(experiment)
    far = float(np.abs(session.dataset.train_points[0]).max())
    for unit, bias in enumerate((-100.0, -1.1 * far, 0.0)):
        session.set_parameter(session.layout.slots[0].weight_index(unit, 0), 1.0, 3 * unit)
        session.set_parameter(session.layout.slots[0].weight_index(unit, 1), 0.0, 3 * unit + 1)
        session.set_parameter(session.layout.slots[0].bias_index(unit), bias, 3 * unit + 2)
    model = CanvasModel(experiment)
    assert model.set_snapshot(session.snapshot(Demand(maps=True)))
    maps = [model.unit_map(0, unit) for unit in range(3)]
    assert [bool((values != 0).any()) for values in maps] == [False, True, True]
    facts = [facts_of(model, Part("unit", 0, unit)) for unit in range(3)]
    assert [("dead", DEAD) in found.rows for found in facts] == [True, True, False]
