"""The first rows of a table, with a head over each column: whether it is a feature, its name, what it was taken for.

Owns drawing, scrolling, and the clicks and keys on heads; what a click changes is said by signals.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from playground.numbers import exact, plain, spaced
from playground.tables.table import Column, Table
from playground.views.controls.focus import FocusArea
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.tables.heads import HEAD, LEFT, PAD, RIGHT, Head, paint_head
from playground.views.theme import theme

ROW, NUMBER_WIDE = 26.0, 40.0
LEAST, MOST = 74.0, 180.0
"""Width of a column."""
FADE = 22.0


@guarded
class TableGrid(FocusArea):
    """`target_wanted(name)`, `feature_toggled(name)`, `kind_toggled(name)`: clicks on a head.

    With the focus: left and right go from column to column, Space ticks, T makes it the target, K changes its kind.
    """

    target_wanted = Signal(str)
    feature_toggled = Signal(str)
    kind_toggled = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table: Table | None = None
        self._target, self._features, self._kinds = "", frozenset[str](), dict[str, str]()
        self._widths: list[float] = []
        self._odd: list[set[int]] = []
        self._extra: list[int] = []
        self._lit_row: int | None = None
        self._at = 0
        self._under: tuple[int, str] | None = None
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("The first rows of the table")

    # -- what is shown -------------------------------------------------------------------------------------------------

    def show_table(self, table: Table) -> None:
        """Show another table."""
        self._table, self._extra, self._lit_row, self._at = table, [], None, 0
        self._odd = [{odd.row for odd in column.odd} for column in table.columns]
        self._widths = [self._wide(place, column) for place, column in enumerate(table.columns)]
        self.horizontalScrollBar().setValue(0)
        self.verticalScrollBar().setValue(0)
        self._fit_bars()

    def show_choice(self, target: str, features: frozenset[str], kinds: dict[str, str]) -> None:
        """What is chosen; `kinds`: how columns are called that are taken otherwise than guessed."""
        self._target, self._features, self._kinds = target, features, kinds
        self._describe()
        self.viewport().update()

    def show_row(self, row: int) -> None:
        """Scroll to a row (from 1) and light it up; one that is not among the first is put below them."""
        table = self._table
        if table is None:
            return
        place = int(table.numbers.searchsorted(row))
        if place >= table.kept or table.numbers[place] != row:
            return
        if place >= len(table.first) and place not in self._extra:
            self._extra.append(place)
            self._fit_bars()
        line = place if place < len(table.first) else len(table.first) + self._extra.index(place)
        self._lit_row = row
        bar, high = self.verticalScrollBar(), theme.scaled(ROW)
        top = line * high
        if not bar.value() <= top <= bar.value() + self._room() - 2 * high:
            bar.setValue(round(top - self._room() / 3))
        self.viewport().update()

    @property
    def lit_row(self) -> int | None:
        """The row that is lit up."""
        return self._lit_row

    def _wide(self, place: int, column: Column) -> float:
        head, cells = QFontMetricsF(theme.strong_font()), QFontMetricsF(theme.number_font(13))
        table = self._table
        assert table is not None
        longest = max((row[place] for row in table.first[:60]), key=len, default="")
        wide = max(head.horizontalAdvance(column.name), cells.horizontalAdvance(longest)) + 2 * theme.scaled(PAD)
        return min(max(wide, theme.scaled(LEAST)), theme.scaled(MOST))

    def _lines(self) -> int:
        return 0 if self._table is None else len(self._table.first) + len(self._extra)

    def _room(self) -> float:
        return self.viewport().height() - theme.scaled(HEAD)

    def _fit_bars(self) -> None:
        bar = self.verticalScrollBar()
        high = theme.scaled(ROW)
        bar.setRange(0, max(0, round(self._lines() * high + theme.scaled(FADE) - self._room())))
        bar.setSingleStep(round(high))
        bar.setPageStep(max(1, round(self._room())))
        across = self.horizontalScrollBar()
        across.setRange(0, max(0, round(self._left() + sum(self._widths) - self.viewport().width())))
        across.setSingleStep(40)
        across.setPageStep(max(1, self.viewport().width()))
        self.viewport().update()

    def _left(self) -> float:
        """Where the columns begin: to the right of the rows' numbers."""
        return theme.scaled(NUMBER_WIDE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_bars()

    def sizeHint(self) -> QSize:
        return QSize(660, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, round(theme.scaled(HEAD + 6 * ROW)))

    # -- drawing -------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        table = self._table
        view = QRectF(self.viewport().rect())
        with QPainter(self.viewport()) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(view, theme.color("surface"))
            if table is None:
                return
            self._paint_target(painter, view)
            painter.save()
            painter.setClipRect(view.adjusted(0, theme.scaled(HEAD), 0, 0))
            self._paint_rows(painter, table, view)
            painter.restore()
            self._paint_heads(painter, table, view)
            self._paint_fade(painter, view)

    def _places(self) -> list[tuple[int, float, float]]:
        """(column, left, width) of those in sight."""
        x, found = self._left() - self.horizontalScrollBar().value(), []
        for place, wide in enumerate(self._widths):
            if x + wide > self._left() and x < self.viewport().width():
                found.append((place, x, wide))
            x += wide
        return found

    def _paint_target(self, painter: QPainter, view: QRectF) -> None:
        table = self._table
        assert table is not None
        for place, x, wide in self._places():
            if table.columns[place].name == self._target:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("accent_soft"))
                painter.drawRoundedRect(QRectF(x, 0, wide, view.height() + 8), 8, 8)

    def _paint_rows(self, painter: QPainter, table: Table, view: QRectF) -> None:
        high, top = theme.scaled(ROW), theme.scaled(HEAD) - self.verticalScrollBar().value()
        first = max(0, int(self.verticalScrollBar().value() // high))
        for line in range(first, min(self._lines(), first + int(view.height() // high) + 2)):
            place = line if line < len(table.first) else self._extra[line - len(table.first)]
            rect = QRectF(0, top + line * high, view.width(), high)
            row = int(table.numbers[place])
            if row == self._lit_row:
                painter.fillRect(rect, theme.color("shade"))
            painter.setFont(theme.number_font(11))
            painter.setPen(theme.color("faint"))
            painter.drawText(QRectF(0, rect.y(), self._left() - 8, high), RIGHT, spaced(row))
            for index, x, wide in self._places():
                self._paint_cell(painter, QRectF(max(x, 0), rect.y(), wide, high), index, place, row)

    def _paint_cell(self, painter: QPainter, rect: QRectF, index: int, place: int, row: int) -> None:
        table = self._table
        assert table is not None
        column = table.columns[index]
        chosen = column.name == self._target or column.name in self._features
        known = column.numbers is not None or column.codes is not None
        missing = bool(known and column.missing[place])
        odd = row in self._odd[index]
        text = self._text(column, index, place)
        if missing and not odd:
            text = "empty"
        pad = theme.scaled(PAD)
        if (missing or odd) and chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("warning_soft"))
            painter.drawRoundedRect(rect.adjusted(4, 3, -4, -3), 4, 4)
        is_number = column.numbers is not None
        font = theme.number_font(13) if is_number and not (missing and not odd) else theme.ui_font()
        painter.setFont(font)
        ink = "warning" if (missing or odd) and chosen else "faint" if missing or not text else "text"
        painter.setPen(theme.color(ink if chosen or missing else "muted"))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width() - 2 * pad + 1)
        painter.drawText(rect.adjusted(pad, 0, -pad, 0), RIGHT if is_number else LEFT, shown)

    def _text(self, column: Column, index: int, place: int) -> str:
        """A cell as it stands in the table; of a row that is not among the first, as it was read."""
        table = self._table
        assert table is not None
        if place < len(table.first):
            return table.first[place][index]
        if column.numbers is not None:
            return "" if column.missing[place] else plain(float(column.numbers[place]))
        if column.codes is not None and column.codes[place] >= 0:
            return column.names[int(column.codes[place])]
        return ""

    def _paint_heads(self, painter: QPainter, table: Table, view: QRectF) -> None:
        high = theme.scaled(HEAD)
        for index, x, wide in self._places():
            column = table.columns[index]
            rect = QRectF(x, 0, wide, high)
            is_target = column.name == self._target
            painter.fillRect(rect.adjusted(0, 8, 0, 0), theme.color("accent_soft" if is_target else "surface"))
            under = self._under[1] if self._under is not None and self._under[0] == index else ""
            kind = self._kinds.get(column.name, column.kind)
            focused = self.shows_focus and index == self._at
            head = Head(column, is_target, column.name in self._features, kind, under, focused)
            paint_head(painter, rect, head)
        painter.fillRect(QRectF(0, 0, self._left(), high), theme.color("surface"))
        painter.setPen(theme.pen("line", 1))
        painter.drawLine(QPointF(0, high - 0.5), QPointF(view.width(), high - 0.5))

    def _paint_fade(self, painter: QPainter, view: QRectF) -> None:
        """The last row in sight fades, where there are more."""
        bar = self.verticalScrollBar()
        if bar.value() >= bar.maximum():
            return
        rect = QRectF(0, view.height() - theme.scaled(FADE), view.width(), theme.scaled(FADE))
        for x, wide, token in self._strips(rect):
            shade = QLinearGradient(rect.topLeft(), rect.bottomLeft())
            clear, full = theme.color(token), theme.color(token)
            clear.setAlphaF(0.0)
            shade.setColorAt(0.0, clear)
            shade.setColorAt(1.0, full)
            painter.fillRect(QRectF(x, rect.y(), wide, rect.height()), shade)

    def _strips(self, rect: QRectF) -> list[tuple[float, float, str]]:
        table = self._table
        found = [(0.0, rect.width(), "surface")]
        for place, x, wide in self._places() if table is not None else ():
            if table is not None and table.columns[place].name == self._target:
                found = [(0.0, x, "surface"), (x, wide, "accent_soft"), (x + wide, rect.width() - x - wide, "surface")]
        return found

    # -- mouse and keyboard --------------------------------------------------------------------------------------------

    def _hit(self, place: QPointF) -> tuple[int, str] | None:
        """The column at a place of the heads, and which of its lines."""
        if place.y() >= theme.scaled(HEAD) or place.x() < self._left():
            return None
        line = ("tick", "name", "kind")[min(2, int(place.y() // (theme.scaled(HEAD) / 3)))]
        return next(((index, line) for index, x, wide in self._places() if x <= place.x() < x + wide), None)

    def head_at(self, name: str, line: str) -> QPointF:
        """Where a line of a column's head lies, scrolled into sight."""
        assert self._table is not None
        index = next(place for place, column in enumerate(self._table.columns) if column.name == name)
        self._look_at(index)
        x, wide = next((x, wide) for place, x, wide in self._places() if place == index)
        third = theme.scaled(HEAD) / 3
        return QPointF(max(x, self._left()) + wide / 2, third * (("tick", "name", "kind").index(line) + 0.5))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        under = self._hit(event.position())
        if under != self._under:
            self._under = under
            hand = under is not None
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self._under = None
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._hit(event.position())
        if found is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._at = found[0]
        self._act(*found)

    def _act(self, index: int, line: str) -> None:
        assert self._table is not None
        column = self._table.columns[index]
        is_target = column.name == self._target
        if line == "tick" and not is_target:
            self.feature_toggled.emit(column.name)
        elif line == "kind" and column.may_be_number and column.may_be_classes:
            self.kind_toggled.emit(column.name)
        elif line != "tick" and not is_target:
            self.target_wanted.emit(column.name)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and self._table is not None:
            found = self._hit(QPointF(event.pos()))  # type: ignore[attr-defined]
            text = "" if found is None else self._tip(self._table.columns[found[0]], found[1])
            QToolTip.showText(event.globalPos(), as_it_stands(text), self.viewport())  # type: ignore[attr-defined]
            return True
        return super().viewportEvent(event)

    def _tip(self, column: Column, line: str) -> str:
        if column.name == self._target:
            return f"{column.name}: what is learned"
        if line == "tick":
            return (
                f"{column.name} is no feature: {column.no_feature}."
                if column.no_feature
                else ("A feature: untick to leave it out" if column.name in self._features else "Tick to learn from it")
            )
        if line == "kind" and column.may_be_number and column.may_be_classes:
            return f"{exact(len(column.names))} different whole numbers: click for number or class"
        reason = column.no_target
        return f"{column.name} can be no target: {reason}." if reason else f"Make {column.name} the target"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._widths) - 1
        match Qt.Key(event.key()):
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                step = 1 if event.key() == Qt.Key.Key_Right else -1
                self.shows_focus = True
                self._look_at(min(max(self._at + step, 0), last))
            case Qt.Key.Key_Space:
                self._act(self._at, "tick")
            case Qt.Key.Key_T:
                self._act(self._at, "name")
            case Qt.Key.Key_K:
                self._act(self._at, "kind")
            case _:
                super().keyPressEvent(event)

    def _look_at(self, index: int) -> None:
        """Scroll a column into sight and put the keyboard's place there."""
        self._at = index
        bar, x = self.horizontalScrollBar(), sum(self._widths[:index])
        room = self.viewport().width() - self._left()
        if x < bar.value():
            bar.setValue(round(x))
        elif x + self._widths[index] > bar.value() + room:
            bar.setValue(round(x + self._widths[index] - room))
        self._describe()
        self.viewport().update()

    def _describe(self) -> None:
        """For screen readers: the column that has the keyboard."""
        if self._table is None or not self._table.columns:
            return
        column = self._table.columns[self._at]
        role = "target" if column.name == self._target else "feature" if column.name in self._features else "not used"
        self.setAccessibleDescription(f"{column.name}, {self._kinds.get(column.name, column.kind)}, {role}")
