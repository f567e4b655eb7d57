"""Edits by path: what is new is checked where it comes in, the rules between fields once, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from playground.data import DATASETS, Data, GeneratedData
from playground.edits import changes as changing
from playground.edits.changes import apply_settings, with_changes
from playground.errors import InvalidExperiment, WrongUse
from playground.exchange.files import load, save
from playground.experiment import experiment as rules
from playground.experiment import schema
from playground.experiment.experiment import Experiment, checked, from_json, to_json
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.experiment.optimizers import OPTIMIZERS
from playground.experiment.training import Sgd
from playground.run.session import Session
from tests.cases import cases
from tests.own_points import about, made


@cases(
    ("changes", "problems"),
    [
        ({"training__learning_rate": -1.0}, ["training.learning_rate: expected a number"]),
        ({"training__learning_rate": float("nan")}, ["training.learning_rate: expected a number"]),
        ({"seed": "x"}, ["seed: expected a whole number"]),
        ({"seed": -1, "title": 5}, ["seed: expected a whole number", "title: expected text"]),
        ({"network": Network((Dense(0),))}, ["network.layers[0].units: expected a whole number"]),
        ({"training__optimizer": Sgd(momentum=2.0)}, ["training.optimizer.momentum: expected a number"]),
        ({"data__source__samples": 10**6}, ["data.source.samples: expected a whole number from 4 to 20000"]),
        ({"data__source__name": "circels"}, ["data.source.name: expected one of bars"]),
        ({"training__loss": "huber"}, ["training.loss: huber does not fit 2 classes"]),
        ({"data__features": ("x", "x")}, ["data.features: each feature may stand once"]),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_with_its_path(changes: dict[str, Any], problems: list[str]) -> None:
    with pytest.raises(InvalidExperiment) as refusal:
        with_changes(Experiment(), **changes)
    found = [str(problem) for problem in refusal.value.problems]
    assert len(found) == len(problems)
    assert all(text.startswith(start) for text, start in zip(found, problems, strict=True)), found


def test_an_edit_checks_its_own_fields_and_the_rules_once(monkeypatch: pytest.MonkeyPatch) -> None:
    before = about(made(5, 200))
    asked: list[str] = []
    check_field, check_rules = schema.field_problems, rules.rule_problems

    def field_problems(kind: type, field: str, value: Any, path: str) -> Any:
        asked.append(path)
        return check_field(kind, field, value, path)

    def rule_problems(experiment: Experiment) -> Any:
        asked.append("rules")
        return check_rules(experiment)

    def whole(*arguments: object) -> None:
        raise AssertionError("the whole experiment was checked against its types")

    monkeypatch.setattr(schema, "field_problems", field_problems)
    monkeypatch.setattr(rules, "rule_problems", rule_problems)
    monkeypatch.setattr(schema, "problems", whole)
    monkeypatch.setattr(changing, "checked", whole)
    with_changes(before, training__learning_rate=0.1, training__l2=0.01)
    assert asked == ["training.learning_rate", "training.l2", "rules"]


def test_settings_of_the_command_line_change_own_points_names_but_not_their_digest() -> None:
    own = made(2)
    named = apply_settings(about(own), ['data.source.columns=["height","weight"]', 'data.source.classes=["cat","dog"]'])
    assert named.data.source == own.source(("cat", "dog"), columns=("height", "weight"))
    with pytest.raises(InvalidExperiment, match=r"data\.source\.digest: expected text that matches"):
        apply_settings(about(own), ["data.source.digest=abc"])
    with pytest.raises(InvalidExperiment, match=r"data\.source\.samples: this field is missing"):
        apply_settings(Experiment(), ["data.source.kind=points"])


# -- defaults that follow from another field ---------------------------------------------------------------------------


def by_python(name: str, before: Experiment, **more: int) -> Experiment:
    fields = {f"data__source__{field}": value for field, value in more.items()}
    return with_changes(before, data__source__name=name, training__loss="squared_error", **fields)


def by_setting(name: str, before: Experiment, **more: int) -> Experiment:
    fields = [f"data.source.{field}={value}" for field, value in more.items()]
    return apply_settings(before, [*fields, f"data.source.name={name}", "training.loss=squared_error"])


@pytest.mark.parametrize("change", [by_python, by_setting])
def test_a_default_goes_along_with_its_field_and_a_number_stays(change: Callable[..., Experiment]) -> None:
    usual, own = Experiment(), with_changes(Experiment(), data__source__samples=77)
    for name in DATASETS:
        read = from_json(f'{{"data": {{"source": {{"name": "{name}"}}}}, "training": {{"loss": "squared_error"}}}}')
        assert change(name, usual).data.source == read.data.source
        assert change(name, own).data.source == GeneratedData(name, 77)  # type: ignore[arg-type]
        assert change(name, usual, samples=500).data.source == GeneratedData(name, 500)  # type: ignore[arg-type]


# -- kinds -------------------------------------------------------------------------------------------------------------


@cases("before", list(OPTIMIZERS))
@cases("after", list(OPTIMIZERS))
def test_a_kind_that_is_listed_brings_its_own_defaults(before: str, after: str) -> None:
    changed = apply_settings(Experiment(), [f"training.optimizer.kind={before}"])
    changed = apply_settings(changed, [f"training.optimizer.kind={after}"])
    assert changed.training.optimizer == OPTIMIZERS[after].optimizer


def test_the_other_settings_of_an_object_come_after_its_kind() -> None:
    for settings in (["units=9", "kind=dense"], ["kind=dense", "units=9"]):
        found = apply_settings(Experiment(), [f"network.layers[0].{each}" for each in settings])
        assert found.network.layers[0] == Dense(9)
    with pytest.raises(InvalidExperiment, match=r"there is no such field in kind adam"):
        apply_settings(Experiment(), ["training.optimizer.momentum=0.5", "training.optimizer.kind=adam"])


# -- NumPy's numbers, lists and plain dicts ----------------------------------------------------------------------------


def plain_types(value: Any) -> set[type]:
    """The types of everything in an experiment that is no struct."""
    if isinstance(value, msgspec.Struct):
        return set().union(*(plain_types(getattr(value, name)) for name in value.__struct_fields__))
    return {type(value)}.union(*map(plain_types, value if isinstance(value, (list, tuple)) else ()))


PYTHON_S = {int, float, str, bool, tuple, type(None)}
FOREIGN: dict[str, Any] = {
    "seed": np.int64(3), "title": np.str_("a"), "training__learning_rate": np.logspace(-3, -1, 3)[1],
    "training__batch_size": np.int32(8), "training__l2": np.float32(0.5), "training__class_weights": np.array([1, 2]),
    "data__features": ["x", "y"], "data__source__samples": np.uint16(100), "network__layers": [Dense(np.int64(4))],
    "network": Network([Dense(4.0, frozen=np.True_)]), "training__optimizer": Sgd(np.float64(0.5)),  # type: ignore[arg-type]
    "data": Data(features=["x"], source=GeneratedData("moons", np.int64(9))),  # type: ignore[arg-type]
}  # fmt: skip


@pytest.mark.parametrize("path", list(FOREIGN))
def test_numpy_s_numbers_and_lists_become_python_s_own_at_every_door(path: str, tmp_path: Path) -> None:
    first, *rest = path.split("__")
    value = FOREIGN[path]
    raw: Any = Experiment()
    for name in (first, *rest[:-1]) if rest else ():
        raw = getattr(raw, name)
    raw = msgspec.structs.replace(raw, **{(rest or [first])[-1]: value})
    for name in reversed((first, *rest)[:-1]):
        holder: Any = Experiment()
        for step in (first, *rest)[: (first, *rest).index(name)]:
            holder = getattr(holder, step)
        raw = msgspec.structs.replace(holder, **{name: raw})
    save(tmp_path / "a.nnp", raw)
    save(tmp_path / "a.json", raw)
    doors = [
        with_changes(Experiment(), **{path: value}), checked(raw), Session(raw).experiment, from_json(to_json(raw)),
        load(tmp_path / "a.nnp").experiment, load(tmp_path / "a.json").experiment,
    ]  # fmt: skip
    for found in doors:
        assert plain_types(found) <= PYTHON_S
        assert found == doors[0]
        assert hash(found) == hash(doors[0])
    session = Session(raw)
    session.advance(epochs=1)
    assert session.apply(with_changes(session.experiment, network__layers=[Dense(5)]))
    assert session.advance(epochs=1)


def test_what_is_python_s_own_already_stays_the_same_object() -> None:
    before = Experiment(network=Network((Dense(3), Dense(4))))
    assert checked(before) is before
    after = with_changes(before, network__layers=[*before.network.layers, Dense(np.int64(2))])  # type: ignore[arg-type]
    assert after.network.layers[1] is before.network.layers[1]
    assert after.data is before.data


def test_parts_given_as_plain_dicts_are_taken_as_from_json() -> None:
    training = {"learning_rate": 0.1, "optimizer": {"kind": "nesterov"}}
    assert Session(Experiment(training=training)).experiment == from_json(json.dumps({"training": training}))  # type: ignore[arg-type]
    with pytest.raises(InvalidExperiment, match=r"training\.rate: there is no such field"):
        Session(Experiment(training={"rate": 0.1}))  # type: ignore[arg-type]


def test_free_text_needs_no_quotes() -> None:
    start = apply_settings(Experiment(), ["data.source.name=function", "data.source.formula=sin(3*x)", "title=A, b"])
    assert (start.data.source.formula, start.title) == ("sin(3*x)", "A, b")
    quoted = apply_settings(start, ['data.source.formula="x^2"'])
    assert quoted.data.source.formula == "x^2"
    with pytest.raises((WrongUse, InvalidExperiment), match="formula"):
        apply_settings(start, ["data.source.formula=x^"])
