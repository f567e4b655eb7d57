"""Inside a step, in the whole window: the ways in and out, the canvas, the map, the batch."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import playground as pg
from playground.anatomy.operations.operation import (
    Activation,
    Delta,
    Gradients,
    Largest,
    SampleLoss,
    Update,
    WeightedSum,
)
from playground.diagram.diagram import FEATURES, Part
from playground.edits.changes import with_changes
from playground.mathematics.plain import text
from playground.views.canvas import inside as canvas_inside
from playground.views.canvas.inside_marks import Marker
from playground.views.canvas.items.tiles import qrect
from playground.views.inside.page import InsidePage
from playground.views.theme import theme
from playground.views.window.main_window import MainWindow
from playground.words.inside.symbols import Symbols, three, two
from tests.playground.anatomy.drawing import experiment as drawn
from tests.playground.views.one_window import one_after_another
from tests.playground.views.still_workbench import colours, painted
from tests.playground.views.window.driver import Make, Open, bench, press, trigger

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def looking(open_window: Open, make_workbench: Make) -> MainWindow:
    """A window that looks inside the first step of a small network."""
    return look_inside(open_window(make_workbench()))


def look_inside(window: MainWindow) -> MainWindow:
    trigger(window, "inside")
    bench(window).inside.wait()
    QApplication.processEvents()
    return window


def click_part(window: MainWindow, part: Part) -> None:
    view = window.network.view
    place = view.surface.part_position(part)
    QTest.mouseClick(view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)


def test_every_way_in_and_out(window: MainWindow, qtbot: QtBot) -> None:
    inside, plots = bench(window).inside, window.plots
    plots.show_tab("Weights")
    press(qtbot, window, "I")
    assert inside.on
    assert plots.current == "Inside"
    assert window.network.inside_header.isVisible()
    assert not window.network.header.isVisible()
    assert not window.network.view.surface.steppers.isVisible()
    press(qtbot, window, "Esc")
    assert not inside.on
    assert plots.current == "Weights"
    assert window.network.header.isVisible()
    plots.show_tab("Inside")
    assert inside.on
    plots.show_tab("Curves")
    assert not inside.on
    look = window.transport.steps.look
    for width in (1024, 1280, 1700):
        window.resize(width, 600)
        for on in (True, False):
            assert window.rect().contains(look.mapTo(window, look.rect().bottomRight()))
            qtbot.mouseClick(look, LEFT)
            assert inside.on == on
            assert look.text() == ("leave" if on else "inside")
    qtbot.mouseClick(look, LEFT)
    assert inside.on
    qtbot.mouseClick(window.network.inside_header.leave, LEFT)
    assert not inside.on
    press(qtbot, window, "I")
    press(qtbot, window, "I")
    assert not inside.on
    assert plots.current == "Curves"


def test_looks_one_after_the_other(window: MainWindow, qtbot: QtBot) -> None:
    one_after_another(
        window,
        check_the_page_has_its_keys_and_the_window_has_the_others,
        check_a_click_on_the_canvas_shows_what_happens_there,
        check_marks_of_the_batch_choose_its_samples,
        check_what_is_lit_and_what_stands_at_tiles,
        check_numbers_at_tiles_stand_on_nothing_and_inputs_have_theirs,
        check_a_point_under_the_pointer_writes_no_other_numbers_over_the_step,
        check_inputs_that_are_none_have_no_place,
        check_an_edit_is_followed,
        check_a_point_of_the_scene_that_is_nothing_does_nothing,
        check_a_click_on_the_map_looks_into_the_answer_there,
        check_a_unit_that_has_no_tile_is_brought_into_sight,
        check_a_name_of_the_formula_and_what_it_means_light_each_other,
        prepare=lambda: {"looking": look_inside(window)},
        qtbot=qtbot,
    )


def check_the_page_has_its_keys_and_the_window_has_the_others(looking: MainWindow, qtbot: QtBot) -> None:
    workbench = bench(looking)
    inside, page = workbench.inside, looking.plots.page("Inside")
    assert isinstance(page, InsidePage)
    page.setFocus()
    press(qtbot, looking, "Right")
    assert isinstance(inside.operation, Activation)
    press(qtbot, looking, "Space")
    assert inside.playing
    assert workbench.run.state == "paused"
    press(qtbot, looking, "Space")
    looking.network.view.setFocus()
    press(qtbot, looking, "Space")
    assert workbench.run.state == "running"
    assert not inside.on


def test_the_keyboard_alone_goes_in_through_and_out(window: MainWindow, qtbot: QtBot) -> None:
    inside = bench(window).inside
    press(qtbot, window, "I")
    inside.wait()
    page = window.plots.page("Inside")
    assert QApplication.focusWidget() is page
    for key, place in ((Key.Key_Right, 1), (Key.Key_End, len(inside.operations or ()) - 1), (Key.Key_Home, 0)):
        qtbot.keyClick(page, key)
        assert inside.place == place
    qtbot.keyClick(page, Key.Key_Down)
    assert inside.sample == 1
    qtbot.keyClick(page, Key.Key_Escape)
    assert not inside.on
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.network.view)


def test_with_reduced_motion_nothing_travels_but_the_step_plays(
    looking: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, item = bench(looking).inside, looking.network.view.surface.inside
    shares: list[float | None] = []
    monkeypatch.setattr(item, "set_share", shares.append)
    inside.set_pace(60)
    inside.seek(2)
    qtbot.waitUntil(lambda: any(share is not None for share in shares) and shares[-1] is None)
    shares.clear()
    monkeypatch.setattr(canvas_inside, "is_reduced", lambda: True)
    inside.play()
    qtbot.waitUntil(lambda: inside.place > 5)
    inside.play()
    assert not any(share is not None for share in shares)


def check_a_click_on_the_canvas_shows_what_happens_there(looking: MainWindow, qtbot: QtBot) -> None:
    inside = bench(looking).inside
    click_part(looking, Part("unit", 1, 1))
    operation = inside.operation
    assert isinstance(operation, WeightedSum)
    assert (operation.layer, operation.unit) == (1, 1)
    click_part(looking, Part("unit", 1, 1))
    assert isinstance(inside.operation, Activation)
    inside.seek_phase("backward")
    click_part(looking, Part("unit", 0, 2))
    assert isinstance(inside.operation, Delta)
    click_part(looking, Part("link", 0, 1, 0))
    assert isinstance(inside.operation, Gradients)
    inside.seek_phase("update")
    click_part(looking, Part("link", 0, 1, 0))
    operation = inside.operation
    assert isinstance(operation, Update)
    shot = bench(looking).run.snapshot
    assert shot is not None
    assert operation.parameter == shot.layout.slots[0].weight_index(1, 0)
    before = bench(looking).experiment
    click_part(looking, Part("card", 0))
    assert bench(looking).experiment == before


def check_marks_of_the_batch_choose_its_samples(looking: MainWindow, qtbot: QtBot) -> None:
    inside, marks = bench(looking).inside, looking.network.inside_header.marks
    assert inside.step is not None
    assert len(marks.shown) == 10
    qtbot.mouseClick(marks, LEFT, pos=marks.place_of(3))
    assert inside.sample == 3
    assert looking.network.inside_header.sample.text == "sample 4 of 10"
    sample = int(inside.step.batch.samples[3])
    data, plane = bench(looking).dataset, looking.output.map
    assert plane.ground is not None
    place = plane.to_pixels(plane.ground.place_of(data, sample)).toPoint()
    image = plane.grab().toImage()
    ratio = image.devicePixelRatio()
    ring = [image.pixelColor(round((place.x() + x) * ratio), round(place.y() * ratio)) for x in (-8, 8)]
    accent = theme.color("accent")
    assert any(abs(each.blue() - accent.blue()) < 40 and abs(each.red() - accent.red()) < 60 for each in ring)


def check_what_is_lit_and_what_stands_at_tiles(looking: MainWindow) -> None:
    inside, surface = bench(looking).inside, looking.network.view.surface
    step = inside.step
    assert step is not None
    inside.seek(step.operations.find(Delta, 0, 1) or 0)
    marks = surface.inside.marks
    assert marks.active == (0, 1)
    assert marks.lit == {(0, 1), (1, 0), (1, 1)}
    assert [link.text.split(" ")[0] for link in marks.links] == ["v₁₂", "v₂₂"]
    assert all(link.backward for link in marks.links)
    texts = dict(marks.texts)
    assert texts[0, 1].above.startswith("a₂ = ")
    assert texts[0, 1].below.startswith("δ₂ = ")
    assert texts[1, 0].below.startswith("δ′₁ = ")
    assert texts[0, 2].below == ""
    assert texts[FEATURES, 0].below
    head = step.operations[step.operations.find(Delta, 2, 0) or 0]
    assert texts[2, 0].below == f"δ = {three(head.result)}", "the loss is at home in the output as well, but no δ"
    inside.seek(step.operations.find(SampleLoss, 2) or 0)
    assert dict(surface.inside.marks.texts)[2, 0].below == "", "a δ is told from where it was computed on"
    inside.seek(0)
    texts = dict(surface.inside.marks.texts)
    assert texts[0, 0].above.startswith("z₁ = ")
    assert (texts[0, 1].above, texts[2, 0].above) == ("", "")
    assert surface.inside.marks.lit == {(FEATURES, 0), (FEATURES, 1), (0, 0)}


def check_numbers_at_tiles_stand_on_nothing_and_inputs_have_theirs(looking: MainWindow) -> None:
    inside, surface = bench(looking).inside, looking.network.view.surface
    for size, every in (((1024, 600), 1), ((1280, 720), 4)):
        looking.resize(*size)
        QApplication.processEvents()
        step = inside.step
        assert step is not None
        for place in reversed(range(len(step.operations) - 1, -1, -every)):
            inside.seek(place)
            placed = surface.inside.placed(surface.diagram)
            for number, (_, one, _) in enumerate(placed):
                assert not any(one.intersects(other) for _, other, _ in placed[:number])
            said = [words for words, _, _ in placed]
            marks = surface.inside.marks
            texts = {tile: text for tile, text in marks.texts if tile in marks.lit}
            strong = [getattr(text, text.strong) for text in texts.values() if text.strong]
            assert set(strong) <= set(said)
            lit = [surface.diagram.column(layer).tile(tile) for layer, tile in marks.lit]
            lit += [column.card for column in surface.diagram.columns]
            assert not any(one.intersects(qrect(tile)) for _, one, _ in placed for tile in lit if tile is not None)
            plates = [plate for _, plate in surface.inside.link_plates(surface.diagram)]
            assert not any(plate.intersects(one) for plate in plates for _, one, _ in placed)
        inputs = [two(float(each)) for each in inside.inputs]
        assert set(inputs) <= set(said)


def check_a_point_under_the_pointer_writes_no_other_numbers_over_the_step(looking: MainWindow) -> None:
    """Tiles of a plane had the values of the point that the map is pointed at, beside those of the step's sample."""
    workbench, model = bench(looking), looking.network.view.surface.model
    assert workbench.inside.on
    workbench.set_view(probe=(-1.53, 0.305))
    workbench.run.settle()
    assert not model.reads_off
    workbench.inside.leave()
    assert model.reads_off
    workbench.set_view(probe=None)


def test_numbers_at_tiles_of_images_are_those_of_the_canvas(looking: MainWindow) -> None:
    """The pixel under its name: its number is what the canvas colours there, and a window shows where it is."""
    layers = (
        pg.Conv2d(2, 3), pg.Conv2d(2, 3, activation="tanh"), pg.MaxPool2d(), pg.BatchNorm(), pg.Dropout(0.5),
        pg.Flatten(), pg.Dense(3),
    )  # fmt: skip
    workbench, surface = bench(looking), looking.network.view.surface
    network = with_changes(workbench.experiment, data__source__name="digits", network=pg.Network(layers))
    assert workbench.edit("Network", network)
    workbench.run.settle()
    workbench.inside.wait()
    workbench.run.settle()
    inside, shot = workbench.inside, workbench.run.snapshot
    step = inside.step
    assert step is not None
    assert shot is not None
    assert shot.probe is not None
    assert np.array_equal(shot.probe.inputs, step.batch.inputs[:, step.sample])
    for kind, layer, unit in ((Activation, 0, 75), (Activation, 1, 20), (Largest, 2, 21)):
        inside.seek(step.operations.find(kind, layer, unit) or 0)
        marks, slot = surface.inside.marks, shot.layout.slots[layer]
        assert marks.active is not None
        name, number = dict(marks.texts)[marks.active].above.split(" = ")
        assert name == text(Symbols.of(step.experiment).unit(name[0], layer, unit))
        coloured = surface.model.outputs_of(layer)
        assert coloured is not None
        assert number == two(float(coloured[unit]))
        width = 1 / slot.shape.pixels[2]
        window = next(each for each in marks.windows if each.tile == marks.active)
        assert (window.width, window.height) == pytest.approx((width, width))
        assert window.left == pytest.approx(unit % slot.shape.pixels[2] * width)
        assert painted(looking.network.view)
    largest = inside.operation
    assert isinstance(largest, Largest)
    said = [text.above for _, text in marks.texts if text.above.startswith("h")]
    assert said[0].endswith(two(largest.result))
    inside.seek(step.operations.find(Delta, 1, 20) or 0)
    texts = dict(surface.inside.marks.texts)
    assert texts[1, 0].below.startswith("δ₁[")
    dropped, answered = surface.model.outputs_of(4), surface.model.probe
    assert dropped is not None
    assert answered is not None
    row = step.layout.slots[4].row
    assert np.count_nonzero(dropped) < np.count_nonzero(answered.units[row : row + dropped.size]), "as in training"
    inside.leave()
    after = surface.model.outputs_of(4)
    assert after is not None
    assert np.array_equal(after, answered.units[row : row + dropped.size])


def check_inputs_that_are_none_have_no_place(looking: MainWindow) -> None:
    surface = looking.network.view.surface
    column = surface.diagram.column(FEATURES)
    seen = [tile for tile in column.tiles if tile.y > 0]
    assert len(seen) == 2
    assert seen[0].w == surface.diagram.column(0).tiles[0].w
    bench(looking).inside.leave()
    assert all(tile.y > 0 for tile in surface.diagram.column(FEATURES).tiles)


def check_an_edit_is_followed(looking: MainWindow) -> None:
    workbench = bench(looking)
    workbench.inside.seek_phase("update")
    workbench.edit("Layers", with_changes(workbench.experiment, network=pg.Network((pg.Dense(3, "relu"),))))
    assert workbench.inside.step is None or workbench.inside.step.experiment != workbench.experiment
    workbench.run.settle()
    workbench.inside.wait()
    step = workbench.inside.step
    assert step is not None
    assert step.experiment == workbench.experiment
    assert workbench.run.snapshot is not None
    assert np.array_equal(step.before, workbench.run.snapshot.parameters)
    assert painted(looking.network)


def test_every_kind_of_network_has_its_marks(looking: MainWindow) -> None:
    """Of every kind of layer: what is lit is there, and is drawn."""
    seen = 0
    for number in range(0, 22, 2):
        if bench(looking).edit("Network", drawn(number)):
            check_marks(looking, number)
            seen += 1
    assert seen > 5, "some are not for the window"


def check_marks(looking: MainWindow, number: int) -> None:
    workbench, surface = bench(looking), looking.network.view.surface
    workbench.run.settle()
    workbench.inside.wait()
    step = workbench.inside.step
    assert step is not None, number
    assert step.experiment == workbench.experiment, number
    inputs = step.batch.inputs[:, step.sample]
    marker = Marker(step.operations, inputs, step.before, Symbols.of(step.experiment), surface.diagram)
    for place in range(0, len(step.operations), max(len(step.operations) // 12, 1)):
        marks = marker.marks(place)
        for layer, tile in marks.lit:
            assert 0 <= tile < surface.diagram.outline.plan(layer).tiles, number
        surface.inside.show_marks(surface.diagram, marks)
        surface.inside.set_share(0.5)
    assert theme.color("background").rgb() in colours(painted(looking.network.view)), number


def check_a_point_of_the_scene_that_is_nothing_does_nothing(looking: MainWindow, qtbot: QtBot) -> None:
    inside, view = bench(looking).inside, looking.network.view
    before = inside.place
    qtbot.mouseClick(view.viewport(), LEFT, pos=QPoint(view.width() - 3, view.height() - 3))
    view.pointer.move(QPointF(view.surface.part_position(Part("unit", 0, 0))), False)
    assert inside.place == before
    assert view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor


def check_a_click_on_the_map_looks_into_the_answer_there(looking: MainWindow, qtbot: QtBot) -> None:
    inside, plane, header = bench(looking).inside, looking.output.map, looking.network.inside_header
    qtbot.mouseClick(plane, LEFT, pos=QPoint(round(plane.square.center().x()) + 30, 60))
    inside.wait()
    assert inside.inference is not None
    assert header.step.text == "inside an answer"
    assert header.sample.text.startswith("for row 82 (training)")  # there lies a point
    inside.infer(sample=(1.0, -2.0))
    inside.wait()
    assert header.sample.text == "for (1.00, −2.00)"
    assert not header.marks.isVisible()
    assert looking.network.view.surface.inside.marks.active == (0, 0)
    qtbot.mouseClick(header.to_step, LEFT)
    inside.wait()
    assert not inside.infers
    assert header.marks.isVisible()
    press(qtbot, looking, "Esc")
    qtbot.mouseClick(plane, LEFT, pos=QPoint(60, 60))
    assert not inside.on


def check_a_unit_that_has_no_tile_is_brought_into_sight(looking: MainWindow) -> None:
    workbench = bench(looking)
    workbench.edit("Layers", with_changes(workbench.experiment, network=pg.Network((pg.Dense(64, "relu"),))))
    workbench.run.settle()
    workbench.inside.wait()
    step = workbench.inside.step
    assert step is not None
    surface = looking.network.view.surface
    assert 60 not in surface.diagram.column(0).shown
    workbench.inside.seek(step.operations.find(WeightedSum, 0, 60) or 0)
    assert surface.inside.marks.active == (0, 60)
    assert 60 in surface.diagram.column(0).shown


def check_a_name_of_the_formula_and_what_it_means_light_each_other(looking: MainWindow, qtbot: QtBot) -> None:
    inside, view, page = bench(looking).inside, looking.network.view, looking.plots.page("Inside")
    assert isinstance(page, InsidePage)
    step = inside.step
    assert step is not None
    inside.seek(step.operations.find(Delta, 0, 1) or 0)
    QApplication.processEvents()
    item, accent = view.surface.inside, theme.color("accent")
    for name, lit in (("v₂₂", {"link"}), ("δ′₁", {(1, 0)}), ("a₂", {(0, 1)})):
        place = next(place for each, place in page.formula.places() if each == name)
        QTest.mouseMove(page.formula, place.center().toPoint())
        assert inside.names == {name}
        assert item.names == {name}
        links = {"link" for link in item.marks.links if link.names & item.names}
        assert links | {tile for tile, names in item.marks.names if names & item.names} == lit
        before = painted(page.formula).pixelColor(place.topLeft().toPoint() + QPoint(0, 3))
        assert before != theme.color("background")
        assert before.blue() >= before.red() or accent.blue() < accent.red()
    QTest.mouseMove(page.formula, QPoint(page.formula.width() - 2, page.formula.height() - 2))
    assert not inside.names
    view.pointer.move(QPointF(view.surface.part_position(Part("link", 1, 1, 1))), False)
    assert inside.names == {"v₂₂"}
    view.pointer.move(QPointF(view.surface.part_position(Part("unit", 1, 0))), False)
    assert "δ′₁" in inside.names
    view.pointer.move(QPointF(-5, -5), False)
    inside.leave()
    assert not inside.names
