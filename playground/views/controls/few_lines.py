"""A text in few lines, usually at most two, cut with … where there is no room; the whole text is then the tool tip.

Owns how the text is broken and cut; knows nothing of what it says.
"""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent, QTextLayout
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.theme import theme

MOST = 2
BREAKS = re.compile(r"[ \t\r\n]+")
"""Not the narrow spaces in numbers, which hold them together."""
TOGETHER = re.compile(r"(?<=\d) (?=[%±])|(?<=±) (?=\d)")


def broken(text: str, font: QFont, width: float, most: int = MOST) -> list[str]:
    """The text in at most `most` lines of this width, the last one cut with … if more does not fit."""
    layout, rest = QTextLayout(text, font), 0
    lines: list[str] = []
    layout.beginLayout()
    while len(lines) < most and (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, 1.0))
        rest = line.textStart()
        lines.append(text[rest : rest + line.textLength()].rstrip())
    layout.endLayout()
    if lines:
        lines[-1] = QFontMetricsF(font).elidedText(text[rest:], Qt.TextElideMode.ElideRight, max(width, 1.0))
    return lines


@guarded
class FewLines(QWidget):
    """See the module. Line breaks in the text become spaces."""

    def __init__(self, font: QFont, parent: QWidget | None = None, most: int = MOST) -> None:
        super().__init__(parent)
        self._text, self._most = "", most
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def text(self) -> str:
        """The whole text, as it was given."""
        return self._text

    def set_text(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self._refresh_tip()
        self.updateGeometry()
        self.update()

    @property
    def wish(self) -> int:
        """The width of the text in one line."""
        return math.ceil(QFontMetricsF(self.font()).horizontalAdvance(_in_one(self._text))) + 2

    def lines(self) -> list[str]:
        """The lines as they are drawn."""
        return broken(_in_one(self._text), self.font(), self.width(), self._most)

    def is_cut(self) -> bool:
        """Whether the text does not fit."""
        return "".join("".join(self.lines()).split()) != "".join(self._text.split())  # a line may end at a hyphen

    def sizeHint(self) -> QSize:
        return QSize(self.wish, math.ceil(QFontMetricsF(self.font()).height() * self._most))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._refresh_tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        lines, step = self.lines(), QFontMetricsF(self.font()).height()
        top = (self.height() - step * len(lines)) / 2
        with QPainter(self) as painter:
            painter.setFont(self.font())
            painter.setPen(theme.color("text"))
            flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            for place, line in enumerate(lines):
                painter.drawText(QRectF(0, top + place * step, self.width(), step), flags, line)

    def _refresh_tip(self) -> None:
        self.setToolTip(as_it_stands(self._text) if self.is_cut() else "")


def _in_one(text: str) -> str:
    """Without breaks, and with figures held to what belongs to them: `100 %`, `0 ± 1`."""
    return TOGETHER.sub("\N{NO-BREAK SPACE}", " ".join(each for each in BREAKS.split(text) if each))
