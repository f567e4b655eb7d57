"""Spoiled tables: always a data set or a sentence, never anything else, nothing slow, nothing left behind."""

from __future__ import annotations

import math
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

from playground.errors import FileRefused, InvalidExperiment, PointsRefused, WrongUse
from playground.tables.choosing import Choice
from playground.tables.making import experiment_of
from playground.tables.reading import table_of
from tests import tables

SLOW = 1.0
"""Seconds of processor time for one table, a hundred times what it takes; asked of the long run alone, since what else
the machine does makes processor time longer too."""


def bases(folder: Path) -> list[bytes]:
    names, rows = tables.flowers(24)
    odd = [[*row[:2], None if place % 7 == 0 else row[2], f"{row[3]}", 'a "b"\nc' if place % 5 else "é"]
           for place, row in enumerate(rows)]  # fmt: skip
    text = tables.as_text(names, rows).encode()
    return [
        text, text, tables.as_european(names, rows), tables.as_text(names, odd, "\t").encode("utf-16"),
        tables.as_text(names, odd, "|").encode("utf-8-sig"),
        tables.as_text(["a", "b"], [[n, n / 8] for n in range(9)], " ").encode(),
        tables.as_records(names, rows), tables.as_lines(names, rows), tables.as_array(rows), tables.as_archive(rows),
        tables.packed(text), tables.as_parquet(names, rows, folder), tables.as_workbook(names, rows, ["Notes"]),
        tables.as_open_document(names, rows),
    ]  # fmt: skip


def outcome(data: bytes) -> str:
    """What became of a table: an experiment for one of its columns, or a sentence."""
    try:
        table = table_of(data, "spoiled.csv")
    except FileRefused as error:
        return fair(error)
    assert table.rows >= 1
    assert table.columns
    assert all(column.no_feature or not column.missing.all() for column in table.columns)
    for column in reversed(table.columns):
        try:
            made = experiment_of(table, Choice(column.name))
        except (WrongUse, PointsRefused, InvalidExperiment):
            continue
        assert made.points is not None
        assert np.isfinite(made.points.features).all()
        return "data set"
    return "no target"


def fair(error: FileRefused) -> str:
    """A refusal names the table, and nothing of this machine."""
    said = str(error)
    assert said.startswith("spoiled.csv ")
    assert len(said) < 400
    assert said.endswith(".")
    assert ": ." not in said
    assert said.isprintable()
    assert "/playground-" not in said
    return "refused"


def check(count: int, seed: int, folder: Path, slow: float = math.inf) -> dict[str, int]:
    """How many of these spoiled tables are read, and how many refused in words; none takes longer than `slow`."""
    told: dict[str, int] = {}
    for data in tables.spoiled(bases(folder), seed, count):
        found, taken = timed(data)
        assert taken < slow, (taken, data)
        told[found] = told.get(found, 0) + 1
    return told


def timed(data: bytes) -> tuple[str, float]:
    """What became of a table, and the seconds of processor time that it took."""
    start = time.process_time()
    found = outcome(data)
    return found, time.process_time() - start


def least(columns: int) -> float:
    """Seconds of processor time for a table of words with so many columns, the better of two."""
    rows = [[f"c{each}" for each in range(columns)]]
    rows += [[f"w{each % 7}{row}" for each in range(columns)] for row in range(5)]
    takes = [timed("\n".join(map(",".join, rows)).encode()) for _ in range(2)]
    assert {found for found, _ in takes} == {"data set"}
    return min(taken for _, taken in takes)


@pytest.mark.parametrize("count", [14, pytest.param(60, marks=pytest.mark.long)])
def test_spoiled_tables_give_a_data_set_or_a_sentence(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    told = check(count, 1, tmp_path)
    assert told["data set"] > count // 4
    assert told["refused"] > 0
    assert not list(tmp_path.glob("playground-*")), "files are left behind"


def test_a_wide_table_is_read_as_fast() -> None:
    """A table whose lines were lost is one of hundreds of columns, and what is asked of each must not multiply: four
    times the columns take four times as long, where each asked all others it would be sixteen."""
    assert least(320) < 8 * least(80)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(10))
def test_many_spoiled_tables(seed: int, tmp_path: Path) -> None:
    assert sum(check(2000, 100 + seed, tmp_path, SLOW).values()) == 2000
