"""The sheet of keyboard shortcuts, made from the table of commands.

Owns its arrangement in columns; knows nothing of what a command does.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

import playground
from playground.views.controls import ElidedLabel, SectionLabel
from playground.views.controls.alt_keys import give_alt_keys
from playground.views.theme import theme
from playground.views.window.commands import Command, shown_keys

COLUMNS = (("File", "Edit", "View", "Help"), ("Run", "Network"))
FRAME = QSize(16, 48)
"""What a window manager's frame takes of the screen, about."""
CANVAS = (
    ("Go from part to part", "arrows"),
    ("More units of a layer", "PgUp, PgDown"),
    ("Edit weight, bias or activation", "Enter"),
    ("Weights into a unit", "W"),
    ("Number of units", "0 – 9"),
)
"""Keys that only the network canvas listens to."""


class HelpSheet(QDialog):
    """Every shortcut, grouped as in the menus."""

    def __init__(self, commands: Iterable[Command], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        table = [(command.menu, command.text, shown_keys(command)) for command in commands]
        self.entries = [(menu, text, keys) for menu, text, keys in table if keys]
        self.entries += [("Network", text, keys) for text, keys in CANVAS]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 20, 0, 20)
        column.setSpacing(16)
        inner = QWidget()
        sides = QHBoxLayout(inner)
        sides.setContentsMargins(28, 0, 28, 0)
        sides.setSpacing(48)
        for menus in COLUMNS:
            sides.addLayout(self._side(menus))
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setWidget(inner)
        column.addWidget(self.scroller, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        buttons.setContentsMargins(28, 0, 28, 0)
        column.addWidget(buttons)
        give_alt_keys(self)
        around = self.sizeHint() - self.scroller.sizeHint()
        room = self.screen().availableSize() - FRAME
        self.setFixedSize((inner.sizeHint() + around).boundedTo(room))

    def _side(self, menus: tuple[str, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        row = 0
        for menu in menus:
            if row:
                grid.setRowMinimumHeight(row, 10)
                row += 1
            grid.addWidget(SectionLabel(menu), row, 0, 1, 2)
            for each, text, keys in self.entries:
                if each.partition("/")[0] == menu:
                    row += 1
                    label = ElidedLabel(keys, theme.number_font(12), "muted")
                    label.alignment = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    label.setMinimumWidth(label.sizeHint().width())
                    name = QLabel(text)
                    grid.addWidget(name, row, 0)
                    grid.addWidget(label, row, 1)
            row += 1
        grid.setRowStretch(row, 1)
        grid.setColumnMinimumWidth(0, round(theme.scaled(190)))
        return grid


def about_text() -> str:
    """What the program says about itself."""
    return (
        f"<b>Neural Playground {playground.__version__}</b><br>"
        "Assemble small neural networks with the mouse, train them live, and see everything that happens.<br><br>"
        "Fonts: Inter and JetBrains Mono (SIL Open Font License). Icons: Lucide (ISC licence). "
        "Built with Qt for Python (LGPL), NumPy and Numba."
    )
