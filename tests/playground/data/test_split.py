"""The split: shares, classes, and that more samples leave the older ones where they were."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import Data
from playground.data.split import Parts, has_test, has_validation, split
from tests.cases import cases

LABELS = (np.random.default_rng(2).random(1000) < 0.2).astype(float)


def shared(count: int = 1000, seed: int = 0, **settings: object) -> Parts:
    return split(Data(**settings), LABELS[:count], 2, seed)  # type: ignore[arg-type]


@cases("settings", [{}, {"validation_share": 0.2}, {"stratified": True}, {"train_share": 1.0}])
@cases("count", [1, 2, 3, 4, 7, 40, 333])
def test_every_sample_has_one_part_and_at_least_one_trains(settings: dict[str, object], count: int) -> None:
    parts = shared(count, **settings)
    assert np.sort(parts.all()).tolist() == list(range(count))
    assert parts.train.size >= 1
    data = Data(**settings)  # type: ignore[arg-type]
    assert (parts.validation.size > 0) == has_validation(data, count)
    assert not has_test(data, count) or parts.test.size > 0


def test_the_shares_are_those_asked_for() -> None:
    parts = shared(train_share=0.6, validation_share=0.25)
    assert [each.size for each in parts] == [600, 250, 150]


def test_stratified_parts_have_the_same_share_of_each_class() -> None:
    parts = shared(train_share=0.5, validation_share=0.25, stratified=True)
    shares = [LABELS[each].mean() for each in parts]
    assert shares == pytest.approx([LABELS.mean()] * 3, abs=0.01)
    loose, tight = (
        [np.ptp([LABELS[part].mean() for part in shared(seed=seed, validation_share=0.25, stratified=on)])
         for seed in range(10)] for on in (False, True)
    )  # fmt: skip
    assert np.mean(loose) > 3 * np.mean(tight)


@pytest.mark.parametrize("stratified", [False, True])
def test_with_more_samples_the_old_ones_keep_their_part(stratified: bool) -> None:
    settings = {"validation_share": 0.2, "stratified": stratified}
    few, many = shared(100, **settings), shared(800, **settings)
    for before, after in zip(few, many, strict=True):
        assert set(before.tolist()) <= set(after.tolist())
    assert [each.size for each in many] == pytest.approx([400, 160, 240], abs=4)


def test_another_seed_shares_otherwise() -> None:
    assert set(shared(validation_share=0.2).train) != set(shared(validation_share=0.2, seed=1).train)


def test_nothing_named_is_the_cut_of_a_shuffle() -> None:
    from playground.chance import Purpose, stream

    order = stream(0, Purpose.SPLIT).permutation(1000)
    assert np.array_equal(shared(train_share=0.3).all(), order)
    assert np.array_equal(shared(train_share=0.3).train, order[:300])
