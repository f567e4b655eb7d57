"""Formulas in their writings: brackets where they are needed, braces and elements that close, a sheet of everything."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

import playground as pg
from playground.edits.changes import with_changes
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.experiment.layers import LAYER_KINDS, Conv2d, Dense, Flatten, MaxPool2d
from playground.experiment.network import Network
from playground.experiment.optimizers import OPTIMIZERS
from playground.experiment.schedules import SCHEDULES
from playground.mathematics.evaluating import put_in
from playground.mathematics.latex import latex
from playground.mathematics.plain import html, text
from playground.mathematics.tree import (
    HALF,
    Cases,
    Compared,
    Derivative,
    Node,
    Number,
    Omitted,
    Root,
    Sum,
    Symbol,
    call,
    exp,
)
from playground.run.session import Session
from tests.cases import cases

x, y = Symbol("x"), Symbol("y", "1")


def two(value: float) -> Number:
    """A number that is put in for a letter."""
    return Number(value, places=2)


@cases(
    ("formula", "plain", "tex"),
    [
        ((x + y) * x, "(x + y₁)·x", r"\left( x + y_{1} \right) x"),
        (x - (x - y), "x − (x − y₁)", r"x - \left( x - y_{1} \right)"),
        (1 / (1 + exp(-x)), "1 / (1 + exp(−x))", r"\frac{1}{1 + {e}^{-x}}"),
        ((x / y) / x, "x / y₁ / x", r"\frac{\frac{x}{y_{1}}}{x}"),
        (x / (x * y), "x / (x·y₁)", r"\frac{x}{x y_{1}}"),
        ((-x) ** 2, "(−x)²", r"{\left( -x \right)}^{2}"),
        (Root(x + 1), "√(x + 1)", r"\sqrt{x + 1}"),
        (x * Number(1e-8), "x·1e−8", r"x \cdot 10^{-8}"),
        (-(x + y), "−(x + y₁)", r"-\left( x + y_{1} \right)"),
        (Symbol("β", "2") ** Symbol("t"), "β₂ᵗ", r"{\beta_{2}}^{t}"),
        (x * (x * y), "x·(x·y₁)", r"x \left( x y_{1} \right)"),
        (x - two(-0.034), "x − (−0.034)", r"x - \left( -0.034 \right)"),
        (two(-1) * two(-2) + two(-3), "−1.00·(−2.00) + (−3.00)",
         r"-1.00 \cdot \left( -2.00 \right) + \left( -3.00 \right)"),
        (two(-0.3) ** 2 / two(-2), "(−0.30)² / (−2.00)", r"\frac{{\left( -0.30 \right)}^{2}}{-2.00}"),
        (Derivative(Symbol("ℓ"), Symbol("w", "12,3")), "∂ℓ/∂w₁₂,₃", r"\frac{\partial \ell}{\partial w_{12,3}}"),
        (Symbol("δ", "1", mark="second", at="2,3"), "δ″₁[2,3]", r"\delta''_{1}[2,3]"),
        (Symbol("w", mark="new"), "new w", r"\text{new } w"),
        (x * Cases(x, Compared(x, ">", y), y), "x·(x if x > y₁, else y₁)",
         r"x \left( \begin{cases} x & \text{if } x > y_{1} \\ y_{1} & \text{otherwise} \end{cases} \right)"),
        (Sum((x, Omitted(3), y)), "x + … 3 more … + y₁", r"x + \ldots \text{3 more} \ldots + y_{1}"),
    ],
)  # fmt: skip
def test_brackets_stand_where_they_are_needed(formula: Node, plain: str, tex: str) -> None:
    assert text(formula) == plain
    assert latex(formula) == tex


def everything() -> list[Experiment]:
    """Experiments that have every layer, optimizer and schedule between them."""
    plane = [kind.layer() for kind in LAYER_KINDS.values() if kind.group != "Images" and kind.kind != "dense"]
    network = Network((Dense(3), *plane, Dense(40)))
    found = [with_changes(Experiment(), title="50 % of {all} & more", network=network)]
    digits = with_changes(Experiment(), data__source__name="digits", training__loss="focal",
                          network=Network((Conv2d(2), MaxPool2d(), Flatten())))  # fmt: skip
    found += [digits, with_changes(digits, training__class_weights="balanced", training__label_smoothing=0.1,
                                   training__loss="softmax_cross_entropy")]  # fmt: skip
    found += [with_changes(Experiment(), training__optimizer=each.optimizer, training__l1=0.1, training__l2=0.1,
                           training__clip_value=1.0, training__clip_norm=1.0, training__max_norm=2.0)
              for each in OPTIMIZERS.values()]  # fmt: skip
    return found + [with_changes(Experiment(), training__schedule=each.schedule) for each in SCHEDULES.values()]


def test_the_sheet_of_everything_is_sound_in_all_writings() -> None:
    for experiment in everything():
        session = Session(experiment) if experiment.title else None
        sheet = pg.formulas(session or experiment, numbers=True)
        tex = sheet.latex().replace(r"\{", "").replace(r"\}", "")
        assert tex.count("{") == tex.count("}")
        assert len(re.findall(r"\\left\b", tex)) == len(re.findall(r"\\right\b", tex))
        assert tex.count(r"\begin{") == tex.count(r"\end{")
        assert sheet.markdown().count("$$") == 2 * sum(len(section.lines) for section in sheet.sections)
        for section in sheet.sections:
            for line in section.lines:
                ET.fromstring(f"<p>{html(line.formula).replace('&nbsp;', ' ')}</p>")
                assert text(line.formula)


def test_numbers_come_only_when_they_are_wished() -> None:
    session = pg.Session(pg.Experiment())
    bare, whole = pg.formulas(session), pg.formulas(session, numbers=True)
    assert "0.03" not in bare.text()
    assert "η₀ = 0.03" in whole.text()
    assert "W⁽¹⁾ = (" in whole.text()
    assert pg.formulas(pg.Experiment()) == bare
    assert (
        "…" in pg.formulas(pg.Session(pg.with_changes(pg.Experiment(), network__layers=(pg.Dense(40),))), True).text()
    )
    with pytest.raises(WrongUse, match="An Experiment or a Session"):
        pg.formulas("spirals")  # type: ignore[arg-type]


@cases(
    ("formula", "expected"),
    [
        (Symbol("δ", "2"), "<i>δ</i><sub>2</sub>"),
        (Symbol("w", "10,2", mark="new"), "new <i>w</i><sub>10,2</sub>"),
        (call("tanh", x), "tanh(<i>x</i>)"),
        (1 - exp(-x), "1 − <i>e</i><sup>−<i>x</i></sup>"),
        (Number(1.2e-5, places=2) * x, "1.2·10<sup>−5</sup>·<i>x</i>"),
        (HALF * (x - y) ** 2, "½·(<i>x</i> − <i>y</i><sub>1</sub>)<sup>2</sup>"),
    ],
)
def test_formulas_are_set_in_html(formula: Node, expected: str) -> None:
    assert html(formula) == expected


def test_numbers_are_put_in_for_letters_and_parts() -> None:
    bent = Cases(x, Compared(x, ">", Number(0)), exp(x) - 1)
    assert text(put_in(bent, {x: two(-1.5)})) == "exp(−1.50) − 1"
    assert put_in(bent, {y: two(1)}) == bent
    assert text(put_in(y / (1 - x**y), {x**y: two(0.25), y: two(3)})) == "3.00 / (1 − 0.25)"


def test_a_number_with_a_power_of_ten_is_a_product_and_stands_in_brackets_where_one_does() -> None:
    small, ten = Number(1.2e-5, places=4), Number(1e-5)
    assert [text(each) for each in (small**2, 2 / small, 2 * small)] == ["(1.2e−5)²", "2 / (1.2e−5)", "2·1.2e−5"]
    assert html(small**2) == "(1.2·10<sup>−5</sup>)<sup>2</sup>"
    assert html(ten**2) == "(10<sup>−5</sup>)<sup>2</sup>"
    assert html(2 / small) == "2 / (1.2·10<sup>−5</sup>)"
    assert latex(small**2) == r"{\left( 1.2 \cdot 10^{-5} \right)}^{2}"
    assert latex(2 / small) == r"\frac{2}{1.2 \cdot 10^{-5}}"
