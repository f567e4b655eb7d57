"""The same bits on every processor that LLVM can be told of, in a process of its own each."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from tests.kernels.digests import digests, of_pieces
from tests.kernels.processes import fresh_process, has_avx2
from tests.seeds import long

SCRIPT = """
import json, sys
import kernels
import numpy as np
from tests.kernels.digests import digests
from tests.kernels.processes import compiled

dtype = np.dtype(sys.argv[1]).type
kernels.warm(dtype)
before = compiled()
found = digests(dtype)
bends = [name for name in sys.modules if name in ("kernels.bends", "kernels.learning.curvature")]
json.dump({"digests": found, "before": before, "after": compiled(), "bends": bends}, sys.stdout)
"""
"""What a fresh process reports: a digest for each training, how often each function was compiled, and what is loaded
of the second derivatives."""


PIECES = """
import json, sys
from tests.kernels.digests import of_pieces
json.dump(of_pieces(int(sys.argv[1])), sys.stdout)
"""


@pytest.mark.parametrize(("processor", "every"), [("generic", 5), long("generic", 1), long("haswell", 1)])
@pytest.mark.timeout(600)  # the first run on a machine compiles
def test_pieces_give_the_same_bits_on_another_processor(processor: str, every: int) -> None:
    """What kernels are made of and how they are compiled; all of them take ten seconds to compile, so they are long."""
    skip_without(processor)
    assert json.loads(fresh_process(PIECES, str(every), NUMBA_CPU_NAME=processor)) == of_pieces(every)


def report(dtype: str, processor: str | None) -> dict[str, Any]:
    """What a fresh process computes for a processor, None for this one."""
    found: dict[str, Any] = json.loads(fresh_process(SCRIPT, dtype, NUMBA_CPU_NAME=processor))
    assert found["before"] == found["after"], "in a fresh process nothing is compiled or loaded after `warm`"
    assert sum(found["after"].values()) > 0
    assert found["bends"] == [], "training compiles nothing of the second derivatives"
    assert len(set(found["digests"])) == len(found["digests"]) > 20
    return found


@pytest.mark.parametrize("dtype", ["float32", pytest.param("float64", marks=pytest.mark.long)])
def test_a_fresh_process_gives_the_same_bits_and_compiles_nothing_after_warming(
    dtype: str,
) -> None:
    assert report(dtype, None)["digests"] == digests(np.dtype(dtype).type)


@pytest.mark.long
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.timeout(600)  # the first run on a machine compiles for each processor
def test_every_processor_gives_the_same_bits(dtype: str) -> None:
    processors = [None, "generic", *(["haswell"] if has_avx2() else [])]
    with ThreadPoolExecutor(2) as pool:
        found = [each["digests"] for each in pool.map(lambda processor: report(dtype, processor), processors)]
    assert found == [found[0]] * len(found)


def skip_without(processor: str) -> None:
    if processor == "haswell" and not has_avx2():
        pytest.skip("this processor cannot run code for a haswell")
