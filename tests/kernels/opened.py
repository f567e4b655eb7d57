"""Inlined kernel functions, so that a test can call them.

Owns the wrapper that `kernels.compiling.jit.inline` leaves out: without it a call from Python would end the process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

from kernels.compiling.jit import COMPILER_IS_OFF


def opened(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, compiled once more with a way in from Python; itself where the compiler is off."""
    if COMPILER_IS_OFF:
        return function
    plain: Any = function
    return numba.njit(error_model="numpy", _nrt=False)(plain.py_func)
