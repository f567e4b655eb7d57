"""The sheet of all data: groups, search, keys, stars, and pictures that nothing waits for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.data import DATASETS
from playground.experiment.experiment import Experiment
from playground.views.data.panel import DataPanel
from playground.views.data.sheet import GallerySheet
from playground.views.data.tile import Tile
from playground.views.workbench.workbench import Workbench
from tests.playground.views.controls.driver import LEFT, Key, show_panel


@pytest.fixture
def workbench(qtbot: QtBot) -> Iterator[Workbench]:
    made = Workbench(Experiment())
    yield made
    made.close()


@pytest.fixture
def panel(workbench: Workbench, qtbot: QtBot) -> DataPanel:
    made = DataPanel(workbench)
    show_panel(qtbot, made, 960, 660)
    return made


@pytest.fixture
def sheet(panel: DataPanel, qtbot: QtBot) -> Iterator[GallerySheet]:
    qtbot.mouseClick(panel.all, LEFT)
    assert panel.sheet is not None
    qtbot.waitUntil(lambda: QApplication.focusWidget() is panel.sheet.search)
    yield panel.sheet
    if panel.sheet is not None:
        panel.sheet.reject()


def drawn(sheet: GallerySheet) -> list[str]:
    return [name for name, tile in sheet.grid.tiles.items() if tile._picture is not None]


def seen(sheet: GallerySheet) -> list[str]:
    return [name for name, tile in sheet.grid.tiles.items() if not tile.visibleRegion().isEmpty()]


def test_every_set_has_a_tile_under_its_group(sheet: GallerySheet, panel: DataPanel) -> None:
    assert sheet.grid.shown == list(DATASETS)
    assert panel.all.figure == str(len(DATASETS))
    assert sheet.count.text == f"{len(DATASETS)} sets"
    tops = {group: caption.y() for group, caption in sheet.grid.captions.items()}
    assert list(tops.values()) == sorted(tops.values())
    for name, tile in sheet.grid.tiles.items():
        below = [group for group, top in tops.items() if top < tile.y()]
        assert below[-1] == DATASETS[name].group
        assert sheet.grid.rect().contains(tile.geometry())
    places = [tile.geometry() for tile in sheet.grid.tiles.values()]
    assert not any(place.intersects(other) for at, place in enumerate(places) for other in places[:at])
    assert [name for name, tile in sheet.grid.tiles.items() if tile.isChecked()] == ["circles"]


def test_pictures_that_are_seen_are_drawn_and_others_when_they_are(sheet: GallerySheet, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: set(seen(sheet)) <= set(drawn(sheet)))
    assert len(drawn(sheet)) < len(DATASETS)
    assert "digits" not in drawn(sheet)
    bar = sheet.scroller.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: "digits" in drawn(sheet))
    qtbot.waitUntil(lambda: not sheet._timer.isActive())


def test_a_turn_of_drawing_ends_soon(sheet: GallerySheet, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long pictures take, few are made between two looks at what the user does."""
    qtbot.waitUntil(lambda: not sheet._timer.isActive())
    clock, made = [0.0], []
    monkeypatch.setattr("playground.views.data.sheet.perf_counter", lambda: clock[0])

    def draw(tile: Tile) -> None:
        clock[0] += 0.005
        made.append(tile)

    monkeypatch.setattr(Tile, "draw_picture", draw)
    for name in seen(sheet)[:9]:
        sheet._want(sheet.grid.tiles[name])
    sheet._draw_some()
    assert len(made) == 3
    sheet._waiting.clear()


@pytest.mark.parametrize(
    ("text", "first", "others"),
    [
        ("mlbench", "circle_in_square", {"cassini", "smiley", "peak"}),
        ("make_moons", "moons", set()),
        ("regression over", "x_sin_x", {"sine", "runge"}),
        ("scikit several", "concentric", {"quantiles", "blobs"}),
        ("SPIRAL tensorflow", "spirals", {"three_spirals"}),
    ],
)
def test_a_search_looks_at_names_programs_groups_and_tasks(
    text: str, first: str, others: set[str], sheet: GallerySheet, qtbot: QtBot
) -> None:
    qtbot.keyClicks(sheet.search, text)
    assert sheet.grid.shown[0] == first
    assert others <= set(sheet.grid.shown) < set(DATASETS)
    assert sheet.grid.tiles[first].first
    assert {name for name, tile in sheet.grid.tiles.items() if tile.isVisible()} == set(sheet.grid.shown)
    assert sheet.count.text == f"{len(sheet.grid.shown)} of {len(DATASETS)} sets"


def test_return_takes_the_first_that_fits_in_one_step(
    sheet: GallerySheet, panel: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    qtbot.keyClick(sheet.search, Key.Key_Return)
    assert panel.sheet is sheet, "nothing was searched for"
    qtbot.keyClicks(sheet.search, "heart")
    qtbot.keyClick(sheet.search, Key.Key_Return)
    assert panel.sheet is None
    assert workbench.experiment.data.source.name == "heart"
    assert workbench.undo_name == "Choose Heart"
    assert panel.gallery.thumbnails["heart"].isChecked()


def test_what_fits_nothing_is_said_and_esc_goes_back(sheet: GallerySheet, panel: DataPanel, qtbot: QtBot) -> None:
    qtbot.keyClicks(sheet.search, "bananas!")
    assert sheet.nothing.isVisible()
    assert "bananas!" in sheet.nothing.text
    qtbot.keyClick(sheet.search, Key.Key_Escape)
    assert sheet.grid.shown == list(DATASETS)
    qtbot.keyClick(sheet.search, Key.Key_Escape)
    assert panel.sheet is None


def test_arrows_walk_and_return_chooses(sheet: GallerySheet, workbench: Workbench, qtbot: QtBot) -> None:
    tiles, columns = sheet.grid.tiles, sheet.grid.columns
    names = list(DATASETS)
    qtbot.keyClick(sheet.search, Key.Key_Down)
    assert tiles[names[0]].hasFocus()
    qtbot.keyClick(tiles[names[0]], Key.Key_Right)
    assert tiles[names[1]].hasFocus()
    qtbot.keyClick(tiles[names[1]], Key.Key_Down)
    assert tiles[names[1 + columns]].hasFocus()
    qtbot.keyClick(tiles[names[1 + columns]], Key.Key_Up)
    qtbot.keyClick(tiles[names[1]], Key.Key_Up)
    assert sheet.search.hasFocus()
    qtbot.keyClick(sheet.search, Key.Key_Down)
    qtbot.keyClick(tiles[names[0]], "x")
    assert (sheet.search.hasFocus(), sheet.search.text()) == (True, "x")
    sheet.search.clear()
    qtbot.keyClick(sheet.search, Key.Key_Down)
    qtbot.keyClick(tiles[names[0]], Key.Key_Right)
    qtbot.keyClick(tiles[names[1]], Key.Key_Return)
    assert workbench.experiment.data.source.name == names[1]


def test_a_far_tile_comes_into_sight(sheet: GallerySheet, qtbot: QtBot) -> None:
    sheet._go_to("digits")
    assert not sheet.grid.tiles["digits"].visibleRegion().isEmpty()


def test_a_click_chooses_and_a_star_does_not(
    sheet: GallerySheet, panel: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    tile = sheet.grid.tiles["rings"]
    assert not tile.pinned
    qtbot.mouseClick(tile, LEFT, pos=tile.star.center())
    assert tile.pinned
    assert panel.gallery.shown[0] == "rings"
    assert workbench.experiment == Experiment()
    tile.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(tile, Key.Key_Space)
    assert not tile.pinned
    assert "rings" not in panel.gallery.pins
    qtbot.mouseClick(tile, LEFT)
    assert workbench.experiment.data.source.name == "rings"


def test_it_stays_inside_a_small_window(workbench: Workbench, qtbot: QtBot) -> None:
    small = DataPanel(workbench)
    show_panel(qtbot, small, 500, 420)
    small.open_all()
    assert small.sheet is not None
    assert small.sheet.width() <= 500
    assert small.sheet.height() <= 420
    small.open_all()
    small.sheet.reject()
    assert small.sheet is None
