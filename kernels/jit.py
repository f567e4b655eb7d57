"""How kernels are compiled, said once.

Owns the two decorators of Numba functions; functions of lanes are `traced` instead (tracing.py). Kernel files never name a
compiler option.

- `nogil`: the worker must not hold the interpreter lock, or the window stands still.
- `error_model="numpy"`: divisions follow IEEE 754 and never raise; raising out of compiled code leaks.
- `cache`: entries only; inlined functions live inside their entry's machine code.
- no `fastmath` (it deletes every NaN test and lets the compiler reorder sums), no `parallel` (it would
  bring a thread pool that dies after a fork), so the same bits come out on every processor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba import types

from kernels import cache, lowering

Function = TypeVar("Function", bound=Callable[..., Any])

ENTRIES: list[Any] = []
assert lowering  # registers the operations on lanes


def entry(function: Function) -> Function:
    """Compile a function that Python calls; kept in the disk cache."""
    compiled = numba.njit(nogil=True, error_model="numpy", cache=cache.FOLDER is not None)(function)
    ENTRIES.append(compiled)
    return cast(Function, compiled)


def inline(function: Function) -> Function:
    """Compile a function that only kernels call; it becomes part of its caller.

    It is compiled for the types of its arguments only, not anew for every constant handed in.
    """
    compiled = numba.njit(nogil=True, error_model="numpy", forceinline=True)(function)
    template = getattr(compiled, "get_call_template", None)
    if template is not None:  # None when the compiler is off

        def without_constants(arguments: Any, keywords: Any) -> Any:
            return template(tuple(types.unliteral(a) for a in arguments), keywords)

        compiled.get_call_template = without_constants
    return cast(Function, compiled)
