"""Links in the window, our own and those to TensorFlow Playground: opened when pasted or dropped, and made when the
experiment is copied as one.

Owns these ways and what is said of them; what a link means is told by `playground.exchange`.
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

COPIED = "Copied a link that opens this experiment: paste it into this program, there or on another machine."
COPIED_FOR_TENSORFLOW = (
    "Copied a link that opens this experiment in TensorFlow Playground; there the initial weights are other ones."
)


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
        from playground.exchange.own_link import is_own_link, read_own_link
        from playground.exchange.tensorflow_playground import Linked, read_link

        try:
            linked = read_own_link(text) if is_own_link(text) else read_link(text)
        except PlaygroundError as error:
            self._workbench.show_message(told(error), "error")
            return False
        if not self._may_go(lambda: self.open(text)):
            return False
        if isinstance(linked, Linked):
            self._workbench.open(Opened(Checkpoint(linked.experiment), OpenFile()))
            view = {"show_test": linked.show_test, "discretize": linked.discretize, "locked": linked.hidden}
            self._workbench.set_view(**view)
            self._workbench.show_message(told_changes(linked.told), "warning" if linked.remarks else "info")
        else:
            self._workbench.open(Opened(linked, OpenFile()))
            if linked.amended:
                self._workbench.show_message(told_changes(linked.amended), "warning")
        return True

    def copy(self) -> bool:
        """Copy the experiment as a link of our own; where it is too long for one, say so."""
        from playground.exchange.own_link import own_link

        return self._copied(lambda: own_link(self._workbench.experiment, self._workbench.points), COPIED)

    def copy_for_tensorflow(self) -> bool:
        """Copy the experiment as a link to TensorFlow Playground; where none can say it, say why."""
        from playground.exchange.tensorflow_playground import link_to

        bench = self._workbench
        make = lambda: link_to(bench.experiment, bench.view.show_test, bench.view.discretize)  # noqa: E731
        return self._copied(make, COPIED_FOR_TENSORFLOW)

    def _copied(self, make: Callable[[], str], told_then: str) -> bool:
        try:
            link = make()
        except PlaygroundError as error:
            self._workbench.show_message(told(error), "error")
            return False
        QGuiApplication.clipboard().setText(link)
        self._workbench.show_message(told_then, "info")
        return True

    @staticmethod
    def is_link(text: str) -> bool:
        """Whether a text is a link to an experiment."""
        from playground.exchange.own_link import is_own_link
        from playground.exchange.tensorflow_playground import is_link

        return is_own_link(text) or is_link(text)

    @classmethod
    def dropped(cls, data: QMimeData) -> str:
        """The link among what was dropped; empty where there is none."""
        if any(url.isLocalFile() for url in data.urls()):
            return ""
        texts = [*(url.toString() for url in data.urls()), data.text()]
        return next((text for text in texts if cls.is_link(text)), "")
