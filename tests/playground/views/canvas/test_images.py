"""Image data on the canvas: the image itself, filters and feature maps, weight pictures, links that stand for many."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from playground.diagram.diagram import FEATURES, Part
from playground.edits.changes import with_changes
from playground.experiment.layers import Conv2d, Dense, Dropout, Flatten, Layer, LayerNorm, MaxPool2d, Residual
from playground.experiment.network import Network
from playground.views.canvas.items.pictures import layer_pictures, part_pictures
from playground.views.theme import theme
from playground.words.parts import facts_of
from tests.playground.views.canvas.driver import LEFT, Driver

Key = Qt.Key


@pytest.fixture
def make_images(make_driver):
    def make(*layers: Layer, data: str = "digits", size: tuple[int, int] = (900, 550)) -> Driver:
        return make_driver(*layers, size=size, data__source__name=data, data__source__samples=60)

    return make


@pytest.fixture
def driver(make_images):
    made = make_images(Conv2d(4), MaxPool2d(), Dense(6, "relu"))
    made.workbench.run.advance_now(epochs=2)
    return made


def test_the_input_column_shows_the_image(driver):
    column = driver.surface.diagram.column(FEATURES)
    assert len(column.tiles) == 1
    image = driver.surface.model.image()
    assert np.array_equal(image, driver.workbench.dataset.train_points[:, 0].reshape(1, 8, 8))
    row, place = np.unravel_index(image[0].argmax(), (8, 8))
    tile = column.tiles[0]
    at = driver.view.mapFromScene(tile.x + (place + 0.5) / 8 * tile.w, tile.y + (row + 0.5) / 8 * tile.h)
    shown = driver.viewport.grab().toImage().pixelColor(at)
    assert abs(shown.lightnessF() - theme.color("text").lightnessF()) < 0.35


def test_another_image_is_shown_everywhere(driver):
    before = driver.canvas.grab().toImage()
    driver.workbench.set_view(probe_sample=7)
    driver.settle()
    assert np.array_equal(driver.surface.model.image().ravel(), driver.workbench.dataset.train_points[:, 7])
    assert driver.canvas.grab().toImage() != before
    driver.point_at("unit", FEATURES, 0)
    facts = driver.surface.hover.facts
    name = driver.workbench.dataset.class_name(int(driver.workbench.dataset.train_labels[7]))
    assert facts.rows == (("training", "image 8"), ("class", name))


def test_a_filter_stands_beside_its_feature_map(driver):
    model = driver.surface.model
    filters, maps = layer_pictures(model, 0)
    assert filters.shape == (4, 3, 3)
    assert maps.shape == (4, 8, 8)
    strongest = np.unravel_index(np.abs(model.weights(0)).argmax(), (4, 1, 3, 3))
    value = model.weights(0)[strongest]
    colour = theme.diverging_lut()[255 if value > 0 else 0]
    assert filters[strongest[0], strongest[2], strongest[3]] == colour
    assert (layer_pictures(model, 1)[0]).shape == (4, 4, 4)
    column = driver.surface.diagram.column(0)
    assert column.tiles[0].w > 2 * column.tiles[0].h
    assert driver.surface.atlas.source(1, 3, 0) is not None
    assert driver.surface.atlas.source(1, 3, 1) is not None


def test_feature_maps_are_what_the_run_computes(driver):
    model = driver.surface.model
    padded = np.pad(model.image()[0], 1)
    weights, bias = model.weights(0)[2, 0], model.biases(0)[2]
    expected = [
        [max(0.0, float((padded[y : y + 3, x : x + 3] * weights).sum() + bias)) for x in range(8)] for y in range(8)
    ]
    assert np.allclose(model.channel_values(0)[2], expected, atol=1e-5)


def test_units_that_read_the_pixels_show_their_weights(make_images):
    driver = make_images(Dense(3), Dense(2), data="bars")
    pictures = layer_pictures(driver.surface.model, 0)[0]
    assert pictures.shape == (3, 8, 8)
    weights = driver.surface.model.weights(0)
    assert np.array_equal(driver.surface.model.pixel_weights(0)[1].ravel(), weights[1])
    assert layer_pictures(driver.surface.model, 1)[0].shape == (2, 1, 1)


def test_links_of_images_stand_for_several_weights(driver):
    model = driver.surface.model
    filters = model.link_values(0)
    assert not filters.signed
    assert np.allclose(filters.values, np.abs(model.weights(0)).mean(axis=(2, 3)))
    assert model.link_values(1) is None
    dense = model.link_values(2)
    assert dense.values.shape == (6, 4)
    assert np.allclose(dense.values[1, 2], np.linalg.norm(model.weights(2)[1, 2 * 16 : 3 * 16]), rtol=1e-5)
    assert model.link_values(3).signed
    driver.click("link", 2, 1, 2)
    assert not driver.openers.editor.isVisible()
    assert "several weights" in driver.messages[-1]
    facts = facts_of(model, Part("link", 2, 1, 2))
    assert facts.formula == "stands for 16 weights"
    assert facts_of(model, Part("link", 0, 1, 0)).formula == "stands for 3 × 3 weights"


def test_pointing_at_a_filter_shows_both_large(driver):
    driver.point_at("unit", 0, 1)
    assert driver.surface.hover.facts.title == "Layer 1 · filter 2"
    assert driver.surface.hover.pictures == 2
    assert driver.workbench.view.hovered is None
    driver.point_at("unit", 1, 1)
    assert driver.surface.hover.facts.title == "Layer 2 · channel 2"
    driver.point_at("unit", 2, 3)
    assert [picture.shape for picture in part_pictures(driver.surface.model, Part("unit", 2, 3))] == [(9, 9)]
    driver.point_at("unit", 3, 9)
    assert driver.surface.hover.facts.title == "Output · digit 9"


def test_filters_of_several_channels_are_shown_side_by_side(make_images):
    driver = make_images(Conv2d(4), Conv2d(2))
    assert part_pictures(driver.surface.model, Part("unit", 1, 0))[0].shape == (7, 7)


@pytest.mark.parametrize("kind", ["conv2d", "max_pool2d", "average_pool2d", "flatten", "batch_norm", "dropout"])
def test_every_kind_is_put_before_the_dense_layers(driver, kind):
    chip = driver.canvas.header.by_kind[kind]
    assert chip.isEnabled()
    driver.bot.keyClick(chip, Key.Key_Return)
    driver.settle()
    assert driver.surface.model.snapshot is driver.workbench.run.snapshot
    assert not driver.canvas.grab().isNull()
    place = {"conv2d": 2, "max_pool2d": 2, "average_pool2d": 2}.get(kind, 3)
    assert driver.workbench.view.selected_layer == place


def test_a_convolution_behind_a_dense_layer_is_refused(driver):
    driver.drag_chip(3, kind="conv2d")
    assert "place it before the first dense or flatten layer" in driver.messages[-1]
    driver.view.commands.move(1, 2)
    assert "needs an image" in driver.messages[-1]
    assert [type(layer) for layer in driver.experiment.network.layers] == [Conv2d, MaxPool2d, Dense]


def test_the_stepper_changes_the_filters(driver):
    driver.click("plus", 0)
    assert driver.experiment.network.layers[0].filters == 5
    assert driver.workbench.undo_name == "Add filter to layer 1"
    driver.settle()
    assert len(driver.surface.diagram.column(1).tiles) == 5
    driver.click("count", 0)
    driver.type("33")
    assert "1 to 32" in driver.openers.editor.problem.text()
    driver.openers.editor.close_editor()


def test_the_sheet_of_a_convolution(driver):
    driver.click("activation", 0)
    sheet = driver.openers.settings
    assert list(sheet.fields) == ["filters", "kernel", "padding", "activation", "frozen"]
    kernel = sheet.fields["kernel"]
    kernel.selectAll()
    driver.bot.keyClicks(kernel, "2")
    kernel.take()
    assert "padding same needs an odd kernel" in driver.messages[-1].lower()
    assert driver.experiment.network.layers[0].kernel == 3
    assert kernel.value == 3
    sheet.close_sheet()


def test_keys_reach_image_filters_and_classes(driver):
    driver.focus()
    driver.key(Key.Key_Home)
    assert driver.view.keyboard.current() == Part("unit", FEATURES, 0)
    driver.key(Key.Key_Return)
    driver.openers.menu.close()
    driver.key(Key.Key_Right)
    assert driver.view.keyboard.current().layer == 0
    driver.key(Key.Key_W)
    assert driver.view.keyboard.current().kind == "link"
    driver.key(Key.Key_Left)
    assert driver.view.keyboard.current() == Part("unit", FEATURES, 0)
    driver.key(Key.Key_Delete)
    assert "between image and output" in driver.messages[-1]
    assert driver.view.keyboard.spoken(Part("unit", FEATURES, 0)).startswith("Image, training image 1, class digit")


def test_points_and_images_follow_each_other(driver):
    points = with_changes(driver.experiment, network=Network((Dense(3),)), data__source__name="moons")
    for experiment in (points, driver.experiment, points):
        driver.workbench.edit("Other data", experiment)
        assert not driver.canvas.grab().isNull()
        driver.settle()
        assert driver.surface.model.snapshot is driver.workbench.run.snapshot
        assert driver.surface.atlas.source(0, 0) is not None
        assert driver.surface.diagram.outline.is_image == (experiment is not points)
    shown = [chip.kind.kind for chip in driver.canvas.header.chips if chip.isVisible()]
    assert shown[0] == "dense"


@pytest.mark.parametrize("size", [(718, 430), (780, 560), (420, 300), (1900, 1000)])
@pytest.mark.parametrize("name", ["light", "dark", "contrast"])
def test_every_size_and_theme_is_drawn(make_images, size, name):
    before = theme.current().wanted
    theme.current().set_theme(name)
    try:
        layers = (Conv2d(6), Residual(1), MaxPool2d(), LayerNorm(), Conv2d(32), Dropout(), Flatten(), Dense(64))
        driver = make_images(*layers, size=size)
        inside = driver.view.sceneRect().adjusted(-12, -12, 12, 12)
        for item in driver.view.scene().items():
            assert item.boundingRect().isEmpty() or inside.contains(item.sceneBoundingRect())
        assert not driver.canvas.grab().isNull()
    finally:
        theme.current().set_theme(before)


def test_a_click_beside_everything_selects_nothing(driver):
    driver.bot.mouseClick(driver.viewport, LEFT, pos=QPoint(4, driver.viewport.height() - 4))
    assert driver.workbench.view.selected_layer is None
