"""A workbench without threads for the views that only look: it shows whatever snapshot a test hands it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any, TypeVar

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.data import Dataset, OwnPoints, make_dataset
from playground.edits.changes import with_changes
from playground.edits.document import Document
from playground.experiment.experiment import Experiment
from playground.run.session import Session
from playground.run.snapshot import Demand, Snapshot
from playground.views.theme import theme
from playground.views.workbench.folding import Folding
from playground.views.workbench.inside import InsideMode
from playground.views.workbench.painting import Painting
from playground.views.workbench.run.demands import Demands
from playground.views.workbench.view_state import ViewState

Widget = TypeVar("Widget", bound=QWidget)
EVERYTHING = Demand(maps=True, predictions=True, gradients=True, layers=True)


class StillRun(QObject):
    """The signals and values of a run that stands still."""

    snapshot_ready = Signal()
    state_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.snapshot: Snapshot | None = None
        self.live: Snapshot | None = None
        self.is_past = False
        self.state = "preparing"
        self.plots_ready = True
        self.plots_failure: str | None = None
        self.demands = Demands(lambda: None)
        self.session: Session | None = None

    def pause(self) -> None:
        """It stands still."""

    def ask_shown(self, question: Callable[[Session], Any]) -> Future[Any] | None:
        """Answered here and now."""
        if self.session is None:
            return None
        answer: Future[Any] = Future()
        answer.set_result(question(self.session))
        return answer


class StillReferring(QObject):
    """Nothing is known of simple models, and nobody is asked."""

    known = Signal()
    references = None

    def want(self, wanted: bool) -> None:
        """Nothing is begun."""


class StillTrials(QObject):
    """No cure is tried."""

    changed, pointing = Signal(), Signal()
    pointed = None


class StillDoctor(QObject):
    """Nobody looks at the run."""

    changed = Signal()
    forecast = None
    findings = ()
    looks_back = False
    wishes = SimpleNamespace(on=True)

    def __init__(self) -> None:
        super().__init__()
        self.trials = StillTrials()


class StillTimeline(QObject):
    """The newest moment is shown."""

    changed, turned = Signal(), Signal()
    is_past, epoch, last_epoch, looked_at = False, None, None, (None, None)


class StillRuns(QObject):
    """There is one run."""

    changed = Signal()
    others, lit = (), None


class StillWorkbench(QObject):
    """The workbench's signals and values; `show_run` trains a session here and now."""

    experiment_changed = Signal()
    document_changed = Signal()
    view_changed = Signal()
    message_shown = Signal(str, str)

    def __init__(self, experiment: Experiment | None = None, points: OwnPoints | None = None) -> None:
        super().__init__()
        self.experiment, self._points = experiment or Experiment(), points
        self.view = ViewState()
        self.referring = StillReferring()
        self.doctor = StillDoctor()
        self.run = StillRun()
        self.timeline, self.runs = StillTimeline(), StillRuns()
        self.session = None
        self.undo_name = self.redo_name = None
        self.folding = Folding(self._document, self._put, self, lambda: self.view.plane)
        run: Any = self.run
        self.inside = InsideMode(run, self)
        self.painting = Painting(run, self._document, self._edit, self._put, self._put)

    def _document(self) -> Document:
        return Document(self.experiment, points=self._points)

    def _edit(self, *_asked: object, **_more: object) -> bool:
        raise AssertionError("this workbench stands still")

    def _put(self, *_asked: object) -> None:
        raise AssertionError("this workbench stands still")

    @property
    def session(self) -> Session | None:
        """What the run is made of."""
        return self.run.session

    @session.setter
    def session(self, session: Session | None) -> None:
        self.run.session = session

    @property
    def dataset(self) -> Dataset:
        return make_dataset(self.experiment.data, self.experiment.seed, self._points)

    def set_view(self, **changes: Any) -> None:
        view = replace(self.view, **changes)
        if view != self.view:
            self.view = view
            self.view_changed.emit()

    def show_run(self, *, epochs: int = 0) -> Snapshot:
        """Train on and show everything about it."""
        if self.session is None:
            self.session = Session(self.experiment, points=self._points)
        self.session.advance(epochs=epochs)
        found = self.session.snapshot(replace(EVERYTHING, probe=self.view.probe, probe_pixels=self.view.probe_pixels))
        self.show_snapshot(found)
        return found

    def show_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show a snapshot as if it came from a run."""
        self.run.snapshot = self.run.live = snapshot
        self.run.state = "preparing" if snapshot is None else "diverged" if snapshot.divergence else "paused"
        self.run.snapshot_ready.emit()

    def show_experiment(self, experiment: Experiment) -> None:
        """Replace the experiment; the old run's snapshot stays until another one comes, as in the program."""
        self.experiment = experiment
        self.session = None
        self.experiment_changed.emit()


def experiment_on(dataset: str, **changes: Any) -> Experiment:
    """The default experiment on another data set, with other changes."""
    return with_changes(Experiment(), data__source__name=dataset, **changes)


def shown(
    qtbot: QtBot,
    make: Callable[[Any], Widget],
    experiment: Experiment | None = None,
    size: tuple[int, int] = (400, 300),
    points: OwnPoints | None = None,
) -> tuple[StillWorkbench, Widget]:
    """A visible view in light colours, without a snapshot so far."""
    theme.current().set_theme("light")
    bench = StillWorkbench(experiment, points)
    view = make(bench)
    qtbot.addWidget(view)
    view.resize(*size)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    return bench, view


def painted(view: QWidget) -> QImage:
    """What the view looks like now, one pixel a pixel."""
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def colours(image: QImage) -> set[int]:
    """Every colour of an image."""
    plain = image.convertToFormat(QImage.Format.Format_ARGB32)
    return set(np.unique(np.frombuffer(plain.constBits(), np.uint32)).tolist())


def near(first: int, second: int, most: int = 6) -> bool:
    """Whether two colours are nearly the same."""
    a, b = QColor.fromRgb(first), QColor.fromRgb(second)
    return max(abs(a.red() - b.red()), abs(a.green() - b.green()), abs(a.blue() - b.blue())) <= most


def flat(snapshot: Snapshot, value: float) -> Snapshot:
    """The snapshot with an output that is `value` everywhere."""
    assert snapshot.maps is not None
    maps = snapshot.maps.copy()
    maps[-1] = value
    return replace(snapshot, maps=maps)


def wild(snapshot: Snapshot, value: float) -> Snapshot:
    """The snapshot with every array full of `value`."""
    names = (
        "parameters",
        "history",
        "maps",
        "train_outputs",
        "test_outputs",
        "gradient",
        "layer_history",
        "layers_now",
    )
    with np.errstate(over="ignore"):
        return replace(snapshot, **{name: np.full_like(getattr(snapshot, name), value) for name in names})


WILD = [float("nan"), float("inf"), float("-inf"), 3.4e38, -3.4e38, 1e-45, 0.0]
