"""A file that others change, or have open too: nothing of theirs is lost unasked, and nothing of ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from playground.edits.changes import with_changes
from playground.exchange.files import save
from playground.exchange.on_disk import Presence
from playground.experiment.experiment import Experiment
from playground.views.window import files
from playground.views.window.main_window import MainWindow
from tests.playground.views.one_window import one_after_another
from tests.playground.views.window.driver import bench, trigger
from tests.playground.views.window.test_files import answer, answer_save

Button = QMessageBox.StandardButton


def saved(window: MainWindow, path: Path) -> None:
    assert bench(window).save(path)


def changed_elsewhere(path: Path, seed: int = 5) -> bytes:
    """Another program writes another experiment under the same name."""
    save(path, with_changes(Experiment(), seed=seed))
    return path.read_bytes()


def click_answer(monkeypatch: pytest.MonkeyPatch, text: str) -> list[str]:
    """The user clicks the button of that text, whichever box is shown."""
    asked: list[str] = []

    def exec_(box: QMessageBox) -> int:
        asked.append(box.text())
        assert "Overwrite" not in (box.defaultButton().text() if box.defaultButton() else "")
        (button,) = [each for each in box.buttons() if each.text().replace("&", "") == text]
        button.click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", exec_)
    return asked


@pytest.mark.parametrize("choice", ["Overwrite", "Reload", "Save as…", "Cancel"])
def test_a_file_changed_elsewhere_is_never_overwritten_without_a_question(
    choice: str, window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file, other = tmp_path / "mine.nnp", tmp_path / "other.nnp"
    saved(window, file)
    bench(window).change("Set learning rate", training__learning_rate=0.5)
    theirs = changed_elsewhere(file)
    asked = click_answer(monkeypatch, choice)
    answer_save(monkeypatch, other)
    done = window.files.save()
    assert len(asked) == 1
    assert "was changed outside this window" in asked[0]
    assert done == (choice != "Cancel")
    assert (file.read_bytes() == theirs) == (choice != "Overwrite")
    assert other.exists() == (choice == "Save as…")
    assert bench(window).experiment.seed == (5 if choice == "Reload" else 0)
    if choice == "Overwrite":
        bench(window).change("Set learning rate", training__learning_rate=0.6)
        assert window.files.save()
        assert len(asked) == 1, "what was answered is not asked again"


def test_files_elsewhere_one_after_the_other(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    one_after_another(
        window,
        check_with_nothing_unsaved_a_changed_file_is_offered_for_reload_once,
        check_a_file_that_cannot_be_opened_asks_nothing_first,
        check_a_file_that_another_window_has_open_is_not_replaced_without_that_being_said,
        check_the_question_about_a_changed_file_says_that_another_window_has_it_open,
        check_coming_back_to_the_window_tells_of_a_changed_file,
        qtbot=qtbot,
        tmp_path=tmp_path,
    )


def check_with_nothing_unsaved_a_changed_file_is_offered_for_reload_once(window: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "mine.nnp"
    saved(window, file)
    assert window.files.to_reload() is None
    changed_elsewhere(file)
    assert window.files.to_reload() == file
    assert window.files.to_reload() is None
    changed_elsewhere(file, seed=6)
    assert window.files.to_reload() == file
    assert window.files.reload()
    assert bench(window).experiment.seed == 6
    changed_elsewhere(file, seed=7)
    bench(window).change("Set learning rate", training__learning_rate=0.5)
    assert window.files.to_reload() is None, "there is something to lose: saving will ask"


def check_coming_back_to_the_window_tells_of_a_changed_file(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "mine.nnp"
    saved(window, file)
    changed_elsewhere(file)
    window.activateWindow()
    QApplication.sendEvent(window, QEvent(QEvent.Type.ActivationChange))
    assert window.messages.text == "“mine.nnp” was changed outside this window."


def check_a_file_that_cannot_be_opened_asks_nothing_first(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bench(window).change("Set learning rate", training__learning_rate=0.5)
    asked = answer(monkeypatch, Button.Discard)
    broken = tmp_path / "broken.nnp"
    broken.write_bytes(b"nothing")
    assert not window.files.open_path(str(broken))
    assert asked == []
    assert bench(window).experiment.training.learning_rate == 0.5


def check_a_file_that_another_window_has_open_is_not_replaced_without_that_being_said(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, ours = Presence(tmp_path / "open"), Presence(tmp_path / "open")
    path = tmp_path / "theirs.nnp"
    path.write_bytes(b"theirs")
    assert theirs.take(path)
    window.files.is_open_elsewhere = ours.is_elsewhere
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: told.append(box.text()) or Button.No.value)
    names = iter([str(path), ""])
    monkeypatch.setattr(files.QFileDialog, "getSaveFileName", lambda *arguments: (next(names), ""))
    trigger(window, "save_as")
    assert (told, path.read_bytes()) == (["“theirs.nnp” is open in another window. Replace it?"], b"theirs")
    theirs.leave()
    assert ours.take(path)
    assert not ours.is_elsewhere(path), "it is this window's own"


def check_the_question_about_a_changed_file_says_that_another_window_has_it_open(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.json"
    assert bench(window).save(path)
    path.write_bytes(path.read_bytes() + b"\n")
    bench(window).change("Set rate", training__learning_rate=0.1)
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: told.append(box.text()) or 0)
    window.files.is_open_elsewhere = lambda path: True
    trigger(window, "save")
    assert told[0].endswith("It is open in another window.")
