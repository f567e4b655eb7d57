"""Members that are asked for again and again: what is kept for them changes nothing, and few calls are made."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

import kernels
from playground.data import make_dataset
from playground.edits.changes import with_changes
from playground.engine import many
from playground.experiment.experiment import Experiment
from playground.experiment.layers import BatchNorm, Dense
from playground.experiment.network import Network
from playground.experiment.schedules import EarlyStopping
from playground.population.asked import Asked, Kept, Kind
from playground.population.member import Member
from playground.population.training import train_population, trained
from playground.run.session import Session

PLAIN = Experiment()
UNLIKE = (
    PLAIN,
    with_changes(PLAIN, training__learning_rate=0.3),
    with_changes(PLAIN, training__initializer="he_normal"),
    with_changes(PLAIN, training__initial_bias=0.5),
    with_changes(PLAIN, data__features=("x", "y", "x*y")),
    with_changes(PLAIN, network=Network((Dense(4), BatchNorm(), Dense(2)))),
    with_changes(PLAIN, training__early_stopping=EarlyStopping(2)),
    with_changes(PLAIN, training__precision="float64"),
    with_changes(PLAIN, data__train_share=0.3),
)
SEEDS = (5, 0, 5, 2**53, 1)


def digest_of(experiment: Experiment, seed: int) -> str:
    """Of a session whose points are those of the experiment's own seed."""
    dataset = make_dataset(experiment.data, experiment.seed)
    kinds = [Kind(with_changes(experiment, seed=seed), None, dataset)]
    [member] = trained(
        Asked(kinds, np.zeros(1, np.int64), np.array([seed], np.uint64),
              np.array([experiment.training.learning_rate]), None), 3, None, None,
    )  # fmt: skip
    return member.digest


def asked(experiment: Experiment, seeds: tuple[int, ...], kept: Kept) -> list[Member]:
    rates, which = np.full(len(seeds), experiment.training.learning_rate), np.zeros(len(seeds), np.int64)
    members = Asked([Kind(experiment, None)], which, np.array(seeds, np.uint64), rates, None, kept)
    return list(trained(members, 3, None, None))


@pytest.fixture
def few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "MOST_ROWS", 3)


@pytest.mark.usefixtures("few_rows")
def test_what_is_kept_changes_no_byte() -> None:
    kept = Kept()
    alone = {(place, seed): digest_of(each, seed) for place, each in enumerate(UNLIKE) for seed in SEEDS}
    for _ in range(2):
        for place, each in enumerate(UNLIKE):
            for seeds in (SEEDS, SEEDS[1:3], SEEDS[3:]):
                found = [member.digest for member in asked(each, seeds, kept)]
                assert found == [alone[place, seed] for seed in seeds]


def test_members_are_sessions_also_when_asked_for_again() -> None:
    for _ in range(2):
        for each in UNLIKE:
            session = Session(each, record=False)
            session.advance(epochs=3)
            [member] = train_population(each, epochs=3)
            assert member.digest == session.digest()


def test_more_seeds_than_are_kept_are_drawn_as_few_are() -> None:
    seeds = [*range(70), 3, 3]
    found = {member.place: member.digest for member in train_population(PLAIN, epochs=1, seeds=seeds)}
    for place in (0, 3, 69, 70, 71):
        [alone] = train_population(PLAIN, epochs=1, seeds=[seeds[place]])
        assert found[place] == alone.digest


def test_scratch_memory_is_made_once_for_a_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    made = 0
    scratch = many.scratch

    def counted(*given: Any) -> Any:
        nonlocal made
        made += 1
        return scratch(*given)

    monkeypatch.setattr(many, "scratch", counted)
    kept = Kept()
    for each in (*UNLIKE[:4], *UNLIKE[:4]):
        asked(each, SEEDS, kept)
    assert made == 1
    monkeypatch.setattr(many, "MOST_SCRATCH", 0)
    for each in (UNLIKE[4], UNLIKE[5], UNLIKE[4]):
        asked(each, SEEDS, kept)
    assert made == 4  # what is too large stays until the next one is made


def test_a_few_small_networks_are_one_call_of_training(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0
    train = kernels.train

    def counted(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        return train(*given, **named)

    monkeypatch.setattr(kernels, "train", counted)
    assert len(list(train_population(PLAIN, epochs=20, seeds=range(5)))) == 5
    assert calls == 1
    large = with_changes(PLAIN, network=Network((Dense(200, "relu"), Dense(200, "relu"))), training__batch_size=100)
    [_] = train_population(large, epochs=20)
    assert calls > 2  # nobody waits for a long call


@pytest.mark.parametrize("every", [1, 2, 3])
def test_figures_of_the_end_are_those_of_the_last_row_or_measured(every: int) -> None:
    for each in (*UNLIKE, with_changes(PLAIN, data__source__name="plane", data__validation_share=0.2)):
        rates = [each.training.learning_rate, 1e5]  # the second one breaks, or is far off
        recorded = train_population(each, epochs=4, every=every, rates=rates)
        measured = train_population(each, epochs=4, every=0, rates=rates)
        for one, other in zip(recorded, measured, strict=True):
            assert one.metrics == other.metrics
            assert (one.ended, one.stopped, one.divergence) == (other.ended, other.stopped, other.divergence)


def test_words_of_numpy_are_words() -> None:
    word: Any = np.str_("tanh")
    unchecked = msgspec.structs.replace(PLAIN, network=Network((Dense(3, word),)))
    checked = with_changes(PLAIN, network=Network((Dense(3, "tanh"),)))
    found = [asked(each, SEEDS, Kept())[1].digest for each in (unchecked, checked)]
    assert found[0] == found[1]
