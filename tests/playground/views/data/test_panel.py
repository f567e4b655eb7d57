"""The data column: what it shows is the experiment, what it changes is one undo step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.data import DATASETS
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.views.data import gallery
from playground.views.data.panel import DataPanel, imbalance_of, parsed_ratio, ratio_of, ratio_text
from playground.views.workbench.workbench import Workbench
from tests.playground.views.controls.driver import LEFT, Key, drag, show_panel, type_into


@pytest.fixture
def workbench(qtbot: QtBot) -> Iterator[Workbench]:
    """Without kernels: panels need none."""
    made = Workbench(Experiment())
    yield made
    made.close()


@pytest.fixture
def data(workbench: Workbench, qtbot: QtBot) -> DataPanel:
    panel = DataPanel(workbench)
    show_panel(qtbot, panel, 236, 600)
    return panel


# -- data sets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DATASETS)
def test_a_click_on_a_picture_chooses_the_set(name: str, data: DataPanel, workbench: Workbench, qtbot: QtBot) -> None:
    workbench.change("Set noise", data__imperfections__position_noise=0.3, data__train_share=0.7)
    workbench.change("Choose", data__source__name="moons" if name != "moons" else "xor")
    picture = data.gallery.thumbnails[name]
    qtbot.mouseClick(picture, LEFT)
    chosen = workbench.experiment.data
    assert chosen.source.name == name
    assert (chosen.imperfections.position_noise, chosen.train_share) == (0.3, 0.7)
    assert chosen.source.samples == DATASETS[name].samples
    assert picture.isChecked()
    assert sum(each.isChecked() for each in data.gallery.thumbnails.values()) == 1
    assert workbench.undo_name == f"Choose {DATASETS[name].label}"


def test_the_users_number_of_samples_stays_where_the_usual_one_is_the_same(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    workbench.change("Set samples", data__source__samples=150)
    qtbot.mouseClick(data.gallery.thumbnails["spirals"], LEFT)
    assert workbench.experiment.data.source.samples == 150
    qtbot.mouseClick(data.gallery.thumbnails["xor_points"], LEFT)
    assert workbench.experiment.data.source.samples == 4
    qtbot.mouseClick(data.gallery.thumbnails["circles"], LEFT)
    assert workbench.experiment.data.source.samples == 500


def test_a_loss_that_does_not_fit_becomes_automatic_in_the_same_step(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    workbench.change("Set loss", training__loss="binary_cross_entropy")
    qtbot.mouseClick(data.gallery.thumbnails["moons"], LEFT)
    assert workbench.experiment.training.loss == "binary_cross_entropy"
    qtbot.mouseClick(data.gallery.thumbnails["three_spirals"], LEFT)
    assert workbench.experiment.training.loss == "auto"
    workbench.undo()
    assert workbench.experiment.data.source.name == "moons"
    assert workbench.experiment.training.loss == "binary_cross_entropy"


def test_arrow_keys_walk_through_the_gallery(data: DataPanel, workbench: Workbench, qtbot: QtBot) -> None:
    first = data.gallery.thumbnails["circles"]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(first, Key.Key_Right)
    assert workbench.experiment.data.source.name == "xor"


def test_pictures_differ_follow_the_noise_and_are_drawn_once(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    pictures = {name: each.grab().toImage() for name, each in data.gallery.thumbnails.items() if name != "circles"}
    images = list(pictures.values())
    assert all(first != second for place, first in enumerate(images) for second in images[place + 1 :])
    made = gallery.thumbnail.cache_info().misses
    data.gallery.thumbnails["moons"].grab()
    assert gallery.thumbnail.cache_info().misses == made
    workbench.change("Set noise", data__imperfections__position_noise=0.4)
    assert data.gallery.thumbnails["moons"].grab().toImage() != pictures["moons"]


def test_every_picture_tells_what_noise_means_for_it(data: DataPanel) -> None:
    for name, kind in DATASETS.items():
        assert kind.noise_note in data.gallery.thumbnails[name].toolTip()
        assert data.gallery.thumbnails[name].accessibleName() == kind.label


# -- the sliders of the data ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "path", "end"),
    [
        ("samples", "source.samples", 20_000),
        ("share", "train_share", 1.0),
        ("noise", "imperfections.position_noise", 1.0),
        ("label_noise", "imperfections.label_noise", 1.0),
        ("imbalance", "imperfections.imbalance", 0.95),
    ],
)
def test_a_drag_changes_its_field_in_one_step(
    row: str, path: str, end: float, data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    def value() -> float:
        found: object = workbench.experiment.data
        for name in path.split("."):
            found = getattr(found, name)
        return found  # type: ignore[return-value]

    before = value()
    drag(qtbot, getattr(data, row), 0.3, 0.6, 1.0)
    assert value() == pytest.approx(end)
    workbench.undo()
    assert value() == before
    assert workbench.undo_name is None
    assert getattr(data, row).value == pytest.approx(ratio_of(before) if row == "imbalance" else before)


def test_two_drags_are_two_steps(data: DataPanel, workbench: Workbench, qtbot: QtBot) -> None:
    drag(qtbot, data.noise, 0.1, 0.2)
    drag(qtbot, data.noise, 0.5)
    workbench.undo()
    assert workbench.experiment.data.imperfections.position_noise == pytest.approx(0.2)


def test_imbalance_is_told_as_a_ratio(data: DataPanel, workbench: Workbench, qtbot: QtBot) -> None:
    type_into(qtbot, data.imbalance.field, "1:4")
    assert workbench.experiment.data.imperfections.imbalance == pytest.approx(0.75)
    assert data.imbalance.field.text() == "1 : 4"


@pytest.mark.parametrize("ratio", [1.0, 1.5, 4.0, 20.0])
def test_ratio_and_imbalance_are_each_others_reverse(ratio: float) -> None:
    assert ratio_of(imbalance_of(ratio)) == pytest.approx(ratio)
    assert parsed_ratio(ratio_text(ratio)) == ratio


def test_what_does_nothing_is_switched_off_and_says_why(data: DataPanel, workbench: Workbench) -> None:
    assert data.share.isEnabled()
    assert data.imbalance.isEnabled()
    workbench.change("Choose", data__source__name="xor_points", data__source__samples=4)
    assert not data.share.isEnabled()
    assert "same points" in data.share.slider.toolTip()
    workbench.change("Choose", data__source__name="plane")
    assert data.share.isEnabled()
    assert not data.imbalance.isEnabled()
    assert data.label_noise.label.text == "Target noise"


def test_only_blobs_ask_for_classes_and_three_classes_do_not_fit_two_class_losses(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    assert not data.classes.isVisible()
    workbench.change(
        "Choose", data__source__name="blobs", data__source__classes=2, training__loss="binary_cross_entropy"
    )
    assert data.classes.isVisible()
    qtbot.keyClick(data.classes.slider, Key.Key_Right)
    assert workbench.experiment.data.source.classes == 3
    assert workbench.experiment.training.loss == "auto"
    workbench.undo()
    assert workbench.experiment.training.loss == "binary_cross_entropy"


def test_scaling_is_chosen_with_keys(data: DataPanel, workbench: Workbench, qtbot: QtBot) -> None:
    qtbot.keyClick(data.scaling, Key.Key_Down)
    assert workbench.experiment.data.scaling == "standardize"
    workbench.undo()
    assert data.scaling.current == "none"


def test_a_number_that_is_not_allowed_is_refused_in_words(data: DataPanel, workbench: Workbench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(workbench.message_shown) as heard:
        type_into(qtbot, data.samples.field, "3")
    assert heard.args[0] == "Samples: 4 to 20\u202f000."
    data.samples.field.clearFocus()
    assert data.samples.field.text() == "500"
    assert data.samples.value == 500
    assert workbench.undo_name is None


def test_a_number_of_classes_that_is_not_allowed_is_refused_in_words(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    data.choose("blobs")
    before = workbench.experiment
    with qtbot.waitSignal(workbench.message_shown) as heard:
        type_into(qtbot, data.classes.field, "20")
    assert heard.args[0] == "Classes: 2 to 8."
    assert data.classes.value == 3
    assert workbench.experiment == before


@pytest.mark.parametrize(("width", "height"), [(236, 594), (208, 436)])
@pytest.mark.parametrize("name", ["circles", "blobs"])
def test_the_column_fits_without_a_scroll_bar(
    width: int, height: int, name: str, workbench: Workbench, qtbot: QtBot
) -> None:
    workbench.change("Choose", data__source__name=name)
    panel = DataPanel(workbench)
    show_panel(qtbot, panel, width, height)
    QApplication.processEvents()
    beyond = panel.verticalScrollBar().maximum()  # in the lowest window the folded sections are scrolled to
    assert beyond <= (sum(section.height() for section in panel.sections) + 6 if height < 500 else 0)
    for row in panel.rows:
        assert not row.label.is_cut()
    widest = max(button.geometry().right() for button in panel.gallery.thumbnails.values())
    assert widest < panel.gallery.width()


def test_a_column_that_is_too_low_scrolls(workbench: Workbench, qtbot: QtBot) -> None:
    panel = DataPanel(workbench)
    show_panel(qtbot, panel, 208, 300)
    qtbot.waitUntil(panel.verticalScrollBar().isVisible)


def test_more_classes_than_points_raise_the_points_in_the_same_edit(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    few = with_changes(Experiment(), data__source__name="blobs", data__source__samples=4)
    workbench.edit("Few points", few)
    drag(qtbot, data.classes, 0.5, 1.0)
    source = workbench.experiment.data.source
    assert (source.classes, source.samples) == (8, 8)
    assert data.samples.value == 8
    workbench.undo()
    assert workbench.experiment == few


def test_a_data_set_with_more_classes_than_points_raises_the_points(data: DataPanel, workbench: Workbench) -> None:
    few = with_changes(Experiment(), data__source__samples=4, data__source__classes=8)
    workbench.edit("Few points", few)
    data.choose("blobs")
    source = workbench.experiment.data.source
    assert (source.name, source.classes, source.samples) == ("blobs", 8, 8)
    workbench.undo()
    assert workbench.experiment == few
    data.choose("moons")
    assert workbench.experiment.data.source.samples == 4


def test_the_panel_shows_another_document(data: DataPanel, workbench: Workbench) -> None:
    other = with_changes(Experiment(), data__source__name="moons", data__source__samples=77)
    workbench.edit("Open", other)
    assert data.gallery.thumbnails["moons"].isChecked()
    assert (data.name.text, data.samples.field.text()) == ("Moons", "77")
