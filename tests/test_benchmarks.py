"""The benchmarks run and give figures that are figures. How large they are is nobody's business here."""

from __future__ import annotations

import json
import math

import pytest

from tests.benchmarks import __main__ as command
from tests.benchmarks import maps, table, training
from tests.benchmarks.workloads import WORKLOADS


@pytest.mark.timeout(60)
def test_every_workload_gives_a_row_with_a_speed_and_a_falling_loss() -> None:
    rows = [training.measure(name, peers=(), rounds=1, seconds=0.0) for name in WORKLOADS]
    rows.append(maps.measure(peers=(), rounds=1, seconds=0.0))
    assert [row.name for row in rows] == ["W1", "W2", "W3", "W4", "maps"]
    for row in rows:
        assert row.ours is not None, row.name
        assert math.isfinite(row.ours), row.name
        assert row.ours > 0, row.name
    for row in rows[:4]:
        assert row.losses["ours"]["after"] < row.losses["ours"]["before"], row.name
    lines = table.table(rows).splitlines()
    assert [line.split()[0] for line in lines[1:]] == [row.name for row in rows]
    assert json.loads(json.dumps([row.as_json() for row in rows]))[0]["unit"] == "samples/s"


def test_a_row_that_cannot_be_measured_is_named_and_the_others_stay() -> None:
    def measure(name: str) -> list[training.Row]:
        if name == "W1":
            raise ArithmeticError("the run has diverged")
        return [training.Row(name, "", "ms", 1.0, "")]

    rows, failures = command.collect(["W1", "W2"], measure)
    assert [row.name for row in rows] == ["W2"]
    assert failures == {"W1": "ArithmeticError: the run has diverged"}


def test_a_peer_without_a_figure_shows_the_reason() -> None:
    row = training.Row("W1", "", "samples/s", 2e6, "", peers={"jax": 1e6, "torch": "not installed"}, ratios={"jax": 2})
    line = table.table([row]).splitlines()[1]
    assert "2 M/s" in line
    assert "2×" in line
    assert "not installed" in line
