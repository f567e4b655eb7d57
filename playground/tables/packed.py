"""Packed files: what is in a gzip file, and how much a zip archive says that it holds, before anything is unpacked.

Owns the limits of both and their sentences; knows nothing of tables.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

from playground.errors import FileRefused

GZIP = b"\x1f\x8b"
PIECE, FED = 1 << 21, 1 << 18
"""Bytes that are unpacked at once, and packed ones that are given for it."""
DIRECTORY_END, MOST_DIRECTORY = b"PK\x05\x06", 1 << 20
"""Bytes of an archive's directory: ten thousand members."""


def unpacked(data: bytes, name: str, limit: int, first: Callable[[bytes], None] = lambda piece: None) -> bytes:
    """The bytes of a gzip file, or the bytes themselves; raises FileRefused before there are more than `limit`.

    first: given the first piece, and may refuse by it, before all the others are unpacked.
    """
    if not data.startswith(GZIP):
        return data
    found, total, start = list[bytes](), 0, 0
    try:
        while data.startswith(GZIP, start):  # a gzip file may have several members
            reader, given = zlib.decompressobj(wbits=31), b""
            while not reader.eof:
                if not given:
                    given, start = data[start : start + FED], start + FED
                    if not given:
                        raise FileRefused("{name} is a gzip archive that is cut off; copy it here again.", name=name)
                piece = reader.decompress(given, PIECE)
                given = reader.unconsumed_tail
                total += len(piece)
                if total > limit:
                    raise _too_large(name, limit)
                if piece and total == len(piece):
                    first(piece)
                found.append(piece)
            start = min(start, len(data)) - len(reader.unused_data)
    except zlib.error:
        raise FileRefused("{name} is a damaged gzip archive; copy it here again.", name=name) from None
    return b"".join(found)


def _too_large(name: str, limit: int) -> FileRefused:
    return FileRefused("{name} is too large: unpacked it has more than {high} bytes.", name=name, high=limit)


def check_directory(data: bytes, name: str) -> None:
    """Refuse a zip archive whose directory tells of tens of thousands of members: listing them takes seconds."""
    place = data.rfind(DIRECTORY_END)
    if place >= 0 and int.from_bytes(data[place + 12 : place + 16], "little") > MOST_DIRECTORY:
        raise FileRefused("{name} is too large: it is an archive of tens of thousands of files.", name=name)
