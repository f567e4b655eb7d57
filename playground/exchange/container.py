"""The bytes of a model file: a safetensors file with one JSON text in it and a checksum over every byte.

Owns the caps, the table of tensors and the checksum; knows nothing of experiments or runs. Everything is checked here
before the safetensors library sees a byte. What is wrong leaves as Unreadable, with the predicate of a sentence.

The file (https://huggingface.co/docs/safetensors) is: 8 bytes with the header's length, the header (JSON: a table of
tensors, and the text under `__metadata__`), then the tensors' bytes. The checksum is the SHA-256 of the whole file with
the checksum's own 64 letters written as zeros, so that no byte can change unnoticed and any program can verify it.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.errors import Explained, InvalidExperiment
from playground.experiment.strict_json import parse_json

KEY = "neural-playground"
FORMAT = 1

MAX_BYTES = 256 * 2**20
"""A network of 1,000,000 parameters in float64 with its optimizer takes 25 million bytes; 200,000 own points with 64
columns take 106 million."""
MAX_HEADER = 1_000_000
MAX_TENSORS = 4096
"""A network of 32 layers has some 70, as has each of 16 branches, and the state that a log begins with."""
MAX_RANK = 4
SIZES = {"F32": 4, "F64": 8, "I64": 8, "U64": 8}

UNSIGNED = "0" * 64
CHECKSUM = re.compile(rb'\\"sha256\\":\\"([0-9a-f]{64})\\"')
"""The checksum inside JSON inside JSON; a title that repeats it would be escaped once more and does not match."""

Tensors = dict[str, NDArray[Any]]
Shape = tuple[int, ...]


class Unreadable(Explained):
    """Why a file is refused, as the predicate of a sentence that begins with its name."""


class Header(msgspec.Struct, frozen=True):
    """The JSON text, and every tensor's type and shape, both checked and with the right checksum."""

    spec: dict[str, Any]
    tensors: dict[str, tuple[str, Shape]]


def looks_like_one(data: bytes) -> bool:
    """Whether the first bytes can be a safetensors header: a length below 2⁴⁰, then a brace."""
    return len(data) > 8 and data[5:8] == b"\0\0\0" and data[8:9] == b"{"


def pack(spec: dict[str, Any], tensors: Tensors) -> bytes:
    """The file's bytes; the same for the same content. `spec` is without its checksum."""
    from safetensors.numpy import save

    text = json.dumps({"sha256": UNSIGNED, "format": FORMAT, **spec}, ensure_ascii=False, separators=(",", ":"))
    data = bytearray(save({name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}, {KEY: text}))
    place = _checksum_place(memoryview(data)[8 : 8 + _header_size(data)].tobytes())
    data[place : place + 64] = hashlib.sha256(data).hexdigest().encode()
    return bytes(data)


def read_header(data: bytes) -> Header:
    """Check everything that can be known without looking at values."""
    if len(data) > MAX_BYTES:
        sentence = "is too large: {given} bytes, where {high} are allowed"
        raise Unreadable(sentence, given=len(data), high=MAX_BYTES)
    size = _header_size(data)
    if size > MAX_HEADER:
        raise Unreadable("has a header of {given} bytes, where {high} are allowed", given=size, high=MAX_HEADER)
    if 8 + size > len(data):
        raise Unreadable("is cut short: not even its header is complete")
    header = data[8 : 8 + size]
    table = _json(header, "its header")
    spec = _spec(table)
    tensors = _tensor_table(table, len(data) - 8 - size)
    _check_signature(data, header, spec)
    return Header(spec, tensors)


def read_tensors(data: bytes) -> Tensors:
    """The tensors of a file whose header was accepted; fresh arrays that may be written to."""
    from safetensors.numpy import load

    try:
        return {name: np.array(tensor) for name, tensor in load(data).items()}
    except Exception as error:  # the library raises its own error, but also others, for files it dislikes
        raise Unreadable(f"is damaged: {str(error)[:200]}") from error


def _header_size(data: bytes | bytearray) -> int:
    return int.from_bytes(data[:8], "little")


def _json(text: str | bytes, what: str) -> dict[str, Any]:
    try:
        found = parse_json(text.decode() if isinstance(text, bytes) else text)
    except UnicodeDecodeError:
        raise Unreadable(f"is damaged: {what} is not UTF-8") from None
    except InvalidExperiment as error:
        raise Unreadable("is damaged: {what} cannot be read, {why}", what=what, why=error) from None
    if not isinstance(found, dict):
        raise Unreadable(f"is damaged: {what} is not a JSON object")
    return found


def _spec(table: dict[str, Any]) -> dict[str, Any]:
    """Our own JSON text, of a format that this version knows."""
    metadata = table.get("__metadata__")
    if not isinstance(metadata, dict) or KEY not in metadata:
        raise Unreadable("is a safetensors file of another program: it holds no Neural Playground experiment")
    if len(metadata) > 1 or not isinstance(metadata[KEY], str):
        raise Unreadable(f"is damaged: its metadata must be one text called {KEY}")
    spec = _json(metadata[KEY], "its description")
    version = spec.get("format")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise Unreadable("is damaged: it does not say which format it has")
    if version > FORMAT:
        maker = spec.get("version")
        needed = (
            f"Neural Playground {maker} or newer" if isinstance(maker, str) and len(maker) < 40 else "a newer version"
        )
        raise Unreadable(f"has format {version} and needs {needed}; this version reads formats up to {FORMAT}")
    return spec


def _checksum_place(header: bytes) -> int:
    """Where in the file the checksum's letters stand; they must stand there once."""
    found = list(CHECKSUM.finditer(header))
    if len(found) != 1:
        raise Unreadable("is damaged or was changed by another program: its checksum is missing")
    return 8 + found[0].start(1)


def _check_signature(data: bytes, header: bytes, spec: dict[str, Any]) -> None:
    place = _checksum_place(header)
    view = memoryview(data)
    digest = hashlib.sha256(view[:place])
    digest.update(UNSIGNED.encode())
    digest.update(view[place + 64 :])
    if not data[place : place + 64].decode() == spec.get("sha256") == digest.hexdigest():
        raise Unreadable("is damaged or was changed by another program: its checksum does not match its content")


def _tensor_table(table: dict[str, Any], payload: int) -> dict[str, tuple[str, Shape]]:
    """Every tensor's type and shape; together they fill the payload without a gap or an overlap."""
    entries = {name: entry for name, entry in table.items() if name != "__metadata__"}
    if len(entries) > MAX_TENSORS:
        raise Unreadable("holds {given} tensors, where {high} are allowed", given=len(entries), high=MAX_TENSORS)
    found, places = {}, []
    for name, entry in entries.items():
        kind, shape, place = _tensor_entry(name, entry)
        found[name] = (kind, shape)
        places.append(place)
    end = 0
    for begin, stop in sorted(places):
        if begin != end:
            raise Unreadable("is damaged: its tensors overlap or leave gaps")
        end = stop
    if end != payload:
        sentence = "is cut short or too long: its tensors take {wanted} bytes, and there are {given}"
        raise Unreadable(sentence, wanted=end, given=payload)
    return found


def _tensor_entry(name: str, entry: Any) -> tuple[str, Shape, tuple[int, int]]:
    """Type, shape and place of one entry of the table."""
    shown = name if len(name) <= 60 and name.isprintable() else "a tensor"
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise Unreadable(f"is damaged: the table's entry for {shown} is not complete")
    kind, shape, place = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(kind, str) or kind not in SIZES:
        raise Unreadable(f"is damaged: {shown} has a type other than {', '.join(SIZES)}")
    if not _is_counts(shape) or len(shape) > MAX_RANK:
        raise Unreadable(f"is damaged: the shape of {shown} is not a list of up to {MAX_RANK} sizes")
    if not _is_counts(place) or len(place) != 2 or place[1] - place[0] != math.prod(shape) * SIZES[kind]:
        raise Unreadable(f"is damaged: the place of {shown} does not fit its shape")
    return kind, tuple(shape), (place[0], place[1])


def _is_counts(value: Any) -> bool:
    """Whether a value is a list of whole numbers from 0 to the largest file."""
    return isinstance(value, list) and all(type(each) is int and 0 <= each <= MAX_BYTES for each in value)
