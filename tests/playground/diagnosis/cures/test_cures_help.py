"""Each cause provoked, and what is known of its cures tried on it: the first ones help, the worthless ones do not."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from playground.diagnosis.cures.candidates import candidates
from playground.diagnosis.cures.cure import Name
from playground.diagnosis.cures.verifying import try_cures
from playground.diagnosis.signals.finding import RuleName
from tests.diagnosis_report.cures import Case, Counts, count_placebos, placebos
from tests.diagnosis_report.provoked import FAULTS, draw

KNOWN: dict[RuleName, tuple[Name, tuple[Name, ...]]] = {
    "learning_rate_low": ("adam", ("more_epochs", "widen")),
    "learning_rate_high": ("rate_tenth", ("clipping",)),
    "exploding": ("initialization_swept", ("rate_tenth",)),
    "vanishing": ("residual_tanh", ("rate_times_ten", "clipping")),
    "dead_units": ("bias_zero_wide", ("adam", "leaky_relu", "rate_times_ten")),
    "saturated": ("relu_he", ()),
    "symmetric": ("initialization", ("adam", "widen")),
    "no_hidden_nonlinearity": ("hidden_layers_swept", ("more_epochs", "rate_times_ten")),
    "too_few_units": ("widen_swept", ("more_epochs", "rate_times_ten")),
    "bad_draw": ("widen", ("more_epochs", "rate_times_ten")),
    "unscaled_inputs": ("standardize_swept", ("rate_swept", "rate_tenth")),
    "missing_feature": ("add_features", ("widen", "more_epochs", "rate_times_ten")),
    "numerics": ("stable_swept", ("clipping", "rate_tenth")),
    "batch_large": ("small_batch", ("widen",)),
    "over_regularized": ("no_penalty", ("widen", "more_epochs", "rate_times_ten")),
    "imbalance": ("class_weights", ("focal", "widen")),
    "label_noise": ("more_data", ("label_smoothing",)),
    "too_little_data": ("more_data", ("early_stopping", "smaller")),
    "overfitting": ("more_data", ()),
}
"""The first good cure of each cause, and those that are worthless."""
USUAL = 3
SEEDS: dict[RuleName, int] = {
    "learning_rate_high": 7, "too_few_units": 6, "batch_large": 0, "missing_feature": 0, "too_little_data": 1,
}  # fmt: skip
"""Of the draw, where the usual one harms the run too little or is of a large network."""
SLOW = ("overfitting", "label_noise")
DEAR = (
    *SLOW, "exploding", "over_regularized", "batch_large", "too_little_data", "too_few_units", "symmetric", "numerics",
    "unscaled_inputs",
)  # fmt: skip
"""Their runs are long, or those of all their cures together are."""


def rules(every: Iterable[RuleName], dear: Iterable[RuleName] = DEAR) -> list[object]:
    return [pytest.param(rule, marks=pytest.mark.long) if rule in dear else rule for rule in every]


def test_all_provoked_causes_are_here() -> None:
    assert set(KNOWN) == set(FAULTS) - {None}


def case(rule: RuleName) -> Case:
    return Case(draw(rule, np.random.Generator(np.random.PCG64(SEEDS.get(rule, USUAL)))), rule)


@pytest.mark.parametrize("rule", rules(KNOWN))
def test_the_first_cure_helps_and_the_worthless_ones_do_not(rule: RuleName) -> None:
    tried = case(rule)
    good, worthless = KNOWN[rule]
    cures = candidates(tried.finding, tried.experiment, tried.dataset, tried.plan)
    some = [cure for cure in cures if cure.name in (good, *worthless)]
    assert len(some) >= 1 + (len(worthless) > 0)
    found = {each.cure.name: each.verdict for each in try_cures(tried.start, tried.finding, tried.plan, some)}
    assert found[good] == "helped"
    del found[good]
    assert found == dict.fromkeys(found, "no_help")


@pytest.mark.parametrize("rule", rules(["learning_rate_low", "imbalance", "symmetric", *SLOW], (*SLOW, "symmetric")))
def test_placebos_are_not_called_good(rule: RuleName) -> None:
    tried, counts = case(rule), Counts()
    count_placebos(tried, counts)
    assert (counts.placebos >= 6, counts.called_good) == (True, [])
    assert {"another order", "training.learning_rate", "seeds + 1000"} <= {name for name, _ in placebos(tried)}


def test_a_healthy_network_has_nothing_to_cure() -> None:
    healthy = draw(None, np.random.Generator(np.random.PCG64(1)))
    asked: tuple[RuleName, ...] = ("plateau", "overfitting")
    for rule in asked:
        tried = Case(healthy, rule)
        for result in try_cures(tried.start, tried.finding, tried.plan):
            assert not result.helped, result.cure.name
