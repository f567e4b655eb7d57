"""The holder: edits and undo reach the run, the run goes on by itself, and its state is never wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_dataset
from playground.exchange.files import save
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.experiment.schedules import EarlyStopping
from playground.run.actions import Advance
from playground.run.session import Session
from playground.views.workbench.workbench import Workbench

Make = Callable[..., Workbench]
EXPLODING = with_changes(
    Experiment(),
    data__source__name="plane",
    data__features=("x", "x_squared"),
    network__layers=(),
    training__learning_rate=50.0,
)


def settled(workbench: Workbench) -> Workbench:
    workbench.run.advance_now()
    return workbench


def test_the_first_snapshot_is_the_untrained_network(make_workbench: Make) -> None:
    workbench = make_workbench()
    assert workbench.run.state == "paused"
    assert workbench.run.snapshot is not None
    assert workbench.run.snapshot.epoch == 0


def test_an_edit_reaches_the_run_and_undo_takes_it_back(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    with qtbot.waitSignals([workbench.experiment_changed, workbench.document_changed]):
        assert workbench.change("Set rate", training__learning_rate=0.5)
    assert workbench.undo_name == "Set rate"
    assert workbench.unsaved
    assert settled(workbench).run.snapshot.experiment.training.learning_rate == 0.5
    workbench.undo()
    assert workbench.experiment == Experiment()
    assert settled(workbench).run.snapshot.experiment == Experiment()
    assert not workbench.unsaved
    workbench.redo()
    assert workbench.experiment.training.learning_rate == 0.5


def test_a_bad_edit_is_refused_in_words_and_changes_nothing(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    with qtbot.waitSignal(workbench.message_shown) as heard:
        assert not workbench.change("Set rate", training__learning_rate=-1)
    assert "from 0 to 1\u202f000\u202f000" in heard.args[0]
    assert workbench.experiment == Experiment()
    assert workbench.undo_name is None


def test_a_drag_is_one_undo_step(make_workbench: Make) -> None:
    workbench = make_workbench()
    for rate in (0.1, 0.2, 0.3):
        workbench.change("Set rate", merge="rate", training__learning_rate=rate)
    workbench.settle()
    workbench.change("Set rate", merge="rate", training__learning_rate=0.4)
    workbench.undo()
    assert workbench.experiment.training.learning_rate == 0.3
    workbench.undo()
    assert workbench.experiment == Experiment()


def test_a_weight_set_by_hand_is_undone_and_redone(make_workbench: Make) -> None:
    workbench = make_workbench()
    before = float(workbench.run.snapshot.parameters[3])
    workbench.set_parameter(3, 2.5)
    assert settled(workbench).run.snapshot.parameters[3] == 2.5
    workbench.undo()
    assert settled(workbench).run.snapshot.parameters[3] == pytest.approx(before)
    workbench.redo()
    assert settled(workbench).run.snapshot.parameters[3] == 2.5


def test_playing_gives_frames_until_paused(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    workbench.run._frames.start()
    workbench.run.play()
    assert workbench.run.state == "running"
    qtbot.waitUntil(lambda: workbench.run.snapshot.epoch > 50 and workbench.run.snapshot.epochs_per_second > 0)
    workbench.run.pause()
    assert workbench.run.state == "paused"
    qtbot.waitUntil(lambda: workbench.run.snapshot.epochs_per_second == 0)
    stopped = workbench.run.snapshot.step
    qtbot.wait(50)
    assert workbench.run.snapshot.step == stopped


@pytest.mark.parametrize(("what", "steps"), [("batch", 1), ("epoch", 25), ("sample", 0)])
def test_steps(make_workbench: Make, what: str, steps: int) -> None:
    workbench = make_workbench()
    workbench.run.step(what)
    assert settled(workbench).run.snapshot.step == steps
    if what == "sample":
        workbench.run.step("sample")
        workbench.run.settle()
        assert workbench.run.snapshot.sample is not None


def test_reset_returns_to_the_same_weights_new_seed_to_others(make_workbench: Make) -> None:
    workbench = make_workbench()
    first = workbench.run.snapshot.parameters
    workbench.run.advance_now(epochs=3)
    workbench.reset()
    assert np.array_equal(settled(workbench).run.snapshot.parameters, first)
    workbench.new_seed()
    assert not np.array_equal(settled(workbench).run.snapshot.parameters, first)
    workbench.undo()
    assert np.array_equal(settled(workbench).run.snapshot.parameters, first)


def test_divergence_is_a_state_and_an_edit_ends_it(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench(EXPLODING)
    workbench.run._frames.start()
    workbench.run.play()
    qtbot.waitUntil(lambda: workbench.run.state == "diverged")
    assert workbench.run.snapshot.divergence is not None
    assert np.isfinite(workbench.run.snapshot.parameters).all()
    workbench.change("Set rate", training__learning_rate=0.0001)
    assert workbench.run.state == "paused"
    workbench.reset()
    workbench.run.play()
    qtbot.waitUntil(lambda: workbench.run.snapshot.divergence is None and workbench.run.snapshot.epochs_per_second > 0)
    assert workbench.run.state == "running"


def test_an_edit_that_meets_a_divergence_not_yet_shown_leaves_the_true_state(
    make_workbench: Make, qtbot: QtBot
) -> None:
    workbench = make_workbench(EXPLODING)
    workbench.run.play()
    qtbot.waitUntil(lambda: not workbench.run._runner.playing)
    workbench.change("Set rate", training__learning_rate=0.001)
    workbench.run.settle()
    assert workbench.run.state == "paused"


def test_undo_brings_back_the_weights_of_a_removed_layer(make_workbench: Make) -> None:
    workbench = make_workbench()
    workbench.run.advance_now(epochs=5)
    trained = workbench.run.snapshot.parameters
    workbench.edit("Remove", with_changes(workbench.experiment, network=workbench.experiment.network.without(1)))
    workbench.undo()
    assert np.array_equal(settled(workbench).run.snapshot.parameters, trained)


def parameters(workbench: Workbench) -> np.ndarray:
    settled(workbench)
    assert workbench.run.snapshot is not None
    return workbench.run.snapshot.parameters


def test_undo_after_a_reset_returns_to_the_run_as_it_was(make_workbench: Make) -> None:
    workbench = make_workbench()
    first = parameters(workbench)
    workbench.run.advance_now(epochs=5)
    trained = parameters(workbench)
    workbench.set_parameter(0, 2.0)
    workbench.run.advance_now(epochs=3)
    left = workbench.run.snapshot
    assert left is not None
    workbench.reset()
    assert np.array_equal(parameters(workbench), first)
    workbench.run.advance_now(epochs=1)
    again = parameters(workbench)
    workbench.undo()
    assert np.array_equal(parameters(workbench), left.parameters)
    shot = workbench.run.snapshot
    assert shot is not None
    assert (shot.epoch, shot.metrics) == (left.epoch, left.metrics)
    assert np.array_equal(shot.history, left.history)
    workbench.redo()
    assert np.array_equal(parameters(workbench), again), "the steps after the reset are not lost either"
    workbench.undo()
    workbench.undo()
    assert parameters(workbench)[0] == trained[0], "and the edit before the reset is the next to be undone"


def test_a_new_seed_and_other_data_are_undone_as_whole_runs(make_workbench: Make) -> None:
    workbench = make_workbench()
    workbench.run.advance_now(epochs=5)
    for begin in (
        workbench.new_seed,
        lambda: workbench.edit("Choose", on_dataset(workbench.experiment, "xor"), fresh=True),
    ):
        left, experiment = workbench.run.snapshot, workbench.experiment
        assert left is not None
        begin()
        parameters(workbench)
        assert workbench.run.snapshot is not None
        assert workbench.run.snapshot.epoch == 0
        workbench.run.advance_now(epochs=2)
        workbench.undo()
        assert np.array_equal(parameters(workbench), left.parameters)
        assert workbench.run.snapshot.epoch == left.epoch
        assert workbench.experiment == experiment


def test_a_reset_alone_is_no_change_worth_saving(make_workbench: Make) -> None:
    workbench = make_workbench()
    workbench.run.advance_now(epochs=1)
    workbench.reset()
    workbench.run.settle()
    assert not workbench.unsaved
    assert workbench.undo_name == "Reset"


@pytest.mark.parametrize("value", [1e39, float("nan"), float("inf")])
def test_a_value_that_no_parameter_can_hold_is_refused_before_it_enters_the_document(
    make_workbench: Make, qtbot: QtBot, value: float
) -> None:
    workbench = make_workbench()
    with qtbot.waitSignal(workbench.message_shown) as heard:
        workbench.set_parameter(0, value)
    assert "finite number" in heard.args[0]
    assert workbench.undo_name is None


def test_an_error_on_the_training_thread_is_told(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    workbench.run._frames.start()
    with qtbot.waitSignal(workbench.message_shown) as heard:
        workbench.run.ask(lambda session: 1 / 0)
    assert "ZeroDivisionError" in heard.args[0]


def test_when_training_fails_the_window_says_so_and_the_run_can_be_saved(
    make_workbench: Make, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench = make_workbench()
    workbench.run._frames.start()

    def broken(session: Session, **amount: int) -> bool:
        raise RuntimeError("a defect")

    monkeypatch.setattr(Session, "advance", broken)
    workbench.run.play()
    qtbot.waitUntil(lambda: workbench.run.state == "failed")
    assert workbench.save(tmp_path / "rescued.nnp")
    assert (tmp_path / "rescued.nnp").exists()


def test_a_json_save_of_a_trained_run_says_what_it_leaves_out(
    make_workbench: Make, qtbot: QtBot, tmp_path: Path
) -> None:
    workbench = make_workbench()
    workbench.run.advance_now(epochs=2)
    with qtbot.waitSignal(workbench.message_shown) as heard:
        assert workbench.save(tmp_path / "only.json")
    assert "without its trained weights" in heard.args[0]
    assert workbench.path is None


def test_save_and_open_give_the_same_run(make_workbench: Make, tmp_path: Path) -> None:
    workbench = make_workbench()
    workbench.change("Edit", network=Network((Dense(5, "relu"),)))
    workbench.run.advance_now(epochs=7)
    assert workbench.save(tmp_path / "run.nnp")
    assert not workbench.unsaved
    assert workbench.title == "run"
    saved = workbench.run.snapshot
    workbench.run.advance_now(epochs=5)
    assert workbench.unsaved
    after = workbench.run.snapshot
    assert workbench.open_source(str(tmp_path / "run.nnp"))
    workbench.run.settle()
    assert np.array_equal(workbench.run.snapshot.parameters, saved.parameters)
    assert np.array_equal(workbench.run.snapshot.history, saved.history)
    assert workbench.undo_name is None
    workbench.run.advance_now(epochs=5)
    assert np.array_equal(workbench.run.snapshot.parameters, after.parameters)


def test_a_file_that_cannot_be_opened_changes_nothing(make_workbench: Make, tmp_path: Path, qtbot: QtBot) -> None:
    workbench = make_workbench()
    (tmp_path / "bad.nnp").write_bytes(b"nonsense")
    with qtbot.waitSignal(workbench.message_shown):
        assert not workbench.open_source(str(tmp_path / "bad.nnp"))
    assert workbench.experiment == Experiment()
    assert workbench.path is None


def test_only_what_is_asked_for_is_computed(make_workbench: Make) -> None:
    workbench = make_workbench()
    assert workbench.run.snapshot.maps is None
    workbench.run.demands.set("canvas", maps=True)
    workbench.run.settle()
    assert workbench.run.snapshot.maps is not None
    workbench.set_view(probe=(1.0, 2.0))
    workbench.run.settle()
    assert workbench.run.snapshot.probe.point == (1.0, 2.0)
    workbench.run.demands.set("canvas")
    workbench.run.settle()
    assert workbench.run.snapshot.maps is None


def test_edits_made_before_the_kernels_are_ready_count(qtbot: QtBot) -> None:
    workbench = Workbench(Experiment())
    assert workbench.run.state == "preparing"
    workbench.change("Set rate", training__learning_rate=0.5)
    workbench.run.play()
    workbench.run.start()
    qtbot.waitUntil(lambda: workbench.run.state == "running")
    qtbot.waitUntil(lambda: workbench.run.snapshot is not None and workbench.run.snapshot.epoch > 3)
    assert workbench.run.snapshot.experiment.training.learning_rate == 0.5
    workbench.close()


def test_a_session_driven_by_the_window_equals_one_without(make_workbench: Make, qtbot: QtBot) -> None:
    workbench = make_workbench()
    workbench.run.demands.set("all", True, True, True)
    workbench.run._frames.start()
    workbench.run.play()
    qtbot.waitUntil(lambda: workbench.run.snapshot.epoch > 100)
    workbench.run.pause()
    checkpoint = workbench.work.checkpoint()
    reference = Session(Experiment())
    reference.advance(steps=checkpoint.state.step)
    assert np.array_equal(reference.state.parameters, checkpoint.state.parameters)


def test_what_was_changed_of_an_old_file_is_said(make_workbench: Make, qtbot: QtBot, tmp_path: Path) -> None:
    workbench = make_workbench()
    path = tmp_path / "old.json"
    path.write_text('{"training": {"early_stopping": {}}, "data": {"train_share": 1.0}}')
    with qtbot.waitSignal(workbench.message_shown) as heard:
        assert workbench.open_source(str(path))
    assert heard.args[1] == "warning"
    assert "Early stopping watched the test loss, but there are no test samples; it is off now." in heard.args[0]
    assert workbench.experiment.training.early_stopping is None
    with qtbot.waitSignal(workbench.message_shown) as heard:
        assert not workbench.change("Stop early", training__early_stopping=EarlyStopping())
    assert "there are no test samples" in heard.args[0]


def test_what_is_done_before_the_kernels_are_ready_loses_nothing_of_a_file(tmp_path: Path) -> None:
    session = Session(Experiment())
    session.advance(steps=1000)
    file = tmp_path / "run.nnp"
    save(file, session)
    workbench = Workbench()
    try:
        assert workbench.open_source(str(file))
        workbench.change("Set rate", training__learning_rate=0.5)
        workbench.reset()
        assert workbench.work.checkpoint().state.step == 0  # type: ignore[union-attr]
        workbench.prepare_now()
        workbench.undo()
        settled(workbench)
        assert workbench.run.snapshot is not None
        assert workbench.run.snapshot.step == 1000
        workbench.undo()
        settled(workbench)
        assert workbench.run.snapshot.step == 1000
        assert workbench.run.snapshot.experiment.training.learning_rate == 0.03
    finally:
        workbench.close()


def test_where_the_run_has_come_to_is_known_while_an_earlier_moment_is_shown(
    make_workbench: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a frame comes between the answer to that and the moment that is looked at."""
    run = make_workbench().run
    run.advance_now(epochs=5)
    assert run._runner is not None
    assert run.snapshot is not None
    ends = run._runner.submit(Advance(100)), run.snapshot.step + 100
    ends[0].result(10.0)
    run._runner.take_settled()  # no frame has shown it
    with monkeypatch.context() as late:
        late.setattr(run._runner, "take", lambda: None)
        run.look(10)
        assert run._newest is not None
        run._newest.result(10.0)
        run._on_frame()
    run.settle()
    assert run.live is not None
    assert (run.snapshot.step, run.live.step) == (10, ends[1])
