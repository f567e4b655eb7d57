"""The list of runs: go on in another one, compare, rename, delete.

Owns the menu and the question for a name; what becomes of a run is the workbench's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from playground.views.controls.alt_keys import give_alt_keys
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words import timeline as words

WIDE, HIGH = 24, 14


def branch_menu(workbench: Workbench, parent: QWidget, compare: Callable[[int], object]) -> QMenu:
    """Every run, the youngest last, with what can be done to it; compare: is told the number of one."""
    runs, menu = workbench.runs, QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    live = workbench.run.live
    for run in runs.all:
        present = run.number == runs.present
        epoch = live.epoch if present and live is not None else run.epoch
        name = runs.names.get(run.number, "").replace("&", "&&")
        entry = QMenu(words.branch_entry(run.number, name, epoch, present), menu)
        entry.setToolTipsVisible(True)
        entry.setIcon(_line(run.number, present, menu.devicePixelRatioF()))
        if not present:
            entry.addAction(words.GO_ON, partial(runs.switch, run.number))
            comparing = entry.addAction(words.COMPARE_ENTRY, partial(compare, run.number))
            comparing.setEnabled(run.number in runs.left)
            comparing.setToolTip("" if run.number in runs.left else words.NOT_KNOWN)
        entry.addAction(words.RENAME_ENTRY, partial(ask_name, workbench, run.number, parent))
        if not present:
            entry.addSeparator()
            entry.addAction(words.DELETE_ENTRY, partial(runs.drop, run.number))
        menu.addMenu(entry)
    menu.addSeparator()
    menu.addAction(words.BEGIN, runs.begin)
    return menu


def ask_name(workbench: Workbench, number: int, parent: QWidget) -> QInputDialog:
    """Ask how a run shall be called; an empty name gives it back its own."""
    dialog = QInputDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(words.RENAME_ENTRY)
    dialog.setLabelText(words.NAME_LABEL)
    dialog.setTextValue(workbench.runs.names.get(number, ""))
    dialog.textValueSelected.connect(partial(workbench.runs.rename, number))
    give_alt_keys(dialog)
    dialog.open()
    return dialog


def _line(number: int, present: bool, ratio: float) -> QIcon:
    """A piece of a run's line: its colour and its dashes; of the one that is shown the track's."""
    picture = QPixmap(round(WIDE * ratio), round(HIGH * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setPen(theme.pen("accent", 3) if present else theme.branch_pen(number, 2))
        painter.drawLine(QPointF(2, HIGH / 2), QPointF(WIDE - 2, HIGH / 2))
    return QIcon(picture)
