"""The header of the output while points are painted: the tools, undo and redo, and Done.

Owns these buttons; what they do is the workbench's.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.views.controls import IconButton, LinkButton, SectionLabel, explain
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.workbench.painting import TOOLS, Tool
from playground.views.workbench.workbench import Workbench
from playground.words.painting import DONE_TIP, TOOL_TIPS

ICONS: dict[Tool, str] = {"brush": "brush", "point": "locate", "lasso": "lasso", "eraser": "eraser"}
SIDE = 28
TITLE_ROOM = 268
"""With less width the title gives its room to the tools."""


@guarded
class PaintHeader(QWidget):
    """See the module."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench, painting = workbench, workbench.painting
        self.setAccessibleName("Paint")
        self._title = SectionLabel("Paint")
        self._title.setParent(self)
        self.tools: dict[Tool, IconButton] = {}
        for tool in TOOLS:
            button = self.tools[tool] = IconButton(ICONS[tool], TOOL_TIPS[tool], SIDE, parent=self)
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, tool=tool: painting.use(tool))
        self.undo = IconButton("undo", "Undo", SIDE, parent=self)
        self.undo.clicked.connect(lambda: workbench.undo())
        self.redo = IconButton("redo", "Redo", SIDE, parent=self)
        self.redo.clicked.connect(lambda: workbench.redo())
        self.done = LinkButton("Done", DONE_TIP, parent=self)
        self.done.clicked.connect(lambda: painting.done())
        explain("paint", self)
        explain("undo", self.undo, self.redo)
        painting.changed.connect(self._refresh)
        workbench.document_changed.connect(self._refresh)
        self._refresh()

    def sizeHint(self) -> QSize:
        return QSize(300, round(theme.scaled(SIDE)))

    def _refresh(self) -> None:
        for tool, button in self.tools.items():
            button.setChecked(tool == self._workbench.painting.tool)
        for button, name, word, standard in (
            (self.undo, self._workbench.undo_name, "Undo", QKeySequence.StandardKey.Undo),
            (self.redo, self._workbench.redo_name, "Redo", QKeySequence.StandardKey.Redo),
        ):
            keys = QKeySequence(standard).toString(QKeySequence.SequenceFormat.NativeText)
            button.setEnabled(name is not None)
            button.set_tip(f"{word} {name[0].lower()}{name[1:]}  ({keys})" if name else f"Nothing to {word.lower()}")

    @property
    def _gap(self) -> int:
        return round(theme.scaled(12))

    def resizeEvent(self, event: QResizeEvent) -> None:
        side, high = self.undo.width(), self.height()
        done = self.done.sizeHint() - QSize(6, 0)
        self.done.setGeometry(self.width() - done.width(), (high - done.height()) // 2, done.width(), done.height())
        title = self._title.sizeHint().width() + self._gap if self.width() >= theme.scaled(TITLE_ROOM) else 0
        self._title.setVisible(title > 0)
        self._title.setGeometry(0, 0, title, high)
        left = title
        for button in self.tools.values():
            button.move(left, (high - side) // 2)
            left += side + 2
        left += self._gap
        for button in (self.undo, self.redo):
            button.move(left, (high - side) // 2)
            left += side

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line between the tools and undo."""
        middle = self.undo.x() - self._gap // 2 - 1
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(theme.pen("line", 1))
            painter.drawLine(middle, 5, middle, self.height() - 6)
            painter.setBrush(Qt.BrushStyle.NoBrush)
