"""How kernels are compiled, said once.

Owns the two decorators of Numba functions; functions of lanes are `traced` instead (lanes/tracing.py). Kernel files
never name a compiler option.

- `nogil`: the worker must not hold the interpreter lock, or the window stands still.
- `error_model="numpy"`: divisions follow IEEE 754 and never raise; raising out of compiled code leaks.
- `cache`: entries only; inlined functions live inside their entry's machine code.
- `_nrt=False`: kernels own no memory, so no references are counted; counting took a tenth of a small network's step.
- no `fastmath` (it deletes every NaN test and lets the compiler reorder sums), no `parallel` (it would
  bring a thread pool that dies after a fork), so the same bits come out on every processor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numba.core.caching
import numpy as np
from numba import types
from numba.core import config

from kernels.compiling import cache, saving
from kernels.lanes import addressing, lowering

Function = TypeVar("Function", bound=Callable[..., Any])

COMPILER_IS_OFF = bool(getattr(config, "DISABLE_JIT", False))
ENTRIES: list[Any] = []
NO_WRAPPERS = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}  # Python never calls an inlined function
OPERATIONS = (lowering, addressing)  # importing them has made the operations on lanes known to Numba


def compiled_with(function: Callable[..., Any], **options: Any) -> Any:
    """The dispatcher; with the compiler off (`NUMBA_DISABLE_JIT=1`) the function itself, as silent as machine code."""
    if COMPILER_IS_OFF:
        return np.errstate(all="ignore")(function)
    return numba.njit(nogil=True, _nrt=False, error_model="numpy", **options)(function)


def entry(function: Function) -> Function:
    """Compile a function that Python calls; kept in the disk cache."""
    compiled = compiled_with(function, cache=cache.FOLDER is not None)
    saving.one_at_a_time(getattr(compiled, "_cache", None))
    ENTRIES.append(compiled)
    return cast(Function, compiled)


def inline(function: Function) -> Function:
    """Compile a function that only kernels call; it becomes part of its callers.

    It is compiled once, for the types of its arguments only and not anew for every constant handed in.
    """
    compiled = compiled_with(function, forceinline=True, **NO_WRAPPERS)
    if not COMPILER_IS_OFF:
        resolve = compiled.get_call_template
        unliteral: Any = types.unliteral
        compiled.get_call_template = lambda kinds, words: resolve(tuple(unliteral(k) for k in kinds), words)
    return cast(Function, compiled)


def part(function: Function) -> Function:
    """A part of the entry in a file of its own: Numba reads it as if its text stood in its only caller.

    Compiled apart, it would bring its own copy of everything it calls, to be optimized and then thrown away.
    """
    return cast(Function, compiled_with(function, inline="always"))


def stop_caching() -> None:
    """From now on compile every entry in this process without looking at the disk."""
    no_cache: Any = numba.core.caching.NullCache
    for compiled in ENTRIES:
        compiled._cache = no_cache()
