"""What JSON may say in other words than the program writes, and how its JSON Schema says the same.

Owns both ends, so that a reader and the schema cannot differ: a whole number may be written 10.0; an object whose
struct has `spellings` may be of one of those kinds; one whose struct is meant `unless_said` otherwise may leave its
kind out. Knows nothing of what the fields mean.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import msgspec
from msgspec import inspect

JsonObject = dict[str, Any]
SAID_ONE_WAY = frozenset({str, int, bool, type(None)})
"""Values that no type has another word for."""
Reading = Callable[[Any], Any]
"""From a value in any words to the same one in the program's. Types are read once: every edit is read whole."""


def canonical(raw: Any, kind: Any) -> Any:
    """Decoded JSON of a type with everything in the words of the structs; what is wrong in it stays as it is.

    The value given is not changed.
    """
    return raw if type(raw) in SAID_ONE_WAY else _reading_of_type(kind)(raw)


@cache
def _info(kind: Any) -> inspect.Type:
    return inspect.type_info(kind)


@cache
def _reading_of_type(kind: Any) -> Reading:
    return _reading_of(_info(kind))


def _reading_of(kind: inspect.Type) -> Reading:
    """How values of a type are read, but for those that are `SAID_ONE_WAY`."""
    match _plain(kind):
        case inspect.StructType() as struct:
            return partial(_read_struct, struct.cls)
        case inspect.UnionType(types=types):
            return _reading_of_union([_plain(each) for each in types])
        case inspect.VarTupleType(item_type=item):
            return partial(_read_list, _reading_of(item))
        case inspect.IntType():
            return _read_whole
        case _:
            return _as_it_is


def _as_it_is(raw: Any) -> Any:
    return raw


def _read_whole(raw: Any) -> Any:
    return int(raw) if isinstance(raw, float) and raw.is_integer() else raw


def _read_list(item: Reading, raw: Any) -> Any:
    if not isinstance(raw, list):
        return raw
    return [each if type(each) in SAID_ONE_WAY else item(each) for each in raw]


def _read_struct(struct: type, raw: Any) -> Any:
    return _object(raw, struct) if isinstance(raw, dict) else raw


def _plain(kind: inspect.Type) -> inspect.Type:
    """A type without its annotations."""
    return kind.type if isinstance(kind, inspect.Metadata) else kind


def _object(raw: JsonObject, struct: type) -> JsonObject:
    fields = _fields(struct)
    return {
        name: value if type(value) in SAID_ONE_WAY or name not in fields else fields[name](value)
        for name, value in raw.items()
    }


@cache
def _fields(struct: type) -> dict[str, Reading]:
    """How each field is read, by its name in JSON."""
    info = _info(struct)
    assert isinstance(info, inspect.StructType)
    return {each.encode_name: _reading_of(each.type) for each in info.fields}


def _reading_of_union(kinds: list[inspect.Type]) -> Reading:
    """A value that may be of several types: an object of its kind's struct, a number or list of the only such type."""
    floats = any(isinstance(each, inspect.FloatType) for each in kinds)
    number = _as_it_is if floats else _only(inspect.IntType, kinds)
    structs = [each for each in kinds if isinstance(each, inspect.StructType)]
    return partial(_read_one_of, structs, number, _only(inspect.VarTupleType, kinds))


def _only(wanted: type, kinds: list[inspect.Type]) -> Reading:
    found = next((each for each in kinds if isinstance(each, wanted)), None)
    return _as_it_is if found is None else _reading_of(found)


def _read_one_of(structs: list[inspect.StructType], number: Reading, listed: Reading, raw: Any) -> Any:
    if not isinstance(raw, dict):
        return listed(raw) if isinstance(raw, list) else number(raw)
    for struct in structs:
        tag, spellings = struct.tag_field, _spellings(struct.cls)
        if tag is None:
            return _object(raw, struct.cls)
        said = raw.get(tag)
        if said == struct.tag:
            return _object(raw, struct.cls)
        if isinstance(said, str) and said in spellings:
            return _object({tag: struct.tag, **spellings[said], **_without(raw, tag)}, struct.cls)
        if tag not in raw and getattr(struct.cls, "unless_said", False):
            return _object({tag: struct.tag, **raw}, struct.cls)
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
