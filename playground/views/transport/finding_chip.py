"""The chip in the bar: the gravest finding by name, and how many there are beside it; no finding, no chip.

Owns its wording and its one quiet appearance; what a click leads to is the window's.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEasingCurve, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.views.controls.focus import FocusButton
from playground.views.controls.labels import as_it_stands
from playground.views.guards.handlers import guarded
from playground.views.theme import theme
from playground.views.theme.motion import is_reduced
from playground.views.workbench.workbench import Workbench
from playground.words import doctor as words
from playground.words.diagnosis import since, title_of

DOT, PAD, GAP, HIGH = 6.0, 9.0, 6.0, 26.0
STATUS = 150
"""What it leaves of its room to the status, where that has something to tell."""
WORTH = 44.0
"""The narrowest room in which a cut title still tells more than how many findings there are."""
FADE_MS = 200
ROOM = ((1360, 340), (1180, 210), (960, 150), (800, 60), (0, 0))
"""From which width of the bar on how wide it may be; where that is nothing the dot on the card's switch tells alone."""


@guarded
class FindingChip(FocusButton):
    """Checked while the doctor's card is in sight."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._doctor = workbench.doctor
        self._texts: tuple[str, ...] = ()
        self._title = ""
        self._room = 340.0
        self._opacity = 1.0
        self._fade = QVariantAnimation(self)
        self._fade.setDuration(FADE_MS)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._fade.valueChanged.connect(self._on_faded)
        self.setFont(theme.small_font())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCheckable(True)
        self.hide()
        workbench.doctor.changed.connect(self.refresh)
        theme.current().changed.connect(self.update)

    def nextCheckState(self) -> None:
        """Whether it is checked is told by the card."""

    @property
    def text_shown(self) -> str:
        """The longest wording that fits: a name that is cut says more than how many there are."""
        return self._fitting(self.width() + 0.5)

    def _fitting(self, room: float) -> str:
        if not self._texts:
            return ""
        *named, count = self._texts
        whole = next((text for text in named if self._wide(text) <= room), None)
        return whole or self._cut(named[-1], room) or count

    def _cut(self, named: str, room: float) -> str:
        """The title cut to the room, with how many more there are; empty where too little of it would be left."""
        more = named.removeprefix(self._title)
        left = room - self._wide(more)
        metrics = QFontMetricsF(self.font())
        cut = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, left)
        return f"{cut}{more}" if left >= theme.scaled(WORTH) else ""

    def fit_to(self, bar: int, crowded: bool) -> None:
        """Take as much room as a bar of this width gives, less where its status has something to tell."""
        room = next(room for least, room in ROOM if bar >= theme.scaled(least))
        room = max(room - STATUS, min(room, 40)) if crowded else room
        if theme.scaled(room) != self._room:
            self._room = theme.scaled(room)
            self.updateGeometry()
            self.refresh()

    def refresh(self) -> None:
        """Name the cause; it appears once, and does not blink. While an earlier moment is looked at, that is told."""
        alarms = self._doctor.alarms
        if self._doctor.looks_back:
            self.hide()
            return
        if not alarms or self._room == 0.0:
            self._texts = ()
            self.hide()
            return
        title, when = title_of(alarms[0]), words.in_short(since(alarms[0]))
        texts = words.chip_texts(title, when, len(alarms) - 1)
        if texts != self._texts:
            self._texts, self._title = texts, title
            self.setText(texts[0])
            self.setAccessibleName(texts[0])
            self.setToolTip(as_it_stands(f"{texts[0]}\nThe doctor's card tells more  (Ctrl+Shift+D)"))
            self.updateGeometry()
            self.update()
        if self.isHidden():
            self.show()
            still = is_reduced()
            self._on_faded(float(still))
            if not still:
                self._fade.start()

    def _on_faded(self, share: float) -> None:
        self._opacity = share
        self.update()

    def _wide(self, text: str) -> float:
        return QFontMetricsF(self.font()).horizontalAdvance(text) + 2 * PAD + DOT + GAP

    def sizeHint(self) -> QSize:
        return QSize(math.ceil(self._wide(self._fitting(self._room))), round(theme.scaled(HIGH)))

    def minimumSizeHint(self) -> QSize:
        return QSize(math.ceil(self._wide(self._texts[-1] if self._texts else "")), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        rect.setLeft(max(rect.right() - self._wide(self.text_shown), rect.left()))
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(self._opacity)
            lit = self.underMouse() or self.isChecked()
            painter.setPen(theme.pen("warning", 1) if lit else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("warning_soft"))
            painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("warning"))
            painter.drawEllipse(QRectF(rect.left() + PAD, rect.center().y() - DOT / 2, DOT, DOT))
            painter.setPen(theme.color("warning"))
            painter.setFont(self.font())
            flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(rect.adjusted(PAD + DOT + GAP, 0, -4, 0), flags, self.text_shown)
            self.draw_focus(painter, rect, rect.height() / 2)
