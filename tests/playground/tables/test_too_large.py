"""Tables that are too large are refused before anything is made of them; `tests/costs/refusals.py` tells how soon."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable

import numpy as np
import pytest

from playground.errors import FileRefused
from playground.tables import packed, reaching, reading
from playground.tables.arrays import read_array
from playground.tables.packed import unpacked
from playground.tables.reading import table_of
from playground.tables.table import MAX_READ_COLUMNS, MAX_ROWS, chosen_rows
from tests.costs.refusals import array_of, far_corner, many_members, repeated, workbook, zipped

RECORD = json.dumps({f"c{place}": place for place in range(MAX_READ_COLUMNS + 1)})


def xlsb(*records: tuple[int, int]) -> bytes:
    """A binary sheet with rows (0) and cells (5) of these numbers."""
    part = b"".join(bytes((kind, 4)) + number.to_bytes(4, "little") for kind, number in records)
    return zipped({"xl/worksheets/sheet1.bin": part})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (lambda: far_corner().data, "reaches over 17179869184 cells"),
        (lambda: repeated(1048576, 16384).data, "reaches over 171"),
        (lambda: workbook(f"<row><c><v>1</v></c></row>{'<row/>' * 9000}<row>{'<c/>' * 9000}</row>").data, "reaches"),
        (lambda: xlsb((0, 0), (5, 0), (0, 1048575), (5, 16383)), "reaches over 17179869184 cells"),
        (lambda: zipped({f"xl/{place}.xml": b"" for place in range(25_000)}), "tens of thousands of files"),
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


def test_a_sheet_with_empty_cells_behind_its_own_is_read() -> None:
    """LibreOffice says of the rest of each row, and of the sheet, that it is repeated."""
    empty = '<table:table-cell table:number-columns-repeated="16382"/>'
    cells = "".join(f'<table:table-cell office:value-type="float" office:value="{each}"/>' for each in (1, 2))
    rest = f'<table:table-row table:number-rows-repeated="1048573">{empty}</table:table-row>'
    content = f"<table:table-row>{cells}{empty}</table:table-row>" * 3 + rest
    assert reaching._of_open_document(content.encode()) < 20


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
