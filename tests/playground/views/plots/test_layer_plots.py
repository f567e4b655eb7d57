"""Histograms and strips per layer: one range, tidy at one and at thirty-three layers, computed only when seen."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense, Dropout
from playground.experiment.network import Network
from playground.figures.layer_figures import GRADIENT_SIZE, WEIGHT_SIZE
from playground.run.snapshot import PROBE_COLUMNS
from playground.views.plots.histograms import HistogramsPlot, axis_texts, grid_of
from playground.views.plots.layer_density import density_pixels, named_rows
from playground.views.plots.layer_plot import CAPTION
from playground.views.plots.layer_strips import LayerStrips, strip_rects
from playground.views.theme import theme
from tests.playground.views.still_workbench import WILD, colours, painted, shown, wild

SIZE = (580, 165)


def sides(half: int) -> dict:
    return {"left": np.s_[:, :half], "right": np.s_[:, half + 1 :]}


def deep(layers: int) -> Experiment:
    return Experiment(network=Network(tuple(Dense(3) for _ in range(layers))))


def histograms(kind):
    return lambda bench: HistogramsPlot(bench, kind)


def strips(kind):
    quantity = {"weights": WEIGHT_SIZE, "gradients": GRADIENT_SIZE}.get(kind, kind)
    return lambda bench: LayerStrips(bench, quantity)


@pytest.mark.parametrize("width", [520, 580, 900])
@pytest.mark.parametrize("count", [1, 3, 6, 10, 13, 33])
def test_cells_are_wide_enough_or_there_are_none(count: int, width: int) -> None:
    grid = grid_of(count, width, 165)
    if grid is not None:
        columns, rows = grid
        assert (columns - 1) * rows < count <= columns * rows
        assert width / columns >= 88
    else:
        assert count > 10


@pytest.mark.parametrize("count", [1, 4, 8, 14, 33])
def test_strips_neither_overlap_nor_leave_the_view(count: int) -> None:
    rects = strip_rects(count, 380, 165)
    assert len(rects) in (0, count)
    for at, rect in enumerate(rects):
        assert QRectF(0, 0, 380, 165).contains(rect)
        assert rect.height() >= 17
        assert not any(rect.adjusted(1, 1, -1, -1).intersects(other) for other in rects[:at])


def test_labels_of_an_axis_do_not_touch_each_other() -> None:
    wide = dict.fromkeys(("−0.02", "0.02"), 33.0) | {"0": 6.5, "−3": 13.0, "3": 6.5}
    for width in (69.0, 73.0):
        assert [text for _, text in axis_texts(0.02, width, wide.__getitem__)] == ["−0.02", "0.02"]
    assert [text for _, text in axis_texts(0.02, 82.0, wide.__getitem__)] == ["−0.02", "0.02", "0"]
    assert [text for _, text in axis_texts(3.0, 69.0, wide.__getitem__)] == ["−3", "3", "0"]


def test_bars_stand_where_the_weights_are(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, histograms("weights"), deep(1), SIZE)
    snapshot = bench.show_run()
    parameters = np.zeros_like(snapshot.parameters)
    snapshot.layout.weights(parameters, 0)[:] = -1.0
    snapshot.layout.weights(parameters, 1)[:] = 1.0
    bench.show_snapshot(replace(snapshot, parameters=parameters))
    assert view.spread is not None
    assert [np.flatnonzero(layer.bars).tolist() for layer in view.spread.layers] == [
        [0],
        [len(view.spread.layers[0].bars) - 1],
    ]
    image = painted(view)
    half = SIZE[0] // 2
    left = {image.pixel(x, 100) for x in range(half - 20)}
    right = {image.pixel(x, 100) for x in range(half, SIZE[0])}
    assert theme.color("negative").rgb() in left
    assert theme.color("positive").rgb() not in left
    assert theme.color("positive").rgb() in right


def test_gradients_are_shown_where_they_were_asked_for(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, histograms("gradients"), size=SIZE)
    snapshot = bench.show_run()
    assert view.spread is not None
    gradient = view.spread
    bench.show_snapshot(replace(snapshot, gradient=None))
    assert view.spread is None
    empty = painted(view)
    bench.show_snapshot(snapshot)
    assert view.spread.reach == gradient.reach
    assert painted(view) != empty


@pytest.mark.parametrize("kind", ["weights", "gradients"])
def test_nothing_is_computed_out_of_sight_or_twice(qtbot: QtBot, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from playground.views.plots import histograms as histograms_plot

    bench, view = shown(qtbot, histograms(kind), size=SIZE)
    snapshot = bench.show_run()
    calls = []
    real = histograms_plot.spread
    monkeypatch.setattr(histograms_plot, "spread", lambda *args: calls.append(1) or real(*args))
    bench.show_snapshot(snapshot)
    assert not calls
    view.hide()
    bench.show_run(epochs=1)
    assert not calls
    view.show()
    assert len(calls) == 1


def test_thirty_three_layers_become_one_picture(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, histograms("weights"), deep(32), SIZE)
    bench.show_run()
    assert view.spread is not None
    pixels = density_pixels(view.spread)
    assert pixels.shape[0] == 33
    bars = np.array([layer.bars for layer in view.spread.layers])
    half = bars.shape[1] // 2
    full = {side: {int(each) for each in pixels[at][bars[at] == 1]} for side, at in sides(half).items()}
    assert full["left"] == {theme.color("negative").rgb()}
    assert full["right"] == {theme.color("positive").rgb()}
    image = painted(view)
    assert len(colours(image)) > 30
    assert named_rows(33, 120)[0] == 0
    assert named_rows(33, 120)[-1] == 32
    assert np.diff(named_rows(33, 120)).min() * 120 / 33 >= 13
    assert named_rows(1, 120) == [0]


def test_a_strip_shows_the_record_and_a_reset_begins_it_anew(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, strips("gradients"), size=(380, 165))
    for _ in range(4):
        bench.show_run(epochs=2)
    assert view.course is not None
    assert view.course.epochs.tolist() == list(range(9))
    bench.session.reset()
    bench.show_run()
    assert view.course.epochs.tolist() == [0]
    bench.session = None
    bench.show_experiment(deep(3))
    bench.show_run()
    assert view.course.values.shape == (1, 4, 1)
    bench.show_snapshot(None)
    assert view.course is None


def test_a_larger_gradient_is_higher_up(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, strips("gradients"), size=(380, 165))
    snapshot = bench.show_run()
    heights = []
    for version, size in enumerate((1e-4, 1e-1), 100):
        history = np.full_like(snapshot.layer_history, 1e-6)
        history[:, 0, PROBE_COLUMNS.index("gradient_norm")] = size
        history[:, 2, PROBE_COLUMNS.index("gradient_norm")] = 1.0
        bench.show_snapshot(replace(snapshot, layer_history=history, version=version))
        image, rect = painted(view), strip_rects(3, 380, 165)[0]
        column = range(int(rect.top()), int(rect.bottom()))
        heights.append(min(y for y in column if _is_accent(image.pixel(150, y))))
    assert heights[1] < heights[0] - 5


def _is_accent(pixel: int) -> bool:
    colour = QColor.fromRgb(pixel)
    return colour.blue() > colour.red() + 60


def test_very_many_layers_are_bars_side_by_side(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, strips("weights"), deep(32), (360, 165))
    bench.show_run()
    image = painted(view)
    bars = "".join("#" if _is_accent(image.pixel(x, 140)) else " " for x in range(360)).split()
    assert len(bars) == 33


@pytest.mark.parametrize("layers", [1, 9, 32])
def test_wild_numbers_are_drawn_calmly(qtbot: QtBot, layers: int) -> None:
    for make in (histograms("weights"), histograms("gradients"), strips("weights"), strips("gradients")):
        bench, view = shown(qtbot, make, deep(layers), (360, 130))
        for value in WILD:
            bench.show_snapshot(wild(bench.show_run(), value))
            assert len(colours(painted(view))) > 3, (view, value)


@pytest.mark.parametrize("make", [histograms("weights"), strips("weights")])
def test_the_theme_is_followed(qtbot: QtBot, make) -> None:
    bench, view = shown(qtbot, make, size=SIZE)
    bench.show_run()
    light = painted(view)
    theme.current().set_theme("contrast")
    assert painted(view) != light
    theme.current().set_theme("light")
    assert painted(view) == light


def test_a_layer_without_parameters_has_no_figure_of_them(qtbot: QtBot) -> None:
    layers = (Dense(3), Dropout(), Dense(3))
    experiment = Experiment(network=Network(layers))
    bench, view = shown(qtbot, strips("weights"), experiment, (380, 165))
    bench.show_run(epochs=1)
    assert [name for name, text in view.figures().items() if text == "–"] == ["Layer 2"]
    bench, view = shown(qtbot, histograms("weights"), experiment, SIZE)
    bench.show_run(epochs=1)
    bare = painted(view)
    columns, rows = grid_of(4, *SIZE)
    wide, high = SIZE[0] / columns, (SIZE[1] - CAPTION) / rows
    place = QRectF(1 % columns * wide, CAPTION + 1 // columns * high, wide, high).toRect()
    inks = colours(bare.copy(place))
    assert theme.color("positive").rgb() not in inks
    assert theme.color("positive").rgb() in colours(bare)
