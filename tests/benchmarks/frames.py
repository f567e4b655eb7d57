"""What a frame costs the window's thread with everything visible, and what the window costs the training thread;
how often every view follows while the handle of the timeline is dragged, and what a look costs."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

EXPERIMENT = ["data.source.name=spirals", "training.learning_rate=0.03"]
DRAGGED, QUICK_DRAGGED = 3_000, 500
"""Epochs of the run that is dragged through."""
MOUSE_SECONDS = 0.008
"""A mouse tells of its place 125 times a second."""
SWEEP_SECONDS = 2.0
"""From one end of the run to the other and back."""
EDGE = 0.05
"""Shares of the run at its ends that are not swept over: the present is no look back."""


@dataclass(frozen=True)
class Pace:
    """How a stretch of training went.

    available: share of the wall time in which the training thread had a core or waited for anything but one; known on
    Linux, else 1. blocked: share of the available time in which it waited, which is for the interpreter.
    """

    epochs_per_s: float
    frames_per_s: float
    available: float
    blocked: float


@contextmanager
def opened(source: Any) -> Iterator[tuple[Any, Any, Any]]:
    """A window at 1440×900 with its first figures: the application, the workbench, the window. source: an experiment or
    a checkpoint."""
    from playground.views.window.application import application, shut_down
    from playground.views.window.main_window import MainWindow
    from playground.views.workbench.workbench import Workbench

    app = application()
    workbench = Workbench(source)
    window = MainWindow(workbench, remember=False)
    try:
        window.files.may_go = lambda: True  # nobody is there to be asked about unsaved work
        window.resize(1440, 900)
        window.show()
        workbench.prepare_now()
        yield app, workbench, window
    finally:
        workbench.close()
        shut_down(window)


def measure(quick: bool) -> dict[str, float]:
    """Median and 95th percentile of a frame at 1440×900, and the share of its headless speed that training keeps."""
    from PySide6.QtCore import QCoreApplication

    from playground.edits.changes import apply_settings
    from playground.experiment.experiment import Experiment

    with opened(apply_settings(Experiment(), EXPERIMENT)) as (app, workbench, _):
        workbench.set_view(show_test=True)
        for _ in range(20):
            workbench.run.advance_now(epochs=1)
            QCoreApplication.processEvents()
        costs = [frame_cost(workbench, app) for _ in range(60 if quick else 300)]
        pairs = [speeds(workbench, app, 0.5 if quick else 1.0) for _ in range(3 if quick else 7)]
    return {
        "frame_median_ms": median(each[0] for each in costs) * 1000,
        "frame_p95_ms": quantiles((each[0] for each in costs), n=20)[-1] * 1000,
        "frame_median_cpu_ms": median(each[1] for each in costs) * 1000,
        **kept(pairs),
    }


def kept(pairs: list[tuple[Pace, Pace]]) -> dict[str, float]:
    """Medians over the rounds. `speed_kept_of_available`: where the time in which the training thread waited for a core
    is left out on both sides, which is what other programs take on a busy machine."""
    ratios = [watched.epochs_per_s / headless.epochs_per_s for headless, watched in pairs]
    fair = [watched.available / headless.available for headless, watched in pairs]
    return {
        "headless_epochs_per_s": max(headless.epochs_per_s for headless, _ in pairs),
        "watched_epochs_per_s": max(watched.epochs_per_s for _, watched in pairs),
        "speed_kept": median(ratios),
        "speed_kept_of_available": median(ratio / share for ratio, share in zip(ratios, fair, strict=True)),
        "frames_per_s": median(watched.frames_per_s for _, watched in pairs),
        "blocked": median(watched.blocked for _, watched in pairs),
    }


def frame_cost(workbench: Any, app: Any) -> tuple[float, float]:
    """Seconds from a new snapshot to the painted window, on the window's thread: wall and processor time."""
    live = workbench.run
    live._runner.ask(lambda session: session.advance(epochs=1)).result()
    snapshot = live._runner.take_settled()
    started, used = time.perf_counter(), time.thread_time()
    live._show(snapshot)
    app.processEvents()
    return time.perf_counter() - started, time.thread_time() - used


def speeds(workbench: Any, app: Any, seconds: float) -> tuple[Pace, Pace]:
    """The runner without, then with a window drawing 60 frames a second."""
    runner, shown = workbench.run._runner, [0]

    def count() -> None:
        shown[0] += 1

    def draw(end: float) -> None:
        while time.perf_counter() < end:
            app.processEvents()
            time.sleep(0.001)

    headless = pace_of(runner, seconds, lambda end: time.sleep(max(0.0, end - time.perf_counter())), shown)
    workbench.run.snapshot_ready.connect(count)
    workbench.run._frames.start()
    watched = pace_of(runner, seconds, draw, shown)
    workbench.run._frames.stop()
    workbench.run.snapshot_ready.disconnect(count)
    return headless, watched


def pace_of(runner: Any, seconds: float, work: Callable[[float], None], shown: list[int]) -> Pace:
    """Train at full speed for so long while `work(end)` is done here."""
    thread = runner.ask(lambda session: (session.reset(), threading.get_native_id())[1]).result()
    runner.play()
    shown[0], before, started = 0, scheduled(thread), time.perf_counter()
    work(started + seconds)
    after = scheduled(thread)
    runner.pause()
    epochs = runner.ask(lambda session: session.state.epoch).result()
    passed = time.perf_counter() - started
    if before is None or after is None:
        return Pace(epochs / passed, shown[0] / passed, 1.0, 0.0)
    ran, queued = after[0] - before[0], after[1] - before[1]
    available = max(passed - queued, ran, 1e-9)
    return Pace(epochs / passed, shown[0] / passed, available / passed, 1.0 - ran / available)


def scheduled(thread: int) -> tuple[float, float] | None:
    """Seconds that a thread has run and that it has waited for a core; None where the system does not tell."""
    told = Path(f"/proc/self/task/{thread}/schedstat")
    if not told.exists():
        return None
    ran, queued, _ = told.read_text("ascii").split()
    return int(ran) / 1e9, int(queued) / 1e9


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


def measure_drags(quick: bool) -> dict[str, float]:
    """Frames while dragging at 1440×900 in the default run, everything visible; how long the first look takes, of a
    window's first drag and of later ones; and what a frame costs either thread."""
    from playground.experiment.experiment import Experiment

    with opened(Experiment()) as (app, workbench, window):
        workbench.run.advance_now(epochs=QUICK_DRAGGED if quick else DRAGGED)
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
