"""The window and files: what is asked before work is lost, names and suffixes, recent and dropped files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QTimer, QUrl
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from playground.experiment.experiment import Experiment, to_json
from playground.settings import settings
from playground.views.window import files
from playground.views.window.main_window import MainWindow
from playground.words.run import NO_TRAINING
from tests.playground.views import drags
from tests.playground.views.one_window import one_after_another
from tests.playground.views.window.driver import Open, bench, press, trigger

Button = QMessageBox.StandardButton

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


def test_files_one_after_the_other(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    one_after_another(
        window,
        check_save_open_new_and_the_title,
        check_a_file_is_not_replaced_unasked_when_its_suffix_is_added,
        check_saving_a_trained_experiment_says_that_its_weights_are_not_in_it,
        check_a_picture_of_the_window_is_written,
        check_a_dropped_file_that_is_not_ours_says_what_it_is,
        check_a_dropped_address_is_no_file,
        check_a_dropped_file_is_opened_and_the_first_of_ours_comes_first,
        qtbot=qtbot,
        tmp_path=tmp_path,
    )


def check_save_open_new_and_the_title(window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
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


def check_a_file_is_not_replaced_unasked_when_its_suffix_is_added(
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


TYPED = [
    ("run 0.1", "", "run 0.1.nnp"),
    ("run 0.1", "Experiment (*.json)", "run 0.1.json"),
    ("run 0.1", "Safetensors model (*.safetensors)", "run 0.1.safetensors"),
    ("run.json", "", "run.json"),
    ("RUN.NNP", "", "RUN.NNP"),
    ("run.png", "", "run.png.nnp"),
    ("v1.", "", "v1..nnp"),
]


def test_only_the_programs_own_suffixes_count(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for place, (typed, kind, written) in enumerate(TYPED):
        folder = tmp_path / f"folder {place}"
        folder.mkdir()
        save_over(window, monkeypatch, [(folder / typed, kind)], [])
        assert [path.name for path in folder.iterdir()] == [written], (typed, kind)
        assert bench(window).path == folder / written, (typed, kind)


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


def check_saving_a_trained_experiment_says_that_its_weights_are_not_in_it(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "mine.json"
    path.write_text(to_json(Experiment()), encoding="utf-8")
    assert window.files.open_path(str(path))
    bench(window).run.advance_now(epochs=2)
    trained = bench(window).run.snapshot.parameters
    press(qtbot, window, "Ctrl+S")
    assert bench(window).path == path
    assert "mine.json" in window.messages.text
    assert "trained weights" in window.messages.text
    assert "save as" in window.messages.text.lower()
    answer_save(monkeypatch, tmp_path / "mine.nnp")
    press(qtbot, window, "Ctrl+Shift+S")
    assert not window.isWindowModified()
    assert window.files.open_path(str(tmp_path / "mine.nnp"))
    bench(window).run.advance_now()
    assert (bench(window).run.snapshot.parameters == trained).all()


def check_a_picture_of_the_window_is_written(
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
    event = drags.drop(QPoint(700, 400), mime)
    window.dropEvent(event)
    return event.isAccepted()


NOT_OURS = (
    ("notes.md", "Größe und Maß.\nZwei Zeilen.".encode(), "is not a model file"),
    ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "is a PNG picture"),
    ("missing.nnp", None, "missing.nnp"),
)


def check_a_dropped_file_that_is_not_ours_says_what_it_is(window: MainWindow, tmp_path: Path) -> None:
    before = bench(window).experiment
    for name, content, said in NOT_OURS:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
        for target in (window, window.network.view.viewport()):  # the canvas takes layers, and hands on what is none
            window.messages.dismiss()
            QApplication.sendEvent(target, drags.enter(QPoint(20, 20), data))
            QApplication.sendEvent(target, drags.drop(QPoint(20, 20), data))
            told = window.messages.text.replace("“", "").replace("”", "")
            assert said in told, name
            assert window.messages.kind == "error", name
        assert bench(window).experiment == before, name


def check_a_dropped_address_is_no_file(window: MainWindow) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/model.nnp")])
    window.dropEvent(drags.drop(QPoint(20, 20), data))
    assert window.messages.text.startswith("What was dropped is no file of this computer")


def check_a_dropped_file_is_opened_and_the_first_of_ours_comes_first(window: MainWindow, tmp_path: Path) -> None:
    good = tmp_path / "dropped.json"
    good.write_text(to_json(Experiment(title="dropped")), encoding="utf-8")
    assert drop(window, tmp_path / "picture.png", good)
    assert bench(window).experiment.title == "dropped"


def test_where_training_failed_the_work_can_still_be_saved(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    monkeypatch.setattr(bench(window).run, "state", "failed")
    bench(window).run.state_changed.emit()
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
    bench(window).run.state_changed.emit()
    assert actions["step_epoch"].isEnabled()
    assert actions["step_epoch"].toolTip() == "Step one epoch"
