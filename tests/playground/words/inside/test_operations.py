"""Every operation of a step in words: letters, numbers, what is left out of long sums."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from msgspec.structs import replace

import playground as pg
from playground.anatomy.operations.operation import (
    Activation,
    BatchMean,
    Delta,
    Gradients,
    Normalization,
    Operation,
    SampleLoss,
    Update,
    WeightedSum,
)
from playground.anatomy.step import InsideStep
from playground.edits.changes import with_changes
from playground.experiment.schedules import SCHEDULES
from playground.mathematics.evaluating import value_of
from playground.mathematics.plain import text
from playground.mathematics.tree import Number
from playground.words.inside import backward, forward, loss
from playground.words.inside.operation import told
from playground.words.inside.symbols import Symbols, added, indices, number
from playground.words.inside.told import Told
from playground.words.inside.update import plateaus
from tests.playground.anatomy.drawing import experiment as drawn

PARAMETERS = [-0.12, 0.24, 0.5, Fraction(1, 3), 0.1, 0.0, 0.94, -0.98, 0.2, 0.8, -0.6, 0.1, 0.5, 1.5, -0.05]


LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def told_of(step: InsideStep, kind: type[Operation], layer: int, unit: int = 0, kept: int = 3) -> Told:
    place = step.operations.find(kind, layer, unit)
    assert place is not None
    own = step.operations.find(Activation, layer, unit) if kind is Delta else None
    activation = None if own is None else step.operations[own]
    assert activation is None or isinstance(activation, Activation)
    return told(step.operations[place], Symbols.of(step.experiment), activation, kept)


def lines(said: Told) -> list[str]:
    steps = ((each, [*each.middle, *([each.result] if each.result else [])]) for each in said.equations)
    return [f"{text(each.left)} {each.sign} {' = '.join(map(text, parts))}" for each, parts in steps]


@pytest.fixture(scope="module")
def step() -> InsideStep:
    """Two inputs, two units, two units, one: the numbers of the drawing, where there are any."""
    layers = (pg.Dense(2, "tanh"), pg.Dense(2, "tanh"))
    session = pg.Session(pg.Experiment(network=pg.Network(layers)))
    return pg.inside(session, 1, inputs=[1.16, -0.83], target=1, parameters=PARAMETERS)


def test_a_unit_s_sum_and_its_activation(step: InsideStep) -> None:
    said = told_of(step, WeightedSum, 0)
    assert said.where == "Layer 1, unit 1"
    assert lines(said) == ["z₁ = w₁₁·x + w₁₂·y + b₁ = −0.12·1.16 + 0.24·(−0.83) + 0.10 = −0.24"]
    assert lines(told_of(step, Activation, 0)) == [
        "a₁ = tanh(z₁) = tanh(−0.24) = −0.23",
        "f′(z₁) = 1 − a₁² = 1 − (−0.23)² = 0.945",
    ]
    assert lines(told_of(step, WeightedSum, 2)) == [
        "z = w₁·h₁ + w₂·h₂ + b = 0.50·(−0.80) + 1.50·0.28 + (−0.050) = −0.030"
    ]


def test_the_loss(step: InsideStep) -> None:
    assert lines(told_of(step, SampleLoss, 2)) == ["ℓ = ½·(a − t)² = ½·(−0.030 − 1.00)² = 0.531"]
    mean = told(step.operations[step.operations.spans[1].start + 1], Symbols.of(step.experiment))
    assert "mean over its 10 samples" in mean.what
    assert lines(mean)[0].startswith("L = (ℓ₁ + ℓ₂ + ℓ₃ + … 6 more … + ℓ₁₀) / 10 = (")
    side = loss.batch_side(step.losses.tolist(), 1, step.loss)
    assert side.rows[1] == ("sample 2", "0.531")
    assert side.strong == 1


def test_blame_goes_back_by_the_chain_rule(step: InsideStep) -> None:
    assert lines(told_of(step, Delta, 2)) == [
        "∂ℓ/∂a = a − t = −0.030 − 1.00 = −1.030",
        "δ = ∂ℓ/∂a·(1 − a²) = −1.030·(1 − (−0.030)²) = −1.029",
    ]
    side = told_of(step, Delta, 2).side
    assert side is not None
    assert side.rows == (("z + 0.01", "−0.01029"), ("z − 0.01", "0.01029"))
    assert side.note == "the loss gets smaller as z grows"
    said = told_of(step, Delta, 0, 1)
    assert lines(said) == ["δ₂ = (v₁₂·δ′₁ + v₂₂·δ′₂)·(1 − a₂²) = (−0.98·(−0.182) + 0.80·(−1.422))·(1 − 0.29²) = −0.876"]
    assert said.what == "its blame: what 2 units send back over weights v, times its slope"
    assert lines(told_of(step, Gradients, 0, 1)) == [
        "∂ℓ/∂w₂₁ = δ₂·x = −0.876·1.16 = −1.016",
        "∂ℓ/∂w₂₂ = δ₂·y = −0.876·(−0.83) = 0.727",
        "∂ℓ/∂b₂ = δ₂ = −0.876",
    ]


def test_what_comes_past_other_layers_has_a_name_of_its_own() -> None:
    layers = (pg.Dense(2), pg.Dense(2), pg.Residual(1))
    step = pg.inside(pg.Session(pg.Experiment(network=pg.Network(layers))))
    said = told_of(step, WeightedSum, 2)
    assert lines(said)[0].startswith("z₁ = h₁ + skip₁ = ")
    assert said.what == "what layer 2 gives, and what layer 1 gives added to it by the skip connection"
    assert [name for name, _ in forward.contributions(_sum_of(step, 2), Symbols.of(step.experiment))] == ["h₁", "skip₁"]
    wider = pg.inside(pg.Session(pg.Experiment(network=pg.Network((pg.Dense(2), pg.Dense(3), pg.Residual(1))))))
    assert lines(told_of(wider, WeightedSum, 2))[0].startswith("z₁ = h₁ + w₁₁·skip₁ + w₁₂·skip₂ + b₁ = ")
    assert lines(told_of(wider, Gradients, 2))[0].startswith("∂ℓ/∂w₁₁ = δ₁·skip₁ = ")


def _sum_of(step: InsideStep, layer: int) -> WeightedSum:
    place = step.operations.find(WeightedSum, layer, 0)
    assert place is not None
    operation = step.operations[place]
    assert isinstance(operation, WeightedSum)
    return operation


@pytest.mark.parametrize("norm", [pg.BatchNorm(), pg.LayerNorm()])
def test_a_norm_names_what_its_gain_meets_and_blame_passes_back_by_the_very_formula(norm: pg.Layer) -> None:
    session = pg.Session(pg.Experiment(network=pg.Network((pg.Dense(3), norm))))
    for place, gain in enumerate((0.5, 2.0, -1.5), session.layout.slots[1].weights):
        session.set_parameter(place, gain)
    step = pg.inside(session)
    mean, spread, normal, z = lines(told_of(step, Normalization, 1))
    assert mean.startswith("μ = (")
    assert spread.startswith("s = √(variance + ε) = ")
    assert normal.startswith("n = (h₁ − μ) / s = ")
    assert z.startswith("z₁ = γ₁·n + β₁ = 0.50·")
    assert told_of(step, Gradients, 1).what == "γ moves z by n, z moves ℓ by δ: their product"
    said = told_of(step, Delta, 0)
    title = "batch norm" if isinstance(norm, pg.BatchNorm) else "layer norm"
    assert said.what == f"its blame: what {title} (layer 2) sends back through its mean and spread, times its slope"
    formula = {
        "batch norm": "∂ℓ/∂a₁ = γ₁·(δ′₁ − mean(δ′) − n·mean(n·δ′)) / s = 0.50·(",
        "layer norm": "∂ℓ/∂a₁ = (γ₁·δ′₁ − mean(γ·δ′) − n·mean(n·γ·δ′)) / s = (",
    }
    assert lines(said)[0].startswith(formula[title])
    arriving = said.equations[0]
    assert arriving.numbers is not None
    assert isinstance(arriving.result, Number)
    assert value_of(arriving.numbers, {}) == pytest.approx(arriving.result.value, rel=1e-9)


def test_a_parameter_s_step_with_what_the_engine_makes_of_it(step: InsideStep) -> None:
    place = step.operations.update_of(0)
    assert place is not None
    operation = step.operations[place]
    assert isinstance(operation, Update)
    said = told(operation, Symbols.of(step.experiment))
    assert said.where == "w₁₁ of layer 1, unit 1"
    assert lines(said)[0].startswith("w₁₁ ← w₁₁ − η·g = −0.12000 − 0.03·")
    assert said.side is not None
    assert said.side.good
    assert said.side.rows[-1][:2] == ("w₁₁", "−0.12000")


@pytest.mark.parametrize(
    ("optimizer", "left"),
    [
        (pg.Sgd(momentum=0.9), "v w₁₁"), (pg.Sgd(momentum=0.9, nesterov=True), "v w₁₁"), (pg.AdaGrad(), "s w₁₁"),
        (pg.RmsProp(), "s w₁₁"), (pg.Adam(), "m s m\u0302 ŝ w₁₁"), (pg.AdamW(), "m s m\u0302 ŝ w₁₁"),
        (pg.Nadam(), "m s μₜ μₜ₊₁ M d ŝ w₁₁"), (pg.Lion(weight_decay=0.01), "d w₁₁ m"),
    ],
)  # fmt: skip
def test_every_optimizer_is_written_with_letters_and_its_memory_s_numbers(optimizer: pg.Optimizer, left: str) -> None:
    """Whatever stands between letters and result has no letter left, and comes to the result."""
    experiment = with_changes(
        pg.Experiment(), training__optimizer=optimizer, training__l2=0.01, training__l1=0.001, training__clip_norm=0.1,
        training__clip_value=0.05, training__schedule=pg.ExponentialSchedule(factor=0.9),
    )  # fmt: skip
    session = pg.Session(experiment)
    session.advance(steps=30)
    step = pg.inside(session)
    place = step.operations.update_of(0)
    assert place is not None
    operation = step.operations[place]
    assert isinstance(operation, Update)
    said = told(operation, Symbols.of(experiment))
    first, last = left.split("w₁₁")
    assert [text(each.left) for each in said.equations] == ["g", "g", "g", *first.split(), "η", "w₁₁", *last.split()]
    for each in said.equations:
        assert each.symbols is not None
        assert each.numbers is not None
        assert isinstance(each.result, Number)
        assert value_of(each.numbers, {}) == pytest.approx(each.result.value, rel=1e-6, abs=1e-12)
    own = next(each for each in said.equations if text(each.left) == "w₁₁")
    assert own.result is not None
    assert said.side is not None
    assert said.side.good
    assert text(own.result) == said.side.rows[-1][2]
    names = [row[0] for row in said.side.rows]
    assert names[:2] == ["slope of the batch", "g, as it is used"]
    assert [name for name in names if name.startswith("memory")]
    assert "rate η (exponential)" in names


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_rate_is_told_as_its_schedule_made_it(name: str) -> None:
    schedule = SCHEDULES[name].schedule
    if hasattr(schedule, "epochs"):
        schedule = replace(schedule, epochs=3)
    if isinstance(schedule, pg.PlateauSchedule):
        schedule = replace(schedule, patience=1, min_delta=0.5)
    session = pg.Session(with_changes(pg.Experiment(), training__schedule=schedule))
    seen = set()
    for _ in range(9):
        session.advance(steps=13)
        step = pg.inside(session)
        place = step.operations.update_of(0)
        assert place is not None
        operation = step.operations[place]
        assert isinstance(operation, Update)
        assert operation.rate == pytest.approx(session.learning_rate, rel=1e-12)
        rates = [each for each in told(operation, Symbols.of(session.experiment)).equations if text(each.left) == "η"]
        assert len(rates) == (name != "constant")
        for each in rates:
            assert each.symbols is not None
            assert each.numbers is not None
            assert text(each.symbols).startswith("η₀·")
            assert value_of(each.numbers, {}) == pytest.approx(operation.rate, rel=1e-9)
            seen.add(text(each.numbers))
    assert name in ("constant", "step") or len(seen) > 1


def test_a_factor_that_was_another_one_leaves_the_share_that_plateaus_have_left() -> None:
    schedule = pg.PlateauSchedule(factor=0.5)
    assert [plateaus(schedule, left) for left in (1.0, 0.5, 0.5**9, 0.35)] == [0, 1, 9, None]
    assert plateaus(pg.PlateauSchedule(factor=1.0), 1.0) == 0
    assert plateaus(pg.PlateauSchedule(factor=1.0), 0.5) is None


def test_weights_that_are_too_long_are_told_with_the_limit() -> None:
    experiment = with_changes(pg.Experiment(), training__max_norm=0.2)
    step = pg.inside(pg.Session(experiment))
    place = step.operations.update_of(0)
    assert place is not None
    operation = step.operations[place]
    assert isinstance(operation, Update)
    assert operation.shrunk < 1
    *_, held = told(operation, Symbols.of(experiment)).equations
    assert held.symbols is not None
    assert held.numbers is not None
    assert text(held.symbols) == "w₁₁·min(1, r / ‖w‖)"
    assert value_of(held.numbers, {}) == pytest.approx(operation.after, rel=1e-12)


def test_long_sums_show_three_terms_and_the_last() -> None:
    parts = [Number(each) for each in range(1, 18)]
    assert text(added(parts[:5])) == "1 + 2 + 3 + 4 + 5"
    assert text(added(parts)) == "1 + 2 + 3 + … 13 more … + 17"
    assert text(added(parts, 1)) == "1 + … 15 more … + 17"
    assert text(added([number(-1), number(-2), number(-0.5) * number(2)])) == "−1.00 + (−2.00) + (−0.50)·2.00"
    assert (indices(2, 1), indices(12, 3)) == ("21", "12,3")


@pytest.mark.parametrize("count", [25, pytest.param(150, marks=pytest.mark.long)])
@pytest.mark.parametrize("which", range(22))
def test_whatever_a_network_does_is_told(which: int, count: int) -> None:
    """Every kind of layer, activation and loss; so many of its operations."""
    session = pg.Session(drawn(which))
    session.advance(steps=2)
    step = pg.inside(session)
    symbols = Symbols.of(session.experiment)
    places = range(0, len(step.operations), max(len(step.operations) // count, 1))
    for operation in (step.operations[place] for place in places):
        own = None
        if isinstance(operation, Delta):
            place = step.operations.find(Activation, operation.layer, operation.unit)
            found = None if place is None else step.operations[place]
            own = found if isinstance(found, Activation) else None
        for kept in (3, 0):
            said = told(operation, symbols, own, kept)
            assert said.where
            assert said.what
            assert 1 <= sum(each.lines for each in said.equations) <= (16 if isinstance(operation, Update) else 8)
            assert not any("nan" in line or "None" in line for line in lines(said))
        if isinstance(operation, WeightedSum):
            parts = forward.contributions(operation, symbols)
            assert sum(value for _, value in parts) == pytest.approx(operation.result, abs=1e-9)
        if isinstance(operation, Gradients):
            assert backward.batch_gradients(operation, symbols, step.batch.size).rows
        if isinstance(operation, Activation) and operation.sums is not None:
            assert forward.shares(operation, symbols).strong is not None
        assert isinstance(operation, BatchMean) or operation.phase


def test_classes_are_counted_from_0_as_everywhere() -> None:
    experiment = with_changes(pg.Experiment(), data__source__name="three_spirals")
    symbols = Symbols.of(experiment)
    head = symbols.slot(symbols.head)
    head_unit, first = symbols.unit("a", symbols.head, 0), symbols.unit("a", 0, 0)
    names = [head_unit, first, symbols.parameter(head.weight_index(2, 0)), symbols.parameter(head.bias_index(1))]
    assert list(map(text, names)) == ["a₀", "a₁", "w₂₁", "b₁"]


def test_a_small_step_is_to_be_seen() -> None:
    session = pg.Session(with_changes(pg.Experiment(), training__learning_rate=1e-5))
    step = pg.inside(session)
    place = step.operations.update_of(0)
    assert place is not None
    side = told(step.operations[place], Symbols.of(session.experiment)).side
    assert side is not None
    assert side.rows[-1][1] != side.rows[-1][2]


FIRST_TOLD = (
    ("δ", "δ = ∂ℓ/∂z"), ("v₁", "weights v"), ("·g", "g, slope of the batch"), ("h₁", "h, the a of layer 1"),
)  # fmt: skip
"""A letter, and the words with which it is told."""


def test_every_letter_of_a_small_network_is_told_where_it_first_stands(step: InsideStep) -> None:
    """δ, v, t and g: who reads the page in order meets none that was not said."""
    symbols, said = Symbols.of(step.experiment), [""]
    for operation in step.operations:
        each = told(operation, symbols)
        rows = () if each.side is None else each.side.rows
        said[0] += " ".join(["", each.what, *(row[0] for row in rows)])
        written = " ".join(text(part) for line in each.equations for part in (line.left, line.symbols) if part)
        for letter, words in FIRST_TOLD:
            assert letter not in written or words in said[0], (letter, each.where)


@pytest.mark.parametrize("norm", [pg.BatchNorm(), pg.LayerNorm()])
def test_behind_a_convolution_a_norm_s_gain_is_that_of_the_channel(norm: pg.Layer) -> None:
    layers = (pg.Conv2d(4, 3), norm, pg.AveragePool2d(4), pg.Flatten())
    experiment = with_changes(pg.Experiment(network=pg.Network(layers)), data__source__name="bars")
    step = pg.inside(pg.Session(experiment))
    symbols, group = Symbols.of(experiment), 1 if isinstance(norm, pg.LayerNorm) else 64
    for operation in step.operations:
        told(operation, symbols)
    for unit in (0, 1, 63, 64, 255):
        wanted = f"∂ℓ/∂{text(symbols.unit('a', 0, unit))} = {'(' * (group == 1)}γ{indices(unit // group + 1)}·"
        written = lines(told_of(step, Delta, 0, unit))[0]
        assert written.translate(LOWERED).startswith(wanted.translate(LOWERED)), written


def test_a_step_that_breaks_has_no_tick() -> None:
    session = pg.Session(
        with_changes(
            pg.Experiment(network=pg.Network((pg.Dense(4, "relu"),))), data__source__name="plane",
            training__learning_rate=10.0,
        )
    )  # fmt: skip
    broken = None
    while broken is None and session.goes_on:
        step = pg.inside(session)
        updates = [each for each in step.operations if isinstance(each, Update)]
        broken = next((each for each in updates if not np.isfinite(each.made)), None)
        session.advance(steps=1)
    assert broken is not None
    said = told(broken, Symbols.of(session.experiment))
    assert said.side is not None
    assert said.side.good is False
    assert said.side.note == "the engine's number is too large for the run's precision: the run breaks here"
