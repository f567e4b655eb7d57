"""Whatever is asked for within the limits, a session neither crashes nor hangs, and tells finite figures only.

Rates to 1e6, data to 1e30, 32 layers, one unit, one sample a batch or more than there are, features without variance,
one class only, no test set; every layer, loss, optimizer and schedule.
"""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import numpy as np
import pytest

from playground.experiment.experiment import validate
from playground.experiment.layers import Layer
from playground.experiment.optimizers import Optimizer
from playground.experiment.schedules import Schedule
from playground.experiment.training import LOSSES
from playground.run.session import Session
from playground.run.snapshot import Demand
from tests.playground.run.hostile import checkpoint, experiment
from tests.seeds import seeds

COUNT, BLOCKS = 250, 10


def not_finite(value: Any, name: str) -> list[str]:
    """The names of all numbers in a value, in whatever structure, that are not finite."""
    if isinstance(value, (float, np.floating)):
        return [] if np.isfinite(value) else [name]
    if isinstance(value, np.ndarray):
        return [] if value.dtype.kind not in "fc" or np.isfinite(value).all() else [name]
    if isinstance(value, (tuple, list)):
        return [found for i, each in enumerate(value) for found in not_finite(each, f"{name}[{i}]")]
    if isinstance(value, msgspec.Struct):
        pairs = [(field, getattr(value, field)) for field in value.__struct_fields__]
        return [found for part, each in pairs for found in not_finite(each, f"{name}.{part}")]
    return []


def demands(session: Session) -> Demand:
    """Everything that a view may ask for of this data."""
    if session.dataset.image is not None:
        return Demand(predictions=True, gradients=True, layers=True, probe_sample=0)
    return Demand(maps=True, predictions=True, gradients=True, layers=True, probe=(1.0, -6.0))


def look(session: Session) -> None:
    """Everything that a session tells is finite."""
    shot = session.snapshot(demands(session))
    bare = msgspec.structs.replace(shot, dataset=None, layer_history=None, layer_sizes=None, layers_now=None)
    assert not_finite(bare, "snapshot") == []
    for table in (shot.layer_history, shot.layer_sizes, shot.layers_now):
        assert table is None or not np.isinf(table).any(), "NaN is what nobody measured"
    assert not_finite(session.state.parameters, "parameters") == []
    vectors = np.stack([session.state.parameters, -session.state.parameters])
    assert not_finite(session.losses(vectors), "losses") == []
    if session.divergence is not None:
        assert 0 <= session.divergence.layer < len(session.layout.slots)
        assert str(session.divergence)
    if session.stopped is not None:
        assert str(session.stopped)


def live(seed: int) -> Session:
    """A session's life: begun, trained in calls of several sizes, edited, begun anew."""
    chance = np.random.default_rng([seed, 5])
    session = Session(checkpoint(seed))
    look(session)
    for steps in (1, int(chance.integers(1, 40))):
        session.advance(steps=steps)
        look(session)
    session.go_on()
    session.advance(epochs=1)
    if seed % 4 == 0:
        other = experiment(seed + 1_000_000)
        edited = msgspec.structs.replace(session.experiment, network=other.network)
        session.apply(other if validate(edited) else edited)
        session.advance(steps=5)
        look(session)
    if seed % 5 == 0:
        session.reset()
        session.advance(steps=3)
        look(session)
    return session


def survive(seeds: range) -> None:
    for seed in seeds:
        print(f"session {seed}")  # shown if it hangs until the test's time is over
        try:
            live(seed)
        except Exception as problem:
            raise AssertionError(f"session {seed}: {type(problem).__name__}: {problem}") from problem


@pytest.mark.parametrize("block", seeds(1, BLOCKS))
def test_hundreds_of_unreasonable_sessions(block: int) -> None:
    size = COUNT // BLOCKS
    survive(range(block * size, (block + 1) * size))


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("block", range(100))
def test_a_hundred_thousand_unreasonable_sessions(block: int) -> None:
    survive(range(COUNT + block * 1000, COUNT + (block + 1) * 1000))


@pytest.mark.long
def test_they_are_as_unreasonable_as_promised() -> None:
    """Among those that the seeds give there is everything that the first lines of this file name."""
    made = [checkpoint(seed) for seed in range(COUNT)]
    experiments = [each.experiment for each in made]
    training = [each.training for each in experiments]
    stacks = [each.network.layers for each in experiments]
    assert max(each.learning_rate for each in training) == 1e6
    assert {len(stack) for stack in stacks} >= {0, 32}
    assert {each.batch_size for each in training} >= {1, 100_000}
    assert {type(each.optimizer) for each in training} == set(get_args(Optimizer))
    assert {type(each.schedule) for each in training} == set(get_args(Schedule))
    assert {each.head.loss for each in experiments} == set(LOSSES) - {"auto"}
    assert {type(layer) for stack in stacks for layer in stack} == set(get_args(Layer))
    sets = [each.dataset for each in made if each.dataset is not None]
    assert len(sets) == COUNT // 2
    assert max(float(np.abs(each.train_points).max()) for each in sets) > 1e29
    assert any(each.test_labels.size == 0 for each in sets)
    assert any(np.ptp(each.train_points, axis=1).min() == 0 for each in sets)
    assert any(
        each.task.is_classification and np.ptp(each.train_labels) == 0 and each.train_labels.size > 3 for each in sets
    )
