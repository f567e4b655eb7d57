"""Tables in the window: opened from files, the clipboard, the menu and drops, chosen from on their sheet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from playground.data import PointsData
from playground.data.section import ColumnPair
from playground.views.tables.sheet import TableSheet
from playground.views.theme import theme
from playground.views.window.main_window import MainWindow
from tests import tables
from tests.playground.views.one_window import one_after_another
from tests.playground.views.window.driver import bench, trigger
from tests.seeds import long

NAMES, ROWS = tables.flowers()
NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def put(folder: Path, name: str, data: bytes | str) -> str:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return str(path)


def opened(window: MainWindow, path: str) -> TableSheet:
    """The sheet of a table file."""
    window.files.open_path(path)
    window.tables.reading.wait()
    sheet = window.tables.sheet
    assert isinstance(sheet, TableSheet), window.messages.text
    return sheet


def take(window: MainWindow, sheet: TableSheet, qtbot: QtBot) -> None:
    """Press Open and wait for the points."""
    qtbot.mouseClick(sheet.open_button, Qt.MouseButton.LeftButton)
    window.tables.reading.wait()
    QApplication.processEvents()
    assert window.tables.sheet is None


def click(qtbot: QtBot, sheet: TableSheet, name: str, line: str) -> None:
    """Click on a line of a column's head."""
    place = sheet.grid.head_at(name, line).toPoint()
    qtbot.mouseClick(sheet.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)


def source(window: MainWindow) -> PointsData:
    found = bench(window).experiment.data.source
    assert isinstance(found, PointsData)
    return found


KINDS: dict[str, Callable[[Path], bytes]] = {
    "a.csv": lambda _: tables.as_text(NAMES, ROWS).encode(),
    "european.csv": lambda _: tables.as_european(NAMES, ROWS),
    "a.tsv": lambda _: tables.as_text(NAMES, ROWS, "\t").encode("utf-16"),
    "a.csv.gz": lambda _: tables.packed(tables.as_text(NAMES, ROWS).encode()),
    "a.json": lambda _: tables.as_records(NAMES, ROWS),
    "a.parquet": lambda folder: tables.as_parquet(NAMES, ROWS, folder),
    "a.xlsx": lambda _: tables.as_workbook(NAMES, ROWS),
    "a.ods": lambda _: tables.as_open_document(NAMES, ROWS),
}


@pytest.mark.parametrize("kinds", [("a.tsv", "a.csv.gz", "a.parquet", "a.xlsx"), long(tuple(KINDS))])
def test_each_kind_of_table_opens_through_its_sheet(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    for name in kinds:
        made = KINDS[name]
        sheet = opened(window, put(tmp_path, name, made(tmp_path)))
        assert sheet.name.text == name
        assert sheet.choice.target == "species"
        assert sheet.line.text == "30 of 30 rows: 21 to train, 9 to test"
        take(window, sheet, qtbot)
        assert (source(window).name, source(window).classes) == (name, tables.FLOWERS)
        assert source(window).columns == tuple(NAMES[:4])
        assert bench(window).path is None
        assert not bench(window).edited
    sheet = opened(window, put(tmp_path, "a.npz", tables.as_archive(ROWS)))
    assert sheet.choice.target == "y"
    take(window, sheet, qtbot)
    assert source(window).classes == ("0", "1", "2")


def test_tables_one_after_the_other(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    one_after_another(
        window,
        check_target_features_and_kinds_are_chosen_by_clicks,
        check_the_heads_work_by_keyboard,
        check_rows_that_need_a_look_are_shown_and_treated_otherwise,
        check_a_table_is_pasted_and_dropped,
        check_what_is_no_table_is_told_and_changes_nothing,
        check_a_table_can_be_read_in_another_way,
        check_the_map_shows_the_features_that_the_picture_showed,
        qtbot=qtbot,
        tmp_path=tmp_path,
    )


def check_target_features_and_kinds_are_chosen_by_clicks(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    rows = [[i % 9 / 2, 100.0 * (i % 7), i % 3, "ab"[i % 2], f"n{i}"] for i in range(42)]
    path = put(tmp_path, "t.csv", tables.as_text(["x", "mass", "grade", "kind", "name"], rows))
    sheet = opened(window, path)
    assert sheet.choice.target == "kind"
    assert sheet.plan is not None
    assert [each.name for each in sheet.plan.inputs] == ["x", "mass", "grade"]
    assert sheet.side.spread.text == "ranges differ 300-fold"
    assert sheet.side.scaling.current == "standardize"
    assert sheet.side.picture.count == 42
    click(qtbot, sheet, "grade", "kind")
    assert [each.name for each in sheet.plan.inputs][2:] == ["grade=0", "grade=1", "grade=2"]
    click(qtbot, sheet, "x", "tick")
    assert sheet.choice.features == ("mass", "grade")
    click(qtbot, sheet, "name", "tick")
    assert sheet.choice.features == ("mass", "grade"), "words with many values are no feature"
    click(qtbot, sheet, "grade", "name")
    assert (sheet.choice.target, sheet.choice.features) == ("grade", ("mass",))
    assert sheet.side.target_note.text == "3 classes"
    click(qtbot, sheet, "grade", "kind")
    assert sheet.side.target_note.text == "0 to 2"
    click(qtbot, sheet, "mass", "tick")
    assert not sheet.open_button.isEnabled()
    assert sheet.line.text == "No feature is chosen."
    click(qtbot, sheet, "x", "tick")
    take(window, sheet, qtbot)
    assert (source(window).classes, source(window).columns) == (0, ("x",))
    assert bench(window).experiment.data.target_scaling == "standardize"


def check_the_heads_work_by_keyboard(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    sheet = opened(window, put(tmp_path, "a.csv", tables.as_text(NAMES, ROWS)))
    sheet.grid.setFocus(Qt.FocusReason.TabFocusReason)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_T):
        qtbot.keyClick(sheet.grid, key)
    assert sheet.choice.target == "petal length"
    assert sheet.choice.features == ("sepal length", "petal width")
    assert sheet.grid.accessibleDescription() == "petal length, number, target"
    for key, modifiers in ((Qt.Key.Key_I, NONE), (Qt.Key.Key_O, CTRL), (Qt.Key.Key_N, CTRL), (Qt.Key.Key_Period, NONE)):
        qtbot.keyClick(sheet.grid, key, modifiers)
    assert window.tables.sheet is sheet, "all keys are its own"
    assert not bench(window).inside.on
    held = set()
    for _ in range(40):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        held.add(QApplication.focusWidget())
    assert {sheet.open_button, sheet.cancel, sheet.close_button, sheet.grid} <= held
    assert all(sheet.isAncestorOf(each) for each in held), "Tab stays on it"
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert sheet.isVisible(), "a slip beside it takes nothing away"
    assert not sheet.geometry().isEmpty()
    assert sheet.rect() == window.rect()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert window.tables.sheet is None
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    window.messages.show_message("The menus are still there.", "info")
    assert bench(window).experiment.source_kind.recipe is not None, "nothing was opened"


def check_rows_that_need_a_look_are_shown_and_treated_otherwise(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    rows = [[20.0 + i / 10, i % 5 / 1.5, "ab"[i % 2]] for i in range(260)]
    text = tables.as_text(["depth", "y", "kind"], rows).replace("20.3,", ",").replace("25.0,", '"25,0",')
    text = text.replace("45.5,", ",").replace("45.7,", ",")
    sheet = opened(window, put(tmp_path, "t.csv", text))
    assert [row.what.text for row in sheet.looks.rows] == [
        "depth is empty", "depth: “25,0” is not a number", "depth is empty",
    ]  # fmt: skip
    assert sheet.looks.heading.text == "4 rows need a look"
    assert sheet.looks.more.text == "and 1 more"
    assert sheet.line.text.startswith("257 of 260 rows")
    first, second, third = sheet.looks.rows
    qtbot.mouseClick(third, Qt.MouseButton.LeftButton, pos=QPoint(10, 8))
    assert sheet.grid.lit_row == 256, "a row behind the first ones is put below them"
    qtbot.mouseClick(first.remedy, Qt.MouseButton.LeftButton)
    assert (first.done.text, sheet.choice.filled) == ("filled with the mean", frozenset({4}))
    assert sheet.line.text.startswith("258 of 260 rows")
    qtbot.mouseClick(second.remedy, Qt.MouseButton.LeftButton)
    assert (second.done.text, sheet.choice.left_out) == ("left out", frozenset({51}))
    qtbot.mouseClick(second.remedy, Qt.MouseButton.LeftButton)
    assert (second.done.text, sheet.choice.left_out) == ("read as 25", frozenset())
    qtbot.mouseClick(sheet.side.missing.buttons["median"], Qt.MouseButton.LeftButton)
    assert sheet.line.text.startswith("260 of 260 rows")
    take(window, sheet, qtbot)
    assert bench(window).experiment.data.imperfections.imputer == "median"
    assert source(window).missing == ("depth",)


def test_the_menu_puts_a_table_in_place_of_the_data_as_one_step(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench = bench(window)
    before = workbench.experiment
    path = put(tmp_path, "a.csv", tables.as_text(NAMES, ROWS))
    monkeypatch.setattr(window.files, "ask_for_table", lambda: path)
    trigger(window, "open_table")
    window.tables.reading.wait()
    take(window, window.tables.sheet, qtbot)
    assert source(window).samples == 30
    assert workbench.undo_name == "Open a table"
    assert workbench.experiment.network == before.network
    assert window.data.table.isChecked()
    workbench.painting.start()
    assert (window.data.table.isChecked(), window.data.paint.isChecked()) == (False, True)
    workbench.painting.done()
    workbench.undo()
    workbench.undo()
    assert workbench.experiment == before


def check_a_table_is_pasted_and_dropped(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    QGuiApplication.clipboard().setText(tables.as_text(NAMES, ROWS, "\t"))
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QGuiApplication.clipboard().clear()
    window.tables.reading.wait()
    take(window, window.tables.sheet, qtbot)
    assert source(window).name == "Pasted table"
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(put(tmp_path, "dropped.csv", tables.as_european(NAMES, ROWS)))])
    actions, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), actions, data, button, keys))
    window.tables.reading.wait()
    take(window, window.tables.sheet, qtbot)
    assert source(window).name == "dropped.csv"


def test_unsaved_work_is_asked_about_before_a_table_takes_its_place(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workbench = bench(window)
    workbench.change("Set rate", training__learning_rate=0.5)
    before = workbench.experiment
    monkeypatch.setattr(window.files, "_answer", lambda *asked: QMessageBox.StandardButton.Cancel)
    sheet = opened(window, put(tmp_path, "a.csv", tables.as_text(NAMES, ROWS)))
    take(window, sheet, qtbot)
    assert workbench.experiment is before


def check_what_is_no_table_is_told_and_changes_nothing(window: MainWindow, tmp_path: Path) -> None:
    window.files.open_path(put(tmp_path, "a.parquet", b"PAR1 and no more"))
    window.tables.reading.wait()
    assert window.tables.sheet is None
    assert window.messages.text.startswith("a.parquet cannot be read as a table")
    assert window.messages.kind == "error"


def test_reading_goes_on_beside_the_window_and_can_be_cancelled(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    lines = "\n".join(",".join(f"{value:.3f}" for value in row) for row in rng.normal(size=(20_000, 8)))
    window.files.open_path(put(tmp_path, "large.csv", lines))
    assert window.tables.reading.is_busy
    assert window.messages.text == "Reading large.csv …"
    assert window.tables.sheet is None, "the window's thread has not waited"
    cancel = window.messages._actions[0]
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert not window.tables.reading.is_busy
    window.tables.reading.wait()
    assert window.tables.sheet is None


def check_a_table_can_be_read_in_another_way(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    sheet = opened(window, put(tmp_path, "t.csv", "a;b\n1,5;x\n2,5;y\n3,5;x\n"))
    menu = sheet.other_ways()
    names = {action.text(): action for action in menu.actions()}
    assert list(names) == ["Separator", "Encoding", "Decimal mark", "First row"]
    row = names["First row"].menu()
    values = next(action for action in row.actions() if action.text() == "values")
    values.trigger()
    window.tables.reading.wait()
    assert sheet.facts.text.startswith("4 rows, 2 columns")
    menu.close()
    sheet.reject()


def test_the_picture_goes_where_there_is_no_room(open_window: Callable[..., Any], tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", tables.as_text(NAMES, ROWS))
    window = open_window(size=(1440, 900))
    sheet = opened(window, path)
    assert sheet.side.picture.isVisibleTo(sheet)
    window.resize(1024, 600)
    QApplication.processEvents()
    QApplication.processEvents()
    assert not sheet.side.picture.isVisibleTo(sheet)
    assert sheet.grid.viewport().height() >= 6 * 26
    sheet.grab()
    sheet.reject()


# -- pictures ----------------------------------------------------------------------------------------------------------


def test_rows_of_pixels_are_taken_for_pictures_and_back(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    names = [f"pixel{at}" for at in range(64)]
    rows = [[*(float(place % 7 == at % 7) * 255 for place in range(64)), ("a", "b")[at % 2]] for at in range(30)]
    sheet = opened(window, put(tmp_path, "drawn.csv", tables.as_text([*names, "what"], rows)))
    assert sheet.choice.target == "what"
    chip = sheet.side.pictures
    assert (sheet.side.picture.shows_pictures, sheet.side.picture.count) == (True, 30)
    assert not sheet.side.across.isVisible()
    drawn = sheet.side.picture.grab().toImage()
    seen = {drawn.pixel(x, y) for x in range(0, drawn.width(), 2) for y in range(0, drawn.height(), 2)}
    assert {theme.color(name).rgb() for name in ("sunken", "text", "class0", "class1")} <= seen
    assert (chip.text(), chip.isChecked()) == ("Rows are pictures of 8 × 8", True)
    assert not sheet.side.missing.isEnabled()
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert sheet.plan is not None
    assert (sheet.plan.image_side, chip.isChecked(), sheet.side.missing.isEnabled()) == (0, False, True)
    assert (sheet.side.picture.shows_pictures, sheet.side.across.isVisible()) == (False, True)
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert sheet.plan.image_side == 8
    click(qtbot, sheet, "pixel0", "tick")
    assert (sheet.plan.image_side, len(sheet.plan.inputs)) == (0, 63)
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    take(window, sheet, qtbot)
    assert source(window).image == (1, 8, 8)
    assert window.output.grid.isVisible()
    assert window.output.draw.isVisible()
    bench(window).painting.start()  # an empty plane lies in the place of the images
    bench(window).painting.done()
    trigger(window, "data_circles")
    assert window.output.map.isVisible()
    assert window.output.toggles["show_test"].text() == "test points"


def test_a_folder_of_pictures_opens_through_the_same_sheet(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, dark in (("left", 0), ("right", 8)):
        (tmp_path / name).mkdir()
        for at in range(4):
            image = QImage(16, 16, QImage.Format.Format_RGB32)
            image.fill(Qt.GlobalColor.white)
            for row in range(16):
                image.setPixelColor(dark + at, row, QColor("black"))
            assert image.save(str(tmp_path / name / f"{at}.png"))
    monkeypatch.setattr(window.files, "ask_for_folder", lambda: str(tmp_path))
    before = bench(window).experiment
    trigger(window, "open_pictures")
    window.tables.reading.wait()
    sheet = window.tables.sheet
    assert sheet.choice.target == "class"
    assert sheet.side.pictures.text() == "Rows are pictures of 16 × 16"
    assert sheet.change.isVisible()
    sizes = sheet.other_ways().actions()
    assert [action.text() for action in sizes] == [f"{side} × {side} pixels" for side in range(8, 17)]
    assert [action.isChecked() for action in sizes] == [False] * 8 + [True]
    sizes[2].trigger()
    window.tables.reading.wait()
    assert (sheet.choice.target, sheet.side.pictures.text()) == ("class", "Rows are pictures of 10 × 10")
    assert sheet.other_ways().actions()[2].isChecked()
    take(window, sheet, qtbot)
    assert (source(window).classes, source(window).image) == (("left", "right"), (1, 10, 10))
    bench(window).undo()
    assert bench(window).experiment == before


def check_the_map_shows_the_features_that_the_picture_showed(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    sheet = opened(window, put(tmp_path, "a.csv", tables.as_text(NAMES, ROWS)))
    for field, name in ((sheet.side.across, NAMES[3]), (sheet.side.upwards, NAMES[2])):
        field.setFocus()
        field.set_current(name)
        field.chosen.emit(name)
    take(window, sheet, qtbot)
    bench(window).run.settle()
    snapshot = bench(window).run.snapshot
    assert snapshot is not None
    assert snapshot.section is not None
    assert snapshot.section.cut == ColumnPair(3, 2)
    assert (window.output.plane.across.current, window.output.plane.upwards.current) == (NAMES[3], NAMES[2])
