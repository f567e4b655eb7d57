from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

import playground as pg
from playground.data import make_dataset
from playground.diagnosis.cures.cure import Cure, Variant
from playground.diagnosis.cures.evidence import FIRST
from playground.diagnosis.cures.measures import MOST_LOSS, Figures, measure_of
from playground.diagnosis.cures.remedies.case import HIGHEST_SEED, seeds_after
from playground.diagnosis.cures.trials import Cancelled, Run, Trials, amid_plateau
from playground.diagnosis.cures.verifying import CureResult, Judge, Pair, ranked, try_cures
from playground.diagnosis.signals.finding import RuleName
from playground.diagnosis.signals.plan import Plan
from playground.experiment.changing import Change
from playground.population import groups
from playground.run.checkpoint import Checkpoint
from playground.run.examples import Examples
from tests.own_points import about, made
from tests.playground.diagnosis.cures.cases import SMALL, every_kind, finding

PLAN = Plan(12, "asked")
SLOW = pg.with_changes(SMALL, training__learning_rate=1e-5)
KINDS = every_kind()


def start(experiment: pg.Experiment, points: pg.OwnPoints | None = None) -> Checkpoint:
    return Checkpoint(experiment, points=points)


def trials(experiment: pg.Experiment, rule: RuleName = "plateau", epochs: int = 12) -> Trials:
    dataset = make_dataset(experiment.data, experiment.seed)
    checkpoint = Checkpoint(experiment, dataset=dataset)
    return Trials(checkpoint, finding(rule), measure_of(rule, experiment), epochs, seeds_after(experiment.seed, 5))


def figures(pair: Pair) -> tuple[int, float, float]:
    return pair.seed, pair.without, pair.treated


def told(results: list[CureResult]) -> list[tuple[object, ...]]:
    return [(each.cure, each.verdict, each.effect, each.like, *map(figures, each.pairs)) for each in results]


def test_the_run_without_a_cure_is_the_run_itself() -> None:
    session = pg.Session(SMALL)
    session.advance(epochs=12)
    control = trials(SMALL).controls[0]
    assert control.seed == SMALL.seed
    assert (control.parameters == session.state.parameters).all()


def test_seeds_follow_the_experiments_own_and_go_on_at_0() -> None:
    assert seeds_after(7, 3) == (7, 8, 9)
    assert seeds_after(HIGHEST_SEED, 2) == (HIGHEST_SEED, 0)
    assert [run.seed for run in trials(SMALL).controls] == [0, 1, 2, 3, 4]


def test_the_same_question_has_the_same_answer() -> None:
    first, second = (list(try_cures(start(SLOW), finding("learning_rate_low"), PLAN)) for _ in range(2))
    assert told(first) == told(second)
    for one, other in zip(first, second, strict=True):
        assert (one.pairs[-1].run_treated.parameters == other.pairs[-1].run_treated.parameters).all()


def test_a_pair_has_figures_and_curves_of_both_runs() -> None:
    result = next(try_cures(start(SLOW), finding("learning_rate_low"), PLAN))
    assert [pair.seed for pair in result.pairs] == list(range(len(result.pairs)))
    assert (result.epochs, result.measure) == (12, "accuracy")
    for pair in result.pairs:
        for run in (pair.run_without, pair.run_treated):
            assert run.curve.epochs.tolist() == list(range(13))
            assert np.isfinite(run.curve.train).all()
            assert np.isfinite(run.curve.judged).all()
            assert not run.curve.judged.flags.writeable


def test_a_cure_is_given_up_once_two_pairs_show_that_it_is_none() -> None:
    """The word is that of five pairs; the effect is that of the pairs which are shown beside it, as is the count."""
    found = {each.cure.name: each for each in try_cures(start(SLOW), finding("learning_rate_low"), Plan(40, "asked"))}
    given_up = [each for each in found.values() if len(each.pairs) == FIRST]
    assert "widen" in {each.cure.name for each in given_up}
    for each in found.values():
        assert len(each.pairs) == (FIRST if each in given_up else 5)
    assert all(each.better < FIRST for each in given_up), "what two pairs make better is not given up"
    whole = trials(SLOW, "learning_rate_low", 40)
    for each in given_up:
        again = Judge(start(SLOW), "accuracy", whole).compared(each.cure, whole.controls, whole.treated(each.cure))
        assert (len(again.pairs), again.verdict) == (5, "no_help")
        assert each.treated == again.treated[:FIRST]
        without = [pair.without for pair in each.pairs]
        assert each.effect == pytest.approx(float(np.median(each.treated)) - float(np.median(without)))
        assert each.better or each.effect <= 0.0, "no pair became better, but all of them together"


def test_where_five_pairs_leave_it_open_five_more_are_made() -> None:
    """Figures are made up: the same runs, of which one without the cure was lucky."""
    held = trials(SMALL)
    judge = Judge(start(SMALL), "accuracy", held)
    cure = Cure("adam", (), SMALL)
    run, asked = held.controls[0], 0

    def runs(scores: tuple[float, ...]) -> tuple[Run, ...]:
        return tuple(replace(run, figures=replace(run.figures, judged_on=each)) for each in scores)

    lucky, better = (0.6, 0.7, 0.6, 0.6, 0.6), (0.65, 0.75, 0.66, 0.65, 0.65)
    for treated, more, verdict, count in (
        (better, better, "helped", 10), (better, lucky, "no_help", 10),
        ((0.8,) * 5, better, "helped", 5), (lucky, better, "no_help", 5),
    ):  # fmt: skip
        before = asked

        def further(more: tuple[float, ...] = more) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
            nonlocal asked
            asked += 1
            return runs(lucky), runs(more)

        result = judge.settled(cure, runs(lucky), runs(treated), further)
        assert (result.verdict, len(result.pairs), asked - before) == (verdict, count, count // 10), treated
    without, treated_too = held.further(cure)
    assert [each.seed for each in without] == [each.seed for each in treated_too] == [5, 6, 7, 8, 9]


def test_a_run_is_made_once_however_often_it_is_asked_for() -> None:
    held = trials(SMALL)
    assert held.controls[0] is held.controls[0]
    rates = (0.005, 0.02)
    variants = tuple(
        Variant((Change("training.learning_rate", rate),), pg.with_changes(SMALL, training__learning_rate=rate))
        for rate in rates
    )
    searched = held.runs([each.experiment for each in variants], [SMALL.seed] * 2, 12)
    cure = Cure("last_resort", variants[1].changes, variants[1].experiment)
    assert held.treated(cure)[0] is searched[1]
    assert [run.seed for run in held.treated(cure, FIRST)] == [0, 1]


def test_what_the_same_samples_look_like_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def counted(*given: Any) -> Examples:
        made.append(given[1])
        return Examples(*given)

    monkeypatch.setattr(groups, "Examples", counted)
    held, change = trials(SMALL), (Change("training.learning_rate", 0.02),)
    assert held.controls
    assert held.treated(Cure("adam", change, pg.with_changes(SMALL, training__learning_rate=0.02)), FIRST)
    assert len(made) == 1
    larger = pg.with_changes(SMALL, data__extra_training=40)
    assert held.treated(Cure("more_data", (Change("data.extra_training", 40),), larger), FIRST)
    assert [each.train_labels.size for each in made] == [made[0].train_labels.size, made[0].train_labels.size + 40]


def test_the_samples_that_choose_decide_a_search_and_not_those_that_judge() -> None:
    """The variants differ in nothing but the rate; the one that the choosing samples like best is taken."""
    held = trials(SMALL)
    rates = (1e-5, 0.02)
    variants = tuple(
        Variant((Change("training.learning_rate", rate),), pg.with_changes(SMALL, training__learning_rate=rate))
        for rate in rates
    )
    cure = held.chosen(Cure("last_resort", variants[0].changes, variants[0].experiment, variants))
    assert cure.search == ()
    assert cure.experiment is variants[1].experiment
    assert Figures(0.9, 1.0, 0.1, 9.0, False).preference("accuracy") > Figures(0.8, 0.1, 1.0, 0.1, False).preference(
        "accuracy"
    )
    assert Figures(0.1, 0.5, 0.1, 9.0, False).preference("loss") > Figures(0.9, 0.6, 1.0, 0.1, False).preference("loss")


def test_a_sweep_takes_the_middle_of_the_rates_that_work() -> None:
    assert amid_plateau(np.array([0.5, 0.99, 1.0, 0.995, 0.991, 0.6, 1.0]), 2) == 2
    assert amid_plateau(np.array([1.0, 0.995, 0.995, 0.995, 0.995, 0.5]), 0) == 2
    assert amid_plateau(np.array([0.5, 0.7, 0.98, 1.0]), 3) == 3
    held = trials(SMALL, epochs=40)
    rates = (1e-5, 0.005, 0.01, 0.02, 0.05, 9.0)
    variants = tuple(
        Variant((Change("training.learning_rate", rate),), pg.with_changes(SMALL, training__learning_rate=rate))
        for rate in rates
    )
    cure = held.chosen(Cure("rate_swept", variants[0].changes, variants[0].experiment, variants))
    assert cure.experiment.training.learning_rate in (0.01, 0.02)


def test_more_epochs_are_three_times_as_many() -> None:
    result = next(
        each for each in try_cures(start(SLOW), finding("learning_rate_low"), PLAN) if each.cure.name == "more_epochs"
    )
    assert result.epochs == 36
    assert result.pairs[0].run_treated.curve.epochs[-1] == 36
    assert result.pairs[0].run_without.curve.epochs[-1] == 12


def test_a_regression_by_another_loss_is_judged_by_r2() -> None:
    wavy = pg.with_changes(pg.on_dataset(SMALL, "sine"), training__loss="absolute", training__batch_size=20)
    run = trials(wavy, epochs=30).controls[0]
    session = pg.Session(wavy)
    session.advance(epochs=30)
    errors = session.predict(session.dataset.test_points.T)[:, 0] - session.dataset.test_labels
    held_out = 1.0 - (errors**2).mean() / session.dataset.test_labels.var()
    assert run.figures.chosen_on == pytest.approx(held_out, abs=1e-4)
    assert abs(run.figures.judged_on - held_out) < 0.2


MORE_RULES = ("learning_rate_low", "label_noise", "bad_draw")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "rule",
    ["overfitting", "leaked_column", *(pytest.param(rule, marks=pytest.mark.long) for rule in MORE_RULES)],
)
def test_trials_work_on_every_kind_of_data(kind: str, rule: RuleName) -> None:
    experiment, points = KINDS[kind]
    for result in try_cures(start(experiment, points), finding(rule, (0,)), Plan(1, "asked")):
        assert result.pairs
        assert all(np.isfinite([pair.without, pair.treated]).all() for pair in result.pairs)


@pytest.mark.filterwarnings("error")
def test_losses_near_the_largest_number_are_compared_all_the_same() -> None:
    broken = pg.with_changes(
        pg.on_dataset(pg.Experiment(), "plane"), network__layers=(pg.Dense(4, "relu"),), training__learning_rate=10.0
    )
    results = pg.verify(pg.Session(broken), finding("overfitting"), epochs=15)
    figures = [value for each in results for pair in each.pairs for value in (pair.without, pair.treated)]
    assert max(figures) == MOST_LOSS
    assert {each.verdict for each in results} == {"no_help"}


def test_cancelled_trials_end_and_yield_no_more() -> None:
    cancel = threading.Event()
    coming = try_cures(start(SLOW), finding("learning_rate_low"), PLAN, cancel=cancel)
    next(coming)
    cancel.set()
    assert list(coming) == []
    long = pg.with_changes(SLOW, data__source__samples=4000, network=pg.Network((pg.Dense(128), pg.Dense(128))))
    cancel = threading.Event()
    timer = threading.Timer(0.05, cancel.set)
    timer.start()
    assert list(try_cures(start(long), finding("learning_rate_low"), Plan(10**6, "asked"), cancel=cancel)) == []
    timer.join()


def test_cancelling_waits_for_one_call_of_the_kernels_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the wish no further call is made; how long one lasts is the population's promise (.05 s)."""
    from playground.engine.many import ManyNetworks

    cancel, calls = threading.Event(), 0
    train: Callable[..., None] = ManyNetworks.train

    def counted(self: ManyNetworks, *given: object, **named: object) -> None:
        nonlocal calls
        assert not cancel.is_set()
        calls += 1
        if calls == 7:
            cancel.set()
        train(self, *given, **named)

    monkeypatch.setattr(ManyNetworks, "train", counted)
    assert list(try_cures(start(SLOW), finding("learning_rate_low"), Plan(10**5, "asked"), cancel=cancel)) == []
    assert calls == 7
    with pytest.raises(Cancelled):
        Trials(start(SLOW), finding("plateau"), "accuracy", 1, (0,), cancel).runs([SLOW], [0], 1)


def test_verify_tells_the_best_first_and_the_worthless_last() -> None:
    session = pg.Session(SLOW)
    session.advance(epochs=5)
    found = pg.verify(session, finding("learning_rate_low"), epochs=40)
    assert session.state.epoch == 5
    words = [each.verdict for each in found]
    assert words[0] == "helped"
    assert words == sorted(words, key=lambda word: word == "no_help")
    assert {each.cure.name for each in found if not each.helped} >= {"more_epochs", "widen"}
    assert all(each.like == found[0].cure.name for each in found if each.verdict == "about_equal")
    session.apply(found[0].cure.experiment)
    assert session.experiment == found[0].cure.experiment


def test_own_points_go_along() -> None:
    points = made(2, 300, 2)
    session = pg.Session(about(points, training__learning_rate=1e-6), points=points)
    found = pg.verify(session, finding("learning_rate_low"), epochs=30)
    assert found[0].helped


def test_equal_cures_are_told_so_and_a_worse_one_is_not() -> None:
    low = list(try_cures(start(SLOW), finding("learning_rate_low"), Plan(40, "asked")))
    best = ranked(low)[0]
    same = replace(best, verdict="helped")
    worse = replace(best, pairs=tuple(replace(pair, treated=pair.treated - 0.05) for pair in best.pairs))
    order = ranked([worse, best, same])
    assert [each.verdict for each in order] == ["helped", "about_equal", "helped"]
    assert order[2].treated == worse.treated
    assert order[1].like == best.cure.name


def test_another_draw_is_one_run_in_place_of_one() -> None:
    truth = pg.with_changes(
        pg.on_dataset(SMALL, "xor_points"), network=pg.Network((pg.Dense(2, "tanh"),)), training__batch_size=4,
        training__learning_rate=0.03,
    )  # fmt: skip
    found = {each.cure.name: each for each in try_cures(start(truth), finding("bad_draw"), Plan(600, "asked"))}
    assert {name: each.measure for name, each in found.items()} == dict.fromkeys(found, "success")
    assert len(found["widen"].pairs) == 15
    (pair,) = found["another_draw"].pairs
    assert (pair.without, pair.treated) == (0.0, 1.0)
    assert found["another_draw"].verdict == "helped"
    assert pair.run_treated.seed == found["another_draw"].cure.experiment.seed != truth.seed
