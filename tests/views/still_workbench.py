"""A workbench without threads for the views that only look: it shows whatever snapshot a test hands it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from playground.data import Dataset, make_dataset
from playground.experiment import Experiment
from playground.session import Session
from playground.snapshot import Demand, Snapshot
from playground.views.view_state import ViewState

EVERYTHING = Demand(maps=True, predictions=True, gradients=True)


class StillWorkbench(QObject):
    """The workbench's signals and values; `show_run` trains a session here and now."""

    experiment_changed = Signal()
    snapshot_ready = Signal()
    run_state_changed = Signal()
    document_changed = Signal()
    view_changed = Signal()
    message_shown = Signal(str, str)

    def __init__(self, experiment: Experiment | None = None) -> None:
        super().__init__()
        self.experiment = experiment or Experiment()
        self.snapshot: Snapshot | None = None
        self.view = ViewState()
        self.run_state = "preparing"
        self.demands: dict[str, Demand] = {}
        self.session: Session | None = None

    @property
    def dataset(self) -> Dataset:
        return make_dataset(self.experiment.data, self.experiment.seed)

    def set_view(self, **changes: Any) -> None:
        view = replace(self.view, **changes)
        if view != self.view:
            self.view = view
            self.view_changed.emit()

    def set_demand(self, key: str, maps: bool = False, predictions: bool = False, gradients: bool = False) -> None:
        self.demands[key] = Demand(maps, predictions, gradients)

    def show_run(self, *, epochs: int = 0) -> Snapshot:
        """Train on and show everything about it."""
        if self.session is None:
            self.session = Session(self.experiment)
        self.session.advance(epochs=epochs)
        found = self.session.snapshot(replace(EVERYTHING, probe=self.view.probe))
        self.show_snapshot(found)
        return found

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show a snapshot as if it came from a run."""
        self.snapshot = snapshot
        self.run_state = "preparing" if snapshot is None else "diverged" if snapshot.divergence else "paused"
        self.snapshot_ready.emit()

    def show_experiment(self, experiment: Experiment) -> None:
        """Replace the experiment; the old run's snapshot stays until another one comes, as in the program."""
        self.experiment = experiment
        self.session = None
        self.experiment_changed.emit()
