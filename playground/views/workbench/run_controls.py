"""The half of the workbench that is about the run: play, pause, step, what to compute, the newest snapshot.

Owns the live run and passes its news on; knows nothing of documents, files or undo, which `Workbench` adds.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Signal

from playground.run.actions import Reset, Step
from playground.run.snapshot import Demand, Snapshot
from playground.views.workbench.live_run import LiveRun
from playground.views.workbench.preparation import Preparation
from playground.views.workbench.view_state import ViewState


class RunControls(QObject):
    """Not used by itself; see `Workbench`."""

    snapshot_ready = Signal()
    run_state_changed = Signal()

    def __init__(self, preparation: Preparation | None) -> None:
        super().__init__()
        self.view = ViewState()
        self._demands: dict[str, Demand] = {}
        self._live = LiveRun(self, preparation or Preparation())
        self._live.state_changed.connect(self.run_state_changed)

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest moment of the run; None until kernels are ready."""
        return self._live.snapshot

    @property
    def run_state(self) -> str:
        """`preparing`, `paused`, `running` or `diverged`."""
        return self._live.state

    @property
    def compiling(self) -> str:
        """The precision that is being compiled, for which the run waits; nothing else."""
        return self._live.compiling

    @property
    def speed(self) -> float | None:
        """Steps per second; None is full speed."""
        return self._live.speed

    @property
    def will_play(self) -> bool:
        """Whether play was pressed before the kernels are ready."""
        return self._live.will_play

    @property
    def plots_ready(self) -> bool:
        """Whether plots can be made without holding up the window."""
        return self._live.plots_ready

    def start(self) -> None:
        """Prepare the kernels in the background and begin to draw frames."""
        self._live.prepare()

    def play(self) -> None:
        """Go on; while kernels are prepared, as soon as they are ready."""
        self._live.play()

    def pause(self) -> None:
        """Stop after the call under way."""
        self._live.pause()

    def toggle(self) -> None:
        """Play or pause."""
        self._live.toggle()

    def step(self, what: Literal["sample", "batch", "epoch"]) -> None:
        """Pause, then make one step; it goes on past a rule that has ended the run."""
        self.pause()
        self._live.submit(Step(what))

    def reset(self) -> None:
        """Back to the same initial weights."""
        self._live.submit(Reset())
        self._live.recover()

    def set_speed(self, steps_per_second: float | None) -> None:
        """Steps per second; None is full speed."""
        self._live.set_speed(steps_per_second)

    def close(self) -> None:
        """Stop every thread; the workbench is of no use afterwards."""
        self._live.close()

    def advance_now(self, *, epochs: int = 0, steps: int = 0) -> None:
        """Advance while the caller waits, then show the snapshot (pictures, tests)."""
        self._live.advance_now(epochs=epochs, steps=steps)

    def set_demand(
        self, key: str, maps: bool = False, predictions: bool = False, gradients: bool = False, layers: bool = False
    ) -> None:
        """What the view of that key needs to draw; nothing while it is hidden."""
        self._demands[key] = Demand(maps, predictions, gradients, layers=layers)
        self._live.set_demand(self._demand())

    def _demand(self) -> Demand:
        wanted = self._demands.values()
        return Demand(
            maps=any(each.maps for each in wanted),
            predictions=any(each.predictions for each in wanted),
            gradients=any(each.gradients for each in wanted),
            layers=any(each.layers for each in wanted),
            probe=self.view.probe,
            probe_sample=self.view.probe_sample or 0,
        )
