"""The pair of features that a map shows at first."""

from __future__ import annotations

import numpy as np
import pytest

from playground.tables.choosing import Choice, planned
from playground.tables.pairing import telling_pair
from playground.tables.reading import table_of
from tests import tables

RNG = np.random.default_rng(0)
N = 300
TOLD = RNG.normal(size=N)
COLUMNS = {
    "noise": RNG.normal(size=N),
    "blank": np.where(RNG.random(N) < 0.5, np.nan, RNG.normal(size=N)),
    "switch": (TOLD > 0).astype(float),
    "near": TOLD + 0.7 * RNG.normal(size=N),
    "bent": np.abs(TOLD) + 0.1 * RNG.normal(size=N),
    "inches": TOLD + 0.7 * RNG.normal(size=N),
    "other": RNG.normal(size=N),
}
COLUMNS["left"], COLUMNS["right"] = RNG.normal(size=N) + 0.2, RNG.normal(size=N)
XOR = (COLUMNS["left"] > 0) ^ (COLUMNS["right"] > 0.3)
COLUMNS["centimetres"] = 2.54 * COLUMNS["near"]


@pytest.mark.parametrize(
    ("features", "target", "pair"),
    [
        (("noise", "near", "inches", "other"), TOLD > 0, ("near", "inches")),
        (("switch", "noise", "near", "other"), TOLD > 0, ("near", "noise")),
        (("noise", "left", "right", "other"), XOR, ("left", "right")),
        (("near", "centimetres", "noise", "bent"), np.abs(TOLD) > 0.7, ("near", "bent")),
        (("inches", "noise", "bent"), TOLD**2, ("inches", "bent")),
        (("near", "centimetres", "inches"), TOLD, ("near", "inches")),
        (("switch", "blank"), TOLD > 0, ("switch", "blank")),
    ],
)
def test_numbers_that_tell_most_are_shown(
    features: tuple[str, ...], target: np.ndarray[tuple[int], np.dtype[np.float64]], pair: tuple[str, str]
) -> None:
    rows = [
        [*("" if np.isnan(COLUMNS[name][at]) else COLUMNS[name][at] for name in features), float(target[at])]
        for at in range(N)
    ]
    table = table_of(tables.as_text([*features, "target"], rows).encode(), "t.csv")
    plan = planned(table, Choice("target", features=features, missing="mean"))
    assert set(telling_pair(plan)) == set(pair)


def test_of_a_few_rows_what_tells_is_still_known() -> None:
    rows = [[2019 + at % 3, 160.0 + at % 2 * 20 + at, 60.0 + at % 2 * 15 - at, "ab"[at % 2]] for at in range(9)]
    table = table_of(tables.as_text(["year", "height", "weight", "kind"], rows).encode(), "t.csv")
    assert telling_pair(planned(table, Choice("kind"))) == ("height", "weight")


def test_words_come_last_and_one_feature_has_no_partner() -> None:
    rows = [["abc"[at % 3], "xy"[at % 2], at % 7 / 2, "pq"[at % 2]] for at in range(60)]
    table = table_of(tables.as_text(["word", "other", "size", "target"], rows).encode(), "t.csv")
    pair = telling_pair(planned(table, Choice("target", features=("word", "other", "size"))))
    assert pair == ("other=x", "size")
    assert telling_pair(planned(table, Choice("target", features=("size",)))) == ("size", "")
