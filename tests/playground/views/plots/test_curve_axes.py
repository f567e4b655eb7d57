"""What stands around the curves: marks on the axes, names at the line ends, the note on what is cut off."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtGui import QColor, QFontMetricsF
from pytestqt.qtbot import QtBot

from playground.views.plots import curve_notes
from playground.views.plots.curve_names import end_centres
from playground.views.plots.curve_plot import Line
from playground.views.plots.loss_and_accuracy import LossAndAccuracy
from playground.views.theme import theme
from tests.playground.views.plots.test_curve_plot import LINEAR, history, marked, plot
from tests.playground.views.still_workbench import painted, shown


def test_a_line_above_the_axis_runs_out_of_the_plot_and_says_how_high(qtbot: QtBot) -> None:
    view = plot(qtbot)
    epochs, values = np.arange(101.0), np.full(101, 0.5)
    values[:21] = 3.0
    view.show_lines(epochs, [Line("train", "accent", values)], LINEAR)
    assert not marked(view, "accent", round(view.axes.place(view.axes.plot_rect, 10.0, 0).x()))
    crossing = view.axes.place(view.axes.plot_rect, 20.9, 1.0)
    rows = marked(view, "accent", round(crossing.x()))
    assert rows
    assert min(rows) <= view.axes.plot_rect.top() + 3
    assert view.clipped() == "↑ 3.0"
    with_note = painted(view)
    view.show_lines(epochs, [Line("train", "accent", np.minimum(values, 1.0))], LINEAR)
    assert view.clipped() == ""
    assert painted(view) != with_note


@pytest.mark.parametrize("height", [70, 120, 240])
def test_the_loss_axis_has_two_labels_or_more(qtbot: QtBot, height: int) -> None:
    bench, view = shown(qtbot, LossAndAccuracy, size=(1000, height))
    snapshot = bench.show_run()
    for level, log in product((0.11, 2.3, 7.0, 2.5e-6), (False, True)):
        bench.set_view(log_scale=log)
        rows = history(60)
        rows[:, 1:3] = np.linspace(level, level / 3, 60)[:, None]
        bench.show_snapshot(replace(snapshot, history=rows))
        image = painted(view.loss)
        inked = [any(QColor(image.pixel(x, y)).lightness() < 200 for x in range(50)) for y in range(14, height - 4)]
        labels = sum(now and not before for before, now in zip([False, *inked], inked, strict=False))
        assert labels >= 2, (level, log)


def test_the_note_of_what_is_cut_off_stands_beside_the_line_that_falls(qtbot: QtBot) -> None:
    """Also where it falls between two rows: the note begins where the line has left its height."""
    view = plot(qtbot)
    epochs, values = np.arange(21.0), np.full(21, 0.1)
    values[0] = 10.0
    view.show_lines(epochs, [Line("train", "accent", values)], LINEAR)
    (x,) = curve_notes.falls(view.axes, [(epochs, values)], 18.0)
    end = view.axes.place(view.axes.plot_rect, 1.0, 0.0).x()
    assert end - 6 < x < end
    assert list(curve_notes.falls(view.axes, [(epochs, np.full(21, 0.1))], 18.0)) == []


def test_names_at_the_line_ends_stay_above_the_axis(qtbot: QtBot) -> None:
    view = plot(qtbot)
    rect, sizes = view.axes.plot_rect, [14.0, 14.0, 14.0]
    centres = end_centres(rect, [rect.bottom()] * 3, sizes)
    assert max(centres) + 7 <= rect.bottom() - 3
    assert np.diff(sorted(centres)).min() >= 14


@pytest.mark.parametrize("last", [80, 2000, 80_000, 500_000, 2_500_000])
def test_the_word_epoch_does_not_touch_the_last_mark(qtbot: QtBot, last: int) -> None:
    view = plot(qtbot)
    view.show_lines(np.array([0.0, last]), [], LINEAR)
    place = view.axes.unit_place(view.axes.plot_rect, "epoch")
    at, text = view.axes._last_mark
    half = QFontMetricsF(theme.number_font(11)).horizontalAdvance(text) / 2
    assert at == last
    assert place.left() >= view.axes.place(view.axes.plot_rect, at, 0.0).x() + half + 5
    assert place.right() <= view.width()


def test_curves_that_begin_late_begin_at_the_axis(qtbot: QtBot) -> None:
    view = plot(qtbot)
    epochs = np.arange(400_000.0, 400_101.0)
    view.show_lines(epochs, [Line("train", "accent", np.linspace(0.9, 0.1, 101))], LINEAR)
    rect = view.axes.plot_rect
    assert (view.axes.start, view.axes.end) == (400_000.0, 400_100.0)
    assert view.axes.place(rect, 400_000.0, 0).x() == pytest.approx(rect.left())
    middle = marked(view, "accent", round(view.axes.place(rect, 400_050.0, 0).x()))
    assert np.mean(middle) == pytest.approx(view.axes.place(rect, 400_050.0, 0.5).y(), abs=2)
    pointed: list[float | None] = []
    view.pointed.connect(pointed.append)
    qtbot.mouseMove(view.viewport(), view.axes.place(rect, 400_025.0, 0.5).toPoint())
    assert pointed[-1] == pytest.approx(400_025, abs=1)
    view.show_lines(np.array([400_000.0, 9e6]), [], LINEAR)
    assert view.axes.start == 0.0, "where nearly everything is there, the axis begins at 0 again"


@pytest.mark.parametrize(("width", "equal"), [(520, True), (900, False)])
def test_the_accuracy_keeps_room_where_there_is_little(qtbot: QtBot, width: int, equal: bool) -> None:
    bench, view = shown(qtbot, LossAndAccuracy, size=(width, 165))
    bench.show_run()
    assert (abs(view.loss.width() - view.accuracy.width()) <= 1) == equal
    assert view.accuracy.axes.plot_rect.width() >= 120
