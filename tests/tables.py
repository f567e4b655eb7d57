"""Tables for tests: real and made ones, written in the ways in which programs write them, and spoiled ones.

Owns the writing, with nothing of the program.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

Rows = Sequence[Sequence[Any]]

FLOWERS = ("setosa", "versicolor", "virginica")


def flowers(count: int = 30) -> tuple[list[str], list[list[Any]]]:
    """Names and rows of a table like Fisher's: four lengths and a class."""
    rng = np.random.default_rng(7)
    rows: list[list[Any]] = []
    for index in range(count):
        kind = index % 3
        low = [5.0 + 0.8 * kind, 3.4 - 0.3 * kind, 1.5 + 2.0 * kind, 0.25 + 0.9 * kind]
        rows.append([*(round(float(each), 1) for each in rng.normal(low, 0.2)), FLOWERS[kind]])
    return ["sepal length", "sepal width", "petal length", "petal width", "species"], rows


def as_text(
    names: Sequence[str], rows: Rows, separator: str = ",", decimal: str = ".", end: str = "\n"
) -> str:  # fmt: skip
    """As a spreadsheet saves it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerow(names)
    for row in rows:
        writer.writerow([str(each).replace(".", decimal) if isinstance(each, float) else each for each in row])
    return out.getvalue()


def as_european(names: Sequence[str], rows: Rows) -> bytes:
    """As a spreadsheet saves it in most of Europe: semicolons, decimal commas, the encoding of its system."""
    return as_text(names, rows, ";", ",", "\r\n").encode("cp1252")


def as_records(names: Sequence[str], rows: Rows) -> bytes:
    """A JSON list of records."""
    return json.dumps([dict(zip(names, row, strict=True)) for row in rows]).encode()


def as_lines(names: Sequence[str], rows: Rows) -> bytes:
    """A JSON record a line."""
    return "\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows).encode()


def as_array(rows: Rows) -> bytes:
    """A NumPy array of the numbers."""
    out = io.BytesIO()
    np.save(out, np.array([[each for each in row if not isinstance(each, str)] for row in rows]))
    return out.getvalue()


def as_archive(rows: Rows) -> bytes:
    """A NumPy archive: numbers, and the words as classes."""
    out = io.BytesIO()
    words = sorted({each for row in rows for each in row if isinstance(each, str)})
    np.savez(
        out, X=np.array([[each for each in row if not isinstance(each, str)] for row in rows]),
        y=np.array([words.index(row[-1]) for row in rows]),
    )  # fmt: skip
    return out.getvalue()


def as_parquet(names: Sequence[str], rows: Rows, folder: Any) -> bytes:
    """A Parquet file, as DuckDB writes it."""
    import duckdb

    source, target = folder / "rows.csv", folder / "rows.parquet"
    source.write_text(as_text(names, rows), "utf-8")
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"COPY (SELECT * FROM '{source.as_posix()}') TO '{target.as_posix()}' (FORMAT parquet)")
    found: bytes = target.read_bytes()
    return found


def as_workbook(names: Sequence[str], rows: Rows, others: Sequence[str] = ()) -> bytes:
    """A minimal Excel workbook (ECMA-376): cells with numbers and inline texts; other sheets have a note each."""
    titles = ["Data", *others]
    sheets = [_sheet([names, *rows]), *(_sheet([["a note"]]) for _ in others)]
    kinds = "http://schemas.openxmlformats.org"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{place}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for place in range(1, len(sheets) + 1)
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{kinds}/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{parts}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{kinds}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{kinds}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{kinds}/spreadsheetml/2006/main" '
        f'xmlns:r="{kinds}/officeDocument/2006/relationships"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="s{n}"/>' for n, name in enumerate(titles, start=1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{kinds}/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="s{n}" Type="{kinds}/officeDocument/2006/relationships/worksheet" '
            f'Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        + "</Relationships>",
    }
    files |= {f"xl/worksheets/sheet{n}.xml": sheet for n, sheet in enumerate(sheets, start=1)}
    return _zipped({name: head + text for name, text in files.items()})


def _sheet(rows: Rows) -> str:
    cells = [
        f'<row r="{line}">{"".join(_cell(line, place, each) for place, each in enumerate(row))}</row>'
        for line, row in enumerate(rows, start=1)
    ]
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{"".join(cells)}</sheetData></worksheet>'


def _cell(line: int, place: int, value: Any) -> str:
    name = f"{chr(ord('A') + place)}{line}"
    if isinstance(value, str):
        return f'<c r="{name}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{name}"><v>{value}</v></c>'


def as_open_document(names: Sequence[str], rows: Rows) -> bytes:
    """A minimal OpenDocument spreadsheet."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    lines = "".join(
        "<table:table-row>" + "".join(_open_cell(each) for each in row) + "</table:table-row>" for row in [names, *rows]
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Data">{lines}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return _zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def _open_cell(value: Any) -> str:
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    kind = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"


def _zipped(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def packed(data: bytes) -> bytes:
    """As gzip writes it."""
    return gzip.compress(data, mtime=0)


# -- spoiled -----------------------------------------------------------------------------------------------------------

SIGNS = b",;\t|\"' \n\r\0#.-+eE0123456789\xff\xfe\xef\xbb\xbf\x80{}[]:nN"
WORDS = (b"NA", b"nan", b"inf", b"1e400", b"-1e-400", b"1.234,5", b'""', b'"', b"\r\n\r\n", b"=1+1", b"31.12.2020",
         b"\xc3\xa4", b"\xe4", b"9" * 400, b"a" * 3000, b"0x1F", b"1_000", b"\xe2\x88\x925", b"50 %", b"null", b"[",
         b"\x1f\x8b", b"PK\x03\x04", b"PAR1")  # fmt: skip


def spoiled(bases: Sequence[bytes], seed: int, count: int) -> Iterator[bytes]:
    """So many tables, each a base with one to four things done to it."""
    rng = random.Random(seed)
    ways: tuple[Callable[[bytearray, random.Random], None], ...] = (
        _flip, _cut, _insert, _insert, _delete, _double, _swap_lines, _replace,
    )  # fmt: skip
    for _ in range(count):
        data = bytearray(rng.choice(bases))
        for _ in range(rng.randint(1, 4)):
            rng.choice(ways)(data, rng)
        yield bytes(data)


def _place(data: bytearray, rng: random.Random) -> int:
    return rng.randrange(len(data) + 1)


def _flip(data: bytearray, rng: random.Random) -> None:
    if data:
        data[rng.randrange(len(data))] = rng.randrange(256)


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[_place(data, rng) :]


def _insert(data: bytearray, rng: random.Random) -> None:
    place = _place(data, rng)
    data[place:place] = rng.choice(WORDS) if rng.random() < 0.5 else bytes([rng.choice(SIGNS)])


def _delete(data: bytearray, rng: random.Random) -> None:
    place = _place(data, rng)
    del data[place : place + rng.choice((1, 1, 2, 10, 100))]


def _double(data: bytearray, rng: random.Random) -> None:
    start = _place(data, rng)
    part = bytes(data[start : start + rng.choice((1, 5, 50))])
    data[start:start] = part * rng.choice((1, 2, 50))


def _swap_lines(data: bytearray, rng: random.Random) -> None:
    lines = bytes(data).split(b"\n")
    rng.shuffle(lines)
    data[:] = b"\n".join(lines)


def _replace(data: bytearray, rng: random.Random) -> None:
    old, new = bytes([rng.choice(SIGNS)]), bytes([rng.choice(SIGNS)])
    data[:] = bytes(data).replace(old, new, rng.choice((1, -1)))
