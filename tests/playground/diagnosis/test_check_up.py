"""The check-up: of each step an experiment that passes it and one that does not, and what holds of all of them."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

import playground as pg
from playground.diagnosis.check_up import case as cases
from playground.diagnosis.check_up import small_batch
from playground.diagnosis.check_up.case import Case
from playground.diagnosis.check_up.checking import check_up
from playground.diagnosis.check_up.grow import LADDER
from playground.diagnosis.check_up.step import NAMES, Step
from playground.diagnosis.check_up.table import CHECKS
from playground.diagnosis.signals.plan import Plan
from playground.population import training
from playground.run.checkpoint import Checkpoint
from tests.own_points import about
from tests.playground.diagnosis.subjects import SUBJECTS, D, made, steps_of


def rules(step: Step) -> set[str]:
    return {each.rule for each in step.findings}


OUTCOMES = [
    ("well", "data", True, "fine", ""),
    ("own classes", "data", True, "fine", ""),
    ("irrelevant", "data", True, "noted", "irrelevant_features"),
    ("unscaled", "data", False, "found", "unscaled_inputs"),
    ("line", "data", False, "found", "no_hidden_nonlinearity"),
    ("well", "start", True, "fine", ""),
    ("images", "start", True, "fine", ""),
    ("rectified regression", "start", True, "harmless", ""),
    ("large start", "start", False, "large", "exploding"),
    ("alike", "start", False, "found", "symmetric"),
    ("dead", "start", False, "found", "dead_units"),
    ("well", "zeroed_inputs", True, "fine", ""),
    ("images", "zeroed_inputs", True, "fine", ""),
    ("own targets", "zeroed_inputs", True, "fine", ""),
    ("alike", "zeroed_inputs", False, "blind", "symmetric"),
    ("broken", "zeroed_inputs", False, "broke", "learning_rate_high"),
    ("nothing to tell", "zeroed_inputs", None, "nothing_to_tell", ""),
    ("full", "zeroed_inputs", None, "no_room", ""),
    ("well", "small_batch", True, "fine", ""),
    ("regression", "small_batch", True, "fine", ""),
    ("images", "small_batch", True, "fine", ""),
    ("own classes", "small_batch", True, "fine", ""),
    ("dropped", "small_batch", True, "fine", ""),
    ("cold", "small_batch", True, "fine", ""),
    ("dead", "small_batch", False, "not_learned", "dead_units"),
    ("alike", "small_batch", False, "not_learned", "symmetric"),
    ("line", "small_batch", False, "not_learned", "no_hidden_nonlinearity"),
    ("well", "grow", True, "fine", ""),
    ("own targets", "grow", True, "fine", ""),
    ("large", "grow", False, "too_large", "too_large"),
    ("hot", "grow", False, "behind", "learning_rate_high"),
    ("line", "grow", False, "behind", "no_hidden_nonlinearity"),
    ("broken", "grow", False, "broke", "learning_rate_high"),
    ("nothing to tell", "grow", None, "nothing_learned", ""),
    ("well", "rates", True, "fine", ""),
    ("regression", "rates", True, "fine", ""),
    ("images", "rates", True, "fine", ""),
    ("large", "rates", True, "open", ""),
    ("hot", "rates", False, "high", "learning_rate_high"),
    ("cold", "rates", False, "low", "learning_rate_low"),
    ("dead", "rates", None, "flat", "dead_units"),
    ("well", "curves", True, "fine", ""),
    ("hot", "curves", False, "found", "learning_rate_high"),
    ("broken", "curves", False, "broke", "learning_rate_high"),
    ("well", "gradients", True, "fine", ""),
    ("faded", "gradients", False, "faded", "vanishing"),
    ("dead", "gradients", False, "none", "dead_units"),
    ("line", "gradients", None, "one_layer", ""),
    ("well", "regularization", True, "not_needed", ""),
    ("overfit", "regularization", False, "helps", "overfitting"),
    ("held", "regularization", False, "too_much", "over_regularized"),
    ("cold", "regularization", None, "first_learn", ""),
    ("well", "features", True, "fine", ""),
    ("irrelevant", "features", False, "useless", "irrelevant_features"),
    ("own classes", "features", False, "useless", ""),
    ("images", "features", None, "image", ""),
    ("sealed", "features", True, "fine", ""),
    ("few held out", "features", None, "few_held_out", ""),
    ("one feature", "features", None, "one_column", ""),
    ("alike", "features", None, "not_learned", ""),
]  # fmt: skip
"""Subject and step, and what comes out: passed, how that is told, and the rule that an alarm is of, if there is one."""


@pytest.mark.parametrize("subject", SUBJECTS)
def test_steps_come_in_their_order_with_numbers_and_what_is_known_of_the_subject(subject: str) -> None:
    steps = steps_of(subject)
    assert tuple(steps) == NAMES
    for step in steps.values():
        assert all(np.isfinite(each.value) for each in step.figures), step
        assert not any(each.forecast for each in step.findings)
        if step.curve is not None:
            assert step.curve.x.shape == step.curve.y.shape != (0,)
            assert not step.curve.x.flags.writeable
            assert not step.curve.y.flags.writeable
    for _, name, passed, detail, linked in [each for each in OUTCOMES if each[0] == subject]:
        step = steps[name]
        assert (step.passed, step.detail) == (passed, detail), step
        assert linked in rules(step) if linked else not any(each.is_alarm for each in step.findings), step


def test_every_step_has_a_subject_that_passes_it_and_one_that_does_not() -> None:
    assert {each[0] for each in OUTCOMES} == set(SUBJECTS)
    assert {each[1] for each in OUTCOMES if each[2]} == set(NAMES)
    assert {each[1] for each in OUTCOMES if each[2] is False} == set(NAMES)


# -- single steps ------------------------------------------------------------------------------------------------------


def test_the_start_is_measured_by_the_logarithm_of_the_classes() -> None:
    step = steps_of("images")["start"]
    assert step.figure("usual") == pytest.approx(np.log(10), rel=1e-6)
    assert step.figures[0].threshold == 3.0


def test_with_inputs_of_0_nothing_is_learned() -> None:
    step = steps_of("well")["zeroed_inputs"]
    guess, zeroed, loss = step.figure("guess"), step.figure("zeroed"), step.figure("loss")
    assert guess is not None
    assert zeroed == pytest.approx(guess, rel=0.01)
    assert loss is not None
    assert loss < 0.1 * guess


@pytest.mark.parametrize("subject", ["images", "own classes", "own targets"])
def test_a_few_samples_are_the_classes_in_turn(subject: str) -> None:
    source = SUBJECTS[subject]
    case = Case(Checkpoint.of(source))
    which = small_batch._in_turn(case)
    labels = case.dataset.train_labels[which]
    assert len(set(which.tolist())) == small_batch.SAMPLES
    if case.before.facts.classes:
        counts = np.bincount(labels.astype(int), minlength=case.before.facts.classes)
        assert counts.max() - counts[: small_batch.SAMPLES].min() <= 1
    some = small_batch._some(case.dataset, which)
    assert some.is_own == case.dataset.is_own
    assert np.array_equal(some.train_labels, labels)


def test_samples_that_stand_twice_are_taken_once() -> None:
    own = pg.OwnPoints(np.repeat(np.arange(6.0), 10)[:, None] * [1.0, -1.0], np.repeat([0.0, 1.0] * 3, 10))
    case = Case(Checkpoint(about(own, classes=2), points=own))
    which = small_batch._in_turn(case)
    assert len(which) == len(np.unique(case.dataset.train_points[:, which], axis=1).T) <= 6


def test_the_ladder_is_drawn_with_its_sizes() -> None:
    curve = steps_of("large")["grow"].curve
    assert curve is not None
    assert curve.x.tolist() == [3.0, 9.0, 17.0, 33.0, 65.0, 337.0]
    assert len(LADDER) == len(curve.y)
    (note,) = steps_of("large")["grow"].findings
    assert (note.severity, note.figure("parameters"), note.figure("small_parameters")) == ("note", 337.0, 3.0)
    assert note.figures[0].threshold == 30.0


def test_rates_grow_from_small_to_large_and_end_where_the_loss_has_risen() -> None:
    curve = steps_of("hot")["rates"].curve
    assert curve is not None
    assert curve.x[0] == pytest.approx(1e-5)
    assert np.allclose(np.diff(np.log(curve.x)), np.log(1e6) / 99)
    broken = steps_of("regression")["rates"].curve
    assert broken is not None
    assert broken.x[-1] < 10.0
    assert broken.y[-1] > 4.0 * broken.y.min() or len(broken.x) < 100


@pytest.mark.parametrize("subject", ["hot", "cold", "well"])
def test_what_is_proposed_is_a_tenth_and_a_third(subject: str) -> None:
    step = steps_of(subject)["rates"]
    curve, minimum = step.curve, step.figure("minimum")
    assert curve is not None
    assert minimum == curve.x[np.argmin(curve.y)]
    assert minimum is not None
    assert step.figure("tenth") == pytest.approx(minimum / 10)
    assert step.figure("third") == pytest.approx(minimum / 3)


@pytest.mark.parametrize("subject", ["hot", "cold"])
def test_a_proposed_rate_is_better(subject: str) -> None:
    experiment, step = SUBJECTS[subject], steps_of(subject)["rates"]
    assert isinstance(experiment, pg.Experiment)
    rates = [experiment.training.learning_rate, step.figure("third")]
    own, proposed = pg.train_population(experiment, epochs=120, rates=rates)
    assert proposed.metrics.train_loss < 0.6 * own.metrics.train_loss


def test_the_rate_of_the_curve_is_that_of_the_run_at_a_threshold() -> None:
    minimum = steps_of("well")["rates"].figure("minimum")
    assert minimum is not None
    for rate, detail in ((0.99 * minimum, "fine"), (1.01 * minimum, "high"), (0.011 * minimum, "fine"),
                         (0.009 * minimum, "low")):  # fmt: skip
        experiment = made("circles", training__learning_rate=rate)
        assert CHECKS[NAMES.index("rates")](Case(Checkpoint(experiment), Plan(20, "asked"))).detail == detail


def test_penalties_are_compared_with_the_runs_own() -> None:
    step = steps_of("overfit")["regularization"]
    assert step.curve is not None
    assert step.curve.x.tolist() == [0.0, 0.001, 0.003, 0.01, 0.03]
    assert step.figure("best_loss") == step.curve.y.min() < 0.9 * step.curve.y[0]


@pytest.mark.parametrize("subject", ["irrelevant", "own classes"])
def test_a_column_that_tells_something_is_told_from_one_that_does_not(subject: str) -> None:
    curve = steps_of(subject)["features"].curve
    assert curve is not None
    assert curve.y[:2].min() > 0.05
    assert curve.y[2:].max() < 0.05


def test_a_column_that_is_not_read_is_not_asked() -> None:
    assert steps_of("one feature")["features"].passed is None
    three = pg.with_changes(SUBJECTS["own classes"].experiment, data__features=("x1", "x2", "x3"))  # type: ignore[union-attr]
    subject = Checkpoint(three, points=SUBJECTS["own classes"].points)  # type: ignore[union-attr]
    *_, step = check_up(subject, 120)
    assert step.curve is not None
    assert step.curve.x.tolist() == [0.0, 1.0, 2.0]


# -- all of it ---------------------------------------------------------------------------------------------------------


def plain(steps: list[Step]) -> list[Any]:
    drawn = [None if each.curve is None else (each.curve.x.tolist(), each.curve.y.tolist()) for each in steps]
    return [(each.name, each.passed, each.detail, each.figures, each.findings, curve)
            for each, curve in zip(steps, drawn, strict=True)]  # fmt: skip


@pytest.mark.parametrize("subject", [pytest.param("hot", marks=pytest.mark.long), "own classes", "dropped"])
def test_the_same_experiment_gives_the_same_steps(subject: str) -> None:
    again = list(check_up(SUBJECTS[subject], 120))
    assert plain(again) == plain(list(steps_of(subject).values()))


def test_it_begins_at_the_beginning_and_changes_nothing() -> None:
    session = pg.Session(SUBJECTS["well"])  # type: ignore[arg-type]
    session.advance(epochs=40)
    before, entries = session.digest(), session.log.entries
    assert plain(list(check_up(session, 120))) == plain(list(steps_of("well").values()))
    assert (session.digest(), session.log.entries, session.state.epoch) == (before, entries, 40)


def test_the_plan_is_the_experiments_own() -> None:
    experiment = made("circles", training__stop__epochs=7)
    steps = {step.name: step for step in check_up(experiment)}
    assert steps["curves"].figure("epochs") == 7.0


def test_what_is_no_experiment_is_refused() -> None:
    with pytest.raises(pg.WrongUse, match="An Experiment is needed here"):
        check_up("circles")  # type: ignore[arg-type]
    with pytest.raises(pg.WrongUse, match="epochs"):
        pg.check_up(SUBJECTS["well"], epochs="many")  # type: ignore[arg-type]


def test_a_cancelled_one_ends_before_its_first_step() -> None:
    cancel = threading.Event()
    cancel.set()
    assert list(check_up(SUBJECTS["well"], cancel=cancel)) == []


@pytest.mark.parametrize("place", range(1, len(NAMES)))
def test_it_ends_between_any_two_steps(place: int) -> None:
    cancel, made_so_far = threading.Event(), []
    for step in check_up(SUBJECTS["well"], 10, cancel):
        made_so_far.append(step.name)
        if len(made_so_far) == place:
            cancel.set()
    assert tuple(made_so_far) == NAMES[:place]


class _Soon(threading.Event):
    """Is set by being asked so often: whoever asks seldom would go on for long."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("times", [3, 10, 30])
def test_it_ends_inside_a_step(times: int) -> None:
    wide = made("digits", (pg.Flatten(), D(64, "relu"), D(64, "relu")))
    found = list(check_up(wide, 10_000, _Soon(times)))
    assert [step.name for step in found] == list(NAMES[: len(found)])
    assert len(found) < len(NAMES)


def test_work_is_limited_by_its_amount() -> None:
    wide = made("digits", (pg.Flatten(), D(512, "relu"), D(512, "relu")))
    case = Case(Checkpoint(wide), Plan(10_000_000, "asked"))
    assert case.epochs_for(wide) == 1
    small = SUBJECTS["well"]
    assert isinstance(small, pg.Experiment)
    count = case.epochs_for(small)
    assert 1 <= count <= cases.MOST_STEPS
    assert training.CALL_SECONDS <= 0.05
