"""A run that one of its own rules has ended: the bar says so calmly, Play goes on, the curves mark the best epoch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.schedules import EarlyStopping
from playground.run.stopping import REASONS, Stopped
from playground.views.plots.loss_and_accuracy import LossAndAccuracy
from playground.views.theme import theme
from playground.views.workbench.run.live_run import LiveRun
from playground.views.workbench.workbench import Workbench
from playground.words.run import how_it_goes_on, preparing_texts, stopped_sentence, stopped_texts
from tests.playground.views.still_workbench import painted, shown
from tests.playground.views.transport.test_bar import make_bar
from tests.playground.views.window.driver import Open
from tests.seeds import long

LEFT = Qt.MouseButton.LeftButton
Make = Callable[..., Workbench]
AT_TWENTY = with_changes(Experiment(), training__stop__epochs=20)
EARLY = with_changes(
    Experiment(),
    training__early_stopping=EarlyStopping(patience=5),
    training__learning_rate=0.3,
    data__source__samples=100,
    data__imperfections__position_noise=0.5,
)


def test_a_rule_ends_the_run_in_words_and_play_goes_on_past_it(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench(AT_TWENTY)
    bar = make_bar(workbench, qtbot)
    assert bar.status.text == "epoch 0 of 20"
    workbench.run.advance_now(epochs=7)
    assert bar.status.text == "epoch 7 of 20"
    workbench.run.advance_now(epochs=50)
    assert (workbench.run.snapshot.epoch, workbench.run.state) == (20, "paused")
    assert bar.status.text == "Epoch 20 reached"
    assert not bar.status.is_cut()
    assert bar.status.toolTip().startswith(stopped_sentence(workbench.run.snapshot.stopped))
    assert "Play goes on past this rule" in bar.play.toolTip()
    assert bar.play.accessibleName() == "Play"
    workbench.run.start()
    qtbot.mouseClick(bar.play, LEFT)
    assert bar.status.text == ""
    qtbot.waitUntil(lambda: workbench.run.snapshot.epoch > 25)
    workbench.run.pause()
    assert workbench.run.snapshot.stopped is None
    assert bar.play.toolTip() == "Play  (space)"


@pytest.mark.parametrize(("what", "epoch", "step"), [("batch", 20, 501), ("epoch", 21, 525)])
def test_a_single_step_goes_on_past_the_rule(
    what: str, epoch: int, step: int, make_workbench: Make, qtbot: QtBot
) -> None:
    workbench = make_workbench(AT_TWENTY)
    bar = make_bar(workbench, qtbot)
    workbench.run.advance_now(epochs=50)
    qtbot.mouseClick(bar.steps.buttons[what], LEFT)
    workbench.run.advance_now()
    assert (workbench.run.snapshot.epoch, workbench.run.snapshot.step) == (epoch, step)
    assert bar.status.text == ""


def test_an_edit_takes_the_words_away(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench(AT_TWENTY)
    bar = make_bar(workbench, qtbot)
    workbench.run.advance_now(epochs=50)
    assert bar.status.text
    workbench.change("Lift the rule", training__stop__epochs=None)
    workbench.run.advance_now()
    assert bar.status.text == ""
    workbench.run.advance_now(epochs=5)
    assert workbench.run.snapshot.epoch == 25


def test_early_stopping_gives_the_best_weights_back_and_marks_their_epoch(
    open_window: Open, make_workbench: Make, qtbot: QtBot
) -> None:
    workbench = make_workbench(EARLY)
    window = open_window(workbench)
    workbench.run.advance_now(epochs=400)
    snapshot = workbench.run.snapshot
    assert snapshot.stopped is not None
    assert snapshot.best_epoch == snapshot.epoch - 5
    assert window.messages.isVisible()
    assert window.messages.kind == "info"
    assert window.messages.text == stopped_sentence(snapshot.stopped)
    assert "counts the epochs without improvement anew" in window.transport.status.toolTip()
    qtbot.mouseClick(window.messages._close, LEFT)
    workbench.run.advance_now()
    assert not window.messages.isVisible(), "it is said once"
    window.plots.page("Curves")
    assert window.plots.page("Curves").loss._best == (float(snapshot.best_epoch), f"best {snapshot.best_epoch}")


@pytest.mark.parametrize(
    ("rule", "told", "tip"),
    [
        ({"training__stop__epochs": 40}, "epoch 10 of 40", "Epoch 10 of 40."),
        ({"training__stop__seconds": 30.0}, "0 of 30 seconds", "0 of 30 seconds."),
        ({"training__stop__accuracy": 0.999}, "test accuracy", "of 99.9 %."),
        ({"training__stop__loss": 1e-6}, "training loss 0.", "ends at 1e−6."),
        ({"training__early_stopping": EarlyStopping(patience=500)}, "of 500 epochs without a better loss", "of 500"),
        ({"training__stop__epochs": 40, "training__stop__loss": 1e-6}, "epoch 10 of 40", "\nTraining loss"),
    ],
)
def test_a_run_with_a_rule_tells_how_near_it_is(
    rule: dict[str, object], told: str, tip: str, make_workbench: Make, qtbot: QtBot
) -> None:
    workbench = make_workbench(with_changes(Experiment(), **rule))
    bar = make_bar(workbench, qtbot, 1920)
    workbench.run.advance_now(epochs=10)
    assert told in bar.status.text
    assert tip in bar.status.toolTip()
    for width in (1024, 1280):
        assert not make_bar(workbench, qtbot, width).status.is_cut()


def test_looking_at_samples_counts_them(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench(with_changes(Experiment(), data__source__samples=26))
    bar = make_bar(workbench, qtbot)
    told = []
    for _ in range(14):
        qtbot.mouseClick(bar.steps.buttons["sample"], LEFT)
        workbench.run.settle()
        told.append(bar.status.text.split(",")[0])
    first = [f"sample {place} of 10" for place in range(1, 11)]
    assert told == [*first, "sample 1 of 3", "sample 2 of 3", "sample 3 of 3", "sample 1 of 10"]
    qtbot.mouseClick(bar.steps.buttons["batch"], LEFT)
    workbench.run.advance_now()
    assert bar.status.text == ""


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_words_that_fit_and_say_how_it_goes_on(
    reason: str, make_workbench: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench = make_workbench(EARLY)
    limits = {"loss": 1e-5, "accuracy": 0.995, "epochs": 999_999_999, "seconds": 3600.0}
    stopped = Stopped(reason, 999_999_999, limits.get(reason, 5), best_epoch=999_999_949)
    shot = replace(workbench.run.snapshot, stopped=stopped)
    texts = stopped_texts(stopped)
    assert list(texts) == sorted(texts, key=len, reverse=True)
    assert how_it_goes_on(stopped).startswith("Play goes on")
    monkeypatch.setattr(workbench.run, "snapshot", shot)
    told = set()
    for width in (1024, 1200, 1280, 1440, 1920):
        bar = make_bar(workbench, qtbot, width)
        assert not bar.status.is_cut(), (width, bar.status.text)
        assert bar.status.text in texts
        told.add(bar.status.text)
    assert texts[0] in told


def test_the_words_for_compiling_name_the_precision(
    make_workbench: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench = make_workbench()
    monkeypatch.setattr(LiveRun, "compiling", "float64")
    for width in (1024, 1200, 1280, 1440):
        bar = make_bar(workbench, qtbot, width)
        assert "float64" in bar.status.text or width < 1280
        assert not bar.status.is_cut()
    assert all("float64" not in text for text in preparing_texts("float32"))


@pytest.mark.parametrize("name", [long("light"), "dark", long("contrast")])
def test_the_best_epoch_is_a_quiet_line_on_both_plots(name: str, qtbot: QtBot) -> None:
    bench, view = shown(qtbot, LossAndAccuracy, size=(1000, 165))
    theme.current().set_theme(name)
    rows = np.column_stack([np.arange(101.0), *[np.full(101, 0.5)] * 8])
    shot = replace(bench.show_run(), history=rows, epoch=100, position=0)
    bench.show_snapshot(shot)
    for plot in (view.loss, view.accuracy):
        without = painted(plot)
        bench.show_snapshot(replace(shot, best_epoch=60))
        x = round(plot.axes.place(plot.axes.plot_rect, 60.0, 0.0).x())
        column = [y for y in range(30, 140) if painted(plot).pixel(x, y) != without.pixel(x, y)]
        assert 30 < len(column) < 110, "a dashed line"
        bench.show_snapshot(shot)
        assert painted(plot) == without
    theme.current().set_theme("light")


def test_the_words_at_the_best_epoch_stay_inside(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, LossAndAccuracy, size=(600, 165))
    rows = np.column_stack([np.arange(101.0), *[np.full(101, 0.5)] * 8])
    shot = replace(bench.show_run(), history=rows, epoch=100, position=0)
    bench.show_snapshot(shot)
    before = painted(view.loss)
    bench.show_snapshot(replace(shot, best_epoch=99))
    after, edge = painted(view.loss), round(view.loss.axes.place(view.loss.axes.plot_rect, 99.0, 0).x()) + 2
    strip = range(26, 44)
    assert all(before.pixel(x, y) == after.pixel(x, y) for x in range(edge, after.width()) for y in strip)
    assert any(before.pixel(x, y) != after.pixel(x, y) for x in range(edge - 60, edge - 6) for y in strip)
