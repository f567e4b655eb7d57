"""Number fields under real mouse and keys: what may be typed, what is refused, what the arrow keys do."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from pytestqt.qtbot import QtBot

from playground.views.controls import (
    NumberField,
)
from tests.playground.views.controls.driver import enter, shown

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def field(qtbot: QtBot) -> NumberField:
    made = NumberField("Momentum", (0.0, 1.0))
    shown(qtbot, made, 80)
    made.set_value(0.5)
    enter(qtbot, made)
    return made


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("0.9", 0.9),
        ("0,9", 0.9),
        ("90 %", 0.9),
        ("1e-3", 0.001),
        (" 7 ", 7.0),
        ("−2", -2.0),
        ("1e−3", 0.001),
        ("1\u202f250,5", 1250.5),
        ("1\u2009250", 1250.0),
        ("12.3 M", 12.3e6),
        ("-0.25", -0.25),
    ],
)
def test_numbers_are_read_as_people_write_them(qtbot: QtBot, field: NumberField, typed: str, expected: float) -> None:
    heard: list[object] = []
    field.committed.connect(heard.append)
    field.selectAll()
    field.insert(typed)
    qtbot.keyClick(field, Key.Key_Return)
    assert heard == [expected]


@pytest.mark.parametrize("typed", ["abc", "", "nan", "inf", "1e999", "--1"])
def test_what_is_no_number_is_given_up(qtbot: QtBot, field: NumberField, typed: str) -> None:
    heard: list[object] = []
    field.committed.connect(heard.append)
    field.selectAll()
    qtbot.keyClick(field, Key.Key_Delete)
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Key.Key_Return)
    assert heard == []
    assert field.text() == "0.5"


def test_a_refused_number_goes_back(qtbot: QtBot, field: NumberField) -> None:
    field.committed.connect(lambda value: field.set_value(0.5))
    qtbot.keyClicks(field, "7")
    qtbot.keyClick(field, Key.Key_Return)
    assert field.text() == "0.5"


def test_escape_gives_the_typed_text_up(qtbot: QtBot, field: NumberField) -> None:
    heard: list[object] = []
    field.committed.connect(heard.append)
    qtbot.keyClicks(field, "0.7")
    assert field.text() == "0.7"
    qtbot.keyClick(field, Key.Key_Escape)
    field.clearFocus()
    assert (heard, field.text()) == ([], "0.5")


def test_leaving_the_field_takes_the_number(qtbot: QtBot, field: NumberField) -> None:
    heard: list[object] = []
    field.committed.connect(heard.append)
    qtbot.keyClicks(field, "0.7")
    field.clearFocus()
    assert heard == [0.7]


def test_a_new_value_does_not_disturb_someone_who_types(qtbot: QtBot, field: NumberField) -> None:
    qtbot.keyClicks(field, "0.7")
    field.set_value(0.1)
    assert field.text() == "0.7"


@pytest.mark.parametrize(
    ("start", "key", "expected"),
    [
        (0.5, Key.Key_Up, 0.6),
        (0.5, Key.Key_Down, 0.4),
        (0.1, Key.Key_Down, 0.09),
        (0.03, Key.Key_Up, 0.04),
        (0.0, Key.Key_Up, 0.1),
        (1.0, Key.Key_Up, 1.0),
        (0.0, Key.Key_Down, 0.0),
    ],
)
def test_arrows_step_by_the_leading_digit_within_the_limits(
    qtbot: QtBot, field: NumberField, start: float, key: Qt.Key, expected: float
) -> None:
    field.set_value(start)
    heard: list[object] = []
    field.committed.connect(heard.append)
    qtbot.keyClick(field, key)
    assert heard == ([] if start == expected else [pytest.approx(expected)])


def test_empty_stands_for_none(qtbot: QtBot) -> None:
    field = NumberField("Clip", (0.0, 10.0), empty="off")
    shown(qtbot, field, 80)
    field.set_value(None)
    assert field.text() == "off"
    enter(qtbot, field)
    heard: list[object] = []
    field.committed.connect(heard.append)
    field.committed.connect(field.set_value)
    qtbot.keyClicks(field, "2")
    qtbot.keyClick(field, Key.Key_Return)
    enter(qtbot, field)
    qtbot.keyClicks(field, "off")
    qtbot.keyClick(field, Key.Key_Return)
    assert heard == [2.0, None]


def test_what_is_no_number_is_refused_in_words_and_the_old_one_stays(qtbot: QtBot) -> None:
    field = NumberField("L2", (0.0, 10.0))
    shown(qtbot, field, 80)
    field.set_value(0.5)
    enter(qtbot, field)
    qtbot.keyClicks(field, "abc")
    with qtbot.waitSignal(field.refused) as heard:
        qtbot.keyClick(field, Key.Key_Return)
    assert heard.args == ["L2: 'abc' is not a number; 0.5 stays."]
    assert field.text() == "0.5"


def test_enter_gives_the_keyboard_back_and_space_is_no_part_of_a_number(qtbot: QtBot) -> None:
    field = NumberField("L2", (0.0, 10.0))
    shown(qtbot, field, 80)
    field.set_value(0.5)
    enter(qtbot, field)
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        space = QKeyEvent(kind, Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ")
        QCoreApplication.sendEvent(field, space)
        assert not space.isAccepted()
    assert field.text() == "0.5"
    qtbot.keyClick(field, Key.Key_Return)
    assert not field.hasFocus()
