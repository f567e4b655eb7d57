"""What is none of ours is recognised wherever a file is read, and answered with what to do."""

from __future__ import annotations

import io
import json
import pickle
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.commands.points_file import read_points
from playground.errors import FileRefused
from playground.exchange.files import load, parse
from playground.exchange.foreign import described, no_table
from playground.experiment.experiment import Experiment, to_json
from playground.tables.reading import table_of
from tests.cases import cases

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"


def zipped(*names: str) -> bytes:
    """A zip archive with small files of these names."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, b"content")
    return held.getvalue()


def array() -> bytes:
    held = io.BytesIO()
    np.save(held, np.ones((3, 2)))
    return held.getvalue()


FOREIGN = {
    "CSV": (b"x,y,label\n1,2,0\n3,4,1\n", "is a table (CSV)", "playground train FILE --target COLUMN", None),
    "CSV with semicolons": (b"x;y\r\n1,5;2\r\n3;4,5\r\n", "is a table (CSV)", "playground predict MODEL --data", None),
    "ONNX": (b"\x08\x07\x12\x07pytorch", "is an ONNX model", "build the layers here", "read from CSV files"),
    "Keras": (zipped("metadata.json", "config.json", "model.weights.h5"), "is a Keras model", "build the layers", ""),
    "PyTorch": (zipped("archive/data.pkl", "archive/data/0"), "is a PyTorch file", "any program", "any program"),
    "pickle": (pickle.dumps([1, 2]), "is a Python pickle", "never opened here", "Export it as CSV"),
    "LFS": (LFS, "is a Git LFS pointer", "git lfs pull", "git lfs pull"),
    "NumPy": (array(), "is a NumPy array", "playground.read_table", "numpy.savetxt"),
    "npz": (zipped("arr_0.npy"), "NumPy arrays (.npz)", "playground.read_table", "numpy.savetxt"),
    "sheet": (zipped("a.xml", "xl/workbook.xml"), "is a spreadsheet", "To train on its rows", "Export it as CSV"),
    "records": (b'[{"x": 1, "y": 2}]', "is a JSON list of records", "To train on its rows", "Write it as a CSV file"),
    "rows": (b" [\n [1, 2]]", "is a JSON list of records", "Its records have no names", "Write it as a CSV file"),
    "JSON lines": (b'{"x": 1, "y": 2}\n{"x": 3}\n', "is JSON lines", "To train on its rows", "Write it as a CSV"),
    "rows in lines": (b"[1, 2]\r\n\r\n[3, 4]\r\n", "is JSON lines", "Its records have no names", "Write it as a CSV"),
    "Latin-1": ("größe,y,label\n1,2,0\n3,4,1\n".encode("latin-1"), "older than UTF-8", "To train", "UTF-8"),
    "Windows": ("a;b\r\n“x”;1,5\r\n„y“;2\r\n".encode("cp1252"), "older than UTF-8", "UTF-8", "UTF-8"),
    "blanks": (b"1.5 2\n3 -4e3\n", "parted by blanks", "To train on its rows", "numpy.loadtxt"),
    "blanks and names": (b"# x y label\n 1  2 0\n 3  4 1\n", "parted by blanks", "To train on its rows", "loadtxt"),
    "Parquet": (b"PAR1\x15\x04", "is a Parquet table", "To train on its rows", "Export it as CSV"),
    "UTF-16": ("x,y\n1,2\n".encode("utf-16"), "is text in UTF-16", "in Python", "Save it as CSV in UTF-8"),
    "gzip": (b"\x1f\x8b\x08\x00", "is a gzip archive", "playground.read_table in Python", "read from CSV files"),
    "picture": (b"\x89PNG\r\n\x1a\n", "is a PNG picture", "opens model files", "read from CSV files"),
}  # fmt: skip


@cases("kind", list(FOREIGN))
@cases("name", ["thing.nnp", "thing.json", "thing"])
def test_whoever_opens_a_model_is_told_what_it_is_and_what_to_do(kind: str, name: str, tmp_path: Path) -> None:
    data, what, way_out, _ = FOREIGN[kind]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FileRefused, match=re.escape(what)) as refusal:
        load(tmp_path / name)
    assert way_out in str(refusal.value)
    assert str(refusal.value).endswith(".")


@cases("kind", [kind for kind in FOREIGN if FOREIGN[kind][3] is not None])
def test_whoever_reads_samples_is_told_too(kind: str, tmp_path: Path) -> None:
    data, what, _, way_out = FOREIGN[kind]
    (tmp_path / "points.csv").write_bytes(data)
    with pytest.raises(FileRefused, match=re.escape(what)) as refusal:
        read_points(str(tmp_path / "points.csv"))
    assert (way_out or "") in str(refusal.value)
    assert "not a model file" not in str(refusal.value)


@pytest.mark.parametrize(
    "raw",
    [
        {"class_name": "Sequential", "config": {"layers": []}, "keras_version": "3.0"},
        {"modelTopology": {}, "weightsManifest": []},
    ],
)
def test_the_json_of_keras_is_recognised_wherever_it_is_read(raw: dict[str, object], tmp_path: Path) -> None:
    data = json.dumps(raw).encode()
    with pytest.raises(FileRefused, match="is the JSON of a Keras model, not an experiment"):
        parse(data, "model.json")
    (tmp_path / "model.json").write_bytes(data)
    with pytest.raises(FileRefused, match=r"is the JSON of a Keras model\. Samples are read from"):
        read_points(str(tmp_path / "model.json"))
    with pytest.raises(FileRefused, match=r"is the JSON of a Keras model and no table\. Tables are read from"):
        table_of(data, "model.json")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("LFS", "is not the file itself. Fetch the file: run git lfs pull"),
        ("ONNX", "is an ONNX model and no table. Tables are read from CSV"),
        ("Keras", "is a Keras model and no table. Tables are read from CSV"),
        ("pickle", "is a Python pickle, which may run any program when it is opened, so it is never opened here. Exp"),
        ("picture", "is a PNG picture and no table. Tables are read from CSV"),
    ],
)
def test_whoever_reads_a_table_to_train_on_is_told_too(kind: str, sentence: str) -> None:
    """A pointer called iris.csv was “not the file itself and no table”, and nothing more was said."""
    with pytest.raises(FileRefused) as refusal:
        table_of(FOREIGN[kind][0], "iris.csv")
    assert sentence in str(refusal.value)
    assert str(refusal.value).endswith(".")


@cases(
    "text",
    [
        "Dear reader,\nthis is a letter, and no table.\n",
        "one line, 1",
        "hello\nworld\n",
        "a,b\nc,d\n",
        "I am\n3 4\n",
        "1 2\n3 4 5\n",
    ],
)
def test_prose_is_no_table(text: str) -> None:
    assert described(text.encode()).startswith("is not a model file, or its first bytes are damaged")


def test_an_experiment_is_never_taken_for_something_else() -> None:
    assert parse(to_json(Experiment()).encode(), "e").experiment == Experiment()
    assert no_table(b"x,y\n1,2\n", lambda data: False) is None
    compact = json.dumps(json.loads(to_json(Experiment()))).encode()
    assert parse(compact + b"\n\n", "e").experiment == Experiment()
    with pytest.raises(FileRefused, match="this is not valid JSON: Extra data at line 2"):
        parse(compact + b"\nand so on", "e")


@given(st.binary(max_size=200))
def test_any_bytes_are_described(data: bytes) -> None:
    assert described(data).startswith("is ")
    told = no_table(data, lambda _: False)
    assert told is None or told.startswith("is ")


@cases("kind", ["sheet", "records", "JSON lines", "Latin-1", "blanks", "Parquet", "npz", "NumPy"])
def test_no_table_that_can_be_read_is_to_be_exported_first(kind: str) -> None:
    told = described(FOREIGN[kind][0])
    assert "playground.read_table" in told
    assert not re.search("CSV \\(comma|Write it|Save it|savetxt|Export", told)
