"""What is seen while the handle of the timeline is dragged: how often every view follows, and what a look costs."""

from __future__ import annotations

import os
import threading
import time
from statistics import median, quantiles
from typing import Any

from .frames import scheduled

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

EPOCHS, QUICK_EPOCHS = 3_000, 500
MOUSE_SECONDS = 0.008
"""A mouse tells of its place 125 times a second."""
SWEEP_SECONDS = 2.0
"""From one end of the run to the other and back."""
EDGE = 0.05
"""Shares of the run at its ends that are not swept over: the present is no look back."""


class Drag:
    """One drag of the handle in a window: `times` has when each look was painted, in seconds after the press."""

    def __init__(self, window: Any, app: Any) -> None:
        self._app, self._track, self._workbench = app, window.timeline.track, window._workbench
        self._seen: int | None = None
        self.times: list[float] = []

    def go(self, seconds: float) -> None:
        """Press the handle, sweep for so long, let go, and come back to the present."""
        self._to(self._place(1.0), press=True)
        began = told = time.perf_counter()
        while (now := time.perf_counter()) < began + seconds:
            if now >= told:
                told = now + MOUSE_SECONDS
                self._to(self._place(_share_at(now - began)))
            self._app.processEvents()
            self._note(began)
            time.sleep(0.001)
        self._to(self._place(1.0), press=False)
        while self._workbench.timeline.is_past:
            self._workbench.timeline.to_live()
            self._app.processEvents()

    def _place(self, share: float) -> Any:
        from PySide6.QtCore import QPointF

        layout = self._track.layout_now
        return QPointF(layout.x_of(share * layout.shown.end), layout.y)

    def _to(self, place: Any, press: bool | None = None) -> None:
        from PySide6.QtCore import QEvent, Qt
        from PySide6.QtGui import QMouseEvent

        kinds = {True: QEvent.Type.MouseButtonPress, False: QEvent.Type.MouseButtonRelease, None: QEvent.Type.MouseMove}
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        event = QMouseEvent(
            kinds[press], place, self._track.mapToGlobal(place), none if press is None else left,
            none if press is False else left, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        self._app.sendEvent(self._track, event)

    def _note(self, began: float) -> None:
        """Events were handled: a moment that is shown now is painted."""
        run = self._workbench.run
        if run.is_past and run.snapshot.step != self._seen:
            self._seen = run.snapshot.step
            self.times.append(time.perf_counter() - began)


def _share_at(seconds: float) -> float:
    """Where the pointer is: from the end to the beginning and back, evenly."""
    phase = seconds / SWEEP_SECONDS % 1.0
    return EDGE + (1.0 - 2 * EDGE) * abs(1.0 - 2.0 * phase)


def measure(quick: bool) -> dict[str, float]:
    """Frames while dragging at 1440×900 in the default run, everything visible; how long the first look takes, of a
    window's first drag and of later ones; and what a frame costs either thread."""
    from playground.experiment.experiment import Experiment
    from playground.views.window.application import application, shut_down
    from playground.views.window.main_window import MainWindow
    from playground.views.workbench.workbench import Workbench

    app = application()
    workbench = Workbench(Experiment())
    window = MainWindow(workbench, remember=False)
    try:
        window.files.may_go = lambda: True  # nobody is there to be asked about unsaved work
        window.resize(1440, 900)
        window.show()
        workbench.prepare_now()
        workbench.run.advance_now(epochs=QUICK_EPOCHS if quick else EPOCHS)
        workbench.run._frames.start()
        idle(app, 1.0)  # the doctor has looked
        thread = workbench.run._runner.ask(lambda session: threading.get_native_id()).result()
        drags, used, ran = [], [], []
        for _ in range(3 if quick else 7):
            drag, own, other = Drag(window, app), time.thread_time(), scheduled(thread)
            drag.go(1.0 if quick else SWEEP_SECONDS)
            after = scheduled(thread)
            drags.append(drag)
            used.append((time.thread_time() - own) / len(drag.times))
            ran.append(0.0 if other is None or after is None else (after[0] - other[0]) / len(drag.times))
            idle(app, 0.3)
    finally:
        workbench.close()
        shut_down(window)
    gaps = [later - earlier for drag in drags for earlier, later in zip(drag.times, drag.times[1:], strict=False)]
    return {
        "drag_frames_per_s": median((len(drag.times) - 1) / (drag.times[-1] - drag.times[0]) for drag in drags),
        "drag_gap_ms": 1000 * median(gaps),
        "drag_gap_p95_ms": 1000 * quantiles(gaps, n=20)[-1],
        "first_look_ever_ms": 1000 * drags[0].times[0],
        "first_look_ms": 1000 * median(drag.times[0] for drag in drags[1:]),
        "window_cpu_ms": 1000 * median(used),
        "training_cpu_ms": 1000 * median(ran),
    }


def idle(app: Any, seconds: float) -> None:
    """Let the window live for so long."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        app.processEvents()
        time.sleep(0.001)
