"""Maps of samples with more than two columns, as a user meets them: chosen, pointed at, and outlived by edits."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QCursor, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.data import OwnPoints
from playground.data.section import USUAL_PLANE, ColumnPair, MainDirections, PlaneWish
from playground.diagram.diagram import Part
from playground.exchange.files import save
from playground.figures.curves import ticks
from playground.figures.decision import outputs_at, reading
from playground.numbers import accuracy, label
from playground.run.checkpoint import Checkpoint
from playground.views.output.view_switches import why_not
from playground.views.theme import theme
from tests import tables
from tests.own_points import about, made
from tests.playground.views.still_workbench import colours, near, painted
from tests.playground.views.window.driver import Make, Open, bench, press

NAMES = ("length", "depth", "height", "weight")
Key = Qt.Key


def document(columns: int = 4, classes: int = 3) -> Checkpoint:
    """Columns in units of their own."""
    normal = made(columns, 60, classes)
    units, origins = np.array([1.0, 100.0, 1.0, 1000.0]), np.array([0.0, 5.0, 40.0, 4000.0])
    own = OwnPoints(normal.features * units[:columns] + origins[:columns], normal.labels)
    return Checkpoint(about(own, classes, NAMES[:columns], data__scaling="standardize"), points=own)


@pytest.fixture(autouse=True)
def pointer_put_away() -> Iterator[None]:
    """The pointer is left where no other test meets it."""
    yield
    QCursor.setPos(QPoint(0, 0))


@pytest.fixture
def window(make_workbench: Make, open_window: Open) -> Any:
    """A window on four columns, trained a little."""
    found = open_window(make_workbench(document()))
    bench(found).run.advance_now(epochs=5)
    return found


def cut_of(window: Any) -> Any:
    """The cut of the newest maps."""
    bench(window).run.settle()
    shot = bench(window).run.snapshot
    assert shot.maps is not None
    return shot.section.cut


def move_to(qtbot: QtBot, window: Any, place: QPoint) -> None:
    """The pointer comes from somewhere else on the map."""
    qtbot.mouseMove(window.output.map, place + QPoint(3, 3))
    qtbot.mouseMove(window.output.map, place)
    QApplication.processEvents()


def pixel_of(window: Any, sample: int) -> QPoint:
    """Where a training sample is drawn."""
    view = window.output.map
    return view.to_pixels(view.ground.place_of(bench(window).dataset, sample)).toPoint()


def lonely(window: Any) -> int:
    """A training sample that no other one is drawn near."""
    view, data = window.output.map, bench(window).dataset
    places = view.ground.shares(view.ground.places(data.train_points))
    apart = np.hypot(*(places[:, :, None] - places[:, None, :])) + 9 * np.eye(places.shape[1])
    return int(apart.min(axis=1).argmax())


def free_place(window: Any) -> QPoint:
    """A place of the map far from every point."""
    view, data = window.output.map, bench(window).dataset
    shares = view.ground.shares(view.ground.places(data.train_points))
    tried = np.stack(np.meshgrid(np.linspace(-0.9, 0.9, 19), np.linspace(-0.9, 0.9, 19))).reshape(2, -1)
    apart = np.hypot(*(tried[:, :, None] - shares[:, None, :])).min(axis=1)
    x, y = tried[:, apart.argmax()]
    return view.to_pixels(view.ground.at((float(x), float(y)))).toPoint()


def coloured_share(image: QImage) -> float:
    """How much of the middle of a picture has a colour that is no grey."""
    wide, high = image.width(), image.height()
    places = [(x, y) for x in range(wide // 4, wide, 7) for y in range(high // 8, high // 2, 7)]
    return sum(QColor(image.pixel(*place)).saturation() > 25 for place in places) / len(places)


# -- choosing ----------------------------------------------------------------------------------------------------------


def test_the_first_two_columns_are_shown_and_the_line_says_where_the_others_stand(window: Any) -> None:
    row, view = window.output.plane, window.output.map
    assert cut_of(window) == ColumnPair(0, 1)
    assert row.isVisible()
    assert (row.across.current, row.upwards.current, row.others.current) == ("length", "depth", "mean")
    assert view.others == "others at their mean"
    assert view.accessibleDescription().endswith("others at their mean")
    assert len(colours(painted(view))) > 100


def test_columns_are_chosen_by_keyboard_and_change_places(window: Any, qtbot: QtBot) -> None:
    row, before = window.output.plane, painted(window.output.map)
    press(qtbot, window, "Alt+M")
    assert row.across.hasFocus()
    qtbot.keyClick(row.across, Key.Key_Down)
    assert cut_of(window) == ColumnPair(1, 0), "the column that was upwards lies across now, and the other way round"
    qtbot.keyClick(row.upwards, Key.Key_End)
    row.upwards.setCurrentIndex(3)
    row.upwards.activated.emit(3)
    assert cut_of(window) == ColumnPair(1, 3)
    assert (row.across.current, row.upwards.current) == ("depth", "weight")
    assert painted(window.output.map) != before
    assert row.across.accessibleName()
    assert row.upwards.toolTip().endswith("weight")
    qtbot.keyClick(row.across, Key.Key_Down)
    qtbot.keyClick(row.across, Key.Key_Down)
    assert cut_of(window) == ColumnPair(3, 2), "each had what the other one has now"


def test_points_are_drawn_where_they_lie_in_every_pair(window: Any) -> None:
    workbench, view = bench(window), window.output.map
    for wish in (PlaneWish(), PlaneWish("weight", "height"), PlaneWish(main=True)):
        workbench.set_view(plane=wish)
        cut_of(window)
        workbench.run.snapshot.maps.flags.writeable = True
        workbench.run.snapshot.maps[:] = 0.0
        image, data = painted(view), workbench.dataset
        hits = [
            near(image.pixel(pixel_of(window, sample)), theme.color(f"class{int(label)}").rgb(), 30)
            for sample, label in enumerate(data.train_labels)
        ]
        assert sum(hits) > 0.7 * len(hits), wish


def test_the_axes_have_round_values_in_the_columns_own_units_and_names_where_there_is_room(window: Any) -> None:
    view, told = window.output.map, []
    original = QPainter.drawText

    def note(painter: QPainter, *given: Any) -> Any:
        told.append(next(each for each in given if isinstance(each, str)))
        return original(painter, *given)

    def texts() -> list[str]:
        told.clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(QPainter, "drawText", note)
            view.grab()
        return list(told)

    found = texts()
    assert {"→ length", "→ depth", "others at their mean"} <= set(found)
    left, right, bottom, top = bench(window).run.snapshot.section.window
    for low, high in ((left, right), (bottom, top)):
        assert {label(mark) for mark in ticks(low, high, 5)} <= set(found)
    assert view.square.left() >= 40
    assert view.square.bottom() <= view.height() - 40
    view.resize(170, 170)
    found = texts()
    assert "others at their mean" in found
    assert "→ length" not in found


def test_main_directions_are_made_of_all_columns(window: Any, qtbot: QtBot) -> None:
    row = window.output.plane
    row.others.setFocus()
    qtbot.keyClick(row.others, Key.Key_Down)
    qtbot.keyClick(row.others, Key.Key_Down)
    assert cut_of(window) == MainDirections()
    share = round(100 * bench(window).run.snapshot.section.spread)
    assert window.output.map.others == f"two main directions, {share} % of the variance"
    assert not row.across.isEnabled()
    assert not row.upwards.isEnabled()
    press(qtbot, window, "Alt+M")
    assert row.others.hasFocus()
    qtbot.keyClick(row.others, Key.Key_Up)
    assert isinstance(cut_of(window), ColumnPair)
    assert row.across.isEnabled()


def test_one_other_column_is_named(make_workbench: Make, open_window: Open) -> None:
    window = open_window(make_workbench(document(3)))
    assert window.output.map.others == "height at its mean"
    window.output.map.menu.hold(7)
    bench(window).run.settle()
    assert window.output.map.others == "height as in point 7"


# -- a picked point ----------------------------------------------------------------------------------------------------


def test_a_right_click_on_a_point_holds_the_others_at_its_values(window: Any, qtbot: QtBot) -> None:
    view, data, sample = window.output.map, bench(window).dataset, lonely(window)
    place, before = pixel_of(window, sample), painted(window.output.map)
    QApplication.sendEvent(
        view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place))
    )  # fmt: skip
    number = data.number_of(sample)
    hold, mean = view.menu.menu.actions()[:2]
    assert hold.text() == f"Hold the other columns at point {number}"
    hold.trigger()
    assert cut_of(window) == ColumnPair(0, 1, sample)
    section = bench(window).run.snapshot.section
    assert section.origin[2:, 0].tolist() == data.train_points[2:, sample].tolist()
    assert view.others == f"others as in point {number}"
    assert window.output.plane.others.current == "point"
    assert painted(view) != before
    mean.trigger()
    assert cut_of(window) == ColumnPair(0, 1)
    view.menu.menu.close()


def test_a_menu_beside_all_points_holds_none(window: Any) -> None:
    view, place = window.output.map, free_place(window)
    QApplication.sendEvent(
        view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place))
    )  # fmt: skip
    assert not view.menu.menu.actions()[0].isEnabled()
    view.menu.menu.actions()[-1].trigger()
    assert cut_of(window) == MainDirections()
    view.menu.menu.close()


def test_enter_at_a_point_holds_the_others_there(window: Any, qtbot: QtBot) -> None:
    view, sample = window.output.map, lonely(window)
    view.setFocus()
    move_to(qtbot, window, pixel_of(window, sample))
    assert bench(window).view.probe_sample == sample
    qtbot.keyClick(view, Key.Key_Return)
    assert cut_of(window) == ColumnPair(0, 1, sample)
    assert bench(window).view.probe is None


def test_arrow_keys_step_over_the_map(window: Any, qtbot: QtBot) -> None:
    view = window.output.map
    view.setFocus()
    qtbot.keyClick(view, Key.Key_Right)
    x, y = bench(window).view.probe
    ground = view.ground
    assert x == pytest.approx(ground.middle[0] + ground.half[0] / 25)
    assert y == pytest.approx(ground.middle[1])
    for _ in range(60):
        qtbot.keyClick(view, Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    top = ground.section.window[3]
    assert bench(window).view.probe[1] == pytest.approx(top)
    assert painted(view)


# -- the pointer -------------------------------------------------------------------------------------------------------


def test_a_free_place_is_answered_as_the_sample_that_lies_there(window: Any, qtbot: QtBot) -> None:
    workbench, view = bench(window), window.output.map
    move_to(qtbot, window, free_place(window))
    probe = workbench.view.probe
    assert probe is not None
    assert workbench.view.probe_sample is None
    workbench.run.settle()
    shot = workbench.run.snapshot
    assert shot.probe.point == probe
    sample = view.ground.samples(np.array([probe]).T)
    answered = workbench.run.ask(lambda session: session.predict(sample.T)).result()[0]
    np.testing.assert_allclose(shot.probe.units[-3:], answered, atol=1e-6)
    model = window.network.view.surface.model
    assert model.reads_off
    np.testing.assert_allclose(model.outputs_of(model.head), answered, atol=1e-6)
    lines = dict(reading(shot, workbench.experiment, probe, view.shown, None).lines)
    assert list(lines)[:2] == ["length", "depth"]
    assert lines["answer"] == f"class {int(answered.argmax())}"


def test_a_point_is_answered_as_itself_not_as_the_plane_beneath_it(window: Any, qtbot: QtBot) -> None:
    workbench, view, sample = bench(window), window.output.map, lonely(window)
    move_to(qtbot, window, pixel_of(window, sample))
    workbench.run.settle()
    shot, data = workbench.run.snapshot, workbench.dataset
    assert workbench.view.probe == view.ground.place_of(data, sample)
    assert shot.probe.sample == sample
    answered = workbench.run.ask(lambda session: session.predict(data.train_points[:, [sample]].T)).result()[0]
    np.testing.assert_allclose(shot.probe.units[-3:], answered, atol=1e-6)
    found = reading(shot, workbench.experiment, workbench.view.probe, view.shown, view.places.sample_at(sample))
    lines = dict(found.lines)
    assert lines["point"] == str(data.number_of(sample))
    assert lines["train point"] == f"class {int(data.train_labels[sample])}"
    assert lines["answer"] == f"class {int(answered.argmax())}"
    beneath = outputs_at(replace(shot, probe=None), workbench.view.probe)
    assert accuracy(float(answered.max())) != accuracy(float(beneath.max())), "the plane has another answer there"
    assert lines["sure"] == accuracy(float(answered.max()))
    assert outputs_at(replace(shot, probe=None), workbench.view.probe, sample) is None
    assert window.network.view.surface._state_hint() == f"forward pass of point {data.number_of(sample)}"
    assert painted(view)
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert (workbench.view.probe, workbench.view.probe_sample) == (None, None)


def test_what_a_column_is_over_the_map_is_shown_while_it_is_pointed_at(window: Any) -> None:
    view, canvas = window.output.map, window.network.view
    canvas.pointer.point_at(Part("feature", -1, 1))
    shown = view.shown
    assert shown is not None
    assert shown.caption == "Column depth"
    _, _, bottom, top = view.ground.section.window
    values = shown.field.values
    assert bottom < values[0].max() < values[-1].min() < top, "depth lies upwards"
    canvas.pointer.point_at(Part("feature", -1, 3))
    held = view.shown
    assert held is not None
    mean = bench(window).dataset.train_points[3].mean()
    np.testing.assert_allclose(held.field.values, mean)
    assert held.field.middle == pytest.approx(mean)
    canvas.pointer.point_at(Part("unit", 0, 1))
    assert view.shown.caption == "Layer 1 · unit 2"


def test_the_canvas_has_a_picture_for_every_column_that_shows(make_workbench: Make, open_window: Open) -> None:
    own = made(40, 60, 3)
    window = open_window(make_workbench(Checkpoint(about(own, 3), points=own)))
    surface = window.network.view.surface
    column = surface.diagram.column(-1)
    assert column.hidden > 0
    assert all(surface.atlas.source(0, unit) is not None for unit in column.shown)
    bench(window).set_view(first_units=(20,))
    QApplication.processEvents()
    column = surface.diagram.column(-1)
    assert column.first == 20
    surface.draw_maps(at_once=True)
    assert all(surface.atlas.source(0, unit) is not None for unit in column.shown)


def test_points_rings_errors_and_the_best_simple_boundary_are_drawn(window: Any, qtbot: QtBot) -> None:
    workbench, view = bench(window), window.output.map
    assert [why_not(name, workbench.dataset) for name in window.output.toggles] == ["", "", "", ""]
    workbench.referring.want(True)
    qtbot.waitUntil(lambda: workbench.referring.references is not None)
    seen = [painted(view)]
    for change in (
        {"show_test": True}, {"mark_errors": True}, {"discretize": True}, {"ringed_samples": (0, 1)},
        {"show_best": True},
    ):  # fmt: skip
        workbench.set_view(**change)
        workbench.run.settle()
        seen.append(painted(view))
        assert seen[-1] != seen[-2], change
    below = view.square.toRect().adjusted(0, 40, 0, 0)  # the note stands above
    assert seen[-1].copy(below) != seen[-2].copy(below)


def test_a_chosen_row_of_the_points_tab_is_shown_on_the_map(window: Any) -> None:
    workbench = bench(window)
    window.plots.show_tab("Points")
    workbench.run.advance_now(epochs=2)
    page = window.plots.page("Points")
    page.grid.point_chosen.emit(4)
    assert workbench.view.probe == window.output.map.ground.place_of(workbench.dataset, 4)
    assert workbench.view.probe_sample == 4


# -- edits -------------------------------------------------------------------------------------------------------------


def test_a_wish_outlives_columns_that_go_and_come_back(window: Any) -> None:
    workbench, said = bench(window), list[str]()
    workbench.message_shown.connect(lambda text, kind: said.append(text))
    workbench.set_view(plane=PlaneWish("weight", "depth", 7))
    assert isinstance(cut_of(window), ColumnPair)
    assert (cut_of(window).across, cut_of(window).upwards) == (3, 1)
    own = made(3, 60, 3)
    assert workbench.edit("Other points", about(own, 3, NAMES[:3]), points=own)
    assert cut_of(window).across == 0, "there is no weight any more"
    assert cut_of(window).upwards == 1
    assert window.output.plane.across.current == "length"
    plane = made(2, 60, 3)
    assert workbench.edit("A plane", about(plane, 3, NAMES[:2]), points=plane)
    workbench.run.settle()
    assert workbench.run.snapshot.section is None
    assert not window.output.plane.isVisible()
    one = made(1, 60, 3)
    assert workbench.edit("A line", about(one, 3, NAMES[:1]), points=one)
    workbench.run.settle()
    assert workbench.run.snapshot.maps is None
    for _ in range(3):
        workbench.undo()
    assert (cut_of(window).across, cut_of(window).upwards) == (3, 1)
    assert workbench.dataset.number_of(cut_of(window).row) == 7
    assert window.output.plane.across.current == "weight"
    window.grab()
    assert said == []
    assert workbench.run.state == "paused"


def test_the_data_change_under_a_running_network_and_a_pointed_map(window: Any, qtbot: QtBot) -> None:
    workbench, said = bench(window), list[str]()
    workbench.message_shown.connect(lambda text, kind: said.append(text))
    workbench.set_view(plane=PlaneWish("weight", "height", 50))
    workbench.run.start()
    workbench.run.play()
    for turn, columns in enumerate((3, 4, 2, 4, 1, 3)):
        own = made(columns, 12 + 7 * turn, 3)
        assert workbench.edit("Other points", about(own, 3, NAMES[:columns]), points=own)
        qtbot.mouseMove(window.output.map, QPoint(100 + turn, 100))
        window.grab()
        qtbot.wait(20)
        qtbot.mouseMove(window.output.map, QPoint(90 + turn, 110))
        window.grab()
    qtbot.waitUntil(lambda: workbench.run.snapshot.dataset is workbench.dataset)
    assert workbench.run.state == "running"
    workbench.run.pause()
    assert said == []


def test_toggling_a_column_off_keeps_its_axis(window: Any) -> None:
    workbench = bench(window)
    workbench.set_view(plane=PlaneWish("weight", "depth"))
    assert workbench.change("Toggle", data__features=("length", "depth", "height"))
    assert (cut_of(window).across, cut_of(window).upwards) == (3, 1)
    maps = workbench.run.snapshot.maps[-1]
    np.testing.assert_allclose(maps, np.repeat(maps[:, :1], maps.shape[1], axis=1), atol=1e-6)


def test_another_document_begins_as_usual(window: Any, tmp_path: Any) -> None:
    workbench = bench(window)
    save(tmp_path / "own.nnp", workbench.run.ask(lambda session: session.checkpoint()).result())
    workbench.set_view(plane=PlaneWish(main=True))
    assert workbench.undo_name is None
    assert workbench.open_source(str(tmp_path / "own.nnp"))
    assert workbench.view.plane == USUAL_PLANE
    assert cut_of(window) == ColumnPair(0, 1)


def test_painting_takes_the_place_of_the_map_and_gives_it_back(window: Any) -> None:
    painting, view = bench(window).painting, window.output.map
    assert window.commands.actions["paint_over"].toolTip() == "Only points of a plane can be painted over."
    painting.start()
    assert view.square.width() == min(view.width(), view.height())
    assert not window.output.plane.isVisible()
    assert view.others == ""
    painting.done()
    bench(window).undo()
    assert cut_of(window) == ColumnPair(0, 1)
    assert window.output.plane.isVisible()
    assert view.square.left() > 0
    view.grab()


# -- two columns -------------------------------------------------------------------------------------------------------


def test_a_plane_has_no_lists_no_axes_and_no_menu(make_workbench: Make, open_window: Open, qtbot: QtBot) -> None:
    window = open_window(make_workbench(document(2)))
    view = window.output.map
    assert not window.output.plane.isVisible()
    assert view.square.width() == min(view.width(), view.height())
    assert view.others == ""
    place = QPoint(50, 50)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place))
    QApplication.sendEvent(view, event)
    assert view.menu.menu is None
    action = window.commands.actions["map_plane"]
    assert not action.isEnabled()
    assert action.toolTip() == "A map is chosen only where the data have more than two columns"
    bench(window).set_view(plane=PlaneWish("depth", "length", main=True))
    bench(window).run.settle()
    assert bench(window).run.snapshot.section is None


def test_a_picture_of_a_table_has_the_map_and_its_axes(tmp_path: Path) -> None:
    names, rows = tables.flowers()
    (tmp_path / "a.csv").write_text(tables.as_text(names, rows))
    code = "import sys; from playground.__main__ import main; sys.exit(main(sys.argv[1:]))"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[4])}
    for name, chosen in (("map", ",".join(names[:4])), ("none", names[0])):
        asked = ["picture", "a.csv", "--target", "species", "--features", chosen, "--panel", "output"]
        asked += ["--out", f"{name}.png", "--epochs", "3"]
        subprocess.run([sys.executable, "-c", code, *asked], check=True, cwd=tmp_path, env=environment)
    with_map, without = (coloured_share(QImage(str(tmp_path / f"{name}.png"))) for name in ("map", "none"))
    assert with_map > 0.4
    assert without < 0.1
