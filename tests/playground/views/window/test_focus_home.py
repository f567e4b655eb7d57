"""The keyboard always has a home, so that no key presses a button that nobody has chosen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from playground.views.window.main_window import MainWindow
from tests.playground.views.one_window import one_after_another
from tests.playground.views.window.driver import bench

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


def come_back(window: MainWindow, qtbot: QtBot) -> None:
    """Another window is used for a while."""
    other = QWidget()
    qtbot.addWidget(other)
    with qtbot.waitActive(other):
        other.show()
        other.activateWindow()
    with qtbot.waitActive(window):
        window.activateWindow()
    other.close()


def held() -> QWidget:
    """What has the keyboard."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


def type_rate(window: MainWindow, qtbot: QtBot) -> None:
    """Type a number into a field and press Return."""
    field = window.training.l2
    qtbot.mouseClick(field, LEFT)
    qtbot.keyClicks(field, "0.5")
    qtbot.keyClick(field, Key.Key_Return)
    assert bench(window).experiment.training.l2 == 0.5


def test_return_in_a_field_then_another_window_then_return_keeps_the_run(window: MainWindow, qtbot: QtBot) -> None:
    workbench = bench(window)
    workbench.run.advance_now(epochs=5)
    type_rate(window, qtbot)
    come_back(window, qtbot)
    before = workbench.undo_name
    for key in (Key.Key_Return, Key.Key_Enter):
        qtbot.keyClick(held(), key)
    workbench.run.settle()
    assert workbench.run.snapshot is not None
    assert (workbench.run.snapshot.epoch, workbench.undo_name) == (5, before)
    assert held() is window.network.view


def test_where_the_keyboard_is(window: MainWindow, qtbot: QtBot) -> None:
    one_after_another(
        window,
        check_the_canvas_has_the_keyboard_when_a_field_lets_go,
        check_what_destroys_work_is_reached_by_tab_alone,
        check_tab_goes_from_area_to_area_and_to_the_line_over_the_strip_after_its_panels,
        qtbot=qtbot,
    )


def check_the_canvas_has_the_keyboard_when_a_field_lets_go(window: MainWindow, qtbot: QtBot) -> None:
    type_rate(window, qtbot)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.network.view)
    assert not window.network.view.keyboard.shown, "no ring where no key has brought it"


def test_coming_back_without_any_focus_goes_home_too(window: MainWindow, qtbot: QtBot) -> None:
    held().clearFocus()
    come_back(window, qtbot)
    assert held() is window.network.view


def test_what_had_the_keyboard_has_it_again(window: MainWindow, qtbot: QtBot) -> None:
    window.transport.play.setFocus(Qt.FocusReason.TabFocusReason)
    come_back(window, qtbot)
    assert held() is window.transport.play


@pytest.mark.parametrize("button", [0, -1])
def test_a_message_that_goes_hands_the_keyboard_to_no_button(button: int, window: MainWindow, qtbot: QtBot) -> None:
    window.messages.show_message("Diverged.", "warning", (("Wait", lambda: None),))
    place = [*window.messages._actions, window.messages._close][button]
    place.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(place, Key.Key_Return)
    assert not window.messages.isVisible()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.network.view)


def check_what_destroys_work_is_reached_by_tab_alone(window: MainWindow, qtbot: QtBot) -> None:
    for button in (window.transport.reset, window.transport.seed):
        assert button.focusPolicy() == Qt.FocusPolicy.TabFocus
        qtbot.mouseClick(button, LEFT)
        assert not isinstance(held(), QAbstractButton)


def check_tab_goes_from_area_to_area_and_to_the_line_over_the_strip_after_its_panels(window: MainWindow) -> None:
    areas = ("transport", "data", "network", "output", "training", "plots")
    places = {window.panel(name): name for name in areas} | {window.areas.handle(1): "line"}
    seen: list[str] = []
    widget = window.transport.nextInFocusChain()
    while widget is not window.transport:
        found = next((name for area, name in places.items() if area is widget or area.isAncestorOf(widget)), "")
        if found and widget.isVisible() and (not seen or seen[-1] != found):
            seen.append(found)
        widget = widget.nextInFocusChain()
    assert [name for name in dict.fromkeys(seen) if name != "plots"] == [*areas[:-1], "line"]
