"""Links are pasted, dropped and copied; what they cannot say is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from playground.exchange.tensorflow_playground import ADDRESS, read_link
from playground.views.window.main_window import MainWindow
from tests.playground.views.one_window import one_after_another
from tests.playground.views.window.driver import bench, trigger

LINK = f"{ADDRESS}#dataset=spiral&networkShape=8,6&learningRate=0.1&showTestData=true&discretize=true&seed=0.12"


@pytest.fixture(autouse=True)
def clean_clipboard(qapp: Any) -> None:
    QGuiApplication.clipboard().clear()


def test_links_one_after_the_other(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    one_after_another(
        window,
        check_a_link_is_pasted_anywhere_and_looked_at_as_it_says,
        check_what_a_link_could_not_say_is_told,
        check_what_is_no_link_changes_nothing,
        check_a_link_that_says_nothing_is_refused,
        check_unsaved_work_is_asked_about,
        check_a_link_is_dropped,
        check_the_experiment_is_copied_as_a_link_or_the_reason_is_told,
        check_a_file_with_the_name_of_a_link_is_a_file,
        check_the_experiment_is_copied_as_a_link_of_our_own_and_pasted_again,
        check_a_link_that_was_cut_changes_nothing,
        check_controls_that_a_link_hides_are_locked_until_they_are_freed,
        check_another_document_is_not_locked,
        qtbot=qtbot,
        tmp_path=tmp_path,
    )


def check_a_link_is_pasted_anywhere_and_looked_at_as_it_says(window: MainWindow, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText(LINK)
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    workbench = bench(window)
    assert workbench.experiment == read_link(LINK).experiment
    assert (workbench.view.show_test, workbench.view.discretize) == (True, True)
    assert workbench.path is None
    assert "Different here on purpose" in window.messages.text


def check_what_a_link_could_not_say_is_told(window: MainWindow) -> None:
    QGuiApplication.clipboard().setText(f"{LINK}&noise=99")
    trigger(window, "paste_link")
    assert window.messages.text.startswith("noise is 99, beyond 80; as there, 50 was taken.")


def check_what_is_no_link_changes_nothing(window: MainWindow) -> None:
    before = bench(window).experiment
    for text in ("", "hello", "https://example.org/#dataset=xor"):
        QGuiApplication.clipboard().setText(text)
        trigger(window, "paste_link")
        assert bench(window).experiment is before, text
        assert window.messages.text.startswith("The clipboard holds no link"), text
        window.messages.dismiss()


def check_a_link_that_says_nothing_is_refused(window: MainWindow) -> None:
    QGuiApplication.clipboard().setText(ADDRESS)
    trigger(window, "paste_link")
    assert "says nothing that could be read" in window.messages.text


def check_unsaved_work_is_asked_about(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    bench(window).change("Set rate", training__learning_rate=0.5)
    before = bench(window).experiment
    monkeypatch.setattr(window.files, "_answer", lambda *asked: QMessageBox.StandardButton.Cancel)
    QGuiApplication.clipboard().setText(LINK)
    trigger(window, "paste_link")
    assert bench(window).experiment is before


def check_a_link_is_dropped(window: MainWindow) -> None:
    data = QMimeData()
    data.setUrls([QUrl(LINK)])
    actions, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(QPoint(5, 5)), actions, data, button, keys))
    assert bench(window).experiment.data.source.name == "spirals"


def check_the_experiment_is_copied_as_a_link_or_the_reason_is_told(window: MainWindow) -> None:
    trigger(window, "copy_link_for_tensorflow")
    assert read_link(QGuiApplication.clipboard().text()).experiment.network == bench(window).experiment.network
    assert window.messages.text.startswith("Copied a link")
    QGuiApplication.clipboard().clear()
    trigger(window, "data_moons")
    trigger(window, "copy_link_for_tensorflow")
    assert QGuiApplication.clipboard().text() == ""
    assert window.messages.text.startswith("TensorFlow Playground has no such data")


def check_a_file_with_the_name_of_a_link_is_a_file(window: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "playground.tensorflow.org #dataset=spiral.json"
    file.write_text('{"title": "Mine"}')
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    actions, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(QPoint(5, 5)), actions, data, button, keys))
    assert bench(window).experiment.title == "Mine"


def check_the_experiment_is_copied_as_a_link_of_our_own_and_pasted_again(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.files, "_answer", lambda *asked: QMessageBox.StandardButton.Discard)
    trigger(window, "data_moons")
    before = bench(window).experiment
    trigger(window, "copy_link")
    link = QGuiApplication.clipboard().text()
    assert link.startswith("neural-playground:1/")
    assert "Copied a link" in window.messages.text
    trigger(window, "data_xor")
    QGuiApplication.clipboard().setText(f"\n{link} ")
    trigger(window, "paste_link")
    assert bench(window).experiment == before


def check_a_link_that_was_cut_changes_nothing(window: MainWindow) -> None:
    trigger(window, "copy_link")
    before = bench(window).experiment
    QGuiApplication.clipboard().setText(QGuiApplication.clipboard().text()[:-30])
    trigger(window, "paste_link")
    assert bench(window).experiment is before
    assert "Copy the whole of it once more" in window.messages.text


HIDDEN = ("learningRate", "noise", "numHiddenLayers", "xSquared", "playButton")
HIDING = f"{LINK}&{'&'.join(f'{name}_hide=true' for name in HIDDEN)}"


def check_controls_that_a_link_hides_are_locked_until_they_are_freed(window: MainWindow) -> None:
    assert window.links.open(HIDING)
    workbench, canvas = bench(window), window.network.view.commands
    locked = (window.training.rate, window.data.noise, window.transport.play)
    assert [widget.isEnabled() for widget in locked] == [False] * 3
    assert "Unlock controls" in window.training.rate.toolTip()
    assert not canvas.insert("dense", 0)
    assert not canvas.toggle_feature("x_squared")
    assert "locked" in window.messages.text
    assert canvas.toggle_feature("y_squared")  # it is not hidden
    assert [widget.isEnabled() for widget in locked] == [False] * 3
    trigger(window, "unlock")
    assert all(widget.isEnabled() for widget in (window.training.rate, window.data.noise))
    assert "Unlock" not in window.training.rate.toolTip()
    assert canvas.insert("dense", 0)
    assert not window.commands.actions["unlock"].isEnabled()
    assert workbench.view.locked == ()


def check_another_document_is_not_locked(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window.files, "_answer", lambda *asked: QMessageBox.StandardButton.Discard)
    assert window.links.open(HIDING)
    assert window.links.open(LINK)
    assert window.training.rate.isEnabled()
    assert bench(window).view.locked == ()
