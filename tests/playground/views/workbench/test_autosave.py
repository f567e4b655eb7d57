"""Unsaved work reaches the journal in time, and goes from it when it is saved or may go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from playground.edits.on_dataset import on_points
from playground.errors import FileRefused
from playground.exchange import journal as journal_module
from playground.exchange import point_sets
from playground.exchange.files import load
from playground.exchange.journal import About, Journal, leftovers
from playground.experiment.experiment import Experiment
from playground.run.checkpoint import Work
from playground.run.session import Session
from playground.views.workbench import autosave as autosave_module
from playground.views.workbench.autosave import Autosave, LeftBehind
from playground.views.workbench.workbench import Workbench
from tests.own_points import made as made_points

Make = Callable[..., Workbench]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autosave_module, "TICK_MS", 5)
    monkeypatch.setattr(autosave_module, "EVERY", 0.01)
    monkeypatch.setattr(autosave_module, "SHARE", 1e9)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recovery"


@pytest.fixture
def watched(make_workbench: Make, folder: Path) -> Iterator[Callable[[], tuple[Workbench, Autosave]]]:
    """Workbenches with their autosave, closed at the end as after a crash."""
    made: list[Autosave] = []

    def make() -> tuple[Workbench, Autosave]:
        workbench = make_workbench()
        made.append(Autosave(workbench, lambda: b"picture", folder))
        made[-1].start()
        return workbench, made[-1]

    yield make
    for each in made:
        each.close(keep=True)


def work_in(folder: Path) -> list[int]:
    """The steps of the work that lies there, without disturbing whose it is."""
    return [load(file).state.step for file in folder.glob("*/work.nnp")]  # type: ignore[union-attr]


Watched = Callable[[], tuple[Workbench, Autosave]]


def test_what_was_trained_or_edited_is_written_soon(watched: Watched, folder: Path, qtbot: QtBot) -> None:
    workbench, _ = watched()
    qtbot.wait(50)
    assert not folder.exists(), "nothing has happened"
    workbench.run.advance_now(steps=7)
    qtbot.waitUntil(lambda: work_in(folder) == [7])
    workbench.change("Set rate", training__learning_rate=0.5)
    workbench.run.settle()
    (file,) = folder.glob("*/work.nnp")
    qtbot.waitUntil(lambda: load(file).experiment == workbench.experiment)
    assert (file.parent / "picture.png").read_bytes() == b"picture"


def test_saving_takes_it_away(watched: Watched, folder: Path, tmp_path: Path, qtbot: QtBot) -> None:
    workbench, _ = watched()
    workbench.run.advance_now(steps=7)
    qtbot.waitUntil(lambda: work_in(folder) == [7])
    assert workbench.save(tmp_path / "saved.nnp")
    qtbot.waitUntil(lambda: list(folder.iterdir()) == [])
    workbench.run.advance_now(steps=7)
    qtbot.waitUntil(lambda: work_in(folder) == [14])


def test_a_file_that_is_open_in_two_windows_is_said_once_whichever_closes_first(
    watched: Watched, tmp_path: Path, qtbot: QtBot
) -> None:
    path, told = tmp_path / "shared.nnp", list[tuple[int, str]]()
    first, second, third = (watched() for _ in range(3))
    for number, (_, autosave) in enumerate((first, second, third)):
        autosave.shared.connect(lambda name, number=number: told.append((number, name)))
    assert first[0].save(path)
    qtbot.waitUntil(lambda: first[1]._path == path and first[1]._taking is None)
    assert second[0].save(path)
    qtbot.waitUntil(lambda: told == [(1, "shared.nnp")])
    first[1].close(keep=False)
    qtbot.waitUntil(lambda: second[1]._shared == "")
    assert third[0].save(path)
    qtbot.waitUntil(lambda: len(told) > 1)
    qtbot.wait(50)
    assert told == [(1, "shared.nnp"), (2, "shared.nnp")]


def test_at_the_end_unsaved_work_stays_unless_the_user_said_it_may_go(
    make_workbench: Make, folder: Path, qtbot: QtBot
) -> None:
    for keep in (True, False):
        workbench = make_workbench()
        autosave = Autosave(workbench, place=folder)
        autosave.start()
        workbench.run.advance_now(steps=5)
        qtbot.waitUntil(lambda: work_in(folder) == [5])
        workbench.run.advance_now(steps=4)
        autosave.close(keep)
        assert work_in(folder) == ([9] if keep else []), "the last steps are there too"
        for left in leftovers(folder):
            left.discard()


def test_what_was_left_behind_is_told_and_goes_when_it_is_safe_elsewhere(
    watched: Watched, folder: Path, qtbot: QtBot
) -> None:
    crashed = Session(Workbench().experiment)
    crashed.advance(steps=11)
    journal = Journal(folder)
    journal.write(Work(crashed.checkpoint()), About("crashed"))
    journal.leave()
    heard: list[list[LeftBehind]] = []
    workbench, autosave = watched()
    autosave.found.connect(heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    ((left,),) = heard
    made: list[object] = []
    autosave.restored.connect(lambda _, checkpoint, is_whole: made.append(checkpoint if is_whole else None))
    autosave.restore(left)
    qtbot.waitUntil(lambda: bool(made))
    assert isinstance(made[0], Work)
    workbench.recover(made[0])
    autosave.take_over(left)
    assert (workbench.unsaved, workbench.path) == (True, None)
    workbench.run.settle()
    qtbot.waitUntil(lambda: work_in(folder) == [11] and len(list(folder.glob("*/work.nnp"))) == 1)
    assert workbench.run.snapshot is not None
    assert workbench.run.snapshot.step == 11


def test_runs_that_there_is_no_room_for_are_named_in_what_is_offered(
    watched: Watched, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(point_sets, "MAX_SAMPLES", 69)
    workbench, autosave = watched()
    for seed, (samples, name) in enumerate(((40, "penguins"), (30, "wine"))):
        own = made_points(2, samples, seed=seed)
        source = own.source(2, name)
        assert workbench.edit("Open", on_points(workbench.experiment, source), points=own, fresh=True)
        workbench.run.advance_now(steps=3)
    qtbot.waitUntil(lambda: autosave._written == workbench.moment and autosave._writing is None)
    monkeypatch.setattr(autosave_module, "SHARE", 1e-9)  # after one more whole checkpoint come tails
    while not list(folder.glob("*/tail-*.json")):
        workbench.run.advance_now(steps=3)
        qtbot.waitUntil(lambda: autosave._written == workbench.moment and autosave._writing is None)
    autosave.close(keep=True)
    _, other = watched()
    found: list[list[LeftBehind]] = []
    other.found.connect(found.append)
    qtbot.waitUntil(lambda: bool(found))
    ((left,),) = found
    assert left.line.endswith("; without “penguins”")


def test_a_disk_that_takes_nothing_is_told_once_and_tried_again(
    watched: Watched, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench, autosave = watched()
    heard: list[str] = []
    autosave.troubled.connect(heard.append)
    with monkeypatch.context() as patch:

        def full(*_: object) -> None:
            raise FileRefused("work.nnp was not saved: there is no space left on the disk. Nothing was changed.")

        patch.setattr(journal_module.writing, "write", full)
        workbench.run.advance_now(steps=3)
        qtbot.waitUntil(lambda: bool(heard))
        qtbot.wait(50)
    assert len(heard) == 1
    assert "no space left on the disk" in heard[0]
    qtbot.waitUntil(lambda: work_in(folder) == [3])


def test_play_on_an_example_is_no_change_worth_a_question(make_workbench: Make, tmp_path: Path) -> None:
    workbench = make_workbench()
    workbench.run.advance_now(steps=3)
    assert not workbench.unsaved
    assert workbench.has_unsaved_work
    workbench.save(tmp_path / "run.nnp")
    workbench.run.advance_now(steps=3)
    assert workbench.unsaved, "a file's run was trained on"


def test_checkpoints_that_take_long_are_seldom_and_what_was_done_in_between_is_written(
    watched: Watched, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave_module, "SHARE", 1e-9)
    workbench, autosave = watched()
    workbench.run.advance_now(steps=3)
    qtbot.waitUntil(lambda: work_in(folder) == [3])
    workbench.run.advance_now(steps=4)
    qtbot.waitUntil(lambda: bool(list(folder.glob("*/tail-*.json"))))
    autosave.close(keep=True)
    (left,) = leftovers(folder)
    made = left.restored()
    assert made is not None
    assert made.work.checkpoint.state is not None
    assert made.work.checkpoint.state.step == 7
    left.discard()


def take_over(workbench: Workbench, autosave: Autosave, left: LeftBehind) -> None:
    """What the window does with recovered work."""
    found = left.restored(lambda: False)
    assert found is not None
    workbench.recover(found[0])
    autosave.take_over(left)


@pytest.fixture
def crashed(folder: Path) -> Path:
    """Another window has crashed after eleven steps."""
    session = Session(Experiment())
    session.advance(steps=11)
    journal = Journal(folder)
    journal.write(Work(session.checkpoint()), About("crashed"))
    journal.leave()
    return folder


def found_by(autosave: Autosave, qtbot: QtBot) -> LeftBehind:
    heard: list[list[LeftBehind]] = []
    autosave.found.connect(heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    ((left,),) = heard
    return left


@pytest.mark.parametrize("what", ["save", "new"])
def test_recovered_work_that_was_saved_or_let_go_at_once_is_not_offered_again(
    what: str, watched: Watched, crashed: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    workbench, autosave = watched()
    left = found_by(autosave, qtbot)
    autosave._timer.stop()  # no tick comes in between
    take_over(workbench, autosave, left)
    if what == "save":
        assert workbench.save(tmp_path / "saved.nnp")
    else:
        workbench.new()
    assert leftovers(crashed) == []


def test_recovered_work_is_offered_once_where_the_program_ends_at_once(
    watched: Watched, crashed: Path, qtbot: QtBot
) -> None:
    workbench, autosave = watched()
    left = found_by(autosave, qtbot)
    take_over(workbench, autosave, left)
    autosave.close(keep=True)
    (again,) = leftovers(crashed)
    assert again.epoch == 0
    again.discard()


def test_what_was_written_at_the_last_moment_goes_when_it_is_saved(
    watched: Watched, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    workbench, autosave = watched()
    workbench.change("Set rate", training__learning_rate=0.5)
    autosave.write_now()
    assert work_in(folder) == [0]
    assert workbench.save(tmp_path / "saved.nnp")
    qtbot.waitUntil(lambda: list(folder.iterdir()) == [])


def test_an_example_that_was_trained_and_reset_is_not_offered(watched: Watched, folder: Path, qtbot: QtBot) -> None:
    workbench, _ = watched()
    workbench.run.advance_now(steps=5)
    qtbot.waitUntil(lambda: work_in(folder) == [5])
    workbench.reset()
    workbench.run.advance_now()
    qtbot.waitUntil(lambda: list(folder.iterdir()) == [])


def test_work_that_cannot_be_made_again_is_told_and_left(watched: Watched, crashed: Path, qtbot: QtBot) -> None:
    _, autosave = watched()
    left = found_by(autosave, qtbot)
    heard: list[object] = []
    autosave.restored.connect(lambda left, checkpoint, is_whole: heard.append((checkpoint, is_whole)))

    def out_of_memory(stop: object) -> None:
        raise MemoryError

    autosave.restore(replace(left, restored=out_of_memory))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [(None, False)]
    left.leave()


def test_recovered_work_is_not_taken_for_the_work_before_it(
    watched: Watched, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The example was trained and is in the journal when the other work comes back: it must be written as a whole."""
    crashed = Session(Workbench().experiment)
    crashed.advance(steps=11)
    journal = Journal(folder)
    journal.write(Work(crashed.checkpoint()), About("crashed"))
    journal.leave()
    heard: list[list[LeftBehind]] = []
    workbench, autosave = watched()
    autosave.found.connect(heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    monkeypatch.setattr(autosave_module, "SHARE", 1e-9)
    workbench.run.advance_now(steps=500)
    qtbot.waitUntil(lambda: sorted(work_in(folder)) == [11, 500])
    ((left,),) = heard
    take_over(workbench, autosave, left)
    qtbot.waitUntil(lambda: not autosave._taken)
    assert work_in(folder) == [11]
    autosave.close(keep=True)
    (again,) = leftovers(folder)
    assert (again.about.title, again.epoch) == ("Circles", crashed.state.epoch)
    again.discard()


def test_work_saved_after_a_failed_writing_is_not_offered(
    watched: Watched, folder: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench, autosave = watched()
    heard: list[str] = []
    autosave.troubled.connect(heard.append)
    workbench.run.advance_now(steps=3)
    qtbot.waitUntil(lambda: work_in(folder) == [3])
    with monkeypatch.context() as patch:

        def full(*_: object) -> None:
            raise FileRefused("there is no space left on the disk")

        patch.setattr(Journal, "write", full)
        workbench.run.advance_now(steps=3)
        qtbot.waitUntil(lambda: bool(heard))
    workbench.save(tmp_path / "saved.nnp")
    qtbot.waitUntil(lambda: list(folder.iterdir()) == [])


def test_a_run_that_is_replaced_before_it_answers_does_not_end_the_autosave(
    watched: Watched, folder: Path, qtbot: QtBot
) -> None:
    workbench, autosave = watched()
    for _ in range(5):
        workbench.run.advance_now(steps=2)
        workbench.run.play()
        autosave._on_tick()
        workbench.new()
    workbench.run.advance_now(steps=4)
    qtbot.waitUntil(lambda: work_in(folder) == [4])
