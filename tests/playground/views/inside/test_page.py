"""The page that looks inside a step, with real keys and clicks; and the mode behind it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from pytestqt.qtbot import QtBot

import playground as pg
from playground.anatomy.operations.operation import Activation, Delta, Gradients, Update, WeightedSum
from playground.anatomy.questions import NOTHING, Given, PassWanted, StepWanted
from playground.data.features import FEATURES
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.schedules import SCHEDULES
from playground.run.checkpoint import Checkpoint
from playground.views.inside import page as page_module
from playground.views.inside.lines import Line
from playground.views.inside.page import InsidePage
from playground.views.inside.scrubber import stretches
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from playground.words.inside.inference import row_title
from tests.own_points import about, made
from tests.playground.views.still_workbench import StillWorkbench, colours, painted, shown
from tests.seeds import long, pairs

SIZE = (960, 190)
Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


def opened(
    qtbot: QtBot, experiment: Experiment | None = None, size: tuple[int, int] = SIZE
) -> tuple[StillWorkbench, InsidePage]:
    """A page whose step is there, after two epochs."""
    bench, page = shown(qtbot, InsidePage, experiment, size)
    bench.show_run(epochs=2)
    bench.inside.enter()
    bench.inside.wait()
    page.setFocus()
    return bench, page


def test_keys_go_through_the_step(qtbot: QtBot) -> None:
    bench, page = opened(qtbot)
    inside = bench.inside
    assert isinstance(inside.operation, WeightedSum)
    qtbot.keyClick(page, Key.Key_Right)
    assert isinstance(inside.operation, Activation)
    qtbot.keyClick(page, Key.Key_Left)
    qtbot.keyClick(page, Key.Key_Left)
    assert inside.place == 0
    for phase in ("loss", "backward", "update"):
        qtbot.keyClick(page, Key.Key_Right, SHIFT)
        assert inside.phase == phase
    qtbot.keyClick(page, Key.Key_Left, SHIFT)
    assert inside.phase == "backward"
    qtbot.keyClick(page, Key.Key_End)
    assert isinstance(inside.operation, Update)
    qtbot.keyClick(page, Key.Key_Right)
    assert inside.step is not None
    assert inside.place == len(inside.step.operations) - 1
    qtbot.keyClick(page, Key.Key_Home)
    qtbot.keyClick(page, Key.Key_Down)
    assert inside.sample == 1
    assert inside.step.sample == 1


def test_play_shows_one_operation_after_another_and_stands_at_the_end(qtbot: QtBot) -> None:
    bench, page = opened(qtbot)
    bench.inside.set_pace(1)
    qtbot.mouseClick(page.play, Qt.MouseButton.LeftButton)
    assert bench.inside.playing
    qtbot.waitUntil(lambda: not bench.inside.playing)
    assert bench.inside.step is not None
    assert bench.inside.place == len(bench.inside.step.operations) - 1
    qtbot.keyClick(page, Key.Key_Space)
    assert bench.inside.playing
    assert bench.inside.place == 0
    page.hide()
    assert not bench.inside.playing


def test_the_track_is_clicked_and_dragged(qtbot: QtBot) -> None:
    bench, page = opened(qtbot)
    track, inside = page.scrubber, bench.inside
    for phase in track.phases:
        middle = QPoint(round(phase.left + phase.width / 2), track.height() - 8)
        qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=middle)
        assert phase.span.start <= inside.place < phase.span.end
    qtbot.mousePress(track, Qt.MouseButton.LeftButton, pos=QPoint(2, 20))
    assert inside.place == 0
    qtbot.mouseMove(track, QPoint(track.width() - 2, 20))
    qtbot.mouseRelease(track, Qt.MouseButton.LeftButton, pos=QPoint(track.width() - 2, 20))
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(track.width() - 2, 20))
    assert inside.step is not None
    assert inside.place == len(inside.step.operations) - 1


def test_a_short_phase_keeps_room_for_its_name(qtbot: QtBot) -> None:
    bench, _ = opened(qtbot)
    assert bench.inside.step is not None
    spans = bench.inside.step.operations.spans
    found = stretches(spans, 600.0, [40.0] * 4)
    assert min(each.width for each in found) >= 40.0
    assert found[-1].left + found[-1].width == pytest.approx(600.0)
    assert found[3].width > found[0].width


def test_the_formula_has_the_numbers_of_the_run(qtbot: QtBot) -> None:
    bench, page = opened(qtbot)
    inside, shot = bench.inside, bench.run.snapshot
    assert inside.step is not None
    assert shot is not None
    assert np.array_equal(inside.step.before, shot.parameters)
    assert "Layer 1, unit 1: " in page.formula.accessibleDescription()
    assert page.beside.currentWidget() is page.terms
    qtbot.keyClick(page, Key.Key_Right)
    assert page.beside.currentWidget() is page.curve
    place = inside.step.operations.find(Gradients, 1, 0)
    assert place is not None
    inside.seek(place)
    assert page.beside.currentWidget() is page.table
    assert page.table.side is not None
    assert "batch" in page.table.side.heads


def test_another_moment_is_asked_for_and_nothing_is_shown_meanwhile(qtbot: QtBot) -> None:
    bench, _ = opened(qtbot)
    before = bench.inside.step
    bench.show_run(epochs=1)
    bench.inside.wait()
    after = bench.inside.step
    assert before is not None
    assert after is not None
    assert after.step > before.step
    assert bench.run.snapshot is not None
    assert np.array_equal(after.before, bench.run.snapshot.parameters)


def test_numbers_are_typed_by_hand(qtbot: QtBot) -> None:
    bench, _ = opened(qtbot)
    inside = bench.inside
    inside.give(Given(inputs=(1.0, -2.0), target=1.0))
    inside.give_parameter(0, 0.5)
    inside.wait()
    assert inside.step is not None
    assert inside.step.batch.inputs[:, 0].tolist() == [1.0, -2.0]
    assert inside.step.before[0] == 0.5
    assert inside.is_given
    inside.choose_sample(1)
    inside.wait()
    assert inside.given == Given(parameters=((0, 0.5),))
    inside.leave()
    assert inside.given == NOTHING


@pytest.mark.parametrize(
    ("name", "stride"),
    [
        ("light", 11),
        ("dark", 61),
        ("contrast", 67),
        *(long(name, stride) for name, stride in (("light", 3), ("dark", 13), ("contrast", 13))),
    ],
)
def test_every_operation_is_drawn(name: str, stride: int, qtbot: QtBot, light_again: None) -> None:
    layers = (pg.Dense(20, "relu"), pg.BatchNorm(), pg.Dropout(rate=0.3), pg.Dense(2, "tanh"))
    experiment = with_changes(Experiment(), network=pg.Network(layers), training__optimizer=pg.Adam())
    bench, page = opened(qtbot, experiment, (620, 150))
    theme.current().set_theme(name)
    step = bench.inside.step
    assert step is not None
    seen = set()
    for place in range(0, len(step.operations), stride):
        bench.inside.seek(place)
        image = painted(page)
        seen.add(type(step.operations[place]))
        assert page.formula.page is not None
        assert theme.color("accent").rgb() in colours(image)
    assert Delta in seen


def test_in_a_low_strip_a_table_keeps_the_rows_that_matter_and_a_formula_is_scrolled(qtbot: QtBot) -> None:
    _, page = opened(qtbot, with_changes(Experiment(), training__optimizer=pg.Adam()), (668, 135))
    qtbot.keyClick(page, Key.Key_End)
    side, told = page.table.side, page.formula.page
    assert side is not None
    assert told is not None
    assert page.table.isVisible()
    assert len(side.rows) - 1 in page.table.shown
    assert len(page.table.shown) < len(side.rows)
    formula, seen = page.formula, list[Line]()
    assert formula.scrolls
    assert formula.lines[0].left == "m"
    for _ in range(len(told.lines)):
        seen += [line for line in formula.lines if line not in seen]
        assert all(place.bottom() <= formula.height() for _, place in formula.places())
        qtbot.keyClick(page, Key.Key_PageDown)
    assert tuple(seen) == told.lines
    assert formula.lines[-1].result == side.rows[-1][2]
    assert told.width <= formula.bar.x()
    qtbot.keyClick(page, Key.Key_Left)
    assert formula.page is not None
    assert formula.lines[-1] == formula.page.lines[-1]
    qtbot.keyClick(page, Key.Key_PageUp)
    at, none = QPointF(20, 60), Qt.MouseButton.NoButton
    turned = QWheelEvent(
        at, at, QPoint(), QPoint(0, 1200), none, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False
    )  # fmt: skip
    QCoreApplication.sendEvent(formula, turned)
    assert formula.lines[0].left == "m"
    page.resize(960, 300)
    assert not formula.scrolls
    assert page.table.shown == list(range(len(side.rows)))


OPTIMIZERS = {"sgd": pg.Sgd(), "nadam": pg.Nadam()}


@pytest.mark.parametrize(("optimizer", "schedule"), pairs(list(OPTIMIZERS), list(SCHEDULES), every=2))
def test_no_line_of_an_update_is_wider_than_its_place(qtbot: QtBot, optimizer: str, schedule: str) -> None:
    experiment = with_changes(
        Experiment(), training__optimizer=OPTIMIZERS[optimizer], training__schedule=SCHEDULES[schedule].schedule,
        training__clip_norm=0.1,
        training__l1=0.01, training__l2=0.01, training__max_norm=0.3,
    )  # fmt: skip
    _, page = opened(qtbot, experiment, (668, 135))
    formula = page.formula
    qtbot.keyClick(page, Key.Key_End)
    for _ in range(4):
        assert formula.page is not None
        assert formula.page.width <= (formula.bar.x() if formula.scrolls else formula.width())
        written = "".join(line.left + line.right + line.result for line in formula.page.lines)
        assert not set(written) & set("‖⌊⌋"), "the fonts lack them"
        qtbot.keyClick(page, Key.Key_Left)


def test_a_narrow_page_shows_the_table_and_the_formula_in_turn(qtbot: QtBot) -> None:
    _, page = opened(qtbot, with_changes(Experiment(), training__optimizer=pg.Adam()), (480, 200))
    qtbot.keyClick(page, Key.Key_End)
    qtbot.addWidget(page.extras)
    page.extras.show()
    assert page.formula.isVisible()
    assert not page.beside.isVisible()
    page.turn.click()
    assert page.beside.isVisible()
    assert not page.formula.isVisible()
    page.turn.click()
    page.resize(960, 260)
    assert page.formula.isVisible()
    assert page.beside.isVisible()
    assert page.turn.isHidden()


def test_a_run_that_goes_on_is_left_and_a_step_is_made(qtbot: QtBot, make_workbench: Callable[..., Workbench]) -> None:
    bench = make_workbench()
    inside = bench.inside
    inside.enter()
    inside.wait()
    first = inside.step
    assert first is not None
    inside.make()
    bench.run.settle()
    inside.wait()
    assert inside.step is not None
    assert inside.step.step == 1
    assert np.array_equal(inside.step.before, first.made)
    bench.run.play()
    assert not inside.on
    inside.enter()
    assert bench.run.state == "paused"
    inside.leave()


def test_fields_take_numbers_of_one_s_own_fractions_too(qtbot: QtBot) -> None:
    bench, page = opened(qtbot, size=(960, 240))
    inside, fields = bench.inside, page.numbers.fields
    page.own.click()
    assert page.beside.currentWidget() is page.numbers
    assert [entry.name for entry in page.numbers.entries] == ["x", "y", "class", "w₁₁", "w₁₂", "b₁"]
    for place, text in ((0, "1/4"), (1, "−0,5"), (2, "1"), (3, "2/3")):
        fields[place].setFocus()
        fields[place].selectAll()
        qtbot.keyClicks(fields[place], text.replace("−", "-"))
        qtbot.keyClick(fields[place], Key.Key_Return)
        inside.wait()
    assert inside.step is not None
    assert inside.step.batch.inputs[:, 0].tolist() == [0.25, -0.5]
    assert inside.step.batch.labels[0] == 1.0
    assert inside.step.before[0] == pytest.approx(2 / 3, abs=1e-7)
    assert page.numbers.back.isVisible()
    assert "0.67·0.25" in page.formula.accessibleDescription()
    page.numbers.back.click()
    inside.wait()
    assert not inside.is_given
    inside.give_parameter(0, 0.5)
    inside.wait()
    page.own.click()
    inside.wait()
    assert not inside.is_given
    assert page.beside.currentWidget() is page.terms


def typing(
    qtbot: QtBot, make_workbench: Callable[..., Workbench], columns: int, name: str, size: tuple[int, int]
) -> tuple[Workbench, InsidePage]:
    """A page with fields for numbers over somebody's own columns."""
    points = made(columns=columns)
    source = about(points, columns=tuple(f"{name}{each}" for each in range(columns)))
    bench = make_workbench(Checkpoint(source, points=points))
    page = InsidePage(bench)
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    bench.inside.enter()
    bench.inside.wait()
    page.own.click()
    return bench, page


def test_many_inputs_are_typed_in_a_list_with_their_names(
    qtbot: QtBot, make_workbench: Callable[..., Workbench]
) -> None:
    bench, page = typing(qtbot, make_workbench, 64, "a column ", (760, 135))
    numbers, inside = page.numbers, bench.inside
    names = [entry.name for entry in numbers.entries]
    assert names[:2] == ["class", "w₁₁"]
    assert [entry.long for entry in numbers.entries if entry.kind == "input"] == [
        f"a column {each}" for each in range(64)
    ]
    place = len(numbers.entries) - 1
    name, field = numbers.names[place], numbers.fields[place]
    assert name.text == "x₆₄  a column 63"
    assert not name.is_cut()
    assert field.visibleRegion().isEmpty()
    field.setFocus()
    numbers.area.ensureWidgetVisible(field)
    assert not field.visibleRegion().isEmpty()
    field.selectAll()
    qtbot.keyClicks(field, "1/4")
    qtbot.keyClick(field, Key.Key_Return)
    inside.wait()
    assert inside.inputs[63] == 0.25
    inside.infer_row(3)
    inside.wait()
    page.numbers.fields[2].selectAll()
    page.numbers.fields[2].setFocus()
    qtbot.keyClicks(page.numbers.fields[2], "7")
    qtbot.keyClick(page.numbers.fields[2], Key.Key_Return)
    inside.wait()
    assert inside.inputs[2] == 7.0
    assert inside.infers


def test_a_list_and_a_few_numbers_after_each_other_each_lie_as_they_are_read(qtbot: QtBot) -> None:
    bench, page = opened(qtbot, with_changes(Experiment(), data__features=tuple(FEATURES)), size=(1440, 240))
    inside, numbers, operations = bench.inside, page.numbers, bench.inside.operations
    page.own.click()
    assert operations is not None
    many = max(place for place in range(len(operations)) if isinstance(operations[place], Gradients))
    few = min(place for place in range(len(operations)) if isinstance(operations[place], Update))
    for place in (few, many, few, many):
        inside.seek(place)
        QCoreApplication.processEvents()
        assert numbers.is_list == (place == many)
        lefts = [field.x() for field in numbers.fields[: len(numbers.entries)]]
        assert (lefts[0] == lefts[1]) != numbers.is_list, "few below each other, many beside each other"


def test_images_are_drawn_not_typed(qtbot: QtBot) -> None:
    _, page = opened(qtbot, with_changes(Experiment(), data__source__name="bars"))
    page.own.click()
    assert {entry.kind for entry in page.numbers.entries} == {"class", "weight"}


def test_slopes_are_held_against_differences(qtbot: QtBot) -> None:
    bench, page = opened(qtbot)
    inside = bench.inside
    assert inside.step is not None
    place = inside.step.operations.find(Gradients, 0, 1)
    assert place is not None
    inside.seek(place)
    side = page.table.side
    assert side is not None
    assert side.heads == ("", "chain rule", "differences", "batch")
    assert [row[0] for row in side.rows] == ["∂/∂w₂₁", "∂/∂w₂₂", "∂/∂b₂"]
    assert all(row[1] == row[2] for row in side.rows)
    assert side.good
    inside.move(-1)
    assert page.beside.currentWidget() is page.terms
    assert "δ′₁" in page.terms.accessibleDescription()


def test_a_point_s_forward_pass_in_both_modes(qtbot: QtBot) -> None:
    layers = (pg.Dense(4, "tanh"), pg.Dropout(rate=0.5))
    bench, page = opened(qtbot, with_changes(Experiment(), network=pg.Network(layers)), (960, 240))
    inside = bench.inside
    inside.infer(sample=(1.0, -2.0))
    assert inside.operations is None
    inside.wait()
    found = inside.inference
    assert found is not None
    assert found.drawn is not None
    assert bench.session is not None
    assert found.outputs[0] == pytest.approx(bench.session.predict(np.array([[1.0, -2.0]]))[0], abs=1e-6)
    assert [span.phase for span in found.operations.spans] == ["forward"]
    assert not page.make.isVisible()
    assert page.table.side is not None
    assert page.table.side.heads == ("", "the answer", "in training")
    qtbot.keyClick(page, Key.Key_End)
    assert page.beside.currentWidget() is page.spread
    assert "±" in page.spread.accessibleDescription()
    assert theme.color("accent").rgb() in colours(painted(page.spread))
    inside.set_trains(True)
    assert inside.operations is found.training
    page.own.click()
    field = page.numbers.fields[0]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "3/2")
    qtbot.keyClick(field, Key.Key_Return)
    inside.wait()
    assert inside.inputs.tolist() == [1.5, -2.0]
    inside.to_step()
    inside.wait()
    assert inside.inference is None
    assert not inside.trains
    assert inside.operations is not None
    assert len(inside.operations.spans) == 4


def test_rows_of_the_data_are_looked_into_one_after_another(qtbot: QtBot) -> None:
    """From the list by mouse and keys; afterwards by Up and Down on the page; of a table the very sample."""
    features = np.arange(36.0).reshape(12, 3) % 7
    own = pg.OwnPoints(features, np.arange(12) % 2)
    table = pg.on_points(Experiment(), own.source(classes=("cat", "dog"), columns=("a", "b", "c")))
    bench, page = shown(qtbot, InsidePage, table, (960, 240), own)
    page.extras.show()
    qtbot.addWidget(page.extras)
    bench.show_run(epochs=1)
    inside, data = bench.inside, bench.dataset
    inside.enter()
    inside.wait()
    qtbot.mouseClick(page.rows, Qt.MouseButton.LeftButton)
    picker = page.picker
    assert picker is not None
    assert picker.isVisible()
    assert not inside.infers
    assert picker.model.rowCount() == 12
    heads = [picker.model.headerData(place, Qt.Orientation.Horizontal) for place in range(6)]
    assert heads == ["row", "set", "class", "a", "b", "c"]
    qtbot.keyClick(picker.table, Key.Key_Down)
    inside.wait()
    assert inside.inference is not None
    assert inside.row == inside.inference.row == 1
    cells = [picker.model.index(1, place).data() for place in range(6)]
    number = data.number_of(1)
    assert cells[0] == str(number)
    assert [float(each) for each in cells[3:]] == features[number].tolist()
    assert cells[2] == ("cat", "dog")[number % 2]
    qtbot.keyClick(picker, Key.Key_Return)
    assert not picker.isVisible()
    qtbot.keyClick(page, Key.Key_Down)
    inside.wait()
    assert inside.row == 2
    for _ in range(15):
        inside.move_sample(1)
    inside.wait()
    assert inside.row == 11
    assert inside.inference.inputs is not None
    assert row_title(data, 11).startswith(f"for row {data.number_of(11)} (test), right: ")
    inside.to_step()
    inside.wait()
    assert inside.row is None


def test_another_image_that_is_chosen_is_looked_into(qtbot: QtBot) -> None:
    """The canvas shows the very image that the page tells, whichever way it was chosen."""
    experiment = with_changes(Experiment(), data__source__name="digits", network=pg.Network((pg.Dense(3, "relu"),)))
    bench, _ = opened(qtbot, experiment)
    inside = bench.inside
    assert inside.step is not None
    bench.set_view(probe_sample=7)
    inside.wait()
    assert inside.row == bench.view.probe_sample == 7
    inside.infer_row(9)
    inside.wait()
    assert bench.view.probe_sample == 9
    inside.to_step()
    inside.wait()
    assert bench.view.probe_sample == inside.step.batch.samples[0]


def test_hidden_it_costs_nothing(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """No step is asked for and nothing is told while the run goes on, nor by a page that is not seen."""
    bench, page = opened(qtbot)
    asked: list[str] = []
    monkeypatch.setattr(StepWanted, "answer", lambda *_: asked.append("step"))
    monkeypatch.setattr(PassWanted, "answer", lambda *_: asked.append("pass"))
    monkeypatch.setattr(page_module, "told", lambda *_: asked.append("told"))
    monkeypatch.setattr(page_module, "meanings", lambda *_: asked.append("meanings"))
    page.hide()
    bench.inside.move(1)
    bench.inside.point_at(frozenset({"x"}))
    assert not asked
    bench.inside.leave()
    page.show()
    for _ in range(3):
        bench.show_run(epochs=1)
        bench.set_view(probe_sample=None)
    assert not asked
    assert not bench.inside.playing


def test_a_drawn_digit_is_looked_into(qtbot: QtBot) -> None:
    experiment = with_changes(Experiment(), data__source__name="digits", network=pg.Network((pg.Dense(3, "relu"),)))
    bench, _ = opened(qtbot, experiment)
    pixels = tuple(1.0 if place % 9 == 0 else 0.0 for place in range(64))
    bench.set_view(draws=True, drawn=pixels)
    bench.inside.wait()
    assert bench.inside.inference is not None
    assert bench.inside.point == pixels


def test_of_images_the_canvas_shows_the_sample_that_is_told(qtbot: QtBot) -> None:
    experiment = with_changes(Experiment(), data__source__name="digits", network=pg.Network((pg.Dense(3, "relu"),)))
    bench, _ = shown(qtbot, InsidePage, experiment, SIZE)
    bench.show_run()
    bench.set_view(probe_sample=3)
    bench.inside.enter()
    bench.inside.wait()
    step = bench.inside.step
    assert step is not None
    assert bench.view.probe_sample == step.batch.samples[0]
    bench.inside.choose_sample(2)
    assert bench.view.probe_sample == step.batch.samples[2]
    bench.inside.leave()
    assert bench.view.probe_sample == 3
