from __future__ import annotations

from functools import cache
from typing import get_args

import msgspec
import pytest

import playground as pg
from playground.data import Dataset, make_dataset
from playground.diagnosis.cures.candidates import candidates
from playground.diagnosis.cures.cure import NAMES, with_cure
from playground.diagnosis.cures.table import REMEDIES
from playground.diagnosis.signals.finding import RuleName
from playground.experiment.experiment import Experiment, checked
from tests.playground.diagnosis.cures.cases import SMALL, every_kind, finding

RULES: tuple[RuleName, ...] = get_args(RuleName)
KINDS = every_kind()
WITHOUT_CURE = {"best_possible", "far_prediction"}


def test_every_rule_has_its_cures_but_for_what_needs_none() -> None:
    assert set(REMEDIES) == set(RULES)
    assert {rule for rule, remedies in REMEDIES.items() if not remedies} == WITHOUT_CURE


def test_a_name_stands_once_in_a_list_and_all_are_used() -> None:
    for remedies in REMEDIES.values():
        assert len({each.name for each in remedies}) == len(remedies)
    assert {each.name for remedies in REMEDIES.values() for each in remedies} == set(NAMES)


@cache
def dataset_of(kind: str) -> Dataset:
    experiment, points = KINDS[kind]
    return make_dataset(experiment.data, experiment.seed, points)


@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("rule", RULES)
def test_every_candidate_is_a_valid_other_experiment(rule: RuleName, every: int) -> None:
    """Each rule's of one in `every` kinds, in turn, and every cure where it is met first."""
    met: set[str] = set()
    for place, (kind, (experiment, _)) in enumerate(KINDS.items()):
        found = candidates(finding(rule, (0, len(experiment.input_names) - 1)), experiment, dataset_of(kind))
        for cure in found:
            if (place - RULES.index(rule)) % every and cure.name in met:
                continue
            met.add(cure.name)
            for made in (cure.experiment, *(each.experiment for each in cure.search)):
                assert checked(msgspec.to_builtins(made)) == made, (kind, cure.name)
                assert made != experiment, (kind, cure.name)
            assert with_cure(experiment, cure) is cure.experiment, (kind, cure.name)
        assert len({each.name for each in found}) == len(found), kind


@pytest.mark.parametrize("rule", sorted(set(RULES) - WITHOUT_CURE))
def test_every_rule_has_a_candidate_somewhere(rule: RuleName) -> None:
    made = [candidates(finding(rule, (0,)), experiment, dataset_of(kind)) for kind, (experiment, _) in KINDS.items()]
    assert any(made)


def of(rule: RuleName, experiment: Experiment = SMALL) -> dict[str, Experiment]:
    found = candidates(finding(rule), experiment, make_dataset(experiment.data, experiment.seed))
    return {cure.name: cure.experiment for cure in found}


def test_what_the_best_known_cures_lead_to() -> None:
    low = of("learning_rate_low", pg.with_changes(SMALL, training__learning_rate=1e-5))
    assert (low["adam"].training.optimizer, low["adam"].training.learning_rate) == (pg.Adam(), 0.01)
    assert low["rate_times_ten"].training.learning_rate == 1e-4
    assert low["more_epochs"].training.stop.epochs == 900
    assert list(low) == ["adam", "rate_swept", "last_resort", "rate_times_ten", "more_epochs", "widen"]
    more = of("too_little_data")["more_data"]
    assert more.data.extra_training == 7 * 60
    before, after = (make_dataset(each.data, each.seed) for each in (SMALL, more))
    assert after.train_labels.size == 8 * before.train_labels.size
    assert (after.test_points == before.test_points).all()
    assert of("imbalance")["class_weights"].training.class_weights == "balanced"


def test_a_sweep_has_twelve_rates_from_low_to_high_that_fit_the_optimizer() -> None:
    for optimizer, low, high in ((pg.Sgd(), 0.001, 5.0), (pg.Adam(), 0.0001, 0.5), (pg.Lion(), 0.00001, 0.05)):
        experiment = pg.with_changes(SMALL, training__optimizer=optimizer, training__learning_rate=0.0123)
        sweep = next(
            each for each in candidates(finding("learning_rate_high"), experiment, make_dataset(SMALL.data, 0))
            if each.name == "rate_swept"
        )  # fmt: skip
        rates = [each.experiment.training.learning_rate for each in sweep.search]
        assert rates == sorted(rates)
        assert (len(rates), rates[0], rates[-1]) == (12, low, high)


def test_the_last_resort_is_what_it_says() -> None:
    made = of("vanishing", pg.with_changes(SMALL, training__l2=0.1, data__scaling="none"))["last_resort"]
    assert [(each.units, each.activation) for each in made.network.layers] == [(32, "relu")] * 2  # type: ignore[union-attr]
    assert (made.training.optimizer, made.training.learning_rate) == (pg.Adam(), 0.01)
    assert (made.training.initializer, made.training.l2, made.data.scaling) == ("he_normal", 0.0, "standardize")


def test_layers_are_put_in_without_breaking_what_skips_them() -> None:
    layers = (pg.Dense(8, "sigmoid"), pg.Dense(8, "sigmoid"), pg.Dense(8, "sigmoid"))
    deep = of("vanishing", pg.with_changes(SMALL, network=pg.Network(layers)))
    assert [type(each).__name__ for each in deep["residual_tanh"].network.layers] == [
        "Dense", "Dense", "Residual", "Dense", "Residual",
    ]  # fmt: skip
    normed = deep["batch_norm"].network.layers
    assert [type(each).__name__ for each in normed] == ["Dense", "BatchNorm"] * 3
    assert [each.activation for each in normed] == ["linear", "sigmoid"] * 3  # type: ignore[union-attr]
    assert len(deep["two_layers"].network.layers) == 2


def test_a_cure_applies_to_what_was_edited_since() -> None:
    cure = candidates(finding("learning_rate_low"), SMALL, make_dataset(SMALL.data, 0))[-1]
    assert cure.name == "widen"
    edited = pg.with_changes(SMALL, title="later")
    made = with_cure(edited, cure)
    assert (made.title, made.network) == ("later", cure.experiment.network)


def test_more_samples_are_no_cure_where_they_are_the_held_out_ones_again() -> None:
    """Spirals without noise have no chance in them: more of them are points that the network is judged by."""
    few = pg.with_changes(Experiment(), data__source__name="spirals", data__source__samples=40)
    for noise, offered in ((0.0, False), (0.2, True)):
        experiment = pg.with_changes(few, data__imperfections__position_noise=noise)
        found = candidates(finding("too_little_data"), experiment, make_dataset(experiment.data, experiment.seed))
        assert any("data.extra_training" in [change.path for change in each.changes] for each in found) == offered
