"""Why a run has diverged: what its settings tell, and which change helps, tried in a fresh run.

Owns the causes, the change that each suggests, and the trial; knows nothing of words, threads or windows. A trial is a
run of its own from the same start, for a number of steps that depends on nothing but the run that broke.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import msgspec
import numpy as np

from playground.causes.constant import constant_loss
from playground.data import Dataset, OwnPoints
from playground.experiment.changing import Change, changed_if_allowed
from playground.experiment.experiment import Experiment
from playground.experiment.optimizers import AdamW, Lion
from playground.experiment.training import Training
from playground.numbers import rounded
from playground.run.checkpoint import Checkpoint
from playground.run.curvature import stable_limit
from playground.run.examples import Examples
from playground.run.measuring import LARGEST
from playground.run.session import Session
from playground.run.snapshot import Divergence

Cause = Literal["by_hand", "penalty", "decay", "numerics", "inputs", "start", "rate", "several", "unknown"]
"""by_hand: a run of the same settings does not break from its start. penalty, decay: a step takes more than twice the
weight off. numerics: the naive soft-max. inputs: their size. start: that of the initial parameters. several: no change
alone helps, but some together do. unknown: nothing that was tried helps, or nothing could be tried."""

LONGER, EPOCHS = 3, 10
"""A trial takes so many times the steps that led to the divergence, and so many epochs more."""
MOST_WORK = 2_000_000_000
"""Multiplications that a trial may take, about a second; a run that broke later than that has no trial."""
STEP_WORK = 2_000
"""What a step costs beside its multiplications, as such."""
AT_ONCE = 30_000_000
"""Multiplications between two looks at whether the answer is still wanted."""
LARGE_INPUT, LARGE_START = 10.0, 1.0
"""Inputs and initial parameters beyond these are suspected; the trial decides."""
CUTS = tuple(10.0**power for power in range(1, 7))
"""What the rate is divided by, one after the other."""
USUAL_RATES = (0.03, 0.003, 0.0003)
"""Tried beside them, however high the rate was: the one that a new experiment has, a tenth, a hundredth."""
BETTER, FALLEN, VARIED = 0.9, 0.5, 0.01
"""A run has learned where its loss is less than so much of the best constant answer's; or less than so much of what it
began with, and the deviation of its answers is more than so much of the targets'."""
NEAR = 2.0
"""A higher rate is offered before a lower one while its loss is at most so many times the lowest that any came to."""
PATIENCE = 2
"""Lower rates than so many that came to worse and worse losses are not tried: they are slower still."""
CALM = 0.01
"""The share of each weight that the weakened penalty takes off in a step."""
MOST_CURES = 2


class Cure(msgspec.Struct, frozen=True):
    """What was tried and helps: a fresh run of `experiment`, which has these changes, learns; at rate 0, it goes on."""

    cause: Cause
    experiment: Experiment
    changes: tuple[Change, ...]


class Diagnosis(msgspec.Struct, frozen=True):
    """Why a run diverged, and the changes that help, the one against the cause first.

    figure: what is too large: rate times penalty, or the largest input. limit: how large it may be, where that is
    known. steps: of each trial; 0 where the run broke too late for one. learns: whether runs with the cures learn; not
    at rate 0, where they only no longer diverge.
    """

    cause: Cause
    cures: tuple[Cure, ...] = ()
    figure: float | None = None
    limit: float | None = None
    steps: int = 0
    learns: bool = True


class _Suspect(msgspec.Struct, frozen=True):
    """A cause that the settings tell, with the changes that would take it away, the smallest first."""

    cause: Cause
    path: str
    values: tuple[float | str, ...]
    figure: float | None = None
    limit: float | None = None


class _NotWanted(Exception):
    """Nobody waits for the answer any more."""


class _Outcome(msgspec.Struct, frozen=True):
    """What a trial came to: calm where it ended finite with no more than its first loss; helps where it learned too.

    At rate 0, where nothing can be learned, to be calm is enough. loss: its last one.
    """

    calm: bool
    helps: bool
    loss: float


class _Trial(msgspec.Struct, frozen=True):
    """Fresh runs on the same points, each so many steps long. constant: the loss of the best constant answer."""

    dataset: Dataset
    points: OwnPoints | None
    steps: int
    constant: float
    wanted: Callable[[], bool]

    def of(self, experiment: Experiment) -> _Outcome:
        """A fresh run of this experiment."""
        beginning = Checkpoint(experiment, dataset=self.dataset, points=self.points)
        session = Session(beginning, record=False)
        before, left = session.metrics().train_loss, self.steps
        at_once = max(1, AT_ONCE // _step_work(experiment, session.dataset))
        while left > 0 and session.goes_on:
            if not self.wanted():
                raise _NotWanted
            session.advance(steps=min(at_once, left))
            left -= at_once
        after = session.metrics().train_loss
        calm = session.divergence is None and after <= before and after < LARGEST
        still = experiment.training.learning_rate == 0.0
        return _Outcome(calm, calm and (still or self._has_learned(session, before, after)), after)

    def _has_learned(self, session: Session, before: float, after: float) -> bool:
        """Better than any constant answer; or, where the trial is too short for that, on the way and not constant.

        A network whose units are all dead, or whose weights a penalty has shrunk away, also ends below its first loss:
        at the best constant answer.
        """
        answers = np.asarray(session.predict(self.dataset.train_points.T), dtype=np.float64)
        varied = answers.std(axis=0).max() > VARIED * self.dataset.train_labels.std()
        return bool(varied and (after < BETTER * self.constant or after < FALLEN * before))


def diagnosed(
    experiment: Experiment,
    dataset: Dataset,
    divergence: Divergence,
    points: OwnPoints | None = None,
    wanted: Callable[[], bool] = lambda: True,
) -> Diagnosis | None:
    """Why a run of this experiment diverged there, and what helps; every cure was tried. It takes seconds at most.

    dataset: the run's. points: what it is about, where that is somebody's own points. wanted: asked again and again;
    once it is False, the answer is None.
    """
    suspects = list(_suspects(experiment, dataset))
    steps = _trial_steps(experiment, dataset, divergence)
    if steps == 0:
        return Diagnosis("unknown")
    try:
        with np.errstate(all="ignore"):  # numbers near the largest are squared
            constant = constant_loss(experiment, dataset, experiment.training.precision)
            trial = _Trial(dataset, points, steps, constant, wanted)
            if trial.of(experiment).calm:
                return Diagnosis("by_hand", steps=steps)
            return _tried(experiment, suspects, trial)
    except _NotWanted:
        return None


def _tried(experiment: Experiment, suspects: list[_Suspect], trial: _Trial) -> Diagnosis:
    """The first suspect whose change helps is the cause; what helps besides, and about as much, is offered too.

    About as much: with at most twice the loss. A penalty that shrinks everything away does so at a tiny rate too, only
    later than a trial can see.
    """
    learns = experiment.training.learning_rate > 0.0
    helped: list[tuple[_Suspect, Cure, float]] = []
    for suspect in suspects:
        found = _cure(experiment, suspect, trial)
        if found is not None and (not helped or not learns or found[1] <= NEAR * helped[0][2]):
            helped.append((suspect, *found))
        if len(helped) == MOST_CURES:
            break
    if not helped:
        together = _together(experiment, suspects, trial)
        if together is None:
            return Diagnosis("unknown", steps=trial.steps, learns=learns)
        return Diagnosis("several", (together,), steps=trial.steps, learns=learns)
    blamed = helped[0][0]
    cures = tuple(cure for _, cure, _ in helped)
    return Diagnosis(blamed.cause, cures, blamed.figure, blamed.limit, trial.steps, learns)


def _cure(experiment: Experiment, suspect: _Suspect, trial: _Trial) -> tuple[Cure, float] | None:
    """With the smallest change that helps; of rates with the highest that comes near the best of them. And its loss."""
    ways = [(Change(suspect.path, value),) for value in suspect.values]
    if suspect.cause == "rate":
        return _near_best(experiment, suspect.cause, ways, trial)
    for changes in ways:
        changed = changed_if_allowed(experiment, changes)
        outcome = None if changed is None else trial.of(changed)
        if changed is not None and outcome is not None and outcome.helps:
            return Cure(suspect.cause, changed, changes), outcome.loss
    return None


def _near_best(
    experiment: Experiment, cause: Cause, ways: Sequence[tuple[Change, ...]], trial: _Trial
) -> tuple[Cure, float] | None:
    """The first of these ways that helps and ends with at most twice the loss of the best of them; and its loss.

    The ways go from higher rates to lower ones. A rate that only just goes well may leave half of the units dead, and a
    far lower one learns nothing in time: the losses tell, where that something was learned does not.
    """
    helped: list[tuple[Cure, float]] = []
    worse = 0
    for changes in ways:
        changed = changed_if_allowed(experiment, changes)
        outcome = None if changed is None else trial.of(changed)
        if changed is None or outcome is None or not outcome.helps:
            worse += bool(helped)
        else:
            worse = worse + 1 if helped and outcome.loss >= min(loss for _, loss in helped) else 0
            helped.append((Cure(cause, changed, changes), outcome.loss))
        if worse == PATIENCE:
            break
    best = min((loss for _, loss in helped), default=0.0)
    return next((each for each in helped if each[1] <= NEAR * best), None)


def _together(experiment: Experiment, suspects: list[_Suspect], trial: _Trial) -> Cure | None:
    """All that is suspected changed at once, the rate by less before by more; then without what is not needed."""
    if len(suspects) < 2:
        return None
    others = tuple(Change(each.path, each.values[0]) for each in suspects if each.cause != "rate")
    rates = [Change(each.path, value) for each in suspects if each.cause == "rate" for value in each.values]
    found = _near_best(experiment, "several", [others, *((*others, rate) for rate in rates)], trial)
    return found and _smallest(experiment, *found, trial)


def _smallest(experiment: Experiment, cure: Cure, loss: float, trial: _Trial) -> Cure:
    """The cure without each of its changes, the least sure first, that it does not need to come as far."""
    for change in reversed(cure.changes):
        fewer = tuple(each for each in cure.changes if each is not change)
        changed = changed_if_allowed(experiment, fewer)
        if changed is None:
            continue
        outcome = trial.of(changed)
        if outcome.helps and outcome.loss <= NEAR * loss:
            cure = Cure("several", changed, fewer)
    return cure


def _suspects(experiment: Experiment, dataset: Dataset) -> Iterator[_Suspect]:
    """What the settings tell, the surest first."""
    training, rate = experiment.training, experiment.training.learning_rate
    limit = stable_limit(training.optimizer, rate)
    if limit is not None and training.l2 > limit:
        # a weight that only the penalty moves is multiplied by a number beyond ±1 in every step
        weaker = _round_down(CALM / rate)
        yield _Suspect("penalty", "training.l2", (weaker, 0.0), rate * training.l2, rate * limit)
    decay = training.optimizer.weight_decay if isinstance(training.optimizer, (AdamW, Lion)) else 0.0
    if rate * decay > 2.0:
        weaker = _round_down(CALM / rate)
        yield _Suspect("decay", "training.optimizer.weight_decay", (weaker, 0.0), rate * decay, 2.0)
    if training.numerics == "naive":
        yield _Suspect("numerics", "training.numerics", ("stable",))
    examples = Examples(experiment, dataset, np.float64)
    largest = float(np.abs(examples.train[0]).max(initial=0.0))
    if largest > LARGE_INPUT and experiment.data.scaling == "none":
        yield _Suspect("inputs", "data.scaling", ("standardize",), largest)
    if _starts_large(training):
        yield _Suspect("start", "training.initializer", ("xavier_uniform",))
    if rate > 0.0:
        yield _Suspect("rate", "training.learning_rate", _lower_rates(rate))


def _lower_rates(rate: float) -> tuple[float, ...]:
    """From high to low."""
    lower = {rounded(rate / cut, 3) for cut in CUTS} | {usual for usual in USUAL_RATES if usual < rate}
    return tuple(sorted(lower, reverse=True))


def _starts_large(training: Training) -> bool:
    scaled = training.initializer in ("normal", "constant")
    return scaled and abs(training.initializer_scale) > LARGE_START


def _trial_steps(experiment: Experiment, dataset: Dataset, divergence: Divergence) -> int:
    """How long a trial is; 0 where it could not even reach the step that broke."""
    count, batch = len(dataset.train_labels), experiment.training.batch_size
    wish = LONGER * divergence.step + EPOCHS * -(-count // min(batch, count))
    most = MOST_WORK // _step_work(experiment, dataset)
    return min(wish, most) if most > divergence.step else 0


def _step_work(experiment: Experiment, dataset: Dataset) -> int:
    batch = min(experiment.training.batch_size, len(dataset.train_labels))
    return STEP_WORK + 3 * batch * sum(part.work for part in experiment.parts)


def _round_down(value: float) -> float:
    """The largest of 1, 3, 10, 30 … and 0.3, 0.1 … that is not above it."""
    power = float(f"1e{int(np.floor(np.log10(value)))}")
    return rounded(3.0 * power if value >= 3.0 * power else power, 3)
