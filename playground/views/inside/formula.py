"""An operation as text: where it is, what it does, and its equations, as large as the place lets them be.

Owns how equations are laid out (equals signs under each other, results in the accent) and what is left out of long
sums; texts are `playground.words.inside`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.mathematics.plain import text
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.alignment import LEFT
from playground.words.inside.names import Meaning, places_of
from playground.words.inside.told import Told

Teller = Callable[[int], Told]
"""The operation in words; so many terms of long sums are written out."""

EQUALS = " = "
LINE, TITLE, SENTENCE, APART = 24.0, 24.0, 18.0, 5.0
"""Heights of an equation's line, of the title, and of a sentence below it; what parts two equations."""
MOST_WIDE, MOST_HIGH = 620.0, 10_000.0
"""A sentence is read in lines of at most this width; room that no text fills."""
WRAPPED = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
LIT = 0.24
"""How strong the accent is behind a name that is pointed at."""
NO_NAMES: Mapping[str, Meaning] = {}
Style = Literal["whole", "broken", "flat"]
STYLES: tuple[Style, ...] = ("whole", "broken", "flat")
"""Each step of an equation on a line of its own; the same, what is longer than a line on two; each equation on one."""
LOOKS = ((15, 3), (13, 3), (13, 2), (13, 1), (12, 1), (12, 0), (11, 0))
"""Sizes of text, and terms of a long sum that are written out: the first that has room is taken."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what stands left of the equals sign, what right of it, and the result behind a second one.

    at: where the equals sign stands, in pixels. above: what parts it from the line before. goes_on: it is the rest of
    the line before, without an equals sign.
    """

    left: str
    right: str
    result: str
    at: float
    above: float = 0.0
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Everything as it is drawn. kept: so many terms of long sums are written out; −1 where lines had no room."""

    told: Told
    font: QFont
    line: float
    lines: tuple[Line, ...]
    kept: int = -1

    @property
    def width(self) -> float:
        """What the longest line needs."""
        metrics = QFontMetricsF(self.font)
        return max((line.at + metrics.horizontalAdvance(_after(line)) for line in self.lines), default=0.0)


def _after(line: Line) -> str:
    """What stands behind the left side."""
    if line.goes_on:
        return " " * len(EQUALS) + line.right
    return "".join(EQUALS + each for each in (line.right, line.result) if each)


@dataclass(frozen=True, slots=True)
class Row:
    """An equation as it is written."""

    left: str
    middle: tuple[str, ...]
    result: str
    apart: bool


def _rows(told: Told) -> tuple[Row, ...]:
    """Its equations, written once, however often they are laid out."""
    return tuple(
        Row(text(each.left), tuple(map(text, each.middle)), text(each.result) if each.result else "", each.apart)
        for each in told.equations
    )


def page_of(tell: Teller, width: float, height: float) -> Page:
    """The largest text that has room, with as much of long sums as fits; the smallest where nothing does."""
    found: Page | None = None
    told: dict[int, tuple[Told, tuple[Row, ...]]] = {}
    for size, kept in LOOKS:
        if kept not in told:
            said = tell(kept)
            told[kept] = said, _rows(said)
        for style in STYLES:
            found = _laid_out(*told[kept], theme.number_font(size), width, height, style)
            if found is not None and found.width <= width:
                return replace(found, kept=kept)
    return found or _squeezed(*told[LOOKS[-1][1]], height)


def _laid_out(
    told: Told, rows: tuple[Row, ...], font: QFont, width: float, height: float, style: Style
) -> Page | None:  # fmt: skip
    """None where the lines have no room."""
    metrics = QFontMetricsF(font)
    lines: list[Line] = []
    before: Row | None = None
    for row in rows:
        flat = style == "flat"
        above = APART if before is not None and before.apart != row.apart and not flat else 0.0
        alike = [each for each in rows if flat or each.apart == row.apart]
        at = max(metrics.horizontalAdvance(each.left) for each in alike)
        found = _lines(row, at, theme.scaled(above), row.apart and not flat)
        lines += [part for line in found for part in _broken(line, metrics, width)] if style == "broken" else found
        before = row
    own, least = theme.scaled(LINE), metrics.height() + 1
    room = height - theme.scaled(TITLE) - sum(line.above for line in lines)
    high = min(own, room / max(len(lines), 1))
    return Page(told, font, high, tuple(lines)) if high >= least else None


def _broken(line: Line, metrics: QFontMetricsF, width: float) -> list[Line]:
    """A line, or two where it is too long: a sum is broken before a plus, several steps before the last equals sign."""
    if line.at + metrics.horizontalAdvance(_after(line)) <= width:
        return [line]
    if line.result and line.right:
        return [Line(line.left, line.right, "", line.at, line.above), Line("", "", line.result, line.at)]
    parts = line.right.split(" + ")
    for kept in range(len(parts) - 1, 0, -1):
        first = Line(line.left, " + ".join(parts[:kept]), "", line.at, line.above)
        if first.at + metrics.horizontalAdvance(_after(first)) <= width:
            return [first, Line("", " + ".join(["", *parts[kept:]])[1:], line.result, line.at, goes_on=True)]
    return [line]


def _squeezed(told: Told, rows: tuple[Row, ...], height: float) -> Page:
    """As many lines as there is room for, in the smallest text, and always the last one."""
    font = theme.number_font(LOOKS[-1][0])
    metrics = QFontMetricsF(font)
    at = max((metrics.horizontalAdvance(row.left) for row in rows), default=0.0)
    lines = [line for row in rows for line in _lines(row, at, 0.0, False)]
    room = max(1, int((height - theme.scaled(TITLE)) / (metrics.height() + 1)))
    kept = lines if len(lines) <= room else [*lines[: room - 1], lines[-1]]
    return Page(told, font, metrics.height() + 1, tuple(kept))


def _lines(row: Row, at: float, above: float, apart: bool) -> list[Line]:
    if not apart:
        return [Line(row.left, EQUALS.join(row.middle), row.result, at, above)]
    rights = [(each, "") for each in row.middle] + ([("", row.result)] if row.result else [])
    return [
        Line("" if place else row.left, right, result, at, 0.0 if place else above)
        for place, (right, result) in enumerate(rights)
    ]


@guarded
class FormulaView(QWidget):
    """`show_told` with what tells the operation; None shows `waiting`. `named(names)`: the pointer is on a name.

    purpose: what the phase is for, below the equations where they leave room for all of it; insists: they do, where
    they can be written closer together.
    """

    named = Signal(object)

    def __init__(self, waiting: str) -> None:
        super().__init__()
        self._waiting = waiting
        self._tell: Teller | None = None
        self._page: Page | None = None
        self._below = 0.0
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
        self.update()

    @property
    def page(self) -> Page | None:
        """What is drawn, laid out for the present size."""
        if self._page is None and self._tell is not None:
            wide, high = float(self.width()), float(self.height())
            self._page, self._below = page_of(self._tell, wide, high), 0.0
            if _is_long(self._page.told, wide):  # the sentence has a line of its own where a sum stays a sum
                shorter = page_of(self._tell, wide, high - theme.scaled(SENTENCE))
                if shorter.kept >= max(min(self._page.kept, 1), 0):
                    self._page, self._below = shorter, theme.scaled(SENTENCE)
            if self.insists and self.purpose:
                closer = page_of(self._tell, wide, high - self._below - self._purpose_height - theme.scaled(APART))
                as_large = (closer.kept, closer.font) == (self._page.kept, self._page.font)
                self._page = closer if as_large else self._page
        return self._page

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
        for line in page.lines:
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
            for line in page.lines:
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
        end = theme.scaled(TITLE) + self._below + sum(line.above + page.line for line in page.lines)
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


def _is_long(told: Told, width: float) -> bool:
    """Whether the sentence has no room beside the title."""
    title = QFontMetricsF(theme.strong_font()).horizontalAdvance(told.where) + theme.scaled(10)
    return title + QFontMetricsF(theme.small_font()).horizontalAdvance(told.what) > width


def pieces(line: Line, metrics: QFontMetricsF) -> list[tuple[str, float, str]]:
    """(text, left, colour) of what stands on a line."""
    found, wide = [(line.left, 0.0, "text")], metrics.horizontalAdvance(EQUALS)
    x = line.at
    if line.goes_on:
        found.append((line.right, x + wide, "text"))
    elif line.right:
        found += [(EQUALS, x, "muted"), (line.right, x + wide, "text")]
        x += wide + metrics.horizontalAdvance(line.right)
    if line.result:
        found += [(EQUALS, x, "muted"), (line.result, x + wide, "accent")]
    return found


def _paint_line(painter: QPainter, line: Line, place: QRectF) -> None:
    for piece, left, token in pieces(line, QFontMetricsF(painter.font())):
        painter.setPen(theme.color(token))
        painter.drawText(QRectF(left, place.y(), max(place.width(), 4000.0), place.height()), int(LEFT), piece)


def in_words(told: Told) -> str:
    """An operation as one text, for those who hear it."""
    equations = [EQUALS.join(part for part in (each.left, *each.middle, each.result) if part) for each in _rows(told)]
    return f"{told.where}: {told.what}. {'; '.join(equations)}"
