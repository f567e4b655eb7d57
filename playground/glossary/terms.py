"""The entries: a title, one line, a few sentences, a formula, a picture's name, related entries.

Owns reading them, once and only when one is first asked for: the first window does not wait for it.
"""

from __future__ import annotations

from functools import cache

import msgspec

from playground import resources


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry. picture: `activation:NAME`, `loss:NAME` or `schedule:NAME`. see: keys of related entries."""

    title: str
    short: str
    long: str
    formula: str = ""
    picture: str = ""
    see: tuple[str, ...] = ()


@cache
def terms() -> dict[str, Term]:
    """Every entry by its key; raises msgspec.ValidationError where the file breaks the form above."""
    return resources.texts("terms", dict[str, Term])


def term(key: str) -> Term | None:
    """The entry of a key, or None where there is none."""
    return terms().get(key)
