"""The whole window: keys, menus, files, messages, sizes, and what it remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenuBar, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from playground.changes import with_changes
from playground.data import DATASETS
from playground.experiment import Experiment, to_json
from playground.features import FEATURES
from playground.network import ACTIVATIONS, LAYER_KINDS, Dense
from playground.views import files, settings, theme
from playground.views.commands import shown_keys
from playground.views.controls import ElidedLabel, NumberField
from playground.views.controls.focus import FocusButton
from playground.views.help_sheet import HelpSheet, about_text
from playground.views.main_window import SMALLEST, MainWindow
from playground.views.run_words import NO_TRAINING
from playground.views.workbench import Workbench

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
Make = Callable[..., Workbench]
Open = Callable[..., MainWindow]
Button = QMessageBox.StandardButton
EXPLODING = with_changes(
    Experiment(),
    data__source__name="plane",
    data__features=("x", "x_squared"),
    network__layers=(),
    training__learning_rate=50.0,
)


@pytest.fixture(autouse=True)
def light_again() -> Iterator[None]:
    theme.current().set_theme("light")
    yield
    theme.current().set_theme("light")


@pytest.fixture
def open_window(make_workbench: Make, qtbot: QtBot) -> Iterator[Open]:
    """Windows, shown and active; nobody is asked about unsaved work when they are closed."""
    opened: list[MainWindow] = []

    def open_one(
        workbench: Workbench | None = None, size: tuple[int, int] = (1440, 900), remember: bool = False
    ) -> MainWindow:
        window = MainWindow(workbench or make_workbench(), remember=remember)
        opened.append(window)
        window.resize(*size)
        with qtbot.waitActive(window):
            window.show()
        QApplication.processEvents()
        return window

    yield open_one
    for window in opened:
        window._closed = True
        window.close()
        window.deleteLater()


@pytest.fixture
def window(open_window: Open) -> MainWindow:
    return open_window()


def bench(window: MainWindow) -> Workbench:
    return window._workbench


def press(qtbot: QtBot, window: MainWindow, keys: str) -> None:
    """Press a shortcut where the focus is, as a keyboard does."""
    target = QApplication.focusWidget() or window
    combination = QKeySequence(keys)[0]
    qtbot.keyClick(target, combination.key(), combination.keyboardModifiers())


def trigger(window: MainWindow, command: str) -> None:
    action = window.commands.actions[command]
    assert action.isEnabled(), command
    action.trigger()


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
        window.training.l2,
    ]
    for place in places:
        place.setEnabled(True)
        place.setFocus(Qt.FocusReason.TabFocusReason)
        assert QApplication.focusWidget() is place
        before = workbench.experiment
        qtbot.keyClick(place, Key.Key_Space)
        assert workbench.run_state == "running", place
        qtbot.keyClick(place, Key.Key_Space)
        assert workbench.run_state == "paused", place
        assert workbench.experiment == before, place


def test_text_fields_keep_their_keys(window: MainWindow, qtbot: QtBot) -> None:
    field = window.training.l2
    qtbot.mouseClick(field, LEFT)
    for key in (Key.Key_R, Key.Key_E, Key.Key_Delete, Key.Key_Plus):
        qtbot.keyClick(field, key)
    assert bench(window).run_state == "paused"
    assert bench(window).experiment == Experiment()
    assert bench(window).view == bench(window).view.__class__()


@pytest.mark.parametrize(
    ("keys", "name"), [("T", "show_test"), ("D", "discretize"), ("M", "mark_errors"), ("L", "log_scale")]
)
def test_view_switches_by_key(keys: str, name: str, window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, keys)
    assert getattr(bench(window).view, name) is True
    assert window.commands.actions[name].isChecked()
    press(qtbot, window, keys)
    assert getattr(bench(window).view, name) is False


def test_steps_reset_seed_and_undo_by_key(window: MainWindow, qtbot: QtBot) -> None:
    workbench = bench(window)
    press(qtbot, window, "E")
    press(qtbot, window, "B")
    workbench.advance_now()
    assert workbench.snapshot.step == 26
    press(qtbot, window, "R")
    workbench.advance_now()
    assert workbench.snapshot.step == 0
    press(qtbot, window, "Shift+R")
    assert workbench.experiment.seed != 0
    press(qtbot, window, "Ctrl+Z")
    assert workbench.experiment.seed == 0
    press(qtbot, window, "Ctrl+Shift+Z")
    assert workbench.experiment.seed != 0


def test_speed_by_key(window: MainWindow, qtbot: QtBot) -> None:
    press(qtbot, window, "Ctrl+Down")
    slower = bench(window).speed
    assert slower is not None
    press(qtbot, window, "Ctrl+Down")
    assert bench(window).speed < slower
    press(qtbot, window, "Ctrl+Shift+Up")
    assert bench(window).speed is None


def test_no_two_commands_share_a_shortcut(window: MainWindow) -> None:
    taken: dict[str, str] = {}
    for command in window.commands.table:
        for sequence in command.sequences:
            assert sequence.toString() not in taken, (command.id, taken[sequence.toString()])
            taken[sequence.toString()] = command.id
    assert taken["Space"] == "toggle"
    assert len(taken) >= 25


def test_tab_reaches_every_panel_and_shows_where_it_is(window: MainWindow, qtbot: QtBot) -> None:
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
    assert window.areas.handle(1) in seen
    for widget in seen:
        if isinstance(widget, FocusButton):
            assert widget.accessibleName()


# -- menus ------------------------------------------------------------------------------------------------------------


def test_the_menus_hold_every_command_once(window: MainWindow) -> None:
    assert [action.text() for action in window.menuBar().actions()] == [
        "File",
        "Edit",
        "Run",
        "Network",
        "Data",
        "View",
        "Help",
    ]
    placed = [
        action
        for menu in window.menus.menus.values()
        for action in menu.actions()
        if action.text() and not action.menu()
    ]
    for command in window.commands.table:
        assert placed.count(window.commands.actions[command.id]) == 1, command.id


def test_alt_and_a_letter_open_a_menu(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QMenuBar, "setActiveAction", lambda bar, action: opened.append(action.text()))
    press(qtbot, window, "Alt+N")
    press(qtbot, window, "Alt+F")
    assert opened == ["Network", "File"]


def test_undo_names_its_step(window: MainWindow) -> None:
    action = window.commands.actions["undo"]
    assert not action.isEnabled()
    bench(window).change("Set learning rate", training__learning_rate=0.5)
    assert (action.isEnabled(), action.text()) == (True, "Undo set learning rate")
    action.trigger()
    assert window.commands.actions["redo"].text() == "Redo set learning rate"
    assert bench(window).experiment == Experiment()


def test_layer_commands_need_a_selected_layer(window: MainWindow) -> None:
    needing = ["add_unit", "remove_unit", "duplicate", "remove", "activation_relu"]
    assert not any(window.commands.actions[command].isEnabled() for command in needing)
    bench(window).set_view(selected_layer=0)
    assert all(window.commands.actions[command].isEnabled() for command in needing)
    assert window.commands.actions["move_right"].isEnabled()
    assert not window.commands.actions["move_left"].isEnabled()
    assert window.commands.actions["activation_tanh"].isChecked()


def test_layer_commands_edit_the_selected_layer(window: MainWindow) -> None:
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


def test_a_layer_is_inserted_behind_the_selected_one_or_last(window: MainWindow) -> None:
    workbench = bench(window)
    kind = next(iter(LAYER_KINDS))
    trigger(window, f"insert_{kind}")
    assert [layer.units for layer in workbench.experiment.network.layers] == [4, 2, 2]
    workbench.set_view(selected_layer=0)
    trigger(window, f"insert_{kind}")
    assert [layer.units for layer in workbench.experiment.network.layers] == [4, 4, 2, 2]


def test_a_layer_is_removed_by_key_where_the_focus_is_not_in_a_text(window: MainWindow, qtbot: QtBot) -> None:
    bench(window).set_view(selected_layer=1)
    press(qtbot, window, "Del")
    assert bench(window).experiment.network.layers == (Dense(4),)


def test_data_sets_and_features_by_menu(window: MainWindow) -> None:
    workbench = bench(window)
    for name in DATASETS:
        trigger(window, f"data_{name}")
        assert workbench.experiment.data.source.name == name
        checked = [each for each in DATASETS if window.commands.actions[f"data_{each}"].isChecked()]
        assert checked == [name]
    for name in reversed(FEATURES):
        was_on = name in workbench.experiment.data.features
        trigger(window, f"feature_{name}")
        assert (name in workbench.experiment.data.features) != was_on
        assert window.commands.actions[f"feature_{name}"].isChecked() != was_on


def test_the_last_feature_stays_and_the_window_says_why(window: MainWindow) -> None:
    trigger(window, "feature_x")
    trigger(window, "feature_y")
    assert bench(window).experiment.data.features == ("y",)
    assert window.commands.actions["feature_y"].isChecked()
    assert "only feature" in window.messages.text


def test_every_activation_has_an_entry(window: MainWindow) -> None:
    bench(window).set_view(selected_layer=1)
    for name in ACTIVATIONS:
        trigger(window, f"activation_{name}")
        assert bench(window).experiment.network.layers[1].activation == name


# -- theme and help ---------------------------------------------------------------------------------------------------


def test_themes_by_menu_change_the_whole_window_and_are_remembered(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(remember=True)
    pictures = []
    for name in ("light", "dark", "contrast"):
        trigger(window, f"theme_{name}")
        assert theme.current().name == name
        assert settings.read().theme == name
        assert window.commands.actions[f"theme_{name}"].isChecked()
        ground = theme.color("background").name()
        picture = window.grab().toImage()
        pictures.append(picture)
        for place in (QPoint(6, 400), QPoint(240, 640), QPoint(1434, 500)):
            assert picture.pixelColor(place).name() == ground, (name, place)
    assert pictures[0] != pictures[1] != pictures[2]
    theme.current().set_theme("light")
    again = open_window(remember=True)
    assert theme.current().name == "contrast"
    assert again.commands.actions["theme_contrast"].isChecked()


def test_a_window_that_remembers_nothing_keeps_the_theme_it_finds(open_window: Open) -> None:
    settings.write(settings.Settings(theme="dark"))
    window = open_window()
    assert theme.current().name == "light"
    window.set_theme("contrast")
    assert settings.read().theme == "dark"


def test_the_help_sheet_lists_every_shortcut(window: MainWindow, qtbot: QtBot) -> None:
    sheet = HelpSheet(window.commands.table, window)
    listed = {(text, keys) for _, text, keys in sheet.entries}
    for command in window.commands.table:
        if command.sequences:
            assert (command.text, shown_keys(command)) in listed
    for label in sheet.findChildren(ElidedLabel):
        assert not label.is_cut()
    sheet.deleteLater()


def test_the_program_tells_its_version_and_licences() -> None:
    import playground

    for word in (playground.__version__, "Inter", "JetBrains Mono", "Lucide", "LGPL"):
        assert word in about_text()


# -- messages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["info", "warning", "error"])
def test_a_message_is_shown_over_the_canvas_and_closed(kind: str, window: MainWindow, qtbot: QtBot) -> None:
    before = window.network.geometry()
    bench(window).show_message("Something happened.\nAnd a reason.", kind)
    strip = window.messages
    assert strip.isVisible()
    assert (strip.text, strip.kind) == ("Something happened.\nAnd a reason.", kind)
    assert window.network.rect().contains(strip.geometry())
    assert window.network.geometry() == before
    qtbot.mouseClick(strip._close, LEFT)
    assert not strip.isVisible()


def test_escape_takes_a_message_away(window: MainWindow, qtbot: QtBot) -> None:
    bench(window).show_message("Refused.", "error")
    window.data.noise.slider.setFocus()
    press(qtbot, window, "Esc")
    assert not window.messages.isVisible()


@pytest.mark.parametrize("kind", ["info", "error"])
def test_a_message_goes_away_by_itself_unless_it_waits_for_an_answer(
    kind: str, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.views.messages.STAYS_MS", 30)
    bench(window).show_message("Saved.", kind)
    qtbot.waitUntil(lambda: not window.messages.isVisible(), timeout=2000)
    window.messages.show_message("And now?", kind, (("Reset", bench(window).reset),))
    assert window.messages.isVisible()
    assert not window.messages._timer.isActive()


def test_a_very_long_message_stays_inside(window: MainWindow) -> None:
    bench(window).show_message("\n".join(["A long line that tells what is wrong with the file. " * 4] * 12), "error")
    assert window.network.rect().contains(window.messages.geometry())


def test_divergence_offers_ways_out(open_window: Open, make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench(EXPLODING)
    window = open_window(workbench)
    workbench.advance_now(epochs=200)
    assert workbench.run_state == "diverged"
    assert window.messages.isVisible()
    assert "Diverged at step" in window.messages.text
    assert [button.text() for button in window.messages._actions] == ["Reset", "Reset at a tenth of the rate"]
    qtbot.mouseClick(window.messages._actions[1], LEFT)
    assert workbench.experiment.training.learning_rate == 5.0
    assert workbench.run_state == "paused"
    assert not window.messages.isVisible()
    workbench.advance_now()
    assert workbench.snapshot.step == 0


def test_the_divergence_message_goes_when_the_user_resets(
    open_window: Open, make_workbench: Make, qtbot: QtBot
) -> None:
    workbench = make_workbench(EXPLODING)
    window = open_window(workbench)
    workbench.advance_now(epochs=200)
    qtbot.mouseClick(window.transport.reset, LEFT)
    assert not window.messages.isVisible()


def test_where_training_failed_the_work_can_still_be_saved(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    monkeypatch.setattr(Workbench, "run_state", "failed")
    bench(window).run_state_changed.emit()
    bench(window).show_message("The kernels could not be prepared.", "error")
    actions = window.commands.actions
    for name in ("toggle", "step_sample", "step_batch", "step_epoch", "reset"):
        assert not actions[name].isEnabled()
        assert actions[name].toolTip() == NO_TRAINING
    assert window.menus.menus["Run"].toolTipsVisible()
    press(qtbot, window, "Space")
    assert window.messages.text == "The kernels could not be prepared."
    answer_save(monkeypatch, tmp_path / "kept.nnp")
    trigger(window, "save_as")
    assert (tmp_path / "kept.nnp").exists()
    monkeypatch.undo()
    bench(window).run_state_changed.emit()
    assert actions["step_epoch"].isEnabled()
    assert actions["step_epoch"].toolTip() == "Step one epoch"


# -- files ------------------------------------------------------------------------------------------------------------


def answer(monkeypatch: pytest.MonkeyPatch, button: Button) -> list[str]:
    """The user's answer to the question about unsaved work; the list fills with the questions."""
    asked: list[str] = []

    def exec_(box: QMessageBox) -> int:
        asked.append(box.text())
        assert box.standardButtons() == Button.Save | Button.Discard | Button.Cancel
        return button.value

    monkeypatch.setattr(QMessageBox, "exec", exec_)
    return asked


def answer_save(monkeypatch: pytest.MonkeyPatch, path: Path | str, kind: str = "") -> None:
    monkeypatch.setattr(files.QFileDialog, "getSaveFileName", lambda *arguments: (str(path), kind))


def test_closing_unsaved_work_asks_and_cancel_stays(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    asked = answer(monkeypatch, Button.Cancel)
    assert window.files.may_go()
    assert asked == []
    bench(window).change("Set learning rate", training__learning_rate=0.5)
    window.close()
    assert asked == ["Save the changes to “Circles”?"]
    assert window.isVisible()
    answer(monkeypatch, Button.Discard)
    window.close()
    assert not window.isVisible()


def test_closing_with_save_asks_for_a_name_and_writes(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bench(window).change("Set learning rate", training__learning_rate=0.5)
    answer(monkeypatch, Button.Save)
    answer_save(monkeypatch, "")
    window.close()
    assert window.isVisible()
    answer_save(monkeypatch, tmp_path / "mine.nnp")
    window.close()
    assert not window.isVisible()
    assert (tmp_path / "mine.nnp").exists()


def test_a_window_that_was_closed_does_not_ask_again(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    bench(window).change("Set learning rate", training__learning_rate=0.5)
    asked = answer(monkeypatch, Button.Discard)
    window.close()
    window.close()
    assert len(asked) == 1


def test_save_open_new_and_the_title(window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    workbench = bench(window)
    assert window.windowTitle() == "Circles[*]"
    workbench.change("Set learning rate", training__learning_rate=0.5)
    assert window.isWindowModified()
    answer_save(monkeypatch, tmp_path / "mine", "Experiment (*.json)")
    trigger(window, "save")
    assert (tmp_path / "mine.json").exists()
    assert not window.isWindowModified()
    assert window.windowTitle() == "mine[*]"
    trigger(window, "new")
    assert workbench.experiment == Experiment()
    assert window.windowTitle() == "Circles[*]"
    monkeypatch.setattr(files.QFileDialog, "getOpenFileName", lambda *arguments: (str(tmp_path / "mine.json"), ""))
    trigger(window, "open")
    assert workbench.experiment.training.learning_rate == 0.5


def save_over(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, typed: list[tuple[Path, str]], answers: list[Button]
) -> tuple[list[str], list[str]]:
    """Save as, with what is typed each time the dialog opens; what it started with, and what was asked."""
    names, replies, started, asked = iter(typed), iter(answers), [], []

    def get_name(parent: QWidget, caption: str, start: str, kinds: str, chosen: str) -> tuple[str, str]:
        started.append(Path(start).name)
        path, kind = next(names)
        return str(path), kind

    def exec_(box: QMessageBox) -> int:
        asked.append(box.text())
        return next(replies).value

    monkeypatch.setattr(files.QFileDialog, "getSaveFileName", get_name)
    monkeypatch.setattr(QMessageBox, "exec", exec_)
    trigger(window, "save_as")
    return started, asked


def test_a_file_is_not_replaced_unasked_when_its_suffix_is_added(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mine = tmp_path / "foo.nnp"
    mine.write_text("precious")
    started, asked = save_over(window, monkeypatch, [(tmp_path / "foo", ""), ("", "")], [Button.No])
    assert mine.read_text() == "precious"
    assert started == ["circles.nnp", "foo.nnp"]
    assert asked == ["“foo.nnp” is already there. Replace it?"]
    started, asked = save_over(window, monkeypatch, [(tmp_path / "foo", "")], [Button.Yes])
    assert len(asked) == 1
    assert mine.read_bytes() != b"precious"
    started, asked = save_over(window, monkeypatch, [(mine, "")], [])
    assert asked == [], "the dialog itself has asked about a whole name"


@pytest.mark.parametrize(
    ("typed", "kind", "written"),
    [
        ("run 0.1", "", "run 0.1.nnp"),
        ("run 0.1", "Experiment (*.json)", "run 0.1.json"),
        ("run 0.1", "Safetensors model (*.safetensors)", "run 0.1.safetensors"),
        ("run.json", "", "run.json"),
        ("RUN.NNP", "", "RUN.NNP"),
        ("run.png", "", "run.png.nnp"),
        ("v1.", "", "v1..nnp"),
    ],
)
def test_only_the_programs_own_suffixes_count(
    typed: str, kind: str, written: str, window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    save_over(window, monkeypatch, [(tmp_path / typed, kind)], [])
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [written]
    assert bench(window).path == tmp_path / written


def test_saving_with_the_real_dialog(window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(files.Path, "home", lambda: tmp_path)
    (tmp_path / "foo.nnp").write_text("precious")
    asked: list[str] = []

    def act() -> None:
        box = window.findChild(QMessageBox)
        dialog = QApplication.activeModalWidget()
        if box is not None and box.isVisible():
            asked.append(box.text())
            box.button(Button.Yes).click()
        elif isinstance(dialog, QFileDialog):
            dialog.findChild(QLineEdit, "fileNameEdit").setText("foo")
            dialog.accept()

    clock = QTimer()
    clock.setInterval(20)
    clock.timeout.connect(act)
    clock.start()
    trigger(window, "save_as")
    clock.stop()
    assert len(asked) == 1
    assert bench(window).path == tmp_path / "foo.nnp"


def test_saving_a_trained_experiment_says_that_its_weights_are_not_in_it(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "mine.json"
    path.write_text(to_json(Experiment()), encoding="utf-8")
    assert window.files.open_path(str(path))
    bench(window).advance_now(epochs=2)
    trained = bench(window).snapshot.parameters
    press(qtbot, window, "Ctrl+S")
    assert bench(window).path == path
    assert "mine.json" in window.messages.text
    assert "trained weights" in window.messages.text
    assert "save as" in window.messages.text.lower()
    answer_save(monkeypatch, tmp_path / "mine.nnp")
    press(qtbot, window, "Ctrl+Shift+S")
    assert not window.isWindowModified()
    assert window.files.open_path(str(tmp_path / "mine.nnp"))
    bench(window).advance_now()
    assert (bench(window).snapshot.parameters == trained).all()


def test_a_picture_of_the_window_is_written(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from PySide6.QtGui import QImage

    answer_save(monkeypatch, tmp_path / "shot")
    trigger(window, "save_picture")
    assert QImage(str(tmp_path / "shot.png")).size() == window.size()
    answer_save(monkeypatch, tmp_path / "missing" / "shot.png")
    trigger(window, "save_picture")
    assert window.messages.kind == "error"


def test_recent_files_are_offered_newest_first(open_window: Open, tmp_path: Path) -> None:
    window = open_window(remember=True)
    for name in ("first", "second"):
        (tmp_path / f"{name}.json").write_text(to_json(Experiment(title=name)), encoding="utf-8")
        assert window.files.open_path(str(tmp_path / f"{name}.json"))
    window.menus.fill_recent()
    menu = window.menus.menus["File/Open recent"]
    assert [action.text() for action in menu.actions()[:2]] == ["second.json", "first.json"]
    menu.actions()[1].trigger()
    assert bench(window).experiment.title == "first"
    (tmp_path / "second.json").unlink()
    window.menus.fill_recent()
    assert [(action.text(), action.isEnabled()) for action in menu.actions()[:2]] == [
        ("first.json", True),
        ("second.json", False),
    ]
    assert "not there any more" in menu.actions()[1].toolTip()
    assert menu.actions()[-1].text() == "Clear this list"
    menu.actions()[-1].trigger()
    assert settings.read().recent == ()
    window.menus.fill_recent()
    assert not menu.isEnabled()


def test_a_broken_file_is_refused_in_words_and_not_remembered(open_window: Open, tmp_path: Path) -> None:
    window = open_window(remember=True)
    (tmp_path / "bad.json").write_text('{"seed": -1}', encoding="utf-8")
    assert not window.files.open_path(str(tmp_path / "bad.json"))
    assert (window.messages.kind, window.messages.isVisible()) == ("error", True)
    assert "seed" in window.messages.text
    assert window.files.recent == ()
    assert bench(window).experiment == Experiment()


def drop(window: MainWindow, *paths: Path) -> bool:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(QPointF(700, 400), Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    window.dropEvent(event)
    return event.isAccepted()


def test_a_dropped_file_is_opened_and_others_are_not(window: MainWindow, tmp_path: Path) -> None:
    good = tmp_path / "dropped.json"
    good.write_text(to_json(Experiment(title="dropped")), encoding="utf-8")
    assert not drop(window, tmp_path / "picture.png")
    assert drop(window, good)
    assert bench(window).experiment.title == "dropped"


# -- sizes ------------------------------------------------------------------------------------------------------------


def on_screen(window: MainWindow, widget: QWidget) -> bool:
    """Whether the whole widget lies inside every widget around it."""
    rect = widget.rect()
    around = widget
    while around is not window:
        rect = rect.translated(around.pos())
        around = around.parentWidget()
        if not around.rect().contains(rect):
            return False
    return True


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720), (SMALLEST.width(), SMALLEST.height())])
def test_nothing_of_the_shell_is_cut_off(size: tuple[int, int], open_window: Open, qtbot: QtBot) -> None:
    window = open_window(size=size)
    bench(window).change("Set optimizer", training__optimizer__momentum=0.9)
    QApplication.processEvents()
    assert window.size().toTuple() == size
    for name in ("transport", "data", "training"):
        for widget in window.panel(name).findChildren(QWidget):
            if widget.isVisible() and isinstance(widget, (FocusButton, NumberField, ElidedLabel)):
                inside = on_screen(window, widget)
                assert inside or size[1] < 720, (name, widget, widget.accessibleName())
            if widget.isVisible() and isinstance(widget, ElidedLabel) and name != "transport":
                assert not widget.is_cut(), widget.text
    for name in ("network", "output", "plots"):
        assert on_screen(window, window.panel(name)), name
    gaps = [window.panel(name) for name in ("data", "network", "output")]
    for left, right in pairwise(gaps):
        assert left.geometry().right() < right.geometry().left()
    output, training = window.output, window.training
    assert output.width() == training.width()
    assert output.mapTo(window, QPoint()).x() == training.mapTo(window, QPoint()).x()


def test_columns_shrink_on_a_small_window(open_window: Open, qtbot: QtBot) -> None:
    window = open_window(size=(1440, 900))

    def sizes() -> tuple[int, int, int]:
        return window.data.width(), window.output.width(), window.areas.strip.height()

    assert sizes() == (236, 366, 216)
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: sizes() == (208, 312, 190))
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: sizes() == (236, 366, 216))


def test_the_strip_is_resized_by_keyboard_and_remembered(
    open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window(remember=True)
    handle = window.areas.handle(1)
    before = window.areas.strip.height()
    handle.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(handle, Key.Key_Up)
    qtbot.keyClick(handle, Key.Key_Up)
    higher = window.areas.strip.height()
    assert higher == before + 32
    window.resize(1440, 1000)
    qtbot.waitUntil(lambda: window.centralWidget().height() > 900)
    QApplication.processEvents()
    assert window.areas.strip.height() == higher
    window.close()
    again = open_window(remember=True, size=(1440, 1000))
    assert again.areas.strip.height() == higher


def test_place_and_size_are_remembered(make_workbench: Make, open_window: Open, qtbot: QtBot) -> None:
    window = open_window(remember=True, size=(1300, 760))
    window.close()
    again = MainWindow(make_workbench(), remember=True)
    qtbot.addWidget(again)
    assert again.height() == 760  # the screen of the tests is too narrow for the width


def test_a_file_of_the_window_that_is_nonsense_is_passed_over(make_workbench: Make, qtbot: QtBot) -> None:
    settings.window_file().parent.mkdir(parents=True)
    settings.window_file().write_text("[General]\ngeometry=nonsense\nstrip=-7x\n", encoding="utf-8")
    window = MainWindow(make_workbench(), remember=True)
    qtbot.addWidget(window)
    assert window.size() == window.fitting_size()
    assert window.areas.strip_height is None


def test_every_panel_has_a_name(window: MainWindow) -> None:
    for name in ("transport", "data", "network", "output", "plots", "training"):
        assert window.panel(name).isVisible()
    with pytest.raises(KeyError):
        window.panel("attic")
