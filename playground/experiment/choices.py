"""A named choice of a table, as lists, menus and the command line show it. Owns that record only."""

from __future__ import annotations

import msgspec


class Choice(msgspec.Struct, frozen=True):
    """A named choice of a table: its label in a list, one sentence about it, and its formula where it has one.

    number: the setting beside the choice that this one alone goes by, "" where there is none.
    """

    name: str
    label: str
    note: str
    formula: str = ""
    number: str = ""


def table(*choices: Choice) -> dict[str, Choice]:
    """The choices by their names, in the order given."""
    return {choice.name: choice for choice in choices}
