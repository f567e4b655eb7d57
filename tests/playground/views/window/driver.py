"""Hands for tests of the whole window: press a shortcut, trigger a command."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.views.window.main_window import MainWindow
from playground.views.workbench.workbench import Workbench

Make = Callable[..., Workbench]
Open = Callable[..., MainWindow]


def bench(window: MainWindow) -> Workbench:
    """The workbench behind a window."""
    return window._workbench


def press(qtbot: QtBot, window: MainWindow, keys: str) -> None:
    """Press a shortcut where the focus is, as a keyboard does."""
    target = QApplication.focusWidget() or window
    combination = QKeySequence(keys)[0]
    qtbot.keyClick(target, combination.key(), combination.keyboardModifiers())


def trigger(window: MainWindow, command: str) -> None:
    """Run a command of the menus, which must be enabled."""
    action = window.commands.actions[command]
    assert action.isEnabled(), command
    action.trigger()
