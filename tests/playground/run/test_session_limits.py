"""What a review of the whole core found: edits of a stopped run, limits of memory, figures that cannot be told."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from playground.data.grid import map_resolution
from playground.edits.changes import with_changes
from playground.engine.state import PLATEAU_BEST
from playground.exchange import model_file
from playground.exchange.container import Unreadable
from playground.experiment.experiment import Experiment, validate
from playground.experiment.layers import BatchNorm, Conv2d, Dense, Dropout, LayerNorm
from playground.experiment.network import Network
from playground.experiment.optimizers import Adam, AdamW, Sgd
from playground.experiment.schedules import EarlyStopping, PlateauSchedule
from playground.experiment.training import Stop, Training
from playground.run.session import Session
from playground.run.snapshot import PROBE_COLUMNS, Demand

EARLY = with_changes(Experiment(), training__early_stopping=EarlyStopping(patience=3), training__learning_rate=1.0)


def stopped() -> Session:
    session = Session(EARLY)
    assert not session.advance(epochs=2000)
    assert session.stopped is not None
    assert session.stopped.reason == "early_stopping"
    return session


def test_an_edit_of_a_run_that_stopped_early_gives_it_its_patience_back() -> None:
    session = stopped()
    at = session.state.epoch
    session.apply(with_changes(EARLY, training__learning_rate=0.0))
    session.advance(epochs=2000)
    assert session.state.epoch == at + 4  # the first epoch is the best, then three without a better one


def test_title_and_notes_are_no_part_of_a_run() -> None:
    session = stopped()
    before, version = session.state.copy(), session.version
    session.apply(with_changes(EARLY, title="Circles", notes="to show"))
    assert session.stopped is not None
    assert session.experiment.title == "Circles"
    assert session.version == version + 1
    assert all(
        np.array_equal(getattr(before, field.name), getattr(session.state, field.name))
        for field in msgspec.structs.fields(before)
    )


def test_where_early_stopping_gives_weights_back_the_curves_end_with_them() -> None:
    session = stopped()
    row, metrics = session.recording.rows_so_far()[-1], session.metrics()
    assert row[0] == session.state.epoch
    assert (row[1], row[2]) == (metrics.train_loss, metrics.test_loss)


def test_an_edit_of_the_rate_keeps_the_scratch_memory() -> None:
    """Making it takes a tenth of a second where a network is large."""
    large = Network((Dense(512), Dense(512), Dense(512), Dense(450)))
    session = Session(msgspec.structs.replace(Experiment(), network=large))
    session.advance(steps=1)
    space = session._run.engine._space
    session.apply(with_changes(session.experiment, training__learning_rate=0.01))
    assert session._run.engine._space is space
    session.apply(with_changes(session.experiment, training__batch_size=11))
    assert session._run.engine._space is not space


def test_scratch_memory_that_is_kept_keeps_no_number() -> None:
    """A run that broke, was edited and begun anew is a fresh run of the edited experiment."""
    layers = Network((Dense(20), LayerNorm(), Dense(3), BatchNorm()))
    heavy = Training(optimizer=AdamW(weight_decay=1e3), learning_rate=1e6, clip_norm=1.0)
    wild = msgspec.structs.replace(Experiment(), network=layers, training=heavy)
    tame = with_changes(wild, training__learning_rate=0.1, training__optimizer=AdamW())
    session = Session(wild)
    session.advance(epochs=20)
    assert session.divergence is not None
    space = session._run.engine._space
    session.apply(tame)
    assert session._run.engine._space is space
    session.reset()
    fresh = Session(tame)
    assert session.advance(epochs=5)
    assert fresh.advance(epochs=5)
    assert session.digest() == fresh.digest()


def test_what_one_step_holds_in_memory_is_limited() -> None:
    """15 layers of 2,048 units and 10,000 images in one batch would be 10 GB."""
    data = with_changes(Experiment(), data__source__name="bars", data__source__samples=10_000).data
    layers = (Conv2d(32), LayerNorm(), *(Dropout() for _ in range(13)))
    training = Training(batch_size=10_000, precision="float64")
    asked = Experiment(data=data, network=Network(layers), training=training)
    problems = [str(problem) for problem in validate(asked)]
    assert len(problems) == 1
    assert problems[0].startswith("training.batch_size: units times samples per step may be")
    fitting = with_changes(asked, training__batch_size=900)
    deeper = msgspec.structs.replace(fitting, network=Network((*layers, Dropout())))
    assert [problem.path for problem in validate(deeper)] == ["network.layers"]


def test_maps_are_coarse_where_there_are_many_units_with_few_parameters() -> None:
    assert map_resolution(50, 7) == 100
    assert map_resolution(2_000, 16_385) == 20
    assert map_resolution(1_000_000, 100) == 20


def test_a_sharpness_that_cannot_be_told_is_not_called_flat() -> None:
    plane = with_changes(Experiment(), data__source__name="plane", training__precision="float64")
    session = Session(with_changes(plane, network__layers=(Dense(4, activation="relu"),)))
    session.state.parameters *= 1e90
    assert session.sharpness().eigenvalue is None
    assert session.gradient_noise_scale() is None


@pytest.mark.parametrize("weight", [1e155, -1e300, 1.7e308])
def test_the_sizes_of_the_largest_weights_are_told(weight: float) -> None:
    """Their squares are beyond every number."""
    session = Session(with_changes(Experiment(), training__precision="float64"))
    for index in range(3):
        session.set_parameter(index, weight)
    session.advance(steps=1)
    found = session.snapshot(Demand(layers=True)).layers_now
    assert found is not None
    norm = float(found[0, PROBE_COLUMNS.index("parameter_norm")])
    assert norm == pytest.approx(min(abs(weight) * 3**0.5, np.finfo(float).max), rel=0.05)


def test_a_plateau_begins_anew_where_another_loss_is_watched() -> None:
    """What early stopping watches the schedule watches too."""
    session = Session(with_changes(Experiment(), training__schedule=PlateauSchedule()))
    session.advance(epochs=5)
    assert np.isfinite(session.state.watch[PLATEAU_BEST])
    session.apply(with_changes(session.experiment, training__early_stopping=EarlyStopping()))
    assert np.isfinite(session.state.watch[PLATEAU_BEST])
    session.apply(with_changes(session.experiment, training__early_stopping=EarlyStopping(monitor="train_loss")))
    assert session.state.watch[PLATEAU_BEST] == np.inf
    session.advance(epochs=1)
    session.apply(with_changes(session.experiment, training__early_stopping=None))
    assert session.state.watch[PLATEAU_BEST] == np.inf


def test_a_file_whose_best_weights_hold_a_negative_variance_is_refused() -> None:
    session = Session(with_changes(EARLY, network__layers=(Dense(3), BatchNorm())))
    session.advance(epochs=2)
    slot = session.layout.slots[1]
    assert model_file.read(model_file.write(session.checkpoint())).state is not None
    session.state.best[slot.end - 1] = -1.0
    with pytest.raises(Unreadable, match="layer 2 has a variance below 0"):
        model_file.read(model_file.write(session.checkpoint()))


def test_an_undo_brings_back_no_moments_of_an_optimizer_that_has_begun_anew() -> None:
    """Bias correction would take them for those of the first steps, and no file may hold such a state."""
    first = with_changes(Experiment(), training__optimizer=Adam(), training__learning_rate=0.01)
    session = Session(first)
    session.advance(epochs=5)
    fewer = with_changes(first, network__layers=first.network.layers[:1])
    plain = with_changes(fewer, training__optimizer=Sgd())
    for experiment, back in ((fewer, False), (plain, False), (fewer, True), (first, True)):
        session.apply(experiment, back=back)
        assert model_file.read(model_file.write(session.checkpoint())).experiment == experiment
    assert (session.state.powers == 1.0).all()
    assert not session.state.slots.any()


def test_an_undo_brings_back_the_moments_of_an_optimizer_that_went_on() -> None:
    first = with_changes(Experiment(), training__optimizer=Adam(), training__learning_rate=0.01)
    session = Session(first)
    session.advance(epochs=5)
    before = session.state.slots.copy()
    session.apply(with_changes(first, network__layers=first.network.layers[:1]))
    session.apply(first, back=True)
    assert np.array_equal(session.state.slots, before)


@pytest.mark.parametrize("steps", [0, 40])
@pytest.mark.parametrize("broken", ["playground.run.run.Engine", "playground.run.run.Examples"])
def test_an_action_that_memory_does_not_suffice_for_is_not_done_at_all(
    steps: int, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(Experiment())
    session.advance(steps=steps)
    before, log, digest, history = session.experiment, session.log.entries, session.digest(), session.history
    other = with_changes(before, data__source__name="moons", network__layers=(Dense(9),))
    with monkeypatch.context() as patch:
        patch.setattr(broken, too_much)
        for action in (
            lambda: session.apply(other), lambda: session.apply(other, run=1), lambda: session.new_seed(5, run=2),
        ):  # fmt: skip
            with pytest.raises(MemoryError):
                action()
            assert session.experiment == before
            assert session.log.entries == log
            assert session.digest() == digest
            assert session.layout.size == session.state.parameters.size
            assert session.history.tobytes() == history.tobytes()
    session.advance(steps=10)
    assert model_file.read(model_file.write(session.checkpoint())).experiment == before


def too_much(*_given: object, **_named: object) -> None:
    raise MemoryError


def test_a_run_that_memory_does_not_suffice_for_does_not_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(with_changes(Experiment(), training__stop=Stop(epochs=2)))
    session.advance(epochs=5)
    assert session.stopped is not None
    with monkeypatch.context() as patch:
        patch.setattr("playground.run.run.Engine", too_much)
        with pytest.raises(MemoryError):
            session.go_on()
    assert session.stopped is not None
    assert model_file.read(model_file.write(session.checkpoint())).stopped == session.stopped
    session.go_on()
    session.advance(epochs=1)
    assert model_file.read(model_file.write(session.checkpoint())).stopped is None


def test_a_divergence_after_curves_came_back_leaves_them_whole() -> None:
    before = with_changes(Experiment(), data__source__name="plane", network__layers=(Dense(4, "relu"),))
    session = Session(before)
    session.advance(epochs=25)
    session.apply(with_changes(before, data__train_share=1.0))
    session.set_parameter(0, 3e38, key=1)
    assert not session.advance(steps=1)
    session.restore_parameter(0, 1)
    session.apply(before, back=True)
    assert len(session.history) == 26
    session.apply(with_changes(session.experiment, training__learning_rate=1e6))
    assert not session.advance(epochs=10)
    session.apply(with_changes(session.experiment, training__learning_rate=0.001))
    session.advance(epochs=3)
    assert len(session.history) == session.state.epoch + 1
    assert (np.diff(session.history["epoch"]) == 1.0).all()
    assert model_file.read(model_file.write(session.checkpoint())).record is not None
