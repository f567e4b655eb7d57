"""Mutants of the kernels that compute the same as the original, each with the reason why no test can know them."""

from __future__ import annotations

EQUIVALENT: dict[tuple[str, str, str], str] = {
    (
        "clipping.py",
        "choose(integer_at(plan, layer, FROZEN), {1: tuple, 0: trained})",
        "1 -> (2)",
    ): "an unknown code means the first case, and that is the case of 1",
    (
        "layout.py",
        "return owners.astype(np.int64).reshape(1, -1)",
        "1 -> (2)",
    ): "NumPy takes every negative number for the size that it is to find out",
    (
        "packing.py",
        "for row in range(part * band + first_row, (part + 1) * band):",
        "part * band -> (part)",
    ): "the rows before were found finite by the turn before, and those between two bands' units are never written",
    (
        "pooling.py",
        "zero = filled(load(rows, before + corner, column), 0.0)",
        "before + corner -> (before - corner)",
    ): "only the number type of what is loaded is used",
}
"""(file, line, change): reason."""
