"""Errors as the window and the commands tell them: the same sentences, numbers in one style."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from playground.engine.parameters import Layout, check_parameter, initial_parameters
from playground.errors import FileRefused, InvalidExperiment, PlaygroundError, WrongUse
from playground.exchange.files import load
from playground.experiment.experiment import Experiment, checked
from playground.numbers import GROUP
from playground.words.errors import told


def refused(**changes: object) -> InvalidExperiment:
    with pytest.raises(InvalidExperiment) as caught:
        checked(changes)
    return caught.value


def test_a_limit_is_told_in_one_style_and_kept_as_values() -> None:
    error = refused(training={"learning_rate": -1.5})
    assert told(error) == f"training.learning_rate: expected a number from 0 to 1{GROUP}000{GROUP}000; got −1.5"
    assert str(error) == "training.learning_rate: expected a number from 0 to 1000000; got -1.5"
    problem = error.problems[0]
    assert (problem.path, problem.rule) == ("training.learning_rate", "range")
    assert problem.values == {"low": 0.0, "high": 1e6, "given": -1.5}


def test_what_is_no_number_is_repeated_as_it_was_given() -> None:
    error = refused(training={"batch_size": 2.5})
    assert "expected a whole number from 1" in told(error)
    assert told(error).endswith("got 2.5")
    assert error.problems[0].rule == "type"


def test_a_rule_that_joins_fields_has_its_values() -> None:
    layers = [{"kind": "dense", "units": 512}] * 8
    problem = refused(network={"layers": layers}).problems[0]
    assert (problem.path, problem.rule) == ("network.layers", "parameters")
    assert problem.values["high"] == 1_000_000
    assert f"at most 1{GROUP}000{GROUP}000 parameters are allowed; this asks for 1{GROUP}8" in told(problem)


def test_every_problem_has_a_rule() -> None:
    wrong = {
        "seed": "7", "title": 5, "nots": "", "data": {"train_share": 2, "source": {"kind": "picture"}},
        "network": {"layers": [{"kind": "dens"}, 3]}, "training": {"loss": "squared", "clip_norm": "x"},
    }  # fmt: skip
    error = refused(**wrong)
    assert len(error.problems) >= 8
    assert all(problem.rule for problem in error.problems)


def test_more_problems_than_anyone_reads_are_counted() -> None:
    error = refused(network={"layers": [{"kind": "dense", "units": 0}] * 20})
    assert told(error).splitlines()[-1] == "… and 8 more problems"


def test_what_a_nested_error_says_is_told_in_the_same_style(tmp_path: Path) -> None:
    file = tmp_path / "run{0}.json"
    file.write_text('{"training": {"learning_rate": -1}}', encoding="utf-8")
    with pytest.raises(FileRefused) as caught:
        load(file)
    assert told(caught.value).endswith(f"expected a number from 0 to 1{GROUP}000{GROUP}000; got −1.")
    assert told(caught.value).startswith(f"{file} is not a valid experiment: training.learning_rate:")


def test_a_parameter_that_cannot_be_is_refused_with_its_values() -> None:
    experiment = Experiment()
    layout, parameters = Layout.of(experiment), initial_parameters(experiment).astype(np.float32)
    with pytest.raises(WrongUse) as caught:
        check_parameter(21_400, 0.0, parameters, layout)
    assert told(caught.value) == f"There is no parameter 21{GROUP}400; this network has {parameters.size}."
    assert caught.value.values == {"index": 21_400, "count": parameters.size}
    with pytest.raises(WrongUse, match=r"up to 3.4e\+38; got 1e\+39") as caught:
        check_parameter(0, 1e39, parameters, layout)
    assert told(caught.value) == "A parameter is a finite number of size up to 3.4e38; got 1e39."
    with pytest.raises(WrongUse, match="got nan"):
        check_parameter(0, float("nan"), parameters, layout)


def test_a_text_without_values_may_hold_braces() -> None:
    assert told(PlaygroundError("write {} first")) == "write {} first"
    assert told(PlaygroundError("{name!r} is unknown", name="a{b}")) == "'a{b}' is unknown"
