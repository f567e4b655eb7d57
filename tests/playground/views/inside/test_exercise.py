"""The worked exercise from the page: a menu, a name, a file; what cannot be written or worked is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

import playground as pg
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.views.inside.page import InsidePage
from playground.words.inside import exercise as words
from tests.playground.views.still_workbench import shown

SMALL = with_changes(Experiment(), network__layers=(pg.Dense(2),))
Ask = Callable[[str, Mapping[str, str]], Path | None]


def opened(qtbot: QtBot, ask: Ask, experiment: Experiment = SMALL) -> tuple[list[str], InsidePage]:
    """What is said, and a page whose step is there."""
    said: list[str] = []
    bench, page = shown(qtbot, partial(InsidePage, ask_name=ask), experiment, (960, 190))
    page.extras.show()
    qtbot.addWidget(page.extras)
    bench.show_run(epochs=1)
    bench.inside.enter()
    bench.inside.wait()
    bench.show_message = lambda text, kind: said.append(text)  # type: ignore[attr-defined]
    return said, page


@pytest.mark.parametrize(
    ("what", "name", "begins"),
    [
        (words.SHEET, "moons.pdf", b"%PDF-1."),
        (words.SHEET, "moons.html", b"<!DOCTYPE html>"),
        (words.ANSWERS, "answers.html", b"<!DOCTYPE html>"),
        (words.PROGRAM, "step.py", b'"""Step number 14 of a training'),
    ],
)
def test_each_of_them_is_written(qtbot: QtBot, tmp_path: Path, what: str, name: str, begins: bytes) -> None:
    asked: list[tuple[str, str]] = []

    def ask(caption: str, kinds: Mapping[str, str]) -> Path:
        asked.append((caption, next(iter(kinds.values()))))
        return tmp_path / name

    said, page = opened(qtbot, ask, with_changes(SMALL, training__batch_size=20))
    page.exercise.click()
    menu = page.exercise.findChildren(type(page.exercises.open()))[0]
    next(each for each in menu.actions() if each.text() == what).trigger()
    assert asked == [(words.CAPTIONS[what], ".py" if what == words.PROGRAM else ".pdf")]
    written = (tmp_path / name).read_bytes()
    assert written.startswith(begins)
    assert (b"class='answer'" in written) == (what == words.ANSWERS)
    assert said[-1] == f"Saved {name}"


def test_nobody_is_asked_about_what_nobody_would_work(qtbot: QtBot) -> None:
    wide = with_changes(Experiment(), network__layers=(pg.Dense(40), pg.Dense(40)))
    said, page = opened(qtbot, lambda caption, kinds: pytest.fail("asked"), wide)
    page.exercises.save(words.SHEET)
    assert "too many to be worked by hand" in said[-1]


def test_a_name_that_cannot_be_written_is_said_and_none_is_no_file(qtbot: QtBot, tmp_path: Path) -> None:
    names: list[Path | None] = [tmp_path / "missing" / "step.py", None]
    said, page = opened(qtbot, lambda caption, kinds: names.pop(0))
    page.exercises.save(words.PROGRAM)
    assert "cannot be written" in said[-1]
    count = len(said)
    page.exercises.save(words.PROGRAM)
    assert len(said) == count
