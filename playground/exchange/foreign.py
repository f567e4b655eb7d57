"""Says what bytes are that hold no experiment: a picture, an archive, another program's model.

Owns the table of first bytes and the predicates for sentences ("… is a PNG picture"); reads nothing further.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from playground.errors import InvalidExperiment, Write

OPENS = "Neural Playground opens model files (.nnp, .safetensors) and experiments (.json)"

FIRST_BYTES = (
    (b"\x89PNG\r\n\x1a\n", "is a PNG picture"),
    (b"\xff\xd8\xff", "is a JPEG picture"),
    (b"GIF8", "is a GIF picture"),
    (b"%PDF-", "is a PDF document"),
    (b"PK\x03\x04", "is a zip archive (perhaps a .npz, .keras or .pt file)"),
    (b"PK\x05\x06", "is an empty zip archive"),
    (b"\x1f\x8b", "is a gzip archive"),
    (b"\x89HDF\r\n\x1a\n", "is an HDF5 file (perhaps a Keras model)"),
    (b"\x93NUMPY", "is a NumPy array"),
    (b"GGUF", "is a GGUF language model"),
    (b"<", "is a web page or an XML document"),
)
PICKLE_PROTOCOLS = (2, 3, 4, 5)
SEPARATORS = (",", ";", "\t")
LOOKED_AT = 4096
"""So many bytes tell a table from another text."""


def described(data: bytes) -> str:
    """The predicate of a sentence about bytes that are neither a model file nor JSON."""
    if not data:
        return f"is empty. {OPENS}"
    if data[0] == 0x80 and len(data) > 1 and data[1] in PICKLE_PROTOCOLS:
        return f"is a Python pickle, which may run any program when it is opened, so it is never opened here. {OPENS}"
    for first, predicate in FIRST_BYTES:
        if data.startswith(first):
            return f"{predicate}, not a model file. {OPENS}"
    text = _text(data[:LOOKED_AT])
    if text is not None:
        kind = "a table of values, such as a CSV file" if _is_table(text) else "a text, not a model file"
        return f"is {kind}. {OPENS}"
    return f"is not a model file, or its first bytes are damaged. {OPENS}"


def _text(data: bytes) -> str | None:
    """The bytes as a text that somebody can read; a letter cut at the end is left out. None for anything else."""
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(data)
    except UnicodeDecodeError:
        return None
    return text if all(letter.isprintable() or letter in "\t\r\n" for letter in text) else None


def _is_table(text: str) -> bool:
    """Whether the first lines have the same separator equally often; a last line that may be cut does not count."""
    lines = [line for line in text.split("\n") if line.strip()]
    lines = lines[:-1] if len(lines) > 2 else lines
    counts = ([line.count(mark) for line in lines[:10]] for mark in SEPARATORS)
    return len(lines) > 1 and any(found[0] > 0 and len(set(found)) == 1 for found in counts)


def looks_like_json(data: bytes) -> bool:
    """Whether the first letter, after blanks and a byte order mark, opens an object or a list."""
    return data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


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
