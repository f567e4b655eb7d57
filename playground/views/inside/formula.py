"""An operation as text: where it is, what it does, and its equations.

Owns how that is drawn, scrolled and pointed at; where lines stand is `playground.views.inside.lines`'s, texts are
`playground.words.inside`'s.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QWidget

from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.inside.lines import (
    APART,
    BAR,
    EQUALS,
    SENTENCE,
    TITLE,
    Line,
    Page,
    Teller,
    page_of,
    pieces,
    rows_of,
)
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT
from playground.words.inside.names import Meaning, places_of
from playground.words.inside.told import Told

MOST_WIDE, MOST_HIGH = 620.0, 10_000.0
"""A sentence is read in lines of at most this width; room that no text fills."""
WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
LIT = 0.24
"""How strong the accent is behind a name that is pointed at."""
NO_NAMES: Mapping[str, Meaning] = {}
FEW = 3
"""Where fewer lines have room, the last ones are shown first; a sentence has no line of its own there."""


@guarded
class FormulaView(QWidget):
    """`show_told` with what tells the operation; None shows `waiting`. `named(names)`: the pointer is on a name.

    purpose: what the phase is for, below the equations where they leave room for all of it; insists: they do, where
    they can be written closer together. Where the equations are longer than the place is high, whole lines are scrolled
    by wheel, bar and `turn`.
    """

    named = Signal(object)

    def __init__(self, waiting: str) -> None:
        super().__init__()
        self._waiting = waiting
        self._tell: Teller | None = None
        self._page: Page | None = None
        self._below = 0.0
        self.bar = QScrollBar(Qt.Orientation.Vertical, self)
        self.bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.bar.hide()
        self.bar.valueChanged.connect(lambda: self.update())
        self._equations = 0
        self.purpose, self.insists = "", False
        self._known: Mapping[str, Meaning] = {}
        self._lit: frozenset[str] = frozenset()
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Formula")

    def sizeHint(self) -> QSize:
        return QSize(520, 140)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 60)

    def show_told(self, tell: Teller | None, known: Mapping[str, Meaning] = NO_NAMES) -> None:
        """Tell another operation. known: what its names mean."""
        self._tell, self._known = tell, known
        self._page = None
        said = None if tell is None else tell(3)
        self.setAccessibleDescription(self._waiting if said is None else f"{in_words(said)} {self.purpose}".strip())
        self.setToolTip("" if said is None else as_it_stands(said.what))
        self._settle()
        self.update()

    @property
    def page(self) -> Page | None:
        """What is drawn, laid out for the present size."""
        if self._page is None and self._tell is not None:
            wide, high = float(self.width()), float(self.height())
            self._page, self._below = page_of(self._tell, wide, high), 0.0
            if _is_long(self._page.told, wide):  # the sentence has a line of its own where a sum stays a sum
                shorter = page_of(self._tell, wide, high - theme.scaled(SENTENCE))
                scrolls = self._page.kept < 0 and _room(high - theme.scaled(SENTENCE), shorter) >= FEW
                if scrolls or shorter.kept >= max(min(self._page.kept, 1), 0):
                    self._page, self._below = shorter, theme.scaled(SENTENCE)
            if self.insists and self.purpose:
                closer = page_of(self._tell, wide, high - self._below - self._purpose_height - theme.scaled(APART))
                as_large = (closer.kept, closer.font) == (self._page.kept, self._page.font)
                self._page = closer if as_large else self._page
        return self._page

    def _settle(self) -> None:
        """The bar, where there are more lines than have room: it stays where it is while formulas are alike."""
        page = None if self._tell is None else self.page
        if page is None:
            self.bar.hide()
            return
        room, count = _room(self.height() - self._below, page), len(page.lines)
        scrolls = page.kept < 0 and room < count
        if scrolls:
            top, was = round(theme.scaled(TITLE) + self._below), self.bar.isHidden()
            self.bar.setGeometry(
                self.width() - round(theme.scaled(BAR)), top, round(theme.scaled(BAR)), self.height() - top
            )
            self.bar.setRange(0, count - room)
            self.bar.setPageStep(room)
            if was or len(page.told.equations) != self._equations:
                self.bar.setValue(0 if room >= FEW else count)
        self._equations = len(page.told.equations)
        self.bar.setVisible(scrolls)

    @property
    def scrolls(self) -> bool:
        """Whether there are more lines than have room."""
        return not self.bar.isHidden()

    def turn(self, way: int) -> None:
        """A page on or back."""
        self.bar.setValue(self.bar.value() + way * max(self.bar.pageStep() - 1, 1))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.scrolls:
            QCoreApplication.sendEvent(self.bar, event)
        else:
            super().wheelEvent(event)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that show."""
        page = self.page
        if page is None:
            return ()
        first = self.bar.value() if self.scrolls else 0
        return page.lines[first : first + self.bar.pageStep()] if self.scrolls else page.lines

    def show_names(self, names: frozenset[str]) -> None:
        """Light these names."""
        self._lit = names
        self.update()

    def places(self) -> list[tuple[str, QRectF]]:
        """Every name with a meaning, and where it stands."""
        page, found = self.page, list[tuple[str, QRectF]]()
        if page is None:
            return found
        metrics, top = QFontMetricsF(page.font), theme.scaled(TITLE) + self._below
        for line in self.lines:
            top += line.above
            for piece, left, _ in pieces(line, metrics):
                for name, start, end in places_of(self._known, piece):
                    x, wide = metrics.horizontalAdvance(piece[:start]), metrics.horizontalAdvance(piece[start:end])
                    found.append((name, QRectF(left + x, top, wide, page.line)))
            top += page.line
        return found

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        hit = next((name for name, place in self.places() if place.contains(at)), None)
        self.named.emit(frozenset() if hit is None else frozenset({hit}))

    def leaveEvent(self, event: QEvent) -> None:
        self.named.emit(frozenset())

    @property
    def sentence_height(self) -> float:
        """Pixels that the sentence has of its own below the title; 0 where it stands beside it."""
        return 0.0 if self.page is None else self._below

    def resizeEvent(self, event: object) -> None:
        self._page = None
        self._settle()

    def paintEvent(self, event: QPaintEvent) -> None:
        page = self.page
        with QPainter(self) as painter:
            if page is None:
                painter.setFont(theme.ui_font())
                painter.setPen(theme.color("muted"))
                painter.drawText(QRectF(0, 0, self.width(), theme.scaled(TITLE)), int(LEFT), self._waiting)
                return
            self._paint_title(painter, page.told)
            painter.setFont(page.font)
            if self._lit:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("accent", LIT))
                for name, place in self.places():
                    if name in self._lit:
                        painter.drawRoundedRect(place.adjusted(-2, 1, 2, -1), 4, 4)
            top = theme.scaled(TITLE) + self._below
            for line in self.lines:
                top += line.above
                _paint_line(painter, line, QRectF(0, top, self.width(), page.line))
                top += page.line
            self._paint_purpose(painter)

    @property
    def purpose_place(self) -> QRectF | None:
        """Where the purpose stands, at the bottom; None where there is no room."""
        page = self.page
        if page is None or not self.purpose:
            return None
        end = theme.scaled(TITLE) + self._below + page.height
        high = self._purpose_height
        top = self.height() - high
        return QRectF(0, top, self._purpose_width, high) if top >= end + theme.scaled(APART) - 1 else None

    @property
    def _purpose_width(self) -> float:
        return min(self.width(), theme.scaled(MOST_WIDE))

    @property
    def _purpose_height(self) -> float:
        room = QRectF(0, 0, self._purpose_width, MOST_HIGH)
        return QFontMetricsF(theme.small_font()).boundingRect(room, WRAPPED, self.purpose).height()

    def _paint_purpose(self, painter: QPainter) -> None:
        place = self.purpose_place
        if place is not None:
            painter.setFont(theme.small_font())
            painter.setPen(theme.color("muted"))
            painter.drawText(place, WRAPPED, self.purpose)

    def _paint_title(self, painter: QPainter, told: Told) -> None:
        """Where, and in a quieter voice what: below, where it is too long to stand beside."""
        strong, usual = theme.strong_font(), theme.small_font()
        wide, high = QFontMetricsF(strong).horizontalAdvance(told.where), theme.scaled(TITLE) - 2
        painter.setFont(strong)
        painter.setPen(theme.color("text"))
        painter.drawText(QRectF(0, 0, wide + 1, high), int(LEFT), told.where)
        left = 0.0 if self._below else wide + theme.scaled(10)
        top = theme.scaled(TITLE) - 4 if self._below else 0.0
        room = QRectF(left, top, max(self.width() - left, 0.0), self._below or high)
        painter.setFont(usual)
        painter.setPen(theme.color("muted"))
        said = QFontMetricsF(usual).elidedText(told.what, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(LEFT), said)


def _room(height: float, page: Page) -> int:
    """How many of its lines have room below the title."""
    return max(int((height - theme.scaled(TITLE)) / page.line), 1)


def _is_long(told: Told, width: float) -> bool:
    """Whether the sentence has no room beside the title."""
    title = QFontMetricsF(theme.strong_font()).horizontalAdvance(told.where) + theme.scaled(10)
    return title + QFontMetricsF(theme.small_font()).horizontalAdvance(told.what) > width


def _paint_line(painter: QPainter, line: Line, place: QRectF) -> None:
    for piece, left, token in pieces(line, QFontMetricsF(painter.font())):
        painter.setPen(theme.color(token))
        painter.drawText(QRectF(left, place.y(), max(place.width(), 4000.0), place.height()), int(LEFT), piece)


def in_words(told: Told) -> str:
    """An operation as one text, for those who hear it."""
    equations = [
        each.left + each.sign + EQUALS.join(part for part in (*each.middle, each.result) if part)
        for each in rows_of(told)
    ]
    return f"{told.where}: {told.what}. {'; '.join(equations)}"
