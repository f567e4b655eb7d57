"""Everything that changes while a run goes on: what a model file has to keep.

Owns these arrays and what an edit clears of them, and hands on the names of their places, which are the kernels' table.
Knows nothing of how a run is advanced.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from kernels.plan.codes import (
    BAD_LAYER,
    BAD_SAMPLE,
    BEST_EPOCH,
    CLIPPED,
    COUNTERS,
    EARLY_BEST,
    EARLY_WAIT,
    EPOCH,
    GRADIENT_NORM,
    LARGEST_UPDATE_RATIO,
    LARGEST_UPDATE_STEP,
    NOISE_SEED,
    PARAMETER_NORM,
    PLATEAU_BEST,
    PLATEAU_RATE,
    PLATEAU_WAIT,
    POSITION,
    POWERS,
    PROBED,
    PROBES,
    RATE_TAKEN,
    RECORD_COLUMNS,
    RECORDED,
    RECORDS,
    STATUS,
    STEP,
    WATCH,
)
from playground.chance import kernel_state, noise_seed
from playground.experiment.training import Training

Floats = NDArray[np.floating]
Integers = NDArray[np.int64]

__all__ = [
    "BAD_LAYER", "BAD_SAMPLE", "BEST_EPOCH", "CLIPPED", "COUNTERS", "EARLY_BEST", "EPOCH", "GRADIENT_NORM",
    "NOISE_SEED", "PARAMETER_NORM", "PLATEAU_BEST", "PLATEAU_RATE", "POSITION", "POWERS",
    "PROBED", "PROBES", "RATE_TAKEN", "RECORDED", "RECORDS", "RECORD_COLUMNS", "STATUS", "STEP", "WATCH", "RunState",
]  # fmt: skip


class RunState(msgspec.Struct, eq=False):
    """The arrays of a run.

    parameters (P,) and slots (2, P) hold the run's number type; powers (4,): running products of the optimizer's betas;
    order (n,): the permutation of the current epoch; chance (4,): the generator that shuffles it; counters (16,): step,
    epoch, position …; watch (8,): what plateau schedule and early stopping remember, and the rate that the last step
    took; best (P,): the parameters of the best epoch, empty without early stopping; probes (layers, 9): see
    `playground.run.snapshot.LayerProbe`.
    """

    parameters: Floats
    slots: Floats
    powers: NDArray[np.float64]
    order: Integers
    chance: NDArray[np.uint64]
    counters: Integers
    watch: NDArray[np.float64]
    best: Floats
    probes: NDArray[np.float64]

    @classmethod
    def start(cls, parameters: Floats, layers: int, samples: int, seed: int, training: Training) -> RunState:
        """The state before the first step of a network with so many layers, the head included."""
        state = cls(
            parameters=parameters,
            slots=np.zeros((2, parameters.size), parameters.dtype),
            powers=np.ones(POWERS),
            order=np.empty(0, np.int64),
            chance=kernel_state(seed),
            counters=np.zeros(COUNTERS, np.int64),
            watch=fresh_watch(),
            best=np.empty(0, parameters.dtype),
            probes=np.zeros((layers, PROBES)),
        )
        state.counters[NOISE_SEED], state.counters[BAD_SAMPLE] = noise_seed(seed), -1
        state.order = _first_order(seed, samples).copy()
        state.restart_early_stopping(training)
        return state

    def copy(self) -> RunState:
        """An independent copy of every array."""
        return RunState(*(getattr(self, name).copy() for name in self.__struct_fields__))

    def become(self, other: RunState) -> None:
        """Take over the arrays of another state, which is used no more."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(other, name))

    def restart_order(self, samples: int) -> None:
        """Another number of samples: the epoch under way starts again, in an order from the run's own generator."""
        self.order = _order(self.chance, samples)
        self.counters[POSITION] = 0

    def restart_early_stopping(self, training: Training) -> None:
        """Nothing was seen yet; with early stopping the parameters of this moment are the best so far."""
        self.watch[[EARLY_BEST, EARLY_WAIT]] = np.inf, 0.0
        self.watch[BEST_EPOCH] = self.epoch
        self.best = self.parameters.copy() if training.early_stopping is not None else self.parameters[:0].copy()

    def restart_watch(self, training: Training) -> None:
        """The losses mean something else from now on: plateau schedule and early stopping begin anew."""
        taken, self.watch = self.watch[RATE_TAKEN], fresh_watch()
        self.watch[RATE_TAKEN] = taken
        self.restart_early_stopping(training)

    def follow_rules(self, old: Training, new: Training) -> None:
        """After an edit of the rules: what was seen so far stays where the rule still watches the same loss."""
        if type(old.schedule) is not type(new.schedule):
            self.watch[[PLATEAU_BEST, PLATEAU_WAIT, PLATEAU_RATE]] = fresh_watch()[:3]
        other_loss = watched_loss(old) != watched_loss(new)
        if other_loss:
            self.watch[[PLATEAU_BEST, PLATEAU_WAIT]] = np.inf, 0.0
        if other_loss or (old.early_stopping is None) != (new.early_stopping is None):
            self.restart_early_stopping(new)

    def restart_maxima(self) -> None:
        """The largest update of each layer is looked for anew."""
        self.probes[:, [LARGEST_UPDATE_RATIO, LARGEST_UPDATE_STEP]] = 0.0

    def forget_call(self) -> None:
        """How the last call ended is no part of the run."""
        self.counters[[STATUS, BAD_LAYER, RECORDS, BAD_SAMPLE]] = 0, 0, 0, -1

    def converted(self, dtype: type[np.floating]) -> None:
        """Take over another number type; what is too large for it becomes its largest number."""
        if self.parameters.dtype == dtype:
            return
        limit = float(np.finfo(dtype).max)
        self.parameters, self.slots, self.best = (
            np.clip(array.astype(np.float64), -limit, limit).astype(dtype)
            for array in (self.parameters, self.slots, self.best)
        )

    @property
    def step(self) -> int:
        return int(self.counters[STEP])

    @property
    def epoch(self) -> int:
        return int(self.counters[EPOCH])

    @property
    def position(self) -> int:
        """Samples of the current epoch already used."""
        return int(self.counters[POSITION])

    @property
    def bad_layer(self) -> int:
        return int(self.counters[BAD_LAYER])

    @property
    def bad_sample(self) -> int | None:
        """The sample whose pass first gave a number that is not finite, where one is known."""
        sample = int(self.counters[BAD_SAMPLE])
        return None if sample < 0 else sample

    @property
    def clipped_steps(self) -> int:
        """Steps in which clipping changed the gradient."""
        return int(self.counters[CLIPPED])

    @property
    def rows(self) -> int:
        """Rows of the history written so far."""
        return int(self.counters[RECORDS])

    @rows.setter
    def rows(self, count: int) -> None:
        self.counters[RECORDS] = count


def _order(chance: NDArray[np.uint64], samples: int) -> Integers:
    """The order of so many samples that this state of the generator gives."""
    seeds = np.random.SeedSequence(chance.tolist())
    return np.random.Generator(np.random.PCG64(seeds)).permutation(samples).astype(np.int64)


@lru_cache(maxsize=2)
def _first_order(seed: int, samples: int) -> Integers:
    """The order before the first step, kept: an edit of a run that has not begun starts it anew."""
    return _order(kernel_state(seed), samples)


def watched_loss(training: Training) -> str:
    """The loss that plateau schedule and early stopping go by."""
    return "test_loss" if training.early_stopping is None else training.early_stopping.monitor


def fresh_watch() -> NDArray[np.float64]:
    """What plateau schedule and early stopping remember before the first epoch."""
    watch = np.zeros(WATCH)
    watch[[PLATEAU_BEST, PLATEAU_RATE, EARLY_BEST]] = np.inf, 1.0, np.inf
    return watch
