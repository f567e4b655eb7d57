"""Journals of unsaved work: what was written comes back exactly, whatever happened to its window."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

import playground as pg
from playground.edits.changes import with_changes
from playground.errors import FileRefused
from playground.exchange import writing
from playground.exchange.journal import ABOUT, TAIL, WORK, About, Journal, Leftover, leftovers
from playground.run.actions import Edit, NewSeed
from playground.run.checkpoint import Work
from playground.run.performing import perform
from playground.run.session import Session
from tests.playground.run.lives import START, Life
from tests.seeds import seeds

ROOT = Path(__file__).parents[3]


def trained(epochs: int = 3) -> Session:
    session = Session(START)
    session.advance(epochs=epochs)
    return session


def only(folder: Path) -> Leftover:
    (found,) = leftovers(folder)
    found.leave()
    return found


def work_of(folder: Path) -> Session:
    found = only(folder).restored()
    assert found is not None
    return Session(found.work.checkpoint)


def test_what_is_told_of_the_work_is_of_the_same_moment(tmp_path: Path) -> None:
    """Between two model files as well: another name, another picture, or none where none is known."""
    journal, session = Journal(tmp_path), trained()
    journal.write(Work(session.checkpoint()), About("Circles"), b"at first")
    for title, picture in (("Circles", b"later"), ("Two spirals", b"later"), ("Digits", None), ("Digits", b"again")):
        session.advance(steps=3)
        assert journal.write_tail(Work(session.checkpoint()), About(title), picture)
        (place,) = (each for each in tmp_path.iterdir() if each.is_dir())
        assert msgspec.json.decode((place / "about.json").read_bytes())["title"] == title
        assert [each.read_bytes() for each in place.glob("picture.png")] == ([] if picture is None else [picture])


def test_what_was_written_last_is_left_behind(tmp_path: Path) -> None:
    journal, session = Journal(tmp_path), trained()
    journal.write(Work(session.checkpoint()), About("first"))
    session.advance(epochs=2)
    journal.write(Work(session.checkpoint()), About("Two spirals", "/somewhere/spirals.nnp"), b"a picture")
    assert leftovers(tmp_path) == [], "its window lives"
    journal.leave()
    (found,) = leftovers(tmp_path)
    assert found.checkpoint is not None
    assert found.epoch == session.state.epoch
    assert Session(found.checkpoint).digest() == session.digest()
    assert found.about == About("Two spirals", "/somewhere/spirals.nnp")
    assert found.picture == b"a picture"
    assert time.time() - found.written < 600
    assert leftovers(tmp_path) == [], "whoever offers it has it alone"
    found.discard()
    assert list(tmp_path.iterdir()) == []


def test_what_could_not_be_opened_again_replaces_nothing(tmp_path: Path) -> None:
    journal, session = Journal(tmp_path), trained()
    journal.write(Work(session.checkpoint()), About("good"))
    digest = session.digest()
    session.state.watch[:] = -1.0  # no run can be so
    with pytest.raises(FileRefused, match="could not be opened again"):
        journal.write(Work(session.checkpoint()), About("bad"))
    journal.leave()
    assert work_of(tmp_path).digest() == digest


def test_a_tail_that_cannot_be_written_costs_no_edit_that_was_kept_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disc, or a kill, between the two files."""
    journal, session = Journal(tmp_path), trained()
    journal.write(Work(session.checkpoint()), About())
    session.advance(epochs=1)
    other = with_changes(session.experiment, training__precision="float64", training__learning_rate=0.5)
    assert journal.write_tail(Work(session.checkpoint(), (Edit(other),)), About())
    write = writing.write

    def full(path: Path, data: bytes) -> None:
        if path.suffix == ".json":
            raise FileRefused("there is no room left")
        write(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(writing, "write", full)
        with pytest.raises(FileRefused):
            journal.write(Work(session.checkpoint(), (Edit(other),)), About())
    journal.leave()
    found = only(tmp_path).restored()
    assert found is not None
    assert found.is_whole
    assert [each.experiment for each in found.work.to_do if isinstance(each, Edit)] == [other]


def test_what_is_no_longer_to_be_done_is_not_done_after_a_crash(tmp_path: Path) -> None:
    journal, session = Journal(tmp_path), trained()
    journal.write(Work(session.checkpoint(), (Edit(with_changes(session.experiment, training__l2=0.1)),)), About())
    journal.write(Work(session.checkpoint()), About())
    journal.leave()
    found = only(tmp_path).restored()
    assert found is not None
    assert found.work.to_do == ()


def test_an_undo_back_to_a_new_seed_is_whole(tmp_path: Path) -> None:
    journal, session = Journal(tmp_path), trained()
    seeded = with_changes(session.experiment, seed=5)
    to_do = (NewSeed(5), Edit(with_changes(seeded, title="x")), Edit(seeded, True))
    journal.write(Work(session.checkpoint(), to_do), About())
    journal.leave()
    found = only(tmp_path).restored()
    assert found is not None
    assert found.is_whole


def test_saved_work_leaves_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.clear()
    journal.write(Work(trained().checkpoint()), About())
    journal.clear()
    assert list(tmp_path.iterdir()) == []
    journal.write(Work(trained().checkpoint()), About())
    journal.leave()
    assert only(tmp_path).checkpoint is not None


def test_windows_do_not_take_each_others_work(tmp_path: Path) -> None:
    one, other = Journal(tmp_path), Journal(tmp_path)
    one.write(Work(trained(1).checkpoint()), About("one"))
    other.write(Work(trained(2).checkpoint()), About("other"))
    one.leave()
    assert only(tmp_path).about.title == "one"
    other.clear()
    assert only(tmp_path).about.title == "one"


@pytest.mark.parametrize("seed", seeds(2, 100))
def test_the_tail_leads_from_the_checkpoint_to_the_last_moment(seed: int, tmp_path: Path) -> None:
    """Any life, written now as a whole, now as what was done since: the very run comes back, as of the last writing."""
    draw, life, journal = random.Random(seed), Life(seed, tmp_path), Journal(tmp_path / "recovery")
    written = Session(START)
    whole = 0
    for _ in range(60):
        perform(life.session, life.action())
        if draw.random() < 0.4:
            made = life.session.checkpoint()
            if draw.random() > 0.7 or not journal.write_tail(Work(made), About()):
                journal.write(Work(made), About())
                whole += 1
            written = Session(made)
    journal.leave()
    again = work_of(tmp_path / "recovery")
    assert whole
    assert again.digest() == written.digest()
    assert again.experiment == written.experiment
    assert (again.state.step, again.divergence, again.stopped) == (
        written.state.step,
        written.divergence,
        written.stopped,
    )
    assert pg.replay(again.log.base.experiment, again.log).digest() == again.digest()


def test_an_undo_needs_a_whole_checkpoint(tmp_path: Path) -> None:
    journal, session = Journal(tmp_path), trained()
    journal.write(Work(session.checkpoint()), About())
    before = session.experiment
    session.apply(with_changes(before, network=before.network.without(0)))
    assert journal.write_tail(Work(session.checkpoint()), About())
    perform(session, Edit(before, back=True))
    assert not journal.write_tail(Work(session.checkpoint()), About())


OTHERS = [b'{"work": 5, "epoch": 1, "entries": []}', b'{"work": "", "epoch": 1, "entries": []}']


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff", *OTHERS])
def test_a_damaged_tail_costs_only_itself(damage: bytes, tmp_path: Path) -> None:
    journal, session = Journal(tmp_path), trained()
    journal.write(Work(session.checkpoint()), About())
    digest = session.digest()
    session.advance(epochs=1)
    assert journal.write_tail(Work(session.checkpoint()), About())
    (tail,) = tmp_path.glob(f"*/{TAIL}")
    tail.write_bytes(damage)
    journal.leave()
    assert work_of(tmp_path).digest() == digest


def test_a_tail_of_an_older_checkpoint_is_not_done_again(tmp_path: Path) -> None:
    """Killed between the new checkpoint and the end of the old tail."""
    journal, session = Journal(tmp_path), trained()
    journal.write(Work(session.checkpoint()), About())
    session.apply(with_changes(session.experiment, network=session.experiment.network.without(0)))
    assert journal.write_tail(Work(session.checkpoint()), About())
    journal.write(Work(session.checkpoint()), About())
    journal.leave()
    assert work_of(tmp_path).digest() == session.digest()


@pytest.mark.parametrize("name", [WORK, ABOUT])
def test_a_damaged_journal_is_offered_with_what_is_wrong(name: str, tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write(Work(trained().checkpoint()), About("kept"))
    (file,) = tmp_path.glob(f"*/{name}")
    file.write_bytes(b"{")
    journal.leave()
    found = only(tmp_path)
    assert (found.checkpoint is None) == (found.problem is not None) == (name == WORK)
    assert found.about == (About("kept") if name == WORK else About())


def test_an_empty_place_is_tidied_away(tmp_path: Path) -> None:
    (tmp_path / "20260101-000000-1-abcdef").mkdir()
    (tmp_path / "a file").write_text("of somebody")
    assert leftovers(tmp_path) == []
    assert [each.name for each in tmp_path.iterdir()] == ["a file"]
    assert leftovers(tmp_path / "nowhere") == []


def test_a_tail_is_never_that_of_another_document(tmp_path: Path) -> None:
    """Both runs begin with entry 0: only the log itself tells them apart."""
    journal, one, other = Journal(tmp_path), trained(5), trained(2)
    journal.write(Work(one.checkpoint()), About())
    assert not journal.write_tail(Work(other.checkpoint()), About())


def test_a_place_that_was_deleted_is_made_anew(tmp_path: Path) -> None:
    journal, session = Journal(tmp_path), trained()
    journal.write(Work(session.checkpoint()), About())
    shutil.rmtree(tmp_path)
    assert not journal.write_tail(Work(session.checkpoint()), About())
    journal.write(Work(session.checkpoint()), About())
    journal.leave()
    assert work_of(tmp_path).digest() == session.digest()


def test_making_work_again_can_be_stopped(tmp_path: Path) -> None:
    journal, session = Journal(tmp_path), trained(1)
    journal.write(Work(session.checkpoint()), About())
    session.advance(steps=2**18)
    assert journal.write_tail(Work(session.checkpoint()), About())
    journal.leave()
    found = only(tmp_path)
    assert found.epoch == session.state.epoch
    asked = iter([False] * 4 + [True] * 10**6)
    again = found.restored(lambda: next(asked))
    assert again is not None
    assert again.work.checkpoint.state is not None
    assert 0 < again.work.checkpoint.state.step < 2**18
    assert not again.is_whole


def test_one_bad_place_hides_no_other(tmp_path: Path) -> None:
    for content in (b"{}", b"", b"x" * 100):
        journal = Journal(tmp_path)
        journal.write(Work(trained().checkpoint()), About())
        (file,) = [each for each in tmp_path.glob(f"*/{WORK}") if each.stat().st_size > 100]
        file.write_bytes(content)
        journal.leave()
    journal = Journal(tmp_path)
    journal.write(Work(trained().checkpoint()), About("good"))
    journal.leave()
    found = leftovers(tmp_path)
    assert sorted(each.about.title for each in found if each.problem is None) == ["good"]
    assert len(found) == 4
    for each in found:
        each.leave()


def test_an_edit_that_breaks_a_rule_is_not_done_again(tmp_path: Path) -> None:
    journal, session = Journal(tmp_path), trained()
    journal.write(Work(session.checkpoint()), About())
    session.apply(with_changes(session.experiment, data__features=("x",)))
    assert journal.write_tail(Work(session.checkpoint()), About())
    (tail,) = tmp_path.glob(f"*/{TAIL}")
    tail.write_bytes(tail.read_bytes().replace(b'["x"]', b'["x","x"]'))
    journal.leave()
    assert work_of(tmp_path).experiment == START


NURSERY = """
import os, sys
from pathlib import Path
from playground.exchange.journal import About, Journal
from playground.run.checkpoint import Work
from playground.run.session import Session
from tests.playground.run.lives import START
Session(START).advance(steps=1)
for folder in sys.stdin:
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        print("dead", flush=True)
        continue
    print(os.getpid(), flush=True)
    journal, session = Journal(Path(folder.strip())), Session(START)
    for number in range(10_000):
        session.advance(steps=1)
        if number % 3 == 0:
            journal.write(Work(session.checkpoint()), About(str(number)))
        else:
            journal.write_tail(Work(session.checkpoint()), About())
        print(session.state.step, flush=True)
    os._exit(0)
"""
"""Starts a writer for each folder it is told, without the cost of a new interpreter with its kernels."""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
@pytest.mark.parametrize("kills", [2, pytest.param(300, marks=[pytest.mark.long, pytest.mark.timeout(3600)])])
def test_a_kill_at_any_moment_loses_nothing_that_was_written(kills: int, tmp_path: Path) -> None:
    draw, command = random.Random(kills), [sys.executable, "-c", NURSERY]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        for kill in range(kills):
            folder = tmp_path / str(kill)
            print(folder, file=nursery.stdin, flush=True)
            child = int(nursery.stdout.readline())
            for _ in range(draw.randrange(1, 40)):
                told = int(nursery.stdout.readline())
            time.sleep(draw.random() * 0.01)
            os.kill(child, signal.SIGKILL)
            while (line := nursery.stdout.readline()) != "dead\n":
                told = int(line)
            assert work_of(folder).state.step in (told, told + 1)
        nursery.stdin.close()
