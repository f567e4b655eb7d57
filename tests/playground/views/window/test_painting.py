"""Painting on the decision map with a real mouse and real keys, while the run goes on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.data import OwnPoints
from playground.edits.on_dataset import on_points
from playground.exchange.files import load
from playground.experiment.experiment import Experiment
from playground.run.checkpoint import Checkpoint
from playground.run.replaying import replay
from playground.views.window.main_window import MainWindow
from playground.views.workbench.painting import SIZES
from playground.words.painting import why_no_training
from tests.playground.views.one_window import one_after_another
from tests.playground.views.output.brush import (
    ALT,
    AROUND_LEFT,
    LEFT,
    NO_KEYS,
    SHIFT,
    Key,
    canvas_of,
    let_go,
    paint_clouds,
    parameters,
    stroke,
)
from tests.playground.views.window.driver import Make, Open, bench, press, trigger

# -- from end to end ---------------------------------------------------------------------------------------------------


def with_the_usual_brush(window: MainWindow) -> MainWindow:
    """What is in the hand outlives a document."""
    painting = bench(window).painting
    painting.use("brush")
    painting.size, painting.density, painting.label, painting.value = 26, 0.8, 0, 1.0
    painting.changed.emit()
    return window


def test_painting_one_after_the_other(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    one_after_another(
        window,
        check_two_painted_clouds_are_learned_and_every_stroke_is_undone,
        check_training_goes_on_while_a_set_is_painted_over,
        check_tools_sizes_and_classes_have_keys_that_hold_only_on_the_map,
        check_shift_paints_the_other_class_alt_erases_and_a_point_stands_alone,
        check_the_lasso_moves_relabels_and_deletes,
        check_a_stroke_is_given_up_where_the_points_change_below_it,
        check_classes_are_added_up_to_ten_and_the_map_becomes_one_of_many,
        check_values_are_painted_with_a_height_wheel,
        prepare=lambda: {"window": with_the_usual_brush(window)},
        qtbot=qtbot,
        tmp_path=tmp_path,
    )


def check_two_painted_clouds_are_learned_and_every_stroke_is_undone(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    workbench = bench(window)
    circles = workbench.experiment
    trigger(window, "paint")
    assert (workbench.title, window.data.name.text) == ("Painted", "Painted, empty")
    assert QApplication.focusWidget() is window.output.map
    paint_clouds(window, qtbot)
    assert (
        workbench.undo_name
        == f"Paint {canvas_of(window).count - 1 - int((canvas_of(window).labels == 0).sum()) + 1} points"
    )
    assert np.bincount(canvas_of(window).labels.astype(int)).min() >= 20
    workbench.run.advance_now(epochs=40)
    assert workbench.run.snapshot is not None
    assert workbench.run.snapshot.metrics.train_accuracy >= 0.95  # type: ignore[operator]
    points, trained = workbench.work.checkpoint().points, parameters(window)

    stroke(window, [(0.0, 4.0), (1.0, 4.0)])
    assert workbench.run.snapshot.step > 0, "the run goes on"
    workbench.undo()
    assert workbench.work.checkpoint().points == points
    assert parameters(window) == trained, "a stroke and its undo leave the weights alone"

    assert workbench.save(tmp_path / "painted.nnp")
    opened = load(tmp_path / "painted.nnp")
    assert (opened.points, opened.experiment) == (points, workbench.experiment)
    assert replay(opened.experiment, opened.log).digest() == workbench.run.ask(lambda run: run.digest()).result()  # type: ignore[union-attr]

    names = []
    while workbench.undo_name is not None:
        names.append(workbench.undo_name.split(" ")[0])
        workbench.undo()
    assert names == ["Paint", "Paint", "Empty"]
    assert workbench.experiment == circles
    assert not workbench.painting.blank
    assert not workbench.painting.on, "before the plane was emptied there was nothing to paint on"
    while workbench.redo_name is not None:
        workbench.redo()
    assert workbench.dataset.order is not None
    assert parameters(window) == trained, "the run came back with its points"


def test_painting_over_points_with_blank_cells_says_that_they_will_be_gone(
    make_workbench: Make, open_window: Open
) -> None:
    own = OwnPoints(np.array([[1.0, np.nan], [2.0, 1.0], [3.0, 1.0], [2.0, 2.0]]), [0, 1, 0, 1])
    window = open_window(make_workbench(Checkpoint(on_points(Experiment(), own.source(2)), points=own)))
    told: list[str] = []
    bench(window).message_shown.connect(lambda text, *_: told.append(text))
    trigger(window, "paint_over")
    assert canvas_of(window).count == 3
    assert [text for text in told if text.startswith("With the first stroke 1 point with blank cells")]


def check_training_goes_on_while_a_set_is_painted_over(window: MainWindow, qtbot: QtBot) -> None:
    workbench = bench(window)
    trigger(window, "paint_over")
    assert workbench.experiment == Experiment(), "nothing has changed yet"
    assert canvas_of(window).count == 500
    workbench.run.start()
    workbench.run.set_speed(20_000.0)
    press(qtbot, window, "Space")
    qtbot.waitUntil(lambda: workbench.run.snapshot is not None and workbench.run.snapshot.step > 50)
    stroke(window, [(0.0, 0.0)], release=False)
    before = workbench.run.snapshot.step  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: workbench.run.snapshot.step > before + 20)  # type: ignore[union-attr]
    assert window.output.map.easel.note == "+21 points"
    assert workbench.experiment == Experiment(), "training sees the points when the button is let go"
    let_go(window, (0.0, 0.0))
    assert workbench.run.state == "running"
    assert (workbench.experiment.source_kind.samples, workbench.undo_name) == (521, "Paint 21 points")
    seen = workbench.run.snapshot.step  # type: ignore[union-attr]
    qtbot.waitUntil(
        lambda: workbench.run.snapshot.experiment == workbench.experiment and workbench.run.snapshot.step > seen  # type: ignore[union-attr]
    )
    press(qtbot, window, "Space")
    assert workbench.run.state == "paused"
    workbench.undo()
    assert workbench.experiment == Experiment()
    assert workbench.painting.on, "the set that is painted over is there still"


# -- tools and keys ----------------------------------------------------------------------------------------------------


def check_tools_sizes_and_classes_have_keys_that_hold_only_on_the_map(window: MainWindow, qtbot: QtBot) -> None:
    workbench, plane = bench(window), window.output.map
    painting = workbench.painting
    trigger(window, "paint_over")
    for key, tool in ((Key.Key_P, "point"), (Key.Key_L, "lasso"), (Key.Key_E, "eraser"), (Key.Key_B, "brush")):
        qtbot.keyClick(plane, key)
        assert painting.tool == tool
        assert [name for name, button in window.output.paint_header.tools.items() if button.isChecked()] == [tool]
    workbench.run.settle()
    assert workbench.run.snapshot.step == 0, "B and E are the brush and the eraser here"  # type: ignore[union-attr]
    qtbot.keyClick(plane, Key.Key_2)
    assert painting.label == 1
    qtbot.keyClick(plane, Key.Key_9)
    assert painting.label == 1, "there are two classes"
    was = painting.size
    qtbot.keyClicks(plane, "]]]")
    assert painting.size > was
    qtbot.keyClicks(plane, "[" * 30)
    assert painting.size == SIZES[0]
    qtbot.keyClicks(plane, "]" * 40)
    assert painting.size == SIZES[1]
    window.network.view.setFocus()
    press(qtbot, window, "B")
    workbench.run.settle()
    assert workbench.run.snapshot.step == 1, "elsewhere B is a batch still"  # type: ignore[union-attr]
    plane.setFocus()
    qtbot.keyClick(plane, Key.Key_Escape)
    assert not painting.on
    press(qtbot, window, "B")
    workbench.run.settle()
    assert workbench.run.snapshot.step == 2  # type: ignore[union-attr]
    assert not window.output.toggles["discretize"].isHidden()
    assert window.output.paint_header.isHidden()


def check_shift_paints_the_other_class_alt_erases_and_a_point_stands_alone(window: MainWindow, qtbot: QtBot) -> None:
    painting = bench(window).painting
    trigger(window, "paint")
    stroke(window, [(-3.0, 0.0)])
    stroke(window, [(3.0, 0.0)], SHIFT)
    canvas = canvas_of(window)
    assert (canvas.labels == 0).sum() == (canvas.labels == 1).sum() == 21
    assert (canvas.points[canvas.labels == 1][:, 0] > 0).all()
    stroke(window, [(3.0, 0.0)], ALT)
    assert bench(window).undo_name == "Erase 21 points"
    assert (canvas_of(window).count, painting.tool) == (21, "brush")
    qtbot.keyClick(window.output.map, Key.Key_P)
    stroke(window, [(0.0, 4.0)])
    stroke(window, [(0.0, 4.0)])
    assert (canvas_of(window).count, bench(window).undo_name) == (22, "Paint 1 point")
    stroke(window, [(0.0, -4.0)], SHIFT)
    assert canvas_of(window).labels[-1] == 1
    qtbot.keyClick(window.output.map, Key.Key_E)
    stroke(window, [(5.0, 5.0)])
    assert bench(window).undo_name == "Paint 1 point", "nothing was there"
    stroke(window, [(-5.0, 0.0), (-1.0, 0.0)])
    assert (bench(window).undo_name, canvas_of(window).count) == ("Erase 21 points", 2)


def check_the_lasso_moves_relabels_and_deletes(window: MainWindow, qtbot: QtBot) -> None:
    workbench, plane = bench(window), window.output.map
    paint_clouds(window, qtbot)
    qtbot.keyClick(plane, Key.Key_L)
    before = canvas_of(window)
    left = before.labels == 0
    stroke(window, AROUND_LEFT)
    assert workbench.painting.chosen is not None
    assert np.array_equal(workbench.painting.chosen, left)
    count = int(left.sum())
    assert plane.easel.note == f"{count} points chosen"
    stroke(window, [(-2.5, 0.0), (-2.5, 1.5)])
    assert workbench.undo_name == f"Move {count} points"
    assert np.allclose((canvas_of(window).points - before.points)[left], (0.0, 1.5), atol=0.03)
    assert np.array_equal(canvas_of(window).points[~left], before.points[~left])
    assert workbench.painting.chosen is not None, "they can be dragged on"
    qtbot.keyClick(plane, Key.Key_Down)
    qtbot.keyClick(plane, Key.Key_Down)
    assert workbench.undo_name == f"Move {count} points"
    qtbot.keyClick(plane, Key.Key_2)
    assert workbench.undo_name == f"Relabel {count} points"
    assert (canvas_of(window).labels == 1).all()
    assert why_no_training(canvas_of(window).count, 1, 2) == workbench.painting.why_no_play
    qtbot.keyClick(plane, Key.Key_1)
    assert np.array_equal(canvas_of(window).labels, before.labels)
    qtbot.keyClick(plane, Key.Key_Delete)
    assert (workbench.undo_name, canvas_of(window).count) == (f"Delete {count} points", before.count - count)
    assert workbench.painting.chosen is None
    for _ in range(6):
        workbench.undo()
        if canvas_of(window).count == before.count and np.array_equal(canvas_of(window).points, before.points):
            break
    assert np.array_equal(canvas_of(window).points, before.points)
    assert np.array_equal(canvas_of(window).labels, before.labels)
    stroke(window, [(5.0, 5.0), (5.5, 5.0), (5.5, 5.5)])
    assert workbench.painting.chosen is None, "nothing lies there"
    press(qtbot, window, "Ctrl+A")
    assert workbench.painting.chosen is not None
    assert workbench.painting.chosen.all()
    qtbot.keyClick(plane, Key.Key_Escape)
    assert workbench.painting.on, "Esc lets go first"
    assert workbench.painting.chosen is None
    stroke(window, AROUND_LEFT, release=False)
    qtbot.keyClick(plane, Key.Key_Escape)
    let_go(window, AROUND_LEFT[-1])
    assert (workbench.painting.chosen, workbench.painting.on) == (None, True)
    qtbot.keyClick(plane, Key.Key_Escape)
    assert not workbench.painting.on


def test_everything_can_be_painted_with_the_keyboard_alone(window: MainWindow, qtbot: QtBot) -> None:
    workbench, plane = bench(window), window.output.map
    trigger(window, "paint")
    for _ in range(3):
        qtbot.keyClick(plane, Key.Key_Left, SHIFT)
    qtbot.keyClick(plane, Key.Key_Return)
    assert np.allclose(canvas_of(window).points.mean(axis=0), (-1.8, 0.0), atol=0.4)
    for _ in range(6):
        qtbot.keyClick(plane, Key.Key_Right, SHIFT)
    qtbot.keyClick(plane, Key.Key_Return, SHIFT)
    assert canvas_of(window).classes_used == 2
    qtbot.keyClick(plane, Key.Key_L)
    qtbot.keyClick(plane, Key.Key_Return)
    assert workbench.painting.chosen is not None
    assert (canvas_of(window).labels[workbench.painting.chosen] == 1).all()
    qtbot.keyClick(plane, Key.Key_Backspace)
    qtbot.keyClick(plane, Key.Key_E)
    for _ in range(6):
        qtbot.keyClick(plane, Key.Key_Left, SHIFT)
    qtbot.keyClick(plane, Key.Key_Return)
    assert canvas_of(window).count == 0
    assert workbench.painting.blank


def check_a_stroke_is_given_up_where_the_points_change_below_it(window: MainWindow, qtbot: QtBot) -> None:
    workbench, easel = bench(window), window.output.map.easel
    paint_clouds(window, qtbot)
    stroke(window, [(0.0, 0.0), (0.0, 1.0)], release=False)
    assert easel.is_busy
    workbench.undo()
    assert not easel.is_busy
    let_go(window, (0.0, 1.0))
    assert workbench.redo_name is not None, "nothing was painted"
    stroke(window, [(0.0, 0.0)], release=False)
    workbench.change("Set rate", training__learning_rate=0.1)
    assert easel.is_busy, "other edits do not disturb"
    let_go(window, (0.0, 0.0))
    assert workbench.undo_name == "Paint 21 points"


# -- classes and values ------------------------------------------------------------------------------------------------


def check_classes_are_added_up_to_ten_and_the_map_becomes_one_of_many(window: MainWindow, qtbot: QtBot) -> None:
    workbench, palette = bench(window), window.output.palette_of_paint
    paint_clouds(window, qtbot)
    workbench.run.advance_now(epochs=5)
    hidden = workbench.run.snapshot.parameters[:12].copy()  # type: ignore[union-attr]
    qtbot.mouseClick(palette.add, LEFT)
    assert (workbench.undo_name, workbench.experiment.head.units, workbench.painting.label) == ("Add a class", 3, 2)
    workbench.run.settle()
    assert np.array_equal(workbench.run.snapshot.parameters[:12], hidden)  # type: ignore[union-attr]
    stroke(window, [(0.0, 4.0)])
    assert (canvas_of(window).labels == 2).sum() == 21
    for _ in range(9):
        palette.add.click()
    assert workbench.experiment.head.units == 10
    assert not palette.add.isEnabled()
    qtbot.keyClick(window.output.map, Key.Key_0)
    assert workbench.painting.label == 9
    qtbot.mouseClick(palette.dots[3], LEFT)
    assert workbench.painting.label == 3
    assert [dot.isChecked() for dot in palette.dots].index(True) == 3
    workbench.run.advance_now(epochs=2)
    window.grab()
    while workbench.undo_name != "Add a class":
        workbench.undo()
    for _ in range(8):
        workbench.undo()
    assert workbench.painting.label < canvas_of(window).class_count, "a class that is gone is in no hand"


def check_values_are_painted_with_a_height_wheel(window: MainWindow, qtbot: QtBot) -> None:
    workbench, plane = bench(window), window.output.map
    trigger(window, "paint_values")

    def turn(notches: int) -> None:
        at = QPointF(plane.rect().center())
        event = QWheelEvent(
            at, plane.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, NO_KEYS,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(plane, event)

    turn(-15)
    assert workbench.painting.value == -0.5
    stroke(window, [(-3.0, 0.0)])
    turn(9)
    stroke(window, [(3.0, 0.0)])
    stroke(window, [(0.0, 4.0)], SHIFT)
    assert sorted(set(canvas_of(window).labels.tolist())) == [-0.5, -0.4, 0.4]
    assert not workbench.experiment.task.is_classification
    assert workbench.painting.why_no_play == ""
    palette = window.output.palette_of_paint
    assert palette.add.isHidden()
    assert palette.value_text.text == "0.4"
    qtbot.keyClick(plane, Key.Key_L)
    stroke(window, AROUND_LEFT)
    turn(1)
    assert workbench.undo_name == "Relabel 21 points"
    workbench.run.advance_now(epochs=3)
    window.grab()
