"""An experiment, or a part of one, as a caller from Python hands it in: with NumPy's scalars, lists, plain dicts.

Owns how such a value reads as decoded JSON, and which of its parts are kept as the objects they are; knows nothing of
what is allowed.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from functools import cache
from typing import Any, get_type_hints

import msgspec
import numpy as np

from playground.experiment import spelling

PLAIN = frozenset({int, float, str, bool, type(None)})
DEEPEST = 12
"""How deep a value is followed: deeper than any experiment, and never for ever."""


def taken(value: Any, kind: Any) -> Any:
    """A value without problems as one of `kind`; its parts that need no change stay the same objects."""
    return kept(value, msgspec.convert(spelling.canonical(decoded(value), kind), kind))


def taken_field(kind: type, field: str, value: Any) -> Any:
    """The same for the field of a struct."""
    return taken(value, field_type(kind, field))


@cache
def field_type(kind: type, field: str) -> Any:
    """A field's type with its limits."""
    return get_type_hints(kind, include_extras=True)[field]


def decoded(value: Any, depth: int = DEEPEST) -> Any:
    """The value as decoded JSON would have it; what JSON cannot hold stays as it is, for `schema` to name."""
    if depth == 0 or type(value) in PLAIN:
        return value
    inside = depth - 1
    match value:
        case msgspec.Struct():
            tag, names = _written(type(value))
            fields = {written: decoded(getattr(value, name), inside) for written, name in names}
            return {**tag, **fields}
        case list() | tuple():
            return [decoded(each, inside) for each in value]
        case Mapping():
            return {name: decoded(each, inside) for name, each in value.items()}
        case np.ndarray() if value.dtype != object:
            return value.tolist()
        case np.floating():
            return float(value)
        case np.generic():
            return value.item()
        case _:
            return value


@cache
def _written(kind: type[msgspec.Struct]) -> tuple[dict[str, Any], tuple[tuple[str, str], ...]]:
    """A struct's tag as it is written, if it has one, and of each field the written name and the name."""
    tag = kind.__struct_config__
    names = tuple(zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True))
    return {} if tag.tag_field is None else {tag.tag_field: tag.tag}, names


def kept(given: Any, made: Any) -> Any:
    """`made`, which was read from `given`, with all parts of `given` that are the very same in type and value."""
    if type(made) in PLAIN:
        return given if type(given) is type(made) and given == made else made
    if isinstance(made, tuple) and isinstance(given, (list, tuple)):
        items = tuple(kept(*pair) for pair in zip(given, made, strict=True))
        same = type(given) is tuple and all(map(operator.is_, items, given))
        return given if same else items
    if type(given) is not type(made):
        return made
    if isinstance(made, msgspec.Struct):
        pairs = [(name, getattr(given, name), getattr(made, name)) for name in made.__struct_fields__]
        parts = [(name, each, kept(each, other)) for name, each, other in pairs]
        if all(part is each for _, each, part in parts):
            return given
        return msgspec.structs.replace(made, **{name: part for name, _, part in parts})
    return given if given == made else made
