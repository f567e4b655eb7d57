"""Work that a crash has left behind is offered, and only its own button discards it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.edits.changes import with_changes
from playground.exchange.files import load, save
from playground.exchange.journal import About, Journal, leftovers
from playground.exchange.on_disk import mark_of
from playground.experiment.experiment import Experiment
from playground.run.checkpoint import Work
from playground.run.session import Session
from playground.views.window.main_window import MainWindow
from playground.views.window.recovery import Recovery, RecoverySheet
from playground.views.workbench import autosave as autosave_module
from playground.views.workbench.autosave import Autosave, LeftBehind
from tests.playground.views.window.driver import Open, bench, trigger

LEFT = Qt.MouseButton.LeftButton
Offered = Callable[[], tuple[MainWindow, RecoverySheet]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two windows have crashed: one after 12 epochs of two spirals, one before anything was trained."""
    folder = tmp_path / "recovery"
    spirals = Session(with_changes(Experiment(), title="Two spirals"))
    spirals.advance(epochs=12)
    for session, about in ((Session(Experiment()), About("Circles")), (spirals, About("Two spirals"))):
        journal = Journal(folder)
        journal.write(Work(session.checkpoint()), about)
        journal.leave()
    return folder


@pytest.fixture
def offered(
    open_window: Open, folder: Path, qtbot: QtBot, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Offered:
    monkeypatch.setattr(autosave_module, "TICK_MS", 5)
    monkeypatch.setattr(autosave_module, "EVERY", 0.01)

    def make() -> tuple[MainWindow, RecoverySheet]:
        window = open_window()
        autosave = Autosave(bench(window), window.output.thumbnail, folder)
        recovery = Recovery(bench(window), window, autosave)
        request.addfinalizer(lambda: autosave.close(keep=True))
        autosave.start()
        qtbot.waitUntil(lambda: recovery.sheet is not None)
        assert recovery.sheet is not None
        return window, recovery.sheet

    return make


def left(folder: Path) -> list[str]:
    found = leftovers(folder)
    for each in found:
        each.leave()
    return sorted(each.about.title for each in found)


def closed(sheet: RecoverySheet) -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_recovering_goes_on_where_the_crash_was_and_leaves_the_rest(
    offered: Offered, folder: Path, qtbot: QtBot
) -> None:
    window, sheet = offered()
    (row,) = [row for row in sheet.rows if "Two spirals" in row.accessibleName()]
    assert "Epoch 12, from " in row.accessibleName()
    qtbot.mouseClick(row.recover, LEFT)
    workbench = bench(window)
    qtbot.waitUntil(lambda: workbench.title == "Two spirals")
    workbench.run.advance_now()
    assert workbench.run.snapshot is not None
    assert (workbench.run.snapshot.epoch, workbench.title, workbench.unsaved) == (12, "Two spirals", True)
    qtbot.waitUntil(lambda: len(list(folder.glob("*/work.nnp"))) == 2)
    closed(sheet)
    assert left(folder) == ["Circles"], "the recovered work is this window's now"


def test_closing_and_escape_discard_nothing(offered: Offered, folder: Path, qtbot: QtBot) -> None:
    _, sheet = offered()
    qtbot.mouseClick(sheet.close_button, LEFT)
    closed(sheet)
    assert left(folder) == ["Circles", "Two spirals"]
    _, sheet = offered()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    closed(sheet)
    assert left(folder) == ["Circles", "Two spirals"]


def test_discarding_moves_nothing_can_be_undone_and_deletes_at_the_end(
    offered: Offered, folder: Path, qtbot: QtBot
) -> None:
    _, sheet = offered()
    assert not any(row.discard.isDefault() or row.discard.autoDefault() for row in sheet.rows)

    def places() -> list[QRect]:
        QApplication.processEvents()
        buttons = [each for row in sheet.rows for each in (row.recover, row.discard)]
        return [sheet.geometry(), *(QRect(each.mapTo(sheet, QPoint()), each.size()) for each in buttons)]

    before, (first, second) = places(), sheet.rows
    qtbot.mouseClick(first.discard, LEFT)
    assert (places(), sheet.isVisible(), first.discard.text().replace("&", "")) == (before, True, "Undo")
    assert (first.recover.isEnabled(), len(list(folder.glob("*/work.nnp")))) == (False, 2)
    qtbot.mouseClick(first.discard, LEFT)
    assert (places(), first.recover.isEnabled(), first.is_discarded) == (before, True, False)
    qtbot.mouseClick(second.discard, LEFT)
    kept = first.accessibleName().partition(".")[0]
    qtbot.mouseClick(sheet.close_button, LEFT)
    closed(sheet)
    assert left(folder) == [kept]


def test_recovered_work_is_saved_where_it_was_and_never_over_another(
    open_window: Open, tmp_path: Path, offered: Offered, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.nnp"
    session = Session(Experiment())
    save(file, session.checkpoint())
    session.advance(epochs=3)
    journal = Journal(folder)
    journal.write(Work(session.checkpoint()), About("Mine", str(file), mark_of(file)))
    journal.leave()
    window, sheet = offered()
    (row,) = [row for row in sheet.rows if "Mine" in row.accessibleName()]
    assert row.accessibleName().endswith("; of mine.nnp")
    qtbot.mouseClick(row.recover, LEFT)
    workbench = bench(window)
    qtbot.waitUntil(lambda: workbench.path == file)
    assert workbench.unsaved
    before = file.read_bytes()
    file.write_bytes(before + b"another")
    asked: list[None] = []
    monkeypatch.setattr(window.files, "_save_over_another", lambda: asked.append(None) or False)
    trigger(window, "save")
    assert (len(asked), file.read_bytes()) == (1, before + b"another")
    file.write_bytes(before)
    trigger(window, "save")
    assert len(asked) == 1
    saved = load(file)
    assert saved.state is not None
    assert (saved.state.epoch, workbench.unsaved) == (3, False)


def test_what_cannot_be_opened_says_why_and_can_only_be_discarded(offered: Offered, folder: Path, qtbot: QtBot) -> None:
    for file in folder.glob("*/work.nnp"):
        file.write_bytes(b"nothing")
    _, sheet = offered()
    for row in sheet.rows:
        assert row.recover.isHidden()
        assert "cannot be opened" in row.accessibleName()
    sheet.reject()
    closed(sheet)
    assert len(left(folder)) == 2


@pytest.mark.parametrize("may_go", [False, True])
def test_what_was_done_while_work_was_brought_back_is_not_replaced_unasked(
    may_go: bool, offered: Offered, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, sheet = offered()
    workbench, wait = bench(window), threading.Event()
    (row,) = [row for row in sheet.rows if "Two spirals" in row.accessibleName()]
    restore = Autosave.restore

    def later(autosave: Autosave, left: LeftBehind) -> None:
        restore(autosave, replace(left, restored=lambda stop: left.restored(stop) if wait.wait(60) else None))

    monkeypatch.setattr(Autosave, "restore", later)
    qtbot.mouseClick(row.recover, LEFT)
    workbench.change("Set rate", training__learning_rate=0.777)
    asked: list[None] = []
    monkeypatch.setattr(window.files, "may_go", lambda: asked.append(None) or may_go)
    wait.set()
    qtbot.waitUntil(lambda: bool(asked))
    if may_go:
        qtbot.waitUntil(lambda: workbench.title == "Two spirals")
    else:
        assert workbench.experiment.training.learning_rate == 0.777
        closed(sheet)
        assert "Two spirals" in left(folder)


def test_work_that_came_back_in_part_is_kept_as_a_whole(
    offered: Offered, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, sheet = offered()
    (row,) = [row for row in sheet.rows if "Two spirals" in row.accessibleName()]
    restore = Autosave.restore

    def in_part(autosave: Autosave, left: LeftBehind) -> None:
        whole = left.restored(lambda: False)
        assert whole is not None
        restore(autosave, replace(left, restored=lambda _: (whole[0], False)))

    monkeypatch.setattr(Autosave, "restore", in_part)
    qtbot.mouseClick(row.recover, LEFT)
    qtbot.waitUntil(lambda: "Its last part could not be made again" in window.messages.text)
    assert bench(window).title == "Two spirals"
    closed(sheet)
    assert "Two spirals" in left(folder)


def test_no_other_moment_and_no_unit_is_taken_for_a_picture_of_the_work(open_window: Open) -> None:
    window = open_window()
    workbench = bench(window)
    workbench.run.advance_now(epochs=5)
    window.grab()
    assert window.output.thumbnail() is not None
    workbench.timeline.look(0)
    workbench.run.settle()
    window.grab()
    assert window.output.thumbnail() is None
    workbench.timeline.to_live()
    workbench.set_view(hovered=(0, 1))
    window.grab()
    assert window.output.thumbnail() is None
