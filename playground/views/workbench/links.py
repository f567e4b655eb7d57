"""Links to TensorFlow Playground in the window: pasted or dropped ones are opened, and the experiment is copied as one.

Owns these two ways and what is said of them; what a link means is told by `playground.exchange`.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from playground.errors import PlaygroundError
from playground.run.checkpoint import Checkpoint
from playground.views.workbench.open_file import Opened, OpenFile
from playground.views.workbench.workbench import Workbench
from playground.words.errors import told, told_changes
from playground.words.tables import NO_TABLE

COPIED = "Copied a link that opens this experiment in TensorFlow Playground; there the initial weights are other ones."


class Links:
    """may_go: asks whether unsaved work may go; what is given to it is tried again where work is written first."""

    def __init__(self, workbench: Workbench, may_go: Callable[[Callable[[], object]], bool]) -> None:
        self._workbench, self._may_go = workbench, may_go

    def paste(self) -> bool:
        """Open the link that the clipboard holds; says so where it holds none."""
        text = QGuiApplication.clipboard().text()
        if not self.is_link(text):
            self._workbench.show_message(NO_TABLE, "error")
            return False
        return self.open(text)

    def open(self, text: str) -> bool:
        """Open a link, if the unsaved work may go; a refusal is shown and changes nothing."""
        from playground.exchange.tensorflow_playground import read_link

        try:
            linked = read_link(text)
        except PlaygroundError as error:
            self._workbench.show_message(told(error), "error")
            return False
        if not self._may_go(lambda: self.open(text)):
            return False
        self._workbench.open(Opened(Checkpoint(linked.experiment), OpenFile()))
        self._workbench.set_view(show_test=linked.show_test, discretize=linked.discretize)
        self._workbench.show_message(told_changes(linked.told), "warning" if linked.remarks else "info")
        return True

    def copy(self) -> bool:
        """Copy the experiment as a link; where no link can say it, say why."""
        from playground.exchange.tensorflow_playground import link_to

        view = self._workbench.view
        try:
            link = link_to(self._workbench.experiment, view.show_test, view.discretize)
        except PlaygroundError as error:
            self._workbench.show_message(told(error), "error")
            return False
        QGuiApplication.clipboard().setText(link)
        self._workbench.show_message(COPIED, "info")
        return True

    @staticmethod
    def is_link(text: str) -> bool:
        """Whether a text is a link of that kind."""
        from playground.exchange.tensorflow_playground import is_link

        return is_link(text)

    @classmethod
    def dropped(cls, data: QMimeData) -> str:
        """The link among what was dropped; empty where there is none."""
        if any(url.isLocalFile() for url in data.urls()):
            return ""
        texts = [*(url.toString() for url in data.urls()), data.text()]
        return next((text for text in texts if cls.is_link(text)), "")
