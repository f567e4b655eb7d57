"""The same bits on every processor that LLVM can be told of, in a process of its own each."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.kernels.processes import fresh_process, has_avx2

SCRIPT = """
import json, sys
import kernels
import numpy as np
from tests.kernels.networks import Run, assortment, digest_of, variety
from tests.kernels.processes import compiled

dtype = np.dtype(sys.argv[1]).type
kernels.warm(dtype)
before = compiled()
digests = []
for run in variety(dtype) + assortment(dtype):
    run.train(200, stride=5)
    looks = [look(run) for look in (Run.content, Run.evaluate, Run.gradients, Run.activations, Run.penalty)]
    digests.append(digest_of(run.records, run.probes, *looks))
json.dump({"digests": digests, "before": before, "after": compiled()}, sys.stdout)
"""
"""What a fresh process reports: a digest for each training, and how often each function was compiled."""


def reports(dtype: str, *others: str) -> dict[str, dict[str, Any]]:
    """By processor, the host among them: what a fresh process computes for it."""
    processors = {"host": None, **{name: name for name in others}}

    def report(name: str | None) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(fresh_process(SCRIPT, dtype, NUMBA_CPU_NAME=name))
        return found

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(processors, pool.map(report, processors.values()), strict=True))


@pytest.mark.parametrize(
    ("processor", "dtype"),
    [
        ("generic", "float32"),  # compiling takes ten seconds, so the least of all processors stands for the others
        pytest.param("haswell", "float32", marks=pytest.mark.long),
        *[pytest.param(each, "float64", marks=pytest.mark.long) for each in ("generic", "haswell")],
    ],
)
@pytest.mark.timeout(600)  # the first run on a machine compiles for each processor
def test_every_processor_gives_the_same_bits_and_compiles_nothing_after_warming(processor: str, dtype: str) -> None:
    if processor == "haswell" and not has_avx2():
        pytest.skip("this processor cannot run code for a haswell")
    found = reports(dtype, processor)
    expected = found["host"]["digests"]
    assert len(set(expected)) == len(expected) > 20
    assert {name: report["digests"] for name, report in found.items()} == dict.fromkeys(found, expected)
    for report in found.values():
        assert report["before"] == report["after"], "in a fresh process nothing is compiled or loaded after `warm`"
        assert sum(report["after"].values()) > 0
