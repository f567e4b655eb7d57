from __future__ import annotations

import pytest

from playground.diagnosis.cures.evidence import about_equal, as_good, effect, helped, is_lost, is_open
from tests.cases import cases

BEFORE = (0.60, 0.62, 0.61, 0.58, 0.60)


@cases(
    ("treated", "verdict"),
    [
        ((0.70, 0.71, 0.69, 0.70, 0.63), True),
        ((0.70, 0.71, 0.69, 0.70, 0.62), False),  # the worst one only equals the best before
        ((0.625, 0.63, 0.63, 0.63, 0.63), True),
        ((0.63, 0.6195, 0.63, 0.63, 0.63), False),
        ((0.621, 0.621, 0.6199, 0.621, 0.621), False),
        ((0.50, 0.51, 0.50, 0.52, 0.50), False),
    ],
)
def test_accuracy_asks_for_no_overlap_and_two_points(treated: tuple[float, ...], verdict: bool) -> None:
    assert helped("accuracy", BEFORE, treated) is verdict


def test_what_two_runs_have_lost_no_further_one_wins() -> None:
    assert is_lost("accuracy", BEFORE, (0.70, 0.62))
    assert not is_lost("accuracy", BEFORE, (0.70, 0.621))
    assert is_lost("loss", BEFORE, (0.5, 0.62))
    assert not is_lost("loss", BEFORE, (0.5, 0.58)), "both pairs are better: more of them will tell"
    assert not is_lost("success", (1.0, 0.0), (0.0, 0.0))


LUCKY, ALL_BETTER = (0.60, 0.62, 0.70, 0.58, 0.60), (0.65, 0.67, 0.74, 0.64, 0.65)


def test_where_one_run_without_is_lucky_five_pairs_are_not_enough_and_ten_are() -> None:
    assert not helped("accuracy", LUCKY, ALL_BETTER)
    assert is_open("accuracy", LUCKY, ALL_BETTER)
    assert helped("accuracy", 2 * LUCKY, 2 * ALL_BETTER)
    assert not helped("accuracy", 2 * LUCKY, (*ALL_BETTER, 0.59, *ALL_BETTER[1:])), "nine of ten"
    assert not helped("accuracy", 2 * LUCKY, tuple(each + 0.01 for each in 2 * LUCKY)), "too little"


def test_nothing_is_open_where_five_pairs_tell() -> None:
    assert not is_open("accuracy", BEFORE, (0.7,) * 5), "a cure"
    assert not is_open("accuracy", LUCKY, (0.65, 0.67, 0.69, 0.64, 0.65)), "one pair is worse"
    assert not is_open("accuracy", LUCKY, tuple(each + 0.01 for each in LUCKY)), "too little"
    assert not is_open("accuracy", LUCKY, ALL_BETTER, sound=False)
    assert not is_open("success", (0.0, 1.0), (1.0, 1.0))


def test_two_points_between_the_medians_and_no_less() -> None:
    near = (0.60,) * 5
    assert not helped("r2", near, (0.6199,) * 5)
    assert helped("r2", near, (0.6201,) * 5)


def test_what_breaks_or_is_no_better_than_trivial_is_no_cure() -> None:
    assert not helped("accuracy", BEFORE, (0.9,) * 5, sound=False)


def test_a_loss_falls_by_a_tenth_and_by_something_that_matters() -> None:
    assert helped("loss", (1.0, 1.1, 1.2), (0.98, 0.90, 0.95), unit=0.7)
    assert not helped("loss", (1.0, 1.1, 1.2), (0.998, 0.999, 0.995), unit=0.7)
    assert not helped("loss", (1.0, 1.1, 1.2), (0.5, 0.6, 1.0), unit=0.7)  # overlap
    assert not helped("loss", (0.010, 0.011, 0.012), (0.001, 0.001, 0.001), unit=0.7)  # near 0 a tenth is nothing


def test_a_draw_is_judged_by_how_many_succeed() -> None:
    all_of_them = (1.0,) * 15
    assert helped("success", (1.0,) * 9 + (0.0,) * 6, all_of_them)
    assert not helped("success", (1.0,) * 10 + (0.0,) * 5, all_of_them)
    assert not helped("success", (1.0,) * 3 + (0.0,) * 12, (1.0,) * 8 + (0.0,) * 7)
    assert not helped("success", all_of_them, all_of_them)


def test_optimism_is_cured_when_it_is_gone() -> None:
    assert helped("optimism", (0.30, 0.28, 0.31), (0.01, -0.01, 0.0))
    assert not helped("optimism", (0.010, 0.012, 0.011), (0.0, 0.0, 0.0))
    assert not helped("optimism", (0.10, 0.10, 0.10), (-0.30, -0.30, -0.30))  # gone to the other side


def test_effects() -> None:
    assert effect("accuracy", BEFORE, (0.7,) * 5) == pytest.approx(0.1)
    assert effect("loss", (1.0,) * 5, (0.8,) * 5) == pytest.approx(-0.2)
    assert effect("success", (1.0, 0.0), (1.0, 1.0)) == pytest.approx(0.5)


def test_about_equal_is_within_the_standard_error_of_the_pairs() -> None:
    assert about_equal((0.80, 0.90, 0.85), (0.82, 0.88, 0.85))
    assert not about_equal((0.80, 0.90, 0.85), (0.82, 0.92, 0.86))
    assert about_equal((0.8, 0.8), (0.8, 0.8))


def test_a_smaller_network_may_be_worse_by_chance_only() -> None:
    assert as_good((0.9, 0.9, 0.9), (0.895, 0.9, 0.9))
    assert not as_good((0.9, 0.9, 0.9), (0.87, 0.88, 0.87))
