"""The data panel and its gallery for image sets."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from playground.data import GeneratedData
from playground.edits.changes import with_changes
from playground.edits.on_dataset import on_dataset
from playground.experiment.experiment import Experiment
from playground.experiment.layers import Conv2d, Dense
from playground.experiment.network import Network
from playground.views.data.gallery import Gallery
from playground.views.data.panel import DataPanel
from playground.views.data.thumbnails import thumbnail
from playground.views.theme import theme
from playground.views.workbench.workbench import Workbench
from tests.playground.views.still_workbench import near

SETS = ("bars", "shapes", "digits", "distorted_digits", "garments")


@pytest.fixture
def bench(qtbot: QtBot) -> Workbench:
    return Workbench(with_changes(on_dataset(Experiment(), "digits"), network=Network((Conv2d(), Dense(3)))))


def panel_of(qtbot: QtBot, bench: Workbench) -> DataPanel:
    panel = DataPanel(bench)
    qtbot.addWidget(panel)
    panel.resize(236, 600)
    panel.show()
    return panel


@pytest.mark.parametrize("width", [172, 180, 202, 262, 400])
def test_pictures_lie_apart_and_inside(qtbot: QtBot, width: int) -> None:
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.set_rows(3)
    gallery.show_choice("bars", 0.0, 3)
    gallery.resize(width, gallery.height_for(3, width))
    gallery.show()
    places = [gallery.thumbnails[name].geometry() for name in gallery.shown]
    assert len(places) == 12
    for at, place in enumerate(places):
        assert gallery.rect().contains(place)
        assert not any(place.intersects(other) for other in places[:at])


@pytest.mark.parametrize("side", [32, 39, 44, 58])
@pytest.mark.parametrize("name", SETS)
def test_a_picture_shows_images_in_the_colours_of_their_classes(name: str, side: int) -> None:
    theme.current().set_theme("light")
    image = thumbnail(GeneratedData(name), 0.0, side, 1.0, "light")
    assert image.size() == QSize(side, side)
    flat = image.convertToFormat(QImage.Format.Format_ARGB32)
    seen = {flat.pixel(x, y) for x in range(side) for y in range(side) if flat.pixelColor(x, y).alpha() > 100}
    for index in range(2):
        assert any(near(each, theme.color(f"class{index}").rgb(), 25) for each in seen)
    edge = [flat.pixelColor(x, 0).alpha() for x in range(side)]
    assert max(edge) == 0


def test_the_panel_speaks_of_images(qtbot: QtBot, bench: Workbench) -> None:
    panel = panel_of(qtbot, bench)
    assert panel.noise.label.text == "Image noise"
    assert "images" in panel.samples.label.toolTip() + panel.samples.toolTip()
    bench.change("Choose", data__source__name="circles", network=Network((Dense(3),)))
    assert panel.noise.label.text == "Position noise"


def test_another_set_takes_out_what_needs_an_image_and_says_so(qtbot: QtBot, bench: Workbench) -> None:
    panel, told = panel_of(qtbot, bench), []
    bench.message_shown.connect(lambda text, kind: told.append((text, kind)))
    qtbot.mouseClick(panel.gallery.thumbnails["spirals"], Qt.MouseButton.LeftButton)
    assert bench.experiment.network.layers == (Dense(3),)
    assert told == [("Removed, because it does not fit this data set: Convolution. Undo brings it back.", "info")]
    bench.undo()
    assert bench.experiment.network.layers == (Conv2d(), Dense(3))
    assert bench.experiment.data.source.name == "digits"
    panel.choose("bars")
    assert bench.experiment.network.layers == (Conv2d(), Dense(3))
    assert len(told) == 1
