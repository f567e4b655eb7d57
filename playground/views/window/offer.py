"""The offer of the network that suits other data, where the user's own was kept.

Owns how long it stands; knows nothing of why a network was kept.
"""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QObject

from playground.experiment.experiment import Experiment
from playground.experiment.starting import starting_network
from playground.views.window.messages import MessageStrip
from playground.views.workbench.workbench import Workbench
from playground.words.network import KEPT_NETWORK, USE_SUGGESTED


class NetworkOffer(QObject):
    """Stands in the strip of messages until it is taken, or the data or the network are others."""

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
