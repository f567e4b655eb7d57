"""Many independent runs of one experiment, trained in one call: other seeds, other learning rates.

Owns what its members are and what came out of each; knows nothing of windows or files. All members see the same points,
those of the experiment's own seed; a member's seed decides its initial weights, its order of samples and its noise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data import OwnPoints, check_points, make_dataset
from playground.engine.engine import GOAL_REACHED, NOT_FINITE, STOPPED_EARLY, Engine
from playground.engine.parameters import digest, initial_parameters
from playground.engine.state import STATUS, RunState
from playground.errors import WrongUse
from playground.experiment.experiment import Experiment
from playground.experiment.schema import limits
from playground.experiment.training import Training
from playground.run import carrying as editing
from playground.run import measuring
from playground.run.examples import Examples
from playground.run.snapshot import Metrics, frozen

Floats = NDArray[np.floating]

HIGHEST_RATE = limits(Training, "learning_rate")[1]


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One run of a population and what came out; parameters and metrics are None where it diverged.

    It has diverged, too, where its parameters are finite and its loss at the end is not.
    """

    seed: int
    learning_rate: float
    epochs: int
    ended: Literal["completed", "stopped_early", "diverged"]
    parameters: Floats | None
    metrics: Metrics | None

    @property
    def digest(self) -> str | None:
        """As `Session.digest`; the member with the experiment's own seed and rate has that of its session."""
        return None if self.parameters is None else digest(self.parameters)


def train_population(
    experiment: Experiment, seeds: Sequence[int], epochs: int, rates: Sequence[float] | None = None,
    points: OwnPoints | None = None,
) -> list[Member]:  # fmt: skip
    """Train a member for each seed, with the learning rate at the same place of `rates` (or the experiment's own).

    points: what the experiment is about, where that is somebody's own points.
    """
    check_points(experiment.data.source, points)
    chosen = [experiment.training.learning_rate] * len(seeds) if rates is None else list(rates)
    if len(chosen) != len(seeds):
        sentence = "Each seed needs one learning rate; got {seeds} seeds and {rates} rates."
        raise WrongUse(sentence, seeds=len(seeds), rates=len(chosen))
    if epochs < 0 or not all(math.isfinite(rate) and 0.0 <= rate <= HIGHEST_RATE for rate in chosen):
        raise WrongUse("Epochs are 0 or more, and learning rates lie between 0 and {high}.", high=HIGHEST_RATE)
    if not seeds:
        return []
    dtype = editing.number_type(experiment)
    examples = Examples(experiment, make_dataset(experiment.data, experiment.seed, points), dtype)
    engine = Engine(experiment, examples.count, dtype)
    states = _stacked([_start(experiment, seed, examples.count, dtype) for seed in seeds])
    last = experiment.training.stop.epochs
    steps = (epochs if last is None else min(epochs, last)) * math.ceil(examples.count / engine.batch_size)
    engine.train_many(states, np.array(chosen, dtype=np.float64), steps, examples.train, examples.test)
    return [
        _member(engine, examples, experiment, _taken(states, place), seed, rate)
        for place, (seed, rate) in enumerate(zip(seeds, chosen, strict=True))
    ]


def _start(experiment: Experiment, seed: int, samples: int, dtype: type[np.floating]) -> RunState:
    """A member's state before its first step."""
    own = msgspec.structs.replace(experiment, seed=seed)
    parameters = initial_parameters(own).astype(dtype)
    return RunState.start(parameters, len(experiment.network.layers) + 1, samples, seed, experiment.training)


def _stacked(states: Sequence[RunState]) -> RunState:
    """Every array with a leading axis of members."""
    return RunState(*(np.stack([getattr(state, field.name) for state in states]) for field in fields(RunState)))


def _taken(states: RunState, place: int) -> RunState:
    """One member of stacked states."""
    return RunState(*(getattr(states, field.name)[place] for field in fields(RunState)))


def _member(
    engine: Engine, examples: Examples, experiment: Experiment, state: RunState, seed: int, rate: float
) -> Member:
    status = int(state.counters[STATUS])
    if status == NOT_FINITE or not np.isfinite(state.parameters).all():
        return Member(seed, rate, state.epoch, "diverged", None, None)
    metrics = measuring.measure(engine, examples, state.parameters, experiment.task.is_classification)[0]
    if measuring.LARGEST in (metrics.train_loss, metrics.test_loss, metrics.penalty):
        return Member(seed, rate, state.epoch, "diverged", None, None)
    ended = status in (STOPPED_EARLY, GOAL_REACHED)
    parameters = frozen(state.parameters.copy())
    return Member(seed, rate, state.epoch, "stopped_early" if ended else "completed", parameters, metrics)
