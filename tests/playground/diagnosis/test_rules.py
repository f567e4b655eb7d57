"""Each rule: what provokes it, its traps, and its threshold."""

from __future__ import annotations

from functools import cache, partial
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from playground.data import OwnPoints
from playground.data.painting import blank, with_points
from playground.diagnosis.judging import judge
from playground.diagnosis.rules import table
from playground.diagnosis.rules.steps import learning_rate_high
from playground.diagnosis.signals.finding import Finding
from playground.diagnosis.signals.look import DEMAND, LOOKS, Look
from playground.diagnosis.signals.rule import Found, Rule
from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_points
from playground.edits.painting import on_canvas
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense, Residual
from playground.experiment.optimizers import Sgd
from playground.run.checkpoint import Checkpoint
from playground.run.session import Session
from tests.cases import cases
from tests.own_points import about
from tests.playground.diagnosis.situations import PROVOKED, TRAPS, Situation, deep, network, situation

RULES = {rule.name: rule for rule in table.RULES}


@cache
def looks(situation: Situation) -> list[Look]:
    """The moments of a run that its doctor sees."""
    session, found = Session(situation.experiment), []
    found.append(Look(session.snapshot(DEMAND)))
    for place in range(LOOKS):
        if session.goes_on:
            session.advance(epochs=round((place + 1) * situation.epochs / LOOKS) - session.state.epoch)
            found.append(Look(session.snapshot(DEMAND)))
    return found


def first(rule: Rule, situation: Situation) -> tuple[Look, Found]:
    """The first moment at which a rule finds something, and if possible an alarm."""
    found = [(look, each) for look in looks(situation) if (each := rule.find(look)) is not None]
    assert found, f"{rule.name} never finds anything"
    return next((each for each in found if each[1].severity != "note"), found[0])


def everything(findings: tuple[Finding, ...]) -> list[str]:
    return [each.rule for top in findings for each in (top, *top.consequences)]


def test_every_rule_has_what_provokes_it() -> None:
    assert set(PROVOKED) == set(RULES)


@pytest.mark.parametrize("name", PROVOKED)
def test_a_rule_finds_what_provokes_it(name: str) -> None:
    situation = PROVOKED[name]
    look, found = first(RULES[name], situation)  # type: ignore[index]
    assert all(np.isfinite(each.value) for each in found.figures)
    assert {(type(each.value), type(each.decides)) for each in found.figures} <= {(float, bool)}
    assert name in everything(judge(look))


@pytest.mark.parametrize(("name", "situation"), [(name, each) for name in TRAPS for each in TRAPS[name]])
def test_a_rule_is_silent_about_its_traps(name: str, situation: Situation) -> None:
    assert [look.epoch for look in looks(situation) if RULES[name].find(look) is not None] == []  # type: ignore[index]


def module_of(rule: Rule) -> ModuleType:
    import sys

    return sys.modules[rule.find.__module__]


def constants(module: ModuleType, value: float) -> list[str]:
    """The names of a rule's constants that have this value."""
    return [name for name, each in vars(module).items()
            if name.isupper() and isinstance(each, int | float) and float(each) == value]  # fmt: skip


@pytest.mark.parametrize(
    "name", sorted(set(PROVOKED) - {"symmetric", "numerics", "scaler_leak", "far_prediction", "one_class"})
)
def test_a_rule_holds_up_to_its_threshold(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the figure that counts: with the threshold a hair on this side it is found, on the other it is not."""
    rule = RULES[name]  # type: ignore[index]
    look, found = first(rule, PROVOKED[name])
    figure, module = found.figures[0], module_of(rule)
    assert figure.threshold is not None
    if not constants(module, figure.threshold):
        assert name in FOLLOWS_FROM_THE_RUN
        assert (figure.value > figure.threshold) == figure.above
        return
    hair = (abs(figure.value) * 1e-9 + 1e-12) * (1.0 if figure.above else -1.0)

    def with_threshold(constant: str, value: float) -> Found | None:
        with monkeypatch.context() as patch:
            patch.setattr(module, constant, value)
            return rule.find(look)

    def decides(constant: str) -> bool:
        passed, missed = (with_threshold(constant, figure.value + side * hair) for side in (-1.0, 1.0))
        other = missed is None or (missed.detail, missed.severity) != (found.detail, found.severity)
        return passed is not None and other

    assert any(decides(each) for each in constants(module, figure.threshold))


FOLLOWS_FROM_THE_RUN = {"too_few_units", "best_possible", "exploding", "learning_rate_high"}
"""Rules whose threshold is the reference's or the trivial loss's."""


@cases(
    ("worse", "rise", "gap", "found"),
    [(True, 1.12, 0.05, True), (True, 1.08, 0.05, False), (True, 1.12, 0.03, False),
     (False, 1.3, 0.09, True), (False, 1.2, 0.09, False), (False, 1.3, 0.07, False)],
)  # fmt: skip
def test_overfitting_asks_for_less_where_simple_models_tell_new_samples_better(
    worse: bool, rise: float, gap: float, found: bool
) -> None:
    assert (RULES["overfitting"].find(turned(worse, rise, gap)) is not None) is found


def test_a_rise_that_is_no_larger_than_the_swing_of_the_loss_is_none() -> None:
    """A loss that swings has a lowest stretch by chance."""
    rule, swings = RULES["overfitting"], np.where(np.arange(100) % 10 < 5, 0.5, -0.5)
    assert rule.find(turned(True, 1.3, 0.1, 0.02 * swings)) is not None
    assert rule.find(turned(True, 1.3, 0.1, 0.9 * swings)) is None


def test_overfitting_tells_losses_that_the_curve_shows() -> None:
    """Its verdict is about means over a tenth of the run; what it says of an epoch is true of that epoch."""
    look = turned(False, 1.3, 0.09)
    losses = look.rows("test_loss")
    losses[44], losses[-1] = 0.57, 0.9
    found = RULES["overfitting"].find(look)
    assert found is not None
    told = {figure.name: figure.value for figure in found.figures}
    assert (told["best_epoch"], told["best_loss"], told["loss"]) == (44.0, 0.57, 0.9)
    assert told["mean_loss"] == pytest.approx(np.mean(losses[-10:]))


def turned(worse: bool, rise: float, gap: float, swings: Any = 0.0) -> Any:
    """A run whose held-out loss was 0.6 after a third of it, and has risen so many times since."""
    epochs = np.arange(100.0)
    held_out = np.where(epochs < 30.0, 1.0, np.where(epochs < 60.0, 0.6, 0.6 * rise)) + swings
    columns = {"epoch": epochs, "test_loss": held_out, "train_loss": np.linspace(0.7, 0.1, 100)}
    facts = SimpleNamespace(classes=2, dataset=SimpleNamespace(validation_labels=np.zeros(0)))
    return SimpleNamespace(
        held_out_score=0.9 - gap, score=0.9, lasting_gap=gap, is_worse=worse, facts=facts, diverged=False, share=1.0,
        trivial_loss=float(np.log(2.0)), rows=columns.__getitem__, is_beyond_chance=lambda gap: True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("gap", "worse", "share", "found"),
    [(0.08, True, 1.0, True), (0.08, False, 1.0, False), (0.08, True, 0.6, False),
     (0.057, True, 1.0, True), (0.045, True, 1.0, False)],
)  # fmt: skip
def test_a_small_gap_is_too_few_samples_where_simple_models_tell_new_ones_better(
    gap: float, worse: bool, share: float, found: bool
) -> None:
    assert (RULES["too_little_data"].find(apart(gap, is_worse=worse, share=share)) is not None) is found


def apart(gap: float, losses: Any = None, held_out: int = 400, **given: Any) -> Any:
    """A run that knows its samples and misses so many of those held out."""
    losses = np.full(40, 0.5) if losses is None else losses
    facts = SimpleNamespace(exponent=1.0, count=60, classes=2, held_out_labels=np.zeros(held_out),
                            dataset=SimpleNamespace(validation_labels=np.zeros(0)))  # fmt: skip
    seen = SimpleNamespace(
        held_out_score=1.0 - gap, score=1.0, lasting_gap=gap, held_out_gain=0.0, behind=False, diverged=False,
        facts=facts, has_trained=True, rows=lambda name: losses, **{"is_worse": True, "share": 1.0, **given},
    )  # fmt: skip
    seen.is_beyond_chance = partial(Look.is_beyond_chance, seen)
    return seen


def test_a_gap_that_few_held_out_samples_have_by_chance_is_none() -> None:
    assert RULES["too_little_data"].find(apart(0.12, held_out=400, is_worse=False)) is not None
    assert RULES["too_little_data"].find(apart(0.12, held_out=40, is_worse=False)) is None
    assert RULES["too_little_data"].find(apart(0.12, held_out=40)) is not None, "simple models tell the same ones"
    few = turned(True, 1.4, 0.1)
    few.is_beyond_chance = lambda gap: False
    assert RULES["overfitting"].find(few) is None


def test_samples_are_not_too_few_while_the_held_out_loss_falls() -> None:
    falling = np.linspace(1.0, 0.4, 40)
    assert RULES["too_little_data"].find(apart(0.15, falling, share=0.5)) is None
    assert RULES["too_little_data"].find(apart(0.15, share=0.5)) is not None
    assert RULES["too_little_data"].find(apart(0.15, falling, share=1.0)) is not None, "then that is what came of them"


def test_wrong_labels_are_told_by_what_the_law_allows_where_neighbours_hardly_show_them() -> None:
    """Of sixteen neighbours in a hundred that are wrong a fifth of all samples has one in fifteen, or none."""
    bars = situation(1, data="bars", data__source__samples=800, data__train_share=0.7, seed=888_862,
                     data__imperfections__label_noise=0.16, network=deep(1, 8, "relu"))  # fmt: skip
    look = looks(bars)[0]
    assert look.facts.purity is not None
    assert look.facts.purity.purest < 0.1
    assert RULES["label_noise"].find(look) is not None
    assert RULES["label_noise"].find(looks(bars._replace(experiment=with_changes(
        bars.experiment, data__imperfections__label_noise=0.0)))[0]) is None  # fmt: skip


def test_what_stands_still_is_not_given_up_before_the_last_tenth_of_the_plan() -> None:
    """Some runs find their way after three quarters of it; what is looked ahead at is told beforehand all the same."""
    for name in ("too_few_units", "one_class"):
        stands = PROVOKED[name]
        told = {look.share for look in looks(stands) if RULES[name].find(look) is not None}
        assert told, name
        assert min(told) >= 0.9, name


def test_no_swing_of_a_run_that_stands_at_the_border_is_harm() -> None:
    def behind(scores: list[float]) -> bool:
        seen: Any = SimpleNamespace(target=0.9, margin=0.05, diverged=False, score=scores[-1], scores=np.array(scores))
        seen.lately = lambda rows: rows[-5:]
        return bool(Look.behind.func(seen))  # type: ignore[attr-defined]

    assert behind([0.5, 0.6, 0.7, 0.8, 0.85])
    assert not behind([0.95, 0.95, 0.95, 0.95, 0.86])
    assert behind([0.95, 0.95, 0.95, 0.95, 0.84]), "that is no border any more"
    assert not behind([0.5, 0.6, 0.7, 0.8, 0.95]), "it is there"


def test_what_the_first_layer_enlarges_already_explodes() -> None:
    """The inputs' own size is where signals begin; a loss that grows with the error alone shows it by its root."""
    start = {"training__initializer": "normal", "training__initializer_scale": 1.4, "data__scaling": "standardize"}
    images = situation(1, data="bars", network=deep(3, 16, "elu"), training__loss="auto", **start)
    found = RULES["exploding"].find(looks(images)[0])
    assert (found is not None and found.detail) == "growth"
    straight = situation(1, data="friedman", network=network(Dense(16, "elu"), Residual(1), *deep(3, 16, "elu").layers),
                         training__loss="huber", **start)  # fmt: skip
    found = RULES["exploding"].find(looks(straight)[0])
    assert (found is not None and found.detail) == "loss"


@pytest.mark.parametrize(("columns", "errors", "found"), [(2, 4.0, True), (2, 3.8, False), (100, 4.6, False),
                                                          (100, 4.9, True)])  # fmt: skip
def test_a_shift_is_told_from_chance_by_how_many_columns_there_are(columns: int, errors: float, found: bool) -> None:
    shift = np.full(columns, 0.1)
    shift[-1] = errors * np.sqrt(1.0 / 100.0 + 1.0 / 50.0)
    facts = SimpleNamespace(dataset=SimpleNamespace(image=None), held_out_labels=np.zeros(50), count=100, shift=shift,
                            names=("x",) * columns)  # fmt: skip
    given: Any = SimpleNamespace(facts=facts)
    assert (RULES["shifted_test"].find(given) is not None) is found


def test_units_whose_numbers_end_at_the_flat_ends_of_their_activation_are_saturated_and_not_dead() -> None:
    """A sigmoid of 100 is 1 and has no slope, as a rectifier has none; but it is its end that it stands at."""
    ends = situation(network=deep(1, 8, "sigmoid"), training__initial_bias=100.0)
    assert all(RULES["dead_units"].find(look) is None for look in looks(ends))
    found = RULES["saturated"].find(looks(ends)[0])
    assert found is not None
    assert (found.detail, found.severity) == ("stuck", "critical")
    partly = situation(20, network=deep(2, 16, "sigmoid"), data__imperfections__feature_scale=(300.0, 300.0),
                       training__initializer="normal", training__initializer_scale=8.0)  # fmt: skip
    assert looks(partly)[-1].now("dead_units")[0] > 0.0
    assert all(RULES["dead_units"].find(look) is None for look in looks(partly))


def test_units_that_died_beside_more_that_were_born_dead_are_not_blamed_on_the_steps() -> None:
    """Six of sixteen answered 0 from the start and ordinary steps added two: the start is what is in the way."""
    plane = situation(80, data="plane", data__train_share=0.6, seed=823_223, network=deep(2, 16, "relu"),
                      training__initial_bias=-3.679257905070197, training__optimizer=Sgd(),
                      training__learning_rate=0.05, training__batch_size=16, training__loss="auto")  # fmt: skip
    found = RULES["dead_units"].find(looks(plane)[-1])
    assert found is not None
    assert (found.detail, found.place.layers) == ("died", (1,))


def test_the_first_layer_of_a_long_way_stands_still_though_the_head_begins_with_a_small_gradient_too() -> None:
    """Of two classes that are equally frequent, told by a hinge, what reaches the head at first is little as well."""
    faded = situation(80, data="gaussians", network=deep(5, 8, "sigmoid"), training__loss="hinge",
                      training__optimizer=Sgd(), training__learning_rate=0.1, training__batch_size=16,
                      training__initializer="xavier_uniform", seed=0)  # fmt: skip
    start, *later = looks(faded)
    assert RULES["vanishing"].find(start) is None
    found = RULES["vanishing"].find(later[1])
    assert (found is not None and found.detail) == "update"


def test_a_layer_that_is_nearly_dead_was_killed_where_nothing_is_learned() -> None:
    """Thirty of thirty-two units: the two that are left answer to few samples, and nothing comes through."""
    assert killed(30.0) is True
    assert killed(28.0) is False
    assert killed(30.0, learned=True) is False
    assert killed(30.0, at_start=20.0) is False, "most of them were dead before any step"
    assert killed(32.0, learned=True) is True


def killed(dead: float, at_start: float = 0.0, learned: bool = False) -> bool:
    """Whether steps have killed a layer of 32 units, of which so many are dead."""
    looked = SimpleNamespace(nonlinear=(0,), has_learned=learned, units=lambda place: 32)
    looked.now, looked.start = (lambda name: np.array([dead, 0.0])), (lambda name: np.array([at_start, 0.0]))
    return learning_rate_high._killed_share(looked) > 0.0  # type: ignore[arg-type]


def test_a_rate_that_ends_short_of_the_data_is_low_though_the_loss_has_fallen_far() -> None:
    slow = situation(120, data="smiley", data__train_share=0.6, data__source__samples=300, seed=383_979,
                     network=deep(2, 16, "relu"), training__learning_rate=9.5e-5, training__batch_size=16)  # fmt: skip
    assert any(RULES["learning_rate_low"].find(look) is not None for look in looks(slow))


def test_every_sample_that_scaling_was_fitted_to_is_counted_behind_a_seal_too() -> None:
    found = RULES["scaler_leak"].find(looks(SEALED)[0])
    assert found is not None
    assert found.figures[0].value == 200.0  # of 400, half of which are for training


SEALED = situation(1, data__scaling="standardize", data__scaling_fit="all", data__test_sealed=True,
                   data__validation_share=0.2)  # fmt: skip


def test_inputs_that_tell_nothing_do_no_harm_to_a_network_that_has_learned_nothing() -> None:
    """A gap between two scores of guessing is chance."""
    experiment = situation(data="moons", data__source__samples=60, data__imperfections__irrelevant_features=8,
                           training__learning_rate=100.0, training__optimizer=Sgd())  # fmt: skip
    found = [each for look in looks(experiment) if (each := RULES["irrelevant_features"].find(look)) is not None]
    assert {each.severity for each in found} == {"note"}


def test_units_whose_weights_are_further_apart_than_a_number_can_say_are_unlike() -> None:
    session = Session(Experiment())
    for index, value in enumerate((3e38, 3e38, -3e38)):
        session.set_parameter(index, value)
    assert RULES["symmetric"].find(Look(session.snapshot(DEMAND))) is None


def test_many_columns_alone_are_no_wrong_labels() -> None:
    """Among 64 columns all samples lie far from each other, so that neighbours disagree whatever the labels are."""
    found = []
    for columns, flipped in ((64, 0.0), (8, 0.0), (8, 0.2)):
        rng = np.random.Generator(np.random.PCG64(1))
        features = rng.normal(size=(1200, columns))
        labels = features[:, 0] + np.sin(2.0 * features[:, 1]) > 0.0
        own = OwnPoints(features, np.where(rng.random(1200) < flipped, ~labels, labels).astype(float))
        checkpoint = Checkpoint(about(own, classes=2), points=own)
        look = Look(Session(checkpoint).snapshot(DEMAND))
        assert look.facts.purity is not None
        assert look.facts.purity.purest >= 0.1
        found.append(RULES["label_noise"].find(look) is not None)
    assert found == [False, False, True]


def test_where_a_point_is_painted_gives_no_answer_away() -> None:
    canvas = with_points(blank(2, 6.0), [(-3.0, place / 8.0) for place in range(30)], 0)
    canvas = with_points(canvas, [(3.0, place / 8.0) for place in range(30)], 1)
    experiment, own = on_canvas(Experiment(), canvas)
    assert RULES["leaked_column"].find(Look(Session(experiment, points=own).snapshot(DEMAND))) is None
    table = own.source(2, columns=("left", "up"))
    looked = Look(Session(on_points(Experiment(), table), points=own).snapshot(DEMAND))
    assert RULES["leaked_column"].find(looked) is not None, "of a table it may be one"
