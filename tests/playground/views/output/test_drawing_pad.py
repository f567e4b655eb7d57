"""Drawing an image by hand: the pen, the eraser, the keys, undo, and what the network answers meanwhile."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from playground.figures.image_answers import drawn_answer
from playground.views.output.drawing_pad import DrawingPad
from playground.views.output.panel import OutputPanel
from playground.views.theme import theme
from tests.playground.views.still_workbench import StillWorkbench, colours, experiment_on, near, painted, shown

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SIZE = (366, 366)


@pytest.fixture
def made(qtbot: QtBot) -> tuple[StillWorkbench, DrawingPad]:
    bench, pad = shown(qtbot, DrawingPad, experiment_on("digits", data__source__samples=200), SIZE)
    bench.set_view(draws=True)
    pad.setFocus()
    return bench, pad


def at(pad: DrawingPad, x: float, y: float) -> QPoint:
    """A place of the paper, in pixels of the image."""
    paper, (height, width) = pad.paper, pad.shape
    return QPoint(round(paper.left() + x * paper.width() / width), round(paper.top() + y * paper.height() / height))


def line(qtbot: QtBot, pad: DrawingPad, *places: tuple[float, float], button: Qt.MouseButton = LEFT) -> None:
    qtbot.mousePress(pad, button, pos=at(pad, *places[0]))
    for place in places[1:]:
        qtbot.mouseMove(pad, at(pad, *place))
    qtbot.mouseRelease(pad, button, pos=at(pad, *places[-1]))


def test_the_mouse_draws_and_the_right_button_erases(qtbot: QtBot, made: tuple[StillWorkbench, DrawingPad]) -> None:
    bench, pad = made
    assert pad.drawn is None
    line(qtbot, pad, (4.0, 1.0), (4.0, 7.0))
    drawn = pad.drawn
    assert drawn is not None
    assert drawn.shape == (8, 8)
    assert drawn[2:6, 3:5].min() > 0.5
    assert not drawn[:, :2].any()
    assert bench.view.drawn == tuple(drawn.ravel().tolist())
    line(qtbot, pad, (0.5, 2.0), (7.5, 2.0), button=RIGHT)
    assert pad.drawn is not None
    assert not pad.drawn[1:3].any()
    assert pad.drawn[5, 3] > 0.5


def test_the_answer_stands_beside_no_bar(qtbot: QtBot, made: tuple[StillWorkbench, DrawingPad]) -> None:
    _, pad = made
    line(qtbot, pad, (4.0, 1.0), (4.0, 7.0))
    for side in range(200, 420, 20):
        pad.resize(side, side)
        assert not pad.answer_row.intersects(pad.bars), side
        assert pad.answer_row.width() > 2 * pad.answer_row.height(), "the chip of the answer at least"


def test_what_is_drawn_is_shown_as_ink_on_paper(qtbot: QtBot, made: tuple[StillWorkbench, DrawingPad]) -> None:
    _, pad = made
    qtbot.keyClick(pad, Qt.Key.Key_Right)
    qtbot.keyClick(pad, Qt.Key.Key_Return)
    picture = painted(pad)
    assert near(picture.pixel(at(pad, 4.5, 4.5)), theme.color("text").rgb())
    assert near(picture.pixel(at(pad, 1.5, 1.5)), theme.color("sunken").rgb())


def test_the_keyboard_moves_inks_and_ends(qtbot: QtBot, made: tuple[StillWorkbench, DrawingPad]) -> None:
    bench, pad = made
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(pad, key)
    assert pad.drawn is not None
    assert np.argwhere(pad.drawn).tolist() == [[3, 5]]
    qtbot.keyClick(pad, Qt.Key.Key_Return)
    assert pad.drawn is None
    for _ in range(20):
        qtbot.keyClick(pad, Qt.Key.Key_Left)
    qtbot.keyClick(pad, Qt.Key.Key_Return)
    assert pad.drawn is not None
    assert np.argwhere(pad.drawn).tolist() == [[3, 0]]
    qtbot.keyClick(pad, Qt.Key.Key_Escape)
    assert not bench.view.draws
    assert bench.view.probe_pixels is None
    assert bench.view.drawn is not None, "what was drawn is there the next time"


def test_every_line_is_one_step_back_and_clearing_is_one_too(
    qtbot: QtBot, made: tuple[StillWorkbench, DrawingPad]
) -> None:
    bench, pad = made
    assert not pad.undo_button.isEnabled()
    line(qtbot, pad, (2.0, 1.0), (2.0, 4.0), (2.0, 7.0))
    first = bench.view.drawn
    line(qtbot, pad, (6.0, 1.0), (6.0, 7.0))
    second = bench.view.drawn
    qtbot.keyClick(pad, Qt.Key.Key_Delete)
    assert bench.view.drawn is None
    assert not pad.clear_button.isEnabled()
    for wanted in (second, first, None, None):
        qtbot.keyClick(pad, Qt.Key.Key_Z, CTRL)
        assert bench.view.drawn == wanted
    qtbot.keyClick(pad, Qt.Key.Key_Z, CTRL | SHIFT)
    assert bench.view.drawn == first
    qtbot.mouseClick(pad.clear_button, LEFT)
    assert bench.view.drawn is None
    qtbot.mouseClick(pad.undo_button, LEFT)
    assert bench.view.drawn == first


def test_the_answer_follows_the_pen_and_the_run(qtbot: QtBot, made: tuple[StillWorkbench, DrawingPad]) -> None:
    bench, pad = made
    line(qtbot, pad, (4.0, 1.0), (4.0, 7.0))
    assert pad.answer == ""
    bench.show_run(epochs=1)
    early = drawn_answer(bench.run.snapshot, bench.dataset)
    assert early is not None
    assert early.are_probabilities
    assert early.scores.sum() == pytest.approx(1.0, abs=1e-4)
    assert pad.answer.startswith(f"digit {early.predicted[0]}, ")
    bench.show_run(epochs=20)
    late = drawn_answer(bench.run.snapshot, bench.dataset)
    assert late is not None
    assert late.scores.max() > early.scores.max()
    assert "Escape ends" in pad.accessibleDescription()
    assert f"digit {late.predicted[0]}" in pad.accessibleDescription()
    assert any(near(each, theme.color(f"class{late.predicted[0]}").rgb(), 2) for each in colours(painted(pad)))


def test_other_buttons_and_places_beside_the_paper_draw_nothing(
    qtbot: QtBot, made: tuple[StillWorkbench, DrawingPad]
) -> None:
    bench, pad = made
    qtbot.mouseClick(pad, Qt.MouseButton.MiddleButton, pos=at(pad, 4, 4))
    qtbot.mouseClick(pad, LEFT, pos=at(pad, -0.4, 4))
    qtbot.mouseMove(pad, at(pad, 4, 4))
    assert bench.view.drawn is None


def test_data_of_another_kind_end_drawing(qtbot: QtBot) -> None:
    bench, panel = shown(qtbot, OutputPanel, experiment_on("digits", data__source__samples=60), (366, 500))
    assert panel.draw.isVisible()
    assert not panel.toggles["show_best"].isVisible()
    qtbot.mouseClick(panel.draw, LEFT)
    assert panel.pad.isVisible()
    assert not panel.grid.isVisible()
    line(qtbot, panel.pad, (4.0, 1.0), (4.0, 7.0))
    bench.show_experiment(experiment_on("shapes", data__source__samples=60))
    assert panel.pad.isVisible()
    assert panel.pad.drawn is not None
    bench.show_experiment(experiment_on("circles"))
    assert panel.map.isVisible()
    assert not panel.pad.isVisible()
    assert not panel.draw.isVisible()
    assert panel.toggles["show_best"].isVisible()
    assert bench.view.drawn is None
    assert not bench.view.draws


@pytest.mark.parametrize("side", [120, 182, 272, 366, 600])
def test_paper_bars_and_buttons_lie_on_the_pad_and_apart(
    qtbot: QtBot, made: tuple[StillWorkbench, DrawingPad], side: int
) -> None:
    _, pad = made
    pad.resize(side, side)
    assert pad.square.contains(pad.paper)
    buttons = [each for each in (pad.undo_button, pad.clear_button, pad.done_button) if each.isVisible()]
    assert len(buttons) >= 2
    for place, button in enumerate(buttons):
        assert pad.rect().contains(button.geometry())
        assert not button.geometry().intersects(pad.paper.toRect())
        assert not any(button.geometry().intersects(other.geometry()) for other in buttons[:place])
    assert pad.paper.width() % pad.shape[1] == 0
