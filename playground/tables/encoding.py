"""From the bytes of a text file to its text: byte order marks, encodings that say nothing of themselves.

Owns that guess; knows nothing of tables.
"""

from __future__ import annotations

import codecs

import msgspec

from playground.errors import FileRefused, Said

BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
SAMPLE = 1 << 16
FEW_BROKEN = 0.05
"""Share of broken letters, among those beyond ASCII, up to which a text is taken for damaged UTF-8."""
CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 11, 12, 13, 26, 27))


class Text(msgspec.Struct, frozen=True):
    """A text, what its encoding is called, and what its reader should know."""

    text: str
    encoding: str
    remarks: tuple[Said, ...] = ()


def decoded(data: bytes, encoding: str | None = None) -> Text:
    """The text of bytes; raises FileRefused where an encoding was asked for that does not exist."""
    if encoding is not None:
        try:
            name = codecs.lookup(encoding).name
            return Text(data.decode(encoding, "replace").removeprefix("\ufeff"), _called(name))
        except (LookupError, TypeError, UnicodeError, ValueError):
            raise FileRefused("There is no encoding {given}.", given=encoding[:40]) from None
    for mark, codec, called in BOMS:
        if data.startswith(mark):
            return Text(data[len(mark) :].decode(codec, "replace"), called)
    wide = _wide(data)
    if wide is not None:
        return Text(data.decode(wide, "replace"), "UTF-16")
    try:
        return Text(data.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError:
        return _older(data)


def _called(codec: str) -> str:
    return {"cp1252": "Windows-1252", "iso8859-1": "Latin-1"}.get(codec, codec.upper())


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: in Western text every second byte is 0."""
    head = data[: SAMPLE // 2 * 2]
    if len(head) < 4:
        return None
    even, odd = (head[start::2].count(0) / (len(head) / 2) for start in (0, 1))
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.1 else None


def _older(data: bytes) -> Text:
    """UTF-8 with a few broken letters, or else the encoding of old Western programs."""
    text = data.decode("utf-8", "replace")
    broken, beyond = text.count("\ufffd"), sum(map(text.count, "äöüßéèêàáçñóíúøåæœ€°µ²³±–—’“”"))
    if broken <= FEW_BROKEN * (beyond + broken):
        said = Said("{count} letters are damaged and were replaced.", {"count": broken})
        return Text(text, "UTF-8", (said,))
    try:
        return Text(data.decode("cp1252"), "Latin-1")
    except UnicodeDecodeError:
        return Text(data.decode("latin-1"), "Latin-1")


def is_binary(data: bytes) -> bool:
    """Whether bytes are hardly text: many of them are signs that no text has, and they are no UTF-16 or UTF-32."""
    if data.startswith(tuple(mark for mark, _, _ in BOMS)) or _wide(data) is not None:
        return False
    head = data[:SAMPLE]
    return len(head) - len(head.translate(None, CONTROLS)) > 0.02 * len(head)
