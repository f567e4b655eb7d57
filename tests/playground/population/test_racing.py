"""A race: every variant is its session's run, who diverges is told, whoever wants no more is heard."""

from __future__ import annotations

import itertools
import threading
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

import playground as pg
from playground.data import make_dataset
from playground.edits.changes import with_changes
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.experiment.optimizers import optimizer_choice
from playground.population import racing
from playground.population.entrants import GRIDS, Entrant, GridName, field_of
from playground.population.racing import Race, Standing, mark_of, ranked
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from playground.run.snapshot import Demand

SMALL = with_changes(Experiment(), data__source__samples=60)
VALIDATED = with_changes(SMALL, data__validation_share=0.2, training__stop__loss=0.2, training__learning_rate=0.3)


def run(race: Race) -> tuple[Standing, ...]:
    """How all stand at the end."""
    *_, last = race.run()
    return last


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize("experiment", [SMALL, VALIDATED], ids=["small", "validated"])
def test_each_is_the_run_of_its_session(grid: GridName, experiment: Experiment) -> None:
    entrants = field_of(experiment, grid).entrants
    assert len(entrants) >= 7
    for standing in run(Race(entrants, 12)):
        session = Session(Checkpoint(standing.entrant.experiment))
        session.advance(epochs=12)
        assert standing.member is not None
        assert standing.member.digest == session.digest(), standing.entrant.name
        assert standing.epoch == session.state.epoch
        metrics = session.metrics()
        held_out = metrics.test_loss if metrics.validation_loss is None else metrics.validation_loss
        assert (standing.loss, standing.train_loss) == (held_out, metrics.train_loss)
        held_out = metrics.test_accuracy if metrics.validation_loss is None else metrics.validation_accuracy
        assert standing.accuracy == held_out


def test_rounds_go_side_by_side_and_each_figure_is_of_its_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(racing, "ROUND_SECONDS", 0.0)  # an epoch a round
    entrants = field_of(SMALL, "optimizers").entrants
    race, epochs = Race(entrants, 4), list[int]()
    for standings in race.run():
        (epoch,) = {each.epoch for each in standings}
        epochs.append(epoch)
        for each in standings[::3]:
            session = Session(Checkpoint(each.entrant.experiment))
            session.advance(epochs=epoch)
            assert np.array_equal(each.parameters, session.state.parameters)
            assert each.losses[-1] == each.loss == session.metrics().test_loss
            assert each.history["epoch"].tolist() == list(range(epoch + 1))
            maps, own = race.snapshot(each).maps, session.snapshot(Demand(maps=True)).maps
            assert maps is not None
            assert own is not None
            assert np.array_equal(maps, own)
    assert epochs == [0, 1, 2, 3, 4]
    assert [each.seconds > 0.0 for each in standings] == [True] * 7


def test_the_clock_tells_when_each_was_where() -> None:
    standings = run(Race(field_of(SMALL, "optimizers").entrants, 200))
    for each in standings:
        assert len(each.clock) == len(each.losses) == 201
        assert each.clock[0] == 0.0
        assert (np.diff(each.clock) >= 0.0).all()
        assert each.clock[-1] == pytest.approx(each.seconds)
        assert each.seconds_to(np.inf) == 0.0
        assert each.seconds_to(-1.0) is None
        first = int(np.flatnonzero(each.losses <= each.losses.min())[0])
        assert each.seconds_to(float(each.losses.min())) == each.clock[first]
    mark = mark_of(standings)
    assert mark is not None
    assert sum(each.seconds_to(mark) is not None for each in standings) == 4
    assert mark in [each.losses.min() for each in standings]
    assert mark_of(()) is None


def test_a_rule_of_seconds_ends_each_by_its_own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a round takes a second, whatever it is of."""
    ticks = itertools.count()
    monkeypatch.setattr(racing, "processor_time", lambda: float(next(ticks)))
    fast = with_changes(SMALL, training__stop__seconds=3.0)
    slow = with_changes(SMALL, training__stop__seconds=5.0, training__learning_rate=0.1)
    entrants = [Entrant(str(place), "", each) for place, each in enumerate((fast, slow, SMALL))]
    standings = run(Race(entrants, 1500))
    assert [each.seconds for each in standings[:2]] == [3.0, 5.0]
    for each in standings[:2]:
        assert each.member is not None
        assert each.member.ended == "stopped_early"
        assert each.member.stopped is not None
        assert (each.member.stopped.reason, each.member.stopped.limit) == ("seconds", each.seconds)
        session = Session(each.entrant.experiment)
        session.advance(epochs=each.epoch)
        assert 0 < each.epoch < 1500
        assert each.member.digest == session.digest()
        assert each.losses[-1] == each.loss
    assert standings[2].epoch == 1500


def test_what_diverges_comes_last_and_keeps_its_last_finite_state() -> None:
    wild = with_changes(
        SMALL, network=Network((Dense(6, "relu"), Dense(6, "relu"))), data__source__name="plane",
        training__initializer="normal", training__initializer_scale=2.0, training__learning_rate=10.0,
    )  # fmt: skip
    entrants = [Entrant("wild", "wild", wild), Entrant("calm", "calm", SMALL)]
    wild_one, calm = run(Race(entrants, 30))
    assert wild_one.member is not None
    assert wild_one.diverged
    assert wild_one.member.divergence is not None
    assert np.isfinite(wild_one.parameters).all()
    assert not calm.diverged
    assert ranked((wild_one, calm)) == (calm, wild_one)


def test_the_lowest_held_out_loss_is_the_first() -> None:
    standings = run(Race(field_of(SMALL, "rates").entrants, 20))
    losses = [each.loss for each in ranked(standings)]
    assert losses == sorted(losses)
    assert len(set(losses)) == 7


def test_cancelled_it_comes_no_further() -> None:
    cancel, seen = threading.Event(), 0
    for _ in Race(field_of(SMALL, "seeds").entrants, 2000).run(cancel):
        seen += 1
        if seen == 3:
            cancel.set()
    assert seen == 3


def test_fields_are_the_seven_optimizers_shares_of_the_rate_all_initializers_and_seeds() -> None:
    names = [each.name for each in field_of(SMALL, "optimizers").entrants]
    assert names == [
        "SGD, rate 0.03, as now", "AdaGrad, rate 0.03", "RMSProp, rate 0.003", "Adam, rate 0.01", "AdamW, rate 0.01",
        "Nadam, rate 0.01", "Lion, rate 0.001",
    ]  # fmt: skip
    rates = field_of(SMALL, "rates").entrants
    assert [each.experiment.training.learning_rate for each in rates] == [0.003, 0.006, 0.015, 0.03, 0.06, 0.15, 0.3]
    kinds = [each.experiment.training.initializer for each in field_of(SMALL, "initializers").entrants]
    assert len(set(kinds)) == 8
    assert [each.experiment.seed - SMALL.seed for each in field_of(SMALL, "seeds").entrants] == list(range(8))
    kinds = [optimizer_choice(each.experiment.training.optimizer) for each in field_of(SMALL, "optimizers").entrants]
    assert len(set(kinds)) == 7


def test_what_cannot_be_is_left_out_with_its_reason_and_equal_ones_run_once() -> None:
    found = field_of(with_changes(SMALL, training__learning_rate=4e5), "rates")
    assert [name for name, _ in found.left_out] == ["Rate 2e6", "Rate 4e6"]
    assert "1000000" in str(found.left_out[0][1]).replace(" ", "")
    assert len(found.entrants) == 5
    assert len(field_of(with_changes(SMALL, training__learning_rate=0.0), "rates").entrants) == 1


def test_what_is_no_race_is_refused() -> None:
    with pytest.raises(WrongUse, match="one entrant to 8"):
        Race([])
    with pytest.raises(WrongUse, match="2000"):
        Race(field_of(SMALL, "rates").entrants, 2001)


def test_points_that_only_a_file_has_are_raced() -> None:
    """As of a file of another version, whose recipe gave other points; other seeds have points of their own."""
    made = make_dataset(SMALL.data, SMALL.seed)
    opened = Checkpoint(SMALL, dataset=replace(made, train_points=made.train_points * 1.5))
    for source in (opened, Session(opened)):
        found = pg.race(source, "seeds", epochs=3)
        assert found is not None
        for standing in found.standings:
            experiment = standing.entrant.experiment
            session = Session(opened if experiment.seed == SMALL.seed else experiment)
            session.advance(epochs=3)
            assert standing.parameters.tobytes() == session.state.parameters.tobytes(), experiment.seed


def test_a_race_is_one_call() -> None:
    rounds = list[int]()
    found = pg.race(SMALL, epochs=5, done=lambda standings: rounds.append(len(standings)))
    assert found is not None
    assert [each.entrant.name for each in found.standings] == [each.entrant.name for each in ranked(found.standings)]
    assert (len(found.standings), found.epochs, set(rounds)) == (7, 5, {7})
    assert found.best.experiment == found.standings[0].entrant.experiment
    session = Session(found.best.experiment)
    session.advance(epochs=5)
    assert found.standings[0].member is not None
    assert found.standings[0].member.digest == session.digest()
    named = pg.race({"slow": SMALL, "fast": with_changes(SMALL, training__learning_rate=0.3)}, epochs=1)
    assert named is not None
    assert {each.entrant.name for each in named.standings} == {"slow", "fast"}
    cancel = threading.Event()
    cancel.set()
    assert pg.race(SMALL, epochs=5, cancel=cancel) is None


def test_branches_are_raced_from_their_start_and_equal_or_too_many_are_told() -> None:
    session = Session(SMALL)
    session.advance(epochs=3)
    for place in range(1, 10):
        session.branch(f"l2 {place}", at=5)
        session.apply(with_changes(SMALL, training__l2=place / 100))
    session.branch("same")
    found = pg.race(session, "branches", epochs=2)
    assert found is not None
    assert sorted(each.entrant.name for each in found.standings) == [f"l2 {place}" for place in range(2, 10)]
    assert {name: str(error) for name, error in found.left_out} == {
        "same": "begun anew it is the same run as l2 9",
        "branch 0": "a race has 8 at most",
        "l2 1": "a race has 8 at most",
    }
    again = pg.race(session.checkpoint(), "branches", epochs=2)
    assert again is not None
    assert [each.member and each.member.digest for each in again.standings] == [
        each.member and each.member.digest for each in found.standings
    ]


def test_branches_about_other_points_race_too() -> None:
    points = pg.OwnPoints(np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [3.0, 1.0]]), np.array([0.0, 1.0, 0.0, 1.0]))
    session = Session(SMALL)
    session.apply(pg.on_points(SMALL, points.source(2, "four", ["x", "y"])), points=points, run=1)
    found = pg.race(session, "branches", epochs=2)
    assert found is not None
    for each in found.standings:
        alone = Session(each.entrant.experiment, points=each.entrant.points)
        alone.advance(epochs=2)
        assert each.member is not None
        assert each.member.digest == alone.digest()


@pytest.mark.parametrize(
    ("source", "of", "sentence"),
    [
        (SMALL, "optimisers", "A race is of optimizers, rates"),
        (SMALL, "branches", "Branches are those of a run"),
        (3, "rates", "An Experiment is needed here"),
        ({}, "rates", "Nobody can take part"),
        (SMALL, ["rates"], "A race is of optimizers, rates"),
    ],
)
def test_what_is_no_race_is_refused_in_words(source: Any, of: Any, sentence: str) -> None:
    with pytest.raises(WrongUse, match=sentence):
        pg.race(source, of)
