"""A table on its way into the window: it is read, chosen from on its sheet, and opened.

Owns where a table comes from (a file, the clipboard, the menu) and its sheet; the thread is the workbench's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from playground.views.window.files import Files
from playground.views.window.messages import MessageStrip
from playground.views.workbench.tables import Source, Tables
from playground.views.workbench.workbench import Workbench
from playground.words.tables import reading

if TYPE_CHECKING:  # the sheet is made when a table was read
    from playground.tables.table import Table
    from playground.views.tables.sheet import TableSheet

MOST_PASTED = 50_000_000
"""Letters of a text from the clipboard."""


class TableOpening:
    """`sheet` is the one that is open, or None."""

    def __init__(
        self, workbench: Workbench, files: Files, window: QWidget, messages: Callable[[], MessageStrip]
    ) -> None:  # fmt: skip
        self._workbench, self._files, self._window, self._messages = workbench, files, window, messages
        self._told = ""
        self.reading = Tables(workbench, files.may_go)
        self.sheet: TableSheet | None = None
        self.reading.read.connect(self._on_read)
        self.reading.refused.connect(self._on_refused)
        files.open_table = self.open_path

    def open_path(self, path: str) -> None:
        """Read the table of a file, to be a document of its own."""
        self._read(Source(path=path), path)

    def open_in_place(self) -> None:
        """Ask for a table whose rows take the place of the present data."""
        path = self._files.ask_for_table()
        if path:
            self._read(Source(path=path, as_edit=True), path)

    def open_pictures_in_place(self) -> None:
        """The same of a folder of pictures."""
        path = self._files.ask_for_folder()
        if path:
            self._read(Source(path=path, as_edit=True), path)

    def paste(self) -> bool:
        """Read the table that the clipboard holds; False where it holds none."""
        text = QGuiApplication.clipboard().text()
        if len(text) > MOST_PASTED or not looks_like_table(text):
            return False
        self._read(Source(text=text), "the pasted table")
        return True

    def close(self) -> None:
        """End what is being read, and the sheet."""
        self.reading.close()
        if self.sheet is not None:
            self.sheet.reject()

    def _read(self, source: Source, name: str) -> None:
        self._told = reading(name.replace("\\", "/").rpartition("/")[2])
        self._messages().show_message(self._told, "info", (("Cancel", self.cancel),))
        self.reading.read_from(source)

    def cancel(self) -> None:
        """Let go of what is being read."""
        self.reading.cancel()
        self._untell()

    def _untell(self) -> None:
        """Take away what was said while it was read."""
        if self._messages().text == self._told:
            self._messages().dismiss()

    def _on_read(self, table: Table) -> None:
        self._untell()
        from playground.views.tables.sheet import TableSheet

        if self.sheet is not None:
            self.sheet.show_table(table)
            return
        sheet = self.sheet = TableSheet(table, self._window)
        sheet.taken.connect(self.reading.take)
        sheet.other_wanted.connect(self.reading.read_again)
        sheet.finished.connect(self._on_finished)
        sheet.open()

    def _on_finished(self) -> None:
        self.sheet = None

    def _on_refused(self, sentence: str) -> None:
        if self.sheet is not None:
            self.sheet.line.set_text(sentence, "warning")
        else:
            self._workbench.show_message(sentence, "error")


def looks_like_table(text: str) -> bool:
    """Whether a text has two lines or more with the same separator in the first ones."""
    lines = [line for line in text.splitlines()[:10] if line.strip()]
    return len(lines) > 1 and any(all(sign in line for line in lines[:2]) for sign in "\t,;|")
