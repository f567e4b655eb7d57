"""How far the sheets of a workbook reach, before it is opened: the reader holds every cell between the first and the
last, and two cells at opposite corners of a sheet would end the program.

Owns the limits of workbooks and how their parts are looked through; knows nothing of what is in a cell.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import IO

from playground.errors import FileRefused
from playground.tables.packed import check_directory

MOST_UNPACKED, MOST_CELLS = 2**29, 2**24
"""Bytes that a workbook, which is a zip archive, may have unpacked, and cells from the first to the last of a sheet."""
PIECE, OVERLAP = 1 << 22, 64
REFERENCE = rb"""\br\s*=\s*["']\s*+(?:%s)"""
COLUMNS, ROWS = re.compile(REFERENCE % rb"([A-Za-z]+)[0-9]"), re.compile(REFERENCE % rb"[A-Za-z]*([0-9]+)")
FILLED = rb"""(?!\s*["'][^<>"']*(?:"[^"<>]*"[^<>"']*)*/>)"""
"""Not the end of a cell that has nothing in it, only a colour."""
FILLED_COLUMNS = re.compile(REFERENCE % rb"([A-Za-z]++)[0-9]++" + FILLED)
FILLED_ROWS = re.compile(REFERENCE % rb"[A-Za-z]++([0-9]++)" + FILLED)
WITHOUT = re.compile(rb"<(?:\w+:)?(c|row)(?![\w])(?![^>]{0,200}\br\s*=)")
ROW, CELL, REPEATED = b"<table:table-row", b"table-cell", re.compile(rb"""-columns-repeated\s*=\s*["']\s*(\d+)""")
ROWS_REPEATED = re.compile(rb"""-rows-repeated\s*=\s*["']\s*(\d+)""")
TRAILING = re.compile(rb"<table:(?:covered-)?table-cell[^>]{0,500}/>\s*(?=</table:table-row>)")
BEGIN_DATA = 145
CONTENT = (b"office:value", b"<text:", b"office:string", b"office:boolean", b"office:date")


def check_reach(data: bytes, name: str) -> None:
    """Refuse a workbook that is damaged, or whose sheets are more than can be held."""
    if not data.startswith(b"PK"):
        return
    check_directory(data, name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            size = sum(member.file_size for member in members)
            if size > MOST_UNPACKED:
                sentence = "{name} is too large: unpacked it has {given} bytes, where {high} are allowed."
                raise FileRefused(sentence, name=name, given=size, high=MOST_UNPACKED)
            is_binary = any(member.filename.lower().endswith("workbook.bin") for member in members)
            for member in members:
                with archive.open(member) as part:
                    cells = _cells(member.filename, part, is_binary)
                if cells > MOST_CELLS:
                    sentence = "{name} is too large: a sheet reaches over {given} cells, where {high} are allowed."
                    raise FileRefused(sentence, name=name, given=cells, high=MOST_CELLS)
    except FileRefused:
        raise
    except Exception:  # whatever a damaged archive provokes; one that lies about its sizes is damaged, too
        raise FileRefused("{name} is a damaged workbook; save or copy it again.", name=name) from None


def _cells(title: str, part: IO[bytes], is_binary: bool) -> int:
    """Cells of a part of the archive, at most; 0 of what can be no sheet. is_binary: whether its sheets are Excel's
    binary ones; else such parts are macros, or what a printer is set to."""
    if title.endswith("content.xml"):
        return _of_open_document(part.read())
    if title.endswith(".bin"):
        return _of_records(part.read()) if is_binary else 0
    cells, are_placed = _reach(part, COLUMNS, ROWS)
    if cells <= MOST_CELLS or not are_placed:
        return cells
    part.seek(0)  # rows and cells with nothing in them are held by nobody; to leave them out takes longer
    return _reach(part, FILLED_COLUMNS, FILLED_ROWS)[0]


def _reach(part: IO[bytes], columns_of: re.Pattern[bytes], rows_of: re.Pattern[bytes]) -> tuple[int, bool]:
    """Cells from the first to the last place that these find, and whether all rows and cells say where they are."""
    rows = columns = unnamed_rows = unnamed_cells = 1
    for piece in _pieces(part):
        columns = max(columns, *map(_number_of, set(columns_of.findall(piece))), 1)
        rows = max(rows, *map(_row, set(rows_of.findall(piece))), 1)
        without = WITHOUT.findall(piece)
        unnamed_rows += without.count(b"row")
        unnamed_cells += without.count(b"c")
    if unnamed_rows > 1:  # without places cells lie one after the other
        rows += unnamed_rows
    if unnamed_cells > MOST_CELLS // max(rows, 1):
        part.seek(0)
        columns += max(each.count(b"<c") + each.count(b":c") for each in part.read().split(b"row"))
    return rows * columns, unnamed_rows == unnamed_cells == 1


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    """The bytes, in pieces that end where a tag does."""
    before = b""
    while piece := part.read(PIECE):
        piece = before + piece
        end = piece.rfind(b">") + 1
        yield piece[: end or None]
        before = piece[end:] if end else piece[-OVERLAP:]
    yield before


def _row(digits: bytes) -> int:
    return int(digits[:9])


def _number_of(letters: bytes) -> int:
    """What column `A`, `Z` or `XFD` is, from 1."""
    found = 0
    for letter in letters[:5].upper():
        found = 26 * found + letter - 64
    return found


def _of_open_document(content: bytes) -> int:
    """Cells of the largest sheet. Comments could hide where one begins: with any, all sheets count as one."""
    return max(map(_of_open_sheet, [content] if b"<!" in content else content.split(b"<table:table ")))


def _of_open_sheet(content: bytes) -> int:
    """A cell, and a row, may be said to stand there many times; empty ones at the end count for nothing."""
    content = content[: max(content.rfind(each) for each in CONTENT) + 1]
    rows = columns = 1
    for row in content.split(ROW):
        head = ROWS_REPEATED.search(row[: row.find(b">")])
        rows += 1 if head is None else _row(head[1])
        if CELL in row:
            row = TRAILING.sub(b"", row)
            columns = max(columns, row.count(CELL) + sum(map(_row, REPEATED.findall(row))))
    return rows * columns


def _of_records(part: bytes) -> int:
    """Of Excel's binary sheets: records of a kind, a size and that many bytes; a row's and a cell's begin with its
    number (MS-XLSB 2.1.4, 2.5.9), behind the record with which a sheet's data begin."""
    place, rows, columns, size, is_data = 0, 1, 1, len(part), False
    while place < size:
        kind, place = _varied(part, place, 2)
        length, place = _varied(part, place, 4)
        if kind == BEGIN_DATA:
            is_data = True
        elif kind == 0 and is_data:
            rows = max(rows, int.from_bytes(part[place : place + 4], "little") + 1)
        elif kind <= 11 and is_data:
            columns = max(columns, int.from_bytes(part[place : place + 4], "little") + 1)
        place += length
    return rows * columns


def _varied(part: bytes, place: int, most: int) -> tuple[int, int]:
    """A number of up to so many bytes, seven bits each, and the place behind it."""
    found = 0
    for index, byte in enumerate(part[place : place + most]):
        found |= (byte & 127) << 7 * index
        if byte < 128:
            return found, place + index + 1
    return found, place + most
