"""The View menu: its words follow the data, and the other training settings are opened, closed and remembered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.views.output.view_switches import IMAGES, POINTS
from playground.views.window.main_window import MainWindow
from playground.views.workbench.workbench import Workbench
from tests.playground.views.one_window import one_after_another
from tests.playground.views.window.driver import Open, bench, press, trigger

Make = Callable[..., Workbench]
OF_VIEW = ("show_test", "discretize", "mark_errors", "show_best")


def entries(window: MainWindow) -> list[tuple[str, str]]:
    """Text and tool tip of the output's switches in the menu."""
    found = [window.commands.actions[name] for name in OF_VIEW]
    return [(action.text(), action.toolTip()) for action in found]


def test_switches_one_after_the_other(window: MainWindow, qtbot: QtBot) -> None:
    one_after_another(
        window,
        check_the_switches_speak_of_images_where_the_data_are_images,
        check_panel_and_menu_say_the_same_and_menus_explain_their_entries,
        check_a_regression_has_nothing_misclassified,
        check_the_other_settings_have_a_shortcut,
        check_the_menu_notices_when_the_card_is_closed_elsewhere,
        qtbot=qtbot,
    )


def check_the_switches_speak_of_images_where_the_data_are_images(window: MainWindow) -> None:
    assert entries(window) == [(each.entry, each.tip) for each in POINTS]
    trigger(window, "data_digits")
    assert entries(window) == [(each.entry, each.tip) for each in IMAGES]
    assert entries(window)[0][0] == "Test images"
    bench(window).undo()
    assert entries(window)[2][0] == "Misclassified points"


def check_panel_and_menu_say_the_same_and_menus_explain_their_entries(window: MainWindow) -> None:
    for dataset in ("circles", "digits"):
        trigger(window, f"data_{dataset}")
        for name, (_, tip) in zip(OF_VIEW, entries(window), strict=True):
            assert window.output.toggles[name].toolTip().startswith(tip)
    for path in ("Network", "Network/Insert layer", "Network/Activation", "View", "Data", "Data/Regression"):
        menu = window.menus.menus[path]
        assert menu.toolTipsVisible(), path
        assert any(action.toolTip() not in ("", action.text()) for action in menu.actions()), path


def check_a_regression_has_nothing_misclassified(window: MainWindow, qtbot: QtBot) -> None:
    trigger(window, "data_plane")
    action = window.commands.actions["mark_errors"]
    assert not action.isEnabled()
    assert "regression" in action.toolTip()
    assert "regression" in window.output.toggles["mark_errors"].toolTip()
    press(qtbot, window, "M")
    assert not bench(window).view.mark_errors
    trigger(window, "data_circles")
    press(qtbot, window, "M")
    assert bench(window).view.mark_errors


def check_the_other_settings_have_a_shortcut(window: MainWindow, qtbot: QtBot) -> None:
    action = window.commands.actions["more_settings"]
    assert not action.isChecked()
    press(qtbot, window, "Ctrl+,")
    assert window.more.isVisible()
    assert action.isChecked()
    assert window.training.more.text() == "Less"
    assert QApplication.focusWidget() is window.more.tabs
    assert window.more.tabs.shows_focus
    press(qtbot, window, "Ctrl+,")
    assert not window.more.isVisible()
    assert not action.isChecked()
    assert QApplication.focusWidget() is window.training.more


def check_the_menu_notices_when_the_card_is_closed_elsewhere(window: MainWindow, qtbot: QtBot) -> None:
    trigger(window, "more_settings")
    press(qtbot, window, "Esc")
    assert not window.more.isVisible()
    assert not window.commands.actions["more_settings"].isChecked()
    window.training.more.click()
    assert window.commands.actions["more_settings"].isChecked()


@pytest.mark.parametrize("page", ["", "Schedule"])
def test_open_settings_and_their_page_are_remembered(page: str, make_workbench: Make, open_window: Open) -> None:
    window = open_window(remember=True)
    if page:
        trigger(window, "more_settings")
        window.more.show_page(page)
    window.files.may_go = lambda then: True
    window.close()
    again = open_window(make_workbench(), remember=True)
    assert again.more.isVisible() == bool(page)
    assert again.commands.actions["more_settings"].isChecked() == bool(page)
    if page:
        assert again.more.page == page
        assert again.training.more.text() == "Less"


def test_what_was_said_of_the_stop_goes_when_the_run_goes_on(
    make_workbench: Make, open_window: Open, qtbot: QtBot
) -> None:
    workbench = make_workbench(with_changes(Experiment(), training__stop__epochs=5))
    window = open_window(workbench)
    workbench.run.advance_now(epochs=9)
    assert window.messages.isVisible()
    press(qtbot, window, "E")
    workbench.run.advance_now()
    assert workbench.run.snapshot is not None
    assert workbench.run.snapshot.epoch == 6
    assert not window.messages.isVisible()
    workbench.show_message("Something else.")
    workbench.run.advance_now(epochs=1)
    assert window.messages.isVisible(), "only its own words go"
