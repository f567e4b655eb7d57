"""A file that leaves runs out says which, as a warning, and what is open stays until that can be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from playground.data import OwnPoints
from playground.exchange import point_sets
from playground.exchange.files import load
from playground.experiment.experiment import Experiment
from playground.run import shelf
from playground.run.session import Session
from playground.views.window.main_window import MainWindow
from playground.views.workbench.workbench import Workbench
from playground.words.saving import without
from tests.own_points import about, made
from tests.playground.views.window.driver import Open
from tests.playground.views.window.test_files import answer

Make = Callable[..., Workbench]
TABLE, OTHER = made(2, 40), made(2, 30, seed=1)


def open_points(workbench: Workbench, own: OwnPoints) -> None:
    assert workbench.edit("Open a table", about(own), points=own, fresh=True)
    workbench.run.advance_now(steps=5)


def several(workbench: Workbench) -> Workbench:
    """A generated set, two tables, and the first of these once more, each a run of its own."""
    workbench.run.advance_now(steps=5)
    open_points(workbench, TABLE)
    open_points(workbench, OTHER)
    open_points(workbench, TABLE)
    return workbench


def heard(workbench: Workbench) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    workbench.message_shown.connect(lambda text, kind: told.append((text, kind)))
    return told


def test_runs_about_other_points_are_saved_and_opened(make_workbench: Make, tmp_path: Path) -> None:
    workbench, again = several(make_workbench()), make_workbench()
    told = heard(workbench)
    assert workbench.save(tmp_path / "run.nnp")
    assert told == [("Saved run.nnp.", "info")]
    assert again.open_source(str(tmp_path / "run.nnp"))
    again.prepare_now()
    for number in (2, 0, 1, 3):
        for each in (workbench, again):
            each.run.advance_now()
            each.runs._take()
            each.runs.switch(number)
            each.run.advance_now(steps=2)
        assert again.points == workbench.points == {1: TABLE, 2: OTHER, 3: TABLE}.get(number)
        assert digest_of(again) == digest_of(workbench)
    for each in (workbench, again):
        each.undo()
        each.run.advance_now(steps=2)
    assert again.points == workbench.points is not None
    assert digest_of(again) == digest_of(workbench)


def digest_of(workbench: Workbench) -> bytes:
    assert workbench.run.snapshot is not None
    return workbench.run.snapshot.parameters.tobytes()


def test_a_file_without_room_for_all_runs_names_those_that_it_leaves_out(
    make_workbench: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(point_sets, "MAX_SAMPLES", 69)
    workbench = several(make_workbench())
    told = heard(workbench)
    assert workbench.save(tmp_path / "run.nnp")
    assert told == [
        (
            "Saved run.nnp without “Own points”: there is room for 64 MB of runs and 200\u202f000 own points. "
            "Before you leave, go on in it and save it apart.",
            "warning",
        )
    ]
    assert not workbench.unsaved, "what was asked for was done"
    assert [branch.number for branch in load(tmp_path / "run.nnp").branches] == [0, 1, 3]
    workbench.runs._take()
    workbench.runs.switch(2)
    assert workbench.save(tmp_path / "other.nnp")
    assert load(tmp_path / "other.nnp").points == OTHER
    assert told[-1][0].startswith("Saved other.nnp without “Own points” and “")
    assert told[-1][0].endswith("go on in each and save it apart.")
    assert workbench.save(tmp_path / "other.json")
    assert told[-1] == ("Saved the experiment as other.json, without its points: save as .nnp to keep them.", "info")


def test_a_window_that_is_closed_with_save_stays_until_that_was_read(
    open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(point_sets, "MAX_SAMPLES", 69)
    workbench = Workbench(Experiment())
    workbench.prepare_now()
    window: MainWindow = open_window(several(workbench))
    assert workbench.save(tmp_path / "run.nnp")
    workbench.run.advance_now(steps=1)
    asked = answer(monkeypatch, QMessageBox.StandardButton.Save)
    assert not window.close()
    assert "without “Own points”" in window.messages.text
    assert window.close(), "it is saved, and was said"
    assert len(asked) == 1
    workbench.close()


@pytest.mark.parametrize("most", [1, 10**9])
def test_runs_of_which_nothing_is_kept_any_more_are_named_too(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MAX_BYTES", most)
    session = Session(Experiment())
    for name in ("", "a", "b", "c", "d", "e"):
        session.branch(name)
    checkpoint = session.checkpoint()
    assert [branch.number for branch in checkpoint.gone] == ([0, 1, 2, 3, 4] if most == 1 else [])
    if checkpoint.gone:
        told = without("run.nnp", checkpoint.gone, checkpoint)
        assert told == (
            "Saved run.nnp without “first run”, “run 1”, “a”, “b” and 1 more: nothing is kept of them any more, only "
            "64 MB of runs are."
        )
        mixed = without("run.nnp", (*checkpoint.gone[:1], *checkpoint.all_branches()[5:6]), checkpoint)
        assert mixed.endswith("go on in it and save it apart. Of “first run” nothing is kept any more.")
