"""What the training settings tell while a run goes on: the rate in force, the schedule's line, the share of clips."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.schedules import SCHEDULES, CosineSchedule, PlateauSchedule, StepSchedule
from playground.views.theme import theme
from playground.views.training.clipping import clipped_words
from playground.views.training.more import WIDTH, TrainingMore
from playground.views.training.panel import TrainingPanel
from playground.views.training.schedule_line import ScheduleLine
from playground.views.workbench.workbench import Workbench
from playground.words.run import rate_in_force
from tests.playground.views.controls.driver import show_panel
from tests.playground.views.still_workbench import painted

Make = Callable[..., Workbench]
HALVED = with_changes(Experiment(), training__schedule=StepSchedule(every=10, factor=0.5), training__learning_rate=0.08)


def test_the_rate_in_force_stands_beside_the_rate_only_under_a_schedule(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    card = TrainingPanel(workbench)
    show_panel(qtbot, card, 366, 196)
    assert not card.rate.note.isVisible()
    workbench.edit("Halve", HALVED)
    workbench.run.advance_now(epochs=5)
    assert card.rate.note.text == "→ 0.08"
    workbench.run.advance_now(epochs=20)
    assert card.rate.note.text == "→ 0.02"
    assert card.rate.note.isVisible()
    assert not card.rate.note.is_cut()
    assert not card.rate.label.is_cut()
    assert card.rate.field.text() == "0.08"
    workbench.change("Set schedule", training__schedule=SCHEDULES["constant"].schedule)
    workbench.run.advance_now()
    assert not card.rate.note.isVisible()


@pytest.mark.parametrize("rate", [1e6, 123.456, 0.0300001, 1.23e-9, 0.0])
@pytest.mark.parametrize("width", [366, 312])
def test_any_rate_in_force_has_room(
    rate: float, width: int, make_workbench: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench = make_workbench(HALVED)
    card = TrainingPanel(workbench)
    show_panel(qtbot, card, width, 174)
    shot = replace(workbench.run.snapshot, learning_rate=rate)
    monkeypatch.setattr(workbench.run, "snapshot", shot)
    workbench.run.snapshot_ready.emit()
    QApplication.processEvents()
    assert len(rate_in_force(shot)) <= 7
    assert not card.rate.note.is_cut()
    assert card.rate.note.geometry().right() <= card.rate.width()
    assert not card.rate.label.is_cut()


def test_the_share_of_clipped_steps_is_told_while_training(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    more = TrainingMore(workbench)
    show_panel(qtbot, more, WIDTH, 196)
    more.show_page("Clipping")
    page = more.groups["Clipping"]
    assert page.share.text == "Nothing is clipped."
    workbench.change("Clip", training__clip_norm=1e-6)
    assert page.share.text == "No step so far."
    workbench.run.advance_now(epochs=4)
    assert page.share.text == "Clipped 100 % of 100 steps so far"
    workbench.change("Clip", training__clip_norm=1e6)
    workbench.reset()
    workbench.run.advance_now(epochs=4)
    assert page.share.text == "Clipped 0 % of 100 steps so far"


@pytest.mark.parametrize(
    ("clipped", "steps", "words"),
    [
        (12, 100, "Clipped 12 % of 100 steps so far"),
        (1, 100_000, "Clipped under 1 % of 100\u202f000 steps so far"),
        (0, 10, "Clipped 0 % of 10 steps so far"),
        (0, 0, ""),
    ],
)
def test_the_words_for_clips(clipped: int, steps: int, words: str, make_workbench: Make) -> None:
    shot = make_workbench(with_changes(Experiment(), training__clip_value=1.0)).run.snapshot
    assert clipped_words(replace(shot, clipped_steps=clipped, step=steps)) == words
    assert clipped_words(None) == ""
    assert clipped_words(replace(shot, experiment=Experiment(), step=100, clipped_steps=5)) == ""


# -- the line ---------------------------------------------------------------------------------------------------------


def accent_rows(line: ScheduleLine, x: int) -> list[int]:
    """Where the accent lies in one column of pixels."""
    image = painted(line)
    column = [QColor.fromRgb(image.pixel(x, y)) for y in range(image.height())]
    return [y for y, colour in enumerate(column) if colour.blue() > colour.red() + 80]


def test_the_line_falls_as_the_schedule_does_and_the_dot_is_the_present(qtbot: QtBot) -> None:
    line = ScheduleLine()
    show_panel(qtbot, line, 300, 80)
    line.show_schedule(CosineSchedule(epochs=100), 50.0, "0.015")
    heights = [min(accent_rows(line, x)) for x in (10, 80, 220, 290)]
    assert heights == sorted(heights)
    assert heights[-1] > heights[0] + 40
    dot = line.dot(line.room())
    assert dot is not None
    assert dot.x() == pytest.approx(line.room().center().x())
    assert dot.y() == pytest.approx(line.room().center().y())
    assert len(accent_rows(line, round(dot.x()))) > len(accent_rows(line, 80))
    assert line.words() == "now 0.015"
    assert "now 0.015" in line.accessibleName()


def test_a_run_beyond_the_schedule_still_lies_on_the_line(qtbot: QtBot) -> None:
    line = ScheduleLine()
    show_panel(qtbot, line, 300, 80)
    line.show_schedule(CosineSchedule(epochs=100), 5000.0, "0")
    dot = line.dot(line.room())
    assert dot is not None
    assert line.room().left() < dot.x() < line.room().right()


def test_a_plateau_has_no_line_but_words(qtbot: QtBot) -> None:
    line = ScheduleLine()
    show_panel(qtbot, line, 300, 80)
    empty = painted(line)
    line.show_schedule(PlateauSchedule(), 50.0, "0.015")
    assert line.dot(line.room()) is None
    assert "stop falling" in line.words()
    assert painted(line) != empty
    line.show_schedule(SCHEDULES["constant"].schedule, 50.0, "")
    assert painted(line) == empty


def test_the_line_follows_the_theme(qtbot: QtBot) -> None:
    line = ScheduleLine()
    show_panel(qtbot, line, 300, 80)
    line.show_schedule(CosineSchedule(), 5.0, "0.03")
    light = painted(line)
    theme.current().set_theme("dark")
    assert painted(line) != light
    theme.current().set_theme("light")
    assert painted(line) == light
