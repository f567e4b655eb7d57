"""The page of the layers: strips from the training pass, the usual band, and room for all or for two of them."""

from __future__ import annotations

import math
from itertools import count

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF
from pytestqt.qtbot import QtBot

from playground.figures.layer_figures import (
    ACTIVATION,
    GRADIENT_NORM,
    PROBED,
    SATURATED_AND_DEAD,
    UPDATE_RATIO,
    Quantity,
)
from playground.run.snapshot import PROBE_COLUMNS, Snapshot
from playground.views.plots.layer_profile import spans
from playground.views.plots.layer_strips import FIGURES, LayerStrips, strip_rects
from playground.views.plots.layers_page import LayersPage
from playground.views.plots.panel import PlotsPanel
from playground.views.theme import theme
from tests.playground.views.plots.test_layer_plots import deep
from tests.playground.views.still_workbench import WILD, colours, near, painted, shown

USUAL = {
    "gradient_norm": 0.1, "update_ratio": 1e-3, "largest_update_ratio": 1e-2, "activation_mean": 0.0,
    "activation_variance": 0.25, "dead_units": 0, "saturated_share": 0.0, "largest_update_step": 3,
    "parameter_norm": 1.0,
}  # fmt: skip


VERSIONS = count(1000)


def probed(snapshot: Snapshot, epochs: int = 1, **changes: float) -> Snapshot:
    """The snapshot of a run that has written down these figures for every layer, in so many epochs."""
    row = [{**USUAL, **changes}[name] for name in PROBE_COLUMNS]
    history = np.repeat(snapshot.history[-1:], epochs, axis=0)
    history[:, 0] = np.arange(epochs)
    table = np.array([[row] * len(snapshot.layout.slots)] * epochs, dtype=np.float64)
    sizes = np.array([snapshot.layout.sizes] * epochs)
    told = {"layer_history": table, "layer_sizes": sizes, "layers_now": table[-1]}
    return replace(snapshot, history=history, version=next(VERSIONS), **told)


def strips(quantity: Quantity):
    return lambda bench: LayerStrips(bench, quantity)


def line_and_band(view) -> tuple[list[int], bool, list[int]]:
    """The rows of the first strip's line, whether it is green, and the rows of the band, all at x = 150."""
    rect, image = strip_rects(3, view.width(), view.height())[0], painted(view)
    rows = range(int(rect.top()) + 3, int(rect.bottom()) - 2)
    column = {y: QColor.fromRgb(image.pixel(150, y)) for y in rows}
    line = [y for y, colour in column.items() if colour.lightness() < 150]
    band = [y for y in rows if near(image.pixel(150, y), theme.color("good_soft").rgb())]
    return line, any(column[y].green() > column[y].red() + 60 for y in line), band


@pytest.mark.parametrize("quantity", PROBED, ids=lambda each: each.title)
def test_figures_follow_the_training_pass(quantity: Quantity, qtbot: QtBot) -> None:
    bench, view = shown(qtbot, strips(quantity), size=(300, 165))
    snapshot = bench.show_run()
    bench.show_snapshot(replace(snapshot, layer_history=None))
    assert view.figures() == {}
    bench.show_snapshot(probed(snapshot, dead_units=1))
    expected = {
        GRADIENT_NORM: ["0.10"] * 3,
        UPDATE_RATIO: ["0.0010"] * 3,
        ACTIVATION: ["0 ± 0.5"] * 3,
        SATURATED_AND_DEAD: ["25 % dead", "50 % dead", "100 % dead"],
    }[quantity]
    assert view.figures() == dict(zip(["Layer 1", "Layer 2", "Output"], expected, strict=True))
    assert quantity.tip in view.toolTip()


def test_before_the_first_step_updates_are_dashes_beside_their_layers(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, strips(UPDATE_RATIO), size=(300, 165))
    bench.show_run()
    assert view.figures() == {"Layer 1": "–", "Layer 2": "–", "Output": "–"}
    assert theme.color("shade").rgb() in colours(painted(view))
    bench.show_run(epochs=1)
    assert "–" not in view.figures().values()


def test_an_update_of_the_usual_size_is_green_inside_the_band_and_others_are_quiet(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, strips(UPDATE_RATIO), size=(300, 165))
    snapshot = bench.show_run()
    found = {}
    for ratio in (1e-4, 1e-3, 1e-1):
        bench.show_snapshot(probed(snapshot, update_ratio=ratio))
        found[ratio] = line_and_band(view)
    assert {ratio: is_green for ratio, (_, is_green, _) in found.items()} == {1e-4: False, 1e-3: True, 1e-1: False}
    line, _, band = found[1e-3]
    assert min(band) < min(line) <= max(line) < max(band)
    assert min(found[1e-4][0]) > max(found[1e-4][2])
    assert max(found[1e-1][0]) < min(found[1e-1][2])


def test_activations_are_a_band_around_their_mean(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, strips(ACTIVATION), size=(320, 165))
    snapshot = probed(bench.show_run(), activation_variance=0.01)
    snapshot.layer_history[:, 1:, PROBE_COLUMNS.index("activation_variance")] = 1.0
    bench.show_snapshot(snapshot)
    image = painted(view)

    def soft_rows(layer: int) -> int:
        rect = strip_rects(3, 320, 165)[layer]
        column = [QColor.fromRgb(image.pixel(150, y)) for y in range(int(rect.top()) + 4, int(rect.bottom()) - 4)]
        return sum(colour.blue() > colour.red() + 18 for colour in column)

    assert 1 <= soft_rows(0) < soft_rows(1) / 2


def test_dead_units_are_filled_and_saturation_is_a_line(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, strips(SATURATED_AND_DEAD), size=(300, 165))
    snapshot = bench.show_run()

    def reds() -> int:
        rect, image = strip_rects(3, 300, 165)[2], painted(view)
        column = [QColor.fromRgb(image.pixel(150, y)) for y in range(int(rect.top()), int(rect.bottom()))]
        return sum(colour.red() > colour.green() + 40 and colour.red() > colour.blue() + 40 for colour in column)

    bench.show_snapshot(probed(snapshot))
    none = reds()
    bench.show_snapshot(probed(snapshot, dead_units=1))
    assert reds() > none + 10


@pytest.mark.parametrize("quantity", PROBED, ids=lambda each: each.title)
@pytest.mark.parametrize("layers", [1, 9, 32])
def test_wild_probes_are_drawn_calmly(quantity: Quantity, layers: int, qtbot: QtBot) -> None:
    bench, view = shown(qtbot, strips(quantity), deep(layers), (260, 130))
    for value in WILD:
        snapshot = bench.show_run()
        bench.show_snapshot(probed(snapshot, 3, **{name: value for name in USUAL if name != "dead_units"}))
        assert len(colours(painted(view))) > 3, value
        assert math.isnan(value) == (view.course is None), value
        assert view.course is None or np.isfinite(view.course.values).all(), value


@pytest.mark.parametrize("quantity", PROBED, ids=lambda each: each.title)
def test_very_many_layers_keep_both_numbers_and_the_band(quantity: Quantity, qtbot: QtBot) -> None:
    bench, view = shown(qtbot, strips(quantity), deep(32), (260, 165))
    snapshot = bench.show_run()
    one = probed(snapshot, activation_mean=1.0, activation_variance=0.04, dead_units=1, saturated_share=0.9)
    bench.show_snapshot(one)
    found = {QColor.fromRgb(each).name() for each in colours(painted(view))}
    tokens = {GRADIENT_NORM: ["accent"], UPDATE_RATIO: ["accent", "good_soft"], SATURATED_AND_DEAD: ["warning", "bad"]}
    for token in tokens.get(quantity, []):
        assert theme.color(token).name() in found, token
    assert view.course is not None
    if quantity is ACTIVATION:
        [(first, last)] = spans(quantity, view.course.values[-1], 0.0)
        assert (first[0], last[0]) == (pytest.approx(0.8), pytest.approx(1.2))


def test_all_strips_or_two_of_them(qtbot: QtBot) -> None:
    bench, page = shown(qtbot, LayersPage, size=(1000, 165))
    bench.show_run(epochs=1)
    assert [each.isVisible() for each in page.strips] == [True] * 4
    page.resize(560, 165)
    assert [each.isVisible() for each in page.strips] == [True, True, False, False]
    page.show_pair("units")
    assert [each.isVisible() for each in page.strips] == [False, False, True, True]
    page.resize(1000, 165)
    assert all(each.isVisible() for each in page.strips)


def test_the_switch_between_pairs_stands_there_only_where_it_is_needed(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, PlotsPanel, size=(1000, 204))
    bench.show_run(epochs=1)
    panel.show_tab("Layers")
    assert not panel.pairs.isVisible()
    panel.resize(560, 204)
    qtbot.waitUntil(panel.pairs.isVisible)
    qtbot.mouseClick(panel.pairs.buttons["units"], Qt.MouseButton.LeftButton)
    page = panel.page("Layers")
    assert [each.isVisible() for each in page.strips] == [False, False, True, True]
    panel.show_tab("Curves")
    assert not panel.pairs.isVisible()


def test_the_same_run_shows_the_same_rows_whatever_was_visible(qtbot: QtBot) -> None:
    bench, page = shown(qtbot, LayersPage, size=(560, 165))
    for _ in range(4):
        bench.show_run(epochs=3)
    page.resize(1000, 165)
    bench.show_run(epochs=1)
    epochs = [each.course.epochs.tolist() for each in page.strips]
    assert epochs == [list(range(14))] * 4
    assert page.strips[1].course.starts == (1, 1, 1), "no step led to the first row"


def test_a_last_value_of_nothing_leaves_the_line_there(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, strips(UPDATE_RATIO), size=(300, 165))
    snapshot = probed(bench.show_run(), 20)
    snapshot.layer_history[-1, 0, PROBE_COLUMNS.index("update_ratio")] = 0.0
    bench.show_snapshot(snapshot)
    line, _, _ = line_and_band(view)
    assert line


def ink(view, layer: int, token: str, quantity: Quantity) -> list[int]:
    """The columns in which a layer's strip has this colour."""
    rect, image, wanted = strip_rects(3, view.width(), view.height())[layer], painted(view), theme.color(token)
    rows = range(int(rect.top()) + 1, int(rect.bottom()))

    def has(x: int) -> bool:
        found = [QColor.fromRgb(image.pixel(x, y)) for y in rows]
        return any(abs(each.hsvHue() - wanted.hsvHue()) < 12 and each.hsvSaturation() > 60 for each in found)

    return [x for x in range(40, int(rect.right() - FIGURES[quantity.shape]) + 1) if has(x)]


def test_no_saturated_output_is_a_line_on_the_ground_from_the_first_moment_on(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, strips(SATURATED_AND_DEAD), size=(300, 165))
    snapshot = bench.show_run()
    for epochs in (1, 4):
        bench.show_snapshot(probed(snapshot, epochs))
        assert len(ink(view, 0, "warning", SATURATED_AND_DEAD)) > 100


def test_a_layer_known_at_the_newest_moment_alone_has_a_short_line_there(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, strips(GRADIENT_NORM), size=(300, 165))
    snapshot = probed(bench.show_run(), 6)
    snapshot.layer_history[:-1, 1] = np.nan
    bench.show_snapshot(snapshot)
    assert view.course.starts == (0, 5, 0)
    assert len(ink(view, 0, "accent", GRADIENT_NORM)) > 100
    assert 2 <= len(ink(view, 1, "accent", GRADIENT_NORM)) <= 8


@pytest.mark.parametrize("quantity", PROBED, ids=lambda each: each.title)
def test_the_longest_figure_keeps_away_from_its_strip(quantity: Quantity, qtbot: QtBot) -> None:
    wild = ((-9.9e-5, 9.9e-5), (-1234.5, 12345.0))
    pairs = ((1.0, 1.0), (0.999, 0.0), *(() if quantity is SATURATED_AND_DEAD else wild))
    texts = [quantity.text(np.array(pair)) for pair in pairs]
    widest = max(QFontMetricsF(theme.number_font(11)).horizontalAdvance(text) for text in texts)
    assert widest + 4 <= FIGURES[quantity.shape], texts
