"""The strip beside the menus that tells what happened: refusals, saved files, a run that diverged.

Owns its words' place, colour, buttons and stay; what a button does is handed in. Knows nothing of experiments but that
there was an edit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenuBar, QWidget

from playground.views.controls import IconButton, LinkButton
from playground.views.controls.few_lines import FewLines
from playground.views.guards.handlers import guarded
from playground.views.theme import icons, theme

STAYS_MS = 8000
BELOW = 6.0
"""How far it reaches below the menus: so high are two lines, and what stands there begins lower."""
BESIDE, EDGE = 20, 14
"""Pixels from the last menu, and to the edge of the window."""
ICON_ROOM = 36
LOOKS = {
    "info": ("info", "accent", "accent_soft"),
    "warning": ("warning", "warning", "warning_soft"),
    "error": ("error", "bad", "bad_soft"),
}
Action = tuple[str, Callable[[], object]]


@guarded
class MessageStrip(QWidget):
    """Lies on the empty part of the row of menus, so that it covers nothing and moves nothing.

    Where the desktop shows the menus somewhere else, the window has it as a row of its own (`is_row`). At most two
    lines are drawn; the whole text is then in the tool tip. A message without buttons goes away by itself, but not from
    under the pointer; an info or an error also goes with the next edit of the experiment below. One with buttons waits
    for an answer.
    """

    dismissed = Signal()

    def __init__(self, menus: QMenuBar) -> None:
        self._window = menus.window()
        super().__init__(self._window)
        self.kind = "info"
        self.is_row = menus.isNativeMenuBar()
        self._menus = menus
        self._label = FewLines(theme.small_font())
        self._close = IconButton("x", "Close this message", size=24)
        self._close.clicked.connect(self.dismiss)
        self._actions: list[LinkButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(ICON_ROOM, 1, 4, 1)
        self._row.setSpacing(8)
        self._row.addWidget(self._label, 1)
        self._row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        menus.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        return self._label.text

    def show_message(self, text: str, kind: str = "info", actions: Sequence[Action] = ()) -> None:
        """Show a message in place of the one before."""
        self.kind = kind if kind in LOOKS else "info"
        self._label.set_text(text)
        self.setAccessibleName(text)
        for button in self._actions:
            button.setParent(None)
            button.deleteLater()
        self._actions = [self._action(*action) for action in actions]
        for place, button in enumerate(self._actions):
            self._row.insertWidget(1 + place, button)
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
            held = QApplication.focusWidget()
            if held is not None and self.isAncestorOf(held):
                held.clearFocus()  # else Qt would hand it to the next button, which resets
            self.hide()
            self.dismissed.emit()

    def _action(self, text: str, run: Callable[[], object]) -> LinkButton:
        button = LinkButton(text, token=LOOKS[self.kind][1])
        button.setFont(theme.strong_font())
        button.clicked.connect(self.dismiss)
        button.clicked.connect(lambda _checked=False: run())
        return button

    def _place(self) -> None:
        """In the middle of the window, or as near as the menus allow; as wide as the text wants, if there is room."""
        others = ICON_ROOM + 4 + sum(button.sizeHint().width() + self._row.spacing() for button in self._actions)
        others += self._close.width() + self._row.spacing()
        if self.is_row:
            self.setFixedHeight(self._label.sizeHint().height() + 4)
            return
        window, last = self._window, self._menus.actions()
        left = BESIDE + (self._menus.actionGeometry(last[-1]).right() if last else 0)
        room = window.width() - EDGE - left
        width = min(self._label.wish + others, room)
        centred = max(left, min((window.width() - width) // 2, window.width() - EDGE - width))
        self.setGeometry(centred, 1, width, self._menus.height() + round(theme.scaled(BELOW)))
        self._row.activate()

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
            painter.drawRoundedRect(rect, 8, 8)
            icons.draw(painter, icon, QRectF(11, rect.center().y() - 8, 16, 16), theme.color(token))
