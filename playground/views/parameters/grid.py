"""The table itself: coloured cells, typing into one, copying and pasting blocks.

Owns how cells look and which keys are its own; what a cell stands for is the model's.
"""

from __future__ import annotations

import msgspec
from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from playground.edits.parameter_blocks import block_text
from playground.views.guards.handlers import guarded
from playground.views.parameters.model import ParameterModel
from playground.views.theme import theme
from playground.views.theme.alignment import RIGHT
from playground.words.parameters import TABLE, USE

ROW, WIDEST, PAD = 22.0, "−0.0000000", 6
MOST_COPIED, MOST_FITTED = 1_000_000, 64
SHADES = 32
FULL = 0.62
"""The share of its colour that the largest number has, so that it can be read on it."""
TYPED = "0123456789+-.,−/"
"""Keys that begin to type a number, in a window where some of them are shortcuts."""
Index = QModelIndex | QPersistentModelIndex


class Looks(msgspec.Struct, frozen=True):
    """Fonts and colours of one theme, made once: a screenful of cells asks for them hundreds of times.

    colours: from the largest negative number over 0 to the largest positive one.
    """

    font: QFont
    text: QColor
    selected: QColor
    frame: QPen
    colours: tuple[QColor, ...]

    @classmethod
    def of_now(cls) -> Looks:
        """Those of the present theme."""
        colours = tuple(cell_colour(step / SHADES) for step in range(-SHADES, SHADES + 1))
        selected, frame = theme.color("accent", 0.28), theme.pen("accent", 2.0)
        return cls(theme.number_font(12), theme.color("text"), selected, frame, colours)


def cell_colour(strength: float) -> QColor:
    """Orange for negative, blue for positive numbers, faint for small ones; strength: −1 to 1."""
    token = "positive" if strength > 0 else "negative"
    return theme.blend(theme.color("surface"), theme.color(token), FULL * abs(strength))


@guarded
class Cells(QStyledItemDelegate):
    """Draws a cell: its number over the colour of its sign, as strong as it is large."""

    def __init__(self, model: ParameterModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self._looks = model, Looks.of_now()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        place, looks = QRectF(option.rect), self._looks
        text, strength = self._model.cell(index.row(), index.column())
        painter.fillRect(place, looks.colours[round(strength * SHADES) + SHADES])
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, looks.selected)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(looks.frame)
            painter.drawRect(place.adjusted(1, 1, -1, -1))
        painter.setFont(looks.font)
        painter.setPen(looks.text)
        painter.drawText(place.adjusted(PAD, 0, -PAD, 0), RIGHT, text)

    def restyle(self) -> None:
        """Other colours or fonts."""
        self._looks = Looks.of_now()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = QLineEdit(parent)
        field.setFrame(False)
        field.setFont(theme.number_font(12))
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        return field

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Once: while somebody types, the run goes on."""
        if isinstance(editor, QLineEdit) and not editor.property("begun"):
            editor.setProperty("begun", True)
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()


@guarded
class ParameterGrid(QTableView):
    """`pasted(text, row, column)`: a text is to be put in from a cell on."""

    pasted = Signal(str, int, int)

    def __init__(self, model: ParameterModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model_of_cells = model
        self._cells = Cells(model, self)
        self.setModel(model)
        self.setItemDelegate(self._cells)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setAccessibleName(TABLE)
        self.setAccessibleDescription(USE)
        way = QAbstractItemView.EditTrigger
        self.setEditTriggers(way.DoubleClicked | way.AnyKeyPressed | way.EditKeyPressed)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setHighlightSections(False)
            header.setSectionsClickable(True)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.restyle()
        theme.current().changed.connect(self.restyle)

    def restyle(self) -> None:
        """Other colours or fonts."""
        line, ground, muted = (theme.color(name).name() for name in ("line", "background", "muted"))
        self.setStyleSheet(
            f"QTableView {{ background: {ground}; border: none; }}"
            f"QHeaderView {{ background: {ground}; border: none; }}"
            f"QHeaderView::section {{ background: {ground}; color: {muted}; border: none; padding: 0 {PAD}px; }}"
            f"QHeaderView::section:horizontal {{ border-bottom: 1px solid {line}; }}"
            f"QTableCornerButton::section {{ background: {ground}; border: none; border-bottom: 1px solid {line}; }}"
            f"QTableView QLineEdit {{ border-radius: 0; padding: 0 {PAD - 2}px; }}"
        )
        metrics = QFontMetricsF(theme.number_font(12))
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setFont(theme.small_font())
        self.horizontalHeader().setDefaultSectionSize(round(metrics.horizontalAdvance(WIDEST) + 2 * PAD))
        self.horizontalHeader().setFixedHeight(round(theme.scaled(24)))
        self.verticalHeader().setDefaultSectionSize(round(theme.scaled(ROW)))
        self.verticalHeader().setFixedWidth(round(theme.scaled(76)))
        self._cells.restyle()
        self.fit_columns()
        self.viewport().update()

    def fit_columns(self) -> None:
        """Columns whose names are longer than numbers have more room, where there are few."""
        model, header = self.model_of_cells, self.horizontalHeader()
        metrics, usual = QFontMetricsF(theme.small_font()), header.defaultSectionSize()
        for column in range(model.columnCount() if model.columnCount() <= MOST_FITTED else 0):
            name = str(model.headerData(column, Qt.Orientation.Horizontal))
            wide = min(round(metrics.horizontalAdvance(name) + 3 * PAD), 2 * usual)
            header.resizeSection(column, max(usual, wide))

    def sizeHint(self) -> QSize:
        return QSize(480, 165)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 60)

    # -- keys -------------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._wants(event):
            event.accept()
            return True
        return super().event(event)

    def _wants(self, event: QKeyEvent) -> bool:
        own = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Paste, QKeySequence.StandardKey.SelectAll)
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        typed = plain and event.text() != "" and event.text() in TYPED
        return typed or any(event.matches(each) for each in own)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and current.isValid():
            if self.state() != QAbstractItemView.State.EditingState:  # its field hands on the key that ends it
                self.edit(current)
        elif event.key() == Qt.Key.Key_Escape or (event.text() and event.text() not in TYPED and not event.modifiers()):
            event.ignore()  # letters are the window's shortcuts
        else:
            super().keyPressEvent(event)

    @property
    def block(self) -> tuple[int, int, int, int] | None:
        """The first and the last row, the first and the last column around what is selected, or of the current cell."""
        ranges = self.selectionModel().selection()
        found = [ranges.at(place) for place in range(ranges.count())]
        if found:
            rows = min(each.top() for each in found), max(each.bottom() for each in found)
            return (*rows, min(each.left() for each in found), max(each.right() for each in found))
        at = self.currentIndex()
        return (at.row(), at.row(), at.column(), at.column()) if at.isValid() else None

    def copy(self) -> None:
        """The block around what is selected goes to the clipboard."""
        values, block = self.model_of_cells.values, self.block
        if values is None or block is None:
            return
        top, bottom, left, right = block
        if (bottom - top + 1) * (right - left + 1) <= MOST_COPIED:
            QGuiApplication.clipboard().setText(block_text(values[top : bottom + 1, left : right + 1]))

    def paste(self) -> None:
        """What is on the clipboard is wished from the block's first cell on."""
        block = self.block
        if block is not None:
            self.pasted.emit(QGuiApplication.clipboard().text(), block[0], block[2])

    def select(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        """Select a block and make its first cell the current one."""
        model = self.model_of_cells
        block = QItemSelection(model.index(row, column), model.index(row + rows - 1, column + columns - 1))
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(model.index(row, column), flags.NoUpdate)
        self.selectionModel().select(block, flags.ClearAndSelect)
