"""Whether a tenth of the parameters does the same, asked in the window."""

from __future__ import annotations

from collections.abc import Callable

import playground as pg
from playground.views.workbench.workbench import Workbench
from tests.playground.diagnosis.cures.test_oversized import EASY, HARD

Make = Callable[..., Workbench]
BRIEF = {"training__stop": pg.Stop(epochs=30)}


def asked(bench: Workbench) -> list[str]:
    """What was said, once it was asked and answered."""
    told: list[str] = []
    bench.run.settle()
    bench.doctor.wait()
    bench.doctor.sizing.told.connect(told.append)
    bench.doctor.sizing.ask()
    bench.doctor.trials.wait()
    return told


def test_the_answer_is_a_note_until_the_run_is_another_one(make_workbench: Make) -> None:
    bench = make_workbench(pg.with_changes(EASY, **BRIEF))
    assert asked(bench) == []
    assert [each.rule for each in bench.doctor.findings] == ["too_large"]
    assert bench.doctor.alarms == ()
    assert bench.doctor.trials.results, "the sheet has the pairs"
    bench.change("Layers", network__layers=(pg.Dense(2),))
    assert bench.doctor.sizing.findings == ()
    assert asked(bench) == ["No network with these layers has a tenth of the parameters."]


def test_no_is_said(make_workbench: Make) -> None:
    bench = make_workbench(pg.with_changes(HARD, **BRIEF))
    (sentence,) = asked(bench)
    assert sentence.startswith("A tenth of the parameters does not do the same: ")
    assert bench.doctor.sizing.findings == ()
