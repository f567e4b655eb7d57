"""Spoils model files, blindly and knowingly, with the checksum left wrong or made right again.

Owns the ways of spoiling and an independent reading of the file format (it imports nothing of the program).
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import struct
from collections.abc import Callable, Iterator
from typing import Any

CHECKSUM = re.compile(rb'\\"sha256\\":\\"([0-9a-f]{64})\\"')
KEY = "neural-playground"
HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 31, 2**31, 2**53, 2**53 + 1, 2**63, 2**64, -(2**63), 10**30, 10**400, 0.5, -0.0,
    1e-320, 1e308, "", "x", "\x00", "tanh", "dense", "adam", "F32", "F8_E4M3", "I64", "💥" * 50, "a" * 3000, [], [[]],
    [0], [1, 2, 3], [2**40, 2**40], [-1, 4], {}, {"kind": "dense"}, {"kind": "nothing"}, {"": 0},
)  # fmt: skip
Mutation = tuple[bytes, bool]


def split(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The header as JSON, and the payload."""
    size = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + size]), data[8 + size :]


def join(header: dict[str, Any] | str, payload: bytes) -> bytes:
    """The inverse of `split`; a header may also be given as text."""
    text = (
        header if isinstance(header, str) else json.dumps(header, separators=(",", ":"), ensure_ascii=False)
    ).encode("utf-8", "surrogatepass")
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + payload


def signed(data: bytes) -> bytes:
    """The file with the checksum that its content deserves (unchanged where there is no place for one)."""
    size = int.from_bytes(data[:8], "little")
    found = CHECKSUM.search(data[8 : 8 + size])
    if found is None:
        return data
    place = 8 + found.start(1)
    blank = data[:place] + b"0" * 64 + data[place + 64 :]
    return blank[:place] + hashlib.sha256(blank).hexdigest().encode() + blank[place + 64 :]


def mutations(base: bytes, seed: int, count: int, knowing: bool = False) -> Iterator[Mutation]:
    """(bytes, whether the checksum was made right) pairs. knowing: only what knows the structure, always made right."""
    rng = random.Random(seed)
    ways: tuple[Callable[[bytes, random.Random], bytes], ...] = (
        flipped, flipped, truncated, inserted, deleted, moved, table_changed, table_changed, spec_changed, spec_changed,
        payload_changed, text_changed,
    )  # fmt: skip
    if knowing:
        ways = (table_changed, spec_changed, spec_changed, payload_changed, payload_changed)
    for _ in range(count):
        data = base
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            try:
                data = rng.choice(ways)(data, rng) if data else base[:1]
            except (
                ValueError,
                KeyError,
                IndexError,
                TypeError,
                AttributeError,
                ArithmeticError,
                struct.error,
                RecursionError,
            ):
                data = flipped(data, rng)  # an earlier mutation left nothing that this way could work on
        right = knowing or rng.random() < 0.6
        yield (signed(data) if right else data), right


def flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        place = rng.randrange(len(changed))
        changed[place] = changed[place] ^ (1 << rng.randrange(8)) if rng.random() < 0.7 else rng.randrange(256)
    return bytes(changed)


def truncated(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.choice((0, 1, 7, 8, 9, rng.randrange(len(data)), len(data) - 1))]


def inserted(data: bytes, rng: random.Random) -> bytes:
    place = rng.choice((0, 8, len(data), rng.randrange(len(data) + 1)))
    return data[:place] + rng.choice((rng.randbytes(rng.randrange(1, 40)), b"\0" * 8, b'"', b"{" * 2000)) + data[place:]


def deleted(data: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(data))
    return data[:place] + data[place + rng.choice((1, 2, 8, 100)) :]


def moved(data: bytes, rng: random.Random) -> bytes:
    """One stretch copied over another of the same length."""
    length = rng.choice((1, 4, 8, 64))
    here, there = rng.randrange(len(data)), rng.randrange(len(data))
    return data[:there] + data[here : here + length] + data[there + len(data[here : here + length]) :]


def table_changed(data: bytes, rng: random.Random) -> bytes:
    """The table of tensors: other types, shapes, places and names, some of them fitting together."""
    header, payload = split(data)
    names = [name for name in header if name != "__metadata__"]
    name = rng.choice(names)
    entry = header[name]
    match rng.randrange(9):
        case 0:
            entry[rng.choice(("dtype", "shape", "data_offsets"))] = rng.choice(HOSTILE)
        case 1:
            entry["shape"] = entry["shape"][::-1]
        case 2:
            entry["shape"] = [*entry["shape"], 1] if rng.random() < 0.5 else [len(payload), 0]
        case 3:
            entry["data_offsets"] = [place + rng.choice((-8, 4, 8, 2**40)) for place in entry["data_offsets"]]
        case 4:
            other = rng.choice(names)
            header[name], header[other] = header[other], header[name]
        case 5:
            header[rng.choice(("x", "__metadata__", "param/1/weights", "\ud800", "a" * 500))] = header.pop(name)
        case 6:
            for index in range(rng.choice((1, 1100))):
                header[f"more/{index}"] = {"dtype": "F32", "shape": [0], "data_offsets": [len(payload), len(payload)]}
        case 7:
            entry["dtype"] = {"F32": "I32", "F64": "I64", "I64": "F64", "U64": "F64"}[entry["dtype"]]
        case _:
            begin, end = entry["data_offsets"]
            payload += payload[begin:end]
            entry["shape"][0] *= 2
            entry["data_offsets"] = [begin, end + end - begin]
    return join(header, payload)


def spec_changed(data: bytes, rng: random.Random) -> bytes:
    """A field of the description replaced, removed or added."""
    header, payload = split(data)
    spec = json.loads(header["__metadata__"][KEY])
    holder: Any = spec
    while True:
        keys: list[Any] = list(range(len(holder))) if isinstance(holder, list) else list(holder)
        key = rng.choice(keys)
        inner = holder[key]
        if not isinstance(inner, (dict, list)) or not inner or rng.random() < 0.15:
            break
        holder = inner
    match rng.randrange(5):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[rng.choice(("x", "kind", "format", "units"))] = rng.choice(HOSTILE)
        case 2 if isinstance(inner, (int, float)) and not isinstance(inner, bool):
            holder[key] = rng.choice((inner + 1, inner - 1, inner * 2, -inner, inner / 3))
        case _:
            holder[key] = rng.choice(HOSTILE)
    header["__metadata__"][KEY] = json.dumps(spec, separators=(",", ":"), ensure_ascii=False)
    return join(header, payload)


def payload_changed(data: bytes, rng: random.Random) -> bytes:
    """Values of one tensor replaced: by other numbers, by infinities and NaNs, by each other."""
    header, payload = split(data)
    entry = header[rng.choice([name for name in header if name != "__metadata__"])]
    size, letter = {"F32": (4, "f"), "F64": (8, "d"), "I64": (8, "q"), "U64": (8, "Q")}[entry["dtype"]]
    begin, end = entry["data_offsets"]
    changed = bytearray(payload)
    place = begin + size * rng.randrange((end - begin) // size)
    numbers: tuple[Any, ...] = (0.0, 1.0, -2.5, 1e30, float("inf"), float("-inf"), float("nan"), 1e-42)
    value = rng.choice(numbers) if letter in "fd" else rng.choice((0, 1, 7, 2**62))
    changed[place : place + size] = struct.pack("<" + letter, value)
    return join(header, bytes(changed))


def text_changed(data: bytes, rng: random.Random) -> bytes:
    """The header's text itself: doubled keys, constants JSON does not allow, depth, blanks."""
    header, payload = split(data)
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False)
    match rng.randrange(7):
        case 0:
            text = text[:1] + '"run/order":{"dtype":"I64","shape":[0],"data_offsets":[0,0]},' + text[1:]
        case 1:
            text = re.sub(r"\d+", rng.choice(("NaN", "Infinity", "1e999", "-0", "9" * 5000)), text, count=1)
        case 2:
            text = text[:-1] + ',"deep":' + "[" * 5000 + "]" * 5000 + "}"
        case 3:
            text = " " * 100 + text
        case 4:
            text = text + "x"
        case 5:
            text = text.replace('\\"format\\":1', rng.choice(('\\"format\\":2', '\\"format\\":0', '\\"format\\":true')))
        case _:
            text = text.replace('\\"sha256\\"', '\\"sha256\\":\\"' + "0" * 64 + '\\",\\"sha256\\"')
    return join(text, payload)
