"""The strip beside the menus that tells what happened, and what the window tells by itself: the welcome, why a run
diverged, which rule has ended it, a network that was kept.

Owns the words' place, colour, buttons and stay, and when those of the window come and go; what a button does is handed
in, and the words are `playground.words`' own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import msgspec
from PySide6.QtCore import QEvent, QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenuBar, QWidget

from playground.experiment.experiment import Experiment
from playground.experiment.starting import starting_network
from playground.views.controls import IconButton, LinkButton
from playground.views.controls.few_lines import FewLines
from playground.views.guards.handlers import guarded
from playground.views.theme import icons, theme
from playground.views.window.files import Files
from playground.views.workbench.workbench import Workbench
from playground.words.divergence import LOOKING, RESET, cause_alone, cure_label, diverged_sentence
from playground.words.network import KEPT_NETWORK, USE_SUGGESTED
from playground.words.run import stopped_sentence

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
    under the pointer, nor from under a dialog; an info or an error also goes with the next edit of the experiment
    below. One with buttons waits for an answer.
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
        self._timer.timeout.connect(self._on_over)
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

    def _on_over(self) -> None:
        """What was said while a dialog lies over the window stays until it can be read."""
        if QApplication.activeModalWidget() is None:
            self.dismiss()
        else:
            self._count_down()

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


WELCOME = "Press Play (space) and watch it learn. Drag layers onto the network; point at anything to see what it means."


class Telling(QObject):
    """Puts what the workbench says, and what it does, into the messages."""

    def __init__(self, workbench: Workbench, messages: MessageStrip, files: Files, parent: QObject) -> None:
        super().__init__(parent)
        self._workbench, self._messages, self._files = workbench, messages, files
        self._tells_divergence = False
        self._told_stop = ""
        messages.dismissed.connect(self._on_message_dismissed)
        workbench.message_shown.connect(self._on_message_shown)
        workbench.run.state_changed.connect(self._on_run_state_changed)
        workbench.run.snapshot_ready.connect(self._on_snapshot_ready)
        workbench.diagnosing.known.connect(self._on_cause_known)

    def welcome(self) -> None:
        """A hint at the first start, until it is closed or the run is started."""
        if self._files.is_first_start and self._messages.isHidden():
            self._messages.show_message(WELCOME, "info", (("Got it", self._files.note_welcomed),))

    def _on_message_shown(self, text: str, kind: str) -> None:
        self._tells_divergence = False
        self._messages.show_message(text, kind)

    def _on_message_dismissed(self) -> None:
        if self._messages.text == WELCOME:
            self._files.note_welcomed()

    def _on_run_state_changed(self) -> None:
        if self._workbench.run.state == "running" and self._files.is_first_start:
            self._files.note_welcomed()
            if self._messages.text == WELCOME:
                self._messages.dismiss()
        if self._workbench.run.state == "diverged":
            self.tell_divergence()
        elif self._tells_divergence:
            self._tells_divergence = False
            self._messages.dismiss()

    def _on_cause_known(self) -> None:
        """The cures are added to the message, unless somebody has closed it or another one took its place."""
        if self._tells_divergence and self._messages.isVisible():
            self.tell_divergence()

    def tell_divergence(self) -> None:
        """Where the run broke; as soon as they are known, first of all why, and as buttons the changes that help."""
        workbench, snapshot = self._workbench, self._workbench.run.snapshot
        if snapshot is None or snapshot.divergence is None:
            return
        found, actions = workbench.diagnosing.diagnosis, [(RESET, workbench.reset)]
        if found is not None:
            actions += [(cure_label(cure), partial(workbench.diagnosing.apply, cure)) for cure in found.cures]
        where = diverged_sentence(snapshot.divergence)
        told = f"{where} {LOOKING}" if found is None else f"{cause_alone(found)} {where}"
        self._messages.show_message(told, "warning", actions)
        self._tells_divergence = True

    def _on_snapshot_ready(self) -> None:
        """A run that one of its own rules has ended says so once, until it goes on; the bar on top stays."""
        snapshot = self._workbench.run.snapshot
        stopped = None if snapshot is None else snapshot.stopped
        sentence = "" if stopped is None else stopped_sentence(stopped)
        if sentence and sentence != self._told_stop:
            self._messages.show_message(sentence)
        elif not sentence and self._told_stop and self._messages.text == self._told_stop:
            self._messages.dismiss()
        self._told_stop = sentence


class NetworkOffer(QObject):
    """The network that suits other data, where the user's own was kept: it stands in the strip of messages until it is
    taken, or the data or the network are others."""

    def __init__(self, workbench: Workbench, messages: MessageStrip) -> None:
        super().__init__(workbench)
        self._workbench, self._messages = workbench, messages
        self._about: Experiment | None = None
        workbench.experiment_changed.connect(self._on_experiment_changed)

    def make(self) -> None:
        """Offer it now, after what has been said."""
        self._about = self._workbench.experiment
        said = "" if self._messages.isHidden() else f"{self._messages.text} "
        self._messages.show_message(f"{said}{KEPT_NETWORK}", "info", ((USE_SUGGESTED, self.take),))

    def take(self) -> None:
        """The suggested network in place of the present one, as one step."""
        now = self._workbench.experiment
        network = starting_network(now.input_shape)
        self._workbench.edit(USE_SUGGESTED, msgspec.structs.replace(now, network=network), fresh=True)

    def _on_experiment_changed(self) -> None:
        about, now = self._about, self._workbench.experiment
        if about is None or (now.network == about.network and now.input_shape == about.input_shape):
            return
        self._about = None
        if self._messages.text.endswith(KEPT_NETWORK):
            self._messages.dismiss()
