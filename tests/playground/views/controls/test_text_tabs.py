"""Tabs that are words: which of them have room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from playground.views.controls.text_tabs import TextTabs


def test_tabs_without_room_stand_behind_a_menu_and_the_open_one_never_does(qtbot: QtBot) -> None:
    tabs = TextTabs(("Curves", "Gradients", "Weights", "Layers", "Inside"), folds=True)
    qtbot.addWidget(tabs)
    tabs.resize(500, 30)
    with qtbot.waitExposed(tabs):
        tabs.show()
    assert tabs.more is not None
    assert tabs.folded == []
    assert not tabs.more.isVisible()
    tabs.resize(190, 30)
    assert tabs.folded == [3, 4]
    assert tabs.more.geometry().right() < tabs.width()
    tabs.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(4):
        qtbot.keyClick(tabs, Qt.Key.Key_Right)
    assert tabs.currentIndex() == 4
    assert 4 not in tabs.folded
    assert tabs.tabRect(4).right() < tabs.more.x() + tabs.between
    qtbot.mouseClick(tabs.more, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["Weights", "Layers"]
    menu.actions()[1].trigger()
    with qtbot.waitSignal(menu.destroyed):
        menu.close()
    assert tabs.currentIndex() == 3
    assert 3 not in tabs.folded
    assert tabs.tabRect(0).left() == 0
    tabs.resize(500, 30)
    assert tabs.folded == []


def test_tabs_that_come_late_to_a_narrow_place_begin_at_its_left(qtbot: QtBot) -> None:
    tabs = TextTabs(("Curves", "Gradients", "Weights", "Layers", "Inside"), folds=True)
    qtbot.addWidget(tabs)
    tabs.resize(400, 30)
    with qtbot.waitExposed(tabs):
        tabs.show()
    tabs.setCurrentIndex(4)
    tabs.resize(250, 30)
    assert tabs.tabRect(0).left() == 0
    assert 4 not in tabs.folded
    assert 3 in tabs.folded
    tabs.resize(190, 30)
    assert tabs.tabRect(0).left() == 0, "also where it gets narrower still"
