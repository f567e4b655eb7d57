"""How many vectors of sixteen numbers a processor holds at once, and so how many sums are worth keeping together.

Owns that number. Must not know what is summed. It changes how fast the machine code is and no bit of what it returns:
with too many sums at once, some are written to memory and read again at every term, and with too few every term is read
too often.
"""

from __future__ import annotations

import functools
import platform
from typing import Final

from numba.core import config

from kernels.lanes.size import LANES

MOST: Final = 8
BESIDE: Final = 2
"""Registers for what all sums have in common, such as a weight that is repeated."""
ARM: Final = (32, 16)
WITH_MASKS, WITH_PAIRS, LEAST = (32, 32), (16, 32), (16, 16)
"""Of AVX-512, where compilers prefer to use half of each register, of AVX, and of every other x86-64."""


@functools.cache
def registers() -> tuple[int, int]:
    """How many vector registers there are where the program is compiled for, and their bytes."""
    if platform.machine().lower() in ("arm64", "aarch64"):
        return ARM
    features = features_in_use()
    if "avx512vl" in features:
        return WITH_MASKS
    return WITH_PAIRS if any(name.startswith("avx") for name in features) else LEAST


def features_in_use() -> set[str]:
    """What the machine code may use of the processor, as Numba tells LLVM: what NUMBA_CPU_NAME and NUMBA_CPU_FEATURES
    say, or all it has, of some old ones and with NUMBA_ENABLE_AVX=0 without AVX."""
    told: str | None = getattr(config, "CPU_FEATURES", None)
    if told is None:
        from numba.core.codegen import get_host_cpu_features

        told = get_host_cpu_features()
    return {each[1:] for each in told.split(",") if each.startswith("+")}


def sums_at_once(size: int) -> int:
    """How many sums of sixteen numbers of so many bytes, each with a term: a power of two up to MOST, at least 1."""
    count, width = registers()
    taken, sums = max(1, LANES * size // width), MOST
    while sums > 1 and (sums + 1) * taken + BESIDE > count:
        sums //= 2
    return sums
