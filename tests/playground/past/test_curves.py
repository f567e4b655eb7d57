"""Rows of curves are held once, and every moment still has those that it saw."""

from __future__ import annotations

import numpy as np

from playground.past.curves import Sight, Tables, begun


def tables(epochs: list[float], worth: float = 0.0) -> Tables:
    rows = np.array([[epoch, worth] for epoch in epochs]).reshape(len(epochs), 2)
    return Tables(rows, np.zeros((len(epochs), 3, 2)), np.full((len(epochs), 3, 1), np.nan))


def epochs_of(sight: Sight) -> list[float]:
    return sight.tables()[0].rows[:, 0].tolist()


def test_rows_that_thinning_drops_are_still_seen_by_earlier_moments() -> None:
    first = begun(tables([0, 1, 2, 3]), 1)
    thinned = first.with_more(tables([4]).flat(), 2)
    assert epochs_of(first) == [0, 1, 2, 3]
    assert epochs_of(thinned) == [0, 2, 4]
    assert thinned.tables()[1] == 2


def test_a_moment_that_two_go_on_from_is_shared() -> None:
    fork = begun(tables([0, 1]), 1)
    one = fork.with_more(tables([2, 3], 1.0).flat(), 1)
    other = fork.with_more(tables([2], 2.0).flat(), 1)
    assert other.tables()[0].rows.tolist() == [[0, 0], [1, 0], [2, 2]]
    assert one.tables()[0].rows.tolist() == [[0, 0], [1, 0], [2, 1], [3, 1]]
    assert fork.curve.count == 5


def test_what_an_edit_has_changed_is_added_and_the_rest_is_shared() -> None:
    before = begun(tables([0, 1, 2]), 1)
    changed = before.tables()[0]
    changed.rows[2, 1] = 5.0
    after = before.after_change(changed, 1)
    assert after.tables()[0].rows.tolist() == [[0, 0], [1, 0], [2, 5]]
    assert before.tables()[0].rows.tolist() == [[0, 0], [1, 0], [2, 0]]
    assert after.curve is before.curve
    assert after.curve.count == 4
    again = after.after_change(after.tables()[0], 1)
    assert again.curve.count == 4, "what has not changed is not held twice"
    cleared = again.after_change(tables([7], 1.0), 1)
    assert epochs_of(cleared) == [7]


def test_other_layers_begin_another_curve() -> None:
    before = begun(tables([0, 1]), 1)
    other = Tables(before.tables()[0].rows, np.zeros((2, 5, 2)), np.zeros((2, 5, 1)))
    assert before.after_change(other, 1).curve is not before.curve


def test_a_curve_that_takes_too_much_is_coarser_for_all() -> None:
    sight = begun(tables([float(epoch) for epoch in range(9)]), 1)
    sight.curve.thin()
    assert epochs_of(sight) == [0, 2, 4, 6, 8]
    assert sight.tables()[1] == 2
    more = sight.with_more(tables([9, 10]).flat(), 1)
    assert epochs_of(more) == [0, 2, 4, 6, 8, 10]
    sight.curve.thin()
    assert epochs_of(more) == [0, 4, 8]
