"""The decision map: colours, points, the probe under pointer and keys, and calm drawing of anything."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from playground.data import make_dataset
from playground.data.task import MAX_CLASSES
from playground.figures.decision import reading
from playground.run.session import Session
from playground.views.marks.map_picture import map_table
from playground.views.marks.point_marks import SHAPES, mark_kind, mark_path
from playground.views.output import decision_map
from playground.views.output.decision_map import DecisionMap
from playground.views.output.point_layer import MOST, PointLayer
from playground.views.theme import theme
from tests.own_points import about, made
from tests.playground.views.still_workbench import (
    WILD,
    StillWorkbench,
    colours,
    experiment_on,
    flat,
    near,
    painted,
    shown,
    wild,
)

SIZE = (300, 300)


def corner(image: QImage) -> int:
    """A pixel of the map where no data point of `circles` lies."""
    return image.pixel(14, 14)


def test_the_colours_are_those_of_the_table(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    snapshot = bench.show_run()
    for value, place in ((-1.0, 0), (0.0, 128), (1.0, 255), (7.0, 255)):
        bench.show_snapshot(flat(snapshot, value))
        assert near(corner(painted(view)), int(map_table(False)[place]))


def test_up_is_up_and_right_is_right(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    snapshot = bench.show_run()
    maps = snapshot.maps.copy()
    maps[-1] = -1.0
    maps[-1, 60:, 60:] = 1.0
    bench.show_snapshot(replace(snapshot, maps=maps))
    image, table = painted(view), map_table(False)
    assert near(image.pixel(285, 15), int(table[255]))
    assert near(image.pixel(15, 15), int(table[0]))
    assert near(image.pixel(285, 285), int(table[0]))


def test_discretize_leaves_no_shade_between(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    snapshot = bench.show_run()
    bench.show_snapshot(flat(snapshot, 0.1))
    soft = corner(painted(view))
    bench.set_view(discretize=True)
    assert near(corner(painted(view)), int(map_table(False)[255]))
    assert not near(soft, int(map_table(False)[255]))


def test_hovering_a_unit_shows_its_map_and_its_name(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    snapshot = flat(bench.show_run(), -1.0)
    snapshot.maps[2] = 1.0
    bench.show_snapshot(snapshot)
    before = painted(view)
    bench.set_view(hovered=(0, 2))
    after = painted(view)
    assert near(after.pixel(285, 285), int(map_table(False)[255]))
    assert near(before.pixel(285, 285), int(map_table(False)[0]))
    assert near(after.pixel(12, 20), theme.color("surface").rgb(), 24)
    bench.set_view(hovered=None)
    assert painted(view) == before


def test_training_points_are_drawn_where_they_are(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    bench.show_snapshot(flat(bench.show_run(), 0.0))
    image, data = painted(view), bench.dataset
    hits = 0
    for (x, y), label in zip(data.train_points.T, data.train_labels, strict=True):
        place = view.to_pixels((x, y)).toPoint()
        hits += near(image.pixel(place), theme.color(f"class{int(label)}").rgb(), 30)
    assert hits > 0.75 * data.train_labels.size


def test_test_points_come_and_go_with_a_dark_ring(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    bench.show_snapshot(flat(bench.show_run(), 0.0))
    without = painted(view)
    bench.set_view(show_test=True)
    with_test = painted(view)
    dark = theme.color("text").lightness() + 60
    assert min(QColor.fromRgb(each).lightness() for each in colours(without)) > dark
    assert min(QColor.fromRgb(each).lightness() for each in colours(with_test)) < dark
    bench.set_view(show_test=False)
    assert painted(view) == without


def test_wrong_points_are_marked_and_the_others_turn_pale(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    snapshot = flat(bench.show_run(), 0.0)
    right = np.where(bench.dataset.train_labels == 1, 0.9, -0.9)[None, :]
    wrong = right.copy()
    wrong[0, 0] *= -1
    bench.show_snapshot(replace(snapshot, train_outputs=right))
    plain = painted(view)
    bench.set_view(mark_errors=True)
    pale = painted(view)
    assert pale != plain
    bench.show_snapshot(replace(snapshot, train_outputs=wrong))
    marked = painted(view)
    x, y = bench.dataset.train_points[:, 0]
    place = view.to_pixels((x, y))
    ring = place + QPointF(0, -7)
    assert QColor(marked.pixel(ring.toPoint())).lightness() < QColor(pale.pixel(ring.toPoint())).lightness() - 60


def test_a_regression_has_no_wrong_points(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, experiment_on("plane"), SIZE)
    bench.show_run()
    before = painted(view)
    bench.set_view(mark_errors=True)
    assert painted(view) == before


def test_several_classes_have_different_marks() -> None:
    assert len({mark_kind(label, SHAPES) for label in range(SHAPES)}) == SHAPES == MAX_CLASSES
    paths = [mark_path(kind, 4.0) for kind in range(SHAPES)]
    assert all(first != second for at, first in enumerate(paths) for second in paths[:at])
    assert {mark_kind(label, 2) for label in range(2)} == {0}
    for path in paths:
        box = path.boundingRect()
        assert 3 < box.width() / 2 < 6.5


def test_very_many_points_are_thinned(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, experiment_on("circles", data__source__samples=20_000), SIZE)
    assert PointLayer().counts(bench.dataset, False) == (MOST, 0)
    assert sum(PointLayer().counts(bench.dataset, True)) == MOST
    bench.show_run()
    many = painted(view)
    assert near(many.pixel(12, 288 - 10), theme.color("surface").rgb(), 40)


# -- nothing breaks it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["circles", "three_spirals", "plane"])
@pytest.mark.parametrize("value", WILD)
def test_wild_numbers_are_drawn_calmly(qtbot: QtBot, name: str, value: float) -> None:
    bench, view = shown(qtbot, DecisionMap, experiment_on(name), SIZE)
    bench.set_view(mark_errors=True, show_test=True, probe=(1.0, 1.0))
    bench.show_snapshot(wild(bench.show_run(), value))
    assert len(colours(painted(view))) > 10
    bench.set_view(hovered=(0, 1), discretize=True)
    assert len(colours(painted(view))) > 10


def test_without_a_snapshot_the_points_are_there(qtbot: QtBot) -> None:
    _, view = shown(qtbot, DecisionMap, size=SIZE)
    image = painted(view)
    assert near(corner(image), theme.color("shade").rgb())
    assert any(near(each, theme.color("class1").rgb(), 2) for each in colours(image))


def test_a_snapshot_of_another_experiment_shows_no_map(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    bench.set_view(mark_errors=True, hovered=(1, 1))
    bench.show_run()
    bench.show_experiment(experiment_on("blobs", data__source__classes=5, data__source__samples=100))
    assert view.shown is None
    assert near(corner(painted(view)), theme.color("shade").rgb())


def test_a_theme_change_repaints_everything(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    bench.show_snapshot(flat(bench.show_run(), 1.0))
    light = painted(view)
    theme.current().set_theme("dark")
    dark = painted(view)
    assert near(corner(dark), int(map_table(False)[255]))
    assert not near(corner(dark), corner(light))
    fresh = DecisionMap(bench)
    qtbot.addWidget(fresh)
    fresh.resize(*SIZE)
    assert painted(fresh) == dark
    theme.current().set_theme("light")
    assert painted(view) == light


class Paints(QObject):
    """Counts how often a widget is painted."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_what_changes_is_painted_and_what_does_not_is_not(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    paints = Paints()
    view.installEventFilter(paints)
    for change in (
        lambda: bench.show_run(),
        lambda: bench.set_view(hovered=(0, 0)),
        lambda: bench.show_experiment(experiment_on("moons")),
    ):
        qtbot.wait(1)
        before = paints.count
        change()
        qtbot.waitUntil(lambda before=before: paints.count > before)
    qtbot.wait(1)
    before = paints.count
    qtbot.wait(40)
    assert paints.count == before


def test_a_hidden_map_costs_nothing(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    bench.show_run()
    calls = []
    monkeypatch.setattr(view._picture, "update", lambda *args: calls.append(args))
    view.hide()
    bench.show_run(epochs=1)
    qtbot.wait(1)
    assert not calls


def test_the_picture_is_made_once_per_snapshot(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, DecisionMap, size=SIZE)
    bench.show_run()
    painted(view)
    image = view._picture.image
    bench.set_view(probe=(0.0, 1.0))
    painted(view)
    assert view._picture.image is image
    bench.show_run(epochs=1)
    painted(view)
    assert view._picture.image is not image


def test_named_columns_are_told_on_the_map_and_on_the_card(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    own = made()
    experiment = about(own, columns=("height", "a very long name of a column that never fits"))
    monkeypatch.setattr(StillWorkbench, "dataset", make_dataset(experiment.data, 0, own))
    bench, view = shown(qtbot, DecisionMap, experiment, SIZE)
    bench.session = Session(experiment, points=own)
    snapshot = bench.show_run()
    notes: list[str] = []
    monkeypatch.setattr(decision_map, "paint_note", lambda painter, text, *_, **given: notes.append(text))
    painted(view)
    assert [note for note in notes if note.startswith("→ height  ↑ a very")] == notes[:1]
    found = reading(snapshot, experiment, (0.5, -1.0), None, None)
    assert found.lines[:2] == (("height", "0.500"), ("a very long name of a column that never fits", "−1.00"))
