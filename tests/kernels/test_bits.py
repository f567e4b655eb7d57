"""The same bytes: however the steps are divided into calls, whatever scratch memory held, alone or among many."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from kernels.plan import codes
from tests.cases import cases
from tests.kernels.drawing import draw
from tests.kernels.networks import (
    CHANGING,
    DTYPES,
    LOOKS,
    Rule,
    Run,
    assortment,
    bytes_of,
    make,
    prepare,
    together,
    variety,
)
from tests.reference import stack

dtypes = cases("dtype", DTYPES)
STEPS = 120


def all_runs(dtype: type, every: int) -> list[Run]:
    """One in `every` of them; the quarters of the two precisions together have every kind of layer."""
    return (variety(dtype) + assortment(dtype))[2 * DTYPES.index(dtype) % every :: every]


def scratch(run: Run) -> list[np.ndarray]:
    """For each array of a workspace where it changes while the run is trained and looked at; the rest may be a plan."""
    used = run.copy()
    before = [each.copy() for each in used.space]
    used.train(30, stride=1)
    for look in LOOKS:
        look(used)
    return [each != old for each, old in zip(used.space, before, strict=True)]


def spoil(run: Run, places: list[np.ndarray], value: float) -> None:
    """Fill the scratch memory that holds numbers."""
    for each, where in zip(run.space, places, strict=True):
        if each.dtype.kind == "f":
            each[where] = value


@dtypes
def test_calls_may_be_divided_anyhow(dtype: type, every: int) -> None:
    chance = np.random.default_rng(0)
    for run in all_runs(dtype, every):
        whole, parts, single = run.copy(), run.copy(), run.copy()
        assert whole.train(STEPS) == codes.OK
        left = STEPS
        while left:
            steps = min(left, int(chance.choice((0, 1, 2, 3, 7, 16, 50, 111))))
            assert parts.train(steps) == codes.OK
            left -= steps
        for _ in range(STEPS):
            single.train(1)
        assert whole.content() != run.content()
        assert parts.content() == whole.content()
        assert single.content() == whole.content()


@pytest.mark.parametrize("dtype", [np.float32, pytest.param(np.float64, marks=pytest.mark.long)])
def test_ten_thousand_epochs_in_calls_of_any_size(dtype: type) -> None:
    """With chance, running statistics, a schedule and clipping under way."""
    specs = [
        ("dense", {"units": 3, "activation": "tanh"}),
        ("batch_norm", {}),
        ("dropout", {"rate": 0.2}),
        ("dense", {"units": 1}),
    ]
    rule = Rule("adam", rate=0.01, schedule="cosine", every=9000, factor=0.1, clip_norm=0.2)
    net = draw(0, layers=stack(2, specs), loss="squared_error", samples=30)
    whole = prepare(net, rule, batch=10, tests=10, dtype=dtype)
    runs = {size: whole.copy() for size in (1, 7, 100, 10_000)}
    assert whole.train(20_000) == codes.OK
    assert whole.counters[codes.EPOCH] == 10_000
    for size, run in runs.items():
        for _ in range(20_000 // size):
            run.train(size)
        run.train(20_000 % size)
        assert run.content() == whole.content(), f"calls of {size} steps"


@dtypes
def test_recording_and_checking_change_nothing(dtype: type, every: int) -> None:
    for run in all_runs(dtype, every):
        plain, recorded, checked = run.copy(), run.copy(), run.copy()
        plain.train(200)
        recorded.train(200, stride=3)
        recorded.counters[codes.RECORDS] = 0
        checked.settings[codes.CHECK_EVERY_STEP] = 1
        checked.train(200)
        assert recorded.content() == plain.content()
        assert checked.content() == plain.content()


@dtypes
def test_looking_changes_nothing(dtype: type, every: int) -> None:
    """Evaluations between the calls, in the same workspace, leave the training as it is."""
    for run in all_runs(dtype, every):
        plain, watched = run.copy(), run.copy()
        plain.train(60)
        for _ in range(20):
            watched.train(3)
            watched.evaluate(), watched.evaluate(watched.test_inputs, watched.test_targets)
            watched.activations(), watched.gradients(), watched.penalty()
            watched.losses(watched.arrays["parameters"])
        assert watched.content() == plain.content()


@dtypes
@pytest.mark.parametrize("value", [np.nan, 1e30, pytest.param(np.inf, marks=pytest.mark.long)])
def test_scratch_memory_carries_nothing(value: float, dtype: type, every: int) -> None:
    for run in all_runs(dtype, every):
        clean, dirty, places = run.copy(), run.copy(), scratch(run)
        assert sum(int(where.sum()) for where in places) > 100
        for _ in range(15):
            clean.train(1, stride=1)
            spoil(dirty, places, value)
            dirty.train(1, stride=1)
        assert dirty.content() == clean.content()
        assert dirty.records.tobytes() == clean.records.tobytes()
        for look in LOOKS:
            spoil(dirty, places, value)
            assert bytes_of(look(dirty)) == bytes_of(look(clean))


@dtypes
def test_the_size_of_the_scratch_memory_does_not_matter(dtype: type, every: int) -> None:
    for run in all_runs(dtype, every):
        small, large = run.copy(), run.copy(max_batch=1000)
        assert small.train(40, stride=1) == large.train(40, stride=1) == codes.OK
        assert large.content() == small.content()
        assert large.records.tobytes() == small.records.tobytes()
        for look in LOOKS:
            assert bytes_of(look(large)) == bytes_of(look(small))


@dtypes
def test_a_sample_does_not_depend_on_its_company(dtype: type, every: int) -> None:
    """Maps and outputs are the same bits for one sample alone, in a part of the data and in all of it."""
    for run in all_runs(dtype, every):
        outputs, maps = run.evaluate()[2], run.activations()
        for samples in (np.arange(1), np.arange(17), np.arange(3, 53), np.arange(52, -1, -1), np.arange(40, 41)):
            inputs, targets = run.columns(samples)
            assert run.evaluate(inputs, targets)[2].tobytes() == outputs[:, samples].tobytes()
            assert run.activations(inputs).tobytes() == maps[:, samples].tobytes()


@dtypes
def test_again_and_in_two_threads_at_once(dtype: type, every: int) -> None:
    first = [run.copy() for run in all_runs(dtype, every)]
    steps = 300 // every
    for run in first:
        run.train(steps)
    together = [[run.copy() for run in all_runs(dtype, every)] for _ in range(2)]
    gate = threading.Barrier(2)

    def work(runs: list[Run]) -> None:
        gate.wait(30)
        for run in runs:
            run.train(steps)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, together))
    for runs in together:
        assert [run.content() for run in runs] == [run.content() for run in first]


@dtypes
def test_many_networks_in_one_call_are_the_same_as_many_calls(dtype: type, every: int) -> None:
    """With seeds, rates and orders of their own."""
    chance = np.random.default_rng(1)
    for run in all_runs(dtype, every):
        alone = [run.copy() for _ in range(4)]
        for each in alone:
            each.parameters[:] += (0.01 * chance.standard_normal(each.parameters.size)).astype(dtype)
            each.hyperparameters[codes.LEARNING_RATE] *= chance.uniform(0.5, 2)
            each.hyperparameters[codes.CLIP_NORM] = chance.uniform(0.1, 2)
            each.counters[codes.NOISE_SEED] = chance.integers(2**32)
            each.order[:] = chance.permutation(each.order)
            each.chance[:] = chance.integers(1, 2**63, 4)
        one = together(alone)
        for steps in (3, 40):
            statuses = [each.train(steps, stride=2) for each in alone]
            assert one.train(steps, stride=2) == max(statuses)
        for name in (*CHANGING, "records", "probes", "probe_records"):
            assert one.arrays[name].tobytes() == b"".join(each.arrays[name].tobytes() for each in alone), name


@dtypes
def test_of_many_networks_one_may_stop_and_the_others_go_on(dtype: type) -> None:
    alone = [make(0, (2, 6, 1), "tanh", "binary_cross_entropy", dtype=dtype) for _ in range(3)]
    alone[0].hyperparameters[codes.STOP_LOSS] = 1e9
    alone[1].parameters[3] = np.nan
    one = together(alone)
    assert one.train(12) == codes.GOAL_REACHED
    assert [each.train(12) for each in alone] == [codes.GOAL_REACHED, codes.NOT_FINITE, codes.OK]
    assert one.arrays["counters"][:, codes.STATUS].tolist() == [codes.GOAL_REACHED, codes.NOT_FINITE, codes.OK]
    assert one.arrays["counters"][:, codes.STEP].tolist() == [5, 12, 12]
    for name in CHANGING:
        assert one.arrays[name].tobytes() == b"".join(each.arrays[name].tobytes() for each in alone), name


@dtypes
def test_losses_of_many_vectors_are_those_of_evaluate(dtype: type, every: int) -> None:
    chance = np.random.default_rng(2)
    for run in all_runs(dtype, every):
        vectors = run.parameters + (0.3 * chance.standard_normal((7, run.parameters.size))).astype(dtype)
        for layer, parts in zip(
            run.twin.layers, zip(*(run.twin.parts(each) for each in vectors), strict=True), strict=True
        ):
            if layer.kind == "batch_norm":
                for _, _, statistics in parts:
                    statistics[1] = np.abs(statistics[1]) + dtype(0.1)
        found = run.losses(vectors)
        for vector, row in zip(vectors, found, strict=True):
            run.parameters[:] = vector
            assert (*run.evaluate()[:2], run.penalty()) == (row[0], row[1] if run.settings[codes.TASK] else 0.0, row[2])


@dtypes
def test_pausing_and_going_on_from_copies_of_the_arrays(dtype: type, every: int) -> None:
    """As a file does: new arrays, new scratch memory."""
    for run in all_runs(dtype, every):
        whole, kept = run.copy(), run.copy()
        whole.train(60, stride=3)
        for steps in (13, 7, 40):
            kept.train(steps, stride=3)
            kept = kept.copy()
        assert kept.content() == whole.content()
        assert kept.records.tobytes() == whole.records.tobytes()
        assert kept.probes.tobytes() == whole.probes.tobytes()
        assert kept.probe_records.tobytes() == whole.probe_records.tobytes()
