"""Tabs that are words: the chosen one has a line below it in the accent colour, a marked one a dot beside it.

Owns their drawing and which of them have room; the arrow keys move between all of them.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMenu, QTabBar, QWidget

from playground.views.controls.buttons import IconButton
from playground.views.controls.focus import FocusRing
from playground.views.guards.handlers import guarded
from playground.views.theme import theme

HEIGHT, BETWEEN = 30.0, 24.0
SMALL_HEIGHT, SMALL_BETWEEN = 26.0, 16.0
LEAST_BETWEEN = 8
DOT = 4.0
MORE = 24
MORE_TIP = "More pages: those that have no room here"


@guarded
class TextTabs(FocusRing, QTabBar):
    """A tab bar without boxes; `small` ones stand inside a card. keys: the entry of the glossary for each tab.

    folds: the last tabs that have no room stand behind `more`, a menu; the chosen one is always to be seen.
    """

    def __init__(
        self, names: tuple[str, ...], parent: QWidget | None = None, small: bool = False, folds: bool = False
    ) -> None:
        super().__init__(parent)
        self.more: IconButton | None = None
        self._small = theme.small_font(), theme.small_font()
        self._usual = self._small if small else (theme.ui_font(), theme.strong_font())
        self._high, self._between = (SMALL_HEIGHT, SMALL_BETWEEN) if small else (HEIGHT, BETWEEN)
        self._marked: set[int] = set()
        self.keys: tuple[str, ...] = ()
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFont(self._usual[1])
        self._lit = -1
        self._widths: dict[tuple[str, bool], int] = {}
        for name in names:
            self.addTab(name)
        if folds:
            self.more = IconButton("ellipsis", MORE_TIP, MORE, parent=self)
            self.more.hide()
            self.more.clicked.connect(self._on_more_clicked)
            self.currentChanged.connect(self._fold)

    # -- which have room --------------------------------------------------------------------------------------------

    @property
    def folded(self) -> list[int]:
        """The tabs that stand behind `more`."""
        return [index for index in range(self.count()) if not self.isTabVisible(index)]

    def _fold(self) -> None:
        """Put the last tabs away until the others have room, but never the chosen one."""
        if self.more is None:
            return
        kept, room = list(range(self.count())), self.width()
        if self._all_words(self._small[1]) + LEAST_BETWEEN * self.count() > room:
            room -= self.more.width()
            while len(kept) > 1 and sum(self.tabSizeHint(each).width() for each in kept) > room:
                last = kept[-1] if kept[-1] != self.currentIndex() else kept[-2]
                kept.remove(last)
        others = [index for index in range(self.count()) if self.isTabVisible(index) != (index in kept)]
        for index in others:
            self.setTabVisible(index, index in kept)
        self.more.setVisible(len(kept) < self.count())
        if others:
            self.setTabText(self.currentIndex(), self.tabText(self.currentIndex()))  # back from where Qt scrolled to
        self._place_more()

    def _place_more(self) -> None:
        """Behind the last tab that is to be seen."""
        if self.more is not None and not self.more.isHidden():
            shown = [index for index in range(self.count()) if self.isTabVisible(index)]
            left = max((self.tabRect(index).right() + 1 for index in shown), default=0) - self.between // 2
            self.more.move(min(left, self.width() - self.more.width()), (self.height() - self.more.height()) // 2)

    def _on_more_clicked(self) -> None:
        menu, button = QMenu(self), self.more
        assert button is not None
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for index in self.folded:
            menu.addAction(self.tabText(index), partial(self.setCurrentIndex, index))
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fold()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right reach those behind `more` too."""
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
        else:
            self.setCurrentIndex(min(max(self.currentIndex() + way, 0), self.count() - 1))

    # -- sizes ------------------------------------------------------------------------------------------------------

    def tabSizeHint(self, index: int) -> QSize:
        return QSize(self._words(index, self.fonts[1]) + self.between, round(theme.scaled(self._high)))

    @property
    def fonts(self) -> tuple[QFont, QFont]:
        """Of the tabs, and of the chosen one: the usual ones, small ones where the words would not fit in those."""
        fits = self._all_words(self._usual[1]) + LEAST_BETWEEN * self.count() <= self.width()
        return self._usual if fits else self._small

    @property
    def between(self) -> int:
        """The room after each tab: the usual one, less where all tabs would not fit."""
        usual, count = round(theme.scaled(self._between)), max(self.count(), 1)
        return min(usual, max(LEAST_BETWEEN, (self.width() - self._all_words(self.fonts[1])) // count))

    def _words(self, index: int, font: QFont) -> int:
        """How wide a tab's words are in the chosen tab's usual or small font; measured once, Qt asks all the time."""
        known = self.tabText(index), font is self._small[1]
        if known not in self._widths:
            self._widths[known] = round(QFontMetricsF(font).horizontalAdvance(known[0]))
        return self._widths[known]

    def _all_words(self, font: QFont) -> int:
        return sum(self._words(index, font) for index in range(self.count()))

    def _size(self, between: int, font: QFont) -> QSize:
        return QSize(self._all_words(font) + between * self.count(), round(theme.scaled(self._high)))

    def sizeHint(self) -> QSize:
        return self._size(round(theme.scaled(self._between)), self._usual[1])

    def minimumSizeHint(self) -> QSize:
        if self.more is None:
            return self.least_size
        widest = max((self._words(index, self._small[1]) for index in range(self.count())), default=0)
        return QSize(widest + LEAST_BETWEEN + self.more.width(), round(theme.scaled(self._high)))

    @property
    def least_size(self) -> QSize:
        """With all tabs, as near to each other as they get."""
        return self._size(LEAST_BETWEEN, self._small[1])

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def rename(self, index: int, name: str) -> None:
        """Other words on a tab; nothing is laid out anew where they are the same."""
        if name != self.tabText(index):
            self.setTabText(index, name)
            self._fold()

    def set_marked(self, index: int, marked: bool, words: str = "") -> None:
        """A dot beside a tab says that something is set there; `words` tell what under the pointer."""
        self.setTabToolTip(index, words)
        self.setAccessibleTabName(index, f"{self.tabText(index)}: {words}" if words else self.tabText(index))
        if marked != (index in self._marked):
            self._marked ^= {index}
            self.update()

    def is_marked(self, index: int) -> bool:
        return index in self._marked

    def term_at(self, place: QPoint) -> str:
        """The entry of the tab at a place, else of the chosen one."""
        index = self.tabAt(place)
        index = self.currentIndex() if index < 0 else index
        return self.keys[index] if index < len(self.keys) else ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._light(self.tabAt(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._light(-1)

    def _light(self, index: int) -> None:
        if index != self._lit:
            self._lit = index
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for index in range(self.count()):
                if self.isTabVisible(index):
                    self._paint_tab(painter, index)

    def _paint_tab(self, painter: QPainter, index: int) -> None:
        chosen = index == self.currentIndex()
        rect = QRectF(self.tabRect(index)).adjusted(0, 0, -self.between, 0)
        painter.setFont(self.fonts[1 if chosen else 0])
        painter.setPen(theme.color("text" if chosen or index == self._lit else "muted"))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), self.tabText(index))
        if index in self._marked:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            side = theme.scaled(DOT)
            painter.drawEllipse(QRectF(rect.right() + 3, rect.center().y() - side, side, side))
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawRoundedRect(QRectF(rect.left(), rect.bottom() - 2, rect.width(), 2), 1, 1)
            self.draw_focus(painter, rect.adjusted(-4 if rect.left() >= 4 else 0, 1, 4, -4), 5)
