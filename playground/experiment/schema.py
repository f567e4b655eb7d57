"""Checks decoded JSON against msgspec types and names every problem, not only the first.

Owns the walk over types and the wording of limits; knows nothing of what the fields mean.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Any, NamedTuple

from msgspec import UNSET, inspect

from playground.errors import Problem
from playground.experiment import given, spelling
from playground.experiment.spelling import kinds_said
from playground.meant import meant
from playground.numbers import Span, exact
from playground.scalars import shown

BARE_KIND = "bare_kind"
"""The rule of a problem where the name of a kind stands for the object of that kind; its values have the `kind`."""
MAX_UNKNOWN = 20
"""Unknown fields of one object that are named one by one; a hostile file may have thousands."""

Check = Callable[[Any, str, list[Problem]], None]
"""Given a value, its path and the list that takes its problems. Types are read once: every edit is checked whole."""


def problems(raw: Any, kind: type) -> list[Problem]:
    """Everything in `raw` that `kind` does not allow; paths look like `network.layers[0].units`."""
    found: list[Problem] = []
    _check_of_type(kind)(raw, "", found)
    return found


def field_problems(kind: type, field: str, value: Any, path: str) -> list[Problem]:
    """Everything that a field of a struct does not allow of a value, structs in it included."""
    found: list[Problem] = []
    raw = spelling.canonical(given.decoded(value), given.field_type(kind, field))
    _check_of(_types(kind)[field])(raw, path, found)
    return found


@cache
def _types(kind: type) -> dict[str, inspect.Type]:
    """The type of each field of a struct."""
    info = _info(kind)
    assert isinstance(info, inspect.StructType)
    return {each.name: each.type for each in info.fields}


@cache
def _info(kind: Any) -> inspect.Type:
    return inspect.type_info(kind)


def _shown(value: Any) -> str:
    text = "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else shown(value)
    return text


@cache
def _check_of_type(kind: type) -> Check:
    return _check_of(_info(kind))


def _check_of(kind: inspect.Type) -> Check:
    """What finds the problems of a value that should be of a type."""
    match kind.type if isinstance(kind, inspect.Metadata) else kind:
        case inspect.StructType() as struct:
            return partial(_check_object, Kinds.of((struct,)))
        case inspect.UnionType() as union:
            return _check_of_union(union)
        case inspect.VarTupleType() as items:
            return partial(_check_list, items, _check_of(items.item_type))
        case inspect.IntType() | inspect.FloatType() as number:
            return partial(_check_number, number)
        case inspect.LiteralType() as words:
            return partial(_check_word, words)
        case inspect.StrType() as text:
            return partial(_check_text, text)
        case inspect.BoolType():
            return _check_truth
        case inspect.NoneType():
            return _check_null
        case _:
            raise TypeError(f"schema has no rule for {kind}")


class Kinds(NamedTuple):
    """The structs that an object may be, and how they are told apart: by a tag, where there is one."""

    structs: tuple[inspect.StructType, ...]
    tag_field: str | None
    by_tag: dict[str, type]

    @classmethod
    def of(cls, structs: tuple[inspect.StructType, ...]) -> Kinds:
        return cls(structs, structs[0].tag_field, {str(each.tag): each.cls for each in structs})


class Fields(NamedTuple):
    """The fields of a struct by their names in JSON, and those that have to be there."""

    checks: dict[str, Check]
    required: tuple[str, ...]


@cache
def _fields(struct: type) -> Fields:
    info = _info(struct)
    assert isinstance(info, inspect.StructType)
    checks = {field.encode_name: _check_of(field.type) for field in info.fields}
    return Fields(checks, tuple(field.encode_name for field in info.fields if field.required))


def _check_object(kinds: Kinds, raw: Any, path: str, found: list[Problem]) -> None:
    """An object of one of several tagged kinds (or of the only one)."""
    kind, tag_field = kinds.structs[0].cls, kinds.tag_field
    if not isinstance(raw, dict):
        found.append(_no_object(raw, kinds.structs, path))
        return
    if tag_field is not None:
        tag = raw.get(tag_field)
        if not isinstance(tag, str) or tag not in kinds.by_tag:
            got = "got {given}{hint}" if tag_field in raw else "it is missing"
            said = kinds_said(kinds.structs)
            values = {"allowed": said, "given": _shown(tag), "hint": _near(tag, said)}
            found.append(Problem(_join(path, tag_field), f"expected one of {{allowed}}; {got}", "kind", values))
            return
        kind = kinds.by_tag[tag]
    checks, required = _fields(kind)
    start = f"{path}." if path else ""
    unknown = 0
    for name, value in raw.items():
        if name in checks:
            checks[name](value, start + name, found)
        elif name != tag_field:
            unknown += 1
            if unknown > MAX_UNKNOWN:
                sentence = "there are {given} fields here (allowed: {allowed})"
                found.append(Problem.of(path, "unknown_field", sentence, given=len(raw), allowed=tuple(checks)))
                break
            where = _join(path, _shown(name).strip("'"))
            sentence, hint = "there is no such field here{hint} (allowed: {allowed})", _near(name, checks)
            found.append(Problem.of(where, "unknown_field", sentence, hint=hint, allowed=tuple(checks)))
    for name in required:
        if name not in raw:
            found.append(Problem(_join(path, name), "this field is missing", "missing_field"))


def _no_object(raw: Any, kinds: tuple[inspect.StructType, ...], path: str) -> Problem:
    """Something else where an object belongs; a bare kind gets the object that was meant, or all kinds."""
    said = kinds_said(kinds) if len(kinds) > 1 else ()
    if isinstance(raw, str) and said:
        kind = meant(raw, said)
        wanted = "such as {example}" if kind else "one whose {tag} is one of {allowed}"
        values = {"example": f'{{"{kinds[0].tag_field}": "{kind}"}}', "tag": kinds[0].tag_field, "allowed": said}
        sentence = f"expected an object in braces, {wanted}; got {{given}}"
        return Problem(path, sentence, BARE_KIND if kind else "type", {**values, "kind": kind, "given": _shown(raw)})
    return Problem.of(path, "type", "expected an object in braces; got {given}", given=_shown(raw))


def _check_of_union(kind: inspect.UnionType) -> Check:
    """One of several types: objects told apart by their tag, null, and at most one type for each kind of JSON value."""
    structs = tuple(each for each in kind.types if isinstance(each, inspect.StructType))
    others = [each for each in kind.types if not isinstance(each, (inspect.StructType, inspect.NoneType))]
    nullable = len(structs) + len(others) < len(kind.types)
    if structs:
        check: Check = partial(_check_object, Kinds.of(structs))
    elif len(others) == 1:
        check = _check_of(others[0])
    else:
        check = partial(_check_choice, [(each, _check_of(each)) for each in others])
    return partial(_check_nullable, check) if nullable else check


def _check_nullable(check: Check, raw: Any, path: str, found: list[Problem]) -> None:
    """Null, or what `check` allows; where it says what is expected instead, null is named too."""
    if raw is None:
        return
    before = len(found)
    check(raw, path, found)
    if len(found) > before and found[-1].path == path:
        found[-1] = replace(found[-1], sentence=f"{found[-1].sentence} (null is allowed too)")


def _check_choice(kinds: list[tuple[inspect.Type, Check]], raw: Any, path: str, found: list[Problem]) -> None:
    """A value of one of several types that are written as different kinds of JSON values."""
    for kind, check in kinds:
        if _takes(kind, raw):
            check(raw, path, found)
            return
    words = [word for kind, _ in kinds for word in _words(kind)]
    wanted, hint = " or ".join(_described(kind) for kind, _ in kinds), _near(raw, words)
    sentence = "expected {allowed}; got {given}{hint}"
    found.append(Problem.of(path, "choice", sentence, allowed=wanted, given=_shown(raw), hint=hint))


def _takes(kind: inspect.Type, raw: Any) -> bool:
    """Whether a value is of the kind of JSON value that a type is written as, or one of its words."""
    kind = kind.type if isinstance(kind, inspect.Metadata) else kind
    if isinstance(kind, inspect.IntType):
        return isinstance(raw, int) and not isinstance(raw, bool)
    return isinstance(raw, (list, tuple)) if isinstance(kind, inspect.VarTupleType) else raw in _words(kind)


def _words(kind: inspect.Type) -> list[Any]:
    return list(kind.values) if isinstance(kind, inspect.LiteralType) else []


def _described(kind: inspect.Type) -> str:
    kind = kind.type if isinstance(kind, inspect.Metadata) else kind
    if isinstance(kind, inspect.IntType):
        return f"a whole number from {exact(kind.ge or 0)} to {exact(kind.le or 0)}"
    return " or ".join(_words(kind)) or "a list in brackets"


def _check_word(kind: inspect.LiteralType, raw: Any, path: str, found: list[Problem]) -> None:
    if not (isinstance(raw, str) and raw in kind.values):
        sentence = "expected one of {allowed}; got {given}{hint}"
        values = {"allowed": _listed(kind.values), "given": _shown(raw), "hint": _near(raw, kind.values)}
        found.append(Problem(path, sentence, "choice", values))


def _check_truth(raw: Any, path: str, found: list[Problem]) -> None:
    if not isinstance(raw, bool):
        found.append(Problem.of(path, "type", "expected true or false; got {given}", given=_shown(raw)))


def _check_null(raw: Any, path: str, found: list[Problem]) -> None:
    if raw is not None:
        found.append(Problem.of(path, "type", "only null is allowed here; got {given}", given=_shown(raw)))


def _check_list(kind: inspect.VarTupleType, check: Check, raw: Any, path: str, found: list[Problem]) -> None:
    if not isinstance(raw, (list, tuple)):
        found.append(Problem.of(path, "type", "expected a list in brackets; got {given}", given=_shown(raw)))
        return
    if kind.max_length is not None and len(raw) > kind.max_length:
        sentence = "at most {high} entries are allowed; got {given}"
        found.append(Problem.of(path, "length", sentence, high=kind.max_length, given=len(raw)))
        return
    if kind.min_length is not None and len(raw) < kind.min_length:
        sentence = "at least {low} is needed; got {given}"
        found.append(Problem.of(path, "length", sentence, low=kind.min_length, given=len(raw)))
    for index, value in enumerate(raw):
        check(value, f"{path}[{index}]", found)


def _check_text(kind: inspect.StrType, raw: Any, path: str, found: list[Problem]) -> None:
    if not isinstance(raw, str):
        found.append(Problem.of(path, "type", "expected text; got {given}", given=_shown(raw)))
    elif kind.max_length is not None and len(raw) > kind.max_length:
        sentence = "at most {high} characters are allowed; got {given}"
        found.append(Problem.of(path, "length", sentence, high=kind.max_length, given=len(raw)))
    elif kind.min_length is not None and len(raw) < kind.min_length:
        sentence = "at least {low} character is needed; got {given}"
        found.append(Problem.of(path, "length", sentence, low=kind.min_length, given=len(raw)))
    elif any(0xD800 <= ord(letter) < 0xE000 for letter in raw):
        sentence = "the text holds half of a surrogate pair, which is not Unicode text"
        found.append(Problem(path, sentence, "unicode"))
    elif kind.pattern is not None and re.fullmatch(kind.pattern, raw) is None:
        sentence = "expected text that matches {allowed}; got {given}"
        found.append(Problem.of(path, "pattern", sentence, allowed=kind.pattern, given=_shown(raw)))


def _check_number(kind: inspect.IntType | inspect.FloatType, raw: Any, path: str, found: list[Problem]) -> None:
    whole = isinstance(kind, inspect.IntType)
    if isinstance(raw, bool) or not isinstance(raw, int if whole else (int, float)):
        found.append(_number_problem(path, "type", kind, _shown(raw)))
        return
    inside = (
        _is_finite(raw)
        and (kind.ge is None or raw >= kind.ge)
        and (kind.gt is None or raw > kind.gt)
        and (kind.le is None or raw <= kind.le)
        and (kind.lt is None or raw < kind.lt)
    )
    if not inside:
        found.append(_number_problem(path, "range", kind, raw if _is_finite(raw) else _shown(raw)))


def _number_problem(path: str, rule: str, kind: inspect.IntType | inspect.FloatType, given: float | str) -> Problem:
    """What is expected instead of a number, or of a value that is none; an end that is not allowed itself says so."""
    wanted = "a whole number" if isinstance(kind, inspect.IntType) else "a number"
    low = "from {low}" if kind.ge is not None else "above {low}" if kind.gt is not None else ""
    high = "to {high}" if kind.le is not None else "below {high}" if kind.lt is not None else ""
    sentence = " ".join(part for part in ("expected", wanted, low, high) if part)
    ends = {"low": kind.gt if kind.ge is None else kind.ge, "high": kind.lt if kind.le is None else kind.le}
    return Problem(path, f"{sentence}; got {{given}}", rule, {**ends, "given": given})


def _is_finite(number: float) -> bool:
    """False also for whole numbers that no float can hold."""
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def limits(kind: type, field: str) -> tuple[float, float]:
    """The lowest and highest value of a number field."""
    return span(kind, field)[:2]


def span(kind: type, field: str) -> Span:
    """Where a number field's values lie: the one place where widgets read it."""
    found: Any = _types(kind)[field]
    while isinstance(found, (inspect.Metadata, inspect.UnionType)):
        found = found.type if isinstance(found, inspect.Metadata) else found.types[0]
    low = found.ge if found.ge is not None else found.gt
    high = found.le if found.le is not None else found.lt
    return Span(
        -math.inf if low is None else float(low),
        math.inf if high is None else float(high),
        above=found.ge is None and low is not None,
        below=found.le is None and high is not None,
    )


def extra(kind: type, field: str) -> dict[str, Any]:
    """What a field's annotation says beside its limits and its description; empty where that is all."""
    found = _types(kind)[field]
    return (found.extra or {}) if isinstance(found, inspect.Metadata) else {}


def default(kind: type, field: str) -> Any:
    """The default of a field."""
    info = _info(kind)
    assert isinstance(info, inspect.StructType)
    value = next(each.default for each in info.fields if each.name == field)
    return None if value is UNSET else value


def field_facts(kind: type) -> list[dict[str, Any]]:
    """Every field of a struct: name, default, limits, choices and what it is for; None where there is no such thing.

    An exclusive limit counts as one: `exclusive` names the ends that are not allowed themselves.
    """
    info = _info(kind)
    assert isinstance(info, inspect.StructType)
    return [
        {"name": each.encode_name, "default": default(kind, each.name), **_facts(each.type)} for each in info.fields
    ]


def _facts(kind: Any) -> dict[str, Any]:
    """Limits, choices and description, from inside annotations and from the part of a union that is not null."""
    note, optional = None, False
    while isinstance(kind, (inspect.Metadata, inspect.UnionType)):
        if isinstance(kind, inspect.Metadata):
            note = note or (kind.extra_json_schema or {}).get("description")
            kind = kind.type
        else:
            optional = optional or any(isinstance(each, inspect.NoneType) for each in kind.types)
            kind = next(each for each in kind.types if not isinstance(each, inspect.NoneType))
    ends = {name: getattr(kind, name, None) for name in ("ge", "gt", "le", "lt")}
    return {
        "type": type(kind).__name__.removesuffix("Type").lower(),
        "null": optional,
        "minimum": ends["ge"] if ends["ge"] is not None else ends["gt"],
        "maximum": ends["le"] if ends["le"] is not None else ends["lt"],
        "exclusive": [name for name, end in (("minimum", "gt"), ("maximum", "lt")) if ends[end] is not None],
        "choices": list(kind.values) if isinstance(kind, inspect.LiteralType) else None,
        "note": note,
    }


def _listed(values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _near(given: Any, names: Any) -> str:
    close = meant(given, names) if isinstance(given, str) else None
    return f" (did you mean {close}?)" if close else ""


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
