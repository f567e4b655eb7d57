"""What JSON may say in other words than the program writes, and how its JSON Schema says the same.

Owns both ends, so that a reader and the schema cannot differ: a whole number may be written 10.0; an object whose
struct has `spellings` may be of one of those kinds; one whose struct is meant `unless_said` otherwise may leave its
kind out. Knows nothing of what the fields mean.
"""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

JsonObject = dict[str, Any]
SAID_ONE_WAY = frozenset({str, int, bool, type(None)})
"""Values that no type has another word for."""


def canonical(raw: Any, kind: Any) -> Any:
    """Decoded JSON of a type with everything in the words of the structs; what is wrong in it stays as it is.

    The value given is not changed.
    """
    return _canonical(raw, _info(kind))


@cache
def _info(kind: Any) -> inspect.Type:
    return inspect.type_info(kind)


def _canonical(raw: Any, kind: inspect.Type) -> Any:
    if type(raw) in SAID_ONE_WAY:
        return raw
    match _plain(kind):
        case inspect.StructType() as struct if isinstance(raw, dict):
            return _object(raw, struct)
        case inspect.UnionType(types=types):
            return _one_of(raw, [_plain(each) for each in types])
        case inspect.VarTupleType(item_type=item) if isinstance(raw, list):
            return [_canonical(each, item) for each in raw]
        case inspect.IntType() if isinstance(raw, float) and raw.is_integer():
            return int(raw)
        case _:
            return raw


def _plain(kind: inspect.Type) -> inspect.Type:
    """A type without its annotations."""
    return kind.type if isinstance(kind, inspect.Metadata) else kind


def _object(raw: JsonObject, struct: inspect.StructType) -> JsonObject:
    fields = _fields(struct.cls)
    return {name: _canonical(value, fields[name]) if name in fields else value for name, value in raw.items()}


@cache
def _fields(struct: type) -> dict[str, inspect.Type]:
    """The type of each field, by its name in JSON."""
    info = _info(struct)
    assert isinstance(info, inspect.StructType)
    return {each.encode_name: each.type for each in info.fields}


def _one_of(raw: Any, kinds: list[inspect.Type]) -> Any:
    """A value that may be of several types: an object of its kind's struct, a number or list of the only such type."""
    if not isinstance(raw, dict):
        wanted = inspect.VarTupleType if isinstance(raw, list) else inspect.IntType
        if not isinstance(raw, list) and any(isinstance(each, inspect.FloatType) for each in kinds):
            return raw
        found = next((each for each in kinds if isinstance(each, wanted)), None)
        return raw if found is None else _canonical(raw, found)
    for struct in (each for each in kinds if isinstance(each, inspect.StructType)):
        tag, spellings = struct.tag_field, _spellings(struct.cls)
        if tag is None:
            return _object(raw, struct)
        said = raw.get(tag)
        if said == struct.tag:
            return _object(raw, struct)
        if isinstance(said, str) and said in spellings:
            return _object({tag: struct.tag, **spellings[said], **_without(raw, tag)}, struct)
        if tag not in raw and getattr(struct.cls, "unless_said", False):
            return _object({tag: struct.tag, **raw}, struct)
    return raw


def _without(raw: JsonObject, name: str) -> JsonObject:
    return {each: value for each, value in raw.items() if each != name}


def _spellings(struct: type) -> dict[str, JsonObject]:
    found: dict[str, JsonObject] = getattr(struct, "spellings", {})
    return found


def kinds_said(structs: tuple[inspect.StructType, ...]) -> tuple[str, ...]:
    """Every kind that an object of one of these structs may say."""
    return tuple(name for each in structs for name in (str(each.tag), *_spellings(each.cls)))


def json_schema(kind: type) -> JsonObject:
    """JSON Schema of all that `canonical` takes for a struct, and that keeps to the struct's limits."""
    (schema,), parts = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    for name, struct in _structs(_info(kind)).items():
        if getattr(struct.cls, "unless_said", False):
            parts[name]["required"] = [each for each in parts[name]["required"] if each != struct.tag_field]
        for said, values in _spellings(struct.cls).items():
            parts[f"{name}_{said}"] = _spelled(parts[name], str(struct.tag_field), said, values)
            _add_kind(parts, f"#/$defs/{name}", said)
    return {**schema, "$defs": parts}


def _spelled(part: JsonObject, tag: str, said: str, values: JsonObject) -> JsonObject:
    """The schema of a struct under another kind, with that kind's defaults."""
    made = copy.deepcopy(part)
    made["title"] = f"{part['title']}: {said}"
    made["properties"][tag]["enum"] = [said]
    for name, value in values.items():
        made["properties"][name]["default"] = value
    return made


def _add_kind(schema: Any, reference: str, said: str) -> None:
    """Wherever one of several kinds is allowed and `reference` is one of them, allow its spelling too."""
    if isinstance(schema, list):
        for each in schema:
            _add_kind(each, reference, said)
    elif isinstance(schema, dict):
        if {"$ref": reference} in schema.get("anyOf", []):
            schema["anyOf"].append({"$ref": f"{reference}_{said}"})
            if "discriminator" in schema:
                schema["discriminator"]["mapping"][said] = f"{reference}_{said}"
        for each in schema.values():
            _add_kind(each, reference, said)


def _structs(kind: inspect.Type) -> dict[str, inspect.StructType]:
    """Every struct inside a type, by its name."""
    match _plain(kind):
        case inspect.StructType() as struct:
            inner = [each.type for each in struct.fields]
            return {struct.cls.__name__: struct} | _all(inner)
        case inspect.UnionType(types=types):
            return _all(list(types))
        case inspect.VarTupleType(item_type=item):
            return _structs(item)
        case _:
            return {}


def _all(kinds: list[inspect.Type]) -> dict[str, inspect.StructType]:
    found: dict[str, inspect.StructType] = {}
    for each in kinds:
        found |= _structs(each)
    return found
