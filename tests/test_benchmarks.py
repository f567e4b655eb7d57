"""The benchmarks run and give figures that are figures. How large they are is nobody's business here."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from playground.engine.many import shape_of
from tests.benchmarks import __main__ as command
from tests.benchmarks import (
    compiling_probe,
    cost,
    curves,
    frames,
    many,
    maps,
    operations,
    own,
    peers,
    table,
    training,
)
from tests.benchmarks.ours import OurTrainer
from tests.benchmarks.rounds import Row
from tests.benchmarks.workloads import WORKLOADS
from tests.costs import large_tables


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
        assert row.gflops["ours"] == pytest.approx(row.ours * row.operations / 1e9)
    lines = table.table(rows).splitlines()
    assert [line.split()[0] for line in lines[1:]] == [row.name for row in rows]
    assert json.loads(json.dumps([row.as_json() for row in rows]))[0]["unit"] == "samples/s"


def test_a_row_that_cannot_be_measured_is_named_and_the_others_stay() -> None:
    rows: list[str] = []

    def measure(name: str) -> None:
        if name == "W1":
            raise ArithmeticError("the run has diverged")
        rows.append(name)

    assert command.collect(["W1", "W2"], measure) == {"W1": "ArithmeticError: the run has diverged"}
    assert rows == ["W2"]


def test_a_peer_without_a_figure_shows_the_reason() -> None:
    row = Row("W1", "", "samples/s", 2e6, "", peers={"jax": 1e6, "torch": "not installed"}, ratios={"jax": 2})
    line = table.table([row]).splitlines()[1]
    assert "2 M/s" in line
    assert "(2×)" in line
    assert "not installed" in line


@pytest.mark.parametrize("name", ["W1", *(pytest.param(each, marks=pytest.mark.long) for each in ("W2", "W3", "W4"))])
def test_the_c_program_does_the_very_same_steps(name: str) -> None:
    if peers.compiler() is None:
        assert peers.reason_against("compiled", WORKLOADS[name]) == "no compiler"
        pytest.skip("no C compiler here")
    from tests.benchmarks.peers_compiled import FAST, SOON, CompiledTrainer

    try:
        theirs = CompiledTrainer(WORKLOADS[name], FAST if name == "W1" else SOON)
    except RuntimeError as refusal:
        pytest.skip(str(refusal))
    ours = OurTrainer(WORKLOADS[name])
    for _ in range(2):
        ours.train()
        theirs.train()
    assert_array_equal(theirs.parameters, ours.parameters)
    np.testing.assert_allclose(theirs.probabilities(), ours.probabilities(), atol=1e-4)


def test_operations_are_counted_as_the_sentence_says() -> None:
    weights, parameters = 2 * 4 + 4 * 2 + 2, 2 * 4 + 4 + 4 * 2 + 2 + 2 + 1
    expected = 2 * weights + (2 * weights + 7 + 2 * (4 * 2 + 2) + 7 + 2) + 2 * parameters / 10
    assert operations.per_sample(WORKLOADS["W1"]) == pytest.approx(expected)


def curve(**seconds: float) -> cost.Curve:
    points = [cost.Point(int(size[1:]), int(size[1:]), 100.0, step) for size, step in seconds.items()]
    return cost.Curve("batch", "made up", points)


def test_cliffs_are_the_worst_neighbours_by_both_readings() -> None:
    found = cost.cliffs([curve(_8=9.0, _15=2.0, _16=1.6, _17=3.8, _31=3.1, _32=3.2)])
    assert [(cliff.size, cliff.multiple) for cliff in found] == [(15, 16), (17, 16)]
    assert found[0].ratio == pytest.approx(2.0 / 1.6)
    assert found[1].ratio == pytest.approx((3.8 / 17) / (1.6 / 16))
    assert "2.24× (17 against 16)" in table.cliff_lines(found)


def test_costs_are_measured_printed_and_drawn(qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "CALL_SECONDS", 0.0)
    found = cost.measure(quick=True, thin=40)
    assert [each.across for each in found] == ["width", "depth", "batch", "batch"]
    assert all(math.isfinite(point.step) and point.step > 0 for each in found for point in each.points)
    assert all(str(point.size) in table.curve_tables(found) for each in found for point in each.points)
    curves.draw(found, tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(OSError, match="could not be written"):
        curves.draw(found, tmp_path / "missing" / "curves.png")


def test_many_networks_in_one_call_are_the_same_networks() -> None:
    population = many.Population(WORKLOADS["W1"], 3)
    population.use(np.full(3, WORKLOADS["W1"].training.learning_rate), WORKLOADS["W1"])
    population.together()
    population.apart()
    for place, state in enumerate(population._states):
        assert_array_equal(population._together.parameters[place], state.parameters)
    assert many.landscape(WORKLOADS["W2"], edge=3)().shape == (9, 2)


def test_the_time_of_a_population_is_told_apart_by_where_it_is_spent() -> None:
    made = many.unlike(30)
    assert len({str(each.training) for each in made}) == 30
    assert len({shape_of(each, np.float32) for each in made}) == 1
    found = many.shares(1, members=3)
    assert set(found) <= set(own.MANY)
    assert all(0 < found[f"{name}_share"] < 1 < found[f"{name}_besides_us"] for name in ("seeds", "experiments"))


def test_the_probe_of_compiling_trains_one_of_everything() -> None:
    found = list(compiling_probe.experiments("float32"))
    kinds = {type(layer).__name__ for experiment in found for layer in experiment.network.layers}
    assert {"Dense", "Dropout", "BatchNorm", "LayerNorm", "Residual", "Conv2d", "MaxPool2d", "AveragePool2d"} <= kinds
    assert len({type(experiment.training.optimizer) for experiment in found}) == 7
    assert len({type(experiment.training.schedule) for experiment in found}) == 7
    assert len({(experiment.head.loss, experiment.training.numerics) for experiment in found}) >= 9


def test_own_figures_become_rows_with_their_processor_time() -> None:
    rows = own.rows("many", {"together_ms": 2.0, "together_cpu_ms": 1.5, "gain": 1.4}, own.MANY)
    by_note = {row.note: row for row in rows}
    together = by_note["an epoch of 64 networks 2-4-2-1 in one call"]
    assert (together.ours, together.cpu) == (2.0, {"ours": 1.5})
    assert rows[0].ours is None
    assert rows[0].more == {"gain": 1.4}
    assert "1.5 ms" in table.cpu_lines(rows)


def test_the_speed_kept_leaves_out_what_other_programs_took() -> None:
    pairs = [(frames.Pace(100.0, 0.0, 1.0, 0.0), frames.Pace(40.0, 60.0, 0.5, 0.2))]
    found = frames.kept(pairs)
    assert found["speed_kept"] == pytest.approx(0.4)
    assert found["speed_kept_of_available"] == pytest.approx(0.8)


@pytest.mark.parametrize("probe", [large_tables.measure, pytest.param(large_tables.probe, marks=pytest.mark.long)])
def test_a_table_trains_in_a_window(probe: Callable[..., dict[str, float]], qapp: object) -> None:
    """The real measurement gives it a process of its own."""
    found = probe(2, rows=500, seconds=0.05)
    assert set(found) == {"frames_per_s", "frame_ms", "frame_cpu_ms", "peak_mb"}
    assert all(np.isfinite(each) and each > 0 for each in found.values())
