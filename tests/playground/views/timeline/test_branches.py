"""Other runs in the window: made by a change, drawn and named, switched, renamed, deleted, and undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from playground.diagnosis.signals.finding import Finding
from playground.diagram.timeline import shared_steps
from playground.views.window.main_window import MainWindow
from playground.views.workbench.workbench import Workbench
from playground.words import timeline as words
from tests.playground.views.one_window import one_after_another
from tests.playground.views.window.driver import bench, trigger

EPOCHS = 20
Branched = Callable[[], Workbench]


@pytest.fixture
def branched(window: MainWindow) -> Workbench:
    """A run, and another one that goes on from its middle with more L2."""
    return branch(window)


def branch(window: MainWindow) -> Workbench:
    workbench = bench(window)
    workbench.run.advance_now(epochs=EPOCHS)
    workbench.timeline.look(workbench.timeline.step // 2)
    workbench.run.settle()
    workbench.change("Set L2", training__l2=0.001)
    workbench.run.advance_now(epochs=EPOCHS)
    return workbench


def settle(workbench: Workbench) -> Workbench:
    workbench.run.settle()
    return workbench


def digest_of(workbench: Workbench) -> bytes:
    assert workbench.run.snapshot is not None
    return workbench.run.snapshot.parameters.tobytes()


def test_how_far_two_runs_are_the_same() -> None:
    tree = {0: (None, None), 1: (0, 100), 2: (1, 150), 3: (1, 40), 4: (0, None), 5: (9, 10)}
    assert [shared_steps(tree, 0, each) for each in (1, 2, 3, 4)] == [100, 100, 40, 0]
    assert shared_steps(tree, 2, 3) == 40
    assert shared_steps(tree, 5, 0) == 0
    assert shared_steps(tree, 1, 1) == float("inf")


def test_branches_one_after_the_other(window: MainWindow, qtbot: QtBot) -> None:
    one_after_another(
        window,
        check_the_run_before_is_drawn_in_the_second_row_and_in_the_curves,
        check_pointing_at_a_branch_lights_it_and_a_click_opens_the_list,
        check_switching_is_exact_both_ways_and_one_step_of_undo,
        check_undo_goes_back_to_the_former_run_and_takes_the_new_one_away,
        check_a_run_is_renamed_and_deleted_and_both_are_undone,
        check_enter_on_the_track_begins_a_branch_with_nothing_changed,
        check_two_runs_are_compared_on_a_sheet,
        check_a_run_begun_right_after_another_goes_on_from_that,
        check_a_run_of_which_nothing_is_known_any_more_says_so,
        check_what_was_found_before_a_run_left_belongs_to_both,
        prepare=lambda: {"branched": branch(window)},
        qtbot=qtbot,
    )


def check_the_run_before_is_drawn_in_the_second_row_and_in_the_curves(branched: Workbench, window: MainWindow) -> None:
    runs, track = branched.runs, window.timeline.track
    (other,) = runs.branches
    live = branched.run.live
    assert live is not None
    per_epoch = live.step // live.epoch
    assert (other.number, other.name, other.step) == (0, words.FIRST, EPOCHS * per_epoch)
    assert other.left_at == EPOCHS * per_epoch // 2
    row = track.layout_now.branch
    assert row is not None
    assert (row.start, row.end) == (track.layout_now.x_of(other.left_at), track.layout_now.x_of(other.step))
    assert runs.names == {0: words.FIRST, 1: "L2 0.001"}
    loss = window.plots.page("Curves").loss  # type: ignore[attr-defined]
    (line,) = [each for each in loss._lines if each.run is not None]
    assert (line.run, line.at_end, line.epochs[0], line.epochs[-1]) == (0, words.FIRST, EPOCHS / 2, EPOCHS)


def check_pointing_at_a_branch_lights_it_and_a_click_opens_the_list(
    branched: Workbench, window: MainWindow, qtbot: QtBot
) -> None:
    track = window.timeline.track
    row = track.layout_now.branch
    assert row is not None
    place = QPoint(round(row.name.center[0]), round(row.y))
    qtbot.mouseMove(track, place)
    assert branched.runs.lit == 0
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=place)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert branched.runs.lit is None, "all runs have their curves again, wherever the pointer is when the list goes"
    assert [each.text() for each in menu.actions() if each.menu() is not None] == [
        words.branch_entry(0, words.FIRST, EPOCHS, False),
        words.branch_entry(1, "L2 0.001", EPOCHS + EPOCHS // 2, True),
    ]  # fmt: skip
    menu.close()
    qtbot.mouseMove(track, QPoint(2, 2))
    assert branched.runs.lit is None


def check_switching_is_exact_both_ways_and_one_step_of_undo(branched: Workbench) -> None:
    timeline, runs, here = branched.timeline, branched.runs, digest_of(branched)
    runs.switch(0)
    there = digest_of(settle(branched))
    assert (runs.present, timeline.live.epoch) == (0, EPOCHS)  # type: ignore[union-attr]
    assert branched.experiment.training.l2 == 0
    assert [each.name for each in runs.branches] == ["L2 0.001"]
    assert branched.undo_name == f"Switch to {words.FIRST}"
    branched.undo()
    assert (digest_of(settle(branched)), branched.experiment.training.l2) == (here, 0.001)
    branched.redo()
    assert digest_of(settle(branched)) == there
    timeline.look(5)  # its past is there, too
    assert settle(branched).timeline.step == 5


def check_undo_goes_back_to_the_former_run_and_takes_the_new_one_away(branched: Workbench) -> None:
    branched.undo()
    settle(branched)
    assert branched.runs.present == 0
    assert branched.runs.branches == ()
    branched.redo()
    settle(branched)
    assert [each.name for each in branched.runs.branches] == [words.FIRST]


def check_a_run_is_renamed_and_deleted_and_both_are_undone(branched: Workbench, window: MainWindow) -> None:
    runs = branched.runs
    runs.rename(0, "  plain  ")
    settle(branched)
    assert runs.names[0] == "plain" == runs.branches[0].name
    runs.rename(0, "A & B")
    settle(branched)
    menu = window.timeline.open_list()
    assert menu.actions()[0].text().startswith("0   A && B, "), "of an & alone the menu would make an underline"
    menu.close()
    runs.switch(0)
    settle(branched)
    assert window.commands.actions["undo"].text() == "Undo switch to A && B"
    for _ in range(2):
        branched.undo()
        settle(branched)
    runs.drop(0)
    settle(branched)
    assert runs.branches == ()
    assert not window.commands.actions["branches"].isEnabled()
    branched.undo()
    settle(branched)
    assert [each.name for each in runs.branches] == ["plain"]
    branched.undo()
    settle(branched)
    assert runs.names[0] == words.FIRST
    runs.drop(runs.present)
    assert len(runs.all) == 2
    trigger(window, "branches")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    entries = {each.text(): each for each in menu.actions()[1].menu().actions()}  # type: ignore[union-attr]
    assert set(entries) == {words.RENAME_ENTRY}
    entries[words.RENAME_ENTRY].trigger()
    menu.close()
    (dialog,) = window.findChildren(QInputDialog)
    dialog.findChild(QLineEdit).setText("mine")
    dialog.accept()
    settle(branched)
    assert runs.names[1] == "mine"


def check_enter_on_the_track_begins_a_branch_with_nothing_changed(
    branched: Workbench, window: MainWindow, qtbot: QtBot
) -> None:
    track, step = window.timeline.track, branched.timeline.step // 3
    branched.timeline.look(step)
    settle(branched)
    track.setFocus()
    qtbot.keyClick(track, Qt.Key.Key_Return)
    settle(branched)
    assert (branched.timeline.step, branched.timeline.is_past) == (step, False)
    assert len(branched.runs.branches) == 2
    assert track.layout_now.branch is not None
    assert track.layout_now.branch.more is not None


def test_a_fresh_run_shares_nothing_and_at_sixteen_the_oldest_goes_and_it_is_said(branched: Workbench) -> None:
    said: list[str] = []
    branched.message_shown.connect(lambda text, kind: said.append(text))
    branched.reset()
    settle(branched)
    assert {each.left_at for each in branched.runs.branches} == {0}
    assert branched.runs.names[branched.runs.present] == words.FRESH
    for _ in range(14):
        branched.reset()
        settle(branched)
    branched.run._on_frame()
    assert len(branched.runs.all) == 16
    assert any("16" in text for text in said)


def check_two_runs_are_compared_on_a_sheet(branched: Workbench, window: MainWindow) -> None:
    sheet = window.timeline.compare()
    assert sheet is not None
    QApplication.processEvents()
    assert sheet.names == ("L2 0.001", words.FIRST)
    assert sheet.rows == (("l2", "0.001", "0"),)
    assert all(field is not None for field in sheet.maps.fields)
    shown, other = branched.run.snapshot, branched.runs.left[0]
    assert shown is not None
    losses = shown.metrics.held_out[0], other.metrics.held_out[0]
    assert None not in losses
    better = sheet.names[0] if losses[0] < losses[1] else sheet.names[1]  # type: ignore[operator]
    assert f"{better} is better by" in sheet.verdict
    field = sheet.maps.fields[2]
    assert field is not None
    assert field.values is not None
    maps = [each.maps[-1] for each in (other, shown) if each.maps is not None]
    assert np.allclose(field.values, (maps[0] - maps[1]) / 2, atol=1e-6)
    assert sheet.grab().toImage().width() == window.width()
    trigger(window, "reset")  # another run: the sheet is about it no more
    assert not sheet.isVisible() or branched.experiment.training.l2 == 0.001
    sheet.close()


def test_where_no_other_run_is_known_nothing_is_compared(window: MainWindow) -> None:
    assert window.timeline.compare() is None
    assert not window.commands.actions["compare"].isEnabled()


def check_a_run_begun_right_after_another_goes_on_from_that(branched: Workbench) -> None:
    """What is shown is still the run before: the step that it has come to is none of the new one."""
    branched.reset()
    branched.runs.begin()
    asked = settle(branched).run.ask(lambda session: (session.number, session.state.step))
    assert asked is not None
    assert asked.result() == (branched.runs.present, 0)


def test_branches_of_a_file_have_curves_and_can_be_compared_at_once(
    branched: Workbench, window: MainWindow, tmp_path: Path
) -> None:
    branched.runs.begin()
    settle(branched)
    before = branched.runs.others
    assert branched.save(tmp_path / "run.nnp")
    assert branched.open_source(str(tmp_path / "run.nnp"))
    settle(branched)
    while branched.runs._leaving or branched.runs._listed:
        QApplication.processEvents()
    assert [(each[0], each[3].history.tobytes()) for each in branched.runs.others] == [
        (each[0], each[3].history.tobytes()) for each in before
    ]
    sheet = window.timeline.compare(0)
    assert sheet is not None
    assert all(field is not None for field in sheet.maps.fields)
    sheet.close()


def check_a_run_of_which_nothing_is_known_any_more_says_so(branched: Workbench, window: MainWindow) -> None:
    branched.runs.left, branched.runs.lost = {}, frozenset({0})
    branched.runs.rename(0, "first")
    settle(branched)
    assert branched.runs.left == {}
    menu = window.timeline.open_list()
    entries = {each.text(): each for each in menu.actions()[0].menu().actions()}  # type: ignore[union-attr]
    assert not entries[words.COMPARE_ENTRY].isEnabled()
    assert entries[words.COMPARE_ENTRY].toolTip() == words.NOT_KNOWN
    menu.close()


def check_what_was_found_before_a_run_left_belongs_to_both(branched: Workbench, window: MainWindow) -> None:
    workbench, live = branched, branched.timeline.live
    assert live is not None
    left_at = workbench.runs.branches[0].left_at
    early = Finding("learning_rate_high", "critical", (), left_at - 5, 1)
    late = replace(early, rule="overfitting", step=left_at + 1)
    about = live.experiment, live.dataset
    verdicts = workbench.doctor.verdicts
    verdicts.note(0, (left_at - 5, 0), (early,), about)
    verdicts.note(0, (left_at + 1, 1), (early, late), about)
    assert verdicts.before(1) == (early,)
    assert verdicts.before(0) == ()
    now = verdicts.at(1, left_at - 1)
    assert now is not None
    assert (now.step, now.findings) == (left_at - 5, (early,))
    assert early not in verdicts.at(1, left_at - 6).findings  # type: ignore[union-attr]
    window.timeline.track.refresh()
    found = [each for each in window.timeline.track.shown.marks if each.kind == "finding"]
    assert left_at - 5 in {each.step for each in found}
    workbench.timeline.look(left_at - 2)
    settle(workbench)
    assert workbench.doctor.then == now
    told = workbench.doctor.told(early)
    assert told is not None
    assert told.sentence.startswith("At epoch 0: "), "the figures are those of the last look before"
    workbench.timeline.look(left_at - 5)
    settle(workbench)
    told = workbench.doctor.told(early)
    assert told is not None
    assert not told.sentence.startswith("At epoch")
