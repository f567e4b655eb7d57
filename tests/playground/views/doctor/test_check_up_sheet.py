"""The check-up in the window, with real events: steps that fill, what is shown of one, links, keys, edits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.diagnosis.check_up import table
from playground.diagnosis.check_up.case import Case
from playground.diagnosis.check_up.step import NAMES, Step
from playground.views.doctor.check_up_sheet import CheckUpSheet
from playground.views.doctor.step_picture import StepPicture
from playground.views.window.main_window import MainWindow
from playground.words.check_up import AGAIN, NOT_MADE, NOT_READY, STOP, title_of_step
from tests.playground.views.window.driver import bench, trigger

LEFT = Qt.MouseButton.LeftButton


def opened(window: MainWindow) -> CheckUpSheet:
    trigger(window, "check_up")
    sheet = window.doctor.check_up
    assert sheet is not None
    return sheet


def made(window: MainWindow, qtbot: QtBot, **changes: object) -> CheckUpSheet:
    """The sheet with all ten steps of the window's experiment."""
    workbench = bench(window)
    if changes:
        workbench.change("Changed", **changes)
    workbench.run.settle()
    sheet = opened(window)
    qtbot.waitUntil(lambda: len(workbench.checking_up.steps) == len(NAMES) and not workbench.checking_up.busy)
    return sheet


def outcomes(sheet: CheckUpSheet) -> list[str]:
    return [row.accessibleName().split(": ")[1] for row in sheet.rows]


def test_ten_steps_fill_and_the_run_is_as_before(window: MainWindow, qtbot: QtBot) -> None:
    workbench = bench(window)
    workbench.run.start()
    workbench.run.settle()
    sheet = opened(window)
    assert sheet.link.text() == STOP
    assert outcomes(sheet) == ["waiting"] * 10
    qtbot.waitUntil(lambda: len(workbench.checking_up.steps) == 10 and not workbench.checking_up.busy)
    assert outcomes(sheet) == ["passed"] * 10
    assert [row.accessibleName().split(". ")[1].split(":")[0] for row in sheet.rows] == list(map(title_of_step, NAMES))
    assert sheet.link.text() == AGAIN
    assert sheet.about.text.endswith("10 passed, 0 not passed")
    assert workbench.run.snapshot is not None
    assert workbench.run.snapshot.step == 0
    check_the_keyboard_goes_through_steps_and_links(sheet, qtbot)
    check_an_edit_takes_steps_and_sheet_away_and_a_title_does_not(window, opened(window), qtbot)


def check_an_edit_takes_steps_and_sheet_away_and_a_title_does_not(
    window: MainWindow, sheet: CheckUpSheet, qtbot: QtBot
) -> None:
    bench(window).change("Changed", title="Another name")
    assert sheet.isVisible()
    assert len(bench(window).checking_up.steps) == 10
    bench(window).change("Changed", training__learning_rate=0.5)
    qtbot.waitUntil(lambda: not sheet.isVisible())
    assert bench(window).checking_up.steps == ()


def test_what_was_not_passed_is_shown_and_leads_to_its_cures(window: MainWindow, qtbot: QtBot) -> None:
    sheet = made(window, qtbot, training__learning_rate=30.0)
    check_a_click_shows_all_of_a_step_and_every_curve_is_drawn(sheet, qtbot)
    check_a_link_leads_to_the_finding_and_its_cures(window, sheet, qtbot)


def check_a_click_shows_all_of_a_step_and_every_curve_is_drawn(sheet: CheckUpSheet, qtbot: QtBot) -> None:
    assert sheet.step is not None
    assert sheet.step.name == "zeroed_inputs", "the first that was not passed"
    for place, row in enumerate(sheet.rows):
        qtbot.mouseClick(row, LEFT)
        assert sheet.step.name == NAMES[place]
        assert row.isChecked()
        pictures = [each for each in sheet.findChildren(StepPicture) if each.isVisible()]
        assert len(pictures) == (sheet.step.curve is not None)
        for picture in pictures:
            drawn, ground = picture.grab().toImage(), picture.grab().toImage().pixelColor(1, picture.height() - 2)
            inked = sum(
                drawn.pixelColor(x, y) != ground for x in range(60, drawn.width(), 3) for y in range(30, 130, 3)
            )
            assert inked > 40


def check_a_link_leads_to_the_finding_and_its_cures(window: MainWindow, sheet: CheckUpSheet, qtbot: QtBot) -> None:
    qtbot.mouseClick(sheet.rows[NAMES.index("rates")], LEFT)
    (link, *_) = sheet.links
    assert link.text() == "Learning rate too high"
    qtbot.mouseClick(link, LEFT)
    assert not sheet.isVisible()
    found = window.doctor.sheet
    assert found is not None
    assert found.isVisible()
    assert found.finding.rule == "learning_rate_high"
    assert found.table.link.isEnabled(), "its cures can be tried from here"
    qtbot.keyClick(found, Qt.Key.Key_Escape)
    again = opened(window)
    assert not bench(window).checking_up.busy, "what is known is not made again"
    assert outcomes(again)[5] == "not passed"


def check_the_keyboard_goes_through_steps_and_links(sheet: CheckUpSheet, qtbot: QtBot) -> None:
    qtbot.keyClick(sheet, Qt.Key.Key_Up)
    qtbot.keyClick(sheet, Qt.Key.Key_Up)
    assert sheet.step is not None
    assert sheet.step.name == NAMES[7]
    assert QApplication.focusWidget() is sheet.rows[7]
    for _ in range(20):
        qtbot.keyClick(sheet, Qt.Key.Key_Down)
    assert sheet.step.name == NAMES[9]
    met = set()
    for _ in range(14):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        met.add(QApplication.focusWidget())
    assert met >= {*sheet.rows, sheet.link, sheet.close_button}
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_escape_ends_the_steps_first_then_the_sheet(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def waits(case: Case) -> Step:
        while True:
            case.check()

    monkeypatch.setattr("playground.diagnosis.check_up.checking.CHECKS", (*table.CHECKS[:2], waits))
    workbench = bench(window)
    workbench.run.settle()
    sheet = opened(window)
    qtbot.waitUntil(lambda: len(workbench.checking_up.steps) == 2)
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not workbench.checking_up.busy)
    assert sheet.isVisible()
    assert outcomes(sheet) == ["passed", "passed", *[NOT_MADE] * 8]
    assert sheet.about.text.endswith("2 of 10 steps")
    qtbot.mouseClick(sheet, LEFT, pos=QPoint(3, 3))
    assert not sheet.isVisible()
    workbench.checking_up.start()
    qtbot.waitUntil(lambda: len(workbench.checking_up.steps) == 2)
    workbench.change("Changed", training__learning_rate=0.5)
    assert not workbench.checking_up.busy
    assert workbench.checking_up.steps == ()


def test_before_there_is_a_run_it_waits_for_it(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(bench(window).checking_up), "can_start", property(lambda self: False))
    sheet = opened(window)
    assert not bench(window).checking_up.busy
    assert not sheet.link.isEnabled()
    assert sheet.about.text == NOT_READY


def test_the_menu_of_the_card_leads_there(window: MainWindow, qtbot: QtBot) -> None:
    bench(window).run.settle()
    menu = window.doctor.doctor.choices_menu()
    entry = next(each for each in menu.actions() if each.text().startswith("Check-up"))
    entry.trigger()
    assert window.doctor.check_up is not None
    assert window.doctor.check_up.isVisible()
    menu.close()
