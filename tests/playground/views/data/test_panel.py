"""The data column: what it shows is the experiment, what it changes is one undo step."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from playground.data import DATASETS
from playground.edits.changes import with_changes
from playground.experiment.experiment import Experiment
from playground.views.data import thumbnails
from playground.views.data.flaw_specs import imbalance_of, parsed_ratio, ratio_of, ratio_text
from playground.views.data.gallery import shown_names
from playground.views.data.panel import DataPanel
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


def test_a_click_on_a_picture_chooses_the_set(data: DataPanel, workbench: Workbench, qtbot: QtBot) -> None:
    for name in data.gallery.shown:
        workbench.edit("Begin", with_changes(Experiment(), data__imperfections__position_noise=0.3))
        workbench.change("Choose", data__source__name="moons" if name != "moons" else "xor")
        picture = data.gallery.thumbnails[name]
        qtbot.mouseClick(picture, LEFT)
        chosen = workbench.experiment.data
        assert chosen.source.name == name
        assert chosen.imperfections.position_noise == 0.3
        assert chosen.source.samples == DATASETS[name].samples
        assert picture.isChecked()
        assert sum(each.isChecked() for each in data.gallery.thumbnails.values()) == 1
        assert workbench.undo_name == f"Choose {DATASETS[name].label}"


def test_every_set_is_shown_with_what_shapes_it(data: DataPanel, workbench: Workbench) -> None:
    for name, kind in DATASETS.items():
        data.choose(name)
        assert workbench.experiment.data.source.name == name
        assert data.gallery.thumbnails[name].isChecked(), name
        assert data.gallery.thumbnails[name].isVisible(), name
        assert list(data.shape.sliders) == [each.name for each in kind.parameters], name
        assert (data.shape.formula is None) == (kind.formula is None), name
        for each in kind.parameters:
            assert data.shape.sliders[each.name].value == each.default, (name, each.name)


def test_the_users_number_of_samples_stays_where_the_usual_one_is_the_same(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    workbench.change("Set samples", data__source__samples=150)
    qtbot.mouseClick(data.gallery.thumbnails["spirals"], LEFT)
    assert workbench.experiment.data.source.samples == 150
    data.choose("xor_points")
    assert workbench.experiment.data.source.samples == 4
    qtbot.mouseClick(data.gallery.thumbnails["circles"], LEFT)
    assert workbench.experiment.data.source.samples == 500


def test_a_loss_that_does_not_fit_becomes_automatic_in_the_same_step(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    workbench.change("Set loss", training__loss="binary_cross_entropy")
    qtbot.mouseClick(data.gallery.thumbnails["moons"], LEFT)
    assert workbench.experiment.training.loss == "binary_cross_entropy"
    data.choose("three_spirals")
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
    shown = {name: data.gallery.thumbnails[name] for name in data.gallery.shown if name != "circles"}
    pictures = {name: each.grab().toImage() for name, each in shown.items()}
    images = list(pictures.values())
    assert all(first != second for place, first in enumerate(images) for second in images[place + 1 :])
    made = thumbnails.thumbnail.cache_info().misses
    data.gallery.thumbnails["moons"].grab()
    assert thumbnails.thumbnail.cache_info().misses == made
    workbench.change("Set noise", data__imperfections__position_noise=0.4)
    assert data.gallery.thumbnails["moons"].grab().toImage() != pictures["moons"]


def test_every_picture_tells_what_noise_means_for_it(data: DataPanel) -> None:
    for name in data.gallery.shown:
        kind, picture = DATASETS[name], data.gallery.thumbnails[name]
        assert kind.noise_note in picture.toolTip()
        assert kind.source in picture.toolTip()
        assert picture.accessibleName() == kind.label


# -- the sliders of the data ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "path", "end"),
    [
        ("samples", "source.samples", 20_000),
        ("share", "train_share", 1.0),
        ("noise", "imperfections.position_noise", 1.0),
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
    assert getattr(data, row).value == pytest.approx(before)


def test_two_drags_are_two_steps(data: DataPanel, workbench: Workbench, qtbot: QtBot) -> None:
    drag(qtbot, data.noise, 0.1, 0.2)
    drag(qtbot, data.noise, 0.5)
    workbench.undo()
    assert workbench.experiment.data.imperfections.position_noise == pytest.approx(0.2)


def test_imbalance_is_told_as_a_ratio(data: DataPanel, workbench: Workbench, qtbot: QtBot) -> None:
    workbench.set_view(unfolded=("misbehaving_data",))
    row = data.sections[1].rows["imbalance"]
    assert row.line.value == "1 : 1"
    qtbot.mouseClick(row.line, LEFT)
    type_into(qtbot, row.control.field, "1:4")
    assert workbench.experiment.data.imperfections.imbalance == pytest.approx(0.75)
    assert row.control.field.text() == "1 : 4"


@pytest.mark.parametrize("ratio", [1.0, 1.5, 4.0, 20.0])
def test_ratio_and_imbalance_are_each_others_reverse(ratio: float) -> None:
    assert ratio_of(imbalance_of(ratio)) == pytest.approx(ratio)
    assert parsed_ratio(ratio_text(ratio)) == ratio


def test_what_does_nothing_is_switched_off_and_says_why(data: DataPanel, workbench: Workbench) -> None:
    rows = data.sections[1].rows
    assert data.share.isEnabled()
    assert rows["imbalance"].isEnabled()
    workbench.change("Choose", data__source__name="xor_points", data__source__samples=4)
    assert not data.share.isEnabled()
    assert "same points" in data.share.slider.toolTip()
    workbench.change("Choose", data__source__name="plane")
    assert data.share.isEnabled()
    assert not rows["imbalance"].isEnabled()
    assert (rows["label_noise"].line.name, rows["label_noise"].line.value) == ("Target noise", "0.00")


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


@pytest.mark.parametrize(
    ("name", "width", "height"), [("circles", 236, 594), ("blobs", 236, 594), ("circles", 208, 436)]
)
def test_the_column_fits_without_a_scroll_bar(
    name: str, width: int, height: int, workbench: Workbench, qtbot: QtBot
) -> None:
    workbench.change("Choose", data__source__name=name)
    panel = DataPanel(workbench)
    show_panel(qtbot, panel, width, height)
    QApplication.processEvents()
    beyond = panel.verticalScrollBar().maximum()  # in the lowest window the folded sections are scrolled to
    assert beyond <= (sum(section.height() for section in panel.sections) + 6 if height < 500 else 0)
    for row in panel.rows:
        assert not row.label.is_cut()
    widest = max(panel.gallery.thumbnails[each].geometry().right() for each in panel.gallery.shown)
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


# -- favourites -------------------------------------------------------------------------------------------------------


def test_the_chosen_set_is_always_shown() -> None:
    pins = ("circles", "xor", "moons")
    assert shown_names(pins, "moons", 8) == ["circles", "xor", "moons"]
    assert shown_names(pins, "heart", 8) == ["circles", "xor", "moons", "heart"]
    assert shown_names(pins, "heart", 2) == ["circles", "heart"]
    assert shown_names(pins, None, 2) == ["circles", "xor"]


def right_click(picture: QWidget) -> None:
    place = picture.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, picture.mapToGlobal(place))
    QApplication.sendEvent(picture, event)


def test_a_right_click_takes_a_set_out_of_the_favourites_and_puts_it_in_front(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    told: list[tuple[str, ...]] = []
    data.favourites_changed.connect(told.append)
    right_click(data.gallery.thumbnails["moons"])
    assert "moons" not in data.gallery.shown
    assert not data.gallery.thumbnails["moons"].isVisible()
    data.choose("moons")
    assert data.gallery.shown[-1] == "moons"
    assert "make it a favourite" in data.gallery.thumbnails["moons"].toolTip()
    right_click(data.gallery.thumbnails["moons"])
    assert data.gallery.shown[0] == "moons"
    assert [("moons" in pins) for pins in told] == [False, True]
    assert workbench.undo_name == "Choose Moons", "favourites belong to the program, not to the document"


def test_favourites_that_are_no_data_sets_are_left_out(data: DataPanel) -> None:
    data.set_favourites(["moons", "no such set", "moons", "heart"])
    assert data.gallery.pins == ("moons", "heart")
    assert data.gallery.shown == ["moons", "heart", "circles"]


def test_a_high_column_has_twelve(workbench: Workbench, qtbot: QtBot) -> None:
    panel = DataPanel(workbench)
    show_panel(qtbot, panel, 236, 900)
    assert len(panel.gallery.shown) == 12
    panel.resize(236, 594)
    assert len(panel.gallery.shown) == 8


def test_the_rows_lead_to_painting_and_to_tables(data: DataPanel, workbench: Workbench, qtbot: QtBot) -> None:
    assert [way.isVisible() for way in data.ways] == [True, True, True]
    assert data.samples.y() >= data.table.geometry().bottom()
    with qtbot.waitSignal(data.table_wanted):
        qtbot.mouseClick(data.table, LEFT)
    assert not data.table.isChecked()
    qtbot.mouseClick(data.paint, LEFT)
    assert workbench.painting.on
    assert data.paint.isChecked()
    workbench.undo()
    assert not data.paint.isChecked()


# -- shapes -----------------------------------------------------------------------------------------------------------


def test_a_drag_of_a_parameter_is_one_step_and_its_own_value_is_none(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    data.choose("spirals")
    before = workbench.experiment
    drag(qtbot, data.shape.sliders["turns"], 0.6, 0.8, 1.0)
    assert workbench.experiment.data.source.turns == 4.0
    assert workbench.undo_name == "Set turns"
    assert data.gallery.thumbnails["spirals"]._source.turns == 4.0
    workbench.undo()
    assert workbench.experiment == before
    type_into(qtbot, data.shape.sliders["turns"].field, "2")
    type_into(qtbot, data.shape.sliders["turns"].field, "1.75")
    assert workbench.experiment.data.source.turns is None


def test_whole_numbers_stay_whole_and_wrong_ones_are_refused(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    data.choose("checkerboard")
    qtbot.keyClick(data.shape.sliders["count"].slider, Key.Key_Right)
    assert workbench.experiment.data.source.count == 5
    with qtbot.waitSignal(workbench.message_shown) as heard:
        type_into(qtbot, data.shape.sliders["count"].field, "20")
    assert heard.args[0] == "Count: 2 to 8."


def test_rows_of_a_set_go_with_it(data: DataPanel, workbench: Workbench) -> None:
    data.choose("stretched_blobs")
    rows = data.shape.rows
    assert data.noise.y() < rows[0].y() < rows[-1].y() < data.sections[0].y()
    data.choose("plane")
    assert data.shape.rows == []
    assert not any(row.isVisible() for row in rows)
    workbench.undo()
    assert list(data.shape.sliders) == ["cloud_width", "stretch", "angle"]


def test_a_formula_is_typed_and_a_wrong_one_is_marked_at_its_character(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    data.choose("function")
    assert data.shape.formula is not None
    field = data.shape.formula.field
    qtbot.mouseClick(field, LEFT)
    field.selectAll()
    qtbot.keyClicks(field, "abs(x) - z")
    with qtbot.waitSignal(workbench.message_shown) as heard:
        qtbot.keyClick(field, Key.Key_Return)
    assert "at character 10" in heard.args[0]
    assert (field.selectionStart(), field.selectedText()) == (9, "z")
    assert field.property("refused")
    qtbot.keyClicks(field, "2")
    qtbot.keyClick(field, Key.Key_Return)
    assert workbench.experiment.data.source.formula == "abs(x) - 2"
    assert workbench.undo_name == "Set formula"
    workbench.undo()
    assert field.text() == "2*sin(x)"


def test_a_formula_without_two_sides_is_refused_and_esc_gives_up(
    data: DataPanel, workbench: Workbench, qtbot: QtBot
) -> None:
    data.choose("function")
    assert data.shape.formula is not None
    field, before = data.shape.formula.field, workbench.experiment
    qtbot.mouseClick(field, LEFT)
    field.selectAll()
    qtbot.keyClicks(field, "99")
    with qtbot.waitSignal(workbench.message_shown) as heard:
        qtbot.keyClick(field, Key.Key_Return)
    assert "above this formula" in heard.args[0]
    qtbot.keyClick(field, Key.Key_Escape)
    assert field.text() == "2*sin(x)"
    assert workbench.experiment == before
