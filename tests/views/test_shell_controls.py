"""The small controls under real mouse and keys."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from playground.views.controls import (
    Chip,
    ChoiceField,
    ElidedLabel,
    IconButton,
    NumberField,
    Option,
    ReadOut,
    SegmentedControl,
    Slider,
    SliderRow,
    formats,
)
from playground.views.controls.slider_row import Scale

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


def shown(qtbot: QtBot, widget: QWidget, width: int = 220) -> QWidget:
    qtbot.addWidget(widget)
    widget.resize(width, widget.sizeHint().height())
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    return widget


# -- sliders ----------------------------------------------------------------------------------------------------------


def test_a_click_on_the_track_moves_the_ring_there_and_settles_at_release(qtbot: QtBot) -> None:
    slider = Slider(100)
    shown(qtbot, slider)
    heard: list[object] = []
    slider.moved.connect(heard.append)
    slider.settled.connect(lambda: heard.append("settled"))
    qtbot.mousePress(slider, LEFT, pos=QPoint(round(slider.x_of(70)), slider.height() // 2))
    assert heard == [70]
    qtbot.mouseMove(slider, QPoint(round(slider.x_of(30)), slider.height() // 2))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(round(slider.x_of(30)), slider.height() // 2))
    assert heard == [70, 30, "settled"]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Key.Key_Right, 51),
        (Key.Key_Up, 51),
        (Key.Key_Left, 49),
        (Key.Key_Down, 49),
        (Key.Key_PageUp, 60),
        (Key.Key_PageDown, 40),
        (Key.Key_Home, 0),
        (Key.Key_End, 100),
    ],
)
def test_every_slider_key(qtbot: QtBot, key: Qt.Key, expected: int) -> None:
    slider = Slider(100)
    shown(qtbot, slider)
    slider.setValue(50)
    with qtbot.waitSignals([slider.moved, slider.settled]):
        qtbot.keyClick(slider, key)
    assert slider.value() == expected


def test_the_wheel_changes_nothing_without_the_focus(qtbot: QtBot) -> None:
    holder, slider, other = QWidget(), Slider(100), Slider(1)
    column = QVBoxLayout(holder)
    column.addWidget(other)
    column.addWidget(slider)
    shown(qtbot, holder)
    other.setFocus()
    slider.setValue(50)

    def turn() -> None:
        none = Qt.KeyboardModifier.NoModifier
        where = QPointF(slider.rect().center())
        event = QWheelEvent(
            where, slider.mapToGlobal(where), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, none,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(slider, event)

    turn()
    assert slider.value() == 50
    slider.setFocus()
    turn()
    assert slider.value() == 51


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (Scale(0.0, 1.0, False, False, None), {0: 0.0, 10: 0.1, 33: 0.33, 100: 1.0}),
        (Scale(0.05, 1.0, False, False, 0.05), {0: 0.05, 1: 0.1, 9: 0.5, 19: 1.0}),
        (Scale(2, 8, False, True, None), {0: 2, 1: 3, 6: 8}),
        (Scale(1e-5, 10.0, True, False, None), {0: 1e-5, 20: 1e-4, 60: 0.01, 120: 10.0}),
    ],
)
def test_positions_stand_for_round_values(scale: Scale, expected: dict[int, float]) -> None:
    assert {place: scale.value(place) for place in expected} == pytest.approx(expected)
    assert [scale.position(value) for value in scale.values] == list(range(scale.steps + 1))


def test_whole_logarithmic_values_come_once_each_so_that_every_key_moves() -> None:
    values = Scale(1, 1000, True, True, None).values
    assert len(set(values)) == len(values)
    assert values[:4] == [1, 2, 3, 4]
    assert all(value == round(value) for value in values)


def test_a_value_outside_puts_the_ring_at_the_end() -> None:
    scale = Scale(1e-5, 10.0, True, False, None)
    assert (scale.position(0.0), scale.position(1e6)) == (0, scale.steps)


def test_a_row_tells_the_users_changes_only(qtbot: QtBot) -> None:
    row = SliderRow("Noise", 0.0, 1.0, 0.2)
    shown(qtbot, row)
    heard: list[float] = []
    row.valueChanged.connect(heard.append)
    row.set_value(0.5)
    assert (heard, row.value, row.slider.value(), row.field.text()) == ([], 0.5, 50, "0.5")
    qtbot.keyClick(row.slider, Key.Key_Right)
    assert heard == [0.51]
    assert row.field.text() == "0.51"


def test_an_exact_number_may_be_typed(qtbot: QtBot) -> None:
    row = SliderRow("Rate", 1e-5, 10.0, 0.03, log=True, limits=(0.0, 1e6))
    shown(qtbot, row)
    enter(qtbot, row.field)
    qtbot.keyClicks(row.field, "0.0371")
    with qtbot.waitSignals([row.valueChanged, row.settled]):
        qtbot.keyClick(row.field, Key.Key_Return)
    assert row.value == 0.0371
    assert row.slider.value() == row.scale.position(0.0371)


def test_a_row_shows_a_value_beyond_its_slider_as_it_is(qtbot: QtBot) -> None:
    row = SliderRow("Rate", 1e-5, 10.0, 0.03, log=True, limits=(0.0, 1e6))
    shown(qtbot, row)
    row.set_value(500.0)
    assert row.slider.value() == row.slider.maximum()
    assert row.field.text() == "500"
    assert row.value == 500.0


# -- number fields ----------------------------------------------------------------------------------------------------


def enter(qtbot: QtBot, field: NumberField) -> None:
    """Click into a field that has not the focus; what is typed then replaces the number."""
    field.clearFocus()
    qtbot.mouseClick(field, LEFT)
    assert field.hasFocus()
    assert field.hasSelectedText()


@pytest.fixture
def field(qtbot: QtBot) -> NumberField:
    made = NumberField("Momentum", (0.0, 1.0))
    shown(qtbot, made, 80)
    made.set_value(0.5)
    enter(qtbot, made)
    return made


@pytest.mark.parametrize(
    ("typed", "expected"), [("0.9", 0.9), ("0,9", 0.9), ("90 %", 0.9), ("1e-3", 0.001), (" 7 ", 7.0), ("−2", -2.0)]
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


def test_a_read_out_keeps_its_size_whatever_it_shows(qtbot: QtBot) -> None:
    read_out = ReadOut("Epoch", "9 999 999")
    shown(qtbot, read_out)
    sizes = set()
    for value in ("1", "21 400", "9 999 999"):
        read_out.set_value(value)
        sizes.add((read_out.minimumSize().toTuple(), read_out.sizeHint().toTuple()))
    assert len(sizes) == 1


@pytest.mark.parametrize("write", [formats.spaced, formats.rate, formats.loss, formats.percent, formats.plain])
@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_a_dash(write: object, value: float | None) -> None:
    assert write(value) == "–"  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (formats.spaced(900), "900"),
        (formats.spaced(21400), "21 400"),
        (formats.spaced(9_999_999), "9 999 999"),
        (formats.spaced(123_456_789), "123.5 M"),
        (formats.rate(3.24), "3.2"),
        (formats.rate(0.0), "–"),
        (formats.loss(0.0), "0.000"),
        (formats.loss(0.0712), "0.071"),
        (formats.loss(12.345), "12.35"),
        (formats.loss(0.000041), "4.1e-05"),
        (formats.percent(0.5), "50 %"),
        (formats.plain(0.03), "0.03"),
        (formats.plain(1e-8), "1e-8"),
        (formats.plain(0.00015), "1.5e-4"),
        (formats.plain(1000.0), "1000"),
    ],
)
def test_numbers_are_short(text: str, expected: str) -> None:
    assert text == expected
    assert len(text) <= len("9 999 999")


@pytest.mark.parametrize("value", [0.03, 1e-8, 0.00015, 250.0, -0.5, 123456.0])
def test_a_written_number_reads_back(value: float) -> None:
    assert formats.parsed(formats.plain(value)) == value


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
