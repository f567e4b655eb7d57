"""Processor time that is spent in functions of the program, whoever calls them.

Owns this measure; benchmarks and reports say what of a whole is the kernels'.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from unittest import mock


class Clock:
    """`seconds` so far, of the whole process or as another reading of time has them."""

    def __init__(self, read: Callable[[], float] = time.process_time) -> None:
        self.seconds = 0.0
        self._read = read

    @contextmanager
    def counting(self, module: ModuleType, *names: str) -> Iterator[None]:
        """Count what these functions of a module take meanwhile."""
        with mock.patch.multiple(module, **{name: self._timed(getattr(module, name)) for name in names}):
            yield

    def _timed(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            began = self._read()
            try:
                return call(*given, **named)
            finally:
                self.seconds += self._read() - began

        return timed
