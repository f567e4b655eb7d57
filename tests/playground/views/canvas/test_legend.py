"""The legend over the canvas: where it stands, when it is away, and that it can be closed and brought back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication

from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.settings import settings
from playground.views.controls import term_of
from playground.views.theme import theme
from tests.playground.views.canvas.driver import LEFT, Driver, network
from tests.playground.views.window.driver import bench, trigger


@pytest.fixture
def driver(qtbot, make_workbench):
    return Driver(qtbot, make_workbench())


def covered(driver) -> list[str]:
    """The kinds of parts that lie below the legend."""
    legend = driver.canvas.legend
    place = QRect(legend.pos() - driver.viewport.pos(), legend.size())
    spots = [(x, y) for x in range(place.left(), place.right(), 6) for y in range(place.top(), place.bottom(), 6)]
    parts = [driver.surface.diagram.hit(*driver.surface.scene_position(point(*spot)).toTuple()) for spot in spots]
    return [part.kind for part in parts if part is not None]


def point(x, y):
    from PySide6.QtCore import QPointF

    return QPointF(x, y)


def test_it_stands_in_an_empty_corner(driver):
    legend = driver.canvas.legend
    assert legend.isVisible()
    assert covered(driver) == []
    assert QRect(driver.viewport.pos(), driver.viewport.size()).contains(legend.geometry())
    assert term_of(legend) == "legend"


def test_it_is_away_where_there_is_no_room_and_comes_back(driver):
    legend = driver.canvas.legend
    driver.workbench.edit("many", with_changes(driver.experiment, network=network(8, 8, 8, 8, 8)))
    driver.settle()
    assert not legend.isVisible()
    driver.workbench.undo()
    driver.settle()
    assert legend.isVisible()


def test_it_is_drawn_anew_only_when_it_has_to_be(driver):
    painted = []
    legend = driver.canvas.legend
    paint = type(legend).paintEvent
    legend.paintEvent = lambda event: (painted.append(event.rect()), paint(legend, event))
    driver.workbench.run.advance_now(epochs=3)
    QApplication.processEvents()
    assert painted == [], "frames below it are none of its business"
    theme.current().set_theme("dark")
    QApplication.processEvents()
    theme.current().set_theme("light")
    assert painted


def test_the_card_of_what_is_pointed_at_is_not_covered(driver):
    legend = driver.canvas.legend
    driver.canvas.resize(480, 400)
    QApplication.processEvents()
    driver.point_at("unit", driver.surface.diagram.head, 0)
    hover = driver.surface.hover
    assert hover.isVisible()
    scene = driver.surface.visible_part()
    place = QRect(legend.pos() - driver.viewport.pos(), legend.size()).translated(scene.topLeft().toPoint())
    assert not legend.isVisible() or not hover.card.toAlignedRect().intersects(place)


def test_it_keeps_its_size_and_corner_where_the_network_is_enlarged(driver):
    legend = driver.canvas.legend
    size = legend.size()
    driver.view.sight.zoom_by(0.6)
    assert legend.isVisible()
    assert legend.size() == size
    assert covered(driver) == []


def test_a_dragged_card_has_the_canvas_for_itself(driver):
    driver.drag_card(0, driver.canvas.gap_position(2), drop=False)
    assert not driver.canvas.legend.isVisible()
    driver.bot.mouseRelease(driver.viewport, LEFT, pos=driver.canvas.gap_position(2))
    driver.settle()
    assert driver.canvas.legend.isVisible()


def test_in_the_smallest_window_neither_it_nor_the_canvas_is_cut_off(window):
    window.resize(1024, 600)
    view, panel = window.network.view, window.network
    assert view.geometry().bottom() <= panel.rect().bottom()
    assert panel.legend.geometry().bottom() <= view.rect().bottom()


def test_closed_it_stays_closed_until_the_menu_brings_it_back(open_window, qtbot):
    window = open_window(remember=True)
    legend = window.network.legend
    assert legend.isVisible()
    qtbot.mouseClick(legend.close_button, LEFT)
    assert not legend.isVisible()
    assert not window.commands.actions["legend"].isChecked()
    assert settings.read().legend is False
    again = open_window(remember=True)
    assert not again.network.legend.isVisible()
    trigger(again, "legend")
    assert again.network.legend.isVisible()
    assert bench(again).view.legend
    assert settings.read().legend


def test_the_experiment_of_the_legend_is_untouched(open_window):
    window = open_window()
    trigger(window, "legend")
    assert bench(window).experiment == Experiment()
    assert not bench(window).unsaved
