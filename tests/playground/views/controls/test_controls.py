"""Choices, buttons and texts under real mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from playground.views.controls import Chip, ChoiceField, ElidedLabel, IconButton, Option, ReadOut, SegmentedControl
from tests.playground.views.controls.driver import shown

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


# -- choices and buttons ----------------------------------------------------------------------------------------------


@pytest.fixture
def choice(qtbot: QtBot) -> ChoiceField:
    options = [Option("a", "first", "Note."), Option("b", "second", reason="it does not fit"), Option("c", "third")]
    made = ChoiceField("Loss", options)
    shown(qtbot, made, 120)
    made.set_current("a")
    return made


def test_keys_pass_over_what_does_not_fit(qtbot: QtBot, choice: ChoiceField) -> None:
    heard: list[str] = []
    choice.chosen.connect(heard.append)
    qtbot.keyClick(choice, Key.Key_Down)
    assert heard == ["c"]
    assert choice.current == "c"


def test_the_reason_is_told_under_the_pointer_and_to_screen_readers(choice: ChoiceField) -> None:
    model = choice.model()
    assert "Not now: it does not fit." in model.item(1).toolTip()
    assert "it does not fit" in model.item(1).accessibleDescription()
    assert model.item(0).toolTip() == choice.toolTip() == "Note."
    assert (choice.is_open("a"), choice.is_open("b")) == (True, False)


def test_choosing_what_does_not_fit_changes_nothing_and_says_why(qtbot: QtBot, choice: ChoiceField) -> None:
    chosen: list[str] = []
    refused: list[str] = []
    choice.chosen.connect(chosen.append)
    choice.refused.connect(refused.append)
    choice.showPopup()
    qtbot.keyClick(choice.view(), Key.Key_Down)
    qtbot.keyClick(choice.view(), Key.Key_Return)
    assert (chosen, choice.current) == ([], "a")
    assert refused == ["Loss: second does not fit now: it does not fit."]


def test_showing_a_choice_is_not_choosing_it(choice: ChoiceField) -> None:
    heard: list[str] = []
    choice.chosen.connect(heard.append)
    choice.set_current("c")
    choice.set_options([Option("c", "third"), Option("a", "first")])
    assert (heard, choice.current) == ([], "c")


def test_a_closed_field_says_the_short_text_and_the_list_the_long_one(qtbot: QtBot) -> None:
    long = "the textbook way, which overflows on purpose"
    fields = [ChoiceField("Way", [Option("a", text, short=short)]) for text, short in ((long, "naive"), ("naive", ""))]
    for each in fields:
        shown(qtbot, each, 120)
    assert fields[0].itemText(0) == long
    assert fields[0].grab().toImage() == fields[1].grab().toImage()


def test_segments_are_clicked_and_walked_through(qtbot: QtBot) -> None:
    control = SegmentedControl([("a", "one", "One"), ("b", "two", "Two"), ("c", "three", "Three")])
    shown(qtbot, control)
    heard: list[str] = []
    control.chosen.connect(heard.append)
    control.set_current("a")
    assert (heard, control.current) == ([], "a")
    qtbot.mouseClick(control.buttons["b"], LEFT)
    control.buttons["b"].setFocus()
    qtbot.keyClick(control.buttons["b"], Key.Key_Right)
    assert heard == ["b", "c"]
    assert control.current == "c"


def test_segments_of_actions_stay_up(qtbot: QtBot) -> None:
    control = SegmentedControl([("a", "one", "One"), ("b", "two", "Two")], checkable=False)
    shown(qtbot, control)
    with qtbot.waitSignal(control.chosen, check_params_cb=lambda key: key == "b"):
        qtbot.mouseClick(control.buttons["b"], LEFT)
    assert control.current is None


def test_return_presses_a_button(qtbot: QtBot) -> None:
    button = IconButton("play", "Play  (space)")
    shown(qtbot, button)
    assert button.accessibleName() == "Play"
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(button, Key.Key_Return)


def test_the_ring_is_shown_where_the_keyboard_brought_the_focus(qtbot: QtBot) -> None:
    holder = QWidget()
    first, second = Chip("one"), Chip("two")
    column = QVBoxLayout(holder)
    column.addWidget(first)
    column.addWidget(second)
    shown(qtbot, holder)
    holder.activateWindow()
    first.setFocus(Qt.FocusReason.OtherFocusReason)
    assert not first.shows_focus
    before = second.grab().toImage()
    qtbot.keyClick(first, Key.Key_Tab)
    assert (first.shows_focus, second.shows_focus) == (False, True)
    assert second.grab().toImage() != before


# -- texts ------------------------------------------------------------------------------------------------------------


def test_a_cut_text_is_its_own_tool_tip(qtbot: QtBot) -> None:
    label = ElidedLabel("a rather long sentence that does not fit")
    shown(qtbot, label, 60)
    assert label.is_cut()
    assert label.toolTip() == label.text
    label.resize(600, label.height())
    assert not label.is_cut()
    assert label.toolTip() == ""
    label.set_text("a <b>bold</b> name that somebody has typed and that does not fit either")
    label.resize(60, label.height())
    assert label.toolTip().startswith("a &lt;b&gt;bold"), "Qt would take it for markup"


def test_a_read_out_keeps_its_size_whatever_it_shows(qtbot: QtBot) -> None:
    read_out = ReadOut("Epoch", "9 999 999")
    shown(qtbot, read_out)
    sizes = set()
    for value in ("1", "21\u202f400", "9\u202f999\u202f999"):
        read_out.set_value(value)
        sizes.add((read_out.minimumSize().toTuple(), read_out.sizeHint().toTuple()))
    assert len(sizes) == 1
