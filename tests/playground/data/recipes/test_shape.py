"""Shape parameters: the set's own values by default, limits of each set, typed formulas, words about wrong ones."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from playground.data import DATASETS, GeneratedData, kind_of
from playground.data.generated import SHAPES, shape_of
from playground.data.recipes.recipe import LABELS, WHOLE
from playground.edits.changes import apply_settings, with_changes
from playground.errors import InvalidExperiment
from playground.experiment import schema
from playground.experiment.experiment import Experiment, checked, from_json, to_json, validate
from tests.cases import cases

PARAMETERS = [(kind, each) for kind in DATASETS.values() for each in kind.parameters]
IDS = [f"{kind.name}-{each.name}" for kind, each in PARAMETERS]


def drawn(name: str, **shape: object) -> tuple[bytes, bytes]:
    draw = kind_of(GeneratedData(name, samples=60, **shape)).draw  # type: ignore[arg-type]
    assert draw is not None
    points, labels = draw(3, 0.1, 0.0)
    return points.tobytes(), labels.tobytes()


@cases(("kind", "parameter"), PARAMETERS)
def test_a_parameter_given_its_own_value_changes_nothing_and_another_one_does(kind, parameter) -> None:
    own = int(parameter.default) if parameter.integer else parameter.default
    assert drawn(kind.name, **{parameter.name: own}) == drawn(kind.name)
    for end in (parameter.low, parameter.high):
        value = int(end) if parameter.integer else end
        made = drawn(kind.name, **{parameter.name: value})
        assert (made == drawn(kind.name)) == (value == own)
        assert np.isfinite(np.frombuffer(made[0])).all()


@cases(("kind", "parameter"), PARAMETERS)
def test_its_field_allows_what_the_set_allows_and_the_set_says_its_own_limits(kind, parameter) -> None:
    low, high = schema.limits(GeneratedData, parameter.name)
    assert low <= parameter.low <= parameter.default <= parameter.high <= high
    assert parameter.note
    assert parameter.note[0].islower()
    if high > parameter.high:
        wrong = GeneratedData(kind.name, **{parameter.name: int(high) if parameter.integer else high})
        (problem,) = validate(with_changed_source(wrong))
        assert problem.path == f"data.source.{parameter.name}"
        assert (problem.values["low"], problem.values["high"]) == (parameter.low, parameter.high)
        assert kind.name in problem.message


def with_changed_source(source: GeneratedData) -> Experiment:
    experiment = Experiment()
    return msgspec.structs.replace(experiment, data=msgspec.structs.replace(experiment.data, source=source))


def test_fields_and_labels_are_the_same_names() -> None:
    assert set(SHAPES) == {*LABELS, "formula"}
    assert {each.name for _, each in PARAMETERS} == set(LABELS)
    fields = {facts["name"]: facts for facts in schema.field_facts(GeneratedData)}
    assert [name for name in SHAPES if not fields[name]["null"] or not fields[name]["note"]] == []
    assert {name for name in LABELS if fields[name]["type"] == "int"} == set(WHOLE)


def test_what_a_set_has_not_is_refused_in_words() -> None:
    with pytest.raises(InvalidExperiment) as refused:
        with_changes(Experiment(), data__source__name="moons", data__source__turns=2.0)
    told = "data.source.turns: moons has no turns, so only null fits here; got 2.0 (it has gap)"
    assert told.replace("2.0", "2") in str(refused.value).replace("2.0", "2")
    with pytest.raises(InvalidExperiment, match=r"formula: xor has no formula.*got x\^2"):
        apply_settings(Experiment(), ["data.source.name=xor", 'data.source.formula="x^2"'])


def test_a_value_out_of_the_sets_range_names_the_range() -> None:
    with pytest.raises(InvalidExperiment, match=r"data\.source\.turns: for spirals expected a number from 0\.25 to 4"):
        with_changes(Experiment(), data__source__name="spirals", data__source__turns=0.1)
    with pytest.raises(InvalidExperiment, match=r"data\.source\.turns: expected a number from 0\.1 to 4"):
        with_changes(Experiment(), data__source__name="spirals", data__source__turns=9.0)


def test_a_shape_is_written_read_and_undone_like_any_field() -> None:
    made = with_changes(Experiment(), data__source__name="spirals", data__source__turns=3.0)
    assert from_json(to_json(made)) == made
    assert shape_of(made.data.source)["turns"] == 3.0
    assert with_changes(made, data__source__turns=None).data.source == GeneratedData("spirals")


# -- formulas ----------------------------------------------------------------------------------------------------------


def sides(formula: str) -> tuple[np.ndarray, np.ndarray]:
    draw = kind_of(GeneratedData("function", samples=300, formula=formula)).draw  # type: ignore[arg-type]
    assert draw is not None
    points, labels = draw(0, 0.0, 0.0)
    return points, labels


def test_points_lie_on_both_sides_of_a_typed_curve() -> None:
    (x, y), labels = sides("abs(x) - 2")
    assert np.array_equal(labels, y > np.abs(x) - 2)
    assert np.bincount(labels.astype(int)).tolist() == [150, 150]


def test_where_a_formula_has_no_value_there_are_no_points() -> None:
    (x, _), _ = sides("log(x)")
    assert x.min() > 0
    (x, _), _ = sides("sqrt(4 - x^2)")
    assert np.abs(x).max() <= 2


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("2*sin(", "a number, a name or a bracket is missing"),
        ("y + 1", "there is nothing called 'y'"),
        ("7", "nothing of the square from −6 to 6 lies above this formula"),
        ("-x^2 - 8", "lies below this formula"),
        ("log(-x^2)", "lies below this formula"),
    ],
)
def test_a_formula_that_does_not_work_is_refused_in_words(formula: str, told: str) -> None:
    with pytest.raises(InvalidExperiment) as refused:
        with_changes(Experiment(), data__source__name="function", data__source__formula=formula)
    (problem,) = refused.value.problems
    assert problem.path == "data.source.formula"
    assert told in problem.message


def test_a_formula_that_cannot_be_read_tells_the_place() -> None:
    (problem,) = validate(with_changed_source(GeneratedData("function", formula="2*sin(x")))
    assert problem.values["place"] == 5


def test_an_experiment_about_a_formula_is_checked_as_json() -> None:
    made = checked({"data": {"source": {"name": "function", "formula": "x"}}})
    assert made.data.source.formula == "x"
