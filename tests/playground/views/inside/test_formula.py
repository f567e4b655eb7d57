"""How an operation's formula shares its place with the sentences around it."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from playground.anatomy.operations.operation import WeightedSum
from playground.experiment.experiment import Experiment
from playground.views.inside.page import InsidePage
from playground.words.inside.page import PHASE_PURPOSES
from tests.playground.views.still_workbench import StillWorkbench, painted, shown

SIZE = (960, 190)


def opened(
    qtbot: QtBot, experiment: Experiment | None = None, size: tuple[int, int] = SIZE
) -> tuple[StillWorkbench, InsidePage]:
    """A page whose step is there, after two epochs."""
    bench, page = shown(qtbot, InsidePage, experiment, size)
    bench.show_run(epochs=2)
    bench.inside.enter()
    bench.inside.wait()
    return bench, page


def test_a_long_sentence_is_read_whole_where_a_sum_stays_one(qtbot: QtBot) -> None:
    bench, page = opened(qtbot, size=(640, 220))
    step = bench.inside.step
    assert step is not None
    bench.inside.seek(step.operations.find(WeightedSum, 1, 0) or 0)
    view = page.formula
    assert view.page is not None
    whole = view.page.told
    assert view.toolTip() == whole.what
    assert view.sentence_height > 0
    page.resize(640, 130)
    assert view.page.kept > 0 or view.sentence_height == 0
    page.resize(1600, 220)
    assert view.page is not None
    assert view.sentence_height == 0


def test_each_phase_says_below_its_first_formula_what_it_is_for(qtbot: QtBot) -> None:
    bench, page = opened(qtbot)
    formula, operations = page.formula, bench.inside.operations
    assert operations is not None
    for span in operations.spans:
        bench.inside.seek(span.start)
        place = formula.purpose_place
        assert formula.purpose == PHASE_PURPOSES[span.phase]
        assert place is not None
        assert place.bottom() <= formula.height()
        assert all(not place.intersects(name) for _, name in formula.places())
        with_sentence = painted(formula)
        formula.purpose = ""
        assert painted(formula) != with_sentence


def test_a_formula_that_needs_the_room_keeps_it(qtbot: QtBot) -> None:
    bench, page = opened(qtbot)
    formula, operations = page.formula, bench.inside.operations
    assert operations is not None
    for span in operations.spans:
        bench.inside.seek(span.start)
        formula.resize(formula.width(), 72)
        told, purpose = formula.page, formula.purpose_place
        assert told is not None
        assert purpose is None
        formula.purpose = ""
        formula.resize(formula.width() - 1, 72)
        assert formula.page is not None
        assert (told.kept, told.font, told.lines) == (formula.page.kept, formula.page.font, formula.page.lines)
