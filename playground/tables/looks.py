"""The rows of a table that need a look: cells that are empty, that are no numbers, that stand beyond the last column.

Owns what is said of each and what was done with it; knows nothing of where it is shown.
"""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np

from playground.errors import Said
from playground.tables.choosing import Choice, Plan
from playground.tables.table import Column, Odd, Table

Remedy = Literal["fill", "leave_out", "take", ""]
"""What else can be done with a row: its empty cells take their column's mean, it is left out, or taken again."""


class Look(msgspec.Struct, frozen=True):
    """A row (from 1, without the header), what is odd about it, what was done, and what else can be done."""

    row: int
    what: Said
    done: Said
    remedy: Remedy = ""


def looks(plan: Plan, most: int) -> tuple[list[Look], int]:
    """The first of them, in order, and how many there are."""
    table, columns = plan.table, [plan.target, *plan.columns]
    odd: dict[int, list[tuple[Column, Odd]]] = {}
    for column in columns:
        for each in column.odd:
            odd.setdefault(each.row, []).append((column, each))
    empty = np.zeros(table.kept, dtype=np.int64)
    for column in columns:
        empty += column.missing
    rows = set(table.numbers[empty > 0].tolist()) | set(odd) | set(table.wide)
    first = sorted(rows)[:most]
    places = dict(zip(first, np.searchsorted(table.numbers, first).tolist(), strict=True))
    return [_look(plan, columns, row, places[row], odd.get(row, [])) for row in first], len(rows)


def _look(plan: Plan, columns: list[Column], row: int, place: int, odd: list[tuple[Column, Odd]]) -> Look:
    choice, table = plan.choice, plan.table
    empty = [column for column in columns if column.missing[place]]
    done, remedy = _done(choice, plan.target, empty, odd, row)
    if odd:
        column, cell = odd[0]
        more = f" ({len(odd) - 1} more)" if len(odd) > 1 else ""
        sentence = "{column}: “{text}” is not a number{more}"
        values = {"column": column.name, "text": cell.text.strip()[:40], "more": more}
        return Look(row, Said(sentence, values), done, remedy)
    if len(empty) == 1:
        return Look(row, Said("{column} is empty", {"column": empty[0].name}), done, remedy)
    if empty:
        return Look(row, Said("{count} cells are empty", {"count": len(empty)}), done, remedy)
    return Look(row, Said("there are more cells than {count} columns", {"count": len(table.columns)}), done, remedy)


def _done(
    choice: Choice, target: Column, empty: list[Column], odd: list[tuple[Column, Odd]], row: int
) -> tuple[Said, Remedy]:  # fmt: skip
    if row in choice.left_out:
        return Said("left out"), "take"
    if target in empty:
        return Said("left out"), ""
    if empty:
        if row in choice.filled:
            return Said("filled with the mean"), "leave_out"
        if choice.missing == "drop":
            return Said("left out"), "fill"
        return Said("filled in: {how}", {"how": choice.missing}), "leave_out"
    values = [cell.value for _, cell in odd if cell.value is not None]
    if values:
        return Said("read as {value}", {"value": values[0]}), "leave_out"
    return Said("the others are ignored"), "leave_out"


def told_looks(plan: Plan, most: int = 3) -> tuple[Said, ...]:
    """The same as sentences: the first ones, and how many more there are."""
    found, count = looks(plan, most)
    said = [
        Said("Row {row}: {what}: {done}.", {"row": each.row, "what": each.what, "done": each.done}) for each in found
    ]
    if count > most:
        said.append(Said("{count} more rows need a look.", {"count": count - most}))
    return tuple(said)


def listed(table: Table) -> str:
    """The columns of a table, a line each with what it was taken for."""
    width = max(len(column.name) for column in table.columns[:64])
    lines = [f"  {column.name:<{width}}  {_taken_for(column)}" for column in table.columns[:64]]
    if len(table.columns) > 64:
        lines.append(f"  … and {len(table.columns) - 64} more")
    return "\n".join(lines)


def _taken_for(column: Column) -> str:
    names = ", ".join(column.names[:6]) + (" …" if len(column.names) > 6 else "")
    if column.kind == "class":
        return f"{len(column.names)} classes: {names}"
    if column.kind == "number":
        return f"number, or {len(column.names)} classes: {names}" if column.may_be_classes else "number"
    return f"{column.kind} (no feature: {column.no_feature})"
