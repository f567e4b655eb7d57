"""Sheets of workbooks (Excel, OpenDocument) as the text of a table, which is then read as any other.

Owns which sheet is read and how its cells are written down; knows nothing of what a column is taken for.
"""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from dataclasses import dataclass
from typing import Any

from playground.errors import FileRefused, Said
from playground.tables.table import MAX_READ_COLUMNS

MOST_UNPACKED = 2**30
"""Bytes that a workbook, which is a zip archive, may have unpacked."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as comma separated text, its name, and those of all."""

    text: str
    name: str
    names: tuple[str, ...]
    remarks: tuple[Said, ...] = ()


def read_sheet(data: bytes, name: str, wanted: str | None) -> Sheet:
    """The sheet of this name, or the first with at least two rows; raises FileRefused."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    _check_size(data, name)
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


def _check_size(data: bytes, name: str) -> None:
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except Exception:  # whatever a damaged archive provokes
        raise FileRefused("{name} is a damaged workbook; save or copy it again.", name=name) from None
    if size > MOST_UNPACKED:
        sentence = "{name} is too large: unpacked it has {given} bytes, where {high} are allowed."
        raise FileRefused(sentence, name=name, given=size, high=MOST_UNPACKED)


def _as_text(rows: list[list[Any]], name: str) -> str:
    if len(rows[0]) > MAX_READ_COLUMNS:
        sentence = "{name} has {given} columns; {high} at most are read. Leave out those that are not needed."
        raise FileRefused(sentence, name=name, given=len(rows[0]), high=MAX_READ_COLUMNS)
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
