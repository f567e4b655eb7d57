"""The tables of what settings cost give figures that mean what they say."""

from __future__ import annotations

from tests.costs import flaws


def test_what_a_flaw_costs_is_told_by_three_accuracies() -> None:
    rows = [flaws.spoiled(*flaws.ROWS[name]) for name in ("nothing", "leaked target")]
    plain, leaking = (flaws.cost_of(each, range(2), 60) for each in rows)
    assert all(0.5 < share <= 1 for share in (*plain, *leaking))
    assert leaking.test > plain.test
    assert leaking.clean < leaking.test
