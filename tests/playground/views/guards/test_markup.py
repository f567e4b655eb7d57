"""What somebody has typed stands in tool tips as it was typed, whatever it looks like."""

from __future__ import annotations

import re

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from playground.edits.changes import with_changes
from playground.experiment.network import Network
from playground.views.controls.labels import as_it_stands
from playground.views.window.main_window import MainWindow
from tests.playground.views.window.driver import Make, Open, bench
from tests.playground.views.window.test_own_points import LAYERS, document

TAG = re.compile(r"<[a-z]+[0-9]?>")


def test_markup_is_escaped_and_lines_stay_lines() -> None:
    assert as_it_stands("a & b\nc > d") == "a & b\nc > d"
    assert as_it_stands("<b>a\nb & c") == "&lt;b&gt;a<br>b &amp; c"
    assert as_it_stands("&lt;i&gt;") == "&amp;lt;i&amp;gt;"


def markup(window: MainWindow) -> set[str]:
    """Tool tips and labels of a window that Qt would read as rich text with a name's tags in it."""
    QApplication.processEvents()
    widgets = window.findChildren(QWidget)
    tips = [each.toolTip() for each in (*widgets, *window.findChildren(QAction))]
    labels = [each for each in window.findChildren(QLabel) if each.textFormat() != Qt.TextFormat.PlainText]
    return {text for text in (*tips, *(each.text() for each in labels)) if TAG.search(text.replace("<br>", ""))}


def test_names_that_look_like_markup_are_read_as_names(make_workbench: Make, open_window: Open, qtbot: QtBot) -> None:
    own = document(3, ("<b>one", "<i>two</i>", "three<u>"), network=Network(LAYERS))
    experiment = with_changes(
        own.experiment, title="<h1>Title</h1>", notes="<b>notes",
        data__source__columns=("<b>a</b>", "<i>b", "<u>c</u>"), training__class_weights=(1.0, 2.0, 1.0),
    )  # fmt: skip
    window = open_window(make_workbench(replace(own, experiment=experiment)))
    workbench = bench(window)
    window.training.show_more(True)
    workbench.change("Rate of a <b>title</b>", training__learning_rate=0.1)
    workbench.run.advance_now(epochs=20)
    for tab in ("Curves", "Weights", "Layers", "Points", "Folds", "Confusion", "Parameters", "Inside"):
        window.plots.show_tab(tab)
        assert markup(window) == set(), tab
