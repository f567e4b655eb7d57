"""Tables inside DuckDB: where files are parsed, and where cells are counted and turned into numbers.

Owns all of its SQL, and how far it may go: in memory, with few threads and a limit of memory, no extensions, nothing
but the one file, and after that nothing outside. Knows nothing of encodings, or of what a column is taken for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from playground.errors import FileRefused
from playground.tables.headers import MISSING_NUMBERS
from playground.tables.table import MAX_BYTES, MAX_READ_COLUMNS, MAX_ROWS, SHOWN_ROWS, TOO_WIDE, chosen_rows

if TYPE_CHECKING:
    import duckdb

Array = NDArray[np.float64]

SETTINGS: dict[str, str] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "threads": "2",
    "memory_limit": "1GB",
    "temp_directory": "",
}
LONGEST_LINE = 2**21
"""Bytes of a line of text, or of a record."""
MOST_CELLS = MAX_BYTES // 2
"""As many as the largest text can have: a packed file may tell of any number of rows that are alike."""
COLUMNS_AT_ONCE, CELLS_AT_ONCE = 64, 1_000_000
"""Columns, and cells of them, that one statement asks about."""
ROWS_FOR_DATES = 10_000
"""Rows whose cells are tried as dates, in a dozen ways each."""
NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
           "UHUGEINT", "FLOAT", "DOUBLE", "DECIMAL")  # fmt: skip
GROUPS, GROUPS_OF_COMMA = r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?", r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d*)?"
"""Groups of thousands where the decimal mark is a point, and where it is a comma; 0,125 has none."""
DATES = ("%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d %b %Y", "%b %d %Y", "%Y/%m/%d")
MACROS = (
    f"CREATE MACRO present(c) AS lower(trim(c, ' \t\r\n\u00a0')) NOT IN "
    f"({', '.join(repr(each) for each in sorted(MISSING_NUMBERS))})",
    "CREATE MACRO num_point(c) AS try_cast(c AS DOUBLE)",
    "CREATE MACRO num_comma(c) AS CASE WHEN NOT contains(c, '.') THEN try_cast(replace(c, ',', '.') AS DOUBLE) "
    f"WHEN regexp_full_match(trim(c), '{GROUPS_OF_COMMA}') "
    "THEN try_cast(replace(replace(c, '.', ''), ',', '.') AS DOUBLE) END",
    f"CREATE MACRO num_grouped(c) AS CASE WHEN NOT contains(c, ',') THEN try_cast(c AS DOUBLE) "
    f"WHEN regexp_full_match(trim(c), '{GROUPS}') THEN try_cast(replace(c, ',', '') AS DOUBLE) END",
    f"CREATE MACRO moment(c) AS coalesce(try_cast(c AS TIMESTAMP), try_cast(c AS TIME) + DATE '2000-01-01', "
    f"try_strptime(trim(c), {list(DATES)!r}))",
)
STYLES = ("point", "comma", "grouped")


class Database:
    """One table `t`: a row number `n` from 1, and columns c0, c1 … of text or of double numbers."""

    def __init__(self, name: str) -> None:
        import duckdb

        self._name, self._duckdb = name, duckdb
        self._connection = duckdb.connect(":memory:", config=dict(SETTINGS))
        self._is_text: list[bool] = []
        self.rows = 0
        self.wide: tuple[int, ...] = ()
        self.unread = 0

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def interrupt(self) -> None:
        """End what another thread is asking just now."""
        self._connection.interrupt()

    # -- what goes in --------------------------------------------------------------------------------------------------

    def load_text(self, path: Path, separator: str, quote: str, width: int, most_rows: int) -> None:
        """The rows of a text file in UTF-8 without a header. most_rows: a bound of how many there can be."""
        columns = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(width))
        source = (
            f"read_csv({_text(str(path))}, auto_detect=false, header=false, columns={{{columns}, 'extra': 'VARCHAR'}}, "
            f"delim={_text(separator)}, quote={_text(quote)}, escape={_text(quote)}, null_padding=true, "
            f"strict_mode=false, parallel=false, store_rejects=true, max_line_size={LONGEST_LINE})"
        )
        self._is_text = [True] * width
        self._fill(source, [f"c{index}" for index in range(width)] + ["extra"], most_rows)
        self.unread = self._one("SELECT count(DISTINCT line) FROM reject_errors")
        self.wide = tuple(
            int(row) for row in self._numpy("SELECT n FROM t WHERE trim(extra) <> '' ORDER BY n LIMIT 10000")["n"]
        )
        self._close_door()

    def columns_of(self, path: Path, kind: str) -> tuple[list[str], list[str]]:
        """Names and types of the columns of a Parquet or a JSON file, which are not too many; nothing is loaded."""
        described = self._all(f"DESCRIBE SELECT * FROM {_source(path, kind)}")
        self._check_width(len(described))
        return [str(each[0]) for each in described], [str(each[1]) for each in described]

    def load_file(self, path: Path, kind: str) -> list[str]:
        """The rows of a Parquet or a JSON file; the names of its columns. kind: `parquet` or `json`."""
        source, (names, types) = _source(path, kind), self.columns_of(path, kind)
        wanted = []
        for index, (name, type_) in enumerate(zip(names, types, strict=True)):
            self._is_text.append(not type_.startswith(NUMERIC) or type_.endswith("]"))
            wanted.append(f"{_as_column(name, type_, self._is_text[-1])} AS c{index}")
        self._fill(source, wanted, None)
        self._close_door()
        return names

    def load_arrays(self, arrays: Sequence[NDArray[Any]], rows: int) -> None:
        """Columns that are in memory: double numbers, or texts. rows: how many there were before `chosen_rows` of them
        were taken."""
        self._check_width(len(arrays))
        self._is_text = [array.dtype.kind != "f" for array in arrays]
        given: Mapping[str, NDArray[Any]] = {f"c{index}": array for index, array in enumerate(arrays)}
        numbers = chosen_rows(rows) if rows > MAX_ROWS else np.arange(1, rows + 1)
        self._connection.register("given", {"n": numbers, **given})
        self._run("CREATE TABLE t AS SELECT * FROM given")
        self.rows = rows
        self._connection.unregister("given")
        self._close_door()

    def _check_width(self, width: int) -> None:
        if width > MAX_READ_COLUMNS:
            raise FileRefused(TOO_WIDE, name=self._name, given=width, high=MAX_READ_COLUMNS)

    def _fill(self, source: str, columns: Sequence[str], most_rows: int | None) -> None:
        """Rows into the table; of more than are kept, one of each of that many equal stretches."""
        numbered = f"SELECT row_number() OVER () AS n, {', '.join(columns)} FROM {source}"
        if most_rows is None or most_rows > MAX_ROWS:
            self.rows = self._one(f"SELECT count(*) FROM (SELECT {columns[0]} FROM {source})")
        if self.rows * len(columns) > MOST_CELLS:
            sentence = "{name} is too large: it has {rows} rows of {columns} columns, where {high} cells are allowed."
            raise FileRefused(sentence, name=self._name, rows=self.rows, columns=len(columns), high=MOST_CELLS)
        if self.rows > MAX_ROWS:
            self._connection.register("chosen", {"n": chosen_rows(self.rows)})
            self._run(f"CREATE TABLE t AS SELECT * FROM ({numbered}) WHERE n IN (SELECT n FROM chosen) ORDER BY n")
            self._connection.unregister("chosen")
            return
        self._run(f"CREATE TABLE t AS {numbered}")
        self.rows = self._one("SELECT count(*) FROM t")

    def _close_door(self) -> None:
        """From here on nothing outside can be read, and no setting changed."""
        for statement in ("SET enable_external_access=false", "SET lock_configuration=true", *MACROS):
            self._run(statement)

    # -- what is asked -------------------------------------------------------------------------------------------------

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self._is_text)

    def is_text(self, column: int) -> bool:
        """Whether a column holds texts; else it holds numbers."""
        return self._is_text[column]

    def row_numbers(self) -> NDArray[np.int64]:
        """(n,) which rows were kept, from 1."""
        return np.asarray(self._numpy("SELECT n FROM t")["n"], dtype=np.int64)

    def counts(self) -> list[tuple[int, tuple[int, ...]]]:
        """For each column how many cells have a value, and how many of them are numbers in each of `STYLES`.

        Most columns are plain numbers: only those that are not are looked at closely.
        """
        found = [(0, (0,) * len(STYLES))] * self.width
        for some in self._together(range(self.width)):
            asked = ", ".join(
                f"count(c{index}), count(num_point(c{index})) FILTER (isfinite(num_point(c{index})))"
                if self._is_text[index] else f"count(c{index}), count(c{index})" for index in some
            )  # fmt: skip
            told = self._all(f"SELECT {asked} FROM t")[0]
            for index, filled, numbers in zip(some, told[::2], told[1::2], strict=True):
                found[index] = filled, (numbers,) * len(STYLES)
        for index, (present, *numbers) in self._of_each(
            [index for index, (filled, plain) in enumerate(found) if plain[0] < filled],
            "count(*), " + ", ".join(f"count(*) FILTER (isfinite(num_{style}(v)))" for style in STYLES),
            "present(v)", "col",
        ):  # fmt: skip
            found[index] = int(present), tuple(map(int, numbers))
        return found

    def numbers(self, styles: Mapping[int, str]) -> dict[int, Array]:
        """(n,) for each of these columns its numbers in its style, NaN where a cell is none."""
        found: dict[int, Array] = {}
        for some in self._together(list(styles)):
            asked = ", ".join(
                f"num_{styles[index]}(c{index}) AS c{index}" if self._is_text[index] else f"c{index}" for index in some
            )
            told = self._numpy(f"SELECT {asked} FROM t")
            found |= {index: _finite(told[f"c{index}"]) for index in some}
        return found

    def other_texts(self, styles: Mapping[int, str], most: int) -> dict[int, list[tuple[str, int]]]:
        """For each column the different cells that have a value and are no number in its style, with how often they
        stand there; of very many the most frequent ones."""
        found: dict[int, list[tuple[str, int]]] = {index: [] for index in styles}
        for style in STYLES:
            columns = [index for index, each in styles.items() if each == style]
            first = f"QUALIFY row_number() OVER (PARTITION BY col ORDER BY count(*) DESC, v) <= {most}"
            for index, (text, count) in self._of_each(
                columns, "v, count(*)", _no_number("v", style), f"col, v {first}"
            ):  # fmt: skip
                found[index].append((str(text), int(count)))
        return found

    def places(self, column: int, style: str, most: int) -> list[tuple[int, str]]:
        """(row, text) of such cells, in order."""
        c = f"c{column}"
        found = self._all(f"SELECT n, {c} FROM t WHERE {_no_number(c, style)} ORDER BY n LIMIT {most}")
        return [(int(row), str(text)) for row, text in found]

    def text_of(self, column: int, place: int) -> str:
        """The cell of a column in the row at this place of those that were kept, from 0."""
        return str(self._all(f"SELECT c{column} FROM t LIMIT 1 OFFSET {place}")[0][0])

    def values(self, columns: Sequence[int], most: int, missing: Sequence[str]) -> dict[int, list[str]]:
        """For each column its different texts that stand for something, in order; `most` at most."""
        nothing = ", ".join(map(_text, missing))
        first = f"QUALIFY row_number() OVER (PARTITION BY col ORDER BY trim(v)) <= {most}"
        found: dict[int, list[str]] = {index: [] for index in columns}
        for index, (text,) in self._of_each(
            columns, "trim(v)", f"lower(trim(v)) NOT IN ({nothing})", f"col, trim(v) {first}"
        ):  # fmt: skip
            found[index].append(str(text))
        return {index: sorted(texts) for index, texts in found.items()}

    def codes(self, columns: Mapping[int, Sequence[str]]) -> dict[int, NDArray[np.int64]]:
        """(n,) for each column the place of its texts among these values, −1 where they are none of them."""
        found: dict[int, NDArray[np.int64]] = {}
        for some in self._together(list(columns)):
            asked = [
                f"coalesce(list_position([{', '.join(map(_text, columns[index]))}], trim(c{index})), 0) - 1 AS c{index}"
                for index in some
            ]
            told = self._numpy(f"SELECT {', '.join(asked)} FROM t")
            found |= {index: np.asarray(told[f"c{index}"], dtype=np.int64) for index in some}
        return found

    def dates(self, columns: Sequence[int]) -> dict[int, float]:
        """For each column the share of its cells that are dates or times; of very many rows, of an even selection."""
        found = dict.fromkeys(columns, 0.0)
        every = -(-self.rows // ROWS_FOR_DATES)
        for index, (there, dates) in self._of_each(columns, "count(*), count(moment(v))", "present(v)", "col", every):
            found[index] = dates / there
        return found

    def first_rows(self) -> list[tuple[Any, ...]]:
        """The first rows as they stand there."""
        columns = ", ".join(f"c{index}" for index in range(self.width))
        return self._all(f"SELECT {columns} FROM t LIMIT {SHOWN_ROWS}")

    # -- many columns at once ------------------------------------------------------------------------------------------

    def _together(self, columns: Sequence[int]) -> Iterator[list[int]]:
        """These columns, so many at a time as one statement takes: a statement a column takes a second for hundreds of
        columns, whatever is in them."""
        at_once = min(max(CELLS_AT_ONCE // max(self.rows, 1), 1), COLUMNS_AT_ONCE)
        for first in range(0, len(columns), at_once):
            yield list(columns[first : first + at_once])

    def _of_each(
        self, columns: Sequence[int], asked: str, where: str, groups: str, every: int = 1
    ) -> Iterator[tuple[int, tuple[Any, ...]]]:  # fmt: skip
        """What is asked of the cells `v` of each column by itself: its place and the answer, a row a group. every: of
        so many rows one is asked."""
        for some in self._together(columns):
            names = ", ".join(f"c{index}" for index in some)
            cells = f"(UNPIVOT (SELECT {names} FROM t WHERE n % {every} = 0) ON {names} INTO NAME col VALUE v)"
            for name, *row in self._all(f"SELECT col, {asked} FROM {cells} WHERE {where} GROUP BY {groups}"):
                yield int(name[1:]), tuple(row)

    # -- one statement -------------------------------------------------------------------------------------------------

    def _run(self, statement: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(statement)
        except self._duckdb.OutOfMemoryException:
            sentence = "{name} needs more memory than is used for tables (1 GB). Leave out columns or rows."
            raise FileRefused(sentence, name=self._name) from None
        except self._duckdb.Error as error:
            raise FileRefused("{name} cannot be read as a table: {why}.", name=self._name, why=_why(error)) from None

    def _all(self, statement: str) -> list[tuple[Any, ...]]:
        return self._run(statement).fetchall()

    def _one(self, statement: str) -> int:
        return int(self._all(statement)[0][0])

    def _numpy(self, statement: str) -> dict[str, Any]:
        return self._run(statement).fetchnumpy()


def _no_number(c: str, style: str) -> str:
    number = f"num_{style}({c})"
    return f"({number} IS NULL OR NOT isfinite({number})) AND present({c})"


def _why(error: Exception) -> str:
    """The first line of what DuckDB says, without the kind of error and the place of the file it was given."""
    line = str(error).split("\n")[0].partition(": ")[2]
    line = re.sub(r"""(in|at end of)?( file)? ?["'][^"']*table\.(csv|json|parquet)["']""", "", line)
    line = "".join(letter if letter.isprintable() else " " for letter in line).replace(" , at", " at")
    return " ".join(line.split())[:160].strip(" .:,") or "its content is damaged"


def _finite(values: Any) -> Array:
    found: Array = np.ma.filled(values, np.nan) if isinstance(values, np.ma.MaskedArray) else values
    found[~np.isfinite(found)] = np.nan
    return found


def _text(value: str) -> str:
    """A text as SQL has it."""
    return "'" + value.replace("'", "''") + "'"


def _source(path: Path, kind: str) -> str:
    """A Parquet or a JSON file as what a query reads from."""
    extra = f", maximum_object_size={LONGEST_LINE}, map_inference_threshold=-1" if kind == "json" else ""
    return f"read_{kind}({_text(str(path))}{extra})"


def _as_column(name: str, type_: str, is_text: bool) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    if not is_text:
        return f"CAST({quoted} AS DOUBLE)"
    return f"{quoted}->>'$'" if type_ == "JSON" else f"CAST({quoted} AS VARCHAR)"
