"""A quiet pill with a dot that tells a state in words; the longest wording that fits is shown.

Owns its drawing and the choice of the wording; knows nothing of what is told.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.views.guards.handlers import guarded
from playground.views.theme import theme

DOT, PAD, GAP, HIGH = 6.0, 10.0, 7.0, 26.0
LOOKS = {"info": ("accent", "accent_soft"), "quiet": ("muted", "")}


@guarded
class Pill(QWidget):
    """Stands at the right end of its room; `texts` are wordings of the same, the longest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: tuple[str, ...] = ()
        self._kind = "quiet"
        self.setFont(theme.small_font())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(0)

    @property
    def text(self) -> str:
        """The wording that is shown; empty with nothing to tell."""
        fitting = (text for text in self._texts if self._wide(text) <= self.width())
        return next(fitting, self._texts[-1] if self._texts else "")

    def set_texts(self, texts: Sequence[str], kind: str = "quiet", tip: str = "") -> None:
        """Tell something, `quiet` as a mere text; an empty list tells nothing."""
        if (tuple(texts), kind) != (self._texts, self._kind):
            self._texts, self._kind = tuple(texts), kind
            self.update()
        self.setToolTip(tip)
        self.setAccessibleName(tip or (self._texts[0] if self._texts else ""))

    def is_cut(self) -> bool:
        """Whether not even the shortest wording fits."""
        return bool(self._texts) and self._wide(self.text) > self.width() + 0.5

    def _wide(self, text: str) -> float:
        around = 2 * PAD + DOT + GAP if self._kind != "quiet" else 0.0
        return QFontMetricsF(self.font()).horizontalAdvance(text) + around

    def sizeHint(self) -> QSize:
        return QSize(0, round(theme.scaled(HIGH)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        text = self.text
        if not text:
            return
        ink, ground = LOOKS[self._kind]
        rect = QRectF(self.rect())
        rect.setLeft(max(rect.right() - self._wide(text), 0.0))
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(self.font())
            if ground:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color(ground))
                painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
                painter.setBrush(theme.color(ink))
                painter.drawEllipse(QRectF(rect.left() + PAD, rect.center().y() - DOT / 2, DOT, DOT))
                rect.adjust(PAD + DOT + GAP, 0, -PAD, 0)
            painter.setPen(theme.color(ink))
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
