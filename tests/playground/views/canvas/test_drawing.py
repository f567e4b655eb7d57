"""What the canvas shows: maps, weights, biases, values of a probed point; at every size, in every theme."""

from __future__ import annotations

import random
import time
from statistics import median

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from playground.data.features import FEATURES
from playground.diagram.diagram import Part
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.layers import LAYER_KINDS
from playground.numbers import spaced
from playground.views.canvas.items.links import LONGEST_LINKS, link_colour, link_width
from playground.views.canvas.panel import NetworkCanvas
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from tests.playground.views.canvas.driver import Driver, network
from tests.seeds import long


@pytest.fixture
def driver(qtbot, make_workbench):
    return Driver(qtbot, make_workbench())


@pytest.fixture
def own_theme():
    before = theme.current().wanted
    yield theme.current()
    theme.current().set_theme(before)


def pixel(driver, part, x=0.5, y=0.5):
    """The colour at a share of a part's rectangle."""
    rect = driver.surface.diagram.rect_of(part)
    place = driver.view.mapFromScene(rect.x + x * rect.w, rect.y + y * rect.h)
    return QColor(driver.viewport.grab().toImage().pixel(place))


def closer_to(colour, name, other):
    def distance(token):
        return sum((a - b) ** 2 for a, b in zip(colour.getRgb(), theme.color(token).getRgb(), strict=True))

    return distance(name) < distance(other)


def set_parameter(driver, part, value):
    driver.workbench.set_parameter(driver.surface.model.parameter_index(part), value)
    driver.settle()


def test_the_feature_tiles_show_their_functions(driver):
    x, y = Part("feature", -1, 0), Part("feature", -1, 1)
    assert closer_to(pixel(driver, x, 0.1), "negative", "positive")
    assert closer_to(pixel(driver, x, 0.9), "positive", "negative")
    assert closer_to(pixel(driver, y, 0.5, 0.1), "positive", "negative")
    assert closer_to(pixel(driver, y, 0.5, 0.9), "negative", "positive")


def test_a_unit_tile_shows_what_the_unit_computes(driver):
    for source, weight in enumerate((0.0, 4.0)):
        set_parameter(driver, Part("link", 0, 0, source), weight)
    set_parameter(driver, Part("bias", 0, 0), 0.0)
    tile = Part("unit", 0, 0)
    assert closer_to(pixel(driver, tile, 0.5, 0.2), "positive", "negative")
    assert closer_to(pixel(driver, tile, 0.6, 0.8), "negative", "positive")


def test_links_and_biases_are_coloured_by_sign(driver):
    link, bias = Part("link", 1, 0, 0), Part("bias", 1, 0)
    for value, name, other in ((5.0, "positive", "negative"), (-5.0, "negative", "positive")):
        set_parameter(driver, link, value)
        set_parameter(driver, bias, value)
        x, y = driver.surface.diagram.point_of(link)
        place = driver.view.mapFromScene(x, y)
        assert closer_to(QColor(driver.viewport.grab().toImage().pixel(place)), name, other)
        assert closer_to(pixel(driver, bias), name, other)


def test_widths_grow_with_weights_up_to_five():
    widths = [link_width(value) for value in (0.0, 0.5, 1.0, 2.0, 5.0, 50.0)]
    assert widths == sorted(widths)
    assert widths[-1] == widths[-2] < 6
    assert link_colour(0.0) != link_colour(2.0)


def test_a_softmax_head_is_drawn_in_class_colours(qtbot, make_workbench):
    data = with_changes(Experiment(), data__source__name="three_spirals", network=network(6))
    driver = Driver(qtbot, make_workbench(data))
    driver.workbench.run.advance_now(epochs=50)
    driver.settle()
    assert len(driver.surface.diagram.column(1).tiles) == 3
    assert not driver.canvas.grab().isNull()


@pytest.mark.parametrize("layers", [(), (1,), (4, 2), (8,) * 6, (12, 512) * 6, (3,) * 32, (512,)])
def test_every_size_is_drawn(qtbot, make_workbench, layers):
    driver = Driver(qtbot, make_workbench(with_changes(Experiment(), network=network(*layers))), (360, 300))
    for size in [(360, 300), (560, 400), (740, 550), (1900, 1100)]:
        driver.canvas.resize(*size)
        QApplication.processEvents()
        assert not driver.canvas.grab().isNull()
        inside = driver.view.sceneRect()
        for item in driver.view.scene().items():
            place = item.sceneBoundingRect()
            assert item.boundingRect().isEmpty() or inside.adjusted(-12, -12, 12, 12).contains(place), size
        if len(layers) <= 3:
            assert driver.surface.diagram.width <= size[0] or size[0] < 500


def test_units_without_room_are_counted(qtbot, make_workbench):
    driver = Driver(qtbot, make_workbench(with_changes(Experiment(), network=network(512))))
    column = driver.surface.diagram.column(0)
    assert column.hidden == 512 - len(column.tiles) > 400
    assert driver.surface.part_at(driver.at("below", 0).toPointF()) == Part("below", 0)


def test_too_many_links_are_cut_to_the_strongest(qtbot, make_workbench):
    driver = Driver(qtbot, make_workbench(with_changes(Experiment(), network=network(*[64] * 12))))
    assert driver.surface.links.hidden_links > 0
    assert f"only the {spaced(driver.surface.links.most_drawn)} strongest links" in driver.canvas.header.hint.text
    driver.workbench.edit("Small", with_changes(driver.experiment, network=network(2)))
    driver.settle()
    assert driver.canvas.header.hint.text == "drag onto the network"


@pytest.mark.parametrize(("size", "scale"), [((740, 550), 1.0), long((2600, 1400), 0.8), ((2600, 1400), 1.5)])
def test_the_links_that_are_drawn_are_never_so_long_that_a_frame_stalls(qtbot, make_workbench, size, scale):
    """Also before their numbers are known, when they are all alike."""
    driver = Driver(qtbot, make_workbench(), size)
    driver.view.sight.zoom_by(scale, QPointF(size[0] / 2, size[1] / 2))
    driver.workbench.edit("Large", with_changes(driver.experiment, network=network(*[64] * 10)))
    for _ in range(2):
        driver.view.grab()
        strips = driver.surface.links._strips
        drawn = sum(len(strip.curves) for strip in strips)
        mean = sum(strip.length for strip in strips) / sum(strip.links.units.size for strip in strips)
        assert 300 <= drawn <= 1.2 * driver.surface.links.most_drawn
        assert drawn * mean * scale <= 1.3 * LONGEST_LINKS
        driver.settle()
    driver.view.grab()
    drawn_anew = [strip.known for strip in driver.surface.links._strips if strip.image is not None]
    assert drawn_anew
    assert all(drawn_anew), "as soon as there are numbers"


def test_without_numbers_all_is_calm(qtbot):
    workbench = Workbench(Experiment())
    canvas = NetworkCanvas(workbench)
    qtbot.addWidget(canvas)
    canvas.resize(740, 550)
    canvas.show()
    view = canvas.view
    rect = view.surface.diagram.column(0).tiles[0]
    place = view.mapFromScene(rect.x + rect.w / 2, rect.y + rect.h / 2)
    assert QColor(view.viewport().grab().toImage().pixel(place)) == theme.color("neutral")
    view.openers.edit_value(Part("bias", 0, 0))
    assert not view.openers.editor.isVisible()
    assert view.commands.append("dense")
    workbench.close()
    workbench.deleteLater()


def test_an_edit_keeps_the_picture_until_the_next_snapshot(driver):
    driver.workbench.run.advance_now(epochs=50)
    weights = driver.surface.model.weights(0).copy()
    maps = driver.surface.atlas.source(1, 0)
    driver.view.commands.insert("dense", 1)
    assert driver.surface.model.snapshot is None
    assert np.array_equal(driver.surface.model.weights(0), weights)
    assert driver.surface.atlas.source(1, 0) == maps
    assert driver.surface.atlas.source(2, 0) is None
    assert driver.surface.atlas.source(3, 0) is not None
    driver.settle()
    assert driver.surface.model.snapshot is driver.workbench.run.snapshot
    assert driver.surface.atlas.source(2, 3) is not None


def test_a_probed_point_shows_the_forward_pass(driver):
    driver.workbench.set_view(probe=(2.0, -1.0))
    driver.settle()
    model = driver.surface.model
    assert driver.canvas.header.hint.text == "forward pass of (2.00, −1.00)"
    assert np.allclose(model.outputs_of(-1), [2.0, -1.0])
    assert np.allclose(model.outputs_of(0), np.tanh(model.weights(0) @ [2.0, -1.0] + model.biases(0)), atol=1e-5)
    shown = driver.canvas.grab().toImage()
    driver.workbench.set_view(probe=None)
    driver.settle()
    assert driver.canvas.header.hint.text == "drag onto the network"
    assert driver.canvas.grab().toImage() != shown


@pytest.mark.parametrize("name", ["dark", long("contrast"), "light"])
def test_a_theme_change_redraws_everything(driver, own_theme, name):
    own_theme.set_theme(name)
    QApplication.processEvents()
    image = driver.viewport.grab().toImage()
    assert QColor(image.pixel(2, image.height() - 2)) == theme.color("background")
    assert closer_to(pixel(driver, Part("feature", -1, 0), 0.95), "positive", "negative")


def test_a_hidden_canvas_asks_for_nothing(driver):
    assert driver.workbench.run.demands.whole.maps
    driver.canvas.hide()
    assert not driver.workbench.run.demands.whole.maps
    before = driver.surface.model.version
    driver.workbench.run.advance_now(epochs=1)
    assert driver.surface.model.version == before
    driver.canvas.show()
    driver.settle()
    assert driver.surface.model.snapshot is driver.workbench.run.snapshot


def test_another_document_forgets_the_old_numbers(driver):
    driver.workbench.run.advance_now(epochs=5)
    driver.workbench.new()
    driver.settle()
    assert driver.surface.model.snapshot is driver.workbench.run.snapshot


@pytest.mark.parametrize("edits", [20, long(1000)])
def test_random_edits_while_training_runs(driver, edits):
    chance = random.Random(7)
    view, commands = driver.view, driver.view.commands
    items = len(view.scene().items())
    driver.workbench.run.play()
    for _ in range(edits):
        layers = len(driver.experiment.network.layers)
        layer = chance.randrange(layers) if layers else 0
        chance.choice(
            [
                lambda layers=layers: layers < 6 and commands.insert("dense", chance.randrange(layers + 1)),
                lambda layer=layer: commands.remove(layer),
                lambda layer=layer: commands.move(layer, layer + 1),
                lambda layer=layer: commands.set_units(layer, chance.randrange(1, 20)),
                lambda layer=layer: commands.set_activation(layer, chance.choice(["relu", "tanh", "sine"])),
                lambda: commands.toggle_feature(chance.choice(list(FEATURES))),
                driver.workbench.undo,
                driver.workbench.redo,
                lambda: driver.workbench.set_view(probe=chance.choice([None, (1.0, 2.0)])),
            ]
        )()
        driver.bot.mouseMove(driver.viewport, driver.view.rect().center())
        QApplication.processEvents()
    driver.workbench.run.pause()
    driver.settle()
    assert len(view.scene().items()) == items
    assert view.surface.model.experiment == driver.experiment
    assert view.surface.diagram.outline == view.surface.model.outline


@pytest.mark.parametrize("edits", [10, long(1000)])
@pytest.mark.parametrize("data", ["circles", "bars"])
def test_random_edits_of_every_kind_of_layer(qtbot, make_workbench, data, edits):
    experiment = with_changes(Experiment(), data__source__name=data, data__source__samples=40, network=network(3))
    driver = Driver(qtbot, make_workbench(experiment))
    chance, view, commands = random.Random(11), driver.view, driver.view.commands
    driver.workbench.run.play()
    for _ in range(edits):
        layers = driver.experiment.network.layers
        layer = chance.randrange(len(layers)) if layers else 0
        index = chance.randrange(len(layers) + 1)
        chance.choice(
            [
                lambda index=index, count=len(layers): (
                    count < 9 and commands.insert(chance.choice(list(LAYER_KINDS)), index)
                ),
                lambda: commands.append(chance.choice(list(LAYER_KINDS))),
                lambda layer=layer: commands.remove(layer),
                lambda layer=layer: commands.move(layer, chance.randrange(len(driver.experiment.network.layers))),
                lambda layer=layer: commands.duplicate(layer),
                lambda layer=layer: commands.step_main(layer, chance.choice([-1, 1])),
                lambda layer=layer: commands.step_span(layer, chance.choice([-1, 1])),
                lambda layer=layer: commands.toggle_frozen(layer),
                lambda layer=layer: commands.set_activation(layer, chance.choice(["relu", "tanh", "sine"])),
                driver.workbench.undo,
                driver.workbench.redo,
            ]
        )()
        column = chance.choice(view.surface.diagram.columns)
        kind = chance.choice(["unit", "card", "link", "arc"]) if column.layer >= 0 else "card"
        part = Part(kind, column.layer, 0, 0)
        if view.surface.diagram.rect_of(part) is not None:
            view.pointer.point_at(part)
        QApplication.processEvents()
        driver.viewport.grab()
    driver.workbench.run.pause()
    driver.settle()
    assert view.surface.model.experiment == driver.experiment
    assert view.surface.diagram.outline == view.surface.model.outline
    assert view.surface.model.snapshot is driver.workbench.run.snapshot


def test_large_networks_catch_up_when_the_run_stands(qtbot, make_workbench):
    driver = Driver(qtbot, make_workbench(with_changes(Experiment(), network=network(*[16] * 6))))
    driver.workbench.run.advance_now(epochs=1)
    strips = driver.surface.links._strips
    driver.bot.waitUntil(lambda: all(strip.version == driver.surface.model.version for strip in strips))
    assert all(drawn[0] == driver.surface.model.version for drawn in driver.surface.atlas._drawn.values())


def test_a_frame_of_the_default_network_is_cheap(driver):
    """Against a count to a million in the same moments: a busy or slow machine changes both."""
    costs, counts = [], []
    for _ in range(15):
        driver.workbench.run.advance_now(epochs=1)
        start = time.thread_time()
        driver.surface.take_snapshot()
        QApplication.processEvents()
        costs.append(time.thread_time() - start)
        start = time.thread_time()
        sum(range(1_000_000))
        counts.append(time.thread_time() - start)
    assert median(costs) < median(counts)


def test_of_many_links_the_strongest_are_drawn_and_of_equal_ones_some(qtbot, make_workbench):
    driver = Driver(qtbot, make_workbench(with_changes(Experiment(), network=network(64, 64))), (1900, 1100))
    driver.settle()
    links, layout = driver.surface.links, driver.surface.model.layout
    parameters = np.zeros(layout.size)
    strong = np.random.default_rng(0).choice(64 * 64, 300, replace=False)
    layout.weights(parameters, 1).reshape(-1)[strong] = 3.0
    driver.workbench.run.ask(lambda session: np.copyto(session.state.parameters, parameters, casting="same_kind"))
    driver.settle()
    links.refresh(colours=True)
    for strip in links._strips:
        strip.curves.clear()
    driver.view.grab()
    assert links.hidden_links > 0
    strip = links._strips[1]
    values, _ = links._values(strip)
    drawn = set(strip.curves)
    assert set(np.flatnonzero(values == 3.0).tolist()) <= drawn
    assert np.count_nonzero(values == 3.0) > 100
    assert len(drawn) < strip.links.units.size
