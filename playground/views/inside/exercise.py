"""The worked exercise of the step that is shown: a menu, a name for the file, and the file.

Owns the menu and the printing to PDF; what stands on the sheet and in the program is told by `playground.worked`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QObject, Qt
from PySide6.QtGui import QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QMenu

from playground.errors import PlaygroundError
from playground.exchange.writing import write
from playground.views.controls import LinkButton
from playground.views.workbench.workbench import Workbench
from playground.words.errors import told
from playground.words.inside import exercise as words

if TYPE_CHECKING:  # it loads the kernels; the window comes first
    from playground.anatomy.step import InsideStep

AskName = Callable[[str, Mapping[str, str]], Path | None]
"""From a caption and the kinds of files to the name that the user chose."""
DOTS = 1200
"""Dots an inch: letters are outlines, lines are placed by it."""


class ExerciseMenu(QObject):
    """What a link opens: sheet, answers, program. ask_name: asks for a name to write to."""

    def __init__(self, workbench: Workbench, ask_name: AskName, link: LinkButton) -> None:
        super().__init__(link)
        self._workbench, self._ask_name, self._link = workbench, ask_name, link
        link.clicked.connect(self.open)

    def open(self) -> QMenu:
        """The menu, below the link."""
        menu = QMenu(self._link)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in (words.SHEET, words.ANSWERS, words.PROGRAM):
            menu.addAction(name, partial(self.save, name))
        menu.popup(self._link.mapToGlobal(self._link.rect().bottomLeft()))
        return menu

    def save(self, what: str) -> None:
        """Make one of the three of the step that is shown, ask for a name, and write it."""
        step = self._workbench.inside.step
        if step is None:
            return
        try:
            text = _text(step, what)
            kinds = words.PROGRAMS if what == words.PROGRAM else words.SHEETS
            target = self._ask_name(words.CAPTIONS[what], kinds)
            if target is None:
                return
            write(target, printed(text) if target.suffix.lower() == ".pdf" else text.encode())
        except PlaygroundError as error:
            self._workbench.show_message(told(error), "error")
        else:
            self._workbench.show_message(words.saved(target.name), "info")


def _text(step: InsideStep, what: str) -> str:
    """The sheet, its answers, or the program; raises WrongUse for a step that is too large."""
    from playground.worked.program.writing import step_as_program
    from playground.worked.sheet import step_as_sheet

    return step_as_program(step) if what == words.PROGRAM else step_as_sheet(step, answers=what == words.ANSWERS)


def printed(sheet: str) -> bytes:
    """A sheet as PDF on A4 pages."""
    pages = QByteArray()
    buffer = QBuffer(pages)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DOTS)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF())  # a document that prints itself leaves two centimetres
    document = QTextDocument()
    document.setHtml(sheet)
    document.print_(writer)
    buffer.close()
    return bytes(pages.data())
