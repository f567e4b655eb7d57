"""How many sums are kept together on each kind of processor, and that their number changes no bit."""

from __future__ import annotations

import json
import platform

import pytest
from llvmlite import binding
from numba.core import config

from kernels.lanes import registers
from tests.kernels.processes import fresh_process

KINDS = [
    (registers.WITH_MASKS, 8, 4), (registers.WITH_PAIRS, 4, 2), (registers.LEAST, 2, 1), (registers.ARM, 4, 2),
]  # fmt: skip
TRAINED = """
import json
import sys
from kernels.lanes import registers
count, width = json.loads(sys.argv[1])
registers.registers = lambda: (count, width)
from kernels.compiling.jit import stop_caching
import kernels.runs
import playground as pg
stop_caching()
wide = pg.with_changes(pg.Experiment(), network=pg.Network([pg.Dense(9, "tanh"), pg.Dense(19, "relu"), pg.Dense(17)]))
runs = []
for precision in ("float32", "float64"):
    session = pg.Session(pg.with_changes(wide, training__precision=precision))
    session.advance(steps=30)
    runs.append(session.digest())
print(json.dumps([registers.sums_at_once(4), runs]))
"""


@pytest.mark.parametrize(("kind", "singles", "doubles"), KINDS)
def test_as_many_sums_as_the_processor_holds_beside_their_terms(
    monkeypatch: pytest.MonkeyPatch, kind: tuple[int, int], singles: int, doubles: int
) -> None:
    monkeypatch.setattr(registers, "registers", lambda: kind)
    assert (registers.sums_at_once(4), registers.sums_at_once(8)) == (singles, doubles)


@pytest.mark.skipif(platform.machine().lower() not in ("x86_64", "amd64"), reason="names of x86-64 are looked for")
@pytest.mark.parametrize(
    ("features", "kind"),
    [
        ("", registers.LEAST), ("+sse2,-avx", registers.LEAST), ("+avx,+avx2", registers.WITH_PAIRS),
        ("+avx,+avx512f,+avx512vl", registers.WITH_MASKS), ("+avx,-avx512vl", registers.WITH_PAIRS),
        ("+avx2", registers.WITH_PAIRS),
    ],
)  # fmt: skip
def test_the_processor_that_is_compiled_for_counts(
    monkeypatch: pytest.MonkeyPatch, features: str, kind: tuple[int, int]
) -> None:
    monkeypatch.setattr(config, "CPU_FEATURES", features)
    assert registers.registers.__wrapped__() == kind


def test_this_processor_is_asked_where_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "CPU_FEATURES", None)
    assert registers.features_in_use() or platform.machine().lower() not in ("x86_64", "amd64")


def test_a_processor_whose_avx_is_not_used_or_that_tells_nothing_has_the_least(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "CPU_FEATURES", None)
    monkeypatch.setattr(config, "ENABLE_AVX", 0)
    assert not any(name.startswith("avx") for name in registers.features_in_use())

    def unknown() -> None:
        raise RuntimeError("LLVM does not know")

    monkeypatch.setattr(binding, "get_host_cpu_features", unknown)
    assert registers.features_in_use() == set()


@pytest.mark.long
def test_a_run_is_the_same_bytes_however_many_sums_are_kept() -> None:
    found = [json.loads(fresh_process(TRAINED, json.dumps(kind))) for kind, *_ in KINDS]
    assert [sums for sums, _ in found] == [8, 4, 2, 4]
    assert len({json.dumps(runs) for _, runs in found}) == 1
