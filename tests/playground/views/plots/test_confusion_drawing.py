"""The confusion matrix with few and with many classes, and what it says about a cell."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from playground.figures.confusion import Confusion
from playground.views.plots.confusion_drawing import LEAST_WITH_FIGURES, matrix_places
from playground.views.plots.confusion_view import ConfusionView
from playground.views.theme import theme
from tests.playground.views.still_workbench import colours, experiment_on, painted, shown


@pytest.mark.parametrize("classes", [2, 3, 8, 10])
@pytest.mark.parametrize("size", [(960, 164), (860, 142), (1500, 300), (400, 102)])
def test_every_cell_lies_inside_and_can_be_met(classes: int, size: tuple[int, int]) -> None:
    places = matrix_places(*size, classes)
    assert places.grid.bottom() <= size[1]
    assert places.grid.right() + 76 <= size[0]
    for row, column in np.ndindex(classes, classes):
        assert places.cell_at(places.cell(row, column).center()) == (row, column)
    assert places.cell_at(QPointF(1, 1)) is None


def test_ten_classes_have_figures_at_both_usual_sizes() -> None:
    for size in ((960, 164), (860, 142)):
        assert matrix_places(*size, 10).high >= LEAST_WITH_FIGURES + 2


def test_few_classes_have_room() -> None:
    assert not matrix_places(960, 164, 4).is_tight
    assert matrix_places(960, 164, 10).is_tight


def test_names_and_signs_come_from_the_data(qtbot: QtBot) -> None:
    bench, view = shown(qtbot, ConfusionView, experiment_on("shapes"), (960, 164))
    bench.show_run(epochs=1)
    found = view.found
    assert isinstance(found, Confusion)
    assert found.signs == ("s", "d", "t", "c")
    assert "answered as" in found.sentences[1]
    assert any(name in found.sentences[1] for name in ("square", "disc", "triangle", "cross"))
    assert found.sentences[2].endswith("images)")


@pytest.mark.parametrize("theme_name", ["light", "dark", "contrast"])
def test_each_of_ten_classes_shows_its_colour(qtbot: QtBot, theme_name: str) -> None:
    bench, view = shown(qtbot, ConfusionView, experiment_on("digits"), (960, 142))
    bench.show_run(epochs=2)
    theme.current().set_theme(theme_name)
    seen = colours(painted(view))
    assert all(theme.color(f"class{index}").rgb() in seen for index in range(10))


def test_a_tool_tip_reads_a_cell(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    bench, view = shown(qtbot, ConfusionView, experiment_on("digits"), (960, 142))
    bench.show_run(epochs=2)
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, _view: told.append(text))
    assert isinstance(view.found, Confusion)
    places = view.places(view.found)
    for cell in ((3, 3), (5, 2)):
        at = places.cell(*cell).center().toPoint()
        QApplication.sendEvent(view, QHelpEvent(QHelpEvent.Type.ToolTip, at, QPoint()))
    counts = view.found.counts
    assert told == [
        f"digit 3: {counts[3, 3]} of {counts[3].sum()} answered right",
        f"digit 5: {counts[5, 2]} of {counts[5].sum()} answered as digit 2",
    ]
