"""What menus and lists show: curves of activations, names of own columns, no frame of another colour, rows together."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from playground.experiment.activations import ACTIVATIONS
from playground.run.checkpoint import Checkpoint
from playground.views.marks.curve_icon import curve_icon
from playground.views.theme import theme
from tests.own_points import about, made
from tests.playground.views.window.driver import bench


def picture(icon):
    return icon.pixmap(16, 16).toImage()


def test_the_menu_of_activations_shows_their_curves_when_it_is_opened(window):
    assert all(window.commands.actions[f"activation_{name}"].icon().isNull() for name in ACTIVATIONS)
    for name in ("light", "dark"):
        theme.current().set_theme(name)
        menu = window.menus.menus["Network/Activation"]
        menu.aboutToShow.emit()
        for action, activation in zip(menu.actions(), ACTIVATIONS, strict=True):
            assert picture(action.icon()) == picture(curve_icon(f"activation:{activation}"))


def test_the_sheet_of_a_layer_shows_their_curves(window, qtbot):
    window.network.view.openers.open_settings(0)
    field = window.network.view.openers.settings.fields["activation"]
    for row, name in enumerate(ACTIVATIONS):
        assert picture(field.itemIcon(row)) == picture(curve_icon(f"activation:{name}"))
    theme.current().set_theme("dark")
    assert picture(field.itemIcon(0)) == picture(curve_icon("activation:tanh"))


def test_a_list_has_a_hand_and_only_colours_of_the_theme_around_its_entries(window, qtbot):
    assert window.training.optimizer.cursor().shape() == Qt.CursorShape.PointingHandCursor
    for name in ("light", "dark", "contrast"):
        theme.current().set_theme(name)
        field = window.training.optimizer
        field.showPopup()
        popup = field.view().window()
        qtbot.waitUntil(popup.isVisible)
        image = popup.grab().toImage()
        known = [theme.color(token) for token in ("line", "surface", "accent_soft")]
        middle = field.view().visualRect(field.model().index(0, 0)).center()
        column = field.view().viewport().mapTo(popup, QPoint(2, middle.y())).x()
        for y in range(image.height()):
            colour = QColor.fromRgb(image.pixel(column, y))
            assert _is_between(colour, known), (name, y, colour.name())
        popup.hide()


def _is_between(colour, known):
    """Whether each part of a colour lies within those of the known ones: edges are mixed from two of them."""
    parts = np.array([[each.red(), each.green(), each.blue()] for each in known])
    own = np.array([colour.red(), colour.green(), colour.blue()])
    return bool(((own >= parts.min(axis=0) - 2) & (own <= parts.max(axis=0) + 2)).all())


def test_rows_of_data_and_training_stay_together_with_the_ways_to_other_data_above(window):
    check_ways(window.data, "as it opens")
    for size in ((1024, 600), (1280, 720), (1440, 900), (3840, 2160)):
        window.resize(*size)
        QApplication.processEvents()
        check_ways(window.data, size)
        if size != (1024, 600):
            check_rows(window)


def check_ways(data, size):
    """They stand between pictures and sliders."""
    assert data.ways[0].y() > data.gallery.geometry().bottom(), size
    assert data.ways[-1].geometry().bottom() < data.rows[0].y(), size


def check_rows(window):
    rows = [row for row in (*window.data.rows, *window.data.shape.rows) if not row.isHidden()]
    rows.sort(key=lambda row: row.y())
    gaps = [after.y() - before.geometry().bottom() for before, after in pairwise(rows)]
    assert max(gaps) <= 22
    assert max(gaps) - min(gaps) <= 1
    scaling = window.data.scaling
    assert scaling.y() - rows[-1].geometry().bottom() <= 32
    training = window.training
    tops = [each.mapTo(training, QPoint()).y() for each in (training.rate, training.optimizer, training.initializer)]
    assert max(after - before for before, after in pairwise(tops)) <= 90


def test_a_regression_has_answers(window):
    window.data.choose("plane")
    QApplication.processEvents()
    tabs = window.plots.tabs
    at = window.plots.names.index("Confusion")
    assert (tabs.tabText(at), tabs.keys[at]) == ("Answers", "answers")
    others = [index for index in range(tabs.count()) if index != at]
    assert [tabs.tabText(index) for index in others] == [window.plots.names[index] for index in others]
    assert bench(window).experiment.task.is_classification is False


def test_the_menu_of_features_names_own_columns(make_workbench, open_window):
    own = made(2)
    window = open_window(make_workbench(Checkpoint(about(own, 2, ("height", "weight")), points=own)))
    symbols = [action.text() for action in window.menus.menus["Data/Features"].actions()]
    assert symbols[:2] == ["height", "weight"]
    assert "y" not in symbols
