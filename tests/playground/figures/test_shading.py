"""Maps become pictures: enlarged, shaded and coloured, whatever numbers they hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from playground.figures.shading import (
    CLASS_STEPS,
    LEAST_INK,
    Field,
    Magnifier,
    Painter,
    blended,
    class_table,
    output_field,
    round_up,
    unit_field,
    value_at,
)
from tests.cases import cases
from tests.seeds import examples

SHADES = np.arange(256, dtype=np.uint32)
"""A table that leaves every shade as it is."""


def argb(colour: str) -> int:
    """The opaque ARGB number of `#rrggbb`."""
    return 0xFF000000 | int(colour.removeprefix("#"), 16)


ANY_FLOAT = st.floats(width=32, allow_nan=True, allow_infinity=True)


def shades(field: Field, size: int = 32, discretize: bool = False) -> np.ndarray:
    values = field.scores if field.scores is not None else field.values
    assert values is not None
    return Painter(values.shape[-1], size)(field, SHADES, discretize, smooth=False).copy()


def slow_magnified(values: np.ndarray, size: int) -> np.ndarray:
    """Bilinear between cell centres, one pixel at a time."""
    rows = len(values)
    result = np.zeros((size, size))
    for down in range(size):
        for across in range(size):
            y, x = (
                np.clip((place + 0.5) / size * rows - 0.5, 0, rows - 1)
                for place in (size - 1 - down, across)
            )  # fmt: skip
            y0, x0 = min(int(y), max(rows - 2, 0)), min(int(x), max(rows - 2, 0))
            y1, x1 = min(y0 + 1, rows - 1), min(x0 + 1, rows - 1)
            bottom = values[y0, x0] + (values[y0, x1] - values[y0, x0]) * (x - x0)
            top = values[y1, x0] + (values[y1, x1] - values[y1, x0]) * (x - x0)
            result[down, across] = bottom + (top - bottom) * (y - y0)
    return result


@cases(("rows", "size"), [(5, 16), (20, 33), (7, 7), (9, 4), (1, 8), (2, 3)])
def test_magnifying_is_bilinear_between_cell_centres_and_flips(rows: int, size: int) -> None:
    values = np.random.default_rng(1).standard_normal((rows, rows))
    np.testing.assert_allclose(Magnifier(rows, size)(values), slow_magnified(values, size), atol=1e-5)


def test_the_lowest_row_of_a_map_is_the_lowest_row_of_the_picture() -> None:
    values = np.full((10, 10), -1.0)
    values[0] = 1.0
    found = shades(Field(values, None, -1.0, 1.0), 20)
    assert found[-1].tolist() == [255] * 20
    assert found[0].tolist() == [0] * 20


def test_low_middle_and_high_take_the_ends_and_the_middle_of_the_table() -> None:
    for low, high in ((-1.0, 1.0), (0.0, 1.0), (-40.0, 40.0)):
        values = np.array([[low, low], [high, high]])
        found = shades(Field(values, None, low, high), 2)
        assert (found[1, 0], found[0, 0]) == (0, 255)
        middle = shades(Field(np.full((2, 2), (low + high) / 2), None, low, high), 2)
        assert middle[0, 0] in (127, 128)


def test_discretize_leaves_two_shades_and_cuts_at_the_middle() -> None:
    values = np.linspace(0.0, 1.0, 64).reshape(8, 8)
    found, sure = (shades(Field(values, None, 0.0, 1.0), 64, discretize=on) for on in (True, False))
    assert set(np.unique(found)) <= {0, 63, 127, 191, 255}
    assert np.isin(found, (0, 255)).mean() > 0.9
    assert ((found > 127) == (sure > 127)).mean() > 0.95
    flat = shades(Field(np.ones((8, 8)), None, 0.0, 1.0), 64, discretize=True)
    assert (flat == 255).all()


@examples(40)
@given(arrays(np.float32, (3, 6, 6), elements=ANY_FLOAT), st.booleans())
def test_no_number_breaks_a_picture(values: np.ndarray, discretize: bool) -> None:
    for activation in ("tanh", "linear", "softmax"):
        for field in (
            output_field(values, activation, 1.0),
            output_field(values[:1], activation, 1e30),
            unit_field(values[0], "relu"),
        ):
            found = shades(field, 9, discretize)
            assert found.min() >= 0
            assert found.max() <= 255
            assert np.isfinite([field.low, field.high]).all()
            assert field.low < field.high


def test_several_classes_show_the_winner_and_how_far_it_is_ahead() -> None:
    scores = np.zeros((4, 4, 4), np.float32)
    scores[2] = 1.0
    sure = shades(Field(None, scores, 0.0, 1.0), 4)
    assert set(np.unique(sure)) == {2 * CLASS_STEPS + CLASS_STEPS - 1}
    scores[1] = 0.9
    unsure = shades(Field(None, scores, 0.0, 1.0), 4)
    assert set(np.unique(unsure // CLASS_STEPS)) == {2}
    assert unsure.max() % CLASS_STEPS <= 4
    flat = shades(Field(None, scores, 0.0, 1.0), 4, discretize=True)
    assert set(np.unique(flat)) == {2 * CLASS_STEPS + CLASS_STEPS - 1}


@examples(40)
@given(arrays(np.float32, (8, 5, 5), elements=st.floats(-1, 1, width=32)))
def test_the_winner_is_the_highest_score(scores: np.ndarray) -> None:
    found = shades(Field(None, scores, -1.0, 1.0), 5) // CLASS_STEPS
    steps = np.sort(np.round((scores[:, ::-1] + 1) / 2 * 4095), axis=0)
    clear = steps[-1] - steps[-2] > 2
    assert (found == scores[:, ::-1].argmax(axis=0))[clear].all()


def test_equal_pixels_stay_and_two_classes_meet_in_their_mean() -> None:
    scores = np.zeros((2, 4, 4), np.float32)
    scores[0, :, :2], scores[1, :, 2:] = 1.0, 1.0
    table = class_table([0xFF000000, 0xFFFEFEFE], 0xFFEEEEEE)
    found = Painter(4, 4)(Field(None, scores, 0.0, 1.0), table, discretize=True)
    assert found[0].tolist() == [0xFF000000, 0xFF7F7F7F, 0xFFFEFEFE, 0xFFFEFEFE]


def test_which_field_an_output_is() -> None:
    maps = np.zeros((3, 4, 4))
    assert output_field(maps, "softmax", 1.0).scores is maps
    assert output_field(maps[:1], "sigmoid", 1.0).middle == 0.5
    assert (output_field(maps[:1], "linear", 3.0).low, output_field(maps[:1], "linear", 3.0).high) == (-3.0, 3.0)
    two = output_field(np.stack([np.zeros((4, 4)), np.ones((4, 4))]), "softmax", 1.0)
    assert two.values is not None
    assert two.values[0, 0] == 1.0
    assert output_field(maps[:2], "tanh", 1.0).scores is not None


@cases(
    ("value", "expected"),
    [(0, 1), (0.9, 1), (1, 1), (1.2, 1.5), (2.5, 3), (7, 8), (9, 10), (0.031, 0.04), (1e-12, 1e-12)],
)
def test_rounding_up(value: float, expected: float) -> None:
    assert round_up(value) == pytest.approx(expected)


@given(st.floats(min_value=0) | st.just(float("nan")))
def test_rounding_up_is_never_below_and_always_positive(value: float) -> None:
    found = round_up(value)
    assert found > 0
    assert np.isfinite(found)
    if value <= 1e300:
        assert found >= value * (1 - 1e-9)


def test_blending_goes_from_the_first_to_the_second_colour_and_stays_opaque() -> None:
    black, white = np.array([0xFF000000], np.uint32), 0xFFFFFFFF
    assert blended(black, white, 0.0)[0] == 0xFF000000
    assert blended(black, white, 1.0)[0] == 0xFFFFFFFF
    assert blended(black, white, 0.5)[0] == 0xFF808080


def test_a_class_table_runs_from_pale_to_each_class() -> None:
    table = class_table([0xFFFF0000, 0xFF0000FF], 0xFFEEEEEE)
    assert table[0] == blended(np.uint32(0xFFEEEEEE), 0xFFFF0000, LEAST_INK)
    assert (np.diff((table[:CLASS_STEPS] & 255).astype(int)) <= 0).all(), "the surer, the stronger"
    assert table[CLASS_STEPS - 1] == 0xFFFF0000
    assert table[2 * CLASS_STEPS - 1] == 0xFF0000FF
    assert len(table) == 256


def test_a_value_is_read_at_its_place() -> None:
    rows = 10
    axis = ((np.arange(rows) + 0.5) / rows * 2 - 1) * 6
    x, y = np.meshgrid(axis, axis)
    assert value_at(2 * x - y, 6.0, (1.5, -2.25)) == pytest.approx(5.25)
    assert value_at(x, 6.0, (99.0, 0.0)) == pytest.approx(axis[-1])
    assert value_at(np.array([[3.0]]), 6.0, (0.0, 0.0)) == 3.0
    assert value_at(np.full((4, 4), np.nan), 6.0, (0.0, 0.0)) == 0.0
