"""Many runs in one call: each is what a session of its own would be."""

from __future__ import annotations

import threading
from typing import Any

import msgspec
import numpy as np
import pytest

import playground as pg
from playground.edits.changes import with_changes
from playground.engine.layout import Layout
from playground.errors import InvalidExperiment, PointsRefused, WrongUse
from playground.experiment.experiment import Experiment
from playground.experiment.layers import (
    BatchNorm,
    Conv2d,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    Layer,
    LayerNorm,
    MaxPool2d,
    Residual,
    Scaling,
)
from playground.experiment.network import Network
from playground.experiment.optimizers import OPTIMIZERS, Adam
from playground.experiment.schedules import SCHEDULES, EarlyStopping, Stop
from playground.population import groups, training
from playground.population.member import Member
from playground.population.training import train_population
from playground.run.checkpoint import Checkpoint
from playground.run.measuring import LARGEST
from playground.run.session import Session
from tests.cases import cases

NOISY = with_changes(Experiment(), network=Network((Dense(6), Dropout(0.3))), training__optimizer=Adam(), seed=5)
PLAIN = with_changes(Experiment(), network=Network((Dense(4), Dense(2))))
RELU = with_changes(PLAIN, network=Network((Dense(6, "relu"), Dense(6, "relu"))), data__source__name="plane")
BLOWN = with_changes(PLAIN, data__source__name="plane", network=Network(()), training__learning_rate=0.0)
BLOWN = with_changes(BLOWN, training__precision="float64")


def run_of(experiment: Experiment, epochs: int, record: bool = False, **named: Any) -> Session:
    session = Session(experiment, record=record, **named)
    session.advance(epochs=epochs)
    return session


def check_against(member: Member, session: Session) -> None:
    """Same bytes, same end, same figures."""
    assert member.digest == session.digest()
    assert (member.epochs, member.steps) == (session.state.epoch, session.state.step)
    assert member.metrics == session.metrics()
    assert (member.stopped, member.divergence) == (session.stopped, session.divergence)


def check_history(member: Member, session: Session) -> None:
    for name in member.history.dtype.names or ():
        assert np.array_equal(member.history[name], session.history[name], equal_nan=True), name


# -- members are sessions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_member_of_each_optimizer_is_its_session(name: str) -> None:
    made = with_changes(NOISY, training__optimizer=OPTIMIZERS[name].optimizer, training__batch_size=7)
    [member] = train_population(made, epochs=12)
    check_against(member, run_of(made, 12))


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_member_of_each_schedule_is_its_session(name: str) -> None:
    made = with_changes(NOISY, training__schedule=SCHEDULES[name].schedule)
    [member] = train_population(made, epochs=12)
    check_against(member, run_of(made, 12))
    check_history(member, run_of(made, 12, record=True))


@cases(
    "layers",
    [(Dense(5, "relu"), BatchNorm(), Dense(3)), (Dense(4), GaussianNoise(0.2), Residual()), (Dense(3), LayerNorm()),
     (Scaling(), Dense(3)), ()],
)  # fmt: skip
@cases("precision", ["float32", "float64"])
def test_a_member_of_each_kind_of_layer_is_its_session(layers: tuple[Layer, ...], precision: str) -> None:
    made = with_changes(PLAIN, network=Network(layers), training__precision=precision, seed=2**40)
    [member] = train_population(made, epochs=8)
    check_against(member, run_of(made, 8))


def test_images_and_regressions_are_trained_too() -> None:
    layers = (Conv2d(2), MaxPool2d(), Flatten())
    images = with_changes(PLAIN, data__source__name="digits", data__source__samples=60, network=Network(layers))
    [member] = train_population(images, epochs=2)
    check_against(member, run_of(images, 2))
    regression = with_changes(PLAIN, data__source__name="plane", training__initializer="he_normal")
    [member] = train_population(regression, epochs=4)
    check_against(member, run_of(regression, 4))
    assert np.isnan(member.history["test_accuracy"]).all()
    assert np.isfinite(member.history["test_loss"]).all()


@pytest.mark.parametrize("initializer", ["xavier_uniform", "he_normal", "uniform", "constant", "zeros"])
@pytest.mark.parametrize("count", [2, 9])
def test_seeds_decide_weights_order_and_noise_but_not_the_points(initializer: str, count: int) -> None:
    made = with_changes(NOISY, training__initializer=initializer)
    seeds = [3, 5, 2**53, *range(100, 100 + count)]
    members = list(train_population(made, epochs=6, seeds=seeds))
    assert [member.seed for member in members] == seeds
    for member in members:
        start = Session(msgspec.structs.replace(made, seed=member.seed)).checkpoint().state
        other = Session(Checkpoint(made, start), record=False)
        other.advance(epochs=6)
        check_against(member, other)
    check_against(members[1], run_of(made, 6))


def test_every_member_has_its_own_rate() -> None:
    members = list(train_population(NOISY, epochs=10, rates=[0.0, 0.03, 0.3]))
    assert [member.learning_rate for member in members] == [0.0, 0.03, 0.3]
    assert members[0].digest == Session(NOISY).digest()
    for member in members:
        own = with_changes(NOISY, training__learning_rate=member.learning_rate)
        check_against(member, run_of(own, 10))
        check_history(member, run_of(own, 10, record=True))


def test_a_list_of_any_experiments() -> None:
    listed = [
        NOISY, PLAIN, with_changes(PLAIN, training__optimizer=Adam()), with_changes(PLAIN, seed=8), RELU,
        with_changes(PLAIN, training__l2=0.1, training__stop=Stop(epochs=3)),
        with_changes(PLAIN, data__train_share=0.9), with_changes(PLAIN, training__early_stopping=EarlyStopping(2)),
        with_changes(NOISY, training__learning_rate=0.5),
        with_changes(PLAIN, training__precision="float64"), with_changes(PLAIN, training__batch_size=200),
        with_changes(PLAIN, training__loss="hinge"), with_changes(PLAIN, data__train_share=1.0), PLAIN,
        with_changes(PLAIN, data__source__name="spirals"), with_changes(PLAIN, training__initializer="he_normal"),
    ]  # fmt: skip
    members = list(train_population(listed, epochs=7))
    assert sorted(member.place for member in members) == list(range(len(listed)))
    for member in members:
        check_against(member, run_of(listed[member.place], 7))
        check_history(member, run_of(listed[member.place], 7, record=True))
    assert [member.place for member in members[:2]] == [0, 8], "what has one shape is trained together"


def test_own_points_each() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    own = [pg.OwnPoints(rng.standard_normal((40, 2)), np.arange(40) % 2) for _ in range(3)]
    listed = [pg.on_points(PLAIN, each.source(2)) for each in own]
    for member, experiment, points in zip(
        train_population(listed, epochs=5, points=own), listed, own, strict=True
    ):  # fmt: skip
        check_against(member, run_of(experiment, 5, points=points))
    shared = list(train_population(listed[0], epochs=5, points=own[0], seeds=[1, 2]))
    assert shared[0].digest != shared[1].digest
    with pytest.raises(PointsRefused, match="missing"):
        train_population(listed, epochs=5)


def test_own_start_parameters() -> None:
    first = run_of(PLAIN, 3)
    [member] = train_population(PLAIN, epochs=4, parameters=first.state.parameters)
    start = Session(PLAIN).checkpoint().state
    assert start is not None
    start.parameters[:] = first.state.parameters
    other = Session(Checkpoint(PLAIN, start), record=False)
    other.advance(epochs=4)
    check_against(member, other)
    rows = [Session(each).state.parameters for each in (PLAIN, NOISY)]
    members = list(train_population([PLAIN, NOISY], epochs=2, parameters=rows))
    assert [member.digest for member in members] == [run_of(each, 2).digest() for each in (PLAIN, NOISY)]


# -- how they end ------------------------------------------------------------------------------------------------------


def test_each_ends_by_its_own_rule() -> None:
    stopping = with_changes(NOISY, training__stop=Stop(accuracy=0.9), training__early_stopping=EarlyStopping(50))
    members = list(train_population(stopping, epochs=300, seeds=range(4)))
    assert {member.ended for member in members} == {"stopped_early"}
    assert len({member.epochs for member in members}) > 1
    for rules in ({"stop": Stop(loss=0.3)}, {"stop": Stop(epochs=3)}, {"early_stopping": EarlyStopping(1)}):
        made = with_changes(NOISY, **{f"training__{name}": rule for name, rule in rules.items()})
        [member] = train_population(made, epochs=40)
        assert member.stopped is not None
        check_against(member, run_of(made, 40))
    [member] = train_population(with_changes(NOISY, training__stop=Stop(epochs=3)), epochs=3)
    assert member.ended == "completed"


@pytest.mark.parametrize("every", [0, 1, 4])
def test_members_diverge_by_themselves_where_their_sessions_do(every: int) -> None:
    rates = [0.01, 10.0, 3.0, 0.0, 5.0]
    wild = with_changes(RELU, training__initializer="normal", training__initializer_scale=2.0)
    members = list(train_population(wild, epochs=30, rates=rates, every=every))
    assert {member.ended for member in members} == {"completed", "diverged"}
    for member, rate in zip(members, rates, strict=True):
        session = run_of(with_changes(wild, training__learning_rate=rate), 30)
        check_against(member, session)
        assert np.isfinite(member.parameters).all()


def test_a_member_whose_loss_alone_is_not_finite_has_diverged_in_its_output() -> None:
    huge = np.full(Layout.of(BLOWN).size, 1e160)
    [member] = train_population(BLOWN, epochs=1, parameters=huge)
    assert member.ended == "diverged"
    assert member.divergence is not None
    assert (member.divergence.layer, member.divergence.step, member.epochs) == (0, member.steps, 1)
    assert member.metrics.train_loss == LARGEST
    assert member.history["train_loss"].tolist() == [LARGEST, LARGEST]
    assert member.parameters.tolist() == huge.tolist()


# -- however the calls are cut -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "most_members", "most_bytes"), [(0.0, 256, 1 << 26), (1.0, 2, 1 << 26), (1.0, 256, 1)]
)
def test_the_size_of_calls_and_parts_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, seconds: float, most_members: int, most_bytes: int
) -> None:
    listed = [with_changes(RELU, training__learning_rate=rate, seed=seed) for seed in range(2) for rate in (0.01, 9.0)]
    whole = list(train_population(listed, epochs=6))
    monkeypatch.setattr(training, "CALL_SECONDS", seconds)
    monkeypatch.setattr(groups, "MOST_MEMBERS", most_members)
    monkeypatch.setattr(groups, "MOST_BYTES", most_bytes)
    for member, other in zip(whole, train_population(listed, epochs=6), strict=True):
        assert (member.digest, member.divergence, member.metrics) == (other.digest, other.divergence, other.metrics)
        assert member.history.tobytes() == other.history.tobytes()


def test_members_come_as_they_are_taken_and_hold_read_only_arrays() -> None:
    coming = train_population(PLAIN, epochs=3, seeds=range(10**6))
    first = next(coming)
    assert first.place == 0
    with pytest.raises(ValueError, match="read-only"):
        first.parameters[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        first.history["epoch"][0] = 1.0


def test_a_cancelled_population_comes_to_an_end() -> None:
    cancel = threading.Event()
    coming = train_population(PLAIN, epochs=10**9, cancel=cancel)
    timer = threading.Timer(0.05, cancel.set)
    timer.start()
    assert list(coming) == []
    timer.join()
    assert list(train_population(PLAIN, epochs=1, cancel=cancel)) == []


def test_two_threads_train_at_once() -> None:
    found: dict[int, list[str]] = {}

    def work(name: int) -> None:
        found[name] = [member.digest for member in train_population(NOISY, epochs=10, seeds=range(20))]

    threads = [threading.Thread(target=work, args=(name,)) for name in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert found[0] == found[1] == [member.digest for member in train_population(NOISY, epochs=10, seeds=range(20))]


def test_rows_are_thinned_as_those_of_a_session() -> None:
    tiny = with_changes(PLAIN, data__source__samples=10, network=Network(()))
    [member] = train_population(tiny, epochs=2100)
    check_history(member, run_of(tiny, 2100, record=True))
    [member] = train_population(tiny, epochs=10, every=3)
    assert member.history["epoch"].tolist() == [0, 3, 6, 9]
    assert next(train_population(tiny, epochs=10, every=0)).history.size == 0
    assert next(train_population(tiny, epochs=0)).digest == Session(tiny).digest()


# -- wrong use ---------------------------------------------------------------------------------------------------------


@cases(
    ("given", "told"),
    [
        ({"seeds": [1, 2], "rates": [0.1]}, "2 seeds and 1 rates"),
        ({"rates": [np.nan]}, "between 0 and"),
        ({"rates": [-0.1]}, "between 0 and"),
        ({"rates": ["fast"]}, "A learning rate is a number; got 'fast'"),
        ({"rates": 0.1}, "rates are given as a list"),
        ({"seeds": [1.5]}, "A seed is a whole number"),
        ({"seeds": [-1]}, "A seed is a whole number"),
        ({"seeds": 7}, "seeds are given as a list"),
        ({"seeds": []}, "the list of seeds is empty"),
        ({"epochs": -1}, "epochs is a whole number"),
        ({"epochs": 1.5}, "epochs is a whole number"),
        ({"every": -1}, "every is a whole number"),
        ({"experiments": []}, "the list of experiments is empty"),
        ({"experiments": [PLAIN, "xor"]}, "number 1 of the list is 'xor'"),
        ({"experiments": "xor"}, "experiments are given as a list"),
        ({"experiments": [PLAIN, PLAIN], "seeds": [1, 2, 3]}, "2 experiments and 3 seeds"),
        ({"parameters": [0.0, 1.0]}, "are 2 numbers; its network has"),
        ({"parameters": "zeros"}, "a row of numbers"),
        ({"parameters": np.zeros((2, 2, 2))}, "a row of numbers"),
        ({"parameters": []}, "a row of numbers"),
        ({"parameters": np.full(25, np.inf)}, "finite numbers"),
        ({"parameters": np.full(25, 1e39)}, "finite numbers"),
        ({"cancel": True}, "threading.Event"),
    ],
)
def test_wrong_use_is_told_at_once(given: dict[str, Any], told: str) -> None:
    with pytest.raises(WrongUse, match=told):
        train_population(**({"experiments": PLAIN, "epochs": 1} | given))


def test_an_experiment_that_breaks_a_rule_is_refused() -> None:
    bad = msgspec.structs.replace(PLAIN, training=msgspec.structs.replace(PLAIN.training, batch_size=0))
    with pytest.raises(InvalidExperiment, match="batch_size"):
        train_population([PLAIN, bad], epochs=1)


def test_a_start_with_a_negative_variance_is_refused() -> None:
    made = with_changes(PLAIN, network=Network((Dense(3), BatchNorm())))
    start = Session(made).state.parameters.copy()
    start[Session(made).layout.slots[1].end - 1] = -1.0
    with pytest.raises(WrongUse, match="variance"):
        train_population(made, epochs=1, parameters=start)


def test_complex_start_parameters_are_refused() -> None:
    size = Layout.of(Experiment()).size
    for given in (np.zeros(size, complex), [np.zeros(size, complex)]):
        with pytest.raises(WrongUse, match="are a row of numbers"):
            train_population(Experiment(), seeds=[1], epochs=1, parameters=given)
