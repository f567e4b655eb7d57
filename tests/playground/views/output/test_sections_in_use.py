"""Maps of samples with more than two columns, pointed at, and outlived by edits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.data.section import USUAL_PLANE, ColumnPair, PlaneWish
from playground.diagram.diagram import Part
from playground.exchange.files import save
from playground.figures.decision import outputs_at, reading
from playground.numbers import accuracy
from playground.run.checkpoint import Checkpoint
from playground.views.canvas.hints import state_hint
from playground.views.output.view_switches import why_not
from playground.views.window.main_window import MainWindow
from tests.own_points import about, made
from tests.playground.views.one_window import one_after_another
from tests.playground.views.output.section_window import (
    NAMES,
    cut_of,
    free_place,
    lonely,
    move_to,
    opened_again,
    pixel_of,
)
from tests.playground.views.still_workbench import painted
from tests.playground.views.window.driver import Make, Open, bench

# -- the pointer -------------------------------------------------------------------------------------------------------


def test_sections_in_use_one_after_the_other(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    one_after_another(
        window,
        check_a_free_place_is_answered_as_the_sample_that_lies_there,
        check_a_point_is_answered_as_itself_not_as_the_plane_beneath_it,
        check_what_a_column_is_over_the_map_is_shown_while_it_is_pointed_at,
        check_points_rings_errors_and_the_best_simple_boundary_are_drawn,
        check_a_chosen_row_of_the_points_tab_is_shown_on_the_map,
        check_a_wish_outlives_columns_that_go_and_come_back,
        check_the_data_change_under_a_running_network_and_a_pointed_map,
        check_toggling_a_column_off_keeps_its_axis,
        check_another_document_begins_as_usual,
        check_painting_takes_the_place_of_the_map_and_gives_it_back,
        prepare=lambda: {"window": opened_again(window)},
        qtbot=qtbot,
        tmp_path=tmp_path,
    )


def check_a_free_place_is_answered_as_the_sample_that_lies_there(window: MainWindow, qtbot: QtBot) -> None:
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


def check_a_point_is_answered_as_itself_not_as_the_plane_beneath_it(window: MainWindow, qtbot: QtBot) -> None:
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
    surface = window.network.view.surface
    assert state_hint(surface.model, 1.0, surface.links) == f"forward pass of point {data.number_of(sample)}"
    assert painted(view)
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert (workbench.view.probe, workbench.view.probe_sample) == (None, None)


def check_what_a_column_is_over_the_map_is_shown_while_it_is_pointed_at(window: MainWindow) -> None:
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


def check_points_rings_errors_and_the_best_simple_boundary_are_drawn(window: MainWindow, qtbot: QtBot) -> None:
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


def check_a_chosen_row_of_the_points_tab_is_shown_on_the_map(window: MainWindow) -> None:
    workbench = bench(window)
    window.plots.show_tab("Points")
    workbench.run.advance_now(epochs=2)
    page = window.plots.page("Points")
    page.grid.point_chosen.emit(4)
    assert workbench.view.probe == window.output.map.ground.place_of(workbench.dataset, 4)
    assert workbench.view.probe_sample == 4


# -- edits -------------------------------------------------------------------------------------------------------------


def check_a_wish_outlives_columns_that_go_and_come_back(window: MainWindow) -> None:
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


def check_the_data_change_under_a_running_network_and_a_pointed_map(window: MainWindow, qtbot: QtBot) -> None:
    workbench, said = bench(window), list[str]()
    workbench.message_shown.connect(lambda text, kind: said.append(text))
    workbench.set_view(plane=PlaneWish("weight", "height", 50))
    workbench.run.start()
    workbench.run.play()
    for turn, columns in enumerate((3, 4, 2, 4, 1, 3)):
        own = made(columns, 12 + 7 * turn, 3)
        assert workbench.edit("Other points", about(own, 3, NAMES[:columns]), points=own)
        qtbot.mouseMove(window.output.map, QPoint(100 + turn, 100))
        window.output.grab()
        qtbot.wait(20)
        qtbot.mouseMove(window.output.map, QPoint(90 + turn, 110))
        window.grab()
    qtbot.waitUntil(lambda: workbench.run.snapshot.experiment == workbench.experiment)
    assert workbench.run.state == "running"
    workbench.run.pause()
    assert said == []


def check_toggling_a_column_off_keeps_its_axis(window: MainWindow) -> None:
    workbench = bench(window)
    workbench.set_view(plane=PlaneWish("weight", "depth"))
    assert workbench.change("Toggle", data__features=("length", "depth", "height"))
    assert (cut_of(window).across, cut_of(window).upwards) == (3, 1)
    maps = workbench.run.snapshot.maps[-1]
    np.testing.assert_allclose(maps, np.repeat(maps[:, :1], maps.shape[1], axis=1), atol=1e-6)


def check_another_document_begins_as_usual(window: MainWindow, tmp_path: Path) -> None:
    workbench = bench(window)
    save(tmp_path / "own.nnp", workbench.run.ask(lambda session: session.checkpoint()).result())
    workbench.set_view(plane=PlaneWish(main=True))
    assert workbench.undo_name is None
    assert workbench.open_source(str(tmp_path / "own.nnp"))
    assert workbench.view.plane == USUAL_PLANE
    assert cut_of(window) == ColumnPair(0, 1)


def check_painting_takes_the_place_of_the_map_and_gives_it_back(window: MainWindow) -> None:
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
