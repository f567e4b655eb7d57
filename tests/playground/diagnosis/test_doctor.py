"""The doctor's memory: what was found stays until its contrary was measured, and nothing comes and goes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from playground.diagnosis import doctor as module
from playground.diagnosis.doctor import PATIENCE, Doctor, settled
from playground.diagnosis.doubt import is_doubtful
from playground.diagnosis.signals.finding import Figure, Finding, RuleName, primary


def finding(rule: RuleName, step: int, severity: Any = "warning", *consequences: Finding) -> Finding:
    return Finding(rule, severity, (), step, step, consequences=consequences)


def look(behind: bool = True, gap: float = 0.0, epoch: int = 0, apart: int = 0, worse: bool = False) -> Any:
    return SimpleNamespace(behind=behind, lasting_gap=gap, epoch=epoch, apart=apart, is_worse=worse)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Finding, ...]]:
    """What the next looks find, in order."""
    coming: list[tuple[Finding, ...]] = []
    monkeypatch.setattr(module, "judge", lambda _: coming.pop(0))
    return coming


def test_a_finding_keeps_the_step_at_which_it_was_first_found(found: list[tuple[Finding, ...]]) -> None:
    found += [(finding("vanishing", 3),), (finding("vanishing", 9),)]
    doctor = Doctor()
    doctor.look(look())
    assert [each.step for each in doctor.look(look())] == [3]


def test_it_stays_while_the_run_is_behind(found: list[tuple[Finding, ...]]) -> None:
    found += [(finding("batch_large", 3),), *[()] * 20]
    doctor = Doctor()
    shown = [doctor.look(look()) for _ in range(21)]
    assert all(shown)


def test_it_goes_once_nothing_is_left_of_it(found: list[tuple[Finding, ...]]) -> None:
    found += [(finding("batch_large", 3),), *[()] * PATIENCE]
    doctor = Doctor()
    doctor.look(look())
    shown = [doctor.look(look(behind=False)) for _ in range(PATIENCE)]
    assert [bool(each) for each in shown] == [True] * (PATIENCE - 1) + [False]
    assert doctor.shown == ()


def test_a_small_gap_goes_once_held_out_samples_are_told_as_well_as_by_simple_models(
    found: list[tuple[Finding, ...]],
) -> None:
    few = (finding("too_little_data", 3),)
    found += [few, *[()] * PATIENCE, few, *[()] * (PATIENCE + 1)]
    doctor, worse = Doctor(), Doctor()
    doctor.look(look(behind=False, gap=0.12))
    assert all(doctor.look(look(behind=False, gap=0.068)) for _ in range(PATIENCE - 1))
    assert doctor.look(look(behind=False, gap=0.068)) == ()
    worse.look(look(behind=False, gap=0.12))
    assert all(worse.look(look(behind=False, gap=0.05, worse=True)) for _ in range(PATIENCE + 1))


def test_a_rare_class_is_overlooked_until_it_is_surely_found(found: list[tuple[Finding, ...]]) -> None:
    """That the run does what the data allow says nothing of it, and a recall at the border crosses back."""
    rare, well = (finding("imbalance", 3),), (finding("best_possible", 4, "good"),)
    found += [rare, *[well] * (2 * PATIENCE + 1)]
    doctor = Doctor()

    def moment(recall: float) -> Any:
        facts = SimpleNamespace(class_counts=np.array([90, 10]))
        return SimpleNamespace(behind=False, lasting_gap=0.0, epoch=0, apart=0, is_worse=False, diverged=False,
                               facts=facts, recalls=np.array([1.0, recall]))  # fmt: skip

    doctor.look(moment(0.4))
    assert all("imbalance" in [each.rule for each in doctor.look(moment(0.65))] for _ in range(PATIENCE + 1))
    assert "imbalance" not in [each.rule for _ in range(PATIENCE) for each in doctor.look(moment(0.8))][-1:]


def doubting(answer: Finding | None) -> tuple[tuple[Finding, ...], list[str]]:
    """What is told of a run that swings, in a network that may be too small, and what was tried."""
    swings = finding("oscillation", 3, "warning", finding("too_few_units", 3))
    tried: list[str] = []

    def arbiter(_: Any, asked: Finding) -> Finding | None:
        tried.append(asked.rule)
        return answer

    moment: Any = SimpleNamespace(behind=True, has_learned=True)
    return settled((swings,), moment, None if answer is None else arbiter, {}), tried


def test_a_swing_follows_from_a_network_that_is_too_small_where_no_rate_does_it() -> None:
    told, tried = doubting(finding("too_few_units", 1))
    assert tried == ["too_few_units"]
    assert [(each.rule, each.step, [under.rule for under in each.consequences]) for each in told] == [
        ("too_few_units", 3, ["oscillation"])
    ]


def test_a_swing_is_the_cause_where_a_rate_does_it_or_nothing_was_tried() -> None:
    for answer in (None, finding("learning_rate_high", 1), replace(finding("too_few_units", 1), detail="partly")):
        told, _ = doubting(answer)
        assert [(each.rule, each.consequences) for each in told] == [("oscillation", ())]


@pytest.mark.parametrize(("lower", "cause"), [(0.5, "too_few_units"), (0.54, "too_few_units"),
                                              (0.56, "learning_rate_high")])  # fmt: skip
def test_a_rate_comes_first_where_a_lower_one_does_more_than_a_run_that_has_learned_nothing(
    lower: float, cause: str
) -> None:
    leapt = replace(finding("learning_rate_high", 3, "warning", finding("too_few_units", 3)), detail="leap")
    moment: Any = SimpleNamespace(behind=True, has_learned=False, score=0.5, margin=0.05, weighted=(0, 1),
                                  lately=lambda rows: rows, probes=lambda name: np.full((4, 2), 0.01))  # fmt: skip
    small = replace(finding("too_few_units", 1), figures=(Figure("lower", lower),))
    (told,) = settled((leapt,), moment, lambda *_: small, {})
    assert told.rule == cause


def test_once_it_was_tried_a_swing_that_comes_back_is_put_under_it_again() -> None:
    known = {"too_few_units": finding("too_few_units", 1)}
    moment: Any = SimpleNamespace(behind=True, has_learned=True)
    (told,) = settled((finding("oscillation", 9),), moment, lambda *_: None, known)
    assert (told.rule, [each.rule for each in told.consequences]) == ("too_few_units", ["oscillation"])


def test_only_a_leap_long_ago_is_doubted() -> None:
    def doubted(ratio: float, detail: str = "leap", learned: bool = True) -> bool:
        moment: Any = SimpleNamespace(has_learned=learned, weighted=(0, 1), lately=lambda rows: rows)
        moment.probes = lambda name: np.full((4, 2), ratio)
        return is_doubtful(moment, replace(finding("learning_rate_high", 3), detail=detail))

    assert doubted(0.01)
    assert not doubted(0.3), "it leaps still"
    assert not doubted(np.nan), "nobody knows"
    assert not doubted(0.01, "worse")
    assert doubted(0.01, learned=False), "it may have been thrown there, or have nothing to learn with"


def test_looks_of_one_epoch_do_not_make_it_go(found: list[tuple[Finding, ...]]) -> None:
    """Many of them may come where epochs are long; parts of the plan have to be over."""
    found += [(finding("exploding", 0),), *[()] * (PATIENCE + 2)]
    doctor = Doctor()
    doctor.look(look(apart=4))
    shown = [doctor.look(look(behind=False, epoch=epoch, apart=4)) for epoch in (1, 1, 1, 1, 1 + 4 * (PATIENCE - 1))]
    assert [bool(each) for each in shown] == [True, True, True, True, False]


def test_what_follows_stays_as_long_as_its_cause(found: list[tuple[Finding, ...]]) -> None:
    under = finding("oscillation", 3)
    found += [(finding("vanishing", 3, "warning", under),), (finding("vanishing", 4),), (finding("symmetric", 5),)]
    doctor = Doctor()
    doctor.look(look())
    (shown,) = doctor.look(look())
    assert (shown.rule, shown.consequences) == ("vanishing", (under,))


def test_overfitting_and_too_few_samples_are_one_cause_and_neither_takes_the_others_place(
    found: list[tuple[Finding, ...]],
) -> None:
    few, turned = finding("too_little_data", 3), finding("overfitting", 5)
    found += [(few,), (replace(turned, consequences=(few,)),), *[(few,)] * (PATIENCE + 1)]
    doctor = Doctor()
    shown = [doctor.look(look(behind=False, gap=0.2)) for _ in range(PATIENCE + 3)]
    assert [[each.rule for each in told] for told in shown] == [
        ["too_little_data"],
        *[["overfitting"]] * (PATIENCE + 2),
    ]
    assert {each.rule: each.step for each in (*shown[-1], *shown[-1][0].consequences)} == {
        "overfitting": 5,
        "too_little_data": 3,
    }


def test_another_cause_takes_its_place_at_once(found: list[tuple[Finding, ...]]) -> None:
    found += [(finding("too_few_units", 3),), (finding("learning_rate_low", 4),)]
    doctor = Doctor()
    doctor.look(look())
    assert [each.rule for each in doctor.look(look())] == ["learning_rate_low"]


def test_what_has_become_a_consequence_stands_no_longer_for_itself(found: list[tuple[Finding, ...]]) -> None:
    first = finding("oscillation", 3)
    found += [(first,), (finding("batch_large", 4, "warning", replace(first, step=4)),)]
    doctor = Doctor()
    doctor.look(look())
    assert [each.rule for each in doctor.look(look())] == ["batch_large"]


def test_what_stands_for_itself_is_no_consequence_any_more(found: list[tuple[Finding, ...]]) -> None:
    found += [(finding("exploding", 3, "critical", finding("oscillation", 3)),), (finding("oscillation", 4),)]
    doctor = Doctor()
    doctor.look(look())
    assert [(each.rule, each.consequences) for each in doctor.look(look())] == [("exploding", ()), ("oscillation", ())]


def test_alarms_come_before_notes_in_the_order_of_the_table(found: list[tuple[Finding, ...]]) -> None:
    found += [(finding("plateau", 1, "note"), finding("learning_rate_low", 1), finding("unscaled_inputs", 1))]
    shown = Doctor().look(look())
    assert [each.rule for each in shown] == ["unscaled_inputs", "learning_rate_low", "plateau"]
    assert primary(shown) == shown[0]


def test_a_good_finding_goes_at_once_where_an_alarm_comes(found: list[tuple[Finding, ...]]) -> None:
    found += [(finding("best_possible", 3, "good"),), (finding("overfitting", 4),)]
    doctor = Doctor()
    doctor.look(look(behind=False))
    assert [each.rule for each in doctor.look(look(behind=False, gap=0.2))] == ["overfitting"]


def test_a_good_finding_does_not_outlive_what_it_says(found: list[tuple[Finding, ...]]) -> None:
    found += [(finding("best_possible", 3, "good"),), *[()] * PATIENCE]
    doctor = Doctor()
    shown = [doctor.look(look(behind=True, gap=0.2)) for _ in range(PATIENCE + 1)]
    assert [len(each) for each in shown] == [1] * PATIENCE + [0]


def test_a_run_that_is_as_good_as_it_gets_is_the_contrary_of_an_alarm(found: list[tuple[Finding, ...]]) -> None:
    found += [(finding("vanishing", 0),), *[(finding("best_possible", step, "good"),) for step in range(PATIENCE)]]
    doctor = Doctor()
    shown = [[each.rule for each in doctor.look(look(behind=False, gap=0.2))] for _ in range(PATIENCE + 1)]
    assert shown == [["vanishing"]] * PATIENCE + [["best_possible"]]


def test_nothing_is_shown_twice(found: list[tuple[Finding, ...]]) -> None:
    """A cause that is on its way out does not list what stands for itself by now."""
    under = finding("batch_large", 5)
    found += [(finding("learning_rate_high", 5, "warning", under),), (finding("batch_large", 6),)]
    doctor = Doctor()
    doctor.look(look())
    shown = doctor.look(look())
    assert [(each.rule, each.consequences) for each in shown] == [("learning_rate_high", ()), ("batch_large", ())]


def test_what_follows_keeps_its_first_step_and_so_does_what_came_to_stand_for_itself(
    found: list[tuple[Finding, ...]],
) -> None:
    first = finding("oscillation", 3)
    cause = finding("batch_large", 4, "warning", replace(first, step=4))
    found += [(first,), (cause,), (replace(first, step=5),)]
    doctor = Doctor()
    doctor.look(look())
    assert [each.step for top in doctor.look(look()) for each in (top, *top.consequences)] == [4, 3]
    assert {each.rule: each.step for each in doctor.look(look())} == {"batch_large": 4, "oscillation": 3}
