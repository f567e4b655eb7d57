"""Whole numbers, numbers and their types as callers from Python hand them in.

Owns what counts as one: NumPy's scalars do, and 3.0 is a whole number. Knows nothing of what they are for.
"""

from __future__ import annotations

from numbers import Real
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from playground.errors import WrongUse

FLOATS: dict[str, type[np.floating]] = {"float32": np.float32, "float64": np.float64}
MOST = 2**52
"""The largest whole number taken: half of what a JSON number can tell exactly."""
LONGEST = 60
"""Letters of a wrong value that a sentence repeats."""


def shown(value: Any) -> str:
    """A wrong value as Python writes it, cut short; its type where it cannot be written."""
    try:
        text = repr(value)
    except Exception:  # its own repr, or whole numbers with more digits than Python writes
        text = f"<{type(value).__name__}>"
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def whole(name: str, value: Any, high: int = MOST) -> int:
    """A whole number from 0 to `high` as an int; raises WrongUse that names it."""
    if _is_number(value) and 0 <= value <= high and float(value).is_integer():
        return int(value)
    sentence = "{name} is a whole number from 0 to {high}; got {given}."
    given = float(value) if _is_number(value) and abs(value) < 1e15 else shown(value)
    raise WrongUse(sentence, name=name, high=high, given=given)


def number(name: str, value: Any) -> float:
    """A number as a float, finite or not; raises WrongUse that names it."""
    if not _is_number(value):
        raise WrongUse("{name} is a number; got {given}.", name=name, given=shown(value))
    try:
        return float(value)
    except OverflowError:
        raise WrongUse("{name} is a number; {given} is larger than any float.", name=name, given=shown(value)) from None


def reals(values: Any, order: Literal["C", "F"] = "C") -> NDArray[np.float64]:
    """An array of numbers, a copy; raises TypeError, ValueError or OverflowError where there are others.

    Such as complex ones, of which NumPy would drop a part."""
    if np.iscomplexobj(values):
        raise TypeError("complex numbers")
    return np.array(values, dtype=np.float64, order=order)


def truth(name: str, value: Any) -> bool:
    """True or False; raises WrongUse that names it."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    raise WrongUse("{name} is True or False; got {given}.", name=name, given=shown(value))


def float_type(given: Any) -> type[np.floating] | None:
    """float32 or float64, however NumPy lets them be written; None stays None."""
    if given is None:
        return None
    given = str(given) if isinstance(given, bytes) else given  # NumPy warns of some that it once took for its types
    try:
        return FLOATS[given if isinstance(given, str) else np.dtype(given).name]
    except (TypeError, ValueError, KeyError):  # ValueError: NumPy's own message may be one that fails
        raise WrongUse("dtype is float32 or float64; got {given}.", given=shown(given)) from None


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
