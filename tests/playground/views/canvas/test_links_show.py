"""What links show: weights, gradients or the last update; legend, switch and hover card say the same."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from playground.diagram.diagram import Part
from playground.diagram.link_scale import DECADES
from playground.edits.changes import with_changes
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.numbers import MISSING, figure
from playground.run.snapshot import Demand
from playground.words.links import ENTRIES, NOT_KNOWN
from playground.words.parts import facts_of
from tests.playground.views.canvas.driver import LEFT, Driver, network
from tests.playground.views.window.driver import bench, trigger

LINK = Part("link", 0, 1, 1)


@pytest.fixture
def driver(qtbot, make_workbench):
    return Driver(qtbot, make_workbench())


def choose(driver, name: str) -> None:
    """With the mouse: the switch, then the entry of its menu."""
    switch = driver.canvas.header.links
    driver.bot.mouseClick(switch, LEFT)
    action = next(each for each in switch.menu.actions() if each.text() == ENTRIES[name])
    driver.bot.mouseClick(switch.menu, LEFT, pos=switch.menu.actionGeometry(action).center())
    driver.settle()


def test_the_switch_lets_links_show_gradients_and_asks_for_them_only_then(driver):
    run, model, legend = driver.workbench.run, driver.surface.model, driver.canvas.legend
    driver.workbench.run.advance_now(epochs=2)
    assert run.demands.by_view["canvas"] == Demand(maps=True)
    before = model.link_values(0).values
    choose(driver, "gradient")
    assert run.demands.by_view["canvas"] == Demand(maps=True, gradients=True)
    gradient = model.layout.weights(run.snapshot.gradient, 0)
    found = model.link_values(0)
    assert np.array_equal(np.sign(found.values), np.sign(gradient))
    assert found.values == pytest.approx(model.scale.sizes(gradient))
    assert not np.array_equal(found.values, before)
    assert legend.lines[0].startswith("gradient, 1e−")
    assert "10 ×" in legend.lines[1]
    assert driver.canvas.header.links.text().startswith("gradients 1e−")
    assert dict(facts_of(model, LINK).rows)["gradient"] == figure(float(gradient[1, 1]))
    assert "its gradient" in dict(facts_of(model, Part("unit", 0, 1)).rows)
    choose(driver, "weight")
    assert run.demands.by_view["canvas"] == Demand(maps=True)
    assert np.array_equal(model.link_values(0).values, before)
    assert legend.lines == ("size of a weight", "negative to positive", "bias of a unit")


def test_the_last_update_is_a_dash_until_a_step_was_made_before_somebodys_eyes(driver):
    model = driver.surface.model
    driver.workbench.run.advance_now(epochs=2)
    choose(driver, "update")
    assert model.link_values(0) is None
    assert driver.canvas.legend.lines[0] == f"last update: {MISSING}"
    assert dict(facts_of(model, LINK).rows)["last update"] == MISSING
    assert NOT_KNOWN in driver.messages
    before = driver.workbench.run.snapshot.parameters
    driver.workbench.run.advance_now(steps=1)
    change = driver.workbench.run.snapshot.parameters - before
    assert model.link_values(0).values == pytest.approx(model.scale.sizes(model.layout.weights(change, 0)))
    driver.workbench.run.advance_now(epochs=1)
    assert driver.workbench.run.snapshot.update is not None


def test_where_gradients_vanish_early_layers_are_drawn_thinner(driver):
    layers = tuple(Dense(4, "sigmoid") for _ in range(6))
    driver.workbench.edit("deep", with_changes(driver.experiment, network=Network(layers)))
    driver.workbench.set_view(links_show="gradient")
    driver.settle()
    sizes = [np.abs(driver.surface.model.link_values(layer).values).max() for layer in range(7)]
    assert sizes == sorted(sizes)
    assert DECADES - 1 < sizes[-1] <= DECADES
    assert sizes[0] < sizes[-1] - 2, "a hundredth at most"


def test_an_edit_shows_no_old_gradients(driver):
    driver.workbench.set_view(links_show="gradient")
    driver.settle()
    model = driver.surface.model
    model.set_experiment(with_changes(driver.experiment, network=network(3, 3)))
    assert model.link_values(0) is None
    assert model.figure(LINK) is None


def test_commands_choose_too_and_the_choice_is_no_edit(open_window):
    window = open_window()
    trigger(window, "links_gradient")
    assert bench(window).view.links_show == "gradient"
    assert window.commands.actions["links_gradient"].isChecked()
    assert not window.commands.actions["links_weight"].isChecked()
    assert not bench(window).unsaved


def test_the_switch_is_used_with_the_keyboard(driver):
    switch = driver.canvas.header.links
    switch.setFocus(Qt.FocusReason.TabFocusReason)
    driver.bot.keyClick(switch, Qt.Key.Key_Space)
    assert switch.menu.isVisible()
    driver.bot.keyClick(switch.menu, Qt.Key.Key_Down)
    driver.bot.keyClick(switch.menu, Qt.Key.Key_Down)
    driver.bot.keyClick(switch.menu, Qt.Key.Key_Return)
    assert driver.workbench.view.links_show == "gradient"
