"""A table from a file, from bytes or from pasted text.

Owns which format bytes are in, the limits before anything is unpacked, and the way from there to columns. Every refusal
is a FileRefused with one sentence that names the table.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from playground.errors import FileRefused, Said
from playground.exchange.foreign import looks_like_json, no_table_to_learn
from playground.exchange.reading import read, shown
from playground.numbers import parsed, plain
from playground.tables.arrays import Arrays, read_archive, read_array
from playground.tables.database import LONGEST_LINE, Database
from playground.tables.dialect import dialect_of, single_spaced
from playground.tables.encoding import decoded, is_binary
from playground.tables.guessing import Guess, column_names
from playground.tables.kinds import HEAD, is_records
from playground.tables.packed import unpacked
from playground.tables.sheets import read_sheet
from playground.tables.table import MAX_BYTES, MAX_READ_COLUMNS, MAX_ROWS, TOO_WIDE, Found, Options, Table

WORKBOOK_SIGNS = (b"xl/", b"content.xml", b"mimetypeapplication/vnd.oasis")
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
CHUNK = 1 << 20
EARLY = LONGEST_LINE
"""Bytes of a text by which it can be refused."""
NEAR_QUOTES = re.compile(r"(?<=[,;|]) +(?=[\"'])")
"""Blanks between a separator and a quote."""
RECORDS = re.compile(r"\{")


def read_table_file(
    path: str | os.PathLike[str], options: Options = Options(), started: Callable[[Database], None] | None = None
) -> Table:
    """The table of a file; raises FileRefused. started: given what can be interrupted from another thread."""
    told = shown(path)
    name = Path(path).name if isinstance(path, str) else Path(os.fspath(path)).name
    return table_of(read(path, MAX_BYTES), name if name.isprintable() else told, options, started)


def table_of(
    data: bytes, name: str, options: Options = Options(), started: Callable[[Database], None] | None = None
) -> Table:
    """The table that bytes hold; `name` stands in every sentence."""
    reading = _Reading(data, name, options, started)
    del data  # large files are in memory once, and go as soon as they are not needed any more
    try:
        return reading.table()
    except FileRefused:
        raise
    except MemoryError:
        raise FileRefused("{name} needs more memory than there is. Leave out columns or rows.", name=name) from None
    except Exception as error:  # the boundary: whatever a hostile file provokes becomes one sentence
        why = f"{type(error).__name__}: {str(error)[:200]}"
        raise FileRefused("{name} cannot be read as a table: {why}.", name=name, why=why) from error


def table_of_text(text: str, options: Options = Options()) -> Table:
    """The table of a pasted text."""
    return table_of(b"\xef\xbb\xbf" + text.encode("utf-8", "replace"), "Pasted table", options)


class _Reading:
    def __init__(
        self, data: bytes, name: str, options: Options, started: Callable[[Database], None] | None
    ) -> None:  # fmt: skip
        self._data, self._name, self._options, self._started = data, name, options, started

    def table(self) -> Table:
        data = self._data = unpacked(self._data, self._name, MAX_BYTES, self._refuse_early)
        if not data or data.isspace():
            raise FileRefused("{name} is empty.", name=self._name)
        match self._kind(data):
            case "parquet":
                return self._from_file(data, "parquet")
            case "array":
                return self._from_arrays(read_array(data, self._name), "NumPy array")
            case "workbook":
                return self._from_sheet(data)
            case "archive":
                return self._from_arrays(read_archive(data, self._name), "NumPy archive")
            case "json":
                self._check_record(data[:EARLY])
                return self._from_file(data.removeprefix(b"\xef\xbb\xbf"), "json")
        self._check_text(data)
        self._check_width(data[:EARLY])
        del data
        return self._from_text()

    @staticmethod
    def _kind(data: bytes) -> str:
        """Which format bytes are in, by their ends; text, whether they are one or not, where it is no other."""
        if data.startswith(b"PAR1"):
            return "parquet"
        if data.startswith(b"\x93NUMPY"):
            return "array"
        is_zip, ends = data.startswith(b"PK\x03\x04"), data[:HEAD] + data[-HEAD:]
        if data.startswith(OLD_WORKBOOK) or (is_zip and any(sign in ends for sign in WORKBOOK_SIGNS)):
            return "workbook"
        if is_zip and b".npy" in ends:
            return "archive"
        return "json" if looks_like_json(data[:HEAD]) and is_records(data[:HEAD]) else "text"

    def _refuse_early(self, head: bytes) -> None:
        """What the first bytes of a packed file tell, before the others are unpacked."""
        kind = self._kind(head)
        if kind == "json":
            self._check_record(head[:EARLY])
        elif kind == "text" and not head.isspace():
            self._check_text(head)
            self._check_width(head[:EARLY])

    def _check_width(self, head: bytes) -> None:
        """Refuse a text whose first line, or whose first rows are too long, before all of it is decoded."""
        if len(head) < HEAD:
            return
        text = decoded(head, self._options.encoding).text.replace("\0", "")
        if len(head) == EARLY and "\n" not in text and "\r" not in text:
            raise FileRefused("{name} is one line of more than {high} bytes and no table.", name=self._name, high=EARLY)
        if text and not text.isspace():
            self._check_columns(dialect_of(text, self._options).width)

    def _check_record(self, head: bytes) -> None:
        """The same of JSON by its first records, which name the columns."""
        text, names = head.decode("utf-8", "replace"), set[str]()
        start = text.find("{")
        try:
            for found in RECORDS.finditer(text, max(start, 0)):
                if found.start() >= start:
                    record, start = json.JSONDecoder().raw_decode(text, found.start())
                    names.update(record)
                    if len(names) > MAX_READ_COLUMNS:
                        break
        except (ValueError, RecursionError):  # the last one is cut, or what is wrong is told by who reads it
            if not names and len(head) == EARLY and "}" not in text[start:]:
                sentence = "{name} has a record of more than {high} bytes."
                raise FileRefused(sentence, name=self._name, high=EARLY) from None
        self._check_columns(len(names))

    def _check_columns(self, width: int) -> None:
        if width > MAX_READ_COLUMNS:
            raise FileRefused(TOO_WIDE, name=self._name, given=width, high=MAX_READ_COLUMNS)

    def _check_text(self, data: bytes) -> None:
        why = no_table_to_learn(data[:HEAD])
        if why is not None:
            raise FileRefused("{name} {why}.", name=self._name, why=why)
        if looks_like_json(data[:HEAD]):
            sentence = "{name} is JSON and no list of records, such as a list of objects, or an object a line."
            raise FileRefused(sentence, name=self._name)
        if is_binary(data):
            raise FileRefused("{name} is no text, and no kind of table that is known here.", name=self._name)

    def _from_text(self) -> Table:
        text = decoded(self._data, self._options.encoding)
        self._data = b""
        kept = text.text.replace("\0", "")
        if not kept or kept.isspace():
            raise FileRefused("{name} is empty.", name=self._name)
        return self._from_lines(kept, "text", text.encoding, text.remarks)

    def _from_sheet(self, data: bytes) -> Table:
        sheet = read_sheet(data, self._name, self._options.sheet)
        options = replace(self._options, separator=",", decimal=self._options.decimal)
        self._options = options
        table = self._from_lines(sheet.text, "workbook", "", sheet.remarks)
        found = replace(table.found, separator="", sheet=sheet.name, sheets=sheet.names)
        return replace(table, found=found)

    def _from_lines(self, text: str, kind: str, encoding: str, remarks: tuple[Said, ...]) -> Table:
        options = self._options
        dialect = dialect_of(text, options)
        self._check_columns(dialect.width)
        start = dialect.body
        if dialect.separator == " ":
            text, start = single_spaced(text[start:]), 0
        elif dialect.quote and NEAR_QUOTES.search(text, start):
            text, start = NEAR_QUOTES.sub("", text[start:]), 0
        if dialect.quote and text.count(dialect.quote, start) % 2:
            text, start = _closed(text[start:], dialect.quote), 0
        said = list(remarks)
        if options.header is None and any(parsed(name) is not None for name in dialect.names):
            said.append(Said("The first row was taken for names: {names}.", {"names": dialect.names[:5]}))
        if dialect.skipped:
            said.append(Said("Lines above the names were left out: {count}.", {"count": dialect.skipped}))
        lines = max(text.count("\n", start), text.count("\r", start)) + 1
        with tempfile.TemporaryDirectory(prefix="playground-") as folder, self._database() as database:
            path = Path(folder, "table.csv")
            with open(path, "w", encoding="utf-8", errors="replace", newline="") as file:
                for place in range(start, len(text), CHUNK):
                    file.write(text[place : place + CHUNK])
            del text
            database.load_text(path, dialect.separator, dialect.quote, dialect.width, lines)
            found = Found(kind, dialect.separator, ".", encoding, bool(dialect.names))
            return self._finished(database, dialect.names, found, said)

    def _from_file(self, data: bytes, kind: str) -> Table:
        with tempfile.TemporaryDirectory(prefix="playground-") as folder, self._database() as database:
            path = Path(folder, f"table.{kind}")
            if kind == "parquet":
                _write_ends(path, data)
                database.columns_of(path, kind)
            path.write_bytes(data)
            names = database.load_file(path, kind)
            return self._finished(database, names, Found({"json": "JSON"}.get(kind, "Parquet")), [])

    def _from_arrays(self, arrays: Arrays, kind: str) -> Table:
        with self._database() as database:
            database.load_arrays([array for _, array in arrays.columns], arrays.rows)
            names = [title for title, _ in arrays.columns]
            return self._finished(database, names, Found(kind, header=False), [*arrays.remarks])

    def _database(self) -> Database:
        database = Database(self._name)
        if self._started is not None:
            self._started(database)
        return database

    def _finished(
        self, database: Database, given: tuple[str, ...] | list[str], found: Found, said: list[Said]
    ) -> Table:
        if database.rows == 0:
            raise FileRefused("{name} has no rows.", name=self._name)
        names = column_names(given, database.width)
        guess = Guess(database, names, found.separator, self._options.decimal)
        if database.rows > MAX_ROWS:
            sentence = "Of {rows} rows {kept} were taken, spread evenly by a fixed rule."
            said.append(Said(sentence, {"rows": database.rows, "kept": MAX_ROWS}))
        if database.unread:
            said.append(Said("Lines that could not be read were left out: {count}.", {"count": database.unread}))
        return Table(
            self._name, guess.columns, database.rows, database.row_numbers(),
            tuple(tuple(map(_shown, row)) for row in database.first_rows()),
            replace(found, decimal=guess.decimal), database.wide, (*said, *guess.remarks),
        )  # fmt: skip


def _closed(body: str, quote: str) -> str:
    """The text without a quote that nothing closes: it would swallow all rows behind it."""
    lines = body.splitlines(keepends=True)
    for index, line in enumerate(lines):
        if line.count(quote) % 2:
            following = lines[index + 1 : index + 51]
            if not any(each.count(quote) % 2 for each in following):
                lines[index] = line.replace(quote, "")
                break
    return "".join(lines)


def _shown(value: object) -> str:
    """A cell as it stands there, on one line."""
    if value is None:
        return ""
    if isinstance(value, float):
        return "" if value != value else plain(value)
    return " ".join(str(value).split())[:200]


def _write_ends(path: Path, data: bytes) -> None:
    """A Parquet file with nothing between its sign and its footer, which tells the columns: to write all of a large
    file that is refused takes longer than to look at it."""
    footer = int.from_bytes(data[-8:-4], "little") + 8
    with open(path, "wb") as file:
        file.write(data[:4])
        file.seek(max(4, len(data) - footer))
        file.write(data[max(4, len(data) - footer) :])
