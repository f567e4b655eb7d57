"""Inlined kernel functions, so that a test can call them.

Owns the wrapper that `kernels.compiling.jit.inline` leaves out: without it a call from Python would end the process;
and the keeping of such wrappers between runs, beside the kernels and under the same lock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numba

from kernels.compiling import cache, saving
from kernels.compiling.jit import COMPILER_IS_OFF


def kept_machine_code(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    """Compile a function that calls kernels; kept while their sources and the function's file stay as they are.

    Importing this module makes the operations on lanes known to Numba.
    """
    compiled = numba.njit(error_model="numpy", cache=cache.FOLDER is not None, **options)(function)
    saving.one_at_a_time(getattr(compiled, "_cache", None))
    return cast("Callable[..., Any]", compiled)


def opened(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, compiled once more with a way in from Python; itself where the compiler is off."""
    if COMPILER_IS_OFF:
        return function
    plain: Any = function
    return kept_machine_code(plain.py_func, _nrt=False)
