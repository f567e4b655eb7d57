"""The strip over the canvas that tells what happened: refusals, saved files, a run that diverged.

Owns its words' place, colour, buttons and stay; what a button does is handed in. Knows nothing of experiments but that
there was an edit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QEnterEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from playground.views.controls import IconButton, LinkButton
from playground.views.guards.handlers import guarded
from playground.views.theme import icons, theme

STAYS_MS = 8000
GAP = 12
SEVERAL = 2
LOOKS = {
    "info": ("info", "accent", "accent_soft"),
    "warning": ("warning", "warning", "warning_soft"),
    "error": ("error", "bad", "bad_soft"),
}
Action = tuple[str, Callable[[], object]]


@guarded
class MessageStrip(QWidget):
    """Lies over the bottom of another widget and takes no room from it.

    A message without buttons goes away by itself, but not from under the pointer; an info or an error also goes with
    the next edit of the experiment below. One with buttons waits for an answer.
    """

    dismissed = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.kind = "info"
        self._over = over
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = IconButton("x", "Close this message", size=26)
        self._close.clicked.connect(self.dismiss)
        self._actions: list[LinkButton] = []
        self._row, self._below = QHBoxLayout(), QHBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 8, 8, 8)
        column.setSpacing(0)
        column.addLayout(self._row, 1)
        column.addLayout(self._below)
        for row in (self._row, self._below):
            row.setSpacing(GAP)
        self._below.addStretch(1)
        self._row.addWidget(self._label, 1)
        self._row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        over.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        return self._label.text()

    @property
    def _beside(self) -> bool:
        """Whether the buttons stand beside the words; several stand below, which leaves the words their width."""
        return len(self._actions) < SEVERAL

    def show_message(self, text: str, kind: str = "info", actions: Sequence[Action] = ()) -> None:
        """Show a message in place of the one before."""
        self.kind = kind if kind in LOOKS else "info"
        self._label.setText(text)
        self.setAccessibleName(text)
        for button in self._actions:
            button.setParent(None)
            button.deleteLater()
        self._actions = [self._action(*action) for action in actions]
        row, first = (self._row, 1) if self._beside else (self._below, 0)
        for place, button in enumerate(self._actions):
            row.insertWidget(first + place, button)
        self._place()
        self.show()
        self.raise_()
        self.update()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        self._timer.stop()
        if not self.underMouse():
            self._count_down()

    def outdate(self) -> None:
        """An edit succeeded: what was said before it no longer applies."""
        if self.kind != "warning" and not self._actions:
            self.dismiss()

    def _count_down(self) -> None:
        if not self._actions and not self.isHidden():
            self._timer.start(STAYS_MS)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        self._count_down()

    def dismiss(self) -> None:
        """Take the message away."""
        self._timer.stop()
        if not self.isHidden():
            self.hide()
            self.dismissed.emit()

    def _action(self, text: str, run: Callable[[], object]) -> LinkButton:
        button = LinkButton(text, token=LOOKS[self.kind][1])
        button.setFont(theme.strong_font())
        button.clicked.connect(self.dismiss)
        button.clicked.connect(lambda _checked=False: run())
        return button

    def _place(self) -> None:
        """As wide as the text wants, at most as wide as there is room; then as high as it needs."""
        self._row.activate()
        buttons = sum(button.sizeHint().width() + GAP for button in self._actions)
        beside = 40 + 8 + self._close.width() + GAP + (buttons if self._beside else 0)
        below = 0 if self._beside else max(button.sizeHint().height() for button in self._actions)
        lines = self._label.text().split("\n")
        wish = max(QFontMetrics(self._label.font()).horizontalAdvance(line) for line in lines) + 4 + beside
        width = max(120, min(max(wish, 40 + 8 + buttons), self._over.width() - 32))
        text_height = self._label.heightForWidth(width - beside)
        height = min(max(text_height, self._close.height()) + below + 16, max(60, self._over.height() - 32))
        self.setGeometry((self._over.width() - width) // 2, self._over.height() - height - 16, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        icon, token, soft = LOOKS[self.kind]
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(theme.color(token, 0.35))
            painter.setBrush(theme.color(soft))
            painter.drawRoundedRect(rect, 10, 10)
            icons.draw(painter, icon, QRectF(14, rect.center().y() - 9, 18, 18), theme.color(token))
