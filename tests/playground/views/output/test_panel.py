"""The output panel: its toggles, where its parts lie, the scale and the bars."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QRect, Qt
from pytestqt.qtbot import QtBot

from playground.run.snapshot import Demand
from playground.views.output.accuracy_bars import AccuracyBars
from playground.views.output.colour_scale import ColourScale
from playground.views.output.panel import OutputPanel, arranged
from playground.views.theme import theme
from tests.own_points import about, made
from tests.playground.views.still_workbench import WILD, experiment_on, painted, shown, wild

BARS = 82


@pytest.mark.parametrize("size", [(366, 552), (312, 430), (312, 560), (366, 430), (500, 900), (240, 300)])
def test_the_parts_fill_the_panel_without_overlapping(size: tuple[int, int]) -> None:
    places = arranged(*size, BARS)
    parts = [places.map, places.scale, places.bars]
    for at, part in enumerate(parts):
        assert QRect(0, 0, *size).contains(part), part
        assert not any(part.intersects(other) for other in parts[:at])
    assert places.map.width() == places.map.height() >= 120


def test_the_scale_stands_where_height_is_short_and_lies_where_it_is_not() -> None:
    assert arranged(366, 552, BARS).map.width() == 366
    assert arranged(366, 552, BARS).scale.width() == 366
    low = arranged(312, 430, BARS)
    assert low.scale.height() == low.map.height() >= 270


@pytest.mark.parametrize("name", ["show_test", "discretize", "mark_errors", "show_best"])
def test_a_toggle_changes_the_view_and_follows_it(qtbot: QtBot, name: str) -> None:
    bench, panel = shown(qtbot, OutputPanel, size=(366, 552))
    button = panel.toggles[name]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert getattr(bench.view, name) is True
    bench.set_view(**{name: False})
    assert not button.isChecked()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert getattr(bench.view, name) is True


def test_the_header_fits_at_both_widths(qtbot: QtBot) -> None:
    for width in (312, 366):
        _, panel = shown(qtbot, OutputPanel, size=(width, 440))
        assert not panel._title.is_cut()
        for button in panel.toggles.values():
            assert panel.rect().contains(button.geometry())


def test_it_asks_for_maps_only_while_visible_and_for_answers_only_to_mark_errors(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, OutputPanel)
    assert bench.run.demands.by_view["output"] == Demand(maps=True)
    bench.set_view(mark_errors=True)
    assert bench.run.demands.by_view["output"] == Demand(maps=True, predictions=True)
    panel.hide()
    assert bench.run.demands.by_view["output"] == Demand()
    bench.set_view(mark_errors=False)
    assert bench.run.demands.by_view["output"] == Demand()
    panel.show()
    assert bench.run.demands.by_view["output"] == Demand(maps=True)


def test_errors_cannot_be_marked_in_a_regression(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, OutputPanel)
    assert panel.toggles["mark_errors"].isEnabled()
    bench.show_experiment(experiment_on("plane"))
    assert not panel.toggles["mark_errors"].isEnabled()
    assert not panel.toggles["show_best"].isEnabled()
    assert "no boundary" in panel.toggles["show_best"].toolTip()


def test_the_best_boundary_is_drawn_on_demand_and_where_there_is_none_it_is_said(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, OutputPanel, size=(366, 552))
    pictures = []
    for name in ("gaussians", "classification"):
        bench.show_experiment(experiment_on(name))
        for on in (False, True):
            bench.set_view(show_best=on)
            pictures.append(panel.map.grab().toImage())
    assert pictures[0] != pictures[1]
    assert pictures[2] != pictures[3], "a note"


@pytest.mark.parametrize(
    ("name", "changes", "labels"),
    [
        ("circles", {}, ["−1", "0", "1"]),
        ("circles", {"training__loss": "binary_cross_entropy"}, ["0", "0.5", "1"]),
        ("circles", {"training__loss": "softmax_cross_entropy"}, ["0", "0.5", "1"]),
        ("three_spirals", {}, ["0", "1", "2"]),
        ("multi_gaussian", {}, ["−1", "0", "1"]),
    ],
)
def test_the_scale_shows_what_the_colours_mean(qtbot: QtBot, name: str, changes: dict, labels: list[str]) -> None:
    bench, panel = shown(qtbot, OutputPanel, experiment_on(name, **changes))
    bench.show_run()
    assert panel.scale.labels == labels


def test_classes_with_names_are_called_by_them(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, OutputPanel, experiment_on("smiley"), size=(366, 552))
    names = list(bench.dataset.class_names)
    bench.show_run()
    assert panel.scale.labels == names
    lying = painted(panel.scale)
    panel.scale.set_field(panel.map.shown.field)  # type: ignore[union-attr]
    assert panel.scale.labels == ["0", "1", "2", "3"]
    assert painted(panel.scale) != lying
    bench.show_experiment(experiment_on("three_spirals"))
    bench.show_run()
    assert panel.scale.toolTip() == ""
    bench.show_experiment(experiment_on("smiley"))
    panel.resize(312, 430)
    bench.show_run()
    assert panel.scale.upright, "signs, whose names are told on hover"
    assert all(name in panel.scale.toolTip() for name in names)


def test_both_ends_of_two_classes_with_names_are_called_by_them(qtbot: QtBot) -> None:
    points = made()
    bench, panel = shown(qtbot, OutputPanel, about(points, ("gull", "owl")), size=(366, 552), points=points)
    bench.show_run()
    assert panel.scale.labels == ["−1", "0", "1"]
    assert panel.scale.toolTip() == "−1  gull\n1  owl"
    named = painted(panel.scale)
    bench.set_view(hovered=(-1, 0))
    assert panel.scale.toolTip() == "", "a feature is no class"
    bench.set_view(hovered=None)
    assert painted(panel.scale) == named
    panel.scale.set_field(panel.map.shown.field)  # type: ignore[union-attr]
    assert painted(panel.scale) != named


def test_the_scale_follows_the_hovered_unit(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, OutputPanel)
    bench.show_run()
    bench.set_view(hovered=(-1, 0))
    assert panel.scale.labels == ["−6", "0", "6"]
    bench.set_view(hovered=None)
    assert panel.scale.labels == ["−1", "0", "1"]


def test_the_scale_runs_from_negative_to_positive(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, OutputPanel, size=(366, 552))
    bench.show_run()
    image = painted(panel.scale)
    left, middle, right = (image.pixelColor(x, 4) for x in (6, 183, 360))
    assert left.red() > left.blue() + 50
    assert right.blue() > right.red() + 50
    assert abs(middle.red() - middle.blue()) < 12
    panel.resize(312, 430)
    image = painted(panel.scale)
    assert panel.scale.upright
    assert image.pixelColor(4, 6).blue() > image.pixelColor(4, 6).red() + 50


def test_a_scale_without_a_map_is_empty(qtbot: QtBot) -> None:
    theme.current().set_theme("light")
    scale = ColourScale()
    qtbot.addWidget(scale)
    scale.resize(200, 26)
    empty = painted(scale)
    assert scale.labels == []
    bench, panel = shown(qtbot, OutputPanel)
    bench.show_run()
    scale.set_field(panel.map.shown.field)
    assert painted(scale) != empty
    scale.set_field(None)
    assert painted(scale) == empty


def test_a_bar_is_as_long_as_the_accuracy(qtbot: QtBot) -> None:
    bench, bars = shown(qtbot, AccuracyBars, size=(366, 82))
    snapshot = bench.show_run()
    for accuracy in (0.25, 0.5, 0.75):
        metrics = msgspec.structs.replace(snapshot.metrics, train_accuracy=accuracy)
        bench.show_snapshot(replace(snapshot, metrics=metrics))
        assert _length(bars) == pytest.approx(accuracy, abs=0.04)
    assert "majority" in bars.accessibleDescription()


def _length(bars: AccuracyBars) -> float:
    """How much of its track the training bar fills."""
    image, accent = painted(bars), theme.color("accent").rgb()
    row = [x for x in range(366) if image.pixel(x, 34) == accent]
    return (max(row) - min(row)) / (366 - 62 - min(row))


def test_bars_are_only_painted_when_a_figure_changes(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    bench, bars = shown(qtbot, AccuracyBars)
    snapshot = bench.show_run()
    calls = []
    monkeypatch.setattr(bars, "update", lambda: calls.append(1))
    bench.show_snapshot(snapshot)
    assert not calls
    bench.show_run(epochs=30)
    assert calls


def test_a_regression_shows_its_error(qtbot: QtBot) -> None:
    bench, bars = shown(qtbot, AccuracyBars, experiment_on("plane"))
    bench.show_run(epochs=5)
    assert bars.accessibleName() == "Error, root mean square"
    assert "always the mean" in bars.accessibleDescription()


@pytest.mark.parametrize("theme_name", ["light", "dark", "contrast"])
def test_the_whole_panel_survives_wild_numbers(qtbot: QtBot, theme_name: str) -> None:
    bench, panel = shown(qtbot, OutputPanel, size=(312, 430))
    theme.current().set_theme(theme_name)
    for value in WILD:
        snapshot = bench.show_run()
        before = painted(panel)
        bench.show_snapshot(wild(snapshot, value))
        assert painted(panel) != before, value
