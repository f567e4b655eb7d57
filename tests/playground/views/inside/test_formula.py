"""How an operation's formula shares its place with the sentences around it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.anatomy.operations.operation import Delta, WeightedSum
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Dense
from playground.experiment.network import Network
from playground.views.inside.page import InsidePage
from playground.views.window.main_window import MainWindow
from playground.views.workbench.workbench import Workbench
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


def test_the_canvas_goes_along_where_it_is_wider_than_its_place(
    open_window: Callable[..., MainWindow], make_workbench: Callable[..., Workbench]
) -> None:
    layers = (Dense(4), Dense(4), Dense(4), Dense(4))
    workbench = make_workbench(Experiment(network=Network(layers)))
    window = open_window(workbench, size=(1024, 600))
    workbench.inside.enter()
    workbench.inside.wait()
    QApplication.processEvents()
    view, operations = window.network.view, workbench.inside.operations
    assert operations is not None
    assert view.sceneRect().width() > view.viewport().width()
    last = operations.find(Delta, 0, 0)
    assert last is not None
    for place in (operations.spans[0].start, operations.spans[2].start, last):
        workbench.inside.seek(place)
        QApplication.processEvents()
        numbers = [plate for _, plate, token in view.glass.item.placed(view.surface.diagram) if token == "accent"]
        shown = view.mapToScene(view.viewport().rect()).boundingRect()
        assert numbers, place
        assert all(shown.contains(each) for each in numbers), (place, numbers, shown)
