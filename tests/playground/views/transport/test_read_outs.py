"""The run's read-outs: large epochs, single steps and slow runs are all told, and nothing moves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from tests.playground.views.transport.test_bar import make_bar

Make = Callable[..., Workbench]


@pytest.mark.parametrize("epoch", [2_409_761, 9_999_999, 24_100_000, 999_999_999])
def test_large_epochs_leave_a_gap_to_the_next_column(
    epoch: int, make_workbench: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench = make_workbench()
    bar = make_bar(workbench, qtbot)
    monkeypatch.setattr(workbench.run, "snapshot", replace(workbench.run.snapshot, epoch=epoch))
    workbench.run.snapshot_ready.emit()
    wide = QFontMetricsF(theme.number_font(15)).horizontalAdvance(bar.epoch.value)
    assert bar.epoch.x() + wide + 14 <= bar.rate.x()


def test_single_steps_are_seen(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    bar = make_bar(workbench, qtbot)
    places = [widget.geometry() for widget in (bar.epoch, bar.rate, bar.train_loss)]
    assert bar.epoch.suffix == ""
    before = bar.epoch.grab().toImage()
    workbench.run.advance_now(steps=3)
    assert (bar.epoch.value, bar.epoch.suffix) == ("0", "· step 3")
    assert not bar.epoch.suffix_place().isEmpty()
    assert "3 steps so far" in bar.epoch.toolTip()
    assert bar.epoch.grab().toImage() != before
    assert [widget.geometry() for widget in (bar.epoch, bar.rate, bar.train_loss)] == places
    workbench.run.advance_now(epochs=1)
    assert (bar.epoch.value, bar.epoch.suffix) == ("1", "")


def test_below_an_epoch_a_second_steps_are_counted(
    make_workbench: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench = make_workbench()
    bar = make_bar(workbench, qtbot)
    shot = workbench.run.snapshot
    monkeypatch.setattr(workbench.run, "state", "running")
    told = []
    for rate in (0.04, 0.9, 1.1, 1.3, 1.1, 0.9):
        monkeypatch.setattr(workbench.run, "snapshot", replace(shot, epochs_per_second=rate))
        bar._rate_due = 0.0
        workbench.run.snapshot_ready.emit()
        told.append((bar.rate.caption, bar.rate.value))
    steps, epochs = "Steps / s", "Epochs / s"
    assert told == [
        (steps, "1.0"), (steps, "22"), (steps, "28"), (epochs, "1.3"), (epochs, "1.1"), (steps, "22")
    ]  # fmt: skip
