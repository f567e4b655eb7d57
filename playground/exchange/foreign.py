"""Says what bytes are that hold no experiment, and what to do with them: a table, an archive, another program's model.

Owns the table of what is recognised, and the predicates for sentences ("… is a PNG picture, …"); opens nothing, unpacks
nothing and runs nothing. Who opens a model and who reads a table of samples get a way out of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.errors import InvalidExperiment, Write

OPENS = "Neural Playground opens model files (.nnp, .safetensors) and experiments (.json)"
TABLES = "Samples are read from CSV files: a line each, their numbers parted by commas"
TRAINS = (
    "To train on its rows, make own points of them in Python (playground.OwnPoints, playground.on_points); "
    "to ask a model about them: playground predict MODEL --data FILE with a CSV file"
)
RUNS = "which may run any program when it is opened, so it is never opened here"
BUILDS = "Its network cannot be imported: build the layers here, as the other program lists them"
FROM_TORCH = "in PyTorch, read it yourself if you trust it, and keep what you need in another format"
EXPORTS = "export it as CSV (comma separated, UTF-8)"
SAVETXT = 'in Python: numpy.savetxt("samples.csv", array, delimiter=",")'


@dataclass(frozen=True, slots=True)
class Foreign:
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
SHEET = Foreign("is a spreadsheet, not a model file", f"{EXPORTS} from there. {TRAINS}", f"{EXPORTS} from there")
TABLE = Foreign("is a table (CSV), not a model file", TRAINS)
RECORDS = Foreign(
    "is a JSON list of records, which is a table and not an experiment",
    f"write it as a CSV file, a line a record. {TRAINS}",
    "write it as a CSV file, a line a record",
)
JSON_OBJECT = Foreign("is a JSON object and no table")
MODEL = Foreign("is a model file", OPENS, "give it as the FILE before --data, and a CSV file of samples after it")
LFS = Foreign(
    "is a Git LFS pointer, which stands for the file and is not the file itself",
    "fetch the file: run git lfs pull in its repository, or download it there once more",
    "fetch the file: run git lfs pull in its repository, or download it there once more",
)
UTF_16 = Foreign("is text in UTF-16", f"save it as UTF-8. {OPENS}", f"save it as CSV in UTF-8. {TABLES}")
ONNX = Foreign("is an ONNX model", BUILDS)

FIRST_BYTES: tuple[tuple[bytes, Foreign], ...] = (
    (b"version https://git-lfs", LFS),
    (b"\x93NUMPY", NUMPY),
    (b"\x89HDF\r\n\x1a\n", Foreign("is an HDF5 file (perhaps a Keras model), not a model file", BUILDS, EXPORTS)),
    (b"PAR1", Foreign("is a Parquet table, not a model file", f"{EXPORTS}. {TRAINS}", EXPORTS)),
    (b"ARROW1", Foreign("is an Arrow table, not a model file", f"{EXPORTS}. {TRAINS}", EXPORTS)),
    (b"SQLite format 3\0", Foreign("is an SQLite database, not a model file", f"{EXPORTS}. {TRAINS}", EXPORTS)),
    (b"\xd0\xcf\x11\xe0", SHEET),
    (b"\xff\xfe", UTF_16),
    (b"\xfe\xff", UTF_16),
    *(
        (first, Foreign(f"{predicate}, not a model file"))
        for first, predicate in (
            (b"\x89PNG\r\n\x1a\n", "is a PNG picture"),
            (b"\xff\xd8\xff", "is a JPEG picture"),
            (b"GIF8", "is a GIF picture"),
            (b"%PDF-", "is a PDF document"),
            (b"PK\x05\x06", "is an empty zip archive"),
            (b"\x1f\x8b", "is a gzip archive"),
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
    if LIST_OF_RECORDS.match(data):
        return RECORDS
    return TABLE if _is_table(data) else None


def _is_table(data: bytes) -> bool:
    """Whether text has several lines with as many commas, semicolons or tabs each, and numbers between them."""
    text = data[:SAMPLE_BYTES].decode("utf-8-sig", errors="replace")
    whole = text if len(data) <= SAMPLE_BYTES else text.rpartition("\n")[0]
    lines = [line for line in whole.splitlines() if line.strip()][:SAMPLE_LINES]
    if len(lines) < 2 or BINARY.search(whole):
        return False
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
        found = JSON_OBJECT
    if found is None or found is TABLE:
        return None
    return _sentence(found.predicate.removesuffix(", not a model file"), found.reading)


def no_experiment(raw: Any) -> str | None:
    """The predicate about decoded JSON that another program has written; None where it may be an experiment."""
    if isinstance(raw, dict) and ({"class_name", "config"} <= set(raw) or "modelTopology" in raw):
        return _sentence("is the JSON of a Keras model, not an experiment", BUILDS)
    return None


def _sentence(predicate: str, way_out: str) -> str:
    return f"{predicate}. {way_out[0].upper()}{way_out[1:]}"


def looks_like_json(data: bytes) -> bool:
    """Whether the first letter, after blanks and a byte order mark, opens an object or a list."""
    return data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def may_be_experiment(data: bytes, name: str) -> bool:
    """Whether bytes are to be read as an experiment: they begin as JSON does, or are called so and are nothing else."""
    if looks_like_json(data):
        return LIST_OF_RECORDS.match(data) is None
    return bool(data) and name.lower().endswith(".json") and recognised(data) is None


@dataclass(frozen=True, slots=True)
class NotValid:
    """The predicate for an experiment with problems; several stand on a line each."""

    error: InvalidExperiment

    def written(self, write: Write) -> str:
        """The predicate."""
        found = [line.removesuffix(".") for line in self.error.lines(write)]
        if len(found) == 1:
            return f"is not a valid experiment: {found[0]}"
        return "\n  ".join(["is not a valid experiment:", *found])
