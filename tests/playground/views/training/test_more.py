"""The card behind "More": what is unusual is marked, nothing is cut, and the keyboard finds its way in and out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.experiment.optimizers import OPTIMIZERS, Sgd
from playground.experiment.schedules import SCHEDULES, EarlyStopping, OneCycleSchedule
from playground.experiment.training import Training
from playground.views.controls import Cell, NumberField, Paragraph
from playground.views.training.more import WIDTH, TrainingMore
from playground.views.window.main_window import MainWindow
from playground.views.workbench.workbench import Workbench
from playground.words.training import PAGES, set_beyond_usual
from tests.playground.views.controls.driver import LEFT, Key, enter, show_panel
from tests.playground.views.window.driver import Open, bench, press
from tests.seeds import long


@pytest.fixture
def workbench(qtbot: QtBot) -> Iterator[Workbench]:
    """Without kernels: the settings need none."""
    made = Workbench(Experiment())
    yield made
    made.close()


@pytest.fixture
def more(workbench: Workbench, qtbot: QtBot) -> TrainingMore:
    card = TrainingMore(workbench)
    show_panel(qtbot, card, WIDTH, 196)
    return card


# -- tabs, marks, room ------------------------------------------------------------------------------------------------


UNUSUAL: dict[str, dict[str, Any]] = {
    "Optimizer": {"training__optimizer": Sgd(momentum=0.5)},
    "Loss": {"training__class_weights": "balanced"},
    "Clipping": {"training__max_norm": 2.0},
    "Schedule": {"training__schedule": OneCycleSchedule()},
    "Stopping": {"training__stop__seconds": 60.0},
    "Start": {"training__precision": "float64"},
}


@pytest.mark.parametrize("page", PAGES)
def test_a_tab_is_marked_exactly_where_something_is_unusual(
    page: str, more: TrainingMore, workbench: Workbench
) -> None:
    workbench.change("Set", **UNUSUAL[page])
    assert [name for place, name in enumerate(PAGES) if more.tabs.is_marked(place)] == [page]
    words = set_beyond_usual(workbench.experiment.training)[page]
    assert words
    assert more.tabs.tabToolTip(PAGES.index(page)) == words
    marked = more.tabs.grab().toImage()
    workbench.undo()
    assert more.tabs.grab().toImage() != marked


def test_the_usual_settings_have_nothing_to_tell() -> None:
    assert set_beyond_usual(Training()) == {}
    for choice in OPTIMIZERS.values():
        assert set_beyond_usual(Training(optimizer=choice.optimizer)) == {}


CROWDED = with_changes(
    Experiment(),
    data__source__name="blobs",
    data__source__classes=8,
    training__optimizer=OPTIMIZERS["nadam"].optimizer,
    training__class_weights=(0.5,) * 8,
    training__clip_norm=5.0,
    training__early_stopping=EarlyStopping(),
)


@pytest.mark.parametrize("schedule", ["reduce_on_plateau", long("cosine")])
def test_nothing_is_cut_on_any_page(schedule: str, open_window: Open, make_workbench) -> None:
    sizes = ((1440, 900), (1280, 720))
    workbench = make_workbench()
    window = open_window(workbench, sizes[0])
    workbench.edit("Crowd", with_changes(CROWDED, training__schedule=SCHEDULES[schedule].schedule))
    window.training.show_more(True)
    for size in sizes:
        window.resize(*size)
        for page in PAGES:
            window.more.show_page(page)
            for _ in range(3):
                QApplication.processEvents()
            check_page(window, page)
        last = window.more.tabs.tabRect(len(PAGES) - 1)
        assert last.right() <= window.more.tabs.width(), size
        assert window.size().toTuple() == size


def check_page(window: MainWindow, page: str) -> None:
    group: QWidget = window.more.groups[page]
    for child in group.findChildren(QWidget):
        if not child.isVisible() or not isinstance(child, (NumberField, Cell, Paragraph)):
            continue
        corner = child.mapTo(group, child.rect().bottomRight())
        assert group.rect().contains(corner), (page, child, child.accessibleName())
        if isinstance(child, Cell):
            assert not child.caption.is_cut(), (page, child.caption.text)
        if isinstance(child, Paragraph) and child.text:
            assert child.height() >= child.heightForWidth(child.width()), (page, child.text)


def test_more_opens_beside_the_card_and_escape_brings_the_keyboard_back(open_window: Open, qtbot: QtBot) -> None:
    window: MainWindow = open_window()
    wide = window.plots.width()
    assert not window.more.isVisible()
    window.training.more.setFocus()
    qtbot.keyClick(window.training.more, Key.Key_Return)
    assert window.more.isVisible()
    assert QApplication.focusWidget() is window.more.tabs
    qtbot.waitUntil(lambda: window.plots.width() < wide - 300)
    assert window.plots.geometry().right() < window.more.geometry().left()
    assert window.more.geometry().right() < window.doctor.card.geometry().left()
    qtbot.keyClick(window.more.tabs, Key.Key_Right)
    assert window.more.page == "Loss"
    qtbot.keyClick(window.more.tabs, Key.Key_Escape)
    assert not window.more.isVisible()
    assert QApplication.focusWidget() is window.training.more
    assert window.training.more.text() == "More"
    qtbot.waitUntil(lambda: window.plots.width() == wide)
    assert bench(window).experiment == Experiment()


def test_escape_in_a_field_gives_up_what_was_typed_and_a_second_one_closes_the_card(
    open_window: Open, qtbot: QtBot
) -> None:
    window: MainWindow = open_window()
    for typed, answered in (("12", False), ("-3", True), ("abc", False), ("abc", True), (" ", True)):
        about = (typed, answered)
        qtbot.mouseClick(window.training.more, LEFT)
        window.more.show_page("Stopping")
        field = window.more.groups["Stopping"].rules["loss"]
        enter(qtbot, field)
        qtbot.keyClicks(field, typed)
        if answered:
            qtbot.keyClick(field, Key.Key_Return)
        press(qtbot, window, "Escape")
        assert window.more.isVisible(), about
        assert QApplication.focusWidget() is field, about
        assert field.text() == "off", about
        press(qtbot, window, "Escape")
        assert not window.more.isVisible(), about


def test_a_class_is_never_told_by_colour_alone(more: TrainingMore, workbench: Workbench) -> None:
    more.show_page("Loss")
    marks = more.groups["Loss"].weights.marks
    workbench.change("Use digits", data__source__name="digits")
    workbench.change("Weight", training__class_weights=(1.0,) * 10)
    assert [mark.sign for mark in marks] == list("0123456789")
    assert all(mark.isVisible() for mark in marks)
    chip = marks[3].grab().toImage()
    workbench.change("Use spirals", data__source__name="three_spirals", training__class_weights=(1.0,) * 3)
    assert [mark.sign for mark in marks[:3]] == ["", "", ""]
    assert not marks[3].isVisible()
    assert marks[2].grab().toImage() != chip
