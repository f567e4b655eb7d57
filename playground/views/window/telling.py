"""What the window tells by itself: the welcome, why a run diverged, which rule has ended it, a network that was kept.

Owns when these stand in the place of messages and when they go; the words are `playground.words`' own.
"""

from __future__ import annotations

from functools import partial

import msgspec
from PySide6.QtCore import QObject

from playground.experiment.experiment import Experiment
from playground.experiment.starting import starting_network
from playground.views.window.files import Files
from playground.views.window.messages import MessageStrip
from playground.views.workbench.workbench import Workbench
from playground.words.divergence import LOOKING, RESET, cause_alone, cure_label, diverged_sentence
from playground.words.network import KEPT_NETWORK, USE_SUGGESTED
from playground.words.run import stopped_sentence

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
