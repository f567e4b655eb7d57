"""The window's keys and menus: every command once, reached by keyboard, and each edits what it names."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMenuBar, QWidget
from pytestqt.qtbot import QtBot

from playground.data import DATASETS
from playground.data.features import FEATURES
from playground.diagram.diagram import Part
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.experiment import Experiment
from playground.experiment.layers import LAYER_KINDS, Dense, Residual
from playground.views.controls.focus import FocusButton
from playground.views.window.main_window import MainWindow
from tests.playground.views.one_window import one_after_another
from tests.playground.views.window.driver import bench, press, trigger
from tests.seeds import long

LEFT = Qt.MouseButton.LeftButton
Key, Standard = Qt.Key, QKeySequence.StandardKey

# -- keys -------------------------------------------------------------------------------------------------------------


def test_space_plays_and_pauses_wherever_the_focus_is(window: MainWindow, qtbot: QtBot) -> None:
    workbench = bench(window)
    assert QApplication.focusWidget() is not None
    places: list[QWidget] = [
        window.centralWidget(),
        window.transport.play,
        window.transport.undo,
        window.transport.steps.buttons["epoch"],
        window.transport.speed.slider,
        window.data.gallery.thumbnails["circles"],
        window.data.noise.slider,
        window.data.scaling,
        window.training.rate.slider,
        window.training.optimizer,
    ]
    for place in places:
        place.setEnabled(True)
        place.setFocus(Qt.FocusReason.TabFocusReason)
        assert QApplication.focusWidget() is place
        before = workbench.experiment
        qtbot.keyClick(place, Key.Key_Space)
        assert workbench.run.state == "running", place
        qtbot.keyClick(place, Key.Key_Space)
        assert workbench.run.state == "paused", place
        assert workbench.experiment == before, place


def test_keys_and_commands_one_after_the_other(window: MainWindow, qtbot: QtBot) -> None:
    one_after_another(
        window,
        check_text_fields_keep_their_keys,
        check_view_switches_by_key,
        check_steps_reset_seed_and_undo_by_key,
        check_speed_by_key,
        check_tab_reaches_every_panel_and_shows_where_it_is,
        check_undo_names_its_step,
        check_layer_commands_need_a_selected_layer,
        check_layer_commands_edit_the_selected_layer,
        check_a_layer_is_inserted_behind_the_selected_one_or_last,
        check_a_layer_is_removed_by_key_where_the_focus_is_not_in_a_text,
        check_the_last_feature_stays_and_the_window_says_why,
        check_every_activation_has_an_entry,
        qtbot=qtbot,
    )


def check_text_fields_keep_their_keys(window: MainWindow, qtbot: QtBot) -> None:
    field = window.training.l2
    qtbot.mouseClick(field, LEFT)
    for key in (Key.Key_R, Key.Key_E, Key.Key_Delete, Key.Key_Plus, Key.Key_Space):
        qtbot.keyClick(field, key)
    assert bench(window).run.state == "paused"
    assert bench(window).experiment == Experiment()
    assert bench(window).view == bench(window).view.__class__()


SWITCHES = {"T": "show_test", "D": "discretize", "M": "mark_errors", "O": "show_best", "L": "log_scale"}


def check_view_switches_by_key(window: MainWindow, qtbot: QtBot) -> None:
    for keys, name in SWITCHES.items():
        press(qtbot, window, keys)
        assert getattr(bench(window).view, name) is True, name
        assert window.commands.actions[name].isChecked(), name
        press(qtbot, window, keys)
        assert getattr(bench(window).view, name) is False, name
        assert not window.commands.actions[name].isChecked(), name


def check_steps_reset_seed_and_undo_by_key(window: MainWindow, qtbot: QtBot) -> None:
    workbench = bench(window)
    press(qtbot, window, "E")
    press(qtbot, window, "B")
    workbench.run.advance_now()
    assert workbench.run.snapshot.step == 26
    press(qtbot, window, "R")
    workbench.run.advance_now()
    assert workbench.run.snapshot.step == 0
    press(qtbot, window, "Shift+R")
    assert workbench.experiment.seed != 0
    press(qtbot, window, "Ctrl+Z")
    assert workbench.experiment.seed == 0
    press(qtbot, window, "Ctrl+Shift+Z")
    assert workbench.experiment.seed != 0


def check_speed_by_key(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, "Ctrl+Down")
    slower = bench(window).run.speed
    assert slower is not None
    press(qtbot, window, "Ctrl+Down")
    assert bench(window).run.speed < slower
    press(qtbot, window, "Ctrl+Shift+Up")
    assert bench(window).run.speed is None


def test_every_command_has_keys_of_its_own_and_one_place_in_the_menus(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One window, which none of these changes: it costs more to open than to look at."""
    check_commands_share_no_key(window)
    check_no_key_means_two_things(window)
    check_no_two_commands_have_one_key_on_any_system(window)
    check_the_menus_hold_every_command_once(window)
    check_alt_and_a_letter_open_a_menu(window, qtbot, monkeypatch)


def check_commands_share_no_key(window: MainWindow) -> None:
    taken: dict[str, str] = {}
    for command in window.commands.table:
        for sequence in command.sequences:
            assert sequence.toString() not in taken, (command.id, taken[sequence.toString()])
            taken[sequence.toString()] = command.id
    assert taken["Space"] == "toggle"
    assert len(taken) >= 25


def check_no_key_means_two_things(window: MainWindow) -> None:
    """Whatever listens to a key wherever the focus is: commands, menus by Alt and a letter, and what comes later."""
    taken: dict[str, str] = {}
    actions = {action for widget in (window, *window.findChildren(QWidget)) for action in widget.actions()}
    keys = [(sequence, action.text()) for action in actions for sequence in action.shortcuts()]
    keys += [(each, "a shortcut") for shortcut in window.findChildren(QShortcut) for each in QShortcut.keys(shortcut)]
    for sequence, name in keys:
        assert sequence.toString() not in taken, (name, taken[sequence.toString()])
        taken[sequence.toString()] = name
    assert {"Space", "Ctrl+Z", "Alt+F"} <= set(taken)
    assert len(taken) >= 30


def shared_with_the_canvas(window: MainWindow) -> dict[str, QKeySequence]:
    """The commands on whose keys the canvas has a claim of its own while it has the focus."""
    canvas = window.network.view
    canvas.keyboard.move_to(Part("card", 0))
    found = {}
    for command in window.commands.table:
        for sequence in command.sequences:
            key = sequence[0]
            name = sequence.toString()
            event = QKeyEvent(QEvent.Type.KeyPress, key.key(), key.keyboardModifiers(), name if len(name) == 1 else "")
            if canvas.keyboard.wants(event):
                found[command.id] = sequence
    return found


def test_a_key_of_the_canvas_that_is_also_a_commands_does_the_same(window: MainWindow, qtbot: QtBot) -> None:
    workbench, canvas = bench(window), window.network.view
    network = (Dense(3), Residual(1), Dense(2))
    workbench.change("Set network", network__layers=network)
    shared = shared_with_the_canvas(window)
    assert set(shared) >= {"add_unit", "remove_unit", "duplicate", "remove", "move_left", "move_right", "freeze"}
    changing = 0
    for name, sequence in shared.items():
        for layer in range(len(network)):
            workbench.set_view(selected_layer=layer)
            action, before = window.commands.actions[name], workbench.experiment
            if not action.isEnabled():
                continue
            action.trigger()
            by_menu = workbench.experiment
            while workbench.experiment != before:
                workbench.undo()
            canvas.setFocus(Qt.FocusReason.OtherFocusReason)
            canvas.keyboard.move_to(Part("card", layer))
            press(qtbot, window, sequence.toString())
            assert workbench.experiment == by_menu, (name, layer)
            changing += by_menu != before
            while workbench.experiment != before:
                workbench.undo()
    assert changing > len(shared)


def check_tab_reaches_every_panel_and_shows_where_it_is(window: MainWindow, qtbot: QtBot) -> None:
    window.centralWidget().setFocus()
    seen: list[QWidget] = []
    for _ in range(200):
        here = QApplication.focusWidget()
        qtbot.keyClick(here, Key.Key_Tab)
        here = QApplication.focusWidget()
        if here in seen:
            break
        seen.append(here)
    for panel in ("transport", "data", "network", "output", "plots", "training"):
        assert any(window.panel(panel).isAncestorOf(widget) or widget is window.panel(panel) for widget in seen), panel
    of_training = [place for place, each in enumerate(seen) if window.panel("training").isAncestorOf(each)]
    assert seen.index(window.areas.handle(1)) > max(of_training), "the line over the strip comes after its panels"
    for widget in seen:
        if isinstance(widget, FocusButton):
            assert widget.accessibleName()


# -- menus ------------------------------------------------------------------------------------------------------------


def check_the_menus_hold_every_command_once(window: MainWindow) -> None:
    assert [action.text() for action in window.menuBar().actions()] == [
        "File",
        "Edit",
        "Run",
        "Network",
        "Data",
        "View",
        "Help",
    ]
    placed = [action for menu in window.menus.menus.values() for action in menu.actions() if action.text()]
    for command in window.commands.table:
        assert placed.count(window.commands.actions[command.id]) == 1, command.id


def check_alt_and_a_letter_open_a_menu(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QMenuBar, "setActiveAction", lambda bar, action: opened.append(action.text()))
    press(qtbot, window, "Alt+N")
    press(qtbot, window, "Alt+F")
    assert opened == ["Network", "File"]


def check_undo_names_its_step(window: MainWindow) -> None:
    action = window.commands.actions["undo"]
    assert not action.isEnabled()
    bench(window).change("Set learning rate", training__learning_rate=0.5)
    assert (action.isEnabled(), action.text()) == (True, "Undo set learning rate")
    action.trigger()
    assert window.commands.actions["redo"].text() == "Redo set learning rate"
    assert bench(window).experiment == Experiment()


def check_layer_commands_need_a_selected_layer(window: MainWindow) -> None:
    needing = ["add_unit", "remove_unit", "duplicate", "remove", "activation_relu"]
    assert not any(window.commands.actions[command].isEnabled() for command in needing)
    bench(window).set_view(selected_layer=0)
    assert all(window.commands.actions[command].isEnabled() for command in needing)
    assert window.commands.actions["move_right"].isEnabled()
    assert not window.commands.actions["move_left"].isEnabled()
    assert window.commands.actions["activation_tanh"].isChecked()


def check_layer_commands_edit_the_selected_layer(window: MainWindow) -> None:
    workbench = bench(window)

    def layers() -> list[tuple[int, str]]:
        return [(layer.units, layer.activation) for layer in workbench.experiment.network.layers]

    workbench.set_view(selected_layer=0)
    trigger(window, "add_unit")
    assert layers() == [(5, "tanh"), (2, "tanh")]
    trigger(window, "activation_relu")
    assert layers() == [(5, "relu"), (2, "tanh")]
    trigger(window, "move_right")
    assert layers() == [(2, "tanh"), (5, "relu")]
    assert workbench.view.selected_layer == 1
    trigger(window, "duplicate")
    assert layers() == [(2, "tanh"), (5, "relu"), (5, "relu")]
    trigger(window, "remove_unit")
    assert layers() == [(2, "tanh"), (5, "relu"), (4, "relu")]
    trigger(window, "remove")
    assert layers() == [(2, "tanh"), (5, "relu")]
    for _ in range(6):
        workbench.undo()
    assert workbench.experiment == Experiment()


def check_a_layer_is_inserted_behind_the_selected_one_or_last(window: MainWindow) -> None:
    workbench = bench(window)
    kind = next(iter(LAYER_KINDS))
    trigger(window, f"insert_{kind}")
    assert [layer.units for layer in workbench.experiment.network.layers] == [4, 2, 2]
    workbench.set_view(selected_layer=0)
    trigger(window, f"insert_{kind}")
    assert [layer.units for layer in workbench.experiment.network.layers] == [4, 4, 2, 2]


def check_a_layer_is_removed_by_key_where_the_focus_is_not_in_a_text(window: MainWindow, qtbot: QtBot) -> None:
    bench(window).set_view(selected_layer=1)
    press(qtbot, window, "Del")
    assert bench(window).experiment.network.layers == (Dense(4),)


@pytest.mark.parametrize("every", [5, long(1)])
def test_data_sets_and_features_by_menu(window: MainWindow, every: int) -> None:
    workbench = bench(window)
    for name in reversed(list(DATASETS)[::-every]):
        trigger(window, f"data_{name}")
        assert workbench.experiment.data.source.name == name
        checked = [each for each in DATASETS if window.commands.actions[f"data_{each}"].isChecked()]
        assert checked == [name]
    assert not window.commands.actions["feature_x"].isEnabled()  # the network reads the pixels of images
    trigger(window, "data_circles")
    for name in reversed(FEATURES):
        was_on = name in workbench.experiment.data.features
        trigger(window, f"feature_{name}")
        assert (name in workbench.experiment.data.features) != was_on
        assert window.commands.actions[f"feature_{name}"].isChecked() != was_on


def check_the_last_feature_stays_and_the_window_says_why(window: MainWindow) -> None:
    trigger(window, "feature_x")
    trigger(window, "feature_y")
    assert bench(window).experiment.data.features == ("y",)
    assert window.commands.actions["feature_y"].isChecked()
    assert "only feature" in window.messages.text


def check_every_activation_has_an_entry(window: MainWindow) -> None:
    bench(window).set_view(selected_layer=1)
    for name in ACTIVATIONS:
        trigger(window, f"activation_{name}")
        assert bench(window).experiment.network.layers[1].activation == name


ELSEWHERE = {Standard.Delete: ("Del", "Ctrl+D"), Standard.Redo: ("Ctrl+Shift+Z", "Ctrl+Y"), Standard.Undo: ("Ctrl+Z",)}
"""What some standard keys mean besides on X11, on Windows or on macOS; tests run where Qt knows but one of each."""


def check_no_two_commands_have_one_key_on_any_system(window: MainWindow) -> None:
    """Qt runs neither of them."""
    taken: dict[str, str] = {}
    for command in window.commands.table:
        keys = {each.toString() for each in command.sequences}
        keys |= {each for key in command.keys for each in ELSEWHERE.get(key, ())}
        for key in keys:
            assert key not in taken, (key, command.id, taken[key])
            taken[key] = command.id
