"""What a frame costs the window's thread with everything visible, and what the window costs the training thread."""

from __future__ import annotations

import os
import time
from statistics import median, quantiles

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

EXPERIMENT = ["data.source.name=spirals", "training.learning_rate=0.03"]


def measure(quick: bool) -> dict[str, float]:
    """Median and 95th percentile of a frame at 1440×900, and the share of its headless speed that training keeps."""
    from PySide6.QtCore import QCoreApplication

    from playground.changes import apply_settings
    from playground.experiment import Experiment
    from playground.views.application import application, shut_down
    from playground.views.main_window import MainWindow
    from playground.views.workbench import Workbench

    app = application()
    workbench = Workbench(apply_settings(Experiment(), EXPERIMENT))
    window = MainWindow(workbench, remember=False)
    try:
        window.files.may_go = lambda: True  # nobody is there to be asked about unsaved work
        window.resize(1440, 900)
        window.show()
        workbench.prepare_now()
        workbench.set_view(show_test=True)
        for _ in range(20):
            workbench.advance_now(epochs=1)
            QCoreApplication.processEvents()
        costs = [frame_cost(workbench, app) for _ in range(60 if quick else 300)]
        headless, watched = speeds(workbench, app, 1.0 if quick else 3.0)
    finally:
        workbench.close()
        shut_down(window)
    return {
        "frame_median_ms": median(costs) * 1000,
        "frame_p95_ms": quantiles(costs, n=20)[-1] * 1000,
        "headless_epochs_per_s": headless,
        "watched_epochs_per_s": watched,
        "speed_kept": watched / headless,
    }


def frame_cost(workbench: object, app: object) -> float:
    """Seconds from a new snapshot to the painted window, on the window's thread."""
    live = workbench._live
    live._runner.submit(lambda session: session.advance(epochs=1)).result()
    snapshot = live._runner.take_settled()
    started = time.perf_counter()
    live._show(snapshot)
    app.processEvents()
    return time.perf_counter() - started


def speeds(workbench: object, app: object, seconds: float) -> tuple[float, float]:
    """Epochs per second of the runner without and with a window drawing 60 frames a second."""
    runner = workbench._live._runner

    def epochs_in(work: object) -> float:
        runner.submit(lambda session: session.reset()).result()
        runner.play()
        started = time.perf_counter()
        work(started + seconds)
        runner.pause()
        epochs = runner.submit(lambda session: session.state.epoch).result()
        return epochs / (time.perf_counter() - started)

    headless = epochs_in(lambda end: time.sleep(end - time.perf_counter()))
    workbench._live._frames.start()

    def draw(end: float) -> None:
        while time.perf_counter() < end:
            app.processEvents()
            time.sleep(0.001)

    watched = epochs_in(draw)
    workbench._live._frames.stop()
    return headless, watched
