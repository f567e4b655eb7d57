"""Every field of the window: Space and letters are characters, and refusals use the words of the screen."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.optimizers import Adam
from playground.experiment.schedules import CosineSchedule, EarlyStopping
from playground.views.controls import NumberField
from playground.views.window.main_window import MainWindow
from playground.views.workbench.workbench import Workbench
from playground.words.training import PAGES
from tests.playground.views.controls.driver import LEFT, enter, type_into
from tests.playground.views.window.driver import Make, Open, bench

Key = Qt.Key


def number_fields(window: MainWindow) -> list[NumberField]:
    return [each for each in window.findChildren(NumberField) if each.isVisibleTo(window) and each.isEnabled()]


def full(make_workbench: Make) -> Workbench:
    """With every number that may be shown at once."""
    raw = with_changes(
        Experiment(),
        training__loss="focal",
        training__initializer="normal",
        training__optimizer=Adam(),
        training__schedule=CosineSchedule(),
        training__early_stopping=EarlyStopping(),
    )
    return make_workbench(raw)


def test_every_field_refuses_in_the_words_of_the_screen(open_window: Open, make_workbench: Make, qtbot: QtBot) -> None:
    window = open_window(full(make_workbench))
    window.training.show_more(True)
    for typed in ("-1e300", "1e300", "abc"):
        told = set()
        for page in PAGES:
            window.more.show_page(page)
            QApplication.processEvents()
            for field in number_fields(window):
                window.messages.dismiss()
                before = bench(window).experiment
                enter(qtbot, field)
                qtbot.keyClicks(field, typed)
                qtbot.keyClick(field, Key.Key_Return)
                text = window.messages.text
                assert text.startswith(f"{field.accessibleName()}: "), (field.accessibleName(), text)
                assert not re.search(r"[a-z]_[a-z]|[a-z]\.[a-z]|null|expected", text), text
                assert (field.selectedText(), bench(window).experiment) == (typed, before)
                qtbot.keyClick(field, Key.Key_Escape)
                told.add(field.accessibleName())
        assert {"Training share", "Position noise", "Learning rate", "Batch size", "Gamma", "Stop at epoch"} <= told


def test_what_the_field_shows_may_be_typed(window: MainWindow, qtbot: QtBot) -> None:
    type_into(qtbot, window.data.share.field, "80")
    bench(window).set_view(unfolded=("misbehaving_data",))
    label_noise = window.data.sections[1].rows["label_noise"]
    qtbot.mouseClick(label_noise.line, LEFT)
    type_into(qtbot, label_noise.control.field, "15")
    data = bench(window).experiment.data
    assert (data.train_share, data.imperfections.label_noise) == (0.8, 0.15)
    type_into(qtbot, label_noise.control.field, "150")
    assert window.messages.text == "Label noise: 0 to 100 %."
    window.training.show_more(True)
    window.more.show_page("Stopping")
    (field,) = [each for each in number_fields(window) if each.accessibleName().endswith("accuracy")]
    type_into(qtbot, field, "95")
    assert bench(window).experiment.training.stop.accuracy == 0.95


def test_no_key_that_types_a_letter_is_a_shortcut_in_a_field(window: MainWindow, qtbot: QtBot) -> None:
    window.transport.open_sheet()
    sheet = window.transport.sheet
    assert sheet is not None
    lines = [window.data.samples.field, window.training.l2, sheet.title, sheet.notes, sheet.seed]
    typed = [action for action in window.commands.actions.values() if any(map(_is_typed, action.shortcuts()))]
    assert typed, "Space at least"
    heard: list[str] = []
    for action in typed:
        action.triggered.connect(lambda _=False, action=action: heard.append(action.text()))
    for line in lines:
        line.setFocus()
        for action in typed:
            for sequence in filter(_is_typed, action.shortcuts()):
                line.selectAll()
                qtbot.keyClicks(line, sequence.toString() if sequence.toString() != "Space" else " ")
        qtbot.keyClick(line, Key.Key_Escape)
    assert heard == []
    assert bench(window).run.state != "running"
    sheet.close()


def _is_typed(sequence: QKeySequence) -> bool:
    """Whether a shortcut is a key that types a character."""
    key = sequence[0]
    return key.keyboardModifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier) and (
        0x20 <= key.key().value < 0x7F
    )


def test_a_mistyped_seed_is_told_in_place_and_stays(window: MainWindow, qtbot: QtBot) -> None:
    window.transport.open_sheet()
    sheet, before = window.transport.sheet, bench(window).experiment.seed
    assert sheet is not None
    typed = "12345678901234567890123"
    enter(qtbot, sheet.seed)
    qtbot.keyClicks(sheet.seed, typed)
    qtbot.keyClick(sheet.seed, Key.Key_Return)
    assert sheet.about_seed.text.startswith("Seed: 0 to ")
    assert (sheet.seed.selectedText(), sheet.seed.hasFocus(), sheet.isVisible()) == (typed, True, True)
    qtbot.keyClicks(sheet.seed, "12 345")
    assert sheet.about_seed.text.startswith("The same seed")
    qtbot.keyClick(sheet.seed, Key.Key_Return)
    assert (bench(window).experiment.seed, before != 12345) == (12345, True)
    sheet.close()
