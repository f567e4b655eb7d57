"""The sheet under the title: title, notes and seed are edited in the window, each a step that undo takes back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.experiment.experiment import Experiment
from playground.views.transport.document_sheet import MOST_NOTES, MOST_TITLE, DocumentSheet
from playground.views.window.main_window import MainWindow
from tests.playground.views.window.driver import bench, press, trigger

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def sheet(window: MainWindow, qtbot: QtBot) -> DocumentSheet:
    """The sheet, opened by a click on the title."""
    qtbot.mouseClick(window.transport.title, LEFT)
    found = window.transport.sheet
    assert found is not None
    assert found.isVisible()
    return found


def test_title_and_notes_are_written_when_the_sheet_closes(
    sheet: DocumentSheet, window: MainWindow, qtbot: QtBot
) -> None:
    workbench = bench(window)
    assert (sheet.title.text(), sheet.title.placeholderText()) == ("", "Circles")
    sheet.title.setText("  Rings  ")
    sheet.notes.setPlainText("Two layers\nare enough.")
    sheet.close()
    assert (workbench.experiment.title, workbench.experiment.notes) == ("Rings", "Two layers\nare enough.")
    assert window.transport.title.text == "Rings"
    press(qtbot, window, "Ctrl+Z")
    press(qtbot, window, "Ctrl+Z")
    assert workbench.experiment == Experiment()


def test_nothing_written_is_no_step(sheet: DocumentSheet, window: MainWindow) -> None:
    sheet.close()
    assert bench(window).undo_name is None
    assert not bench(window).unsaved


def test_a_typed_seed_begins_a_run_and_undo_returns(sheet: DocumentSheet, window: MainWindow, qtbot: QtBot) -> None:
    workbench = bench(window)
    workbench.run.advance_now(epochs=7)
    sheet.seed.selectAll()
    qtbot.keyClicks(sheet.seed, "42")
    qtbot.keyClick(sheet.seed, Qt.Key.Key_Return)
    workbench.run.settle()
    assert workbench.run.snapshot is not None
    assert (workbench.experiment.seed, workbench.undo_name, workbench.run.snapshot.epoch) == (42, "Set seed", 0)
    assert "The seed is 42" in window.transport.seed.toolTip()
    sheet.close()
    workbench.undo()
    workbench.run.settle()
    assert (workbench.experiment.seed, workbench.run.snapshot.epoch) == (0, 7)


@pytest.mark.parametrize("typed", ["-1", "1e30", "twelve"])
def test_a_bad_seed_is_refused_in_words(typed: str, sheet: DocumentSheet, window: MainWindow, qtbot: QtBot) -> None:
    sheet.seed.setFocus()
    sheet.seed.selectAll()
    qtbot.keyClicks(sheet.seed, typed)
    qtbot.keyClick(sheet.seed, Qt.Key.Key_Return)
    assert bench(window).experiment.seed == 0
    assert sheet.about_seed.text.startswith("Seed: ")
    assert sheet.seed.selectedText() == typed
    sheet.title.setFocus()
    assert sheet.seed.text() == "0"


def test_as_much_as_an_experiment_may_hold(sheet: DocumentSheet, window: MainWindow) -> None:
    sheet.title.setText("t" * (MOST_TITLE + 5))
    sheet.notes.setPlainText("n" * (MOST_NOTES + 5))
    sheet.close()
    found = bench(window).experiment
    assert (len(found.title), len(found.notes)) == (MOST_TITLE, MOST_NOTES)


def test_it_opens_by_key_and_from_the_menu(window: MainWindow, qtbot: QtBot) -> None:
    trigger(window, "describe")
    sheet = window.transport.sheet
    assert sheet is not None
    sheet.close()
    window.transport.title.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(window.transport.title, Qt.Key.Key_Return)
    assert sheet.isVisible()
    qtbot.keyClick(sheet.title, Qt.Key.Key_Return)
    assert not sheet.isVisible()
