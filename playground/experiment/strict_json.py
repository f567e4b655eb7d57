"""JSON that is read strictly, and refused in a sentence.

Owns what of JSON is taken; knows nothing of what it describes.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from playground.errors import InvalidExperiment, Problem

MAX_JSON_BYTES = 1_000_000


def parse_json(text: str | bytes) -> Any:
    """Strict JSON: no NaN, no doubled keys, no text after the end; raises InvalidExperiment naming line and column."""
    if len(text) > MAX_JSON_BYTES:
        raise InvalidExperiment([Problem.of("", "size", "the JSON is larger than {high} bytes", high=MAX_JSON_BYTES)])
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique_keys)
    except json.JSONDecodeError as error:
        sentence, what = "this is not valid JSON: {what} at line {line}, column {column}", error.msg
        found = Problem.of("", "json", sentence, what=what, line=error.lineno, column=error.colno)
        raise InvalidExperiment([found]) from None
    except UnicodeDecodeError:
        raise InvalidExperiment([Problem("", "this is not JSON text: it is not UTF-8", "json")]) from None
    except RecursionError:
        raise InvalidExperiment([Problem("", "this JSON cannot be read: its brackets go too deep", "json")]) from None
    except ValueError as error:
        sentence, what = "this JSON cannot be read: {what}", str(error)[:200]
        raise InvalidExperiment([Problem.of("", "json", sentence, what=what)]) from None


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number that JSON allows")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        doubled = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the key {doubled[:60]!r} stands twice in one object")
    return found
