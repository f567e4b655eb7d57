"""Formulas that are shown, held against what is computed: every activation, loss, layer, optimizer and schedule."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.anatomy import updates
from playground.anatomy.activations import FUNCTIONS
from playground.anatomy.activations import softmax as softmax_of
from playground.anatomy.asking import moment_of
from playground.anatomy.losses import LOSSES as TERMS
from playground.anatomy.operations.operation import Clock
from playground.anatomy.passes import Mode, forward
from playground.edits.changes import with_changes
from playground.engine.layout import Layout
from playground.experiment.activations import ACTIVATIONS
from playground.experiment.experiment import Experiment
from playground.experiment.layers import LAYER_KINDS, BatchNorm, Dense, LayerNorm, Residual, Scaling
from playground.experiment.network import Network
from playground.experiment.optimizers import OPTIMIZERS, AdamW, Lion, Sgd
from playground.experiment.schedules import SCHEDULES, share_in_force
from playground.experiment.training import LOSSES as LOSS_CHOICES
from playground.mathematics.content import activations, layers, losses, optimizers, schedules
from playground.mathematics.evaluating import value_of
from playground.mathematics.tree import Number, Symbol
from playground.run.session import Session
from tests.cases import cases

DRAW = np.random.default_rng(5)
Z = np.concatenate([DRAW.standard_normal(40) * 2, [0.0, -3.0, 3.0]])


def test_every_kind_has_its_formula() -> None:
    assert set(activations.ACTIVATIONS) == set(ACTIVATIONS)
    assert set(losses.LOSSES) == set(LOSS_CHOICES) - {"auto"}
    assert set(layers.LAYERS) == set(LAYER_KINDS)
    for choice in OPTIMIZERS.values():
        assert optimizers.steps_of(choice.optimizer)
    for schedule in SCHEDULES.values():
        assert schedules.rate_of(schedule.schedule)


@cases("name", activations.ACTIVATIONS)
def test_activations(name: str) -> None:
    found = value_of(activations.ACTIVATIONS[name](Symbol("z")), {"z": Z})
    a = FUNCTIONS[name].value(Z)
    assert found == pytest.approx(a, abs=1e-12)
    if name in activations.SLOPES:
        slope = value_of(activations.SLOPES[name](Symbol("z"), Symbol("a")), {"z": Z, "a": a})
        assert slope == pytest.approx(FUNCTIONS[name].slope(Z), abs=1e-12)


def test_the_soft_max() -> None:
    z = DRAW.standard_normal((4, 9))
    found = value_of(activations.softmax("z", "(1)"), {"zk(1)": z, "zj(1)": z})
    assert found == pytest.approx(softmax_of(z), abs=1e-12)


@cases(
    ("name", "term", "several"),
    [
        ("squared_error", "squared_error", False), ("squared_error", "squared_error", True), ("huber", "huber", True),
        ("absolute", "absolute", True), ("hinge", "hinge", True), ("hinge", "hinge", False),
        ("binary_cross_entropy", "binary_cross_entropy", False), ("focal", "binary_focal", False),
        ("softmax_cross_entropy", "softmax_cross_entropy", True), ("focal", "softmax_focal", True),
    ],
)  # fmt: skip
def test_losses(name: str, term: str, several: bool) -> None:
    z, number = DRAW.standard_normal((3 if several else 1, 20)) * 2, 0.8
    o = softmax_of(z) if several else 1 / (1 + np.exp(-z))
    right = DRAW.integers(0, len(z), 20) == np.arange(len(z))[:, None] if several else DRAW.integers(0, 2, (1, 20))
    t = np.asarray(right, np.float64)
    if name not in losses.OF_PROBABILITIES:
        o, t = z, 2.0 * t - 1.0
    expected = TERMS[term].terms(z, o, t, number).sum(axis=0)
    k = "k" if several else ""
    known = {"δ": number, "γ": number, f"o{k}": o, f"p{k}": o, f"t{k}": t}
    found = value_of(losses.LOSSES[name](several), known)
    assert np.squeeze(found) == pytest.approx(expected, rel=1e-10)
    if name in losses.SLOPES:
        slope = value_of(losses.SLOPES[name](Symbol("o"), Symbol("t"), Number(number)), {"o": o, "t": t})
        assert slope == pytest.approx(TERMS[term].slopes(z, o, t, number), abs=1e-12)


def test_layers_from_the_inputs_to_the_output() -> None:
    chain = (
        Dense(4, "tanh"),
        BatchNorm(activation="relu"),
        LayerNorm(),
        Scaling(1.5, 0.25, activation="silu"),
        Dense(3),
        Residual(1),
    )
    session = Session(with_changes(Experiment(), data__source__samples=60, network=Network(chain)), np.float64)
    session.advance(epochs=2)
    moment = moment_of(session)
    flows = forward(moment.wiring, moment.state.parameters, moment.batch.inputs, Mode(training=True))
    known: dict[str, object] = {"x": moment.batch.inputs}
    for number, flow in enumerate(flows):
        slot, above = flow.stage.slot, f"({number + 1})"
        at = layers.Place(number + 1, None if slot.source is None else slot.source + 1, slot.is_matrix)
        weights, biases = flow.weights, flow.biases[:, None]
        known |= {f"W{above}": weights, f"b{above}": biases, "ε": 1e-5}
        known |= {f"γ{above}": weights[:, None] if weights.ndim == 1 else weights, f"β{above}": biases}
        for equation in layers.LAYERS[slot.kind](at):
            if (
                slot.kind in ("batch_norm", "layer_norm") and equation.left.key[0] in "μs"
            ):  # over which axis is in words
                below, axis = known[at.before.key], 1 if slot.kind == "batch_norm" else 0
                take = np.mean if equation.left.key[0] == "μ" else np.var
                known[equation.left.key] = take(below, axis=axis, keepdims=True)
            else:
                known[equation.left.key] = value_of(equation, known)
        assert known[f"z{above}"] == pytest.approx(flow.sums, abs=1e-12)
        known[f"a{above}"] = value_of(layers.activated(at, slot.activation), known)
        assert known[f"a{above}"] == pytest.approx(flow.values, abs=1e-12)


def test_dropout_noise_and_what_reads_an_image() -> None:
    at, before = layers.Place(2), {"a(1)": np.array([2.0, -1.0])}
    (dropped,) = layers.LAYERS["dropout"](at)
    assert value_of(dropped, before | {"u": np.array([0.1, 0.6]), "r": 0.5}).tolist() == [0.0, -2.0]
    (noisy,) = layers.LAYERS["gaussian_noise"](at)
    assert value_of(noisy, before | {"σ": 0.5, "ξ": np.array([1.0, -1.0])}).tolist() == [2.5, -1.5]
    (flat,) = layers.LAYERS["flatten"](at)
    assert value_of(flat, before).tolist() == [2.0, -1.0]
    window, kernel = DRAW.standard_normal(9), DRAW.standard_normal(9)
    (filtered,) = layers.LAYERS["conv2d"](at)
    found = value_of(filtered, {"Wf,c,i,j(2)": kernel, "ac,y+i,x+j(1)": window, "bf(2)": 0.5})
    assert found == pytest.approx(kernel @ window + 0.5)
    for name, expected in (("average_pool2d", window.mean()),):
        (pooled,) = layers.LAYERS[name](at)
        assert value_of(pooled, {"ac,hy+i,hx+j(1)": window}) == pytest.approx(expected)


@cases(
    "optimizer", [*(each.optimizer for each in OPTIMIZERS.values()), AdamW(weight_decay=0.3), Lion(weight_decay=0.2),
                  Sgd(momentum=0.7, nesterov=True)],
)  # fmt: skip
def test_steps_with_penalties_and_clipping(optimizer: object) -> None:
    experiment = with_changes(
        Experiment(), training__optimizer=optimizer, training__l1=0.01, training__l2=0.02, training__clip_value=0.5,
        training__clip_norm=0.7, training__max_norm=0.9, training__learning_rate=0.1,
    )  # fmt: skip
    layout, training = Layout.of(experiment), experiment.training
    parameters, slots = DRAW.standard_normal(layout.size), np.abs(DRAW.standard_normal((2, layout.size)))
    gradient, made = DRAW.standard_normal(layout.size), 6
    own = optimizers.settings_of(optimizer)
    named = {symbol.key: value for symbol, value in own.items()}
    beta1, beta2 = named.get("β1", 0.9), named.get("β2", 0.999)
    psi = named.get("ψ", 0.004)
    before = np.prod([beta1 * (1 - 0.5 * 0.96 ** (psi * step)) for step in range(1, made + 1)])
    powers = np.array([beta1**made, beta2**made, 0.96 ** (psi * made), before])
    step = updates.stepped(training, layout, updates.Before(parameters, slots, powers), gradient, Clock(0, 0, 1, 1.0))
    weights = updates.decays(layout)
    known = {
        "w": parameters, "g": gradient, "v": slots[0], "m": slots[0], "s": slots[1], "η": 0.1, "t": made + 1,
        "M": before,
        "λ1": np.where(weights, training.l1, 0.0), "λ2": np.where(weights, training.l2, 0.0), "c": training.clip_value,
        "C": training.clip_norm,
    } | named  # fmt: skip
    if "λ" in known:
        known["λ"] = np.where(weights, known["λ"], 0.0)
    lines = (optimizers.penalty(True, True), optimizers.clipped_value(), optimizers.clipped_norm())
    for line in (*lines, *optimizers.steps_of(optimizer)):
        known[line.left.key] = value_of(line, known)
    assert known["g"] == pytest.approx(step.used, rel=1e-12)
    assert known["w"] == pytest.approx(step.moved, rel=1e-12)
    row = layout.weights(step.moved, 0)[0]
    held = value_of(optimizers.limited(), {"w": row, "r": training.max_norm})
    assert held == pytest.approx(layout.weights(step.after, 0)[0], rel=1e-12)


@cases("name", SCHEDULES)
def test_schedules(name: str) -> None:
    schedule, per_epoch = SCHEDULES[name].schedule, 7
    known = {symbol.key: value for symbol, value in schedules.settings_of(schedule, per_epoch).items()}
    for epoch, place in ((0, 0), (3, 2), (99, 6), (150, 1), (499, 6), (700, 0)):
        share = share_in_force(schedule, epoch, place, per_epoch, 0.25)
        here = known | {"η0": 0.3, "epoch": epoch, "k": epoch * per_epoch + place, "p": 2}
        assert value_of(schedules.rate_of(schedule), here) == pytest.approx(0.3 * share, rel=1e-9)
    assert math.isfinite(share)
