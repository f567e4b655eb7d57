"""The schema and the reader are one: what the one takes the other takes, in whatever words it is written."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.commands import listing
from playground.data import DATASETS, GeneratedData
from playground.edits.changes import apply_settings
from playground.experiment import schema
from playground.experiment.experiment import Experiment, canonical, from_json, json_schema, to_json
from playground.experiment.optimizers import OPTIMIZERS, Sgd, optimizer_choice
from tests.cases import cases
from tests.seeds import examples, letters

SCHEMA = json_schema()


# -- a schema's instances, and whether something is one: the words of JSON Schema that ours uses ----------------------


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    return SCHEMA["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part


def instances(part: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a part of the schema allows."""
    part = resolved(part)
    if "anyOf" in part:
        return st.one_of(*[instances(each) for each in part["anyOf"]])
    if "enum" in part:
        return st.sampled_from(part["enum"])
    match part["type"]:
        case "object":
            named = {name: instances(each) for name, each in part["properties"].items()}
            required = {name: named.pop(name) for name in part["required"]}
            return st.fixed_dictionaries(required, optional=named)
        case "array":
            items = instances(part["items"])
            return st.lists(items, min_size=part.get("minItems", 0), max_size=min(part.get("maxItems", 4), 4))
        case "integer":
            whole = st.integers(part["minimum"], part["maximum"])
            return whole | whole.map(float).filter(lambda number: number <= part["maximum"])
        case "number":
            low, high = (part.get(f"exclusive{end}", part.get(end.lower())) for end in ("Minimum", "Maximum"))
            return st.floats(
                low, high, exclude_min="exclusiveMinimum" in part, exclude_max="exclusiveMaximum" in part
            ).filter(lambda number: number == number)
        case "string":
            if "pattern" in part:
                return st.from_regex(part["pattern"], fullmatch=True, alphabet=letters)
            return st.text(letters, min_size=part.get("minLength", 0), max_size=min(part.get("maxLength", 9), 9))
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    raise AssertionError(f"no rule for {part}")


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": is_number,
    "integer": lambda value: is_number(value) and value == int(value),
}
LIMITS = {
    "minimum": lambda value, end: not is_number(value) or value >= end,
    "maximum": lambda value, end: not is_number(value) or value <= end,
    "exclusiveMinimum": lambda value, end: not is_number(value) or value > end,
    "exclusiveMaximum": lambda value, end: not is_number(value) or value < end,
    "minLength": lambda value, end: not isinstance(value, str) or len(value) >= end,
    "maxLength": lambda value, end: not isinstance(value, str) or len(value) <= end,
    "minItems": lambda value, end: not isinstance(value, list) or len(value) >= end,
    "maxItems": lambda value, end: not isinstance(value, list) or len(value) <= end,
    "pattern": lambda value, end: not isinstance(value, str) or re.search(end.replace("$", r"\Z"), value) is not None,
    "enum": lambda value, end: value in end and not isinstance(value, bool),
    "type": lambda value, end: TYPES[end](value),
    "anyOf": lambda value, end: any(is_instance(value, each) for each in end),
    "items": lambda value, end: not isinstance(value, list) or all(is_instance(each, end) for each in value),
    "required": lambda value, end: not isinstance(value, dict) or set(end) <= set(value),
    "properties": lambda value, end: (
        not isinstance(value, dict) or all(is_instance(value[name], end[name]) for name in set(end) & set(value))
    ),
}
REMARKS = {"title", "description", "default", "discriminator", "additionalProperties"}


def is_instance(value: Any, part: dict[str, Any]) -> bool:
    """Whether a value is what a part of the schema describes."""
    part = resolved(part)
    assert part.get("additionalProperties") in (None, False)
    if "additionalProperties" in part and isinstance(value, dict) and not set(value) <= set(part["properties"]):
        return False
    return all(LIMITS[word](value, end) for word, end in part.items() if word not in REMARKS)


experiments = instances(SCHEMA)
foreign = st.sampled_from(
    [None, True, 0, 1, 2, -1, 1.0, 0.5, 3.0, 1e300, -0.0, "", "sgd", "nesterov", "generated", [], {}, [1], [2.0, 3]]
)  # fmt: skip


def places(value: Any) -> list[tuple[Any, Any]]:
    """Everything that holds something, with the key of what it holds."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [found for key in keys for found in places(value[key])]


def taken(raw: Any) -> bool:
    return schema.problems(canonical(raw), Experiment) == []


@given(experiments)
@settings(examples(40), suppress_health_check=[HealthCheck.too_slow])
def test_what_the_schema_describes_is_read(raw: Any) -> None:
    assert is_instance(raw, SCHEMA)
    before = json.dumps(raw)
    assert schema.problems(canonical(json.loads(before)), Experiment) == []
    canonical(raw)
    assert json.dumps(raw) == before, "what was given is as it was"


@given(experiments, st.data())
@settings(examples(40), suppress_health_check=[HealthCheck.too_slow])
def test_what_is_read_the_schema_describes_and_nothing_else(raw: Any, data: st.DataObject) -> None:
    raw = copy.deepcopy(raw)
    held = places(raw)
    if held:
        holder, key = data.draw(st.sampled_from(held))
        match data.draw(st.sampled_from(["replace", "remove", "add"])):
            case "replace":
                holder[key] = data.draw(foreign)
            case "remove":
                del holder[key]
            case "add" if isinstance(holder, dict):
                holder[data.draw(st.sampled_from(["surprise", "kind", "nesterov", "samples"]))] = data.draw(foreign)
    assert is_instance(raw, SCHEMA) == taken(raw)


# -- the words by themselves -------------------------------------------------------------------------------------------


def test_a_file_may_name_its_schema_and_is_written_without_it() -> None:
    found = from_json('{"$schema": "https://example.org/experiment.json", "seed": 7}')
    assert found == Experiment(seed=7)
    assert "$schema" not in to_json(found)


def test_ten_point_zero_is_a_whole_number() -> None:
    found = from_json('{"seed": 3.0, "training": {"batch_size": 10.0, "stop": {"epochs": 1e3}}}')
    assert (found.seed, found.training.batch_size, found.training.stop.epochs) == (3, 10, 1000)
    assert all(isinstance(each, int) for each in (found.seed, found.training.batch_size, found.training.stop.epochs))


@cases("name", list(OPTIMIZERS))
def test_every_optimizer_of_the_list_is_a_kind(name: str) -> None:
    raw = {"training": {"optimizer": {"kind": name}}}
    assert is_instance(raw, SCHEMA)
    found = from_json(json.dumps(raw)).training.optimizer
    assert found == OPTIMIZERS[name].optimizer
    assert optimizer_choice(found) == name
    assert apply_settings(Experiment(), [f"training.optimizer.kind={name}"]).training.optimizer == found


def test_a_spelling_takes_other_numbers_too() -> None:
    raw = '{"training": {"optimizer": {"kind": "nesterov", "momentum": 0.5}}}'
    assert from_json(raw).training.optimizer == Sgd(momentum=0.5, nesterov=True)


FIELD_OF = {
    "datasets": "data.source.name", "activations": "network.layers[0].activation", "losses": "training.loss",
    "schedules": "training.schedule.kind", "layers": "network.layers[0].kind", "initializers": "training.initializer",
    "optimizers": "training.optimizer.kind", "features": "data.features",
}  # fmt: skip


NO_FIELD = ("definitions", "rules", "terms")
"""Lists that name no values of a field."""


@pytest.mark.parametrize("kind", [kind for kind in listing.KINDS if kind not in NO_FIELD])
def test_every_name_that_list_names_is_taken_in_its_field(kind: str) -> None:
    for entry in listing.table(kind):
        name = f'["{entry["name"]}"]' if kind == "features" else entry["name"]
        raw = json.loads(to_json(Experiment()))
        path, value = FIELD_OF[kind], json.loads(name) if kind == "features" else name
        holder: Any = raw
        *inner, last = [int(step) if step.isdigit() else step for step in re.findall(r"\w+", path)]
        for step in inner:
            holder = holder[step]
        if last == "kind":
            holder.clear()
        holder[last] = value
        assert taken(raw)
        assert is_instance(raw, SCHEMA)


# -- defaults that depend on another field -----------------------------------------------------------------------------


@cases("name", list(DATASETS))
def test_unset_samples_are_the_data_sets_own_and_are_written_out(name: str) -> None:
    usual = DATASETS[name].samples
    found = from_json(json.dumps({"data": {"source": {"name": name}}}))
    assert found.data.source.samples == usual
    assert json.loads(to_json(found))["data"]["source"]["samples"] == usual
    assert GeneratedData(name).samples == usual  # type: ignore[arg-type]
    set_by_path = apply_settings(Experiment(), [f"data.source.name={name}"])
    assert set_by_path.data.source.samples == usual
    assert apply_settings(Experiment(), [f'data.source={{"name": "{name}"}}']) == set_by_path


@pytest.mark.parametrize(
    ("settings", "samples"),
    [
        (["data.source.name=plane", "data.source.samples=500"], 500),
        (["data.source.samples=500", "data.source.name=plane"], 500),
        (["data.source.samples=300"], 300),
        (["data.source.name=plane", "data.source.name=xor_points"], 4),
        (["data.source.name=plane", "data.source.name=circles"], 500),
    ],
)
def test_samples_that_are_asked_for_stay(settings: list[str], samples: int) -> None:
    assert apply_settings(Experiment(), settings).data.source.samples == samples


def test_a_number_of_ones_own_stays_with_another_data_set() -> None:
    mine = apply_settings(Experiment(), ["data.source.samples=300"])
    assert apply_settings(mine, ["data.source.name=plane"]).data.source.samples == 300
