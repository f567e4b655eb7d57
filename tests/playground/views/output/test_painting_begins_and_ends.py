"""When painting may begin, what it waits for, and what ends it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QRect
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.edits.on_dataset import on_dataset
from playground.experiment.experiment import Experiment
from playground.words.painting import BLANK, INVITATION
from tests.playground.views.output.brush import (
    LEFT,
    NO_KEYS,
    SHIFT,
    Key,
    canvas_of,
    let_go,
    paint_clouds,
    stroke,
)
from tests.playground.views.window.driver import Make, Open, bench, press, trigger
from tests.seeds import long

# -- why Play is off ---------------------------------------------------------------------------------------------------


def test_play_is_off_and_says_why_until_there_is_something_to_learn(
    make_workbench: Make, open_window: Open, qtbot: QtBot
) -> None:
    window = open_window(make_workbench())
    workbench, play = bench(window), window.transport.play
    said: list[str] = []
    workbench.message_shown.connect(lambda text, kind: said.append(text))
    workbench.run.start()
    workbench.run.play()
    qtbot.waitUntil(lambda: workbench.run.snapshot is not None and workbench.run.snapshot.step > 0)
    trigger(window, "paint")
    assert (workbench.run.state, said) == ("paused", [BLANK])
    toggle, step = window.commands.actions["toggle"], window.commands.actions["step_epoch"]

    def off() -> str:
        workbench.run.settle()
        tip = play.toolTip()
        assert not play.isEnabled()
        assert not toggle.isEnabled()
        assert not step.isEnabled()
        assert toggle.toolTip() == tip == window.transport.steps.buttons["epoch"].toolTip()
        press(qtbot, window, "Space")
        assert workbench.run.state == "paused"
        return tip

    assert off() == BLANK
    assert window.output.bars.isHidden()
    assert window.transport.train_loss.value == "–"
    qtbot.keyClick(window.output.map, Key.Key_P)
    stroke(window, [(-3.0, 0.0)])
    assert "all points are of one class" in off()
    stroke(window, [(3.0, 0.0)], SHIFT)
    assert "there are 2 points, and it takes 4" in off()
    stroke(window, [(-3.0, 1.0)])
    stroke(window, [(3.0, 1.0)], SHIFT)
    assert play.isEnabled()
    assert toggle.isEnabled()
    press(qtbot, window, "Space")
    assert workbench.run.state == "running"
    qtbot.keyClick(window.output.map, Key.Key_E)
    stroke(window, [(3.0, 0.0), (3.0, 1.0)])
    assert workbench.run.state == "paused"
    assert said[-1] == workbench.painting.why_no_play == off()
    stroke(window, [(-3.0, 0.0), (-3.0, 1.0)])
    assert off() == BLANK
    assert canvas_of(window).count == 0
    workbench.undo()
    workbench.undo()
    assert play.isEnabled()


# -- coming and going --------------------------------------------------------------------------------------------------


def test_other_data_and_files_end_painting(
    make_workbench: Make, open_window: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(make_workbench())
    workbench, painting = bench(window), bench(window).painting
    trigger(window, "paint")
    window.data.choose("moons")
    assert (painting.on, painting.blank, workbench.experiment.source_kind.recipe) == (False, False, "moons")
    trigger(window, "paint")
    trigger(window, "data_moons")
    assert (painting.on, painting.blank) == (False, False), "the set that was there comes back when it is chosen"
    paint_clouds(window, qtbot)
    assert workbench.save(tmp_path / "own.nnp")
    stroke(window, [(0.0, 0.0)], release=False)
    assert window.files.open_path(str(tmp_path / "own.nnp"))
    assert (painting.on, window.output.map.easel.is_busy) == (False, False)
    let_go(window, (0.0, 0.0))
    assert workbench.undo_name is None
    trigger(window, "paint")
    assert (painting.on, painting.blank) == (True, False), "what is painted goes on"
    window.data.choose("circles")
    assert not painting.on
    trigger(window, "paint_over")
    workbench.new()
    assert not painting.on
    qtbot.mouseClick(window.output.toggles["discretize"], LEFT)
    assert workbench.view.discretize


def test_images_and_columns_can_make_way_for_an_empty_plane_but_not_be_painted_over(
    make_workbench: Make, open_window: Open, qtbot: QtBot
) -> None:
    window = open_window(make_workbench(on_dataset(Experiment(), "digits")))
    workbench = bench(window)
    over = window.commands.actions["paint_over"]
    assert not over.isEnabled()
    assert "plane" in over.toolTip()
    workbench.painting.start_over()
    assert not workbench.painting.on
    trigger(window, "paint")
    assert not window.output.map.isHidden()
    assert window.output.grid.isHidden()
    paint_clouds(window, qtbot)
    assert workbench.experiment.source_kind.is_plane
    workbench.run.advance_now(epochs=1)
    assert window.output.map.shown is not None
    workbench.undo()
    workbench.undo()
    assert workbench.painting.blank
    assert not window.output.map.isHidden()
    workbench.undo()
    assert window.output.map.isHidden()
    assert not workbench.painting.on


def test_an_empty_plane_has_nothing_of_the_set_that_was_there(make_workbench: Make, open_window: Open) -> None:
    """A slider of that set would bring it back in the middle of painting."""
    window = open_window(make_workbench())
    data = window.data
    for name, others in (("function", "formula"), ("spiral_arms", "turns")):
        data.choose(name)
        there = data.shape.rows
        assert there
        room = data.sections[0].y()
        trigger(window, "paint")
        assert bench(window).painting.blank
        assert data.shape.rows == [], others
        assert [row.isHidden() for row in data.rows] == [True, False, True, True]
        assert data.sections[0].y() < room, "hidden rows leave no room behind"
        bench(window).undo()
        assert len(data.shape.rows) == len(there)
        assert not data.samples.isHidden()
        assert data.sections[0].y() == room
        bench(window).painting.done()


def test_done_keeps_what_is_painted_and_the_map_shows_it_as_ever(
    make_workbench: Make, open_window: Open, qtbot: QtBot
) -> None:
    window = open_window(make_workbench())
    workbench = bench(window)
    paint_clouds(window, qtbot)
    count = canvas_of(window).count
    qtbot.mouseClick(window.output.paint_header.done, LEFT)
    assert not workbench.painting.on
    assert workbench.title == "Painted"
    assert window.data.name.text == f"Painted, {count} points"
    for row in (window.data.samples, window.data.noise):
        assert row.isHidden()
        assert not row.isEnabled()
    for widget in (window.output.paint_header, window.output.palette_of_paint):
        assert widget.isHidden()
    assert not window.output.scale.isHidden()
    stroke(window, [(0.0, 0.0), (0.0, 1.0)])
    assert canvas_of(window).count == count, "the mouse paints no more"
    assert workbench.view.probe is not None


@pytest.mark.parametrize(
    "size",
    [(1024, 600), long((1280, 720)), long((1440, 900))],
)
def test_header_and_palette_fit_at_every_size_with_two_and_with_ten_classes(
    size: tuple[int, int], make_workbench: Make, open_window: Open
) -> None:
    window = open_window(make_workbench(), size=size)
    painting, palette, header = bench(window).painting, window.output.palette_of_paint, window.output.paint_header
    trigger(window, "paint")
    for classes in (2, 10):
        while canvas_of(window).class_count < classes:
            painting.add_class()
        for holder in (palette, header):
            shown = [each for each in holder.children() if each.isWidgetType() and not each.isHidden()]  # type: ignore[attr-defined]
            places = [each.geometry() for each in shown]  # type: ignore[attr-defined]
            assert len(places) > 5
            for at, place in enumerate(places):
                assert holder.rect().contains(place), (holder, shown[at], place)
                inner = place.adjusted(3, 3, -3, -3)
                assert not any(inner.intersects(other) for other in places[:at]), shown[at]
        assert not QRect(palette.geometry()).intersects(window.output.map.geometry())
    trigger(window, "data_circles")
    trigger(window, "paint")
    assert canvas_of(window).class_count == 2
    assert palette.density.isHidden() == (size == (1280, 720)), "it goes behind a right click"
    menu = palette.density_menu()
    menu.actions()[-1].trigger()
    assert painting.density == 2.0
    menu.deleteLater()


def test_keys_of_painting_reach_no_field(make_workbench: Make, open_window: Open, qtbot: QtBot) -> None:
    window = open_window(make_workbench())
    trigger(window, "paint")
    field = window.data.share.field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "70")
    qtbot.keyClick(field, Key.Key_Return)
    assert bench(window).experiment.data.train_share == 0.7
    assert bench(window).painting.label == 0
    over = QKeyEvent(QEvent.Type.ShortcutOverride, Key.Key_Space, NO_KEYS, " ")
    over.ignore()
    QApplication.sendEvent(window.output.map, over)
    assert not over.isAccepted(), "space is play"
    assert INVITATION.startswith("Paint here")
