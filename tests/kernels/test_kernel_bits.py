"""The same bytes: however the steps are divided into calls, whatever scratch memory held, on every processor."""

from __future__ import annotations

import functools
import json
import platform
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from kernels import codes
from tests.kernels.networks import DTYPES, Run, bytes_of, fresh_process, variety

dtypes = pytest.mark.parametrize("dtype", DTYPES)


def spoil(space: Any, value: float) -> None:
    """Fill every float array of a workspace."""
    if isinstance(space, np.ndarray):
        if space.dtype.kind == "f":
            space.fill(value)
    elif isinstance(space, (tuple, list)):
        for each in space:
            spoil(each, value)


@dtypes
def test_calls_may_be_divided_anyhow(dtype: type) -> None:
    chance = np.random.default_rng(0)
    for run in variety(dtype):
        whole, parts, single = run.copy(), run.copy(), run.copy()
        assert whole.train(1000) == codes.OK
        left = 1000
        while left:
            steps = min(left, int(chance.choice((0, 1, 2, 3, 7, 16, 50, 111))))
            assert parts.train(steps) == codes.OK
            left -= steps
        for _ in range(1000):
            single.train(1)
        assert whole.content() != run.content()
        assert parts.content() == whole.content()
        assert single.content() == whole.content()


@dtypes
def test_recording_and_checking_change_nothing(dtype: type) -> None:
    for run in variety(dtype):
        plain, recorded, checked = run.copy(), run.copy(), run.copy()
        plain.train(200)
        recorded.train(200, stride=3)
        recorded.state[codes.RECORDS] = 0
        checked.codes[codes.CHECK_EVERY_STEP] = 1
        checked.train(200)
        assert recorded.content() == plain.content()
        assert checked.content() == plain.content()


@dtypes
def test_looking_changes_nothing(dtype: type) -> None:
    """Evaluations between the calls, in the same workspace, leave the training as it is."""
    for run in variety(dtype):
        plain, watched = run.copy(), run.copy()
        plain.train(60)
        for _ in range(20):
            watched.train(3)
            watched.evaluate(), watched.evaluate(watched.test_inputs, watched.test_targets)
            watched.activations(), watched.gradients(), watched.penalty()
        assert watched.content() == plain.content()


@dtypes
@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_scratch_memory_carries_nothing(value: float, dtype: type) -> None:
    for run in variety(dtype):
        clean, dirty = run.copy(), run.copy()
        for _ in range(15):
            clean.train(1, stride=1)
            spoil(dirty.space, value)
            dirty.train(1, stride=1)
        assert dirty.content() == clean.content()
        assert dirty.records.tobytes() == clean.records.tobytes()
        for look in (Run.evaluate, Run.activations, Run.gradients):
            spoil(dirty.space, value)
            assert bytes_of(look(dirty)) == bytes_of(look(clean))


@dtypes
def test_the_size_of_the_scratch_memory_does_not_matter(dtype: type) -> None:
    for run in variety(dtype):
        small, large = run.copy(), run.copy(max_batch=1000)
        assert small.train(40, stride=1) == large.train(40, stride=1) == codes.OK
        assert large.content() == small.content()
        assert large.records.tobytes() == small.records.tobytes()
        for look in (Run.evaluate, Run.activations, Run.gradients):
            assert bytes_of(look(large)) == bytes_of(look(small))


@dtypes
def test_a_sample_does_not_depend_on_its_company(dtype: type) -> None:
    """Maps and outputs are the same bits for one sample alone, in a part of the data and in all of it."""
    for run in variety(dtype):
        outputs, maps = run.evaluate()[2], run.activations()
        for samples in (np.arange(1), np.arange(17), np.arange(3, 53), np.arange(52, -1, -1), np.arange(40, 41)):
            inputs, targets = run.columns(samples)
            assert run.evaluate(inputs, targets)[2].tobytes() == outputs[:, samples].tobytes()
            assert run.activations(inputs).tobytes() == maps[:, samples].tobytes()


@dtypes
def test_again_and_in_two_threads_at_once(dtype: type) -> None:
    first = [run.copy() for run in variety(dtype)]
    for run in first:
        run.train(300)
    together = [[run.copy() for run in variety(dtype)] for _ in range(2)]
    gate = threading.Barrier(2)

    def work(runs: list[Run]) -> None:
        gate.wait(30)
        for run in runs:
            run.train(300)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, together))
    for runs in together:
        assert [run.content() for run in runs] == [run.content() for run in first]


SCRIPT = """
import json, sys
import kernels
import numpy as np
from tests.kernels.networks import Run, compiled, digest_of, variety

dtype = np.dtype(sys.argv[1]).type
kernels.warm(dtype)
before = compiled()
digests = []
for run in variety(dtype):
    run.train(200, stride=5)
    looks = [look(run) for look in (Run.content, Run.evaluate, Run.gradients, Run.activations, Run.penalty)]
    digests.append(digest_of(run.records, *looks))
json.dump({"digests": digests, "before": before, "after": compiled()}, sys.stdout)
"""
"""What a fresh process reports: a digest for each training, and how often each function was compiled."""


@functools.cache
def reports(dtype: str) -> dict[str, dict[str, Any]]:
    """By processor: what a fresh process computes for it."""
    processors = {"host": None, "generic": "generic"}
    if platform.machine().lower() in ("x86_64", "amd64") and _has_avx2():
        processors["haswell"] = "haswell"

    def report(name: str | None) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(fresh_process(SCRIPT, dtype, NUMBA_CPU_NAME=name))
        return found

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(processors, pool.map(report, processors.values()), strict=True))


def _has_avx2() -> bool:
    binding = pytest.importorskip("llvmlite.binding", reason="llvmlite names the processor")
    return bool(binding.get_host_cpu_features().get("avx2", False))


fresh = pytest.mark.parametrize("dtype", ["float32", pytest.param("float64", marks=pytest.mark.long)])


@fresh
@pytest.mark.timeout(600)  # the first run on a machine compiles for each processor
def test_every_processor_gives_the_same_bits(dtype: str) -> None:
    expected = reports(dtype)["host"]["digests"]
    assert len(set(expected)) == 5
    assert {name: report["digests"] for name, report in reports(dtype).items()} == dict.fromkeys(
        reports(dtype), expected
    )


@fresh
@pytest.mark.timeout(600)
def test_warming_compiles_all_that_is_needed(dtype: str) -> None:
    """In a fresh process nothing is compiled or loaded after `warm`."""
    for report in reports(dtype).values():
        assert report["before"] == report["after"]
        assert sum(report["after"].values()) > 0
