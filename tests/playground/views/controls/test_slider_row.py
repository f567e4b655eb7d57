"""Sliders and their rows under real mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from playground.views.controls import (
    Slider,
    SliderRow,
)
from playground.views.controls.slider_row import Scale
from tests.playground.views.controls.driver import enter, shown

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


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


def test_a_note_that_gets_shorter_does_not_bring_the_long_label_back(qtbot: QtBot) -> None:
    row = SliderRow("Learning rate", 1e-5, 10.0, 0.03, log=True, widest="0.0e-0")
    row.set_short_label("Rate")
    shown(qtbot, row, 150)
    assert row.label.text == "Learning rate"
    seen = []
    for note in ("→ 0.0075", "→ 0", "→ 1.2e-7", "→ 0"):
        row.set_note(note)
        seen.append(row.label.text)
    assert seen == ["Rate"] * 4
    row.set_note("")
    assert row.label.text == "Learning rate"
