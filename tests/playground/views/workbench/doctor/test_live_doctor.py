"""The doctor at the run behind the window: what it says and when, and that it costs nothing where nobody wants it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from playground.diagnosis.cures import verifying
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.population.room import Room
from playground.settings import settings
from playground.views.workbench import runs as runs_of_document
from playground.views.workbench.doctor import looking as live
from playground.views.workbench.workbench import Workbench

Make = Callable[..., Workbench]
FEW = with_changes(Experiment(), data__source__samples=100)
"""The default experiment with fewer samples: what will become of it is sooner known."""
TOO_HIGH = with_changes(FEW, training__learning_rate=1000.0)
RULE = "learning_rate_high"


@pytest.fixture
def make_workbench(make_workbench: Make) -> Make:
    """Workbenches with few samples, where nothing else is asked for."""
    return lambda source=FEW: make_workbench(source)


def rules(bench: Workbench) -> list[str]:
    return [each.rule for each in bench.doctor.findings]


def named(bench: Workbench, rule: str) -> Any:
    return next(each for each in bench.doctor.findings if each.rule == rule)


def provoke(bench: Workbench, rate: float = 1000.0) -> None:
    """A learning rate that no run survives, and all that the doctor has to say of it."""
    bench.change("Set rate", training__learning_rate=rate)
    bench.run.settle()
    bench.doctor.wait()


def counted_questions(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the doctor asks of the run from now on; others ask too: which runs there are, after each edit."""
    asked: list[object] = []
    ask = bench.run.ask

    def counted(question: Any) -> Any:
        if question.__module__ != runs_of_document.__name__:
            asked.append(question)
        return ask(question)

    monkeypatch.setattr(bench.run, "ask", counted)
    return asked


def test_what_will_happen_is_told_before_the_visible_run_gets_there_and_confirmed_by_it(
    make_workbench: Make,
) -> None:
    bench = make_workbench()
    provoke(bench)
    found = named(bench, RULE)
    assert bench.run.snapshot is not None
    assert found.forecast
    assert found.step > bench.run.snapshot.step == 0
    bench.run.advance_now(steps=found.step)
    bench.doctor.wait()
    confirmed = named(bench, RULE)
    assert not confirmed.forecast
    assert (confirmed.step, confirmed.epoch) == (found.step, found.epoch)


def test_a_forecast_that_has_come_true_is_none_even_where_the_look_finds_nothing(
    make_workbench: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looks fall between the steps: the run is the same bits, so what was foreseen for a step that is past holds."""
    bench = make_workbench()
    provoke(bench)
    found = named(bench, RULE)
    monkeypatch.setattr(live.Memory, "look", lambda self, shot: (shot, ()))
    bench.run.advance_now(steps=found.step - 1)
    bench.doctor.wait()
    assert named(bench, RULE).forecast
    bench.run.advance_now(steps=1)
    bench.doctor.wait()
    assert not named(bench, RULE).forecast


def test_the_run_alone_never_withdraws_a_forecast(make_workbench: Make) -> None:
    bench = make_workbench()
    provoke(bench)
    for _ in range(8):
        bench.run.advance_now(epochs=2)
        bench.doctor.wait()
        assert RULE in rules(bench)


def test_an_edit_withdraws_a_forecast_only_when_the_new_run_is_known(make_workbench: Make) -> None:
    bench = make_workbench(Experiment())
    provoke(bench)
    bench.change("Set rate", training__learning_rate=0.03)
    assert RULE in rules(bench), "nothing flickers while it is not known what will be"
    bench.doctor.wait()
    assert rules(bench) == []


def test_play_looks_ahead_where_nothing_was_edited(make_workbench: Make, qtbot: QtBot) -> None:
    bench = make_workbench(TOO_HIGH)
    bench.doctor.wait()
    assert bench.doctor.forecast is None
    bench.run.set_speed(1.0)
    bench.run.start()
    bench.run.play()
    qtbot.waitUntil(lambda: RULE in rules(bench))
    assert named(bench, RULE).forecast
    bench.run.pause()


def test_facts_are_told_of_a_run_that_stands_still(make_workbench: Make) -> None:
    bench = make_workbench()
    bench.change("One feature", data__features=["x"])
    bench.doctor.wait()
    assert "missing_feature" in rules(bench)
    assert not named(bench, "missing_feature").forecast


def test_put_off_until_it_is_found_anew_after_an_edit(make_workbench: Make) -> None:
    bench = make_workbench()
    provoke(bench)
    bench.doctor.put_off(RULE)
    assert RULE not in rules(bench)
    bench.doctor.wait()
    assert RULE not in rules(bench)
    bench.reset()
    bench.run.settle()
    bench.doctor.wait()
    assert RULE in rules(bench)
    bench.doctor.put_off(RULE)
    provoke(bench, 900.0)
    assert RULE in rules(bench)


def test_a_silenced_rule_stays_silent_and_is_kept(make_workbench: Make) -> None:
    bench = make_workbench()
    bench.doctor.wishes.remember()
    provoke(bench)
    bench.doctor.wishes.set_rule_on(RULE, False)
    assert RULE not in rules(bench)
    provoke(bench, 900.0)
    assert RULE not in rules(bench)
    assert settings.read().doctor_rules_off == (RULE,)
    other = make_workbench()
    other.doctor.wishes.remember()
    assert other.doctor.wishes.rules_off == {RULE}


def test_switched_off_it_asks_nothing_says_nothing_and_is_kept(
    make_workbench: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make_workbench()
    bench.doctor.wishes.remember()
    provoke(bench)
    bench.doctor.wishes.set_on(False)
    asked = counted_questions(bench, monkeypatch)
    assert rules(bench) == []
    bench.change("Set rate", training__learning_rate=900.0)
    bench.run.advance_now(epochs=30)
    bench.doctor.wait()
    assert asked == []  # `advance_now` asks the runner itself
    assert rules(bench) == []
    assert not settings.read().doctor
    bench.doctor.wishes.set_on(True)
    bench.doctor.wait()
    assert RULE in rules(bench)


def test_locked_it_is_off_and_the_setting_stays(make_workbench: Make) -> None:
    bench = make_workbench()
    bench.doctor.wishes.remember()
    bench.doctor.wishes.set_locked(True)
    assert not bench.doctor.wishes.on
    assert settings.read().doctor
    bench.doctor.wishes.set_locked(False)
    assert bench.doctor.wishes.on


def test_the_same_moment_is_looked_at_once(make_workbench: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = make_workbench()
    bench.doctor.wait()
    asked = counted_questions(bench, monkeypatch)
    for _ in range(3):
        bench.run.snapshot_ready.emit()
        bench.doctor.wait()
    assert asked == []
    bench.run.advance_now(epochs=1)
    bench.doctor.wait()
    assert asked == [live.look_of]


def test_where_a_look_is_dear_there_are_few(make_workbench: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the training thread a two-hundredth at most: large data take tens of milliseconds a look."""
    monkeypatch.setattr(live, "LOOK_EVERY", 0.0)
    bench = make_workbench()
    bench.doctor.wait()
    cheap = live.look_of
    monkeypatch.setattr(live, "look_of", lambda session: (cheap(session)[0], 1000.0))
    bench.run.advance_now(epochs=1)
    bench.doctor.wait()
    asked = counted_questions(bench, monkeypatch)
    for _ in range(5):
        bench.run.advance_now(epochs=1)
    assert asked == []


def test_between_two_looks_there_is_time(make_workbench: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = make_workbench()
    bench.doctor.wait()
    monkeypatch.setattr(live, "LOOK_EVERY", 1e6)
    bench.run.advance_now(epochs=1)
    bench.doctor.wait()
    asked = counted_questions(bench, monkeypatch)
    for _ in range(5):
        bench.run.advance_now(epochs=1)
    assert asked == []


def test_a_title_and_a_name_are_no_other_run(make_workbench: Make) -> None:
    bench = make_workbench()
    provoke(bench)
    known = bench.doctor.forecast
    bench.change("Set title", title="A run")
    assert bench.doctor.forecast is known
    bench.runs.rename(0, "mine")
    assert bench.doctor.forecast is known


def test_another_document_takes_all_findings_with_it(make_workbench: Make) -> None:
    bench = make_workbench()
    provoke(bench)
    bench.new()
    assert rules(bench) == []


def test_a_rule_that_fails_is_logged_once_and_holds_up_nothing(
    make_workbench: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bench = make_workbench()
    bench.doctor.wait()

    def broken(look: object) -> tuple[object, ...]:
        raise ValueError("a defect")

    monkeypatch.setattr("playground.diagnosis.doctor.judge", broken)
    provoke(bench)
    for _ in range(3):
        bench.run.advance_now(epochs=1)
        bench.doctor.wait()
    assert rules(bench) == []
    assert bench.run.snapshot is not None
    assert bench.run.snapshot.epoch == 3
    assert [each.getMessage() for each in caplog.records].count("the doctor has failed") == 2, "a look, a look ahead"


def test_closing_ends_all_threads_in_the_middle_of_a_trial(make_workbench: Make) -> None:
    bench = make_workbench()
    provoke(bench)
    bench.doctor.trials.start(named(bench, RULE))
    bench.change("Set rate", training__learning_rate=900.0)  # and a look ahead is on its way
    assert {"doctor", "trials"} <= {each.name.split("_")[0] for each in threading.enumerate()}
    bench.close()
    assert not {"doctor", "trials"} & {each.name.split("_")[0] for each in threading.enumerate()}


# -- cures ----------------------------------------------------------------------------------------------------------


def test_cures_are_tried_and_the_one_that_helps_is_a_step_of_undo(make_workbench: Make) -> None:
    bench = make_workbench()
    bench.change("Set rate", training__learning_rate=1000.0)
    bench.run.advance_now(epochs=20)
    bench.doctor.wait()
    before = bench.run.snapshot
    trials = bench.doctor.trials
    trials.start(named(bench, RULE))
    trials.wait()
    best = trials.results[0]
    assert best.helped
    assert any(not each.helped for each in trials.results), "what does not help is shown too"
    known = named(bench, RULE), trials.results
    trials.apply(best)
    bench.run.settle()
    assert bench.experiment == best.cure.experiment
    assert trials.results == (), "they were made for the run before"
    assert bench.run.snapshot is not None
    assert bench.run.snapshot.epoch == 0
    bench.run.advance_now(epochs=300)
    bench.doctor.wait()
    assert bench.run.snapshot.metrics.train_accuracy == 1.0
    assert rules(bench) == []
    bench.undo()
    bench.run.settle()
    after = bench.run.snapshot
    assert before is not None
    assert after is not None
    assert after.epoch == before.epoch == 20
    assert after.parameters.tobytes() == before.parameters.tobytes()
    assert after.history.tobytes() == before.history.tobytes()
    bench.doctor.wait()
    finding = named(bench, RULE)
    assert (finding.step, finding.epoch) == (known[0].step, known[0].epoch), "since when is not forgotten"
    assert (trials.of, trials.results) == (RULE, known[1]), "nor is what was tried"
    bench.run.advance_now(epochs=1)
    bench.doctor.wait()
    assert named(bench, RULE).step == known[0].step
    bench.change("Set rate", training__learning_rate=900.0)
    assert trials.results == ()


def test_what_held_since_the_start_still_does_when_the_run_is_gone_back_to(make_workbench: Make) -> None:
    bench = make_workbench(with_changes(Experiment(), network__layers=[]))
    bench.run.advance_now(epochs=20)
    bench.doctor.wait()
    bench.doctor.put_off("too_few_units")
    before = bench.doctor.findings
    assert before[0].step == 0
    bench.edit("Another network", Experiment(), fresh=True)
    bench.run.settle()
    bench.doctor.wait()
    assert bench.doctor.findings == ()
    bench.undo()
    bench.run.settle()
    bench.doctor.wait()
    assert bench.doctor.findings == before
    bench.redo()
    bench.run.settle()
    bench.runs.switch(0)
    bench.run.settle()
    bench.doctor.wait()
    assert bench.doctor.findings == before, "by its branch, too"


def test_trials_are_forgotten_with_the_run_that_they_are_of(make_workbench: Make) -> None:
    bench = make_workbench()
    provoke(bench)
    trials = bench.doctor.trials
    trials.start(named(bench, RULE))
    trials.wait()
    assert trials.results
    bench.change("Set rate", training__learning_rate=900.0)
    assert trials.results == ()
    assert not trials.busy


def test_a_cancelled_trial_ends_and_keeps_what_has_come(make_workbench: Make, qtbot: QtBot) -> None:
    bench = make_workbench()
    provoke(bench)
    trials = bench.doctor.trials
    count = len(trials.candidates(named(bench, RULE)))
    trials.start(named(bench, RULE))
    trials.cancel()
    trials.wait()
    assert not trials.busy
    assert len(trials.results) < count


def test_trials_leave_the_other_cores_to_a_run_that_plays(
    make_workbench: Make, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    bench, rooms = make_workbench(), list[Room]()
    provoke(bench)
    monkeypatch.setattr(verifying, "try_cures", lambda *given: rooms.append(given[-1]) or iter(()))
    bench.doctor.trials.start(named(bench, RULE))
    bench.doctor.trials.wait()
    (room,) = rooms
    assert room.is_free()
    bench.change("Set rate", training__learning_rate=0.01)
    bench.run.play()
    qtbot.waitUntil(lambda: bench.run.state == "running", timeout=5_000)
    assert not room.is_free()
    bench.run.pause()
    qtbot.waitUntil(room.is_free, timeout=5_000)
