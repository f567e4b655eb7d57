"""Maps of samples with more than two columns: which two are chosen, and where the others stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.__main__ import main
from playground.data.section import ColumnPair, MainDirections, PlaneWish
from playground.figures.curves import ticks
from playground.numbers import label
from playground.views.theme import theme
from playground.views.window.main_window import MainWindow
from tests import tables
from tests.playground.views.one_window import one_after_another
from tests.playground.views.output.section_window import (
    Key,
    coloured_share,
    cut_of,
    document,
    free_place,
    lonely,
    move_to,
    opened_again,
    pixel_of,
)
from tests.playground.views.still_workbench import colours, near, painted
from tests.playground.views.window.driver import Make, Open, bench, press

# -- choosing ----------------------------------------------------------------------------------------------------------


def test_sections_one_after_the_other(window: MainWindow, qtbot: QtBot) -> None:
    one_after_another(
        window,
        check_the_first_two_columns_are_shown_and_the_line_says_where_the_others_stand,
        check_columns_are_chosen_by_keyboard_and_change_places,
        check_points_are_drawn_where_they_lie_in_every_pair,
        check_the_axes_have_round_values_in_the_columns_own_units_and_names_where_there_is_room,
        check_main_directions_are_made_of_all_columns,
        check_a_right_click_on_a_point_holds_the_others_at_its_values,
        check_a_menu_beside_all_points_holds_none,
        check_enter_at_a_point_holds_the_others_there,
        check_arrow_keys_step_over_the_map,
        prepare=lambda: {"window": opened_again(window)},
        qtbot=qtbot,
    )


def check_the_first_two_columns_are_shown_and_the_line_says_where_the_others_stand(window: MainWindow) -> None:
    row, view = window.output.plane, window.output.map
    assert cut_of(window) == ColumnPair(0, 1)
    assert row.isVisible()
    assert (row.across.current, row.upwards.current, row.others.current) == ("length", "depth", "mean")
    assert view.others == "others at their mean"
    assert view.accessibleDescription().endswith("others at their mean")
    assert len(colours(painted(view))) > 100


def check_columns_are_chosen_by_keyboard_and_change_places(window: MainWindow, qtbot: QtBot) -> None:
    row, before = window.output.plane, painted(window.output.map)
    press(qtbot, window, "Alt+M")
    assert row.across.hasFocus()
    qtbot.keyClick(row.across, Key.Key_Down)
    assert cut_of(window) == ColumnPair(1, 0), "the column that was upwards lies across now, and the other way round"
    qtbot.keyClick(row.upwards, Key.Key_End)
    row.upwards.setCurrentIndex(3)
    row.upwards.activated.emit(3)
    assert cut_of(window) == ColumnPair(1, 3)
    assert (row.across.current, row.upwards.current) == ("depth", "weight")
    assert painted(window.output.map) != before
    assert row.across.accessibleName()
    assert row.upwards.toolTip().endswith("weight")
    qtbot.keyClick(row.across, Key.Key_Down)
    qtbot.keyClick(row.across, Key.Key_Down)
    assert cut_of(window) == ColumnPair(3, 2), "each had what the other one has now"


def check_points_are_drawn_where_they_lie_in_every_pair(window: MainWindow) -> None:
    workbench, view = bench(window), window.output.map
    for wish in (PlaneWish(), PlaneWish("weight", "height"), PlaneWish(main=True)):
        workbench.set_view(plane=wish)
        cut_of(window)
        workbench.run.snapshot.maps.flags.writeable = True
        workbench.run.snapshot.maps[:] = 0.0
        image, data = painted(view), workbench.dataset
        hits = [
            near(image.pixel(pixel_of(window, sample)), theme.color(f"class{int(label)}").rgb(), 30)
            for sample, label in enumerate(data.train_labels)
        ]
        assert sum(hits) > 0.7 * len(hits), wish


def check_the_axes_have_round_values_in_the_columns_own_units_and_names_where_there_is_room(window: MainWindow) -> None:
    view, told = window.output.map, []
    original = QPainter.drawText

    def note(painter: QPainter, *given: Any) -> Any:
        told.append(next(each for each in given if isinstance(each, str)))
        return original(painter, *given)

    def texts() -> list[str]:
        told.clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(QPainter, "drawText", note)
            view.grab()
        return list(told)

    found = texts()
    assert {"→ length", "→ depth", "others at their mean"} <= set(found)
    left, right, bottom, top = bench(window).run.snapshot.section.window
    for low, high in ((left, right), (bottom, top)):
        assert {label(mark) for mark in ticks(low, high, 5)} <= set(found)
    assert view.square.left() >= 40
    assert view.square.bottom() <= view.height() - 40
    view.resize(170, 170)
    found = texts()
    assert "others at their mean" in found
    assert "→ length" not in found


def check_main_directions_are_made_of_all_columns(window: MainWindow, qtbot: QtBot) -> None:
    row = window.output.plane
    row.others.setFocus()
    qtbot.keyClick(row.others, Key.Key_Down)
    qtbot.keyClick(row.others, Key.Key_Down)
    assert cut_of(window) == MainDirections()
    share = round(100 * bench(window).run.snapshot.section.spread)
    assert window.output.map.others == f"two main directions, {share} % of the variance"
    assert not row.across.isEnabled()
    assert not row.upwards.isEnabled()
    press(qtbot, window, "Alt+M")
    assert row.others.hasFocus()
    qtbot.keyClick(row.others, Key.Key_Up)
    assert isinstance(cut_of(window), ColumnPair)
    assert row.across.isEnabled()


def test_one_other_column_is_named(make_workbench: Make, open_window: Open) -> None:
    window = open_window(make_workbench(document(3)))
    assert window.output.map.others == "height at its mean"
    window.output.map.menu.hold(7)
    bench(window).run.settle()
    assert window.output.map.others == "height as in point 7"


# -- a picked point ----------------------------------------------------------------------------------------------------


def check_a_right_click_on_a_point_holds_the_others_at_its_values(window: MainWindow, qtbot: QtBot) -> None:
    view, data, sample = window.output.map, bench(window).dataset, lonely(window)
    place, before = pixel_of(window, sample), painted(window.output.map)
    QApplication.sendEvent(
        view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place))
    )  # fmt: skip
    number = data.number_of(sample)
    hold, mean = view.menu.menu.actions()[:2]
    assert hold.text() == f"Hold the other columns at point {number}"
    hold.trigger()
    assert cut_of(window) == ColumnPair(0, 1, sample)
    section = bench(window).run.snapshot.section
    assert section.origin[2:, 0].tolist() == data.train_points[2:, sample].tolist()
    assert view.others == f"others as in point {number}"
    assert window.output.plane.others.current == "point"
    assert painted(view) != before
    mean.trigger()
    assert cut_of(window) == ColumnPair(0, 1)
    view.menu.menu.close()


def check_a_menu_beside_all_points_holds_none(window: MainWindow) -> None:
    view, place = window.output.map, free_place(window)
    QApplication.sendEvent(
        view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place))
    )  # fmt: skip
    assert not view.menu.menu.actions()[0].isEnabled()
    view.menu.menu.actions()[-1].trigger()
    assert cut_of(window) == MainDirections()
    view.menu.menu.close()


def check_enter_at_a_point_holds_the_others_there(window: MainWindow, qtbot: QtBot) -> None:
    view, sample = window.output.map, lonely(window)
    view.setFocus()
    move_to(qtbot, window, pixel_of(window, sample))
    assert bench(window).view.probe_sample == sample
    qtbot.keyClick(view, Key.Key_Return)
    assert cut_of(window) == ColumnPair(0, 1, sample)
    assert bench(window).view.probe is None


def check_arrow_keys_step_over_the_map(window: MainWindow, qtbot: QtBot) -> None:
    view = window.output.map
    view.setFocus()
    qtbot.keyClick(view, Key.Key_Right)
    x, y = bench(window).view.probe
    ground = view.ground
    assert x == pytest.approx(ground.middle[0] + ground.half[0] / 25)
    assert y == pytest.approx(ground.middle[1])
    for _ in range(60):
        qtbot.keyClick(view, Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    top = ground.section.window[3]
    assert bench(window).view.probe[1] == pytest.approx(top)
    assert painted(view)


# -- two columns -------------------------------------------------------------------------------------------------------


def test_a_plane_has_no_lists_no_axes_and_no_menu(make_workbench: Make, open_window: Open, qtbot: QtBot) -> None:
    window = open_window(make_workbench(document(2)))
    view = window.output.map
    assert not window.output.plane.isVisible()
    assert view.square.width() == min(view.width(), view.height())
    assert view.others == ""
    place = QPoint(50, 50)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.mapToGlobal(place))
    QApplication.sendEvent(view, event)
    assert view.menu.menu is None
    action = window.commands.actions["map_plane"]
    assert not action.isEnabled()
    assert action.toolTip() == "A map is chosen only where the data have more than two columns"
    bench(window).set_view(plane=PlaneWish("depth", "length", main=True))
    bench(window).run.settle()
    assert bench(window).run.snapshot.section is None


def test_a_picture_of_a_table_has_the_map_and_its_axes(
    tmp_path: Path, qapp: object, light_again: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names, rows = tables.flowers()
    (tmp_path / "a.csv").write_text(tables.as_text(names, rows))
    for name, chosen in (("map", ",".join(names[:4])), ("none", names[0])):
        asked = ["picture", "a.csv", "--target", "species", "--features", chosen, "--panel", "output"]
        assert main([*asked, "--out", f"{name}.png", "--epochs", "3"]) == 0
    with_map, without = (coloured_share(QImage(str(tmp_path / f"{name}.png"))) for name in ("map", "none"))
    assert with_map > 0.4
    assert without < 0.1
