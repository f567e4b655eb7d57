"""`python -m tests.costs.refusals`: what it takes to refuse a table that is too large.

Each kind of file has a process of its own. Told is the processor time, also for each 64 MB that had to be looked at,
and the largest resident set above that of a process which has read small tables. Nothing asserts a time.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from playground.errors import PlaygroundError
from playground.tables.table import MAX_BYTES, MAX_READ_COLUMNS

ROOT = Path(__file__).resolve().parents[2]
UNIT = 64 * 2**20
PER_MB = 1024.0
"""Linux tells kilobytes."""
ALLOWED_MS = 250.0
SHEET = "xl/worksheets/sheet1.xml"
CELL = '<c r="{place}"><v>{value}</v></c>'


class Made(NamedTuple):
    """data: the bytes of a file; looked_at: how many have to be looked at to know that it is too large, of a packed one
    those of what is in it."""

    data: bytes
    looked_at: int


class Refused(NamedTuple):
    """sentence: what it was refused with; empty where it was read."""

    seconds: float
    ms_per_64_mb: float
    more_mb: float
    sentence: str


def _wide(size: int) -> Made:
    """A text with more columns than are read, in as many rows as there is room for."""
    line = b",".join([b"1.5"] * (MAX_READ_COLUMNS + 1)) + b"\n"
    return Made(line * (size // len(line)), size)


def _packed(size: int) -> Made:
    """A gzip file that has more in it than may be unpacked."""
    line = b"1.5,2.5,0\n"
    data = line * ((MAX_BYTES + UNIT) // len(line))
    return Made(gzip.compress(data, 1), MAX_BYTES)


def array_of(shape: tuple[int, ...], kind: str = "<f8") -> Made:
    with io.BytesIO() as file:
        np.save(file, np.zeros(shape, kind))
        data = file.getvalue()
    return Made(data, len(data))


def _archive(declared: int) -> Made:
    """An archive of arrays that has more in it than may be unpacked."""
    array = array_of((UNIT // 8,)).data
    return Made(zipped({f"a{number}.npy": array for number in range(declared // UNIT + 1)}), UNIT)


def many_members(count: int) -> Made:
    """An archive of very many small arrays."""
    array = array_of((2,)).data
    return Made(zipped({f"{number}.npy": array for number in range(count)}, zipfile.ZIP_STORED), UNIT)


def zipped(files: Mapping[str, str | bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w", how, compresslevel=1) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return file.getvalue()


def parquet_of(select: str) -> Made:
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.parquet")
        with duckdb.connect(":memory:") as connection:
            connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
        data = path.read_bytes()
    return Made(data, max(len(data), UNIT))


def workbook(rows: str) -> Made:
    """A workbook whose only sheet has these rows."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    parts = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{parts}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{parts}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{office}"><sheets><sheet name="a" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{parts}/relationships"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        SHEET: f"<worksheet {main}><sheetData>{rows}</sheetData></worksheet>",
    }
    return Made(zipped(files), max(len(rows), UNIT))


def far_corner() -> Made:
    """Two cells, with all of a sheet between them."""
    first, last = CELL.format(place="A1", value=1), CELL.format(place="XFD1048576", value=2)
    return workbook(f'<row r="1">{first}</row><row r="1048576">{last}</row>')


def unpacked_beyond() -> Made:
    """A workbook with more in it than may be unpacked."""
    return Made(zipped({f"xl/worksheets/{place}.xml": " " * UNIT for place in range(9)}), UNIT)


def _open_document(table: str) -> Made:
    names = " ".join(
        f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"' for each in ("office", "table", "text")
    )
    content = (
        f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="a">{table}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    files = {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}
    return Made(zipped(files), max(len(content), UNIT))


def repeated(rows: int, columns: int) -> Made:
    """One cell, said to stand there that often."""
    cell = (
        f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="float" office:value="1">'
        "<text:p>1</text:p></table:table-cell>"
    )
    return _open_document(f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>')


def _wide_records(size: int) -> Made:
    """Records with more names than columns are read."""
    record = json.dumps({f"c{place}": 1.5 for place in range(MAX_READ_COLUMNS + 1)})
    return Made(("[" + ",\n".join([record] * (size // len(record))) + "]").encode(), size)


def _one_record(size: int) -> Made:
    """One record with as many names as there is room for."""
    pairs = ", ".join(f'"c{place}": 1' for place in range(size // 14))
    return Made(("[{" + pairs + "}]").encode(), size)


def _other_names(size: int) -> Made:
    """Records each of which has another name."""
    return Made("\n".join(f'{{"c{place}": 1}}' for place in range(size // 14)).encode(), size)


CASES: dict[str, tuple[str, Callable[[], Made]]] = {
    "text, beyond 256 MB": (".csv", lambda: _wide(MAX_BYTES + UNIT)),
    "text, 1 025 columns": (".csv", lambda: _wide(UNIT)),
    "text, one line": (".csv", lambda: Made(b"1.5," * (UNIT // 4), UNIT)),
    "text, one word": (".csv", lambda: Made(b"a" * UNIT, UNIT)),
    "gzip, unpacked beyond 256 MB": (".csv.gz", lambda: _packed(UNIT)),
    "gzip, 1 025 columns": (".csv.gz", lambda: Made(gzip.compress(_wide(UNIT).data, 1), UNIT)),
    "gzip in gzip": (".csv.gz", lambda: Made(gzip.compress(_packed(UNIT).data, 1), UNIT)),
    "array, beyond 256 MB": (".npy", lambda: array_of(((MAX_BYTES + UNIT) // 8,))),
    "array, 1 025 columns": (".npy", lambda: array_of((UNIT // 8 // (MAX_READ_COLUMNS + 1), MAX_READ_COLUMNS + 1))),
    "array, two rows": (".npy", lambda: array_of((2, UNIT // 16))),
    "array, two rows of bytes": (".npy", lambda: array_of((2, UNIT // 2), "i1")),
    "array, three axes": (".npy", lambda: array_of((8, 8, UNIT // 8 // 64))),
    "archive, 400 000 arrays": (".npz", lambda: many_members(400_000)),
    "archive, unpacked beyond 256 MB": (".npz", lambda: _archive(MAX_BYTES)),
    "Parquet, 1 025 columns": (".parquet", lambda: parquet_of(
        "SELECT " + ", ".join(f"random() AS c{place}" for place in range(MAX_READ_COLUMNS + 1)) + " FROM range(8000)")),
    "Parquet, 200 000 000 equal rows": (".parquet", lambda: parquet_of("SELECT 1 AS a, 2 AS b FROM range(200000000)")),
    "workbook, the far corner": (".xlsx", far_corner),
    "workbook, unpacked beyond 512 MB": (".xlsx", unpacked_beyond),
    "OpenDocument, all cells of a sheet": (".ods", lambda: repeated(1048576, 16384)),
    "OpenDocument, a thousand columns": (".ods", lambda: repeated(1048576, 1000)),
    "JSON, 1 025 names": (".json", lambda: _wide_records(UNIT)),
    "JSON, one record": (".json", lambda: _one_record(UNIT)),
    "JSON, other names in every line": (".jsonl", lambda: _other_names(UNIT)),
    "zip of a text": (".csv", lambda: _archive(MAX_BYTES)),
}  # fmt: skip


def measure(path: str, looked_at: int) -> Refused:
    """What becomes of a table file, in a process that has read a small one before."""
    import resource  # Windows has none

    from playground.tables.reading import read_table_file, table_of

    for small in (b"a,b\n1,2\n3,4\n", b'[{"a": 1, "b": 2}, {"a": 3, "b": 4}]', array_of((4, 2)).data,
                  workbook('<row><c><v>1</v></c></row>' * 3).data, repeated(3, 2).data):  # fmt: skip
        table_of(small, "small")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, sentence = time.process_time(), ""
    try:
        table = read_table_file(path)
    except PlaygroundError as error:
        sentence = str(error)
    else:
        print(table.described, *map(str, table.remarks), file=sys.stderr)
    seconds = time.process_time() - started
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / PER_MB
    return Refused(seconds, 1000.0 * seconds * UNIT / looked_at, more, sentence)


def probe(name: str, case: tuple[str, Callable[[], Made]]) -> Refused:
    """The same of a case; the file is there only meanwhile."""
    ending, make = case
    with tempfile.TemporaryDirectory() as folder:
        path, made = Path(folder, f"large{ending}"), make()
        path.write_bytes(made.data)
        asked, looked_at = [str(path)], made.looked_at
        del made
        done = subprocess.run(
            [sys.executable, "-m", f"{__package__}.refusals", *asked, str(looked_at)], cwd=ROOT, capture_output=True,
            text=True, timeout=300, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr[-500:]} ({done.returncode})")
    return Refused(*json.loads(done.stdout.strip().splitlines()[-1]))


def main(arguments: list[str]) -> int:
    if len(arguments) == 2:
        print(json.dumps(measure(arguments[0], int(arguments[1]))))
        return 0
    for name, case in CASES.items():
        if arguments and arguments[0] not in name:
            continue
        try:
            found = probe(name, case)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            print(f"{name:36} {str(error)[-200:]}", flush=True)
            continue
        late = " slow" * (found.ms_per_64_mb > ALLOWED_MS)
        told = found.sentence or "(read)"
        figures = f"{found.seconds:6.2f} s {found.ms_per_64_mb:7.0f} ms/64 MB {found.more_mb:6.0f} MB"
        print(f"{name:36} {figures}{late:5} {told}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
