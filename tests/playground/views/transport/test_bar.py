"""The bar on top: its buttons move the run, its read-outs tell the run, and nothing in it jumps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.experiment.experiment import Experiment
from playground.views.theme import theme
from playground.views.transport.bar import TransportBar
from playground.views.transport.speed_slider import FASTEST, SLOWEST
from playground.views.window.main_window import SMALLEST
from playground.views.workbench.run.live_run import LiveRun
from playground.views.workbench.workbench import Workbench
from playground.words.run import NO_TRAINING

LEFT = Qt.MouseButton.LeftButton
Make = Callable[..., Workbench]


def make_bar(workbench: Workbench, qtbot: QtBot, width: int = 1280) -> TransportBar:
    theme.current().set_theme("light")
    bar = TransportBar(workbench)
    qtbot.addWidget(bar)
    bar.resize(width, bar.height())
    with qtbot.waitActive(bar):
        bar.show()
    return bar


@pytest.fixture
def unready(qtbot: QtBot) -> Iterator[Workbench]:
    """A workbench whose kernels are not there yet."""
    made = Workbench(Experiment())
    yield made
    made.close()


def settle(workbench: Workbench) -> None:
    """Let what was asked for happen, and show it."""
    workbench.run.advance_now()


def test_play_and_pause(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    bar = make_bar(workbench, qtbot)
    assert bar.play.accessibleName() == "Play"
    qtbot.mouseClick(bar.play, LEFT)
    assert workbench.run.state == "running"
    assert bar.play.accessibleName() == "Pause"
    qtbot.mouseClick(bar.play, LEFT)
    assert workbench.run.state == "paused"
    assert bar.play.accessibleName() == "Play"


@pytest.mark.parametrize(("what", "steps", "epoch"), [("batch", 1, 0), ("epoch", 25, 1)])
def test_steps(what: str, steps: int, epoch: int, make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    bar = make_bar(workbench, qtbot)
    qtbot.mouseClick(bar.steps.buttons[what], LEFT)
    settle(workbench)
    assert workbench.run.snapshot is not None
    assert (workbench.run.snapshot.step, workbench.run.snapshot.epoch) == (steps, epoch)
    assert bar.epoch.value == str(epoch)


def test_a_step_is_made_after_the_last_sample_of_its_batch(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    bar = make_bar(workbench, qtbot)
    for _ in range(workbench.experiment.training.batch_size + 1):
        qtbot.mouseClick(bar.steps.buttons["sample"], LEFT)
    settle(workbench)
    assert workbench.run.snapshot is not None
    assert workbench.run.snapshot.step == 1


def test_reset_goes_back_to_the_same_weights(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    bar = make_bar(workbench, qtbot)
    first = workbench.run.snapshot.parameters.copy()
    workbench.run.advance_now(epochs=3)
    assert (workbench.run.snapshot.parameters != first).any()
    qtbot.mouseClick(bar.reset, LEFT)
    settle(workbench)
    assert workbench.run.snapshot.epoch == 0
    assert (workbench.run.snapshot.parameters == first).all()


def test_a_new_seed_is_an_edit(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    bar = make_bar(workbench, qtbot)
    seed = workbench.experiment.seed
    qtbot.mouseClick(bar.seed, LEFT)
    assert workbench.experiment.seed != seed
    qtbot.mouseClick(bar.undo, LEFT)
    assert workbench.experiment.seed == seed
    qtbot.mouseClick(bar.redo, LEFT)
    assert workbench.experiment.seed != seed


def test_undo_and_redo_tell_what_they_do(unready: Workbench, qtbot: QtBot) -> None:
    bar = make_bar(unready, qtbot)
    assert not bar.undo.isEnabled()
    assert bar.undo.toolTip() == "Nothing to undo"
    unready.change("Set learning rate", training__learning_rate=0.5)
    assert bar.undo.isEnabled()
    assert bar.undo.toolTip().startswith("Undo set learning rate")
    unready.undo()
    assert not bar.undo.isEnabled()
    assert bar.redo.toolTip().startswith("Redo set learning rate")


def test_title_and_mark(unready: Workbench, qtbot: QtBot) -> None:
    bar = make_bar(unready, qtbot)
    assert (bar.title.text, bar.mark.text) == ("Circles", "")
    unready.change("Rename", title="My two spirals")
    assert (bar.title.text, bar.mark.text) == ("My two spirals", "edited")
    unready.undo()
    assert (bar.title.text, bar.mark.text) == ("Circles", "")


def test_a_long_title_is_cut_and_moves_nothing(unready: Workbench, qtbot: QtBot) -> None:
    bar = make_bar(unready, qtbot)
    before = bar.play.geometry()
    unready.change("Rename", title="A very long title that would never fit into this corner")
    qtbot.waitUntil(lambda: not bar.mark.is_cut())
    assert bar.title.is_cut()
    assert bar.play.geometry() == before
    assert bar.mark.geometry().right() <= bar.mark.parentWidget().width()
    assert not bar.mark.is_cut()


@pytest.mark.parametrize(
    ("width", "title"), [(1440, "My circles with a wide ring"), (1920, "My circles with a wide ring and few samples")]
)
def test_a_title_is_not_cut_while_there_is_room_beside_it(
    width: int, title: str, unready: Workbench, qtbot: QtBot
) -> None:
    bar = make_bar(unready, qtbot, width)
    unready.change("Rename", title=title)
    qtbot.waitUntil(lambda: not bar.mark.is_cut())
    assert not bar.title.is_cut()
    assert not bar.status.is_cut()


@pytest.mark.parametrize("width", [SMALLEST.width(), 1100, 1280])
def test_two_words_of_a_title_can_be_read_on_a_small_screen(width: int, unready: Workbench, qtbot: QtBot) -> None:
    bar = make_bar(unready, qtbot, width)
    unready.change("Rename", title="My Data")
    qtbot.waitUntil(lambda: not bar.mark.is_cut())
    assert not bar.title.is_cut()
    assert not bar.status.is_cut()


def test_the_read_outs_show_the_snapshot(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    bar = make_bar(workbench, qtbot)
    workbench.run.advance_now(epochs=30)
    metrics = workbench.run.snapshot.metrics
    assert bar.epoch.value == "30"
    assert bar.train_loss.value == f"{metrics.train_loss:.3f}"
    assert bar.test_loss.value == f"{metrics.test_loss:.3f}"
    assert bar.rate.value == "–"


def test_epochs_a_second_are_shown_while_running_only(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    bar = make_bar(workbench, qtbot)
    workbench.run.start()
    workbench.run.play()
    qtbot.waitUntil(lambda: bar.rate.value != "–")
    workbench.run.pause()
    assert bar.rate.value == "–"


def test_without_a_test_set_its_loss_is_a_dash(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    bar = make_bar(workbench, qtbot)
    workbench.change("Set share", data__train_share=1.0)
    settle(workbench)
    assert bar.test_loss.value == "–"


def test_nothing_moves_when_numbers_grow(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    bar = make_bar(workbench, qtbot)
    widgets = (bar.play, bar.epoch, bar.rate, bar.train_loss, bar.test_loss, bar.undo, bar.speed)
    before = [widget.geometry() for widget in widgets]
    for read_out in (bar.epoch, bar.rate, bar.train_loss, bar.test_loss):
        read_out.set_value("9 999 999")
    workbench.change("Set learning rate", training__learning_rate=0.5)
    QApplication.processEvents()
    assert [widget.geometry() for widget in widgets] == before


@pytest.mark.parametrize("width", [SMALLEST.width(), 1280, 1440])
def test_the_bar_fits(width: int, unready: Workbench, qtbot: QtBot) -> None:
    bar = make_bar(unready, qtbot, width)
    unready.change("Rename", title="A very long title that would never fit into this corner")
    QApplication.processEvents()
    assert bar.layout().minimumSize().width() <= width
    assert bar.theme_button.geometry().right() < width
    places = [bar.reset, bar.play, bar.seed, bar.speed, bar.epoch, bar.rate, bar.train_loss, bar.test_loss, bar.undo]
    assert bar.rate.isVisible() == bar.theme_button.isVisible() == (width >= 1180)
    places = [each for each in places if each.isVisible()]
    for left, right in pairwise(places):
        assert left.geometry().right() < right.geometry().left()
    assert width < 1280 or not bar.status.is_cut()


def test_preparation_is_told_quietly(unready: Workbench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    bar = make_bar(unready, qtbot)
    assert bar.status.text == "Getting ready"
    assert not bar.reset.isEnabled()
    assert not bar.steps.isEnabled()
    monkeypatch.setattr(LiveRun, "compiling", "float32")
    unready.run.state_changed.emit()
    assert bar.status.text.startswith("Preparing, first start only")
    assert "for this computer, once" in bar.status.toolTip()
    assert not bar.status.is_cut()
    monkeypatch.undo()
    unready.prepare_now()
    assert bar.status.text == ""
    assert bar.reset.isEnabled()
    assert bar.steps.isEnabled()


def test_a_run_that_cannot_be_says_why_and_not_getting_ready(
    unready: Workbench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bar = make_bar(unready, qtbot)
    assert "made ready" in bar.reset.toolTip()
    monkeypatch.setattr(unready.run, "state", "failed")
    unready.run.state_changed.emit()
    assert bar.status.text == "Cannot train"
    assert bar.status.toolTip() == NO_TRAINING
    assert not bar.status.is_cut()
    for widget in (bar.play, bar.reset, *bar.steps.buttons.values()):
        assert not widget.isEnabled()
        assert widget.toolTip() == NO_TRAINING
    assert bar.play.accessibleName() == "Play"
    monkeypatch.undo()
    unready.prepare_now()
    assert bar.status.text == ""
    assert bar.play.isEnabled()
    assert bar.play.toolTip() == "Play  (space)"
    assert bar.reset.toolTip() == "Reset to the same initial weights  (R)"
    assert bar.steps.buttons["epoch"].toolTip() == "Step one epoch  (E)"


def test_the_speed_goes_from_one_step_a_second_to_full(unready: Workbench, qtbot: QtBot) -> None:
    bar = make_bar(unready, qtbot)
    slider = bar.speed.slider
    assert (unready.run.speed, bar.speed.full.isChecked(), slider.value()) == (None, True, slider.maximum())
    qtbot.mouseClick(slider, LEFT, pos=QPoint(1, slider.height() // 2))
    assert unready.run.speed == SLOWEST
    assert bar.speed.value.text == "1 / s"
    qtbot.mouseClick(slider, LEFT, pos=QPoint(slider.width() // 2, slider.height() // 2))
    assert SLOWEST < unready.run.speed < FASTEST
    assert unready.run.speed == round(unready.run.speed)
    qtbot.mouseClick(slider, LEFT, pos=QPoint(slider.width() - 1, slider.height() // 2))
    assert unready.run.speed is None


def test_faster_and_slower_meet_both_ends(unready: Workbench, qtbot: QtBot) -> None:
    bar = make_bar(unready, qtbot)
    heard = []
    for _ in range(60):
        bar.speed.change(-1)
        heard.append(unready.run.speed)
    assert heard[-1] == SLOWEST
    assert all(later <= earlier for earlier, later in pairwise(heard))
    for _ in range(60):
        bar.speed.change(1)
    assert unready.run.speed is None
