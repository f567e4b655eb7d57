"""Many small cases as one test: what pytest asks for each test of its own takes longer than such a case.

Owns the decorator that stands where `pytest.mark.parametrize` would; judges nothing.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest


def cases(names: str | tuple[str, ...], values: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Call the test for each of the values as `pytest.mark.parametrize` would; each that fails is named.

    For cases of a few milliseconds that take no fixture which one of them could leave changed.
    """
    wanted = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    rows = [tuple(value) if len(wanted) > 1 else (value,) for value in values]
    assert rows

    def decorated(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def all_of_them(**others: Any) -> None:
            failed: list[BaseException] = []
            for row in rows:
                given = dict(zip(wanted, row, strict=True))
                try:
                    test(**given, **others)
                except (Exception, pytest.fail.Exception) as error:  # what does not raise fails in pytest's own way
                    error.add_note(f"in the case {given}")
                    failed.append(error)
            if failed:
                raise (
                    failed[0] if len(failed) == 1 else BaseExceptionGroup(f"{len(failed)} of {len(rows)} cases", failed)
                )

        mine = inspect.signature(test)
        left = [each for name, each in mine.parameters.items() if name not in wanted]
        all_of_them.__signature__ = mine.replace(parameters=left)  # type: ignore[attr-defined]
        return all_of_them

    return decorated
