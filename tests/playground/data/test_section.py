"""Maps over more than two columns lie on a plane through them; what it shows is what the network answers there."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from playground.data.section import ColumnPair, Cut, MainDirections, PlaneWish, cut_for, section_of
from playground.errors import WrongUse
from playground.run.snapshot import Demand
from tests.playground.run.test_own_points import session


def test_a_pair_varies_two_columns_and_holds_the_others() -> None:
    data = session(4).dataset
    places = np.array([[0.5, -2.0], [3.0, 1.0]])
    for row, others in ((None, data.train_points.mean(axis=1)), (3, data.train_points[:, 3])):
        section = section_of(data, ColumnPair(2, 0, row))
        points = section.points(places)
        assert (points[[2, 0]] == places).all()
        assert (points[[1, 3]] == others[[1, 3], None]).all()
        assert (section.place(data.train_points) == data.train_points[[2, 0]]).all()


def test_a_row_behind_the_training_samples_is_a_held_out_one() -> None:
    data = session(3).dataset
    points = section_of(data, ColumnPair(0, 1, data.train_labels.size + 2)).points(np.zeros((2, 1)))
    assert points[2, 0] == data.held_out_points[2, 2]


def test_the_main_directions_hold_the_largest_spread_whatever_the_units() -> None:
    data = session(4).dataset
    section = section_of(data, MainDirections())
    standard = (data.train_points - data.train_points.mean(axis=1, keepdims=True)) / data.train_points.std(axis=1)[
        :, None
    ]
    size = np.linalg.svd(standard, compute_uv=False) ** 2
    assert section.spread == pytest.approx(size[:2].sum() / size.sum())
    places = section.place(data.train_points)
    assert (places**2).sum(axis=1) == pytest.approx(size[:2])
    assert section.place(section.points(places)) == pytest.approx(places)
    assert section.points(np.zeros((2, 1)))[:, 0] == pytest.approx(data.train_points.mean(axis=1))


@pytest.mark.parametrize("cut", [ColumnPair(1, 2), ColumnPair(0, 2, 5), MainDirections()])
def test_the_window_holds_every_sample(cut: Cut) -> None:
    data = session(3).dataset
    section = section_of(data, cut)
    left, right, bottom, top = section.window
    x, y = section.place(np.concatenate([data.train_points, data.held_out_points], axis=1))
    assert left < x.min() < x.max() < right
    assert bottom < y.min() < y.max() < top


@pytest.mark.parametrize("cut", [ColumnPair(1, 2), ColumnPair(0, 2, 5), MainDirections()])
def test_a_map_holds_what_the_network_answers_on_the_plane(cut: Cut) -> None:
    run = session(3)
    run.advance(epochs=2)
    run.snapshot(Demand(maps=True, cut=ColumnPair(2, 1)))
    snapshot = run.snapshot(Demand(maps=True, cut=cut))
    assert snapshot.maps is not None
    assert snapshot.section is not None
    answered = run.predict(snapshot.section.grid(snapshot.maps.shape[-1]).T)
    units = answered.shape[1]
    np.testing.assert_allclose(snapshot.maps[-units:].reshape(units, -1).T, answered, atol=1e-6)


def test_without_a_cut_there_is_no_map_of_columns_and_the_plane_keeps_its_own() -> None:
    columns, plane = session(3).snapshot(Demand(maps=True)), session(2).snapshot(Demand(maps=True))
    assert columns.maps is None
    assert columns.section is None
    assert plane.maps is not None
    assert plane.section is None


@pytest.mark.parametrize(
    ("cut", "says"),
    [
        (ColumnPair(1, 1), "two different columns from 0 to 2; got 1 and 1"),
        (ColumnPair(0, 3), "two different columns from 0 to 2; got 0 and 3"),
        (ColumnPair(0, 1, -1), "there is no row -1"),
        (ColumnPair(0, 1, 1000), "there is no row 1000"),
    ],
)
def test_a_column_or_a_row_that_is_not_there_is_told(cut: Cut, says: str) -> None:
    run = session(3)
    with pytest.raises(WrongUse, match=says):
        run.snapshot(Demand(maps=True, cut=cut))
    assert run.snapshot(Demand(maps=True, cut=ColumnPair())).maps is not None


def test_one_column_has_no_plane() -> None:
    with pytest.raises(WrongUse, match="two columns or more"):
        section_of(session(1).dataset, MainDirections())


# -- wishes ------------------------------------------------------------------------------------------------------------


def test_a_wish_is_by_name_and_what_is_not_there_is_as_usual() -> None:
    data = session(4).dataset
    names = data.columns
    assert cut_for(PlaneWish(), data) == ColumnPair(0, 1)
    mixed = np.where([[1], [0], [1], [0]], data.train_points > 0, data.train_points)
    switches = replace(data, train_points=mixed)
    assert cut_for(PlaneWish(), switches) == ColumnPair(1, 3), "columns with two values come last"
    assert cut_for(PlaneWish(names[3], names[1]), data) == ColumnPair(3, 1)
    assert cut_for(PlaneWish("gone", names[0]), data) == ColumnPair(1, 0)
    assert cut_for(PlaneWish(names[1], "gone"), data) == ColumnPair(1, 0)
    assert cut_for(PlaneWish(names[2], names[2]), data) == ColumnPair(2, 0)
    assert cut_for(PlaneWish("gone", "gone", row=10**9), data) == ColumnPair(0, 1)
    assert cut_for(PlaneWish(main=True, row=-1), data) == MainDirections()


def test_a_wished_point_stays_the_same_whatever_the_split() -> None:
    values = []
    for share in (0.3, 0.8):
        data = session(4, data__train_share=share).dataset
        cut = cut_for(PlaneWish(row=7), data)
        assert isinstance(cut, ColumnPair)
        values.append(section_of(data, cut).points(np.zeros((2, 1)))[2:, 0].tolist())
        assert cut.row is not None
        assert data.number_of(cut.row) == 7
    assert values[0] == values[1]


@pytest.mark.parametrize("columns", [1, 2])
def test_no_wish_is_needed_up_to_two_columns(columns: int) -> None:
    run = session(columns)
    assert cut_for(PlaneWish(main=True), run.dataset) is None
    wished = run.snapshot(Demand(maps=True, cut=PlaneWish("a", "b", 3)))
    plain = run.snapshot(Demand(maps=True))
    assert wished.section is None
    assert (wished.maps is None) == (plain.maps is None) == (columns == 1)
    if plain.maps is not None:
        np.testing.assert_array_equal(wished.maps, plain.maps)


def test_a_stale_wish_raises_nothing_and_shows_what_it_comes_to() -> None:
    run = session(3)
    snapshot = run.snapshot(Demand(maps=True, cut=PlaneWish("gone", "x1", row=10**6)))
    assert snapshot.maps is not None
    assert snapshot.section is not None
    assert snapshot.section.cut == ColumnPair(1, 0)


def test_main_directions_of_very_many_samples_are_those_of_some(monkeypatch: pytest.MonkeyPatch) -> None:
    data = session(4).dataset
    whole = section_of(data, MainDirections())
    monkeypatch.setattr("playground.data.section.MOST_NUMBERS", data.train_points.size // 3)
    some = section_of(data, MainDirections())
    assert some.spread != whole.spread
    left, right, bottom, top = some.window
    x, y = some.place(np.concatenate([data.train_points, data.held_out_points], axis=1))
    assert left < x.min() < x.max() < right
    assert bottom < y.min() < y.max() < top


# -- the forward pass at a place ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("wish", [PlaneWish("x3", "x1"), PlaneWish(row=5), PlaneWish(main=True)])
def test_the_probe_at_a_place_is_the_sample_that_lies_there(wish: PlaneWish) -> None:
    run = session(4)
    run.advance(epochs=2)
    place = (0.25, -0.5)
    snapshot = run.snapshot(Demand(probe=place, cut=wish))
    assert snapshot.section is not None
    assert snapshot.probe is not None
    assert snapshot.probe.point == place
    assert snapshot.probe.sample is None
    sample = snapshot.section.points(np.array([place]).T)
    answered = run.predict(sample.T)[0]
    np.testing.assert_allclose(snapshot.probe.units[-answered.size :], answered, atol=1e-6)


def test_a_sample_goes_before_the_place_from_which_it_is_seen() -> None:
    run = session(4)
    run.advance(epochs=2)
    probe = run.snapshot(Demand(probe=(0.0, 0.0), probe_sample=3, cut=PlaneWish())).probe
    assert probe is not None
    assert (probe.point, probe.sample) == (None, 3)
    answered = run.predict(run.dataset.train_points[:, 3:4].T)[0]
    np.testing.assert_allclose(probe.units[-answered.size :], answered, atol=1e-6)
