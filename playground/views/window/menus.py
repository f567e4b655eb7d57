"""The menu bar, made from the table of commands; the list of recent files is filled when it is opened.

Owns the order and the nesting of menus; knows nothing of what a command does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QAction, QActionGroup, QShortcut
from PySide6.QtWidgets import QMenu, QMenuBar

from playground.data.recipes.recipe import GROUPS
from playground.views.controls.labels import as_it_stands
from playground.views.window.commands import Commands

ORDER = ("File", "Edit", "Run", "Network", "Data", "View", "Help")
ONE_OF = ("Network/Activation", "Network/Links show", "View/Theme")
"""Submenus of which one entry is on."""
GROUPS_OF_DATA = tuple(f"Data/{group}" for group in GROUPS)
EXPLAINED = (
    "Run", "Network", "Network/Insert layer", "Network/Activation", "Network/Links show", "Data", *GROUPS_OF_DATA,
    "Data/Features", "View", "Help",
)  # fmt: skip
"""Menus whose entries say more in a tool tip."""


class Menus:
    """Fills a menu bar; `menus` are by path, "Network/Activation" for a submenu."""

    def __init__(
        self,
        bar: QMenuBar,
        commands: Commands,
        recent: Callable[[], Sequence[str]],
        open_file: Callable[[str], object],
        clear_recent: Callable[[], object],
    ) -> None:
        self.menus: dict[str, QMenu] = {}
        self._commands = commands
        self._recent, self._open_file, self._clear_recent = recent, open_file, clear_recent
        for name in ORDER:
            self.menus[name] = bar.addMenu(name)
            self.menus[name].setToolTipsVisible(name in EXPLAINED)
            if sys.platform != "darwin":
                _open_with_alt(bar, self.menus[name], name[0])
        for command in commands.table:
            menu = self._menu(command.menu)
            if command.separator:
                menu.addSeparator()
            menu.addAction(commands.actions[command.id])
            if command.id == "open":
                self._add_recent(menu)
        for path in ONE_OF:
            group = QActionGroup(self.menus[path])
            for action in self.menus[path].actions():
                group.addAction(action)

    def _menu(self, path: str) -> QMenu:
        if path not in self.menus:
            parent, _, name = path.rpartition("/")
            if path not in GROUPS_OF_DATA[1:]:
                self.menus[parent].addSeparator()
            self.menus[path] = self.menus[parent].addMenu(name)
            self.menus[path].aboutToShow.connect(self._commands.draw_curves)
            self.menus[path].setToolTipsVisible(path in EXPLAINED)
        return self.menus[path]

    def _add_recent(self, menu: QMenu) -> None:
        self.menus["File/Open recent"] = menu.addMenu("Open recent")
        self.menus["File/Open recent"].setToolTipsVisible(True)
        self.menus["File/Open recent"].aboutToShow.connect(self.fill_recent)
        menu.aboutToShow.connect(self.fill_recent)

    def fill_recent(self) -> None:
        """Put the recent files in, pale where one is gone; without any the submenu cannot be opened."""
        menu = self.menus["File/Open recent"]
        menu.clear()
        for path in self._recent():
            action = QAction(Path(path).name.replace("&", "&&"), menu)
            is_there = os.path.exists(path)
            action.setEnabled(is_there)
            action.setToolTip(as_it_stands(path if is_there else f"{path} is not there any more"))
            action.triggered.connect(lambda _checked=False, path=path: self._open_file(path))
            menu.addAction(action)
        menu.setEnabled(not menu.isEmpty())
        if menu.isEnabled():
            menu.addSeparator()
            clear = QAction("Clear this list", menu)
            clear.triggered.connect(lambda _checked=False: self._clear_recent())
            menu.addAction(clear)


def _open_with_alt(bar: QMenuBar, menu: QMenu, letter: str) -> None:
    """Alt and the first letter open a menu, without a line under every letter."""
    shortcut = QShortcut(f"Alt+{letter}", bar.window())
    shortcut.activated.connect(lambda: bar.setActiveAction(menu.menuAction()))
