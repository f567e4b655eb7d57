"""Tables that are too large are refused before anything is made of them; `tests/costs/refusals.py` tells how soon."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from playground.errors import FileRefused
from playground.tables import packed, reaching, reading
from playground.tables.arrays import read_array
from playground.tables.packed import unpacked
from playground.tables.reading import table_of
from playground.tables.table import MAX_READ_COLUMNS, MAX_ROWS, chosen_rows
from tests.costs.refusals import SHEET, array_of, far_corner, many_members, parquet_of, repeated, workbook, zipped

RECORD = json.dumps({f"c{place}": place for place in range(MAX_READ_COLUMNS + 1)})


def xlsb(*records: tuple[int, int]) -> bytes:
    """A binary sheet with rows (0) and cells (5) of these numbers."""
    part = b"".join(bytes((kind, 4)) + number.to_bytes(4, "little") for kind, number in records)
    return zipped({"xl/workbook.bin": b"", "xl/worksheets/sheet1.bin": b"\x81\x01\x00\x91\x01\x00" + part})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (lambda: far_corner().data, "reaches over 17179869184 cells"),
        (lambda: repeated(1048576, 16384).data, "reaches over 171"),
        (lambda: workbook(f"<row><c><v>1</v></c></row>{'<row/>' * 9000}<row>{'<c/>' * 9000}</row>").data, "reaches"),
        (lambda: xlsb((0, 0), (5, 0), (0, 1048575), (5, 16383)), "reaches over 17179869184 cells"),
        pytest.param(
            lambda: zipped({f"xl/{place}.xml": b"" for place in range(25_000)}), "tens of thousands of files",
            marks=pytest.mark.long,
        ),
        (lambda: many_members(25_000).data, "tens of thousands of files"),
        (lambda: array_of((2, 5000), "i1").data, "has 5000 columns"),
        (lambda: array_of((0,), "V0").data.replace(b"(0,)", b"(9,)"), "damaged NumPy array"),
        (lambda: (",".join(["1"] * 20_000) + "\n").encode() * 4, "has 20000 columns"),
        (lambda: b"a" * (reading.EARLY + 9), "is one line of more than"),
        (lambda: f"[{RECORD}]".encode(), "has 1025 columns"),
        (lambda: f"{RECORD}\n{RECORD}".encode(), "has 1025 columns"),
        (lambda: gzip.compress((",".join(["1"] * 20_000) + "\n").encode() * 4), "has 20000 columns"),
    ],
)  # fmt: skip
def test_what_is_too_large_is_refused(data: Callable[[], bytes], said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        table_of(data(), "large")


def test_of_a_parquet_file_with_too_many_columns_only_its_footer_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = ", ".join(f"random() AS c{place}" for place in range(MAX_READ_COLUMNS + 1))
    data = parquet_of(f"SELECT {columns} FROM range(9)").data
    monkeypatch.setattr(Path, "write_bytes", lambda *_: pytest.fail("all of it was written"))
    with pytest.raises(FileRefused, match="large has 1025 columns; 1024 at most are read"):
        table_of(data, "large")


def test_a_sheet_with_empty_cells_behind_its_own_is_read() -> None:
    """LibreOffice says of the rest of each row, and of the sheet, that it is repeated."""
    empty = '<table:table-cell table:number-columns-repeated="16382"/>'
    cells = "".join(f'<table:table-cell office:value-type="float" office:value="{each}"/>' for each in (1, 2))
    rest = f'<table:table-row table:number-rows-repeated="1048573">{empty}</table:table-row>'
    content = f"<table:table-row>{cells}{empty}</table:table-row>" * 3 + rest
    assert reaching._of_open_document(content.encode()) < 20


CELLS = "".join(f'<c r="{chr(65 + place)}2"><v>{place}</v></c>' for place in range(20))
LAST_ROW = '<row r="1048576" ht="12.8" customHeight="true"{}>'
PRINTER = "A printer".encode("utf-16-le").ljust(64, b"\0") + bytes.fromhex("01040006dc001c0480ff4301") + bytes(900)
"""As Windows keeps its settings: a name, zeros, the version 0x0401 of the structure, that of the driver."""
ROW = "<table:table-row>" + '<table:table-cell office:value="1"/>' * 20 + "</table:table-row>"
REST = '<table:table-row table:number-rows-repeated="1048576"><table:table-cell/></table:table-row>'
TABLE = f'<table:table table:name="A">{ROW}{REST}</table:table>'


@pytest.mark.parametrize(
    "parts",
    [
        {SHEET: CELLS + LAST_ROW.format("/")},
        {SHEET: CELLS + LAST_ROW.format("") + '<c r="A1048576" s="1"/><c s="1" r="B1048576" /></row>'},
        {SHEET: CELLS, "xl/printerSettings/printerSettings1.bin": PRINTER},
        {"xl/workbook.bin": b"", "xl/printerSettings/printerSettings1.bin": PRINTER},
        {SHEET: CELLS, "xl/vbaProject.bin": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + b"\x3e\0\3\0\xfe\xff" * 9},
        {"content.xml": TABLE * 3},
    ],
    ids=["a last row", "coloured cells", "a printer", "a printer of a binary sheet", "macros", "several sheets"],
)  # fmt: skip
def test_what_reaches_over_no_cell_does_not_count(
    parts: dict[str, bytes | str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Excel and LibreOffice write all of this beside the cells of small tables."""
    data = zipped({title: part.encode() if isinstance(part, str) else part for title, part in parts.items()})
    for piece in (1 << 22, 256):
        monkeypatch.setattr(reaching, "PIECE", piece)
        reaching.check_reach(data, "t")


@pytest.mark.parametrize(
    "parts",
    [
        {SHEET: f'<row r="{2**20}"><c><v>1</v></c></row><row><c r="T1"><v>1</v></c></row>'},
        {SHEET: '<c r="XFD1048576" s="/>"><v>1</v></c>'},
        {SHEET: "<c r='XFD1048576' s='/>' ><v>1</v></c>"},
        {"content.xml": f"{ROW}<!-- <table:table -->{REST}{ROW}"},
    ],
)
def test_no_cell_hides(parts: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({title: part.encode() for title, part in parts.items()})
    for piece in (1 << 22, 16):
        monkeypatch.setattr(reaching, "PIECE", piece)
        with pytest.raises(FileRefused, match="reaches over"):
            reaching.check_reach(data, "t")


def test_many_names_of_records_are_columns() -> None:
    record = json.dumps({f"c{place}": place for place in range(300)})
    assert len(table_of(f"[{record}, {record}]".encode(), "t.json").columns) == 300


def test_of_many_rows_of_an_array_some_are_taken_before_they_are_made_numbers() -> None:
    given = np.arange(3 * MAX_ROWS, dtype=np.int32)
    found = read_array(array_of(given.shape, "<i4").data[: -given.nbytes] + given.tobytes(), "t")
    assert found.rows == 3 * MAX_ROWS
    assert found.columns[0][1].tolist() == (chosen_rows(3 * MAX_ROWS) - 1).tolist()


def test_a_packed_text_is_looked_at_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "PIECE", 100)
    monkeypatch.setattr(packed, "FED", 7)
    text = bytes(range(97, 122)) * 40
    seen: list[bytes] = []
    packed_twice = gzip.compress(text[:600]) + gzip.compress(text[600:]) + b"junk"
    assert unpacked(packed_twice, "t", 1000, seen.append) == text
    assert len(seen) == 1
    assert text.startswith(seen[0])
    with pytest.raises(FileRefused, match="unpacked it has more than 999 bytes"):
        unpacked(packed_twice, "t", 999)
    with pytest.raises(FileRefused, match="cut off"):
        unpacked(gzip.compress(text)[:-3], "t", 1000)
