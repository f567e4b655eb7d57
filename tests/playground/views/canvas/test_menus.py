"""The menus of the canvas: what they offer for each part, and that it is done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt, qInstallMessageHandler
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication

from playground.diagram.diagram import Part
from playground.edits.changes import with_changes
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.experiment import Experiment
from tests.playground.views.canvas.driver import Driver, network


@pytest.fixture(autouse=True)
def no_qt_messages(qapp: object) -> Iterator[None]:
    """As everywhere, but an open menu makes the offscreen platform say that it cannot grab the keyboard."""
    heard: list[str] = []
    previous = qInstallMessageHandler(lambda kind, context, text: heard.append(text))
    yield
    qInstallMessageHandler(previous)
    serious = [text for text in heard if "This plugin does not support" not in text]
    assert not serious, f"Qt said: {serious}"


@pytest.fixture
def driver(qtbot, make_workbench):
    made = Driver(qtbot, make_workbench())
    yield made
    if made.openers.menu is not None:
        made.openers.menu.close()


def open_menu(driver, *part):
    place = driver.at(*part) if part else QPoint(3, driver.viewport.height() - 3)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, driver.viewport.mapToGlobal(place))
    QApplication.sendEvent(driver.viewport, event)
    assert driver.openers.menu is not None
    return [action.text().split("\t")[0] for action in driver.openers.menu.actions() if not action.isSeparator()]


def test_a_click_on_the_activation_opens_the_list(driver):
    driver.click("activation", 0)
    assert driver.openers.menu is not None
    action = driver.menu_action("ReLU")
    assert "max(0, z)" in action.toolTip()
    assert driver.menu_action("tanh").isChecked()
    action.trigger()
    driver.openers.menu.close()
    assert driver.experiment.network.layers[0].activation == "relu"
    assert driver.workbench.undo_name == "Set layer 1 to ReLU"


def test_enter_on_a_card_opens_the_activations(driver):
    driver.focus()
    driver.key(Qt.Key.Key_Return)
    driver.menu_action("sine").trigger()
    driver.openers.menu.close()
    assert driver.experiment.network.layers[0].activation == "sine"


def test_the_menu_key_opens_the_menu_of_the_part(driver):
    driver.focus()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1))
    QApplication.sendEvent(driver.view, event)
    driver.menu_action("Duplicate layer").trigger()
    driver.openers.menu.close()
    assert driver.widths == (2, 4, 4, 2, 1)


def test_a_layer_s_menu_has_everything(driver):
    texts = open_menu(driver, "card", 0)
    assert texts == [
        "Activation", "Add unit", "Remove unit", "Number of units…", "Frozen", "All settings…", "Insert before",
        "Insert after", "Duplicate layer", "Move left", "Move right", "Remove layer",
    ]  # fmt: skip
    assert not driver.menu_action("Move left").isEnabled()
    assert driver.menu_action("Move right").isEnabled()
    assert driver.workbench.view.selected_layer == 0
    assert all(driver.menu_action(each.label).toolTip().startswith(each.formula) for each in ACTIVATIONS.values())


@pytest.mark.parametrize(
    ("entry", "widths"),
    [
        ("Add unit", (2, 5, 2, 1)),
        ("Remove unit", (2, 3, 2, 1)),
        ("Dense", (2, 4, 4, 2, 1)),
        ("Dropout", (2, 2, 4, 2, 1)),
        ("Duplicate layer", (2, 4, 4, 2, 1)),
        ("Move right", (2, 2, 4, 1)),
        ("Remove layer", (2, 2, 1)),
    ],
)
def test_entries_do_what_they_say(driver, entry, widths):
    open_menu(driver, "card", 0)
    driver.menu_action(entry).trigger()
    assert driver.widths == widths
    driver.workbench.undo()
    assert driver.widths == (2, 4, 2, 1)


def test_a_unit_s_menu_edits_its_bias_and_weights(driver):
    open_menu(driver, "unit", 1, 0)
    driver.menu_action("unit 3").trigger()
    driver.type("1.5")
    driver.settle()
    assert driver.workbench.run.snapshot.weights(1)[0, 2] == 1.5
    texts = open_menu(driver, "bias", 1, 0)
    assert texts[0].startswith("Edit bias")
    driver.menu_action(texts[0]).trigger()
    driver.type("-3")
    driver.settle()
    assert driver.workbench.run.snapshot.biases(1)[0] == -3.0


def test_a_link_s_menu(driver):
    assert open_menu(driver, "link", 1, 0, 0) == ["Edit weight…", "Set weight to 0"]
    driver.menu_action("Set weight to 0").trigger()
    driver.settle()
    assert driver.workbench.run.snapshot.weights(1)[0, 0] == 0.0


def test_the_features_menu_lists_all(driver):
    texts = open_menu(driver, "feature", -1, 3)
    assert texts == ["x", "y", "x²", "y²", "x·y", "sin x", "sin y", "Add a formula…"]
    driver.menu_action("y²").trigger()
    assert driver.experiment.data.features == ("x", "y", "y_squared")


def test_head_and_empty_canvas_offer_to_insert(driver):
    assert open_menu(driver, "card", 2) == ["Insert"]
    driver.openers.menu.close()
    assert open_menu(driver) == ["Insert"]
    driver.menu_action("Dense").trigger()
    assert driver.widths == (2, 4, 2, 2, 1)


def test_menus_go_away_when_they_close(driver):
    for _ in range(3):
        open_menu(driver, "card", 0)
        driver.openers.menu.close()
        QApplication.sendPostedEvents(None, 52)
        assert driver.openers.menu is None


def test_no_insert_where_there_is_no_room(qtbot, make_workbench):
    driver = Driver(qtbot, make_workbench(with_changes(Experiment(), network=network(*[1] * 32))))
    open_menu(driver, "card", 0)
    assert not driver.menu_action("Duplicate layer").isEnabled()
    assert not driver.menu_action("Dense").isEnabled()
    assert "at most 32" in driver.menu_action("Dropout").toolTip()
    driver.openers.menu.close()


def test_a_menu_closes_when_the_network_changes_below_it(driver: Driver) -> None:
    driver.openers.open_menu(Part("card", 1))
    menu = driver.openers.menu
    assert menu is not None
    assert menu.isVisible()
    driver.workbench.change("Network", network=network(3))  # by an undo, say
    assert driver.openers.menu is None or not driver.openers.menu.isVisible()
