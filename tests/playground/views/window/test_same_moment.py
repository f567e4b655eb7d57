"""Every figure on screen is of the same moment, or a dash: all views are walked after every action."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtWidgets import QApplication

from playground import numbers as formats
from playground.commands import info
from playground.data.generated import GeneratedData
from playground.data.source import Data
from playground.diagram.diagram import Part
from playground.edits.changes import with_changes
from playground.exchange import model_file
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.experiment.schedules import EarlyStopping, Stop
from playground.figures.baselines import SIMPLE, compared
from playground.figures.confusion import Confusion
from playground.figures.decision import class_name, reading
from playground.figures.distributions import spread
from playground.figures.layer_figures import ACTIVATION, SATURATED_AND_DEAD, WEIGHT_SIZE, Quantity
from playground.run.measuring import parameter_norms
from playground.run.session import Session
from playground.run.snapshot import PROBE_COLUMNS, Snapshot
from playground.views.plots.histograms import HistogramsPlot
from playground.views.plots.layer_strips import LayerStrips
from playground.views.plots.panel import TABS
from playground.views.window.main_window import MainWindow
from playground.views.workbench.workbench import Workbench
from playground.words.parts import Facts, facts_of
from tests.playground.views.window.driver import Make, Open, bench
from tests.seeds import long

Table = NDArray[np.float64]
Answer = TypeVar("Answer")
AT = (1.25, -2.5)
"""A point of every plane."""
Deed = Callable[[Workbench], object]
LAYER_TABS = ("Gradients", "Weights", "Layers")
LayerTabs = Iterator[tuple[str, ...]]
START = with_changes(Experiment(), data__source__samples=200, network=Network((Dense(4), Dense(3, "relu"))))


def step(what: Any) -> Deed:
    return lambda workbench: workbench.run.step(what)


def change(**fields: Any) -> Deed:
    return lambda workbench: workbench.change("Edit", **fields)


def choose(name: Any) -> Deed:
    def chosen(workbench: Workbench) -> None:
        data = Data(source=GeneratedData(name=name, samples=120))
        loss = with_changes(workbench.experiment, training__loss="auto")
        workbench.edit("Data", with_changes(loss, data=data), fresh=True)

    return chosen


def train(epochs: int = 0, steps: int = 0) -> Deed:
    return lambda workbench: workbench.run.advance_now(epochs=epochs, steps=steps)


DEEDS: dict[str, Deed] = {
    "a sample": step("sample"),
    "another sample": step("sample"),
    "a batch": step("batch"),
    "a rate while paused in an epoch": change(training__learning_rate=0.1),
    "a penalty while paused in an epoch": change(training__l2=0.01),
    "a unit more while paused in an epoch": change(network=Network((Dense(5), Dense(3, "relu")))),
    "an undo of it": lambda workbench: workbench.undo(),
    "an epoch": step("epoch"),
    "many epochs": train(epochs=30),
    "a weight at an epoch's end": lambda workbench: workbench.set_parameter(0, 2.0),
    "a layer more at an epoch's end": change(network=Network((Dense(4), Dense(4), Dense(3, "relu")))),
    "some steps": train(steps=3),
    "a weight in an epoch": lambda workbench: workbench.set_parameter(1, -2.0),
    "its undo": lambda workbench: workbench.undo(),
    "noise": change(data__imperfections__label_noise=0.2),
    "a share": change(data__train_share=0.7),
    "scaling": change(data__scaling="standardize"),
    "features": change(data__features=("x", "y", "xy")),
    "a count": change(data__source__samples=150),
    "more epochs": train(epochs=3),
    "no test set": change(data__train_share=1.0),
    "steps without a test set": train(steps=2),
    "a test set again": change(data__train_share=0.5),
    "another loss": change(training__loss="binary_cross_entropy"),
    "a reset": lambda workbench: workbench.reset(),
    "the undo of the reset": lambda workbench: workbench.undo(),
    "a new seed": lambda workbench: workbench.new_seed(),
    "an epoch of it": step("epoch"),
    "a regression": choose("plane"),
    "steps of the regression": train(epochs=2, steps=2),
    "many classes": choose("blobs"),
    "steps of the classes": train(epochs=2, steps=1),
    "a long run": train(epochs=2100),
    "a step of the long run": train(steps=1),
    "a rule that ends it": change(training__stop=Stop(epochs=2110)),
    "until it ends": train(epochs=100),
    "early stopping": change(training__stop=Stop(), training__early_stopping=EarlyStopping(patience=2)),
    "until it stops early": train(epochs=300),
    "back to the regression": choose("plane"),
    "a wild rate": change(training__learning_rate=100.0, network=Network((Dense(4, "relu"), Dense(3, "relu")))),
    "a divergence": train(epochs=20),
    "an edit of the diverged run": change(training__learning_rate=0.001),
    "a redo that is none": lambda workbench: workbench.redo(),
}  # fmt: skip


@pytest.fixture
def opened(open_window: Open, make_workbench: Make, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """A window with every page made, whose doctor is switched off: none of the figures is its own."""
    monkeypatch.setattr(secrets, "randbelow", lambda most: 7)
    workbench = make_workbench(START)
    workbench.doctor.wishes.set_on(False)
    window = open_window(workbench)
    window.setUpdatesEnabled(False)  # figures are asked for; what is painted of them has tests of its own
    for tab in TABS:
        window.plots.page(tab)
    return window


@pytest.fixture(params=["in turn", pytest.param("all", marks=pytest.mark.long)])
def layer_tabs(request: pytest.FixtureRequest) -> LayerTabs:
    """Pages of layers to look at after an action: one of them, the next one after the next action, or all."""
    return itertools.cycle([(tab,) for tab in LAYER_TABS] if request.param == "in turn" else [LAYER_TABS])


def test_all_figures_are_of_one_moment_after_every_action(opened: MainWindow, layer_tabs: LayerTabs) -> None:
    workbench = bench(opened)
    compare(opened, "the start", LAYER_TABS)
    for name, deed in DEEDS.items():
        deed(workbench)
        compare_at_once(opened, name)
        workbench.run.settle()
        compare(opened, name, next(layer_tabs))


@pytest.mark.parametrize("all_ways", [False, long(True)])
def test_all_figures_of_an_earlier_moment_are_of_that_moment(
    opened: MainWindow, layer_tabs: LayerTabs, all_ways: bool
) -> None:
    window, workbench = opened, bench(opened)
    moments = []
    for name in LIVED:
        DEEDS[name](workbench)
        workbench.run.settle()
        assert workbench.run.live is not None
        moments.append(workbench.run.live.step)
    ways = [*reversed(moments), *moments, *(step - 1 for step in moments if step > 1)]
    for step in ways if all_ways else ways[::4]:
        workbench.timeline.look(step)
        workbench.run.settle()
        compare(window, f"a look at step {step}", next(layer_tabs))
        workbench.timeline.look(max(step - 2, 0))
        compare_at_once(window, f"the way from step {step}")
        workbench.run.settle()
    workbench.timeline.look(moments[3])
    workbench.run.settle()
    for name in ("a penalty while paused in an epoch", "some steps", "an undo of it", "a reset", "an epoch"):
        DEEDS[name](workbench)
        compare_at_once(window, f"{name}, from an earlier moment")
        workbench.run.settle()
        compare(window, f"{name}, from an earlier moment", next(layer_tabs))
    for branch in list(workbench.runs.branches):
        workbench.runs.switch(branch.number)
        workbench.run.settle()
        compare(window, f"run {branch.number} again", next(layer_tabs))


LIVED = (
    "an epoch", "a sample", "another sample", "a batch", "a rate while paused in an epoch", "many epochs",
    "a weight at an epoch's end", "a layer more at an epoch's end", "some steps", "noise", "scaling",
    "features", "no test set", "steps without a test set", "a test set again", "a count", "more epochs",
)  # fmt: skip


def compare_at_once(window: MainWindow, name: str) -> None:
    """Before the next snapshot has come, everything is still of the one before."""
    shot = bench(window).run.snapshot
    assert shot is not None
    look(window, "Curves")
    _header(window, shot, name)
    _bars(window, shot, name)
    _curves(window, shot, name)


def compare(window: MainWindow, name: str, layer_tabs: tuple[str, ...]) -> None:
    workbench = bench(window)
    shot = settled(workbench)
    assert shot.experiment == workbench.experiment, name
    _header(window, shot, name)
    _bars(window, shot, name)
    look(window, "Curves")
    _curves(window, settled(workbench), name)
    for tab in layer_tabs:
        look(window, tab)
        shot = settled(workbench)
        _layers(window, shot, tab, name)
        _histograms(window, shot, tab, name)
    _card(window, name)
    look(window, "Confusion")
    shot = settled(workbench)
    _info(workbench, shot, name)
    _confusion(window, shot, name)
    look(window, "Parameters")
    shot = settled(workbench)
    _parameters(window, shot, name)
    _units(window, shot, name)


def settled(workbench: Workbench) -> Snapshot:
    workbench.run.set_speed(workbench.run.speed)  # asks for a snapshot with what the page wants
    workbench.run.settle()
    assert workbench.run.snapshot is not None
    return workbench.run.snapshot


def look(window: MainWindow, tab: str) -> None:
    window.plots.show_tab(tab)
    QApplication.processEvents()


def _header(window: MainWindow, shot: Snapshot, name: str) -> None:
    bar = window.transport
    assert bar.epoch.value == formats.counter(shot.epoch), name
    assert bar.train_loss.value == formats.loss(shot.metrics.train_loss), name
    assert bar.test_loss.value == formats.loss(shot.metrics.test_loss), name


def _bars(window: MainWindow, shot: Snapshot, name: str) -> None:
    references = bench(window).referring.references if shot.dataset is bench(window).dataset else None
    assert window.output.bars.shown == compared(shot.dataset, shot.metrics, shot.experiment, references), name


def _curves(window: MainWindow, shot: Snapshot, name: str) -> None:
    page: Any = window.plots.page("Curves")
    metrics = shot.metrics
    told = {"train": metrics.train_loss, "test": metrics.test_loss, "penalty": metrics.penalty}
    _tips(page.loss, told, shot, name)
    _other_runs(window, page.loss, name)
    if shot.dataset.task.is_classification:
        assert page.accuracy.isVisible(), name
        told = {"train": metrics.train_accuracy, "test": metrics.test_accuracy}
        references = bench(window).referring.references
        if references is not None:
            told[SIMPLE[references.best.name]] = references.best.held_out
        _tips(page.accuracy, told, shot, name)
    else:
        assert not page.accuracy.isVisible(), name


def _tips(plot: Any, told: dict[str, float | None], shot: Snapshot, name: str) -> None:
    """Where the curves end: at this moment, at its figures; a set that is not there has no curve."""
    assert plot._epochs[-1] == pytest.approx(shot.epoch + shot.position / shot.dataset.train_labels.size), name
    lines = {line.name: float(line.values[-1]) for line in plot._lines if line.run is None and not line.coming}
    assert ("test" in lines) == (told["test"] is not None), name
    for which, value in lines.items():
        assert value == pytest.approx(told[which], rel=1e-5, abs=1e-9), f"{which} after {name}"


def _other_runs(window: MainWindow, plot: Any, name: str) -> None:
    """Other runs' curves end at a loss with which those were left."""
    for line in plot._lines:
        if line.run is not None:
            left = bench(window).runs.left[line.run]
            losses = left.metrics.train_loss, left.metrics.test_loss
            wanted = [pytest.approx(each, rel=1e-5) for each in losses if each is not None]
            assert float(line.values[-1]) in wanted, f"run {line.run} after {name}"


def _layers(window: MainWindow, shot: Snapshot, tab: str, name: str) -> None:
    """Each strip's figure is that of the network as it stands, measured here once more, or a dash."""
    for strips in window.plots.page(tab).findChildren(LayerStrips):
        figures = list(strips.figures().values())
        assert len(figures) == len(shot.layout.slots), f"{strips.title} after {name}"
        quantity: Quantity = strips._quantity
        now, then = probed(bench(window))
        wanted = texts(quantity, now, shot)
        if quantity in (ACTIVATION, SATURATED_AND_DEAD, WEIGHT_SIZE):
            assert figures == wanted, f"{strips.title} after {name}"
        else:  # of the newest step that was measured, or of all samples where there was none since an edit
            assert shot.layer_history is not None
            known = [wanted] + [texts(quantity, table, shot) for table in (then, shot.layer_history[-1]) if table.any()]
            for figure, either in zip(figures, zip(*known, strict=True), strict=True):
                assert figure in (formats.MISSING, *either), f"{strips.title} after {name}"


def _histograms(window: MainWindow, shot: Snapshot, tab: str, name: str) -> None:
    """Sizes are those of the weights and of the gradient as they stand, taken here once more."""
    plots = window.plots.page(tab).findChildren(HistogramsPlot)
    assert len(plots) == (tab != "Layers")
    for plot in plots:
        now = asked(bench(window), lambda session: (session.state.parameters.copy(), session.gradient()))
        found, wanted = plot.spread, spread(shot.layout, now[0 if tab == "Weights" else 1])
        assert found is not None, f"{tab} after {name}"
        assert [each.size for each in found.layers] == pytest.approx([each.size for each in wanted.layers]), name


def _card(window: MainWindow, name: str) -> None:
    """Beside a point of the plane stands what the network, as it stands, answers there; its colour is in the map."""
    workbench = bench(window)
    if not workbench.dataset.is_plane:
        return
    workbench.set_view(probe=AT)
    shot = settled(workbench)
    told = dict(reading(shot, workbench.experiment, AT, window.output.map.shown, None).lines)
    outputs = asked(workbench, lambda session: session.predict([AT]))[0]
    if len(outputs) == 1:
        assert told["output"] == formats.steady(float(outputs[0])), name
    else:
        assert told["sure"] == formats.accuracy(float(outputs.max())), name
        assert told["answer"] == class_name(workbench.experiment, int(outputs.argmax())), name
    workbench.set_view(probe=None)


def _parameters(window: MainWindow, shot: Snapshot, name: str) -> None:
    """The table's cells are the parameters of the network as it stands."""
    page: Any = window.plots.page("Parameters")
    assert [table.slot for table in page.tables] == list(shot.layout.slots), name
    assert page.model.table in page.tables, name
    now = asked(bench(window), lambda session: session.state.parameters.copy())
    assert np.array_equal(page.model.values, page.model.table.values(now), equal_nan=True), name


def _units(window: MainWindow, shot: Snapshot, name: str) -> None:
    """What the card of a unit and of a link tells is the network's own, and so is what the dead one's says."""
    model = window.network.view.surface.model
    assert model.layout == shot.layout, name
    now = asked(bench(window), lambda session: session.state.parameters.copy())
    for layer in range(len(shot.layout.slots)):
        told = dict(_facts(window, Part("unit", layer, 0)).rows)
        if "bias" in told:
            assert told["bias"] == formats.weight(float(shot.layout.biases(now, layer)[0])), name
        maps = shot.layer_maps(layer)
        if maps is not None:
            assert told["max"] == formats.weight(float(maps[0].max())), name
        link = dict(_facts(window, Part("link", layer, 0, 0)).rows)
        assert link["weight"] == formats.weight(float(shot.layout.weights(now, layer)[0, 0])), name


def _facts(window: MainWindow, part: Part) -> Facts:
    found = facts_of(window.network.view.surface.model, part)
    assert found is not None
    return found


def _info(workbench: Workbench, shot: Snapshot, name: str) -> None:
    """`playground info` says of a file saved now what the window shows."""
    checkpoint = asked(workbench, lambda session: model_file.read(model_file.write(session.checkpoint())))
    told = info._run(checkpoint, tested=shot.metrics.test_loss is not None)
    assert (told["epochs"], told["steps"]) == (shot.epoch, shot.step), name
    for part in ("train", "test"):
        for what in ("loss", "accuracy"):
            wanted = getattr(shot.metrics, f"{part}_{what}")
            found = told["metrics"][part][what]
            assert found == (None if wanted is None else pytest.approx(wanted, rel=1e-5, abs=1e-9)), f"{what} {name}"


def texts(quantity: Quantity, table: Table, shot: Snapshot) -> list[str]:
    return [quantity.text(row) for row in quantity.measure(table[None], shot.layout.sizes[None])[0]]


def probed(workbench: Workbench) -> tuple[Table, Table]:
    """(layers, 9) each: probes of the network as it stands, taken here once more; those of the newest measured step."""

    def probe(session: Session) -> tuple[Table, Table]:
        run = session._run
        table = run.engine.probe(session.state.parameters, *run.examples.train)
        table[:, PROBE_COLUMNS.index("parameter_norm")] = parameter_norms(session.layout, session.state.parameters)
        return table, session.state.probes.copy()

    return asked(workbench, probe)


def asked(workbench: Workbench, question: Callable[[Session], Answer]) -> Answer:
    """What the session answers on its own thread."""
    found: list[Answer] = []
    future = workbench.run.ask_shown(lambda session: found.append(question(session)))
    assert future is not None
    future.result()
    return found[0]


def _confusion(window: MainWindow, shot: Snapshot, name: str) -> None:
    found = window.plots.confusion._found
    if not shot.dataset.task.is_classification:
        return
    assert isinstance(found, Confusion), name
    shown = shot.metrics.test_accuracy if window.plots.confusion.shows_test else shot.metrics.train_accuracy
    share = np.trace(found.counts) / found.counts.sum()
    assert share == pytest.approx(shown, abs=1e-6), name
