"""What is drawn for many seeds at once is what NumPy draws for each; normal numbers follow their law."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.chance import MOST_DRAWS, generators, normals, seeded, uniforms
from tests.seeds import examples

words = st.integers(0, 2**64 - 1) | st.integers(0, 3) | st.sampled_from([2**32 - 1, 2**32, 2**53])
rows = st.integers(1, 9).flatmap(lambda count: st.lists(st.tuples(*[words] * count), min_size=1, max_size=6))


@examples(40)
@given(rows)
def test_many_seeds_become_the_words_that_numpy_makes_of_each(entropy: list[tuple[int, ...]]) -> None:
    found = seeded([np.array(column, np.uint64) for column in zip(*entropy, strict=True)])
    for row, words_of in zip(entropy, found, strict=True):
        assert words_of.tolist() == np.random.SeedSequence(list(row)).generate_state(4, np.uint64).tolist()


@given(st.lists(st.integers(0, 2**53), min_size=1, max_size=6))
def test_their_generators_draw_the_same(seeds: list[int]) -> None:
    found = seeded([np.array(seeds, np.uint64)])
    first = uniforms(found, MOST_DRAWS)
    for place, (seed, own) in enumerate(zip(seeds, generators(found), strict=True)):
        alone = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed])))
        drawn = alone.random(MOST_DRAWS)
        assert drawn.tolist() == first[place].tolist() == own.random(MOST_DRAWS).tolist()
        assert alone.standard_normal(5).tolist() == own.standard_normal(5).tolist()
        assert alone.permutation(9).tolist() == own.permutation(9).tolist()


def test_a_normal_number_for_each_row_follows_the_law() -> None:
    rows = np.arange(40_000, dtype=np.uint64)
    found = normals(seeded([rows, rows // 7]))
    assert (found.mean(), found.std()) == pytest.approx((0.0, 1.0), abs=0.02)
    assert (np.abs(found) > 2.0).mean() == pytest.approx(0.0455, abs=0.005)
    assert np.corrcoef(found[1:], found[:-1])[0, 1] == pytest.approx(0.0, abs=0.02)
    assert np.array_equal(normals(seeded([rows[:5], rows[:5] // 7])), found[:5])


@pytest.mark.parametrize("count", [64, 130])
def test_many_numbers_seed_too(count: int) -> None:
    """As many as an image has pixels: samples are put in order by them."""
    entropy = [[place << (40 * (place % 2))] * 2 for place in range(count)]
    expected = np.random.SeedSequence([each[0] for each in entropy]).generate_state(4, np.uint64)
    assert (seeded([np.array(each, np.uint64) for each in entropy]) == expected).all()
