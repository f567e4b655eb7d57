"""Formulas that a user types: what they compute, and what is said of those that cannot be read."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data.formula import FUNCTIONS, LARGEST, MAX_LENGTH, FormulaRefused, parse
from tests.cases import cases
from tests.seeds import examples

NAMES = ("x", "y")
X, Y = np.array([-2.0, -0.5, 0.0, 1.5]), np.array([1.0, 2.0, -3.0, 0.25])


@cases(
    ("text", "meaning"),
    [
        ("sin(3*x)+abs(y)", lambda x, y: math.sin(3 * x) + abs(y)),
        ("-x^2", lambda x, y: -(x**2)),
        ("2^3^2 - x", lambda x, y: 512 - x),
        ("x**-1 * x", lambda x, y: 1.0 if x else 0.0),
        ("2x + 3(y-1)", lambda x, y: 2 * x + 3 * (y - 1)),
        ("x² − y³", lambda x, y: x**2 - y**3),
        ("x·y × 2 ÷ 4", lambda x, y: x * y / 2),
        ("max(x, y) - min(x,y)", lambda x, y: abs(x - y)),
        ("sign(x) * floor(y)", lambda x, y: float(np.sign(x)) * math.floor(y)),
        ("ln(e)+cos(pi)", lambda x, y: 0.0),
        (" .5x - 1e1 ", lambda x, y: 0.5 * x - 10),
        ("--x", lambda x, y: x),
        ("x - y - 1", lambda x, y: x - y - 1),
        ("x / y / 2", lambda x, y: x / y / 2),
        ("π", lambda x, y: math.pi),
    ],
)
def test_it_means_what_mathematics_means(text, meaning):
    found = parse(text, NAMES).compute({"x": X, "y": Y})
    expected = [meaning(x, y) for x, y in zip(X, Y, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=3e-6, atol=3e-6)  # twenty binary digits behind each function


@cases(
    ("text", "place", "said"),
    [
        ("sin(3*x", 3, "never closed"),
        ("x)", 1, "never opened"),
        ("", 0, "empty"),
        ("   ", 0, "empty"),
        ("x +", 3, "missing here"),
        ("2*", 2, "missing here"),
        ("x $ y", 2, "'$' means nothing"),
        ("sin x", 4, "needs brackets"),
        ("sine(x)", 0, "did you mean sin?"),
        ("x y", 2, "operator is missing"),
        ("max(x)", 0, "takes 2"),
        ("abs(x, y)", 0, "takes 1"),
        ("z + 1", 0, "nothing called 'z'"),
        ("__import__('os')", 11, "means nothing"),
        ("open(x)", 0, "nothing called 'open'"),
        ("x.real", 1, "'.' means nothing"),
        ("(" * 50 + "x" + ")" * 50, 0, "deeper than 40"),
        ("-" * 60 + "x", 0, "deeper than 40"),
        ("x+" * 100 + "x", MAX_LENGTH, "may have 120 characters"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(text, place, said):
    with pytest.raises(FormulaRefused) as refused:
        parse(text, NAMES)
    assert said in str(refused.value)
    if "deeper" not in said:
        assert refused.value.place == min(place, len(text.rstrip()))


def test_names_that_are_no_words_stand_in_backquotes():
    formula = parse("`petal length` / 2 + `1`", ("petal length", "1"))
    assert formula.names == ("petal length", "1")
    assert formula.compute({"petal length": np.array([4.0]), "1": np.array([1.0])}) == [3.0]


def test_a_column_comes_before_a_function_of_the_same_name():
    assert parse("min + 1", ("min",)).compute({"min": np.array([1.0])}) == [2.0]


def test_where_it_has_no_value_it_is_0():
    values = {"x": np.array([0.0, 1.0]), "y": np.array([900.0, 1.0])}
    for text in ("1/x", "log(x)", "sqrt(x-0.5)", "exp(y)"):
        formula = parse(text, NAMES)
        assert list(formula.has_values(values)) == [False, True]
        assert formula.compute(values)[0] == 0.0
    assert parse("x*10^40 + y*10^40", NAMES).compute(values)[1] == LARGEST


@examples(40)
@given(st.text(alphabet="xy0123456789.e+-*/^()²· ,sincoabgp`$", max_size=40))
def test_any_text_is_a_finite_formula_or_a_sentence(text):
    try:
        formula = parse(text, NAMES)
    except FormulaRefused as error:
        refused: FormulaRefused | None = error
    else:
        refused = None
        assert np.isfinite(formula.compute({"x": X, "y": Y})).all()
    assert refused is None or (0 <= refused.place <= len(text) and str(refused).endswith("."))


@pytest.mark.parametrize("text", ["x^y", "2^y", "x^floor(y)", "abs(x)^(y/2)"])
def test_a_sample_has_the_same_value_whoever_stands_beside_it(text):
    formula, x, y = parse(text, NAMES), np.array([1.1, 1.1, 3.0, -2.0]), np.array([2.0, 2.5, 3.0, 1.0])
    together = formula.compute({"x": x, "y": y})
    alone = [float(formula.compute({"x": x[[at]], "y": y[[at]]})[0]) for at in range(x.size)]
    assert together.tolist() == alone


def test_every_function_computes():
    for name, function in FUNCTIONS.items():
        text = f"{name}({', '.join(['y'] * function.arguments)})"
        assert np.isfinite(parse(text, NAMES).compute({"x": X, "y": np.abs(Y)})).all()
