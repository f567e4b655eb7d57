"""Edits by path: what is new is checked where it comes in, the rules between fields once, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from playground.edits import changes as changing
from playground.edits.changes import apply_settings, with_changes
from playground.errors import InvalidExperiment
from playground.experiment import experiment as rules
from playground.experiment import schema
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.experiment.training import Sgd
from tests.own_points import about, made


@pytest.mark.parametrize(
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
