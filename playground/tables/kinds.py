"""Which files are tables: by their names, and where these say nothing by their first bytes.

Owns that question, which is asked of every file that is opened, and loads nothing for it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from playground.exchange.foreign import looks_like_json, recognised

SUFFIXES = (".csv", ".tsv", ".tab", ".txt", ".dat", ".data", ".gz", ".parquet", ".jsonl", ".ndjson", ".npy", ".npz",
            ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")  # fmt: skip
"""Names of tables; `.json` may be an experiment too, and is looked into."""
LIST = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[\s*\{")
HEAD = 1 << 16
"""First bytes of a file that are looked at."""
TABLE_WORDS = ("table", "NumPy arr", "spreadsheet", "UTF-16")


def is_table(path: str | os.PathLike[str]) -> bool:
    """Whether a file is to be read as a table: by its name, or where that says nothing by its first bytes."""
    place = Path(path)
    suffix = place.suffix.lower()
    if suffix in (".nnp", ".safetensors") or not place.is_file():
        return False
    try:
        with open(place, "rb") as file:
            head = file.read(HEAD)
    except OSError:
        return False
    if is_named_as_table(place):
        return True
    if looks_like_json(head):
        return is_records(head)
    found = recognised(head)
    return found is not None and any(word in found.predicate for word in TABLE_WORDS)


def is_named_as_table(path: str | os.PathLike[str]) -> bool:
    """Whether a name is that of a table, whether there is such a file or not."""
    return Path(path).suffix.lower() in SUFFIXES


def is_records(head: bytes) -> bool:
    """Whether JSON begins as a list of records, or as records line by line."""
    found = recognised(head)
    known = found is not None and ("records" in found.predicate or "JSON lines" in found.predicate)
    return known or LIST.match(head) is not None
