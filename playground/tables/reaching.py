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
REFERENCE = rb"""\br\s*=\s*["']\s*(?:%s)"""
COLUMNS = re.compile(REFERENCE % rb"([A-Za-z]+)[0-9]")
ROWS = re.compile(REFERENCE % rb"[A-Za-z]*([0-9]+)")
WITHOUT = re.compile(rb"<(?:\w+:)?(c|row)(?![\w])(?![^>]{0,200}\br\s*=)")
ROW, CELL, REPEATED = b"<table:table-row", b"table-cell", re.compile(rb"""-columns-repeated\s*=\s*["']\s*(\d+)""")
ROWS_REPEATED = re.compile(rb"""-rows-repeated\s*=\s*["']\s*(\d+)""")
TRAILING = re.compile(rb"<table:(?:covered-)?table-cell[^>]{0,500}/>\s*(?=</table:table-row>)")
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
            for member in members:
                with archive.open(member) as part:
                    cells = _cells(member.filename, part)
                if cells > MOST_CELLS:
                    sentence = "{name} is too large: a sheet reaches over {given} cells, where {high} are allowed."
                    raise FileRefused(sentence, name=name, given=cells, high=MOST_CELLS)
    except FileRefused:
        raise
    except Exception:  # whatever a damaged archive provokes; one that lies about its sizes is damaged, too
        raise FileRefused("{name} is a damaged workbook; save or copy it again.", name=name) from None


def _cells(title: str, part: IO[bytes]) -> int:
    """Cells of a part of the archive, at most; 0 of what can be no sheet."""
    if title.endswith("content.xml"):
        return _of_open_document(part.read())
    if title.endswith(".bin"):
        return _of_records(part.read())
    rows = columns = unnamed_rows = unnamed_cells = 1
    for piece in _pieces(part):
        seen = set(COLUMNS.findall(piece))
        columns = max(columns, *map(_number_of, seen), 1)
        rows = max(rows, *map(_row, set(ROWS.findall(piece))), 1)
        without = WITHOUT.findall(piece)
        unnamed_rows += without.count(b"row")
        unnamed_cells += without.count(b"c")
    if unnamed_rows > 1:  # without places cells lie one after the other
        rows += unnamed_rows
    if unnamed_cells > MOST_CELLS // max(rows, 1):
        part.seek(0)
        columns += max(each.count(b"<c") + each.count(b":c") for each in part.read().split(b"row"))
    return rows * columns


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    """The bytes, in pieces that overlap a little: a place may lie on the edge."""
    before = b""
    while piece := part.read(PIECE):
        yield before + piece
        before = piece[-OVERLAP:]


def _row(digits: bytes) -> int:
    return int(digits[:9])


def _number_of(letters: bytes) -> int:
    """What column `A`, `Z` or `XFD` is, from 1."""
    found = 0
    for letter in letters[:5].upper():
        found = 26 * found + letter - 64
    return found


def _of_open_document(content: bytes) -> int:
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
    number (MS-XLSB 2.1.4, 2.5.9)."""
    place, rows, columns, size = 0, 1, 1, len(part)
    while place < size:
        kind, place = _varied(part, place, 2)
        length, place = _varied(part, place, 4)
        if kind == 0:
            rows = max(rows, int.from_bytes(part[place : place + 4], "little") + 1)
        elif kind <= 11:
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
