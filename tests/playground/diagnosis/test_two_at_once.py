"""Two difficulties of one run that have nothing to do with each other are told at once."""

from __future__ import annotations

import pytest

import playground as pg
from playground.diagnosis.signals.finding import RuleName
from tests.seeds import in_turn


def named(data: str, network: pg.Network, flaws: dict[str, float], epochs: int = 150) -> set[RuleName]:
    """All alarms at the end of the plan, as they stand in the list."""
    made = pg.on_dataset(pg.Experiment(), data)
    settings = {f"data__imperfections__{name}": value for name, value in flaws.items()}
    made = pg.with_changes(
        made, network=network, training__optimizer=pg.Adam(), training__learning_rate=0.02,
        training__stop__epochs=epochs, **settings,
    )  # fmt: skip
    session = pg.Session(made)
    session.advance(epochs=epochs)
    return {each.rule for each in pg.findings(session) if each.is_alarm}


FLAWS: dict[RuleName, dict[str, float]] = {"duplicates": {"duplicates": 0.6}, "shifted_test": {"test_shift": 1.5}}
FEW, ENOUGH = pg.Network((pg.Dense(1, "tanh"),)), pg.Network((pg.Dense(16, "tanh"), pg.Dense(16, "tanh")))


@pytest.mark.parametrize(("data", "rule"), in_turn(["circles", "xor", "spirals"], ["duplicates", "shifted_test"]))
def test_a_network_that_is_too_small_is_told_beside_what_is_wrong_with_held_out_samples_alone(
    data: str, rule: RuleName
) -> None:
    """Neither repeats nor a shift among held-out samples are why it does not learn those that it is trained on."""
    assert named(data, FEW, FLAWS[rule]) == {rule, "too_few_units"}


@pytest.mark.parametrize("data", ["circles", "xor"])
def test_one_that_learns_is_not_told_to_be_small_beside_them(data: str) -> None:
    assert named(data, ENOUGH, {"duplicates": 0.6}, 60) == {"duplicates"}
