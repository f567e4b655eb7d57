"""What the operations make of a step is what the engine makes of it, for every kind of layer, loss and optimizer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

import playground as pg
from playground.anatomy.operations.operation import (
    Activation,
    BatchMean,
    Delta,
    Gradients,
    Largest,
    Normalization,
    Operation,
    Penalty,
    SampleLoss,
    Update,
    WeightedSum,
)
from tests.playground.anatomy.drawing import KINDS, experiment

WITHIN = 1e-12
NETWORKS = 132

kinds = pytest.mark.parametrize("kind", KINDS)


@cache
def step_of(number: int) -> tuple[pg.InsideStep, bytes]:
    """A step of the experiment of this number, and the parameters that its session really came to."""
    session = pg.Session(experiment(number), record=False)
    session.advance(steps=3)
    step = pg.inside(session)
    step = step.with_sample(number % step.batch.size)
    session.advance(steps=1)
    return step, session.state.parameters.tobytes()


def numbers(kind: str, every: int) -> range:
    """Those of a kind of layer, with one in `every` losses: of the next kind with the next ones."""
    first = KINDS.index(kind)
    return range(first, NETWORKS, len(KINDS))[first % every :: every]


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.long)])
@kinds
def test_the_engine_makes_the_same_step(kind: str, every: int) -> None:
    for number in numbers(kind, every):
        step, made = step_of(number)
        assert step.made.tobytes() == made, number
        assert step.disagreement <= WITHIN, number


def adds_up(operation: Operation) -> float:
    """The result, again from what the operation tells of itself."""
    match operation:
        case WeightedSum(terms=terms, bias=bias, added=added):
            return sum(each.total for each in terms) + bias + added
        case Normalization() as it:
            if it.over != "running":
                assert it.mean == pytest.approx(it.values.mean(), rel=WITHIN, abs=WITHIN)
                assert it.variance == pytest.approx(it.values.var(), rel=WITHIN, abs=WITHIN)
            return it.gain * (it.x - it.mean) / np.sqrt(it.variance + it.epsilon) + it.shift
        case Largest(values=values, chosen=chosen):
            assert chosen == values.argmax()
            return float(values[chosen])
        case SampleLoss(terms=terms, weight=weight):
            return weight * float(terms.sum())
        case BatchMean(losses=losses):
            return float(losses.mean())
        case Penalty() as it:
            return it.l1 * it.absolute + 0.5 * it.l2 * it.squares
        case Delta() as it:
            if it.terms:
                assert it.arriving == pytest.approx(sum(each.total for each in it.terms))
            if it.norm is not None and len(it.terms) == 1:
                norm = it.norm
                inner = norm.delta - norm.mean_delta - norm.normal * norm.mean_product
                assert it.arriving == pytest.approx(norm.gain / norm.deviation * inner, rel=1e-9, abs=WITHIN)
            return it.arriving * it.slope
        case Update() as it:
            seen = it.gradient + it.penalty if it.clipped is None else it.clipped
            assert it.used == pytest.approx(seen * it.factor)
            return it.moved * it.shrunk
    raise AssertionError(operation)


@kinds
def test_every_operation_adds_up_and_stands_where_it_says(kind: str) -> None:
    for number in numbers(kind, 4):
        step, _ = step_of(number)
        for moment, each in enumerate(step.operations):
            assert each.moment == moment
            assert each.phase == step.operations.span_of(moment).phase
            if isinstance(each, Gradients):
                np.testing.assert_allclose(each.sample, each.deltas @ each.inputs)
                assert each.bias_sample == pytest.approx(float(each.deltas.sum()))
                assert step.operations.find(Gradients, each.layer, each.unit) == moment
            elif isinstance(each, Update):
                assert step.operations.update_of(each.parameter) == moment
                assert each.result == pytest.approx(adds_up(each))
                assert each.after == step.after[each.parameter]
            elif isinstance(each, Activation):
                assert each.result == step.told.flows[each.layer].values[each.unit, step.sample]
            else:
                assert each.result == pytest.approx(adds_up(each), rel=1e-9, abs=WITHIN), each


def gradients(step: pg.InsideStep) -> Iterator[Gradients]:
    """Those of every unit, filter and channel that is trained."""
    for layer, slot in enumerate(step.layout.slots):
        for unit in range(slot.bias_count):
            found = step.operations.find(Gradients, layer, unit)
            if found is not None:
                each = step.operations[found]
                assert isinstance(each, Gradients)
                yield each


@kinds
def test_the_mean_over_the_samples_is_the_batch_gradient(kind: str) -> None:
    for number in numbers(kind, 4):
        step, _ = step_of(number)
        mean = np.zeros_like(step.gradient)
        for sample in range(step.batch.size):
            for each in gradients(step.with_sample(sample)):
                mean[each.parameters] += each.sample / step.batch.size
                mean[each.bias_parameter] += each.bias_sample / step.batch.size
                np.testing.assert_array_equal(each.batch, step.gradient[each.parameters])
        np.testing.assert_allclose(mean, step.gradient, rtol=1e-9, atol=1e-13)
