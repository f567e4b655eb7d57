"""Controls that a link hides are locked here: they are in sight and cannot be used, until somebody unlocks them.

Owns which widgets a name stands for; what is locked is part of the workbench's view, and ends with its document. What
is done on the canvas is refused by its own commands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from playground.views.data.panel import DataPanel
from playground.views.output.panel import OutputPanel
from playground.views.training.panel import TrainingPanel
from playground.views.transport.bar import TransportBar
from playground.views.workbench.workbench import Workbench

LOCKED = "Locked, because the link hides it; Edit → Unlock controls frees it."


def lockable(
    transport: TransportBar, data: DataPanel, output: OutputPanel, training: TrainingPanel
) -> dict[str, Sequence[QWidget]]:
    """The widgets of each control that a link can hide, but for those of the canvas."""
    return {
        "data": (data.gallery, *data.ways),
        "noise": (data.noise,),
        "training share": (data.share,),
        "batch size": (training.batch.row,),
        "learning rate": (training.rate,),
        "regularization": (training.l1, training.l2),
        "regularization rate": (training.l1, training.l2),
        "test data": (output.toggles["show_test"],),
        "discretize": (output.toggles["discretize"],),
        "play": (transport.play,),
        "step": (transport.steps,),
        "reset": (transport.reset,),
    }


class Locks(QObject):
    """widgets: those of each control by the name that links have for it. Made after all panels, so that it is asked
    last."""

    def __init__(self, workbench: Workbench, widgets: Mapping[str, Sequence[QWidget]], parent: QObject) -> None:
        super().__init__(parent)
        self._workbench, self._widgets = workbench, widgets
        self._tips: dict[QWidget, str] = {}
        self._adoption = workbench.adoption
        workbench.document_changed.connect(self._on_document_changed)
        run = workbench.run
        for signal in (
            workbench.experiment_changed, workbench.document_changed, workbench.view_changed, run.state_changed,
            run.snapshot_ready,
        ):  # fmt: skip
            signal.connect(self.apply)

    def apply(self) -> None:
        """Lock what is to be locked, free what is not any more."""
        locked = self._workbench.view.locked
        if not locked and not self._tips:
            return
        wanted = {widget for name in locked for widget in self._widgets.get(name, ())}
        freed = [widget for widget in self._tips if widget not in wanted]
        for widget in freed:
            widget.setEnabled(True)
            widget.setToolTip(self._tips.pop(widget))
        for widget in wanted:
            if widget not in self._tips:
                self._tips[widget] = widget.toolTip()
            widget.setEnabled(False)
            widget.setToolTip(LOCKED)
        if freed:  # whether it may be used is for its panel to say
            self._workbench.experiment_changed.emit()

    def unlock(self) -> None:
        """Free everything."""
        self._workbench.set_view(locked=())

    def _on_document_changed(self) -> None:
        if self._workbench.adoption != self._adoption:
            self._adoption = self._workbench.adoption
            self.unlock()
