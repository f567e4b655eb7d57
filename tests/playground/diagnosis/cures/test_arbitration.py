from __future__ import annotations

import threading

import numpy as np
import pytest
from msgspec.structs import replace

import playground as pg
from playground.diagnosis.cures import arbitration
from playground.diagnosis.cures.arbitration import _stands, arbitrated
from playground.diagnosis.judging import judge
from playground.diagnosis.signals.finding import Figure, Finding
from playground.diagnosis.signals.look import DEMAND, Look
from playground.diagnosis.signals.plan import Plan
from tests.own_points import about
from tests.playground.diagnosis.cures.cases import SMALL, finding

TRUTH = pg.with_changes(
    pg.on_dataset(SMALL, "xor_points"), network=pg.Network((pg.Dense(2, "tanh"),)), training__batch_size=4,
    training__learning_rate=0.03,
)  # fmt: skip
"""Two units solve it with every second draw; not with the first."""


def look(experiment: pg.Experiment, epochs: int, points: pg.OwnPoints | None = None) -> Look:
    session = pg.Session(experiment, points=points)
    for _ in range(25):
        session.advance(epochs=max(1, epochs // 25))
    return Look(session.snapshot(DEMAND), Plan(epochs, "asked"))


def answer(at: Look) -> Finding:
    found = arbitrated(at, finding("too_few_units"))
    assert found is not None
    return found


def test_what_another_draw_solves_is_a_bad_draw() -> None:
    at = look(TRUTH, 600)
    (made,) = [each for each in judge(at) if each.rule == "too_few_units"]
    found = arbitrated(at, made)
    assert found is not None
    assert found.rule == "bad_draw"
    share = found.figure("solved")
    assert share is not None
    assert 0.2 <= share <= 0.9
    assert found.figures[2:] == made.figures
    assert (found.severity, found.place, found.step) == (made.severity, made.place, made.step)


def test_what_no_draw_and_no_rate_solves_is_too_small() -> None:
    one = pg.with_changes(pg.on_dataset(SMALL, "circles"), network=pg.Network((pg.Dense(1, "tanh"),)))
    found = answer(look(one, 50))
    assert found.rule == "too_few_units"
    assert found.figure("solved") == 0.0
    assert found.figure("rate") is None


@pytest.mark.parametrize(
    ("rate", "rule"), [(2e-4, "learning_rate_low"), (30.0, "learning_rate_high")]
)  # fmt: skip
def test_what_another_rate_solves_is_the_rates_fault(rate: float, rule: str) -> None:
    slow = pg.with_changes(SMALL, training__optimizer=pg.Sgd(), training__learning_rate=rate)
    found = answer(look(slow, 150))
    assert found.rule == rule
    better = found.figure("rate")
    assert better is not None
    assert (better > rate) is (rule == "learning_rate_low")


def test_a_rate_that_does_less_than_more_units_is_not_the_cause() -> None:
    """One unit tells three classes nearly, with twenty times the rate; sixteen tell them with the rate as it is."""
    one = pg.with_changes(
        pg.on_dataset(SMALL, "cassini"), network=pg.Network((pg.Dense(1, "tanh"),)), training__loss="auto",
        training__optimizer=pg.RmsProp(), training__learning_rate=0.005, training__batch_size=20,
        data__source__samples=400, data__train_share=0.6, training__initializer="he_uniform",
        training__schedule=pg.WarmUpSchedule(5),
    )  # fmt: skip
    found = answer(look(one, 60))
    assert (found.rule, found.detail) == ("too_few_units", "wider")
    reached, wider = found.figure("reached"), found.figure("wider")
    assert reached is not None
    assert wider is not None
    assert wider > reached
    assert found.figure("lower") is not None, "whether the rate comes first is asked of it"


def test_a_run_that_is_on_its_way_is_not_held_against_more_units() -> None:
    """Five epochs are short for any network; a larger one makes more of them, and so does a rate."""
    at = look(pg.on_dataset(pg.Experiment(), "xor"), 5)
    assert answer(at).rule == "learning_rate_low"
    assert _stands(replace(finding("too_few_units"), figures=(Figure("won", 0.05, 0.1, above=False),)))
    assert not _stands(replace(finding("too_few_units"), figures=(Figure("won", 0.2, 0.1, above=False),)))


def test_a_rate_that_is_too_high_is_the_cause_though_more_units_stand_it() -> None:
    hot = pg.with_changes(
        pg.on_dataset(SMALL, "xor"), network=pg.Network((pg.Dense(8, "relu"),) * 2),
        training__optimizer=pg.RmsProp(), training__learning_rate=2.5, data__source__samples=400,
    )  # fmt: skip
    assert answer(look(hot, 60)).rule == "learning_rate_high"


def test_only_this_finding_is_asked_about() -> None:
    other = finding("vanishing")
    assert arbitrated(look(SMALL, 25), other) is other


def test_it_is_deterministic_and_works_on_own_points() -> None:
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    own = pg.OwnPoints(np.tile(corners, (5, 1)), np.tile([0.0, 1.0, 1.0, 0.0], 5))
    experiment = about(own, network__layers=(pg.Dense(1, "tanh"),), data__train_share=1.0)
    at = look(experiment, 25, own)
    assert answer(at) == answer(at)
    assert answer(at).rule == "too_few_units"


def test_a_cancelled_trial_has_no_answer() -> None:
    cancel = threading.Event()
    cancel.set()
    assert arbitrated(look(TRUTH, 50), finding("too_few_units"), cancel) is None


def test_a_rate_that_adam_alone_makes_work_is_told_as_adams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the run's own rate was too low or too high is told by the place of that rate among those of each."""
    real = arbitration.rates_for

    def rates(optimizer: object) -> tuple[float, ...]:
        return real(optimizer) if isinstance(optimizer, pg.Adam) else tuple(each * 1e-9 for each in real(optimizer))

    monkeypatch.setattr(arbitration, "rates_for", rates)
    slow = pg.with_changes(SMALL, training__optimizer=pg.Sgd(), training__learning_rate=1e-12)
    found = answer(look(slow, 150))
    assert (found.rule, found.detail) == ("learning_rate_low", "tried_adam")
    assert found.figure("rate") in real(pg.Adam())


@pytest.mark.parametrize(("runs", "draws", "rates"), [(0, 0, 0), (4, 4, 0), (12, 9, 0), (9 + 17, 9, 12)])
def test_what_would_take_too_long_is_asked_as_far_as_the_limit_allows(
    monkeypatch: pytest.MonkeyPatch, runs: int, draws: int, rates: int
) -> None:
    one = pg.with_changes(pg.on_dataset(SMALL, "circles"), network=pg.Network((pg.Dense(1, "tanh"),)))
    at = look(one, 25)
    of_one = 25.0 * at.facts.count * (arbitration.BESIDE + sum(part.work for part in one.parts))
    monkeypatch.setattr(arbitration, "MOST_WORK", (runs + 0.5) * of_one)
    found = answer(at)
    assert (found.rule, found.detail) == ("too_few_units", "partly")
    assert (found.figure("draws"), found.figure("rates")) == (draws, rates)
