"""Which warnings may not fail a test: what a library, Python or Qt has deprecated since this program was released.

All other warnings are errors, always. Deprecations are errors in CI (`CI=true`), so that developers hear of them;
for everybody else they are shown at the end of the run, because a new version of a library breaks nothing yet.
"""

from __future__ import annotations

import os
import warnings

KINDS = (
    "default::DeprecationWarning",
    "default::PendingDeprecationWarning",
    "default::FutureWarning",
    "default:(?s).*deprecat",  # NumPy, Numba and PyTorch have kinds of their own for some
)
"""Filters, as pytest reads them, for everything that is a deprecation."""

KNOWN = (
    # NumPy 2.5 deprecates an assignment that pyqtgraph 0.14 still makes.
    "ignore:Setting the shape:DeprecationWarning:pyqtgraph",
    # Python 3.11 says so of modules that DuckDB's binding is made with (pybind11).
    "ignore:BuiltinImporter.module_repr:DeprecationWarning",
)
"""Deprecations that only a library can mend: not shown, and no error in CI either. Each says what it waits for."""


def in_ci() -> bool:
    """Whether developers are watching."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def filters() -> tuple[str, ...]:
    """What comes after "error"; later ones win."""
    return KNOWN if in_ci() else (*KINDS, *KNOWN)


def is_one(message: str) -> bool:
    """Whether something that Qt prints is about a deprecation."""
    return "deprecated" in message


def tell(message: str) -> None:
    """Let pytest show what Qt has printed; an error in CI, as every deprecation."""
    warnings.warn(message, DeprecationWarning, stacklevel=2)
