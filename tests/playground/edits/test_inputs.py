"""Formulas as features, and columns that are switched on and off."""

from __future__ import annotations

import numpy as np
import pytest

from playground.data import OwnPoints
from playground.data.features import FEATURES
from playground.data.inputs import MAX_FORMULAS
from playground.edits import network as edits
from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_dataset, on_points
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment, from_json, to_json, validate
from playground.run.session import Session

START = Experiment()
WIDE = on_points(START, OwnPoints(np.arange(12.0).reshape(4, 3), [0, 1, 0, 1]).source(2, columns=["a", "b c", "d"]))


def test_a_formula_is_an_input_that_can_be_switched_off_and_taken_away():
    added = edits.add_formula(START, " sin(3*x) ")
    assert added.name == "Add feature sin(3*x)"
    assert added.experiment.data.features == ("x", "y", "sin(3*x)")
    assert added.experiment.offered_inputs == (*FEATURES, "sin(3*x)")
    off = edits.toggle_feature(added.experiment, "sin(3*x)").experiment
    assert off.input_names == ("x", "y")
    assert off.offered_inputs == (*FEATURES, "sin(3*x)")
    assert edits.toggle_feature(off, "sin(3*x)").experiment.input_names == ("x", "y", "sin(3*x)")
    gone = edits.remove_formula(added.experiment, "sin(3*x)").experiment
    assert gone == START
    for each in (added.experiment, off):
        assert validate(each) == []
        assert from_json(to_json(each)) == each


@pytest.mark.parametrize(
    ("text", "said"),
    [("sin(3*", "character 7"), ("z", "nothing called 'z'"), ("2*pi", "same value"), ("x", "already"), ("", "empty")],
)
def test_formulas_that_tell_nothing_are_refused(text, said):
    with pytest.raises(WrongUse, match=said):
        edits.add_formula(START, text)


def test_only_so_many_formulas():
    experiment = START
    for place in range(MAX_FORMULAS):
        experiment = edits.add_formula(experiment, f"x*{place + 2}").experiment
    with pytest.raises(WrongUse, match="At most 6 formulas"):
        edits.add_formula(experiment, "x*99")
    many = [f"x*{place + 2}" for place in range(MAX_FORMULAS + 1)]
    assert "at most 6 formulas" in str(validate({"data": {"features": many}})[0])


def test_columns_are_switched_on_and_off():
    assert WIDE.input_names == ("a", "b c", "d")
    without = edits.toggle_feature(WIDE, "b c")
    assert without.name == "Toggle column b c"
    assert without.experiment.data.features == ("a", "d")
    both = edits.add_formula(without.experiment, "`b c` * a").experiment
    assert both.input_names == ("a", "d", "`b c` * a")
    assert edits.toggle_feature(both, "b c").experiment.input_names == ("a", "b c", "d", "`b c` * a")
    only = edits.toggle_feature(without.experiment, "a").experiment
    with pytest.raises(WrongUse, match="d is the only column left"):
        edits.toggle_feature(only, "d")
    assert validate(both) == []


def test_columns_called_x_and_y_are_not_taken_for_all():
    wide = on_points(START, OwnPoints(np.arange(12.0).reshape(4, 3), [0, 1, 0, 1]).source(2, columns=["x", "y", "z"]))
    assert wide.input_names == ("x", "y", "z")  # as in files that know nothing of chosen columns
    assert len(edits.toggle_feature(wide, "z").experiment.input_names) == 2


def test_other_data_keep_the_formulas_that_they_can_read():
    start = edits.add_formula(edits.add_formula(START, "x*y*2").experiment, "abs(x)").experiment
    wide = on_points(start, WIDE.data.source)
    assert wide.input_names == ("a", "b c", "d")
    assert wide.data.formulas == ()
    assert on_dataset(edits.add_formula(WIDE, "a^2").experiment, "xor").data.features == ("x", "y")
    assert on_dataset(start, "spirals").data.features == start.data.features
    assert validate(wide) == validate(on_dataset(start, "digits")) == []


def test_wrong_names_are_told_with_their_path():
    (problem,) = validate({"data": {"features": ["x", "abss(y)"]}})
    assert problem.path == "data.features[1]"
    assert "did you mean abs?" in problem.message


def test_a_formula_trains_as_its_feature_does():
    by_name = with_changes(START, data__features=("x", "y", "xy"))
    by_formula = with_changes(START, data__features=("x", "y", "x*y"))
    runs = [Session(each) for each in (by_name, by_formula)]
    for run in runs:
        run.advance(epochs=3)
    assert runs[0].digest() == runs[1].digest()
    assert np.array_equal(*(run.predict([[1.5, -2.0], [0.3, 0.7]]) for run in runs))
