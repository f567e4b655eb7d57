"""Tables in every way they are written: the same columns come out, and what is odd is said."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from playground.errors import FileRefused
from playground.tables.kinds import is_table
from playground.tables.reading import read_table_file, table_of, table_of_text
from playground.tables.table import MAX_BYTES, MAX_ROWS, Column, Options, Table
from tests import tables
from tests.cases import cases

NAMES, ROWS = tables.flowers()
NUMBERS = np.array([row[:4] for row in ROWS])
TEXT = tables.as_text(NAMES, ROWS)


def read(text: str | bytes, **options: object) -> Table:
    return table_of(text if isinstance(text, bytes) else text.encode(), "some.csv", Options(**options))  # type: ignore[arg-type]


def column(table: Table, name: str) -> Column:
    found = table.column(name)
    assert found is not None
    return found


def kinds(table: Table) -> list[str]:
    return [each.kind for each in table.columns]


WAYS: dict[str, Callable[[Path], bytes]] = {
    "comma": lambda _: TEXT.encode(),
    "European": lambda _: tables.as_european(NAMES, ROWS),
    "tab": lambda _: tables.as_text(NAMES, ROWS, "\t").encode(),
    "bar": lambda _: tables.as_text(NAMES, ROWS, "|").encode(),
    "blanks": lambda _: tables.as_text([name.replace(" ", "_") for name in NAMES], ROWS, " ").encode(),
    "old Mac": lambda _: tables.as_text(NAMES, ROWS, end="\r").encode(),
    "byte order mark": lambda _: TEXT.encode("utf-8-sig"),
    "UTF-16": lambda _: TEXT.encode("utf-16"),
    "UTF-16 without mark": lambda _: TEXT.encode("utf-16-be"),
    "gzip": lambda _: tables.packed(TEXT.encode()),
    "hint": lambda _: b"sep=;\r\n" + tables.as_european(NAMES, ROWS),
    "comments": lambda _: b"# measured in 1935\n#\n" + TEXT.encode(),
    "title": lambda _: b"Flowers of the Gaspe peninsula\n\n" + TEXT.encode(),
    "blanks behind commas": lambda _: TEXT.replace(",", ", ").encode(),
    "quotes": lambda _: TEXT.replace("setosa", '"setosa"').encode(),
    "records": lambda _: tables.as_records(NAMES, ROWS),
    "JSON lines": lambda _: tables.as_lines(NAMES, ROWS),
    "Parquet": lambda folder: tables.as_parquet(NAMES, ROWS, folder),
    "workbook": lambda _: tables.as_workbook(NAMES, ROWS),
    "OpenDocument": lambda _: tables.as_open_document(NAMES, ROWS),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_same_columns_come_out_of_every_format(way: str, tmp_path: Path) -> None:
    table = read(WAYS[way](tmp_path))
    assert [name.replace("_", " ") for name in (each.name for each in table.columns)] == NAMES
    assert kinds(table) == ["number"] * 4 + ["class"]
    assert (table.rows, table.kept) == (30, 30)
    for place, each in enumerate(table.columns[:4]):
        assert each.numbers is not None
        assert each.numbers.tolist() == NUMBERS[:, place].tolist()
    assert table.columns[4].names == tables.FLOWERS
    assert table.columns[4].codes is not None
    assert table.columns[4].codes.tolist() == [index % 3 for index in range(30)]
    assert [said.sentence for said in table.remarks] == (
        ["Lines above the names were left out: {count}."] * (way == "title")
    )


def test_what_was_found_is_told() -> None:
    assert read(TEXT).described == "30 rows, 5 columns, comma, UTF-8"
    assert read(tables.as_european(["Größe", *NAMES[1:]], ROWS)).described == (
        "30 rows, 5 columns, semicolon, decimal comma, Latin-1"
    )
    book = read(tables.as_workbook(NAMES, ROWS, ["Notes"]))
    assert book.described == "30 rows, 5 columns, workbook, sheet “Data”"
    assert [str(said) for said in book.remarks] == ["The sheet “Data” was read; there are also Notes."]


def test_numpy_arrays_have_columns_by_number() -> None:
    table = read(tables.as_array(ROWS))
    assert [each.name for each in table.columns] == ["x1", "x2", "x3", "x4"]
    table = read(tables.as_archive(ROWS))
    assert [each.name for each in table.columns] == ["X1", "X2", "X3", "X4", "y"]
    assert table.columns[4].names == ("0", "1", "2")


def test_arrays_that_python_2_wrote_are_read_without_a_word() -> None:
    """NumPy warns of their headers, on standard error and into every log."""
    written = tables.as_array(ROWS)
    assert b"(30, 4)" in written
    table = read(written.replace(b"(30, 4), }", b"(30L, 4L)}"))
    assert table.rows == 30


def test_cells_with_separators_and_line_breaks_stay_whole() -> None:
    table = read('n,text\n1,"a, b\nand ""c"""\n2,d\n3,d\n')
    assert table.columns[1].names == ('a, b and "c"', "d")
    assert table.first[0] == ("1", 'a, b and "c"')


def test_a_decimal_comma_among_points_is_read_and_told_never_silently() -> None:
    rows = [[18.0 + index / 10, index % 2] for index in range(40)]
    text = tables.as_text(["depth", "kind"], rows).replace("18.6", '"18,6"').replace("19.9", "oops")
    depth = read(text).columns[0]
    assert depth.numbers is not None
    assert [(odd.row, odd.text, odd.value) for odd in depth.odd] == [(7, "18,6", 18.6), (20, "oops", None)]
    assert depth.numbers[6] == 18.6
    assert np.isnan(depth.numbers[19])


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ('a,b\n"1,234",1\n"2,500",2\n900,3\n', [1234.0, 2500.0, 900.0]),
        ("a;b\n1.234,5;1\n2.500,0;2\n900,25;3\n", [1234.5, 2500.0, 900.25]),
        ("a;b\n1,5;1\n2;2\n-3,25;3\n", [1.5, 2.0, -3.25]),
        ("a;b\n1.250;0,5\n2.500;1,5\n900;2,5\n", [1250.0, 2500.0, 900.0]),
        ("a;b\n2.000;1\n2.500,5;2\n900,25;3\n", [2000.0, 2500.5, 900.25]),
        ("a;b\n0.125;0,5\n0.250;1,5\n", [0.125, 0.25]),
        ('a,b\n"0,125",1\n"0,250",2\n', [0.125, 0.25]),
        ("a;b\n1.250;2\n2.500;3\n", [1.25, 2.5]),
        ("a,b\n−1,1\n2e3,2\n.5,3\n", [-1.0, 2000.0, 0.5]),
        ("a,b\n50 %,1\n25 %,2\n5 %,3\n", [0.5, 0.25, 0.05]),
        ("a,b\n1,1\nNA,2\n?,3\n2,4\n-,5\n3,6\n", [1.0, None, None, 2.0, None, 3.0]),
    ],
)
def test_numbers_in_other_ways_of_writing(text: str, numbers: list[float | None]) -> None:
    found = read(text).columns[0]
    assert found.kind == "number"
    assert found.numbers is not None
    assert [None if np.isnan(each) else each for each in found.numbers.tolist()] == numbers


def test_a_group_of_thousands_is_told_where_another_column_decides_it() -> None:
    table = read("price;share\n1.250;0,5\n2.500;1,5\n")
    assert [str(said) for said in table.remarks] == ["price: numbers such as “1.250” were read as 1250."]
    assert not read("price;share\n1250;0,5\n2500;1,5\n").remarks


def test_a_number_without_end_is_named_and_not_called_empty() -> None:
    odd = read("a,b\n" + "".join(f"{each},1\n" for each in [*range(9), "inf", "1e999"])).columns[0].odd
    assert [(each.row, each.text, each.value) for each in odd] == [(10, "inf", None), (11, "1e999", None)]


def test_what_an_archive_of_arrays_has_besides_is_told() -> None:
    with io.BytesIO() as file:
        np.savez(file, x=np.zeros((6, 2)), y=np.arange(6), test=np.zeros((3, 2)), pictures=np.zeros((6, 8, 8)))
        (said,) = read(file.getvalue()).remarks
    assert str(said) == "Read were arrays of 6 rows; left out were test (3 × 2), pictures (6 × 8 × 8)."


def test_what_a_column_is_taken_for() -> None:
    rows = [
        [i, f"2021-03-{i % 28 + 1:02}", f"name {i}", "yes" if i % 3 else "no", 5, i % 2, i / 7, ""] for i in range(60)
    ]
    table = read(tables.as_text(["id", "day", "who", "ok", "five", "bit", "x", "nil"], rows))
    assert kinds(table) == ["number", "date", "text", "class", "constant", "number", "number", "empty"]
    assert table.columns[0].is_count
    assert column(table, "bit").names == ("0", "1")
    assert not column(table, "x").may_be_classes
    assert all(bool(each.no_feature) == (each.kind in ("date", "text", "constant", "empty")) for each in table.columns)


def test_names_are_one_line_each_and_none_twice() -> None:
    table = read('a,a,,"b\nc"\n1,2,3,4\n5,6,7,8\n')
    assert [each.name for each in table.columns] == ["a", "a (2)", "column 3", "b c"]
    assert table.column("A (2)") is table.columns[1]
    assert table.column("nothing") is None


def test_a_table_without_names() -> None:
    table = read("1.5,2\n3,4\n5,7\n")
    assert (table.rows, table.found.header) == (3, False)
    assert [each.name for each in table.columns] == ["column 1", "column 2"]
    assert read("x,y\n1,2\n3,4\n", header=False).rows == 3
    assert read("a,b\nc,d\ne,f\n", header=True).columns[0].names == ("c", "e")


def test_ragged_rows() -> None:
    table = read("a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n13,14,15\n")
    assert table.wide == (3,)
    assert table.columns[2].numbers is not None
    assert np.isnan(table.columns[2].numbers[1])
    assert table.rows == 5


def test_an_open_quote_does_not_swallow_the_table() -> None:
    table = read('a,b\n1,"x\n' + "".join(f"{i},y\n" for i in range(2, 30)))
    assert table.rows == 29


def test_options_are_believed() -> None:
    assert kinds(read("a;b\n1,5;2,5\n3,5;4\n", separator=",")) != ["number", "number"]
    assert read("a;b\n1,5;2,5\n3,5;4\n", decimal=".").columns[0].decimal == "."
    assert read("é;b\n1;2\n3;4\n".encode("cp1252"), encoding="cp1252").columns[0].name == "é"
    with pytest.raises(FileRefused, match="no encoding klingon"):
        read(TEXT, encoding="klingon")
    with pytest.raises(FileRefused, match="no sheet Data2; its sheets are Data, Notes"):
        read(tables.as_workbook(NAMES, ROWS, ["Notes"]), sheet="Data2")


def test_pasted_text_is_a_table() -> None:
    table = table_of_text("größe\tart\n1,5\ta\n2,5\tb\n")
    assert (table.name, table.columns[0].name, kinds(table)) == ("Pasted table", "größe", ["number", "class"])


@cases(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b" \n \n", "is empty"),
        (b"a,b,c\n", "has no rows"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "is a PNG picture and no table"),
        (b'{"format": 1}', "is JSON and no list of records"),
        (b"\x1f\x8b" + bytes(30), "is a damaged gzip archive"),
        (b"PAR1" + bytes(30), "cannot be read as a table"),
        (b"\x93NUMPY" + bytes(30), "is a damaged NumPy array"),
        (bytes(range(256)) * 4, "is no text"),
        ((",".join(f"c{i}" for i in range(2000)) + "\n" + ",".join("1" * 2000) + "\n").encode(), "2000 columns"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data: bytes, sentence: str) -> None:
    with pytest.raises(FileRefused, match=r"^some\.csv ") as caught:
        read(data)
    assert sentence in str(caught.value)


def test_objects_in_arrays_are_never_made() -> None:
    import io

    out = io.BytesIO()
    np.save(out, np.array([{"a": 1}], dtype=object))
    with pytest.raises(FileRefused, match="never opened here"):
        read(out.getvalue())


def test_a_packed_file_is_measured_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.tables.reading.MAX_BYTES", 1000)
    with pytest.raises(FileRefused, match="unpacked it has more than 1000 bytes"):
        read(tables.packed(bytes(1001)))
    assert MAX_BYTES == 256 * 2**20


def test_a_large_table_is_sampled_by_a_fixed_rule() -> None:
    count = MAX_ROWS + 50_000
    data = b"x,y\n" + b"".join(b"%d,%d\n" % (index, index % 5) for index in range(count))
    table = read(data)
    assert (table.rows, table.kept) == (count, MAX_ROWS)
    assert [str(said) for said in table.remarks] == ["Of 250000 rows 200000 were taken, spread evenly by a fixed rule."]
    numbers = table.numbers
    assert numbers[:5].tolist() == [1, 2, 3, 5, 6]
    assert (np.diff(numbers) >= 1).all()
    assert table.columns[0].numbers is not None
    assert (table.columns[0].numbers == numbers - 1).all()
    assert np.abs(numbers - np.arange(MAX_ROWS) * 1.25).max() < 3


def test_which_files_are_tables(tmp_path: Path) -> None:
    def put(name: str, data: bytes) -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    assert is_table(put("a.csv", b""))
    assert is_table(put("a.json", tables.as_records(NAMES, ROWS)))
    assert is_table(put("noname", TEXT.encode()))
    assert is_table(put("book", tables.as_workbook(NAMES, ROWS)))
    assert not is_table(put("b.json", b'{"format": 1}'))
    assert not is_table(put("a.nnp", TEXT.encode()))
    assert not is_table(put("a.png", b"\x89PNG\r\n\x1a\n"))
    assert not is_table(tmp_path / "nowhere.csv")
    assert is_table(tmp_path), "a folder is one of pictures"
    assert read_table_file(tmp_path / "a.json").rows == 30


def test_reading_loads_no_extension_and_leaves_no_setting_open() -> None:
    from playground.tables.database import Database

    with Database("some.csv") as database:
        database.load_arrays([np.arange(3.0)], 3)
        for statement in ("INSTALL httpfs", "LOAD httpfs", "SET threads=8", "COPY t TO 'somewhere.csv'"):
            with pytest.raises(FileRefused, match="cannot be read as a table"):
                database._run(statement)


def test_the_readers_are_loaded_when_a_table_is_opened() -> None:
    import subprocess

    script = "import sys, playground.tables.making, playground.commands.opening; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"duckdb", "python_calamine"} & set(done.stdout.split())
