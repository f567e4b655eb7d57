"""Number fields under real mouse and keys: what may be typed, what is refused, what the arrow keys do."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from pytestqt.qtbot import QtBot

from playground.numbers import Span, parsed_percent, percent
from playground.views.controls import NumberField
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
    field.set_limits((-1e9, 1e9))
    heard: list[object] = []
    field.committed.connect(heard.append)
    field.selectAll()
    field.insert(typed)
    qtbot.keyClick(field, Key.Key_Return)
    assert heard == [expected]


@pytest.mark.parametrize("typed", ["abc", "", "nan", "inf", "1e999", "--1", "7"])
def test_what_cannot_be_used_stays_for_another_try_and_goes_when_the_field_is_left(
    qtbot: QtBot, field: NumberField, typed: str
) -> None:
    heard: list[object] = []
    field.committed.connect(heard.append)
    field.selectAll()
    qtbot.keyClick(field, Key.Key_Delete)
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Key.Key_Return)
    assert (heard, field.text(), field.hasFocus(), field.selectedText()) == ([], typed, True, typed)
    refused: list[str] = []
    field.refused.connect(refused.append)
    field.clearFocus()
    assert (heard, field.text(), refused) == ([], "0.5", []), "it was said once"


def test_a_second_try_is_used_by_leaving_the_field(qtbot: QtBot, field: NumberField) -> None:
    heard: list[object] = []
    field.committed.connect(heard.append)
    qtbot.keyClicks(field, "abc")
    qtbot.keyClick(field, Key.Key_Return)
    qtbot.keyClicks(field, "0.7")
    field.clearFocus()
    assert heard == [0.7]


def test_blank_is_no_answer(qtbot: QtBot) -> None:
    field = NumberField("Clip", (0.0, 10.0), empty="off")
    shown(qtbot, field, 80)
    field.set_value(2.0)
    heard: list[object] = []
    field.committed.connect(heard.append)
    field.refused.connect(heard.append)
    enter(qtbot, field)
    qtbot.keyClick(field, Key.Key_Space)
    assert field.text() == " "
    field.clearFocus()
    assert (heard, field.text()) == ([], "2")


def test_a_refused_number_goes_back(qtbot: QtBot, field: NumberField) -> None:
    field.committed.connect(lambda value: field.set_value(0.5))
    qtbot.keyClicks(field, "0.7")
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


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("abc", "Clip: “abc” is not a number, or “off”."),
        ("0", "Clip: above 0 and at most 1 000 000, or “off”."),
        ("1e7", "Clip: above 0 and at most 1 000 000, or “off”."),
    ],
)
def test_what_is_refused_is_told_with_what_is_allowed(qtbot: QtBot, typed: str, sentence: str) -> None:
    field = NumberField("Clip", Span(0.0, 1e6, above=True), empty="off")
    shown(qtbot, field, 80)
    field.set_value(0.5)
    enter(qtbot, field)
    qtbot.keyClicks(field, typed)
    with qtbot.waitSignal(field.refused) as heard:
        qtbot.keyClick(field, Key.Key_Return)
    assert heard.args == [sentence]
    assert field.accessibleDescription() == sentence
    qtbot.keyClick(field, Key.Key_Escape)
    assert (field.text(), field.accessibleDescription()) == ("0.5", "")


@pytest.mark.parametrize(
    ("typed", "share"),
    [("80", 0.8), ("80 %", 0.8), ("80%", 0.8), ("0.8", 0.8), (",8", 0.8), ("1", 0.01), ("0.5 %", 0.005), ("100", 1.0)],
)
def test_in_a_field_of_percentages_numbers_are_of_a_hundred(qtbot: QtBot, typed: str, share: float) -> None:
    field = NumberField("Share", (0.0, 1.0), show=percent, parse=parsed_percent)
    shown(qtbot, field, 80)
    field.set_value(0.5)
    enter(qtbot, field)
    heard: list[object] = []
    field.committed.connect(heard.append)
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Key.Key_Return)
    assert heard == [pytest.approx(share, abs=1e-15)]


def test_percentages_are_refused_in_per_cent(qtbot: QtBot) -> None:
    field = NumberField("Share", (0.05, 1.0), show=percent, parse=parsed_percent)
    shown(qtbot, field, 80)
    field.set_value(0.5)
    enter(qtbot, field)
    qtbot.keyClicks(field, "150")
    with qtbot.waitSignal(field.refused) as heard:
        qtbot.keyClick(field, Key.Key_Return)
    assert heard.args == ["Share: 5 to 100 %."]


def test_enter_gives_the_keyboard_back_and_space_is_a_character(qtbot: QtBot) -> None:
    field = NumberField("L2", (0.0, 1e6))
    shown(qtbot, field, 80)
    field.set_value(0.5)
    enter(qtbot, field)
    space = QKeyEvent(QEvent.Type.ShortcutOverride, Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ")
    space.ignore()
    QCoreApplication.sendEvent(field, space)
    assert space.isAccepted(), "else it would be a shortcut"
    qtbot.keyClicks(field, "12 500")
    qtbot.keyClick(field, Key.Key_Return)
    assert (field.value, field.hasFocus()) == (0.5, False), "the owner has not answered"
