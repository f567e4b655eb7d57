"""Says what bytes are that hold no experiment, and what to do with them: a table, an archive, another program's model.

Owns the table of what is recognised, and the predicates for sentences ("… is a PNG picture, …"); opens nothing, unpacks
nothing and runs nothing. Who opens a model and who reads a table of samples get a way out of their own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import msgspec

from playground.errors import InvalidExperiment, Write

OPENS = "Neural Playground opens model files (.nnp, .safetensors) and experiments (.json)"
TABLES = "Samples are read from CSV files, a line each, and from Excel files, Parquet, JSON records and NumPy arrays"
NO_TABLE = "Tables are read from CSV and Excel files, Parquet, JSON records and NumPy arrays"
FOR_TABLES = "playground train FILE --target COLUMN, or playground.read_table in Python"
TRAINS = f"To train on its rows: {FOR_TABLES}; to ask a model about them: playground predict MODEL --data FILE"
RUNS = "which may run any program when it is opened, so it is never opened here"
BUILDS = "Its network cannot be imported: build the layers here, as the other program lists them"
FROM_TORCH = "in PyTorch, read it yourself if you trust it, and keep what you need in another format"
EXPORTS = "export it as CSV (comma separated, UTF-8)"
SAVETXT = 'in Python: numpy.savetxt("samples.csv", array, delimiter=",")'


class Foreign(msgspec.Struct, frozen=True):
    """What something is, as a predicate, and the ways out of who wanted a model and who wanted a table."""

    predicate: str
    opening: str = OPENS
    reading: str = TABLES


NUMPY = Foreign("is a NumPy array, not a model file", TRAINS, f"write it as CSV first, {SAVETXT}")
NUMPY_ARCHIVE = Foreign("is a zip archive of NumPy arrays (.npz), not a model file", TRAINS,
                        f"write one array of it as CSV first, {SAVETXT}")  # fmt: skip
TORCH = Foreign(f"is a PyTorch file, a zip archive with a Python pickle in it, {RUNS}", f"{BUILDS}; {FROM_TORCH}")
PICKLE = Foreign(f"is a Python pickle, {RUNS}", OPENS, EXPORTS)
KERAS = Foreign("is a Keras model", BUILDS)
SHEET = Foreign("is a spreadsheet, not a model file", TRAINS, f"{EXPORTS} from there")
TABLE = Foreign("is a table (CSV), not a model file", TRAINS)
LINES = "write it as a CSV file, a line a record"
RECORDS = Foreign("is a JSON list of records, which is a table and not an experiment", TRAINS, LINES)
JSON_LINES = Foreign("is JSON lines, a record a line, which is a table and not an experiment", TRAINS, LINES)
WITHOUT_NAMES = f"its records have no names: {LINES}. {TRAINS}"
ROWS, JSON_ROWS = (Foreign(found.predicate, WITHOUT_NAMES, LINES) for found in (RECORDS, JSON_LINES))
OLD_TABLE = Foreign(
    "is a table (CSV) in an encoding older than UTF-8, not a model file", TRAINS, f"save it as UTF-8. {TABLES}"
)
BLANKS = 'write it with commas, in Python: numpy.savetxt("samples.csv", numpy.loadtxt(FILE), delimiter=",")'
SPACED = Foreign("is a table whose numbers are parted by blanks, not a model file", TRAINS, BLANKS)
JSON_OBJECT = Foreign("is a JSON object and no table")
KERAS_JSON = Foreign("is the JSON of a Keras model", BUILDS)
KERAS_NAMES = ((b'"class_name"', b'"config"'), (b'"modelTopology"',))
"""What stands in the JSON of a Keras model: of its own, and of TensorFlow.js."""
MODEL = Foreign("is a model file", OPENS, "give it as the FILE before --data, and a CSV file of samples after it")
LFS = Foreign(
    "is a Git LFS pointer, which stands for the file and is not the file itself",
    "fetch the file: run git lfs pull in its repository, or download it there once more",
    "fetch the file: run git lfs pull in its repository, or download it there once more",
)
UTF_16 = Foreign(
    "is text in UTF-16", f"save it as UTF-8 if it is an experiment. {TRAINS}", f"save it as CSV in UTF-8. {TABLES}"
)
ONNX = Foreign("is an ONNX model", BUILDS)

FIRST_BYTES: tuple[tuple[bytes, Foreign], ...] = (
    (b"version https://git-lfs", LFS),
    (b"\x93NUMPY", NUMPY),
    (b"\x89HDF\r\n\x1a\n", Foreign("is an HDF5 file (perhaps a Keras model), not a model file", BUILDS, EXPORTS)),
    (b"PAR1", Foreign("is a Parquet table, not a model file", TRAINS, EXPORTS)),
    (b"ARROW1", Foreign("is an Arrow table, not a model file", f"{EXPORTS}. {TRAINS}", EXPORTS)),
    (b"SQLite format 3\0", Foreign("is an SQLite database, not a model file", f"{EXPORTS}. {TRAINS}", EXPORTS)),
    (b"\xd0\xcf\x11\xe0", SHEET),
    (b"\xff\xfe", UTF_16),
    (b"\xfe\xff", UTF_16),
    (b"\x1f\x8b", Foreign("is a gzip archive, not a model file", f"{OPENS}. Where it holds a table: {FOR_TABLES}")),
    *(
        (first, Foreign(f"{predicate}, not a model file"))
        for first, predicate in (
            (b"\x89PNG\r\n\x1a\n", "is a PNG picture"),
            (b"\xff\xd8\xff", "is a JPEG picture"),
            (b"GIF8", "is a GIF picture"),
            (b"%PDF-", "is a PDF document"),
            (b"PK\x05\x06", "is an empty zip archive"),
            (b"GGUF", "is a GGUF language model"),
            (b"<", "is a web page or an XML document"),
        )
    ),
)
PICKLE_PROTOCOLS = (2, 3, 4, 5)
ZIP = b"PK\x03\x04"
ZIP_SIGNS = ((b"data.pkl", TORCH), (b".npy", NUMPY_ARCHIVE), (b"model.weights.h5", KERAS), (b"xl/workbook", SHEET))
ONNX_NEXT = (0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42)
"""The tags of ModelProto's fields 2 to 8, of which one follows the IR version (https://onnx.ai/onnx/repo-docs/IR.html)."""
LIST_OF_RECORDS = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*[\[{]")
BINARY = re.compile(r"[^\t\n\r\f -\U0010ffff]|\ufffd")
NUMBER = re.compile(r"[-+−]?\d*[.,]?\d+(?:[eE][-+]?\d+)?")
BOM = b"\xef\xbb\xbf"
MOST_OF_A_RECORD = 1_000_000
SAMPLE_BYTES, SAMPLE_LINES = 10_000, 20


def recognised(data: bytes) -> Foreign | None:
    """What bytes are that are neither a model file nor a JSON object; None where that is not known."""
    for first, found in FIRST_BYTES:
        if data.startswith(first):
            return found
    if data.startswith(ZIP):
        known = (found for sign, found in ZIP_SIGNS if sign in data)
        return next(known, Foreign("is a zip archive, not a model file"))
    if len(data) > 2 and data[0] == 0x80 and data[1] in PICKLE_PROTOCOLS:
        return PICKLE
    if len(data) > 2 and data[0] == 0x08 and 0 < data[1] < 0x20 and data[2] in ONNX_NEXT:
        return ONNX
    if _is_json_lines(data):
        return JSON_LINES if _first(data) == b"{" else JSON_ROWS
    if LIST_OF_RECORDS.match(data):
        return RECORDS if _first(_inside(data)) == b"{" else ROWS
    return _table(data)


def _first(data: bytes) -> bytes:
    """The first letter after blanks and a byte order mark."""
    return data.removeprefix(BOM).lstrip()[:1]


def _inside(data: bytes) -> bytes:
    """What stands behind the first bracket."""
    return data.partition(b"[")[2]


def _is_json_lines(data: bytes) -> bool:
    """Whether each of the first two lines by itself is a JSON object or list."""
    lines = [line for line in data[:MOST_OF_A_RECORD].removeprefix(BOM).splitlines() if line.strip()][:2]
    return len(lines) == 2 and all(looks_like_json(line) and _is_json(line) for line in lines)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _table(data: bytes) -> Foreign | None:
    """The kind of table that text is, if it is one."""
    whole = data if len(data) <= SAMPLE_BYTES else data[:SAMPLE_BYTES].rpartition(b"\n")[0]
    for encoding, found in (("utf-8-sig", TABLE), ("cp1252", OLD_TABLE)):
        try:
            text = whole.decode(encoding)
        except UnicodeDecodeError:
            continue
        lines = [line for line in text.splitlines() if line.strip()][:SAMPLE_LINES]
        if len(lines) < 2 or BINARY.search(text):
            return None
        return found if _has_columns(lines) else SPACED if _is_spaced(lines) else None
    return None


def _is_spaced(lines: list[str]) -> bool:
    """Whether lines are as many numbers each, parted by blanks; the first may be names."""
    rows = [line.split() for line in lines]
    numbers = [row for row in rows if len(row) > 1 and all(map(NUMBER.fullmatch, row))]
    return len(numbers) > 1 and numbers in (rows, rows[1:]) and len({len(row) for row in numbers}) == 1


def _has_columns(lines: list[str]) -> bool:
    """Whether lines have as many commas, semicolons or tabs each, and numbers between them."""
    signs = [sign for sign in ";\t," if lines[0].count(sign) and len({line.count(sign) for line in lines}) == 1]
    return any(NUMBER.fullmatch(cell.strip()) for sign in signs for cell in lines[-1].split(sign))


def described(data: bytes) -> str:
    """The predicate of a sentence about bytes that are neither model file nor JSON object, for who opens a model."""
    if not data:
        return f"is empty. {OPENS}"
    found = recognised(data)
    if found is None:
        return f"is not a model file, or its first bytes are damaged. {OPENS}"
    return _sentence(found.predicate, found.opening)


def no_table(data: bytes, is_model: Callable[[bytes], bool]) -> str | None:
    """The predicate about bytes that are no table, for who reads one; None where they may be one."""
    found = MODEL if is_model(data) else recognised(data)
    if found is None and looks_like_json(data):
        found = KERAS_JSON if _is_keras(data) else JSON_OBJECT
    if found is None or found is TABLE:
        return None
    return _sentence(found.predicate.removesuffix(", not a model file"), found.reading)


def has_no_names(data: bytes) -> bool:
    """Whether bytes are JSON records without names, which no columns can be found in."""
    return recognised(data) in (ROWS, JSON_ROWS)


def no_table_to_learn(head: bytes) -> str | None:
    """The predicate about the first bytes of what holds no table in any form, for who would train on one; None where
    they may be one, or JSON that nobody knows."""
    found = recognised(head)
    if found is None and looks_like_json(head) and _is_keras(head):
        found = KERAS_JSON
    if found is None or "table" in found.predicate or found is UTF_16:
        return None
    what = found.predicate.removesuffix(", not a model file")
    return f"{what} and no table. {NO_TABLE}" if found.reading is TABLES else _sentence(what, found.reading)


def _is_keras(data: bytes) -> bool:
    """Whether JSON holds the words of a Keras model."""
    return any(all(name in data for name in names) for names in KERAS_NAMES)


def no_experiment(raw: Any) -> str | None:
    """The predicate about decoded JSON that another program has written; None where it may be an experiment."""
    if isinstance(raw, dict) and ({"class_name", "config"} <= set(raw) or "modelTopology" in raw):
        return _sentence(f"{KERAS_JSON.predicate}, not an experiment", KERAS_JSON.opening)
    return None


def _sentence(predicate: str, way_out: str) -> str:
    return f"{predicate}. {way_out[0].upper()}{way_out[1:]}"


def looks_like_json(data: bytes) -> bool:
    """Whether the first letter, after blanks and a byte order mark, opens an object or a list."""
    return data[:1000].removeprefix(BOM).lstrip()[:1] in (b"{", b"[")


def may_be_experiment(data: bytes, name: str) -> bool:
    """Whether bytes are to be read as an experiment: they begin as JSON does, or are called so and are nothing else."""
    if looks_like_json(data):
        return LIST_OF_RECORDS.match(data) is None and not _is_json_lines(data)
    return bool(data) and name.lower().endswith(".json") and recognised(data) is None


class NotValid(msgspec.Struct, frozen=True):
    """The predicate for an experiment with problems; several stand on a line each."""

    error: InvalidExperiment

    def written(self, write: Write) -> str:
        """The predicate."""
        found = [line.removesuffix(".") for line in self.error.lines(write)]
        if len(found) == 1:
            return f"is not a valid experiment: {found[0]}"
        return "\n  ".join(["is not a valid experiment:", *found])
