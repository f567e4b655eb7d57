"""Sheets of workbooks (Excel, OpenDocument) as the text of a table, which is then read as any other.

Owns which sheet is read and how its cells are written down; knows nothing of what a column is taken for.
"""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any

import msgspec

from playground.errors import FileRefused, Said
from playground.tables.reaching import check_reach
from playground.tables.table import MAX_READ_COLUMNS, TOO_WIDE


class Sheet(msgspec.Struct, frozen=True):
    """One sheet as comma separated text, its name, and those of all."""

    text: str
    name: str
    names: tuple[str, ...]
    remarks: tuple[Said, ...] = ()


def read_sheet(data: bytes, name: str, wanted: str | None) -> Sheet:
    """The sheet of this name, or the first with at least two rows; raises FileRefused."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    check_reach(data, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = tuple(book.sheet_names)
        if wanted is not None and wanted not in names:
            sentence = "{name} has no sheet {given}; its sheets are {names}."
            raise FileRefused(sentence, name=name, given=wanted, names=names[:20])
        for title in (wanted,) if wanted is not None else names:
            rows = book.get_sheet_by_name(title).to_python(skip_empty_area=True)
            if len(rows) > 1:
                break
        else:
            raise FileRefused("{name} has no sheet with rows in it.", name=name)
    except PasswordError:
        raise FileRefused("{name} is locked with a password: save it without one.", name=name) from None
    except CalamineError as error:
        raise FileRefused("{name} is a damaged workbook: {why}.", name=name, why=_line(error)) from None
    except FileRefused:
        raise
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        # the library is written in Rust, and its panics are no Exception
        raise FileRefused("{name} is a damaged workbook: {why}.", name=name, why=_line(error)) from None
    remarks: tuple[Said, ...] = ()
    if len(names) > 1 and wanted is None:
        others = tuple(each for each in names if each != title)
        sentence = "The sheet “{sheet}” was read; there are also {others}."
        remarks = (Said(sentence, {"sheet": str(title), "others": others[:5]}),)
    return Sheet(_as_text(rows, name), str(title), names, remarks)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:120].rstrip(".")


def _as_text(rows: list[list[Any]], name: str) -> str:
    if len(rows[0]) > MAX_READ_COLUMNS:
        raise FileRefused(TOO_WIDE, name=name, given=len(rows[0]), high=MAX_READ_COLUMNS)
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return str(value)
