"""What findings say: every rule has every text, and every gap is filled by what its rule really measures."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from msgspec.structs import replace

import playground as pg
from playground import numbers
from playground.diagnosis.ahead import look_ahead
from playground.diagnosis.rules.table import RULES
from playground.diagnosis.signals.finding import Figure, Finding, Place, RuleName
from playground.diagnosis.signals.plan import Plan
from playground.glossary.terms import term
from playground.run.checkpoint import Checkpoint
from playground.words.diagnosis import SEVERITIES, Told, rule_texts, told
from tests.cases import cases
from tests.own_points import about
from tests.seeds import long

ROOT = Path(__file__).resolve().parents[3] / "playground" / "diagnosis" / "rules"
EVERYWHERE = {
    "layer", "Layer", "input", "Input", "rate", "first", "first_label", "First_label", "first_limit", "start", "Start",
    "before", "since",
}  # fmt: skip
"""Gaps that any finding may fill."""
D = pg.Dense
LEAKY = (D(16, "leaky_relu"),) * 6
ADAM = {"training__optimizer": pg.Adam(), "training__learning_rate": 0.01}
FEW = {"data__source__samples": 440, "data__train_share": 0.1, **ADAM}
LARGE = {"data__source__samples": 800, **ADAM}
RARE: dict[str, Any] = {
    "training__learning_rate": 0.1, "data__source__samples": 800, "data__imperfections__position_noise": 1.0,
    "data__imperfections__imbalance": 0.95,
}  # fmt: skip


def made(name: str, layers: Any = None, **changes: Any) -> pg.Experiment:
    own = {} if layers is None else {"network__layers": layers}
    return pg.with_changes(pg.on_dataset(pg.Experiment(), name), **own, **changes)


def flawed(name: str, layers: Any = None, **changes: Any) -> pg.Experiment:
    """With imperfections by their bare names."""
    named = {path if "__" in path else f"data__imperfections__{path}": value for path, value in changes.items()}
    return made(name, layers, **named)


def with_answer() -> Checkpoint:
    """Own points with a target, which one of the columns nearly is."""
    features = np.random.Generator(np.random.PCG64(0)).normal(size=(100, 4))
    targets = features[:, 0] ** 2 + features[:, 1]
    features[:, 3] = 2.0 * targets + 0.001 * features[:, 3]
    own = pg.OwnPoints(features, targets)
    return Checkpoint(about(own, classes=0), points=own)


def small(initializer: str, scale: float) -> dict[str, Any]:
    return {"training__initializer": initializer, "training__initializer_scale": scale}


PROVOKED: dict[str, tuple[pg.Experiment | Checkpoint, int]] = {
    "symmetric": (made("circles", (D(4),), training__initializer="zeros"), 20),
    "unscaled_inputs wide": (made("moons", data__imperfections__feature_scale=(100.0,)), 3),
    "unscaled_inputs wide, image": (made("digits", (pg.Scaling(factor=100.0), pg.Flatten(), D(8))), 2),
    "unscaled_inputs away": (made("moons", data__imperfections__feature_shift=(50.0,)), 3),
    "unscaled_inputs narrow": (made("moons", data__imperfections__feature_scale=(1e-3, 1e-3)), 3),
    "missing_feature": (made("circles", data__features=("x",)), 3),
    "missing_feature, regression": (made("plane", data__features=("y",)), 3),
    "no_hidden_nonlinearity none": (made("circles", ()), 3),
    "no_hidden_nonlinearity none, regression": (made("multi_gaussian", ()), 3),
    "no_hidden_nonlinearity deep": (made("circles", (D(4, "linear"),)), 3),
    "label_noise classes": (
        flawed("xor", (D(32, "relu"),) * 2, label_noise=0.25, **LARGE, training__initializer="he_normal"), 150
    ),
    "label_noise targets": (flawed("plane", (D(16, "relu"),) * 2, label_noise=0.4, **LARGE), 60),
    "exploding growth": (
        made("moons", (D(16, "relu"),) * 6, training__learning_rate=0.03, **small("normal", 1.0)), 30
    ),
    "exploding loss": (made("three_spirals", LEAKY, training__learning_rate=0.1, **small("normal", 1.0)), 20),
    "numerics": (
        made("blobs", (D(16, "relu"),), training__numerics="naive", training__loss="softmax_cross_entropy",
             training__learning_rate=30.0), 20,
    ),
    "vanishing backward": (made("moons", (D(8, "sigmoid"),) * 6), 20),
    "vanishing update": (made("spirals", (D(8, "relu"),) * 3, **small("normal", 3.0)), 40),
    "vanishing forward": (made("circles", (D(12),) * 8, training__learning_rate=0.1, **small("normal", 0.15)), 40),
    "dead_units born": (made("circles", (D(8, "relu"),), training__initial_bias=-10.0), 20),
    "dead_units died": (
        made("xor", (D(2, "relu"),) * 2, training__learning_rate=0.3, training__initializer="he_normal", seed=4), 80
    ),
    "saturated flat": (made("circles", (D(8), D(8)), **small("normal", 8.0)), 40),
    "saturated stuck": (made("circles", (D(8, "sigmoid"),), training__initial_bias=100.0), 20),
    "learning_rate_high leap": (made("spirals", (D(8), D(8)), training__learning_rate=30.0), 40),
    "learning_rate_high worse": (
        made("spirals", (D(8), D(8)), training__learning_rate=0.3, training__optimizer=pg.Sgd(momentum=0.9)), 40
    ),
    "learning_rate_high broke": (made("plane", (D(8, "relu"), D(8, "relu")), training__learning_rate=3.0), 20),
    "learning_rate_high killed": (
        made("spirals", (D(3, "relu"),) * 3, training__learning_rate=1.0, training__initializer="he_normal"), 40
    ),
    "learning_rate_high tried": (
        made("xor", (D(8),), training__learning_rate=1.0, training__optimizer=pg.Sgd(momentum=0.9)), 30
    ),
    "learning_rate_low tried": (made("circles", (D(4), D(2)), training__learning_rate=0.01), 12),
    "learning_rate_low tried_adam": (made("xor"), 5),
    "bad_draw tried": (
        made("xor_points", (D(2, "relu"),), training__batch_size=4, **ADAM, data__train_share=1.0), 600
    ),
    "learning_rate_low": (made("moons", (D(8),), training__learning_rate=1e-4), 40),
    "batch_large": (made("spirals", (D(16), D(16)), training__batch_size=250), 30),
    "over_regularized held": (made("circles", (D(8),), training__l2=0.5, training__learning_rate=0.1), 20),
    "over_regularized held, dropout": (made("spirals", (D(8), pg.Dropout(0.9))), 20),
    "over_regularized held, norm": (made("spirals", (D(8),), training__max_norm=0.1), 20),
    "over_regularized unstable": (made("circles", (D(8),), training__l2=10.0, training__learning_rate=0.3), 20),
    "imbalance": (made("gaussians", (D(8),), **RARE), 60),
    "too_little_data": (made("three_spirals", (D(32, "relu"), D(32, "relu")), **FEW, **small("he_normal", 0.1)), 60),
    "overfitting gap": (
        made("multi_gaussian", (D(64, "relu"), D(64, "relu")), **FEW), 100
    ),
    "overfitting rise": (
        made("moons", (D(32, "relu"), D(32, "relu")), data__imperfections__position_noise=0.58, **FEW), 200
    ),
    "too_few_units": (made("circles", (D(1),), **ADAM), 150),
    "duplicates": (flawed("moons", duplicates=0.3), 3),
    "leaked_column": (flawed("moons", leaked_target=True), 3),
    "leaked_column, regression": (with_answer(), 3),
    "scaler_leak": (made("moons", data__scaling="standardize", data__scaling_fit="all"), 3),
    "shifted_test": (flawed("moons", test_shift=2.0), 3),
    "missing_values dropped": (flawed("moons", missing=0.2), 3),
    "missing_values filled": (flawed("circles", missing=0.2, imputer="mean"), 3),
    "missing_values dependent": (flawed("gaussians", missing=0.3, missing_kind="dependent", imputer="mean"), 3),
    "outliers": (flawed("gaussians", outliers=0.03), 3),
    "irrelevant_features": (flawed("moons", irrelevant_features=6), 3),
    "far_prediction": (flawed("moons", test_shift=5.0), 3),
    "oscillation": (
        made("spirals", (D(8),), training__learning_rate=0.1, training__optimizer=pg.Sgd(momentum=0.9)), 50
    ),
    "batch_small": (
        made("spirals", (D(8),), training__batch_size=1, training__learning_rate=0.3, data__source__samples=250), 20
    ),
    "plateau": (made("circles", (D(1),), **ADAM, training__l1=1e-6), 100),
    "plateau minimum": (made("circles", (D(1),), **ADAM), 100),
    "plateau saddle": (made("circles", (D(4),), training__initializer="zeros"), 100),
    "plateau flat": (made("circles", (D(8, "relu"),), training__initial_bias=-10.0), 100),
    "one_class": (flawed("circles", (D(1),), imbalance=0.5), 40),
    "best_possible law": (flawed("gaussians", (D(4),), position_noise=0.8), 40),
    "best_possible reference": (flawed("plane", (D(4),), label_noise=0.3), 40),
}  # fmt: skip
"""Rule and form, and what provokes it: an experiment, and the epochs that it is planned for."""
TRIED = {
    "learning_rate_low tried", "learning_rate_high tried", "learning_rate_low tried_adam",
    "learning_rate_high tried_adam", "too_few_units partly", "too_few_units wider",
}  # fmt: skip
"""Forms that only a trial of other draws and rates tells; `test_what_a_trial_has_shown_is_told` has them."""
TRIED_FIGURES = {"draws", "rates", "rate", "score", "reference", "units", "won", "reached", "wider"}


@cache
def provoked(name: str) -> tuple[Finding, Told, Told]:
    """The finding, told as a forecast and as what has happened."""
    source, epochs = PROVOKED[name]
    start = source if isinstance(source, Checkpoint) else Checkpoint(source)
    experiment, dataset = start.experiment, start.dataset_for(start.experiment)
    rule, _, form = name.partition(",")[0].partition(" ")
    forecast = look_ahead(start, Plan(epochs, "asked"), seconds=None)
    assert forecast is not None
    all_found = [*forecast.findings, *(each for cause in forecast.findings for each in cause.consequences)]
    found = [each for each in all_found if (each.rule, each.detail) == (rule, form)]
    assert found, [(each.rule, each.detail) for each in all_found]
    seen = told(replace(found[0], forecast=False), experiment, dataset)
    return found[0], told(replace(found[0], forecast=True), experiment, dataset), seen


def every_text(said: Told) -> list[str]:
    evidence = [text for each in said.evidence for text in (each.label, each.value, each.threshold)]
    return [said.title, said.sentence, said.where, said.why, said.formula, said.source, said.verdict, said.since,
            said.severity, *said.consequences, *evidence]  # fmt: skip


def forms_of(rule: str) -> list[str]:
    """All forms; "" is the plain one, of rules that have no other, or only that which trials tell."""
    forms = list(rule_texts()[rule].forms)  # type: ignore[index]
    return forms if set(forms) - {"tried", "tried_adam", "partly", "wider"} else ["", *forms]


# -- the texts ---------------------------------------------------------------------------------------------------------


def test_every_rule_has_its_texts_and_no_other_has() -> None:
    assert set(rule_texts()) == set(get_args(RuleName))
    assert set(SEVERITIES) == {"critical", "warning", "note", "good"}


@cases("rule", get_args(RuleName))
def test_a_rule_has_every_text(rule: RuleName) -> None:
    text = rule_texts()[rule]
    for form in map(text.form, forms_of(rule)):
        assert 3 < len(form.title) <= 40
        assert not form.title.endswith(".")
        for sentence in (form.sentence, form.ahead, form.verdict):
            assert sentence.endswith("."), sentence
            assert len(sentence) <= 160, sentence
        assert form.why.endswith(".")
        assert 120 <= len(form.why) <= 420
        assert form.formula
        assert form.source
    assert text.figures
    assert all(each.label and not each.label[0].isspace() for each in text.figures.values())
    assert text.see
    assert [each for each in text.see if term(each) is None] == []


@cases("field", ["title", "sentence", "ahead", "why", "formula", "verdict"])
def test_no_two_rules_say_the_same(field: str) -> None:
    said: dict[str, str] = {}
    for rule, text in rule_texts().items():
        for own in {getattr(text.form(form), field) for form in forms_of(rule)}:
            assert own not in said, f"{rule} and {said[own]}"
            said[own] = rule


@cases("rule", [rule.name for rule in RULES if rule.kind in ("optimization", "fit")])
def test_what_may_be_forecast_has_words_for_it(rule: RuleName) -> None:
    text = rule_texts()[rule]
    for form in forms_of(rule):
        assert text.form(form).ahead != text.form(form).sentence


def measured(rule: str) -> set[str]:
    """The names of the figures that the file of a rule makes."""
    (file,) = [path for path in ROOT.rglob("*.py") if path.stem == rule]
    calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
    made_there = [node.args[0] for node in calls if ast.unparse(node.func) == "Figure" and node.args]
    return {each.value for each in made_there if isinstance(each, ast.Constant) and isinstance(each.value, str)}


@cases("rule", [rule.name for rule in RULES])
def test_every_figure_of_a_rule_has_its_words(rule: RuleName) -> None:
    figures = measured(rule)
    assert figures
    assert figures <= set(rule_texts()[rule].figures)


@cases("rule", get_args(RuleName))
def test_gaps_are_figures(rule: RuleName) -> None:
    text = rule_texts()[rule]
    figures = measured(rule) if rule in [each.name for each in RULES] else set(text.figures)
    allowed = EVERYWHERE | figures | {f"{each}_limit" for each in figures}
    for detail in forms_of(rule):
        form, also = text.form(detail), TRIED_FIGURES if f"{rule} {detail}" in TRIED else set()
        for name in form.__struct_fields__:
            assert set(re.findall(r"\{(\w+)\}", getattr(form, name))) <= allowed | also


# -- filled ------------------------------------------------------------------------------------------------------------


def test_every_rule_and_every_form_is_provoked_here() -> None:
    wanted = {f"{rule.name} {form}".strip() for rule in RULES for form in forms_of(rule.name)}
    by_trial = {"learning_rate_high tried_adam", "too_few_units partly", "too_few_units wider"}
    wanted = wanted - by_trial | {"plateau", "bad_draw tried"}
    assert {name.partition(",")[0] for name in PROVOKED} == wanted


def once_a_rule() -> Iterator[object]:
    """Of every rule the first that provokes it; those of its other forms with `-m long`."""
    met: set[str] = set()
    for name in PROVOKED:
        rule = re.split("[ ,]", name)[0]
        yield long(name) if rule in met else name
        met.add(rule)


@pytest.mark.parametrize("name", list(once_a_rule()))
def test_every_gap_is_filled_and_a_figure_that_decides_lies_beyond_its_threshold(name: str) -> None:
    """Limits are those that the rule has asked for; another one is told as what is only shown beside the figure."""
    found, ahead, seen = provoked(name)
    for text in (*every_text(ahead), *every_text(seen)):
        assert not re.search(r"[{}]|\w_\w|\bnan\b|\binf\b|\bNone\b", text), text
        assert numbers.MISSING not in text, text
        assert "  " not in text.replace("  ⇒  ", " ").replace(",  ", " ").replace(";  ", " "), text
    assert seen.sentence[0].isupper() or seen.sentence[0].isdigit()
    assert all(each.label and each.value for each in seen.evidence)
    assert len(seen.evidence) == len(found.figures)
    for each in found.figures:
        if each.threshold is not None and each.decides:
            assert each.value >= each.threshold if each.above else each.value <= each.threshold, each


@cases(
    ("name", "sentence", "where"),
    [
        ("learning_rate_high leap", "Step 1 moved layer 1 by 1 259 % of its size.", "layer 1, 8 units"),
        ("dead_units born", "100 % of the units in layer 1 answer 0 to every sample, and did before the first step.",
         "layer 1, 8 units"),
        ("unscaled_inputs away", "Input x is 50 ± 2.59: far from 0, where the network wants it, and nearly the same "
         "for every sample.", "input x"),
        ("unscaled_inputs wide, image", "A pixel is 24.3 ± 33.7; the network wants about 0 ± 1.", "the pixels"),
        ("no_hidden_nonlinearity deep", "No layer bends, so all layers together are one line: a fitted one reaches "
         "58.0 %, simple models that bend 100 %.", "layer 1 and the output layer"),
        ("vanishing backward", "Layer 1 got 2.83e−4 times the output's gradient at the start: it hardly learns.",
         "layers 1 to 3"),
        ("over_regularized held, dropout", "Dropout rate 0.9 holds the network back: it may not fit what the data "
         "show.", "layer 2"),
        ("leaked_column, regression", "Input x4 alone tells the answer (correlation 1): it is the answer in other "
         "words, and will not be there when it counts.", "input x4"),
        ("one_class", "Every sample gets the same answer: class 0. That is right for 67.2 %; the data allow 100 %.",
         "the output layer, 1 unit"),
        ("label_noise classes", "Even far from any border 13 % of a sample's neighbours have another label.",
         "65 training samples"),
    ],
)  # fmt: skip
def test_sentences(name: str, sentence: str, where: str) -> None:
    _, _, said = provoked(name)
    assert said.sentence == sentence.replace("1 259", f"1{numbers.GROUP}259")
    assert said.where == where


@cases(("rule", "form"), [each.split(" ") for each in sorted(TRIED)])
def test_what_a_trial_has_shown_is_told(rule: RuleName, form: str) -> None:
    figures = tuple(Figure(name, 0.02 if name == "rate" else 3.0) for name in sorted(TRIED_FIGURES))
    finding = Finding(rule, "warning", figures, 3, 12, Place((0,)), form)
    for said in (say(finding), say(replace(finding, forecast=True))):
        assert ("Adam with rate 0.02" in said.sentence) is (form == "tried_adam")
        assert all(numbers.MISSING not in text for text in (said.title, said.sentence, said.why, said.formula))


def test_the_start_is_the_edit_that_left_another_one_behind() -> None:
    figures = (Figure("gradient", 1e-4, 5e-3, False), Figure("layers", 6.0))
    finding = Finding("vanishing", "critical", figures, 300, 12, Place((0,)), "backward")
    assert say(finding).sentence.endswith("times the output's gradient at the start: it hardly learns.")
    edited = say(replace(finding, begun=(250, 10)))
    assert edited.sentence.endswith("times the output's gradient after the edit at epoch 10: it hardly learns.")
    assert edited.evidence[0].label.endswith("output's, after the edit at epoch 10")
    assert say(replace(finding, begun=(7, 0))).evidence[0].label.endswith("after the edit at step 7")
    low = Finding("learning_rate_low", "warning", (Figure("left", 0.5, 0.1),), 300, 12, begun=None, edited=(250, 10))
    assert say(low).evidence[0].label == "Gradient / that after the edit at epoch 10"
    assert say(replace(low, edited=None)).evidence[0].label == "Gradient / that before the first step"


def test_a_regression_is_told_by_r_squared() -> None:
    _, _, said = provoked("missing_feature, regression")
    assert re.fullmatch(r"With every column simple models reach R² 0\.99\d; .* R² 0\.\d\d\.", said.sentence)
    assert re.fullmatch(r"0\.\d\d of R²", said.evidence[0].value)
    assert said.evidence[0].threshold == "> 0.05 of R²"


def test_the_evidence_stands_beside_its_threshold() -> None:
    _, _, said = provoked("learning_rate_low")
    assert [(each.label, each.threshold) for each in said.evidence] == [
        ("Usual step / weights", "< 0.15 %"),
        ("Loss at the planned end, at this pace", "> 0.025"),
        ("Gradient / that before the first step", "> 2 %"),
        ("Epochs in which the loss rises", ""),
    ]


# -- one finding -------------------------------------------------------------------------------------------------------

HIGH = Finding("learning_rate_high", "critical", (Figure("ratio", 0.97, 0.5),), 3, 12, Place((1,)), "leap")
PLAIN = pg.Experiment()


def say(finding: Finding, experiment: pg.Experiment = PLAIN) -> Told:
    return told(finding, experiment, pg.make_dataset(experiment.data, experiment.seed))


@pytest.mark.parametrize(
    ("step", "epoch", "forecast", "since"),
    [
        (3, 12, True, "will be seen at epoch 12 (step 3)"),
        (3, 0, True, "will be seen at step 3"),
        (3, 0, False, "since step 3"),
        (300, 12, False, "since epoch 12"),
        (0, 0, False, "since the start"),
    ],
)
def test_since_when(step: int, epoch: int, forecast: bool, since: str) -> None:
    assert say(replace(HIGH, step=step, epoch=epoch, forecast=forecast)).since == since


def test_a_forecast_speaks_of_what_is_to_come() -> None:
    figures = (Figure("ratio", 0.97, 0.5), Figure("largest", 0.97), Figure("at_step", 3.0))
    finding = replace(HIGH, figures=figures)
    experiment = made("circles", (D(4), D(2)))
    assert say(finding, experiment).sentence == "Step 3 moved layer 2 by 97 % of its size."
    assert say(replace(finding, forecast=True), experiment).sentence == "Step 3 will move layer 2 by 97 % of its size."


def test_what_follows_is_named() -> None:
    dead = Finding("dead_units", "critical", (), 3, 12, detail="died")
    assert say(replace(HIGH, consequences=(dead,))).consequences == ("Units have died",)
    assert say(HIGH).severity == "Cannot succeed"


def test_a_figure_without_words_and_a_gap_without_a_figure_break_nothing() -> None:
    said = say(replace(HIGH, figures=(Figure("never_heard_of", float("nan")),)))
    assert said.sentence == f"Step {numbers.MISSING} moved layer 2 by {numbers.MISSING} of its size."
    assert (said.evidence[0].label, said.evidence[0].value) == ("Never heard of", numbers.MISSING)


@cases(
    ("value", "above", "threshold"),
    [(0.97, True, "> 50 %"), (0.5, True, "≥ 50 %"), (0.501, True, "≥ 50 %"), (0.2, False, "< 50 %"),
     (0.5, False, "≤ 50 %"), (0.2, True, "< 50 %")],
)  # fmt: skip
def test_the_sign_says_on_which_side_a_figure_lies(value: float, above: bool, threshold: str) -> None:
    assert say(replace(HIGH, figures=(Figure("ratio", value, 0.5, above),))).evidence[0].threshold == threshold


@cases(
    ("share", "text"),
    [(0.97, "97 %"), (0.996, "99.6 %"), (1.0, "100 %"), (0.0949, "9.5 %"), (0.0015, "0.15 %"),
     (2e-7, "2e−5 %"), (0.0, "0 %")],
)  # fmt: skip
def test_shares_are_told_from_nothing_and_from_all(share: float, text: str) -> None:
    assert say(replace(HIGH, figures=(Figure("ratio", share),))).evidence[0].value == text


def test_places() -> None:
    place = Place(layers=(0, 2), units=((0, 1), (0, 3)), inputs=(0, 1), points=(3, 5, 10_000))
    experiment = made("circles", (D(4), D(4)))
    assert say(replace(HIGH, place=place), experiment).where == (
        "layer 1 and the output layer, 2 units, inputs x, y, 2 training samples and 1 test sample"
    )
    many = made("circles", (D(4), D(4)), data__imperfections__irrelevant_features=8)
    assert say(replace(HIGH, place=Place(inputs=tuple(range(10)))), many).where == "10 inputs"


@cases("rule", get_args(RuleName))
def test_what_an_edit_has_taken_away_breaks_nothing(rule: RuleName) -> None:
    """A finding of the run before stays shown until the edited one was looked at."""
    place = Place(layers=(7,), units=((7, 3), (7, 4)), inputs=(5, 6), points=(0,))
    figures = tuple(Figure(name, 9.0) for name in rule_texts()[rule].figures)
    session = pg.Session(pg.Experiment())
    said = told(Finding(rule, "warning", figures, 0, 0, place), session.experiment, session.dataset)
    assert said.where == "the output layer, 2 units, 1 training sample"
